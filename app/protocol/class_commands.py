"""Commands of a class: what teacher, students and screen can ask for over `/ws/CODE`, besides those of a session."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.protocol.commands import COMMANDS, MOST_EPOCHS, Command
from app.protocol.fields import Id, Index, ObjectOf, OneOf, Words
from app.protocol.version import VERSION
from app.training.seeds import VARIED

Role = Literal["teacher", "student", "screen"]
Mode = Literal["explore", "follow", "pause"]
NamePolicy = Literal["given", "free", "list"]
Drawable = Literal["boundary", "digit"]
ScreenView = Literal["auto", "join", "network", "wall", "question", "experiment", "snapshots"]

MOST_SEATS = 500
"""Students that a class may have."""

MOST_SNAPSHOTS = 24
MOST_SIDE_BY_SIDE = 6
MOST_ANSWERS = 6
MOST_STROKES = 20
MOST_POINTS = 1000
"""Points of all strokes of a drawn prediction."""

Seat = Annotated[int, Field(ge=1, le=2**31 - 1)]
Seats = Annotated[
    list[Seat], Field(max_length=MOST_SEATS, fail_fast=True), Words(f"a list of at most {MOST_SEATS} seats")
]
Sentence = Annotated[str, Field(max_length=500), Words("a text of at most 500 characters")]
Note = Annotated[str, Field(max_length=200), Words("a text of at most 200 characters")]
Texts = Annotated[
    list[Annotated[str, Field(max_length=100)]],
    Field(max_length=MOST_SEATS, fail_fast=True),
    Words(f"a list of at most {MOST_SEATS} texts"),
]
Answers = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=120)]],
    Field(max_length=MOST_ANSWERS, fail_fast=True),
    Words(f"a list of at most {MOST_ANSWERS} texts of 1 to 120 characters"),
]
Digit = Annotated[int, Field(ge=0, le=9)]
Drawing = Annotated[str, Field(max_length=2000), Words("base64 of one byte for each pixel")]
_Coordinate = Annotated[float, Field(ge=-6, le=6, allow_inf_nan=False)]
Strokes = Annotated[
    list[
        Annotated[
            list[Annotated[list[_Coordinate], Field(min_length=2, max_length=2)]],
            Field(min_length=2, max_length=MOST_POINTS, fail_fast=True),
        ]
    ],
    Field(max_length=MOST_STROKES, fail_fast=True),
    Words(f"a list of at most {MOST_STROKES} lines, each a list of points [x1, x2] from -6 to 6"),
]

CLASS_SETTINGS: dict[str, Any] = {
    "names": NamePolicy,
    "name_list": Texts,
    "names_visible": bool,
    "names_on_screen": bool,
    "waiting_room": bool,
    "locked": bool,
    "may_try": bool,
}
"""What a teacher can set about a class."""


class ClassCommand(Command):
    """A command of a class."""


class Join(ClassCommand):
    """The first message of a class's connection. `hello` follows, except from a screen."""

    type: Literal["join"] = "join"
    version: Annotated[int, Field(ge=VERSION, le=VERSION), Words(str(VERSION))]
    """The page's protocol version."""
    role: Role
    """Who is coming."""
    secret: str | None = None
    """The class's secret, from a teacher; the screen's secret, from a screen."""
    seat: str | None = None
    """A student's own secret, 16 to 64 letters, digits, `-` and `_`: anyone who has it gets the same seat again."""
    name: str | None = None
    """A new student's name. Without one the answer is `door`, which says what names are possible."""
    task: Id | None = None
    """The number of the task that the experiment in the student's `hello` belongs to."""
    kept: dict[str, Any] | None = None
    """From a teacher: the last `keep` message's `state`, from which the server opens the class again if it is gone."""


class SetClass(ClassCommand):
    """Changes how the class works."""

    type: Literal["set_class"] = "set_class"
    changes: Annotated[dict[str, Any], ObjectOf(CLASS_SETTINGS)]
    """Settings and their new values."""


class RenewCode(ClassCommand):
    """Gives the class a new secret and code. All who are in it stay, and learn the new code."""

    type: Literal["renew_code"] = "renew_code"


