"""Fan-out: one session watched by many connections that have no part in it.

The frames are those that the session makes for its own page anyway, at most eight a second of them. Each is encoded and
compressed once for all who have the same part of the loss series. Every connection has its own outbox, which holds the
newest frame only, so nobody who is slow slows anybody else, and least of all the session.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from app.protocol.containers import compress
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.frames import FULL_MAP, FrameParts, read_frame
from app.rooms.outbox import Frame, Outbox
from app.training.series import LossSeries

PERIOD = 1 / 8
"""Seconds between two frames."""

_RECENT = 8
"""Frames back to which those who lag are sent what they miss; others are sent the whole loss series, thinned."""

_KEPT = {"goals", "remark"}
"""Types of messages that a connection which comes later needs."""

_UNKNOWN = (0, -1)
"""Run and epoch of those who have nothing of the loss series."""


class Seen(NamedTuple):
    """The last config with its revision, status and data of a session."""

    config: str
    revision: int
    status: str
    data: bytes | None
    content: int = 0
    """The number that names the pictures in the data, or 0."""


class Fanout:
    """The connections that watch a session. `ask` asks it for a frame. For use on the event loop only."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._outboxes: dict[Outbox, None] = {}
        self._series = LossSeries()
        self._recent: deque[tuple[int, int]] = deque(maxlen=_RECENT)
        self._newest: Envelope | None = None
        self._shown: Envelope | None = None
        """The frame that was sent last."""
        self._parts: FrameParts | None = None
        self._payloads: dict[tuple[int, int], bytes] = {}
        """The frame that was sent last, by the run and epoch that its receivers have."""
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0
        """When the next frame may be sent, by the clock of the event loop."""
        self._said: dict[str, str] = {}
        self._data: tuple[bytes, bytes] | None = None
        """The data of the session, and the same compressed."""
        self.is_synchronized = False
        """Whether frames bring the whole loss series from now on."""
        self.received = _UNKNOWN
        """Run and epoch up to which the loss series is known here."""

    def __len__(self) -> int:
        return len(self._outboxes)

    side = FULL_MAP
    """Everybody is sent the same frames, and those who lag are sent fewer."""

    @property
    def wants_frame(self) -> bool:
        """Whether a frame would be sent at once."""
        return self._timer is None and any(outbox.wants_frame for outbox in self._outboxes)

    def add(self, outbox: Outbox, seen: Seen | None) -> None:
        """Add a connection, and send it what the session has shown so far, if it has shown anything."""
        self._outboxes[outbox] = None
        outbox.restart()
        outbox.on_frame_sent = self.ask
        if seen is not None:
            outbox.put_config(seen.config, seen.revision)
            outbox.put(seen.status)
            if seen.data is not None:
                outbox.put_data(self._compressed(seen.data), seen.content)
            for text in self._said.values():
                outbox.put(text)
        if self._shown is not None:
            self._send(outbox, self._shown)
        self.ask()

    def remove(self, outbox: Outbox) -> None:
        """Remove a connection. After the last one, the loss series is not followed any more."""
        if outbox not in self._outboxes:
            return
        del self._outboxes[outbox]
        outbox.restart()
        outbox.on_frame_sent = lambda: None
        if not self._outboxes:
            self.restart()

    def restart(self) -> None:
        """Forget the frames and the loss series: the session was reopened, or nobody watches it."""
        self.is_synchronized = False
        self.received = _UNKNOWN
        self._newest = self._shown = self._parts = self._data = None
        self._series = LossSeries()
        self._recent.clear()
        self._payloads.clear()
        for outbox in self._outboxes:
            outbox.restart()

    def synchronize(self, frame: Envelope | None) -> None:
        """Begin with a frame that brings the whole loss series; those before it did not."""
        if frame is not None and self._outboxes:
            self.is_synchronized = True
            self.receive(frame)

    def ask(self) -> None:
        """Ask for a frame if one could be sent at once."""
        if self.wants_frame:
            self._ask()

    def receive(self, envelope: Envelope) -> None:
        """Pass on what the session tells all its subscribers."""
        payload = envelope.payload
        match envelope.kind:
            case MessageKind.MESSAGE:
                self._note(payload.decode())
            case _ if not self._outboxes:
                return
            case MessageKind.FRAME if self.is_synchronized:
                self._newest = envelope
                if self._timer is None:
                    self._send_newest()
            case MessageKind.CONFIG:
                for outbox in self._outboxes:
                    outbox.put_config(payload.decode(), envelope.revision)
            case MessageKind.DATA:
                compressed = self._compressed(payload)
                for outbox in self._outboxes:
                    outbox.put_data(compressed, envelope.epoch)
            case MessageKind.STATUS:
                self._tell(payload.decode())

    def _compressed(self, data: bytes) -> bytes:
        """The data of the session as they are sent: compressed once for all who come."""
        if self._data is None or self._data[0] is not data:
            self._data = (data, compress(data))
        return self._data[1]

    def _note(self, text: str) -> None:
        kind = text[len('{"type":"') :].partition('"')[0]
        if kind in _KEPT:
            self._said[kind] = text
            self._tell(text)

    def _tell(self, text: str) -> None:
        for outbox in self._outboxes:
            outbox.put(text)

    def _send_newest(self) -> None:
        envelope, self._newest = self._newest, None
        if envelope is None:
            return
        self._parts = read_frame(envelope.payload).to_watch()
        if self._shown is not None and self._shown.run != envelope.run:
            self._series = LossSeries()
            self._recent.clear()
        self._extend(self._parts)
        self._shown = envelope
        self._payloads.clear()
        self._recent.append((envelope.run, envelope.epoch))
        self.received = (envelope.run, envelope.epoch)
        loop = asyncio.get_running_loop()
        # a frame that was sent late does not delay those that follow
        self._next = max(self._next + PERIOD, loop.time() + PERIOD / 2)
        self._timer = loop.call_at(self._next, self._wake)
        for outbox in self._outboxes:
            if outbox.visible:
                self._send(outbox, envelope)

    def show_again(self, outbox: Outbox) -> None:
        """A page can be seen again: send it what it has missed."""
        if self._shown is not None and outbox.received != (self._shown.run, self._shown.epoch):
            self._send(outbox, self._shown)
        self.ask()

    def _wake(self) -> None:
        self._timer = None
        if self._newest is not None:
            self._send_newest()
        else:
            self.ask()

    def _extend(self, parts: FrameParts) -> None:
        losses = parts.losses
        if not len(losses.epochs):
            return
        self._series.cut(int(losses.epochs[0]) - 1)
        lines = [None if line is None else line.tolist() for line in (losses.train, losses.test, losses.validation)]
        for index, epoch in enumerate(losses.epochs.tolist()):
            self._series.put(epoch, *(None if line is None else line[index] for line in lines))

    def _send(self, outbox: Outbox, envelope: Envelope) -> None:
        since = outbox.received if outbox.received in self._recent else _UNKNOWN
        payload = self._payloads.get(since)
        if payload is None and self._parts is not None:
            points = self._series.after(since[1] if since[0] == envelope.run else -1)
            payload = self._payloads[since] = compress(self._parts.with_losses(points))
        if payload is not None:
            outbox.put_frame(Frame(envelope.seq, envelope.revision, envelope.run, envelope.epoch, payload))
