"""The shared types of inspections: their subject, options and results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.inspection.path import Path
from engine.trainer import Trainer

Array = NDArray[Any]
Vector = NDArray[np.float64]

DIRECTIONS = {"random": "Random directions", "path": "Directions of the path"}
"""The directions that span the plane of a loss landscape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a look; each inspection reads those that concern it.

    `unit` is numbered like the pictures (features first), `example` like the trainer's points, `parameter` in the
    public order; None, or a number out of range, leaves the choice to the inspection. `threshold` is the score, from 0
    to 1, from which an example counts as positive. `picture` (pixels,) is the one that is followed, as bytes, and
    `label` the digit that it is, if that is known. `compute` requests that expensive results be computed, even if they
    already have been; `directions` is one of `DIRECTIONS`.
    """

    unit: int | None = None
    example: int | None = None
    parameter: int | None = None
    threshold: float = 0.5
    compute: bool = False
    directions: str = "random"
    picture: NDArray[np.uint8] | None = field(default=None, compare=False)
    label: int | None = None


class Subject(NamedTuple):
    """The subject of a look: a trainer, the `path` of its parameters, and how many `seconds` it may take.

    Only looks that are computed in pieces read `seconds`.
    """

    trainer: Trainer
    path: Path
    options: Options
    seconds: float = 0.001


class View(NamedTuple):
    """The result of a look: `values`, which are plain numbers, texts, lists and objects, and `arrays`.

    `pending` says that there is more to compute: call the same look again.
    """

    values: Mapping[str, Any]
    arrays: Mapping[str, Array]
    pending: bool = False


Look = Callable[[Subject], View]


def finite_values(value: Any) -> Any:
    """A value with infinities clamped, NaN replaced by None, and NumPy's numbers converted to plain ones."""
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
    """An array for output: reals as finite float32, everything else unchanged."""
    if array.dtype.kind != "f":
        return array
    most = np.finfo(np.float32).max
    finite: Array = np.clip(np.nan_to_num(array), -most, most).astype(np.float32)
    return finite


def histogram(values: Vector, low: float, high: float, bins: int) -> Vector:
    """The fractions (bins,) of `values` in equal bins from `low` to `high`; values beyond count in the outer bins."""
    if not values.size:
        return np.zeros(bins)
    scaled = (values.ravel() - low) * (bins / max(high - low, 1e-300))
    positions = np.clip(np.nan_to_num(scaled), 0, bins - 1).astype(np.intp)
    shares: Vector = np.bincount(positions, minlength=bins) / values.size
    return shares
