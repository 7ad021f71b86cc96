"""Networks that read pictures: their examples, and what is shown of them."""

import numpy as np
import pytest

from engine import PICTURE_DATASETS, Config, PictureSnapshot, Trainer
from engine.digits import load
from engine.examples import mean_picture
from engine.weight_pictures import sensitivities, weight_pictures
from tests.support.training import trained

SMALL = Config(dataset="uci", hidden_layer_sizes=(6, 5), activation="sigmoid", train_count=200, shuffle=True)


def last_of(trainer: Trainer) -> PictureSnapshot:
    return trainer.picture_snapshot(trainer.inputs[-1])


@pytest.mark.parametrize("dataset", PICTURE_DATASETS)
def test_a_tenth_validates_and_a_tenth_tests(dataset: str) -> None:
    trainer, count = Trainer(Config(dataset=dataset, hidden_layer_sizes=())), PICTURE_DATASETS[dataset].size
    assert (trainer.validation_size, trainer.test_size) == (count // 10, count // 10)
    assert trainer.train_size == count - 2 * (count // 10)
    digits = load(dataset)
    assert sorted(map(bytes, trainer.inputs)) == sorted(map(bytes, digits.pixels))
    known = {bytes(pixels): label for pixels, label in zip(digits.pixels, digits.labels, strict=True)}
    shown = zip(trainer.inputs, trainer.targets, strict=True)
    assert all(known[bytes(pixels)] == target for pixels, target in shown)


def test_fewer_training_pictures_leave_the_test_alone() -> None:
    few, many = Trainer(SMALL), Trainer(SMALL.replace(train_count=0))
    assert few.train_size == 200
    np.testing.assert_array_equal(few.inputs[:200], many.inputs[:200])
    np.testing.assert_array_equal(few.inputs[200:], many.inputs[many.train_size :])
    assert Trainer(SMALL.replace(train_count=8000)).train_size == many.train_size


def test_data_seed_draws_other_pictures() -> None:
    first, same, other = (Trainer(SMALL.replace(seed=seed, weight_seed="1")) for seed in ("1", "1", "2"))
    assert np.array_equal(first.inputs, same.inputs)
    assert not np.array_equal(first.inputs, other.inputs)
    assert np.array_equal(first.state().arrays["params"], other.state().arrays["params"])


def test_shared_pictures_cannot_be_changed() -> None:
    trainer = Trainer(SMALL)
    for array in (trainer.inputs, trainer.targets):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


POINTS_ONLY = [
    {"noise": 50},
    {"standardize": True},
    {"jitter": 1},
    {"features": ("xSquared",)},
    {"example_count": 20},
    {"train_percent": 90, "validation_percent": 10},
    {"outliers": 50, "class_share": 90},
]


@pytest.mark.parametrize("changes", POINTS_ONLY, ids=",".join)
def test_settings_of_points_leave_pictures_alone(changes: dict[str, object]) -> None:
    plain, changed = trained(SMALL, 2), trained(SMALL.replace(**changes), 2)
    assert plain.train_loss == changed.train_loss
    assert plain.state().arrays["params"].tobytes() == changed.state().arrays["params"].tobytes()


def test_outputs_are_those_of_evaluation() -> None:
    trainer = trained(SMALL, 3)
    outputs, snapshot = trainer.outputs(trainer.inputs[-trainer.test_size :]), last_of(trainer)
    np.testing.assert_array_equal(snapshot.answers, outputs.argmax(axis=1))
    np.testing.assert_allclose(snapshot.certainty / 255, outputs.max(axis=1), atol=0.5 / 255)
    assert trainer.test_accuracy == np.mean(snapshot.answers == trainer.targets[-trainer.test_size :])


def test_activations_are_those_of_the_followed_picture() -> None:
    trainer = trained(SMALL, 1)
    layers = trainer.function().forward_activations(trainer.inputs[-1:])
    expected = np.concatenate([layer.a[:, 0] for layer in layers])
    activations = last_of(trainer).activations
    assert activations is not None
    np.testing.assert_allclose(activations, expected, rtol=1e-6)
    assert trainer.picture_snapshot().activations is None


def test_links_and_biases_are_those_of_the_network() -> None:
    trainer = Trainer(SMALL.replace(initializer="normal_biases"))
    snapshot, pieces = last_of(trainer), trainer.pieces()
    np.testing.assert_allclose(snapshot.biases, np.concatenate([own[0][1] for own in pieces]), rtol=1e-6)
    links = np.concatenate([np.c_[weights, biases].ravel() for ((weights, biases),) in pieces[1:]])
    np.testing.assert_allclose(snapshot.links, links, rtol=1e-6)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "maxout", "softplus"])
