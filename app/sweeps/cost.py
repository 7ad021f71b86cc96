"""What rows cost: estimates that need no network, and what a start really takes.

Rows of one cell are trained by the same calls of NumPy, so a part of the time does not depend on how many they are.
Those that read pictures are trained one after the other.
"""

from collections.abc import Callable
from typing import NamedTuple

from app.sweeps.sweep import SIZE, Sweep
from app.training.pictures import picture_of
from app.training.seeds import config_of
from engine import DATASETS, Config, Trainer
from engine.ensemble import Ensemble

MOST_SECONDS = 600
"""Maximum estimated time of a sweep that a page asks for, which bounds what one command may cost."""

MOST_SECONDS_OF_START = 30
"""The same of a single start, which cannot be divided: others wait for its process meanwhile."""

MOST_EPOCHS = 10_000

MOST_TOGETHER = 128
"""Maximum number of rows that are trained together, so that they stay in the processor's caches."""

_LAYER = 3e-6
_ROW_LAYER = 0.04e-6
_UNIT = 3.4e-9
_PARAMETER = 0.18e-9
"""Seconds of a minibatch: for each layer; then of each row, for each layer, and with each of its examples for each unit
and each parameter. Fitted to networks from no hidden layer to two of 64 neurons, with tanh and plain gradient descent;
other activations, optimizers and dropout take up to four times as long.
"""

_EVALUATED_UNIT = 2.5e-9
"""Seconds of evaluating a row, for each example and unit."""

_UPDATED = 0.5e-9
_EVALUATED_PARAMETER = 0.07e-9
"""Seconds for each parameter: of a minibatch, and of evaluating an example. They count where there are many thousands,
as in networks that read pictures, from 8 × 8 to 28 × 28 pixels.
"""

_DECISIVE = ("example_count", "train_count", "train_percent", "batch_size", "patience", *SIZE)
"""The fields on which estimates depend."""

_DRAWN = 8e-6
"""Seconds of drawing an example: each start has data or weights of its own, and weights are drawn after the data."""

_COPIED = 1e-6
"""Seconds of finding a picture its place."""


class Cost(NamedTuple):
    """Estimated seconds of rows of a cell: of an epoch, however many they are; of an epoch and of creating each."""

    call: float
    epoch: float
    start: float

    def of_epoch(self, rows: int) -> float:
        """The seconds of an epoch of some rows that are trained together."""
        return self.call + rows * self.epoch

    def of_row(self, epochs: int) -> float:
        """The seconds that each row takes besides what is shared."""
        return epochs * self.epoch + self.start

    def of_rows(self, rows: int, epochs: int) -> float:
        """The seconds of some rows that are trained together."""
        return epochs * self.call + rows * self.of_row(epochs)


def cost_of(config: Config, *, is_watched: bool = False) -> Cost:
    """The estimated cost of rows with a config; with `is_watched`, the losses of every epoch are needed.

    >>> cost = cost_of(Config())
    >>> 0.5 < cost.of_rows(100, epochs=500) < 2
    True
    """
    if config.has_pictures:
        return _cost_alone(config)
    own = config.own
    examples = (config.example_count or DATASETS[config.active_dataset].size) if own is None else len(own)
    layers, units = len(config.layer_sizes) - 1, sum(config.layer_sizes[1:])
    trained = max(1.0, examples * config.train_percent / 100)
    batches = max(1.0, trained / config.batch_size)
    call = batches * layers * _LAYER
    epoch = batches * layers * _ROW_LAYER + trained * (units * _UNIT + config.parameter_count * _PARAMETER)
    if is_watched or config.patience:
        epoch += examples * units * _EVALUATED_UNIT
    return Cost(call, epoch, examples * _DRAWN)


