"""A few bytes that an engine process shares with the front: what it does, to be read even when it no longer answers."""

import mmap

BEAT_EVERY = 0.25
"""Seconds after which an engine process that has nothing to do shows that it lives."""

SIZE = 16
"""Bytes of the file that is shared."""


class Pulse:
    """Counts what an engine process does, and tells for which session it is doing it; 0 stands for none."""

    def __init__(self, descriptor: int) -> None:
        """Share the file with this descriptor, which must be `SIZE` bytes long and may be closed afterwards."""
        self._words = memoryview(mmap.mmap(descriptor, SIZE)).cast("Q")

    def beat(self, session: int = 0) -> None:
        """The process begins to do something for a session, or has done it."""
        self._words[1] = session
        self._words[0] += 1

    def read(self) -> tuple[int, int]:
        """The count, and the session that something is being done for."""
        return self._words[0], self._words[1]
