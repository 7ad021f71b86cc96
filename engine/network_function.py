"""The function that a network computes: from points of the plane to the activation of every unit there."""

from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import boundary
from engine.activations import OUTPUT_ACTIVATIONS, Activation
from engine.features import FEATURES, transform
from engine.network import Columns, Network, forward
from engine.operations import run, unbounded

Vector = NDArray[np.float64]

CURVE_POINTS = 200
"""Points of the curve that is shown of data with one dimension."""


class Layer(NamedTuple):
    """A layer at n examples: `z` (units, n) before its activation, and `a` (units, n) after it.

    `sums` are those of its pieces, of which z is the largest; of one piece they are z itself.
    """

    z: Vector
    a: Vector
    sums: tuple[Vector, ...]

    def wins(self, piece: int) -> NDArray[np.bool_]:
        """Where (units, n) z is the sum of this piece; the first of several that are equal counts."""
        is_largest: NDArray[np.bool_] = np.argmax(self.sums, axis=0) == piece
        return is_largest


class Curves(NamedTuple):
    """What is shown of data of one dimension, for x1 from -6 to 6 in single precision.

    `shown` (200,) are the values of one unit. `summands` (units, 200) are what each hidden unit adds to the sum of the
    output: its weight there times its activation, so that all of them and the output's bias make up that sum; None
    unless there are one hidden layer and one output.
    """

    shown: NDArray[np.float32]
    summands: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFunction:
    """The function of a network of `sizes`, as a value: later training does not change it.

    Layer by layer, a = f(z) with z = W a + b, from the features of a point on. `params` are weights and biases alone,
    in the public order: batch normalization and standardized features have been folded into them, and no unit is left
    out by dropout.

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
        """The matrices (units, inputs + 1) of each layer, one for each piece; the last column are the biases."""
        return self._network().pieces(self.params)

    def _network(self) -> Network:
        return Network(self.sizes, pieces=[activation.pieces for activation in self.activations])

    def forward_activations(self, points: Vector) -> list[Layer]:
        """The sums and activations of each layer at `points` (n, 2)."""
        network = self._network()
        columns = Columns(network, np.zeros((Columns.height(network), len(points))))
        columns.inputs[0][: len(self.features)] = transform(self.features, points)
        pieces = network.pieces(self.params)
        sums: list[tuple[Vector, ...]] = []
        with unbounded():
            steps = forward(pieces, columns, self.activations)
            for matrices, given, operations in zip(pieces, columns.inputs, steps, strict=True):
                run(operations)
                sums.append(tuple(matrix @ given for matrix in matrices))
            zs = [np.maximum.reduce(own) for own in sums]
        return [Layer(z, units.copy(), own) for z, units, own in zip(zs, columns.units, sums, strict=True)]

    def derivatives(self, points: Vector) -> list[Vector]:
        """The derivatives f'(z) (units, n) of each layer at `points` (n, 2); of a softmax those of each unit alone."""
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

    def outputs(self, points: Vector) -> Vector:
        """The outputs at `points` (n, 2): (n,), or (n, outputs) if there are several."""
        outputs = self.forward_activations(points)[-1].a
        return outputs[0] if len(outputs) == 1 else outputs.T.copy()

    def pictures(self, selected: int | None) -> boundary.Pictures:
        """The pictures of all units, with that of `selected` in full (see `boundary.pictures`)."""
        return boundary.pictures(self.params, self.sizes, self.features, self.activations, selected)

    def curves(self, selected: int | None) -> Curves:
        """The curves along x1 of a feature or unit, counted as the pictures are; None means the output."""
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
    """Values as single precision; what is beyond it is at its bounds."""
    limit = float(np.finfo(np.float32).max)
    single: NDArray[np.float32] = np.nan_to_num(np.clip(values, -limit, limit), nan=0.0).astype(np.float32)
    return single
