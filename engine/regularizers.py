"""The regularizers: the penalty on large weights, and what it does to an update.

As in the original, the penalty is applied after the step of the optimizer, with the derivative at the weights before
that step, and the losses that are shown never contain it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from engine.operations import Array, Operations, Slot


class Regularizer(NamedTuple):
    """A penalty on the weights.

    `penalty(weights)` is its value at rate 1. `slots` are the vectors that it remembers; they are part of the training
    state. `compile(params, strength, slots)` gives two lists of operations: those that come before the optimizer's and
    those that come after. `strength` is a vector: learning rate times regularization rate for weights, 0 for biases.
    """

    label: str
    penalty: Callable[[Array], float]
    slots: Mapping[str, Slot]
    compile: Callable[[Array, Array, Mapping[str, Array]], tuple[Operations, Operations]]


def _none(params: Array, strength: Array, slots: Mapping[str, Array]) -> tuple[Operations, Operations]:
    return [], []


def _l2(params: Array, strength: Array, slots: Mapping[str, Array]) -> tuple[Operations, Operations]:
    shrink = np.zeros_like(params)
    return [(np.multiply, params, strength, shrink)], [(np.subtract, params, shrink, params)]


def _l1(params: Array, strength: Array, slots: Mapping[str, Array]) -> tuple[Operations, Operations]:
    """A weight that the penalty would carry over zero becomes zero, and its link is dead: never updated again."""
    alive, pull, moved, crossed = slots["alive"], *(np.zeros_like(params) for _ in range(3))
    before: Operations = [(np.sign, params, pull), (np.multiply, pull, strength, pull)]
    after: Operations = [
        (np.subtract, params, pull, moved),
        (np.multiply, params, moved, crossed),
        (np.heaviside, crossed, np.ones_like(crossed), crossed),
        (np.multiply, alive, crossed, alive),
        (np.multiply, moved, alive, params),
    ]
    return before, after


REGULARIZERS: dict[str, Regularizer] = {
    "none": Regularizer("None", lambda weights: 0.0, {}, _none),
    "L1": Regularizer("L1", lambda weights: float(np.abs(weights).sum()), {"alive": Slot(1.0)}, _l1),
    "L2": Regularizer("L2", lambda weights: 0.5 * float((weights * weights).sum()), {}, _l2),
}
