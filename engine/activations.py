"""The activation functions, each with its derivative, as operations on preallocated arrays.

Formulas: Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 6.2 and 6.3, and the paper named at each.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import pi, sqrt
from typing import NamedTuple

import numpy as np

from engine.operations import Array, Operations

Function = Callable[[Array, Array], Operations]


class Activation(NamedTuple):
    """An activation function a = f(z), elementwise unless it says otherwise.

    `forward(z, a)` gives the operations that put f(z) into `a`. Unless `from_z`, `z` may be the same array as `a` and
    may be changed, and `derivative(a, out)` gives the operations that put f'(z), told from a = f(z), into `out`. With
    `from_z`, `z` is another array, which stays as it is, and the derivative is told from `z`. None stands for f' = 1,
    also where the true derivative is of no use to learn from (see `is_exact`).

    With several `pieces`, z is the largest of so many weighted sums, each with weights of its own; on a tie, of the
    first of them, to which the gradient goes.

    `parameter` names the field of the config that shapes the function, and `shaped` makes the function for a value.
    `is_exact` is False if the derivative is a stand-in; `is_piecewise_linear` and `is_smooth` are what they say.
    """

    label: str
    forward: Function
    derivative: Function | None
    from_z: bool = False
    parameter: str = ""
    shaped: "Callable[[float], Activation] | None" = None
    is_exact: bool = True
    is_piecewise_linear: bool = False
    is_smooth: bool = True
    pieces: int = 1


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


def _step(z: Array, a: Array) -> Operations:
    return [(np.heaviside, z, np.ones_like(z), a)]


@lru_cache(maxsize=64)
def _leaky_relu(slope: float) -> Activation:
    """`z` above 0, `slope` * z below (Maas, Hannun and Ng, 2013)."""

    def forward(z: Array, a: Array) -> Operations:
        scratch = np.zeros_like(z)
        return [(np.multiply, z, slope, scratch), (np.fmax, z, scratch, a)]

    def derivative(a: Array, out: Array) -> Operations:
        # a has the sign of z; with a slope of 0 nothing is left of that below 0, and 0 is right
        return [
            (np.greater, a, 0.0, out),
            (np.multiply, out, 1.0 - slope, out),
            (np.add, out, slope, out),
        ]

    return Activation(
        "Leaky ReLU",
        forward,
        derivative,
        parameter="leaky_slope",
        shaped=_leaky_relu,
        is_piecewise_linear=True,
        is_smooth=False,
    )


@lru_cache(maxsize=64)
def _elu(alpha: float) -> Activation:
    """`z` above 0, `alpha` * (exp(z) - 1) below (Clevert, Unterthiner and Hochreiter, 2016)."""

    def forward(z: Array, a: Array) -> Operations:
        below = np.zeros_like(z)
        return [
            (np.fmin, z, 0.0, below),
            (np.expm1, below, below),
            (np.multiply, below, alpha, below),
            (np.fmax, z, 0.0, a),
            (np.add, a, below, a),
        ]

    def derivative(a: Array, out: Array) -> Operations:
        # below 0 it is alpha * exp(z) = a + alpha, above it is 1
        positive = np.zeros(a.shape, bool)
        return [(np.add, a, alpha, out), (np.greater, a, 0.0, positive), (np.copyto, out, 1.0, "same_kind", positive)]

    return Activation("ELU", forward, derivative, parameter="elu_alpha", shaped=_elu, is_smooth=False)


def _softplus(z: Array, a: Array) -> Operations:
    """log(1 + exp(z)) (Dugas et al., 2001), written so that nothing overflows."""
    scratch = np.zeros_like(z)
    return [
        (np.abs, z, scratch),
        (np.negative, scratch, scratch),
        (np.exp, scratch, scratch),
        (np.log1p, scratch, scratch),
        (np.fmax, z, 0.0, a),
        (np.add, a, scratch, a),
    ]


def _softplus_derivative(a: Array, out: Array) -> Operations:
    # sigmoid(z) = 1 - exp(-a)
    return [(np.negative, a, out), (np.expm1, out, out), (np.negative, out, out)]


def _gate(z: Array, factor: float, gate: Array) -> Operations:
    """1 / (1 + exp(-factor * z)), by way of tanh, which never overflows."""
    return [
        (np.multiply, z, 0.5 * factor, gate),
        (np.tanh, gate, gate),
        (np.multiply, gate, 0.5, gate),
        (np.add, gate, 0.5, gate),
    ]


def _swish(z: Array, a: Array) -> Operations:
    """`z` * sigmoid(z) (Elfwing, Uchibe and Doya, 2018; Ramachandran, Zoph and Le, 2017)."""
    gate = np.zeros_like(z)
    return [*_gate(z, 1.0, gate), (np.multiply, z, gate, a)]


def _swish_derivative(z: Array, out: Array) -> Operations:
    # g + z g (1 - g)
    gate, rest = np.zeros_like(z), np.zeros_like(z)
    return [
        *_gate(z, 1.0, gate),
        (np.subtract, 1.0, gate, rest),
        (np.multiply, rest, z, rest),
        (np.add, rest, 1.0, rest),
        (np.multiply, rest, gate, out),
    ]


_GELU_SCALE, _GELU_CUBIC = sqrt(2 / pi), 0.044715


def _gelu(z: Array, a: Array) -> Operations:
    """`z` times the normal distribution function, by the tanh of Hendrycks and Gimpel (2016): within 0.001 of it."""
    bent = np.zeros_like(z)
    return [*_gelu_tanh(z, bent), (np.add, bent, 1.0, bent), (np.multiply, bent, 0.5, bent), (np.multiply, z, bent, a)]


def _gelu_tanh(z: Array, out: Array) -> Operations:
    return [
        (np.square, z, out),
        (np.multiply, out, _GELU_SCALE * _GELU_CUBIC, out),
        (np.add, out, _GELU_SCALE, out),
        (np.multiply, out, z, out),
        (np.tanh, out, out),
    ]


def _gelu_derivative(z: Array, out: Array) -> Operations:
    # (1 + t) / 2 + z (1 - t²) s (1 + 3 c z²) / 2 with t = tanh(s (z + c z³))
    bent, inner, slope = (np.zeros_like(z) for _ in range(3))
    return [
        *_gelu_tanh(z, bent),
        (np.square, z, inner),
        (np.multiply, inner, 3 * _GELU_CUBIC, inner),
        (np.add, inner, 1.0, inner),
        (np.multiply, inner, _GELU_SCALE, inner),
        (np.multiply, inner, z, inner),
        (np.square, bent, slope),
        (np.subtract, 1.0, slope, slope),
        (np.multiply, slope, inner, slope),
        (np.add, slope, bent, slope),
        (np.add, slope, 1.0, slope),
        (np.multiply, slope, 0.5, out),
    ]


@lru_cache(maxsize=64)
def _maxout(pieces: float) -> Activation:
    """The largest of so many weighted sums (Goodfellow, Warde-Farley, Mirza, Courville and Bengio, 2013)."""
    return Activation(
        "Maxout",
        _linear,
        None,
        parameter="maxout_pieces",
        shaped=_maxout,
        is_piecewise_linear=True,
        is_smooth=False,
        pieces=int(pieces),
    )


def _sine(z: Array, a: Array) -> Operations:
    return [(np.sin, z, a)]


def _sine_derivative(z: Array, out: Array) -> Operations:
    return [(np.cos, z, out)]


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation("ReLU", _relu, _relu_derivative, is_piecewise_linear=True, is_smooth=False),
    "tanh": Activation("Tanh", _tanh, _tanh_derivative),
    "sigmoid": Activation("Sigmoid", _sigmoid, _sigmoid_derivative),
    "linear": Activation("Linear", _linear, None, is_piecewise_linear=True),
    "leaky_relu": _leaky_relu(0.01),
    "elu": _elu(1.0),
    "softplus": Activation("Softplus", _softplus, _softplus_derivative),
    "swish": Activation("Swish", _swish, _swish_derivative, from_z=True),
    "gelu": Activation("GELU", _gelu, _gelu_derivative, from_z=True),
    "sine": Activation("Sine", _sine, _sine_derivative, from_z=True),
    "maxout": _maxout(2.0),
    "step": Activation("Step", _step, None, is_exact=False, is_piecewise_linear=True, is_smooth=False),
}
"""Those that hidden layers can have. A step passes the gradient on as it is, as the perceptron's rule does."""


