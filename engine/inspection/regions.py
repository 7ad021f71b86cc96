"""Linear regions: the pieces of the plane on which a piecewise-linear network is linear.

Which side of its kink every unit is on, or which of its pieces is the largest, is a pattern; where the pattern is the
same, the network is one linear function of its features. How many pieces there can be is in Montúfar, Pascanu, Cho and
Bengio, *On the number of linear regions of deep neural networks* (2014), and, from above, in Montúfar, *Notes on the
number of linear regions of deep neural networks* (2017).
"""

import time
from collections.abc import Sequence
from math import comb, prod
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS, activation
from engine.boundary import RESOLUTION, grid
from engine.config import Config
from engine.features import transform
from engine.inspection.view import Array, Look, Subject, Vector, View
from engine.operations import run
from engine.trainer import Trainer

_PIECE = 40_000
"""Values that are computed between two looks at the clock."""

_LARGEST_KEY = 2.0**45
"""Keys of units are below it, so that sums of them are exact."""

_CURVED = ("xSquared", "ySquared", "xTimesY", "sinX", "sinY")
"""Features that are not linear in x1 and x2."""


def opened() -> Look:
    """A look at the regions, which is done in pieces."""
    return _Regions()


def lower_bound(inputs: int, layers: Sequence[int]) -> int:
    """So many regions some network with these hidden layers of ReLUs has: Montúfar et al. (2014), section 3.

    It is the product of floor(n_l / n_0)^n_0 over all layers but the last, times the sum of the binomials (n_L over j)
    for j = 0 … n_0. That holds for layers no narrower than the inputs; where one is narrower, n_0 stands for its units:
    the regions that meet a part of the space with fewer dimensions are not more than all. Maxout can do as
    much: a unit one of whose two pieces is 0 is a ReLU.
    """
    if not inputs or not layers:
        return 1
    directions = min(inputs, *layers)
    folds = prod((units // directions) ** directions for units in layers[:-1])
    return int(folds) * sum(comb(layers[-1], j) for j in range(directions + 1))


def upper_bound(inputs: int, layers: Sequence[int]) -> int:
    """More regions no such network has: Montúfar (2017), the product of sums of (n_l over j) for j = 0 … d_l.

    d_l is the smallest of n_0, …, n_(l-1): a layer cannot fold more directions than reach it. Maxout can do no
    more: two pieces are equal on one hyperplane.
    """
    total, directions = 1, inputs
    for units in layers:
        total *= sum(comb(units, j) for j in range(directions + 1))
        directions = min(directions, units)
    return total


class _Regions:
    """The count, piece by piece over the grid; the network is the one that there was when it began."""

    def __init__(self) -> None:
        self._done = 0
        self._keys: Vector = np.zeros(0)
        self._last: View = View({}, {})

    def __call__(self, subject: Subject) -> View:
        config = subject.trainer.config
        if reason := _why_not(config):
            self._done = 0
            return View({"applies": False, "why": reason}, {})
        if not self._done:
            self._begin(subject.trainer)
        deadline = time.perf_counter() + subject.seconds
        step = max(100, _PIECE // sum(config.layer_sizes[1:]))
        while self._done < RESOLUTION**2:
            piece = slice(self._done, self._done + step)
            self._keys[piece] = self._patterns(self._points[piece])
            self._done += step
            if time.perf_counter() >= deadline:
                break
        if self._done < RESOLUTION**2:
            return self._last._replace(pending=True)
        self._done = 0
        self._last = self._view()
        return self._last

    def _begin(self, trainer: Trainer) -> None:
        if getattr(self, "_config", None) != trainer.config:
            self._last = View({"applies": True, "why": "", "count": None}, {})
        self._config = trainer.config
        self._matrices = trainer.function().matrices()
        self._points = grid()
        self._keys = np.zeros(RESOLUTION**2)
        numbers = np.random.default_rng(0)
        self._unit_keys = [
            numbers.integers(1, int(_LARGEST_KEY), units).astype(np.float64)
            for units in self._config.hidden_layer_sizes
        ]

    def _patterns(self, points: Vector) -> Vector:
        """A number (n,) for the pattern at each point; other patterns have other numbers, all but certainly."""
        config = self._config
        given = transform(config.features, points)
        keys = np.zeros(len(points))
        shapes = {field: getattr(config, field) for field in _PARAMETERS}
        for pieces, name, own in zip(self._matrices, config.activations, self._unit_keys, strict=False):
            z, *others = (matrix[:, :-1] @ given + matrix[:, -1:] for matrix in pieces)
            for other in others:
                keys += own @ (other > z).astype(np.float64)
                z = np.maximum(z, other)
            if ACTIVATIONS[name].derivative is not None:
                keys += own @ (z > 0).astype(np.float64)
            run(activation(name, shapes).forward(z, z))
            given = z
        return keys

    def _view(self) -> View:
        config = self._config
        _, numbers = np.unique(self._keys, return_inverse=True)
        numbers = numbers.reshape(RESOLUTION, RESOLUTION).astype(np.uint32)
        kinked = [
            units
            for units, name in zip(config.hidden_layer_sizes, config.activations, strict=False)
            if ACTIVATIONS[name].derivative is not None or ACTIVATIONS[name].pieces > 1
        ]
        inputs = len(config.features)
        values: dict[str, Any] = {
            "applies": True,
            "why": _how_counted(config),
            "count": int(numbers.max()) + 1,
            "bound": _plain(lower_bound(inputs, kinked)),
            "most": _plain(upper_bound(inputs, kinked)),
        }
        return View(values, {"edges": _edges(numbers), "regions": numbers})


_PARAMETERS = tuple({item.parameter for item in ACTIVATIONS.values() if item.parameter})


def _why_not(config: Config) -> str:
    """Why there are no regions; empty if there are."""
    bent = [name for name in config.activations[:-1] if not ACTIVATIONS[name].is_piecewise_linear]
    if not bent:
        return ""
    label = ACTIVATIONS[bent[0]].label
    return f"{label} is not piecewise linear: the network has no regions. ReLU, leaky ReLU and maxout make some."


def _how_counted(config: Config) -> str:
    if not set(_CURVED).isdisjoint(config.features):
        return "Curved features bend the borders; the network is linear in its features on each piece."
    return ""


def _plain(count: int) -> int | float:
    """A count as JSON can hold it: exact up to 2^53."""
    return count if count <= 2**53 else float(min(count, 10**300))


def _edges(numbers: Array) -> Array:
    """1 where a point's region is another than that of the point to its right or below it, else 0."""
    edges = np.zeros(numbers.shape, np.uint8)
    edges[:, :-1] |= numbers[:, :-1] != numbers[:, 1:]
    edges[:-1, :] |= numbers[:-1, :] != numbers[1:, :]
    return edges
