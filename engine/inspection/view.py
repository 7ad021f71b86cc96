"""What inspections share: their subject, their options and their results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.inspection.path import Path
from engine.trainer import Trainer

Array = NDArray[Any]
Vector = NDArray[np.float64]

DIRECTIONS = {"random": "Random directions", "path": "Directions of the path"}
"""What spans the plane on which a loss landscape is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a look is about; each inspection reads what concerns it.

    `unit` counts as the thumbnails do (features first), `example` as the trainer's points, `parameter` in the public
    order; None leaves the choice to the inspection, and so does a number that is out of range. `threshold` is the
    score, from 0 to 1, from which an example counts as positive. `compute` requests a recomputation
    of what takes longer; `directions` is one of `DIRECTIONS`.
    """

    unit: int | None = None
    example: int | None = None
    parameter: int | None = None
    threshold: float = 0.5
    compute: bool = False
    directions: str = "random"


class Subject(NamedTuple):
    """What is looked at: a trainer, the `path` its parameters have come, and for how many `seconds` a look may take.

    Only looks that are done in pieces read `seconds`.
    """

    trainer: Trainer
    path: Path
    options: Options
    seconds: float = 0.001


class View(NamedTuple):
    """What a look has seen: `values`, which are plain numbers, texts, lists and objects, and `arrays`.

    `pending` says that there is more to compute: the same look has to be called again for it.
    """

    values: Mapping[str, Any]
    arrays: Mapping[str, Array]
    pending: bool = False


Look = Callable[[Subject], View]


def finite_values(value: Any) -> Any:
    """A value with what is no finite number in it clamped; NaN becomes None, and NumPy's numbers plain ones."""
    if isinstance(value, Mapping):
        return {name: finite_values(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite_values(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if np.isnan(value) else float(np.clip(value, -1e300, 1e300))
    return value


def finite_array(array: Array) -> Array:
    """An array as it may leave: reals as finite float32, everything else as it is."""
    if array.dtype.kind != "f":
        return array
    most = np.finfo(np.float32).max
    finite: Array = np.clip(np.nan_to_num(array), -most, most).astype(np.float32)
    return finite


def histogram(values: Vector, low: float, high: float, bins: int) -> Vector:
    """The shares (bins,) of `values` in equal parts of the range from `low` to `high`; beyond it counts as its ends."""
    if not values.size:
        return np.zeros(bins)
    scaled = (values.ravel() - low) * (bins / max(high - low, 1e-300))
    positions = np.clip(np.nan_to_num(scaled), 0, bins - 1).astype(np.intp)
    shares: Vector = np.bincount(positions, minlength=bins) / values.size
    return shares
