"""The config: everything that the user chooses about an experiment, as one validated table of fields.

The defaults are those of the original playground. A new field needs one row here, and its use in the engine; its
control, link key, checks, help and effect follow from the row.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress, pairwise
from operator import attrgetter, ne
from types import MappingProxyType
from typing import Any

from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS, PICTURE_DATASETS
from engine.features import FEATURES
from engine.fields import (
    MAX_LAYERS,
    ConfigError,
    Effect,
    Field,
    FieldError,
    Group,
    Help,
    choice,
    flag,
    integer,
    number,
    row,
    shorten,
    text,
)
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES, MULTICLASS_LOSS, MULTICLASS_SQUARED_ERROR, Loss
from engine.optimizers import OPTIMIZERS
from engine.own_examples import OwnExamples, decode, of_problem
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES

PROBLEMS = {"classification": "Classification", "regression": "Regression"}
REMAINDERS = {"carried": "Carry over to the next epoch", "applied": "Use as a smaller batch", "dropped": "Drop"}
"""What happens to examples that do not fill a minibatch."""


def _labels(registry: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.label for name, entry in registry.items()}


def _datasets_of(problem: str) -> dict[str, str]:
    return {name: dataset.label for name, dataset in DATASETS.items() if dataset.problem == problem}


_DATA = Group("data", "Data", Effect.DATA)
_MODEL = Group("model", "Model", Effect.NETWORK)
_TRAINING = Group("training", "Training", Effect.LIVE)

GROUPS = {group.name: group.label for group in (_DATA, _MODEL, _TRAINING)}
"""The groups of fields, with their labels."""

_POINTS, _PICTURES = "points", "pictures"

_CLASSES = {"problem": ("classification",)}
_VALUES = {"problem": ("regression",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """An experiment. All values are checked when a config is created; `ConfigError` lists every invalid one.

    >>> Config(hidden_layer_sizes=[3], activation="relu").layer_sizes
    (2, 3, 1)
    """

    # A table, with a field in each row.
    # fmt: off

    # data
    problem: str = choice("classification", _DATA, "Problem", choices=PROBLEMS, data=_POINTS, help=Help(
        "In classification, the network predicts the class of each point; in regression, it predicts a number.",
        "Changing the problem changes the data, the output and the loss.",
        "classification"))

    dataset: str = choice("circle", _DATA, "Data set", choices=_datasets_of("classification"),
        needs=_CLASSES, help=Help(
        "Each picture is a type of data set, generated at random from the data seed.",
        "Some can be separated by a straight line; others need hidden layers or extra features.",
        "data-set"))

    regression_dataset: str = choice("reg-plane", _DATA, "Regression data set", choices=_datasets_of("regression"),
        needs=_VALUES, data=_POINTS, help=Help(
        "Each picture is a type of data set, generated at random from the data seed.",
        "The network tries to predict the value at each point as closely as it can.",
        "data-set"))

    noise: float = number(0, _DATA, "Noise", low=0, high=80, offered=tuple(range(0, 51, 5)), data=_POINTS, help=Help(
        "Adds randomness to the examples: points are moved, or labels are flipped.",
        "With a lot of noise, no rule can get everything right, and a large network tends to memorize the noise.",
        "noise"))

    train_percent: float = number(50, _DATA, "Training data", low=1, high=100,
        offered=tuple(range(10, 91, 10)), data=_POINTS, help=Help(
        "The percentage of the examples used for training.",
        "The rest are held out to test whether the network has learned the underlying pattern.",
        "training-set"))

    validation_percent: float = number(0, _DATA, "Validation data", low=0, high=80,
        offered=(0, 10, 20, 30, 40), data=_POINTS, help=Help(
        "Sets aside part of the examples for making decisions, such as when to stop training.",
        "They are used neither for training nor for testing, so the test loss stays an honest estimate.",
        "validation-set", zero="None", unit="%"))

    example_count: int = integer(0, _DATA, "Number of examples", low=0, high=5000,
        offered=(0, 20, 50, 100, 200, 500, 1000, 2000, 5000), data=_POINTS, help=Help(
        "How many examples are generated before they are split into training, validation and test sets.",
        "With only a few, the network can easily memorize them all without learning the pattern.",
        "example", zero="Default"))

    class_share: float = number(50, _DATA, "Class balance (% blue)", needs=_CLASSES, low=5, high=95,
        offered=(5, 10, 25, 50, 75, 90, 95), data=_POINTS, help=Help(
        "The percentage of examples that are blue; the larger class is reduced to match.",
        "When one class is rare, a network can be correct most of the time and still miss it completely.",
        "class-balance", unit="%"))

    outliers: float = number(0, _DATA, "Outliers", low=0, high=50, offered=(0, 1, 2, 5, 10, 20, 50),
        data=_POINTS, help=Help(
        "The percentage of examples given a wrong label or, in regression, a value that is far off.",
        "Losses differ in how strongly a single outlier affects them.",
        "outlier", zero="None", unit="%"))

    standardize: bool = flag(_DATA, "Standardize features", effect=Effect.NETWORK, data=_POINTS, help=Help(
        "Shifts and scales each feature to mean 0 and standard deviation 1 over the training data.",
        "When features have similar scales, one learning rate works for all weights, and training is faster.",
        "standardisation"))

    seed: str = text("0.5", _DATA, "Data seed", low=1, high=1024, help=Help(
        "Seed of the random generator that creates the data: the same seed always gives exactly the same examples.",
        "Choosing another data set picks a new seed, as in the original playground.",
        "seed"))

    own_examples: str = row("examples", "", _DATA, "Your data", data=_POINTS, help=Help(
        "Draw your own points on the map, or upload a table of them.",
        "Training continues as you add and remove points, so you can watch the network adapt.",
        "own-data"))

    train_count: int = integer(0, _DATA, "Training pictures", low=0, high=8000,
        offered=(0, 100, 200, 500, 1000, 2000, 4000), needs={"dataset": tuple(PICTURE_DATASETS)},
        data=_PICTURES, help=Help(
        "The number of pictures used for training; the pictures held out for testing stay the same.",
        "The fewer there are, the easier it is to memorize them, and the more new ones are misread.",
        "training-set", zero="All"))
    # model
    features: tuple[str, ...] = row("choices", ("x", "y"), _MODEL, "Features", choices=_labels(FEATURES),
        data=_POINTS, help=Help(
        "The inputs of the network: the coordinates of a point, or simple functions of them.",
        "A good feature can replace an entire layer.",
        "feature"))

    hidden_layer_sizes: tuple[int, ...] = row("integers", (4, 2), _MODEL, "Hidden layer sizes", low=1,
        high=MAX_LAYERS, help=Help(
        "Adds or removes hidden layers, and neurons within them.",
        "More neurons make a good solution easier to find, but each epoch takes longer and overfitting is more likely.",
        "hidden-layer"))

    activation: str = choice("tanh", _MODEL, "Activation", choices=_labels(ACTIVATIONS), help=Help(
        "The nonlinear function each hidden neuron applies to its weighted sum.",
        "Without a nonlinearity, a network with many layers can do no more than one with no hidden layers.",
        "activation"))

    layer_activations: tuple[str, ...] = row("names", (), _MODEL, "Activation per layer",
        choices=_labels(ACTIVATIONS), help=Help(
        "Sets a different activation for individual hidden layers.",
        "All other layers use the main activation setting.",
        "activation"))

    leaky_slope: float = number(0.01, _MODEL, "Leaky ReLU slope", low=0, high=1,
        offered=(0, 0.01, 0.03, 0.1, 0.3, 1), help=Help(
        "The slope of leaky ReLU for negative inputs.",
        "At 0 it is the same as ReLU; at 1 it is linear.",
        "leaky-relu"))

    elu_alpha: float = number(1, _MODEL, "ELU alpha", low=0.01, high=10, offered=(0.1, 0.3, 1, 3), help=Help(
        "ELU approaches minus this value for large negative inputs.",
        "At 1, its two pieces join smoothly.",
        "elu"))

    maxout_pieces: int = integer(2, _MODEL, "Maxout pieces", low=2, high=5, offered=(2, 3, 4, 5), help=Help(
        "How many weighted sums each maxout neuron computes; its output is the largest one.",
        "With three or more, a single neuron can enclose a region, but each piece adds a full set of weights.",
        "maxout"))

    loss: str = choice("squared_error", _MODEL, "Loss", choices=_labels(LOSSES), needs=_CLASSES, help=Help(
        "Measures how far the output is from the target, as a single number that training minimizes.",
        "Cross-entropy pairs with a sigmoid output and still gives a strong gradient where squared error goes flat.",
        "loss"))

    initializer: str = choice("uniform", _MODEL, "Initial weights", choices=_labels(INITIALIZERS), help=Help(
        "How the initial weights are chosen.",
        "Well-scaled weights keep sums and gradients similar in size across layers; zeros make all neurons identical.",
        "initialisation"))

    initializer_scale: float = number(1, _MODEL, "Initial weight std. dev.", low=0, high=10,
        offered=(0.01, 0.03, 0.1, 0.3, 1, 3), help=Help(
        "The standard deviation of normally distributed initial weights.",
        "Large weights saturate sigmoid and tanh, and saturated neurons barely learn.",
        "initialisation"))

    weight_seed: str = text("", _MODEL, "Weight seed", low=0, high=1024, help=Help(
        "Seed of the random generator that creates the initial weights.",
        "Change only this seed to see how much of a result was luck.",
        "seed"))

    weight_offset: int = integer(0, _MODEL, "Weights drawn earlier", low=0, high=50_000, help=Help(
        "How many weights were drawn from this seed before the current ones.",
        "The link includes it, so it restores the same initial weights.",
        "seed"))

    batch_norm: bool = flag(_MODEL, "Batch normalization", help=Help(
        "Normalizes each neuron's sum to zero mean and unit variance over the minibatch, then scales and shifts it.",
        "This lets deep networks train with larger learning rates and makes them less sensitive to initialization.",
        "batch-normalisation"))
    # training
    learning_rate: float = number(0.03, _TRAINING, "Learning rate", low=0, high=100, above=True,
        offered=(1e-05, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10), help=Help(
        "How far the weights move in each step.",
        "If it is too small, training is slow; if it is too large, steps overshoot the minimum or training diverges.",
        "learning-rate"))

    optimizer: str = choice("sgd", _TRAINING, "Optimizer", choices=_labels(OPTIMIZERS),
        effect=Effect.TRAINING, help=Help(
        "The rule that turns gradients into weight updates.",
        "Momentum builds up speed from step to step; adaptive methods give each weight its own step size.",
        "optimizer"))

    momentum: float = number(0.9, _TRAINING, "Momentum (beta 1)", low=0, high=0.999,
        offered=(0, 0.5, 0.8, 0.9, 0.95, 0.99), help=Help(
        "The fraction of the previous step that carries over into the next; in Adam, this is beta 1.",
        "Near 1, small gradients add up along a valley, but the run may overshoot the minimum.",
        "momentum"))

    beta2: float = number(0.999, _TRAINING, "Beta 2", low=0, high=0.99999,
        offered=(0.9, 0.99, 0.999, 0.9999), help=Help(
        "How slowly Adam's average of squared gradients forgets older ones.",
        "Values near 1 give steady step sizes; smaller values follow recent gradients more closely.",
        "adam"))

    rho: float = number(0.9, _TRAINING, "Rho", low=0, high=0.999, offered=(0.5, 0.9, 0.95, 0.99, 0.999), help=Help(
        "How slowly the average of squared gradients forgets older ones.",
        "Values near 1 give steady step sizes; smaller values follow recent gradients more closely.",
        "rmsprop"))

    epsilon: float = number(1e-08, _TRAINING, "Epsilon", low=1e-12, high=1,
        offered=(1e-10, 1e-08, 1e-06, 0.0001, 0.01), help=Help(
        "A small number that prevents division by zero.",
        "It shortens the steps where gradients are smaller than it is; in AdaDelta, it lengthens the first steps.",
        "adam"))

    weight_decay: float = number(0.01, _TRAINING, "Weight decay", low=0, high=10,
        offered=(0, 0.001, 0.003, 0.01, 0.03, 0.1), help=Help(
        "Shrinks all parameters toward zero in AdamW, separately from the gradient step.",
        "Unlike an L2 penalty in the loss, it affects weights with large and small gradients equally.",
        "weight-decay"))

    schedule: str = choice("constant", _TRAINING, "Learning-rate schedule", choices=_labels(SCHEDULES), help=Help(
        "How the learning rate changes over the epochs.",
        "Large steps find the valley; smaller steps then settle at the bottom.",
        "schedule"))

    schedule_decay: float = number(0.01, _TRAINING, "Decay k", low=0, high=10,
        offered=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3), help=Help(
        "The k in 1 / (1 + k · epoch).",
        "At k = 0.01, the learning rate is halved after 100 epochs.",
        "schedule"))

    schedule_factor: float = number(0.95, _TRAINING, "Schedule factor", low=0.01, high=1,
        offered=(0.1, 0.5, 0.9, 0.95, 0.99, 0.999), help=Help(
        "The learning rate is multiplied by this factor, either every epoch or at each step down.",
        "At 0.95 per epoch, the learning rate is halved after about 14 epochs.",
        "schedule"))

    schedule_period: int = integer(100, _TRAINING, "Schedule period (epochs)", low=1, high=10_000,
        offered=(10, 30, 100, 300, 1000), help=Help(
        "The number of epochs between two steps down, or the length of the cosine decay or the warm-up.",
        "Match it to the length of your run: once the cosine decay ends, the learning rate is 0 and learning stops.",
        "schedule"))

    batch_size: int = integer(10, _TRAINING, "Batch size", low=1, high=10_000, offered=tuple(range(1, 31)),
        effect=Effect.NETWORK, help=Help(
        "The number of examples used for each update.",
        "Small batches give many noisy steps; large batches give fewer, smoother ones.",
        "minibatch"))

    shuffle: bool = flag(_TRAINING, "Shuffle every epoch", effect=Effect.TRAINING, help=Help(
        "Shuffles the training examples before every epoch.",
        "This keeps the order of the examples from influencing what is learned.",
        "epoch"))

    rest: str = choice("carried", _TRAINING, "Incomplete last batch", choices=REMAINDERS,
        effect=Effect.TRAINING, help=Help(
        "What happens to leftover examples at the end of an epoch that don't fill a minibatch.",
        "The original adds them to the next epoch's first batch; most libraries train on a smaller last batch.",
        "minibatch"))

    regularizer: str = choice("none", _TRAINING, "Regularization", choices=_labels(REGULARIZERS),
        effect=Effect.NETWORK, help=Help(
        "A penalty that pulls all weights toward zero.",
        "L2 keeps weights small; L1 sets useless ones to exactly zero, and such a link stays off.",
        "regularization"))

    regularization_rate: float = number(0, _TRAINING, "Regularization rate", low=0, high=100,
        offered=(0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10), effect=Effect.NETWORK, help=Help(
        "The strength of the regularization.",
        "If it is too strong, the weights stay near zero no matter what the data say.",
        "regularization"))

    dropout: float = number(0, _TRAINING, "Dropout", low=0, high=0.9, offered=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7),
        effect=Effect.TRAINING, help=Help(
        "During training, drops each hidden neuron with this probability, at random for every example.",
        "Neurons can't rely on one another too much, which makes it harder to memorize the examples.",
        "dropout", zero="Off"))

    layer_dropout: tuple[float | None, ...] = row("numbers", (), _TRAINING, "Dropout per layer", low=0, high=0.9,
        offered=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7), effect=Effect.TRAINING, help=Help(
        "Sets a different dropout rate for individual hidden layers.",
        "All other layers use the main dropout setting; inputs are never dropped.",
        "dropout", zero="Off"))

    max_norm: float = number(0, _TRAINING, "Max-norm constraint", low=0, high=100, offered=(0, 1, 2, 3, 4, 5),
        effect=Effect.TRAINING, help=Help(
        "The maximum norm of each neuron's weight vector; longer vectors are scaled back after every step.",
        "It keeps the weights bounded even at large learning rates.",
        "max-norm", zero="Off"))

    clip_norm: float = number(0, _TRAINING, "Gradient clipping (max norm)", low=0, high=100,
        offered=(0, 0.1, 0.3, 1, 3, 10), effect=Effect.TRAINING, help=Help(
        "The maximum norm of the gradient; a longer gradient is scaled down and keeps its direction.",
        "It prevents one steep spot from throwing the weights far away.",
        "gradient-clipping", zero="Off"))

    jitter: float = number(0, _TRAINING, "Training data jitter", low=0, high=2, offered=(0, 0.05, 0.1, 0.2, 0.5, 1),
        data=_POINTS, effect=Effect.TRAINING, help=Help(
        "Standard deviation of the noise added to the position of each training example, different in every epoch.",
        "The network can't memorize exact positions, so its decision boundary becomes smoother.",
        "augmentation", zero="Off"))

    patience: int = integer(0, _TRAINING, "Early-stopping patience", low=0, high=10_000,
        offered=(0, 10, 30, 100, 300, 1000), effect=Effect.TRAINING, help=Help(
        "Stops training when the validation loss hasn't improved for this many epochs, and restores the best weights.",
        "Without a validation set it uses the test set, whose loss is then no longer an honest estimate.",
        "early-stopping", zero="Off", unit="\u00a0epochs"))

    # fmt: on

    def __post_init__(self) -> None:
        for name, value in _checked({name: getattr(self, name) for name in FIELDS}).items():
            object.__setattr__(self, name, value)

    def replace(self, **changes: Any) -> "Config":
        """A config with some fields changed, or the same object if nothing differs.

        Raises `ConfigError` for unknown names and invalid values.

        >>> Config().replace(noise=20).noise
        20
        >>> Config().replace(noise=90)
        Traceback (most recent call last):
        engine.fields.ConfigError: noise: got 90; expected a number from 0 to 80
        """
        unknown = [name for name in changes if name not in FIELDS]
        if unknown:
            allowed = f"one of {', '.join(FIELDS)}"
            raise ConfigError(
                FieldError("unknown_field", shorten(name)[1:-1], shorten(changes[name]), allowed)
                for name in unknown[:10]
            )
        checked = _checked({name: changes[name] for name in FIELDS if name in changes})
        if all(getattr(self, name) == value for name, value in checked.items()):
            return self
        # no rule is about several fields, so those that stay need no second check
        changed = object.__new__(Config)
        for name in FIELDS:
            object.__setattr__(changed, name, checked[name] if name in checked else getattr(self, name))
        return changed

    @property
    def active_dataset(self) -> str:
        """The data set of the selected problem."""
        return {"classification": self.dataset, "regression": self.regression_dataset}[self.problem]

    @property
    def own(self) -> OwnExamples | None:
        """The user's own examples in the form that the problem needs; None unless they are selected."""
        return of_problem(decode(self.own_examples), self.problem) if DATASETS[self.active_dataset].is_own else None

    @property
    def classes(self) -> int:
        """Classes of the data; 0 in regression."""
        own = self.own
        return DATASETS[self.active_dataset].classes if own is None else own.classes

    @property
    def dimensions(self) -> int:
        """The number of coordinates that vary: 1 or 2."""
        return DATASETS[self.active_dataset].dimensions

    @property
    def side(self) -> int:
        """Rows, and columns, of the pictures that the network reads; 0 if it reads points of the plane."""
        return DATASETS[self.active_dataset].side

    @property
    def has_pictures(self) -> bool:
        """Whether the examples are pictures rather than points of the plane."""
        return self.side > 0

    @property
    def inputs(self) -> int:
        """The number of inputs: one for each pixel of a picture, or for each feature of a point."""
        return self.side**2 or len(self.features)

    @property
    def outputs(self) -> int:
        """The number of output units: one per class, but a single one for two classes or regression."""
        return self.classes if self.classes > 2 else 1

    @property
    def active_loss(self) -> Loss:
        """The loss in effect: regression leaves no choice, and more than two classes leave one only for pictures."""
        if self.has_pictures and self.loss == "squared_error":
            return MULTICLASS_SQUARED_ERROR
        if self.classes > 2:
            return MULTICLASS_LOSS
        return LOSSES[self.loss if self.problem == "classification" else "squared_error"]

    @property
    def active_jitter(self) -> float:
        """The jitter in effect: pictures have none."""
        return 0.0 if self.has_pictures else self.jitter

    @property
    def output_activation(self) -> str:
        """The activation of the output units, which follows from loss and problem."""
        return self.active_loss.output or {"classification": "tanh", "regression": "linear"}[self.problem]

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations of all layers: hidden layers, then the output, which uses another registry."""
        own = self.layer_activations
        return (*hidden_activations(len(self.hidden_layer_sizes), self.activation, own), self.output_activation)

    @property
    def pieces(self) -> tuple[int, ...]:
        """The number of pieces of each layer's units: hidden layers, then the output."""
        return layer_pieces(self.activations[:-1], self.maxout_pieces)

    @property
    def dropouts(self) -> tuple[float, ...]:
        """The dropout rate of each hidden layer; empty if all are 0."""
        own = self.layer_dropout
        depth = len(self.hidden_layer_sizes)
        rates = (own[layer] if layer < len(own) else None for layer in range(depth))
        dropouts = tuple(self.dropout if rate is None else rate for rate in rates)
        return dropouts if any(dropouts) else ()

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """The number of units of every layer: inputs, hidden layers, outputs."""
        return (self.inputs, *self.hidden_layer_sizes, self.outputs)

    @property
    def picture_count(self) -> int:
        """The number of pictures: one per feature, selected or not, and one per unit."""
        return len(FEATURES) + sum(self.layer_sizes[1:])

    @property
    def weight_count(self) -> int:
        """The number of weights without biases and further pieces: those that the original's stream provides."""
        return sum(a * b for a, b in pairwise(self.layer_sizes))

    @property
    def parameter_count(self) -> int:
        """The number of weights and biases, including the parameters of batch normalization."""
        return count_parameters(self.layer_sizes, self.pieces, self.batch_norm)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of fields as a config stores them. Raises `ConfigError` with every reason."""
    checked: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, value in values.items():
        try:
            checked[name] = FIELDS[name].check(value)
        except ConfigError as error:
            errors += error.errors
    if errors:
        raise ConfigError(errors)
    return checked


def hidden_activations(depth: int, usual: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """The activations of `depth` hidden layers: each layer's `own`, or else the usual one."""
    return tuple(own[layer] if layer < len(own) and own[layer] else usual for layer in range(depth))


