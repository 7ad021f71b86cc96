"""Links: from the text of a link to an experiment, and back.

One table, `KEYS`, says for every key of a link which part of the experiment it sets, how its text is read and how it is
written. The keys and their meaning are those of the original playground; what this project adds is a further key whose
absence means "as the original". Nothing else in the project knows these names.

Reading never fails. What a link asks for and cannot have is told in notices, and the rest is done.
"""

import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from app import variants
from app.variants import Variant
from engine import ACTIVATIONS, DATASETS, FEATURES, FIELDS, Config, ConfigError
from engine.config import count_parameters, hidden_activations
from engine.own_examples import decode, of_problem

MAX_LENGTH = 65_536
"""Characters of a link that are read; what comes after them is not."""

MAX_OWN_EXAMPLES = 8192
"""Characters of the code of own examples that a link carries; a longer one travels beside it."""

MAX_NOTICES = 40
MAX_GOT = 64

CONTROLS: Mapping[str, str] = {
    "showTestData": "Show test data",
    "discretize": "Discretize output",
    "playButton": "Play button",
    "stepButton": "Step button",
    "resetButton": "Reset button",
    "learningRate": "Learning rate",
    "activation": "Activation",
    "regularization": "Regularization",
    "regularizationRate": "Regularization rate",
    "problem": "Problem type",
    "dataset": "Which dataset",
    "percTrainData": "Ratio of training to test data",
    "noise": "Noise level",
    "batchSize": "Batch size",
    "numHiddenLayers": "Number of hidden layers",
}
"""The original's controls which `NAME_hide=true` hides, with their labels, in the page's order."""

_LINK_FEATURES = ("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY")
"""The original's keys for features in the order of its links. There are no inputs behind `cosX` and `cosY`."""

_WITH_KEYS_OF_THEIR_OWN = {
    *("activation", "regularizer", "batch_size", "dataset", "regression_dataset", "learning_rate", "problem", "noise"),
    *("regularization_rate", "hidden_layer_sizes", "seed", "train_percent", "features"),
    *("weight_seed", "weight_offset", "own_examples"),
}
"""Fields whose keys are written down in the table; those of all other fields follow from their names."""


def _own_name(field: str) -> str:
    """The key of our own for a field: the field's name as links write names."""
    head, *tail = field.split("_")
    return head + "".join(word.capitalize() for word in tail)


SETTINGS: Mapping[str, str] = {_own_name(name): name for name in FIELDS if name not in _WITH_KEYS_OF_THEIR_OWN}
"""The fields that have a key of our own, by that key; on the page they stand under "More settings"."""

OWN_CONTROLS: Mapping[str, str] = {
    "speed": "Speed",
    "regenerate": "Regenerate",
    "seeds": "Seeds",
    "weights": "Editing weights and biases",
    "ownData": "Own data",
    "lab": "More settings",
    "lookInside": "Look inside",
    "runControl": "Run until …",
    "timeTravel": "Time travel",
    "goals": "Goals of one’s own",
    "runTable": "Runs",
    "compare": "Side by side",
    "pictureExport": "Save picture",
    **{name: FIELDS[field].label for name, field in SETTINGS.items()},
}
"""The same for controls that the original does not have; each of the settings is one."""

LAYERS_WITH_BUTTONS = range(1, 7)
"""The hidden layers whose buttons for units can be hidden, each by itself."""

HIDEABLE: tuple[str, ...] = (
    *CONTROLS,
    *_LINK_FEATURES,
    *(f"numNodes{layer}" for layer in LAYERS_WITH_BUTTONS),
    *OWN_CONTROLS,
)
"""Every NAME that `NAME_hide=true` may hide, and `NAME_lock=true` lock: controls, features, the buttons of layers."""

LABELS: Mapping[str, str] = {
    **CONTROLS,
    **{name: f"Input {feature.label}" for name, feature in FEATURES.items()},
    **{f"numNodes{layer}": f"Number of units in layer {layer}" for layer in LAYERS_WITH_BUTTONS},
    **OWN_CONTROLS,
}
"""What these are called, as far as the page has them: there are no inputs behind `cosX` and `cosY`."""


