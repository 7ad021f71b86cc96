"""Errands: training at full speed until something is so. All here are values; a session holds the present one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from engine import Trainer
from engine.figures import figure

LONGEST = 1_000_000
"""Epochs after which an errand ends that has no number of epochs of its own."""


def telling_loss(trainer: Trainer) -> float:
    """The loss that tells which epoch is the best: on test examples, else on those for training; inf without any."""
    losses = (trainer.test_loss, trainer.train_loss, inf)
    return next(loss for loss in losses if loss is not None)


class End(NamedTuple):
    """How an errand ended: in which `epoch`; `why` in a word, and the `reason` in a sentence."""

    epoch: int
    why: str
    reason: str


@dataclass(frozen=True, slots=True)
class Errand:
    """Train `until` one of `UNTIL` is so.

    `since` is the epoch in which it began; `epochs` and `patience` are numbers of epochs. `best` is the lowest
    `telling_loss` so far, and `best_epoch` when it was reached.
    """

    until: str
    epochs: int
    patience: int
    since: int
    best: float = inf
    best_epoch: int = 0

    def after(self, trainer: Trainer) -> "Errand":
        """The errand after an epoch of training: itself, unless the loss has never been as low."""
        loss = telling_loss(trainer)
        return replace(self, best=loss, best_epoch=trainer.epoch) if loss < self.best else self

    def afresh(self, trainer: Trainer) -> "Errand":
        """The errand when the losses are those of other examples from here on."""
        return replace(self, best=inf).after(trainer)

    def end(self, trainer: Trainer, outcome: str) -> End | None:
        """How it has ended, if it has; `outcome` says what has become of the goals, if that is certain."""
        epoch = trainer.epoch
        if trainer.divergence is not None:
            return End(epoch, "diverged", trainer.divergence.reason)
        if trainer.stopped is not None:
            return End(epoch, "stopped", trainer.stopped.reason)
        if reason := UNTIL[self.until].reason(self, epoch, outcome):
            return End(epoch, self.until, reason)
        if epoch - self.since >= LONGEST:
            return End(epoch, "longest", f"{LONGEST:,} epochs have been trained, and one errand trains no more")
        return None

    def share(self, epoch: float) -> float | None:
        """Which share of it is done at an epoch, and begun ones; None where nobody can know."""
        return UNTIL[self.until].share(self, epoch)

    def seconds_left(self, epoch: float, rate: float) -> float | None:
        """Seconds until it ends at so many epochs per second; None where nobody can know."""
        known = self.until == "epochs" and rate > 0
        return max(0.0, self.since + self.epochs - epoch) / rate if known else None


class _Until(NamedTuple):
    """What ends an errand: `reason(errand, epoch, outcome)` says why it has, or nothing; `share(errand, epoch)`."""

    reason: Callable[[Errand, int, str], str]
    share: Callable[[Errand, float], float | None]


def _all_trained(errand: Errand, epoch: int, outcome: str) -> str:
    return f"all {errand.epochs:,} epochs have been trained" if epoch - errand.since >= errand.epochs else ""


def _goal_reached(errand: Errand, epoch: int, outcome: str) -> str:
    return outcome


def _waited(errand: Errand, epoch: int, outcome: str) -> str:
    if epoch - errand.best_epoch < errand.patience:
        return ""
    best = f"below {figure(errand.best, 3)}, that of epoch {errand.best_epoch:,}"
    return f"the loss has not been {best}, for {errand.patience:,} epochs"


UNTIL: Mapping[str, _Until] = {
    "epochs": _Until(_all_trained, lambda errand, epoch: min(1.0, (epoch - errand.since) / errand.epochs)),
    "goal": _Until(_goal_reached, lambda errand, epoch: None),
    "plateau": _Until(_waited, lambda errand, epoch: min(1.0, (epoch - errand.best_epoch) / errand.patience)),
}
"""What can be waited for."""
