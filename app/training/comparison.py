"""Side by side: rivals that learn in step with the network of a session, from the same data and the same start.

A rival is derived: it is trained from epoch 0 to where the other is, and only then does the other go on. So nothing of
it has to be kept, and after a reload it is the same again, to the last bit.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from app.training.pace import Pace
from app.training.series import History, Series
from app.training.variants import Variant
from engine import Config, Divergence, Effect, Snapshot, Trainer, effect_of

HISTORY_POINTS = 160
"""Points of a rival's losses that a frame brings: all of its run, thinned evenly."""


class Trained(NamedTuple):
    """A trainer, and the losses that it went through."""

    trainer: Trainer
    series: Series


def parts_present(trainer: Trainer) -> list[bool]:
    """Which parts of the data have examples. A series has a loss for every epoch or for none: with these it changes."""
    return [size > 0 for size in (trainer.train_size, trainer.validation_size, trainer.test_size)]


class RivalView(NamedTuple):
    """What is shown of a rival of this variant; the rest is None before it is there."""

    variant: Mapping[str, object]
    snapshot: Snapshot | None
    history: History | None
    divergence: Divergence | None


class Rival:
    """A network that is compared. It is made when it is first trained: that takes as long as a few epochs."""

    def __init__(self, variant: Variant, config: Config, clock: Callable[[], float]) -> None:
        self.variant = variant
        self._pace = Pace(clock)
        self.begin(config)

    def begin(self, config: Config) -> None:
        """Forget what was trained; `config` is that of the other network."""
        self.config = config.replace(**self.variant)
        self._trained: Trained | None = None

    @property
    def epoch(self) -> int:
        """Epochs that it has done; -1 before it is there."""
        return self._trained.trainer.epoch if self._trained else -1

    @property
    def trained(self) -> Trained:
        """What it has come to, made now if it was not there."""
        if self._trained is None:
            self._trained = Trained(Trainer(self.config), Series())
            self._record()
        return self._trained

    def exchange(self, trained: Trained) -> None:
        """Take the place of a network that has already learned, of the same config."""
        self._trained = trained

    def is_behind(self, epoch: int) -> bool:
        """Whether there is something to train on the way to `epoch`."""
        return self.epoch < epoch and not (self._trained and self._trained.trainer.has_ended)

    def train(self, seconds: float) -> None:
        """Go on for about `seconds`, at most to the end of an epoch; or come into being."""
        if self._trained is None:
            self._trained = self.trained
            return
        trainer = self._trained.trainer
        left = max(1, trainer.batches - trainer.batch)
        epoch = trainer.epoch
        self._pace.train(trainer.run_minibatches, left, seconds)
        if trainer.epoch > epoch:
            self._record()

    def _record(self) -> None:
        trainer, series = self.trained
        series.record(trainer)

    def configure(self, config: Config) -> None:
        """Take over a change that lets the other network go on as it is."""
        old, self.config = self.config, config.replace(**self.variant)
        if effect_of(old, self.config) >= Effect.NETWORK:
            self._trained = None
        elif self._trained:
            self._trained.trainer.configure(self.config)

    def regenerate(self, config: Config) -> None:
        """Go on with the data of `config`, as the other network does."""
        self.config = config.replace(**self.variant)
        if self._trained is None:
            return
        trainer = self._trained.trainer
        known = parts_present(trainer)
        trainer.regenerate(self.config)
        if parts_present(trainer) != known:
            self._trained = Trained(trainer, Series())
        self._record()

    def view(self) -> RivalView:
        """What is shown of it."""
        if self._trained is None:
            return RivalView(self.variant, None, None, None)
        trainer, series = self._trained
        return RivalView(self.variant, trainer.snapshot(), _thinned(series.after(-1)), trainer.divergence)


def _thinned(history: History) -> History:
    """At most `HISTORY_POINTS` of the points, the first and the last among them."""
    count = len(history.epochs)
    if count <= HISTORY_POINTS:
        return history
    chosen = np.linspace(0, count - 1, HISTORY_POINTS).round().astype(int)
    return History(history.epochs[chosen], *(None if line is None else line[chosen] for line in history[1:]))


class Comparison:
    """All rivals of a session. Times are those of `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.rivals: list[Rival] = []

    def begin(self, config: Config) -> None:
        """Begin anew, as a network of `config` does."""
        for rival in self.rivals:
            rival.begin(config)

    def choose(self, config: Config, variants: Iterable[Variant]) -> None:
        """Compare with these from now on; those that were there before go on."""
        known = list(self.rivals)
        self.rivals = []
        for variant in variants:
            old = next((rival for rival in known if rival.variant == variant), None)
            self.rivals.append(old or Rival(variant, config, self._clock))

    def configure(self, config: Config) -> None:
        """Take over a change that lets the network go on as it is: all but a rival's own settings."""
        for rival in self.rivals:
            rival.configure(config)

    def regenerate(self, config: Config) -> None:
        """Go on with the data of `config`."""
        for rival in self.rivals:
            rival.regenerate(config)

    def is_behind(self, epoch: int) -> bool:
        """Whether one of them has not yet come to `epoch`, or is further."""
        return any(rival.is_behind(epoch) or rival.epoch > epoch for rival in self.rivals)

    def catch_up(self, config: Config, epoch: int, deadline: float) -> bool:
        """Train those behind `epoch`, the hindmost first, until `deadline`. Whether all have come there.

        Those that are further begin anew: the network has gone back.
        """
        for rival in self.rivals:
            if rival.epoch > epoch:
                rival.begin(config)
        while behind := [rival for rival in self.rivals if rival.is_behind(epoch)]:
            now = self._clock()
            if now >= deadline:
                return False
            min(behind, key=lambda rival: rival.epoch).train(deadline - now)
        return True

    def views(self) -> list[RivalView]:
        """What is shown of them."""
        return [rival.view() for rival in self.rivals]
