"""Exact linear regions: the square of the map cut into convex polygons, layer by layer.

On one region of the previous layers, the sums of a layer are affine functions of x1 and x2, so each unit with a kink
cuts the region along a straight line; on each part, the layer's outputs are affine again. A region is therefore a
convex polygon with its affine map. There is at most one for each pattern of kinks, an intersection of half planes.

Lengths are those of the plane. A line that passes a corner within `TOLERANCE` passes through it: because of rounding,
narrower pieces cannot be detected reliably, and they are not counted.
"""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from engine.activations import Bend
from engine.inspection.view import Vector

TOLERANCE = 1e-8
"""Anything narrower is not a region; the map is 12 wide."""

_ROUNDING = 1e-13
"""Relative to the terms of a sum: anything smaller is 0 up to rounding."""

Point = tuple[float, float]
Polygon = list[Point]


class Sliced(NamedTuple):
    """A layer for cutting: its matrices (units, inputs + 1), one per piece of its units, and its `bend`."""

    matrices: Sequence[Vector]
    bend: Bend


class _Cell(NamedTuple):
    """A part of the square: the `sums` (units, 3) of a layer there, and the lines (n, 3) that may still cut it.

    A line whose values are within `near` (n,) of 0 at a corner passes through that corner. `owners` (n,) is the unit of
    a line, for units with more than two pieces, or else -1. `sizes` (units,) are upper bounds of the sums' absolute
    values.
    """

    layer: int
    corners: Polygon
    sums: list[Vector]
    lines: Vector
    near: Vector
    owners: Vector
    sizes: Vector


class Arrangement:
    """The regions of hidden layers within a square, found cell by cell as time permits.

    `affine` (inputs, 3) are the inputs as functions of (x1, x2, 1), and `extent` is half the side of the square. It
    ends at more than `most` regions and sets `is_too_much`.
    """

    def __init__(self, layers: Sequence[Sliced], affine: Vector, extent: float, most: int) -> None:
        self._layers = layers
        self._most = most
        self._reach = np.array([extent, extent, 1.0])
        self._waiting: list[_Cell] = []
        self.regions: list[Polygon] = []
        """The regions found so far, as ordered corners."""
        self.is_too_much = False
        self._enter(0, [(-extent, -extent), (extent, -extent), (extent, extent), (-extent, extent)], affine)

    @property
    def is_done(self) -> bool:
        """Whether all regions have been found."""
        return self.is_too_much or not self._waiting

    def work(self, deadline: float) -> None:
        """Continue until all are found or `time.perf_counter()` reaches the deadline; make at least one cut."""
        while not self.is_done:
            self._cut_next()
            self.is_too_much = len(self.regions) + len(self._waiting) > self._most
            if time.perf_counter() >= deadline:
                return

    def _enter(self, layer: int, corners: Polygon, affine: Vector) -> None:
        """Start a cell in a layer whose inputs are these functions (inputs, 3) of (x1, x2, 1)."""
        if layer == len(self._layers):
            self.regions.append(corners)
            return
        matrices, bend = self._layers[layer]
        sums = [_composed(matrix, affine) for matrix in matrices]
        sizes = np.max([_composed(np.abs(matrix), np.abs(affine)) @ self._reach for matrix in matrices], axis=0)
        kinks = list(_kinks(sums, bend))
        lines = np.concatenate([*kinks, np.zeros((0, 3))])
        near = _near(lines, np.tile(sizes, len(kinks)))
        owners = np.tile(np.arange(len(sizes)) if len(sums) > 2 else np.full(len(sizes), -1), len(kinks))
        self._waiting.append(_Cell(layer, corners, sums, lines, near, owners, sizes))

    def _cut_next(self) -> None:
        """Cut a cell along one line, or, if none is left, take it to the next layer.

        Where two of three pieces are equal, the third may be the largest, and there is no kink: a unit with more than
        two pieces cuts a cell at once, into the parts on which each piece is the largest.
        """
        layer, corners, sums, lines, near, owners, sizes = self._waiting.pop()
        values = lines @ np.array([[*corner, 1.0] for corner in corners]).T
        crossing = np.flatnonzero((values.min(axis=1) < -near) & (values.max(axis=1) > near))
        if not crossing.size:
            self._enter(layer + 1, corners, _outputs(sums, self._layers[layer].bend, _middle(corners)))
            return
        first, unit = crossing[0], int(owners[crossing[0]])
        if unit < 0:
            others = crossing[1:]
            parts = [*_halves(corners, values[first].tolist(), float(near[first]))]
        else:
            others = crossing[owners[crossing] != unit]
            parts = _won(corners, np.array([own[unit] for own in sums]), sizes[unit])
        for part in parts:
            self._waiting.append(_Cell(layer, part, sums, lines[others], near[others], owners[others], sizes))


