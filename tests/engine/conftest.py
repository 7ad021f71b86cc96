"""In the engine's tests, a floating-point error is an error of the engine; numbers too small to matter aside."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine import operations

RAISED = {"over": "raise", "invalid": "raise", "divide": "raise", "under": "ignore"}


@pytest.fixture
def diverging() -> None:
    """Asked for by tests in which numbers are to grow beyond all bounds where the engine reckons with that."""


@pytest.fixture(autouse=True)
def _floating_point_errors_are_raised(request: pytest.FixtureRequest) -> Iterator[None]:
    tolerated = dict(operations.TOLERATED)
    if "diverging" not in request.fixturenames:
        operations.TOLERATED.clear()
        operations.TOLERATED.update(RAISED)
    with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        yield
    operations.TOLERATED.clear()
    operations.TOLERATED.update(tolerated)
