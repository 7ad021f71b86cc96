"""The activation functions, each with its derivative, as operations on preallocated arrays.

Formulas: Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 6.2 and 6.3.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.operations import Array, Operations


class Activation(NamedTuple):
    """An activation function a = f(z), elementwise.

    `forward(z, a)` gives the operations that put f(z) into `a`; `z` may be the same array as `a`, and may be changed.
    `derivative(a, out)` gives those that put f'(z), told from a = f(z), into `out`; None stands for f' = 1.
    """

    label: str
    forward: Callable[[Array, Array], Operations]
    derivative: Callable[[Array, Array], Operations] | None


def _linear(z: Array, a: Array) -> Operations:
    return [] if z is a else [(np.positive, z, a)]


def _tanh(z: Array, a: Array) -> Operations:
    return [(np.tanh, z, a)]


def _tanh_derivative(a: Array, out: Array) -> Operations:
    return [(np.square, a, out), (np.subtract, np.ones_like(a), out, out)]


def _relu(z: Array, a: Array) -> Operations:
    # fmax costs a fifth of maximum; it would hide a NaN, but a NaN always shows in the parameters it came from
    return [(np.fmax, z, np.zeros_like(z), a)]


def _relu_derivative(a: Array, out: Array) -> Operations:
    return [(np.sign, a, out)]


def _sigmoid(z: Array, a: Array) -> Operations:
    scratch = np.zeros_like(z)
    return [
        (np.negative, z, scratch),
        (np.exp, scratch, z),
        (np.add, z, np.ones_like(z), scratch),
        (np.reciprocal, scratch, a),
    ]


def _sigmoid_derivative(a: Array, out: Array) -> Operations:
    return [(np.square, a, out), (np.subtract, a, out, out)]


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation("ReLU", _relu, _relu_derivative),
    "tanh": Activation("Tanh", _tanh, _tanh_derivative),
    "sigmoid": Activation("Sigmoid", _sigmoid, _sigmoid_derivative),
    "linear": Activation("Linear", _linear, None),
}
