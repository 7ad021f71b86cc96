"""Training until a stop condition holds. Everything here is a value; `Pacing` holds the current one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from engine import Trainer
from engine.number_text import short

MAX_EPOCHS = 1_000_000
"""Epochs after which a run without a fixed number of epochs stops."""


def monitored_loss(trainer: Trainer) -> float:
    """The loss by which epochs are compared: the test loss, or the training loss without test data; inf if neither."""
    losses = (trainer.test_loss, trainer.train_loss, inf)
    return next(loss for loss in losses if loss is not None)


class StopReason(NamedTuple):
    """How training ended: the `epoch`, `why` as a code, and the `reason` as a clause."""

    epoch: int
    why: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunUntil:
    """Training at full speed until one of `STOP_CONDITIONS`, named by `until`, holds.

    `since` is the epoch in which it began; `epochs` and `patience` are numbers of epochs. `best` is the lowest
    `monitored_loss` so far, reached in `best_epoch`.
    """

    until: str
    epochs: int
    patience: int
    since: int
    best: float = inf
    best_epoch: int = 0

    def after(self, trainer: Trainer) -> "RunUntil":
        """The value after an epoch of training: itself, unless the loss reached a new minimum."""
        loss = monitored_loss(trainer)
        return replace(self, best=loss, best_epoch=trainer.epoch) if loss < self.best else self

    def with_new_losses(self, trainer: Trainer) -> "RunUntil":
        """The value when losses are no longer comparable with earlier ones, since the examples changed."""
        return replace(self, best=inf).after(trainer)

    def stop_reason(self, trainer: Trainer, outcome: str) -> StopReason | None:
        """Why training stops now, or None; `outcome` is that of the goals, or "" while it is open."""
        epoch = trainer.epoch
        if trainer.divergence is not None:
            return StopReason(epoch, "diverged", trainer.divergence.reason)
        if trainer.stopped is not None:
            return StopReason(epoch, "stopped", trainer.stopped.reason)
        if reason := STOP_CONDITIONS[self.until].reason(self, epoch, outcome):
            return StopReason(epoch, self.until, reason)
        if epoch - self.since >= MAX_EPOCHS:
            return StopReason(epoch, "longest", f"{MAX_EPOCHS:,} epochs have been trained, the limit for one run")
        return None

    def share(self, epoch: float) -> float | None:
        """The finished share at an epoch, fractions included, 0 to 1; None where it is unknown."""
        return STOP_CONDITIONS[self.until].share(self, epoch)

    def seconds_left(self, epoch: float, rate: float) -> float | None:
        """Seconds until it ends at `rate` epochs per second; None where that is unknown."""
        known = self.until == "epochs" and rate > 0
        return max(0.0, self.since + self.epochs - epoch) / rate if known else None


class _StopCondition(NamedTuple):
    """`reason(run_until, epoch, outcome)` says why training stops, or ""; `share(run_until, epoch)`."""

    reason: Callable[[RunUntil, int, str], str]
    share: Callable[[RunUntil, float], float | None]


def _all_trained(run_until: RunUntil, epoch: int, outcome: str) -> str:
    return f"all {run_until.epochs:,} epochs have been trained" if epoch - run_until.since >= run_until.epochs else ""


def _goal_decided(run_until: RunUntil, epoch: int, outcome: str) -> str:
    return outcome


def _no_improvement(run_until: RunUntil, epoch: int, outcome: str) -> str:
    if epoch - run_until.best_epoch < run_until.patience:
        return ""
    best = f"the loss of {short(run_until.best, 3)} (epoch {run_until.best_epoch:,})"
    return f"no improvement over {best} for {run_until.patience:,} epochs"


STOP_CONDITIONS: Mapping[str, _StopCondition] = {
    "epochs": _StopCondition(_all_trained, lambda run, epoch: min(1.0, (epoch - run.since) / run.epochs)),
    "goal": _StopCondition(_goal_decided, lambda run, epoch: None),
    "plateau": _StopCondition(_no_improvement, lambda run, epoch: min(1.0, (epoch - run.best_epoch) / run.patience)),
}
"""What training can stop at."""
