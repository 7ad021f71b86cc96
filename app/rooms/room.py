"""A room: one session as the front knows it, and its subscribers.

A room keeps the last config, status and data of its session, and its last frame with a checkpoint: almost all have one.
So a session whose worker died is reopened elsewhere as it was last seen.
"""

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Iterator, Mapping

from app.protocol.checkpoints import Opening, encode_opening, link_of, opening_of
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.errors import fault
from app.protocol.frames import FULL_MAP, has_checkpoint
from app.protocol.messages import WelcomeMessage, encode, encode_error
from app.protocol.starts import decode_sweep
from app.rooms.fanout import Fanout, Seen
from app.rooms.outbox import Frame, Outbox
from app.rooms.page_sweep import RunningSweep, SweepOfPage, Sweeps

RESTARTING = 1012
"""Close code of all connections when the server stops; pages then try to reconnect."""

BROKEN = 1011
"""Close code of a connection whose session cannot continue."""


@dataclasses.dataclass(eq=False, slots=True)
class Subscriber:
    """A connection that watches a session."""

    number: int
    outbox: Outbox
    page: str | None = None
    """The name that its page has from load to unload, if it sends one."""
    room: "Room | None" = None
    welcomed: bool = False
    greeted: bool = False


class Room:
    """One session and its subscribers.

    `limits` go into every welcome; `send` passes an envelope to a worker; `sweeps` trains what the session asks for.
    """

    def __init__(
        self,
        number: int,
        worker: int,
        opening: Opening,
        limits: Mapping[str, int],
        send: Callable[[int, Envelope], None],
        sweeps: Sweeps,
    ) -> None:
        self.number = number
        self.worker = worker
        self.session = secrets.token_urlsafe(16)
        self.subscribers: dict[int, Subscriber] = {}
        self.expiry: asyncio.TimerHandle | None = None
        self.is_copy = False
        """Whether it was copied from another session that continues, too."""
        self._limits = limits
        self._send = send
        self._sweeps = sweeps
        self._sweep: RunningSweep | None = None
        self._opening = opening
        self._config: str | None = None
        self._status: str | None = None
        self._data: bytes | None = None
        self._content = 0
        """The number that names the pictures in the data, or 0."""
        self._frame: bytes | None = None
        """The last frame that had a checkpoint."""
        self._last_frame: Envelope | None = None
        self.reopenings = 0
        """How often the session was opened again because its worker had died."""
        self._beginnings = 0
        """How often training has started over since the session was opened, including the opening."""
        self._seq = self._run = self._revision = 0
        self._granted = False
        self._is_finishing = False
        self.owner: object | None = None
        """The class that it belongs to: then it is kept while nobody watches, and only that class opens it."""
        self.is_background = False
        """Whether it trains although nobody watches."""
        self.fanout = Fanout(self.update_grant)
        self.on_card: Callable[[bytes], None] = lambda payload: None
        """Called with each card that the session sends."""
        self.on_readings: Callable[[bytes], None] = lambda payload: None
        """Called with what the session reads in drawings."""
        self._is_held = False
        self._cards = 0
        self._drawings = b""
        self._awaiting_report: list[Callable[[bytes], None]] = []

    def open(self) -> None:
        """Open the session in its worker."""
        self.send(MessageKind.OPEN, encode_opening(self._opening))

    def send(self, kind: MessageKind, payload: bytes = b"", **numbers: int) -> None:
        """Send the session an envelope."""
        self._send(self.worker, Envelope(kind, self.number, payload, **numbers))

    @property
    def link(self) -> str | None:
        """The canonical link of the current experiment, if it is known."""
        return link_of(self._config) if self._config else None

    @property
    def status(self) -> str | None:
        """The last `status` message, if there was one."""
        return self._status

    @property
    def config(self) -> str | None:
        """The last `config` message, if there was one."""
        return self._config

    @property
    def data(self) -> bytes | None:
        """The last `data`, if there were any."""
        return self._data

    def report_failure(self, why: str, code: str = "internal", *, fatal: bool = False) -> None:
        """Tell all subscribers that the session failed; a fatal failure closes their connections."""
        for subscriber in self.subscribers.values():
            subscriber.outbox.put(encode_error([fault(code, why=why)], fatal=fatal))
            if fatal:
                subscriber.outbox.close(BROKEN, why)

    def add(self, subscriber: Subscriber) -> None:
        """Add a subscriber."""
        self.subscribers[subscriber.number] = subscriber
        subscriber.room = self
        subscriber.outbox.on_frame_sent = self.update_grant
        # a frame granted before would not bring the new subscriber the whole loss series
        self.ask_again()

    @property
    def is_of_class(self) -> bool:
        """Whether it belongs to a class."""
        return self.owner is not None

    @property
    def is_watched(self) -> bool:
        """Whether anybody sees the session, or waits for its result."""
        return bool(self.subscribers or self.fanout or self.is_background)

    def hold(self, *, held: bool) -> None:
        """Keep the session from training, or let it train again; its picture is still shown."""
        if held != self._is_held:
            self._is_held = held
            self.send(MessageKind.HOLD if held else MessageKind.RELEASE)
            if self._sweep:
                self._sweep.hold(held=held)

    def want_cards(self, level: int) -> None:
        """Ask for no cards (0), for numbers (1), or for numbers and a picture (2)."""
        if level != self._cards:
            self._cards = level
            self.send(MessageKind.CARDS, bytes([level]))

    def report(self, receive: Callable[[bytes], None]) -> None:
        """Ask for a card with everything now, which `receive` gets."""
        self._awaiting_report.append(receive)
        self.send(MessageKind.REPORT)

    def read(self, drawings: bytes) -> None:
        """Have drawings read from now on, in place of those before; `on_readings` gets what is read. Empty: no more."""
        if drawings != self._drawings:
            self._drawings = drawings
            self.send(MessageKind.DRAWINGS, drawings)

    def follow(self, outbox: Outbox) -> None:
        """Let a connection watch the session without a part in it."""
        if not self.is_watched:
            self.send(MessageKind.WAKE)
        is_first = not self.fanout
        is_known = self._config is not None and self._status is not None
        shown = Seen(self._config or "", self._revision, self._status or "", self._data, self._content)
        seen = shown if is_known else None
        self.fanout.add(outbox, seen)
        if is_first:
            self._synchronize_fanout()

    def _synchronize_fanout(self) -> None:
        """Get a frame with the whole loss series, which those granted before would not bring."""
        self.send(MessageKind.GRANT, run=0, epoch=-1)
        self.report(lambda _: self.fanout.synchronize(self._last_frame))

    def unfollow(self, outbox: Outbox) -> None:
        """A connection no longer watches."""
        self.fanout.remove(outbox)
        if not self.is_watched:
            self.send(MessageKind.SLEEP)

    def ask_again(self) -> None:
        """Ask for a frame for those who could be sent one, whether or not one is on its way."""
        self._granted = False
        self.update_grant()

    def remove(self, subscriber: Subscriber) -> None:
        """Remove a subscriber, and end the sweep that it has asked for."""
        self.end_sweep()
        self.subscribers.pop(subscriber.number, None)
        subscriber.room = None
        subscriber.outbox.on_frame_sent = lambda: None

    def is_watched_by_another(self, subscriber: Subscriber) -> bool:
        """Whether another page watches, and not the same page that reconnects."""
        pages = {other.page for other in self.subscribers.values()}
        return subscriber.page is not None and bool(pages - {subscriber.page, None})

    def update_grant(self) -> None:
        """Ask for a frame if a subscriber could be sent one at once."""
        if self._granted:
            return
        receivers: list[Outbox | Fanout] = [subscriber.outbox for subscriber in self.subscribers.values()]
        if self.fanout:
            receivers.append(self.fanout)
        if any(receiver.wants_frame for receiver in receivers):
            self._granted = True
            run, epoch = min(receiver.received for receiver in receivers)
            # those who lag more than others are sent fewer frames
            side = max(receiver.side for receiver in receivers)
            self.send(MessageKind.GRANT, b"" if side == FULL_MAP else bytes([side]), run=run, epoch=epoch)

    def copy(self) -> Opening:
        """The opening of a new session that continues from where this one was last seen."""
        return dataclasses.replace(self._last_seen(), revision=0, run_until=None, past=False)

    def _last_seen(self) -> Opening:
        """The opening that restores the session as it was last seen."""
        opening = self._opening
        if self._config and self._status:
            opening = opening_of(self._config, self._status, self._data, self._frame)
            if not self._data:
                opening = dataclasses.replace(opening, examples=self._opening.examples)
            if not self._frame and self._beginnings <= 1:
                # it has not shown anything yet
                opening = dataclasses.replace(opening, checkpoint=self._opening.checkpoint)
        return dataclasses.replace(opening, seq=0, run=0)

    def reopen(self, *, paused: bool = False) -> None:
        """Open the session again, after its worker died, as it was last seen; `paused` also pauses it.

        Its sweep ends, since the new session does not know it.
        """
        self.end_sweep("failed")
        opening = self._last_seen()
        self.reopenings += 1
        self._beginnings = 0
        self._granted = False
        for subscriber in self.subscribers.values():
            subscriber.outbox.restart()
        self.fanout.restart()
        playing = opening.playing and not paused
        opening = dataclasses.replace(opening, seq=self._seq, run=self._run, playing=playing)
        self.send(MessageKind.OPEN, encode_opening(opening))
        if not self.is_watched:
            self.send(MessageKind.SLEEP)
        if self._is_held:
            self.send(MessageKind.HOLD)
        if self._cards:
            self.send(MessageKind.CARDS, bytes([self._cards]))
        if self._drawings:
            self.send(MessageKind.DRAWINGS, self._drawings)
        for _ in self._awaiting_report:
            self.send(MessageKind.REPORT)
        if self.fanout:
            self._synchronize_fanout()
        self.update_grant()

    def welcome(self, subscriber: Subscriber, resumed: str | None) -> None:
        """Welcome a subscriber; `resumed` says what continues: "session", "checkpoint", "copy" or None."""
        subscriber.welcomed = True
        subscriber.outbox.put(encode(WelcomeMessage(session=self.session, resumed=resumed, limits=self._limits)))

    def receive(self, envelope: Envelope) -> None:
        """Receive an envelope from the session, and do what it asks for or pass it on."""
        match envelope.kind:
            case MessageKind.CARD:
                self._receive_card(envelope)
            case MessageKind.READINGS:
                self.on_readings(envelope.payload)
            case MessageKind.SWEEP:
                self._start_sweep(envelope)
            case MessageKind.SWEEP_END:
                self.end_sweep(envelope.payload.decode())
            case _:
                self._pass_on(envelope)

    def _pass_on(self, envelope: Envelope) -> None:
        """Pass an envelope on to the subscribers it is for."""
        if not envelope.subscriber:
            self._note(envelope)
            self.fanout.receive(envelope)
        for subscriber in self._recipients(envelope):
            self._deliver(subscriber, envelope)
        if envelope.kind is MessageKind.FRAME and self._is_finishing:
            self.disconnect_all()
        elif envelope.kind in {MessageKind.FRAME, MessageKind.CONFIG}:
            self.update_grant()

    def _start_sweep(self, envelope: Envelope) -> None:
        subscriber = self.subscribers.get(envelope.subscriber)
        self.end_sweep()
        if subscriber is not None:
            sweep, request_id = decode_sweep(envelope.payload)
            page = SweepOfPage(sweep, request_id, subscriber.outbox)
            self._sweep = self._sweeps.start(sweep, page, owner=self.owner)
            if self._is_held:
                self._sweep.hold(held=True)

    def end_sweep(self, why: str | None = None) -> None:
        """End the sweep that the session has asked for, if there is one; the page is told why, if at all."""
        sweep, self._sweep = self._sweep, None
        if sweep:
            sweep.end(why)

    def _receive_card(self, envelope: Envelope) -> None:
        if not envelope.run:
            self.on_card(envelope.payload)
            return
        if self._awaiting_report:
            self._awaiting_report.pop(0)(envelope.payload)

    def _note(self, envelope: Envelope) -> None:
        """Keep what is needed to reopen the session."""
        payload = envelope.payload
        match envelope.kind:
            case MessageKind.FRAME:
                self._granted = False
                self._seq, self._run = envelope.seq, envelope.run
                if has_checkpoint(payload):
                    self._frame = payload
                self._last_frame = envelope
            case MessageKind.CONFIG:
                self._config, self._revision = payload.decode(), envelope.revision
                self._beginnings += envelope.run
                if envelope.run and self._beginnings > 1:
                    self._frame = None
            case MessageKind.STATUS:
                self._status = payload.decode()
            case MessageKind.DATA:
                self._data, self._content = payload, envelope.epoch

    def _recipients(self, envelope: Envelope) -> Iterator[Subscriber]:
        """The subscriber an envelope is for, or all that have been greeted."""
        if envelope.subscriber:
            subscriber = self.subscribers.get(envelope.subscriber)
            if subscriber is not None:
                subscriber.greeted = True
                yield subscriber
            return
        for subscriber in self.subscribers.values():
            if subscriber.greeted or envelope.kind is MessageKind.OPENED:
                yield subscriber

    def _deliver(self, subscriber: Subscriber, envelope: Envelope) -> None:
        payload, outbox = envelope.payload, subscriber.outbox
        match envelope.kind:
            case MessageKind.OPENED:
                subscriber.greeted = True
                if not subscriber.welcomed:
                    resumed = payload.decode() or None
                    self.welcome(subscriber, "copy" if resumed and self.is_copy else resumed)
            case MessageKind.CONFIG:
                outbox.put_config(payload.decode(), envelope.revision)
            case MessageKind.DATA:
                outbox.put_data(payload, envelope.epoch)
            case MessageKind.FRAME if not self._is_finishing:
                outbox.put_frame(Frame(envelope.seq, envelope.revision, envelope.run, envelope.epoch, payload))
            case MessageKind.FRAME | MessageKind.FILE:
                # the last frame does not wait for room
                outbox.put(payload)
            case _:
                outbox.put(payload.decode())

    def finish(self) -> None:
        """The server stops: send all subscribers the last state of the session, then disconnect them."""
        self.end_sweep()
        self._is_finishing = True
        self.send(MessageKind.FINISH)

    def disconnect_all(self) -> None:
        """Close the connections of all subscribers, which may reconnect in a moment."""
        for subscriber in self.subscribers.values():
            subscriber.outbox.close(RESTARTING, "the server is stopping; reconnect in a moment")
