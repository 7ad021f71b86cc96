"""Data sets have the promised size, classes and rule, and later options do not advance the original RNG stream."""

import math
from collections.abc import Callable
from itertools import combinations, permutations
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import POINT_DATASETS, Example, draw, skip
from engine.random import Stream, generator

DRAWN = [name for name, dataset in POINT_DATASETS.items() if not dataset.is_own]
TWO_CLASSES = [name for name in DRAWN if POINT_DATASETS[name].classes == 2]
OTHERS = [name for name in DRAWN if name not in TWO_CLASSES]
CURVES = [name for name, dataset in POINT_DATASETS.items() if dataset.dimensions == 1]

any_name = st.sampled_from(DRAWN)


def positives(examples: list[Example]) -> int:
    return sum(target > 0 for _, _, target in examples)


# --- keyed generators -------------------------------------------------------------------------------------------------


def test_same_seed_and_keys_give_same_numbers() -> None:
    assert generator("0.5", "dropout", 3).random() == generator("0.5", "dropout", 3).random()
    assert generator("0.5", cast("int", np.int64(3))).random() == generator("0.5", 3).random()
    # links depend on these numbers, so they must be the same in every process and every version
    assert generator("0.5", "outliers").integers(10**6, size=3).tolist() == [970728, 136457, 594567]


def test_seeds_and_keys_give_distinct_numbers() -> None:
    keys: list[tuple[int | str, ...]] = [(), (1,), ("1",), (1, 1), (11,), ("1", "1"), ("1, 1",), (-1,)]
    numbers = [generator(seed, *each).random() for seed in ("0.5", "0.51", "", "'", "\ud800") for each in keys]
    assert all(a != b for a, b in combinations(numbers, 2))


# --- the data sets ----------------------------------------------------------------------------------------------------


@given(any_name, st.integers(1, 60), st.sampled_from([0, 5, 50, 80]))
def test_data_set_has_requested_size(name: str, count: int, noise: float) -> None:
    dataset = POINT_DATASETS[name]
    examples = draw(name, noise, Stream("0.5"), example_count=count)
    assert len(examples) == count
    assert np.isfinite(examples).all()
    assert not dataset.classes or {target for _, _, target in examples} <= set(dataset.class_targets)
    assert dataset.dimensions == 2 or all(x2 == 0 for _, x2, _ in examples)


@pytest.mark.parametrize("name", DRAWN)
def test_count_of_zero_uses_default_size(name: str) -> None:
    default, requested = Stream("0.5"), Stream("0.5")
    size = POINT_DATASETS[name].size
    assert draw(name, 20, default) == draw(name, 20, requested, example_count=size)
    assert default.random() == requested.random()


@pytest.mark.parametrize("name", DRAWN)
def test_noiseless_points_stay_in_square_with_balanced_classes(name: str) -> None:
    dataset = POINT_DATASETS[name]
    points = np.array(draw(name, 0, Stream("0.5")))
    assert np.abs(points[:, :2]).max() < 6
    positive_share = {"and": 1 / 4, "or": 3 / 4, "nand": 3 / 4}.get(name)
    for target in dataset.class_targets:
        share = 1 / dataset.classes if positive_share is None else positive_share if target == 1 else 1 - positive_share
        assert (points[:, 2] == target).mean() == pytest.approx(share, abs=0.05)


def parity(x: float, y: float) -> int:
    """The color, 0 or 1, of a point on a checkerboard with 3 × 3 squares."""
    return (math.floor(x / 3) + math.floor(y / 3)) % 2


def side(a: float) -> float:
    return 1.0 if a >= 0 else -1.0


