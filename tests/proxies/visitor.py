"""A browser that finds a proxy under the name in `deploy/`, and trusts it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.driver import Playground, block_chart
from tests.browser.shared import VIEWPORT
from tests.proxies.nginx import NAME, ORIGIN, Proxy
from tests.support.browser import launched_beside


class Visitors:
    """A browser for which the public address is that of a proxy."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def page(self) -> Page:
        """An empty page, of somebody who has never been here."""
        page = self._browser.new_context(viewport=VIEWPORT, ignore_https_errors=True).new_page()
        block_chart(page)
        return page

    def playground(self, path: str = "/", link: str = "") -> Playground:
        """The page at a path of the public address, with its first picture."""
        return Playground(self.page(), f"{ORIGIN}{path}").open(link)


@contextmanager
def visiting(chromium: Browser, proxy: Proxy) -> Iterator[Visitors]:
    """Start such a browser, for as long as the context lasts."""
    rule = f"MAP {NAME}:443 127.0.0.1:{proxy.port}"
    browser = launched_beside(chromium, f"--host-resolver-rules={rule}")
    try:
        yield Visitors(browser)
    finally:
        browser.close()
