"""Chromium for the browser tests: where it is, how it starts, and how its event loop leaves room for others."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.settled import settle_after_input

CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Names and paths of browsers. The headless shell, Chromium without a window, comes first: tests need a third less
processor time with it."""
NO_CHROMIUM = (
    "The browser tests need Chromium or Chrome, and none was found or could be downloaded: install one "
    "(Debian: apt-get install chromium-headless-shell) or set PLAYGROUND_CHROMIUM to its path."
)
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--font-render-hinting=none",  # as Chromium with a window; otherwise each digit has a width of its own
    "--no-first-run",
)


@cache
def chromium_path() -> str | None:
    """Return the browser to test in: PLAYGROUND_CHROMIUM, one that is installed, or else Playwright's own."""
    if named := os.environ.get("PLAYGROUND_CHROMIUM"):
        return shutil.which(named)
    installed = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return installed or _downloaded_chromium()


def _downloaded_chromium() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    return str(path) if path.exists() else None


class LoopSwitch:
    """Switches Playwright's event loop off for tests that run a loop of their own.

    While Playwright is started, its loop counts as the running loop of the thread, and `asyncio.run` refuses to start
    another. Playwright itself needs its loop only during its own calls.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def off(self) -> Iterator[None]:
        """Run a block in a thread that has no running event loop."""
        self._loop = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            yield
        finally:
            self.turn_on()

    def turn_on(self) -> None:
        """Make Playwright's loop the running one again, if it was switched off."""
        if self._loop is not None:
            asyncio._set_running_loop(self._loop)
            self._loop = None


@contextmanager
def launched(switch: LoopSwitch) -> Iterator[Browser]:
    """Start Chromium, and close it at the end even if the last test had switched the event loop off."""
    settle_after_input()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=_arguments())
        try:
            yield browser
        finally:
            switch.turn_on()
            browser.close()


def launched_beside(browser: Browser, *arguments: str) -> Browser:
    """Start one more Chromium, with more arguments."""
    return browser.browser_type.launch(executable_path=chromium_path(), args=_arguments(*arguments))


def _arguments(*more: str) -> list[str]:
    runs_as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*ARGUMENTS, *(["--no-sandbox"] if runs_as_root else []), *more]