def _cost_alone(config: Config) -> Cost:
    """The estimated cost of rows that read pictures: nothing is shared, and the losses of every epoch are computed."""
    size = DATASETS[config.active_dataset].size
    trained = min(config.train_count or size, 0.8 * size)
    layers, units, parameters = len(config.layer_sizes) - 1, sum(config.layer_sizes[1:]), config.parameter_count
    evaluation = (trained + 0.2 * size) * (units * _EVALUATED_UNIT + parameters * _EVALUATED_PARAMETER)
    updates = max(1.0, trained / config.batch_size) * (layers * _LAYER + parameters * _UPDATED)
    epoch = updates + trained * (units * _UNIT + parameters * _PARAMETER) + evaluation
    return Cost(0.0, epoch, evaluation + size * _COPIED)


def seconds_of(config: Config) -> float:
    """The estimated seconds of an epoch of one row, if many are trained together."""
    return cost_of(config).of_epoch(MOST_TOGETHER) / MOST_TOGETHER


def most_epochs(sweep: Sweep) -> int:
    """How many epochs the rows of a sweep may be trained for, 1 to `MOST_EPOCHS`.

    With that many, they take at most `MOST_SECONDS`, and none of them more than `MOST_SECONDS_OF_START`, by estimate.
    """
    calls, is_watched = -(-sweep.starts // MOST_TOGETHER), bool(sweep.goals.goals)
    costs = [cost_of(config, is_watched=is_watched) for config in sweep.configs_of(_DECISIVE)]
    mean = sum(calls * cost.call + sweep.starts * cost.epoch for cost in costs) / len(costs)
    longest = max(cost.of_epoch(1) for cost in costs)
    return max(1, min(MOST_EPOCHS, int(MOST_SECONDS / (sweep.cells * mean)), int(MOST_SECONDS_OF_START / longest)))


# --- measured ---------------------------------------------------------------------------------------------------------

_MANY = 100
_MOST_MEASURED = 16
_ROUND = 0.005

_LONG = 0.025
"""Estimated seconds of an epoch above which it is not measured: other sessions would have to wait."""


_FEW = 500
"""Pictures with which an epoch is measured: some milliseconds."""


class Measured(NamedTuple):
    """The measured seconds of an epoch of a start, if a hundred are trained together, and of each start besides."""

    epoch: float
    start: float


def measure(config: Config, clock: Callable[[], float]) -> Measured:
    """Measure what a start costs: create one, draw a picture, and train a few together for some milliseconds.

    Epochs that take long are only estimated, or measured with few pictures.
    """
    if config.has_pictures:
        return _measure_alone(config, clock)
    began = clock()
    # neither its data nor its weights have been drawn before
    (member,) = Ensemble([config_of(config, "both", 0).replace(seed=repr(began))]).members
    picture_of(member.function(), config.dimensions)
    start = clock() - began
    cost = cost_of(config)
    if cost.of_epoch(1) > _LONG:
        return Measured(cost.of_epoch(_MANY) / _MANY, start)
    rows = max(1, min(_MOST_MEASURED, int(_ROUND / cost.epoch)))
    # more rows take as many times longer as is estimated
    ensemble = Ensemble([config] * rows)
    epoch = _time_epoch(lambda: ensemble.run_epoch(evaluate=False), clock) * cost.of_epoch(_MANY) / cost.of_epoch(rows)
    return Measured(epoch / _MANY, start)


def _measure_alone(config: Config, clock: Callable[[], float]) -> Measured:
    """Measure a start with few pictures: with all of them it takes as many times longer as is estimated."""
    few = config.replace(train_count=min(config.train_count or _FEW, _FEW))
    cost, sample = cost_of(config), cost_of(few)
    began = clock()
    trainer = Trainer(few)
    start = (clock() - began) * cost.start / sample.start
    # the first epoch compiles the plan, and may take as long as all that are measured
    trainer.run_epoch()
    return Measured(_time_epoch(trainer.run_epoch, clock) * cost.epoch / sample.epoch, start)


def _time_epoch(run_epoch: Callable[[], object], clock: Callable[[], float]) -> float:
    """The seconds of an epoch: the shortest of three, unless they are long. The first one also fills the caches."""
    times: list[float] = []
    while len(times) < 3 and sum(times) < _ROUND:
        began = clock()
        run_epoch()
        times.append(clock() - began)
    return min(times)
