"""How much the tests try: a sample in `make test`, everything in `make nightly`, which is `pytest --nightly`."""

import itertools
import os
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings


class Effort:
    """The effort requested on the command line; set before any test module is imported."""

    everything = False
    pictures: Path | None = None
    """The folder for pictures of the page; None: none are taken."""


def amount(name: str, *, sample: int, everything: int) -> int:
    """How many of something to try. The environment variable `PLAYGROUND_` + `name` asks for any other number."""
    return int(os.environ.get(f"PLAYGROUND_{name}", everything if Effort.everything else sample))


def many(*, sample: int, everything: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator for a property that is tried with so many inputs; `PLAYGROUND_EXAMPLES` asks for any other number."""
    number = amount("EXAMPLES", sample=sample, everything=everything)

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        marked: Callable[..., None] = pytest.mark.sampled(settings(max_examples=number)(test))
        return marked

    return decorated


def sampled(names: Iterable[Any], share: float) -> list[object]:
    """Values as test parameters, all but a share of them marked `nightly`; the choice is the same in every run."""
    chosen = random.Random(0)  # noqa: S311 - a test tries the same in every run
    return [pytest.param(name, marks=() if chosen.random() < share else pytest.mark.nightly) for name in names]


def all_pairs(*choices: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Combinations of one value from each of the `choices`, so that every pair of values occurs; with `--nightly`, all.

    Most faults are triggered by one or two values (Kuhn, Wallace and Gallo, "Software fault interactions and
    implications for software testing", 2004). Tests that use this are marked `sampled`.
    """
    lists = [list(choice) for choice in choices]
    combinations = list(itertools.product(*(range(len(values)) for values in lists)))
    chosen = combinations if Effort.everything else sorted(_covering(combinations))
    return [tuple(values[index] for values, index in zip(lists, indices, strict=True)) for indices in chosen]


def _covering(combinations: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Choose combinations that cover all pairs, starting with those that add the most new ones."""
    shuffled = random.Random(0).sample(combinations, len(combinations))  # noqa: S311 - the same in every run
    seen: set[tuple[tuple[int, int], ...]] = set()
    for least in range(len(list(itertools.combinations(combinations[0], 2))), 0, -1):
        for combination in shuffled:
            new = set(itertools.combinations(enumerate(combination), 2)) - seen
            if len(new) >= least:
                seen |= new
                yield combination
