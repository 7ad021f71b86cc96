"""What an engine process sends to the front: envelopes, several of them at a time."""

import socket
import time
from collections.abc import Callable

from app.protocol.envelopes import Envelope, pack

_LONGEST = 0.004
"""Seconds that an envelope waits for others, at most."""

_MOST_BYTES = 128 * 1024
"""Bytes that are sent at a time, at least."""


class Outgoing:
    """The engine process's side of a socket. Envelopes are collected, because each call of the system wakes the front.

    `flush` is to be called before the process waits, and `flush_due` now and then.
    """

    def __init__(self, channel: socket.socket, clock: Callable[[], float] = time.perf_counter) -> None:
        self._channel = channel
        self._clock = clock
        self._pieces: list[bytes] = []
        self._size = 0
        self._since = 0.0

    def put(self, envelope: Envelope) -> None:
        """Send an envelope, with those before and after it."""
        if not self._pieces:
            self._since = self._clock()
        pieces = pack(envelope)
        self._pieces += pieces
        self._size += sum(map(len, pieces))

    def flush_due(self) -> None:
        """Send what has been collected if that is much, or waits for long."""
        if self._size >= _MOST_BYTES or (self._pieces and self._clock() - self._since >= _LONGEST):
            self.flush()

    def flush(self) -> None:
        """Send what has been collected."""
        if not self._pieces:
            return
        data = b"".join(self._pieces)
        self._pieces, self._size = [], 0
        try:
            # blocking is right here: while the front does not read, more output is of no use
            self._channel.sendall(data)
        except OSError:
            # the front has ended, which is no fault of the session that sends
            raise SystemExit(0) from None
