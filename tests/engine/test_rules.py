"""Training rules: schedules, initialization, example order, data transformations, dropout, and bounds on updates."""

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import OPTIMIZERS, Config, Effect, Trainer
from engine.config import REMAINDERS
from engine.initializers import INITIALIZERS
from engine.schedules import SCHEDULES
from tests import reference
from tests.reference import first_pieces_of, reference_of
from tests.support.training import assert_agrees, params_of, trained

Vector = NDArray[np.float64]
SLACK = 10.0
"""A tolerance factor for update rules with more rounding than plain SGD."""
FULL_BATCH = Config(dataset="xor", train_percent=20, batch_size=100)
BY_ONE = Config(
    problem="regression",
    features=("x", "y"),
    hidden_layer_sizes=(),
    batch_size=1,
    train_percent=25,
    example_count=400,
    learning_rate=0.001,
)
"""A linear unit that learns from one example at a time, so each update reveals its example."""


# --- schedules --------------------------------------------------------------------------------------------------------

SHAPE = {"schedule_decay": 0.3, "schedule_factor": 0.7, "schedule_period": 4}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_follows_its_formula(name: str) -> None:
    config = FULL_BATCH.replace(schedule=name, learning_rate=0.2, **SHAPE)
    trainer = Trainer(config)
    for epoch in range(10):
        expected = 0.2 * reference.SCHEDULES[name](epoch, config)
        assert trainer.learning_rate == pytest.approx(expected, rel=1e-12, abs=1e-17)
        assert trainer.snapshot().learning_rate == trainer.learning_rate
        trainer.run_epoch()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_training_uses_scheduled_learning_rate(name: str, optimizer: str) -> None:
    assert_agrees(
        FULL_BATCH.replace(schedule=name, optimizer=optimizer, learning_rate=0.05, batch_size=35, **SHAPE), 10, SLACK
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_new_schedule_applies_to_later_epochs(name: str) -> None:
    trainer = trained(FULL_BATCH, 3)
    assert trainer.configure(FULL_BATCH.replace(schedule=name, **SHAPE)) is Effect.LIVE
    textbook = reference_of(trainer)
    textbook.epoch = 3
    for _ in range(4):
        trainer.run_epoch()
        textbook.run_epoch()
    np.testing.assert_allclose(params_of(trainer), textbook.params, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_leaving_schedule_restores_constant_rate(name: str) -> None:
    trainer = trained(FULL_BATCH.replace(schedule=name, **SHAPE), 3)
    trainer.configure(FULL_BATCH)
    textbook = reference_of(trainer)
    for _ in range(4):
        trainer.run_epoch()
        textbook.run_epoch()
    np.testing.assert_allclose(params_of(trainer), textbook.params, rtol=0, atol=1e-12)


def test_weights_stay_constant_after_cosine_ends() -> None:
    trainer = trained(FULL_BATCH.replace(schedule="cosine", schedule_period=3, clip_norm=0.1), 3)
    before = params_of(trainer)
    trainer.run_epoch()
    assert trainer.learning_rate == 0
    np.testing.assert_array_equal(params_of(trainer), before)


# --- initial weights --------------------------------------------------------------------------------------------------

WIDE = Config(hidden_layer_sizes=(200, 300, 100), initializer_scale=0.7)


def layers_of(config: Config) -> list[Vector]:
    """The initial weights (units, inputs) of each layer."""
    return [weights for weights, _ in first_pieces_of(Trainer(config))]


def uniform_moments(limit: float) -> tuple[float, float, float]:
    """Standard deviation, maximum and kurtosis of the uniform distribution on ±limit."""
    return limit / math.sqrt(3), limit, 9 / 5


def normal_moments(deviation: float) -> tuple[float, float, float]:
    """Standard deviation, maximum and kurtosis of the normal distribution."""
    return deviation, math.inf, 3.0


MOMENTS = {
    "uniform": lambda fan_in, fan_out: uniform_moments(0.5),
    "zeros": lambda fan_in, fan_out: (0.0, 0.0, math.nan),
    **dict.fromkeys(("normal", "normal_biases"), lambda fan_in, fan_out: normal_moments(0.7)),
    "glorot_uniform": lambda fan_in, fan_out: uniform_moments(math.sqrt(6) / math.sqrt(fan_in + fan_out)),
    "glorot_normal": lambda fan_in, fan_out: normal_moments(math.sqrt(2 / (fan_in + fan_out))),
    "he_uniform": lambda fan_in, fan_out: uniform_moments(math.sqrt(6 / fan_in)),
    "he_normal": lambda fan_in, fan_out: normal_moments(math.sqrt(2 / fan_in)),
    "lecun_normal": lambda fan_in, fan_out: normal_moments(math.sqrt(1 / fan_in)),
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initial_weights_have_expected_distribution(name: str) -> None:
    for weights in layers_of(WIDE.replace(initializer=name))[1:3]:
        deviation, largest, kurtosis = MOMENTS[name](weights.shape[1], weights.shape[0])
        assert np.abs(weights).max() <= largest
        assert weights.mean() == pytest.approx(0, abs=4 * deviation / math.sqrt(weights.size))
        assert weights.std() == pytest.approx(deviation, rel=0.02)
        if deviation:
            assert (weights**4).mean() / weights.var() ** 2 == pytest.approx(kurtosis, rel=0.05)


@pytest.mark.parametrize("name", [name for name, entry in INITIALIZERS.items() if not entry.draws_biases])
def test_biases_start_at_zero_except_for_uniform(name: str) -> None:
    for _, biases in first_pieces_of(Trainer(Config(initializer=name))):
        np.testing.assert_array_equal(biases, 0.1 if name == "uniform" else 0.0)


@pytest.mark.parametrize("name", [name for name, entry in INITIALIZERS.items() if entry.draws_biases])
def test_drawn_biases_are_distributed_like_weights(name: str) -> None:
    biases = np.concatenate([biases for _, biases in first_pieces_of(Trainer(WIDE.replace(initializer=name)))])
    deviation, _, kurtosis = MOMENTS[name](1, 1)
    assert biases.std() == pytest.approx(deviation, rel=0.2)
    assert len(np.unique(biases)) == len(biases)
    assert (biases**4).mean() / biases.var() ** 2 == pytest.approx(kurtosis, rel=0.5)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name != "zeros"])
def test_initial_weights_depend_on_weight_seed_only(name: str) -> None:
    def weights(**fields: object) -> bytes:
        return params_of(Trainer(Config(dataset="gauss", initializer=name).replace(**fields))).tobytes()

    assert weights(seed="1", weight_seed="2") == weights(seed="3", weight_seed="2") == weights(seed="2")
    assert weights(seed="1") != weights(seed="2")
    assert weights(weight_offset=0) != weights(weight_offset=17)


@pytest.mark.parametrize("name", [name for name, entry in INITIALIZERS.items() if entry.draw])
def test_new_initializers_do_not_advance_original_rng(name: str) -> None:
    one, two = (layers_of(Config(initializer=name, hidden_layer_sizes=(3,), dataset=d)) for d in ("circle", "spiral"))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    old = [layers_of(Config(hidden_layer_sizes=(3,), dataset=d)) for d in ("circle", "spiral")]
    assert not np.array_equal(old[0][0], old[1][0])


# --- example order and incomplete batches -----------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 7, 30, 99, 100, 101])
@pytest.mark.parametrize("rest", REMAINDERS)
def test_steps_and_batches_follow_from_remainder(rest: str, batch_size: int) -> None:
    trainer = trained(FULL_BATCH.replace(batch_size=batch_size, rest=rest), 1)
    full, left = divmod(100, batch_size)
    updates = full + (1 if left and rest == "applied" else 0)
    pieces = full + (1 if left and (rest == "applied" or (rest == "carried" and full)) else 0)
    assert (trainer.step, trainer.batches) == (updates, pieces)
    assert trainer.state().carried == (left if rest == "carried" and full else 0)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("batch_size", [1, 7, 99, 100, 101])
@pytest.mark.parametrize("rest", REMAINDERS)
def test_incomplete_batches_match_textbook(rest: str, batch_size: int, optimizer: str) -> None:
    assert_agrees(FULL_BATCH.replace(batch_size=batch_size, rest=rest, optimizer=optimizer), 4, SLACK)


def updates_of(trainer: Trainer) -> Vector:
    """The update of each minibatch of the next epoch divided by the learning rate: (minibatches, 3)."""
    updates = []
    for _ in range(trainer.batches):
        before = params_of(trainer)
        trainer.run_minibatches(1)
        updates.append((before - params_of(trainer)) / trainer.config.learning_rate)
    return np.array(updates)


def points_of(updates: Vector) -> Vector:
    """The examples' points (n, 2): a linear unit's gradient is error × input, and the error itself for the bias."""
    return updates[:, :2] / updates[:, 2:]


def test_unshuffled_examples_keep_their_order() -> None:
    trainer = Trainer(BY_ONE)
    for _ in range(2):
        np.testing.assert_allclose(points_of(updates_of(trainer)), trainer.inputs[:100], rtol=0, atol=1e-7)


def test_shuffled_epochs_use_every_example_once() -> None:
    trainer = Trainer(BY_ONE.replace(shuffle=True))
    training = trainer.inputs[:100]
    orders = []
    for _ in range(3):
        distances = np.linalg.norm(points_of(updates_of(trainer))[:, None] - training[None], axis=2)
        orders.append(tuple(distances.argmin(axis=1)))
        assert distances.min(axis=1).max() < 1e-7
        assert sorted(orders[-1]) == list(range(100))
    assert len({*orders, tuple(range(100))}) == 4
    np.testing.assert_array_equal(trainer.inputs[:100], training)


def test_shuffled_examples_keep_their_targets() -> None:
    trainer = Trainer(BY_ONE.replace(shuffle=True))
    before = params_of(trainer)
    first = updates_of(trainer)[0]
    point = first[:2] / first[2]
    index = int(np.linalg.norm(trainer.inputs - point, axis=1).argmin())
    output = before[:2] @ trainer.inputs[index] + before[2]
    assert output - trainer.targets[index] == pytest.approx(first[2], abs=1e-9)


# --- data transformations ---------------------------------------------------------------------------------------------


def test_jitter_moves_points_differently_each_epoch() -> None:
    trainer = Trainer(BY_ONE.replace(jitter=0.4, example_count=4000))
    training, targets = trainer.inputs[:1000].copy(), trainer.targets[:1000].copy()
    moves = []
    for _ in range(2):
        before, updates = params_of(trainer), updates_of(trainer)
        points = points_of(updates)
        moves.append(points - training)
        output = before[:2] @ points[0] + before[2]
        assert output - targets[0] == pytest.approx(updates[0, 2], abs=1e-9)
    for move in moves:
        np.testing.assert_allclose(move.mean(axis=0), 0, atol=4 * 0.4 / math.sqrt(1000))
        np.testing.assert_allclose(move.std(axis=0), 0.4, rtol=0.1)
        assert np.median(np.abs(move)) == pytest.approx(0.6745 * 0.4, rel=0.1)
    assert abs(np.corrcoef(moves[0][:, 0], moves[1][:, 0])[0, 1]) < 0.15
    np.testing.assert_array_equal(trainer.inputs[:1000], training)


def test_losses_ignore_jitter() -> None:
    trainer = trained(FULL_BATCH.replace(jitter=1), 2)
    outputs = reference_of(trainer).outputs(trainer.inputs)[:, 0]
    each = 0.5 * (outputs - trainer.targets) ** 2
    assert (trainer.train_loss, trainer.test_loss) == pytest.approx((each[:100].mean(), each[100:].mean()), abs=1e-12)


@pytest.mark.parametrize("features", [("x", "y"), ("x", "xSquared", "sinY"), ("y",), ()])
def test_standardized_features_train_like_textbook(features: tuple[str, ...]) -> None:
    assert_agrees(FULL_BATCH.replace(standardize=True, features=features, batch_size=7), 4, SLACK)


def test_constant_feature_is_not_divided_by_zero() -> None:
    config = Config(problem="regression", regression_dataset="reg-sine", standardize=True, features=("x", "y"))
    trainer = trained(config, 2)
    assert np.isfinite(params_of(trainer)).all()
    assert (trainer.outputs(np.array([[1.0, 0.0]])) == trainer.outputs(np.array([[1.0, 0.0]]))).all()


def test_standardization_uses_training_examples_only() -> None:
    trainer = Trainer(FULL_BATCH.replace(standardize=True, hidden_layer_sizes=(), features=("xSquared", "ySquared")))
    trainer.set_parameter(0, 1.0)
    for index in (1, 2):
        trainer.set_parameter(index, 0.0)
    z = trainer.function().forward_activations(trainer.inputs)[0].z[0]
    assert z[:100].mean() == pytest.approx(0, abs=1e-12)
    assert z[:100].std() == pytest.approx(1, abs=1e-12)
    assert z[100:].std() != pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("train", "validation", "sizes"),
    [(50, 0, (250, 0, 250)), (50, 20, (250, 100, 150)), (30, 80, (150, 350, 0)), (100, 50, (500, 0, 0))],
)
def test_validation_examples_come_from_test_examples(
    train: float, validation: float, sizes: tuple[int, int, int]
) -> None:
    plain = Trainer(Config(train_percent=train))
    trainer = Trainer(Config(train_percent=train, validation_percent=validation))
    assert (trainer.train_size, trainer.validation_size, trainer.test_size) == sizes
    np.testing.assert_array_equal(trainer.inputs, plain.inputs)
    np.testing.assert_array_equal(params_of(trainer), params_of(plain))


