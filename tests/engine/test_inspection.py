"""The panels of *Look inside*, checked against independent formulas."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import ACTIVATIONS, FEATURES, LOSSES, POINT_DATASETS, Config, Trainer
from engine.inspection import INSPECTIONS, Options, Path, Subject, View, open_look
from engine.inspection.gradients import constant_loss
from engine.inspection.path import CAPACITY
from engine.inspection.regions import lower_bound, upper_bound
from engine.inspection.view import finite_array, finite_values
from tests.support.effort import all_pairs
from tests.support.training import put

Array = NDArray[Any]

SIGMOIDS = Config(hidden_layer_sizes=(8,) * 6, activation="sigmoid", initializer="normal")
RELU = Config(hidden_layer_sizes=(3,), activation="relu")
KINDS = {
    "classic": Config(),
    "nothing": Config(features=(), hidden_layer_sizes=()),
    "regression": Config(problem="regression"),
    "normalized": Config(
        batch_norm=True, standardize=True, optimizer="adam", regularizer="L1", regularization_rate=0.1
    ),
    "relu": Config(activation="relu", hidden_layer_sizes=(5, 4), features=("x", "y", "xSquared")),
    "steps": Config(activation="step", loss="perceptron"),
    "maxout": Config(activation="maxout", hidden_layer_sizes=(3, 2), batch_norm=True, standardize=True),
    "all training": Config(train_percent=100, hidden_layer_sizes=(1,)),
    "zeros": Config(initializer="zeros"),
    "deep": SIGMOIDS,
}


def trained(config: Config, epochs: int = 3) -> tuple[Trainer, Path]:
    """A trainer after `epochs` epochs, with its optimization path."""
    trainer, path = Trainer(config), Path()
    path.put(trainer)
    for _ in range(epochs):
        trainer.run_epoch()
        path.put(trainer)
    return trainer, path


def see(name: str, trainer: Trainer, path: Path | None = None, **options: Any) -> View:
    """The finished view of an inspection."""
    look = open_look(name)
    view = look(Subject(trainer, path or Path(), Options(**options)))
    while view.pending:
        view = look(Subject(trainer, path or Path(), Options()))
    return view


def layers_of(trainer: Trainer) -> list[Array]:
    """Weights and biases (units, inputs + 1) of each layer."""
    params, start, found = trainer.state().arrays["params"], 0, []
    for fan_in, units in pairwise(trainer.config.layer_sizes):
        found.append(params[start : start + units * (fan_in + 1)].reshape(units, fan_in + 1))
        start += units * (fan_in + 1)
    return found


# --- all inspections ---------------------------------------------------------------------------------------------


def numbers_in(value: Any) -> list[float]:
    """All numbers in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in numbers_in(item)]
    return [value] if isinstance(value, (int, float)) else []


