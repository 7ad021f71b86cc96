"""The cards of a session: when the front process is told about it while somebody looks at a class."""

from collections.abc import Callable

from app.protocol.cards import CardLevel, encode_card
from app.session.due import Due
from app.session.experiment import Experiment
from app.training.pictures import picture_of_trainer

CARD_PERIOD = 1.0
"""Minimum time in seconds between two cards."""

CURVE_POINTS = 100
"""Maximum number of points of the loss curve in a report."""


class Cards(Due):
    """Whether a session sends cards, and when the next is due."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock, CARD_PERIOD, has_changed=True)
        self._level = CardLevel.NONE

    @property
    def is_wanted(self) -> bool:
        """Whether cards are sent."""
        return bool(self._level)

    def set_level(self, level: CardLevel) -> None:
        """Set what cards hold from now on; if that is more than before, the next one is due even without a change."""
        if level > self._level:
            self.note_change()
        self._level = level

    def make(self, experiment: Experiment) -> bytes:
        """A card, of which the picture is computed only if it is wanted."""
        self.note_made()
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