def _composed(matrix: Vector, affine: Vector) -> Vector:
    """The sums (units, 3) of a layer as functions of (x1, x2, 1), from those of its inputs."""
    sums: Vector = matrix[:, :-1] @ affine
    sums[:, 2] += matrix[:, -1]
    return sums


def _near(lines: Vector, sizes: Vector) -> Vector:
    """The values of lines (n, 3), from sums of these sizes (n,), up to which they count as 0."""
    near: Vector = TOLERANCE * np.hypot(lines[..., 0], lines[..., 1]) + _ROUNDING * sizes
    return near


def _kinks(sums: Sequence[Vector], bend: Bend) -> Iterator[Vector]:
    """The lines (units, 3) of a layer's kinks: where two pieces are equal, or where a sum is 0."""
    for position, first in enumerate(sums):
        for second in sums[position + 1 :]:
            yield first - second
    if bend.is_bent:
        yield from sums


def _outputs(sums: Sequence[Vector], bend: Bend, inside: Vector) -> Vector:
    """The outputs of a layer's units (units, 3) on the part that contains a point (x1, x2, 1)."""
    values = np.array([own @ inside for own in sums])
    winning = np.argmax(values, axis=0)
    z = np.choose(winning[:, None], list(sums))
    is_above = values.max(axis=0) >= 0
    if bend.is_step:
        return np.outer(is_above, [0.0, 0.0, 1.0])
    outputs: Vector = z * np.where(is_above, bend.above, bend.below)[:, None]
    return outputs


def _middle(part: Polygon) -> Vector:
    """A point (x1, x2, 1) inside a convex polygon."""
    count = len(part)
    return np.array([sum(x for x, _ in part) / count, sum(y for _, y in part) / count, 1.0])


def _halves(part: Polygon, values: list[float], near: float) -> tuple[Polygon, Polygon]:
    """A polygon cut along a line that has these values at its corners; within `near` of 0 they count as on it."""
    left: Polygon = []
    right: Polygon = []
    for position, (point, value) in enumerate(zip(part, values, strict=True)):
        past = values[position - 1]
        if min(value, past) < -near and max(value, past) > near:
            crossing = _between(part[position - 1], point, past / (past - value))
            left.append(crossing)
            right.append(crossing)
        if value >= -near:
            left.append(point)
        if value <= near:
            right.append(point)
    return left, right


def _won(part: Polygon, pieces: Vector, size: Vector) -> list[Polygon]:
    """The parts of a polygon on which each of some pieces (pieces, 3) is the largest, if not empty."""
    found = []
    for own in range(len(pieces)):
        rest: Polygon = part
        for other in range(len(pieces)):
            if own != other and rest:
                line = pieces[own] - pieces[other]
                rest = _above(rest, line, float(_near(line, size)), is_first=own < other)
        if rest:
            found.append(rest)
    # of three that are equal up to rounding, each may be less than another
    return found or [part]


def _above(part: Polygon, line: Vector, near: float, *, is_first: bool) -> Polygon:
    """The part of a polygon that is above a line; empty if there is none, or if it lies on it and is not the first."""
    values = [float(line[0] * x + line[1] * y + line[2]) for x, y in part]
    if max(values) <= near and (min(values) < -near or not is_first):
        return []
    return part if min(values) >= -near else _halves(part, values, near)[0]


def _between(first: Point, second: Point, share: float) -> Point:
    return first[0] + share * (second[0] - first[0]), first[1] + share * (second[1] - first[1])
