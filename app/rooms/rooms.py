"""All rooms of a server: admits connections, and knows the session of each and the worker it runs in."""

import asyncio
import contextlib
import dataclasses
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Protocol

from app.link import format_link, parse_link
from app.protocol.checkpoints import Opening
from app.protocol.commands import Ack, Command, EstimateStarts, Hello, Visible, encode_command
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.errors import Fault, fault
from app.protocol.messages import MovedMessage, encode, encode_error
from app.rooms.outbox import Outbox
from app.rooms.page_sweep import Sweeps
from app.rooms.room import BROKEN, Room, Subscriber
from app.rooms.tally import Tally
from app.settings import Limits, Settings

MOVED = 4409
"""Close code of a connection whose session continues in another one."""

_MAX_CRASHES = 3
"""Crashes of its engine process after which a session is paused; after one more it is not reopened."""

_CRASH_WINDOW = 30.0
"""Seconds for which a crash counts."""


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
    """All rooms of this server; `is_crowded` says that its system allows it no more connections."""

    def __init__(
        self, settings: Settings, workers: Workers, sweeps: Sweeps, is_crowded: Callable[[], bool] = lambda: False
    ) -> None:
        self.sweeps = sweeps
        self.tally = Tally()
        self._settings = settings
        self._workers = workers
        self._is_crowded = is_crowded
        self._rooms: dict[int, Room] = {}
        self._by_session: dict[str, Room] = {}
        self._numbers = count(1)
        self._connections: Counter[str] = Counter()
        self._all_gone = asyncio.Event()
        self.is_closing = False
        self.on_drain: Callable[[], None] = lambda: None
        """Called when the server stops, to close the connections that are in no room."""
        self._crashes: dict[str, deque[float]] = {}
        """When each session crashed its worker, by the name that its page knows."""

    def __len__(self) -> int:
        return len(self._rooms)

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return self._connections.total()

    def admit(self, address: str) -> str | None:
        """Admit a connection from an address. Returns the reason if there is no place for it, else None."""
        settings = self._settings
        if self.is_closing:
            return "the server is stopping"
        if self.connections >= settings.max_sessions:
            return f"the server is full: {settings.max_sessions} sessions are open"
        if self._connections[address] >= settings.max_per_address:
            return f"{settings.max_per_address} connections are open from your address, and more are not allowed"
        if self._is_crowded():
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
        """Admit no more connections, send every page the last state of its session, and wait until all have left.

        After `seconds`, if not None, the remaining connections are closed without it.
        """
        self.is_closing = True
        watched = [room for room in self._rooms.values() if room.subscribers]
        for room in watched:
            room.finish()
        self.on_drain()
        self._all_gone.clear()
        if self._connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), seconds)
        for room in watched:
            room.disconnect_all()

    # --- subscribers --------------------------------------------------------------------------------------------------

    def join(self, hello: Hello, outbox: Outbox) -> Subscriber:
        """Add a connection to the room it asks for, or to a new one."""
        subscriber = self.subscriber(outbox, hello.page)
        if why := self._refusal(hello):
            outbox.put(encode_error([why], fatal=True))
            outbox.close(BROKEN, why.message)
            return subscriber
        room = self._find(hello)
        if room is None:
            self._open(opening_for(hello)).add(subscriber)
        elif room.is_watched_by_another(subscriber):
            # a browser gives a duplicated tab everything the first has stored
            self._open(opening_for(hello) if hello.checkpoint else room.copy(), is_copy=True).add(subscriber)
        else:
            self.attach(room, subscriber)
        return subscriber

    def subscriber(self, outbox: Outbox, page: str | None) -> Subscriber:
        """A subscriber that is in no room yet."""
        return Subscriber(next(self._numbers), outbox, page)

    def _refusal(self, hello: Hello) -> Fault | None:
        """Why no session can be opened or continued now; None if one can."""
        if not self._workers.available:
            return fault("unavailable", why=_UNAVAILABLE)
        if self._count_crashes(hello.session or "") > _MAX_CRASHES:
            return fault("internal", why=_KEEPS_CRASHING)
        return None

    def _find(self, hello: Hello) -> Room | None:
        room = self._by_session.get(hello.session) if hello.session else None
        return room if room is not None and not room.is_of_class and self.is_of_link(room, hello.link) else None

    def is_of_link(self, room: Room, link: str) -> bool:
        """Whether a room shows the experiment of a link."""
        if room.link is None:
            return False
        if link == room.link:
            return True
        asked = parse_link(link, self._settings.limits)
        return format_link(asked.config, asked.view) == room.link

    def open_in_class(self, opening: Opening, owner: object, *, is_copy: bool = False) -> Room:
        """A new room of the class `owner`, which nobody else can open."""
        room = self._open(opening, is_copy=is_copy)
        room.owner = owner
        return room

    def attach(self, room: Room, subscriber: Subscriber) -> None:
        """Let a connection take a room over from those that have it."""
        for other in list(room.subscribers.values()):
            other.outbox.put(encode(MovedMessage()))
            other.outbox.close(MOVED, "the session continues in another connection")
            room.remove(other)
        if room.expiry:
            room.expiry.cancel()
            room.expiry = None
        room.add(subscriber)
        room.welcome(subscriber, "session")
        room.send(MessageKind.WAKE)
        room.send(MessageKind.GREET, subscriber=subscriber.number)

    def _open(self, opening: Opening, *, is_copy: bool = False) -> Room:
        while len(self._rooms) >= self._settings.max_sessions and (oldest := self._longest_empty()):
            self.drop(oldest)
        room = Room(next(self._numbers), self._least_loaded(), opening, self.limits, self._workers.send, self.sweeps)
        room.is_copy = is_copy
        self._rooms[room.number] = self._by_session[room.session] = room
        room.open()
        return room

    def _least_loaded(self) -> int:
        """The worker with the fewest watched sessions, of those that take sessions now or else will soon."""
        load = dict.fromkeys(self._workers.available or range(len(self._workers)), 0)
        for room in self._rooms.values():
            if room.worker in load:
                load[room.worker] += bool(room.subscribers)
        return min(load, key=load.__getitem__)

    @cached_property
    def limits(self) -> Mapping[str, int]:
        """The limits sent to pages."""
        return {**dataclasses.asdict(self._settings.limits), "message_bytes": self._settings.message_bytes}

    @property
    def largest(self) -> Limits:
        """The largest network that may be trained."""
        return self._settings.limits

    def submit(self, subscriber: Subscriber, command: Command) -> None:
        """Carry out a command of a subscriber."""
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
                if isinstance(command, EstimateStarts):
                    self.sweeps.warm_up()
                room.send(MessageKind.COMMAND, encode_command(command), subscriber=subscriber.number)

    def leave(self, subscriber: Subscriber) -> None:
        """Note that a connection has ended. A room left empty sleeps and is kept for a while."""
        room = subscriber.room
        if room is None:
            return
        room.remove(subscriber)
        if not room.is_watched:
            room.send(MessageKind.SLEEP)
        if not room.subscribers and not room.is_of_class:
            loop = asyncio.get_running_loop()
            room.expiry = loop.call_later(self._settings.session_ttl, self.drop, room)
            # rooms are kept in the order in which they became empty
            self._rooms[room.number] = self._rooms.pop(room.number)

    def _longest_empty(self) -> Room | None:
        """The room that may be closed first for a new one: those of classes come last."""
        empty = [room for room in self._rooms.values() if not room.is_watched]
        return min(empty, key=lambda room: room.is_of_class, default=None)

    def has(self, room: Room) -> bool:
        """Whether a room is still open."""
        return self._rooms.get(room.number) is room

    def drop(self, room: Room) -> None:
        """Close a room that nobody has, with its session."""
        if not self.has(room):
            return
        if room.expiry:
            room.expiry.cancel()
        room.send(MessageKind.DROP)
        del self._rooms[room.number], self._by_session[room.session]

    # --- workers --------------------------------------------------------------------------------------------------

    def receive(self, envelope: Envelope) -> None:
        """Pass on an envelope from a session."""
        room = self._rooms.get(envelope.session)
        if room is None:
            return
        if envelope.kind is MessageKind.FAILED:
            self._reopen_crashed(room)
        else:
            room.receive(envelope)

    def lost(self, worker: int, session: int = 0) -> None:
        """Reopen all sessions of a worker that died, there or elsewhere; `session` crashed it, if not 0.

        If no worker is available, pages are disconnected and reconnect later.
        """
        rooms = [room for room in self._rooms.values() if room.worker == worker]
        if not self._workers.available:
            for room in rooms:
                room.report_failure(_UNAVAILABLE, "unavailable", fatal=True)
            return
        # watched sessions come first
        for room in sorted(rooms, key=lambda room: not room.subscribers):
            if worker not in self._workers.available:
                room.worker = self._least_loaded()
            if room.number == session:
                self._reopen_crashed(room)
            else:
                room.reopen()

    def resubmit(self, envelope: Envelope) -> None:
        """Pass on a command that arrived while the worker of its session was being replaced."""
        room = self._rooms.get(envelope.session)
        if room is not None:
            self._workers.send(room.worker, envelope)

    def _reopen_crashed(self, room: Room) -> None:
        """Reopen a session that may have crashed its worker, unless it has done so several times."""
        now = asyncio.get_running_loop().time()
        self._crashes = {key: times for key, times in self._crashes.items() if now - times[-1] < _CRASH_WINDOW}
        self._crashes.setdefault(room.session, deque(maxlen=_MAX_CRASHES + 1)).append(now)
        crashes = self._count_crashes(room.session)
        if crashes > _MAX_CRASHES:
            room.report_failure(_KEEPS_CRASHING, fatal=True)
            for subscriber in list(room.subscribers.values()):
                room.remove(subscriber)
            self.drop(room)
        elif crashes == _MAX_CRASHES:
            room.reopen(paused=True)
            room.report_failure(_CRASHED)
        else:
            room.reopen()

    def _count_crashes(self, session: str) -> int:
        """How often a session crashed its worker in the last half minute."""
        now = asyncio.get_running_loop().time() if self._crashes else 0.0
        return sum(now - time < _CRASH_WINDOW for time in self._crashes.get(session, ()))


def opening_for(hello: Hello) -> Opening:
    """The opening for a page that says hello: at its checkpoint, if it sends one."""
    return Opening(
        link=hello.link,
        checkpoint=hello.checkpoint,
        playing=hello.playing and hello.checkpoint is not None,
        speed=hello.speed,
        examples=hello.examples or "",
    )


_UNAVAILABLE = "no engine process is running; the server keeps trying to start one"
_CRASHED = "this experiment has crashed its engine process several times and was paused"
_KEEPS_CRASHING = "this experiment keeps crashing its engine process and cannot be reopened for 30 seconds"
