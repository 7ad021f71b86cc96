"""The heartbeat of an engine process: a little memory shared with the front, readable even when the process hangs."""

import mmap

from app.workers.counts import PLACES, Counts

HEARTBEAT_INTERVAL = 0.25
"""Seconds between two heartbeats of an idle engine process, at most."""

_WORD = 8

SIZE = (2 + PLACES) * _WORD
"""Bytes of the shared file."""


class Heartbeat:
    """A counter that the engine process increases with everything it does, and the session it is working for, or 0.

    After these two, the memory holds what the process counts.
    """

    def __init__(self, descriptor: int) -> None:
        """Map the file with this descriptor, which must be `SIZE` bytes long and may be closed afterward."""
        self._words = memoryview(mmap.mmap(descriptor, SIZE)).cast("Q")
        self.counts = Counts(self._words[2:])

    def beat(self, session: int = 0) -> None:
        """Note that the process begins work for a session, or with 0 that the work is done."""
        self._words[1] = session
        self._words[0] += 1

    def read(self) -> tuple[int, int]:
        """The counter, and the session that the process is working for."""
        return self._words[0], self._words[1]
