"""Gradient checks: the engine's gradients against central differences and complex-step derivatives."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import ACTIVATIONS, LOSSES, PICTURE_DATASETS, Config, Trainer
from engine.operations import Array, Operations
from engine.regularizers import REGULARIZERS
from tests.engine.test_reference import BATCHES, CLASSIC, PROBLEMS, SHAPES, summary_of
from tests.reference import ACTIVATIONS as ACTIVATIONS_BY_FORMULA
from tests.reference import PENALTIES, Reference, activation_of, reference_of
from tests.support.effort import all_pairs
from tests.support.training import put

WIDTH = 1e-5
RATE = 1e-4
EXACT = [name for name, activation in ACTIVATIONS.items() if activation.is_exact]
SMOOTH = [name for name, activation in ACTIVATIONS.items() if activation.is_smooth]
KINKED = {name for name, activation in ACTIVATIONS.items() if not activation.is_smooth}
"""Activations with a kink."""


def gradient_of(trainer: Trainer) -> NDArray[np.float64]:
    """The gradient of one engine update, including the penalty."""
    before = trainer.state().arrays["params"]
    trainer.run_minibatches(1)
    after = trainer.state().arrays["params"]
    trainer.rewind()
    return (before - after) / trainer.config.learning_rate


def sides_of(textbook: Reference) -> NDArray[np.bool_]:
    """The side of every kink that each example of the last forward pass is on."""
    config, outputs = textbook.config, textbook.layers[-1].z
    names = config.activations[:-1]
    sides = [layer.z.ravel() > 0 for layer, name in zip(textbook.layers, names, strict=False) if name in KINKED]
    sides += [layer.winner.ravel() == own for layer in textbook.layers for own in range(1, len(layer.pieces))]
    margins = [outputs.ravel() * textbook.targets[: len(outputs)].ravel() > 1] if config.loss == "hinge" else []
    return np.concatenate([*sides, *margins, np.zeros(0, bool)])


def slopes_of(trainer: Trainer) -> NDArray[np.float64] | None:
    """Central differences of the reference training loss plus penalty, one per parameter.

    None if a difference crosses a kink, where the loss has no derivative.
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
    """A trainer whose training set is one minibatch, with its slopes, for the first seed that crosses no kink."""
    for seed in range(20):
        trainer = Trainer(config.replace(seed=str(seed)))
        assert trainer.train_size == config.batch_size
        slopes = slopes_of(trainer)
        if slopes is not None:
            return trainer, slopes
    raise AssertionError(f"every seed crosses a kink: {config}")


def one_batch(batch_size: int = 10, **fields: object) -> Config:
    """A config whose training set is one minibatch, so one update follows the gradient of the training loss."""
    return Config(learning_rate=RATE, regularization_rate=0.1).replace(
        example_count=500, train_percent=batch_size / 5, batch_size=batch_size, **{**fields, "train_count": batch_size}
    )


def assert_gradient_matches(config: Config) -> None:
    trainer, slopes = trainer_of(config)
    np.testing.assert_allclose(gradient_of(trainer), slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("activation", "regularizer", "shape", "batch_size"), all_pairs(CLASSIC, REGULARIZERS, SHAPES, BATCHES[1:])
)
def test_gradient_matches_central_differences(
    activation: str, regularizer: str, shape: tuple[int, ...], batch_size: int
) -> None:
    assert_gradient_matches(
        one_batch(batch_size, activation=activation, regularizer=regularizer, hidden_layer_sizes=shape)
    )


def combinations() -> Iterator[Config]:
    """Combinations of activations, outputs, normalization and penalties, with varying shapes and batch sizes."""
    numbers = random.Random(0)  # noqa: S311 - reproducible test cases
    # networks that read pictures have many weights, and are among the smooth ones below
    problems = [
        problem
        for problem in PROBLEMS
        if LOSSES[str(problem.get("loss", "squared_error"))].is_exact and problem.get("dataset") not in PICTURE_DATASETS
    ]
    for activation, problem, batch_norm, regularizer in all_pairs(EXACT, problems, [False, True], REGULARIZERS):
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
def test_gradient_of_combined_rules_matches_differences(config: Config) -> None:
    assert_gradient_matches(config)


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if not loss.is_exact])
def test_inexact_loss_gradient_differs_from_slope(loss: str) -> None:
    trainer = Trainer(one_batch(loss=loss, hidden_layer_sizes=()))
    slopes = slopes_of(trainer)
    assert slopes is not None
    assert np.abs(gradient_of(trainer) - slopes).max() > 1e-3


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_reported_gradient_covers_all_training_examples(problem: str, batch_norm: bool) -> None:
    trainer = Trainer(one_batch(problem=problem, batch_norm=batch_norm, batch_size=10).replace(batch_size=3))
    slopes = slopes_of(trainer)
    assert slopes is not None
    np.testing.assert_allclose(trainer.gradient(), slopes, rtol=1e-6, atol=1e-8)


COMPLEX_STEP = 1e-30


def exact_slopes_of(trainer: Trainer) -> NDArray[np.float64]:
    """Complex-step derivatives of the reference training loss plus penalty, exact up to rounding.

    Squire and Trapp, 1998: f'(x) = Im f(x + ih) / h, which involves no subtraction.
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
    """Combinations of smooth rules; with a learning rate of 1 the update equals the gradient."""
    problems = [problem for problem in PROBLEMS if problem.get("loss") not in {"hinge", "perceptron"}]
    for activation, problem, batch_norm, penalty in product(SMOOTH, problems, [False, True], ["none", "L2"]):
        config = one_batch(**problem, activation=activation, batch_norm=batch_norm, regularizer=penalty, batch_size=10)
        yield config.replace(learning_rate=1, hidden_layer_sizes=(4, 3))


@pytest.mark.parametrize("config", list(smooth_combinations()), ids=summary_of)
def test_gradient_of_smooth_network_is_exact(config: Config) -> None:
    trainer = Trainer(config)
    np.testing.assert_allclose(gradient_of(trainer), exact_slopes_of(trainer), rtol=0, atol=1e-12)


def unit_of(config: Config) -> Trainer:
    """A trainer with one hidden unit in which z, or every maxout piece, equals x1."""
    trainer = Trainer(config.replace(features=("x",), hidden_layer_sizes=(1,)))
    return put(trainer, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0][: trainer.config.parameter_count])


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


def test_gradient_check_catches_wrong_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    tanh = ACTIVATIONS["tanh"]
    assert tanh.derivative is not None
    derivative = tanh.derivative

    def wrong(a: Array, out: Array) -> Operations:
        return [*derivative(a, out), (np.negative, out, out)]

    monkeypatch.setitem(ACTIVATIONS, "tanh", tanh._replace(derivative=wrong))
    trainer, slopes = trainer_of(one_batch(activation="tanh"))
    assert np.abs(gradient_of(trainer) - slopes).max() > 1e-3
