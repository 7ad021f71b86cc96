"""Maxout units (Goodfellow et al., 2013), checked against hand calculations and ReLU networks."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import Config, Trainer
from engine.initializers import INITIALIZERS
from tests.engine.test_rules import MOMENTS
from tests.reference import first_pieces_of
from tests.support.training import params_of, put

Vector = NDArray[np.float64]
ONE_UNIT = Config(
    problem="regression",
    activation="maxout",
    features=("x", "y"),
    hidden_layer_sizes=(1,),
    batch_size=1,
    learning_rate=0.1,
    example_count=100,
)
WIDE = Config(hidden_layer_sizes=(200, 300, 100), initializer_scale=0.7)


@pytest.mark.parametrize("first_wins", [True, False])
def test_update_matches_example_by_hand(first_wins: bool) -> None:
    trainer = Trainer(ONE_UNIT)
    (x1, x2), target = trainer.inputs[0], trainer.targets[0]
    # both pieces are 2 x1 - x2 + 1, except that the winner's bias is 1.5; the output is 3 a - 1
    high, low = (1.5, 1.0) if first_wins else (1.0, 1.5)
    put(trainer, [2, -1, high, 3, -1, 2, -1, low])
    a = 2 * x1 - x2 + 1.5
    error = (3 * a - 1) - target
    winner = -0.1 * 3 * error * np.array([x1, x2, 1])
    pieces = [winner, np.zeros(3)] if first_wins else [np.zeros(3), winner]
    before = params_of(trainer)
    trainer.run_minibatches(1)
    expected = np.concatenate([pieces[0], [-0.1 * error * a, -0.1 * error], pieces[1]])
    np.testing.assert_allclose(params_of(trainer) - before, expected, rtol=0, atol=1e-12)


def test_first_of_two_tied_pieces_learns() -> None:
    trainer = put(Trainer(ONE_UNIT), [2, -1, 1, 3, -1, 2, -1, 1])
    before = params_of(trainer)
    trainer.run_minibatches(1)
    moved = params_of(trainer) != before
    assert moved.tolist() == [True] * 5 + [False] * 3


@pytest.mark.parametrize("winner", range(3))
def test_largest_of_three_pieces_learns_by_hand(winner: int) -> None:
    trainer = Trainer(ONE_UNIT.replace(maxout_pieces=3))
    (x1, x2), target = trainer.inputs[0], trainer.targets[0]
    # all three pieces are 2 x1 - x2 + 1, except that the winner's bias is 1.5; the output is 3 a - 1
    biases = [1.5 if piece == winner else 1.0 for piece in range(3)]
    put(trainer, [2, -1, biases[0], 3, -1, 2, -1, biases[1], 2, -1, biases[2]])
    a = 2 * x1 - x2 + 1.5
    error = (3 * a - 1) - target
    first, second, third = (
        -0.1 * 3 * error * np.array([x1, x2, 1]) if piece == winner else np.zeros(3) for piece in range(3)
    )
    before = params_of(trainer)
    trainer.run_minibatches(1)
    expected = np.concatenate([first, [-0.1 * error * a, -0.1 * error], second, third])
    np.testing.assert_allclose(params_of(trainer) - before, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("biases", list(product([1.0, 1.5], repeat=3)))
def test_first_of_three_tied_pieces_learns(biases: tuple[float, ...]) -> None:
    first, second, third = biases
    trainer = put(Trainer(ONE_UNIT.replace(maxout_pieces=3)), [2, -1, first, 3, -1, 2, -1, second, 2, -1, third])
    before = params_of(trainer)
    trainer.run_minibatches(1)
    moved = params_of(trainer) != before
    winner = int(np.argmax(biases))
    assert moved[[2, 7, 10]].tolist() == [piece == winner for piece in range(3)]


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("name", INITIALIZERS)
def test_more_pieces_keep_initial_earlier_pieces(name: str, batch_norm: bool) -> None:
    config = Config(activation="maxout", initializer=name, batch_norm=batch_norm, layer_activations=("", "tanh"))
    config = config.replace(hidden_layer_sizes=(3, 4, 2))
    before = params_of(Trainer(config))
    for pieces in (3, 4, 5):
        trainer = Trainer(config.replace(maxout_pieces=pieces))
        now = params_of(trainer)
        assert len(now) == trainer.config.parameter_count
        # one more piece in the layers of 3 and 2 units, which have 2 and 4 inputs
        assert len(now) - len(before) == 3 * 3 + 2 * 5 + (2 * 5 if batch_norm else 0)
        np.testing.assert_array_equal(now[: len(before)], before)
        before = now


def test_checkpoint_with_four_pieces_resumes_exactly() -> None:
    config = Config(
        activation="maxout",
        maxout_pieces=4,
        hidden_layer_sizes=(4, 3, 2),
        layer_activations=("", "relu"),
        batch_norm=True,
        batch_size=7,
        optimizer="adam",
        dropout=0.2,
    )
    whole, resumed = Trainer(config), Trainer(config)
    for _ in range(3):
        whole.run_epoch()
    resumed.restore(whole.state())
    for trainer in (whole, resumed):
        trainer.run_epoch()
        trainer.run_minibatches(5)
    first, second = whole.state(), resumed.state()
    assert first.arrays.keys() == second.arrays.keys()
    assert all(first.arrays[name].tobytes() == second.arrays[name].tobytes() for name in first.arrays)


def test_one_unit_with_five_pieces_encloses_circle() -> None:
    """The glossary's claim; with two pieces, the decision boundary is too simple."""

    def accuracy(pieces: int, seed: int) -> float:
        config = Config(activation="maxout", maxout_pieces=pieces, hidden_layer_sizes=(1,), seed=str(seed))
        trainer = Trainer(config)
        for _ in range(300):
            trainer.run_epoch()
        return trainer.test_accuracy or 0.0

    two, five = ([accuracy(pieces, seed) for seed in range(5)] for pieces in (2, 5))
    assert max(two) < 0.9
    assert min(five) > 0.95