RULES: dict[str, Callable[[float, float], float]] = {
    "circle": lambda x, y: side(2.5 - math.hypot(x, y)),
    "xor": lambda x, y: side(x * y),
    "and": lambda x, y: side(x + y - 2.5),
    "or": lambda x, y: side(x + y + 2.5),
    "nand": lambda x, y: side(2.5 - x - y),
    "moons": lambda x, y: side(abs(math.hypot(x - 1.6, y - 0.8) - 3.2) - abs(math.hypot(x + 1.6, y + 0.8) - 3.2)),
    "rings": lambda x, y: side(0.5 - (math.hypot(x, y) + 0.3) / 1.4 % 2 // 1),
    "checkerboard": lambda x, y: 1.0 - 2.0 * parity(x, y),
    "gauss4": lambda x, y: math.atan2(y, x) / (math.pi / 2) % 4 // 1,
    "reg-plane": lambda x, y: (x + y) / 10,
    "reg-sine": lambda x, _: math.sin(math.pi * x / 6),
    "reg-step": lambda x, _: side(x),
    "reg-abs": lambda x, _: abs(x) / 3 - 1,
}
"""The target function of each data set that has a formula."""


@pytest.mark.parametrize("name", RULES)
def test_data_follow_rule_exactly_without_noise(name: str) -> None:
    def error(noise: float) -> float:
        examples = draw(name, noise, Stream("0.5"))
        return sum(abs(RULES[name](x, y) - target) for x, y, target in examples) / len(examples)

    assert error(0) == pytest.approx(0, abs=1e-12)
    # an error of 1 would mean that half of all labels are wrong
    assert 0.05 < error(50) < 0.7


@pytest.mark.parametrize("name", CURVES)
def test_curve_noise_matches_plane_noise(name: str) -> None:
    def deviation(name: str) -> float:
        return float(np.std([RULES[name](x, y) - target for x, y, target in draw(name, 50, Stream("0.5"))]))

    assert deviation(name) == pytest.approx(deviation("reg-plane"), rel=0.25)


# --- class balance and outliers ---------------------------------------------------------------------------------------


@given(any_name, st.floats(5, 95), st.floats(0, 50), st.sampled_from([0, 1, 2, 7, 300]))
def test_class_share_and_outliers_do_not_advance_rng(name: str, share: float, outliers: float, count: int) -> None:
    plain, altered = Stream("0.5"), Stream("0.5")
    before = draw(name, 10, plain, example_count=count)
    after = draw(name, 10, altered, seed="0.5", example_count=count, class_share=share, outliers=outliers)
    assert plain.random() == altered.random()
    assert after
    assert {(x, y) for x, y, _ in after} <= {(x, y) for x, y, _ in before}


@given(st.sampled_from(TWO_CLASSES), st.floats(5, 95).filter(lambda share: share != 50), st.integers(100, 600))
def test_class_share_thins_larger_class(name: str, share: float, count: int) -> None:
    before = draw(name, 10, Stream("0.5"), example_count=count)
    after = draw(name, 10, Stream("0.5"), seed="0.5", example_count=count, class_share=share)
    kept = set(after)
    assert [example for example in before if example in kept] == after
    positive, negative = positives(after), len(after) - positives(after)
    assert positive == positives(before) or negative == len(before) - positives(before)
    # keeping one example more or fewer would not come closer to the requested share
    assert abs(positive - share / 100 * len(after)) <= 0.5


@pytest.mark.parametrize("name", TWO_CLASSES)
def test_balanced_class_share_changes_nothing(name: str) -> None:
    plain = draw(name, 10, Stream("0.5"))
    assert draw(name, 10, Stream("0.5"), seed="0.5", class_share=50) == plain


@pytest.mark.parametrize("name", OTHERS)
def test_class_share_affects_two_classes_only(name: str) -> None:
    plain = draw(name, 10, Stream("0.5"))
    assert draw(name, 10, Stream("0.5"), seed="0.5", class_share=10) == plain


@pytest.mark.parametrize("share", [5, 95])
def test_thinning_keeps_both_classes(share: float) -> None:
    few = draw("gauss", 0, Stream("0.5"), seed="0.5", example_count=4, class_share=share)
    assert sorted(target for _, _, target in few) == ([-1, -1, 1] if share < 50 else [-1, 1, 1])


@pytest.mark.parametrize("share", [5, 95])
def test_single_class_is_not_thinned(share: float) -> None:
    for stream_seed, label in (("0.1", -1.0), ("0.19", 1.0)):
        left = draw("xor", 0, Stream(stream_seed), seed="0.5", example_count=3, class_share=share)
        assert [target for _, _, target in left] == [label] * 3


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("percent", [1, 10, 50])
def test_outliers_change_requested_percentage_of_targets(name: str, percent: float) -> None:
    before = draw(name, 0, Stream("0.5"))
    after = draw(name, 0, Stream("0.5"), seed="0.5", outliers=percent)
    assert [(x, y) for x, y, _ in before] == [(x, y) for x, y, _ in after]
    moved = [(a, b) for (_, _, a), (_, _, b) in zip(before, after, strict=True) if a != b]
    assert len(moved) == len(before) * percent / 100
    if not POINT_DATASETS[name].classes:
        assert all(2 <= abs(b - a) <= 3 for a, b in moved)
        assert 0.2 < np.mean([b > a for a, b in moved]) < 0.8


@pytest.mark.parametrize("name", [name for name in DRAWN if POINT_DATASETS[name].classes])
def test_outlier_labels_cover_all_other_classes(name: str) -> None:
    labels = POINT_DATASETS[name].class_targets
    before = draw(name, 0, Stream("0.5"))
    after = draw(name, 0, Stream("0.5"), seed="0.5", outliers=50)
    changes = {(a, b) for (_, _, a), (_, _, b) in zip(before, after, strict=True) if a != b}
    assert changes == set(permutations(labels, 2))


@pytest.mark.parametrize("name", DRAWN)
def test_stronger_settings_extend_weaker_ones(name: str) -> None:
    def drawn(class_share: float = 50, outliers: float = 0) -> set[Example]:
        return set(draw(name, 10, Stream("0.5"), seed="0.5", class_share=class_share, outliers=outliers))

    plain = drawn()
    assert plain - drawn(outliers=10) < plain - drawn(outliers=20)
    assert drawn(outliers=10) - plain < drawn(outliers=20) - plain
    assert drawn(class_share=90) <= drawn(class_share=80) <= plain


def test_thinning_and_outliers_depend_on_seed() -> None:
    def drawn(seed: str, class_share: float, outliers: float) -> list[Example]:
        return draw("gauss", 0, Stream("0.5"), seed=seed, class_share=class_share, outliers=outliers)

    for share, outliers in ((20, 0), (50, 10)):
        assert drawn("0.5", share, outliers) == drawn("0.5", share, outliers) != drawn("0.6", share, outliers)


@given(any_name, st.integers(0, 60), st.floats(0, 80), st.text(max_size=5))
def test_skipping_data_equals_drawing_them(name: str, count: int, noise: float, seed: str) -> None:
    drawn, skipped = Stream(seed), Stream(seed)
    draw(name, noise, drawn, seed=seed, example_count=count)
    if skip(name, skipped, count):
        assert drawn.random() == skipped.random()
    else:
        assert skipped.random() == Stream(seed).random()
