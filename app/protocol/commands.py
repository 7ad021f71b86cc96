"""The commands: what a page can ask for, with the kinds of their fields."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.export import FORMATS
from app.export.animation import MOST_FRAMES, THEMES
from app.link import OWN_GOALS
from app.protocol.kinds import (
    BOOLEAN,
    EXAMPLES,
    INDEX,
    NAMES,
    NUMBER,
    OBJECT,
    OBJECTS,
    PLACES,
    SHARE,
    TEXT,
    Kind,
    choice,
    integer,
    number,
    or_null,
)
from app.protocol.version import VERSION
from app.training.pacing import SPEED_PRESETS
from app.training.until import STOP_CONDITIONS
from engine.inspection import DIRECTIONS, INSPECTIONS

MAX_ID = 2**53 - 1
"""The largest number that a message may have: that of a page's numbers which are exact."""


def _field(kind: Kind, **default: Any) -> Any:
    return dataclasses.field(metadata={"kind": kind}, **default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A message that asks for something; `id` comes back in the answer."""

    TYPE: ClassVar[str]
    id: int | None = _field(integer(0, MAX_ID), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Command):
    """The first message: what the page wants to see, and what it still knows of it."""

    TYPE: ClassVar[str] = "hello"
    version: int = _field(integer(VERSION, VERSION))
    link: str = _field(TEXT, default="")
    session: str | None = _field(or_null(TEXT), default=None)
    checkpoint: Mapping[str, Any] | None = _field(or_null(OBJECT), default=None)
    playing: bool = _field(BOOLEAN, default=False)
    speed: str | None = _field(or_null(choice(tuple(SPEED_PRESETS))), default=None)
    examples: str | None = _field(or_null(TEXT), default=None)
    page: str | None = _field(or_null(TEXT), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure(Command):
    """Changes of the experiment, all or none."""

    TYPE: ClassVar[str] = "configure"
    changes: Mapping[str, Any] = _field(OBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView(Command):
    """Changes of how the experiment is shown."""

    TYPE: ClassVar[str] = "set_view"
    changes: Mapping[str, Any] = _field(OBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compose(Command):
    """The link that the experiment would have, were it shown so; nothing changes."""

    TYPE: ClassVar[str] = "compose"
    changes: Mapping[str, Any] = _field(OBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Another experiment in place of this one."""

    TYPE: ClassVar[str] = "open"
    link: str = _field(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Command):
    """Train on and on."""

    TYPE: ClassVar[str] = "play"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop training."""

    TYPE: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance(Command):
    """Pause, then train so much."""

    TYPE: ClassVar[str] = "advance"
    unit: str = _field(choice(("epoch", "minibatch")), default="epoch")
    count: int = _field(integer(1, 1000), default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUntil(Command):
    """Train at full speed until something is so."""

    TYPE: ClassVar[str] = "run_until"
    until: str = _field(choice(tuple(STOP_CONDITIONS)))
    epochs: int = _field(integer(1, 100_000), default=1000)
    patience: int = _field(integer(1, 10_000), default=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seek(Command):
    """Pause, and show this run as it was in an epoch; None goes back to now."""

    TYPE: ClassVar[str] = "seek"
    epoch: int | None = _field(or_null(integer(0, MAX_ID)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(Command):
    """A variant and the network that is trained change places."""

    TYPE: ClassVar[str] = "swap"
    variant: int = _field(INDEX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewind(Command):
    """Epoch 0, same starting weights."""

    TYPE: ClassVar[str] = "rewind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Command):
    """Epoch 0, the next weights of the same stream."""

    TYPE: ClassVar[str] = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseed(Command):
    """Epoch 0, weights from a new weight seed."""

    TYPE: ClassVar[str] = "reseed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerate(Command):
    """New data from a new seed; the network stays."""

    TYPE: ClassVar[str] = "regenerate"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditExamples(Command):
    """Some of the user's own examples go, others come; the network stays where it can."""

    TYPE: ClassVar[str] = "edit_examples"
    remove: Sequence[int] = _field(PLACES, default=())
    add: Sequence[Sequence[Any]] = _field(EXAMPLES, default=())
    labels: Sequence[str] | None = _field(or_null(NAMES), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpeed(Command):
    """How much is trained in a tick."""

    TYPE: ClassVar[str] = "set_speed"
    speed: str = _field(choice(tuple(SPEED_PRESETS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Command):
    """Which picture comes in full; None is the output's."""

    TYPE: ClassVar[str] = "select"
    unit: int | None = _field(or_null(INDEX))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter(Command):
    """One weight or bias by hand."""

    TYPE: ClassVar[str] = "set_parameter"
    index: int = _field(INDEX)
    value: float = _field(NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect(Command):
    """Which way to look inside is open, and what about; None closes it."""

    TYPE: ClassVar[str] = "inspect"
    panel: str | None = _field(or_null(choice(tuple(INSPECTIONS))))
    options: Mapping[str, Any] = _field(OBJECT, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export(Command):
    """The present network as code, or the examples as a table."""

    TYPE: ClassVar[str] = "export"
    format: str = _field(choice((*FORMATS, "csv")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Animate(Command):
    """The run so far as an animated picture; or an end to drawing it."""

    TYPE: ClassVar[str] = "animate"
    on: bool = _field(BOOLEAN)
    theme: str = _field(choice(tuple(THEMES)), default="light")
    frames: int = _field(integer(2, MOST_FRAMES), default=MOST_FRAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack(Command):
    """A frame is on the screen."""

    TYPE: ClassVar[str] = "ack"
    seq: int = _field(integer(0, MAX_ID))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible(Command):
    """Whether the page can be seen."""

    TYPE: ClassVar[str] = "visible"
    on: bool = _field(BOOLEAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Command):
    """Whether the server is still there: what a browser does not tell its page."""

    TYPE: ClassVar[str] = "ping"


COMMANDS: dict[str, type[Command]] = {
    command.TYPE: command
    for command in (
        Hello, Configure, SetView, Compose, Open, Play, Pause, Advance, RunUntil, Seek, Swap, Rewind, Reset, Reseed,
        Regenerate, EditExamples, SetSpeed, Select, SetParameter, Inspect, Export, Animate, Ack, Visible, Ping,
    )
}  # fmt: skip

KINDS: dict[str, dict[str, Kind]] = {
    name: {item.name: item.metadata["kind"] for item in dataclasses.fields(command)}
    for name, command in COMMANDS.items()
}
REQUIRED: dict[str, tuple[str, ...]] = {
    name: tuple(
        item.name
        for item in dataclasses.fields(command)
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    )
    for name, command in COMMANDS.items()
}

VIEW_FIELDS: dict[str, Kind] = {
    "show_test_data": BOOLEAN,
    "discretize": BOOLEAN,
    "hide_text": BOOLEAN,
    "show_bias_units": BOOLEAN,
    "hidden": NAMES,
    "compare": OBJECTS,
    "locked": NAMES,
    **{
        name: or_null(integer(int(goal.low), int(goal.high)) if goal.whole else number(goal.low, goal.high))
        for name, goal in OWN_GOALS.items()
    },
}
"""What `set_view` may change."""

INSPECT_OPTIONS: dict[str, Kind] = {
    "unit": or_null(INDEX),
    "example": or_null(INDEX),
    "parameter": or_null(INDEX),
    "threshold": SHARE,
    "compute": BOOLEAN,
    "directions": choice(tuple(DIRECTIONS)),
}
"""What a look may be about."""

WITHIN: dict[type[Command], tuple[str, dict[str, Kind]]] = {
    SetView: ("changes", VIEW_FIELDS),
    Compose: ("changes", VIEW_FIELDS),
    Inspect: ("options", INSPECT_OPTIONS),
}
"""Commands with an object in them whose fields are known here."""