@pytest.mark.parametrize("shape", [(4, 2), (6, 6, 6, 6)])
def test_maxout_with_zero_pieces_equals_relu(shape: tuple[int, ...]) -> None:
    maxout, relu = (Trainer(Config(hidden_layer_sizes=shape, activation=name)) for name in ("maxout", "relu"))
    own = params_of(relu)
    put(maxout, [*own, *np.zeros(maxout.config.parameter_count - len(own))])
    np.testing.assert_allclose(maxout.outputs(maxout.inputs), relu.outputs(relu.inputs), rtol=0, atol=1e-14)
    np.testing.assert_allclose(maxout.gradient()[: len(own)], relu.gradient(), rtol=0, atol=1e-14)
    assert maxout.train_loss == pytest.approx(relu.train_loss, abs=1e-14)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_first_maxout_pieces_start_like_plain_units(name: str) -> None:
    plain = first_pieces_of(Trainer(WIDE.replace(initializer=name)))
    pieces = Trainer(WIDE.replace(initializer=name, layer_activations=("", "maxout", "maxout"))).pieces()
    assert [len(own) for own in pieces] == [1, 2, 2, 1]
    for (weights, biases), own in zip(plain, pieces, strict=True):
        np.testing.assert_array_equal(own[0][0], weights)
        np.testing.assert_array_equal(own[0][1], biases)
    for first, (weights, biases) in pieces[1:3]:
        deviation, largest, _ = MOMENTS[name](weights.shape[1], weights.shape[0])
        assert np.abs(weights).max() <= largest
        assert weights.std() == pytest.approx(deviation, rel=0.02)
        assert np.array_equal(weights, first[0]) == (name == "zeros")
        assert np.array_equal(biases, first[1]) != INITIALIZERS[name].draws_biases


def test_second_pieces_follow_weight_seed_and_offset() -> None:
    def seconds(**fields: object) -> bytes:
        return params_of(Trainer(Config(activation="maxout").replace(**fields)))[25:].tobytes()

    assert seconds(seed="1", weight_seed="2") == seconds(seed="3", weight_seed="2") == seconds(seed="2")
    assert len({seconds(seed="1"), seconds(seed="2"), seconds(seed="1", weight_offset=14)}) == 3


def test_max_norm_bounds_each_maxout_piece() -> None:
    trainer = Trainer(Config(activation="maxout", max_norm=0.1, hidden_layer_sizes=(5, 4)))
    trainer.run_epoch()
    lengths = [np.linalg.norm(weights, axis=1) for own in trainer.pieces() for weights, _ in own]
    assert len(lengths) == 5
    assert np.concatenate(lengths).max() == pytest.approx(0.1, abs=1e-12)


def test_maxout_pieces_are_normalized_separately() -> None:
    """The scale of one piece's weights and bias does not affect training."""
    config = Config(dataset="xor", activation="maxout", batch_norm=True, batch_size=50, hidden_layer_sizes=(3,))
    trainers = [Trainer(config), Trainer(config)]
    start = params_of(trainers[0])
    scaled = start.copy()
    # nine parameters of the first pieces, four of the output, six of batch norm, then the second pieces
    scaled[19:28] *= 1000
    steps = []
    for trainer, values in zip(trainers, (start, scaled), strict=True):
        put(trainer, values)
        trainer.run_minibatches(1)
        steps.append(params_of(trainer) - values)
    np.testing.assert_allclose(np.delete(steps[0], slice(19, 28)), np.delete(steps[1], slice(19, 28)), atol=1e-6)


def test_maxout_learns_xor() -> None:
    trainer = Trainer(Config(dataset="xor", activation="maxout", hidden_layer_sizes=(4,)))
    for _ in range(200):
        trainer.run_epoch()
    assert trainer.test_loss is not None
    assert trainer.test_loss < 0.02
