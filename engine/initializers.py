"""The initializers: how weights and biases start."""

from collections.abc import Callable
from typing import NamedTuple

from engine.random import Stream


class Initializer(NamedTuple):
    """How one unit starts: `weight(stream, fan_in, fan_out)` gives one weight, `bias` is that of every unit."""

    label: str
    weight: Callable[[Stream, int, int], float]
    bias: float


def _uniform(stream: Stream, fan_in: int, fan_out: int) -> float:
    return stream.random() - 0.5


def _zeros(stream: Stream, fan_in: int, fan_out: int) -> float:
    stream.random()  # drawn all the same, as the original does: what follows in the stream does not move
    return 0.0


INITIALIZERS: dict[str, Initializer] = {
    "uniform": Initializer("Uniform ±0.5", _uniform, 0.1),
    "zeros": Initializer("Zeros", _zeros, 0.0),
}
