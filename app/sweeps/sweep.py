"""A sweep as a value: its cells and rows, and what is wrong with it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from app.link import View, format_link
from app.link.sweep import Axis
from app.settings import Limits
from app.training.goals import Goals, obstacle_to
from app.training.seeds import config_of
from engine import Config
from engine.examples import draw_examples
from engine.fields import FieldError

_NO_GOALS = Goals()

_DATA = ("problem", "dataset", "regression_dataset")
SIZE = (*_DATA, "hidden_layer_sizes", "activation", "layer_activations", "maxout_pieces", "batch_norm")
_PARTS = (*SIZE, "train_percent", "validation_percent", "example_count", "class_share")
"""The fields that decide which examples there are; also how large the network is; also how the examples are split."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """`starts` starts of an experiment in each cell of `axes`, trained for at most `epochs`.

    A *cell* is a combination of values, of which the last axis changes fastest; without axes there is one. A *row* is
    one start of one cell, and `index = cell * starts + start`. Start k has the same seed in every cell, so that cells
    can be compared pair by pair. `vary` is a key of `app.training.seeds.VARIED`, or `NOTHING`. With `until_goal`, a
    start ends in the epoch in which all `goals` are reached.

    >>> sweep = Sweep(Config(), parse_axes("learningRate:0.1|1;noise:0|25"), starts=3)
    >>> sweep.cells, sweep.total, sweep.values_of(1), sweep.config_of(5).weight_seed
    (4, 12, (0.1, 25.0), '3')
    """

    config: Config
    axes: tuple[Axis, ...] = ()
    starts: int = 10
    vary: str = "weights"
    epochs: int = 500
    goals: Goals = _NO_GOALS
    until_goal: bool = False

    @property
    def cells(self) -> int:
        """The number of combinations of values."""
        return prod(len(axis.values) for axis in self.axes)

    @property
    def total(self) -> int:
        """The number of rows."""
        return self.cells * self.starts

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the config that the axes change."""
        return tuple(axis.field for axis in self.axes)

    def values_of(self, cell: int) -> tuple[Any, ...]:
        """The value of each axis in a cell. Raises IndexError if there is no such cell."""
        if not 0 <= cell < self.cells:
            raise IndexError(f"no cell {cell}")
        values: list[Any] = []
        for axis in reversed(self.axes):
            cell, position = divmod(cell, len(axis.values))
            values.append(axis.values[position])
        return tuple(reversed(values))

    def cell_config(self, cell: int) -> Config:
        """The config of a cell, with the seeds of `config`. Raises IndexError if there is no such cell."""
        return self.config.replace(**dict(zip(self.fields, self.values_of(cell), strict=True)))

    def config_of(self, index: int) -> Config:
        """The config of a row, with its seeds. Raises IndexError if there is no such row."""
        cell, start = divmod(index, self.starts)
        return config_of(self.cell_config(cell), self.vary, start)

    def link_of(self, index: int, view: View | None = None) -> str:
        """The canonical link that opens exactly the start of a row; own examples are left out if they are too many."""
        return format_link(self.config_of(index), view)

    def is_of(self, config: Config) -> bool:
        """Whether this is a sweep of a config, in which swept settings and varied seeds may have other values."""
        swept = {name: getattr(self.config, name) for name in self.fields}
        return config_of(config.replace(**swept), self.vary, 0) == config_of(self.config, self.vary, 0)

    def configs_of(self, fields: Collection[str]) -> Iterator[Config]:
        """The configs that differ in some fields only: one for each combination of the values that these take."""
        axes = [axis for axis in self.axes if axis.field in fields]
        for values in product(*(axis.values for axis in axes)):
            yield self.config.replace(**{axis.field: value for axis, value in zip(axes, values, strict=True)})

    # --- what is wrong ------------------------------------------------------------------------------------------------

    def faults(self, limits: Limits, most_rows: int) -> list[FieldError]:
        """What is wrong with it; empty if it can be trained. Never looks at more than `most_rows` networks.

        Which settings are locked is not known here: `fields` are those that it changes.
        """
        if self.total > most_rows:
            return [FieldError("out_of_range", "sweep", f"{self.total:,} starts", f"at most {most_rows:,} in all")]
        return [*self._size_faults(limits), *self._data_faults(), *self._goal_faults()]

    def _size_faults(self, limits: Limits) -> list[FieldError]:
        """One for each limit that a network exceeds, about the largest."""
        allowed = limits.of(has_pictures=self.config.has_pictures)
        largest = dict.fromkeys(_BOUNDS, 0)
        for config in self.configs_of(SIZE):
            shape = config.hidden_layer_sizes
            for name, size in (("layers", len(shape)), ("units", max(shape, default=0))):
                largest[name] = max(largest[name], size)
            largest["parameters"] = max(largest["parameters"], config.parameter_count)
        return [
            FieldError("too_large_model", "hidden_layer_sizes", f"{size:,} {what}", f"at most {most:,} {what}")
            for name, what in _BOUNDS.items()
            if (size := largest[name]) > (most := getattr(allowed, name))
        ]

    def _data_faults(self) -> list[FieldError]:
        if any(config.has_pictures != self.config.has_pictures for config in self.configs_of(_DATA)):
            return [FieldError("unknown_value", "dataset", "points and pictures", "data sets of one kind")]
        if all(config.own is None or draw_examples(config).train_size for config in self.configs_of(_DATA)):
            return []
        return [FieldError("bad_examples", "own_examples", "no training examples", "at least one training example")]

    def _goal_faults(self) -> list[FieldError]:
        if not self.until_goal:
            return []
        if not self.goals.goals:
            why = "there is no goal to reach"
        elif obstacle := self._obstacle():
            why = f"the goal cannot be reached: {obstacle}"
        else:
            return []
        return [FieldError("unknown_value", "until_goal", "true", f"false, since {why}")]

    def _obstacle(self) -> str:
        """Why no start can reach the goals; "" if some can."""
        first = ""
        for config in self.configs_of(_PARTS):
            network = _Untrained(config)
            found = next(filter(None, (obstacle_to(goal, network) for goal in self.goals)), "")
            if not found:
                return ""
            first = first or found
        return first


_BOUNDS = {"layers": "hidden layers", "units": "neurons in a layer", "parameters": "weights and biases"}
"""By limit, what it counts."""


class _Untrained:
    """What goals read of a network that does not exist yet."""

    epoch = 0
    train_loss = test_loss = test_accuracy = None

    def __init__(self, config: Config) -> None:
        examples = draw_examples(config)
        self.config = config
        self.train_size, self.test_size = examples.train_size, examples.test_size
