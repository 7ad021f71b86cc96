"""What a trainer reports, checked against the reference: pictures, activations, derivatives, gradients, losses."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import ACTIVATIONS, POINT_DATASETS, Config, Trainer
from tests.reference import Reference, activation_of, first_pieces_of, inputs_of, reference_of
from tests.support.training import put

MULTICLASS = [name for name, dataset in POINT_DATASETS.items() if dataset.classes > 2]
ONE_DIMENSIONAL = [name for name, dataset in POINT_DATASETS.items() if dataset.dimensions == 1]
AXIS = np.linspace(-6, 6, 100)
GRID = np.array([[x1, x2] for x2 in AXIS[::-1] for x1 in AXIS])
"""Points of the plane, row by row from the top left corner."""

POINTS = np.random.default_rng(0).uniform(-6, 6, (40, 2))

VARIANTS: dict[str, dict[str, object]] = {
    "default": {},
    "standardized": {"standardize": True, "features": ("x", "ySquared", "xTimesY")},
    "normalized": {"batch_norm": True},
    "normalized and stacked": {"batch_norm": True, "hidden_layer_sizes": (6, 6, 6, 6)},
    "normalized and standardized": {"batch_norm": True, "standardize": True, "optimizer": "adam"},
    "probabilities": {"loss": "cross_entropy", "batch_norm": True},
    "regression": {"problem": "regression", "standardize": True, "batch_norm": True},
    "no hidden layer": {"hidden_layer_sizes": (), "batch_norm": True, "standardize": True},
    "dropout": {"dropout": 0.4, "hidden_layer_sizes": (8,)},
    "maxout": {"activation": "maxout", "hidden_layer_sizes": (4, 3), "standardize": True},
    "maxout, normalized and stacked": {
        "layer_activations": ("maxout", "", "maxout"),
        "hidden_layer_sizes": (6, 6, 6, 6),
        "batch_norm": True,
    },
    "all activations": {
        "layer_activations": tuple(ACTIVATIONS),
        "hidden_layer_sizes": (5,) * len(ACTIVATIONS),
        "batch_norm": True,
    },
}
for number, name in enumerate(MULTICLASS):
    VARIANTS[name] = {"dataset": name, "batch_norm": number % 2 == 0, "hidden_layer_sizes": (5, 4)}
each_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def trained(variant: dict[str, object], epochs: int = 5) -> tuple[Trainer, Reference]:
    """A trainer, and the reference network with its parameters and statistics."""
    trainer = Trainer(Config(dataset="xor", train_percent=30).replace(**variant))
    for _ in range(epochs):
        trainer.run_epoch()
    textbook, arrays = reference_of(trainer), trainer.state().arrays
    start = 0
    for norm in textbook.norms:
        own = slice(start, start + len(norm.factor))
        norm.running_mean = arrays["running_mean"][own]
        norm.running_variance = arrays["running_variance"][own]
        start = own.stop
    return trainer, textbook


def as_byte(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Maps [-1, 1] to bytes."""
    return np.clip(np.floor((values + 1) * 128), 0, 255)


