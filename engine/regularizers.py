"""The regularizers: the penalty on large weights, and its effect on an update.

As in the original, the penalty is applied after the optimizer's step, with the derivative at the weights before that
step, and reported losses never include it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from engine.operations import Array, Operations, Slot


class Regularizer(NamedTuple):
    """A penalty on the weights.

    `penalty(weights)` is its value at rate 1. `slots` are the vectors that it remembers; they are part of the training
    state. `compile(params, strength, slots)` returns two lists of operations: those before the optimizer's and those
    after. `strength` is a vector: learning rate times regularization rate for weights, 0 for biases. `derivative(w)` is
    the derivative of the penalty of one weight, and `derivative_text` its formula for a weight `{w}`. `help` describes
    it in a sentence or two, `formula` writes it out; `settings` are the config fields that shape it.

    >>> REGULARIZERS["L2"].penalty(np.array([3.0, 4.0]))
    12.5
    """

    label: str
    penalty: Callable[[Array], float]
    slots: Mapping[str, Slot]
    compile: Callable[[Array, Array, Mapping[str, Array]], tuple[Operations, Operations]]
    help: str
    formula: str = ""
    derivative: Callable[[float], float] = lambda w: 0.0
    derivative_text: str = ""
    settings: tuple[str, ...] = ()


def _none(params: Array, strength: Array, slots: Mapping[str, Array]) -> tuple[Operations, Operations]:
    return [], []


def _l2(params: Array, strength: Array, slots: Mapping[str, Array]) -> tuple[Operations, Operations]:
    shrink = np.zeros_like(params)
    return [(np.multiply, params, strength, shrink)], [(np.subtract, params, shrink, params)]


def _l1(params: Array, strength: Array, slots: Mapping[str, Array]) -> tuple[Operations, Operations]:
    """A weight that the penalty would push across zero becomes zero, and its link is dead: never updated again."""
    mask, pull, moved, crossed = slots["alive"], *(np.zeros_like(params) for _ in range(3))
    before: Operations = [(np.sign, params, pull), (np.multiply, pull, strength, pull)]
    after: Operations = [
        (np.subtract, params, pull, moved),
        (np.multiply, params, moved, crossed),
        (np.heaviside, crossed, np.ones_like(crossed), crossed),
        (np.multiply, mask, crossed, mask),
        (np.multiply, moved, mask, params),
    ]
    return before, after


REGULARIZERS: dict[str, Regularizer] = {
    "none": Regularizer(
        "None", lambda weights: 0.0, {}, _none, help="No penalty: the weights go where the loss leads."
    ),
    "L1": Regularizer(
        "L1",
        lambda weights: float(np.abs(weights).sum()),
        {"alive": Slot(1.0)},
        _l1,
        help="A penalty on the absolute values of the weights. Its pull is the same no matter how small a "
        "weight is, so useless weights become exactly 0; a weight that would change sign is set to 0 for "
        "good.",
        formula="L + λ (|w₁| + |w₂| + …)",
        derivative=lambda w: float((w > 0) - (w < 0)),
        derivative_text="sign({w})",
        settings=("regularization_rate",),
    ),
    "L2": Regularizer(
        "L2",
        lambda weights: 0.5 * float((weights * weights).sum()),
        {},
        _l2,
        help="A penalty on the squares of the weights, also known as ridge or Tikhonov regularization. It "
        "pulls large weights the most and makes none exactly 0.",
        formula="L + ½ λ (w₁² + w₂² + …)",
        derivative=lambda w: w,
        derivative_text="{w}",
        settings=("regularization_rate",),
    ),
}
