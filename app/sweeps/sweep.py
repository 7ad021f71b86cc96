"""A sweep as a value: its cells and rows, and what is wrong with it."""

from dataclasses import dataclass
from math import prod
from typing import Any

from app.link import View, format_link
from app.link.sweep import Axis
from app.settings import Limits
from app.training.goals import Goals
from app.training.seeds import config_of
from engine import Config
from engine.fields import FieldError

_NONE = Goals()


@dataclass(frozen=True, slots=True)
class Sweep:
    """`starts` starts of an experiment in each cell of `axes`, trained for at most `epochs`.

    A *cell* is a combination of values, of which the last axis changes fastest; without axes there is one. A *row* is
    one start of one cell, and `index = cell * starts + start`. Start k has the same seed in every cell, so that cells
    can be compared pair by pair. `vary` is a key of `app.training.seeds.VARIED`. With `until_goal`, a start ends in the
    epoch in which all `goals` are reached.

    >>> sweep = Sweep(Config(), parse_axes("learningRate:0.1|1;noise:0|25"), starts=3)
    >>> sweep.cells, sweep.total, sweep.values_of(1), sweep.config_of(5).weight_seed
    (4, 12, (0.1, 25.0), '3')
    """

    config: Config
    axes: tuple[Axis, ...] = ()
    starts: int = 10
    vary: str = "weights"
    epochs: int = 500
    goals: Goals = _NONE
    until_goal: bool = False

    @property
    def cells(self) -> int:
        """The number of combinations of values."""
        return prod(len(axis.values) for axis in self.axes)

    @property
    def total(self) -> int:
        """The number of rows."""
        return self.cells * self.starts

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
        """The config of a cell, with the seeds of `config`."""
        return self.config.replace(**dict(zip(self.fields, self.values_of(cell), strict=True)))

    def config_of(self, index: int) -> Config:
        """The config of a row, with its seeds. Raises IndexError if there is no such row."""
        cell, start = divmod(index, self.starts)
        return config_of(self.cell_config(cell), self.vary, start)

    def link_of(self, index: int, view: View | None = None) -> str:
        """The canonical link that opens exactly the start of a row; own examples are left out if they are too many."""
        return format_link(self.config_of(index), view)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the config that the axes change."""
        return tuple(axis.field for axis in self.axes)

    def is_of(self, config: Config) -> bool:
        """Whether this is a sweep of a config, in which swept settings and varied seeds may have other values."""
        swept = {name: getattr(self.config, name) for name in self.fields}
        return config_of(config.replace(**swept), self.vary, 0) == config_of(self.config, self.vary, 0)

    def faults(self, limits: Limits, most_rows: int) -> list[FieldError]:
        """What is wrong with it, as sentences; empty if it can be trained. Never enumerates more than `most_rows`."""
        if self.total > most_rows:
            return [FieldError("out_of_range", "sweep", f"{self.total:,} starts", f"at most {most_rows:,} in all")]
        return []
