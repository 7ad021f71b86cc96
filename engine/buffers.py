"""Preallocated buffers for minibatches, so that nothing is sliced or allocated during training."""

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from engine.network import Columns, Network

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

    @staticmethod
    def height(network: Network) -> int:
        """The number of rows that a buffer for this network needs."""
        last = network.rows[-1] if network.stacked else network.sizes[-1]
        return sum(network.rows[1:]) + last


class Batch:
    """Buffers for one minibatch, or for an incomplete last one."""

    def __init__(self, network: Network, columns: Vector, slopes: Vector, deltas: Vector, masks: Vector) -> None:
        self.columns = Columns(network, columns)
        self.slopes = slopes
        self.deltas = Deltas(network, deltas)
        self.masks = masks


class Batches:
    """Buffers for `count` minibatches of `size` examples each."""

    def __init__(self, network: Network, count: int, size: int) -> None:
        self._network = network
        self.count, self.size = count, size
        self.columns = np.zeros((count, Columns.height(network), size))
        self.slopes = np.zeros_like(self.columns)
        self.deltas = np.zeros((count, Deltas.height(network), size))
        self.masks = np.zeros((0,))

    def fill(self, inputs: Vector, targets: Vector) -> None:
        """Fill in examples, minibatch after minibatch."""
        for rows, examples in ((slice(len(inputs)), inputs), (slice(-len(targets), None), targets)):
            batches = examples[:, : self.count * self.size].reshape(len(examples), self.count, self.size)
            self.columns[:, rows] = batches.transpose(1, 0, 2)

    def draw_masks(self, generator: np.random.Generator, dropout: Vector) -> None:
        """Draw new dropout masks for every example: 0 for dropped units, 1 / (1 − rate) for the others.

        `dropout` is the rate of each row (rows, 1).
        """
        if not self.masks.size:
            self.masks = np.zeros_like(self.columns)
        generator.random(out=self.masks)
        np.greater_equal(self.masks, dropout, out=self.masks)
        np.multiply(self.masks, 1.0 / (1.0 - dropout), out=self.masks)

    def batch(self, index: int) -> Batch:
        """The buffers of one minibatch."""
        masks = self.masks[index] if self.masks.size else self.masks
        return Batch(self._network, self.columns[index], self.slopes[index], self.deltas[index], masks)
