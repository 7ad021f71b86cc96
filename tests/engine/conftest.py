"""In the engine's tests, a floating-point error is an error of the engine; numbers too small to matter aside."""

from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import pytest

from engine import operations

RAISED = {"over": "raise", "invalid": "raise", "divide": "raise", "under": "ignore"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is compared with PyTorch where that is not installed: it is no part of what the tests need."""
    optional = [item for item in items if item.get_closest_marker("torch")]
    if optional and find_spec("torch") is None:
        config.hook.pytest_deselected(items=optional)
        items[:] = [item for item in items if item not in optional]


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
