"""What a session tells of again and again: after a change, and no more than once in a period."""

from abc import abstractmethod
from collections.abc import Callable
from math import inf


class Due:
    """When something that shows an experiment is due. Times are those of `clock`, in seconds, and so is the `period`.

    >>> class Greeting(Due):
    ...     is_wanted = True
    >>> greeting = Greeting(clock=lambda: 5.0, period=1.0)
    >>> greeting.note_change()
    >>> greeting.is_due
    True
    >>> greeting.note_made()
    >>> greeting.ready_at
    inf
    """

    def __init__(self, clock: Callable[[], float], period: float, *, has_changed: bool = False) -> None:
        self._clock = clock
        self._period = period
        self._has_changed = has_changed
        self._next = -inf

    @property
    @abstractmethod
    def is_wanted(self) -> bool:
        """Whether there is anybody to tell it to."""

    def note_change(self) -> None:
        """There is something that has not been told."""
        self._has_changed = True

    def give_up(self) -> None:
        """Tell nothing until something changes."""
        self._has_changed = False

    def note_made(self) -> None:
        """It is being told now."""
        self._next, self._has_changed = self._clock() + self._period, False

    @property
    def ready_at(self) -> float:
        """When it is due: a time of the clock, -inf for at once, inf for never."""
        return self._next if self.is_wanted and self._has_changed else inf

    @property
    def is_due(self) -> bool:
        """Whether it is due. The clock is only read if it is wanted."""
        ready = self.ready_at
        return ready < inf and ready <= self._clock()