class MoveClass(ClassCommand):
    """Gives the class up on this server: all are disconnected, and come back where new connections arrive."""

    type: Literal["move_class"] = "move_class"


class SetMode(ClassCommand):
    """Says what all students do."""

    type: Literal["set_mode"] = "set_mode"
    mode: Mode
    """`explore`: each trains a network of their own; `follow`: all see one network; `pause`: all pages stand still."""
    seat: Seat | None = None
    """In `follow`: the student whose network is shown; null is the teacher's."""
    with_name: bool = False
    """Whether that student's name is shown, too."""


class HandOut(ClassCommand):
    """Gives every student a task: an experiment or a lesson."""

    type: Literal["hand_out"] = "hand_out"
    text: Sentence = ""
    """A sentence of instruction."""
    link: str = ""
    """The experiment, for a task that is no lesson."""
    lesson: str | None = None
    """The name of a lesson, for a task that is one."""
    first: Index = 0
    """The first step of the lesson that is open, from 0."""
    last: Index | None = None
    """The last step that is open; null for all."""


class Pace(ClassCommand):
    """Opens other steps of the lesson that was handed out."""

    type: Literal["pace"] = "pace"
    first: Index
    """The first open step, from 0."""
    last: Index | None
    """The last open step; null for all."""
    go: Index | None = None
    """A step to bring everyone to."""


class WatchWall(ClassCommand):
    """Opens the wall, says which of its tiles are in view, or closes it."""

    type: Literal["watch_wall"] = "watch_wall"
    on: bool
    """Whether `wall` messages are to come."""
    seats: Seats
    """The tiles in view: these come with pictures."""


class Look(ClassCommand):
    """Looks over a student's shoulder: the connection shows this student's network, until the next `look`."""

    type: Literal["look"] = "look"
    seat: Seat | None
    """The student; null is back to the teacher's own network."""


class Rename(ClassCommand):
    """Gives a student another name."""

    type: Literal["rename"] = "rename"
    seat: Seat
    """The student."""
    name: str
    """The new name."""


class Remove(ClassCommand):
    """Removes a student from the class."""

    type: Literal["remove"] = "remove"
    seat: Seat
    """The student."""


class Admit(ClassCommand):
    """Lets students in from the waiting room."""

    type: Literal["admit"] = "admit"
    seats: Seats
    """The students; an empty list is all who wait."""


class LowerHand(ClassCommand):
    """Lowers a student's hand."""

    type: Literal["lower_hand"] = "lower_hand"
    seat: Seat | None
    """The student; null is everyone."""


class KeepSnapshot(ClassCommand):
    """Keeps a network as it is now, to be shown, compared and taken over. The answer is a `snapshot`."""

    type: Literal["keep_snapshot"] = "keep_snapshot"
    seat: Seat | None = None
    """The student whose network it is; null is the teacher's own."""
    note: Note = ""
    """A note about it."""


class EditSnapshot(ClassCommand):
    """Changes the note of a snapshot, or deletes it."""

    type: Literal["edit_snapshot"] = "edit_snapshot"
    snapshot: Index
    """Its number."""
    note: Note | None
    """The new note; null deletes the snapshot."""


class ShowSnapshots(ClassCommand):
    """Shows snapshots side by side to the class, and says whether students may take them over."""

    type: Literal["show_snapshots"] = "show_snapshots"
    snapshots: Annotated[
        list[Index], Field(max_length=MOST_SIDE_BY_SIDE, fail_fast=True), Words("a list of at most 6 snapshots")
    ]
    """Their numbers; an empty list ends it."""
    may_take: bool = True
    """Whether each student may go on with one of them."""


class Point(ClassCommand):
    """Shares what the teacher points at with all who follow."""

    type: Literal["point"] = "point"
    hovered: Annotated[str, Field(max_length=64), Words("a text of at most 64 characters")] | None = None
    """What is pointed at, in the page's own words."""
    panel: Annotated[str, Field(max_length=64), Words("a text of at most 64 characters")] | None = None
    """The open panel."""
    example: Index | None = None
    """The picture of the data that the teacher's network reads."""
    drawing: Drawing | None = None
    """Any other picture that it reads: base64 of its pixels."""


