"""How schedules of the learning rate are written in code."""

SCHEDULE_CODE = {
    "constant": ("LEARNING_RATE", ()),
    "inverse_time": ("LEARNING_RATE / (1 + SCHEDULE_DECAY * epoch)", ("schedule_decay",)),
    "exponential": ("LEARNING_RATE * SCHEDULE_FACTOR**epoch", ("schedule_factor",)),
    "inverse_sqrt": ("LEARNING_RATE / np.sqrt(epoch + 1)", ()),
    "step": ("LEARNING_RATE * SCHEDULE_FACTOR ** (epoch // SCHEDULE_PERIOD)", ("schedule_factor", "schedule_period")),
    "cosine": (
        "LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * min(epoch, SCHEDULE_PERIOD) / SCHEDULE_PERIOD))",
        ("schedule_period",),
    ),
    "warm_up": ("LEARNING_RATE * min(1, (epoch + 1) / SCHEDULE_PERIOD)", ("schedule_period",)),
}
"""The learning rate of an epoch, and the settings that it reads."""