def test_every_part_has_its_own_loss_and_accuracy() -> None:
    trainer = trained(Config(dataset="xor", noise=40, train_percent=50, validation_percent=20), 3)
    outputs = trainer.outputs(trainer.inputs)
    each, hits = 0.5 * (outputs - trainer.targets) ** 2, (outputs >= 0) == (trainer.targets >= 0)
    parts = {"train": slice(0, 250), "validation": slice(250, 350), "test": slice(350, 500)}
    for name, part in parts.items():
        assert getattr(trainer, f"{name}_loss") == pytest.approx(each[part].mean(), abs=1e-12)
        assert getattr(trainer, f"{name}_accuracy") == pytest.approx(hits[part].mean(), abs=1e-12)
        assert trainer.loss_at(params_of(trainer), name) == pytest.approx(each[part].mean(), abs=1e-12)
    without = Trainer(Config())
    assert (without.validation_loss, without.validation_accuracy) == (None, None)
    with pytest.raises(ValueError, match="no examples"):
        without.loss_at(params_of(without), "validation")


# --- dropout ----------------------------------------------------------------------------------------------------------

DROPPING = Config(
    problem="regression",
    example_count=100,
    batch_size=1,
    hidden_layer_sizes=(400, 300),
    learning_rate=1e-3,
    initializer="glorot_normal",
    dropout=0.3,
)