class Ask(ClassCommand):
    """Asks the class for a prediction, in place of the question before."""

    type: Literal["ask"] = "ask"
    text: Annotated[str, Field(min_length=1, max_length=300), Words("a text of 1 to 300 characters")]
    """The question."""
    answers: Answers
    """Two to six answers; an empty list asks everyone to draw."""
    draws: Drawable = "boundary"
    """What is drawn, if there are no answers: the boundary that everyone expects, or a digit that the teacher's network
    then reads."""
    digit: Digit | None = None
    """The digit that everyone draws; null lets each choose one, and say which."""
    right: Index | None = None
    """The position of the right answer, if there is one; students learn it when the answers are revealed."""


class Reveal(ClassCommand):
    """Shows the class what it has answered."""

    type: Literal["reveal"] = "reveal"


class CloseQuestion(ClassCommand):
    """Takes the question away."""

    type: Literal["close_question"] = "close_question"


class StartExperiment(ClassCommand):
    """Deals the starts of an experiment, or the cells of a grid of settings, to the seats; each student trains one."""

    type: Literal["start_experiment"] = "start_experiment"
    link: str
    """The experiment."""
    epochs: Annotated[int, Field(ge=1, le=MOST_EPOCHS)]
    """How long each is trained."""
    count: Annotated[int, Field(ge=2, le=400)] = 100
    """How many starts, without a grid."""
    vary: Annotated[str, OneOf(VARIED)] = "weights"
    """What differs between the starts."""
    grid: dict[str, Any] | None = None
    """Config field → list of values, for one or two fields: each combination is a cell."""


class CancelExperiment(ClassCommand):
    """Ends the class's experiment; what is done stays."""

    type: Literal["cancel_experiment"] = "cancel_experiment"


class ShowOnScreen(ClassCommand):
    """Says what the screen shows; `auto` follows what the class does."""

    type: Literal["show_on_screen"] = "show_on_screen"
    view: ScreenView
    """What it shows."""


class AskResults(ClassCommand):
    """Asks for what every student has reached. The answer is `results`."""

    type: Literal["ask_results"] = "ask_results"


class Forget(ClassCommand):
    """Forgets snapshots, answers, the experiment and all students who are not here."""

    type: Literal["forget"] = "forget"


class EndClass(ClassCommand):
    """Ends the class: everybody is told and disconnected, and nothing of it is left."""

    type: Literal["end_class"] = "end_class"


class RaiseHand(ClassCommand):
    """Raises the student's hand, or lowers it."""

    type: Literal["raise_hand"] = "raise_hand"
    on: bool
    """Whether it is up."""


class TryIt(ClassCommand):
    """While following: goes on from the network that is shown, in a network of one's own."""

    type: Literal["try_it"] = "try_it"


class Return(ClassCommand):
    """Goes back from `try_it` to following."""

    type: Literal["return"] = "return"


class TakeOver(ClassCommand):
    """Goes on with a snapshot that is shown, in a network of one's own."""

    type: Literal["take_over"] = "take_over"
    snapshot: Index
    """Its number."""


class Answer(ClassCommand):
    """Answers the question; the last answer counts."""

    type: Literal["answer"] = "answer"
    question: Id
    """The question's number."""
    choice: Index | None = None
    """The position of the answer."""
    strokes: Strokes | None = None
    """The drawn boundary."""
    drawing: Drawing | None = None
    """The drawn digit, row by row from the top: 0 is paper, 255 is ink."""
    digit: Digit | None = None
    """The digit that it is meant to be, if the question leaves that open."""


class Leave(ClassCommand):
    """Leaves the class; the seat is given up."""

    type: Literal["leave"] = "leave"


CLASS_COMMANDS: dict[str, type[Command]] = {
    command.model_fields["type"].default: command for command in ClassCommand.__subclasses__()
}
"""All commands of a class by their type."""

ALL_COMMANDS: dict[str, type[Command]] = {**CLASS_COMMANDS, **COMMANDS}
"""All commands that a connection of a class may send."""
