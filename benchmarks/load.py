"""Three hundred at once: how the server performs under load, in one run, over real sockets on this machine.

    python -m benchmarks.load [--seconds 8] [--workers N] [--only crowd,joins] [--against CHECKOUT]

`--against` measures another checkout's server as well, in the cases crowd, joins and fairness.
The clients do the minimum that a page does: they read and acknowledge every frame at once, but draw nothing. They share
the machine's cores with the server, unlike a real class.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple

from app.protocol.checkpoints import checkpoint_of
from benchmarks import capacity, classroom
from benchmarks.capacity import Checkout
from benchmarks.clients import (
    DEFAULT,
    PLAY,
    Client,
    Rates,
    milliseconds,
    observe,
    open_all,
    row,
    spread,
)
from benchmarks.stream import percentile
from tests.faults.page import back_off
from tests.support.client import PING, TEXT, frame
from tests.support.client import Client as Peer
from tests.support.server import ServerProcess

SIZES = (20, 100, 300)
"""How many sessions train at once."""

ALL_FEATURES = "x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
LARGEST = f"#dataset=spiral&batchSize=1&percTrainData=90&networkShape={','.join(['24'] * 32)}&{ALL_FEATURES}"
"""About the largest number of weights the server allows by default."""


async def crowd(setup: "Setup") -> None:
    """Default experiments train at once: few, a class, and a large one."""
    for sessions in SIZES:
        for checkout in setup.checkouts:
            measured = await capacity.served(checkout, sessions, setup.workers, setup.seconds)
            print(f"  {sessions} sessions{setup.label(checkout)}")
            for name, value, wanted in capacity.rows(sessions, setup.workers, measured):
                row(f"  {name}", value, wanted)


async def joins(setup: "Setup") -> None:
    """Two hundred join within a second while a hundred train."""
    for checkout in setup.checkouts:
        print(f"  {checkout.name}")
        await join(checkout, setup.workers)


async def join(checkout: Checkout, workers: int) -> None:
    with checkout.serve(workers) as server:
        playing = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 101)))
        await asyncio.sleep(1)
        asking = asyncio.create_task(observe(playing, 3))
        waits: list[float] = []
        refused = 0

        async def come(number: int) -> None:
            nonlocal refused
            await asyncio.sleep(number / 200)
            began = time.perf_counter()
            client = Client(DEFAULT.format(1000 + number))
            try:
                await client.open(server.port)
                waits.append(time.perf_counter() - began)
            except (OSError, asyncio.CancelledError):
                refused += 1

        await asyncio.gather(*(come(number) for number in range(200)))
        row("from connection to first frame, p95", milliseconds(waits), "at most 300 ms")
        row("the slowest", milliseconds(waits, 1))
        row("refused", str(refused), "0")
        row("response to a command in running sessions, p95", milliseconds(await asking))


async def fairness(setup: "Setup") -> None:
    """The largest experiment allowed, at maximum speed, next to a hundred default ones: five runs of a new server."""
    for checkout in setup.checkouts:
        shares = [await share(checkout, setup.workers, setup.seconds) for _ in range(5)]
        row(
            f"fraction of its fair share, {checkout.name} (min of five runs)",
            " ".join(f"{least:.0%}" for least in shares),
            "at least 90%",
        )


async def share(checkout: Checkout, workers: int, seconds: float) -> float:
    """The least fraction of its fair share that a session gets.

    The CPU time that other programs leave varies, so the sessions in the large one's worker are compared with those in
    another worker at the same time: by their epochs, or by epochs per second of CPU time if their worker had less.
    """
    with checkout.serve(max(2, workers)) as server:
        links = [DEFAULT.format(number) for number in range(1, 101)]
        # sessions are spread evenly: the first of every round shares the worker with the large one
        clients = await open_all(server.port, links)
        large, _ = await open_all(server.port, [LARGEST, DEFAULT.format(0)])
        large.say('{"type":"set_speed","speed":"unlimited"}')
        await asyncio.sleep(1)
        rates, before = Rates(clients), [server.processor_seconds(pid) for pid in server.workers[:2]]
        answers = await observe(clients, seconds)
        _, epochs = rates.take()
        here, there = (server.processor_seconds(pid) - old for pid, old in zip(server.workers, before, strict=False))
        same, other = epochs[:: max(2, workers)], epochs[1 :: max(2, workers)]
        fair = sum(other) / len(other) * min(1.0, here / there)
        shares = sorted(rate / fair for rate in same)
        row("epochs/s in the large session's worker", spread(same))
        row("epochs/s in another worker", spread(other))
        row("response to a command, p95", milliseconds(answers), "at most 100 ms")
        return shares[0]


async def returns(setup: "Setup") -> None:
    """Two hundred pages return after the server was killed."""
    with ServerProcess(workers=setup.workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 201)))
        await asyncio.sleep(1)
        returning = [
            asyncio.create_task(come_back(client, server.port, number)) for number, client in enumerate(clients)
        ]
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1)
        opened = await asyncio.to_thread(server.start)
        back = [await task for task in returning]
        waits = [moment - opened for moment, _ in back]
        row("back after the port opened, p95", f"{percentile(waits, 0.95):.2f} s", "at most 3 s")
        row("the last", f"{max(waits):.2f} s", "at most 5 s")
        row("resumed before the last frame they had shown", str(sum(lost for _, lost in back)), "0")


async def come_back(client: Client, port: int, number: int) -> tuple[float, bool]:
    """Return as a page does after losing its server: when the first frame arrived, and whether an epoch was lost."""
    rng = random.Random(number)  # noqa: S311 - reproducible
    await client.lost
    for attempt in range(20):
        await asyncio.sleep(back_off(attempt, rng.random()))
        new = Client(client.link)
        known = checkpoint_of(client.raw, client.link)
        new.greeting = {"checkpoint": known, "playing": True, "speed": client.status["speed"]}
        try:
            await new.open(port)
        except (OSError, asyncio.CancelledError):
            continue
        return time.monotonic(), new.epoch < client.epoch
    raise TimeoutError("a page did not come back")


async def bad_peers(setup: "Setup") -> None:
    """Ten experiments next to a misbehaving peer."""
    with ServerProcess(workers=setup.workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 11)))
        await asyncio.sleep(1)
        quiet = await observe(clients, setup.seconds / 2, 0.1)
        row("response to a command without a bad peer, p95", milliseconds(quiet))
        for name in BAD_PEERS:
            memory = server.rss()[server.pid]
            # in its own process, so that it does not slow down these clients
            peer = multiprocessing.get_context("spawn").Process(target=misbehave, args=(name, server.port))
            peer.start()
            await asyncio.sleep(1)
            answers = await observe(clients, setup.seconds / 2, 0.1)
            growth = server.rss()[server.pid] - memory
            peer.kill()
            await asyncio.to_thread(peer.join)
            row(f"… while {name}, p95", milliseconds(answers), "at most 100 ms")
            row("    growth of the front process's memory", f"{growth:.1f} MB", "at most 8 MB")


def flood(port: int, data: bytes) -> None:
    """Send the same data over and over without reading; reconnect a second after being disconnected."""
    while True:
        with contextlib.suppress(OSError), Peer(port, timeout=1) as peer:
            peer.hello()
            while True:
                peer.send(data)
        time.sleep(1)


def do_not_read(port: int) -> None:
    """Twenty peers request frames and never read one; they reconnect when disconnected."""
    while True:
        peers = [Peer(port) for _ in range(20)]
        for peer in peers:
            peer.hello()
            peer.say_raw(PLAY)
        for peer in peers:
            while peer.socket.fileno() >= 0:
                try:
                    peer.say_raw(PLAY)
                    time.sleep(0.5)
                except OSError:
                    peer.socket.close()


BAD_PEERS: dict[str, Callable[[int], None]] = {
    "one floods with pings": lambda port: flood(port, frame(PING, b"x" * 100) * 500),
    "one floods with messages": lambda port: flood(port, frame(TEXT, b'{"type":"reset"}') * 500),
    "one floods with fragments": lambda port: flood(port, frame(TEXT, b"", fin=False) + frame(0, b"", fin=False) * 500),
    "twenty do not read": do_not_read,
}


def misbehave(name: str, port: int) -> None:
    BAD_PEERS[name](port)


async def a_class(setup: "Setup") -> None:
    """A class of two hundred, and one of three hundred."""
    await classroom.measure(setup.workers, setup.seconds)


class Setup(NamedTuple):
    """How to measure: engine processes of each server, seconds for each figure, and what to compare."""

    workers: int
    seconds: float
    checkouts: tuple[Checkout, ...]

    def label(self, checkout: Checkout) -> str:
        """The name of a checkout, if there are several."""
        return f", {checkout.name}" if len(self.checkouts) > 1 else ""


Case = Callable[[Setup], Coroutine[Any, Any, None]]

CASES: dict[str, tuple[str, Case]] = {
    "crowd": ("default experiments train", crowd),
    "joins": ("200 join within a second while 100 train", joins),
    "fairness": ("the largest experiment next to 100 default ones", fairness),
    "returns": ("200 return after the server was killed and restarted", returns),
    "class": ("a class of 200 and one of 300", a_class),
    "peers": ("10 default experiments next to misbehaving peers", bad_peers),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds of measurement per figure")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worker processes of the server")
    parser.add_argument("--only", default=",".join(CASES), help="cases to run, of " + ", ".join(CASES))
    parser.add_argument("--against", type=Path, help="another checkout, with its environment in .venv, to compare with")
    options = parser.parse_args()
    before = (Checkout.at(options.against),) if options.against else ()
    setup = Setup(options.workers, options.seconds, (*before, Checkout("now")))
    print(f"{os.cpu_count()} cores, {options.workers} worker processes, load before {os.getloadavg()[0]:.1f}")
    for name in options.only.split(","):
        title, case = CASES[name]
        print(f"\n{title}")
        asyncio.run(case(setup))


if __name__ == "__main__":
    main()