def assert_finite(view: View) -> None:
    assert all(math.isfinite(number) for number in numbers_in(view.values))
    assert all(np.isfinite(array).all() for array in view.arrays.values())
    assert {array.dtype.name for array in view.arrays.values()} <= {"float32", "uint8", "uint32"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", INSPECTIONS)
def test_inspections_are_finite_and_change_nothing(name: str, kind: str) -> None:
    trainer, path = trained(KINDS[kind])
    before = trainer.state()
    view = see(name, trainer, path, compute=True)
    assert_finite(view)
    after = trainer.state()
    assert {key: array.tobytes() for key, array in after.arrays.items()} == {
        key: array.tobytes() for key, array in before.arrays.items()
    }


@pytest.mark.usefixtures("diverging")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", INSPECTIONS)
def test_inspections_of_huge_weights_are_finite(name: str, activation: str) -> None:
    trainer, path = trained(Config(activation=activation, problem="regression"), 1)
    for index in range(0, trainer.config.parameter_count, 2):
        trainer.set_parameter(index, 1e6)
    assert_finite(see(name, trainer, path, compute=True))
    trainer.configure(trainer.config.replace(learning_rate=100))
    trainer.run_minibatches(3)
    assert_finite(see(name, trainer, path, compute=True))


@pytest.mark.parametrize("name", INSPECTIONS)
def test_missing_units_and_examples_are_ignored(name: str) -> None:
    trainer, path = trained(Config())
    view = see(name, trainer, path, unit=500, example=10_000, parameter=10_000)
    assert_finite(view)
    assert view.values == see(name, trainer, path).values


def test_infinite_values_are_clamped() -> None:
    values = finite_values({"a": [math.inf, -math.inf, math.nan], "b": np.float64(2), "c": (True, None, "x")})
    assert values == {"a": [1e300, -1e300, None], "b": 2.0, "c": [True, None, "x"]}
    assert type(values["b"]) is float
    largest = float(np.finfo(np.float32).max)
    assert finite_array(np.array([math.inf, -1e200, math.nan])).tolist() == [largest, -largest, 0]
    assert finite_array(np.array([3], np.uint32)).dtype == np.uint32


# --- gradients ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.is_exact])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gelu", "maxout"])
def test_gradient_norms_match_central_differences(activation: str, loss: str) -> None:
    trainer, _ = trained(Config(activation=activation, loss=loss, learning_rate=0.001))
    params = trainer.state().arrays["params"]
    slopes = np.empty_like(params)
    for index in range(len(params)):
        step = np.zeros_like(params)
        step[index] = 1e-5
        slopes[index] = (trainer.loss_at(params + step) - trainer.loss_at(params - step)) / 2e-5
    # parameters of second maxout pieces come last
    parts = ([slice(12), slice(25, 37)], [slice(12, 22), slice(37, None)], [slice(22, 25)])
    expected = [np.linalg.norm(np.concatenate([slopes[part] for part in own])) for own in parts]
    np.testing.assert_allclose(see("gradients", trainer).arrays["norms"], expected, rtol=1e-5)


def test_factors_follow_strongest_path() -> None:
    trainer, _ = trained(Config(hidden_layer_sizes=(3, 2)))
    first, second, third = (layer[:, :-1] for layer in layers_of(trainer))
    traced = [1 - layer.a**2 for layer in trainer.function().forward_activations(trainer.inputs[: trainer.train_size])]
    slopes = [slope.mean(axis=1) for slope in traced]
    del first
    every = {
        (a, b): (abs(second[b, a]) * slopes[1][b], abs(third[0, b]) * slopes[2][0]) for a in range(3) for b in range(2)
    }
    start = len(FEATURES)
    for unit in range(3):
        (a, b), factors = max(((k, v) for k, v in every.items() if k[0] == unit), key=lambda item: math.prod(item[1]))
        values = see("gradients", trainer, unit=start + unit).values
        assert values["path"] == [start + a, start + 3 + b, start + 5]
        assert values["factors"] == pytest.approx(factors)
        assert values["product"] == pytest.approx(math.prod(factors))
    best = max(every, key=lambda key: math.prod(every[key]))
    assert see("gradients", trainer).values["unit"] == start + best[0]
    assert see("gradients", trainer, unit=start + 5).values["factors"] == []


def test_gradients_vanish_in_deep_sigmoids_only() -> None:
    seeds = [str(number / 20) for number in range(20)]
    deep = [see("gradients", Trainer(SIGMOIDS.replace(seed=seed))) for seed in seeds]
    well = SIGMOIDS.replace(activation="relu", initializer="he_normal")
    assert all(view.arrays["norms"][-1] > 10 * view.arrays["norms"][0] for view in deep)
    assert {view.values["notice"] for view in deep} == {"vanishing"}
    assert all("1/4" in view.values["why"] for view in deep)
    relus = [see("gradients", Trainer(well.replace(seed=seed))).values for seed in seeds]
    assert sum(values["notice"] == "vanishing" for values in relus) <= 5
    assert all(bool(values["why"]) == bool(values["notice"]) for values in relus)


FADING = Config(dataset="circle", activation="sigmoid")
"""The setup of the lesson on vanishing gradients."""


@pytest.mark.parametrize("seed", ["0.11", "0.2", "0.3", "0.4"])
def test_untrained_sigmoids_get_vanishing_notice(seed: str) -> None:
    trainer = Trainer(FADING.replace(hidden_layer_sizes=(8,) * 6, seed=seed))
    for _ in range(3):
        assert see("gradients", trainer).values["notice"] == "vanishing"
        for _ in range(10):
            trainer.run_epoch()


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("dataset", "activation", "sizes"),
    all_pairs(["gauss", "gauss4", "circle", "xor"], ["tanh", "relu", "sigmoid"], [(4, 2), (8, 8, 8), (4,) * 5]),
)
def test_trained_network_has_no_vanishing_notice(dataset: str, activation: str, sizes: tuple[int, ...]) -> None:
    config = FADING.replace(dataset=dataset, activation=activation, hidden_layer_sizes=sizes, optimizer="adam")
    trainer = Trainer(config.replace(initializer="glorot_uniform", learning_rate=0.01))
    notices = []
    for _ in range(60):
        trainer.run_epoch()
        if (trainer.train_loss or 0) < 0.4 * constant_loss(trainer):
            notices.append(see("gradients", trainer).values["notice"])
    assert set(notices) <= {None}


