"""The random stream reproduces the original's generator."""

import json
from pathlib import Path

import pytest

from engine.random import Stream

VECTORS: dict[str, list[float]] = json.loads((Path(__file__).parents[1] / "golden" / "seedrandom.json").read_text())


@pytest.mark.parametrize("seed", VECTORS, ids=lambda seed: repr(seed[:12]))
def test_seed_gives_original_numbers(seed: str) -> None:
    stream = Stream(seed)
    assert [stream.random() for _ in VECTORS[seed]] == VECTORS[seed]


def test_lone_surrogate_is_valid_seed() -> None:
    assert 0 <= Stream("\ud800").random() < 1


def test_copied_stream_continues_independently() -> None:
    stream = Stream("0.5")
    stream.skip(3)
    twin = stream.copy()
    ahead = [stream.random() for _ in range(5)]
    assert [twin.random() for _ in range(5)] == ahead


@pytest.mark.parametrize("seed", ["0.1", "7", ""])
@pytest.mark.parametrize("before", [0, 5])
@pytest.mark.parametrize("count", [0, 1, 10, 145, 146, 147, 5000])
def test_skipping_equals_drawing(seed: str, before: int, count: int) -> None:
    drawn, skipped = Stream(seed), Stream(seed)
    for _ in range(before + count):
        drawn.random()
    for _ in range(before):
        skipped.random()
    skipped.skip(count)
    assert [drawn.random() for _ in range(3)] == [skipped.random() for _ in range(3)]


def test_shuffle_keeps_every_item() -> None:
    items = list(range(100))
    Stream("0.3").shuffle(items)
    assert items != list(range(100))
    assert sorted(items) == list(range(100))
