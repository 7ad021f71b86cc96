"""The config: everything that the user chooses about an experiment, as one validated table of fields.

The defaults are the original playground's behaviour.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeVar

from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.fields import MAX_LAYERS, ConfigError, Effect, Field, FieldError, shorten
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES, MULTICLASS_LOSS, Loss
from engine.optimizers import OPTIMIZERS
from engine.own_examples import OwnExamples, decode, of_problem
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES

T = TypeVar("T")

PROBLEMS = {"classification": "Classification", "regression": "Regression"}
RESTS = {"carried": "Carried to the next epoch", "applied": "Applied as a smaller batch", "dropped": "Dropped"}
"""What becomes of the examples that do not fill a minibatch."""


def _labels(registry: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.label for name, entry in registry.items()}


def _datasets_of(problem: str) -> dict[str, str]:
    return {name: dataset.label for name, dataset in DATASETS.items() if dataset.problem == problem}


GROUPS = {"data": "Data", "model": "Model", "training": "Training"}
"""What fields belong to, and how that is called."""


def _field(default: T, effect: Effect, group: str, label: str, kind: str, **rest: object) -> T:
    metadata = {"label": label, "default": default, "effect": effect, "kind": kind, "group": group, **rest}
    return dataclasses.field(default=default, metadata=metadata)


_LEARNING_RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_REGULARIZATION_RATES = (0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_LIVE, _TRAINING, _NETWORK, _DATA = Effect.LIVE, Effect.TRAINING, Effect.NETWORK, Effect.DATA
_CLASSES = {"problem": ("classification",)}
_VALUES = {"problem": ("regression",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """An experiment. Every value is checked when a config is made; `ConfigError` names all that are refused."""

    # data
    problem: str = _field("classification", _DATA, "data", "Problem", "choice", choices=PROBLEMS)
    dataset: str = _field(
        "circle", _DATA, "data", "Data set", "choice", needs=_CLASSES, choices=_datasets_of("classification")
    )
    regression_dataset: str = _field(
        "reg-plane",
        _DATA,
        "data",
        "Data set for regression",
        "choice",
        needs=_VALUES,
        choices=_datasets_of("regression"),
    )
    noise: float = _field(0, _DATA, "data", "Noise", "number", low=0, high=80, offered=tuple(range(0, 51, 5)))
    train_percent: float = _field(
        50, _DATA, "data", "Training data", "number", low=1, high=100, offered=tuple(range(10, 91, 10))
    )
    validation_percent: float = _field(
        0, _DATA, "data", "Validation data", "number", low=0, high=80, offered=(0, 10, 20, 30, 40)
    )
    example_count: int = _field(
        0, _DATA, "data", "Examples", "integer", low=0, high=5000, offered=(0, 20, 50, 100, 200, 500, 1000, 2000, 5000)
    )
    class_share: float = _field(
        50,
        _DATA,
        "data",
        "Share of the blue class",
        "number",
        needs=_CLASSES,
        low=5,
        high=95,
        offered=(5, 10, 25, 50, 75, 90, 95),
    )
    outliers: float = _field(0, _DATA, "data", "Outliers", "number", low=0, high=50, offered=(0, 1, 2, 5, 10, 20, 50))
    standardize: bool = _field(default=False, effect=_NETWORK, group="data", label="Standardized features", kind="flag")
    seed: str = _field("0.5", _DATA, "data", "Data seed", "text", low=1, high=1024)
    own_examples: str = _field("", _DATA, "data", "Own data", "examples")

    # model
    features: tuple[str, ...] = _field(("x", "y"), _NETWORK, "model", "Features", "choices", choices=_labels(FEATURES))
    hidden_layer_sizes: tuple[int, ...] = _field(
        (4, 2), _NETWORK, "model", "Units of the hidden layers", "integers", low=1, high=MAX_LAYERS
    )
    activation: str = _field("tanh", _NETWORK, "model", "Activation", "choice", choices=_labels(ACTIVATIONS))
    layer_activations: tuple[str, ...] = _field(
        (), _NETWORK, "model", "Activation by layer", "names", choices=_labels(ACTIVATIONS)
    )
    leaky_slope: float = _field(
        0.01,
        _NETWORK,
        "model",
        "Slope of leaky ReLU",
        "number",
        low=0,
        high=1,
        offered=(0, 0.01, 0.03, 0.1, 0.3, 1),
    )
    elu_alpha: float = _field(
        1,
        _NETWORK,
        "model",
        "Alpha of ELU",
        "number",
        low=0.01,
        high=10,
        offered=(0.1, 0.3, 1, 3),
    )
    maxout_pieces: int = _field(
        2,
        _NETWORK,
        "model",
        "Pieces of maxout",
        "integer",
        low=2,
        high=5,
        offered=(2, 3, 4, 5),
    )
    loss: str = _field("squared_error", _NETWORK, "model", "Loss", "choice", needs=_CLASSES, choices=_labels(LOSSES))
    initializer: str = _field("uniform", _NETWORK, "model", "Initial weights", "choice", choices=_labels(INITIALIZERS))
    initializer_scale: float = _field(
        1,
        _NETWORK,
        "model",
        "Deviation of the initial weights",
        "number",
        low=0,
        high=10,
        offered=(0.01, 0.03, 0.1, 0.3, 1, 3),
    )
    weight_seed: str = _field("", _NETWORK, "model", "Weight seed", "text", low=0, high=1024)
    weight_offset: int = _field(0, _NETWORK, "model", "Weights drawn before", "integer", low=0, high=50_000)
    batch_norm: bool = _field(default=False, effect=_NETWORK, group="model", label="Batch normalization", kind="flag")

    # training
    learning_rate: float = _field(
        0.03,
        _LIVE,
        "training",
        "Learning rate",
        "number",
        low=0,
        high=100,
        above=True,
        offered=_LEARNING_RATES,
    )
    optimizer: str = _field("sgd", _TRAINING, "training", "Optimizer", "choice", choices=_labels(OPTIMIZERS))
    momentum: float = _field(
        0.9,
        _LIVE,
        "training",
        "Momentum (beta 1)",
        "number",
        low=0,
        high=0.999,
        offered=(0, 0.5, 0.8, 0.9, 0.95, 0.99),
    )
    beta2: float = _field(
        0.999,
        _LIVE,
        "training",
        "Beta 2",
        "number",
        low=0,
        high=0.99999,
        offered=(0.9, 0.99, 0.999, 0.9999),
    )
    rho: float = _field(
        0.9,
        _LIVE,
        "training",
        "Rho",
        "number",
        low=0,
        high=0.999,
        offered=(0.5, 0.9, 0.95, 0.99, 0.999),
    )
    epsilon: float = _field(
        1e-8,
        _LIVE,
        "training",
        "Epsilon",
        "number",
        low=1e-12,
        high=1,
        offered=(1e-10, 1e-8, 1e-6, 1e-4, 1e-2),
    )
    weight_decay: float = _field(
        0.01,
        _LIVE,
        "training",
        "Weight decay",
        "number",
        low=0,
        high=10,
        offered=(0, 0.001, 0.003, 0.01, 0.03, 0.1),
    )
    schedule: str = _field(
        "constant", _LIVE, "training", "Learning-rate schedule", "choice", choices=_labels(SCHEDULES)
    )
    schedule_decay: float = _field(
        0.01,
        _LIVE,
        "training",
        "Decay k",
        "number",
        low=0,
        high=10,
        offered=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3),
    )
    schedule_factor: float = _field(
        0.95,
        _LIVE,
        "training",
        "Factor of the schedule",
        "number",
        low=0.01,
        high=1,
        offered=(0.1, 0.5, 0.9, 0.95, 0.99, 0.999),
    )
    schedule_period: int = _field(
        100,
        _LIVE,
        "training",
        "Period in epochs",
        "integer",
        low=1,
        high=10_000,
        offered=(10, 30, 100, 300, 1000),
    )
    batch_size: int = _field(
        10, _NETWORK, "training", "Batch size", "integer", low=1, high=10_000, offered=tuple(range(1, 31))
    )
    shuffle: bool = _field(
        default=False, effect=_TRAINING, group="training", label="New order in every epoch", kind="flag"
    )
    rest: str = _field("carried", _TRAINING, "training", "Rest of an epoch", "choice", choices=RESTS)
    regularizer: str = _field("none", _NETWORK, "training", "Regularization", "choice", choices=_labels(REGULARIZERS))
    regularization_rate: float = _field(
        0,
        _NETWORK,
        "training",
        "Regularization rate",
        "number",
        low=0,
        high=100,
        offered=_REGULARIZATION_RATES,
    )
    dropout: float = _field(
        0, _TRAINING, "training", "Dropout", "number", low=0, high=0.9, offered=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
    )
    layer_dropout: tuple[float | None, ...] = _field(
        (),
        _TRAINING,
        "training",
        "Dropout by layer",
        "numbers",
        low=0,
        high=0.9,
        offered=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7),
    )
    max_norm: float = _field(
        0,
        _TRAINING,
        "training",
        "Largest norm of a unit's weights",
        "number",
        low=0,
        high=100,
        offered=(0, 1, 2, 3, 4, 5),
    )
    clip_norm: float = _field(
        0,
        _TRAINING,
        "training",
        "Largest norm of the gradient",
        "number",
        low=0,
        high=100,
        offered=(0, 0.1, 0.3, 1, 3, 10),
    )
    jitter: float = _field(
        0,
        _TRAINING,
        "training",
        "Jitter of the training data",
        "number",
        low=0,
        high=2,
        offered=(0, 0.05, 0.1, 0.2, 0.5, 1),
    )
    patience: int = _field(
        0,
        _TRAINING,
        "training",
        "Patience of early stopping",
        "integer",
        low=0,
        high=10_000,
        offered=(0, 10, 30, 100, 300, 1000),
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
    def own(self) -> OwnExamples | None:
        """The user's own examples as the chosen problem takes them; None while they are not chosen."""
        return of_problem(decode(self.own_examples), self.problem) if DATASETS[self.active_dataset].is_own else None

    @property
    def classes(self) -> int:
        """Classes of the data; 0 in regression."""
        own = self.own
        return DATASETS[self.active_dataset].classes if own is None else own.classes

    @property
    def dimensions(self) -> int:
        """How many coordinates of a point tell something: 1 or 2."""
        return DATASETS[self.active_dataset].dimensions

    @property
    def outputs(self) -> int:
        """Output units: one for each class, but a single one for two classes and for a value."""
        return self.classes if self.classes > 2 else 1

    @property
    def active_loss(self) -> Loss:
        """The loss in force: with more than two classes and in regression there is no choice."""
        if self.classes > 2:
            return MULTICLASS_LOSS
        return LOSSES[self.loss if self.problem == "classification" else "squared_error"]

    @property
    def output_activation(self) -> str:
        """The activation of the output units, which follows from loss and problem."""
        return self.active_loss.output or {"classification": "tanh", "regression": "linear"}[self.problem]

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations of all layers: hidden layers, then the output's, which is one of another registry."""
        own = self.layer_activations
        return (*hidden_activations(len(self.hidden_layer_sizes), self.activation, own), self.output_activation)

    @property
    def pieces(self) -> tuple[int, ...]:
        """Of how many weighted sums a unit of each layer takes the largest: hidden layers, then the output."""
        return layer_pieces(self.activations[:-1], self.maxout_pieces)

    @property
    def dropouts(self) -> tuple[float, ...]:
        """The share of units left out of each hidden layer; nothing at all if it is 0 everywhere."""
        own = self.layer_dropout
        depth = len(self.hidden_layer_sizes)
        rates = (own[layer] if layer < len(own) else None for layer in range(depth))
        dropouts = tuple(self.dropout if rate is None else rate for rate in rates)
        return dropouts if any(dropouts) else ()

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units of every layer: inputs, hidden layers, outputs."""
        return (len(self.features), *self.hidden_layer_sizes, self.outputs)

    @property
    def weight_count(self) -> int:
        """Weights of the network, biases not counted, and nothing of further pieces: those that a stream gives."""
        return sum(a * b for a, b in pairwise(self.layer_sizes))

    @property
    def parameter_count(self) -> int:
        """Weights and biases of the network, and what batch normalisation learns."""
        return count_parameters(self.layer_sizes, self.pieces, self.batch_norm)


def hidden_activations(depth: int, usual: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """The activations of so many hidden layers: each layer's `own`, or else the usual one."""
    return tuple(own[layer] if layer < len(own) and own[layer] else usual for layer in range(depth))


