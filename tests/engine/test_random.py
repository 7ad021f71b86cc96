"""The random stream reproduces the original's generator."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from engine.random import Stream

VECTORS: dict[str, list[float]] = json.loads((Path(__file__).parents[1] / "golden" / "seedrandom.json").read_text())


@pytest.mark.parametrize("seed", VECTORS, ids=lambda seed: repr(seed[:12]))
def test_seed_gives_original_numbers(seed: str) -> None:
    stream = Stream(seed)
    assert [stream.random() for _ in VECTORS[seed]] == VECTORS[seed]


def plain_bytes(seed: str) -> Iterator[int]:
    """The bytes of ARC4, one after the other."""
    key, state, j = seed.encode(), list(range(256)), 0
    for i in range(256):
        j = (j + key[i % len(key)] + state[i]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        yield state[(state[i] + state[j]) % 256]


def plain_numbers(seed: str) -> Iterator[float]:
    """The numbers of seedrandom: bytes are added until there are enough bits, and bits beyond those dropped."""
    stream = islice(plain_bytes(seed), 256, None)
    while True:
        number, scale = int.from_bytes(islice(stream, 6)), 2**48
        while number < 2**52:
            number, scale = number << 8 | next(stream), scale << 8
        while number >= 2**53:
            number, scale = number >> 1, scale >> 1
        yield number / scale


@pytest.mark.parametrize("seed", ["0.5", "17"])
def test_long_stream_equals_plain_algorithm(seed: str) -> None:
    stream, expected = Stream(seed), list(islice(plain_numbers(seed), 5000))
    assert min(expected) < 1 / 256, "some numbers take more than eight bytes"
    assert [stream.random() for _ in expected] == expected


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
