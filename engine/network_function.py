"""The function that a network computes: the activation of every unit at points of the plane."""

from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import boundary
from engine.activations import OUTPUT_ACTIVATIONS, Activation
from engine.features import FEATURES, transform
from engine.network import Columns, Network, forward, network_of
from engine.operations import run, unbounded

Vector = NDArray[np.float64]

CURVE_POINTS = 200
"""The number of curve points that are shown for data with one dimension."""


class Layer(NamedTuple):
    """A layer's values for n examples: `z` (units, n) before its activation, and `a` (units, n) after it.

    `sums` are the sums of its pieces, of which z is the largest; with one piece, they are z itself.
    """

    z: Vector
    a: Vector
    sums: tuple[Vector, ...]

    def wins(self, piece: int) -> NDArray[np.bool_]:
        """Where (units, n) z is the sum of this piece; of several equal pieces, the first wins."""
        is_largest: NDArray[np.bool_] = np.argmax(self.sums, axis=0) == piece
        return is_largest


class Curves(NamedTuple):
    """The curves of one-dimensional data, for x1 from -6 to 6 in single precision.

    `shown` (200,) are the values of one unit. `summands` (units, 200) are the contributions of the hidden units to the
    output's sum: activation times output weight, so that they add up to that sum together with the output's bias; None
    unless there are one hidden layer and one output.
    """

    shown: NDArray[np.float32]
    summands: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFunction:
    """The function of a network of `sizes`, as a value: later training does not change it.

    Layer by layer, a = f(z) with z = W a + b, starting from the features of a point, or from the pixels of a picture.
    Wherever points (n, 2) are given, a network that reads pictures takes pictures (n, pixels), as bytes. `params` are
    only weights and biases, in the public order: batch normalization and feature scaling have been folded into them,
    and dropout is not applied.

    >>> from engine.activations import ACTIVATIONS
    >>> plane = NetworkFunction(("x", "y"), (2, 1), (ACTIVATIONS["linear"],), np.array([3.0, -1.0, 0.5]))
    >>> plane.outputs(np.array([[1.0, 1.0]]))
    array([2.5])
    """

    features: tuple[str, ...]
    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    params: Vector

    def matrices(self) -> list[list[Vector]]:
        """The matrices (units, inputs + 1) of each layer, one per piece; the last column holds the biases."""
        return self._network().pieces(self.params)

    def _network(self) -> Network:
        pieces = tuple(activation.pieces for activation in self.activations)
        return network_of(self.sizes, stacked=False, normed=False, pieces=pieces)

    def forward_activations(self, points: NDArray[Any]) -> list[Layer]:
        """The sums and activations of each layer at `points` (n, 2)."""
        network = self._network()
        columns = Columns(network, np.zeros((Columns.height(network), len(points))))
        columns.inputs[0][: self.sizes[0]] = transform(self.features, points)
        pieces = network.pieces(self.params)
        sums: list[tuple[Vector, ...]] = []
        with unbounded():
            steps = forward(pieces, columns, self.activations)
            for matrices, given, operations in zip(pieces, columns.inputs, steps, strict=True):
                run(operations)
                sums.append(tuple(matrix @ given for matrix in matrices))
            zs = [np.maximum.reduce(own) for own in sums]
        return [Layer(z, units.copy(), own) for z, units, own in zip(zs, columns.units, sums, strict=True)]

    def derivatives(self, points: NDArray[Any]) -> list[Vector]:
        """The derivatives f'(z) (units, n) of each layer at `points` (n, 2); for a softmax, each unit's own."""
        slopes: list[Vector] = []
        for layer, one in zip(self.forward_activations(points), self.activations, strict=True):
            slope = np.ones_like(layer.z)
            if one is OUTPUT_ACTIVATIONS["softmax"]:
                slope = layer.a * (1 - layer.a)
            elif one.derivative:
                with unbounded():
                    run(one.derivative(layer.z if one.from_z else layer.a, slope))
            slopes.append(slope)
        return slopes

    def outputs(self, points: NDArray[Any]) -> Vector:
        """The outputs at `points` (n, 2): (n,), or (n, outputs) if there are several."""
        outputs = self.forward_activations(points)[-1].a
        return outputs[0] if len(outputs) == 1 else outputs.T.copy()

    def pictures(self, selected: int | None) -> boundary.Pictures:
        """The pictures of all units, with the one of `selected` in full (see `boundary.pictures`)."""
        return boundary.pictures(self.params, self.sizes, self.features, self.activations, selected)

    def small_picture(self, side: int) -> tuple[boundary.Picture, boundary.Picture | None]:
        """The picture of the output with `side` rows, and its classes (see `boundary.small_picture`)."""
        return boundary.small_picture(self.params, self.sizes, self.features, self.activations, side)

    def curves(self, selected: int | None) -> Curves:
        """The curves along x1 of a feature or unit, numbered like the pictures; None means the output."""
        points = np.zeros((CURVE_POINTS, 2))
        points[:, 0] = np.linspace(-boundary.EXTENT, boundary.EXTENT, CURVE_POINTS)
        layers = self.forward_activations(points)
        rows: list[Any] = [*transform(FEATURES, points), *chain.from_iterable(layer.a for layer in layers)]
        shown = _in_single_precision(rows[-1 if selected is None else selected])
        summands = None
        if len(self.sizes) == 3 and self.sizes[-1] == 1:
            ((output,),) = self.matrices()[1:]
            with unbounded():
                summands = _in_single_precision(output[0, :-1, np.newaxis] * layers[0].a)
        return Curves(shown, summands)


def _in_single_precision(values: Any) -> NDArray[np.float32]:
    """Values in single precision; larger ones are clamped."""
    limit = float(np.finfo(np.float32).max)
    single: NDArray[np.float32] = np.nan_to_num(np.clip(values, -limit, limit), nan=0.0).astype(np.float32)
    return single