class GoalKey(NamedTuple):
    """A goal of course links: a measure that is to be `at_most` or `at_least` a value, for the First to Third place."""

    measure: str
    bound: str
    place: str


_MEASURES_OF_GOALS = {"TrainLoss": "train_loss", "TestLoss": "test_loss", "TrainTestDiff": "gap"}
_BOUNDS_OF_GOALS = {"Min": "at_most", "Max": "at_least"}

GOALS: Mapping[str, GoalKey] = {
    f"goal{what}{bound}Threshold{place}": GoalKey(_MEASURES_OF_GOALS[what], _BOUNDS_OF_GOALS[bound], place)
    for what in _MEASURES_OF_GOALS
    for bound in _BOUNDS_OF_GOALS
    for place in ("First", "Second", "Third")
}
"""Keys of the goals that course links carry: a loss, or the gap, which is test loss minus training loss.

`Min` is a value to come down to, `Max` one to come up to: the course on L2 has its network first overfit until the gap
is 0.085, which its link does in epoch 495 of the 500 that it asks for, and then bring the gap down.
"""


class OwnGoal(NamedTuple):
    """A part of a goal of one's own: its key, what it bounds and how, and the values from `low` to `high` it may have.

    What does not `ask` for anything is what the rest must be reached with.
    """

    key: str
    measure: str
    bound: str
    high: float
    low: float = 0
    whole: bool = False
    asks: bool = True


OWN_GOALS: Mapping[str, OwnGoal] = {
    "goal_test_loss": OwnGoal("goalTestLoss", "test_loss", "at_most", 1e6),
    "goal_accuracy": OwnGoal("goalAccuracy", "accuracy", "at_least", 100, low=1),
    "goal_gap": OwnGoal("goalGap", "gap", "at_most", 1e6),
    "goal_epochs": OwnGoal("goalEpochs", "epochs", "at_most", 1e9, low=1, whole=True, asks=False),
    "goal_units": OwnGoal("goalUnits", "units", "at_most", 1e6, whole=True, asks=False),
    "goal_parameters": OwnGoal("goalParameters", "parameters", "at_most", 1e6, low=1, whole=True, asks=False),
}
"""The parts of a goal of one's own, by field of the view. Accuracy is that of the test examples, in per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest network that a link may ask for: hidden layers, units in one of them, weights and biases in all."""

    layers: int = 32
    units: int = 64
    parameters: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a link says about the page and not about the experiment.

    `hidden` and `locked` are selections of `HIDEABLE`, and `goals` are (key of `GOALS`, loss) pairs; all are kept in
    the order of these lists. The fields of `OWN_GOALS` are None where nothing is asked for. `compare` are the variants
    that are trained side by side. `tutorial` is a plain name or "". Raises ValueError for names that are not in the
    lists, and ConfigError for variants that cannot be.
    """

    show_test_data: bool = False
    discretize: bool = False
    hide_text: bool = False
    collect_stats: bool = False
    tutorial: str = ""
    hidden: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    goals: tuple[tuple[str, float], ...] = ()
    goal_test_loss: float | None = None
    goal_accuracy: float | None = None
    goal_gap: float | None = None
    goal_epochs: int | None = None
    goal_units: int | None = None
    goal_parameters: int | None = None
    compare: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        goals = dict(self.goals)
        if unknown := [*({*self.hidden, *self.locked} - set(HIDEABLE)), *(set(goals) - set(GOALS))]:
            raise ValueError(f"unknown name: {unknown[0]!r}")
        object.__setattr__(self, "hidden", tuple(name for name in HIDEABLE if name in self.hidden))
        object.__setattr__(self, "locked", tuple(name for name in HIDEABLE if name in self.locked))
        object.__setattr__(self, "goals", tuple((name, goals[name]) for name in GOALS if name in goals))
        object.__setattr__(self, "compare", variants.checked(self.compare))

    @property
    def has_own_goal(self) -> bool:
        """Whether anything is to be reached besides the goals of a course link."""
        return any(goal.asks and getattr(self, name) is not None for name, goal in OWN_GOALS.items())


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a link asked for and did not get as it asked.

    `code` is `ignored` (nothing is done with it), `changed` (another value is used), `clamped` (the nearest allowed
    value is used), `unused` (kept, but without effect) or `refused` (over a limit of this server). `got` has at most
    64 characters; `used` is None where nothing is used instead.
    """

    code: str
    key: str
    got: str
    used: str | None
    message: str


