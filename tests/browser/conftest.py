"""A real server and a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.driver import Playground, block_chart, clear_storage
from tests.browser.shared import VIEWPORT, SharedPlayground
from tests.support.server import ServerProcess


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """One server for all tests that do not harm it."""
    with ServerProcess(workers=1) as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[ServerProcess]:
    """A server that the test may kill."""
    with ServerProcess(workers=1) as running:
        yield running


@pytest.fixture(scope="session")
def shared_pages() -> dict[bool, SharedPlayground]:
    """The pages that tests of this process share: one without the chart's library, and one with it."""
    return {}


@pytest.fixture(scope="session")
def fresh_context(chromium: Browser) -> BrowserContext:
    """The browser context of the pages for tests marked `fresh`, which has the files of the page in its cache."""
    return chromium.new_context(viewport=VIEWPORT)


@pytest.fixture
def playground(
    request: pytest.FixtureRequest,
    server: ServerProcess,
    chromium: Browser,
    fresh_context: BrowserContext,
    shared_pages: dict[bool, SharedPlayground],
) -> Iterator[Playground]:
    """A page at 1440 × 900: one that is shared, or for tests marked `fresh` one of their own, with nothing stored.

    Only pages for tests marked `chart` have the library that draws the chart.
    """
    has_chart = request.node.get_closest_marker("chart") is not None
    if request.node.get_closest_marker("fresh"):
        own = Playground(new_page(fresh_context, has_chart=has_chart), server.address)
        clear_storage(own.page, server.address)
        yield own
        own.page.close()
        return
    if has_chart not in shared_pages:
        context = chromium.new_context(viewport=VIEWPORT)
        shared_pages[has_chart] = SharedPlayground(new_page(context, has_chart=has_chart), server.address)
    shared = shared_pages[has_chart].begin()
    failed_before = request.session.testsfailed
    yield shared
    if request.session.testsfailed > failed_before:
        # nobody knows in what state it is
        shared_pages.pop(has_chart).page.context.close()
    else:
        shared.rest()


def new_page(context: BrowserContext, *, has_chart: bool) -> Page:
    """A page that is still empty."""
    page = context.new_page()
    if not has_chart:
        block_chart(page)
    return page
