"""The loss series: without gaps, and in bounded memory."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.training.series import CAPACITY, MAX_POINTS, LossSeries


def series_of(epochs: int, first: int = 0) -> LossSeries:
    series = LossSeries()
    for epoch in range(first, first + epochs):
        series.put(epoch, epoch / 2, epoch / 4)
    return series


def test_after_returns_all_later_points() -> None:
    history = series_of(100).after(89)
    assert history.epochs.tolist() == list(range(90, 100))
    assert history.train is not None
    assert history.train.tolist() == [epoch / 2 for epoch in range(90, 100)]
    assert history.test is not None
    assert history.test.tolist() == [epoch / 4 for epoch in range(90, 100)]


def test_after_always_returns_newest_point() -> None:
    assert series_of(100).after(99).epochs.tolist() == [99]
    assert series_of(1).after(10**6).epochs.tolist() == [0]


def test_newest_point_can_be_replaced() -> None:
    series = series_of(3)
    series.put(2, 9.0, 8.0)
    history = series.after(-1)
    assert history.epochs.tolist() == [0, 1, 2]
    assert history.train is not None
    assert history.train.tolist() == [0.0, 0.5, 9.0]


def test_no_test_loss_without_test_examples() -> None:
    series = LossSeries()
    series.put(0, 0.5, None)
    assert series.after(-1).test is None


@given(st.integers(1, 8 * CAPACITY), st.integers(0, 1000))
def test_long_series_covers_run_evenly(epochs: int, first: int) -> None:
    epoch_list = series_of(epochs, first).after(-1).epochs.astype(int)
    assert len(epoch_list) <= MAX_POINTS
    assert (epoch_list[0], epoch_list[-1]) == (first, first + epochs - 1)
    gaps = np.diff(epoch_list)
    assert len(gaps) == 0 or (gaps.min() > 0 and gaps.max() <= 4 * epochs / MAX_POINTS + 1)


def test_short_piece_is_not_thinned() -> None:
    assert series_of(CAPACITY).after(CAPACITY - 101).epochs.tolist() == list(range(CAPACITY - 100, CAPACITY))


def test_huge_loss_is_clipped_to_float32() -> None:
    series = LossSeries()
    series.put(0, 1e300, 1e39)
    history = series.after(-1)
    assert history.test is not None
    assert history.train is not None
    assert history.train.tolist() == history.test.tolist() == [float(np.finfo("f4").max)]


def test_huge_epoch_is_clipped_to_uint32() -> None:
    series = LossSeries()
    for epoch in (2**32 - 2, 2**32 - 1, 2**32, 2**53):
        series.put(epoch, 1.0, None)
    assert series.after(-1).epochs.tolist() == [2**32 - 2, 2**32 - 1]
