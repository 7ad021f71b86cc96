"""The compiled plan does what the textbook does."""

import numpy as np
import pytest

from engine import ACTIVATIONS, FEATURES, LOSSES, REGULARIZERS, Config, Trainer
from tests import reference
from tests.reference import reference_of

SHAPES = [(), (3,), (4, 2), (5, 4, 3), (4, 4, 4, 4), (3, 2, 4, 1, 3), (8, 8, 8, 8, 8, 8)]
BATCHES = [1, 7, 10, 30]


@pytest.mark.parametrize("problem", ["classification", "regression"])
@pytest.mark.parametrize("batch_size", BATCHES)
@pytest.mark.parametrize("shape", SHAPES, ids=[f"{len(shape)}-hidden" for shape in SHAPES])
@pytest.mark.parametrize("regularizer", REGULARIZERS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_engine_agrees_with_the_textbook(
    activation: str, loss: str, regularizer: str, shape: tuple[int, ...], batch_size: int, problem: str
) -> None:
    config = Config(
        problem=problem,
        dataset="xor",
        train_percent=13,
        activation=activation,
        loss=loss,
        regularizer=regularizer,
        regularization_rate=0.1,
        hidden_layer_sizes=shape,
        batch_size=batch_size,
    )
    trainer = Trainer(config)
    textbook = reference_of(trainer)
    for _ in range(3):
        trainer.run_epoch()
        textbook.run_epoch()
        assert (trainer.train_loss, trainer.test_loss) == pytest.approx(textbook.losses(), rel=0, abs=1e-12)
        np.testing.assert_allclose(trainer.state().arrays["params"], textbook.params, rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [(4, 2), (6, 6, 6, 6)])
def test_links_die_under_l1_exactly_where_the_textbook_says(shape: tuple[int, ...]) -> None:
    trainer = Trainer(Config(regularizer="L1", regularization_rate=0.03, hidden_layer_sizes=shape))
    textbook = reference_of(trainer)
    for _ in range(10):
        trainer.run_epoch()
        textbook.run_epoch()
    assert 0 < textbook.dead < trainer.config.weight_count
    assert int((trainer.state().arrays["alive"] == 0).sum()) == textbook.dead


def test_nothing_is_learned_with_a_batch_larger_than_the_training_set() -> None:
    trainer = Trainer(Config(train_percent=10, batch_size=51))
    before = trainer.state().arrays["params"]
    textbook = reference_of(trainer)
    for _ in range(3):
        trainer.run_epoch()
        textbook.run_epoch()
    np.testing.assert_array_equal(trainer.state().arrays["params"], before)
    np.testing.assert_array_equal(textbook.params, before)


def test_every_feature_is_computed_as_the_textbook_does() -> None:
    trainer = Trainer(Config(features=tuple(FEATURES), hidden_layer_sizes=()))
    outputs = trainer.outputs(trainer.inputs)
    textbook = reference_of(trainer)
    np.testing.assert_allclose(outputs, textbook.outputs(textbook.inputs)[:, 0], rtol=0, atol=1e-12)


def test_the_textbook_knows_everything_that_is_registered() -> None:
    assert set(reference.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(reference.LOSSES) == set(LOSSES)
    assert set(reference.PENALTIES) == set(REGULARIZERS)
    assert set(reference.FEATURES) == set(FEATURES)
