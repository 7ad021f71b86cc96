"""Where a run that diverged can go on from: the last epoch before the loss rose, and a rate that holds there."""

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import NamedTuple

import numpy as np

from app.training.history import Moment
from engine import FIELDS, REGULARIZERS, Config, Trainer
from engine.operations import unbounded
from engine.stopping import before_rise

LARGEST_WEIGHT = 1e6
"""A weight beyond this is part of the divergence, whatever the loss is: activations that saturate keep that small."""

TRIED_UPDATES = 200
"""Updates that a learning rate is tried for: a loss that grows by 1% with each is then seven times as large."""

FEWEST_UPDATES = 20
"""With fewer, a trial would say nothing."""

WORK = 10_000_000
"""Multiplications that all trials of one divergence may take, about 15 ms: other sessions wait meanwhile."""

_WORK_OF_UPDATE = 5000
"""What an update of the smallest network takes, in multiplications."""

TOLERANCE = 1.5
"""How many times larger the objective may be after the trial: minibatches make it go up and down."""

LOWER = 2.9
"""How many times lower the next learning rate is at least: what is offered is about three times apart."""


class Retreat(NamedTuple):
    """Where a run that diverged can go on from: the epoch, and the learning rate to do it with."""

    epoch: int
    learning_rate: float


def sane_moment(moments: Sequence[Moment], config: Config) -> Moment | None:
    """The last of a run's moments, in their order, before its objective rose; None if it was infinite in all.

    The objective is what training makes small: the training loss with the penalty on large weights.
    """
    objectives = [_objective(moment, config) for moment in moments]
    if min(objectives, default=inf) == inf:
        return None
    return moments[before_rise(objectives)]


def holding_rate(moment: Moment, first: Moment, config: Config) -> float:
    """The largest learning rate below the present one with which training goes on from a moment and stays in bounds.

    Each is tried with a trainer of its own, for `TRIED_UPDATES` or as many as `WORK` leaves. If it leaves fewer than
    `FEWEST_UPDATES`, as for a large network with large batches, the largest rate that has not failed is the answer.
    `first` is the start of the run: a loss as large as there is in bounds.
    """
    rates = list(_lower_rates(config.learning_rate))
    most = int(WORK / _work_of_update(config))
    if most < FEWEST_UPDATES:
        return rates[0]
    bound = max(TOLERANCE * _objective(moment, config), _objective(first, config))
    trainer = Trainer(config.replace(learning_rate=rates[0]))
    for rate in rates:
        if most < FEWEST_UPDATES:
            return rate
        updates, holds = _try(trainer, rate, moment, min(TRIED_UPDATES, most), bound)
        if holds:
            return rate
        most -= updates
    return rates[-1]


def _work_of_update(config: Config) -> float:
    """Multiplications of one update, with its share of the losses that are taken after the epoch."""
    return _WORK_OF_UPDATE + 5 * config.parameter_count * config.batch_size


def _objective(moment: Moment, config: Config) -> float:
    params = moment.mark.state().arrays["params"]
    if np.abs(params).max(initial=0.0) > LARGEST_WEIGHT:
        return inf
    loss = moment.loss if moment.train_loss is None else moment.train_loss
    with unbounded():
        return loss + config.regularization_rate * REGULARIZERS[config.regularizer].penalty(params)


def _lower_rates(present: float) -> Iterator[float]:
    """Learning rates to try, the largest first: those offered, at most the default, and then tenths of the smallest."""
    field = FIELDS["learning_rate"]
    most = min(present / LOWER, float(field.default))
    offered = [float(rate) for rate in field.offered or ()]
    lower = sorted((rate for rate in offered if rate <= most), reverse=True)
    yield from lower
    rate = lower[-1] if lower else present
    while rate / 10 > max(field.low or 0.0, 1e-15):
        rate = float(f"{rate / 10:.3g}")
        yield rate
    if not lower and rate == present:
        yield present


def _try(trainer: Trainer, rate: float, moment: Moment, updates: int, bound: float) -> tuple[int, bool]:
    """Train so many updates from a moment: how many there were, and whether the objective stayed within the bound."""
    trainer.configure(trainer.config.replace(learning_rate=rate))
    trainer.recall(moment.mark)
    first = trainer.step
    last = first + updates
    while trainer.step < last and not trainer.has_ended:
        step = trainer.step
        trainer.run_minibatches(last - step)
        if trainer.step == step and trainer.batch == 0:
            # an epoch without an update
            break
    return trainer.step - first, _holds(trainer, moment, bound)


def _holds(trainer: Trainer, moment: Moment, bound: float) -> bool:
    loss, mark = trainer.train_loss, trainer.mark()
    if trainer.divergence is not None or not isfinite(bound):
        return trainer.divergence is None
    if mark is None or loss is None:
        return True
    return _objective(moment._replace(mark=mark, train_loss=loss), trainer.config) <= bound