def test_small_gradient_after_learning_gives_no_notice() -> None:
    """Hand-set weights make the first layer's gradient small and the last layer's large."""
    trainer = put(Trainer(Config(hidden_layer_sizes=(1, 1, 1), dataset="gauss")), [0.5, 0.5, 0, 1e-3, 0, 1, 0, 1e-3, 0])
    before = see("gradients", trainer)
    assert before.arrays["norms"][-1] > 10 * before.arrays["norms"][0]
    assert before.values["notice"] == "vanishing"
    put(trainer, [0.5, 0.5, 0, 20, 0, 20, 0, 20, 0])
    after = see("gradients", trainer)
    assert after.values["notice"] is None


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("share", [50, 20])
def test_constant_loss_is_best_constant_output(loss: str, share: int) -> None:
    trainer = Trainer(Config(dataset="gauss", loss=loss, hidden_layer_sizes=(), class_share=share))
    best = constant_loss(trainer)
    params = np.zeros(3)
    losses = []
    for bias in np.linspace(-3, 3, 241):
        params[2] = bias
        losses.append(trainer.loss_at(params))
    assert best == pytest.approx(min(losses), rel=2e-3)


def test_large_weights_give_exploding_notice() -> None:
    config = Config(hidden_layer_sizes=(8,) * 4, activation="linear", initializer="normal", initializer_scale=3)
    assert see("gradients", Trainer(config.replace(problem="regression"))).values["notice"] == "exploding"


# --- activations and weights --------------------------------------------------------------------------------------


def test_activation_histograms_count_layer_outputs() -> None:
    trainer, _ = trained(Config())
    view = see("activations", trainer)
    for layer, (low, high, shares) in enumerate(
        zip(view.values["edges_low"], view.values["edges_high"], view.arrays["histograms"], strict=True)
    ):
        outputs = trainer.function().forward_activations(trainer.inputs[: trainer.train_size])[layer].a
        counted, _ = np.histogram(outputs, 40, (low, high))
        np.testing.assert_allclose(shares, counted / outputs.size, atol=1e-6)


def test_large_weights_saturate_sigmoids_unlike_glorot_weights() -> None:
    shares = {}
    for initializer in ("normal", "glorot_normal"):
        config = Config(activation="sigmoid", initializer=initializer, initializer_scale=3, hidden_layer_sizes=(8, 8))
        view = see("activations", Trainer(config.replace(standardize=True)))
        shares[initializer] = view.values["saturated"][1]
    assert shares["normal"] > 0.2
    assert shares["glorot_normal"] < 0.01


def test_saturated_and_dead_units_are_distinguished() -> None:
    tanh = put(Trainer(Config(hidden_layer_sizes=(2,))), [0, 0, 20, 0.01, 0, 0])
    view = see("activations", tanh)
    assert view.arrays["saturated_units"].tolist() == [1, 0]
    relu = put(Trainer(RELU), [0, 0, -1, 1, 0, 0, 0, 0, 1])
    view = see("activations", relu)
    assert view.arrays["dead_units"].tolist() == [1, 0, 0]
    assert view.values["dead"] == pytest.approx([1 / 3, 0])
    assert view.values["saturated"][0] == 0