def layer_pieces(names: Iterable[str], maxout_pieces: int) -> tuple[int, ...]:
    """The pieces of each layer's units: of hidden layers with these activations, then of the output."""
    return (*(maxout_pieces if ACTIVATIONS[name].pieces > 1 else 1 for name in names), 1)


def count_parameters(sizes: tuple[int, ...], pieces: tuple[int, ...], is_normed: bool) -> int:
    """Weights and biases between layers of `sizes`, whose units have so many `pieces` (from the first hidden layer on).

    Normalisation adds two numbers for each piece of a hidden unit.
    """
    links = sum(own * below * (above + 1) for (above, below), own in zip(pairwise(sizes), pieces, strict=True))
    hidden = sum(units * own for units, own in zip(sizes[1:-1], pieces, strict=False))
    return links + (2 * hidden if is_normed else 0)


_SHAPED: Mapping[str, Mapping[str, Any]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "regularizer": REGULARIZERS,
    "schedule": SCHEDULES,
}
"""The fields whose choice decides which `settings` make a difference."""


def _users(setting: str) -> dict[str, tuple[str, ...]]:
    """By field, the choices that make use of a setting."""
    users = {
        field: tuple(name for name, entry in registry.items() if setting in entry.settings)
        for field, registry in _SHAPED.items()
    }
    return {field: names for field, names in users.items() if names}


def _presets(setting: str) -> dict[str, dict[str, float]]:
    """By field, the choices that are made for another value of a setting than the default, and that value."""
    usual = {name: entry.usual[setting] for name, entry in OPTIMIZERS.items() if setting in entry.usual}
    return {"optimizer": usual} if usual else {}


def _field_of(name: str, metadata: Mapping[str, Any]) -> Field:
    return Field(name=name, **{"needs": _users(name), "presets": _presets(name), **metadata})


FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.name: _field_of(field.name, field.metadata) for field in dataclasses.fields(Config)}
)
"""The table of the config's fields, by name."""


def effect_of(old: Config, new: Config) -> Effect:
    """What must be rebuilt to go from `old` to `new`."""
    changed = (field.effect for name, field in FIELDS.items() if getattr(old, name) != getattr(new, name))
    return max(changed, default=Effect.NOTHING)
