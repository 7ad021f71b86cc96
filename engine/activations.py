"""The activation functions and their derivatives, as operations on preallocated arrays.

Formulas: Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 6.2 and 6.3, and the papers cited below.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import pi, sqrt
from typing import NamedTuple

import numpy as np

from engine.code import FunctionCode, keras_function, torch_module
from engine.operations import Array, Operations

Compile = Callable[[Array, Array], Operations]


class Bend(NamedTuple):
    """A piecewise-linear function with a kink at 0: its slope is `below` for negative sums, else `above`.

    With `is_step`, it is a step function instead: 0 for negative sums, else 1.
    """

    below: float
    above: float
    is_step: bool = False

    @property
    def is_bent(self) -> bool:
        """Whether the function has a kink at 0."""
        return self.is_step or self.below != self.above


class Activation(NamedTuple):
    """An activation function a = f(z), elementwise unless its entry says otherwise.

    `forward(z, a)` returns the operations that put f(z) into `a`. Unless `from_z`, `z` may be the same array as `a` and
    may be overwritten, and `derivative(a, out)` returns the operations that compute f'(z) from a = f(z) into `out`.
    With `from_z`, `z` is a separate array that must not change, and the derivative is computed from `z`. None stands
    for f' = 1, also where the true derivative is useless for learning (see `is_exact`). `help` describes the function
    in a sentence or two, `formula` writes it out, and `code` spells it for other libraries.

    With several `pieces`, z is the largest of that many weighted sums, each with its own weights; on a tie, the first
    one wins and receives the gradient. `parameter` names the config field that shapes the function, and `shaped`
    returns the function for a value of it. `is_exact` is False if the derivative is a substitute, and `is_smooth` is
    False if the derivative jumps. `bend` describes a piecewise-linear function. `bounds` are the minimum and maximum of
    a bounded function, `steepest` is the largest slope of an S-shaped function (0 for others), and `gradient_note` is a
    sentence on how f affects gradients. It `switches` if a unit turns on or changes sides where its sum is 0, so that
    −b is its threshold.

    >>> ACTIVATIONS["tanh"].formula
    'tanh(z) = 2σ(2z) − 1, tanh′ = 1 − tanh² ≤ 1'
    """

    label: str
    forward: Compile
    derivative: Compile | None
    help: str
    code: FunctionCode
    formula: str = ""
    from_z: bool = False
    parameter: str = ""
    shaped: "Callable[[float], Activation] | None" = None
    is_exact: bool = True
    is_smooth: bool = True
    bend: Bend | None = None
    pieces: int = 1
    bounds: tuple[float, float] | None = None
    steepest: float = 0.0
    gradient_note: str = ""
    switches: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """The config fields that shape it."""
        return (self.parameter,) if self.parameter else ()


def _linear(z: Array, a: Array) -> Operations:
    return [] if z is a else [(np.positive, z, a)]


def _tanh(z: Array, a: Array) -> Operations:
    return [(np.tanh, z, a)]


def _tanh_derivative(a: Array, out: Array) -> Operations:
    return [(np.square, a, out), (np.subtract, np.ones_like(a), out, out)]


def _relu(z: Array, a: Array) -> Operations:
    # fmax takes a fifth of the time of maximum, whose positional output argument NumPy deprecates; it hides NaN, but a
    # divergence also shows in the parameters
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
        # a has the sign of z; with a slope of 0, a is 0 below 0, and so is the derivative
        return [
            (np.greater, a, 0.0, out),
            (np.multiply, out, 1.0 - slope, out),
            (np.add, out, slope, out),
        ]

    return Activation(
        "Leaky ReLU",
        forward,
        derivative,
        help="A ReLU that lets a small fraction α of negative sums through, usually 0.01 (Maas, Hannun and Ng "
        "2013). Its slope is never 0, so a neuron that has been pushed far away can recover.",
        formula="f(z) = z if z > 0, else αz",
        code=FunctionCode(
            "np.where(z > 0, z, LEAKY_SLOPE * z)",
            "np.where(z > 0, 1, LEAKY_SLOPE)",
            "nn.LeakyReLU(LEAKY_SLOPE)",
            "lambda z: keras.ops.leaky_relu(z, LEAKY_SLOPE)",
        ),
        parameter="leaky_slope",
        shaped=_leaky_relu,
        is_smooth=False,
        bend=Bend(slope, 1.0),
        switches=True,
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

    return Activation(
        "ELU",
        forward,
        derivative,
        help="The exponential linear unit (Clevert, Unterthiner and Hochreiter 2016) falls smoothly to −α. On "
        "average, its outputs are closer to 0 than those of ReLU.",
        formula="f(z) = z if z > 0, else α(exp(z) − 1)",
        code=FunctionCode(
            "np.where(z > 0, z, ELU_ALPHA * np.expm1(np.minimum(z, 0)))",
            "np.where(z > 0, 1, ELU_ALPHA * np.exp(np.minimum(z, 0)))",
            "nn.ELU(ELU_ALPHA)",
            "lambda z: keras.ops.elu(z, ELU_ALPHA)",
        ),
        parameter="elu_alpha",
        shaped=_elu,
        is_smooth=False,
        switches=True,
    )


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
    """1 / (1 + exp(-factor * z)), computed with tanh, which never overflows."""
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
    """`z` times the normal distribution function, with the tanh approximation of Hendrycks and Gimpel (2016)."""
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


_MAXOUT_TEXT = "Units that output the largest of several sums, on a tie the first."
_TORCH_MAXOUT = f'''class Maxout(nn.Module):
    """{_MAXOUT_TEXT}"""

    def __init__(self, inputs, units, pieces, normed=False):
        super().__init__()
        self.pieces = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, units), nn.BatchNorm1d(units) if normed else nn.Identity())
            for _ in range(pieces)
        )

    def forward(self, inputs):
        largest, *others = (piece(inputs) for piece in self.pieces)
        for other in others:
            largest = torch.where(largest >= other, largest, other)
        return largest'''
_KERAS_MAXOUT = f'''class Maxout(keras.layers.Layer):
    """{_MAXOUT_TEXT}"""

    def __init__(self, units, pieces, normed=False):
        super().__init__()
        self.pieces = [
            keras.Sequential([dense(units), *([batch_norm()] if normed else [])]) for _ in range(pieces)
        ]

    def call(self, inputs, training=None):
        largest, *others = (piece(inputs, training=training) for piece in self.pieces)
        for other in others:
            largest = keras.ops.where(largest >= other, largest, other)
        return largest'''


@lru_cache(maxsize=64)
def _maxout(pieces: float) -> Activation:
    """The largest of `pieces` weighted sums (Goodfellow, Warde-Farley, Mirza, Courville and Bengio, 2013)."""
    return Activation(
        "Maxout",
        _linear,
        None,
        help="A neuron with several weighted sums, called pieces, whose output is the largest of them: it "
        "learns its own nonlinearity instead of using a fixed one (Goodfellow and others 2013).",
        formula="a = max(w₁·x + b₁, w₂·x + b₂, …)",
        # NumPy code receives the largest sum already; in PyTorch and Keras, it has its own layer
        code=FunctionCode("z", "np.ones_like(z)", "Maxout", "Maxout", _TORCH_MAXOUT, _KERAS_MAXOUT),
        parameter="maxout_pieces",
        shaped=_maxout,
        is_smooth=False,
        bend=Bend(1.0, 1.0),
        pieces=int(pieces),
    )


def _sine(z: Array, a: Array) -> Operations:
    return [(np.sin, z, a)]


def _sine_derivative(z: Array, out: Array) -> Operations:
    return [(np.cos, z, out)]


_STEP_TEXT = "1 from 0 on, else 0; the backward pass leaves the gradient unchanged."

ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        "ReLU",
        _relu,
        _relu_derivative,
        help="The rectified linear unit (Nair and Hinton 2010; Glorot, Bordes and Bengio 2011) cuts off "
        "negative sums. Where it is active, its slope is 1 however large the sum, so gradients do not "
        "shrink.",
        formula="f(z) = max(0, z)",
        code=FunctionCode("np.maximum(z, 0)", "(z > 0).astype(float)", "nn.ReLU()", '"relu"'),
        is_smooth=False,
        bend=Bend(0.0, 1.0),
        gradient_note="A ReLU that outputs 0 passes nothing back.",
        switches=True,
    ),
    "tanh": Activation(
        "Tanh",
        _tanh,
        _tanh_derivative,
        help="A sigmoid stretched to the range from −1 to 1. Because it is centered on 0 and has slope 1 "
        "there, hidden layers usually learn faster with it than with the sigmoid (LeCun and others 1998).",
        formula="tanh(z) = 2σ(2z) − 1, tanh′ = 1 − tanh² ≤ 1",
        code=FunctionCode("np.tanh(z)", "1 - np.tanh(z) ** 2", "nn.Tanh()", '"tanh"'),
        bounds=(-1.0, 1.0),
        steepest=1.0,
        gradient_note="The slope of tanh is 1 only around 0, and almost 0 where it saturates.",
        switches=True,
    ),
    "sigmoid": Activation(
        "Sigmoid",
        _sigmoid,
        _sigmoid_derivative,
        help="A smooth step from 0 to 1; also called the logistic function.",
        formula="σ(z) = 1 / (1 + exp(−z)), σ′ = σ(1 − σ) ≤ ¼",
        code=FunctionCode("0.5 * (1 + np.tanh(z / 2))", "sigmoid(z) * (1 - sigmoid(z))", "nn.Sigmoid()", '"sigmoid"'),
        bounds=(0.0, 1.0),
        steepest=0.25,
        gradient_note="The slope of a sigmoid is 1/4 at most, and almost 0 where it saturates.",
        switches=True,
    ),
    "linear": Activation(
        "Linear",
        _linear,
        None,
        help="No nonlinearity at all; also called the identity. It is the right choice for the output in "
        "regression, where values are unbounded; in hidden layers, it makes depth useless.",
        formula="f(z) = z",
        code=FunctionCode("z", "np.ones_like(z)", "nn.Identity()", '"linear"'),
        bend=Bend(1.0, 1.0),
    ),
    "leaky_relu": _leaky_relu(0.01),
    "elu": _elu(1.0),
    "softplus": Activation(
        "Softplus",
        _softplus,
        _softplus_derivative,
        help="A ReLU with a rounded corner (Dugas and others 2001). It is differentiable everywhere, but in "
        "practice it rarely learns better.",
        formula="f(z) = ln(1 + exp(z)), f′ = σ(z)",
        code=FunctionCode(
            "np.logaddexp(0, z)",
            "0.5 * (1 + np.tanh(z / 2))",
            "nn.Softplus(threshold=40)",  # above PyTorch's default threshold, 20, z itself would be off by up to 2e-9
            "lambda z: keras.ops.logaddexp(z, keras.ops.zeros_like(z))",
        ),
        gradient_note="The slope of softplus is below 1 everywhere, and almost 0 for negative sums.",
    ),
    "swish": Activation(
        "Swish",
        _swish,
        _swish_derivative,
        help="Also called SiLU (Hendrycks and Gimpel 2016; Elfwing, Uchibe and Doya 2018; Ramachandran, Zoph "
        "and Le 2017). It is smooth and dips slightly below 0 before it rises, so it is not even "
        "monotonic.",
        formula="f(z) = z σ(z)",
        code=FunctionCode(
            "z * s", "s * (1 + z * (1 - s))", "nn.SiLU()", '"silu"', before="s = 0.5 * (1 + np.tanh(z / 2))"
        ),
        from_z=True,
    ),
    "gelu": Activation(
        "GELU",
        _gelu,
        _gelu_derivative,
        help="The Gaussian error linear unit (Hendrycks and Gimpel 2016), used in many language models. It "
        "looks much like Swish.",
        formula="f(z) = z Φ(z), Φ: the standard normal distribution function",
        code=FunctionCode(
            "z / 2 * (1 + t)",
            "(1 + t) / 2 + z / 2 * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)",
            'nn.GELU(approximate="tanh")',
            "lambda z: keras.ops.gelu(z, approximate=True)",
            before="t = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))",
        ),
        from_z=True,
    ),
    "sine": Activation(
        "Sine",
        _sine,
        _sine_derivative,
        help="A periodic activation (Sitzmann and others 2020, for images and audio). It fits fine detail "
        "quickly, but between the examples it can oscillate wildly.",
        formula="f(z) = sin z",
        code=FunctionCode(
            "np.sin(z)",
            "np.cos(z)",
            "Sine()",
            "keras.ops.sin",
            torch_source=torch_module("Sine", "The sine of z.", "torch.sin(z)"),
        ),
        from_z=True,
        bounds=(-1.0, 1.0),
    ),
    "maxout": _maxout(2.0),
    "step": Activation(
        "Step",
        _step,
        None,
        help="The activation of the perceptron, named after Heaviside. Its slope is 0 wherever it exists, so "
        "in the backward pass it counts as 1 here.",
        formula="f(z) = 1 if z ≥ 0, else 0",
        code=FunctionCode(
            "(z >= 0).astype(float)",
            "np.ones_like(z)  # the true slope, 0, would teach nothing",
            "Step()",
            "step",
            torch_source=torch_module("Step", _STEP_TEXT, "(z >= 0).to(z.dtype) + (z - z.detach())"),
            keras_source=keras_function(
                "step", _STEP_TEXT, "keras.ops.cast(z >= 0, z.dtype) + (z - keras.ops.stop_gradient(z))"
            ),
        ),
        is_exact=False,
        is_smooth=False,
        bend=Bend(0.0, 1.0, is_step=True),
        bounds=(0.0, 1.0),
        switches=True,
    ),
}
"""The activations of hidden layers. A step passes the gradient on unchanged, as in the perceptron rule."""


def _sign(z: Array, a: Array) -> Operations:
    ones = np.ones_like(z)
    return [(np.copysign, ones, z, a)]


def _stable_sigmoid(z: Array, a: Array) -> Operations:
    return _gate(z, 1.0, a)


def _softmax(z: Array, a: Array) -> Operations:
    """exp(z) over its sum, across the units of an example; the largest z is subtracted first to avoid overflow."""
    row = np.zeros((1, *z.shape[1:]), z.dtype)
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
    "sigmoid": ACTIVATIONS["sigmoid"]._replace(forward=_stable_sigmoid),
    "softmax": Activation(
        "Softmax",
        _softmax,
        None,
        help="Turns the weighted sums of several output neurons into class probabilities, which are positive "
        "and add up to 1.",
        formula="pₖ = exp(zₖ) / (exp(z₁) + … + exp(zₙ))",
        code=FunctionCode(
            "powers / powers.sum(axis=1, keepdims=True)",
            "",
            "nn.Identity()",
            '"linear"',
            before="powers = np.exp(z - z.max(axis=1, keepdims=True))",
        ),
        bounds=(0.0, 1.0),
    ),
    "sign": Activation(
        "Sign",
        _sign,
        None,
        help="The output of the perceptron rule: 1 from 0 on, else −1.",
        formula="f(z) = 1 if z ≥ 0, else −1",
        code=FunctionCode("np.where(z >= 0, 1.0, -1.0)", "", "nn.Identity()", '"linear"'),
        is_exact=False,
        is_smooth=False,
        switches=True,
    ),
}
"""The activations of outputs. The loss determines which one; for a sigmoid or softmax, its gradient is by z."""


def activation(name: str, parameters: Mapping[str, float]) -> Activation:
    """An activation of hidden layers, shaped by its parameter; equal arguments return the same object."""
    found = ACTIVATIONS[name]
    return found.shaped(float(parameters[found.parameter])) if found.shaped else found
