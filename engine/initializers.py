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
    unit. `scale` is a setting that only some make use of: `settings` are the fields of the config that shape it. `help`
    says in a sentence what it is.
    """

    label: str
    draw: Callable[[Generator, int, int, float], Vector] | None
    help: str
    weight: Callable[[Source], float] = lambda source: source.random()
    bias: float = 0.0
    settings: tuple[str, ...] = ()


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
    "uniform": Initializer("Uniform ±0.5", None, "Any number from −½ to ½, as in the original.", _uniform, 0.1),
    "zeros": Initializer("Zeros", None, "All weights start alike, so all neurons of a layer stay alike.", _zeros),
    "normal": Initializer(
        "Normal",
        _normal(lambda fan_in, fan_out, scale: scale),
        "Normally distributed, with the standard deviation that you choose.",
        settings=("initializer_scale",),
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
