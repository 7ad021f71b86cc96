"""Batch normalization: standardizes the preactivations of each hidden unit over the minibatch.

Ioffe and Szegedy, 2015; details (running statistics, with the unbiased variance) as in PyTorch's `BatchNorm1d`. Each
piece of a unit is normalized separately, before the largest is taken, so that a normalized maxout unit is still a
maxout unit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.network import Network
from engine.operations import Array, Operations

Vector = NDArray[np.float64]

_TINY = 1e-5
_NEWS = 0.1


class Norm(NamedTuple):
    """The arrays of one piece of a layer: learned parameters, their gradients, running statistics.

    Each is (units, 1), or (units, members, 1) for an ensemble.
    """

    factor: Array
    shift: Array
    factor_gradient: Array
    shift_gradient: Array
    mean: Array
    variance: Array


def deviation_of(variance: Vector) -> Vector:
    """The divisor for sums of this variance."""
    deviation: Vector = np.sqrt(variance + _TINY)
    return deviation


def norms(network: Network, grad: Vector, mean: Vector, variance: Vector) -> list[list[Norm]]:
    """One for each piece of each hidden layer: views of the network's parameters, of `grad` and of the statistics."""
    learned, gradients = network.learned(network.params), network.learned(grad)
    statistics = (network.by_piece(mean), network.by_piece(variance))
    return [
        [
            Norm(*(part.T[..., None] for part in (*own, *slopes, *of_piece)))
            for own, slopes, *of_piece in zip(*of_layer, strict=True)
        ]
        for of_layer in zip(learned, gradients, *statistics, strict=True)
    ]


class Normalization:
    """One piece of a layer in one minibatch: `z` (units, n) becomes factor * (z - mean) / deviation + shift.

    In an ensemble, `z` is (units, members, n).
    """

    def __init__(self, norm: Norm, z: Array) -> None:
        self._norm = norm
        self._z = z
        self._bare = np.zeros_like(z)
        self._deviation = np.zeros((*z.shape[:-1], 1))

    def forward(self) -> Operations:
        """The operations that normalize, in place."""
        norm, z, bare, deviation = self._norm, self._z, self._bare, self._deviation
        mean, variance, change = (np.zeros_like(deviation) for _ in range(3))
        n = z.shape[-1]
        return [
            (np.add.reduce, z, -1, None, mean, True),
            (np.multiply, mean, 1 / n, mean),
            (np.subtract, z, mean, bare),
            (np.square, bare, z),
            (np.add.reduce, z, -1, None, variance, True),
            (np.multiply, variance, 1 / n, variance),
            (np.add, variance, _TINY, deviation),
            (np.sqrt, deviation, deviation),
            (np.divide, bare, deviation, bare),
            (np.multiply, bare, norm.factor, z),
            (np.add, z, norm.shift, z),
            (np.subtract, mean, norm.mean, change),
            (np.multiply, change, _NEWS, change),
            (np.add, norm.mean, change, norm.mean),
            (np.multiply, variance, n / max(1, n - 1), variance),
            (np.subtract, variance, norm.variance, change),
            (np.multiply, change, _NEWS, change),
            (np.add, norm.variance, change, norm.variance),
        ]

    def backward(self, delta: Array) -> Operations:
        """The operations that turn `delta` by the result into that by z, in place, and compute `norm`'s gradients."""
        norm, bare, n = self._norm, self._bare, delta.shape[-1]
        scratch, mean, ratio = np.zeros_like(bare), np.zeros_like(self._deviation), np.zeros_like(self._deviation)
        return [
            (np.add.reduce, delta, -1, None, norm.shift_gradient, True),
            (np.multiply, delta, bare, scratch),
            (np.add.reduce, scratch, -1, None, norm.factor_gradient, True),
            (np.multiply, norm.factor_gradient, 1 / n, mean),
            (np.multiply, bare, mean, scratch),
            (np.subtract, delta, scratch, delta),
            (np.multiply, norm.shift_gradient, 1 / n, mean),
            (np.subtract, delta, mean, delta),
            (np.divide, norm.factor, self._deviation, ratio),
            (np.multiply, delta, ratio, delta),
        ]


def fold(network: Network, vector: Vector, mean: Vector, variance: Vector) -> None:
    """Fold normalization by these statistics (sums,) into the weights and biases of `vector`."""
    statistics = (network.by_piece(mean), network.by_piece(variance))
    for layer in zip(network.pieces(vector), network.learned(vector), *statistics, strict=False):
        for matrix, (factor, shift), own_mean, own_variance in zip(*layer, strict=True):
            ratio = factor / deviation_of(own_variance)
            matrix[..., -1] -= own_mean
            np.multiply(matrix, ratio[..., None], out=matrix)
            matrix[..., -1] += shift
