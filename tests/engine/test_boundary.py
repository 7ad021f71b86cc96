"""Decision boundary images and thumbnails of features and units."""

import numpy as np
import pytest

from engine import FEATURES, Config, Trainer
from engine.boundary import feature_thumbnails, grid, quantize, thinned, thumbnail_step
from engine.features import transform

SHAPES = [(), (1,), (4, 2), (8,) * 6, (16,) * 10]


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_every_unit_has_a_thumbnail(sizes: tuple[int, ...]) -> None:
    snapshot = Trainer(Config(hidden_layer_sizes=sizes)).snapshot()
    side = 12 if sum(sizes) > 99 else 16
    assert snapshot.thumbnails.shape == (sum(sizes) + 1, side, side)
    assert snapshot.surface.shape == (100, 100)
    assert snapshot.selected == len(FEATURES) + sum(sizes)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_surface_shows_network_outputs(sizes: tuple[int, ...], problem: str) -> None:
    trainer = Trainer(
        Config(hidden_layer_sizes=sizes, problem=problem, features=("x", "ySquared"), learning_rate=0.001)
    )
    for _ in range(3):
        trainer.run_epoch()
    surface = trainer.snapshot().surface.ravel().astype(int)
    expected = quantize(trainer.outputs(grid())).astype(int)
    assert np.abs(surface - expected).max() <= 1


def test_thumbnails_agree_with_full_pictures() -> None:
    trainer = Trainer(Config())
    thumbnails = np.concatenate([feature_thumbnails(), trainer.snapshot().thumbnails])
    assert len(thumbnails) == len(FEATURES) + 7
    for index, thumbnail in enumerate(thumbnails):
        snapshot = trainer.snapshot(index)
        step = thumbnail_step(7)
        assert snapshot.selected == index
        assert np.array_equal(snapshot.surface[step - 1 :: step, step - 1 :: step], thumbnail)


@pytest.mark.parametrize("dataset", ["circle", "gauss4"])
@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_small_picture_has_points_of_full_one(sizes: tuple[int, ...], dataset: str) -> None:
    function = Trainer(Config(hidden_layer_sizes=sizes, dataset=dataset, loss="cross_entropy")).function()
    full, points = function.pictures(None), np.ix_(thinned(48), thinned(48))
    surface, classes = function.small_picture(48)
    assert surface.shape == (48, 48)
    np.testing.assert_allclose(surface.astype(int), full.surface[points].astype(int), atol=1)
    assert (classes is None) == (full.classes is None) == (dataset == "circle")
    if classes is not None and full.classes is not None:
        assert (classes == full.classes[points]).mean() > 0.999


def test_pictures_have_x2_pointing_up() -> None:
    x1, x2 = feature_thumbnails()[:2].astype(int)
    assert x1[:, 0].max() < 128 < x1[:, -1].min()
    assert x2[-1].max() < 128 < x2[0].min()


@pytest.mark.parametrize("name", FEATURES)
def test_feature_picture_shows_its_values(name: str) -> None:
    index = list(FEATURES).index(name)
    surface = Trainer(Config()).snapshot(index).surface
    expected = quantize(transform([name], grid())[0]).reshape(100, 100)
    assert np.abs(surface.astype(int) - expected.astype(int)).max() <= 1


def test_byte_keeps_sign_and_range() -> None:
    values = np.array([-np.inf, -1e30, -1, -0.5, -1e-6, 0, 1e-6, 0.5, 1, 1e30, np.inf], np.float32)
    bytes_ = quantize(values)
    assert bytes_.tolist() == [0, 0, 0, 64, 127, 128, 128, 192, 255, 255, 255]
    assert quantize(np.array([np.nan], np.float32)).tolist() == [0]


def test_nan_is_the_least_value_among_others() -> None:
    values = np.linspace(-1.5, 1.5, 400, dtype=np.float32).reshape(4, 10, 10)
    gaps = values.copy()
    gaps[:, ::3] = np.nan
    expected = quantize(values)
    expected[:, ::3] = 0
    assert np.array_equal(quantize(gaps), expected)
