"""One run: a network that learns, and all that is kept of its way. Nothing here says when or how much it learns."""

from collections.abc import Callable, Iterable
from math import inf
from typing import NamedTuple

from app.training.comparison import Comparison, Trained, parts_present
from app.training.goals import Goals
from app.training.history import Moment, Place, RunHistory
from app.training.recovery import Retreat, holding_rate, sane_moment
from app.training.series import Series
from app.training.until import telling_loss
from app.training.variants import Variant
from engine import Config, Divergence, Effect, Mark, Trainer, effect_of
from engine.inspection import Path


class _Now(NamedTuple):
    """Where training really is while an earlier moment is shown."""

    mark: Mark
    divergence: Divergence | None
    moment: Moment
    """That which is shown."""


class Run:
    """A network that learns beside its rivals, with its losses, its goals, and the moments that can be looked back at.

    `number` grows whenever losses that were told hold no longer. What was after an earlier moment is kept while that is
    looked at, and let go by whatever trains or changes the network there.
    """

    def __init__(
        self,
        trainer: Trainer,
        goals: Goals,
        variants: Iterable[Variant],
        number: int,
        clock: Callable[[], float],
    ) -> None:
        self.trainer = trainer
        self.goals = goals
        self.number = number
        self.comparison = Comparison(clock)
        """What learns side by side with the network."""
        self.comparison.choose(trainer.config, variants)
        self._keep_nothing()

    def _keep_nothing(self) -> None:
        self.series, self.path, self.history = Series(), Path(), RunHistory()
        self._now: _Now | None = None
        self._retreat: tuple[Divergence, Retreat | None] | None = None
        self._record()

    def _record(self) -> None:
        trainer = self.trainer
        self.series.record(trainer)
        self.path.put(trainer)
        if mark := trainer.mark():
            self.history.put(Moment(mark, telling_loss(trainer), self.goals, trainer.train_loss))

    def begin(self) -> None:
        """Another run begins with the network as it is now, and rivals begin from their start."""
        self.comparison.begin(self.config)
        self._begin_losses()

    def _begin_losses(self) -> None:
        """The losses from here on are another run's: no goal is reached, and nothing is to be looked back at."""
        self.number += 1
        self.goals = self.goals.afresh()
        self._keep_nothing()

    @property
    def config(self) -> Config:
        """The experiment in force."""
        return self.trainer.config

    @property
    def progress(self) -> float:
        """Epochs that are done, begun ones in part."""
        return self.trainer.epoch + self.trainer.batch / max(1, self.trainer.batches)

    # --- training -------------------------------------------------------------------------------------------------

    def train(self, minibatches: int) -> None:
        """Train on so many minibatches, at most to the end of the epoch, which is kept."""
        epoch = self.trainer.epoch
        self.trainer.run_minibatches(minibatches)
        if self.trainer.epoch > epoch:
            self.goals = self.goals.after(self.trainer)
            self._record()

    @property
    def is_ahead(self) -> bool:
        """Whether rivals have yet to come to where training is."""
        return self._now is None and self.comparison.is_behind(self.trainer.epoch)

    def catch_up(self, deadline: float) -> bool:
        """Train rivals to where the network is, until `deadline`. Whether all have come there."""
        return self.comparison.catch_up(self.config, self.trainer.epoch, deadline)

    # --- changes --------------------------------------------------------------------------------------------------

    def configure(self, config: Config) -> Effect:
        """Take over a config; returns what had to be rebuilt. A new network is a new run.

        A run that diverged goes on from its last epoch before the loss rose.
        """
        if Effect.NOTHING < effect_of(self.config, config) < Effect.NETWORK:
            self._retreat_if_diverged()
            self.branch()
        effect = self.trainer.configure(config)
        if effect >= Effect.NETWORK:
            self.begin()
        else:
            self.comparison.configure(config)
        return effect

    def regenerate(self, config: Config) -> None:
        """Go on with the same network, and the same rivals, on the data of `config`."""
        self._retreat_if_diverged()
        self.branch()
        known = parts_present(self.trainer)
        self.trainer.regenerate(config)
        self.comparison.regenerate(config)
        self.history.forget_best()
        if parts_present(self.trainer) == known:
            self._record()
        else:
            self._begin_losses()

    def rewind(self) -> None:
        """Begin anew with the same starting weights."""
        self.trainer.rewind()
        self.begin()

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias by hand. Raises `ConfigError` if it cannot be."""
        # refused before anything is changed
        self.trainer.state().with_parameter(index, value)
        self._retreat_if_diverged()
        self.trainer.set_parameter(index, value)
        self.branch()
        if self.trainer.batch == 0:
            self._record()

    def pursue(self, goals: Goals, variants: Iterable[Variant]) -> None:
        """These are the goals from now on, and that is what learns side by side."""
        self.goals = goals
        self.comparison.choose(self.config, variants)

    def look_at_goals(self) -> None:
        """Goals that were set in between may be reached already."""
        if self.trainer.epoch and not self.trainer.batch and self._now is None:
            self.goals = self.goals.after(self.trainer)

    def promote(self, rival: int, variants: Iterable[Variant]) -> None:
        """Let a rival and the network change places, with all that they have learned; the others begin anew.

        `variants` are the rivals' from now on, with that of the network in the place of the one promoted.
        """
        self._come_back()
        mine, other = Trained(self.trainer, self.series), self.comparison.rivals[rival].trained
        self.trainer = other.trainer
        self.comparison.choose(self.config, variants)
        self.begin()
        self.series = other.series
        self.comparison.rivals[rival].exchange(mine)

    # --- after a divergence ---------------------------------------------------------------------------------------

    @property
    def retreat(self) -> Retreat | None:
        """Where a run that diverged can go on from, and how fast; None if it has not. Found out once."""
        divergence = self.trainer.divergence
        if divergence is None:
            return None
        if self._retreat is None or self._retreat[0] is not divergence:
            moments = self.history.comparable()
            moment = sane_moment(moments, self.config)
            rate = holding_rate(moment, moments[0], self.config) if moment else 0.0
            self._retreat = divergence, Retreat(moment.epoch, rate) if moment else None
        return self._retreat[1]

    def _retreat_if_diverged(self) -> None:
        """What is changed after a divergence is changed where training was still in order, and goes on from there."""
        if self.trainer.divergence is None:
            return
        if moment := sane_moment(self.history.comparable(), self.config):
            self._now = _Now(moment.mark, None, moment)
            self.trainer.recall(moment.mark)

    # --- time travel ----------------------------------------------------------------------------------------------

    @property
    def is_past(self) -> bool:
        """Whether an earlier moment than now is shown."""
        return self._now is not None

    @property
    def place(self) -> Place | None:
        """Which moment is shown, between which others; None if it is now."""
        if self._now is None:
            return None
        return Place(self.trainer.epoch, self._now.mark.epoch, *self.history.beside(self.trainer.epoch))

    @property
    def last_epoch(self) -> int:
        """The epoch to which training has come, whatever is shown."""
        return self._now.mark.epoch if self._now else self.trainer.epoch

    @property
    def shown_goals(self) -> Goals:
        """The goals as they were at the moment that is shown."""
        return self._now.moment.goals if self._now else self.goals

    def travel(self, epoch: int | None) -> None:
        """Show the last moment that is kept up to an epoch; None, and an epoch that is not before now, are now."""
        now = self._now.mark if self._now else self.trainer.mark()
        wanted = inf if epoch is None else epoch
        if now is not None and wanted < now.epoch and (moment := self.history.at(int(wanted))):
            divergence = self._now.divergence if self._now else self.trainer.divergence
            self._now = _Now(now, divergence, moment)
            self.trainer.recall(moment.mark)
        else:
            self._come_back()

    def _come_back(self) -> None:
        if self._now:
            self.trainer.recall(self._now.mark)
            self.trainer.divergence = self._now.divergence
            self._now = None

    def branch(self) -> None:
        """If an earlier moment is shown, go on from there: what came after it is let go."""
        if self._now is None:
            return
        epoch = self.trainer.epoch
        self.goals = self.goals.as_in(self._now.moment.goals)
        self._now = None
        self.history.cut(epoch)
        self.series.cut(epoch)
        self._record()
        self.number += 1

    def resume(self) -> None:
        """Go on from what is shown, be it an earlier moment or one at which patience has ended training."""
        self.branch()
        self.trainer.resume()
