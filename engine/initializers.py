"""The initializers: how weights and biases start."""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Source(Protocol):
    """What numbers in [0, 1) come from: the original's stream, or a generator."""

    def random(self) -> float:
        """The next number."""
        ...


class Initializer(NamedTuple):
    """How weights start: `draw(generator, fan_in, fan_out, scale)` gives those (fan_out, fan_in) of one layer.

    The original's own take their weights from its stream instead, one by one: `weight(stream)`. `bias` is that of every
    unit. `scale` is a setting that only some make use of.
    """

    label: str
    draw: Callable[[Generator, int, int, float], Vector] | None
    weight: Callable[[Source], float] = lambda source: source.random()
    bias: float = 0.0


def _uniform(stream: Source) -> float:
    return stream.random() - 0.5


def _zeros(stream: Source) -> float:
    stream.random()  # drawn all the same, as the original does: what follows in the stream does not move
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
    "uniform": Initializer("Uniform ±0.5", None, _uniform, 0.1),
    "zeros": Initializer("Zeros", None, _zeros),
    "normal": Initializer("Normal", _normal(lambda fan_in, fan_out, scale: scale)),
    # variance 2 / (fan_in + fan_out): Glorot and Bengio, 2010
    "glorot_uniform": Initializer("Xavier uniform", _within(lambda fan_in, fan_out: sqrt(6 / (fan_in + fan_out)))),
    "glorot_normal": Initializer("Xavier normal", _normal(lambda fan_in, fan_out, scale: sqrt(2 / (fan_in + fan_out)))),
    # variance 2 / fan_in: He, Zhang, Ren and Sun, 2015
    "he_uniform": Initializer("He uniform", _within(lambda fan_in, fan_out: sqrt(6 / max(1, fan_in)))),
    "he_normal": Initializer("He normal", _normal(lambda fan_in, fan_out, scale: sqrt(2 / max(1, fan_in)))),
    # variance 1 / fan_in: LeCun, Bottou, Orr and Müller, 1998
    "lecun_normal": Initializer("LeCun normal", _normal(lambda fan_in, fan_out, scale: sqrt(1 / max(1, fan_in)))),
}
