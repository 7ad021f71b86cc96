"""Exact counts of linear regions, checked against formulas for line arrangements and a fine grid."""

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import Config, Trainer
from engine.activations import Bend
from engine.inspection import Options, Path, Subject, View, open_look
from engine.inspection.polygons import Arrangement, Sliced
from engine.inspection.regions import MOST
from tests.support.training import put

Array = NDArray[Any]

RELU = Bend(0.0, 1.0)
PLANE = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def regions_of(lines: Any, extent: float = 6.0, bend: Bend = RELU) -> list[list[tuple[float, float]]]:
    """The regions of one layer with the given weights and biases (units, 3)."""
    layer = Sliced([np.array(lines, dtype=np.float64).reshape(-1, 3)], bend)
    arrangement = Arrangement([layer], PLANE, extent, most=10_000)
    arrangement.work(math.inf)
    assert arrangement.is_done
    assert sum(map(area_of, arrangement.regions)) == pytest.approx((2 * extent) ** 2)
    return arrangement.regions


def area_of(corners: list[tuple[float, float]]) -> float:
    """The area of a polygon with its corners in counterclockwise order."""
    return sum(a * d - b * c for (a, b), (c, d) in zip(corners, [*corners[1:], corners[0]], strict=True)) / 2


def see(trainer: Trainer) -> View:
    """The finished view of a network's regions."""
    look = open_look("regions")
    view = look(Subject(trainer, Path(), Options(), 1.0))
    while view.pending:
        view = look(Subject(trainer, Path(), Options(), 1.0))
    return view


def polygons_of(view: View) -> list[Array]:
    """The corners (n, 2) of each region."""
    ends = np.cumsum(view.arrays["sizes"].astype(int))
    return np.split(view.arrays["corners"].astype(float), ends[:-1])


# --- line arrangements --------------------------------------------------------------------------------------------


def crossings_within(lines: Array, extent: float) -> int:
    """The number of line crossings inside the square."""
    crossings = [np.linalg.solve(lines[[i, j], :2], -lines[[i, j], 2]) for i, j in combinations(range(len(lines)), 2)]
    return sum(bool((np.abs(crossing) < extent).all()) for crossing in crossings)


def meets(line: Array, extent: float) -> bool:
    """Whether a line passes through the square."""
    return bool(abs(line[2]) < extent * np.abs(line[:2]).sum())


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 13, 26])
def test_general_lines_make_known_number_of_regions(count: int) -> None:
    lines = np.random.default_rng(count).normal(size=(count, 3))
    assert len(regions_of(lines, extent=1e5)) == 1 + count + count * (count - 1) // 2


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("bend", [RELU, Bend(0.1, 1.0), Bend(0.0, 1.0, is_step=True)])
def test_lines_and_crossings_in_square_add_regions(seed: int, bend: Bend) -> None:
    numbers = np.random.default_rng(seed)
    lines = numbers.normal(size=(numbers.integers(1, 20), 3)) * [1, 1, 8]
    within = [line for line in lines if meets(line, 6)]
    expected = 1 + len(within) + crossings_within(lines, 6)
    assert len(regions_of(lines, bend=bend)) == expected


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([(1, 0, 0), (1, 0, -3), (2, 0, 6)], 4),
        ([(1, 0, 0), (1, 0, 0), (-2, 0, 0)], 2),
        ([(1, 0, -7), (1, 1, 12.5), (0, 0, 1), (0, 0, 0)], 1),
        ([(1, 0, -6), (0, 1, 6)], 1),
        ([(1, 1, 12)], 1),
        ([(1, 1, 11.9)], 2),
        ([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, -1, 0)], 8),
        ([(0.1, 0.2, 0.3), (0.7, 0.1, 0.8), (0.8, 0.3, 1.1)], 6),
        ([(1, 0, 0), (1, 1e-12, 1e-11)], 2),
        ([(1, 0, 0), (1, 0, 1e-6)], 3),
    ],
    ids=["parallel", "identical", "outside", "along the edge", "a corner", "cuts a corner", "through one point",
         "through one point up to rounding", "below tolerance", "narrow"],
)  # fmt: skip
def test_special_line_positions_are_counted_exactly(lines: list[tuple[float, ...]], count: int) -> None:
    assert len(regions_of(lines)) == count


def test_linear_units_cut_nothing() -> None:
    assert len(regions_of([(1, 0, 0), (0, 1, 0)], bend=Bend(1.0, 1.0))) == 1
    config = Config(activation="leaky_relu", leaky_slope=1, hidden_layer_sizes=(4, 4))
    assert see(Trainer(config)).values["count"] == 1