class Link(NamedTuple):
    """What a link means."""

    config: Config
    view: View
    notices: tuple[Notice, ...]


# Numbers and text as JavaScript reads and writes them -----------------------------------------------------------------

_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_MAX_DIGITS = 1000


def parse_number(text: str) -> float:
    """The number that JavaScript's `Number(text)` gives, NaN included; text of more than 1000 characters is NaN."""
    text = text.strip().strip("\ufeff")
    if not text:
        return 0.0
    if len(text) > _MAX_DIGITS:
        return math.nan
    if _RADIX.fullmatch(text):
        try:
            return float(int(text, 0))
        except OverflowError:
            return math.inf
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def format_number(value: float) -> str:
    """A finite number as JavaScript's `String(value)` writes it: `3`, `0.03`, `1e-7`, `1e+21`."""
    digits = repr(value + 0.0)  # not the sign of -0.0
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return f"{Decimal(digits):f}".removesuffix(".0")
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def _decoded(text: str) -> str:
    """Percent signs resolved; what is broken stays or becomes a replacement character."""
    return unquote(text, errors="replace") if "%" in text else text


def _shown(text: str) -> str:
    """Text from outside as it may be shown: one line, no control characters, at most 64 characters."""
    short = text if len(text) <= MAX_GOT else text[: MAX_GOT - 1] + "…"
    return "".join(character if character.isprintable() else "\ufffd" for character in short)


# Kinds of keys: how a value is read, and how it is written ------------------------------------------------------------


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A value cannot be had as it was asked for; `use` is what to take instead, None stands for the default."""

    def __init__(self, code: str, reason: str, use: Any = None) -> None:
        super().__init__(code, reason)
        self.code, self.reason, self.use = code, reason, use


class _Kind(NamedTuple):
    """`read` gives the value that a text means or raises _Refused; `write` gives the text of a value.

    A text is read with percent signs resolved and trimmed, or, if `raw`, as it stands in the link. Blank text means the
    default, unless `blank` says that it has a meaning of its own. That of a `whole` one goes on after a further "=".
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    raw: bool = False
    blank: bool = False
    whole: bool = False


def _checked(field: str, value: Any) -> Any:
    """The value, if the engine allows it for this field."""
    try:
        return FIELDS[field].check(value)
    except ConfigError as error:
        raise _Refused("changed", f"is not {error.errors[0].allowed}") from None


def _read_goal(text: str) -> float:
    number = parse_number(text)
    if not math.isfinite(number):
        raise _Refused("ignored", "is not a loss that could be reached")
    return number


def _own_goal(goal: OwnGoal) -> "_Kind":
    """A part of a goal of one's own. An accuracy below 1 is a share: nobody is content with less than one per cent."""

    def read(text: str) -> float:
        number = value = _read_goal(text)
        reason = ""
        if goal.whole and number != (value := math.floor(number + 0.5)):
            reason = "is not a whole number"
        elif goal.measure == "accuracy" and 0 < number < 1:
            value, reason = round(100 * number, 9), "is taken as a share"
        if not goal.low <= value <= goal.high:
            raise _Refused("ignored", f"is not a number from {goal.low:g} to {goal.high:g}")
        if reason:
            raise _Refused("changed", reason, value)
        return value

    return _Kind(read, format_number)


def _finite(text: str) -> float:
    number = parse_number(text)
    if not math.isfinite(number):
        raise _Refused("changed", "is not a number that can be used")
    return number


def _within(field: str, number: float) -> Any:
    """The number if it is in the field's range; above it the largest is used, below it the default."""
    high = FIELDS[field].high
    if high is not None and number > high:
        raise _Refused("clamped", f"is more than {high:g}", high)
    return _checked(field, number)


def _choice(field: str) -> _Kind:
    return _Kind(lambda text: _checked(field, text), str)


def _number(field: str) -> _Kind:
    return _Kind(lambda text: _within(field, _finite(text)), format_number)


