"""The messages of a class: what the server tells teacher, students and screen, besides the messages of a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from app.protocol.class_commands import Drawable, Mode, NamePolicy, Role, ScreenView
from app.protocol.messages import Message, StartResult

TileState = Literal["waiting", "away", "diverged", "reached", "stuck", "training", "resting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMessage(Message):
    """A message of a class."""


# --- what messages hold -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Task:
    """What the teacher has handed out."""

    number: int
    """Grows with every task."""
    text: str
    """A sentence of instruction, or `""`."""
    link: str
    """The experiment; of a lesson, its own."""
    lesson: str | None
    """The name of the lesson, if it is one."""
    title: str
    """The lesson's title, or `""`."""
    first: int
    """The first step that is open, from 0."""
    last: int | None
    """The last step that is open; null for all."""
    go: int | None
    """The step that everyone was brought to last."""
    moves: int
    """Grows whenever everyone is brought to a step."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose network the class follows."""

    seat: int | None
    """The student; null is the teacher."""
    name: str | None
    """The student's name, if it is shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the teacher has asked."""

    number: int
    text: str
    answers: Sequence[str]
    """None: everyone draws."""
    draws: Drawable | None
    """What everyone draws; null: nothing, there are answers to choose from."""
    digit: int | None
    """The digit that everyone draws; null: if one is drawn, each says which."""
    side: int
    """Pixels of a side of a drawn digit; 0 if none is drawn."""
    answered: int
    """How many have answered."""
    revealed: bool
    counts: Sequence[int] | None
    """How many chose each answer; only the teacher knows before they are revealed."""
    right: int | None
    """The right answer, once it is revealed; the teacher always knows it."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What a student has answered."""

    question: int
    choice: int | None
    strokes: Sequence[Sequence[Sequence[float]]] | None
    """Of a drawn boundary: lines, each a list of points [x1, x2]."""
    drawing: str | None = None
    """Of a drawn digit: base64 of its pixels."""
    digit: int | None = None
    """The digit that it is meant to be."""
    read: int | None = None
    """The digit that the teacher's network reads in it now; null: it has not read it."""


@dataclass(frozen=True, slots=True)
class DrawnDigit:
    """A digit that a student has drawn."""

    number: int
    """From 0, in the order in which the students answered first."""
    name: str
    """The student's name, if it may be seen, or else `""`."""
    digit: int
    """The digit that it is meant to be."""
    read: int | None
    """The digit that the teacher's network reads in it; null: it has not read it."""
    certainty: float | None
    """The output for that digit, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A network that the teacher has kept."""

    number: int
    seat: int | None
    """Whose it was; null is the teacher."""
    name: str | None
    """The student's name, if it may be seen."""
    note: str
    link: str
    epoch: int
    train_loss: float | None
    test_loss: float | None
    test_accuracy: float | None
    classes: int
    """Of the data, for the colors."""
    dimensions: int
    """1 for one-dimensional data, whose picture is a curve; 0 for pictures, where it shows changes of weights."""


@dataclass(frozen=True, slots=True)
class SettingOfClass:
    """How the class works."""

    names: NamePolicy
    """`given`: friendly names; `free`: their own; `list`: from the teacher's list."""
    name_list: Sequence[str]
    """Only the teacher knows it."""
    names_visible: bool
    """Whether students see each other's names."""
    names_on_screen: bool
    """Whether the screen shows names."""
    waiting_room: bool
    """Whether the teacher lets everyone in."""
    locked: bool
    """Whether nobody new may come."""
    may_try: bool
    """Whether those who follow may try it themselves."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting in which a student's experiment differs from the task."""

    field: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A student on the wall."""

    seat: int
    name: str
    state: TileState
    hand: bool
    epoch: int
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    reached: Mapping[str, int]
    """Goals by name, and the epoch in which each was reached."""
    differs: Sequence[Difference]
    """What differs from the task."""
    chosen: Mapping[str, str]
    """What was chosen: config field → text, for the bars."""
    parameters: int
    """Weights and biases of the network."""
    classes: int
    dimensions: int
    """0 if the data are pictures."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a student has reached."""

    seat: int
    name: str
    link: str
    epoch: int
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    reached: Mapping[str, int]
    layers: Sequence[int]
    """Units per layer: inputs, hidden layers, output."""
    parameters: int
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One run of the class's experiment."""

    index: int
    seat: int | None
    """Who trains it; null is the server."""
    values: Mapping[str, Any]
    """The settings of its place in the grid; empty for a start."""
    share: float
    """How much of it is trained, from 0 to 1."""
    result: StartResult | None
    """Its result, once it is done."""


