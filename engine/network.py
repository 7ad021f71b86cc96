"""The network: one flat vector of parameters, and a layer's weights and biases as views of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.activations import Activation
from engine.operations import Array, Operations


class Network:
    """A fully connected network of `sizes` units: inputs, hidden layers, outputs.

    Layer l is one matrix (units, inputs + 1): its weights, and in the last column its biases, which meet a row of ones.
    All matrices are views of the flat vector `params`. There are two ways to lay them out:

    * *packed*, one matrix after the other;
    * *stacked*, for deep networks of one width: matrices of one shape, padded with zeros, so that the gradients of all
      layers are one batched product.

    With `normed`, a vector goes on with what batch normalisation learns: the factors of all hidden units, then their
    shifts.

    Whatever the layout, `read` and `write` speak the public order: layer by layer, unit by unit, the weights of the
    incoming links, then the bias; then factors and shifts.
    """

    def __init__(self, sizes: Sequence[int], stacked: bool = False, normed: bool = False) -> None:
        self.sizes = tuple(sizes)
        self.stacked = stacked
        self.depth = len(self.sizes) - 1
        widest = max(self.sizes[1:])
        self.rows = [widest + 1 if stacked else size + 1 for size in self.sizes[:-1]]
        """Rows of what each layer is given, the row of ones (the last) and any padding included."""
        heights = [widest if stacked else size for size in self.sizes[1:]]
        self._shapes = list(zip(heights, self.rows, strict=True))
        ends = np.cumsum([height * width for height, width in self._shapes])
        self._starts = [0, *(int(end) for end in ends[:-1])]
        self.linked = int(ends[-1])
        """How much of a vector belongs to the matrices."""
        self.hidden = sum(self.sizes[1:-1])
        self.normed = normed and self.hidden > 0
        self.length = self.linked + (2 * self.hidden if self.normed else 0)
        self._places, self.is_weight = self._find_places()
        self.params: NDArray[np.float64] = np.zeros(self.length)

    def _find_places(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Where each number of the public order lies in a vector of this layout, and 1 at weights, 0 elsewhere."""
        places: list[NDArray[np.intp]] = []
        is_weight = np.zeros(self.length)
        for start, (_, width), fan_in, units in zip(
            self._starts, self._shapes, self.sizes[:-1], self.sizes[1:], strict=True
        ):
            columns = np.array([*range(fan_in), width - 1])
            rows = start + np.arange(units)[:, None] * width
            places.append((rows + columns).ravel())
            is_weight[(rows + columns[:-1]).ravel()] = 1.0
        places.append(np.arange(self.linked, self.length))
        return np.concatenate(places), is_weight

    def vector(self, fill: float = 0.0, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """A new vector in this network's layout."""
        return np.full(self.length, fill, dtype)

    def matrices(self, vector: NDArray[Any]) -> list[NDArray[Any]]:
        """A vector as one matrix (units, rows) a layer; they are views, without the padded units."""
        return [
            vector[start : start + height * width].reshape(height, width)[:units]
            for start, (height, width), units in zip(self._starts, self._shapes, self.sizes[1:], strict=True)
        ]

    def learned(self, vector: NDArray[Any]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """The factors and shifts (units,) of each hidden layer in a vector; they are views. Empty unless `normed`."""
        if not self.normed:
            return []
        ends = np.cumsum(self.sizes[1:-1])[:-1]
        factors, shifts = vector[self.linked :].reshape(2, -1)
        return list(zip(np.split(factors, ends), np.split(shifts, ends), strict=True))

    def read(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """A copy of a vector in the public order."""
        return vector[self._places]

    def write(self, vector: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Put `values`, in the public order, into a vector."""
        vector[self._places] = values


class Columns:
    """Room for n examples, one a column, on their way through a network.

    `buffer` (rows, n) holds, from the top, what each layer is given (units, zeros for padding, a row of ones), the
    outputs and the targets. `inputs[l]` is what layer l is given and `units[l]` what it answers: views, so that one
    layer's answer already is the next one's input.
    """

    def __init__(self, network: Network, buffer: NDArray[Any]) -> None:
        ends = [int(end) for end in np.cumsum(network.rows)]
        starts = [0, *ends[:-1]]
        outputs = network.sizes[-1]
        self.buffer = buffer
        self.starts = starts
        self.hidden_end = ends[-1]
        self.inputs = [buffer[start:end] for start, end in zip(starts, ends, strict=True)]
        for given in self.inputs:
            given[-1] = 1.0
        answers = [*starts[1:], ends[-1]]
        self.units = [buffer[start : start + size] for start, size in zip(answers, network.sizes[1:], strict=True)]
        self.outputs = self.units[-1]
        self.targets = buffer[ends[-1] + outputs :]
        self.pair = buffer[ends[-1] :]
        """The outputs above the targets."""

    def fill(self, inputs: NDArray[Any], targets: NDArray[Any]) -> "Columns":
        """Put examples in: `inputs` (features, n) and `targets` (outputs, n)."""
        self.inputs[0][: len(inputs)] = inputs
        self.targets[:] = targets
        return self

    def preactivations(self, activations: Sequence[Activation], separate_outputs: bool = False) -> list[NDArray[Any]]:
        """Where each layer's z goes: in the place of its answer, unless that has to be told from z later."""
        alone = [activation.from_z for activation in activations]
        alone[-1] |= separate_outputs
        # NumPy takes three times as long to work in place on an array of exactly one element
        return [
            np.zeros_like(units) if own or units.size == 1 else units
            for units, own in zip(self.units, alone, strict=True)
        ]

    @staticmethod
    def height(network: Network) -> int:
        """The rows that a buffer for this network needs."""
        return sum(network.rows) + 2 * network.sizes[-1]


def forward(
    matrices: Sequence[Array],
    columns: Columns,
    activations: Sequence[Activation],
    preactivations: Sequence[Array] | None = None,
) -> list[Operations]:
    """The operations that take the examples in `columns` from the inputs to the outputs, layer by layer.

    `preactivations` says where each layer's z goes, if not to where `columns` would put it.
    """
    zs = columns.preactivations(activations) if preactivations is None else preactivations
    return [
        [(matrix.dot, given, z), *activation.forward(z, units)]
        for matrix, given, z, units, activation in zip(
            matrices, columns.inputs, zs, columns.units, activations, strict=True
        )
    ]
