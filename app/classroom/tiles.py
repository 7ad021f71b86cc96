"""Tiles of the wall: what a student's network has reached, how it differs from the task, and whether it is stuck."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from app.protocol.class_messages import Difference, Tile, TileState
from app.text import format_number, truncate
from engine import ACTIVATIONS, DATASETS, FEATURES, FIELDS
from engine.config import count_parameters, hidden_activations, layer_pieces

STUCK_AFTER = 120.0
"""Seconds of training without a better loss after which a network counts as stuck."""

BETTER = 0.001
"""The share by which a loss must fall to count as better."""

_LONGEST_GAP = 10.0
"""Seconds between two cards that count as training; a network that is held sends none."""

ConfigValues = Mapping[str, Any]
"""The `config` of a `config` message: every field but the own examples."""


class Numbers(Protocol):
    """What a tile shows of a card."""

    @property
    def epoch(self) -> int: ...  # noqa: D102
    @property
    def train_loss(self) -> float | None: ...  # noqa: D102
    @property
    def test_loss(self) -> float | None: ...  # noqa: D102
    @property
    def train_accuracy(self) -> float | None: ...  # noqa: D102
    @property
    def test_accuracy(self) -> float | None: ...  # noqa: D102
    @property
    def reached(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def playing(self) -> bool: ...  # noqa: D102
    @property
    def diverged(self) -> bool: ...  # noqa: D102
    @property
    def classes(self) -> int: ...  # noqa: D102
    @property
    def dimensions(self) -> int: ...  # noqa: D102


# --- settings in words --------------------------------------------------------------------------------------------

_OF_CHANCE = frozenset({"weight_seed", "weight_offset"})
"""Fields that change with every reset: what they say is no choice."""

_OF_LAYERS = frozenset({"activation", "layer_activations", "batch_norm", "dropout", "layer_dropout"})
"""Fields that make no difference without hidden layers."""

_NOT_SET = "–"
"""A layer that has no setting of its own."""


def differences(config: ConfigValues, task: ConfigValues) -> tuple[Difference, ...]:
    """The settings in which a config differs from that of the task, without those that make no difference in it.

    >>> differences({**config, "learning_rate": 0.1}, config)
    (Difference(field='learning_rate', label='Learning rate', value='0.1'),)
    """
    return tuple(
        Difference(name, field.label, value_text(name, config[name]))
        for name, field in FIELDS.items()
        if name in config and _differs(name, config, task) and _has_effect(name, config)
    )


def _differs(name: str, config: ConfigValues, task: ConfigValues) -> bool:
    if name in _OF_CHANCE:
        return False
    # another data set comes with another seed
    if name == "seed" and _dataset_of(config) != _dataset_of(task):
        return False
    return bool(_plain(config[name]) != _plain(task[name]))


def _plain(value: Any) -> Any:
    """A value in which JSON's lists are tuples, as in a config."""
    return tuple(value) if isinstance(value, list) else value


def _has_effect(name: str, config: ConfigValues) -> bool:
    if name in _OF_LAYERS and not config["hidden_layer_sizes"]:
        return False
    return all(set(values) & {*_present(other, config)} for other, values in FIELDS[name].needs.items())


def _present(name: str, config: ConfigValues) -> Sequence[str]:
    return _hidden_activations(config) if name == "activation" else (config[name],)


def _hidden_activations(config: ConfigValues) -> tuple[str, ...]:
    depth = len(config["hidden_layer_sizes"])
    return hidden_activations(depth, config["activation"], tuple(config["layer_activations"]))


def _dataset_of(config: ConfigValues) -> str:
    name: str = config["dataset" if config["problem"] == "classification" else "regression_dataset"]
    return name


def value_text(name: str, value: Any) -> str:
    """The value of a field as a reader sees it.

    >>> value_text("hidden_layer_sizes", [4, 2]), value_text("activation", "relu")
    ('4 + 2 neurons', 'ReLU')
    """
    if name == "hidden_layer_sizes":
        return _shape_text(value)
    if isinstance(value, (list, tuple)):
        return truncate(", ".join(_item_text(name, item) for item in value)) or "None"
    return truncate(_item_text(name, value))


def _shape_text(sizes: Sequence[int]) -> str:
    if not sizes:
        return "No hidden layers"
    return truncate(f"{' + '.join(map(str, sizes))} neuron{'' if list(sizes) == [1] else 's'}")


def _item_text(name: str, value: Any) -> str:
    field = FIELDS[name]
    if value in {None, ""}:
        return _NOT_SET
    if isinstance(value, bool):
        return "On" if value else "Off"
    if isinstance(value, str):
        return (field.choices or {}).get(value, value)
    return (field.help.zero if value == 0 else "") or format_number(value) + field.help.unit


