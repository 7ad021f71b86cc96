"""The send queue of one connection: all messages in order, but only the newest frame and the newest data."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from app.protocol.frames import without_pictures
from app.rooms.lag import Lag
from app.rooms.tally import Tally
from app.text import size_of

WINDOW = 2
"""How many frames may be sent without being acknowledged."""

MAX_WAITING = 512 * 1024
"""Bytes that may wait before a connection that does not read is closed. A message counts for half at most."""


class Close(NamedTuple):
    """The end of a connection, with its code."""

    code: int
    reason: str


class Frame(NamedTuple):
    """A frame: its number, the config revision it shows, and the run and epoch that its loss series reaches."""

    seq: int
    revision: int
    run: int
    epoch: int
    data: bytes


class Outbox:
    """The send queue of one connection. For use on the event loop only.

    `tally` counts what is sent. `clock` returns a time in seconds, by which the connection's lag is measured.
    """

    on_frame_sent: Callable[[], None]
    """Called when the waiting frame has been sent, which makes room for another."""

    on_filled: Callable[[], None]
    """Called when there may be something to send; unless it is replaced, it wakes `get`."""

    def __init__(self, tally: Tally | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._tally = tally or Tally()
        self._clock = clock
        self._lag = Lag()
        self.visible = True
        self.received = (0, -1)
        """Run and epoch up to which the page has the loss series."""
        self.on_frame_sent = lambda: None
        self._messages: deque[str | bytes] = deque()
        self._waiting = 0
        self.content = 0
        """The number that names the pictures that the page has, or 0."""
        self._data: bytes | None = None
        self._data_content = 0
        self._frame: Frame | None = None
        self._in_flight: deque[tuple[Frame, float]] = deque()
        """Frames sent and not acknowledged, each with the time when it was sent."""
        self._revision = 0
        self._close: Close | None = None
        self._filled = asyncio.Event()
        self.on_filled = self._filled.set

    @property
    def wants_frame(self) -> bool:
        """Whether a frame would be sent at once."""
        return self.visible and self._frame is None and len(self._in_flight) < WINDOW

    @property
    def side(self) -> int:
        """Rows and columns of the map that it should be sent: fewer where it lags."""
        return self._lag.side

    @property
    def is_waiting(self) -> bool:
        """Whether messages wait that have not been sent yet."""
        return bool(self._messages)

    def put(self, message: str | bytes) -> None:
        """Queue a message."""
        self._messages.append(message)
        self._waiting += _weight(size_of(message))
        if self._waiting > MAX_WAITING:
            self.close(1008, "send queue is full")
        self.on_filled()

    def put_config(self, message: str, revision: int) -> None:
        """Queue a config. The page drops frames of earlier revisions, so they need not be acknowledged."""
        if revision != self._revision:
            self._revision = revision
            self._frame = None
            self._in_flight.clear()
        self.put(message)

    def put_data(self, message: bytes, content: int = 0) -> None:
        """Queue data, in place of data still waiting, which belong to an earlier experiment.

        `content` names the pictures in them: a page that has these already is sent the rest.
        """
        index = next((index for index, item in enumerate(self._messages) if item is self._data), None)
        if index is not None:
            self._waiting -= _weight(size_of(self._messages[index]))
            del self._messages[index]
        self._data = without_pictures(message) if content and content == self.content else message
        self._data_content = content
        self.put(self._data)

    def put_frame(self, frame: Frame) -> None:
        """Queue a frame, in place of one still waiting."""
        if frame.revision == self._revision:
            self._frame = frame
            self.on_filled()

    def acknowledge(self, seq: int) -> None:
        """Note that the frame `seq` is on the screen, and with it all before."""
        now = self._clock()
        while self._in_flight and self._in_flight[0][0].seq <= seq:
            frame, sent = self._in_flight.popleft()
            self._lag.note(now, now - sent)
            if frame.seq == seq:
                self.received = (frame.run, frame.epoch)
        if self._frame:
            self.on_filled()

    def restart(self) -> None:
        """Forget the frames sent so far: the session was reopened and numbers its frames from the start."""
        self._frame = None
        self._in_flight.clear()
        self.received = (0, -1)

    def close(self, code: int, reason: str) -> None:
        """Close the connection once all messages have been sent."""
        self._close = self._close or Close(code, reason)
        self.on_filled()

    def take(self) -> str | bytes | Close | None:
        """The next thing to send: messages first, then the frame if there is room for it; None if there is nothing."""
        if self._messages:
            message = self._messages.popleft()
            if message is self._data:
                self.content = self._data_content or self.content
            size = size_of(message)
            self._waiting -= _weight(size)
            self._tally.sent_bytes += size
            return message
        if self._close:
            return self._close
        if self._frame and len(self._in_flight) < WINDOW:
            frame, self._frame = self._frame, None
            self._in_flight.append((frame, self._clock()))
            self.on_frame_sent()
            self._tally.frames += 1
            self._tally.sent_bytes += len(frame.data)
            return frame.data
        return None

    async def get(self) -> str | bytes | Close:
        """Wait for the next thing to send."""
        while (item := self.take()) is None:
            self._filled.clear()
            await self._filled.wait()
        return item


def _weight(size: int) -> int:
    """The bytes that a message adds to the queue: at most half the limit, so that one export does not exceed it."""
    return min(size, MAX_WAITING // 2)
