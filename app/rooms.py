"""Rooms: a session and those who watch it. Sessions run in workers; here is what is known of them in front.

A room remembers the last config, status and frame of its session. As every frame is a checkpoint, a session whose
worker has died is opened again elsewhere as it was last seen.
"""

import asyncio
import contextlib
import dataclasses
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Protocol

from app import protocol
from app.channel import Envelope, Kind
from app.defences import stands
from app.link import Limits, format_link, parse_link
from app.outbox import Frame, Outbox
from app.protocol import Ack, Command, Hello, Opening, Visible
from app.settings import Settings

MOVED = 4409
"""Close code of a connection whose session goes on in another one."""

RESTARTING = 1012
"""Close code of all connections when the server stops; pages then try to come back."""

BROKEN = 1011
"""Close code of a connection whose session cannot go on."""

_DEADLY_AFTER = 3
"""So many times a session may end its engine process, then it is paused; after once more it is not opened again."""

_REMEMBERED = 30.0
"""Seconds for which that counts."""


class Engines(Protocol):
    """Where sessions run: what rooms need of `Workers`."""

    def __len__(self) -> int:
        """How many there are."""

    def send(self, index: int, envelope: Envelope) -> None:
        """Hand an envelope to one of them."""


@dataclasses.dataclass(eq=False, slots=True)
class Member:
    """A connection in a room."""

    number: int
    outbox: Outbox
    room: "Room | None" = None
    welcomed: bool = False
    greeted: bool = False


class Room:
    """One session and its members."""

    def __init__(self, number: int, worker: int, opening: Opening, send: Callable[[int, Envelope], None]) -> None:
        self.number = number
        self.worker = worker
        self.session = secrets.token_urlsafe(16)
        self.members: dict[int, Member] = {}
        self.expiry: asyncio.TimerHandle | None = None
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
        self.tell(Kind.OPEN, protocol.encode_opening(opening))

    def tell(self, kind: Kind, payload: bytes = b"", **numbers: int) -> None:
        """Send the session an envelope."""
        self._send(self.worker, Envelope(kind, self.number, payload, **numbers))

    @property
    def link(self) -> str | None:
        """The canonical link of the experiment in force, if it is known."""
        return protocol.link_of(self._config) if self._config else None

    def say_broken(self, why: str, *, fatal: bool = False) -> None:
        """Tell everybody that something is wrong with the session; if it is fatal, this is their end."""
        for member in self.members.values():
            member.outbox.put(protocol.encode_error([protocol.fault("internal", why=why)], fatal=fatal))
            if fatal:
                member.outbox.close(BROKEN, why)

    def add(self, member: Member) -> None:
        """Let somebody in."""
        self.members[member.number] = member
        member.room = self
        member.outbox.frame_left = self.update_grant
        # a frame that was granted before would not bring the newcomer the whole loss series
        self._granted = False
        self.update_grant()

    def remove(self, member: Member) -> None:
        """Let somebody go."""
        self.members.pop(member.number, None)
        member.room = None
        member.outbox.frame_left = lambda: None

    def update_grant(self) -> None:
        """Ask for a frame if there is somebody to whom it could be sent at once."""
        if self._granted:
            return
        outboxes = [member.outbox for member in self.members.values()]
        if any(outbox.wants_frame for outbox in outboxes):
            self._granted = True
            run, epoch = min(outbox.received for outbox in outboxes)
            self.tell(Kind.GRANT, run=run, epoch=epoch)

    def reopen(self, *, paused: bool = False) -> None:
        """The session is gone with its worker: make it again as it was last seen, or as that but paused."""
        opening = self._opening
        if self._config and self._status:
            opening = protocol.opening_of(self._config, self._status, self._data, self._frame)
            if not self._data:
                opening = dataclasses.replace(opening, examples=self._opening.examples)
            if not self._frame and self._beginnings <= 1:
                # it has not come to show anything yet
                opening = dataclasses.replace(opening, checkpoint=self._opening.checkpoint)
        self._beginnings = 0
        self._granted = False
        for member in self.members.values():
            member.outbox.restart()
        playing = opening.playing and not paused
        opening = dataclasses.replace(opening, seq=self._seq, run=self._run, playing=playing)
        self.tell(Kind.OPEN, protocol.encode_opening(opening))
        if not self.members:
            self.tell(Kind.SLEEP)
        self.update_grant()

    def receive(self, envelope: Envelope) -> Iterator[Member]:
        """Take what the session says, and give those whom it concerns."""
        kind, payload = envelope.kind, envelope.payload
        if kind is Kind.FRAME:
            self._granted = False
            self._frame, self._seq, self._run = payload, envelope.seq, envelope.run
        elif kind is Kind.CONFIG and not envelope.member:
            self._config = payload.decode()
            self._beginnings += envelope.run
            if envelope.run and self._beginnings > 1:
                self._frame = None
        elif kind is Kind.STATUS and not envelope.member:
            self._status = payload.decode()
        elif kind is Kind.DATA and not envelope.member:
            self._data = payload
        if envelope.member:
            member = self.members.get(envelope.member)
            if member is not None:
                member.greeted = True
                yield member
            return
        for member in self.members.values():
            if member.greeted or kind is Kind.OPENED:
                yield member


