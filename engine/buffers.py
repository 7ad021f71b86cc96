"""Preallocated buffers for minibatches, so that nothing is sliced or allocated during training.

A single network has buffers for each minibatch, which hold its examples; slopes and deltas are computed again for each,
and are in the same place for all minibatches. An ensemble has one set of buffers, into which each minibatch is loaded,
because several would not stay in the processor's caches. So has a network that reads pictures, whose bytes become
numbers only there.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.network import Columns, Network
from engine.operations import Operations

Vector = NDArray[np.float64]


class Deltas:
    """Buffers for a minibatch's deltas: one row per row of each layer's inputs after the first, then the outputs.

    `full[l]` are the deltas of layer l's activations, including those of its row of ones, which are only there to keep
    the products free of copies; `units[l]` are those of its units.
    """

    def __init__(self, network: Network, buffer: NDArray[np.float64]) -> None:
        outputs = network.sizes[-1]
        starts = [0, *accumulate(network.rows[1:])]
        sizes = [*network.rows[1:], outputs]
        self.buffer = buffer
        self.starts = starts
        self.full = [buffer[start : start + size] for start, size in zip(starts, sizes, strict=True)]
        self.units = [full[:size] for full, size in zip(self.full, network.sizes[1:], strict=True)]
        self._network = network

    @cached_property
    def products(self) -> Vector:
        """Room for the products of all deltas with all activations, which are needed only for one minibatch."""
        members = () if self._network.members is None else (self._network.members,)
        return np.zeros((*members, len(self.buffer), self._network.inputs_end))

    @staticmethod
    def height(network: Network) -> int:
        """The number of rows that a buffer for this network needs."""
        last = network.rows[-1] if network.stacked else network.sizes[-1]
        return sum(network.rows[1:]) + last


class Batch:
    """Buffers for one minibatch, or for an incomplete last one."""

    def __init__(self, network: Network, columns: Vector, slopes: Vector, deltas: Deltas, masks: Vector) -> None:
        self.columns = Columns(network, columns)
        self.slopes = slopes
        self.deltas = deltas
        self.masks = masks


class Batches:
    """Buffers for `count` minibatches of `size` examples each."""

    def __init__(self, network: Network, count: int, size: int) -> None:
        self._network = network
        self.count, self.size = count, size
        self.columns = np.zeros((count, Columns.height(network), size))
        self.slopes = np.zeros(self.columns.shape[1:])
        self.deltas = Deltas(network, np.zeros((Deltas.height(network), size)))
        self.masks = np.zeros((0,))

    def fill(self, inputs: Vector, targets: Vector) -> None:
        """Fill in examples, minibatch after minibatch."""
        for rows, examples in ((slice(len(inputs)), inputs), (slice(-len(targets), None), targets)):
            batches = examples[:, : self.count * self.size].reshape(len(examples), self.count, self.size)
            self.columns[:, rows] = batches.transpose(1, 0, 2)

    def draw_masks(self, generators: Sequence[np.random.Generator], dropout: Vector) -> None:
        """Draw new dropout masks for every example: 0 for dropped units, 1 / (1 − rate) for the others.

        `dropout` is the rate of each row (rows, 1). There is one generator.
        """
        (generator,) = generators
        if not self.masks.size:
            self.masks = np.zeros_like(self.columns)
        _draw_masks(generator, dropout, self.masks)

    def batch(self, index: int) -> Batch:
        """The buffers of one minibatch."""
        masks = self.masks[index] if self.masks.size else self.masks
        return Batch(self._network, self.columns[index], self.slopes, self.deltas, masks)

    def load(self, index: int) -> Operations:
        """The operations that load a minibatch into its buffers: none, since they hold it."""
        return []


class SharedBatches:
    """The buffers of an ensemble for `count` minibatches of `size` examples each, which are loaded one after the other.

    Examples are (features, 1, n) if all members have the same, else (features, members, n); and so are targets.
    """

    def __init__(self, network: Network, count: int, size: int) -> None:
        members = network.members or 1
        self._network = network
        self.count, self.size = count, size
        self._columns = np.zeros((Columns.height(network), members, size))
        self._slopes = np.zeros_like(self._columns)
        self._deltas = Deltas(network, np.zeros((Deltas.height(network), members, size)))
        self._inputs: Vector | None = None
        self._targets: Vector | None = None
        self._masks = np.zeros((0,))
        self._loaded_masks = np.zeros((0,))

    def fill(self, inputs: Vector, targets: Vector) -> None:
        """Fill in examples, minibatch after minibatch; they are copied, so that what has been compiled stays valid."""
        end = self.count * self.size
        if self._inputs is None or self._targets is None:
            self._inputs, self._targets = inputs[..., :end].copy(), targets[..., :end].copy()
        else:
            self._inputs[:], self._targets[:] = inputs[..., :end], targets[..., :end]

    def draw_masks(self, generators: Sequence[np.random.Generator], dropout: Vector) -> None:
        """Draw new dropout masks for every member and example, with a generator for each member."""
        if not self._masks.size:
            self._masks = np.zeros((self.count, *self._columns.shape))
            self._loaded_masks = np.zeros_like(self._columns)
        own = np.zeros((self.count, len(self._columns), self.size))
        for member, generator in enumerate(generators):
            _draw_masks(generator, dropout, own)
            self._masks[:, :, member] = own

    def batch(self, index: int) -> Batch:
        """The buffers, which are the same for every minibatch, and hold the one that was loaded last."""
        return Batch(self._network, self._columns, self._slopes, self._deltas, self._loaded_masks)

    def load(self, index: int) -> Operations:
        """The operations that load a minibatch, after examples have been filled in."""
        if self._inputs is None or self._targets is None:
            raise ValueError("no examples have been filled in")
        part = slice(index * self.size, (index + 1) * self.size)
        columns = Columns(self._network, self._columns)
        operations: Operations = [
            (np.copyto, columns.inputs[0][: len(self._inputs)], self._inputs[..., part]),
            (np.copyto, columns.targets, self._targets[..., part]),
        ]
        if self._masks.size:
            operations.append((np.copyto, self._loaded_masks, self._masks[index]))
        return operations


class PictureBatches:
    """The buffers of a network that reads pictures, for `count` minibatches of `size` pictures each."""

    def __init__(self, network: Network, count: int, size: int) -> None:
        self._network = network
        self.count, self.size = count, size
        self._columns = np.zeros((Columns.height(network), size))
        self._slopes = np.zeros_like(self._columns)
        self._deltas = Deltas(network, np.zeros((Deltas.height(network), size)))
        self._pictures = np.zeros((count * size, network.sizes[0]), np.uint8)
        self._targets = np.zeros((network.sizes[-1], count * size))
        self._masks = np.zeros((0,))
        self._loaded_masks = np.zeros((0,))

    def fill(self, inputs: NDArray[np.uint8], targets: Vector) -> None:
        """Fill in pictures (pixels, n), as bytes, and targets; copied, so that what was compiled stays valid."""
        self._pictures[:] = inputs[:, : len(self._pictures)].T
        self._targets[:] = targets[:, : len(self._pictures)]

    def draw_masks(self, generators: Sequence[np.random.Generator], dropout: Vector) -> None:
        """Draw new dropout masks for every example. Pixels are never dropped, and have none."""
        (generator,) = generators
        first = self._network.rows[0]
        if not self._masks.size:
            self._masks = np.zeros((self.count, len(self._columns) - first, self.size))
            self._loaded_masks = np.ones_like(self._columns)
        _draw_masks(generator, dropout[first:], self._masks)

    def batch(self, index: int) -> Batch:
        """The buffers, which are the same for every minibatch, and hold the one that was loaded last."""
        return Batch(self._network, self._columns, self._slopes, self._deltas, self._loaded_masks)

    def load(self, index: int) -> Operations:
        """The operations that load a minibatch."""
        part = slice(index * self.size, (index + 1) * self.size)
        columns = Columns(self._network, self._columns)
        operations: Operations = [
            (np.divide, self._pictures[part].T, 255.0, columns.inputs[0][: self._network.sizes[0]]),
            (np.copyto, columns.targets, self._targets[:, part]),
        ]
        if self._masks.size:
            operations.append((np.copyto, self._loaded_masks[self._network.rows[0] :], self._masks[index]))
        return operations


AnyBatches = Batches | SharedBatches | PictureBatches


def batches_for(network: Network, inputs: NDArray[Any], count: int, size: int) -> AnyBatches:
    """The buffers for `count` minibatches of `size` examples each, whose inputs are of the kind of `inputs`."""
    if inputs.dtype == np.uint8:
        return PictureBatches(network, count, size)
    return (Batches if network.members is None else SharedBatches)(network, count, size)


def numbers(inputs: NDArray[Any]) -> Vector:
    """Inputs as numbers: those of pictures, which are bytes, from 0 to 1."""
    return inputs / 255.0 if inputs.dtype == np.uint8 else inputs


def _draw_masks(generator: np.random.Generator, dropout: Vector, out: Vector) -> None:
    """Draw masks (count, rows, size): 0 for dropped units, 1 / (1 − rate) for the others."""
    generator.random(out=out)
    np.greater_equal(out, dropout, out=out)
    np.multiply(out, 1.0 / (1.0 - dropout), out=out)