def test_update_ratios_cover_last_epoch() -> None:
    trainer, _ = trained(Config())
    before = layers_of(trainer)
    trainer.run_epoch()
    after = layers_of(trainer)
    view = see("weights", trainer)
    expected = [
        np.linalg.norm((new - old)[:, :-1]) / np.linalg.norm(new[:, :-1])
        for old, new in zip(before, after, strict=True)
    ]
    np.testing.assert_allclose(view.arrays["ratios"], expected, rtol=1e-6)
    for layer, shares, (low, high) in zip(after, view.arrays["histograms"], view.values["edges"], strict=True):
        counted, _ = np.histogram(layer[:, :-1], 40, (low, high))
        np.testing.assert_allclose(shares, counted / layer[:, :-1].size, atol=1e-6)
        assert low <= layer[:, :-1].min() <= layer[:, :-1].max() <= high


# --- hidden representation ----------------------------------------------------------------------------------------


def test_two_units_are_shown_with_separating_line() -> None:
    trainer, _ = trained(Config())
    view = see("space", trainer)
    assert view.values["axes"] == "units"
    np.testing.assert_allclose(
        view.arrays["points"], trainer.function().forward_activations(trainer.inputs)[1].a.T, atol=1e-6
    )
    line = np.array(view.values["boundary"])
    outputs = np.tanh(view.arrays["points"].astype(float) @ line[:2] + line[2])
    np.testing.assert_allclose(outputs, trainer.outputs(trainer.inputs), atol=1e-5)
    corners = trainer.function().forward_activations(np.array([[-6.0, -6.0], [-6.0, 6.0], [6.0, 6.0]]))[1].a.T
    np.testing.assert_allclose(view.arrays["grid"][[0, 0, 12], [0, 24, 24]], corners, atol=1e-6)


def test_more_units_are_shown_by_principal_components() -> None:
    trainer, _ = trained(Config(hidden_layer_sizes=(6, 5)), 20)
    view = see("space", trainer)
    outputs = trainer.function().forward_activations(trainer.inputs)[1].a
    centered = outputs - outputs.mean(axis=1, keepdims=True)
    sizes = np.linalg.svd(centered, compute_uv=False) ** 2
    assert view.values["axes"] == "components"
    assert view.values["explained"] == pytest.approx((sizes / sizes.sum())[:2].tolist())
    np.testing.assert_allclose((view.arrays["points"].astype(float) ** 2).sum(axis=0), sizes[:2], rtol=1e-4)


def test_components_turn_with_units_without_flipping() -> None:
    trainer = Trainer(Config(hidden_layer_sizes=(3,), activation="linear"))
    look, seen = open_look("space"), []
    for angle in np.linspace(0, 2 * math.pi, 40):
        cosine, sine = math.cos(angle), math.sin(angle)
        put(trainer, [cosine, -0.5 * sine, 0, sine, 0.5 * cosine, 0, 0.1, 0.2, 0])
        seen.append(look(Subject(trainer, Path(), Options())).arrays["points"])
    for points in seen[1:]:
        np.testing.assert_allclose(points, seen[0], atol=0.15 * np.abs(seen[0]).max())


# --- regions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "layers", "regions"),
    [
        (2, (3,), 7),
        (2, (1,), 2),
        (1, (4,), 5),
        (2, (2, 2), 4),
        (2, (4, 4), 44),
        (1, (3, 3), 12),
        (2, (), 1),
        (0, (3,), 1),
    ],
)
def test_montufar_bound_holds_in_small_cases(inputs: int, layers: tuple[int, ...], regions: int) -> None:
    assert lower_bound(inputs, layers) == regions
    assert upper_bound(inputs, layers) >= regions


def test_upper_bound_of_one_layer_counts_general_lines() -> None:
    assert [upper_bound(2, (n,)) for n in (1, 2, 3, 4)] == [2, 4, 7, 11]
    assert upper_bound(2, (1, 5)) == 2 * 6


