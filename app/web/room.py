"""A room: one session, what is known of it in front, and those who watch it.

A room remembers the last config, status, data and frame of its session. As every frame is a checkpoint, a session whose
worker has died is opened again elsewhere as it was last seen.
"""

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Iterator, Mapping

from app import protocol
from app.protocol import Opening
from app.protocol.envelopes import Envelope, Kind
from app.web.outbox import Frame, Outbox

RESTARTING = 1012
"""Close code of all connections when the server stops; pages then try to come back."""

BROKEN = 1011
"""Close code of a connection whose session cannot go on."""


@dataclasses.dataclass(eq=False, slots=True)
class Subscriber:
    """A connection in a room."""

    number: int
    outbox: Outbox
    page: str | None = None
    """What its page calls itself for as long as it is loaded, if it says so."""
    room: "Room | None" = None
    welcomed: bool = False
    greeted: bool = False


class Room:
    """One session and its subscribers. `limits` are told to those who come; `send` hands an envelope to a worker."""

    def __init__(
        self,
        number: int,
        worker: int,
        opening: Opening,
        limits: Mapping[str, int],
        send: Callable[[int, Envelope], None],
    ) -> None:
        self.number = number
        self.worker = worker
        self.session = secrets.token_urlsafe(16)
        self.subscribers: dict[int, Subscriber] = {}
        self.expiry: asyncio.TimerHandle | None = None
        self.is_copy = False
        """Whether it goes on from where another session is, which goes on as well."""
        self._limits = limits
        self._send = send
        self._opening = opening
        self._config: str | None = None
        self._status: str | None = None
        self._data: bytes | None = None
        self._frame: bytes | None = None
        self._beginnings = 0
        """How often the experiment has begun anew since the session was opened, the opening included."""
        self._seq = self._run = 0
        self._granted = False
        self._is_finishing = False

    def open(self) -> None:
        """Open the session in its worker."""
        self.tell(Kind.OPEN, protocol.encode_opening(self._opening))

    def tell(self, kind: Kind, payload: bytes = b"", **numbers: int) -> None:
        """Send the session an envelope."""
        self._send(self.worker, Envelope(kind, self.number, payload, **numbers))

    @property
    def link(self) -> str | None:
        """The canonical link of the experiment in force, if it is known."""
        return protocol.link_of(self._config) if self._config else None

    def say_broken(self, why: str, code: str = "internal", *, fatal: bool = False) -> None:
        """Tell everybody that something is wrong with the session; if it is fatal, this is their end."""
        for subscriber in self.subscribers.values():
            subscriber.outbox.put(protocol.encode_error([protocol.fault(code, why=why)], fatal=fatal))
            if fatal:
                subscriber.outbox.close(BROKEN, why)

    def add(self, subscriber: Subscriber) -> None:
        """Let somebody in."""
        self.subscribers[subscriber.number] = subscriber
        subscriber.room = self
        subscriber.outbox.frame_left = self.update_grant
        # a frame that was granted before would not bring the newcomer the whole loss series
        self._granted = False
        self.update_grant()

    def remove(self, subscriber: Subscriber) -> None:
        """Let somebody go."""
        self.subscribers.pop(subscriber.number, None)
        subscriber.room = None
        subscriber.outbox.frame_left = lambda: None

    def is_watched_by_another(self, subscriber: Subscriber) -> bool:
        """Whether somebody is here who is certainly another page than this one, and not the same that comes back."""
        pages = {other.page for other in self.subscribers.values()}
        return subscriber.page is not None and bool(pages - {subscriber.page, None})

    def update_grant(self) -> None:
        """Ask for a frame if there is somebody to whom it could be sent at once."""
        if self._granted:
            return
        outboxes = [subscriber.outbox for subscriber in self.subscribers.values()]
        if any(outbox.wants_frame for outbox in outboxes):
            self._granted = True
            run, epoch = min(outbox.received for outbox in outboxes)
            self.tell(Kind.GRANT, run=run, epoch=epoch)

    def copied(self) -> Opening:
        """How a session of its own goes on from where this one was last seen."""
        return dataclasses.replace(self._last_seen(), revision=0, errand=None, past=False)

    def _last_seen(self) -> Opening:
        """How the session would be opened again as it was last seen."""
        opening = self._opening
        if self._config and self._status:
            opening = protocol.opening_of(self._config, self._status, self._data, self._frame)
            if not self._data:
                opening = dataclasses.replace(opening, examples=self._opening.examples)
            if not self._frame and self._beginnings <= 1:
                # it has not come to show anything yet
                opening = dataclasses.replace(opening, checkpoint=self._opening.checkpoint)
        return dataclasses.replace(opening, seq=0, run=0)

    def reopen(self, *, paused: bool = False) -> None:
        """The session is gone with its worker: make it again as it was last seen, or as that but paused."""
        opening = self._last_seen()
        self._beginnings = 0
        self._granted = False
        for subscriber in self.subscribers.values():
            subscriber.outbox.restart()
        playing = opening.playing and not paused
        opening = dataclasses.replace(opening, seq=self._seq, run=self._run, playing=playing)
        self.tell(Kind.OPEN, protocol.encode_opening(opening))
        if not self.subscribers:
            self.tell(Kind.SLEEP)
        self.update_grant()

    def welcome(self, subscriber: Subscriber, resumed: str | None) -> None:
        """Tell a subscriber where it is; `resumed` says what goes on: "session", "checkpoint", "copy" or nothing."""
        subscriber.welcomed = True
        subscriber.outbox.put(protocol.encode_welcome(self.session, resumed, self._limits))

    def receive(self, envelope: Envelope) -> None:
        """Take what the session says, and hand it on to those whom it concerns."""
        if not envelope.subscriber:
            self._note(envelope)
        for subscriber in self._concerned(envelope):
            self._hand_on(subscriber, envelope)
        if envelope.kind is Kind.FRAME and self._is_finishing:
            self.send_away()
        elif envelope.kind in {Kind.FRAME, Kind.CONFIG}:
            self.update_grant()

    def _note(self, envelope: Envelope) -> None:
        """Remember what the session would be opened from again."""
        payload = envelope.payload
        match envelope.kind:
            case Kind.FRAME:
                self._granted = False
                self._frame, self._seq, self._run = payload, envelope.seq, envelope.run
            case Kind.CONFIG:
                self._config = payload.decode()
                self._beginnings += envelope.run
                if envelope.run and self._beginnings > 1:
                    self._frame = None
            case Kind.STATUS:
                self._status = payload.decode()
            case Kind.DATA:
                self._data = payload

    def _concerned(self, envelope: Envelope) -> Iterator[Subscriber]:
        """Whom it concerns: the one subscriber that it is for, or all who know what the session is about."""
        if envelope.subscriber:
            subscriber = self.subscribers.get(envelope.subscriber)
            if subscriber is not None:
                subscriber.greeted = True
                yield subscriber
            return
        for subscriber in self.subscribers.values():
            if subscriber.greeted or envelope.kind is Kind.OPENED:
                yield subscriber

    def _hand_on(self, subscriber: Subscriber, envelope: Envelope) -> None:
        payload, outbox = envelope.payload, subscriber.outbox
        match envelope.kind:
            case Kind.OPENED:
                subscriber.greeted = True
                if not subscriber.welcomed:
                    resumed = payload.decode() or None
                    self.welcome(subscriber, "copy" if resumed and self.is_copy else resumed)
            case Kind.CONFIG:
                outbox.put_config(payload.decode(), envelope.revision)
            case Kind.DATA:
                outbox.put_data(payload)
            case Kind.FRAME if not self._is_finishing:
                outbox.put_frame(Frame(envelope.seq, envelope.revision, envelope.run, envelope.epoch, payload))
            case Kind.FRAME | Kind.FILE:
                # of frames it is the last: nobody has to make room for it
                outbox.put(payload)
            case _:
                outbox.put(payload.decode())

    def finish(self) -> None:
        """The server stops: let everybody have the last state of the session, and then go."""
        self._is_finishing = True
        self.tell(Kind.FINISH)

    def send_away(self) -> None:
        """End the connections of all subscribers, who may come back in a moment."""
        for subscriber in self.subscribers.values():
            subscriber.outbox.close(RESTARTING, "the server is stopping; come back in a moment")
