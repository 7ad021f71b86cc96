"""The table of all keys of links: the original's, and ours.

The keys and their meaning are those of the original playground. A key that this project adds means "as the original"
when it is absent. No other package knows these names.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from app.link.characters import without_wrapping
from app.link.controls import HIDEABLE
from app.link.experiment_keys import FURTHER, ORIGINAL, OWN, Key
from app.link.sweep import SweepText, format_sweep, read_sweep
from app.link.values import MARKER, KeyType, Rejected, parse_decimal, parse_number
from app.text import format_number, quoted
from app.training.goals import MEASURES, SIGNS
from app.training.variants import VARIABLE, Variant, check_variants
from engine import ConfigError
from engine.fields import FieldError

# --- goals ------------------------------------------------------------------------------------------------------------


class GoalKey(NamedTuple):
    """A goal of course links: a measure that must be `at_most` or `at_least` a value, for the First to Third rank."""

    measure: str
    bound: str
    rank: str


_MEASURES = {"TrainLoss": "train_loss", "TestLoss": "test_loss", "TrainTestDiff": "gap"}
_BOUNDS = {"Min": "at_most", "Max": "at_least"}

GOALS: Mapping[str, GoalKey] = {
    f"goal{what}{bound}Threshold{rank}": GoalKey(_MEASURES[what], _BOUNDS[bound], rank)
    for what in _MEASURES
    for bound in _BOUNDS
    for rank in ("First", "Second", "Third")
}
"""Keys of the goals in course links: a loss, or the gap, which is test loss minus training loss.

`Min` is a value to come down to, `Max` one to come up to: in the course on L2, the network first overfits until the gap
is 0.085, which its link does in epoch 495 of the 500 that it asks for, and then the gap is to be reduced.
"""


class OwnGoal(NamedTuple):
    """A condition of the user's own goal: its key, its label, the measure, the bound, and the values it may have.

    These go from `low` to `high` in steps of `step` for the arrow keys; `whole` ones are integers.
    """

    key: str
    label: str
    measure: str
    bound: str
    high: float
    low: float = 0
    step: float = 0.01
    unit: str = ""
    whole: bool = False

    @property
    def is_target(self) -> bool:
        """Whether it is something to reach, and not a constraint to reach it within."""
        return not MEASURES[self.measure].is_constraint

    @property
    def sign(self) -> str:
        """The relation of a target to its value; "" for a constraint, whose label says it."""
        return SIGNS[self.bound] if self.is_target else ""

    @property
    def about(self) -> str:
        """What the documentation says of it."""
        words = MEASURES[self.measure].words.format(sign=SIGNS[self.bound], value="N")
        return f"{'A target' if self.is_target else 'A constraint'} of your own goal: {words}."


OWN_GOALS: Mapping[str, OwnGoal] = {
    "goal_test_loss": OwnGoal("goalTestLoss", "Test loss", "test_loss", "at_most", 1e6),
    "goal_accuracy": OwnGoal("goalAccuracy", "Test accuracy", "accuracy", "at_least", 100, low=1, step=1, unit="%"),
    "goal_gap": OwnGoal("goalGap", "Test − training loss", "gap", "at_most", 1e6),
    "goal_epochs": OwnGoal("goalEpochs", "Max. epochs", "epochs", "at_most", 1e9, low=1, step=1, whole=True),
    "goal_units": OwnGoal("goalUnits", "Max. hidden neurons", "units", "at_most", 1e6, step=1, whole=True),
    "goal_parameters": OwnGoal(
        "goalParameters", "Max. weights and biases", "parameters", "at_most", 1e6, low=1, step=1, whole=True
    ),
}
"""The conditions of the user's own goal, by field of the view. Accuracy is on the test examples, in percent."""


def _parse_loss(text: str) -> float:
    number = parse_number(text)
    if not math.isfinite(number):
        raise Rejected("ignored", "is not a finite number")
    return number


_LOSS = KeyType(lambda text: parse_decimal(text, _parse_loss), format_number)
"""A loss, or a difference of losses, to reach."""


def _own_goal(goal: OwnGoal) -> KeyType:
    """A condition of the user's own goal. An accuracy below 1 is a fraction, since a goal below 1% makes no sense."""

    def parse(text: str) -> float:
        number = value = _parse_loss(text)
        reason = ""
        if goal.whole and number != (value := math.floor(number + 0.5)):
            reason = "is not a whole number"
        elif goal.measure == "accuracy" and 0 < number < 1:
            value, reason = round(100 * number, 9), "is read as a fraction"
        if not goal.low <= value <= goal.high:
            raise Rejected("ignored", f"is not a number from {goal.low:g} to {goal.high:g}")
        if reason:
            raise Rejected("changed", reason, value)
        return value

    return KeyType(lambda text: parse_decimal(text, parse), format_number)


