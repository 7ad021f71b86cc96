"""The config: everything that the user chooses about an experiment, as one validated table of fields.

The defaults are the original playground's behaviour.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS

T = TypeVar("T")

PROBLEMS = {"classification": "Classification", "regression": "Regression"}


class Effect(IntEnum):
    """How much a change of a field rebuilds; of several changes the largest effect counts."""

    NOTHING = 0
    LIVE = 1
    NETWORK = 2
    DATA = 3


class FieldError(NamedTuple):
    """What is wrong with one value: which field, what came (at most 64 characters) and what is allowed."""

    code: str
    field: str
    got: str
    allowed: str

    @property
    def message(self) -> str:
        """The error as a sentence."""
        return f"{self.field}: got {self.got}; allowed is {self.allowed}"


class ConfigError(ValueError):
    """A config was refused; `errors` says what is wrong, field by field."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(error.message for error in self.errors))


def shorten(value: object, length: int = 64) -> str:
    """A value as text of at most `length` characters, for an error message."""
    if isinstance(value, int) and abs(value) >= 10**length:
        return "a number of more than 64 digits"
    if isinstance(value, (str, list, tuple, dict)):
        value = value[:length] if isinstance(value, (str, list, tuple)) else f"an object of {len(value)} fields"
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


class _RefusedError(Exception):
    """A value does not fit its field: the code says how."""

    def __init__(self, code: str) -> None:
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the config: what it may hold, how it is called, and what a change of it rebuilds.

    `kind` is `choice`, `number`, `integer`, `text`, `choices` (several of `choices`) or `integers`. `offered` are the
    values which a page offers for a number; others in the range are just as good.
    """

    name: str
    label: str
    default: Any
    effect: Effect
    kind: str
    choices: Mapping[str, str] | None = None
    low: float | None = None
    high: float | None = None
    above: bool = False
    offered: tuple[float, ...] | None = None

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        between = f"above {self.low:g} up to {self.high:g}" if self.above else f"{self.low} to {self.high}"
        words = {
            "choice": f"one of {', '.join(self.choices or ())}",
            "choices": f"a list of different ones of {', '.join(self.choices or ())}",
            "number": f"a number from {between}" if not self.above else f"a number {between}",
            "integer": f"a whole number from {between}",
            "integers": f"a list of at most {self.high} whole numbers from {self.low} to {MAX_UNITS}",
            "text": f"a text of {self.low} to {self.high} characters",
        }
        return words[self.kind]

    def check(self, value: object) -> object:
        """The value as the config holds it; raises `ConfigError` if it is not allowed."""
        try:
            return _CHECKS[self.kind](self, value)
        except _RefusedError as refused:
            raise ConfigError([FieldError(refused.code, self.name, shorten(value), self.allowed)]) from None


MAX_LAYERS = 100
MAX_UNITS = 1024
"""What the engine can be asked for at all; who runs it sets narrower limits."""


def _check_choice(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _RefusedError("bad_type")
    if value not in (field.choices or ()):
        raise _RefusedError("unknown_value")
    return value


def _check_range(field: Field, value: float) -> None:
    low, high = field.low or 0, field.high or 0
    if not low <= value <= high or (field.above and value == low):
        raise _RefusedError("out_of_range")


def _check_number(field: Field, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _RefusedError("bad_type")
    if isinstance(value, float) and not math.isfinite(value):
        raise _RefusedError("not_finite")
    _check_range(field, value)
    return value


def _check_integer(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _RefusedError("bad_type")
    _check_range(field, value)
    return value


def _check_text(field: Field, value: object) -> str:
    # half of a surrogate pair is no character: it could not be passed on
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise _RefusedError("bad_type")
    _check_range(field, len(value))
    return value


def _check_choices(field: Field, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise _RefusedError("bad_type")
    if len(value) > len(field.choices or ()):
        raise _RefusedError("out_of_range")
    chosen = [_check_choice(field, item) for item in value]
    if len(set(chosen)) < len(chosen):
        raise _RefusedError("duplicate_value")
    return tuple(name for name in field.choices or () if name in chosen)


def _check_integers(field: Field, value: object) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)):
        raise _RefusedError("bad_type")
    if len(value) > (field.high or 0):
        raise _RefusedError("too_large_model")
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int):
            raise _RefusedError("bad_type")
        if not 1 <= item <= MAX_UNITS:
            raise _RefusedError("out_of_range")
    return tuple(value)


_CHECKS: dict[str, Callable[[Field, object], object]] = {
    "choice": _check_choice,
    "choices": _check_choices,
    "number": _check_number,
    "integer": _check_integer,
    "integers": _check_integers,
    "text": _check_text,
}


def _labels(registry: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.label for name, entry in registry.items()}


def _datasets_of(problem: str) -> dict[str, str]:
    return {name: dataset.label for name, dataset in DATASETS.items() if dataset.problem == problem}


def _field(default: T, effect: Effect, label: str, kind: str, **rest: object) -> T:
    return dataclasses.field(
        default=default, metadata={"label": label, "default": default, "effect": effect, "kind": kind, **rest}
    )


_LEARNING_RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_REGULARIZATION_RATES = (0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """An experiment. Every value is checked when a config is made; `ConfigError` names all that are refused."""

    problem: str = _field("classification", Effect.DATA, "Problem", "choice", choices=PROBLEMS)
    dataset: str = _field("circle", Effect.DATA, "Data set", "choice", choices=_datasets_of("classification"))
    regression_dataset: str = _field(
        "reg-plane", Effect.DATA, "Data set for regression", "choice", choices=_datasets_of("regression")
    )
    noise: float = _field(0, Effect.DATA, "Noise", "number", low=0, high=80, offered=tuple(range(0, 51, 5)))
    train_percent: float = _field(
        50, Effect.DATA, "Training data", "number", low=1, high=100, offered=tuple(range(10, 91, 10))
    )
    seed: str = _field("0.5", Effect.DATA, "Data seed", "text", low=1, high=1024)
    weight_seed: str = _field("", Effect.NETWORK, "Weight seed", "text", low=0, high=1024)
    weight_offset: int = _field(0, Effect.NETWORK, "Weights drawn before", "integer", low=0, high=50_000)
    features: tuple[str, ...] = _field(("x", "y"), Effect.NETWORK, "Features", "choices", choices=_labels(FEATURES))
    hidden_layer_sizes: tuple[int, ...] = _field(
        (4, 2), Effect.NETWORK, "Units of the hidden layers", "integers", low=1, high=MAX_LAYERS
    )
    activation: str = _field("tanh", Effect.NETWORK, "Activation", "choice", choices=_labels(ACTIVATIONS))
    initializer: str = _field("uniform", Effect.NETWORK, "Initial weights", "choice", choices=_labels(INITIALIZERS))
    loss: str = _field("squared_error", Effect.NETWORK, "Loss", "choice", choices=_labels(LOSSES))
    optimizer: str = _field("sgd", Effect.NETWORK, "Optimizer", "choice", choices=_labels(OPTIMIZERS))
    learning_rate: float = _field(
        0.03, Effect.LIVE, "Learning rate", "number", low=0, high=100, above=True, offered=_LEARNING_RATES
    )
    batch_size: int = _field(
        10, Effect.NETWORK, "Batch size", "integer", low=1, high=10_000, offered=tuple(range(1, 31))
    )
    regularizer: str = _field("none", Effect.NETWORK, "Regularization", "choice", choices=_labels(REGULARIZERS))
    regularization_rate: float = _field(
        0, Effect.NETWORK, "Regularization rate", "number", low=0, high=100, offered=_REGULARIZATION_RATES
    )

    def __post_init__(self) -> None:
        errors: list[FieldError] = []
        for name, field in FIELDS.items():
            try:
                object.__setattr__(self, name, field.check(getattr(self, name)))
            except ConfigError as error:
                errors += error.errors
        if errors:
            raise ConfigError(errors)

    def replace(self, **changes: Any) -> "Config":
        """A config with some fields changed; raises `ConfigError` for unknown names as for refused values."""
        unknown = [name for name in changes if name not in FIELDS]
        if unknown:
            allowed = f"one of {', '.join(FIELDS)}"
            raise ConfigError(
                FieldError("unknown_field", shorten(name)[1:-1], shorten(changes[name]), allowed)
                for name in unknown[:10]
            )
        return dataclasses.replace(self, **changes)

    @property
    def active_dataset(self) -> str:
        """The data set of the chosen problem."""
        return {"classification": self.dataset, "regression": self.regression_dataset}[self.problem]

    @property
    def output_activation(self) -> str:
        """The activation of the output unit, which follows from the problem."""
        return {"classification": "tanh", "regression": "linear"}[self.problem]

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units of every layer: inputs, hidden layers, output."""
        return (len(self.features), *self.hidden_layer_sizes, 1)

    @property
    def weight_count(self) -> int:
        """Weights of the network, biases not counted."""
        sizes = self.layer_sizes
        return sum(a * b for a, b in pairwise(sizes))

    @property
    def parameter_count(self) -> int:
        """Weights and biases of the network."""
        return self.weight_count + sum(self.layer_sizes[1:])


FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.name: Field(name=field.name, **field.metadata) for field in dataclasses.fields(Config)}
)
"""The table of the config's fields, by name."""


def effect_of(old: Config, new: Config) -> Effect:
    """What must be rebuilt to go from `old` to `new`."""
    changed = (field.effect for name, field in FIELDS.items() if getattr(old, name) != getattr(new, name))
    return max(changed, default=Effect.NOTHING)
