"""The pictures: the output of every feature and unit over the plane, as bytes.

The grid is passed through the network once, in single precision, and every picture is a view of that pass. All networks
of one shape share its buffers, because separate ones would not stay in the processor's caches.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import OUTPUT_ACTIVATIONS, Activation
from engine.features import FEATURES, transform
from engine.network import Columns, Network, forward
from engine.operations import run, unbounded

RESOLUTION = 100
EXTENT = 6.0
"""The visible part of the plane: x1 and x2 from -EXTENT to EXTENT."""

_PROBABILITIES = (OUTPUT_ACTIVATIONS["sigmoid"], OUTPUT_ACTIVATIONS["softmax"])
"""Outputs from 0 to 1: they are shown as -1 to 1, so that undecided regions look neutral."""

_MANY_UNITS = 100
_LEAST = np.float32(-1.0)
_BELOW_ONE = np.float32(1.0 - 2.0**-8)
Picture = NDArray[np.uint8]


def grid(resolution: int = RESOLUTION) -> NDArray[np.float64]:
    """The points (resolution², 2) of the picture, row by row from the top left corner (-6, 6)."""
    axis = np.linspace(-EXTENT, EXTENT, resolution)
    x1, x2 = np.meshgrid(axis, axis[::-1])
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def thumbnail_step(units: int) -> int:
    """The number of grid points per thumbnail point: 6 (16 × 16), or 8 (12 × 12) with over 100 units."""
    return 6 if units <= _MANY_UNITS else 8


def quantize(values: NDArray[Any]) -> Picture:
    """Values as bytes: -1 and below is 0, 0 is 128, and +1 and above is 255.

    NaN counts as -1, because casting it would be undefined.
    """
    scaled: NDArray[np.float32] = values.clip(_LEAST, _BELOW_ONE)
    # clipping keeps NaN, but takes a fifth of the time of fmax and fmin, and a product with itself finds any
    if math.isnan(np.vdot(scaled, scaled)):
        np.fmax(scaled, _LEAST, scaled)
    np.multiply(scaled, np.float32(128.0), scaled)
    np.add(scaled, np.float32(128.0), scaled)
    return scaled.astype(np.uint8)


def _thumbnails(pictures: NDArray[Any], step: int) -> NDArray[Any]:
    """Small views (n, t, t) of pictures (n, points)."""
    return pictures.reshape(-1, RESOLUTION, RESOLUTION)[:, step - 1 :: step, step - 1 :: step]


@lru_cache(maxsize=1)
def _feature_pictures() -> NDArray[np.float32]:
    return transform(FEATURES, grid()).astype(np.float32)


def feature_thumbnails() -> Picture:
    """The thumbnails (n, 16, 16) of all features, which are the same for every network."""
    return quantize(_thumbnails(_feature_pictures(), thumbnail_step(0)))


def thinned(side: int) -> NDArray[np.intp]:
    """The `side` rows, and columns, of the full picture that a small one consists of: evenly, with both ends."""
    return np.linspace(0, RESOLUTION - 1, side).round().astype(np.intp)


def thin(picture: Picture, side: int) -> Picture:
    """The picture (side, side) of the points of a full one that are in the rows and columns `thinned(side)`."""
    return picture.take(_places(side))


@lru_cache(maxsize=4)
def _places(side: int) -> NDArray[np.intp]:
    """The places (side, side) of these points in a full picture, row after row."""
    rows = thinned(side)
    places: NDArray[np.intp] = np.add.outer(rows * RESOLUTION, rows)
    return places


class _Room:
    """The grid's pass through networks of one shape: the full grid, or the points of a small picture."""

    def __init__(
        self,
        sizes: tuple[int, ...],
        features: tuple[str, ...],
        activations: tuple[Activation, ...],
        side: int = RESOLUTION,
    ) -> None:
        self.network = Network(sizes, pieces=[activation.pieces for activation in activations])
        self.params = self.network.vector(dtype=np.float32)
        buffer = np.zeros((Columns.height(self.network), side * side), np.float32)
        self.columns = Columns(self.network, buffer)
        rows = thinned(side)
        pictures = _feature_pictures().reshape(-1, RESOLUTION, RESOLUTION)[:, rows[:, np.newaxis], rows]
        pictures = pictures.reshape(-1, side * side)
        for row, name in enumerate(features):
            self.columns.inputs[0][row] = pictures[list(FEATURES).index(name)]
        pieces = self.network.pieces(self.params)
        self.operations = list(chain.from_iterable(forward(pieces, self.columns, activations)))
        if activations[-1] in _PROBABILITIES:
            outputs, two, one = self.columns.outputs, np.float32(2.0), np.float32(1.0)
            self.operations += [(np.multiply, outputs, two, outputs), (np.subtract, outputs, one, outputs)]

    def run(self, params: NDArray[np.float64]) -> None:
        """Pass the grid through the network with these parameters, in the public order."""
        np.copyto(self.params, params, casting="same_kind")
        run(self.operations)

    def shown(self) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """The output, or with several the largest at each point, and which of them that is; None with one."""
        outputs = self.columns.outputs
        if len(outputs) == 1:
            return outputs[0], None
        return outputs.max(axis=0), outputs.argmax(axis=0)


