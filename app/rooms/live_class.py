"""A class as it goes on: who is connected, whose network each of them sees, and what they are told.

The state of the class is `Classroom`, which is pure; what commands do is in `class_handlers.py`. After every change
`refresh` compares what each connection shows with what it should show, and changes only what differs.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from app.classroom.classroom import Classroom, Presence
from app.classroom.seats import Seat
from app.protocol.checkpoints import Opening
from app.protocol.class_commands import Role
from app.protocol.class_kept import KeptClass, network_of
from app.protocol.class_messages import EndedMessage, JoinedMessage, KeepMessage, PointedMessage
from app.protocol.commands import Ack, Command, Hello, Visible
from app.protocol.errors import ProtocolError, fault
from app.protocol.messages import MovedMessage, Watched, WelcomeMessage, encode
from app.rooms.class_digits import Digits
from app.rooms.class_experiment import RunningExperiment
from app.rooms.class_pictures import Pictures
from app.rooms.class_results import Results
from app.rooms.member import Member
from app.rooms.room import RESTARTING, Room
from app.rooms.rooms import MOVED, Rooms, opening_for
from app.rooms.wall import Wall

ENDED = 4410
"""Close code of a connection whose class has ended, or whose student has left or was removed."""

_SOON = 0.05
"""Seconds for which changes of the class are gathered before everybody is told."""

SETTLED = 0.5
"""The same for comings and goings, answers and hands, of which there can be hundreds within seconds."""

_MOST_KEPT = 1024 * 1024
"""Bytes of networks that a teacher's page keeps."""

_POINT_EVERY = 1 / 8
"""Seconds between two messages about what the teacher points at."""

_KEEP_EVERY = 2.0
"""Seconds between two `keep` messages."""

TEACHER_FIRST = 1.0
"""Seconds that the teacher's page has to open the class elsewhere before the others are sent there."""

_LEAVE_WITHIN = 1.5
"""Seconds that pages have to receive their last state before a class that was given up is gone."""


class Secrets(NamedTuple):
    """The secrets of a class: the teacher's, and the screen's, which follows from it."""

    teacher: str
    screen: str


