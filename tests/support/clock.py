"""A clock for what is to be tested without waiting."""


class Clock:
    """A time, in seconds, that stands still unless it is moved, or goes on by `step` whenever somebody looks at it."""

    def __init__(self, now: float = 0.0, step: float = 0.0) -> None:
        self.now = now
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now
