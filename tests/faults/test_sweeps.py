"""Live sessions beside many starts, which take only what nobody else needs."""

import threading
import time
from collections.abc import Sequence

import pytest

from tests.support.client import Client
from tests.support.server import ServerProcess, wait_until

pytestmark = [pytest.mark.server, pytest.mark.resilience, pytest.mark.alone]

PLAYERS = 6
ALTERNATIONS = 5

WINDOW = 1.0
"""Seconds for which frames are counted, first without a sweep and then beside one."""


class Player:
    """A page that plays and counts its frames, in a thread."""

    def __init__(self, port: int, link: str) -> None:
        self.frames = 0
        self._client = Client(port)
        self._client.greet(link)
        self._client.ask("play")
        self._is_over = False
        self._thread = threading.Thread(target=self._play)
        self._thread.start()

    def _play(self) -> None:
        while not self._is_over:
            self.frames += self._client.read()["type"] == "frame"

    def end(self) -> None:
        """Leave."""
        self._is_over = True
        self._thread.join(30)
        self._client.close()


def frames_in_window(players: Sequence[Player]) -> int:
    before = sum(player.frames for player in players)
    time.sleep(WINDOW)
    return sum(player.frames for player in players) - before


def test_live_sessions_keep_frames_beside_sweep() -> None:
    without = beside = 0
    trained = 0.0
    with ServerProcess() as server, server.open("#seed=0.9&networkShape=8,8") as client:
        client.ask("estimate_starts")
        wait_until(lambda: len(server.of_sweeps) > 0, "no process was started")
        players = [Player(server.port, f"#seed=0.{number}&networkShape=4,2") for number in range(PLAYERS)]
        try:
            for _ in range(ALTERNATIONS):
                without += frames_in_window(players)
                client.ask("try_starts", count=400, epochs=5000)
                beside += frames_in_window(players)
                client.say("cancel_starts")
                trained += client.until(lambda message: message["type"] == "starts" and message["ended"])["share"]
        finally:
            for player in players:
                player.end()
    print(f"beside a sweep, live sessions have {beside / without:.0%} of the frames that they have without one")
    assert trained > 0
    assert beside >= 0.7 * without
