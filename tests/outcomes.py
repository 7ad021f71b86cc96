"""Checks of what lessons claim: the outcomes in their front matter, over many random seeds.

Shares are measured over the seeds of `MEASURED` (`python -m benchmarks.lessons`); tests use those of `TRIED`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import comb

import numpy as np

from app.course import Outcome
from app.link import parse_link
from engine import Config, Trainer, metrics
from engine.inspection import INSPECTIONS
from engine.inspection.path import Path
from engine.inspection.view import Options, Subject
from engine.network_function import Layer
from tests.reference import first_pieces_of

Params = np.ndarray[tuple[int], np.dtype[np.float64]]

TRIED = tuple(f"0.{number:02}" for number in range(1, 21))
"""The seeds of the tests: each gives different examples and initial weights."""

MEASURED = tuple(f"1.{number:03}" for number in range(1, 201))
"""The seeds over which shares are measured."""


def seeds_of(outcome: Outcome) -> Sequence[str]:
    """The seeds over which the share of an outcome is measured: fewer of networks that read pictures."""
    return MEASURED[:20] if parse_link(outcome.link).config.has_pictures else MEASURED


ERROR = 1e-4
"""Two-sided error probability: how often a test may reject a correct share."""


def fair_counts(share: float, measured_over: int, tried: int) -> range:
    """The counts among `tried` runs that agree with a share measured over other runs.

    Both are binomial counts, so the question is whether a single rate explains both (Fisher's exact test): given the
    total number of successes, the number among the tried runs is hypergeometric. Each tail is rejected at half of
    `ERROR`.
    """
    measured = round(share * measured_over)
    fair = [
        count
        for count in range(tried + 1)
        if min(_tails(count, tried, measured + count, measured_over + tried)) >= ERROR / 2
    ]
    return range(fair[0], fair[-1] + 1)


def _tails(count: int, tried: int, successes: int, starts: int) -> tuple[float, float]:
    """The probabilities of at most and at least `count` successes among the tried runs, given the total."""

    def ways(successes_tried: int) -> int:
        return comb(tried, successes_tried) * comb(starts - tried, successes - successes_tried)

    all_ways = comb(starts, successes)
    at_most = sum(ways(lower) for lower in range(count + 1))
    return at_most / all_ways, (all_ways - at_most + ways(count)) / all_ways


class Run:
    """A network in training, with the training loss after every epoch."""

    def __init__(self, config: Config) -> None:
        self.trainer = Trainer(config)
        self.losses = [train_loss(self)]

    def train(self, epochs: int, is_enough: Callable[["Run"], bool] = lambda _: False) -> "Run":
        """Train up to `epochs` epochs, or until `is_enough`."""
        while self.trainer.epoch < epochs and not self.trainer.has_ended and not is_enough(self):
            self.trainer.run_epoch()
            self.losses.append(train_loss(self))
        return self

    @property
    def hidden(self) -> list[Layer]:
        return self.trainer.function().forward_activations(self.trainer.inputs[: self.trainer.train_size])[:-1]

    @property
    def weights(self) -> Params:
        return np.concatenate([weights.ravel() for weights, _ in first_pieces_of(self.trainer)])


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
    weights, biases = first_pieces_of(run.trainer)[0]
    return float(max(np.ptp(weights, axis=0).max(), np.ptp(biases)))


def flatness(trainer: Trainer) -> float:
    """The flatness of the loss around the weights in two random directions, as the panel shows it."""
    look = INSPECTIONS["landscape"]()
    path = Path()
    path.put(trainer)
    view = look(Subject(trainer, path, Options(compute=True), seconds=60.0))
    return float(view.values["flatness"])


def regions(trainer: Trainer) -> float:
    """The number of linear regions on the map, as the panel counts them."""
    look, path = INSPECTIONS["regions"](), Path()
    view = look(Subject(trainer, path, Options(), seconds=60.0))
    return float(view.values["count"])


def narrowness(trainer: Trainer) -> float:
    """The ratio of the largest to the smallest curvature of the training loss.

    For a network without hidden layers, whose loss is convex: the condition number of the Hessian, computed by central
    differences.
    """
    middle = trainer.state().arrays["params"]
    moves = np.eye(len(middle)) * 1e-2

    def second_derivative(one: Params, other: Params) -> float:
        corners = ((one + other, 1), (one - other, -1), (other - one, -1), (-one - other, 1))
        return sum(sign * trainer.loss_at(middle + move) for move, sign in corners) / 4e-4

    eigenvalues = np.linalg.eigvalsh([[second_derivative(one, other) for other in moves] for one in moves])
    return float(eigenvalues[-1] / eigenvalues[0])


def entropy_gap(run: Run) -> float:
    """The difference between the training loss (cross-entropy) and the mean entropy of the outputs, in nats."""
    outputs = run.trainer.outputs(run.trainer.inputs[: run.trainer.train_size])
    return abs(train_loss(run) - metrics.entropy(outputs.T))


def unread(trainer: Trainer) -> float:
    """How many digits the network has not learned: it reads fewer than a tenth of their test pictures."""
    test = slice(trainer.train_size + trainer.validation_size, None)
    answers, digits = trainer.outputs(trainer.inputs[test]).argmax(axis=1), trainer.targets[test]
    return float(sum(np.mean(answers[digits == digit] == digit) < 0.1 for digit in np.unique(digits)))


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
    "entropy_gap": entropy_gap,
    "flatness": lambda run: flatness(run.trainer),
    "narrowness": lambda run: narrowness(run.trainer),
    "regions": lambda run: regions(run.trainer),
    "unread": lambda run: unread(run.trainer),
}

PICTURE_MEASURES = ("test_accuracy", "train_accuracy", "test_loss", "train_loss", "gap", "fading", "unread")
"""The measures of networks that read pictures."""


def shows(outcome: Outcome, seed: str) -> bool:
    """Whether a claim holds for one seed."""
    measure = MEASURES[outcome.measure]

    def is_reached(run: Run) -> bool:
        return outcome.is_reached(measure(run))

    if not outcome.once:
        value = last(outcome.measure, outcome.link, seed, outcome.epochs)
        if outcome.against:
            value /= last(outcome.measure, outcome.against, seed, outcome.epochs)
        return outcome.is_reached(value)
    run = begun(outcome.link, seed).train(outcome.epochs, is_reached)
    others = (begun(link, seed).train(run.trainer.epoch, is_reached) for link in outcome.before)
    return is_reached(run) and not any(map(is_reached, others))


def begun(link: str, seed: str) -> Run:
    return Run(parse_link(link).config.replace(seed=seed))


@lru_cache(maxsize=4 * len(TRIED))
def finished(link: str, seed: str, epochs: int) -> Run:
    """A run of `epochs` epochs, shared by the outcomes of a lesson."""
    return begun(link, seed).train(epochs)


def last(measure: str, link: str, seed: str, epochs: int) -> float:
    """The value of a measure after `epochs` epochs."""
    if parse_link(link).config.has_pictures:
        return values_of_reader(link, seed, epochs)[measure]
    return MEASURES[measure](finished(link, seed, epochs))


@cache
def values_of_reader(link: str, seed: str, epochs: int) -> dict[str, float]:
    """All measures of a network that reads pictures, after `epochs` epochs; the network itself takes megabytes."""
    run = begun(link, seed).train(epochs)
    return {name: MEASURES[name](run) for name in PICTURE_MEASURES}
