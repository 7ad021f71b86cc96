"""What an engine process counts: in memory that the front can read, even after the process has ended."""

from bisect import bisect_left
from typing import NamedTuple, Self

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Upper bounds, in seconds, of times that are counted together; longer ones are counted last."""

_EPOCHS, _REFUSED, _FLOODS, _LATENESS = range(4)
_LENGTH = 2 + len(BOUNDS)
_DURATION = _LATENESS + _LENGTH
"""The place of each number; that of a histogram is the place of its sum, and its counts follow."""

PLACES = _DURATION + _LENGTH
"""How many numbers there are."""

_NANOSECONDS = 10**9


class Histogram(NamedTuple):
    """Times in seconds: their sum, and how many there were for each bound of `BOUNDS` and beyond the last."""

    sum: float = 0.0
    counts: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)

    def plus(self, other: Self) -> Self:
        """The sums of all numbers."""
        return type(self)(self.sum + other.sum, tuple(map(sum, zip(self.counts, other.counts, strict=True))))


class Counted(NamedTuple):
    """Numbers that only grow. They can be added up over processes.

    >>> Counted(epochs=3).plus(Counted(epochs=4)).epochs
    7
    """

    epochs: int = 0
    """Epochs that networks were trained, without those they are compared with."""
    refused: int = 0
    """Commands that a session refused."""
    floods: int = 0
    """Commands ignored because others of their session were still waiting."""
    lateness: Histogram = Histogram()
    """How late turns began."""
    duration: Histogram = Histogram()
    """The processor time of turns, and of opening sessions."""

    def plus(self, other: Self) -> Self:
        """The sums of all numbers."""
        return type(self)(
            self.epochs + other.epochs,
            self.refused + other.refused,
            self.floods + other.floods,
            self.lateness.plus(other.lateness),
            self.duration.plus(other.duration),
        )


class Counts:
    """The numbers of one scheduler, in `words`: shared memory of `PLACES` integers, or by default a list of its own."""

    def __init__(self, words: "memoryview[int] | None" = None) -> None:
        self._words = [0] * PLACES if words is None else words

    def note_training(self, epochs: int, refused: int) -> None:
        """Note what a session has done in a turn: epochs trained, and commands refused."""
        if epochs:
            self._words[_EPOCHS] += epochs
        if refused:
            self._words[_REFUSED] += refused

    def note_flood(self) -> None:
        """Note that a command was ignored."""
        self._words[_FLOODS] += 1

    def note_late(self, seconds: float) -> None:
        """Note how late a turn began."""
        self._put(_LATENESS, seconds)

    def note_duration(self, seconds: float) -> None:
        """Note the processor time of a turn, or of opening a session."""
        self._put(_DURATION, seconds)

    def _put(self, place: int, seconds: float) -> None:
        """Add a time to the histogram at a place."""
        words = self._words
        words[place] += int(seconds * _NANOSECONDS)
        words[place + 1 + bisect_left(BOUNDS, seconds)] += 1

    def read(self) -> Counted:
        """The numbers now."""
        words = list(self._words)
        histograms = (
            Histogram(words[place] / _NANOSECONDS, tuple(words[place + 1 : place + _LENGTH]))
            for place in (_LATENESS, _DURATION)
        )
        return Counted(words[_EPOCHS], words[_REFUSED], words[_FLOODS], *histograms)
