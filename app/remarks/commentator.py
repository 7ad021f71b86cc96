"""The commentator: chooses what is said of a run, one remark at a time, and nothing twice."""

from collections.abc import Sequence
from typing import NamedTuple

from app.remarks.evidence import Evidence
from app.remarks.rule import Remark, Urgency
from app.remarks.table import remarks_on
from app.training.run import Run

CHANGE = 1.5
"""The factor by which the number of a remark must have changed for it to be said again."""

DWELL = 2
"""Times that a remark is kept before one that is not urgent replaces it."""

MISSES = 2
"""Times in a row that a remark must have been untrue before it is withdrawn."""


class _Shown(NamedTuple):
    remark: Remark
    kept: int = 0
    missed: int = 0


class Commentator:
    """Remembers what has been said of a run.

    A remark stays while it holds, or until another is worth saying: one that has not been said of this run at these
    settings, or whose number has changed since by half. So remarks do not alternate, and none is repeated.

    >>> commentator = Commentator()
    >>> commentator.look(run, is_playing=False).name
    'ready'
    """

    def __init__(self) -> None:
        self.shown: Remark | None = None
        """What is said now."""
        self._state: _Shown | None = None
        self._said: dict[str, float] = {}
        self._run = 0
        self._since = 0

    def forget(self, since: int = 0) -> None:
        """Start over: the settings changed in epoch `since`, or the run began."""
        self.shown, self._state, self._since = None, None, since
        self._said.clear()

    def look(self, run: Run, *, is_playing: bool) -> Remark | None:
        """What is to be said of a run now; None if there is nothing to say."""
        if run.number != self._run:
            self._run = run.number
            self.forget(min(self._since, run.trainer.epoch))
        return self.choose(remarks_on(Evidence(run, self._since, is_playing=is_playing)))

    def choose(self, held: Sequence[Remark]) -> Remark | None:
        """What is to be said now if all of these hold, the most urgent first."""
        news = next((remark for remark in held if self._is_news(remark)), None)
        state = self._kept(held)
        if news is not None and self._may_replace(news, state):
            self._said[news.name] = news.number
            state = _Shown(news)
        self._state, self.shown = state, state.remark if state else None
        return self.shown

    def _kept(self, held: Sequence[Remark]) -> _Shown | None:
        """What is said now, if it still holds or has not been untrue for long."""
        state = self._state
        if state is None:
            return None
        if any(remark.name == state.remark.name for remark in held):
            return state._replace(kept=state.kept + 1, missed=0)
        missed = state._replace(missed=state.missed + 1)
        return missed if missed.missed < MISSES else None

    def _is_news(self, remark: Remark) -> bool:
        if remark.name not in self._said:
            return True
        before, now = abs(self._said[remark.name]), abs(remark.number)
        return max(before, now) > CHANGE * min(before, now)

    def _may_replace(self, news: Remark, state: _Shown | None) -> bool:
        if state is None or state.missed or news.name == state.remark.name:
            return True
        is_urgent = news.urgency < state.remark.urgency and news.urgency <= Urgency.PROBLEM
        return is_urgent or state.kept >= DWELL
