"""A real server and a real browser."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driver import Playground, block_chart
from tests.browser.shared import VIEWPORT, SharedPlayground

ROOT = Path(__file__).parents[2]


class Server:
    """The playground as a process of its own, on a port that it keeps when it is started again."""

    def __init__(self) -> None:
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> None:
        """Start it and wait for the address that it prints."""
        command = [sys.executable, "-m", "app.cli", "--no-browser", "--port", str(self._port), "--workers", "1"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self._port = int(found[1])
                self.address = found[0]
                return
        pytest.fail("the server ended without printing its address")

    def kill(self) -> None:
        """End it as hard as can be."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.communicate(timeout=20)
            self._process = None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests that do not harm it."""
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server of the test's own."""
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_pages() -> dict[bool, SharedPlayground]:
    """The pages that tests of this process share: one without the chart's library, and one with it."""
    return {}


@pytest.fixture
def playground(
    request: pytest.FixtureRequest, server: Server, chromium: Browser, shared_pages: dict[bool, SharedPlayground]
) -> Iterator[Playground]:
    """A page at 1440 × 900: one that is shared, or for tests marked `fresh` one of their own.

    Only pages for tests marked `chart` have the library that draws the chart.
    """
    has_chart = request.node.get_closest_marker("chart") is not None
    if request.node.get_closest_marker("fresh"):
        own = Playground(new_page(chromium, has_chart=has_chart), server.address)
        yield own
        own.page.context.close()
        return
    if has_chart not in shared_pages:
        shared_pages[has_chart] = SharedPlayground(new_page(chromium, has_chart=has_chart), server.address)
    shared = shared_pages[has_chart].begin()
    failed_before = request.session.testsfailed
    yield shared
    if request.session.testsfailed > failed_before:
        # nobody knows in what state it is
        shared_pages.pop(has_chart).page.context.close()
    else:
        shared.rest()


def new_page(chromium: Browser, *, has_chart: bool) -> Page:
    """A page in a browser context of its own."""
    page = chromium.new_context(viewport=VIEWPORT).new_page()
    if not has_chart:
        block_chart(page)
    return page
