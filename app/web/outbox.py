"""What waits to be sent to one connection: every message, in order, but only the newest frame and the newest data."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from app.text import size_of

WINDOW = 2
"""Frames that may be under way to a connection without having been acknowledged."""

MAX_WAITING = 512 * 1024
"""Bytes that may wait for a connection that does not read; then it is given up. A message counts for half at most."""


class Close(NamedTuple):
    """The end of a connection, with its code."""

    code: int
    reason: str


class Frame(NamedTuple):
    """A frame: its number, the revision of config that it shows, and how far it brings the loss series of which run."""

    seq: int
    revision: int
    run: int
    epoch: int
    data: bytes


class Outbox:
    """A queue for one connection. To be touched on the event loop only."""

    frame_left: Callable[[], None]
    """Called when the frame that waited has left, so that there is a place for another."""

    def __init__(self) -> None:
        self.visible = True
        self.received = (0, -1)
        """Run and epoch up to which the other side has the loss series."""
        self.frame_left = lambda: None
        self._messages: deque[str | bytes] = deque()
        self._waiting = 0
        self._data: bytes | None = None
        self._frame: Frame | None = None
        self._in_flight: deque[Frame] = deque()
        self._revision = 0
        self._close: Close | None = None
        self._filled = asyncio.Event()

    @property
    def wants_frame(self) -> bool:
        """Whether a frame would leave at once."""
        return self.visible and self._frame is None and len(self._in_flight) < WINDOW

    def put(self, message: str | bytes) -> None:
        """Add a message."""
        self._messages.append(message)
        self._waiting += _weight(message)
        if self._waiting > MAX_WAITING:
            self.close(1008, "too much is waiting to be read")
        self._filled.set()

    def put_config(self, message: str, revision: int) -> None:
        """Add a config. Frames of earlier ones will be dropped there, so that they need no place any more."""
        if revision != self._revision:
            self._revision = revision
            self._frame = None
            self._in_flight.clear()
        self.put(message)

    def put_data(self, message: bytes) -> None:
        """Add data. Those that still wait are of an experiment that is no more, and go."""
        place = next((place for place, item in enumerate(self._messages) if item is self._data), None)
        if place is not None:
            self._waiting -= _weight(self._messages[place])
            del self._messages[place]
        self._data = message
        self.put(message)

    def put_frame(self, frame: Frame) -> None:
        """Let a frame wait, in place of the one that waits already."""
        if frame.revision == self._revision:
            self._frame = frame
            self._filled.set()

    def acknowledge(self, seq: int) -> None:
        """The frame `seq` is on the screen, so that all up to it have left their places."""
        while self._in_flight and self._in_flight[0].seq <= seq:
            frame = self._in_flight.popleft()
            if frame.seq == seq:
                self.received = (frame.run, frame.epoch)
        self._filled.set()

    def restart(self) -> None:
        """The session begins to count anew: forget what was under way."""
        self._frame = None
        self._in_flight.clear()
        self.received = (0, -1)

    def close(self, code: int, reason: str) -> None:
        """End the connection when all messages have left."""
        self._close = self._close or Close(code, reason)
        self._filled.set()

    def take(self) -> str | bytes | Close | None:
        """The next thing to send: messages first, then the frame if there is a place for it; None if there is none."""
        if self._messages:
            message = self._messages.popleft()
            self._waiting -= _weight(message)
            return message
        if self._close:
            return self._close
        if self._frame and len(self._in_flight) < WINDOW:
            frame, self._frame = self._frame, None
            self._in_flight.append(frame)
            self.frame_left()
            return frame.data
        return None

    async def get(self) -> str | bytes | Close:
        """The next thing to send, as soon as there is one."""
        while (item := self.take()) is None:
            self._filled.clear()
            await self._filled.wait()
        return item


def _weight(message: str | bytes) -> int:
    """How much a message counts among what waits: an export may be long, and is nobody's fault."""
    return min(size_of(message), MAX_WAITING // 2)