_room = lru_cache(maxsize=16)(_Room)


class Pictures(NamedTuple):
    """The picture (100, 100) of one feature or unit, and thumbnails (n, t, t) of every unit, the output last.

    `classes` (100, 100) holds the likeliest class of each point, and `surface` then shows its probability. It is None
    unless the picture is of all of several outputs.
    """

    surface: Picture
    thumbnails: Picture
    classes: Picture | None


def pictures(
    params: NDArray[np.float64],
    sizes: tuple[int, ...],
    features: tuple[str, ...],
    activations: Sequence[Activation],
    selected: int | None,
) -> Pictures:
    """The pictures of a network of `sizes` with `params`, in the public order.

    `selected` is the number of a feature or unit, all features counted first; None means the output, or all outputs.
    """
    room = _room(sizes, features, tuple(activations))
    with unbounded():
        room.run(params)
        units = sum(sizes[1:])
        step = thumbnail_step(units)
        thumbnails = quantize(np.concatenate([_thumbnails(values, step) for values in room.columns.units]))
        values, classes = room.shown() if selected is None else (_find(room.columns, selected), None)
        surface = _square(quantize(values))
    return Pictures(surface, thumbnails, None if classes is None else _square(classes.astype(np.uint8)))


def small_picture(
    params: NDArray[np.float64],
    sizes: tuple[int, ...],
    features: tuple[str, ...],
    activations: Sequence[Activation],
    side: int,
) -> tuple[Picture, Picture | None]:
    """The output's picture (side, side) of a network, and its classes, without the pictures of any other unit.

    Its points are those of the full picture in the rows and columns `thinned(side)`, and so are its bytes, but for
    rounding: the last bit of a product may depend on the number of points. It takes about a quarter of the time.
    """
    room = _room(sizes, features, tuple(activations), side)
    with unbounded():
        room.run(params)
        values, classes = room.shown()
        surface = _square(quantize(values))
    return surface, None if classes is None else _square(classes.astype(np.uint8))


def _square(values: Picture) -> Picture:
    side = round(values.size**0.5)
    return values.reshape(side, side)


def _find(columns: Columns, selected: int) -> NDArray[Any]:
    """The full picture of one feature or unit."""
    if selected < len(FEATURES):
        found: NDArray[Any] = _feature_pictures()[selected]
        return found
    position = selected - len(FEATURES)
    for values in columns.units:
        if position < len(values):
            row: NDArray[Any] = values[position]
            return row
        position -= len(values)
    raise IndexError(f"no unit {selected}")
