"""How schedules of the learning rate are written in code."""

from typing import NamedTuple


class ScheduleCode(NamedTuple):
    """A schedule: what it multiplies the learning rate by in `epoch`, and the settings that it reads.

    `torch` is PyTorch's own scheduler, if it has one that does the same from epoch 0 on, with the arguments that follow
    the optimizer; `until` is the epoch up to which it does, if that is not forever.
    """

    factor: str
    settings: tuple[str, ...] = ()
    torch: str = ""
    until: str = ""


SCHEDULE_CODE = {
    "constant": ScheduleCode("1"),
    "inverse_time": ScheduleCode("1 / (1 + SCHEDULE_DECAY * epoch)", ("schedule_decay",)),
    "exponential": ScheduleCode(
        "SCHEDULE_FACTOR**epoch", ("schedule_factor",), "ExponentialLR(optimizer, gamma=SCHEDULE_FACTOR)"
    ),
    "inverse_sqrt": ScheduleCode("1 / math.sqrt(epoch + 1)"),
    "step": ScheduleCode(
        "SCHEDULE_FACTOR ** (epoch // SCHEDULE_PERIOD)",
        ("schedule_factor", "schedule_period"),
        "StepLR(optimizer, step_size=SCHEDULE_PERIOD, gamma=SCHEDULE_FACTOR)",
    ),
    "cosine": ScheduleCode(
        "0.5 * (1 + math.cos(math.pi * min(epoch, SCHEDULE_PERIOD) / SCHEDULE_PERIOD))",
        ("schedule_period",),
        "CosineAnnealingLR(optimizer, T_max=SCHEDULE_PERIOD)",
        "SCHEDULE_PERIOD",
    ),
    "warm_up": ScheduleCode(
        "min(1, (epoch + 1) / SCHEDULE_PERIOD)",
        ("schedule_period",),
        "LinearLR(optimizer, start_factor=1 / SCHEDULE_PERIOD, total_iters=SCHEDULE_PERIOD - 1)",
    ),
}
"""The schedules; each can be left to `torch.optim.lr_scheduler.LambdaLR`, too."""