def test_maxout_upper_bound_counts_pairs_of_pieces() -> None:
    assert upper_bound(2, (4,), (2,)) == upper_bound(2, (4,))
    # one unit has at most one region per piece; three units with three pieces cut the plane with nine lines
    assert [upper_bound(2, (1,), (pieces,)) for pieces in (2, 3, 4, 5)] == [2, 3, 4, 5]
    assert upper_bound(2, (3, 2), (3, 2)) == min(27, 1 + 9 + 36) * 4
    assert upper_bound(2, (4,), (3,)) == 1 + 12 + 66


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([(1, 0, 0), (0, 1, 0), (1, 1, -3)], 7),
        ([(1, 0, 0), (1, 0, -3), (1, 0, 3)], 4),
        ([(1, 0, 0), (0, 1, 0), (0, 0, 1)], 4),
        ([(1, 0, 0), (0, 1, 0), (1, 1, 0)], 6),
        ([(1, 0, 0), (0, 1, 0), (1, 1, -100)], 4),
    ],
)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_region_count_matches_arrangement_of_lines(lines: list[tuple[float, ...]], count: int, activation: str) -> None:
    trainer = put(Trainer(RELU.replace(activation=activation)), [number for line in lines for number in line])
    view = see("regions", trainer)
    assert view.values["applies"]
    assert (view.values["count"], view.values["bound"], view.values["most"]) == (count, 7, 7)
    regions = view.arrays["regions"]
    assert regions.max() == count - 1
    edges = view.arrays["edges"]
    assert edges[:, :-1][regions[:, :-1] != regions[:, 1:]].all()
    assert edges[:-1][regions[:-1] != regions[1:]].all()
    assert set(np.unique(edges)) == {0, 1}


def test_maxout_regions_meet_where_pieces_are_equal() -> None:
    config = RELU.replace(hidden_layer_sizes=(2,), activation="maxout")
    # max(x1, x2) and max(x1 + 1, 1): kinks where x1 = x2, and where x1 = 0
    trainer = put(Trainer(config), [1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1])
    values = see("regions", trainer).values
    assert (values["count"], values["bound"], values["most"]) == (4, 4, 4)


@pytest.mark.parametrize(
    ("third", "count", "most"), [((0, 0, 0), 3, 3), ((0, 0, 5), 3, 3), ((0, 0, -90), 2, 3), ((1, 0, 0), 2, 3)]
)
def test_three_maxout_pieces_cut_where_winner_changes(third: tuple[float, ...], count: int, most: int) -> None:
    # max(x1, x2, third): where the third piece is largest, x1 = x2 is not a kink
    config = RELU.replace(hidden_layer_sizes=(1,), activation="maxout", maxout_pieces=3)
    view = see("regions", put(Trainer(config), [1, 0, 0, 1, 0, 0, 1, 0, *third]))
    assert (view.values["count"], view.values["most"], view.values["exact"]) == (count, most, True)
    assert len(np.unique(view.arrays["regions"])) == count


def test_second_layer_cuts_folded_plane() -> None:
    # |x1| and |x2|, then a kink where |x1| + |x2| = 3: four quadrants, each cut in two
    config = Config(hidden_layer_sizes=(4, 1), activation="relu")
    folds = [1.0, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0]
    assert see("regions", put(Trainer(config), [*folds, 1, 1, 1, 1, -3])).values["count"] == 8


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_regions_never_exceed_upper_bound(seed: str) -> None:
    trainer, _ = trained(Config(hidden_layer_sizes=(4, 3), activation="relu", seed=seed, initializer="he_normal"), 10)
    values = see("regions", trainer).values
    assert 1 < values["count"] <= values["most"]


def test_smooth_networks_explain_missing_regions() -> None:
    view = see("regions", Trainer(Config()))
    assert not view.values["applies"]
    assert "Tanh" in view.values["why"]
    assert not view.arrays
    assert see("regions", Trainer(Config(activation="linear"))).values["count"] == 1


# --- one step -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["tanh", "relu", "swish", "maxout"])
def test_shown_changes_match_training_on_example(activation: str, loss: str) -> None:
    trainer = Trainer(Config(activation=activation, loss=loss, batch_size=1, train_percent=1, dataset="gauss"))
    view = see("step", trainer, example=0)
    before = trainer.state().arrays["params"]
    trainer.run_minibatches(1)
    change = trainer.state().arrays["params"] - before
    np.testing.assert_allclose(view.arrays["changes"], change, rtol=1e-6, atol=1e-9)
    biases, others = [2, 5, 8, 11, 16, 21, 24], [27, 30, 33, 36, 41, 46] if activation == "maxout" else []
    moved = change[biases]
    # only one of the two pieces has moved
    moved[: len(others)] += change[others]
    np.testing.assert_allclose(-0.03 * view.arrays["deltas"], moved, rtol=1e-6, atol=1e-9)
    assert "averaged" not in view.values["note"]


