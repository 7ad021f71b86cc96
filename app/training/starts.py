"""Many starts of one experiment, to see how much of a result is luck: the same settings with other seeds.

Start k has the seed "k", so the same starts come back every time: 20 of them are the first of 100, and two settings can
be compared start by start. Each is exactly what a single run with its seeds is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.training.pictures import SmallPicture, small_picture
from app.training.seeds import VARIED, config_of
from app.training.throughput import Throughput
from engine import Config, Trainer

__all__ = [
    "MOST_EPOCHS",
    "MOST_STARTS",
    "VARIED",
    "Cost",
    "Engine",
    "OneByOne",
    "Start",
    "Starts",
    "config_of",
    "measure",
    "most_epochs",
    "start_of",
]

MOST_STARTS = 100
MOST_EPOCHS = 10_000

MOST_SECONDS = 600
"""Maximum estimated time of all starts together, which bounds what one command may cost."""

_LAYER = 3e-6
"""Estimated seconds that a minibatch takes in each layer."""

_PRODUCT = 2e-9
"""Estimated seconds for each example and parameter."""

_ROUND = 0.002
"""Seconds of each round in which `measure` trains."""


def most_epochs(trainer: Trainer, count: int) -> int:
    """How many epochs `count` starts of the experiment of `trainer` may train, 1 to `MOST_EPOCHS`."""
    config = trainer.config
    layers = len(config.hidden_layer_sizes) + 1
    seconds = trainer.batches * layers * _LAYER + trainer.train_size * config.parameter_count * _PRODUCT
    return max(1, min(MOST_EPOCHS, int(MOST_SECONDS / (count * seconds)))) if seconds else MOST_EPOCHS


@dataclass(frozen=True, slots=True)
class Start:
    """A start that has been trained, with its small picture.

    `diverged` and `stopped` are the epoch in which training ended by itself.
    """

    index: int
    config: Config
    epoch: int
    train_loss: float | None
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    diverged: int | None
    stopped: int | None
    picture: SmallPicture


def start_of(index: int, trainer: Trainer) -> Start:
    """What is kept of a trained start."""
    divergence, stopped = trainer.divergence, trainer.stopped
    return Start(
        index,
        trainer.config,
        trainer.epoch,
        trainer.train_loss,
        trainer.validation_loss,
        trainer.test_loss,
        trainer.train_accuracy,
        trainer.test_accuracy,
        None if divergence is None else divergence.epoch,
        None if stopped is None else stopped.epoch,
        small_picture(trainer.snapshot()),
    )


class Engine(Protocol):
    """What trains the starts, piece by piece. All that is known about how that is done is behind these two members."""

    @property
    def share(self) -> float:
        """The fraction trained so far, 0 to 1."""

    def step(self, seconds: float) -> Sequence[Start]:
        """Train for about `seconds`; returns the starts that have been finished, in any order."""


class OneByOne:
    """Trains each start with a trainer of its own, one after the other."""

    def __init__(self, configs: Sequence[Config], epochs: int, clock: Callable[[], float]) -> None:
        self._configs = configs
        self._epochs = epochs
        self._clock = clock
        self._throughput = Throughput(clock)
        self._index = 0
        self._trainer: Trainer | None = None

    @property
    def share(self) -> float:
        """The fraction trained so far, 0 to 1."""
        begun = self._trainer.epoch / self._epochs if self._trainer else 0.0
        return min(1.0, (self._index + begun) / len(self._configs))

    def step(self, seconds: float) -> Sequence[Start]:
        """Create a network, or train one for about `seconds`, or take its picture, which finishes it."""
        if self._trainer is None:
            if self._index < len(self._configs):
                self._trainer = Trainer(self._configs[self._index])
            return ()
        trainer, deadline = self._trainer, self._clock() + seconds
        if self._is_training(trainer):
            while self._is_training(trainer) and (now := self._clock()) < deadline:
                left = max(1, trainer.batches - trainer.batch)
                self._throughput.train(trainer.run_minibatches, left, deadline - now)
            return ()
        self._trainer = None
        self._index += 1
        return (start_of(self._index - 1, trainer),)

    def _is_training(self, trainer: Trainer) -> bool:
        return trainer.epoch < self._epochs and not trainer.has_ended


class Starts:
    """`total` starts of an experiment, each trained for `epochs`. Times are those of `clock`, in seconds.

    >>> starts = Starts(Config(), 20, "weights", 10, clock=time.perf_counter)
    >>> while not starts.is_done:
    ...     finished = starts.step(0.001)
    """

    def __init__(
        self,
        config: Config,
        total: int,
        vary: str,
        epochs: int,
        clock: Callable[[], float],
        engine: Callable[[Sequence[Config], int, Callable[[], float]], Engine] = OneByOne,
    ) -> None:
        self.total = total
        self.vary = vary
        self.epochs = epochs
        self.finished = 0
        """How many starts have been trained."""
        self._first = config_of(config, vary, 0)
        self._clock, self._began = clock, clock()
        self._engine = engine([config_of(config, vary, index) for index in range(total)], epochs, clock)

    def is_of(self, config: Config) -> bool:
        """Whether these are starts of a config, which may have other seeds where they are varied."""
        return config_of(config, self.vary, 0) == self._first

    @property
    def is_done(self) -> bool:
        """Whether all have been trained."""
        return self.finished == self.total

    @property
    def share(self) -> float:
        """The fraction trained so far, 0 to 1."""
        return self._engine.share

    @property
    def seconds_left(self) -> float | None:
        """About how long the rest takes, by what it has taken so far; None while that is unknown."""
        share = self.share
        return (self._clock() - self._began) * (1 - share) / share if share else None

    def step(self, seconds: float) -> Sequence[Start]:
        """Train for about `seconds`; returns the starts that have been finished."""
        found = self._engine.step(seconds)
        self.finished += len(found)
        return found


class Cost(NamedTuple):
    """The measured seconds that an epoch takes, and those that each start takes besides."""

    epoch: float
    start: float


def measure(config: Config, clock: Callable[[], float]) -> Cost:
    """Measure what a start costs: create one, train it for a few milliseconds and take its picture."""
    began = clock()
    trainer = Trainer(config_of(config, "weights", 0))
    created = clock()
    # the first rounds also pay for what later ones find in the caches
    epoch = min(_time_epoch(trainer, clock) for _ in range(3))
    trained = clock()
    start_of(0, trainer)
    return Cost(epoch, created - began + clock() - trained)


def _time_epoch(trainer: Trainer, clock: Callable[[], float]) -> float:
    """Train for `_ROUND` seconds, at least a minibatch; returns the seconds that an epoch takes at this rate."""
    throughput = Throughput(clock)
    began = clock()
    trained = 0
    # a clock that stands still must not keep anybody waiting
    while trained == 0 or (clock() < began + _ROUND and trained < trainer.batches):
        left = max(1, trainer.batches - trainer.batch)
        trained += throughput.train(trainer.run_minibatches, left, _ROUND)
    return (clock() - began) / trained * trainer.batches
