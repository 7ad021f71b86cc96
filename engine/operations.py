"""Operations: the calls that make up a compiled plan.

At the sizes of this playground, arithmetic costs nothing and every NumPy call costs a quarter of a microsecond or more.
So repeated work is compiled once into a flat list of bound functions with all their arguments (the output array last),
and run by one loop in C: nothing is sliced, allocated or broadcast along the way.
"""

from collections import deque
from collections.abc import Callable, Iterable
from itertools import starmap
from operator import call
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Operation = tuple[Callable[..., Any], *tuple[Any, ...]]
Operations = list[Operation]
Loop = Callable[[int, int], None]
"""Trains on the minibatches of an epoch from the first number up to the second (exclusive)."""


class Slot(NamedTuple):
    """A vector that a rule remembers: its initial value and its length; 0 means one number per parameter.

    If it `counts`, it depends only on the number of updates, so that all networks of an ensemble have it in common.
    """

    fill: float = 0.0
    length: int = 0
    counts: bool = False


TOLERATED: dict[str, Any] = {"all": "ignore"}
"""How NumPy handles floating-point errors inside `unbounded`; tests make it raise where nothing should diverge."""


def unbounded() -> np.errstate:
    """A context in which numbers may overflow, because results are checked afterward."""
    return np.errstate(**TOLERATED)


def by_member(rows: Array) -> Array:
    """Rows of an ensemble (rows, members, n) as a matrix for each member (members, rows, n): a view."""
    return rows.transpose(1, 0, 2)


def product(matrix: Array, given: Array, out: Array) -> Operation:
    """The product of a `matrix` (units, inputs) and columns `given` (inputs, n), put into `out` (units, n).

    In an ensemble, each member has its own: (members, units, inputs), (inputs, members, n) and (units, members, n).
    """
    if matrix.ndim == 2:
        return matrix.dot, given, out
    return np.matmul, matrix, by_member(given), by_member(out)


def outer_product(deltas: Array, given: Array, out: Array) -> Operation:
    """The sum over n examples of the outer products of `deltas` (units, n) and `given` (inputs, n), put into `out`.

    `out` is (units, inputs). In an ensemble, there is a product for each member: see `product`.
    """
    if out.ndim == 2:
        return deltas.dot, given.T, out
    return np.matmul, by_member(deltas), by_member(given).transpose(0, 2, 1), out


def squared_norm(vector: Array, out: Array) -> Operation:
    """The sum of the squares of a vector (n,), put into `out` (); of an ensemble's (members, n), into (members, 1)."""
    if vector.ndim == 1:
        return vector.dot, vector, out
    return np.matmul, vector[:, np.newaxis], vector[:, :, np.newaxis], out[:, :, np.newaxis]


def run(operations: Iterable[Operation]) -> None:
    """Run the operations in order."""
    deque(starmap(call, operations), maxlen=0)
