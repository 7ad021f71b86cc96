"""The features: the network inputs computed from a point (x1, x2)."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Feature(NamedTuple):
    """A derived input: its label, and its values (n,) from the coordinates x1 (n,) and x2 (n,).

    `code` is its spelling in NumPy and, with another prefix, in PyTorch; `help` says what it is useful for.
    """

    label: str
    function: Callable[[Array, Array], Array]
    code: str
    help: str


FEATURES: dict[str, Feature] = {
    "x": Feature("x₁", lambda x1, x2: x1, "x1", "The horizontal coordinate."),
    "y": Feature("x₂", lambda x1, x2: x2, "x2", "The vertical coordinate."),
    "xSquared": Feature(
        "x₁²", lambda x1, x2: x1 * x1, "x1**2", "With its twin x₂², enough for a circle without hidden layers."
    ),
    "ySquared": Feature(
        "x₂²", lambda x1, x2: x2 * x2, "x2**2", "With its twin x₁², enough for a circle without hidden layers."
    ),
    "xTimesY": Feature("x₁x₂", lambda x1, x2: x1 * x2, "x1 * x2", "Enough by itself to solve exclusive or."),
    "sinX": Feature("sin x₁", lambda x1, x2: np.sin(x1), "np.sin(x1)", "A wave along the horizontal axis."),
    "sinY": Feature("sin x₂", lambda x1, x2: np.sin(x2), "np.sin(x2)", "A wave along the vertical axis."),
}
"""In the order of a network's inputs."""


def transform(names: Iterable[str], points: NDArray[Any]) -> Array:
    """The inputs (inputs, n) of a network for `points` (n, 2): one row per feature.

    Instead of points, there may be pictures (n, pixels), which are bytes. Their inputs are their pixels, from 0 to 1.
    """
    if points.dtype == np.uint8:
        pixels: Array = points.T / 255.0
        return pixels
    chosen = list(names)
    rows = [FEATURES[name].function(points[:, 0], points[:, 1]) for name in chosen]
    return np.stack(rows) if rows else np.zeros((0, len(points)))
