"""All classes of a server: opens them for anyone who holds the secret, and lets others in by the code."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Protocol

from app.classroom import codes
from app.classroom.classroom import Classroom, LessonText
from app.classroom.names import clean_name, is_friendly, numbered, suggest_names
from app.classroom.seats import Seat
from app.protocol.class_commands import Join
from app.protocol.class_kept import KeptClass, read_kept
from app.protocol.class_messages import DoorMessage
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import encode, encode_error
from app.rooms.live_class import LiveClass, Secrets
from app.rooms.member import Member
from app.rooms.outbox import Outbox
from app.rooms.rooms import Rooms
from app.settings import Settings

TEACHER_GONE = 30 * 60
"""Seconds after which a class ends whose teacher has gone."""

MISSES_PER_SECOND = 1.0
MISSES_AT_ONCE = 60.0
"""How many wrong codes and secrets the whole server answers with what is wrong."""

_SUGGESTED = 3
_PAUSE = 0.1
"""Seconds between two secrets that are turned into codes, which bounds the processor time of made-up ones."""


_EXPECTED = {
    "no_such_class": "the code of a class that is open",
    "wrong_secret": "the secret of this class, or of its screen",
}


class Misses(Protocol):
    """Counts wrong codes and secrets: what is needed of a token bucket."""

    def take(self, amount: float = 1) -> bool:
        """Whether one more is within the limit."""


class Classes:
    """All classes, by code.

    Args:
        settings: The teacher's key, and how many classes there may be.
        rooms: Where the sessions of members are opened.
        lessons: The lessons that can be handed out, by name.
        misses: The server's limit of wrong codes and secrets. Right ones are never limited.
    """

    def __init__(self, settings: Settings, rooms: Rooms, lessons: Mapping[str, LessonText], misses: Misses) -> None:
        self._settings = settings
        self._rooms = rooms
        self._lessons = lessons
        self._misses = misses
        self._by_code: dict[str, LiveClass] = {}
        self._codes: dict[bytes, str] = {}
        """The codes of open classes, by the digest of the secret."""
        self._ends: dict[LiveClass, asyncio.TimerHandle] = {}
        self._hashing = asyncio.Semaphore(1)
        self.instance = secrets.token_hex(8)
        """The name of this server, by which pages know whether they reach it."""
        rooms.on_drain = self._disconnect

    def __len__(self) -> int:
        return len(self._by_code)

    def is_open(self, code: str) -> bool:
        """Whether the class of a code is open on this server."""
        return code in self._by_code

    @property
    def is_full(self) -> bool:
        """Whether there are as many classes as there may be."""
        return len(self._by_code) >= self._settings.max_classes

    # --- joining ------------------------------------------------------------------------------------------------------

    async def join(self, code: str, join: Join, outbox: Outbox) -> tuple[LiveClass, Member] | None:
        """Let a connection into the class of a code. None if it has to say its name first, and was told so.

        Raises:
            ProtocolError: It is not let in.
        """
        if join.role == "teacher":
            return await self._join_as_teacher(code, join, outbox)
        live = self._by_code.get(code)
        if live is None:
            raise self._miss("no_such_class", None, code, "there is no class with this code now")
        if join.role == "screen":
            if not hmac.compare_digest((join.secret or "").encode(), live.secrets.screen.encode()):
                raise self._miss("wrong_secret", "secret", None, "this is not the screen of the class")
            return self._enter(live, Member("screen", outbox), join)
        seat = self._seat(live, join, outbox)
        if seat is None:
            return None
        return self._enter(live, Member("student", outbox, seat, has_task=join.task or 0), join)

    def _enter(self, live: LiveClass, member: Member, join: Join) -> tuple[LiveClass, Member]:
        live.enter(member, join.id)
        return live, member

    def _miss(self, code: str, field: str | None, got: str | None, why: str) -> ProtocolError:
        """Count a wrong code or secret. Returns why it is refused."""
        if not self._misses.take():
            expected = f"at most {MISSES_PER_SECOND:.0f} wrong code a second"
            return ProtocolError([fault("rate_limited", None, None, expected, "too many wrong codes; wait a minute")])
        return ProtocolError([fault(code, field, got, _EXPECTED[code], why)])

    async def _join_as_teacher(self, code: str, join: Join, outbox: Outbox) -> tuple[LiveClass, Member]:
        secret = join.secret or ""
        if not codes.is_genuine(secret, self._settings.teacher_key):
            raise self._miss("wrong_secret", "secret", None, "this is not the secret of a class of this server")
        found = self._codes.get(_digest(secret)) or await self.code_of(secret)
        if found != code:
            raise self._miss("wrong_secret", "secret", None, "this is not the secret of this class")
        live = self._by_code.get(code)
        kept, damage = _kept_of(join)
        if live and kept and live.is_before(kept):
            self._give_up(live)
            live = None
        if live:
            damage = None
        else:
            live = self._open(code, secret, kept)
        if timer := self._ends.pop(live, None):
            timer.cancel()
        entered = self._enter(live, Member("teacher", outbox), join)
        if damage:
            outbox.put(encode_error([damage]))
        return entered

    async def code_of(self, secret: str) -> str:
        """The code of a genuine secret."""
        loop = asyncio.get_running_loop()
        await self._hashing.acquire()
        try:
            return await loop.run_in_executor(None, codes.code_of, secret)
        finally:
            loop.call_later(_PAUSE, self._hashing.release)

    def _open(self, code: str, secret: str, kept: KeptClass | None) -> LiveClass:
        """Open a class as its teacher's page has kept it."""
        if self.is_full:
            why = f"the server is full: {self._settings.max_classes} classes are open"
            raise ProtocolError([fault("full", why=why)])
        loop = asyncio.get_running_loop()
        classroom, owners = Classroom(code, self._lessons), Secrets(secret, codes.screen_secret(secret))
        live = LiveClass(classroom, owners, self._rooms, self.instance, loop.time)
        if kept:
            live.restore(kept)
        live.on_end = lambda: self._end(live)
        live.on_renewal = lambda: self._renew(live)
        live.on_move = lambda: self._give_up(live)
        self._by_code[code] = live
        self._codes[_digest(secret)] = code
        return live

    def _seat(self, live: LiveClass, join: Join, outbox: Outbox) -> Seat | None:
        """The seat of a student: the one of their secret, or a new one. None if a name is needed first."""
        classroom = live.classroom
        if join.seat is None or not codes.is_seat(join.seat):
            wanted = "16 to 64 letters, digits, - and _"
            raise ProtocolError([fault("bad_seat", "seat", None, wanted, f"a student needs a seat: {wanted}")])
        key = codes.seat_key(join.seat)
        if known := classroom.seats.of_key(key):
            return known
        classroom.refuse_newcomer()
        settings = classroom.settings
        if join.name is None:
            choices = self._choices(live)
            door = DoorMessage(names=settings.names, choices=choices, waiting_room=settings.waiting_room, id=join.id)
            outbox.put(encode(door))
            return None
        name = clean_name(join.name)
        taken = classroom.seats.names
        if settings.names == "list" and name not in self._choices(live):
            why = "this name is not on the teacher's list, or somebody else has taken it"
            raise ProtocolError([fault("name_taken", "name", name, "a free name of the teacher's list", why)])
        if settings.names == "given" and not is_friendly(name):
            why = "names are given in this class: choose one of those that are offered"
            raise ProtocolError([fault("name_taken", "name", name, "one of the names that are offered", why)])
        return classroom.seats.add(key, numbered(name, taken), waiting=settings.waiting_room)

    def _choices(self, live: LiveClass) -> tuple[str, ...]:
        """The names that a new student can choose from; none if names are free."""
        settings, taken = live.classroom.settings, live.classroom.seats.names
        if settings.names == "given":
            return tuple(suggest_names(taken, _SUGGESTED, secrets.choice))
        if settings.names == "list":
            return tuple(name for name in settings.name_list if name not in taken)
        return ()

    def _disconnect(self) -> None:
        for live in self._by_code.values():
            live.disconnect()

    # --- leaving ------------------------------------------------------------------------------------------------------

    def leave(self, live: LiveClass, member: Member) -> None:
        """A connection has ended. A class whose teacher has gone ends after a while."""
        live.leave(member)
        if member.role == "teacher" and not live.has_ended and live.teacher is None:
            loop = asyncio.get_running_loop()
            self._ends[live] = loop.call_later(TEACHER_GONE, self._end, live)

    def _end(self, live: LiveClass) -> None:
        self._close(live)
        live.end()

    def _give_up(self, live: LiveClass) -> None:
        """Close a class that is to go on elsewhere, or already does."""
        self._close(live)
        live.give_up()

    def _close(self, live: LiveClass) -> None:
        if timer := self._ends.pop(live, None):
            timer.cancel()
        self._forget(live)

    def _forget(self, live: LiveClass) -> None:
        # one that was given up may be open again
        if self._by_code.get(live.classroom.code) is live:
            del self._by_code[live.classroom.code]
            self._codes.pop(_digest(live.secrets.teacher), None)

    def _renew(self, live: LiveClass) -> None:
        """Give a class a new secret and code, as soon as that is computed."""
        task = asyncio.get_running_loop().create_task(self._rename(live))
        live.renewals.add(task)
        task.add_done_callback(live.renewals.discard)

    async def _rename(self, live: LiveClass) -> None:
        secret = codes.new_secret(self._settings.teacher_key)
        code = await self.code_of(secret)
        if live.has_ended:
            return
        self._forget(live)
        live.classroom.code = code
        live.secrets = Secrets(secret, codes.screen_secret(secret))
        self._by_code[code] = live
        self._codes[_digest(secret)] = code
        live.announce_code()


def _kept_of(join: Join) -> tuple[KeptClass | None, Fault | None]:
    """What a teacher's page has kept, if it can be used, and what is damaged of it."""
    if join.kept is None:
        return None, None
    try:
        return read_kept(join.kept), None
    except ProtocolError as error:
        return None, error.faults[0]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
