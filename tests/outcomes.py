"""Whether the engine keeps what lessons promise: the outcomes of their front matter, over many starts."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np

from app.course import STARTS, Outcome
from app.link import parse_link
from engine import Config, Trainer
from engine.function import Layer

SEEDS = tuple(f"0.{number:02}" for number in range(1, STARTS + 1))
"""Each is one start: its own examples and its own starting weights."""


class Run:
    """A network on its way, with the training loss after every epoch."""

    def __init__(self, config: Config) -> None:
        self.trainer = Trainer(config)
        self.losses = [train_loss(self)]

    def train(self, epochs: int, is_enough: Callable[["Run"], bool] = lambda _: False) -> "Run":
        """Train up to so many epochs, or to the first that is enough."""
        while self.trainer.epoch < epochs and not self.trainer.has_ended and not is_enough(self):
            self.trainer.run_epoch()
            self.losses.append(train_loss(self))
        return self

    @property
    def hidden(self) -> list[Layer]:
        return self.trainer.function().trace(self.trainer.inputs[: self.trainer.train_size])[:-1]

    @property
    def weights(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        return np.concatenate([weights.ravel() for weights, _ in self.trainer.layers()])


def train_loss(run: Run) -> float:
    return run.trainer.train_loss or 0.0


def fading(run: Run) -> float:
    trainer = run.trainer
    ends = np.cumsum([units * (fan_in + 1) for fan_in, units in pairwise(trainer.config.layer_sizes)])
    norms = [float(np.linalg.norm(part)) for part in np.split(trainer.gradient(), ends)[: len(ends)]]
    return norms[-1] / norms[0]


def dead_units(run: Run) -> float:
    return float(np.mean(np.concatenate([layer.a.max(axis=1) <= 0 for layer in run.hidden])))


def saturated(run: Run) -> float:
    return float(np.mean(np.concatenate([np.abs(layer.a).ravel() > 0.95 for layer in run.hidden])))


def largest_difference(run: Run) -> float:
    weights, biases = run.trainer.layers()[0]
    return float(max(np.ptp(weights, axis=0).max(), np.ptp(biases)))


MEASURES: Mapping[str, Callable[[Run], float]] = {
    "test_accuracy": lambda run: run.trainer.test_accuracy or 0.0,
    "train_accuracy": lambda run: run.trainer.train_accuracy or 0.0,
    "test_loss": lambda run: run.trainer.test_loss or 0.0,
    "train_loss": train_loss,
    "gap": lambda run: (run.trainer.test_loss or 0.0) - train_loss(run),
    "rises": lambda run: float(np.mean(np.diff(run.losses) > 0)),
    "diverged": lambda run: float(run.trainer.divergence is not None),
    "dead_units": dead_units,
    "saturated": saturated,
    "live_links": lambda run: float(np.count_nonzero(run.weights)),
    "weight_norm": lambda run: float(np.linalg.norm(run.weights)),
    "largest_difference": largest_difference,
    "fading": fading,
}


def starts_of(outcome: Outcome) -> int:
    """In how many of the starts the engine shows what is promised."""
    return sum(shows(outcome, seed) for seed in SEEDS)


def shows(outcome: Outcome, seed: str) -> bool:
    measure = MEASURES[outcome.measure]

    def is_reached(run: Run) -> bool:
        return outcome.is_reached(measure(run))

    if not outcome.once:
        value = measure(finished(outcome.link, seed, outcome.epochs))
        if outcome.against:
            value /= measure(finished(outcome.against, seed, outcome.epochs))
        return outcome.is_reached(value)
    run = begun(outcome.link, seed).train(outcome.epochs, is_reached)
    others = (begun(link, seed).train(run.trainer.epoch, is_reached) for link in outcome.before)
    return is_reached(run) and not any(map(is_reached, others))


def begun(link: str, seed: str) -> Run:
    return Run(parse_link(link).config.replace(seed=seed))


@lru_cache(maxsize=4 * STARTS)
def finished(link: str, seed: str, epochs: int) -> Run:
    """A run of so many epochs; outcomes of one lesson share it."""
    return begun(link, seed).train(epochs)
