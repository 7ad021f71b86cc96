"""The cards of a session: when the front process is told about it while somebody looks at a class."""

from collections.abc import Callable
from math import inf

from app.protocol.cards import CardLevel, encode_card
from app.session.experiment import Experiment
from app.training.pictures import picture_of_trainer

CARD_PERIOD = 1.0
"""Minimum time in seconds between two cards."""

CURVE_POINTS = 100
"""Maximum number of points of the loss curve in a report."""


class Cards:
    """Whether a session sends cards, and when the next is due. Times are those of `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._level = CardLevel.NONE
        self._has_changed = True
        self._next = -inf

    def set_level(self, level: CardLevel) -> None:
        """Set what cards hold from now on; if that is more than before, the next one is due even without a change."""
        self._has_changed |= level > self._level
        self._level = level

    def note_change(self) -> None:
        """There is something that no card has shown."""
        self._has_changed = True

    def give_up(self) -> None:
        """Make no card until something changes."""
        self._has_changed = False

    @property
    def ready_at(self) -> float:
        """When a card is due: a time of the clock, -inf for at once, inf for never."""
        return self._next if self._level and self._has_changed else inf

    @property
    def is_due(self) -> bool:
        """Whether a card is due. The clock is only read if one is wanted."""
        ready = self.ready_at
        return ready < inf and ready <= self._clock()

    def make(self, experiment: Experiment) -> bytes:
        """A card, of which the picture is computed only if it is wanted."""
        self._next, self._has_changed = self._clock() + CARD_PERIOD, False
        return _encode(experiment, self._level)


def report_of(experiment: Experiment) -> bytes:
    """A card with everything and the loss curve."""
    return _encode(experiment, CardLevel.PICTURE, is_report=True)


def _encode(experiment: Experiment, level: CardLevel, *, is_report: bool = False) -> bytes:
    run = experiment.run
    return encode_card(
        run.trainer,
        goals=run.goals,
        playing=experiment.pacing.playing,
        picture=picture_of_trainer(run.trainer) if level is CardLevel.PICTURE else None,
        history=run.series.after(-1, CURVE_POINTS) if is_report else None,
    )
