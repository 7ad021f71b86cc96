"""The optimizers: what is done to the parameters with the mean gradient of a minibatch."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from engine.operations import Array, Operations


class Optimizer(NamedTuple):
    """An optimizer over the flat vector of parameters.

    The plan makes `gradient_factor(learning_rate)` times the mean gradient, since a factor costs nothing there.
    `update(params, grad, slots, learning_rate)` gives the operations that change `params` by it. `slots` holds one
    vector for each name in `slots`, zero at the start: what the optimizer remembers; it is part of the training state.
    `learning_rate` is an array of one number which follows every change of the setting.
    """

    label: str
    slots: tuple[str, ...]
    gradient_factor: Callable[[float], float]
    update: Callable[[Array, Array, Mapping[str, Array], Array], Operations]


def _sgd(params: Array, grad: Array, slots: Mapping[str, Array], learning_rate: Array) -> Operations:
    return [(np.subtract, params, grad, params)]


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer("SGD", (), lambda learning_rate: learning_rate, _sgd),
}