class Rooms:
    """All rooms of this server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = Limits(layers=settings.layers, units=settings.units, parameters=settings.parameters)
        self._engines: Engines | None = None
        self._rooms: dict[int, Room] = {}
        self._by_session: dict[str, Room] = {}
        self._numbers = count(1)
        self._connections: Counter[str] = Counter()
        self._all_gone = asyncio.Event()
        self.is_closing = False
        self._deaths: dict[str, deque[float]] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return self._connections.total()

    def admit(self, address: str) -> str | None:
        """Take one more connection from an address; if there is no place for it, the reason why not."""
        settings = self._settings
        if self.is_closing:
            return "the server is stopping"
        if self.connections >= settings.max_sessions and stands("admission"):
            return f"the server is full: {settings.max_sessions} sessions are open"
        if self._connections[address] >= settings.max_per_address and stands("admission"):
            return f"{settings.max_per_address} connections are open from your address, and more are not allowed"
        self._connections[address] += 1
        return None

    def dismiss(self, address: str) -> None:
        """A connection that was admitted has ended."""
        self._connections[address] -= 1
        if self._connections[address] <= 0:
            del self._connections[address]
        if not self._connections:
            self._all_gone.set()

    async def drain(self, seconds: float) -> None:
        """Let nobody in any more, send everybody the last state of their session, and wait until they have gone."""
        self.is_closing = True
        watched = [room for room in self._rooms.values() if room.members]
        for room in watched:
            room.tell(Kind.FINISH)
        self._all_gone.clear()
        if self._connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), seconds)
        for room in watched:
            self._send_away(room)

    def _send_away(self, room: Room) -> None:
        for member in room.members.values():
            member.outbox.close(RESTARTING, "the server is stopping; come back in a moment")

    def run_on(self, engines: Engines) -> None:
        """Say where sessions run."""
        self._engines = engines

    # --- members --------------------------------------------------------------------------------------------------

    def join(self, hello: Hello, outbox: Outbox) -> Member:
        """Let a connection into the room that it asks for, or into a new one."""
        member = Member(next(self._numbers), outbox)
        if self._count_deaths(hello.link) > _DEADLY_AFTER:
            outbox.put(protocol.encode_error([protocol.fault("internal", why=_TOO_DEADLY)], fatal=True))
            outbox.close(BROKEN, _TOO_DEADLY)
            return member
        room = self._find(hello)
        if room is None:
            known = hello.checkpoint if stands("checkpoint") else None
            playing = hello.playing and known is not None
            opening = Opening(
                link=hello.link,
                checkpoint=known,
                playing=playing,
                speed=hello.speed,
                examples=hello.examples or "",
            )
            room = self._open(opening)
            room.add(member)
        else:
            self._take_over(room, member)
        return member

    def _find(self, hello: Hello) -> Room | None:
        room = self._by_session.get(hello.session) if hello.session else None
        if room is None or room.link is None:
            return None
        if hello.link != room.link:
            asked = parse_link(hello.link, self._limits)
            if format_link(asked.config, asked.view) != room.link:
                return None
        return room

    def _take_over(self, room: Room, member: Member) -> None:
        for other in list(room.members.values()):
            other.outbox.put(protocol.encode_moved())
            other.outbox.close(MOVED, "the session goes on in another connection")
            room.remove(other)
        if room.expiry:
            room.expiry.cancel()
            room.expiry = None
        room.add(member)
        self._welcome(room, member, "session")
        room.tell(Kind.WAKE)
        room.tell(Kind.GREET, member=member.number)

    def _open(self, opening: Opening) -> Room:
        while len(self._rooms) >= self._settings.max_sessions and (oldest := self._longest_empty()):
            self._drop(oldest)
        load = [0] * len(self._workers)
        for room in self._rooms.values():
            load[room.worker] += bool(room.members)
        room = Room(next(self._numbers), load.index(min(load)), opening, self._workers.send)
        self._rooms[room.number] = self._by_session[room.session] = room
        return room

    @property
    def _workers(self) -> Engines:
        assert self._engines is not None, "run_on comes first"  # noqa: S101 - for the type checker
        return self._engines

    def _welcome(self, room: Room, member: Member, resumed: str | None) -> None:
        member.welcomed = True
        member.outbox.put(protocol.encode_welcome(room.session, resumed, self.limits))

    @property
    def limits(self) -> Mapping[str, int]:
        """The limits that pages are told."""
        settings = self._settings
        return {
            "layers": settings.layers,
            "units": settings.units,
            "parameters": settings.parameters,
            "message_bytes": settings.message_bytes,
        }

    def submit(self, member: Member, command: Command, text: str) -> None:
        """Carry out what a member asks for, which came as `text`."""
        room = member.room
        if room is None:
            return
        match command:
            case Ack():
                member.outbox.acknowledge(command.seq)
                room.update_grant()
            case Visible():
                member.outbox.visible = command.on
                room.update_grant()
            case _:
                room.tell(Kind.COMMAND, text.encode(), member=member.number)

    def leave(self, member: Member) -> None:
        """A connection has ended. A room that is empty then sleeps, and is kept for a while."""
        room = member.room
        if room is None:
            return
        room.remove(member)
        if not room.members:
            room.tell(Kind.SLEEP)
            loop = asyncio.get_running_loop()
            room.expiry = loop.call_later(self._settings.session_ttl, self._drop, room)
            # the order of the rooms is that in which they became empty
            self._rooms[room.number] = self._rooms.pop(room.number)

    def _longest_empty(self) -> Room | None:
        return next((room for room in self._rooms.values() if not room.members), None)

    def _drop(self, room: Room) -> None:
        if room.expiry:
            room.expiry.cancel()
        room.tell(Kind.DROP)
        del self._rooms[room.number], self._by_session[room.session]

    # --- workers --------------------------------------------------------------------------------------------------

    def receive(self, envelope: Envelope) -> None:
        """Hand on what a session says."""
        room = self._rooms.get(envelope.session)
        if room is None:
            return
        match envelope.kind:
            case Kind.FAILED:
                self._reopen_deadly(room)
            case Kind.FRAME:
                self._hand_on_frame(room, envelope)
            case _:
                for member in room.receive(envelope):
                    self._hand_on(room, member, envelope)

    def _hand_on(self, room: Room, member: Member, envelope: Envelope) -> None:
        match envelope.kind:
            case Kind.OPENED:
                member.greeted = True
                if not member.welcomed:
                    self._welcome(room, member, envelope.payload.decode() or None)
            case Kind.CONFIG:
                member.outbox.put_config(envelope.payload.decode(), envelope.revision)
                room.update_grant()
            case Kind.DATA:
                member.outbox.put_data(envelope.payload)
            case Kind.FILE:
                member.outbox.put(envelope.payload)
            case _:
                member.outbox.put(envelope.payload.decode())

    def _hand_on_frame(self, room: Room, envelope: Envelope) -> None:
        if self.is_closing:
            # it is the last: nobody has to make room for it
            for member in room.receive(envelope):
                member.outbox.put(envelope.payload)
            self._send_away(room)
            return
        frame = Frame(envelope.seq, envelope.revision, envelope.run, envelope.epoch, envelope.payload)
        for member in room.receive(envelope):
            member.outbox.put_frame(frame)
        room.update_grant()

    def lost(self, worker: int, session: int = 0) -> None:
        """All sessions of a worker are gone, which was working for `session`; another stands in its place."""
        rooms = [room for room in self._rooms.values() if room.worker == worker]
        # those that somebody waits for come first
        for room in sorted(rooms, key=lambda room: not room.members):
            if room.number == session:
                self._reopen_deadly(room)
            else:
                room.reopen()

    def _reopen_deadly(self, room: Room) -> None:
        """Open a session again that may be to blame for the end of its worker, unless that happens again and again."""
        link = room.link or ""
        now = asyncio.get_running_loop().time()
        self._deaths = {key: times for key, times in self._deaths.items() if now - times[-1] < _REMEMBERED}
        self._deaths.setdefault(link, deque(maxlen=_DEADLY_AFTER + 1)).append(now)
        deaths = self._count_deaths(link)
        if deaths > _DEADLY_AFTER:
            room.say_broken(_TOO_DEADLY, fatal=True)
            for member in list(room.members.values()):
                room.remove(member)
            self._drop(room)
        elif deaths == _DEADLY_AFTER:
            room.reopen(paused=True)
            room.say_broken(_DEADLY)
        else:
            room.reopen()

    def _count_deaths(self, link: str) -> int:
        """How often an experiment has ended its worker of late."""
        now = asyncio.get_running_loop().time() if self._deaths else 0.0
        return sum(now - time < _REMEMBERED for time in self._deaths.get(link, ()))


_DEADLY = "this experiment has ended its engine process several times and was paused"
_TOO_DEADLY = "this experiment ends its engine process again and again and is not opened any more for half a minute"