def test_narrow_linear_layer_passes_one_direction() -> None:
    config = Config(layer_activations=("relu", "linear", "relu"), hidden_layer_sizes=(4, 1, 4))
    assert see(Trainer(config)).values["bound"] == 4 * (1 + 4)
    assert see(Trainer(config.replace(hidden_layer_sizes=(4, 2, 4)))).values["bound"] == 2**2 * (1 + 4 + 6)


def test_layers_after_step_cut_nothing() -> None:
    config = Config(activation="step", hidden_layer_sizes=(3, 5), initializer="normal", seed="0.3")
    values = see(Trainer(config)).values
    assert values["applies"]
    alone = see(Trainer(config.replace(hidden_layer_sizes=(3,)))).values
    assert values["most"] == alone["most"] == 7
    assert 1 < values["count"] <= 7


def test_one_dimensional_data_have_line_segments() -> None:
    config = Config(problem="regression", hidden_layer_sizes=(4,), activation="relu", features=("x", "y"))
    config = config.replace(regression_dataset="reg-sine")
    # kinks at -3, 0 and 3; the fourth unit depends only on x2, which is always 0 here
    trainer = put(Trainer(config), [1, 5, 3, 1, -2, 0, 1, 1, -3, 0, 1, 1])
    view = see(trainer)
    assert trainer.config.dimensions == 1
    assert (view.values["count"], view.values["bound"], view.values["exact"]) == (4, 5, True)
    edges = {round(float(x), 5) for polygon in polygons_of(view) for x, _ in polygon}
    assert edges == {-6, -3, 0, 3, 6}


# --- a fine grid --------------------------------------------------------------------------------------------------


def patterns(trainer: Trainer, points: Array) -> list[bytes]:
    """The side of each kink that the points (n, 2) are on, from the forward pass."""
    found = []
    for layer, name in zip(
        trainer.function().forward_activations(points)[:-1], trainer.config.activations, strict=False
    ):
        if name in {"relu", "leaky_relu", "step"}:
            found.append(layer.z > 0)
        elif name == "maxout":
            found += [layer.wins(piece) for piece in range(1, len(layer.sums))]
    rows = np.concatenate([*found, np.zeros((1, len(points)), bool)]).T
    return [row.tobytes() for row in np.packbits(rows, axis=1)]


NETWORKS = {
    "relu": Config(activation="relu", hidden_layer_sizes=(8, 8)),
    "leaky": Config(activation="leaky_relu", leaky_slope=0.3, hidden_layer_sizes=(4, 4, 4)),
    "maxout": Config(activation="maxout", hidden_layer_sizes=(5, 3)),
    "step": Config(activation="step", hidden_layer_sizes=(6, 3)),
    "mixed": Config(layer_activations=("maxout", "linear", "relu", "step"), hidden_layer_sizes=(3, 4, 5, 3)),
    "normalized": Config(activation="relu", hidden_layer_sizes=(6, 5), batch_norm=True, standardize=True),
    "normalized maxout": Config(activation="maxout", hidden_layer_sizes=(4, 3), batch_norm=True, standardize=True),
    **{
        f"maxout of {pieces}": Config(activation="maxout", maxout_pieces=pieces, hidden_layer_sizes=shape)
        for pieces, shape in ((3, (4, 3)), (4, (3, 2)), (5, (1, 2)))
    },
    "mixed, maxout of 3": Config(
        layer_activations=("relu", "maxout", "maxout"), hidden_layer_sizes=(4, 3, 2), maxout_pieces=3, batch_norm=True
    ),
    "deep": Config(activation="relu", hidden_layer_sizes=(6,) * 6),
    "one feature": Config(activation="relu", hidden_layer_sizes=(6, 4), features=("y",)),
    "wide": Config(activation="relu", hidden_layer_sizes=(26,)),
    "zeros": Config(activation="relu", hidden_layer_sizes=(4, 2), initializer="zeros"),
}