def chosen(config: ConfigValues) -> dict[str, str]:
    """What was chosen, by field, for bars that count it. The data set is that of the problem."""
    activations = dict.fromkeys(ACTIVATIONS[name].label for name in _hidden_activations(config))
    return {
        "dataset": DATASETS[_dataset_of(config)].label,
        "features": truncate(", ".join(FEATURES[name].label for name in config["features"])) or "None",
        "hidden_layer_sizes": value_text("hidden_layer_sizes", config["hidden_layer_sizes"]),
        "activation": truncate(", ".join(activations)) or "None",
        **{name: value_text(name, config[name]) for name in _CHOSEN},
    }


_CHOSEN = ("learning_rate", "optimizer", "batch_size", "regularizer")


def parameters_of(config: ConfigValues, layers: Sequence[int]) -> int:
    """The weights and biases of a network with `layers`, units per layer from the inputs to the output."""
    pieces = layer_pieces(_hidden_activations(config), config["maxout_pieces"])
    return count_parameters(tuple(layers), pieces, config["batch_norm"])


class Choices(NamedTuple):
    """What a tile says of an experiment."""

    differs: tuple[Difference, ...]
    chosen: Mapping[str, str]
    parameters: int


UNKNOWN = Choices((), {}, 0)
"""Nothing is known of the experiment yet."""


def choices(config: ConfigValues, layers: Sequence[int], task: ConfigValues | None = None) -> Choices:
    """What a tile says of an experiment: its `config` and `layers` are those of a `config` message.

    `task` is the config of the task.
    """
    return Choices(differences(config, task) if task else (), chosen(config), parameters_of(config, layers))


# --- how it goes --------------------------------------------------------------------------------------------------


class Progress:
    """Whether a network still gets better: remembers its best loss, and how long it has trained since. In seconds.

    >>> progress = Progress()
    >>> for second in range(121):
    ...     progress.update(card, now=second)
    >>> progress.is_stuck(now=121)
    True
    """

    def __init__(self) -> None:
        self._best: float | None = None
        self._trained = 0.0
        """Seconds of training since it was better for the last time, up to the last card."""
        self._last: float | None = None
        """When the last card came; None unless it was trained then."""
        self._epoch = 0

    def restart(self) -> None:
        """Begin to watch again, because the network is another one or is trained in another way."""
        self._best = self._last = None
        self._trained, self._epoch = 0.0, 0

    def update(self, card: Numbers, now: float) -> None:
        """Take note of a card, the newest of the network."""
        if card.epoch < self._epoch:
            self.restart()
        self._trained = self._trained_until(now)
        self._epoch = card.epoch
        self._last = now if card.playing and not card.diverged else None
        loss = card.train_loss if card.test_loss is None else card.test_loss
        if loss is not None and (self._best is None or loss < self._best * (1 - BETTER)):
            self._best, self._trained = loss, 0.0

    def _trained_until(self, now: float) -> float:
        return self._trained + (0.0 if self._last is None else min(_LONGEST_GAP, now - self._last))

    def is_stuck(self, now: float) -> bool:
        """Whether it has trained for two minutes and is no better. A loss of 0 cannot get any better."""
        return self._last is not None and self._trained_until(now) >= STUCK_AFTER and bool(self._best)


def state_of(card: Numbers | None, *, waiting: bool = False, away: bool = False, stuck: bool = False) -> TileState:
    """The state of a student: the first that applies, in the order of these lines."""
    states: tuple[tuple[TileState, bool], ...] = (
        ("waiting", waiting),
        ("away", away),
        ("diverged", card is not None and card.diverged),
        ("reached", card is not None and bool(card.reached)),
        ("stuck", card is not None and card.playing and stuck),
        ("training", card is not None and card.playing),
    )
    return next((state for state, applies in states if applies), "resting")


def tile(
    seat: int,
    name: str,
    state: TileState,
    *,
    hand: bool = False,
    card: Numbers | None = None,
    choices: Choices = UNKNOWN,
) -> Tile:
    """The tile of a student, whose experiment has these `choices`."""
    return Tile(
        seat=seat,
        name=name,
        state=state,
        hand=hand,
        epoch=card.epoch if card else 0,
        train_loss=card.train_loss if card else None,
        test_loss=card.test_loss if card else None,
        train_accuracy=card.train_accuracy if card else None,
        test_accuracy=card.test_accuracy if card else None,
        reached=dict(card.reached) if card else {},
        differs=choices.differs,
        chosen=choices.chosen,
        parameters=choices.parameters,
        classes=card.classes if card else 2,
        dimensions=card.dimensions if card else 2,
    )
