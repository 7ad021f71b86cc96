"""Linear regions: the pieces of the plane on which a piecewise-linear network is linear.

Every unit is on one side of its kink, or one of its pieces is the largest; together, these make up a pattern. Where the
pattern is the same, the network is one linear function of its features. For the number of regions, see Montúfar,
Pascanu, Cho and Bengio, *On the number of linear regions of deep neural networks* (2014), and, for the upper bound,
Montúfar, *Notes on the number of linear regions of deep neural networks* (2017).
"""

import time
from collections.abc import Sequence
from itertools import chain
from math import comb, prod
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS, Bend, activation
from engine.boundary import EXTENT, RESOLUTION, grid
from engine.config import Config
from engine.features import transform
from engine.inspection.polygons import Arrangement, Sliced
from engine.inspection.view import Array, Look, Subject, Vector, View
from engine.operations import run
from engine.trainer import Trainer

MOST = 2_000
"""Maximum number of regions that are found exactly; above it, only those that contain grid points are counted."""

_PIECE = 40_000
"""Number of values computed between two checks of the clock."""

_LARGEST_KEY = 2.0**43
"""Keys of units are below this, so that their sums, times the number of a piece, are exact."""

_STRAIGHT = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0)}
"""The features that are affine, as functions of (x1, x2, 1)."""

_ALONG_X1 = {"x", "xSquared", "sinX"}
_ALONG_X2 = {"y", "ySquared", "sinY"}


def opened() -> Look:
    """A look at the regions, which are counted in pieces."""
    return _Regions()


