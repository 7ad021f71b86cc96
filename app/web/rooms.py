"""All rooms of a server: who may come in, which session each connection watches, and in which worker that lives."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Protocol

from app import protocol
from app.link import Limits, format_link, parse_link
from app.protocol import Ack, Command, Hello, Opening, Visible
from app.protocol.envelopes import Envelope, Kind
from app.settings import Settings
from app.web.connections import Census
from app.web.outbox import Outbox
from app.web.room import BROKEN, Room, Subscriber

MOVED = 4409
"""Close code of a connection whose session goes on in another one."""

_DEADLY_AFTER = 3
"""So many times a session may end its engine process, then it is paused; after once more it is not opened again."""

_REMEMBERED = 30.0
"""Seconds for which that counts."""


class Workers(Protocol):
    """Where sessions run: what rooms need of `WorkerPool`."""

    def __len__(self) -> int:
        """How many workers there are."""

    @property
    def available(self) -> Sequence[int]:
        """The workers that take new sessions now."""

    def send(self, index: int, envelope: Envelope) -> None:
        """Send an envelope to a worker."""


class Rooms:
    """All rooms of this server."""

    def __init__(self, settings: Settings, workers: Workers, census: Census | None = None) -> None:
        self._settings = settings
        self._workers = workers
        self._census = census or Census()
        self._limits = Limits(layers=settings.layers, units=settings.units, parameters=settings.parameters)
        self._rooms: dict[int, Room] = {}
        self._by_session: dict[str, Room] = {}
        self._numbers = count(1)
        self._connections: Counter[str] = Counter()
        self._all_gone = asyncio.Event()
        self.is_closing = False
        self._deaths: dict[str, deque[float]] = {}
        """When a session has ended its worker, by the name that its page knows."""

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
        if self.connections >= settings.max_sessions:
            return f"the server is full: {settings.max_sessions} sessions are open"
        if self._connections[address] >= settings.max_per_address:
            return f"{settings.max_per_address} connections are open from your address, and more are not allowed"
        if self._census.is_crowded:
            return "the server is full: its system allows it no more connections"
        self._connections[address] += 1
        return None

    def dismiss(self, address: str) -> None:
        """A connection that was admitted has ended."""
        self._connections[address] -= 1
        if self._connections[address] <= 0:
            del self._connections[address]
        if not self._connections:
            self._all_gone.set()

    async def drain(self, seconds: float | None) -> None:
        """Let nobody in any more, send everybody the last state of their session, and wait until they have gone.

        Who has not gone after so many seconds, if it is not None, is sent away without it.
        """
        self.is_closing = True
        watched = [room for room in self._rooms.values() if room.subscribers]
        for room in watched:
            room.finish()
        self._all_gone.clear()
        if self._connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), seconds)
        for room in watched:
            room.send_away()

    # --- subscribers --------------------------------------------------------------------------------------------------

    def join(self, hello: Hello, outbox: Outbox) -> Subscriber:
        """Let a connection into the room that it asks for, or into a new one."""
        subscriber = Subscriber(next(self._numbers), outbox, hello.page)
        if not self._workers.available:
            outbox.put(protocol.encode_error([protocol.fault("unavailable", why=_UNAVAILABLE)], fatal=True))
            outbox.close(BROKEN, _UNAVAILABLE)
            return subscriber
        if self._count_deaths(hello.session or "") > _DEADLY_AFTER:
            outbox.put(protocol.encode_error([protocol.fault("internal", why=_TOO_DEADLY)], fatal=True))
            outbox.close(BROKEN, _TOO_DEADLY)
            return subscriber
        room = self._find(hello)
        if room is None:
            self._open(_opening_for(hello)).add(subscriber)
        elif room.is_watched_by_another(subscriber):
            # a browser gives a duplicated tab all that the first has kept
            self._open(_opening_for(hello) if hello.checkpoint else room.copied(), is_copy=True).add(subscriber)
        else:
            self._take_over(room, subscriber)
        return subscriber

    def _find(self, hello: Hello) -> Room | None:
        room = self._by_session.get(hello.session) if hello.session else None
        if room is None or room.link is None:
            return None
        if hello.link != room.link:
            asked = parse_link(hello.link, self._limits)
            if format_link(asked.config, asked.view) != room.link:
                return None
        return room

    def _take_over(self, room: Room, subscriber: Subscriber) -> None:
        for other in list(room.subscribers.values()):
            other.outbox.put(protocol.encode_moved())
            other.outbox.close(MOVED, "the session goes on in another connection")
            room.remove(other)
        if room.expiry:
            room.expiry.cancel()
            room.expiry = None
        room.add(subscriber)
        room.welcome(subscriber, "session")
        room.tell(Kind.WAKE)
        room.tell(Kind.GREET, subscriber=subscriber.number)

    def _open(self, opening: Opening, *, is_copy: bool = False) -> Room:
        while len(self._rooms) >= self._settings.max_sessions and (oldest := self._longest_empty()):
            self._drop(oldest)
        room = Room(next(self._numbers), self._least_loaded(), opening, self.limits, self._workers.send)
        room.is_copy = is_copy
        self._rooms[room.number] = self._by_session[room.session] = room
        room.open()
        return room

    def _least_loaded(self) -> int:
        """The worker with the fewest watched sessions: of those that take sessions, else of all that will."""
        load = dict.fromkeys(self._workers.available or range(len(self._workers)), 0)
        for room in self._rooms.values():
            if room.worker in load:
                load[room.worker] += bool(room.subscribers)
        return min(load, key=load.__getitem__)

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

    def submit(self, subscriber: Subscriber, command: Command, text: str) -> None:
        """Carry out what a subscriber asks for, which came as `text`."""
        room = subscriber.room
        if room is None:
            return
        match command:
            case Ack():
                subscriber.outbox.acknowledge(command.seq)
                room.update_grant()
            case Visible():
                subscriber.outbox.visible = command.on
                room.update_grant()
            case _:
                room.tell(Kind.COMMAND, text.encode(), subscriber=subscriber.number)

    def leave(self, subscriber: Subscriber) -> None:
        """A connection has ended. A room that is empty then sleeps, and is kept for a while."""
        room = subscriber.room
        if room is None:
            return
        room.remove(subscriber)
        if not room.subscribers:
            room.tell(Kind.SLEEP)
            loop = asyncio.get_running_loop()
            room.expiry = loop.call_later(self._settings.session_ttl, self._drop, room)
            # the order of the rooms is that in which they became empty
            self._rooms[room.number] = self._rooms.pop(room.number)

    def _longest_empty(self) -> Room | None:
        return next((room for room in self._rooms.values() if not room.subscribers), None)

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
        if envelope.kind is Kind.FAILED:
            self._reopen_deadly(room)
        else:
            room.receive(envelope)

    def lost(self, worker: int, session: int = 0) -> None:
        """All sessions of a worker are gone, which `session` has ended, if any: open them again there or elsewhere.

        Where nothing is available pages are sent away, to come back later.
        """
        rooms = [room for room in self._rooms.values() if room.worker == worker]
        if not self._workers.available:
            for room in rooms:
                room.say_broken(_UNAVAILABLE, "unavailable", fatal=True)
            return
        # those that somebody waits for come first
        for room in sorted(rooms, key=lambda room: not room.subscribers):
            if worker not in self._workers.available:
                room.worker = self._least_loaded()
            if room.number == session:
                self._reopen_deadly(room)
            else:
                room.reopen()

    def resubmit(self, envelope: Envelope) -> None:
        """Hand on what has come for a session while its worker was being replaced."""
        room = self._rooms.get(envelope.session)
        if room is not None:
            self._workers.send(room.worker, envelope)

    def _reopen_deadly(self, room: Room) -> None:
        """Open a session again that may be to blame for the end of its worker, unless that happens again and again."""
        now = asyncio.get_running_loop().time()
        self._deaths = {key: times for key, times in self._deaths.items() if now - times[-1] < _REMEMBERED}
        self._deaths.setdefault(room.session, deque(maxlen=_DEADLY_AFTER + 1)).append(now)
        deaths = self._count_deaths(room.session)
        if deaths > _DEADLY_AFTER:
            room.say_broken(_TOO_DEADLY, fatal=True)
            for subscriber in list(room.subscribers.values()):
                room.remove(subscriber)
            self._drop(room)
        elif deaths == _DEADLY_AFTER:
            room.reopen(paused=True)
            room.say_broken(_DEADLY)
        else:
            room.reopen()

    def _count_deaths(self, session: str) -> int:
        """How often a session has ended its worker in the last half minute."""
        now = asyncio.get_running_loop().time() if self._deaths else 0.0
        return sum(now - time < _REMEMBERED for time in self._deaths.get(session, ()))


def _opening_for(hello: Hello) -> Opening:
    """How a session begins for a page that says hello: where its checkpoint has it, if it has one."""
    return Opening(
        link=hello.link,
        checkpoint=hello.checkpoint,
        playing=hello.playing and hello.checkpoint is not None,
        speed=hello.speed,
        examples=hello.examples or "",
    )


_UNAVAILABLE = "no engine process is running; the server keeps trying to start one"
_DEADLY = "this experiment has crashed its engine process several times and was paused"
_TOO_DEADLY = "this experiment keeps crashing its engine process and cannot be reopened for 30 seconds"
