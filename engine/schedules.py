"""The schedules: what becomes of the learning rate, epoch by epoch."""

import math
from collections.abc import Callable
from typing import NamedTuple


class Shape(NamedTuple):
    """What schedules are shaped by: a `decay` k, a `factor`, and a `period` in epochs."""

    decay: float
    factor: float
    period: int


class Schedule(NamedTuple):
    """A schedule: the factor on the learning rate in an epoch, counted from 0; the first epoch of training is 0."""

    label: str
    factor: Callable[[int, Shape], float]


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule("Constant", lambda epoch, shape: 1.0),
    "inverse_time": Schedule("1 / (1 + k · epoch)", lambda epoch, shape: 1 / (1 + shape.decay * epoch)),
    "exponential": Schedule("k to the power of epoch", lambda epoch, shape: shape.factor**epoch),
    "inverse_sqrt": Schedule("1 / √(epoch + 1)", lambda epoch, shape: 1 / math.sqrt(epoch + 1)),
    "step": Schedule("Steps", lambda epoch, shape: shape.factor ** (epoch // shape.period)),
    "cosine": Schedule(
        "Cosine", lambda epoch, shape: 0.5 * (1 + math.cos(math.pi * min(epoch, shape.period) / shape.period))
    ),
    "warm_up": Schedule("Warm-up", lambda epoch, shape: min(1.0, (epoch + 1) / shape.period)),
}
"""Cosine: Loshchilov and Hutter, 2017, without restarts; warm-up: Goyal et al., 2017."""
