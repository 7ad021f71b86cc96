"""What the commands of a class do: a handler for each, by its type."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.classroom.names import clean_name, numbered
from app.classroom.rights import Situation, refusal
from app.protocol.class_commands import (
    Admit,
    Answer,
    Ask,
    AskResults,
    CancelExperiment,
    ClassCommand,
    CloseQuestion,
    EditSnapshot,
    EndClass,
    Forget,
    HandOut,
    KeepSnapshot,
    Leave,
    Look,
    LowerHand,
    MoveClass,
    Pace,
    Point,
    RaiseHand,
    Remove,
    Rename,
    RenewCode,
    Return,
    Reveal,
    SetClass,
    SetMode,
    ShowOnScreen,
    ShowSnapshots,
    StartExperiment,
    TakeOver,
    TryIt,
    WatchWall,
)
from app.protocol.class_messages import DoneMessage, PointedMessage
from app.protocol.commands import Command
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import encode
from app.rooms.live_class import SETTLED, LiveClass
from app.rooms.member import Member
from app.rooms.room import Room

C = TypeVar("C", bound=Command)
Handler = Callable[[LiveClass, Member, Any], None]

HANDLERS: dict[type[Command], Handler] = {}
"""The handlers by command. `join` and the commands of sessions are handled where connections are."""


def handles(command: type[C]) -> Callable[[Callable[[LiveClass, Member, C], None]], Handler]:
    """Register the decorated function as the handler of a command."""

    def register(handler: Callable[[LiveClass, Member, C], None]) -> Handler:
        HANDLERS[command] = handler
        return handler

    return register


def refuse(live: LiveClass, member: Member, command: Command) -> Fault | None:
    """Why a member may not send a command now; None if it may."""
    is_in_class = member.role == "student" and not (member.seat and member.seat.waiting)
    situation = Situation(
        member.role,
        paused=is_in_class and live.classroom.mode == "pause",
        watching=member.is_watching,
    )
    return refusal(command.type, situation)


_ANSWERED = (KeepSnapshot, AskResults)
"""Commands with an answer of their own."""


def carry_out(live: LiveClass, member: Member, command: ClassCommand) -> None:
    """Carry out a command that is not refused. Raises ProtocolError if it cannot be."""
    HANDLERS[type(command)](live, member, command)
    if command.id is not None and not isinstance(command, _ANSWERED):
        member.outbox.put(encode(DoneMessage(id=command.id)))


def _network_of(live: LiveClass, seat: int | None) -> Room:
    """The room of a student's network, or of the teacher's. Raises ProtocolError if there is none that may be seen."""
    room = live.teacher_room if seat is None else live.network_of(live.classroom.seat(seat))
    if room is None:
        why = "there is no network yet that could be shown"
        raise ProtocolError([fault("no_network", "seat", seat, "a student with a network", why)])
    return room


# --- how the class works ------------------------------------------------------------------------------------------


@handles(SetClass)
def _set_class(live: LiveClass, member: Member, command: SetClass) -> None:
    names = command.changes.get("name_list")
    changes = dict(command.changes)
    if names is not None:
        changes["name_list"] = tuple(dict.fromkeys(clean_name(name) for name in names if name.strip()))
    live.classroom.set(changes)
    live.refresh()


@handles(RenewCode)
def _renew_code(live: LiveClass, member: Member, command: RenewCode) -> None:
    live.on_renewal()


@handles(MoveClass)
def _move_class(live: LiveClass, member: Member, command: MoveClass) -> None:
    live.on_move()


@handles(SetMode)
def _set_mode(live: LiveClass, member: Member, command: SetMode) -> None:
    if command.seat is not None:
        _network_of(live, command.seat)
    live.classroom.set_mode(command)
    live.hold_all(held=command.mode == "pause")
    live.refresh()
    for student in live.of_role("student"):
        live.tell_joined(student)


@handles(HandOut)
def _hand_out(live: LiveClass, member: Member, command: HandOut) -> None:
    classroom = live.classroom
    if command.lesson is None and not command.link.strip():
        why = "a task needs the link of an experiment, or the name of a lesson"
        raise ProtocolError([fault("missing_field", "link", command.link, "the link of an experiment", why)])
    classroom.hand_out(command)
    live.give_task()


@handles(Pace)
def _pace(live: LiveClass, member: Member, command: Pace) -> None:
    live.classroom.pace(command)
    live.refresh()


@handles(EndClass)
def _end_class(live: LiveClass, member: Member, command: EndClass) -> None:
    live.on_end()


@handles(Forget)
def _forget(live: LiveClass, member: Member, command: Forget) -> None:
    for seat in live.classroom.seats:
        if seat.left_at is not None:
            live.drop_network(seat)
    live.experiment.end()
    live.classroom.forget()
    live.digits.restart()
    live.pictures.openings.clear()
    live.refresh()


@handles(ShowOnScreen)
def _show_on_screen(live: LiveClass, member: Member, command: ShowOnScreen) -> None:
    live.classroom.screen = command.view
    live.refresh()


@handles(Point)
def _point(live: LiveClass, member: Member, command: Point) -> None:
    shared = {name: getattr(command, name) for name in ("hovered", "panel", "example", "drawing")}
    live.point(PointedMessage(**shared))


# --- students -----------------------------------------------------------------------------------------------------


@handles(WatchWall)
def _watch_wall(live: LiveClass, member: Member, command: WatchWall) -> None:
    member.has_wall = command.on
    member.tiles_in_view = frozenset(command.seats) if command.on else frozenset()
    live.wall.note_view()


@handles(Look)
def _look(live: LiveClass, member: Member, command: Look) -> None:
    if command.seat is not None:
        _network_of(live, command.seat)
    member.looks_at = command.seat
    live.refresh_member(member)


@handles(Rename)
def _rename(live: LiveClass, member: Member, command: Rename) -> None:
    seat = live.classroom.seat(command.seat)
    name = clean_name(command.name)
    seat.name = numbered(name, [other.name for other in live.classroom.seats if other is not seat])
    _tell_student(live, command.seat)
    live.tell_soon()


@handles(Remove)
def _remove(live: LiveClass, member: Member, command: Remove) -> None:
    live.give_up_seat(live.classroom.seat(command.seat), "removed")


@handles(Admit)
def _admit(live: LiveClass, member: Member, command: Admit) -> None:
    chosen = [live.classroom.seat(number, "seats") for number in command.seats]
    for seat in chosen or [seat for seat in live.classroom.seats if seat.waiting]:
        if seat.waiting:
            seat.waiting = False
            live.admit(seat)
    live.refresh()


@handles(LowerHand)
def _lower_hand(live: LiveClass, member: Member, command: LowerHand) -> None:
    seats = [live.classroom.seat(command.seat)] if command.seat is not None else list(live.classroom.seats)
    for seat in seats:
        if seat.hand:
            seat.hand = False
            _tell_student(live, seat.number)
    live.tell_soon()


def _tell_student(live: LiveClass, number: int) -> None:
    """Tell a student who is connected what has changed about their seat."""
    seat = live.classroom.seats.get(number)
    student = live.member_of(seat) if seat else None
    if student:
        live.tell_joined(student)


@handles(RaiseHand)
def _raise_hand(live: LiveClass, member: Member, command: RaiseHand) -> None:
    if member.seat:
        member.seat.hand = command.on
        live.tell_joined(member)
        live.tell_soon(SETTLED)


@handles(Leave)
def _leave(live: LiveClass, member: Member, command: Leave) -> None:
    if member.seat:
        live.give_up_seat(member.seat, "left")


# --- going on with other networks ---------------------------------------------------------------------------------


@handles(TryIt)
def _try_it(live: LiveClass, member: Member, command: TryIt) -> None:
    room, seat = member.watched, member.seat
    if room is None or seat is None or not live.classroom.settings.may_try:
        why = "there is nothing to try: the class follows nobody, or the teacher does not allow it"
        raise ProtocolError([fault("not_allowed", "type", command.type, None, why)])
    seat.trying = True
    live.replace_network(member, room.copy(), is_copy=True)
    live.tell_joined(member)
    live.tell_soon()


@handles(Return)
def _return(live: LiveClass, member: Member, command: Return) -> None:
    if member.seat:
        member.seat.trying = False
        live.tell_joined(member)
        live.refresh()


@handles(TakeOver)
def _take_over(live: LiveClass, member: Member, command: TakeOver) -> None:
    classroom = live.classroom
    is_shown = classroom.may_take and command.snapshot in classroom.snapshots.side_by_side
    opening = live.pictures.openings.get(command.snapshot)
    if opening is None or not (is_shown or member.role == "teacher"):
        wanted = "the number of a snapshot that may be taken over"
        raise ProtocolError([fault("no_such_snapshot", "snapshot", command.snapshot, wanted)])
    if member.hello is None:
        raise ProtocolError([fault("not_greeted", "type", command.type, "hello", "hello must come first")])
    if member.seat and classroom.mode == "follow":
        member.seat.trying = True
    live.replace_network(member, opening, is_copy=True)
    live.tell_joined(member)
    live.tell_soon()


# --- snapshots ----------------------------------------------------------------------------------------------------


@handles(KeepSnapshot)
def _keep_snapshot(live: LiveClass, member: Member, command: KeepSnapshot) -> None:
    seat = live.classroom.seats.get(command.seat)
    room = _network_of(live, command.seat)
    live.pictures.keep(member, room, seat, command)


@handles(EditSnapshot)
def _edit_snapshot(live: LiveClass, member: Member, command: EditSnapshot) -> None:
    live.classroom.snapshots.edit(command.snapshot, command.note)
    if command.note is None:
        live.pictures.openings.pop(command.snapshot, None)
    live.refresh()


@handles(ShowSnapshots)
def _show_snapshots(live: LiveClass, member: Member, command: ShowSnapshots) -> None:
    live.classroom.snapshots.show(command.snapshots)
    live.classroom.may_take = command.may_take
    live.pictures.show_snapshots()
    live.refresh()


# --- questions ----------------------------------------------------------------------------------------------------


@handles(Ask)
def _ask(live: LiveClass, member: Member, command: Ask) -> None:
    live.classroom.questions.ask(command, live.digits.side)
    live.digits.restart()
    live.pictures.show_examples(live.teacher_room.data if live.teacher_room else None)
    live.refresh()


@handles(Answer)
def _answer(live: LiveClass, member: Member, command: Answer) -> None:
    if member.seat is None or member.seat.waiting:
        why = "who is in the waiting room does not answer yet"
        raise ProtocolError([fault("not_allowed", "type", command.type, None, why)])
    live.classroom.questions.answer(member.seat.number, command)
    live.tell_joined(member)
    live.pictures.show_drawings_soon()
    live.digits.read_soon()
    live.tell_soon(SETTLED)


@handles(Reveal)
def _reveal(live: LiveClass, member: Member, command: Reveal) -> None:
    live.classroom.questions.reveal()
    live.pictures.show_drawings_soon()
    live.digits.tell_all()
    live.refresh()


@handles(CloseQuestion)
def _close_question(live: LiveClass, member: Member, command: CloseQuestion) -> None:
    live.classroom.questions.close()
    live.digits.restart()
    live.refresh()


# --- the experiment and results -----------------------------------------------------------------------------------


@handles(StartExperiment)
def _start_experiment(live: LiveClass, member: Member, command: StartExperiment) -> None:
    live.experiment.start(command, live.classroom.task.number if live.classroom.task else 0)
    live.refresh()


@handles(CancelExperiment)
def _cancel_experiment(live: LiveClass, member: Member, command: CancelExperiment) -> None:
    live.experiment.cancel()
    live.refresh()


@handles(AskResults)
def _ask_results(live: LiveClass, member: Member, command: AskResults) -> None:
    live.results.collect(member, command.id)
