"""The features: what a network may be given of a point (x1, x2)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Feature(NamedTuple):
    """A derived input: its label, and its values (n,) from the coordinates x1 (n,) and x2 (n,)."""

    label: str
    function: Callable[[Array, Array], Array]


FEATURES: dict[str, Feature] = {
    "x": Feature("x₁", lambda x1, x2: x1),
    "y": Feature("x₂", lambda x1, x2: x2),
    "xSquared": Feature("x₁²", lambda x1, x2: x1 * x1),
    "ySquared": Feature("x₂²", lambda x1, x2: x2 * x2),
    "xTimesY": Feature("x₁x₂", lambda x1, x2: x1 * x2),
    "sinX": Feature("sin x₁", lambda x1, x2: np.sin(x1)),
    "sinY": Feature("sin x₂", lambda x1, x2: np.sin(x2)),
}
"""In the order in which a network is given them."""


def transform(names: Iterable[str], points: Array) -> Array:
    """The inputs (len(names), n) of a network for `points` (n, 2): one row a feature."""
    chosen = list(names)
    rows = [FEATURES[name].function(points[:, 0], points[:, 1]) for name in chosen]
    return np.stack(rows) if rows else np.zeros((0, len(points)))