def set_masks(textbook: reference.Reference, gradient: Vector, rates: tuple[float, ...]) -> None:
    """Infer from the gradient of one example which units were kept, and set the same masks in the textbook.

    A dropped unit outputs 0, so the gradient with respect to its outgoing weights is exactly 0.
    """
    layers, start = textbook.layers, 0
    for (layer, above), rate in zip(pairwise(layers), rates, strict=True):
        start += layer.pieces[0].weights.size + layer.pieces[0].biases.size
        (units, fan_in) = above.pieces[0].weights.shape
        block = gradient[start : start + units * (fan_in + 1)].reshape(units, -1)
        kept = (block[:, :-1] != 0).any(axis=0)
        layer.mask = kept / (1 - rate)


@pytest.mark.parametrize("rates", [(0.1, 0.1), (0.3, 0.3), (0.5, 0.5), (0.9, 0.9), (0.2, 0.7), (0.0, 0.5), (0.5, 0.0)])
@pytest.mark.parametrize("activation", ["tanh", "linear", "gelu", "maxout"])
def test_dropout_masks_and_rescales_units(activation: str, rates: tuple[float, float]) -> None:
    # the first layer uses the common rate
    trainer = Trainer(DROPPING.replace(activation=activation, dropout=rates[0], layer_dropout=(None, rates[1])))
    masks = []
    for example in range(4):
        textbook, before = reference_of(trainer), params_of(trainer)
        trainer.run_minibatches(1)
        gradient = (before - params_of(trainer)) / trainer.config.learning_rate
        set_masks(textbook, gradient, rates)
        np.testing.assert_allclose(gradient, textbook.gradient(example, example + 1), rtol=0, atol=1e-10)
        masks.append([np.asarray(layer.mask) for layer in textbook.layers[:-1]])
    for number, (units, rate) in enumerate(zip((400, 300), rates, strict=True)):
        dropped = np.mean([mask[number] == 0 for mask in masks])
        assert dropped == pytest.approx(rate, abs=4 * math.sqrt(rate * (1 - rate) / (4 * units)))
        assert len({mask[number].tobytes() for mask in masks}) == (4 if rate else 1)