# --- messages -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorMessage(ClassMessage):
    """The answer to a student's `join` without a name: what names are possible. `join` comes again with one."""

    TYPE: ClassVar[str] = "door"
    names: NamePolicy
    choices: Sequence[str]
    """Names to choose from; of the teacher's list, those that are free. Empty if the name is free."""
    waiting_room: bool
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedMessage(ClassMessage):
    """The connection belongs to the class. It comes again when what it says has changed."""

    TYPE: ClassVar[str] = "joined"
    role: Role
    code: str
    seat: int | None
    """The student's number."""
    name: str
    waiting: bool
    """Whether the student is in the waiting room."""
    hand: bool
    trying: bool
    """Whether the student tries for themselves while the others follow."""
    answer: OwnAnswer | None = None
    """The student's own answer to the question, if there is one."""
    secret: str | None = None
    """The class's secret, for a teacher whose class has a new one."""
    screen: str | None = None
    """The screen's secret, for a teacher and for a screen: a new code brings a new one."""
    instance: str | None = None
    """The name of the server that the class is on, which it makes at random when it starts."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStateMessage(ClassMessage):
    """The class as this connection may know it. It comes whenever something in it has changed."""

    TYPE: ClassVar[str] = "class"
    code: str
    mode: Mode
    present: int
    """How many students are here."""
    seats: int
    """How many students the class has, here or away."""
    names: Sequence[str]
    """For students who see each other's names: those of all who are here, in alphabetical order; otherwise empty."""
    teacher: bool
    """Whether the teacher is here."""
    settings: SettingOfClass
    shown: Shown | None
    """Whose network is followed, in the mode `follow`."""
    task: Task | None
    question: Question | None
    snapshots: Sequence[Snapshot]
    """All of them for the teacher; for the others those that are shown side by side."""
    side_by_side: Sequence[int]
    """The numbers of the snapshots that are shown."""
    may_take: bool
    """Whether students may go on with one of these."""
    experiment: bool
    """Whether there is a class experiment."""
    screen: ScreenView
    hands: int
    """How many hands are up; only the teacher knows, others get 0."""
    waiting: int
    """How many are in the waiting room; only the teacher knows, others get 0."""
    screens: int
    """How many screens are connected; only the teacher knows, others get 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneMessage(ClassMessage):
    """A command of the class that had an `id` was carried out, and no other message answers it."""

    TYPE: ClassVar[str] = "done"
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointedMessage(ClassMessage):
    """What the teacher points at, for those who follow."""

    TYPE: ClassVar[str] = "pointed"
    hovered: str | None
    panel: str | None
    example: int | None = None
    """The picture of the data that the teacher's network reads."""
    drawing: str | None = None
    """Any other picture that it reads: base64 of its pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMessage(ClassMessage):
    """What a teacher's page keeps, and sends in `join`, so that a server that has lost the class opens it again."""

    TYPE: ClassVar[str] = "keep"
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedMessage(ClassMessage):
    """The connection ends: `ended` with the class, `removed` by the teacher, `left` by the student."""

    TYPE: ClassVar[str] = "ended"
    why: Literal["ended", "removed", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallMessage(ClassMessage):
    """What has changed on the wall, at most twice a second.

    Its arrays have a row for each seat in `pictures`: `surfaces` (k, 48, 48) uint8 are the outputs, or of a network
    that reads pictures how training has changed the weights of its first neurons; `classes` (k, 48, 48) uint8, if any
    has several, the likeliest classes; `curves` (k, 200) float32, if any data are one-dimensional, the outputs from
    x1 = -6 to 6. A row that does not apply to its seat is zero.
    """

    TYPE: ClassVar[str] = "wall"
    whole: bool
    """Whether these are all tiles, and others are gone."""
    tiles: Sequence[Tile]
    gone: Sequence[int]
    """Seats that are no longer there."""
    pictures: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotMessage(ClassMessage):
    """A snapshot with its picture: `surface`, and `classes` or `curve` as in `wall`, without the first axis."""

    TYPE: ClassVar[str] = "snapshot"
    snapshot: Snapshot
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesMessage(ClassMessage):
    """The teacher's examples when a question was asked whose answer is drawn: everybody draws over the same ones.

    `points` (n, 2) and `targets` (n,) float32 are those for training, as in `data`.
    """

    TYPE: ClassVar[str] = "examples"
    question: int
    classes: int
    """0 in regression, else 2 or more."""
    dimensions: int
    """With 1, x2 is 0 everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingsMessage(ClassMessage):
    """The drawn predictions: `points` (n, 2) float32 of all lines, one after another.

    `lines` (m,) uint32 is the number of points of each line, `owners` (m,) uint32 whose it is: numbers from 0 without a
    meaning of their own.
    """

    TYPE: ClassVar[str] = "drawings"
    question: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsMessage(ClassMessage):
    """The drawn digits, and what the teacher's network reads in them now. It comes at most once a second.

    `drawings` (k, side, side) uint8 has a row for each number in `pictures`: 0 is paper, 255 is ink.
    """

    TYPE: ClassVar[str] = "digits"
    question: int
    side: int
    """Pixels of a side of a drawing."""
    drawn: Sequence[DrawnDigit]
    """All of them."""
    whole: bool
    """Whether these are all pictures; or else others are as they were."""
    pictures: Sequence[int]
    epoch: int | None
    """Of the network when it read them; null: it has not, or does not read pictures of this size."""
    test_accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentMessage(ClassMessage):
    """How far the class's experiment has come: the cells that have changed, at most once a second.

    Its arrays have a row for each cell in `pictures`, as in `wall`.
    """

    TYPE: ClassVar[str] = "experiment"
    number: int
    """Grows with every experiment."""
    task: int
    """The number of the task that was handed out when it started; 0 for none."""
    link: str
    epochs: int
    total: int
    vary: str | None
    """What differs between starts; null for a grid."""
    grid: Mapping[str, Sequence[Any]]
    """Field → values, in the order of rows and columns; empty for starts."""
    whole: bool
    """Whether these are all cells."""
    cells: Sequence[Cell]
    pictures: Sequence[int]
    canceled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsMessage(ClassMessage):
    """What all students have reached. `points` (n, 2) float32 are the loss curves, epoch and test loss.

    `lines` (k,) uint32 is the number of points of each result's curve, in their order.
    """

    TYPE: ClassVar[str] = "results"
    task: Task | None
    results: Sequence[Result]
    id: int | None = None


CLASS_MESSAGES: Mapping[str, type[Message]] = {message.TYPE: message for message in ClassMessage.__subclasses__()}
"""All messages of a class by their type."""

CONTAINERS = frozenset({"wall", "snapshot", "examples", "drawings", "digits", "experiment", "results"})
"""Those that are the header of a container."""