def test_sensitivities_match_numeric_differences(activation: str) -> None:
    function = trained(SMALL.replace(activation=activation), 1).function()
    picture = mean_picture(SMALL)
    found = sensitivities(function, picture)
    for pixel in (20, 35, 44):
        moved = np.repeat(picture[np.newaxis], 2, axis=0)
        moved[:, pixel] += np.array([0, 1], np.uint8)
        slopes = [(layer.z[:, 1] - layer.z[:, 0]) * 255 for layer in function.forward_activations(moved)]
        for expected, own in zip(slopes, found, strict=True):
            np.testing.assert_allclose(own[:, pixel], expected, rtol=0.02, atol=1e-3)


def test_first_layer_is_shown_as_its_weights() -> None:
    trainer = trained(SMALL, 1)
    ((weights, _),), *_ = trainer.pieces()
    shown = weight_pictures(trainer.function(), mean_picture(SMALL))
    assert shown.pictures.shape == (21, 8, 8)
    values = (shown.pictures[:6].reshape(6, -1) / 128.0 - 1) * shown.scales[0]
    inside = np.abs(weights) < 0.98 * shown.scales[0]
    np.testing.assert_allclose(values[inside], weights[inside], atol=shown.scales[0] / 100)
    assert np.mean(inside) > 0.9


@pytest.mark.parametrize("activation", ["sigmoid", "maxout"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_nothing_has_changed_at_epoch_zero(activation: str, batch_norm: bool) -> None:
    trainer = Trainer(SMALL.replace(activation=activation, batch_norm=batch_norm))
    assert np.all(trainer.picture_snapshot(changes=True).pictures == 128)
    trainer.run_epoch()
    assert np.any(trainer.picture_snapshot(changes=True).pictures != 128)
    trainer.rewind()
    assert np.all(trainer.picture_snapshot(changes=True).pictures == 128)


def test_changes_are_counted_from_epoch_zero() -> None:
    trainer = Trainer(SMALL.replace(initializer="normal_biases", learning_rate=1))
    ((before, _),), *_ = trainer.pieces()
    trainer.run_epoch()
    ((after, _),), *_ = trainer.pieces()
    shown = trainer.picture_snapshot(changes=True)
    values = (shown.pictures[:6].reshape(6, -1) / 128.0 - 1) * shown.scales[0]
    inside = np.abs(after - before) < 0.98 * shown.scales[0]
    np.testing.assert_allclose(values[inside], (after - before)[inside], atol=shown.scales[0] / 100)


def test_zero_weights_are_shown_as_neutral() -> None:
    trainer = Trainer(SMALL.replace(initializer="zeros"))
    snapshot = trainer.picture_snapshot()
    assert np.all(snapshot.pictures == 128)
    assert snapshot.scales.tolist() == [1, 1, 1]


def test_each_kind_of_network_has_its_own_snapshot() -> None:
    with pytest.raises(TypeError, match="picture_snapshot"):
        Trainer(SMALL).snapshot()
    with pytest.raises(TypeError, match="snapshot"):
        Trainer(Config()).picture_snapshot()


def test_pixels_are_never_dropped() -> None:
    trainer = Trainer(SMALL.replace(dropout=0.9, shuffle=False, hidden_layer_sizes=(6,)))
    batch = trainer.example_batch(3)
    np.testing.assert_array_equal(batch.inputs[:, batch.column], trainer.inputs[3] / 255)
    assert len(batch.masks) == 1
    assert np.any(batch.masks[0] == 0)


def test_example_batch_holds_the_shuffled_minibatch() -> None:
    trainer = trained(SMALL, 1)
    for number in (0, 57, 199):
        batch = trainer.example_batch(number)
        np.testing.assert_array_equal(batch.inputs[:, batch.column], trainer.inputs[number] / 255)
        assert batch.targets[:, batch.column].argmax() == trainer.targets[number]
    alone = trainer.example_batch(len(trainer.inputs) - 1)
    assert (alone.minibatch, alone.inputs.shape) == (None, (64, 1))


def test_looking_at_pictures_leaves_training_alone() -> None:
    looked, plain = Trainer(SMALL), Trainer(SMALL)
    for _ in range(3):
        looked.run_minibatches(7)
        plain.run_minibatches(7)
        last_of(looked)
        looked.gradient()
        looked.example_batch(5)
        looked.loss_at(looked.state().arrays["params"], "test")
    looked.run_epoch()
    plain.run_epoch()
    assert looked.state().arrays["params"].tobytes() == plain.state().arrays["params"].tobytes()


def test_loss_elsewhere_is_that_of_training() -> None:
    trainer = trained(SMALL, 2)
    for part, loss in {"train": trainer.train_loss, "test": trainer.test_loss}.items():
        assert trainer.loss_at(trainer.state().arrays["params"], part) == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_small_digits_are_learned(loss: str) -> None:
    rate = {"squared_error": 3.0, "cross_entropy": 0.5}[loss]
    config = Config(dataset="uci", hidden_layer_sizes=(30,), activation="sigmoid", learning_rate=rate, loss=loss)
    trainer = trained(config.replace(initializer="normal_biases", shuffle=True), 15)
    assert (trainer.test_accuracy or 0) > 0.8
