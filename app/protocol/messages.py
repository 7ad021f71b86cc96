"""Messages to the page. Each is declared here once.

`make generate` writes the tables in docs/protocol.md, the types of the page's scripts and the page's checks from these
classes: the fields with the strings below them, and the first lines of the docstrings.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from app.protocol.commands import ExportFormat
from app.protocol.errors import Fault
from app.protocol.fields import OneOf
from app.protocol.version import VERSION
from app.training.history import TimelinePosition
from app.training.recovery import RetryPoint
from app.training.seeds import VARIED
from app.training.until import RunUntil, StopReason
from engine import FIELDS, Config
from engine.own_examples import PARTS
from engine.stopping import Divergence, EarlyStop

SENT_FIELDS = tuple(name for name, field in FIELDS.items() if field.kind != "examples")
"""The fields of a sent config: all but the user's own examples, which are sent with the data."""


@dataclass(frozen=True)
class Typed:
    """Marks a field whose type in the page's scripts is another than follows from its type here."""

    name: str


ConfigValues = Annotated[Mapping[str, Any], Typed("Config")]
ViewValues = Annotated[Mapping[str, Any], Typed("View")]
VariantValues = Annotated[Mapping[str, Any], Typed("Variant")]
Goals = Annotated[Mapping[str, Any], Typed("GoalProgress")]
EffectName = Annotated[str, Typed("Effect")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to the page. One with an `id` answers the command that had it; without one, None, that is left out.

    >>> encode(PongMessage(id=7))
    '{"type":"pong","id":7}'
    """

    TYPE: ClassVar[str]


# --- what messages hold -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retry:
    """Where a run that diverged can be retried: before the loss rose."""

    epoch: int
    learning_rate: float
    """A learning rate that works from there."""


@dataclass(frozen=True, slots=True)
class Diverged:
    """Training diverged: the loss became infinite."""

    epoch: int
    reason: str
    hint: str
    """What to do about it."""
    retry: Retry | None
    """What is changed now is changed at this epoch, and training goes on from there."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Early stopping has ended training and restored the best weights."""

    epoch: int
    best_epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class RunCondition:
    """The stop condition of a run at full speed."""

    until: str
    epochs: int
    patience: int
    since: int
    """The epoch in which the run began."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """How a run until a stop condition ended."""

    epoch: int
    cause: str
    """Its stop condition, or `diverged`, `stopped`, `canceled`, `longest`."""
    reason: str
    """The same as a clause."""


@dataclass(frozen=True, slots=True)
class Position:
    """Which earlier epoch is shown."""

    epoch: int
    latest: int
    """The epoch that training has reached."""
    previous: int | None
    """The kept epoch before the one shown."""
    next: int | None
    """The kept epoch after the one shown."""


@dataclass(frozen=True, slots=True)
class LinkWarning:
    """Something that a link asked for and did not get."""

    code: Literal["ignored", "changed", "clamped", "unused", "refused", "locked"]
    key: str
    got: str | None
    used: str | None
    """What is used instead."""
    message: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field."""

    code: str
    """One of the [codes of errors](#codes-of-errors)."""
    field: str | None
    got: str | None
    """What came, at most 64 characters of it."""
    expected: str | None
    """What is accepted, in words."""
    message: str
    """All of it in a sentence."""


@dataclass(frozen=True, slots=True)
class GoalCondition:
    """What must hold for a goal."""

    measure: str
    """One of `train_loss`, `test_loss`, `accuracy` (in percent), `gap`, `epochs`, `units`, `parameters`."""
    bound: Literal["at_most", "at_least"]
    value: float
    words: str
    """The condition as a reader sees it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and whether it has been reached."""

    name: str
    label: str
    medal: Literal["bronze", "silver", "gold", "own"]
    lasting: int
    """Epochs in a row for which all conditions must hold."""
    reached: int | None
    """The epoch in which it was reached."""
    late: int | None
    """The epoch in which it was reached after its limit of epochs."""
    missed: bool
    """Whether that limit has passed."""
    obstacle: str
    """Why this network and these data cannot reach it, or `""`."""
    conditions: Sequence[GoalCondition]


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run until a stop condition has come; each is null where that is unknown."""

    share: float | None
    """From 0 to 1; of a `plateau`, the share of its patience."""
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to try, for one button."""

    label: str
    """The words of the button."""
    action: Literal["configure", "seek", "retry"]
    """`configure` with these `changes`; `seek` to this `epoch`; or `retry` before a divergence: `configure` with these
    `changes`, then `play`."""
    changes: Annotated[Mapping[str, Any], Typed("Partial<Config>")]
    epoch: int | None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that can be seen in the run, in words."""

    name: str
    """Of the rule that found it."""
    sentence: str
    """What is seen, with its number."""
    reason: str
    remedy: Remedy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameCheckpoint:
    """What resuming from a frame needs besides its arrays."""

    epoch: int
    step: int
    batch: int
    carried: int
    """Examples of the last batch that are carried over to the next epoch."""
    arrays: Sequence[str]
    """The names of the arrays that are part of it."""
    goals: Goals | None = None
    """By name of a goal: the epoch since which it holds, and the one in which it was reached."""


@dataclass(frozen=True, slots=True)
class PanelView:
    """What a panel of "Look inside" shows."""

    panel: Annotated[str, Typed("PanelName")]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VariantState:
    """A network that is trained for comparison; all but the variant is null before it exists."""

    variant: VariantValues
    epoch: int | None
    train_loss: float | None
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    diverged: Diverged | None


@dataclass(frozen=True, slots=True)
class StartResult:
    """One of many starts, trained."""

    index: int
    """Its number, from 0."""
    seed: str
    weight_seed: str
    weight_offset: int
    epoch: int
    train_loss: float | None
    """Losses and accuracies are null without such examples; of a start that diverged they are the last finite ones."""
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    diverged: int | None
    """The epoch in which it diverged."""
    stopped: int | None
    """The epoch in which early stopping ended it."""
    reached: int | None
    """The epoch in which all goals were reached; null if they were not, or there are none."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting that a sweep varies."""

    key: str
    """Its name in links."""
    field: str
    """The field of the config."""
    values: Sequence[Any]
    texts: Sequence[str]
    """The values as links write them."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose network a page in a class watches."""

    seat: int | None
    """The student's; null is the teacher's."""
    name: str | None
    """The student's name, if it may be seen."""


# --- texts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeMessage(Message):
    """The answer to `hello`."""

    TYPE: ClassVar[str] = "welcome"
    version: int = VERSION
    session: str
    """A secret: it is the right to go on with this session."""
    resumed: Annotated[str | None, OneOf(("session", "checkpoint", "copy"))]
    """What goes on; `copy` is a checkpoint whose session another page has."""
    limits: Mapping[str, int]
    watching: Watched | None = None
    """Whose network comes from now on, if it is not this page's own: the page can only look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigMessage(Message):
    """The experiment in force."""

    TYPE: ClassVar[str] = "config"
    revision: int
    """Grows with every accepted change. A frame or data of another revision are of another network: drop them."""
    config: ConfigValues
    """Every field of the config but the own examples, which come with the data."""
    view: ViewValues
    link: str
    """The canonical link, with `#`."""
    layers: Sequence[int]
    """Units per layer: inputs, hidden layers, output."""
    effect: EffectName
    """What the change rebuilt. Up to `training` the weights stay."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMessage(Message):
    """Whether and how the network is trained, and which epoch is shown."""

    TYPE: ClassVar[str] = "status"
    playing: bool
    speed: str
    diverged: Diverged | None
    stopped: Stopped | None
    position: Position | None
    """The earlier epoch that is shown; null while the latest one is."""
    run_until: RunCondition | None
    """The run until a stop condition that is going on."""
    run_ended: RunEnded | None
    """How the last such run ended, until something else is trained."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningsMessage(Message):
    """What a link asked for and did not get."""

    TYPE: ClassVar[str] = "warnings"
    warnings: Sequence[LinkWarning]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorMessage(Message):
    """A command was refused. On top is the first of the `errors`."""

    TYPE: ClassVar[str] = "error"
    code: str
    field: str | None
    got: str | None
    expected: str | None
    message: str
    errors: Sequence[FieldError]
    fatal: bool
    """Whether the connection ends with this."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalsMessage(Message):
    """The goals. Sent after `data` if there are any, and whenever something in it has changed."""

    TYPE: ClassVar[str] = "goals"
    goals: Sequence[Goal]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkMessage(Message):
    """What is said of the run from now on, while the view has `words`: a new remark at most every four seconds."""

    TYPE: ClassVar[str] = "remark"
    remark: Remark | None
    """Null takes back the last one, which is not true any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMessage(Message):
    """The answer to `export`."""

    TYPE: ClassVar[str] = "export"
    format: ExportFormat
    filename: str
    text: str
    """A program that holds the weights and the examples, or a table of the examples."""
    archive: str | None = None
    """The file name of an archive with the program and the pictures and weights that it reads; only with pictures."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedMessage(Message):
    """The answer to `compose`."""

    TYPE: ClassVar[str] = "composed"
    link: str
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnimatingMessage(Message):
    """How much of an animation has been drawn."""

    TYPE: ClassVar[str] = "animating"
    share: float | None
    """From 0 to 1; null when it was canceled."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingMessage(Message):
    """The answer to `read`: what the present network makes of a picture."""

    TYPE: ClassVar[str] = "reading"
    answer: int
    """The digit that it reads: the output unit with the largest activation, from 0."""
    activations: Sequence[Sequence[float]]
    """Of the units of each layer: the hidden ones, then the outputs."""
    example: int | None
    """The example that was read; null for a picture that came with the command."""
    label: int | None
    """The digit that it is, if that is known."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsCostMessage(Message):
    """The answer to `estimate_starts`, measured on this experiment."""

    TYPE: ClassVar[str] = "starts_cost"
    epoch_seconds: float
    """What an epoch of one start adds to the time of many, which the processes of this server share."""
    start_seconds: float
    """What each start adds besides."""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PongMessage(Message):
    """The answer to `ping`."""

    TYPE: ClassVar[str] = "pong"
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedMessage(Message):
    """A newer connection has taken the session over; the server closes this one (4409)."""

    TYPE: ClassVar[str] = "moved"


# --- headers of containers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameMessage(Message):
    """One instant of training."""

    TYPE: ClassVar[str] = "frame"
    seq: int
    """The frame's number, for `ack`."""
    revision: int
    run: int
    """Grows whenever the loss series starts over; what is resumed keeps its number."""
    epoch: int
    step: int
    """Updates so far."""
    batch: int
    """Minibatches of this epoch that are done."""
    learning_rate: float
    """As the schedule has it."""
    train_loss: float | None
    """Losses and accuracies are null without such examples."""
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    """From 0 to 1, also in regression."""
    validation_accuracy: float | None
    test_accuracy: float | None
    selected: int
    """The number of the feature or unit whose picture `surface` is; -1 where the examples are pictures."""
    epochs_per_second: float
    past: bool
    """Whether it shows an earlier epoch than the latest."""
    progress: RunProgress | None
    checkpoint: FrameCheckpoint | None = None
    """Where the examples are pictures, it is large, and only some frames have one: a page keeps the last of these."""
    inside: PanelView | None = None
    """Only now and then, while a panel is open. The names of its arrays begin with `inside_`."""
    variants: Sequence[VariantState] | None = None
    """In the order of the view's `compare`, if there are any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMessage(Message):
    """The examples."""

    TYPE: ClassVar[str] = "data"
    revision: int
    train_size: int
    validation_size: int
    """Their examples are between those for training and those for the test."""
    test_size: int
    classes: int
    """0 in regression, else 2 or more."""
    dimensions: Literal[1, 2]
    """With 1, x2 is 0 everywhere."""
    examples: str | None
    """The code of the user's own examples, also while others are shown; null if there are none."""
    labels: Sequence[str]
    """The names of their classes (`""`: none), or empty."""
    side: int | None = None
    """Only where the examples are pictures: pixels of a side of each."""
    content: int | None = None
    """Only where the examples are pictures: names those in the arrays, which are left out for a page that has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnimationMessage(Message):
    """An animation that is ready; its only array is `file`."""

    TYPE: ClassVar[str] = "animation"
    filename: str
    mime: str = "image/gif"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMessage(Message):
    """An archive that `export` was asked for; its only array is `file`."""

    TYPE: ClassVar[str] = "archive"
    filename: str
    mime: str = "application/zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsMessage(Message):
    """How far many starts have come, and those that were finished since the last message."""

    TYPE: ClassVar[str] = "starts"
    total: int
    """All starts, of all cells."""
    count: int
    """Starts of each cell."""
    epochs: int
    vary: Annotated[str, OneOf(VARIED)]
    axes: Sequence[Axis]
    """What is swept; empty for starts of the present settings alone."""
    until_goal: bool
    """Whether a start is trained no longer once all goals are reached."""
    every: int
    """Epochs between two points of `losses`."""
    share: float
    """The part that has been trained, from 0 to 1."""
    seconds_left: float | None
    ended: Annotated[str | None, OneOf(("done", "canceled", "changed", "failed"))]
    """Why no more will come; `changed` if the experiment is another one now."""
    notice: str | None
    """What somebody who waits for them should know, such as why they failed."""
    starts: Sequence[StartResult]
    id: int | None = None


MESSAGES: Mapping[str, type[Message]] = {message.TYPE: message for message in Message.__subclasses__()}
"""All messages by their type."""


def is_optional(field: dataclasses.Field[Any]) -> bool:
    """Whether a field is left out where it is None."""
    return field.default is None


@cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The names of the fields of a message, or of a part of one, and whether each is optional."""
    return tuple((field.name, is_optional(field)) for field in dataclasses.fields(kind))


def plain(value: Any) -> dict[str, Any]:
    """A message, or a part of one, as an object of JSON; used by `dump`."""
    found = {"type": value.TYPE} if isinstance(value, Message) else {}
    for name, may_be_left_out in _fields(value.__class__):
        item = getattr(value, name)
        if item is not None or not may_be_left_out:
            found[name] = item
    return found


_ENCODER = json.JSONEncoder(default=plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def dump(value: object) -> str:
    """A value as JSON, which holds finite numbers only."""
    return _ENCODER.encode(value)


def encode(message: Message) -> str:
    """A message as text."""
    return dump(message)


# --- from values of the domain ------------------------------------------------------------------------------------


def config_message(
    config: Config, view: Mapping[str, Any], link: str, revision: int, effect: str, request_id: int | None = None
) -> ConfigMessage:
    """The experiment in force; `effect` is what the last change rebuilt."""
    return ConfigMessage(
        revision=revision,
        config={name: getattr(config, name) for name in SENT_FIELDS},
        view=view,
        link=link,
        layers=config.layer_sizes,
        effect=effect,
        id=request_id,
    )


def diverged(divergence: Divergence | None, retry: RetryPoint | None = None) -> Diverged | None:
    """A divergence as messages have it."""
    if divergence is None:
        return None
    return Diverged(divergence.epoch, divergence.reason, divergence.hint, retry and Retry(*retry))


def status_message(
    *,
    playing: bool,
    speed: str,
    divergence: Divergence | None,
    early_stop: EarlyStop | None,
    retry: RetryPoint | None = None,
    position: TimelinePosition | None = None,
    run_until: RunUntil | None = None,
    run_ended: StopReason | None = None,
    request_id: int | None = None,
) -> StatusMessage:
    """Whether and how it is trained, and which epoch is shown if that is an earlier one."""
    names = [field.name for field in dataclasses.fields(RunCondition)]
    return StatusMessage(
        playing=playing,
        speed=speed,
        diverged=diverged(divergence, retry),
        stopped=None if early_stop is None else Stopped(*astuple(early_stop)),
        position=None if position is None else Position(*position),
        run_until=None if run_until is None else RunCondition(**{name: getattr(run_until, name) for name in names}),
        run_ended=None if run_ended is None else RunEnded(*run_ended),
        id=request_id,
    )


def warnings_message(warnings: Iterable[Any]) -> WarningsMessage:
    """What a link asked for and did not get: objects with the attributes of `LinkWarning`."""
    names = [field.name for field in dataclasses.fields(LinkWarning)]
    return WarningsMessage(warnings=[LinkWarning(**{name: getattr(item, name) for name in names}) for item in warnings])


def error_message(faults: Sequence[Fault], request_id: int | None = None, *, fatal: bool = False) -> ErrorMessage:
    """A refusal with all its reasons."""
    errors = [FieldError(*item) for item in faults]
    return ErrorMessage(**faults[0]._asdict(), errors=errors, fatal=fatal, id=request_id)


def encode_error(faults: Sequence[Fault], request_id: int | None = None, *, fatal: bool = False) -> str:
    """A refusal with all its reasons, as text."""
    return encode(error_message(faults, request_id, fatal=fatal))


def goals_message(statuses: Iterable[Any]) -> GoalsMessage:
    """The goals: objects with `goal`, `reached`, `late`, `missed` and `obstacle`."""
    return GoalsMessage(goals=[_goal(status) for status in statuses])


def _goal(status: Any) -> Goal:
    goal = status.goal
    return Goal(
        goal.name,
        goal.label,
        goal.medal,
        goal.lasting,
        status.reached,
        status.late,
        status.missed,
        status.obstacle,
        [GoalCondition(item.measure, item.bound, item.value, item.words) for item in goal.conditions],
    )


def remark_message(remark: Any | None) -> RemarkMessage:
    """What is said of a run: an object with what `Remark` has, its remedy with what `Remedy` has, or None."""
    if remark is None:
        return RemarkMessage(remark=None)
    remedy = remark.remedy and Remedy(*(getattr(remark.remedy, field.name) for field in dataclasses.fields(Remedy)))
    return RemarkMessage(remark=Remark(remark.name, remark.sentence, remark.reason, remedy))


def encode_table(report: Any) -> str:
    """What became of a table that was sent: an object with what `tables.Report` has."""
    own = report.own
    parts = Counter(PARTS[part] for part in own.parts.tolist()) if own else Counter()
    roles = {index: role for role, index in report.roles.items()}
    return dump(
        {
            "examples": report.code,
            "count": len(own) if own else 0,
            "parts": {name: parts[name] for name in PARTS},
            "kind": ("classes" if own.classes else "values") if own else None,
            "classes": own.classes if own else 0,
            "labels": own.labels if own else (),
            "range": report.range,
            "fits": report.fits,
            "columns": [{"name": name, "role": roles.get(index)} for index, name in enumerate(report.names)],
            "header": report.header,
            "delimiter": report.delimiter,
            "decimal": report.decimal,
            "encoding": report.encoding,
            "notes": report.notes,
            "preview": report.preview,
            "refused": report.refused,
            "errors": [error._asdict() for error in report.errors],
        }
    )
