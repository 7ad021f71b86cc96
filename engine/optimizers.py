"""The optimizers: what is done to the parameters with the mean gradient of a minibatch.

Where a rule is known in several forms, it is that of PyTorch's documentation of `torch.optim`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from engine.operations import Array, Operations, Slot

RATES = ("learning_rate", "momentum", "beta2", "rho", "epsilon", "weight_decay")
"""The numbers that optimizers are set by; `momentum` is also Adam's first beta, and stands beside the second."""

Rates = Mapping[str, Array]
"""Each of `RATES`, and `rest_of_…` (one minus it), as an array () which follows every change of it; and Adam's `betas`.

An array () and not (1,): by the latter NumPy takes more than twice as long to multiply a short vector.
"""

Slots = Mapping[str, Array]
Update = Callable[[Array, Array, Slots, Rates], Operations]


class Optimizer(NamedTuple):
    """An optimizer over the flat vector of parameters.

    The plan makes `gradient_factor(learning_rate)` times the mean gradient, since a factor costs nothing there.
    `update(params, grad, slots, rates)` gives the operations that change `params` by it; `grad` may be changed, too.
    `slots` are the vectors that it remembers; they are part of the training state. `usual` are rates that it is made
    for, where those of all the others keep it from learning.
    """

    label: str
    slots: Mapping[str, Slot]
    update: Update
    gradient_factor: Callable[[float], float] = lambda learning_rate: 1.0
    usual: Mapping[str, float] = MappingProxyType({})


def new_rates() -> Rates:
    """Room for all rates."""
    numbers, rests = np.zeros(len(RATES)), np.zeros(len(RATES))
    rates = {name: numbers[index, ...] for index, name in enumerate(RATES)}
    rest = {f"rest_of_{name}": rests[index, ...] for index, name in enumerate(RATES)}
    first, second = RATES.index("momentum"), RATES.index("beta2")
    return MappingProxyType({**rates, **rest, "betas": numbers[first : second + 1]})


def set_rates(rates: Rates, values: Mapping[str, float]) -> None:
    """Put values in; plans that were compiled with these rates follow."""
    for name in RATES:
        rates[name][...] = values[name]
        rates[f"rest_of_{name}"][...] = 1.0 - values[name]


