"""Operations: the calls of which a compiled plan is made.

At the sizes of this playground arithmetic costs nothing and every call of NumPy costs a quarter of a microsecond or
more. So what is done again and again is written down once, as a flat list of bound functions with all their arguments
(the array that takes the result last), and run by one loop in C: nothing is sliced, allocated or broadcast on the way.
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
    """A vector that a rule remembers: what it holds at the start, and its length; 0: one number for each parameter."""

    fill: float = 0.0
    length: int = 0


TOLERATED: dict[str, Any] = {"all": "ignore"}
"""What NumPy does about floating-point errors inside `unbounded`; tests make it raise where nothing should diverge."""


def unbounded() -> np.errstate:
    """A context in which numbers may grow beyond all bounds, because what comes out of it is looked at afterward."""
    return np.errstate(**TOLERATED)


def run(operations: Iterable[Operation]) -> None:
    """Do the operations, in order."""
    deque(starmap(call, operations), maxlen=0)
