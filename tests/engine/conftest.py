"""Makes every floating-point error except underflow fail the engine's tests."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine import operations

RAISED = {"over": "raise", "invalid": "raise", "divide": "raise", "under": "ignore"}


@pytest.fixture
def diverging() -> None:
    """Requested by tests that overflow on purpose, where the engine handles it."""


@pytest.fixture(autouse=True)
def _raise_floating_point_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    tolerated = dict(operations.TOLERATED)
    if "diverging" not in request.fixturenames:
        operations.TOLERATED.clear()
        operations.TOLERATED.update(RAISED)
    with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        yield
    operations.TOLERATED.clear()
    operations.TOLERATED.update(tolerated)
