"""The gradient is the slope of the loss: held against central differences."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import ACTIVATIONS, LOSSES, REGULARIZERS, Config, Trainer
from engine.activations import Activation
from engine.operations import Array, Operations
from tests.engine.test_reference import BATCHES, SHAPES
from tests.reference import PENALTIES

WIDTH = 1e-5
RATE = 1e-4


def gradient_of(trainer: Trainer) -> NDArray[np.float64]:
    """The gradient that one update of the engine followed, penalty included."""
    before = trainer.state().arrays["params"]
    trainer.run_minibatches(1)
    after = trainer.state().arrays["params"]
    trainer.rewind()
    return (before - after) / trainer.config.learning_rate


def slopes_of(trainer: Trainer) -> NDArray[np.float64]:
    """Central differences of the training loss with its penalty, parameter by parameter."""
    config = trainer.config
    params = trainer.state().arrays["params"]

    def loss(index: int, value: float) -> float:
        trainer.set_parameter(index, value)
        return trainer.train_loss

    slopes = np.empty_like(params)
    for index, value in enumerate(params):
        slopes[index] = (loss(index, value + WIDTH) - loss(index, value - WIDTH)) / (2 * WIDTH)
        trainer.set_parameter(index, value)
    return slopes + config.regularization_rate * PENALTIES[config.regularizer].derivative(params) * weights_of(config)


def weights_of(config: Config) -> NDArray[np.float64]:
    """1 for weights and 0 for biases, in the order of the parameters."""
    sizes = config.layer_sizes
    flags = [[1.0] * fan_in + [0.0] for fan_in, units in pairwise(sizes) for _ in range(units)]
    return np.concatenate(flags)


def trainer_of(activation: str, batch_size: int = 10, **fields: object) -> Trainer:
    """A trainer whose training set is one minibatch, so that the training loss is what one update descends."""
    trainer = Trainer(
        Config(activation=activation, batch_size=batch_size, learning_rate=RATE, train_percent=batch_size / 5).replace(
            **fields
        )
    )
    assert trainer.train_size == batch_size
    return trainer


@pytest.mark.parametrize("batch_size", BATCHES[1:])
@pytest.mark.parametrize("shape", SHAPES, ids=[f"{len(shape)}-hidden" for shape in SHAPES])
@pytest.mark.parametrize("regularizer", REGULARIZERS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_slope_of_the_loss(
    activation: str, loss: str, regularizer: str, shape: tuple[int, ...], batch_size: int
) -> None:
    trainer = trainer_of(
        activation,
        batch_size,
        loss=loss,
        regularizer=regularizer,
        regularization_rate=0.1,
        hidden_layer_sizes=shape,
    )
    np.testing.assert_allclose(gradient_of(trainer), slopes_of(trainer), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_slope_of_the_loss_in_regression(activation: str) -> None:
    trainer = Trainer(Config(problem="regression", activation=activation, train_percent=1, batch_size=12))
    np.testing.assert_allclose(gradient_of(trainer), slopes_of(trainer), rtol=1e-6, atol=1e-6)


def test_a_planted_sign_error_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ACTIVATIONS["tanh"]
    assert right.derivative is not None
    derivative = right.derivative

    def wrong(a: Array, out: Array) -> Operations:
        return [*derivative(a, out), (np.negative, out, out)]

    monkeypatch.setitem(ACTIVATIONS, "tanh", Activation(right.label, right.forward, wrong))
    trainer = trainer_of("tanh")
    assert np.abs(gradient_of(trainer) - slopes_of(trainer)).max() > 1e-3
