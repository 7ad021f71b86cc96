"""The commentary of a session: when a run is looked at, and what of it is said on the page."""

from collections.abc import Callable
from dataclasses import replace
from math import inf

from app.link import CONTROLS, View
from app.protocol.errors import ProtocolError
from app.remarks import Commentator, Remark, Remedy
from app.session import locks
from app.session.changes import configured, refuse_too_large
from app.session.experiment import Experiment
from engine import ConfigError

PERIOD = 4.0
"""Minimum time in seconds between two looks at a run, and so between two remarks: they are meant to be read."""


class Commentary:
    """What is said of an experiment while its view has `words`. Times are those of `clock`, in seconds.

    It only reads the run, and costs nothing while nobody asks for it.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.close()

    def close(self) -> None:
        """Say nothing, and forget what has been said."""
        self.said: Remark | None = None
        self._commentator = Commentator()
        self._run = 0
        self._seen: tuple[object, ...] = ()
        self._next = -inf

    def note_change(self, epoch: int) -> None:
        """The settings have changed in this epoch: what was said need not be true any more."""
        self._commentator.forget(epoch)
        self._seen = ()

    def ready_at(self, experiment: Experiment) -> float:
        """When there is something to look at: a time of the clock, -inf for at once, inf for never."""
        if not experiment.view.words or experiment.run.is_past:
            return inf
        if self._is_outdated(experiment):
            return -inf
        return self._next if self._state(experiment) != self._seen else inf

    def look(self, experiment: Experiment) -> bool:
        """Look at the run if that is due; returns whether something else is to be said than before."""
        if not experiment.view.words:
            if self._seen:
                self.close()
            return False
        before = self.said
        if self._is_outdated(experiment):
            self.said = None
        now, state = self._clock(), self._state(experiment)
        if now >= self._next and state != self._seen and not experiment.run.is_past:
            self._next, self._seen, self._run = now + PERIOD, state, experiment.run.number
            remark = self._commentator.look(experiment.run, is_playing=experiment.pacing.playing)
            self.said = remark and replace(remark, remedy=_possible(remark.remedy, experiment))
        return self.said != before

    def _is_outdated(self, experiment: Experiment) -> bool:
        """Whether what was said is about another run, or about other settings."""
        return self.said is not None and (self._run != experiment.run.number or self._commentator.shown is None)

    def _state(self, experiment: Experiment) -> tuple[object, ...]:
        run, trainer = experiment.run, experiment.run.trainer
        return run.number, experiment.revision, trainer.epoch, trainer.batch, experiment.pacing.playing


def _possible(remedy: Remedy | None, experiment: Experiment) -> Remedy | None:
    """A remedy, unless locks, hidden controls or limits rule it out, or it would change nothing."""
    if remedy is None:
        return None
    view = experiment.view
    command = "configure" if remedy.action == "retry" else remedy.action
    if any(command in CONTROLS[name].commands for name in view.locked):
        return None
    if not remedy.changes:
        return remedy
    return remedy if _may_change(remedy, experiment, view) else None


def _may_change(remedy: Remedy, experiment: Experiment, view: View) -> bool:
    hidden = {field for name in view.hidden if not CONTROLS[name].part for field in CONTROLS[name].fields}
    if hidden & remedy.changes.keys():
        return False
    try:
        new = configured(experiment.config, view, remedy.changes)
        locks.refuse_change(view.locked, experiment.config, new)
        refuse_too_large(experiment.limits, new, view)
    except (ConfigError, ProtocolError):
        return False
    return any(getattr(new, name) != getattr(experiment.config, name) for name in remedy.changes)
