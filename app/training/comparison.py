"""Side by side: comparison runs train in step with a session's network, on the same data from the same start.

A comparison run is derived: it is trained from epoch 0 to where the main run is, and only then does that one continue.
So none of it has to be saved, and after a reload it is bit-for-bit the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from app.training.series import LossPoints, LossSeries
from app.training.throughput import Throughput
from app.training.variants import Variant
from engine import Config, Effect, PictureSnapshot, Snapshot, Trainer, effect_of
from engine.stopping import Divergence

MAX_POINTS = 160
"""Maximum number of loss points of a comparison run in a frame: its whole run, thinned evenly."""


class Trained(NamedTuple):
    """A trainer, and the losses of its run."""

    trainer: Trainer
    series: LossSeries


def parts_present(trainer: Trainer) -> list[bool]:
    """Which parts of the data have examples. A series has a loss for every epoch or for none, so it depends on this."""
    return [size > 0 for size in (trainer.train_size, trainer.validation_size, trainer.test_size)]


class ComparisonView(NamedTuple):
    """What is shown of a comparison run; all but the variant is None before its network exists."""

    variant: Mapping[str, object]
    snapshot: Snapshot | PictureSnapshot | None
    history: LossPoints | None
    divergence: Divergence | None


class ComparisonRun:
    """A network trained for comparison. It is created when it is first trained, which takes as long as a few epochs."""

    def __init__(self, variant: Variant, config: Config, clock: Callable[[], float]) -> None:
        self.variant = variant
        self._throughput = Throughput(clock)
        self.restart(config)

    def restart(self, config: Config) -> None:
        """Discard what was trained; `config` is that of the main network."""
        self.config = config.replace(**self.variant)
        self._trained: Trained | None = None

    @property
    def epoch(self) -> int:
        """Number of finished epochs; -1 before the network exists."""
        return self._trained.trainer.epoch if self._trained else -1

    @property
    def trained(self) -> Trained:
        """The network with its losses, created now if there is none."""
        return self._trained or self._begin()

    def _begin(self) -> Trained:
        """Create the network, at epoch 0."""
        self._trained = Trained(Trainer(self.config), LossSeries())
        self._record(self._trained)
        return self._trained

    def exchange(self, trained: Trained) -> None:
        """Take over a network of the same config that has been trained already."""
        self._trained = trained

    def is_behind(self, epoch: int) -> bool:
        """Whether there is something to train on the way to `epoch`."""
        return self.epoch < epoch and not (self._trained and self._trained.trainer.has_ended)

    def train(self, seconds: float) -> None:
        """Train for about `seconds`, at most to the end of an epoch; or create the network."""
        if self._trained is None:
            self._begin()
            return
        trainer = self._trained.trainer
        left = max(1, trainer.batches - trainer.batch)
        epoch = trainer.epoch
        self._throughput.train(trainer.run_minibatches, left, seconds)
        if trainer.epoch > epoch:
            self._record(self._trained)

    def _record(self, trained: Trained) -> None:
        trained.series.record(trained.trainer)

    def configure(self, config: Config) -> None:
        """Apply a change that lets the main network continue."""
        old, self.config = self.config, config.replace(**self.variant)
        if effect_of(old, self.config) >= Effect.NETWORK:
            self._trained = None
        elif self._trained:
            self._trained.trainer.configure(self.config)

    def regenerate(self, config: Config) -> None:
        """Continue with the data of `config`, as the main network does."""
        self.config = config.replace(**self.variant)
        if self._trained is None:
            return
        trainer = self._trained.trainer
        previous = parts_present(trainer)
        trainer.regenerate(self.config)
        if parts_present(trainer) != previous:
            self._trained = Trained(trainer, LossSeries())
        self._record(self._trained)

    def view(self) -> ComparisonView:
        """What is shown of it."""
        if self._trained is None:
            return ComparisonView(self.variant, None, None, None)
        trainer, series = self._trained
        snapshot = trainer.picture_snapshot() if trainer.config.has_pictures else trainer.snapshot()
        return ComparisonView(self.variant, snapshot, _thinned(series.after(-1)), trainer.divergence)


def _thinned(points: LossPoints) -> LossPoints:
    """At most `MAX_POINTS` of the points, among them the first and the last."""
    count = len(points.epochs)
    if count <= MAX_POINTS:
        return points
    chosen = np.linspace(0, count - 1, MAX_POINTS).round().astype(int)
    return LossPoints(points.epochs[chosen], *(None if line is None else line[chosen] for line in points[1:]))


class Comparison:
    """All comparison runs of a session. Times are those of `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.runs: list[ComparisonRun] = []

    def restart(self, config: Config) -> None:
        """Start over, as a network of `config` does."""
        for run in self.runs:
            run.restart(config)

    def choose(self, config: Config, variants: Iterable[Variant]) -> None:
        """Compare with these variants; runs of the same variant continue."""
        previous = list(self.runs)
        self.runs = []
        for variant in variants:
            old = next((run for run in previous if run.variant == variant), None)
            self.runs.append(old or ComparisonRun(variant, config, self._clock))

    def configure(self, config: Config) -> None:
        """Apply a change that lets the network continue, except to the settings of a run's own variant."""
        for run in self.runs:
            run.configure(config)

    def regenerate(self, config: Config) -> None:
        """Continue with the data of `config`."""
        for run in self.runs:
            run.regenerate(config)

    def is_behind(self, epoch: int) -> bool:
        """Whether one of them is not at `epoch` yet, or is past it."""
        return any(run.is_behind(epoch) or run.epoch > epoch for run in self.runs)

    def catch_up(self, config: Config, epoch: int, deadline: float) -> bool:
        """Train those behind `epoch`, the last one first, until `deadline`. Returns whether all have caught up.

        Those that are past it start over: the main network went back.
        """
        for run in self.runs:
            if run.epoch > epoch:
                run.restart(config)
        while behind := [run for run in self.runs if run.is_behind(epoch)]:
            now = self._clock()
            if now >= deadline:
                return False
            min(behind, key=lambda run: run.epoch).train(deadline - now)
        return True

    def views(self) -> list[ComparisonView]:
        """What is shown of them."""
        return [run.view() for run in self.runs]
