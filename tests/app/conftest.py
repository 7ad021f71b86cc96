"""Real servers for the tests of the app."""

from collections.abc import Iterator

import pytest

from tests.support.client import Client
from tests.support.server import ServerThread


@pytest.fixture(scope="module", params=[0, 2], ids=["inline", "processes"])
def server(request: pytest.FixtureRequest) -> Iterator[ServerThread]:
    """A server for tests that do it no harm: with its sessions on the event loop, and in two processes."""
    with ServerThread(workers=request.param) as running:
        yield running


@pytest.fixture(scope="session")
def site() -> Iterator[ServerThread]:
    """A server for tests that only look at its pages."""
    with ServerThread() as running:
        yield running


@pytest.fixture
def player(server: ServerThread) -> Iterator[Client]:
    """A connection with a small experiment."""
    with server.open() as opened:
        yield opened
