"""Shared by all tests: one Chromium, classes, test groups with extra dependencies, and the Hypothesis profile."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser

from tests.browsers.installed import missing
from tests.support.browser import NO_CHROMIUM, LoopSwitch, chromium_path, launched
from tests.support.class_client import Gathering
from tests.support.effort import Effort
from tests.support.server import ServerProcess

hypothesis.settings.register_profile("playground", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("playground")

SWITCH = LoopSwitch()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that `make nightly` and `make pictures` use."""
    parser.addoption("--nightly", action="store_true", help="also run tests marked `nightly`, and try more cases")
    parser.addoption("--pictures", type=Path, metavar="FOLDER", help="save pictures of the states of the page there")


def pytest_configure(config: pytest.Config) -> None:
    """Set how much the test modules try, before they are imported."""
    Effort.everything = config.getoption("--nightly")
    Effort.pictures = config.getoption("--pictures")


def is_left_out(config: pytest.Config, item: pytest.Item) -> bool:
    """Whether a test belongs to a group that is not run; `pytest_terminal_summary` names those groups."""
    if any(item.get_closest_marker(group) and missing_for(group) for group in NEEDED):
        return True
    return bool(item.get_closest_marker("nightly")) and not config.getoption("--nightly")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that are left out, and start with the files that take longest.

    A file runs in one process, so if a long one started last, all other processes would wait for it. Browser tests
    are never skipped: without a browser, the run fails immediately with a one-line message.
    """
    wanted = any(item.get_closest_marker("browser") for item in items)
    if wanted and chromium_path() is None:
        raise pytest.UsageError(NO_CHROMIUM)
    if left_out := [item for item in items if is_left_out(config, item)]:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_left_out(config, item)]
    costs: Counter[Path] = Counter()
    for item in items:
        costs[item.path] += cost_of(item)
    items.sort(key=lambda item: (-costs[item.path], item.path))


def cost_of(item: pytest.Item) -> int:
    """A rough estimate of how long a test takes, in hundredths of a second."""
    reads_all_files = item.path.parent == Path(__file__).parent
    costs = [cost for marker, cost in COSTS.items() if item.get_closest_marker(marker)]
    return max(costs, default=50 if reads_all_files else 2)


COSTS = {"browser": 200, "server": 150, "javascript": 800}
"""The approximate cost of a test with this marker."""


NEEDED: dict[str, Callable[[], list[str]]] = {
    "exports": lambda: without({"PyTorch": "torch", "Keras": "keras"}),
    "cluster": lambda: without({"Dask": "distributed"}),
    "jit": lambda: without({"Numba": "numba"}),
    "proxies": lambda: [*without({"trustme": "trustme"}), *absent_programs("nginx", "caddy")],
    "notebooks": lambda: without(
        {"jupyter-server-proxy": "jupyter_server_proxy", "JupyterLab": "jupyterlab", "nbclient": "nbclient"}
    ),
    "browsers": missing,
}
"""By test group, what it needs and this machine lacks."""


def without(modules: Mapping[str, str]) -> list[str]:
    """The names of the modules that are not installed."""
    return [name for name, module in modules.items() if find_spec(module) is None]


def absent_programs(*names: str) -> list[str]:
    """The programs that are not installed."""
    return [name for name in names if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]


@cache
def missing_for(group: str) -> list[str]:
    """What this machine lacks of what a test group needs."""
    return NEEDED[group]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the groups that were left out, so that none is left out silently."""
    for group in ("classes", "sweeps", "resilience", "packages"):
        if f"not {group}" in config.getoption("-m"):
            terminalreporter.write_line(f"Left out: the test group {group} (make {group} runs it).", yellow=True)
    if not config.getoption("--nightly"):
        terminalreporter.write_line("Left out: the test group nightly (make nightly runs it).", yellow=True)
    for group in NEEDED:
        if lacks := missing_for(group):
            terminalreporter.write_line(
                f"Left out: the test group {group} (make {group} runs it), which also needs {', '.join(lacks)}.",
                yellow=True,
            )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Turn off Playwright's event loop around tests that do not use the browser."""
    if "chromium" in getattr(item, "fixturenames", ()):
        return (yield)
    with SWITCH.off():
        return (yield)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once for all tests of this process."""
    with launched(SWITCH) as browser:
        yield browser


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes per core, since tests of servers and pages mostly wait; at most eight."""
    assert config.pluginmanager.has_plugin("xdist")
    return min(8, 2 * (os.cpu_count() or 1))


@pytest.fixture(scope="module")
def secret(server: ServerProcess) -> tuple[str, str]:
    """The secret of the class of a module's tests, and its code; `server` is the module's."""
    started = Gathering.start(server.port)
    return started.secret, started.code


@pytest.fixture
def gathering(server: ServerProcess, secret: tuple[str, str]) -> Iterator[Gathering]:
    """A class that has not been opened yet."""
    with Gathering(server.port, *secret) as fresh:
        yield fresh
        fresh.end()
