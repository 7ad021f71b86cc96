"""The cost of comparing networks: CPU time of one frame with one epoch, and the frame rate of one core.

    python -m benchmarks.compare

It measures CPU time rather than wall-clock time, so other programs do not matter, and uses no sockets;
`benchmarks.stream` measures frames over the wire.
"""

import time

from app.protocol.checkpoints import Opening
from app.protocol.envelopes import MessageKind
from app.protocol.parser import parse
from app.session.session import Session
from app.settings import Limits
from app.training.pacing import TICK
from benchmarks.stream import NETWORKS

FRAMES = 30
ROUNDS = 7
"""The number of measurements, of which the fastest counts."""


class Stage:
    """A session that trains on its own clock: one epoch and one frame per tick."""

    def __init__(self, link: str) -> None:
        self._now = 0.0
        self._session = Session(1, Opening(link=link), Limits(), 60, lambda: self._now)
        self._session.opened()
        self._session.submit(1, parse('{"type":"play"}'))

    def tick(self) -> int:
        """Advance the clock by a sixtieth of a second and return the number of frames."""
        self._now += TICK
        self._session.grant(0, -1)
        frames = 0
        while self._session.ready_at() <= self._now:
            frames += sum(envelope.kind is MessageKind.FRAME for envelope in self._session.turn(1.0))
        return frames


def seconds_of_a_frame(stage: Stage) -> float:
    """CPU time (s) of one frame and the epoch of every network before it."""
    for _ in range(FRAMES):
        stage.tick()
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.thread_time()
        frames = sum(stage.tick() for _ in range(FRAMES))
        best = min(best, (time.thread_time() - started) / frames)
    return best


def main() -> None:
    print("network                  CPU ms per frame  frames/s per core ")
    for name in ("default (2-4-2-1)", "four side by side", "7-8x6-1", "four of 7-8x6-1"):
        seconds = seconds_of_a_frame(Stage(NETWORKS[name]))
        print(f"{name:20} {1000 * seconds:21.2f} {1 / seconds:20.0f}")


if __name__ == "__main__":
    main()