class LiveClass:
    """A class with its connections. `instance` is the name of the server, `clock` returns seconds.

    For use on the event loop only.
    """

    def __init__(
        self, classroom: Classroom, secrets: Secrets, rooms: Rooms, instance: str, clock: Callable[[], float]
    ) -> None:
        self.classroom = classroom
        self.secrets = secrets
        self.instance = instance
        self.term = 1
        """How many servers the class has been on, this one included."""
        self.rooms = rooms
        self.clock = clock
        self.members: dict[Member, None] = {}
        self.networks: dict[int, Room] = {}
        """The room of each student's own network, by seat."""
        self.teacher_room: Room | None = None
        self.pointed = PointedMessage(hovered=None, panel=None)
        self.wall = Wall(classroom, rooms.largest, lambda: [item for item in self.members if item.has_wall], clock)
        self.pictures = Pictures(classroom, lambda: tuple(self.members), self.tell_soon)
        self.digits = Digits(classroom, lambda: tuple(self.members), self.tell_joined)
        self.results = Results(classroom, self.network_of)
        self.experiment = RunningExperiment(
            self, rooms, rooms.largest, lambda: classroom.seats.here, self._deal, lambda: list(self.members)
        )
        self.wall.on_card = self.experiment.note
        self.on_end: Callable[[], None] = self.end
        """Ends the class, and lets the server forget it."""
        self.on_renewal: Callable[[], None] = lambda: None
        """Gives the class a new code."""
        self.on_move: Callable[[], None] = self.give_up
        """Gives the class up, and lets the server forget it."""
        self.renewals: set[asyncio.Task[None]] = set()
        self.has_ended = False
        self._telling: asyncio.TimerHandle | None = None
        self._keeping: asyncio.TimerHandle | None = None
        self._pointing: asyncio.TimerHandle | None = None
        self._last_pointed = self.pointed

    # --- who is there -------------------------------------------------------------------------------------------------

    def of_role(self, role: Role) -> Iterator[Member]:
        """The connections of a role."""
        return (member for member in tuple(self.members) if member.role == role)

    @property
    def teacher(self) -> Member | None:
        """The teacher's connection, if there is one."""
        return next(self.of_role("teacher"), None)

    @property
    def presence(self) -> Presence:
        """Who is connected."""
        return Presence(self.teacher is not None, sum(1 for _ in self.of_role("screen")))

    def member_of(self, seat: Seat) -> Member | None:
        """The connection of a student, if there is one."""
        return next((member for member in self.members if member.seat is seat), None)

    def enter(self, member: Member, request_id: int | None = None) -> None:
        """A connection joins. It takes the place of an older one of the same student, or of the teacher."""
        for other in tuple(self.members):
            is_same = other.seat is member.seat if member.role == "student" else other.role == member.role == "teacher"
            if is_same:
                other.outbox.put(encode(MovedMessage()))
                other.outbox.close(MOVED, "the class continues in another connection")
                self._detach(other)
                del self.members[other]
        self.members[member] = None
        if member.seat:
            member.seat.left_at = None
        self.tell_joined(member, request_id)
        self._tell(member)
        self.pictures.tell(member)
        self.digits.tell(member)
        self.experiment.tell(member)
        self.refresh_member(member)
        self.tell_soon(SETTLED)

    def leave(self, member: Member) -> None:
        """A connection has ended."""
        if member not in self.members:
            return
        del self.members[member]
        self._detach(member)
        if member.seat:
            member.seat.left_at = self.clock()
        if member.has_wall:
            member.has_wall = False
            self.wall.note_view()
        self.tell_soon(SETTLED)

    def dismiss(self, member: Member, why: str) -> None:
        """Tell a connection that it is over, and close it."""
        member.outbox.put(encode(EndedMessage(why=why)))  # type: ignore[arg-type]
        member.outbox.close(ENDED, f"the class is over for this page: {why}")
        self.leave(member)

    def give_up_seat(self, seat: Seat, why: str) -> None:
        """A student leaves for good, or is removed."""
        member = self.member_of(seat)
        if member:
            self.dismiss(member, why)
        self.classroom.seats.remove(seat)
        self.classroom.questions.forget(seat.number)
        self.digits.read_soon()
        self.drop_network(seat)
        if self.classroom.shown_seat == seat.number:
            self.classroom.shown_seat = None
        self.refresh()

    def end(self) -> None:
        """End the class, with everything in it."""
        self.has_ended = True
        for member in tuple(self.members):
            self.dismiss(member, "ended")
        self._release()

    def give_up(self) -> None:
        """Close all connections, the teacher's first, so that the class goes on where new ones arrive now."""
        if self.has_ended:
            return
        self.has_ended = True
        self._tell_kept()
        for teacher in self.of_role("teacher"):
            self._send_away(teacher)
        asyncio.get_running_loop().call_later(TEACHER_FIRST, self._send_all_away)

    def _send_all_away(self) -> None:
        for member in self.members:
            self._send_away(member)
        asyncio.get_running_loop().call_later(_LEAVE_WITHIN, self._let_go)

    def _send_away(self, member: Member) -> None:
        """Close a connection, with the last state of its network if it shows its own."""
        room = member.subscriber.room if member.subscriber else None
        if room:
            room.finish()
        else:
            member.outbox.close(RESTARTING, _ELSEWHERE)

    def _let_go(self) -> None:
        for member in tuple(self.members):
            member.outbox.close(RESTARTING, _ELSEWHERE)
            self.leave(member)
        self._release()

    def _release(self) -> None:
        """Close all networks, and stop everything that goes on."""
        for seat in self.classroom.seats:
            self.drop_network(seat)
        if self.teacher_room:
            self.rooms.drop(self.teacher_room)
        self.experiment.end()
        self.wall.stop()
        self.pictures.stop()
        self.digits.stop()
        for timer in (self._telling, self._keeping, self._pointing):
            if timer:
                timer.cancel()

    def is_before(self, kept: KeptClass) -> bool:
        """Whether a teacher's page has kept a later state of the class, from another server."""
        return kept.instance != self.instance and kept.term >= self.term

    def restore(self, kept: KeptClass) -> None:
        """Make the class what a teacher's page has kept of it."""
        self.term = kept.term + 1
        self.classroom.restore(kept, self.clock())
        for number, network in kept.networks.items():
            self.pictures.openings[int(number)] = Opening(**network.model_dump())

    def submit(self, member: Member, command: Command) -> None:
        """Carry out a command of the session that a connection shows."""
        match command:
            case Ack():
                member.outbox.acknowledge(command.seq)
                self._ask_for_frame(member)
            case Visible():
                member.outbox.visible = command.on
                if member.watched and command.on:
                    member.watched.fanout.show_again(member.outbox)
                self._ask_for_frame(member)
            case _ if member.subscriber:
                self.rooms.submit(member.subscriber, command)
            case _:
                raise ProtocolError([fault("not_greeted", "type", command.type, "hello", "hello must come first")])

    def _ask_for_frame(self, member: Member) -> None:
        if member.watched:
            member.watched.fanout.ask()
        elif member.subscriber and member.subscriber.room:
            member.subscriber.room.update_grant()

    def disconnect(self) -> None:
        """The server stops: close the connections that have no session of their own, which may come back soon."""
        for member in self.members:
            if member.subscriber is None:
                member.outbox.close(RESTARTING, "the server is stopping; reconnect in a moment")

    # --- what each of them sees ---------------------------------------------------------------------------------------

    def greet(self, member: Member, hello: Hello) -> None:
        """The page of a member says hello: it can show a session from now on."""
        member.hello = hello
        self.refresh_member(member)
        if member.role == "teacher":
            self.refresh()

    def refresh(self) -> None:
        """Let every connection show what it should show now, and tell everybody about the class."""
        self.classroom.has_experiment = self.experiment.exists
        for member in tuple(self.members):
            self.refresh_member(member)
        self.tell_soon(_SOON)

    def refresh_member(self, member: Member) -> None:
        """Let a connection show what it should show now."""
        watched = self._to_watch(member)
        if watched is not None:
            room, about = watched
            if member.watched is not room:
                self._watch(member, room, about)
        elif member.hello is not None and member.subscriber is None:
            self._show_own(member, member.hello)
        elif member.role == "screen" and member.watched:
            self._detach(member)

    def _to_watch(self, member: Member) -> tuple[Room, Watched] | None:
        """The room that a connection should watch; None if it should show its own, or nothing."""
        classroom = self.classroom
        if member.role == "teacher":
            seat = classroom.seats.get(member.looks_at)
            room = self.network_of(seat) if seat else None
            return (room, Watched(seat.number, seat.name)) if seat and room else None
        if classroom.mode != "follow":
            shows_network = member.role == "screen" and classroom.screen == "network" and self.teacher_room
            return (self.teacher_room, Watched(None, None)) if shows_network and self.teacher_room else None
        if member.seat and (member.seat.waiting or member.seat.trying or member.seat.number == classroom.shown_seat):
            return None
        room = self.followed
        shown = classroom.shown
        if room is None or shown is None or (member.hello is None and member.role != "screen"):
            return None
        return room, Watched(shown.seat, shown.name)

    @property
    def followed(self) -> Room | None:
        """The room that the class follows."""
        seat = self.classroom.seats.get(self.classroom.shown_seat)
        return self.network_of(seat) if seat else self.teacher_room

    def network_of(self, seat: Seat) -> Room | None:
        """The room of a student's network, if it is open and others may see it: that of nobody in the waiting room."""
        return None if seat.waiting else self._room_of(seat)

    def _room_of(self, seat: Seat) -> Room | None:
        room = self.networks.get(seat.number)
        return room if room and self.rooms.has(room) else None

    def _watch(self, member: Member, room: Room, about: Watched) -> None:
        self._detach(member)
        member.watched = room
        welcome = WelcomeMessage(session="", resumed=None, limits=self.rooms.limits, watching=about)
        member.outbox.put(encode(welcome))
        room.follow(member.outbox)
        if self.classroom.mode == "follow":
            member.outbox.put(encode(self.pointed))

    def _detach(self, member: Member) -> None:
        """Let a connection show nothing."""
        if member.watched:
            room, member.watched = member.watched, None
            room.unfollow(member.outbox)
        if member.subscriber:
            subscriber, member.subscriber = member.subscriber, None
            self.rooms.leave(subscriber)
            member.outbox.restart()

    def _show_own(self, member: Member, hello: Hello) -> None:
        self._detach(member)
        opening, room = self._own(member, hello)
        if room is None:
            self.replace_network(member, opening)
            return
        member.has_own = True
        member.subscriber = self.rooms.subscriber(member.outbox, hello.page)
        self.rooms.attach(room, member.subscriber)

    def _own(self, member: Member, hello: Hello) -> tuple[Opening, Room | None]:
        """How to open the network of a member's own, and the room that it is in already, if any."""
        opening = opening_for(hello)
        seat = member.seat
        room = self._room_of(seat) if seat else self.teacher_room
        if room is not None and not self.rooms.has(room):
            room = None
        task = self.classroom.task
        if seat and task and not seat.waiting and max(member.has_task, seat.task if room else 0) < task.number:
            return Opening(link=task.link, speed=hello.speed), None
        if room is None:
            return opening, None
        is_new_page = hello.session is None and hello.checkpoint is None
        asks_for_it = self.rooms.is_of_link(room, hello.link)
        is_known = (
            member.has_own
            or (hello.session == room.session and asks_for_it)
            or (is_new_page and (asks_for_it or hello.link in {"", task.link if task else ""}))
            or (seat is not None and task is not None and member.has_task < seat.task)
        )
        return opening, room if is_known else None

    def _open(self, member: Member, opening: Opening, *, is_copy: bool = False) -> Room:
        """Open a new network for a member, in place of the one before."""
        seat = member.seat
        if seat is None:
            if self.teacher_room:
                self.rooms.drop(self.teacher_room)
            self.teacher_room = self.rooms.open_in_class(opening, self, is_copy=is_copy)
            self.digits.attach(self.teacher_room)
            return self.teacher_room
        self._close_network(seat)
        room = self.networks[seat.number] = self.rooms.open_in_class(opening, self, is_copy=is_copy)
        if not seat.waiting:
            room.hold(held=self.classroom.mode == "pause")
            seat.task = self.classroom.task.number if self.classroom.task else 0
            self.wall.add(seat, room)
        return room

    def replace_network(self, member: Member, opening: Opening, *, is_copy: bool = False) -> None:
        """Give a member another network to go on with."""
        if member.seat:
            self.experiment.leave(member.seat.number)
        self._give(member, opening, is_copy=is_copy)

    def _give(self, member: Member, opening: Opening, *, is_copy: bool = False) -> Room:
        self._detach(member)
        member.has_own = True
        room = self._open(member, opening, is_copy=is_copy)
        page = member.hello.page if member.hello else None
        member.subscriber = self.rooms.subscriber(member.outbox, page)
        room.add(member.subscriber)
        self._show_to_others(member)
        return room

    def _show_to_others(self, member: Member) -> None:
        """Let those who watch a member's network, or should, see the one that has just been opened."""
        number = member.seat.number if member.seat else None
        is_followed = self.classroom.mode == "follow" and self.classroom.shown_seat == number
        for other in tuple(self.members):
            has_lost_it = other.watched is not None and not self.rooms.has(other.watched)
            looks = number is not None and other.looks_at == number
            if other is not member and (is_followed or has_lost_it or looks):
                self.refresh_member(other)

    def _deal(self, seat: Seat, opening: Opening) -> Room | None:
        """Give a student a cell of the class's experiment; returns its room, if the student is here."""
        member = self.member_of(seat)
        if member is None or member.hello is None:
            return None
        seat.trying = self.classroom.mode == "follow"
        return self._give(member, opening)

    def drop_network(self, seat: Seat) -> None:
        """Close the network of a student for good, if there is one."""
        self.experiment.leave(seat.number)
        self._close_network(seat)

    def _close_network(self, seat: Seat) -> None:
        room = self.networks.pop(seat.number, None)
        self.wall.remove(seat)
        if room:
            member = self.member_of(seat)
            if member and member.subscriber:
                self._detach(member)
            self.rooms.drop(room)

    def give_task(self) -> None:
        """Open the task for everybody."""
        for seat in self.classroom.seats.in_class:
            seat.trying = False
            member = self.member_of(seat)
            self.drop_network(seat)
            if member is not None:
                member.has_task = 0
        # before their networks, so that a page knows which task a network belongs to
        self._tell_all()
        self.refresh()
        for student in self.of_role("student"):
            self.tell_joined(student)

    def admit(self, seat: Seat) -> None:
        """Let a student in from the waiting room, to what the class does now."""
        member, task = self.member_of(seat), self.classroom.task
        if member is not None:
            self.tell_joined(member)
        if member is not None and member.hello is not None and task is not None:
            self.replace_network(member, Opening(link=task.link, speed=member.hello.speed))
        room = self.network_of(seat)
        if room is not None:
            room.hold(held=self.classroom.mode == "pause")
            self.wall.add(seat, room)

    def hold_all(self, *, held: bool) -> None:
        """Keep all students' networks from training, or let them train again."""
        for seat in self.classroom.seats.in_class:
            room = self.network_of(seat)
            if room:
                room.hold(held=held)

    # --- what they are told -------------------------------------------------------------------------------------------

    def tell_joined(self, member: Member, request_id: int | None = None, *, renewed: bool = False) -> None:
        """Tell a connection who it is in the class."""
        seat, is_teacher = member.seat, member.role == "teacher"
        message = JoinedMessage(
            role=member.role,
            code=self.classroom.code,
            seat=seat.number if seat else None,
            name=seat.name if seat else "",
            waiting=bool(seat and seat.waiting),
            hand=bool(seat and seat.hand),
            trying=bool(seat and seat.trying),
            answer=self.classroom.questions.answer_of(seat.number) if seat else None,
            secret=self.secrets.teacher if is_teacher and renewed else None,
            screen=self.secrets.screen if member.role != "student" else None,
            instance=self.instance,
            id=request_id,
        )
        member.outbox.put(encode(message))

    def tell_soon(self, seconds: float = _SOON) -> None:
        """Tell everybody about the class, together with what else changes in the next moment."""
        loop = asyncio.get_running_loop()
        if self._telling is None or self._telling.when() > loop.time() + seconds:
            if self._telling:
                self._telling.cancel()
            self._telling = loop.call_later(seconds, self._tell_all)
        if self._keeping is None:
            self._keeping = loop.call_later(_KEEP_EVERY, self._tell_kept)

    def _tell_all(self) -> None:
        self._telling = None
        presence = self.presence
        texts = {role: encode(self.classroom.message_for(role, presence)) for role in _ROLES}
        for member in self.members:
            if member.seat and member.seat.waiting:
                self._tell(member)
            else:
                self._put(member, texts[member.role])

    def _tell(self, member: Member) -> None:
        self._put(member, encode(self.classroom.message_for(member.role, self.presence, member.seat)))

    def _put(self, member: Member, text: str) -> None:
        if member.told != text:
            member.told = text
            member.outbox.put(text)

    def _tell_kept(self) -> None:
        self._keeping = None
        teacher = self.teacher
        if teacher:
            place = {"instance": self.instance, "term": self.term}
            state = {**self.classroom.as_kept(), **place, "networks": self._kept_networks()}
            text = encode(KeepMessage(state=state))
            if text != teacher.kept:
                teacher.kept = text
                teacher.outbox.put(text)

    def _kept_networks(self) -> dict[str, Any]:
        """The networks of snapshots, the newest first, as many as a page can send back in one message."""
        kept: dict[str, Any] = {}
        room_left = _MOST_KEPT
        for number, opening in sorted(self.pictures.openings.items(), reverse=True):
            network = network_of(opening)
            room_left -= sum(map(len, (opening.checkpoint or {}).get("arrays", {}).values())) + len(opening.link)
            if room_left < 0:
                break
            kept[str(number)] = network
        return kept

    def announce_code(self) -> None:
        """Tell everybody the new code, and the teacher the new secret."""
        for member in self.members:
            self.tell_joined(member, renewed=True)
        self._tell_all()

    def point(self, message: PointedMessage) -> None:
        """Tell all who follow the teacher what the teacher points at; the newest only, a few times a second."""
        self.pointed = message
        if self._pointing is None:
            self._tell_pointed()
            self._pointing = asyncio.get_running_loop().call_later(_POINT_EVERY, self._point_again)

    def _point_again(self) -> None:
        self._pointing = None
        if self.pointed is not self._last_pointed:
            self.point(self.pointed)

    def _tell_pointed(self) -> None:
        self._last_pointed = self.pointed
        text = encode(self.pointed)
        for member in self.members:
            if member.watched is not None and member.watched is self.teacher_room:
                member.outbox.put(text)


_ELSEWHERE = "the class goes on on another server; reconnect in a moment"
_ROLES: tuple[Role, ...] = ("teacher", "student", "screen")