def test_step_shows_activations_and_loss() -> None:
    trainer, _ = trained(Config())
    view = see("step", trainer, example=300)
    point = trainer.inputs[300:301]
    outputs = np.concatenate([layer.a[:, 0] for layer in trainer.function().forward_activations(point)])
    np.testing.assert_allclose(view.arrays["activations"], outputs, rtol=1e-6)
    example = view.values["example"]
    assert (example["x1"], example["x2"]) == tuple(point[0])
    assert example["target"] == trainer.targets[300]
    assert view.values["loss"] == pytest.approx(0.5 * (outputs[-1] - trainer.targets[300]) ** 2)


def test_step_formulas_contain_computed_numbers() -> None:
    trainer = put(Trainer(Config(hidden_layer_sizes=(), learning_rate=0.1)), [0.5, -0.25, 0.125])
    point, target = trainer.inputs[7], trainer.targets[7]
    z = float(point @ [0.5, -0.25] + 0.125)
    delta = (math.tanh(z) - target) * (1 - math.tanh(z) ** 2)
    unit = " ".join(see("step", trainer, example=7).values["formula"])
    link = " ".join(see("step", trainer, example=7, parameter=1).values["formula"])
    bias = " ".join(see("step", trainer, example=7, parameter=2).values["formula"])
    for text, number in ((unit, z), (unit, delta), (link, -0.1 * delta * point[1]), (bias, -0.1 * delta)):
        assert f"= {number:.4g}".replace("-", "−") in text


def test_step_shows_both_maxout_pieces_and_winner() -> None:
    config = Config(activation="maxout", hidden_layer_sizes=(1,), problem="regression", learning_rate=0.1)
    trainer = put(Trainer(config), [1, 2, 0.5, 1, 0, -1, 3, 0.25])
    point, unit = trainer.inputs[3], len(FEATURES)
    sums = [float(point @ [1, 2] + 0.5), float(point @ [-1, 3] + 0.25)]
    lines = see("step", trainer, example=3, unit=unit).values["formula"]
    first, second = (f"{value:.4g}".replace("-", "−") for value in sums)
    assert lines[0].startswith("z₁ = ")
    assert lines[0].endswith(f"= {first}")
    assert lines[1].endswith(f"= {second}")
    assert lines[2].startswith(f"a = max({first}, {second}) = ")
    for piece, parameter in enumerate((0, 5)):
        text = " ".join(see("step", trainer, example=3, parameter=parameter).values["formula"])
        assert ("is not the largest" in text) == (sums[piece] < max(sums))


def test_step_shows_all_five_maxout_pieces() -> None:
    config = Config(activation="maxout", maxout_pieces=5, hidden_layer_sizes=(1,), problem="regression")
    trainer, unit = Trainer(config), len(FEATURES)
    lines = see("step", trainer, example=3, unit=unit).values["formula"]
    assert [line[:3] for line in lines[:5]] == ["z₁ ", "z₂ ", "z₃ ", "z₄ ", "z₅ "]
    assert lines[5].startswith("a = max(")
    losers = [
        f"z{sign} is not the largest" in " ".join(see("step", trainer, example=3, parameter=number).values["formula"])
        for sign, number in zip("₁₂₃₄₅", (0, 5, 8, 11, 14), strict=True)
    ]
    assert losers.count(False) == 1


def test_maxout_path_factors_are_winning_weights() -> None:
    trainer = put(
        Trainer(Config(activation="maxout", hidden_layer_sizes=(1, 1), problem="regression")),
        [1, 0, 0, 2, 0, 1, 0, -1, 0, 0, -5, 0],
    )
    # the first unit outputs |x1|, which the second doubles; its other piece, −5 |x1|, never wins
    assert see("gradients", trainer, unit=len(FEATURES)).values["factors"] == pytest.approx([2, 1])


