"""The initializers: the distributions of initial weights and biases."""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Source(Protocol):
    """A source of numbers in [0, 1): the original's stream, or a generator."""

    def random(self) -> float:
        """The next number."""
        ...


class Initializer(NamedTuple):
    """How to initialize weights: `draw(generator, fan_in, fan_out, scale)` returns those of a layer (fan_out, fan_in).

    The original's own initializers draw from its stream instead, one weight at a time: `weight(stream)`. `bias` is the
    bias of every unit, unless biases are drawn like weights (`draws_biases`). `scale` is a setting that only some use:
    `settings` are the config fields that shape the distribution. `help` describes it in a sentence.
    """

    label: str
    draw: Callable[[Generator, int, int, float], Vector] | None
    help: str
    weight: Callable[[Source], float] = lambda source: source.random()
    bias: float = 0.0
    settings: tuple[str, ...] = ()
    draws_biases: bool = False


def _uniform(stream: Source) -> float:
    return stream.random() - 0.5


def _zeros(stream: Source) -> float:
    stream.random()  # drawn anyway, as in the original, so that the rest of the stream does not shift
    return 0.0


def _normal(deviation: Callable[[int, int, float], float]) -> Callable[[Generator, int, int, float], Vector]:
    def draw(generator: Generator, fan_in: int, fan_out: int, scale: float) -> Vector:
        return generator.normal(0.0, deviation(fan_in, fan_out, scale), (fan_out, fan_in))

    return draw


def _within(bound: Callable[[int, int], float]) -> Callable[[Generator, int, int, float], Vector]:
    def draw(generator: Generator, fan_in: int, fan_out: int, scale: float) -> Vector:
        limit = bound(fan_in, fan_out)
        return generator.uniform(-limit, limit, (fan_out, fan_in))

    return draw


INITIALIZERS: dict[str, Initializer] = {
    "uniform": Initializer("Uniform ±0.5", None, "Any number from −½ to ½, as in the original.", _uniform, 0.1),
    "zeros": Initializer("Zeros", None, "All weights start alike, so all neurons of a layer stay alike.", _zeros),
    "normal": Initializer(
        "Normal",
        _normal(lambda fan_in, fan_out, scale: scale),
        "Normally distributed, with the standard deviation that you choose.",
        settings=("initializer_scale",),
    ),
    "normal_biases": Initializer(
        "Normal, biases too",
        _normal(lambda fan_in, fan_out, scale: scale),
        "Weights and biases normally distributed, with the standard deviation that you choose (Nielsen 2015).",
        settings=("initializer_scale",),
        draws_biases=True,
    ),
    "glorot_uniform": Initializer(
        "Xavier uniform",
        _within(lambda fan_in, fan_out: sqrt(6 / (fan_in + fan_out))),
        "Uniform with variance 2/(inputs + outputs), made for tanh (Glorot and Bengio 2010).",
    ),
    "glorot_normal": Initializer(
        "Xavier normal",
        _normal(lambda fan_in, fan_out, scale: sqrt(2 / (fan_in + fan_out))),
        "Normal with variance 2/(inputs + outputs), made for tanh (Glorot and Bengio 2010).",
    ),
    "he_uniform": Initializer(
        "He uniform",
        _within(lambda fan_in, fan_out: sqrt(6 / max(1, fan_in))),
        "Uniform with variance 2/inputs, made for ReLU (He, Zhang, Ren and Sun 2015).",
    ),
    "he_normal": Initializer(
        "He normal",
        _normal(lambda fan_in, fan_out, scale: sqrt(2 / max(1, fan_in))),
        "Normal with variance 2/inputs, made for ReLU (He, Zhang, Ren and Sun 2015).",
    ),
    "lecun_normal": Initializer(
        "LeCun normal",
        _normal(lambda fan_in, fan_out, scale: sqrt(1 / max(1, fan_in))),
        "Normal with variance 1/inputs (LeCun, Bottou, Orr and Müller 1998).",
    ),
}
