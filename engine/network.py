"""The network: one flat vector of parameters, and a layer's weights and biases as views of it."""

from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.activations import Activation
from engine.operations import Array, Operations, product


class _Further(NamedTuple):
    """The layout of one piece after the first: matrices of the `layers` that have it, which start at `starts`.

    The parameters that normalization learns for it, the factors of all its units and then their shifts, are at
    `learned`.
    """

    layers: list[int]
    starts: list[int]
    units: int
    learned: slice


class Network:
    """A fully connected network of `sizes` units: inputs, hidden layers, outputs.

    Layer l is one matrix (units, inputs + 1): its weights, with its biases in the last column, which multiply a row of
    ones. All matrices are views of the flat vector `params`. There are two layouts:

    * *packed*, one matrix after the other;
    * *stacked*, for deep networks of one width: matrices of one shape, padded with zeros, so that the gradients of all
      layers are one batched product.

    With `normed`, the parameters of batch normalization follow: the factors of all hidden units, then their shifts.
    `pieces` is the number of weighted sums from which the units of each layer take the largest (one by default). Second
    pieces follow in the same order, matrices, factors and shifts; then third ones, and so on.

    Whatever the layout, `read` and `write` use the public order: layer by layer, unit by unit, the weights of the
    incoming links, then the bias; then factors and shifts; then the same for each further piece.

    With `members`, it is an ensemble of that many networks: `params` and all other vectors are (members, length), and
    every view of a part of them has `members` as its first axis.

    >>> network = Network((2, 1))
    >>> network.write(network.params, np.array([0.5, -0.5, 0.1]))
    >>> network.matrices(network.params)
    [array([[ 0.5, -0.5,  0.1]])]
    """

    def __init__(
        self,
        sizes: Sequence[int],
        stacked: bool = False,
        normed: bool = False,
        pieces: Sequence[int] = (),
        members: int | None = None,
    ) -> None:
        self.sizes = tuple(sizes)
        self.members = members
        self.stacked = stacked
        self.depth = len(self.sizes) - 1
        widest = max(self.sizes[1:])
        self.rows = [widest + 1 if stacked else size + 1 for size in self.sizes[:-1]]
        """The number of rows of each layer's input, including the row of ones (the last) and padding."""
        *self.input_starts, self.inputs_end = accumulate(self.rows, initial=0)
        """Where the rows of each layer's input begin, and where the last of them end."""
        heights = [widest if stacked else size for size in self.sizes[1:]]
        self._shapes = list(zip(heights, self.rows, strict=True))
        *self.starts, self.linked = accumulate((height * width for height, width in self._shapes), initial=0)
        """Where the matrix of each layer's first piece begins in a vector, and where the last of them ends."""
        self.hidden = sum(self.sizes[1:-1])
        self.normed = normed and self.hidden > 0
        self._learned = slice(self.linked, self.linked + (2 * self.hidden if self.normed else 0))
        self.further: list[_Further] = []
        """The pieces after the first, in order."""
        self.length = self._learned.stop
        for piece in range(1, max(pieces, default=1)):
            self._add_piece([layer for layer, own in enumerate(pieces) if own > piece])
        self.sums = self.hidden + sum(piece.units for piece in self.further)
        """The number of weighted sums of hidden units: one per unit, then those of second pieces, and so on."""
        self._find_positions()
        self.params: NDArray[np.float64] = self.vector()

    def _add_piece(self, layers: list[int]) -> None:
        """Append one more piece of the units of some layers to the layout of vectors."""
        units = sum(self.sizes[layer + 1] for layer in layers)
        ends = list(accumulate((self.sizes[layer + 1] * self.rows[layer] for layer in layers), initial=self.length))
        self.length = ends[-1] + (2 * units if self.normed else 0)
        self.further.append(_Further(layers, ends[:-1], units, slice(ends[-1], self.length)))

    def _find_positions(self) -> None:
        """Compute the positions of the public order's numbers in a vector of this layout, and a mask of weights."""
        firsts = [self._positions_of(layer, start) for layer, start in enumerate(self.starts)]
        matrices, parts = [*firsts], [*firsts, np.arange(self._learned.start, self._learned.stop)]
        for piece in self.further:
            own = [self._positions_of(layer, start) for layer, start in zip(piece.layers, piece.starts, strict=True)]
            matrices += own
            parts += [*own, np.arange(piece.learned.start, piece.learned.stop)]
        self._positions = np.concatenate([positions.ravel() for positions in parts])
        self._link_positions = np.concatenate([positions.ravel() for positions in matrices])
        self.count = len(self._positions)
        """The number of parameters in the public order."""
        self.is_weight = np.zeros(self.length)
        for positions in matrices:
            self.is_weight[positions[:, :-1]] = 1.0

    def _positions_of(self, layer: int, start: int) -> NDArray[np.intp]:
        """The positions of the weights and biases (units, inputs + 1) of a matrix that begins at `start`."""
        fan_in, units, width = self.sizes[layer], self.sizes[layer + 1], self.rows[layer]
        positions: NDArray[np.intp] = start + np.arange(units)[:, None] * width + np.array([*range(fan_in), width - 1])
        return positions

    def twin(self) -> "Network":
        """A network of the same layout with a copy of the parameters."""
        other = copy(self)
        other.params = self.params.copy()
        return other

    def vector(self, fill: float = 0.0, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """A new vector in this network's layout."""
        return np.full(self.shape(self.length), fill, dtype)

    def shape(self, length: int) -> tuple[int, ...]:
        """The shape of a vector of `length` numbers; of an ensemble, each member has one."""
        return (length,) if self.members is None else (self.members, length)

    def matrices(self, vector: NDArray[Any]) -> list[NDArray[Any]]:
        """A vector's first pieces as one matrix (units, rows) per layer; they are views, without the padded units."""
        return [
            _matrix(vector, start, height, width)[..., :units, :]
            for start, (height, width), units in zip(self.starts, self._shapes, self.sizes[1:], strict=True)
        ]

    def pieces(self, vector: NDArray[Any]) -> list[list[NDArray[Any]]]:
        """A vector as the matrices (units, rows) of each layer, one per piece; they are views."""
        found = [[matrix] for matrix in self.matrices(vector)]
        for piece in self.further:
            for layer, start in zip(piece.layers, piece.starts, strict=True):
                units, width = self.sizes[layer + 1], self.rows[layer]
                found[layer].append(_matrix(vector, start, units, width))
        return found

    def learned(self, vector: NDArray[Any]) -> list[list[tuple[NDArray[Any], NDArray[Any]]]]:
        """The factors and shifts (units,) of each hidden layer's pieces in a vector; they are views.

        Empty unless `normed`.
        """
        if not self.normed:
            return []
        by_piece = [
            np.split(vector[..., part], 2, axis=-1) for part in (self._learned, *(one.learned for one in self.further))
        ]
        factors, shifts = (self._cut([parts[row] for parts in by_piece]) for row in range(2))
        return [list(zip(*of_layer, strict=True)) for of_layer in zip(factors, shifts, strict=True)]

    def by_piece(self, numbers: NDArray[Any]) -> list[list[NDArray[Any]]]:
        """A value for each of the `sums`, as views (units,): by hidden layer and piece."""
        ends = accumulate((piece.units for piece in self.further), initial=self.hidden)
        return self._cut(np.split(numbers, list(ends), axis=-1)[:-1])

    def _cut(self, by_piece: list[NDArray[Any]]) -> list[list[NDArray[Any]]]:
        """Values of all hidden units' first pieces, then all second ones, and so on, by hidden layer and piece."""
        firsts, *others = by_piece
        found = [[own] for own in np.split(firsts, list(accumulate(self.sizes[1:-1]))[:-1], axis=-1)]
        for piece, numbers in zip(self.further, others, strict=True):
            ends = list(accumulate(self.sizes[layer + 1] for layer in piece.layers))
            for layer, own in zip(piece.layers, np.split(numbers, ends[:-1], axis=-1), strict=True):
                found[layer].append(own)
        return found

    def links(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """A copy of a vector's weights and biases alone, in the public order of a network without normalization."""
        copied: NDArray[np.float64] = vector[..., self._link_positions]
        return copied

    def read(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """A copy of a vector in the public order."""
        copied: NDArray[np.float64] = vector[..., self._positions]
        return copied

    def write(self, vector: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Write `values`, in the public order, into a vector."""
        vector[..., self._positions] = values


@lru_cache(maxsize=64)
def _network_of(sizes: tuple[int, ...], stacked: bool, normed: bool, pieces: tuple[int, ...]) -> Network:
    return Network(sizes, stacked, normed, pieces)


def network_of(sizes: tuple[int, ...], stacked: bool, normed: bool, pieces: tuple[int, ...]) -> Network:
    """A new network. All networks of one shape share what does not change."""
    return _network_of(sizes, stacked, normed, pieces).twin()


def _matrix(vector: NDArray[Any], start: int, height: int, width: int) -> NDArray[Any]:
    """The part of a vector that is a matrix (height, width) and begins at `start`: a view."""
    return vector[..., start : start + height * width].reshape(*vector.shape[:-1], height, width)


class Columns:
    """Buffers for n examples, one per column, on their way through a network.

    `buffer` (rows, n), or (rows, members, n) for an ensemble, holds, from the top, the inputs of each layer (units,
    zeros for padding, a row of ones), the outputs and the targets. `inputs[l]` are the inputs of layer l and `units[l]`
    its activations; both are views, so the activations of one layer already are the inputs of the next.
    """

    def __init__(self, network: Network, buffer: NDArray[Any]) -> None:
        starts, end, outputs = network.input_starts, network.inputs_end, network.sizes[-1]
        self.buffer = buffer
        self.starts = starts
        self.hidden_end = end
        self.inputs = [buffer[start : start + rows] for start, rows in zip(starts, network.rows, strict=True)]
        for given in self.inputs:
            given[-1] = 1.0
        unit_starts = [*starts[1:], end]
        self.units = [buffer[start : start + size] for start, size in zip(unit_starts, network.sizes[1:], strict=True)]
        self.outputs = self.units[-1]
        self.targets = buffer[end + outputs :]
        self.pair = buffer[end:]
        """The outputs above the targets."""

    def fill(self, inputs: NDArray[Any], targets: NDArray[Any]) -> "Columns":
        """Fill in examples: `inputs` (features, n) and `targets` (outputs, n)."""
        self.inputs[0][: len(inputs)] = inputs
        self.targets[:] = targets
        return self

    def preactivations(self, activations: Sequence[Activation], separate_outputs: bool = False) -> list[NDArray[Any]]:
        """The destination of each layer's z: that of its activations, unless z is needed afterward."""
        alone = [activation.from_z for activation in activations]
        alone[-1] |= separate_outputs
        # NumPy takes three times as long to work in place on an array of exactly one element
        return [
            np.zeros_like(units) if own or units.size == 1 else units
            for units, own in zip(self.units, alone, strict=True)
        ]

    @staticmethod
    def height(network: Network) -> int:
        """The number of rows that a buffer for this network needs."""
        return sum(network.rows) + 2 * network.sizes[-1]


def weighted(pieces: Sequence[Array], given: Array, z: Array) -> Operations:
    """The operations that compute a layer's weighted sums into `z`; with several pieces, the largest of them."""
    first, *others = pieces
    operations: Operations = [product(first, given, z)]
    for other in others:
        sums = np.zeros_like(z)
        operations += [product(other, given, sums), (np.fmax, z, sums, z)]
    return operations


def forward(
    pieces: Sequence[Sequence[Array]],
    columns: Columns,
    activations: Sequence[Activation],
    preactivations: Sequence[Array] | None = None,
) -> list[Operations]:
    """The operations that take the examples in `columns` from the inputs to the outputs, layer by layer.

    `pieces` are the matrices of each layer (see `Network.pieces`). `preactivations` are the destinations of each
    layer's z, if different from those of `columns`.
    """
    zs = columns.preactivations(activations) if preactivations is None else preactivations
    return [
        [*weighted(matrices, given, z), *activation.forward(z, units)]
        for matrices, given, z, units, activation in zip(
            pieces, columns.inputs, zs, columns.units, activations, strict=True
        )
    ]