# --- confusion ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("threshold", [0.5, 0.3])
def test_confusion_matrix_counts_every_example(loss: str, threshold: float) -> None:
    trainer, _ = trained(Config(dataset="gauss", noise=50, loss=loss, learning_rate=0.001, hidden_layer_sizes=(2,)))
    view = see("confusion", trainer, threshold=threshold)
    edge = threshold if loss == "cross_entropy" else 2 * threshold - 1
    for name, part in {"train": slice(0, 250), "test": slice(250, 500)}.items():
        expected = [[0, 0], [0, 0]]
        for output, target in zip(trainer.outputs(trainer.inputs[part]), trainer.targets[part], strict=True):
            expected[int(target > 0)][int(output >= edge)] += 1
        assert view.arrays[f"matrix_{name}"].tolist() == expected
        (right_no, false_yes), (false_no, right_yes) = expected
        scores = view.values[name]
        assert scores["accuracy"] == pytest.approx((right_no + right_yes) / 250)
        if right_yes:
            assert scores["precision"] == pytest.approx(right_yes / (right_yes + false_yes))
            assert scores["recall"] == pytest.approx(right_yes / (right_yes + false_no))
    assert view.values["area"] == pytest.approx(np.trapezoid(*view.arrays["roc"].T[::-1]), abs=1e-6)


def test_confusion_adds_penalty_to_loss() -> None:
    trainer, _ = trained(Config(regularizer="L2", regularization_rate=0.1))
    values = see("confusion", trainer).values
    penalty = 0.1 * 0.5 * sum((layer[:, :-1] ** 2).sum() for layer in layers_of(trainer))
    assert values["penalty"] == pytest.approx(penalty)
    assert values["loss_with_penalty"] == pytest.approx(trainer.train_loss + penalty)


@pytest.mark.parametrize("dataset", ["gauss", "gauss4"])
def test_mean_entropy_is_shown_for_probabilities(dataset: str) -> None:
    trainer, _ = trained(Config(dataset=dataset, noise=50, loss="cross_entropy", hidden_layer_sizes=()), 100)
    values = see("confusion", trainer).values
    outputs = trainer.outputs(trainer.inputs[: trainer.train_size])
    shares = outputs if outputs.ndim > 1 else np.stack([1 - outputs, outputs], axis=1)
    assert values["entropy"] == pytest.approx(-(shares * np.log(shares)).sum(axis=1).mean())
    # for a linear model at the minimum of its cross-entropy, the two are equal
    assert values["entropy"] == pytest.approx(values["loss"], abs=0.02)
    assert see("confusion", Trainer(Config(dataset="gauss"))).values["entropy"] is None


def test_confusion_needs_classes_and_test_examples() -> None:
    view = see("confusion", Trainer(Config(problem="regression")))
    assert not view.values["applies"]
    assert view.values["why"]
    view = see("confusion", Trainer(Config(train_percent=100)))
    assert view.values["test"] is None
    assert "matrix_test" not in view.arrays


@pytest.mark.parametrize("dataset", [name for name, dataset in POINT_DATASETS.items() if dataset.classes > 2])
def test_multiclass_scores_are_per_class_without_threshold(dataset: str) -> None:
    trainer, _ = trained(Config(dataset=dataset))
    view = see("confusion", trainer)
    classes = trainer.config.classes
    outputs, targets = trainer.outputs(trainer.inputs), trainer.targets
    expected = np.zeros((classes, classes))
    for output, target in zip(outputs[: trainer.train_size], targets, strict=False):
        expected[int(target), int(np.argmax(output))] += 1
    assert np.array_equal(view.arrays["matrix_train"], expected)
    assert len(view.values["train"]["recall"]) == len(view.values["classes"]) == classes
    assert (view.values["threshold"], view.values["output"]) == (None, None)
    assert "roc" not in view.arrays
    step = see("step", trainer, example=4)
    wanted = outputs[4] - (np.arange(classes) == targets[4])
    np.testing.assert_allclose(step.arrays["deltas"][-classes:], wanted, atol=1e-6)
    assert see("gradients", trainer).values["path"][-1] >= len(FEATURES) + 6


