"""The commands: what a page can ask for. Each is a class, whose handler is registered in `app/session/handlers.py`."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.link.keys import OWN_GOALS
from app.protocol.fields import (
    Examples,
    Id,
    Index,
    Indices,
    Names,
    Number,
    ObjectOf,
    Objects,
    OneOf,
    Pixels,
    RequestId,
    Share,
    Words,
)
from app.protocol.version import VERSION
from app.training.pacing import SPEED_PRESETS
from app.training.seeds import VARIED
from app.training.until import STOP_CONDITIONS
from engine.inspection import DIRECTIONS, INSPECTIONS

Speed = Annotated[str, OneOf(SPEED_PRESETS)]
ExportFormat = Literal["numpy", "pytorch", "keras", "csv"]
Theme = Literal["light", "dark"]

MOST_FRAMES = 120
"""Pictures that an animation may have."""

MOST_STARTS = 400
"""Starts of one cell that a page may ask for."""

MOST_ROWS = 2000
"""Starts of all cells together that a page may ask for."""

MOST_EPOCHS = 10_000
"""Epochs for which a page may have a start trained."""

VIEW_FIELDS: dict[str, Any] = {
    "show_test_data": bool,
    "discretize": bool,
    "hide_text": bool,
    "show_bias_units": bool,
    "show_changes": bool,
    "words": bool,
    "sound": bool,
    "hidden": Names,
    "locked": Names,
    "compare": Objects,
    "sweep": str | None,
    **{
        name: Annotated[int if goal.whole else float, Field(ge=goal.low, le=goal.high)] | None
        for name, goal in OWN_GOALS.items()
    },
}
"""The fields of the view that a page can change."""

INSPECT_OPTIONS: dict[str, Any] = {
    "unit": Index | None,
    "example": Index | None,
    "parameter": Index | None,
    "threshold": Share,
    "compute": bool,
    "directions": Annotated[str, OneOf(DIRECTIONS)],
    "label": Annotated[int, Field(ge=0, le=9)] | None,
}
"""What a panel of "Look inside" can be asked about."""

ViewChanges = Annotated[dict[str, Any], ObjectOf(VIEW_FIELDS)]


class Command(BaseModel):
    """A message that asks for something.

    A subclass has a `type`, by which messages name it, and fields. `parser.parse` checks them strictly: a text is no
    number, and a field that a command does not have is refused.

    >>> Advance(unit="minibatch", count=3)
    Advance(type='advance', id=None, unit='minibatch', count=3)
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)

    type: str
    id: RequestId = None
    """Returned in the answer."""


class Hello(Command):
    """The first message: the experiment that the page wants to see, and what the page remembers of it."""

    type: Literal["hello"] = "hello"
    version: Annotated[int, Field(ge=VERSION, le=VERSION), Words(str(VERSION))]
    """The page's protocol version."""
    link: str = ""
    """The experiment to open."""
    session: str | None = None
    """A session to continue, if its link is still the same."""
    checkpoint: dict[str, Any] | None = None
    """The checkpoint to continue from if there is no such session, see [Checkpoints](#checkpoints)."""
    playing: bool = False
    """Whether training continues from the checkpoint immediately."""
    speed: Speed | None = None
    """The speed at which it continues."""
    examples: str | None = None
    """The code of own examples, for a link without one."""
    has: Id = 0
    """The `content` of the pictures that the page has already, if it has any: they are not sent again."""
    page: str | None = None
    """A name that the page gives itself while it is loaded. If a page of another name is connected to the session, as
    after a tab was duplicated, both continue, this one in a session of its own: from its `checkpoint`, or from what the
    other last saw. Without it, the newer connection takes the session over."""


class Configure(Command):
    """Changes the experiment: all of it or nothing."""

    type: Literal["configure"] = "configure"
    changes: dict[str, Any]
    """Config fields and their new values."""


class SetView(Command):
    """Changes how the experiment is shown."""

    type: Literal["set_view"] = "set_view"
    changes: ViewChanges
    """View fields and their new values, see [The view](#the-view)."""


class Compose(Command):
    """Asks for the link of the experiment with another view; nothing changes."""

    type: Literal["compose"] = "compose"
    changes: ViewChanges
    """As in `set_view`."""


class Open(Command):
    """Replaces the experiment with another one."""

    type: Literal["open"] = "open"
    link: str
    """The experiment to open."""


class Play(Command):
    """Trains until `pause`."""

    type: Literal["play"] = "play"


class Pause(Command):
    """Stops training."""

    type: Literal["pause"] = "pause"


