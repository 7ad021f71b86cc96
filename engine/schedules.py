"""The schedules: the learning rate factor by epoch."""

import math
from collections.abc import Callable
from typing import NamedTuple

from engine.code import ScheduleCode


class Shape(NamedTuple):
    """The parameters of schedules: a `decay` k, a `factor`, and a `period` in epochs."""

    decay: float
    factor: float
    period: int


class Schedule(NamedTuple):
    """A schedule: the learning rate factor in an epoch, counted from 0.

    `help` describes it in a sentence, `code` spells it for other libraries; `settings` are the config fields that shape
    it.

    >>> SCHEDULES["step"].factor(250, Shape(decay=0.01, factor=0.5, period=100))
    0.25
    """

    label: str
    factor: Callable[[int, Shape], float]
    help: str
    code: ScheduleCode
    settings: tuple[str, ...] = ()


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(
        "Constant",
        lambda epoch, shape: 1.0,
        help="The learning rate stays the same.",
        code=ScheduleCode("1"),
    ),
    "inverse_time": Schedule(
        "1 / (1 + k · epoch)",
        lambda epoch, shape: 1 / (1 + shape.decay * epoch),
        help="Falls ever more slowly and never ends.",
        code=ScheduleCode("1 / (1 + SCHEDULE_DECAY * epoch)"),
        settings=("schedule_decay",),
    ),
    "exponential": Schedule(
        "k to the power of epoch",
        lambda epoch, shape: shape.factor**epoch,
        help="Shrinks by the same factor in each epoch.",
        code=ScheduleCode("SCHEDULE_FACTOR**epoch", "ExponentialLR(optimizer, gamma=SCHEDULE_FACTOR)"),
        settings=("schedule_factor",),
    ),
    "inverse_sqrt": Schedule(
        "1 / √(epoch + 1)",
        lambda epoch, shape: 1 / math.sqrt(epoch + 1),
        help="Falls quickly at first, then slowly.",
        code=ScheduleCode("1 / math.sqrt(epoch + 1)"),
    ),
    "step": Schedule(
        "Steps",
        lambda epoch, shape: shape.factor ** (epoch // shape.period),
        help="Shrinks by a factor at the end of each period.",
        code=ScheduleCode(
            "SCHEDULE_FACTOR ** (epoch // SCHEDULE_PERIOD)",
            "StepLR(optimizer, step_size=SCHEDULE_PERIOD, gamma=SCHEDULE_FACTOR)",
        ),
        settings=("schedule_factor", "schedule_period"),
    ),
    "cosine": Schedule(
        "Cosine",
        lambda epoch, shape: 0.5 * (1 + math.cos(math.pi * min(epoch, shape.period) / shape.period)),
        help="Half a wave down to 0, where it stays (Loshchilov and Hutter 2017, without restarts).",
        code=ScheduleCode(
            "0.5 * (1 + math.cos(math.pi * min(epoch, SCHEDULE_PERIOD) / SCHEDULE_PERIOD))",
            "CosineAnnealingLR(optimizer, T_max=SCHEDULE_PERIOD)",
            "SCHEDULE_PERIOD",
        ),
        settings=("schedule_period",),
    ),
    "warm_up": Schedule(
        "Warm-up",
        lambda epoch, shape: min(1.0, (epoch + 1) / shape.period),
        help="Rises slowly to the full learning rate at the start (Goyal and others 2017).",
        code=ScheduleCode(
            "min(1, (epoch + 1) / SCHEDULE_PERIOD)",
            "LinearLR(optimizer, start_factor=1 / SCHEDULE_PERIOD, total_iters=SCHEDULE_PERIOD - 1)",
        ),
        settings=("schedule_period",),
    ),
}