def _sign(z: Array, a: Array) -> Operations:
    ones = np.ones_like(z)
    return [(np.copysign, ones, z, a)]


def _stable_sigmoid(z: Array, a: Array) -> Operations:
    return _gate(z, 1.0, a)


def _softmax(z: Array, a: Array) -> Operations:
    """exp(z) over its sum, over the units of an example; the largest z is taken off first, so nothing overflows."""
    row = np.zeros((1, z.shape[1]), z.dtype)
    return [
        (np.maximum.reduce, z, 0, None, row, True),
        (np.subtract, z, row, a),
        (np.exp, a, a),
        (np.add.reduce, a, 0, None, row, True),
        (np.divide, a, row, a),
    ]


OUTPUT_ACTIVATIONS: dict[str, Activation] = {
    "tanh": ACTIVATIONS["tanh"],
    "linear": ACTIVATIONS["linear"],
    "sigmoid": Activation("Sigmoid", _stable_sigmoid, _sigmoid_derivative),
    "softmax": Activation("Softmax", _softmax, None),
    "sign": Activation("Sign", _sign, None, is_exact=False, is_smooth=False),
}
"""Those that outputs can have; which one follows from the loss, whose gradient is by z with a sigmoid or a softmax."""


def activation(name: str, parameters: Mapping[str, float]) -> Activation:
    """An activation of hidden layers, shaped by its parameter; equal arguments give the same object."""
    found = ACTIVATIONS[name]
    return found.shaped(float(parameters[found.parameter])) if found.shaped else found
