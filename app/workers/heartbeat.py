"""The heartbeat of an engine process: a few bytes of memory shared with the front, readable even when it hangs."""

import mmap

HEARTBEAT_INTERVAL = 0.25
"""Seconds between two heartbeats of an idle engine process, at most."""

SIZE = 16
"""Bytes of the shared file."""


class Heartbeat:
    """A counter that the engine process increases with everything it does, and the session it is working for, or 0."""

    def __init__(self, descriptor: int) -> None:
        """Map the file with this descriptor, which must be `SIZE` bytes long and may be closed afterward."""
        self._words = memoryview(mmap.mmap(descriptor, SIZE)).cast("Q")

    def beat(self, session: int = 0) -> None:
        """Note that the process begins work for a session, or with 0 that the work is done."""
        self._words[1] = session
        self._words[0] += 1

    def read(self) -> tuple[int, int]:
        """The counter, and the session that the process is working for."""
        return self._words[0], self._words[1]
