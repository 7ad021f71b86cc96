"""One run: a network in training with its history. When and how much it is trained is up to `Pacing`."""

from collections.abc import Callable, Iterable
from math import inf
from typing import NamedTuple

from app.training.comparison import Comparison, Trained, parts_present
from app.training.goals import Goals
from app.training.history import History, HistoryEntry, TimelinePosition
from app.training.recovery import RetryPoint, last_good_entry, stable_rate
from app.training.series import LossSeries
from app.training.until import monitored_loss
from app.training.variants import Variant
from engine import Config, Effect, StateHandle, Trainer, effect_of
from engine.inspection import Path
from engine.stopping import Divergence


class _Latest(NamedTuple):
    """Where training really is while an earlier epoch is shown."""

    handle: StateHandle
    divergence: Divergence | None
    shown: HistoryEntry


class Run:
    """A network in training, with its losses, goals, history and comparison runs.

    `number` grows whenever losses that were reported are no longer valid. While an earlier epoch is shown, everything
    after it is kept; training or changing the network there discards it.

    >>> run = Run(Trainer(Config()), Goals(), variants=(), number=1, clock=time.perf_counter)
    >>> run.train(run.trainer.batches)
    >>> run.seek(0)
    >>> run.is_past, run.trainer.epoch, run.last_epoch
    (True, 0, 1)
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
        """The runs that are trained side by side with the network."""
        self.comparison.choose(trainer.config, variants)
        self._clear()

    def _clear(self) -> None:
        self.series, self.path, self.history = LossSeries(), Path(), History()
        self._latest: _Latest | None = None
        self._retry: tuple[Divergence, RetryPoint | None] | None = None
        self._record()

    def _record(self) -> None:
        trainer = self.trainer
        self.series.record(trainer)
        self.path.put(trainer)
        if handle := trainer.handle():
            self.history.put(HistoryEntry(handle, monitored_loss(trainer), self.goals, trainer.train_loss))

    def restart(self) -> None:
        """Start a new run with the network as it is now; comparison runs start over."""
        self.comparison.restart(self.config)
        self._restart_losses()

    def _restart_losses(self) -> None:
        """Start a new loss series and history, with no goal reached."""
        self.number += 1
        self.goals = self.goals.restarted()
        self._clear()

    @property
    def config(self) -> Config:
        """The config of the network."""
        return self.trainer.config

    @property
    def progress(self) -> float:
        """Number of finished epochs, including the fraction of one that has begun."""
        return self.trainer.epoch + self.trainer.batch / max(1, self.trainer.batches)

    # --- training -------------------------------------------------------------------------------------------------

    def train(self, minibatches: int) -> None:
        """Train for some minibatches, at most to the end of the epoch, which goes into the history."""
        epoch = self.trainer.epoch
        self.trainer.run_minibatches(minibatches)
        if self.trainer.epoch > epoch:
            self.goals = self.goals.after(self.trainer)
            self._record()

    @property
    def is_ahead(self) -> bool:
        """Whether comparison runs are behind the network."""
        return self._latest is None and self.comparison.is_behind(self.trainer.epoch)

    def catch_up(self, deadline: float) -> bool:
        """Train comparison runs up to the network's epoch, until `deadline`. Returns whether all are there."""
        return self.comparison.catch_up(self.config, self.trainer.epoch, deadline)

    # --- changes --------------------------------------------------------------------------------------------------

    def configure(self, config: Config) -> Effect:
        """Change the config; returns what had to be rebuilt. A new network is a new run.

        A run that diverged continues from its last epoch before the loss rose.
        """
        if Effect.NOTHING < effect_of(self.config, config) < Effect.NETWORK:
            self._undo_divergence()
            self.branch()
        effect = self.trainer.configure(config)
        if effect >= Effect.NETWORK:
            self.restart()
        else:
            self.comparison.configure(config)
        return effect

    def regenerate(self, config: Config) -> None:
        """Continue with the same network and the same comparison runs on the data of `config`."""
        self._undo_divergence()
        self.branch()
        previous = parts_present(self.trainer)
        self.trainer.regenerate(config)
        self.comparison.regenerate(config)
        self.history.forget_best()
        if parts_present(self.trainer) == previous:
            self._record()
        else:
            self._restart_losses()

    def rewind(self) -> None:
        """Start over with the same initial weights."""
        self.trainer.rewind()
        self.restart()

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias by hand. Raises `ConfigError` for a wrong index or value."""
        # refused before anything is changed
        self.trainer.state().with_parameter(index, value)
        self._undo_divergence()
        self.trainer.set_parameter(index, value)
        self.branch()
        if self.trainer.batch == 0:
            self._record()

    def compare(self, variants: Iterable[Variant]) -> None:
        """Train these variants side by side from now on."""
        self.comparison.choose(self.config, variants)

    def check_goals(self) -> None:
        """Update goals that were set between two epochs and may be reached already."""
        if self.trainer.epoch and not self.trainer.batch and self._latest is None:
            self.goals = self.goals.after(self.trainer)

    def swap(self, index: int, variants: Iterable[Variant]) -> None:
        """Exchange a comparison run and the network, keeping what both have learned; the other runs start over.

        `variants` are those from now on, with that of the network at `index`.
        """
        self._return_to_latest()
        mine, other = Trained(self.trainer, self.series), self.comparison.runs[index].trained
        self.trainer = other.trainer
        self.comparison.choose(self.config, variants)
        self.restart()
        self.series = other.series
        self.comparison.runs[index].exchange(mine)

    # --- after a divergence ---------------------------------------------------------------------------------------

    @property
    def retry_point(self) -> RetryPoint | None:
        """Where and how to retry a run that diverged, computed once; None if it has not diverged."""
        divergence = self.trainer.divergence
        if divergence is None:
            return None
        if self._retry is None or self._retry[0] is not divergence:
            entries = self.history.comparable()
            entry = last_good_entry(entries, self.config)
            rate = stable_rate(entry, entries[0], self.config) if entry else 0.0
            self._retry = divergence, RetryPoint(entry.epoch, rate) if entry else None
        return self._retry[1]

    def _undo_divergence(self) -> None:
        """Show the last good epoch of a run that diverged, so that a change is applied there."""
        if self.trainer.divergence is None:
            return
        if entry := last_good_entry(self.history.comparable(), self.config):
            self._latest = _Latest(entry.handle, None, entry)
            self.trainer.seek(entry.handle)

    # --- time travel ----------------------------------------------------------------------------------------------

    @property
    def is_past(self) -> bool:
        """Whether an earlier epoch than the latest is shown."""
        return self._latest is not None

    @property
    def position(self) -> TimelinePosition | None:
        """Which earlier epoch is shown, and which are next to it; None if the latest is shown."""
        if self._latest is None:
            return None
        epoch = self.trainer.epoch
        return TimelinePosition(epoch, self._latest.handle.epoch, *self.history.neighbors(epoch))

    @property
    def last_epoch(self) -> int:
        """The latest epoch of training, whatever is shown."""
        return self._latest.handle.epoch if self._latest else self.trainer.epoch

    @property
    def shown_goals(self) -> Goals:
        """The goals as they were at the epoch that is shown."""
        return self._latest.shown.goals if self._latest else self.goals

    def seek(self, epoch: int | None) -> None:
        """Show the last kept epoch up to `epoch`; None, and an epoch that is not before the latest, show the latest."""
        latest = self._latest.handle if self._latest else self.trainer.handle()
        wanted = inf if epoch is None else epoch
        if latest is not None and wanted < latest.epoch and (entry := self.history.at(int(wanted))):
            divergence = self._latest.divergence if self._latest else self.trainer.divergence
            self._latest = _Latest(latest, divergence, entry)
            self.trainer.seek(entry.handle)
        else:
            self._return_to_latest()

    def _return_to_latest(self) -> None:
        if self._latest:
            self.trainer.seek(self._latest.handle)
            self.trainer.divergence = self._latest.divergence
            self._latest = None

    def branch(self) -> None:
        """If an earlier epoch is shown, continue from there and discard everything after it."""
        if self._latest is None:
            return
        epoch = self.trainer.epoch
        self.goals = self.goals.carried_over(self._latest.shown.goals)
        self._latest = None
        self.history.cut(epoch)
        self.series.cut(epoch)
        self._record()
        self.number += 1

    def resume(self) -> None:
        """Continue from what is shown, including an earlier epoch or after early stopping."""
        self.branch()
        self.trainer.resume()
