"""The trainer's public interface."""

import math
import sys

import numpy as np
import pytest

from engine import ACTIVATIONS, POINT_DATASETS, Config, ConfigError, Effect, Trainer, TrainingState
from engine.datasets import draw
from engine.initializers import INITIALIZERS
from engine.random import Stream
from engine.regularizers import REGULARIZERS
from tests.support.effort import all_pairs
from tests.support.training import trained

CARRYING = Config(seed="0.48429", batch_size=7, regularizer="L1", regularization_rate=0.03, learning_rate=0.1)
"""250 training examples in minibatches of 7, so five are carried over; L1 keeps track of dead links."""


def same(a: TrainingState, b: TrainingState) -> bool:
    """Whether two states are bit-for-bit equal."""
    numbers = [(s.epoch, s.step, s.batch, s.carried, set(s.arrays)) for s in (a, b)]
    return numbers[0] == numbers[1] and all(a.arrays[name].tobytes() == b.arrays[name].tobytes() for name in a.arrays)


@pytest.mark.parametrize("name", POINT_DATASETS)
def test_same_config_gives_bit_equal_runs(name: str) -> None:
    problem = POINT_DATASETS[name].problem
    field = "dataset" if problem == "classification" else "regression_dataset"
    config = Config().replace(problem=problem, **{field: name})
    assert same(trained(config, 3).state(), trained(config, 3).state())


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("activation", "regularizer", "sizes", "batch_size"),
    all_pairs(ACTIVATIONS, REGULARIZERS, [(), (4, 2), (8, 8, 8), (6,) * 5], [1, 7, 10, 251]),
)
def test_resuming_from_state_changes_nothing(
    activation: str, regularizer: str, sizes: tuple[int, ...], batch_size: int
) -> None:
    config = CARRYING.replace(
        activation=activation, regularizer=regularizer, hidden_layer_sizes=sizes, batch_size=batch_size
    )
    whole = trained(config, 2)
    whole.run_minibatches(whole.batches // 2)
    second = Trainer(config)
    second.restore(whole.state())
    for trainer in (whole, second):
        trainer.run_epoch()
        trainer.run_epoch()
    assert same(whole.state(), second.state())
    assert (whole.train_loss, whole.test_loss) == (second.train_loss, second.test_loss)


def test_epoch_in_pieces_equals_whole_epoch() -> None:
    whole, pieces = trained(CARRYING, 2), Trainer(CARRYING)
    while pieces.epoch < 2:
        pieces.run_minibatches(5)
    assert same(whole.state(), pieces.state())


def test_steps_count_updates_without_carried_remainder() -> None:
    trainer = Trainer(CARRYING)
    assert (trainer.batches, trainer.train_size // 7) == (36, 35)
    trainer.run_epoch()
    assert (trainer.epoch, trainer.step, trainer.batch) == (1, 35, 0)


def test_oversized_batch_never_updates() -> None:
    trainer = Trainer(Config(batch_size=251))
    start = trainer.state()
    trainer.run_epoch()
    trainer.run_epoch()
    assert (trainer.epoch, trainer.step) == (2, 0)
    assert np.array_equal(trainer.state().arrays["params"], start.arrays["params"])


def test_live_learning_rate_change_rebuilds_nothing() -> None:
    trainer = trained(Config(), 5)
    before = trainer.state()
    assert trainer.configure(trainer.config.replace(learning_rate=0.3)) is Effect.LIVE
    assert same(trainer.state(), before)
    trainer.run_epoch()
    slow = Trainer(Config())
    slow.restore(before)
    slow.run_epoch()
    moved, moved_slowly = (np.abs(t.state().arrays["params"] - before.arrays["params"]).sum() for t in (trainer, slow))
    assert moved > 3 * moved_slowly


def test_new_learning_rate_applies_to_carried_gradient() -> None:
    changed, reference = trained(CARRYING, 1), trained(CARRYING.replace(learning_rate=0.1), 1)
    changed.configure(CARRYING.replace(learning_rate=0.01))
    fast = Trainer(CARRYING.replace(learning_rate=0.01))
    fast.restore(reference.state())
    changed.run_epoch()
    fast.run_epoch()
    assert same(changed.state(), fast.state())


def test_network_change_restarts_with_same_data() -> None:
    trainer = trained(Config(), 3)
    points = trainer.inputs
    assert trainer.configure(trainer.config.replace(hidden_layer_sizes=(3,))) is Effect.NETWORK
    assert trainer.epoch == 0
    assert np.array_equal(trainer.inputs, points)
    assert trainer.state().arrays["params"].size == trainer.config.parameter_count == 2 * 3 + 3 + 3 + 1


def test_rewinding_restores_initial_weights() -> None:
    fresh = Trainer(CARRYING).state()
    trainer = trained(CARRYING, 10)
    trainer.rewind()
    assert same(trainer.state(), fresh)
    assert not same(trained(CARRYING, 1).state(), fresh)


def test_weights_continue_stream_after_earlier_networks() -> None:
    one = Trainer(Config(hidden_layer_sizes=(), features=("x",)))
    two = Trainer(Config(hidden_layer_sizes=(), features=("x", "y")))
    later = Trainer(Config(hidden_layer_sizes=(), features=("x",), weight_offset=1))
    assert two.state().arrays["params"][0] == one.state().arrays["params"][0]
    assert two.state().arrays["params"][1] == later.state().arrays["params"][0]


@pytest.mark.parametrize(("seed", "weight_seed"), [("0.5", ""), ("0.5", "0.7")])
@pytest.mark.parametrize("offset", [499, 500, 1234])
def test_later_weights_continue_stream(seed: str, weight_seed: str, offset: int) -> None:
    stream = Stream(weight_seed or seed)
    draw("circle", 0, stream)
    for _ in range(offset):
        stream.random()
    trainer = Trainer(Config(hidden_layer_sizes=(), seed=seed, weight_seed=weight_seed, weight_offset=offset))
    assert trainer.state().arrays["params"].tolist() == [stream.random() - 0.5, stream.random() - 0.5, 0.1]


def test_weight_seed_sets_initial_weights_only() -> None:
    both = Trainer(Config(seed="0.1", weight_seed="0.2", dataset="gauss"))
    assert np.array_equal(both.inputs, Trainer(Config(seed="0.1", dataset="gauss")).inputs)
    alone = Trainer(Config(seed="0.2", dataset="gauss"))
    assert np.array_equal(both.state().arrays["params"], alone.state().arrays["params"])


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_do_not_advance_data_rng(name: str) -> None:
    trainer = Trainer(Config(initializer=name))
    assert np.isfinite(trainer.state().arrays["params"]).all()
    assert np.array_equal(trainer.inputs, Trainer(Config()).inputs)


def test_regenerating_keeps_network_and_epoch() -> None:
    trainer = trained(CARRYING, 3)
    before, points = trainer.state(), trainer.inputs
    trainer.regenerate(trainer.config.replace(seed="0.9", weight_seed="0.48429"))
    assert same(trainer.state(), before)
    assert not np.array_equal(trainer.inputs, points)
    trainer.rewind()
    assert np.array_equal(trainer.state().arrays["params"], Trainer(CARRYING).state().arrays["params"])


def test_edited_parameter_updates_losses_and_outputs() -> None:
    trainer = trained(Config(), 5)
    last = trainer.config.parameter_count - 1
    before = trainer.train_loss
    trainer.set_parameter(last, 100.0)
    assert trainer.epoch == 5
    assert trainer.state().arrays["params"][last] == 100.0
    assert (trainer.train_loss or 0) > (before or np.inf)
    assert trainer.outputs(np.zeros((1, 2)))[0] == pytest.approx(1.0)


def test_editing_weight_revives_dead_link() -> None:
    trainer = trained(CARRYING.replace(regularization_rate=0.3), 30)
    dead = np.flatnonzero(trainer.state().arrays["alive"] == 0)
    assert dead.size
    trainer.set_parameter(int(dead[0]), 3.0)
    trainer.run_minibatches(1)
    assert trainer.state().arrays["params"][dead[0]] not in (0.0, 3.0)


@pytest.mark.parametrize(("index", "value"), [(-1, 0.0), (17, 0.0), (0, math.inf), (0, math.nan), (0, 1e7)])
def test_bad_parameter_is_rejected_without_effect(index: int, value: float) -> None:
    trainer = Trainer(Config(hidden_layer_sizes=(4,)))
    before = trainer.state()
    with pytest.raises(ConfigError):
        trainer.set_parameter(index, value)
    assert same(trainer.state(), before)


def bad_states() -> dict[str, TrainingState]:
    good = trained(CARRYING, 1).state()
    params = good.arrays["params"]
    nan = params.copy()
    nan[0] = math.nan
    return {
        "too short": TrainingState(1, 35, 0, 5, {**good.arrays, "params": params[:-1]}),
        "not finite": TrainingState(1, 35, 0, 5, {**good.arrays, "params": nan}),
        "missing array": TrainingState(1, 35, 0, 5, {"params": params}),
        "unknown array": TrainingState(1, 35, 0, 5, {**good.arrays, "velocity": params}),
        "batch too large": TrainingState(1, 35, 36, 5, good.arrays),
        "negative epoch": TrainingState(-1, 35, 0, 5, good.arrays),
        "too many carried": TrainingState(1, 35, 0, 6, good.arrays),
    }


@pytest.mark.parametrize("name", bad_states())
def test_bad_state_is_rejected_without_effect(name: str) -> None:
    trainer = trained(CARRYING, 2)
    before = trainer.state()
    with pytest.raises(ConfigError, match=r"expected"):
        trainer.restore(bad_states()[name])
    assert same(trainer.state(), before)


DIVERGING = {
    "learning rate": Config(problem="regression", learning_rate=10, activation="linear", batch_size=10),
    "relu": Config(problem="regression", learning_rate=3, activation="relu", hidden_layer_sizes=(8, 8)),
    "penalty": Config(regularizer="L2", regularization_rate=10, learning_rate=0.3, hidden_layer_sizes=(8, 8)),
    "batch of one": Config(problem="regression", learning_rate=1, batch_size=1, noise=50, hidden_layer_sizes=(8,)),
}


@pytest.mark.usefixtures("diverging")
@pytest.mark.parametrize("name", DIVERGING)
def test_divergence_restores_last_finite_state(name: str) -> None:
    trainer = Trainer(DIVERGING[name])
    while trainer.divergence is None:
        assert trainer.epoch < 3000
        trainer.run_epoch()
    divergence = trainer.divergence
    assert divergence.epoch == trainer.epoch + 1
    assert ("above 2" in divergence.hint) == (name == "penalty")
    snapshot = trainer.snapshot()
    assert math.isfinite(snapshot.train_loss or 0)
    assert math.isfinite(snapshot.test_loss or 0)
    assert np.isfinite(snapshot.state.arrays["params"]).all()
    trainer.run_epoch()
    assert trainer.epoch == divergence.epoch - 1


def test_overflow_raises_unless_tests_allow_it() -> None:
    with pytest.raises(FloatingPointError):
        trained(DIVERGING["learning rate"].replace(optimizer="momentum"), 1000)


@pytest.mark.usefixtures("diverging")
def test_lower_learning_rate_continues_from_good_weights() -> None:
    trainer = Trainer(DIVERGING["learning rate"])
    while trainer.divergence is None:
        trainer.run_minibatches(3)
    epoch, state = trainer.epoch, trainer.state()
    trainer.configure(trainer.config.replace(learning_rate=0.0001))
    assert trainer.divergence is None
    assert same(trainer.state(), state)
    trainer.run_epoch()
    assert trainer.epoch == epoch + 1


@pytest.mark.usefixtures("diverging")
def test_huge_weights_on_new_data_report_divergence() -> None:
    config = Config(problem="regression", hidden_layer_sizes=(), features=("x",), train_percent=100)
    trainers = [Trainer(config.replace(seed=seed)) for seed in "12"]
    small, large = sorted(trainers, key=lambda trainer: float(np.square(trainer.inputs[:, 0]).sum()))
    size = float(np.square(small.inputs[:, 0]).sum() + np.square(large.inputs[:, 0]).sum()) / 2
    weight = math.sqrt(sys.float_info.max / size)
    small.restore(TrainingState(0, 0, 0, 0, {"params": np.array([weight, 0.0])}))
    assert small.divergence is None
    small.regenerate(large.config)
    assert small.divergence is not None
    assert math.isfinite(small.train_loss)
    assert small.state().arrays["params"][0] == weight


def test_empty_test_set_has_no_test_loss() -> None:
    trainer = trained(Config(train_percent=100), 2)
    assert (trainer.train_size, trainer.test_size) == (500, 0)
    assert (trainer.test_loss, trainer.test_accuracy) == (None, None)
    assert (trainer.train_loss or 1) < 1


def test_network_without_features_learns_constant() -> None:
    trainer = trained(Config(features=()), 3)
    assert np.ptp(trainer.outputs(np.array([[-5.0, 2.0], [3.0, 3.0]]))) == 0.0


def test_only_classification_has_accuracy() -> None:
    learned = trained(Config(dataset="gauss"), 20)
    assert learned.train_accuracy == learned.test_accuracy == 1.0
    assert Trainer(Config(problem="regression")).train_accuracy is None


def test_snapshots_never_change() -> None:
    trainer = trained(Config(), 1)
    snapshot = trainer.snapshot()

    def contents() -> list[bytes]:
        return [snapshot.surface.tobytes(), snapshot.thumbnails.tobytes(), snapshot.state.arrays["params"].tobytes()]

    before = contents()
    trainer.run_epoch()
    trainer.snapshot()
    assert contents() == before


def test_unchanged_parameter_returns_same_state() -> None:
    state = Trainer(Config()).state()
    assert state.with_parameter(0, float(state.arrays["params"][0])) is state
    assert state.with_parameter(0, 7.0) is not state


@pytest.mark.usefixtures("diverging")
def test_snapshots_within_epoch_change_nothing() -> None:
    config = Config(problem="regression", activation="linear", learning_rate=10, batch_size=1, hidden_layer_sizes=(2,))
    watched, alone = Trainer(config), Trainer(config)
    was_infinite = False
    while alone.divergence is None:
        for trainer in (watched, alone):
            trainer.run_minibatches(1)
        was_infinite |= not watched.is_showable and watched.divergence is None
        snapshot = watched.snapshot()
        assert snapshot.train_loss is not None
        assert np.isfinite(snapshot.train_loss)
        assert all(np.isfinite(array).all() for array in snapshot.state.arrays.values())
    assert was_infinite
    assert (watched.divergence, watched.epoch, watched.batch) == (alone.divergence, alone.epoch, alone.batch)
    np.testing.assert_array_equal(watched.state().arrays["params"], alone.state().arrays["params"])
