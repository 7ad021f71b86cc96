"""A class: what its teacher has set, handed out, asked and kept, and what each role may know of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from app.classroom.questions import Questions
from app.classroom.seats import Seat, Seats
from app.classroom.snapshots import Snapshots
from app.protocol.class_commands import MOST_SEATS, HandOut, Mode, Pace, Role, ScreenView, SetMode
from app.protocol.class_kept import KeptClass
from app.protocol.class_messages import ClassStateMessage, SettingOfClass, Shown, Task
from app.protocol.errors import ProtocolError, fault

SETTINGS_AT_FIRST = SettingOfClass(
    names="given",
    name_list=(),
    names_visible=False,
    names_on_screen=False,
    waiting_room=False,
    locked=False,
    may_try=True,
)


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is connected."""

    teacher: bool
    screens: int


@dataclass(frozen=True, slots=True)
class LessonText:
    """What a class needs to know of a lesson."""

    title: str
    link: str
    steps: int


class Classroom:
    """The state of a class. `lessons` are those that can be handed out, by name.

    >>> classroom = Classroom("ABC234", {})
    >>> classroom.hand_out(HandOut(link="#dataset=xor", text="Separate the colors."))
    >>> classroom.task.number
    1
    """

    def __init__(self, code: str, lessons: Mapping[str, LessonText]) -> None:
        self.code = code
        self.settings = SETTINGS_AT_FIRST
        self.mode: Mode = "explore"
        self.shown_seat: int | None = None
        self.shown_with_name = False
        self.task: Task | None = None
        self.seats = Seats()
        self.questions = Questions()
        self.snapshots = Snapshots()
        self.may_take = False
        self.screen: ScreenView = "auto"
        self.has_experiment = False
        self._lessons = lessons

    # --- changes ------------------------------------------------------------------------------------------------------

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change settings."""
        self.settings = replace(self.settings, **changes)

    def set_mode(self, command: SetMode) -> None:
        """Change what all students do. Raises ProtocolError if the student to follow is not there."""
        if command.seat is not None:
            self.seat(command.seat)
        self.mode = command.mode
        is_following = command.mode == "follow"
        self.shown_seat = command.seat if is_following else None
        self.shown_with_name = command.with_name and is_following
        for seat in self.seats:
            seat.trying = False

    def hand_out(self, command: HandOut) -> None:
        """Give out a task, which everybody then works on. Raises ProtocolError if there is no such lesson."""
        lesson = self._lesson(command.lesson)
        last = _last_step("last", command.first, command.last, lesson)
        self.task = Task(
            number=1 if self.task is None else self.task.number + 1,
            text=command.text.strip(),
            link=command.link if lesson is None else lesson.link,
            lesson=command.lesson,
            title="" if lesson is None else lesson.title,
            first=command.first if lesson else 0,
            last=last,
            go=None,
            moves=0,
        )
        self.mode = "pause" if self.mode == "pause" else "explore"
        self.shown_seat = None

    def _lesson(self, name: str | None) -> LessonText | None:
        if name is None:
            return None
        if name not in self._lessons:
            raise ProtocolError([fault("unknown_value", "lesson", name, "the name of a lesson")])
        return self._lessons[name]

    def pace(self, command: Pace) -> None:
        """Open other steps of the lesson. Raises ProtocolError if the task is none."""
        if self.task is None or self.task.lesson is None:
            why = "only the steps of a lesson can be opened, and the task is none"
            raise ProtocolError([fault("no_lesson", why=why)])
        lesson = self._lesson(self.task.lesson)
        last = _last_step("last", command.first, command.last, lesson)
        go = self.task.go
        if command.go is not None:
            go = _last_step("go", command.first, command.go, lesson)
            if last is not None and command.go > last:
                raise ProtocolError([fault("out_of_range", "go", command.go, f"an open step, at most {last}")])
        moves = self.task.moves + (command.go is not None)
        self.task = replace(self.task, first=command.first, last=last, go=go, moves=moves)

    def seat(self, number: int, field: str = "seat") -> Seat:
        """The seat of a number. Raises ProtocolError if there is none."""
        seat = self.seats.get(number)
        if seat is None:
            raise ProtocolError([fault("no_such_seat", field, number, "the number of a student in the class")])
        return seat

    def refuse_newcomer(self) -> None:
        """Raise ProtocolError if nobody new may come."""
        if self.settings.locked:
            why = "the teacher has locked the class: nobody new can join"
            raise ProtocolError([fault("class_locked", expected="a student who is in the class", why=why)])
        if len(self.seats) >= MOST_SEATS:
            why = f"the class is full: it has {MOST_SEATS} students"
            raise ProtocolError([fault("class_full", expected=f"at most {MOST_SEATS} students", why=why)])

    def forget(self) -> None:
        """Forget snapshots, answers, the experiment, and all who are not here."""
        self.questions.close()
        self.snapshots.clear()
        self.has_experiment = False
        for seat in self.seats:
            if seat.left_at is not None:
                self.seats.remove(seat)

    # --- what others may know -----------------------------------------------------------------------------------------

    @property
    def shown(self) -> Shown | None:
        """Whose network is followed; None unless the class follows."""
        if self.mode != "follow":
            return None
        seat = self.seats.get(self.shown_seat)
        return Shown(self.shown_seat, seat.name if seat and self.shown_with_name else None)

    def sees_names(self, role: Role, seat: Seat | None = None) -> bool:
        """Whether a role may know the names of all students; who is in the waiting room may not."""
        settings = self.settings
        is_waiting = seat is not None and seat.waiting
        return {
            "teacher": True,
            "student": settings.names_visible and not is_waiting,
            "screen": settings.names_on_screen,
        }[role]

    @property
    def _names_of_all(self) -> tuple[str, ...]:
        return tuple(sorted((seat.name for seat in self.seats.here), key=str.casefold))

    def message_for(self, role: Role, presence: Presence, seat: Seat | None = None) -> ClassStateMessage:
        """The class as a role may know it. Of all students, only those in the waiting room are told something else."""
        sees_names = self.sees_names(role, seat)
        is_teacher = role == "teacher"
        in_class = self.seats.in_class
        return ClassStateMessage(
            code=self.code,
            mode=self.mode,
            present=len(self.seats.here),
            seats=len(in_class),
            names=self._names_of_all if role == "student" and sees_names else (),
            teacher=presence.teacher,
            settings=self.settings if is_teacher else replace(self.settings, name_list=()),
            shown=self.shown,
            task=self.task,
            question=self.questions.message_for(is_teacher=is_teacher),
            snapshots=self.snapshots.messages(everything=is_teacher, with_names=sees_names),
            side_by_side=self.snapshots.side_by_side,
            may_take=self.may_take,
            experiment=self.has_experiment,
            screen=self.screen,
            hands=sum(seat.hand for seat in in_class) if is_teacher else 0,
            waiting=sum(seat.waiting for seat in self.seats) if is_teacher else 0,
            screens=presence.screens if is_teacher else 0,
        )

    # --- what the teacher's page keeps --------------------------------------------------------------------------------

    def as_kept(self) -> dict[str, Any]:
        """The class as plain values, from which `restore` makes it again."""
        return {
            "settings": {field.name: getattr(self.settings, field.name) for field in fields(SettingOfClass)},
            "mode": self.mode,
            "shown_seat": self.shown_seat,
            "shown_with_name": self.shown_with_name,
            "task": None if self.task is None else {item.name: getattr(self.task, item.name) for item in fields(Task)},
            "seats": self.seats.as_kept(),
            "snapshots": self.snapshots.as_kept(),
            "may_take": self.may_take,
            "screen": self.screen,
        }

    def restore(self, kept: KeptClass, now: float) -> None:
        """Make this class the one that was kept; nobody is here yet."""
        settings = kept.settings.model_dump()
        self.settings = SettingOfClass(**{**settings, "name_list": tuple(settings["name_list"])})
        self.mode = kept.mode
        self.shown_seat, self.shown_with_name = kept.shown_seat, kept.shown_with_name
        self.task = None if kept.task is None else Task(**kept.task.model_dump())
        self.seats.restore((seat.model_dump() for seat in kept.seats), now)
        self.snapshots = Snapshots.from_kept(kept.snapshots)
        self.may_take = kept.may_take
        self.screen = kept.screen


def _last_step(field: str, first: int, last: int | None, lesson: LessonText | None) -> int | None:
    """A step that can be opened. Raises ProtocolError if it is not from `first` to the lesson's last."""
    if lesson is None:
        return None
    end = lesson.steps - 1
    for name, step in (("first", first), (field, last)):
        low = 0 if name == "first" else first
        if step is not None and not low <= step <= end:
            raise ProtocolError([fault("out_of_range", name, step, f"a step of the lesson from {low} to {end}")])
    return last