def test_layer_dropout_overrides_common_rate() -> None:
    config = Config(dropout=0.3, hidden_layer_sizes=(4, 3, 2))
    assert config.dropouts == (0.3, 0.3, 0.3)
    assert config.replace(layer_dropout=(None, 0, None, 0.5)).dropouts == (0.3, 0, 0.3)
    assert config.replace(layer_dropout=(0, 0, 0)).dropouts == config.replace(hidden_layer_sizes=()).dropouts == ()
    same = [trained(config.replace(**fields), 2) for fields in ({}, {"dropout": 0, "layer_dropout": (0.3,) * 3})]
    np.testing.assert_array_equal(params_of(same[0]), params_of(same[1]))
    without, requested = (trained(Config(hidden_layer_sizes=(), dropout=rate), 2) for rate in (0, 0.9))
    np.testing.assert_array_equal(params_of(without), params_of(requested))


def test_dropout_masks_vary_by_epoch_not_by_run() -> None:
    def first_updates(epochs: int) -> list[bytes]:
        trainer, updates = Trainer(DROPPING.replace(hidden_layer_sizes=(30,), learning_rate=1e-12)), []
        for _ in range(epochs):
            before = params_of(trainer)
            trainer.run_minibatches(1)
            updates.append((before[-31:-1] == params_of(trainer)[-31:-1]).tobytes())
            trainer.run_epoch()
        return updates

    assert len(set(first_updates(3))) == 3
    assert first_updates(3) == first_updates(3)


