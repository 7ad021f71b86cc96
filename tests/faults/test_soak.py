"""Who comes and goes leaves nothing behind: no memory, no descriptors, no tasks, no sessions.

`PLAYGROUND_SOAK=100000` makes so many connections instead of the few that are made otherwise.
"""

import os
import random
import socket
import time
from typing import Any

import pytest

from tests.support.client import BINARY, CLOSE, Client, frame
from tests.support.server import ServerProcess

pytestmark = [
    pytest.mark.server,
    pytest.mark.resilience,
    pytest.mark.nightly,
    pytest.mark.alone,
    pytest.mark.timeout(7200),
]

CYCLES = int(os.environ.get("PLAYGROUND_SOAK", "1500"))
WARM_UP = max(1000, CYCLES // 10)
"""Visits before the first look: it takes thousands until caches are full and memory lies where it stays."""

AT_ONCE = 10

MOST_GROWTH_MB = 5.0
LATE = 2
"""Descriptors that may just be about to be closed: those of the questions how the server is."""

LINKS = ["#seed=0.5", "#dataset=spiral&seed=0.7&networkShape=8,8,8", "#problem=regression&seed=0.2&batchSize=1"]


def come_and_go(port: int, chance: random.Random) -> None:
    """A visit as visits are: with a look or without, with a word of farewell or without, or not even a hello."""
    how = chance.random()
    if how < 0.05:
        socket.create_connection(("127.0.0.1", port)).close()
        return
    with Client(port) as peer:
        if how < 0.1:
            return
        peer.hello(chance.choice(LINKS))
        if how < 0.6:
            peer.say("play")
            while peer.receive().opcode != BINARY:
                pass
        if how > 0.3:
            peer.send(frame(CLOSE, b"\x03\xe8"))
            assert peer.close_code() == 1000


def visit(port: int, cycles: int, chance: random.Random) -> None:
    """So many visits, of which some last while others come and go."""
    staying: list[Client] = []
    for _ in range(cycles):
        come_and_go(port, chance)
        if chance.random() < 0.02:
            staying.append(Client(port))
            staying[-1].hello(chance.choice(LINKS))
        if len(staying) >= AT_ONCE:
            staying.pop(0).socket.close()
    for peer in staying:
        peer.socket.close()


def settle(server: ServerProcess) -> tuple[dict[int, float], dict[int, int], int]:
    """Wait until all have gone; returns memory and descriptors of each process, and the front's tasks."""
    server.until("connections", 0)
    server.until("sessions", 0)
    server.until_spare(2)
    return server.rss(), server.descriptors(), server.health()["tasks"]


def soak(cycles: int, **server: Any) -> None:
    """Raises AssertionError if anything is left after so many visits that was not there after the first ones."""
    chance = random.Random(cycles)  # noqa: S311 - so that a test is always the same
    with ServerProcess(workers=2, session_ttl=0, **server) as running:
        visit(running.port, WARM_UP, chance)
        memory, descriptors, tasks = settle(running)
        began = time.monotonic()
        visit(running.port, cycles, chance)
        seconds = time.monotonic() - began
        memory_after, descriptors_after, tasks_after = settle(running)
        growth = {pid: memory_after[pid] - memory[pid] for pid in memory}
        print(f"{cycles} visits in {seconds:.0f} s; memory more by", [f"{value:.2f} MB" for value in growth.values()])
        assert max(growth.values()) <= MOST_GROWTH_MB
        assert all(descriptors_after[pid] <= descriptors[pid] + LATE for pid in descriptors)
        assert tasks_after <= tasks
        assert "Traceback" not in running.errors


def test_who_comes_and_goes_leaves_nothing_behind() -> None:
    soak(CYCLES)