def _integer(field: str) -> _Kind:
    def read(text: str) -> int:
        number = _finite(text)
        nearest = math.floor(number + 0.5)
        value: int = _within(field, nearest)
        if nearest != number:
            raise _Refused("changed", "is not a whole number", value)
        return value

    return _Kind(read, str)


def _noise(text: str) -> float:
    """The original's own rule: up to 80 whatever the slider offers, more counts as 50, less than nothing as nothing."""
    number = _finite(text)
    if number < 0:
        raise _Refused("clamped", "is less than 0", 0)
    if number > 80:
        raise _Refused("clamped", "is more than 80", 50)
    return number


def _read_shape(text: str) -> tuple[int, ...]:
    """Units per hidden layer; no text is no hidden layer. Fractions count up, as they do in the original's loops."""
    entries = [parse_number(entry) for entry in text.split(",")] if text else []
    if not all(math.isfinite(units) and units > 0 for units in entries):
        raise _Refused("changed", "is not a list of layer sizes")
    sizes = tuple(math.ceil(units) for units in entries)
    if any(size != units for size, units in zip(sizes, entries, strict=True)):
        raise _Refused("changed", "has layers with a fraction of a unit", sizes)
    return sizes


def _layer_names(text: str) -> tuple[str, ...]:
    """A list of names, where nothing between two commas stands for the name that all layers share."""
    names: tuple[str, ...] = _checked("layer_activations", [name.strip() for name in text.split(",")])
    return names


def _layer_numbers(text: str) -> tuple[float | None, ...]:
    """A list of numbers, where nothing between two commas stands for the number that all layers share."""
    given = [_finite(number) if number.strip() else None for number in text.split(",")]
    numbers: tuple[float | None, ...] = _checked("layer_dropout", given)
    return numbers


def _write_layer_numbers(numbers: tuple[float | None, ...]) -> str:
    return ",".join("" if number is None else format_number(number) for number in numbers)


def _write_shape(sizes: tuple[int, ...]) -> str:
    return ",".join(map(str, sizes))


def _read_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", text):
        raise _Refused("ignored", "is not the name of a tutorial")
    return text


def _read_missing_feature(text: str) -> bool:
    if text != "false":
        raise _Refused("ignored", "asks for an input that does not exist")
    return False


def _encode_text(text: str) -> str:
    return quote(text, safe="")


