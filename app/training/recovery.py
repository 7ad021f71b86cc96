"""Where to retry a run that diverged: the last epoch before the loss rose, and a learning rate that works there."""

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import NamedTuple

import numpy as np

from app.training.history import HistoryEntry
from engine import FIELDS, Config, Trainer
from engine.regularizers import REGULARIZERS
from engine.stopping import before_rise

LARGEST_WEIGHT = 1e6
"""A larger weight is part of the divergence, whatever the loss: activations that saturate keep the loss small."""

TRIED_UPDATES = 200
"""Number of updates of a trial: a loss that grows by 1% with each is then seven times as large."""

MIN_UPDATES = 20
"""Minimum number of updates of a trial; fewer would be inconclusive."""

MAX_WORK = 10_000_000
"""Multiplications that all trials after one divergence may take, about 15 ms, for which other sessions wait."""

_WORK_OF_UPDATE = 5000
"""The cost of an update of the smallest network, in multiplications."""

TOLERANCE = 1.5
"""Factor by which the objective may grow in a trial, since minibatches make it fluctuate."""

MIN_REDUCTION = 2.9
"""Minimum factor between learning rates to try: those offered on the page are about three times apart."""


class RetryPoint(NamedTuple):
    """Where to retry a run that diverged: the epoch to go back to, and the learning rate to use."""

    epoch: int
    learning_rate: float


def last_good_entry(entries: Sequence[HistoryEntry], config: Config) -> HistoryEntry | None:
    """The last of a run's entries before its objective rose; None if the objective was infinite in all of them.

    The objective is what training minimizes: the training loss plus the regularization penalty.
    """
    objectives = [_objective(entry, config) for entry in entries]
    if min(objectives, default=inf) == inf:
        return None
    return entries[before_rise(objectives)]


def stable_rate(entry: HistoryEntry, first: HistoryEntry, config: Config) -> float:
    """The largest learning rate below the current one with which training continues from an entry and stays in bounds.

    Each is tried with a separate trainer, for `TRIED_UPDATES` or as many as `MAX_WORK` leaves. If it leaves fewer than
    `MIN_UPDATES`, as for a large network with large batches, the largest rate that has not failed is returned.
    `first` is the start of the run, whose loss counts as in bounds.
    """
    rates = list(_lower_rates(config.learning_rate))
    most = int(MAX_WORK / _work_of_update(config))
    if most < MIN_UPDATES:
        return rates[0]
    bound = max(TOLERANCE * _objective(entry, config), _objective(first, config))
    trainer = Trainer(config.replace(learning_rate=rates[0]))
    for rate in rates:
        if most < MIN_UPDATES:
            return rate
        updates, is_stable = _try(trainer, rate, entry, min(TRIED_UPDATES, most), bound)
        if is_stable:
            return rate
        most -= updates
    return rates[-1]


def _work_of_update(config: Config) -> float:
    """Multiplications of one update, including its share of computing the losses after the epoch."""
    return _WORK_OF_UPDATE + 5 * config.parameter_count * config.batch_size


def _objective(entry: HistoryEntry, config: Config) -> float:
    params = entry.handle.params()
    if np.abs(params).max(initial=0.0) > LARGEST_WEIGHT:
        return inf
    loss = entry.loss if entry.train_loss is None else entry.train_loss
    return loss + config.regularization_rate * REGULARIZERS[config.regularizer].penalty(params)


def _lower_rates(current: float) -> Iterator[float]:
    """Learning rates to try, the largest first: those offered, at most the default, and then tenths of the smallest."""
    field = FIELDS["learning_rate"]
    most = min(current / MIN_REDUCTION, float(field.default))
    offered = [float(rate) for rate in field.offered or ()]
    lower = sorted((rate for rate in offered if rate <= most), reverse=True)
    yield from lower
    rate = lower[-1] if lower else current
    while rate / 10 > max(field.low or 0.0, 1e-15):
        rate = float(f"{rate / 10:.3g}")
        yield rate
    if not lower and rate == current:
        yield current


def _try(trainer: Trainer, rate: float, entry: HistoryEntry, updates: int, bound: float) -> tuple[int, bool]:
    """Train for some updates from an entry: how many were done, and whether the objective stayed within the bound."""
    trainer.configure(trainer.config.replace(learning_rate=rate))
    trainer.seek(entry.handle)
    first = trainer.step
    last = first + updates
    while trainer.step < last and not trainer.has_ended:
        step = trainer.step
        trainer.run_minibatches(last - step)
        if trainer.step == step and trainer.batch == 0:
            # an epoch without an update
            break
    return trainer.step - first, _is_stable(trainer, entry, bound)


def _is_stable(trainer: Trainer, entry: HistoryEntry, bound: float) -> bool:
    loss, handle = trainer.train_loss, trainer.handle()
    if trainer.divergence is not None or not isfinite(bound):
        return trainer.divergence is None
    if handle is None or loss is None:
        return True
    return _objective(entry._replace(handle=handle, train_loss=loss), trainer.config) <= bound
