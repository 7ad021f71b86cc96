"""A clock for tests that should not wait."""


class Clock:
    """The time in seconds, which changes only when the test sets `now`, or by `step` with every reading."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now