@each_variant
def test_forward_activations_match_textbook(variant: dict[str, object]) -> None:
    trainer, textbook = trained(variant)
    for layer, (z, a) in zip(
        trainer.function().forward_activations(POINTS), textbook.trace(inputs_of(trainer, POINTS)), strict=True
    ):
        np.testing.assert_allclose(layer.z, z.T, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(layer.a, a.T, rtol=1e-10, atol=1e-10)
    outputs = textbook.outputs(inputs_of(trainer, POINTS))
    np.testing.assert_allclose(trainer.outputs(POINTS), outputs if outputs.shape[1] > 1 else outputs[:, 0], atol=1e-10)


@each_variant
def test_losses_match_textbook(variant: dict[str, object]) -> None:
    trainer, textbook = trained(variant)
    assert (trainer.train_loss, trainer.test_loss) == pytest.approx(textbook.losses(), rel=1e-9)
    assert trainer.loss_at(trainer.state().arrays["params"]) == pytest.approx(textbook.losses()[0], rel=1e-9)
    other = textbook.params * 0.7
    textbook.params = other
    assert trainer.loss_at(other, "test") == pytest.approx(textbook.losses()[1], rel=1e-9)


@each_variant
def test_pictures_show_textbook_activations(variant: dict[str, object]) -> None:
    trainer, textbook = trained(variant)
    activations = np.concatenate([a.T for _, a in textbook.trace(inputs_of(trainer, GRID))])
    outputs = trainer.config.outputs
    if trainer.config.output_activation in ("sigmoid", "softmax"):
        activations[-outputs:] = 2 * activations[-outputs:] - 1
    for unit, expected in enumerate(activations):
        snapshot = trainer.snapshot(7 + unit)
        far_off = np.abs(snapshot.surface.ravel() - as_byte(expected)) > 1
        # a step jumps from 0 to 1, and single precision shifts the jump slightly
        assert far_off.mean() <= (0.002 if "step" in trainer.config.activations else 0)
        assert snapshot.selected == 7 + unit
    assert trainer.snapshot().thumbnails.shape[0] == len(activations)


@each_variant
def test_derivatives_match_textbook(variant: dict[str, object]) -> None:
    trainer, textbook = trained(variant)
    config = trainer.config
    traced = textbook.trace(inputs_of(trainer, POINTS))
    slopes = trainer.function().derivatives(POINTS)
    for name, slope, (z, _) in zip(config.activations[:-1], slopes, traced, strict=False):
        np.testing.assert_allclose(slope, activation_of(name, config).derivative(z).T, rtol=1e-9, atol=1e-9)
    a = traced[-1][1]
    at_output = {"tanh": 1 - a**2, "linear": np.ones_like(a), "sigmoid": a * (1 - a), "softmax": a * (1 - a)}
    expected = at_output[config.output_activation]
    np.testing.assert_allclose(slopes[-1], expected.T, rtol=1e-9, atol=1e-9)


@each_variant
def test_reported_gradient_matches_textbook(variant: dict[str, object]) -> None:
    trainer, textbook = trained(variant)
    n = trainer.train_size
    state = trainer.state()
    np.testing.assert_allclose(trainer.gradient(), textbook.gradient(0, n) / n, rtol=1e-8, atol=1e-10)
    assert all(np.array_equal(state.arrays[name], vector) for name, vector in trainer.state().arrays.items())


@each_variant
def test_last_update_covers_last_whole_epoch(variant: dict[str, object]) -> None:
    trainer, _ = trained(variant, 0)
    np.testing.assert_array_equal(trainer.last_update, 0)
    for _ in range(3):
        before = trainer.state().arrays["params"]
        trainer.run_epoch()
        np.testing.assert_array_equal(trainer.last_update, before - trainer.state().arrays["params"])
    whole, between = trainer.last_update, trainer.state().arrays["params"]
    trainer.run_minibatches(1)
    np.testing.assert_array_equal(trainer.last_update, whole)
    trainer.run_epoch()
    np.testing.assert_array_equal(trainer.last_update, between - trainer.state().arrays["params"])
    trainer.rewind()
    np.testing.assert_array_equal(trainer.last_update, 0)


@each_variant
def test_layers_are_copies_of_parameters(variant: dict[str, object]) -> None:
    trainer, textbook = trained(variant)
    assert [pieces[0][0].shape for pieces in trainer.pieces()] == [
        weights.shape for weights, _ in first_pieces_of(trainer)
    ]
    for pieces, layer in zip(trainer.pieces(), textbook.layers, strict=True):
        for (weights, biases), piece in zip(pieces, layer.pieces, strict=True):
            np.testing.assert_array_equal(weights, piece.weights)
            np.testing.assert_array_equal(biases, piece.biases)
            weights[:] = 0
    assert np.abs(first_pieces_of(trainer)[0][0]).max() > 0


# --- batch normalization ----------------------------------------------------------------------------------------------


def test_running_statistics_average_over_minibatches() -> None:
    trainer = Trainer(Config(dataset="xor", batch_norm=True, batch_size=50, train_percent=50, learning_rate=1e-9))
    trainer.run_epoch()
    arrays = trainer.state().arrays
    mean, variance = np.zeros(6), np.ones(6)
    textbook = reference_of(trainer)
    for start in range(0, 250, 50):
        textbook.forward(start, start + 50)
        z = [norm.z for norm in textbook.norms]
        mean = 0.9 * mean + 0.1 * np.concatenate([each.mean(axis=0) for each in z])
        variance = 0.9 * variance + 0.1 * np.concatenate([each.var(axis=0, ddof=1) for each in z])
    np.testing.assert_allclose(arrays["running_mean"], mean, rtol=0, atol=1e-6)
    np.testing.assert_allclose(arrays["running_variance"], variance, rtol=1e-6)


def test_batch_norm_starts_as_identity() -> None:
    trainer = Trainer(Config(batch_norm=True))
    config = trainer.config
    learned = trainer.state().arrays["params"][config.parameter_count - 12 :]
    np.testing.assert_array_equal(learned, [1] * 6 + [0] * 6)
    assert config.parameter_count == Config().parameter_count + 12
    assert set(trainer.state().arrays) == {"params", "running_mean", "running_variance"}


def test_normalized_sums_have_zero_mean_unit_deviation() -> None:
    """Scaling the first layer's weights does not change the updates of the other parameters."""
    plain = Config(dataset="xor", batch_norm=True, batch_size=50, features=("x", "y"))
    trainers = [Trainer(plain), Trainer(plain)]
    params = trainers[0].state().arrays["params"]
    scaled = params.copy()
    scaled[:12] = params[:12] * 1000
    for trainer, start in zip(trainers, (params, scaled), strict=True):
        put(trainer, start).run_minibatches(1)
    # all but the first layer's weights and biases take the same step
    steps = [t.state().arrays["params"][12:] - s[12:] for t, s in zip(trainers, (params, scaled), strict=True)]
    np.testing.assert_allclose(steps[0], steps[1], rtol=1e-4, atol=1e-9)


def test_penalties_exclude_batch_norm_parameters() -> None:
    config = Config(dataset="xor", batch_norm=True, learning_rate=0.01)
    for name in ("L1", "L2"):
        free, pulled = (Trainer(config.replace(regularizer=name, regularization_rate=rate)) for rate in (0, 1))
        for trainer in (free, pulled):
            trainer.run_minibatches(1)
        a, b = (trainer.state().arrays["params"] for trainer in (free, pulled))
        np.testing.assert_array_equal(a[-12:], b[-12:])
        assert np.abs(a - b).max() > 1e-4


# --- multiple classes and curves --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MULTICLASS)
def test_class_map_shows_likeliest_class_and_probability(name: str) -> None:
    trainer, textbook = trained({"dataset": name, "hidden_layer_sizes": (8,), "learning_rate": 0.1}, 30)
    probabilities = textbook.outputs(inputs_of(trainer, GRID))
    snapshot = trainer.snapshot()
    assert snapshot.classes is not None
    assert probabilities.shape == (10_000, trainer.config.classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    ordered = np.sort(probabilities, axis=1)
    is_clear = ordered[:, -1] - ordered[:, -2] > 1e-4
    assert is_clear.mean() > 0.9
    np.testing.assert_array_equal(snapshot.classes.ravel()[is_clear], probabilities.argmax(axis=1)[is_clear])
    assert np.abs(snapshot.surface.ravel() - as_byte(2 * probabilities.max(axis=1) - 1)).max() <= 1
    assert len(np.unique(snapshot.classes)) == trainer.config.classes
    assert trainer.snapshot(7).classes is None


@pytest.mark.parametrize("name", MULTICLASS)
def test_multiclass_data_are_learned(name: str) -> None:
    config: dict[str, object] = {"dataset": name, "hidden_layer_sizes": (8, 8), "optimizer": "adam"}
    trainer, textbook = trained({**config, "learning_rate": 0.03}, 100)
    hits = textbook.outputs(textbook.inputs).argmax(axis=1) == trainer.targets
    assert trainer.train_accuracy == pytest.approx(hits[: trainer.train_size].mean(), abs=1e-12)
    assert trainer.test_accuracy == pytest.approx(hits[trainer.train_size :].mean(), abs=1e-12)
    assert hits.mean() > 0.9


def test_two_classes_have_no_class_map() -> None:
    assert Trainer(Config()).snapshot().classes is None
    assert Trainer(Config()).snapshot().curve is None


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("name", ONE_DIMENSIONAL)
def test_curves_show_units_along_x1(name: str, standardize: bool) -> None:
    variant: dict[str, object] = {"problem": "regression", "regression_dataset": name, "standardize": standardize}
    trainer, textbook = trained({**variant, "features": ("x", "sinX"), "batch_norm": standardize})
    line = np.c_[np.linspace(-6, 6, 200), np.zeros(200)]
    np.testing.assert_array_equal(trainer.inputs[:, 1], 0)
    activations = np.concatenate([a.T for _, a in textbook.trace(inputs_of(trainer, line))])
    for unit, expected in enumerate(activations):
        curve = trainer.snapshot(7 + unit).curve
        assert curve is not None
        np.testing.assert_allclose(curve, expected, rtol=1e-6, atol=1e-6)
    output, x1_squared = trainer.snapshot().curve, trainer.snapshot(2).curve
    assert output is not None
    assert x1_squared is not None
    np.testing.assert_allclose(output, activations[-1], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(x1_squared, line[:, 0] ** 2, rtol=1e-6)


def test_hidden_unit_summands_match_hand_calculation() -> None:
    config = Config(problem="regression", regression_dataset="reg-sine", features=("x",), hidden_layer_sizes=(2,))
    # 2 relu(x - 1) - 3 relu(-2x) + 0.5
    snapshot = put(Trainer(config.replace(activation="relu")), [1, -1, -2, 0, 2, -3, 0.5]).snapshot()
    assert snapshot.summands is not None
    assert snapshot.curve is not None
    x = np.linspace(-6, 6, 200)
    np.testing.assert_allclose(snapshot.summands, [2 * np.maximum(x - 1, 0), -3 * np.maximum(-2 * x, 0)], rtol=1e-6)
    np.testing.assert_allclose(snapshot.curve, snapshot.summands.sum(axis=0) + 0.5, rtol=1e-5, atol=1e-6)
    # at x = -6, the first unit adds 0 and the second -3 * 12
    assert snapshot.summands[:, 0].tolist() == [0, -36]
    # at x = 6, the first adds 2 * 5 and the second 0
    assert snapshot.summands[:, -1].tolist() == [10, 0]


@pytest.mark.parametrize("variant", [{}, {"batch_norm": True}, {"activation": "maxout"}, {"standardize": True}])
def test_summands_and_bias_add_up_to_output(variant: dict[str, object]) -> None:
    trainer, _ = trained(
        {"problem": "regression", "regression_dataset": "reg-abs", "hidden_layer_sizes": (5,), **variant}
    )
    snapshot = trainer.snapshot()
    assert snapshot.summands is not None
    rest = snapshot.curve - snapshot.summands.sum(axis=0)
    # what is left everywhere is the output's bias
    np.testing.assert_allclose(rest, rest[0], atol=1e-5)


@pytest.mark.parametrize("sizes", [(), (3, 2)])
def test_only_single_hidden_layer_has_summands(sizes: tuple[int, ...]) -> None:
    config = Config(problem="regression", regression_dataset="reg-sine", hidden_layer_sizes=sizes)
    assert Trainer(config).snapshot().summands is None
    assert Trainer(Config(problem="regression", hidden_layer_sizes=(3,))).snapshot().summands is None


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge", "perceptron"])
def test_positive_class_follows_from_loss(loss: str) -> None:
    trainer, textbook = trained({"loss": loss, "dataset": "gauss", "noise": 50})
    z = textbook.trace(textbook.inputs)[-1][0][:, 0]
    hits = (z >= 0) == (trainer.targets > 0)
    assert trainer.train_accuracy == pytest.approx(hits[: trainer.train_size].mean(), abs=1e-12)
    assert trainer.test_accuracy == pytest.approx(hits[trainer.train_size :].mean(), abs=1e-12)
    assert not hits.all()


def test_multiclass_data_always_use_cross_entropy() -> None:
    for name in MULTICLASS:
        runs = [Trainer(Config(dataset=name, loss=loss)) for loss in ("squared_error", "hinge")]
        for run in runs:
            run.run_epoch()
        assert runs[0].state().arrays["params"].tobytes() == runs[1].state().arrays["params"].tobytes()