def layer_pieces(names: Iterable[str], maxout_pieces: int) -> tuple[int, ...]:
    """The pieces of each layer's units: of hidden layers with these activations, then of the output."""
    return (*(maxout_pieces if ACTIVATIONS[name].pieces > 1 else 1 for name in names), 1)


def count_parameters(sizes: tuple[int, ...], pieces: tuple[int, ...], is_normed: bool) -> int:
    """The number of weights and biases between layers of `sizes`, whose units have `pieces` pieces.

    `pieces` starts at the first hidden layer. Normalization adds two numbers for each piece of a hidden unit.
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
"""The fields whose value decides which `settings` have an effect."""


def _users(setting: str) -> dict[str, tuple[str, ...]]:
    """By field, the choices that use a setting."""
    users = {
        field: tuple(name for name, entry in registry.items() if setting in entry.settings)
        for field, registry in _SHAPED.items()
    }
    return {field: names for field, names in users.items() if names}


def _presets(setting: str) -> dict[str, dict[str, float]]:
    """By field, the choices that need a value other than the default for a setting, and that value."""
    usual = {name: entry.usual[setting] for name, entry in OPTIMIZERS.items() if setting in entry.usual}
    return {"optimizer": usual} if usual else {}


def _field_of(name: str, metadata: Mapping[str, Any]) -> Field:
    return Field(name=name, **{"needs": _users(name), "presets": _presets(name), **metadata})


FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.name: _field_of(field.name, field.metadata) for field in dataclasses.fields(Config)}
)
"""The table of the config's fields, by name."""


_values_of = attrgetter(*FIELDS)
_EFFECTS = tuple(field.effect for field in FIELDS.values())


def effect_of(old: Config, new: Config) -> Effect:
    """What must be rebuilt to go from `old` to `new`."""
    return max(compress(_EFFECTS, map(ne, _values_of(old), _values_of(new))), default=Effect.NOTHING)
