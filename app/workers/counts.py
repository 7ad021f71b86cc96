"""What an engine process counts: in memory that the front can read, even after the process has ended."""

from bisect import bisect_left
from typing import NamedTuple, Self

LATE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Upper bounds, in seconds, of the lateness of turns that is counted together; later ones are counted last."""

_EPOCHS, _REFUSED, _FLOODS, _LATENESS, _TURNS = range(5)
"""The place of each number; the last is that of the first bound."""

PLACES = _TURNS + len(LATE) + 1
"""How many numbers there are."""

_NANOSECONDS = 10**9


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
    lateness: float = 0.0
    """Seconds by which turns were late, in all."""
    turns: tuple[int, ...] = (0,) * (len(LATE) + 1)
    """How many turns were late by so much, for each bound of `LATE` and beyond the last."""

    def plus(self, other: Self) -> Self:
        """The sums of all numbers."""
        return type(self)(
            self.epochs + other.epochs,
            self.refused + other.refused,
            self.floods + other.floods,
            self.lateness + other.lateness,
            tuple(map(sum, zip(self.turns, other.turns, strict=True))),
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

    def note_turn(self, late: float) -> None:
        """Note that a turn began `late` seconds after it was due."""
        words = self._words
        words[_LATENESS] += int(late * _NANOSECONDS)
        words[_TURNS + bisect_left(LATE, late)] += 1

    def read(self) -> Counted:
        """The numbers now."""
        epochs, refused, floods, lateness, *turns = self._words
        return Counted(epochs, refused, floods, lateness / _NANOSECONDS, tuple(turns))
