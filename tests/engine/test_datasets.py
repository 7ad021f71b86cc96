"""What is drawn is what a data set promises, and nothing new shifts what was drawn before."""

from itertools import combinations
from typing import cast

import numpy as np

from engine.random import generator


def test_a_seed_with_the_same_keys_gives_the_same_numbers() -> None:
    assert generator("0.5", "dropout", 3).random() == generator("0.5", "dropout", 3).random()
    assert generator("0.5", cast("int", np.int64(3))).random() == generator("0.5", 3).random()
    # these numbers are part of what a link means: they must be the same in every process and every version
    assert generator("0.5", "outliers").integers(10**6, size=3).tolist() == [970728, 136457, 594567]


def test_other_seeds_and_other_keys_give_other_numbers() -> None:
    keys: list[tuple[int | str, ...]] = [(), (1,), ("1",), (1, 1), (11,), ("1", "1"), ("1, 1",), (-1,)]
    numbers = [generator(seed, *each).random() for seed in ("0.5", "0.51", "", "'", "\ud800") for each in keys]
    assert all(a != b for a, b in combinations(numbers, 2))
