"""How much the tests try: a sample in `make test`, everything in `make nightly`, which is `pytest --nightly`."""

import os
import random
from collections.abc import Iterable

import pytest


class Effort:
    """What the command line asks for; set before any test module is imported."""

    everything = False


def amount(name: str, *, sample: int, everything: int) -> int:
    """How many of something to try. The environment variable `PLAYGROUND_` + `name` asks for any other number."""
    return int(os.environ.get(f"PLAYGROUND_{name}", everything if Effort.everything else sample))


def sampled(names: Iterable[str], share: float) -> list[object]:
    """Names as test parameters, all but a share of them marked `nightly`; which ones is the same in every run."""
    chosen = random.Random(0)  # noqa: S311 - a test tries the same in every run
    return [pytest.param(name, marks=() if chosen.random() < share else pytest.mark.nightly) for name in names]