# --- landscape ----------------------------------------------------------------------------------------------------


def test_landscape_center_is_current_parameters() -> None:
    trainer, path = trained(Config())
    view = see("landscape", trainer, path, compute=True)
    assert view.values["progress"] == 1
    assert view.arrays["surface"][12, 12] == pytest.approx(math.log10(trainer.train_loss or 0), abs=1e-6)
    assert view.values["loss"] == pytest.approx(trainer.train_loss)
    np.testing.assert_allclose(view.arrays["path"][-1], [0, 0], atol=1e-9)
    assert view.values["epochs"] == [0, 1, 2, 3, 3]


def test_landscape_directions_match_weight_norms_not_biases() -> None:
    """At coordinates 1 and -1 along a direction, each unit's weights have moved by their own norm."""
    trainer, path = trained(Config(hidden_layer_sizes=(), loss="cross_entropy"))
    (layer,) = layers_of(trainer)
    weights, bias = layer[0, :-1], layer[0, -1]
    surface = see("landscape", trainer, path, compute=True).arrays["surface"]
    numbers = np.random.default_rng(2018)
    drawn = [numbers.standard_normal(2) for _ in range(2)]
    first, second = (one / np.linalg.norm(one) * np.linalg.norm(weights) for one in drawn)
    for row, column, moved in ((12, 24, first), (12, 0, -first), (24, 12, second), (0, 24, first - second)):
        loss = trainer.loss_at(np.array([*(weights + moved), bias]))
        assert surface[row, column] == pytest.approx(math.log10(loss), abs=1e-5)


def test_path_directions_capture_path() -> None:
    trainer, path = trained(Config(), 30)
    view = see("landscape", trainer, path, compute=True, directions="path")
    low, high, bottom, top = view.values["extent"]
    a, b = view.arrays["path"].T
    assert low < a.min() < a.max() < high
    assert bottom < b.min() < b.max() < top
    offsets = path.points - trainer.state().arrays["params"]
    sizes = np.linalg.svd(offsets, compute_uv=False) ** 2
    assert (a.astype(float) ** 2).sum() + (b.astype(float) ** 2).sum() == pytest.approx(sizes[:2].sum(), rel=1e-4)


def test_landscape_directions_scale_each_maxout_piece() -> None:
    trainer, path = trained(Config(activation="maxout", hidden_layer_sizes=(1,), features=("x",)))
    params = trainer.state().arrays["params"]
    surface = see("landscape", trainer, path, compute=True).arrays["surface"]
    # with only one weight per piece, a direction is plus or minus that weight
    signs = np.sign(np.random.default_rng(2018).standard_normal(6))[:3]
    moved = params.copy()
    indices = [0, 4, 2]
    moved[indices] += signs * np.abs(params[indices])
    assert surface[12, 24] == pytest.approx(math.log10(trainer.loss_at(moved)), abs=1e-5)


def test_landscape_is_computed_on_request_only() -> None:
    trainer, path = trained(Config())
    look = open_look("landscape")
    assert look(Subject(trainer, path, Options())).values["progress"] == 0
    view = look(Subject(trainer, path, Options(compute=True), 0.0))
    assert (view.pending, view.values["progress"], "surface" in view.arrays) == (True, 1 / 625, False)
    while view.pending:
        view = look(Subject(trainer, path, Options(), 10.0))
    trainer.configure(trainer.config.replace(learning_rate=0.1))
    trainer.run_epoch()
    later = look(Subject(trainer, path, Options()))
    assert np.array_equal(later.arrays["surface"], view.arrays["surface"])
    assert not np.allclose(later.arrays["path"][-1], 0)
    trainer.configure(trainer.config.replace(noise=10))
    assert look(Subject(trainer, path, Options())).values["progress"] == 0


def test_path_is_evenly_spaced_and_bounded() -> None:
    _, path = trained(Config(hidden_layer_sizes=(1,)), 1000)
    assert CAPACITY // 2 <= len(path.epochs) <= CAPACITY
    assert path.epochs[0] == 0
    assert len({b - a for a, b in pairwise(path.epochs)}) == 1
    assert len(path.points) == len(path.epochs)
