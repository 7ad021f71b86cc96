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


class Slot(NamedTuple):
    """A vector that a rule remembers: its initial value and its length; 0 means one number per parameter."""

    fill: float = 0.0
    length: int = 0


TOLERATED: dict[str, Any] = {"all": "ignore"}
"""How NumPy handles floating-point errors inside `unbounded`; tests make it raise where nothing should diverge."""


def unbounded() -> np.errstate:
    """A context in which numbers may overflow, because results are checked afterward."""
    return np.errstate(**TOLERATED)


def run(operations: Iterable[Operation]) -> None:
    """Run the operations in order."""
    deque(starmap(call, operations), maxlen=0)