def _decode_text(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


def _read_text(field: str, text: str) -> str:
    """Text for a field, of which as much is used as the field may hold."""
    high = int(FIELDS[field].high or 0)
    if len(text) > high:
        raise _Refused("clamped", f"has more than {high} characters", text[:high])
    return text


def _read_own_examples(text: str) -> str:
    if len(text) > MAX_OWN_EXAMPLES:
        raise _Refused("refused", f"has more than {MAX_OWN_EXAMPLES} characters", "")
    try:
        decode(text)
    except ValueError as error:
        raise _Refused("ignored", f"are no examples: {error}") from None
    return text


def _read_variants(text: str) -> tuple[Variant, ...]:
    """Variants between semicolons, each as a small link of its own: `activation=relu;learningRate=0.1`."""
    found: list[Variant] = []
    wrong: list[str] = []
    for piece in text.split(";"):
        try:
            variant = dict(_read_change(pair) for pair in piece.split("&"))
            found = [*variants.checked([*found, variant])]
        except _Refused as refused:
            wrong.append(f"{_quoted(piece)} {refused.reason}")
        except ConfigError as error:
            wrong.append(f"{_quoted(piece)} is not possible: allowed is {error.errors[0].allowed}")
    if wrong:
        reason = f"cannot be compared as it stands: {'; '.join(wrong[:3])}"
        raise _Refused("changed" if found else "ignored", reason, tuple(found))
    return tuple(found)


def _read_change(pair: str) -> tuple[str, Any]:
    name, _, value = pair.partition("=")
    key = _BY_NAME.get(name.strip())
    if key is None or key.slot not in variants.VARIABLE:
        raise _Refused("ignored", "is no setting that can be compared")
    return key.slot, key.kind.read(value.strip())


def _write_variants(chosen: tuple[Variant, ...]) -> str:
    texts = (
        "&".join(f"{_BY_SLOT[field].name}={_BY_SLOT[field].kind.write(value)}" for field, value in variant.items())
        for variant in chosen
    )
    return quote(";".join(texts), safe=",")


def _write_flag(value: object) -> str:
    return "true" if value else "false"


_LAYER_NAMES = _Kind(_layer_names, ",".join)
_LAYER_NUMBERS = _Kind(_layer_numbers, _write_layer_numbers)
_FLAG = _Kind(lambda text: text != "false", _write_flag)
_HIDE = _Kind(lambda text: text == "true", _write_flag)
_GOAL = _Kind(_read_goal, format_number)
_COMPARE = _Kind(_read_variants, _write_variants, whole=True)
_NOISE = _Kind(_noise, format_number)
_SHAPE = _Kind(_read_shape, _write_shape, blank=True)
_NAME = _Kind(_read_name, str)
_MISSING_FEATURE = _Kind(_read_missing_feature, _write_flag)
_SEED = _Kind(lambda text: _read_text("seed", text), str, raw=True)
_ENCODED_SEED = _Kind(lambda text: _read_text("seed", _decode_text(text)), _encode_text, raw=True)
_OWN_EXAMPLES = _Kind(_read_own_examples, str)
_WEIGHT_SEED = _Kind(lambda text: _read_text("weight_seed", _decode_text(text)), _encode_text, raw=True)


# The table ------------------------------------------------------------------------------------------------------------


class Key(NamedTuple):
    """One key of the link: which slot it fills, how, and whether a canonical link names it when it is the default.

    A slot is a field of `Config` or `View`, or one of the parts into which `_slots` takes a field apart.
    """

    name: str
    slot: str
    kind: _Kind
    default: Any
    always: bool = True


def _key(name: str, field: str, kind: Callable[[str], _Kind] | _Kind, *, always: bool = True) -> Key:
    """A key for a field of `Config`."""
    return Key(name, field, kind if isinstance(kind, _Kind) else kind(field), FIELDS[field].default, always)


def _feature_key(name: str) -> Key:
    return Key(name, name, _FLAG if name in FEATURES else _MISSING_FEATURE, name in FIELDS["features"].default)


_KINDS: dict[str, Callable[[str], _Kind] | _Kind] = {
    "choice": _choice,
    "number": _number,
    "integer": _integer,
    "flag": _FLAG,
    "names": _LAYER_NAMES,
    "numbers": _LAYER_NUMBERS,
}

KEYS: tuple[Key, ...] = (
    # the original's, in the order of its links
    _key("activation", "activation", _choice),
    _key("regularization", "regularizer", _choice, always=False),
    _key("batchSize", "batch_size", _integer),
    _key("dataset", "dataset", _choice),
    _key("regDataset", "regression_dataset", _choice),
    _key("learningRate", "learning_rate", _number),
    _key("regularizationRate", "regularization_rate", _number),
    _key("noise", "noise", _NOISE),
    _key("networkShape", "hidden_layer_sizes", _SHAPE),
    Key("seed", "seed", _SEED, None, always=False),
    Key("showTestData", "show_test_data", _FLAG, default=False),
    Key("discretize", "discretize", _FLAG, default=False),
    _key("percTrainData", "train_percent", _number),
    *(_feature_key(name) for name in _LINK_FEATURES),
    Key("collectStats", "collect_stats", _FLAG, default=False),
    Key("tutorial", "tutorial", _NAME, "", always=False),
    _key("problem", "problem", _choice),
    Key("initZero", "zeros", _FLAG, default=False),
    Key("hideText", "hide_text", _FLAG, default=False),
    *(Key(f"{name}_hide", f"{name}_hide", _HIDE, default=False, always=False) for name in HIDEABLE),
    # those of course links
    *(Key(name, name, _GOAL, None, always=False) for name in GOALS),
    # our own: left out, they mean what the original does
    *(Key(goal.key, name, _own_goal(goal), None, always=False) for name, goal in OWN_GOALS.items()),
    Key("compare", "compare", _COMPARE, (), always=False),
    Key("encodedSeed", "encoded_seed", _ENCODED_SEED, None, always=False),
    _key("ownExamples", "own_examples", _OWN_EXAMPLES, always=False),
    _key("weightSeed", "weight_seed", _WEIGHT_SEED, always=False),
    _key("weightOffset", "weight_offset", _integer, always=False),
    *(_key(name, field, _KINDS[FIELDS[field].kind], always=False) for name, field in SETTINGS.items()),
    *(Key(f"{name}_lock", f"{name}_lock", _HIDE, default=False, always=False) for name in HIDEABLE),
)
"""Every key of a link."""

_BY_NAME = {key.name: key for key in KEYS}
_BY_SLOT = {key.slot: key for key in KEYS}
CONTROLLED: Mapping[str, str] = {
    name: _BY_NAME[name].slot for name in HIDEABLE if name in _BY_NAME and _BY_NAME[name].slot in FIELDS
}
"""The controls that stand for one field of the config each, with its name."""

_PLAIN_FIELDS = tuple(name for name in FIELDS if name not in {"features", "initializer", "seed"})
_PLAIN_VIEW = ("show_test_data", "discretize", "hide_text", "collect_stats", "tutorial", *OWN_GOALS, "compare")

_PLAIN_SEED = re.compile(r"[A-Za-z0-9%._~!*'(),;:@/?+$-]+")
"""Seeds that a link can hold as they are; browsers and the original hand these on unchanged."""


def _slots(config: Config, view: View) -> dict[str, Any]:
    """An experiment taken apart into what single keys say."""
    plain_seed = _PLAIN_SEED.fullmatch(config.seed) and not _SWALLOWED.search(config.seed)
    zeros = config.initializer == "zeros"
    return {
        **{name: getattr(config, name) for name in _PLAIN_FIELDS},
        **{name: getattr(view, name) for name in _PLAIN_VIEW},
        **{name: name in config.features for name in _LINK_FEATURES},
        **{f"{name}_hide": name in view.hidden for name in HIDEABLE},
        **{f"{name}_lock": name in view.locked for name in HIDEABLE},
        **dict(view.goals),
        "zeros": zeros,
        "initializer": FIELDS["initializer"].default if zeros else config.initializer,
        "seed": config.seed if plain_seed else None,
        "encoded_seed": None if plain_seed else config.seed,
        "own_examples": config.own_examples if len(config.own_examples) <= MAX_OWN_EXAMPLES else "",
    }


def _experiment(slots: Mapping[str, Any]) -> tuple[Config, View]:
    """The inverse of `_slots`. Features that are hidden are not given to the network either."""
    view = View(
        **{name: slots[name] for name in _PLAIN_VIEW},
        hidden=tuple(name for name in HIDEABLE if slots[f"{name}_hide"]),
        locked=tuple(name for name in HIDEABLE if slots[f"{name}_lock"]),
        goals=tuple((name, slots[name]) for name in GOALS if slots[name] is not None),
    )
    initializer = slots["initializer"]
    config = Config(
        **{name: slots[name] for name in _PLAIN_FIELDS},
        seed=slots["encoded_seed"] or slots["seed"] or new_seed(),
        features=tuple(name for name in FEATURES if slots[name]),
        initializer="zeros" if slots["zeros"] and initializer == FIELDS["initializer"].default else initializer,
    )
    return without_hidden(config, view), view


def without_hidden(config: Config, view: View) -> Config:
    """The config without the features that the view hides: what cannot be seen is not in the network."""
    return config.replace(features=tuple(name for name in config.features if name not in view.hidden))


# Writing --------------------------------------------------------------------------------------------------------------


def format_link(config: Config, view: View | None = None) -> str:
    """The canonical link of an experiment, from `#` on; `parse_link` gives the same experiment back.

    Own examples that are too many for a link stay out of it; whoever opens it brings them along.
    """
    slots = _slots(config, view or View())
    return "#" + "&".join(
        f"{key.name}={key.kind.write(value)}"
        for key in KEYS
        if (value := slots.get(key.slot, key.default)) != key.default or key.always
    )


def new_seed() -> str:
    """A seed as the original makes them: a random number with five decimals."""
    return f"0.{secrets.randbelow(100_000):05d}"


# Reading --------------------------------------------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:amp;)+")
_SWALLOWED = re.compile(r"(?:®|&reg;|%C2%AE|%AE)(?=Dataset|ularization)", re.IGNORECASE)
_CLOSING = " \t\r\n/)"
_PROSE = _CLOSING + ".,;:!?\"'`>]}”’»"


class _Notices(list[Notice]):
    """The notices of one link, of which a bounded number is kept."""

    def say(self, code: str, key: str, got: str, used: str | None, sentence: str) -> None:
        """Add one; `sentence` goes on after the key's name."""
        if len(self) < MAX_NOTICES:
            name = _shown(key)
            used = None if used is None else _shown(used)
            self.append(Notice(code, name, _shown(got), used, f"{name} {sentence}"))


def parse_link(text: str, limits: Limits | None = None, examples: str = "") -> Link:
    """What a link means: a whole address from any host, or what follows its `#`.

    Never raises. Without a seed, the experiment gets a new one, as in the original. A link that brings no own examples
    is given the valid code of those in `examples`.
    """
    notices = _Notices()
    given = _pairs(_fragment(_with_whole_characters(text), notices), notices)
    slots = _read(given, notices)
    slots["own_examples"] = slots["own_examples"] or examples
    _fit(slots, limits or Limits(), notices)
    config, view = _experiment(slots)
    view = _without_too_large(config, view, limits or Limits(), notices)
    _tell_unused(config, notices)
    _tell_idle_goal(view, notices)
    return Link(config, view, tuple(notices))


def _with_whole_characters(text: str) -> str:
    """A text in which halves of surrogate pairs have found each other, or are replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _fragment(text: str, notices: _Notices) -> str:
    """The part of a link that says something, with the damage undone that links come to on their way."""
    if len(text) > MAX_LENGTH:
        got, text = text, text[:MAX_LENGTH].rpartition("&")[0]
        reason = f"has {len(got)} characters; only the first {MAX_LENGTH} are read."
        notices.say("refused", "The link", got, None, reason)
    address, hash_sign, fragment = text.partition("#")
    if not hash_sign:
        is_address = not set("/?").isdisjoint(address.partition("=")[0])
        fragment = address.partition("%23")[2] if is_address else address
    if "=" not in fragment and "%3D" in fragment:
        fragment = _decoded(fragment)
    return _SWALLOWED.sub("&reg", _ENTITY.sub("&", fragment))


def _pairs(fragment: str, notices: _Notices) -> dict[str, str]:
    """The keys of a fragment with their texts, decoded and trimmed; as in the original, the last of a kind wins."""
    given: dict[str, str] = {}
    pieces = fragment.rstrip(_CLOSING).split("&")
    for place, piece in enumerate(pieces):
        # the original cuts at every "=" and takes the second part
        name, *parts = piece.split("=", 2)
        name = _decoded(name).strip()
        key = _BY_NAME.get(name)
        if key is None:
            if name:
                notices.say("ignored", name, "".join(parts[:1]), None, "is not known here and is ignored.")
            continue
        text = (piece.partition("=")[2] if key.kind.whole else parts[0]) if parts else ""
        if not key.kind.raw:
            text = _decoded(text).strip()
            text = text.rstrip(_PROSE) if place == len(pieces) - 1 else text
        if name in given and given[name] != text:
            notices.say(
                "changed", name, given[name], text, f"is given more than once; the last, {_shown(text)}, counts."
            )
        given.pop(name, None)
        if parts or not key.kind.blank:
            given[name] = text
    return given


def _read(given: Mapping[str, str], notices: _Notices) -> dict[str, Any]:
    """The value of every slot."""
    slots = {key.slot: key.default for key in KEYS}
    for key in KEYS:
        text = given.get(key.name)
        if text is None or (not text.strip() and not key.kind.blank):
            continue
        try:
            slots[key.slot] = key.kind.read(text)
        except _Refused as refused:
            slots[key.slot] = value = key.default if refused.use is None else refused.use
            used = None if refused.code == "ignored" else key.kind.write(value)
            instead = "it is ignored" if used is None else f"{_shown(used)} is used instead"
            notices.say(refused.code, key.name, text, used, f"{_quoted(text)} {refused.reason}; {instead}.")
    return slots


def _quoted(text: str) -> str:
    return f"“{_shown(text)}”"


def _fit(slots: dict[str, Any], limits: Limits, notices: _Notices) -> None:
    """Put a smaller network in the place of one that is too large: the default, or at worst no hidden layer."""
    key = _BY_SLOT["hidden_layer_sizes"]
    features = sum(bool(slots[name]) for name in FEATURES)
    classes = _classes(slots)
    outputs = classes if classes > 2 else 1

    def too_large(shape: tuple[int, ...]) -> str:
        names = hidden_activations(len(shape), slots["activation"], slots["layer_activations"])
        pieces = (*(ACTIVATIONS[name].pieces for name in names), 1)
        parameters = count_parameters((features, *shape, outputs), pieces, slots["batch_norm"])
        return _too_large(shape, parameters, limits)

    asked: tuple[int, ...] = slots[key.slot]
    reason = too_large(asked)
    if reason:
        slots[key.slot] = shape = () if too_large(key.default) else key.default
        got, used = key.kind.write(asked[:MAX_GOT]), key.kind.write(shape)
        notices.say("refused", key.name, got, used, f"{reason}; {used or 'no hidden layer'} is used instead.")


def _classes(slots: Mapping[str, Any]) -> int:
    """Classes of the data; 0 in regression."""
    dataset = DATASETS[slots["dataset"]]
    if slots["problem"] != "classification":
        return 0
    return of_problem(decode(slots["own_examples"]), slots["problem"]).classes if dataset.is_own else dataset.classes


def _too_large(shape: tuple[int, ...], parameters: int, limits: Limits) -> str:
    """Which limit a shape with so many parameters goes over, the server's or else the engine's; nothing if it fits."""
    if len(shape) > limits.layers:
        return f"asks for {len(shape)} hidden layers, and this server allows {limits.layers}"
    if max(shape, default=0) > limits.units:
        return f"asks for a layer of {_shown(str(max(shape)))} units, and this server allows {limits.units}"
    if parameters > limits.parameters:
        return f"asks for {parameters} weights and biases, and this server allows {limits.parameters}"
    try:
        _checked("hidden_layer_sizes", shape)
    except _Refused as refused:
        return refused.reason
    return ""


def _without_too_large(config: Config, view: View, limits: Limits, notices: _Notices) -> View:
    """The view without those variants whose networks are over a limit."""
    rivals = [config.replace(**variant) for variant in view.compare]
    reasons = [_too_large(rival.hidden_layer_sizes, rival.parameter_count, limits) for rival in rivals]
    for variant, reason in zip(view.compare, reasons, strict=True):
        if reason:
            notices.say("refused", "compare", unquote(_write_variants((variant,))), None, f"{reason}; it is left out.")
    return replace(view, compare=tuple(v for v, reason in zip(view.compare, reasons, strict=True) if not reason))


def _tell_unused(config: Config, notices: _Notices) -> None:
    """Say what a valid experiment will not make use of."""
    if config.regularizer == "none" and config.regularization_rate > 0:
        rate = format_number(config.regularization_rate)
        notices.say("unused", "regularizationRate", rate, rate, f"{rate} is not used, because regularization is none.")
    if config.own is not None:
        if not len(config.own):
            name = config.active_dataset
            key = "dataset" if config.problem == "classification" else "regDataset"
            reason = f"{name} has no examples in this link; put some on the map, or open a file of them."
            notices.say("unused", key, name, name, reason)
        return
    count = config.example_count or DATASETS[config.active_dataset].size
    train_size = math.floor(count * config.train_percent / 100)
    if config.batch_size > train_size and config.rest != "applied":
        size = str(config.batch_size)
        reason = f"{size} is more than the {train_size} training examples, so the weights are never updated."
        notices.say("unused", "batchSize", size, size, reason)


def _tell_idle_goal(view: View, notices: _Notices) -> None:
    """Say that conditions of a goal are of no use where nothing is to be reached."""
    if view.has_own_goal:
        return
    asks = ", ".join(goal.key for goal in OWN_GOALS.values() if goal.asks)
    for name, goal in OWN_GOALS.items():
        if (value := getattr(view, name)) is not None:
            reason = f"{value:g} is not used, because there is nothing to reach: a goal needs one of {asks}."
            notices.say("unused", goal.key, f"{value:g}", f"{value:g}", reason)
