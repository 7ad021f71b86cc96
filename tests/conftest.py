"""What tests share: a real browser, and how hypotheses are tried."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.effort import Effort

hypothesis.settings.register_profile("playground", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("playground")

CHROMIUMS = (
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
NO_CHROMIUM = (
    "The browser tests need Chromium or Chrome, and none was found or could be fetched: install one "
    "(Debian and Ubuntu: apt-get install chromium) or name one in PLAYGROUND_CHROMIUM."
)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@cache
def chromium_path() -> str | None:
    """The browser to test in: the one that is named, one of this machine, else Playwright's own, fetched if need be."""
    if named := os.environ.get("PLAYGROUND_CHROMIUM"):
        return shutil.which(named)
    own = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return own or _fetched_chromium()


def _fetched_chromium() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    return str(path) if path.exists() else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make nightly` sets."""
    parser.addoption("--nightly", action="store_true", help="run the tests marked `nightly`, too, and try more of all")


def pytest_configure(config: pytest.Config) -> None:
    """Tell the test modules, before they are imported, how much to try."""
    Effort.everything = config.getoption("--nightly")


def is_left_out(config: pytest.Config, item: pytest.Item) -> bool:
    """Whether a test belongs to a group that is not run now; `pytest_terminal_summary` names those groups."""
    if item.get_closest_marker("exports"):
        return not has_libraries()
    return bool(item.get_closest_marker("nightly")) and not config.getoption("--nightly")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say at once, and in one line, that the browser tests cannot run here; they are never skipped.

    Leave out what `is_left_out`. Begin with what looks at all files, which takes long and cannot be shared out: at
    the end everybody would wait for it.
    """
    wanted = any(item.get_closest_marker("browser") for item in items)
    if wanted and chromium_path() is None:
        raise pytest.UsageError(NO_CHROMIUM)
    if left_out := [item for item in items if is_left_out(config, item)]:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_left_out(config, item)]
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)


def has_libraries() -> bool:
    """Whether the libraries that programs are exported for are installed, with which the group `exports` runs them."""
    return all(find_spec(name) for name in ("torch", "keras"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the groups that were left out: none ever is in silence."""
    if not config.getoption("--nightly"):
        terminalreporter.write_line("Left out: the test group nightly (make nightly runs it).", yellow=True)
    if not has_libraries():
        terminalreporter.write_line(
            "Left out: the test group exports, since PyTorch and Keras are not installed (make exports installs them).",
            yellow=True,
        )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium for the tests of one module.

    Not for all of them: while it is there, this thread has an event loop, and tests that bring their own could not run.
    """
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*QUIET, *(["--no-sandbox"] if as_root else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()
