"""Real servers for the tests of the app."""

from collections.abc import Iterator

import pytest

from tests.app.player import Player, Server


@pytest.fixture(scope="module", params=[0, 2], ids=["inline", "processes"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server for tests that do it no harm: with its sessions on the event loop, and in two processes."""
    with Server(workers=request.param) as running:
        yield running


@pytest.fixture
def player(server: Server) -> Iterator[Player]:
    """A connection with a small experiment."""
    with server.open() as opened:
        yield opened