class Advance(Command):
    """Pauses, then trains a few epochs or minibatches."""

    type: Literal["advance"] = "advance"
    unit: Literal["epoch", "minibatch"] = "epoch"
    """What to count."""
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many units to train."""


class RunUntil(Command):
    """Trains at full speed until a stop condition holds.

    The conditions are a number of epochs, all goals reached, or no improvement of the test loss (the training loss,
    without test examples) for a number of epochs. `pause` cancels it. It ends with training, and after at most
    1,000,000 epochs.
    """

    type: Literal["run_until"] = "run_until"
    until: Annotated[str, OneOf(STOP_CONDITIONS)]
    """The stop condition."""
    epochs: Annotated[int, Field(ge=1, le=100_000)] = 1000
    """How many epochs `epochs` waits for."""
    patience: Annotated[int, Field(ge=1, le=10_000)] = 100
    """How many epochs `plateau` waits for an improvement."""


class Seek(Command):
    """Pauses, and shows this run as it was at an earlier epoch.

    If several of these are waiting, only the last is carried out, and all are answered. Whatever trains or changes the
    experiment while an earlier epoch is shown continues from there: later epochs are discarded, and `run` grows.
    """

    type: Literal["seek"] = "seek"
    epoch: Id | None
    """The last kept epoch up to this one is shown; null, or an epoch not before the latest, shows the latest."""


class Swap(Command):
    """Swaps a variant and the main network, with everything they have learned.

    See [Comparing variants](#comparing-variants).
    """

    type: Literal["swap"] = "swap"
    variant: Index
    """The variant's position in `compare`."""


class Rewind(Command):
    """Goes back to epoch 0 with the same initial weights."""

    type: Literal["rewind"] = "rewind"


class Reset(Command):
    """Goes back to epoch 0 with the next weights of the same random stream."""

    type: Literal["reset"] = "reset"


class Reseed(Command):
    """Goes back to epoch 0 with weights from a new seed; the data are kept."""

    type: Literal["reseed"] = "reseed"


class Regenerate(Command):
    """Draws new data from a new seed; the network is kept."""

    type: Literal["regenerate"] = "regenerate"


class EditExamples(Command):
    """Changes the user's own examples while they are shown; see [Own examples](#own-examples)."""

    type: Literal["edit_examples"] = "edit_examples"
    remove: Indices = []
    """Positions in the list of own examples."""
    add: Examples = []
    """New examples, each `[x1, x2, target, part]`."""
    labels: Names | None = None
    """New names of the classes; null keeps the current ones."""


class SetSpeed(Command):
    """Sets how much is trained per sixtieth of a second."""

    type: Literal["set_speed"] = "set_speed"
    speed: Speed
    """The new speed."""


class Select(Command):
    """Selects the unit whose picture is sent in full, as the frame's `surface`."""

    type: Literal["select"] = "select"
    unit: Index | None
    """Its number: all features (used or not) are counted first, then all units, layer by layer; null is the output."""


class SetParameter(Command):
    """Sets one weight or bias; the losses are updated at once."""

    type: Literal["set_parameter"] = "set_parameter"
    index: Index
    """An index into the frame's `params`."""
    value: Number
    """The new value."""


class Inspect(Command):
    """Opens a panel of "Look inside", or closes it; see [Look inside](#look-inside)."""

    type: Literal["inspect"] = "inspect"
    panel: Annotated[str, OneOf(INSPECTIONS)] | None
    """The panel to open; null closes the open one."""
    options: Annotated[dict[str, Any], ObjectOf(INSPECT_OPTIONS)] = {}
    """What the panel is about."""


class Read(Command):
    """Reads a picture with the present network, and keeps it: until another is read, frames hold its `activations`.

    See [Pictures](#pictures). Without a picture, none is kept any more, and the answer is `status`.
    """

    type: Literal["read"] = "read"
    example: Index | None = None
    """A picture of the data, by its number: first those for training, then those for validation and for the test."""
    pixels: Pixels | None = None
    """Any other: base64 of side² bytes, row by row from the top, 0 for paper to 255 for ink."""


class Export(Command):
    """Asks for the current network and its training as code, or for the examples as a table."""

    type: Literal["export"] = "export"
    format: ExportFormat
    """The library that the code is for, or `csv` for the table."""
    archive: bool = False
    """Whether to send the archive of code that reads pictures, too."""


class Animate(Command):
    """Draws the run so far, as far as it was kept, as an animated GIF, or cancels that."""

    type: Literal["animate"] = "animate"
    on: bool
    """Whether to draw; false cancels."""
    theme: Theme = "light"
    """The colors."""
    frames: Annotated[int, Field(ge=2, le=MOST_FRAMES)] = MOST_FRAMES
    """Maximum number of pictures."""


class TryStarts(Command):
    """Trains this experiment from other seeds, in the background; see [Many starts](#many-starts)."""

    type: Literal["try_starts"] = "try_starts"
    count: Annotated[int, Field(ge=1, le=MOST_STARTS)]
    """How many starts, in a sweep of each cell. Without a sweep there must be two."""
    epochs: Annotated[int, Field(ge=1, le=MOST_EPOCHS)]
    """How long each of them is trained. All together are limited to about ten minutes."""
    vary: Annotated[str, OneOf(VARIED)] = "weights"
    """What differs between them: the initial weights, the data, or both."""
    sweep: str = ""
    """The axes of a sweep, written as in a link: `learningRate:0.001..3:8l;batchSize:1|10`."""
    until_goal: bool = False
    """Whether a start is trained no longer once all goals are reached."""


class CancelStarts(Command):
    """Stops training starts; those that are finished count."""

    type: Literal["cancel_starts"] = "cancel_starts"


class EstimateStarts(Command):
    """Asks how long starts of the present experiment take."""

    type: Literal["estimate_starts"] = "estimate_starts"


class Ack(Command):
    """Reports that a frame is on the screen, which makes room for another."""

    type: Literal["ack"] = "ack"
    seq: Id
    """The frame's number."""


class Visible(Command):
    """Reports whether the page is visible. Hidden pages receive no frames; training continues."""

    type: Literal["visible"] = "visible"
    on: bool
    """Whether it is visible."""


class Ping(Command):
    """Asks for `pong`. A page cannot see the pings of websockets, so it asks when it has heard nothing for a while."""

    type: Literal["ping"] = "ping"


COMMANDS: dict[str, type[Command]] = {
    command.model_fields["type"].default: command for command in Command.__subclasses__()
}
"""All commands by their type."""


# --- between the server's own processes ---------------------------------------------------------------------------


def encode_command(command: Command) -> bytes:
    """A command as bytes, for an engine process."""
    return json.dumps(dict(command), ensure_ascii=False, separators=(",", ":")).encode()


def decode_command(data: bytes) -> Command:
    """The command that `encode_command` wrote. It was checked before, and is not checked again.

    Only tuples in it have become lists.
    """
    fields = json.loads(data)
    return COMMANDS[fields["type"]].model_construct(**fields)