# --- variants ---------------------------------------------------------------------------------------------------------

_MAX_PIECES = 16
"""Number of variants in a text that are parsed; more than any page writes."""

_VARIABLE = {key.slot: key for key in (*ORIGINAL, *FURTHER) if key.slot in VARIABLE}
_VARIABLE_BY_NAME: Mapping[str, Key] = {key.name: key for key in _VARIABLE.values()}


def _parse_variants(text: str) -> tuple[Variant, ...]:
    """Variants, separated by semicolons, as small links: `activation=relu&learningRate=0.1;batchSize=1`."""
    found: tuple[Variant, ...] = ()
    wrong: list[str] = []
    for piece in text.split(";")[:_MAX_PIECES]:
        try:
            changes = [_parse_change(pair) for pair in piece.split("&")]
            found = check_variants([*found, {field: value for field, value, _ in changes}])
            wrong += [f"{quoted(piece)} {reason}" for *_, reason in changes if reason]
        except Rejected as rejected:
            wrong.append(f"{quoted(piece)} {rejected.reason}")
        except ConfigError as error:
            wrong.append(f"{quoted(piece)} is not allowed; expected {error.errors[0].allowed}")
    if wrong:
        reason = f"cannot be compared as given: {'; '.join(wrong[:3])}"
        raise Rejected("changed" if found else "ignored", reason, found)
    return found


def _parse_change(pair: str) -> tuple[str, Any, str]:
    """A field, its value, and why it is not the value given, or "". Raises Rejected."""
    name, _, value = pair.partition("=")
    key = _VARIABLE_BY_NAME.get(name.strip())
    if key is None:
        raise Rejected("ignored", "is not a setting that can be compared")
    try:
        return key.slot, key.type.parse(value.strip()), ""
    except Rejected as rejected:
        if rejected.use is None:
            raise
        return key.slot, rejected.use, rejected.reason


def format_variants(variants: Iterable[Variant]) -> str:
    """Variants as readable text; links have it percent-encoded."""
    changes = (((_VARIABLE[field], value) for field, value in variant.items()) for variant in variants)
    return ";".join("&".join(f"{key.name}={key.type.format(value)}" for key, value in pairs) for pairs in changes)


_VARIANTS = KeyType(
    _parse_variants, lambda variants: quote(format_variants(variants), safe=","), whole=True, encoded=True
)


# --- a sweep ----------------------------------------------------------------------------------------------------------


def _parse_sweep(text: str) -> SweepText:
    """The sweep of a text; what cannot be used of it is left out."""
    inner = without_wrapping(text)
    sweep, faults, notes = read_sweep(inner)
    if not inner or (faults and not sweep.axes):
        raise Rejected("ignored", f"cannot be swept{_reasons(faults)}")
    if faults:
        raise Rejected("changed", f"cannot be swept as given{_reasons(faults)}", sweep)
    if notes:
        raise Rejected("changed", " and ".join(notes[:_MOST_REASONS]), sweep)
    return sweep


_MOST_REASONS = 3


def _reasons(faults: Sequence[FieldError]) -> str:
    """The first reasons, in parentheses; "" without any."""
    found = [f"{fault.field}: got {fault.got}, expected {fault.allowed}" for fault in faults[:_MOST_REASONS]]
    return f" ({'; '.join(found)})" if found else ""


_SWEEP = KeyType(
    _parse_sweep, lambda sweep: quote(format_sweep(sweep), safe=",:;"), whole=True, encoded=True, listed=True
)


# --- all of them ------------------------------------------------------------------------------------------------------


def _marker(name: str) -> Key:
    """A key that hides or locks something."""
    return Key(name, name, MARKER, default=False, always=False)


KEYS: tuple[Key, ...] = (
    *ORIGINAL,
    *(_marker(f"{name}_hide") for name in HIDEABLE),
    *(Key(name, name, _LOSS, None, always=False) for name in GOALS),
    *(Key(goal.key, name, _own_goal(goal), None, always=False, about=goal.about) for name, goal in OWN_GOALS.items()),
    Key(
        "compare",
        "compare",
        _VARIANTS,
        (),
        always=False,
        about="Up to three networks to compare with, each with some keys changed: "
        "`activation=relu;learningRate=0.1`, percent-encoded.",
    ),
    Key(
        "sweep",
        "sweep",
        _SWEEP,
        None,
        always=False,
        about="A sweep: settings with their values, and how many starts each combination gets: "
        "`learningRate:0.001..3:8l;networkShape:1\\|2\\|4;starts:10`, percent-encoded.",
    ),
    *OWN,
    *FURTHER,
    *(_marker(f"{name}_lock") for name in HIDEABLE),
)
"""Every key of a link, in the order in which links contain them."""

BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}
BY_SLOT: Mapping[str, Key] = {key.slot: key for key in KEYS}
