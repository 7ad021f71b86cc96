"""The products of deltas and activations that make up a gradient, by the fastest method for a network's size."""

from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from engine.buffers import Deltas
from engine.network import Columns, Network
from engine.operations import Operations, outer_product

Vector = NDArray[np.float64]

_GATHERED_PRODUCT = 400
"""Up to this size, one product of all deltas with all activations, mostly unused, is faster than one per layer."""


def products(network: Network, columns: Columns, deltas: Deltas, grad: Vector) -> Operations:
    """The products of deltas and activations, by the fastest method for the network's size."""
    size = len(deltas.buffer) * columns.hidden_end
    method = _stacked if network.stacked else _gathered if size <= _GATHERED_PRODUCT else _separate
    return method(network, columns, deltas, grad[..., : network.linked])


def products_of_others(network: Network, columns: Columns, deltas: list[list[Vector]], grad: Vector) -> Operations:
    """The products for the pieces after the first."""
    if not network.further:
        return []
    return [
        outer_product(delta, given, out)
        for of_layer, given, pieces in zip(deltas, columns.inputs, network.pieces(grad), strict=True)
        for delta, out in zip(of_layer[1:], pieces[1:], strict=True)
    ]


def _separate(network: Network, columns: Columns, deltas: Deltas, grad: Vector) -> Operations:
    """One product per layer."""
    return [
        outer_product(delta, given, out)
        for delta, given, out in zip(deltas.units, columns.inputs, network.matrices(grad), strict=True)
    ]


def _gathered(network: Network, columns: Columns, deltas: Deltas, grad: Vector) -> Operations:
    """One product of all deltas with all activations, from which the needed blocks are copied."""
    found, axis = deltas.products, None if network.members is None else 1
    return [
        outer_product(deltas.buffer, columns.buffer[: columns.hidden_end], found),
        (found.reshape(*found.shape[:-2], -1).take, _blocks(network.sizes, tuple(network.rows)), axis, grad, "clip"),
    ]


@lru_cache(maxsize=64)
def _blocks(sizes: tuple[int, ...], rows: tuple[int, ...]) -> NDArray[np.intp]:
    """The positions of each layer's block in the flat product of all deltas with all activations.

    `sizes` are those of the network, and `rows` the number of rows of each layer's inputs. All minibatches and all
    networks of one shape share the result, which cannot be changed.
    """
    lefts, tops = accumulate(rows, initial=0), accumulate(rows[1:], initial=0)
    blocks = [
        (top + np.arange(units)[:, None]) * sum(rows) + np.arange(left, left + height)
        for top, units, left, height in zip(tops, sizes[1:], lefts, rows, strict=False)
    ]
    positions = np.concatenate([block.ravel() for block in blocks])
    positions.flags.writeable = False
    return positions


def _stacked(network: Network, columns: Columns, deltas: Deltas, grad: Vector) -> Operations:
    """One batched product over the layers, and over the members of an ensemble."""
    depth, width = network.depth, network.rows[0]
    stacked_deltas = deltas.buffer.reshape(depth, width, *deltas.buffer.shape[1:])[:, : width - 1]
    stacked_inputs = columns.buffer[: columns.hidden_end].reshape(depth, width, *columns.buffer.shape[1:])
    out = grad.reshape(*grad.shape[:-1], depth, width - 1, width)
    if network.members is None:
        return [(np.matmul, stacked_deltas, stacked_inputs.transpose(0, 2, 1), out)]
    return [
        (np.matmul, stacked_deltas.transpose(2, 0, 1, 3), stacked_inputs.transpose(2, 0, 3, 1), out),
    ]