@pytest.mark.parametrize("seed", ["0.1", pytest.param("0.2", marks=pytest.mark.nightly)])
@pytest.mark.parametrize("kind", NETWORKS)
def test_regions_cover_fine_grid(kind: str, seed: str) -> None:
    config = NETWORKS[kind]
    if config.initializer != "zeros":
        config = config.replace(initializer="he_normal")
    trainer = Trainer(config.replace(dataset="spiral", optimizer="adam", learning_rate=0.01, seed=seed))
    for _ in range(20):
        trainer.run_epoch()
    view = see(trainer)
    polygons = polygons_of(view)
    assert view.values["exact"]
    assert view.values["count"] == len(polygons) <= view.values["most"]
    assert sum(area_of([(float(x), float(y)) for x, y in polygon]) for polygon in polygons) == pytest.approx(144, 1e-5)
    # with float32 corners, the center of a sliver may lie outside it
    large = [polygon for polygon in polygons if area_of([(float(x), float(y)) for x, y in polygon]) > 1e-6]
    exact = patterns(trainer, np.array([polygon.mean(axis=0) for polygon in large]))
    assert len(set(exact)) == len(large)
    axis = np.linspace(-5.9971, 5.9983, 301)
    seen = set(patterns(trainer, np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)))
    assert len(seen) <= len(polygons)
    assert seen <= set(exact) or len(large) < len(polygons)


@pytest.mark.parametrize("kind", NETWORKS)
def test_network_is_linear_within_each_region(kind: str) -> None:
    config = NETWORKS[kind].replace(dataset="spiral", seed="0.3")
    trainer = Trainer(config)
    for _ in range(3):
        trainer.run_epoch()
    numbers = np.random.default_rng(0)
    for polygon in polygons_of(see(trainer))[:80]:
        inner = 0.98 * polygon + 0.02 * polygon.mean(axis=0)
        shares = numbers.dirichlet(np.ones(len(inner)), 5)
        at_corners, between = (
            trainer.function().forward_activations(points)[-1].z for points in (inner, shares @ inner)
        )
        np.testing.assert_allclose(
            between, at_corners @ shares.T, rtol=1e-6, atol=1e-6 * (1 + np.abs(at_corners).max())
        )


def test_grid_numbers_match_regions() -> None:
    trainer = Trainer(NETWORKS["relu"].replace(initializer="he_normal", seed="0.4"))
    view = see(trainer)
    numbers = view.arrays["regions"]
    axis = np.linspace(-6, 6, 100)
    for row, column in ((3, 5), (50, 20), (70, 93), (98, 1)):
        polygon = polygons_of(view)[numbers[row, column]]
        point = np.array([axis[column], axis[99 - row]])
        nexts = np.roll(polygon, -1, axis=0)
        edges, offsets = nexts - polygon, point - polygon
        assert (edges[:, 0] * offsets[:, 1] - edges[:, 1] * offsets[:, 0] >= -1e-5).all()


# --- too many regions or curved borders ---------------------------------------------------------------------------


def test_excess_regions_are_counted_on_grid() -> None:
    config = Config(activation="relu", hidden_layer_sizes=(100,))
    view = see(put(Trainer(config), np.random.default_rng(0).normal(size=300)))
    assert not view.values["exact"]
    assert f"More than {MOST:,} regions" in view.values["why"]
    assert view.values["count"] == len(np.unique(view.arrays["regions"]))
    assert "corners" not in view.arrays


def test_curved_features_have_curved_borders() -> None:
    config = Config(activation="relu", features=("x", "xSquared"), hidden_layer_sizes=(3,))
    view = see(Trainer(config))
    assert not view.values["exact"]
    assert "curve" in view.values["why"]
    assert "grid" in view.values["why"]
    # they trace a parabola, which each of three lines can cut once (4 parts) and at most twice (7)
    assert (view.values["bound"], view.values["most"]) == (4, 7)


def test_counting_runs_in_small_steps() -> None:
    trainer = Trainer(NETWORKS["wide"].replace(initializer="he_normal"))
    look, calls = open_look("regions"), 1
    while look(Subject(trainer, Path(), Options(), 0.0)).pending:
        calls += 1
    assert calls > see(trainer).values["count"]


def test_wide_layer_has_more_regions_on_spiral() -> None:
    """A claim of the lesson on depth."""
    base = Config(dataset="spiral", train_percent=80, optimizer="adam", learning_rate=0.01, activation="relu")
    counts: dict[tuple[int, ...], list[int]] = {(26,): [], (8, 8): []}
    for shape, found in counts.items():
        for start in range(8):
            config = base.replace(hidden_layer_sizes=shape, initializer="he_normal", seed=f"0.{start + 31}")
            trainer = Trainer(config)
            for _ in range(150):
                trainer.run_epoch()
            found.append(see(trainer).values["count"])
    ratio = np.median(counts[26,]) / np.median(counts[8, 8])
    assert 1.4 < ratio < 2.8
