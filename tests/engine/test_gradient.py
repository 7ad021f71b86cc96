"""The gradient is the slope of the loss: held against central differences, and formulas against complex steps."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import ACTIVATIONS, LOSSES, Config, Trainer
from engine.operations import Array, Operations
from engine.regularizers import REGULARIZERS
from tests.engine.test_reference import BATCHES, CLASSIC, PROBLEMS, SHAPES, summary_of
from tests.reference import ACTIVATIONS as ACTIVATIONS_BY_FORMULA
from tests.reference import PENALTIES, Reference, activation_of, reference_of
from tests.support.effort import pairwise

WIDTH = 1e-5
RATE = 1e-4
EXACT = [name for name, activation in ACTIVATIONS.items() if activation.is_exact]
SMOOTH = [name for name, activation in ACTIVATIONS.items() if activation.is_smooth]
BENT = {name for name, activation in ACTIVATIONS.items() if not activation.is_smooth}
"""Activations with a kink."""


def gradient_of(trainer: Trainer) -> NDArray[np.float64]:
    """The gradient that one update of the engine followed, penalty included."""
    before = trainer.state().arrays["params"]
    trainer.run_minibatches(1)
    after = trainer.state().arrays["params"]
    trainer.rewind()
    return (before - after) / trainer.config.learning_rate


def sides_of(textbook: Reference) -> NDArray[np.bool_]:
    """On which side of every kink the examples are that were last passed forward."""
    config, outputs = textbook.config, textbook.layers[-1].z
    names = config.activations[:-1]
    sides = [layer.z.ravel() > 0 for layer, name in zip(textbook.layers, names, strict=False) if name in BENT]
    sides += [layer.winner.ravel() == own for layer in textbook.layers for own in range(1, len(layer.pieces))]
    margins = [outputs.ravel() * textbook.targets[: len(outputs)].ravel() > 1] if config.loss == "hinge" else []
    return np.concatenate([*sides, *margins, np.zeros(0, bool)])


def slopes_of(trainer: Trainer) -> NDArray[np.float64] | None:
    """Central differences of the textbook's training loss with its penalty, parameter by parameter.

    None if a kink lies between two of the places: there the loss has no slope.
    """
    config, textbook = trainer.config, reference_of(trainer)
    params, n = textbook.params, trainer.train_size
    textbook.forward(0, n)
    sides, is_kinked = sides_of(textbook), False

    def loss(index: int, change: float) -> float:
        nonlocal is_kinked
        moved = params.copy()
        moved[index] += change
        textbook.params = moved
        mean = textbook.training_loss(0, n)
        is_kinked |= not np.array_equal(sides_of(textbook), sides)
        return mean

    slopes = [(loss(index, WIDTH) - loss(index, -WIDTH)) / (2 * WIDTH) for index in range(len(params))]
    pull = config.regularization_rate * PENALTIES[config.regularizer].derivative(params) * textbook.is_weight
    return None if is_kinked else slopes + pull


def trainer_of(config: Config) -> tuple[Trainer, NDArray[np.float64]]:
    """A trainer whose training set is one minibatch, and the slopes there: of the first seed without kinks between."""
    for seed in range(20):
        trainer = Trainer(config.replace(seed=str(seed)))
        assert trainer.train_size == config.batch_size
        slopes = slopes_of(trainer)
        if slopes is not None:
            return trainer, slopes
    raise AssertionError(f"every seed has a kink in the way: {config}")


def one_batch(batch_size: int = 10, **fields: object) -> Config:
    """A config whose training set is one minibatch, so that the training loss is what one update descends."""
    return Config(learning_rate=RATE, regularization_rate=0.1).replace(
        example_count=500, train_percent=batch_size / 5, batch_size=batch_size, **fields
    )


def assert_descends(config: Config) -> None:
    trainer, slopes = trainer_of(config)
    np.testing.assert_allclose(gradient_of(trainer), slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("activation", "regularizer", "shape", "batch_size"), pairwise(CLASSIC, REGULARIZERS, SHAPES, BATCHES[1:])
)
def test_the_gradient_is_the_slope_of_the_loss(
    activation: str, regularizer: str, shape: tuple[int, ...], batch_size: int
) -> None:
    assert_descends(one_batch(batch_size, activation=activation, regularizer=regularizer, hidden_layer_sizes=shape))


def combinations() -> Iterator[Config]:
    """Activations, outputs, normalization and penalties together, each with a shape and a batch size of its own."""
    numbers = random.Random(0)  # noqa: S311 - so that a test is always the same
    problems = [problem for problem in PROBLEMS if LOSSES[str(problem.get("loss", "squared_error"))].is_exact]
    for activation, problem, batch_norm, regularizer in pairwise(EXACT, problems, [False, True], REGULARIZERS):
        yield one_batch(
            **problem,
            activation=activation,
            batch_norm=batch_norm,
            regularizer=regularizer,
            hidden_layer_sizes=numbers.choice([(3,), (4, 2), (3, 5, 2), (3, 3, 3, 3)]),
            batch_size=numbers.choice([6, 10, 15]),
        )
    for pieces, batch_norm in product([3, 4, 5], [False, True]):
        yield one_batch(
            activation="maxout",
            maxout_pieces=pieces,
            layer_activations=("", "tanh"),
            batch_norm=batch_norm,
            hidden_layer_sizes=(3, 2, 2),
            batch_size=10,
        )


@pytest.mark.sampled
@pytest.mark.parametrize("config", list(combinations()), ids=summary_of)
def test_gradient_of_combined_rules_is_slope_of_loss(config: Config) -> None:
    assert_descends(config)


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if not loss.is_exact])
def test_what_is_called_inexact_is_no_slope(loss: str) -> None:
    trainer = Trainer(one_batch(loss=loss, hidden_layer_sizes=()))
    slopes = slopes_of(trainer)
    assert slopes is not None
    assert np.abs(gradient_of(trainer) - slopes).max() > 1e-3


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_shown_gradient_covers_all_training_examples(problem: str, batch_norm: bool) -> None:
    trainer = Trainer(one_batch(problem=problem, batch_norm=batch_norm, batch_size=10).replace(batch_size=3))
    slopes = slopes_of(trainer)
    assert slopes is not None
    np.testing.assert_allclose(trainer.gradient(), slopes, rtol=1e-6, atol=1e-8)


COMPLEX_STEP = 1e-30


def exact_slopes_of(trainer: Trainer) -> NDArray[np.float64]:
    """The slopes of the textbook's training loss with its penalty, by complex steps: exact but for rounding.

    Squire and Trapp, 1998: f'(x) is Im f(x + ih) / h, and nothing is subtracted.
    """
    config, textbook = trainer.config, reference_of(trainer)
    params, n, penalty = textbook.params, trainer.train_size, PENALTIES[config.regularizer]

    def slope(index: int) -> float:
        moved: NDArray[Any] = params.astype(complex)
        moved[index] += 1j * COMPLEX_STEP
        textbook.params = moved
        mean = textbook.loss.value(textbook.forward(0, n), textbook.targets[:n]).mean()
        pull = config.regularization_rate * (penalty.value(moved) * textbook.is_weight).sum()
        return float((mean + pull).imag) / COMPLEX_STEP

    return np.array([slope(index) for index in range(len(params))])


def smooth_combinations() -> Iterator[Config]:
    """Every activation, output, normalization and penalty without a kink; at a rate of 1 an update is the gradient."""
    problems = [problem for problem in PROBLEMS if problem.get("loss") not in {"hinge", "perceptron"}]
    for activation, problem, batch_norm, penalty in product(SMOOTH, problems, [False, True], ["none", "L2"]):
        config = one_batch(**problem, activation=activation, batch_norm=batch_norm, regularizer=penalty, batch_size=10)
        yield config.replace(learning_rate=1, hidden_layer_sizes=(4, 3))


@pytest.mark.parametrize("config", list(smooth_combinations()), ids=summary_of)
def test_gradient_of_smooth_network_is_exact(config: Config) -> None:
    trainer = Trainer(config)
    np.testing.assert_allclose(gradient_of(trainer), exact_slopes_of(trainer), rtol=0, atol=1e-12)


def unit_of(config: Config) -> Trainer:
    """A trainer with one hidden unit, whose z is x1: each of its pieces is."""
    trainer = Trainer(config.replace(features=("x",), hidden_layer_sizes=(1,)))
    for index, value in enumerate([1.0, 0.0, 1.0, 0.0, 1.0, 0.0][: trainer.config.parameter_count]):
        trainer.set_parameter(index, value)
    return trainer


POINTS = np.c_[np.linspace(-6, 6, 240), np.zeros(240)]


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_derivatives_match_formulas(name: str) -> None:
    z = POINTS[:, 0]
    slope = unit_of(Config(activation=name)).function().derivatives(POINTS)[0][0]
    stepped = ACTIVATIONS_BY_FORMULA[name].value(z + 1j * COMPLEX_STEP)
    np.testing.assert_allclose(slope, stepped.imag / COMPLEX_STEP, rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [{}, {"leaky_slope": 0.0, "elu_alpha": 0.1}, {"leaky_slope": 0.3, "elu_alpha": 3.0}])
@pytest.mark.parametrize("name", EXACT)
def test_activations_and_derivatives_match_formulas(name: str, shape: dict[str, float]) -> None:
    config = Config().replace(activation=name, **shape)
    z, function = POINTS[:, 0], unit_of(config).function()
    layer = function.forward_activations(POINTS)[0]
    formula = activation_of(name, config)
    np.testing.assert_array_equal(layer.z[0], z)
    np.testing.assert_allclose(layer.a[0], formula.value(z), rtol=0, atol=1e-14)
    np.testing.assert_allclose(function.derivatives(POINTS)[0][0], formula.derivative(z), rtol=0, atol=1e-12)


@pytest.mark.usefixtures("diverging")
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_of_huge_sums_are_finite(name: str) -> None:
    far = np.array([[-1e4, 0.0], [1e4, 0.0]])
    function = unit_of(Config(activation=name)).function()
    assert np.isfinite(function.forward_activations(far)[0].a).all()
    assert np.isfinite(function.derivatives(far)[0]).all()


def test_a_planted_sign_error_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ACTIVATIONS["tanh"]
    assert right.derivative is not None
    derivative = right.derivative

    def wrong(a: Array, out: Array) -> Operations:
        return [*derivative(a, out), (np.negative, out, out)]

    monkeypatch.setitem(ACTIVATIONS, "tanh", right._replace(derivative=wrong))
    trainer, slopes = trainer_of(one_batch(activation="tanh"))
    assert np.abs(gradient_of(trainer) - slopes).max() > 1e-3