def test_losses_and_pictures_ignore_dropout() -> None:
    trainer = trained(FULL_BATCH.replace(dropout=0.5), 3)
    outputs = reference_of(trainer).outputs(trainer.inputs)[:, 0]
    np.testing.assert_allclose(trainer.outputs(trainer.inputs), outputs, rtol=0, atol=1e-12)
    loss = 0.5 * ((outputs - trainer.targets)[:100] ** 2).mean()
    np.testing.assert_allclose(trainer.train_loss or 0, loss, atol=1e-12)
    plain = Trainer(FULL_BATCH)
    plain.restore(trainer.state())
    np.testing.assert_array_equal(trainer.gradient(), plain.gradient())
    np.testing.assert_array_equal(trainer.snapshot().surface, plain.snapshot().surface)


# --- bounds on weights and updates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("sizes", [(), (4, 2), (6, 6, 6, 6)])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_max_norm_bounds_weights_of_units(optimizer: str, sizes: tuple[int, ...], batch_norm: bool) -> None:
    config = FULL_BATCH.replace(
        max_norm=0.05, optimizer=optimizer, hidden_layer_sizes=sizes, batch_size=30, batch_norm=batch_norm
    )
    assert_agrees(config, 4, SLACK)
    lengths = np.concatenate([np.linalg.norm(weights, axis=1) for weights, _ in first_pieces_of(trained(config, 4))])
    assert lengths.max() == pytest.approx(0.05, abs=1e-12)
    free = first_pieces_of(trained(config.replace(max_norm=0), 4))
    assert max(np.linalg.norm(weights, axis=1).max() for weights, _ in free) > 0.05


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("limit", [0.01, 0.1, 100])
def test_gradient_clipping_matches_textbook(limit: float, optimizer: str, batch_norm: bool) -> None:
    assert_agrees(
        FULL_BATCH.replace(clip_norm=limit, optimizer=optimizer, batch_size=30, batch_norm=batch_norm), 4, SLACK
    )


def test_clipped_gradient_keeps_its_direction() -> None:
    free, clipped = (Trainer(FULL_BATCH.replace(clip_norm=limit)) for limit in (0, 0.01))
    start, gradient = params_of(free), free.gradient()
    clipped.run_epoch()
    step = (start - params_of(clipped)) / clipped.config.learning_rate
    assert np.linalg.norm(step) == pytest.approx(0.01, rel=1e-9)
    np.testing.assert_allclose(step, gradient * 0.01 / np.linalg.norm(gradient), rtol=0, atol=1e-12)


def test_rule_change_keeps_weights_and_epoch() -> None:
    config = FULL_BATCH.replace(batch_size=7)
    changes: list[dict[str, object]] = [
        {"dropout": 0.2},
        {"layer_dropout": (0.5, None, 0.1)},
        {"max_norm": 50},
        {"clip_norm": 1},
        {"jitter": 0.1},
        {"shuffle": True},
        {"rest": "applied"},
        {"rest": "dropped"},
        {"patience": 5},
        {"optimizer": "adam"},
    ]
    for change in changes:
        trainer = trained(config, 3)
        trainer.run_minibatches(4)
        before, losses = trainer.state(), (trainer.train_loss, trainer.test_loss)
        assert trainer.configure(config.replace(**change)) is Effect.TRAINING
        after = trainer.state()
        assert (after.epoch, after.step, after.batch) == (before.epoch, before.step, before.batch)
        np.testing.assert_array_equal(after.arrays["params"], before.arrays["params"])
        assert (trainer.train_loss, trainer.test_loss) == losses
        trainer.run_epoch()
        assert trainer.epoch == 4
