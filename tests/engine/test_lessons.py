"""Claims of an introductory course on neural networks, verified with twenty random seeds.

`tests/app/test_lessons.py` checks the results that the lessons themselves state.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from engine import FEATURES, Config, Trainer
from tests.reference import first_pieces_of
from tests.support.training import trained

SEEDS = tuple(f"0.{number:02}" for number in range(1, 21))
"""Each seed gives its own examples and initial weights."""

DEEP = (8,) * 6
LINE = Config(hidden_layer_sizes=())

Goal = Callable[[Trainer], bool]


def learns(trainer: Trainer) -> bool:
    return (trainer.test_accuracy or 0.0) >= 0.95


def seeded(config: Config) -> Iterator[Config]:
    for seed in SEEDS:
        yield config.replace(seed=seed)


def reached(config: Config, epochs: int, goal: Goal = learns) -> int:
    """How many of the twenty seeds reach the goal."""
    return sum(goal(trained(start, epochs, goal)) for start in seeded(config))


# --- a single neuron --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge"])
@pytest.mark.parametrize("gate", ["and", "or", "nand"])
def test_single_neuron_learns_and_or_nand(gate: str, loss: str) -> None:
    assert reached(LINE.replace(dataset=gate, loss=loss), 30) == 20


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge"])
def test_single_neuron_cannot_learn_xor(loss: str) -> None:
    finals = [trained(start, 60) for start in seeded(LINE.replace(dataset="xor", loss=loss))]
    assert max(trainer.test_accuracy or 0.0 for trainer in finals) < 0.8


def test_softmax_learns_clouds_but_spiral_needs_hidden_layers() -> None:
    assert reached(LINE.replace(dataset="gauss4"), 10) == 20
    arms = Config(dataset="spiral3", optimizer="adam", learning_rate=0.01)
    assert reached(arms.replace(hidden_layer_sizes=()), 30) == 0
    assert reached(arms.replace(hidden_layer_sizes=(16, 16)), 150) >= 18


def test_perceptron_rule_converges_only_on_separable_classes() -> None:
    def is_flawless(trainer: Trainer) -> bool:
        return trainer.train_accuracy == 1.0

    perceptron = LINE.replace(loss="perceptron", batch_size=1)
    for gate in ("and", "nand"):
        assert reached(perceptron.replace(dataset=gate), 40, is_flawless) == 20
    assert reached(perceptron.replace(dataset="xor"), 15, is_flawless) == 0


# --- gradients in deep networks ----------------------------------------------------------------------------------


def fading(config: Config) -> float:
    """Gradient norm of the last layer divided by that of the first, before training."""
    gradient = Trainer(config).gradient()
    ends = np.cumsum([units * (fan_in + 1) for fan_in, units in pairwise(config.layer_sizes)])[:-1]
    norms = [float(np.linalg.norm(part)) for part in np.split(gradient, ends)]
    return norms[-1] / norms[0]


DEEP_ONES = Config(features=tuple(FEATURES), hidden_layer_sizes=DEEP, standardize=True)


def test_gradient_vanishes_through_six_sigmoid_layers() -> None:
    ratios = [fading(start) for start in seeded(DEEP_ONES.replace(activation="sigmoid", initializer="normal"))]
    assert sum(ratio > 10 for ratio in ratios) >= 19
    assert np.median(ratios) > 50


def test_gradient_survives_relu_with_he_initialization() -> None:
    ratios = [fading(start) for start in seeded(DEEP_ONES.replace(activation="relu", initializer="he_normal"))]
    assert sum(ratio > 10 for ratio in ratios) <= 1
    assert np.median(ratios) < 5


# --- initialization -----------------------------------------------------------------------------------------------


def test_identical_units_stay_identical() -> None:
    alike = Config(dataset="xor", activation="sigmoid", initializer="zeros", hidden_layer_sizes=(4,), learning_rate=0.3)
    for start in seeded(alike):
        trainer = trained(start, 30)
        (weights, biases), (outgoing, _) = first_pieces_of(trainer)
        assert np.abs(weights).max() > 0
        for numbers in (weights, biases, outgoing.T):
            assert np.ptp(numbers, axis=0).max() == 0
        weights = first_pieces_of(trained(start.replace(initializer="uniform"), 30))[0][0]
        assert np.ptp(weights, axis=0).min() > 0


# --- learning rates and optimizers --------------------------------------------------------------------------------


@pytest.mark.usefixtures("diverging")
def test_too_large_learning_rate_is_named_as_cause() -> None:
    for start in seeded(LINE.replace(problem="regression", learning_rate=0.3)):
        trainer = trained(start, 30)
        assert trainer.divergence is not None
        assert "learning rate of 0.3" in trainer.divergence.hint
        calm = trained(start.replace(learning_rate=0.03), 10)
        assert calm.divergence is None
        assert (calm.train_loss or 1) < 0.01


@pytest.mark.usefixtures("diverging")
def test_clipped_gradient_does_not_explode() -> None:
    for start in seeded(LINE.replace(problem="regression", learning_rate=0.3, clip_norm=0.1)):
        trainer = trained(start, 30)
        assert trainer.divergence is None
        assert (trainer.train_loss or 1) < 0.01


@pytest.mark.usefixtures("diverging")
def test_standardized_features_allow_larger_learning_rate() -> None:
    raw = LINE.replace(problem="regression", regression_dataset="reg-gauss", features=tuple(FEATURES))
    for start in seeded(raw):
        assert trained(start, 20).divergence is not None
        assert trained(start.replace(standardize=True), 20).divergence is None


# --- regularization -----------------------------------------------------------------------------------------------


NOISY = Config(example_count=100, noise=35, hidden_layer_sizes=(8, 8), learning_rate=0.1)
"""Too few examples, too much noise, and a network that can memorize both."""


def test_large_network_memorizes_noise() -> None:
    worse = 0
    for start in seeded(NOISY):
        early, late = trained(start, 50), trained(start, 300)
        assert (late.train_loss or 1) < (early.train_loss or 0)
        worse += (late.test_loss or 0.0) > (early.test_loss or 0.0)
    assert worse >= 15


def test_early_stopping_restores_weights_of_best_validation_loss() -> None:
    for start in seeded(NOISY.replace(validation_percent=25)):
        free, stopping = Trainer(start), Trainer(start.replace(patience=30))
        seen = []
        while stopping.stopped is None:
            seen.append((free.validation_loss or 0.0, free.state().arrays["params"].tobytes()))
            free.run_epoch()
            stopping.run_epoch()
        losses = [loss for loss, _ in seen]
        best = losses.index(min(losses))
        assert (stopping.stopped.best_epoch, stopping.stopped.epoch) == (best, best + 30)
        assert (stopping.validation_loss, stopping.state().arrays["params"].tobytes()) == seen[best]