def _sgd(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    return [(np.subtract, params, grad, params)]


def _step(params: Array, direction: Array, rates: Rates) -> Operations:
    """`params` -= learning_rate * direction; `direction` is used up."""
    return [(np.multiply, direction, rates["learning_rate"], direction), (np.subtract, params, direction, params)]


def _fade(average: Array, news: Array, weight_of_news: Array) -> Operations:
    """`average` += weight * (news - average): an average that fades; `news` is used up."""
    return [
        (np.subtract, news, average, news),
        (np.multiply, news, weight_of_news, news),
        (np.add, average, news, average),
    ]


def _momentum(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """The velocity v = momentum * v + g (Polyak, 1964)."""
    velocity, scratch = slots["velocity"], np.zeros_like(params)
    return [
        (np.multiply, velocity, rates["momentum"], velocity),
        (np.add, velocity, grad, velocity),
        (np.positive, velocity, scratch),
        *_step(params, scratch, rates),
    ]


def _nesterov(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """A look ahead along the velocity: g + momentum * v (Nesterov, 1983; Sutskever et al., 2013)."""
    velocity, scratch = slots["velocity"], np.zeros_like(params)
    return [
        (np.multiply, velocity, rates["momentum"], velocity),
        (np.add, velocity, grad, velocity),
        (np.multiply, velocity, rates["momentum"], scratch),
        (np.add, scratch, grad, scratch),
        *_step(params, scratch, rates),
    ]


def _adagrad(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Steps over the root of all squares so far (Duchi, Hazan and Singer, 2011)."""
    total, scratch = slots["square"], np.zeros_like(params)
    return [
        (np.square, grad, scratch),
        (np.add, total, scratch, total),
        *_over_root(grad, total, scratch, rates),
        *_step(params, grad, rates),
    ]


def _over_root(direction: Array, squares: Array, scratch: Array, rates: Rates) -> Operations:
    """`direction` /= sqrt(squares) + epsilon."""
    return [
        (np.sqrt, squares, scratch),
        (np.add, scratch, rates["epsilon"], scratch),
        (np.divide, direction, scratch, direction),
    ]


def _rmsprop(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Steps over the root of a fading mean of squares (Hinton's lecture 6e, 2012)."""
    mean, scratch = slots["square"], np.zeros_like(params)
    return [
        (np.square, grad, scratch),
        *_fade(mean, scratch, rates["rest_of_rho"]),
        *_over_root(grad, mean, scratch, rates),
        *_step(params, grad, rates),
    ]


def _adadelta(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Steps as long as those of late, whatever the gradient's unit (Zeiler, 2012)."""
    square, moved = slots["square"], slots["moved"]
    scratch, length = np.zeros_like(params), np.zeros_like(params)
    return [
        (np.square, grad, scratch),
        *_fade(square, scratch, rates["rest_of_rho"]),
        (np.add, moved, rates["epsilon"], length),
        (np.add, square, rates["epsilon"], scratch),
        (np.divide, length, scratch, length),
        (np.sqrt, length, length),
        (np.multiply, grad, length, grad),
        (np.square, grad, scratch),
        *_fade(moved, scratch, rates["rest_of_rho"]),
        *_step(params, grad, rates),
    ]


def _adam(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Fading means of gradient and square, each freed from its start at zero (Kingma and Ba, 2015)."""
    mean, square, powers = slots["mean"], slots["square"], slots["powers"]
    scratch, direction = np.zeros_like(params), np.zeros_like(params)
    # 1 - beta^t for both betas
    ones, rest, root, factor = np.ones(2), np.zeros(2), np.zeros(()), np.zeros(())
    return [
        (np.multiply, powers, rates["betas"], powers),
        (np.subtract, ones, powers, rest),
        (np.square, grad, scratch),
        *_fade(square, scratch, rates["rest_of_beta2"]),
        *_fade(mean, grad, rates["rest_of_momentum"]),
        (np.sqrt, rest[1, ...], root),
        (np.sqrt, square, scratch),
        (np.divide, scratch, root, scratch),
        (np.add, scratch, rates["epsilon"], scratch),
        (np.divide, rates["learning_rate"], rest[0, ...], factor),
        (np.multiply, mean, factor, direction),
        (np.divide, direction, scratch, direction),
        (np.subtract, params, direction, params),
    ]


def _adamw(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Adam, beside which all parameters decay (Loshchilov and Hutter, 2019)."""
    shrink, scratch = np.zeros(()), np.zeros_like(params)
    return [
        (np.multiply, rates["learning_rate"], rates["weight_decay"], shrink),
        (np.multiply, params, shrink, scratch),
        (np.subtract, params, scratch, params),
        *_adam(params, grad, slots, rates),
    ]


_ADADELTA_USUAL = MappingProxyType({"learning_rate": 1.0, "epsilon": 1e-6})
"""Zeiler (2012) has no learning rate, which is 1, and an epsilon of 1e-6; PyTorch takes both over."""

_ADAM_SLOTS = {"mean": Slot(), "square": Slot(), "powers": Slot(1.0, 2)}

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer("SGD", {}, _sgd, lambda learning_rate: learning_rate),
    "momentum": Optimizer("Momentum", {"velocity": Slot()}, _momentum),
    "nesterov": Optimizer("Nesterov", {"velocity": Slot()}, _nesterov),
    "adagrad": Optimizer("AdaGrad", {"square": Slot()}, _adagrad),
    "adadelta": Optimizer("AdaDelta", {"square": Slot(), "moved": Slot()}, _adadelta, usual=_ADADELTA_USUAL),
    "rmsprop": Optimizer("RMSProp", {"square": Slot()}, _rmsprop),
    "adam": Optimizer("Adam", _ADAM_SLOTS, _adam),
    "adamw": Optimizer("AdamW", _ADAM_SLOTS, _adamw),
}