def lower_bound(inputs: int, layers: Sequence[int]) -> int:
    """A number of regions that some ReLU network with these hidden layers has: Montúfar et al. (2014), section 3.

    It is the product of floor(n_l / n_0)^n_0 over all layers but the last, times the sum of the binomials (n_L over j)
    for j = 0 … n_0. This holds for layers no narrower than the inputs; where one is narrower, its size replaces n_0,
    because the regions that intersect a lower-dimensional subspace are at most all. Maxout achieves at least as much: a
    unit with one zero piece and all others equal is a ReLU.
    """
    if not inputs or not layers:
        return 1
    directions = min(inputs, *layers)
    folds = prod((units // directions) ** directions for units in layers[:-1])
    return int(folds) * sum(comb(layers[-1], j) for j in range(directions + 1))


def upper_bound(inputs: int, layers: Sequence[int], pieces: Sequence[int] = ()) -> int:
    """An upper bound on the regions: Montúfar (2017), the product of sums of (n_l over j) for j = 0 … d_l.

    d_l is the smallest of n_0, …, n_(l-1): a layer cannot fold more directions than reach it. Maxout with two pieces
    has the same bound, because they are equal on one hyperplane. With k pieces there is one for each pair, and each
    unit is in one of k states (Montúfar et al., 2014, section 4). `pieces` are those of each layer, two by default.
    """
    total, directions = 1, inputs
    for units, states in zip(layers, pieces or [2] * len(layers), strict=True):
        planes = units * comb(states, 2)
        total *= min(sum(comb(planes, j) for j in range(directions + 1)), states**units)
        directions = min(directions, units)
    return total


class _Regions:
    """The count in small steps, for the network as it was at the start: first the grid's patterns, then polygons."""

    def __init__(self) -> None:
        self._done = 0
        self._keys: Vector = np.zeros(0)
        self._arrangement: Arrangement | None = None
        self._last: View = View({}, {})

    def __call__(self, subject: Subject) -> View:
        config = subject.trainer.config
        if reason := _why_not(config):
            self._done = 0
            return View({"applies": False, "why": reason}, {})
        if not self._done:
            self._begin(subject.trainer)
        deadline = time.perf_counter() + subject.seconds
        self._go_on(deadline)
        if self._done < RESOLUTION**2 or (self._arrangement and not self._arrangement.is_done):
            return self._last._replace(pending=True)
        self._done = 0
        self._last = self._view()
        return self._last

    def _go_on(self, deadline: float) -> None:
        step = max(100, _PIECE // sum(self._config.layer_sizes[1:]))
        while self._done < RESOLUTION**2:
            piece = slice(self._done, self._done + step)
            self._keys[piece] = self._patterns(self._points[piece])
            self._done += step
            if time.perf_counter() >= deadline:
                return
        if self._arrangement is not None:
            self._arrangement.work(deadline)

    def _begin(self, trainer: Trainer) -> None:
        if getattr(self, "_config", None) != trainer.config:
            self._last = View({"applies": True, "why": "", "count": None}, {})
        self._config = config = trainer.config
        self._matrices = trainer.function().matrices()
        self._points = grid()
        if config.dimensions == 1:
            self._points[:, 1] = 0.0
        self._keys = np.zeros(RESOLUTION**2)
        numbers = np.random.default_rng(0)
        self._unit_keys = [
            numbers.integers(1, int(_LARGEST_KEY), units).astype(np.float64) for units in config.hidden_layer_sizes
        ]
        self._arrangement = None
        if _is_straight(config) and all(np.isfinite(matrix).all() for own in self._matrices for matrix in own):
            bends = [_bend(name, config) for name in config.activations[:-1]]
            layers = [Sliced(*layer) for layer in zip(self._matrices, bends, strict=False)]
            self._arrangement = Arrangement(layers, _affine(config), EXTENT, MOST)

    def _patterns(self, points: Vector) -> Vector:
        """A number (n,) for the pattern at each point; different patterns almost certainly have different numbers."""
        config = self._config
        given = transform(config.features, points)
        keys = np.zeros(len(points))
        shapes = {field: getattr(config, field) for field in _PARAMETERS}
        for pieces, name, own in zip(self._matrices, config.activations, self._unit_keys, strict=False):
            sums = [matrix[:, :-1] @ given + matrix[:, -1:] for matrix in pieces]
            z = np.maximum.reduce(sums)
            if len(sums) > 1:
                keys += own @ np.argmax(sums, axis=0).astype(np.float64)
            if _bend(name, config).is_bent:
                keys += own @ (z > 0).astype(np.float64)
            run(activation(name, shapes).forward(z, z))
            given = z
        return keys

    def _view(self) -> View:
        config, arrangement = self._config, self._arrangement
        polygons = arrangement.regions if arrangement and not arrangement.is_too_much else []
        corners = np.array(list(chain.from_iterable(polygons)))
        sizes = np.array([len(polygon) for polygon in polygons], np.uint32)
        numbers = self._numbered(corners, sizes) if polygons else _numbered(self._keys)
        least, most = _bounds(config)
        values: dict[str, Any] = {
            "applies": True,
            "why": _how_counted(config, is_exact=bool(polygons), is_too_much=bool(arrangement)),
            "exact": bool(polygons),
            "count": len(polygons) or int(numbers.max()) + 1,
            "bound": _plain(least),
            "most": _plain(most),
        }
        arrays: dict[str, Array] = {"edges": _edges(numbers), "regions": numbers}
        if polygons:
            arrays |= {"corners": corners, "sizes": sizes}
        return View(values, arrays)

    def _numbered(self, corners: Vector, sizes: Array) -> Array:
        """For each grid point, the index of the polygon that contains it; `corners` lists them polygon by polygon."""
        starts = (np.cumsum(sizes) - sizes).astype(np.intp)
        keys = self._patterns(np.add.reduceat(corners, starts, axis=0) / sizes[:, None])
        order = np.argsort(keys)
        positions = np.minimum(np.searchsorted(keys[order], self._keys), len(keys) - 1)
        numbers = order[positions]
        # on a border, rounding may produce a pattern that no region has: such a point gets the previous point's region
        known = np.maximum.accumulate(np.where(keys[numbers] == self._keys, np.arange(len(numbers)), 0))
        return numbers[known].reshape(RESOLUTION, RESOLUTION).astype(np.uint32)


def _numbered(keys: Vector) -> Array:
    """A number for each pattern on the grid, laid out like the pictures."""
    _, numbers = np.unique(keys, return_inverse=True)
    return numbers.reshape(RESOLUTION, RESOLUTION).astype(np.uint32)


_PARAMETERS = tuple({item.parameter for item in ACTIVATIONS.values() if item.parameter})


def _bend(name: str, config: Config) -> Bend:
    """The bend of a piecewise-linear activation; others count as linear."""
    parameters = {parameter: getattr(config, parameter) for parameter in _PARAMETERS}
    return activation(name, parameters).bend or Bend(1.0, 1.0)


def _is_straight(config: Config) -> bool:
    """Whether borders are straight lines in the plane: with curved features they are not."""
    return set(config.features) <= set(_STRAIGHT)


def _affine(config: Config) -> Vector:
    """The features (features, 3) as functions of (x1, x2, 1); one-dimensional data have no x2."""
    affine = np.array([_STRAIGHT[name] for name in config.features]).reshape(-1, 3)
    if config.dimensions == 1:
        affine[:, 1] = 0.0
    return affine


def _bounds(config: Config) -> tuple[int, int]:
    """The lower and upper bounds on the regions of networks with this shape."""
    kinked: list[int] = []
    states: list[int] = []
    between: list[int] = []
    for position, (units, name) in enumerate(zip(config.hidden_layer_sizes, config.activations, strict=False)):
        if _bend(name, config).is_bent or ACTIVATIONS[name].pieces > 1:
            kinked.append(units)
            states.append(max(2, config.pieces[position]))
            # a linear layer passes on no more directions than it has units
            between = list(config.hidden_layer_sizes[:position])
        if name == "step":
            # after it, everything is constant on each piece, and nothing cuts further
            break
    features = set(config.features) - (_ALONG_X2 if config.dimensions == 1 else set())
    if config.dimensions == 1:
        features -= {"xTimesY"}
    # any number of features of x1 alone, or of x1 x2 alone, lie along a line
    is_line = features <= _ALONG_X1 or features <= _ALONG_X2 or features == {"xTimesY"}
    directions = min(len(features), 1 if is_line else 2, *between)
    return lower_bound(directions, kinked), upper_bound(len(features), kinked, states)


def _why_not(config: Config) -> str:
    """The reason why there are no regions; empty if there are."""
    bent = [name for name in config.activations[:-1] if ACTIVATIONS[name].bend is None]
    if not bent:
        return ""
    label = ACTIVATIONS[bent[0]].label
    return f"{label} is not piecewise linear, so the network has no linear regions. Choose ReLU, leaky ReLU or maxout."


def _how_counted(config: Config, *, is_exact: bool, is_too_much: bool) -> str:
    """How the count was obtained, if it is not exact."""
    points = f"counted on a grid of {RESOLUTION} × {RESOLUTION} points, which misses the smallest"
    if not _is_straight(config):
        return f"Curved features make curved borders: {points}."
    if is_exact:
        return ""
    return f"More than {MOST:,} regions: {points}." if is_too_much else f"{points.capitalize()}."


def _plain(count: int) -> int | float:
    """A count that JSON can represent: exact up to 2^53."""
    return count if count <= 2**53 else float(min(count, 10**300))


def _edges(numbers: Array) -> Array:
    """1 where a point's region differs from that of the point to its right or below it, else 0."""
    edges = np.zeros(numbers.shape, np.uint8)
    edges[:, :-1] |= numbers[:, :-1] != numbers[:, 1:]
    edges[:-1, :] |= numbers[:-1, :] != numbers[1:, :]
    return edges
