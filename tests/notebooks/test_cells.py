"""Cells of a real notebook show the playground, and its server lives as long as the kernel."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from packaging.requirements import Requirement
from playwright.sync_api import Browser, expect

from tests.browser.driver import barriers_of
from tests.notebooks.kernel import WAIT, Kernel, assert_gone, front_end
from tests.support.server import ROOT

pytestmark = [pytest.mark.notebooks, pytest.mark.server]

SHOW = 'from app.notebook import show, stop\nshow("#dataset=spiral&seed=0.5&noise=5", height=640)'
HAS_LIMITED_THREADS = 'import os; "OPENBLAS_NUM_THREADS" in os.environ'
FORK = "import os, time\nif os.fork() == 0:\n    time.sleep(600)"


def html_of(outputs: list[dict[str, Any]]) -> str:
    """The HTML of the only output of a cell."""
    (output,) = outputs
    content: str = output["data"]["text/html"]
    return content


def text_of(outputs: list[dict[str, Any]]) -> str:
    """The text of the only output of a cell."""
    (output,) = outputs
    text: str = output["data"]["text/plain"]
    return text


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel that no test ends."""
    with Kernel(tmp_path_factory.mktemp("notebook")) as running:
        yield running


@pytest.mark.browser
def test_frame_in_notebook_trains(kernel: Kernel, chromium: Browser) -> None:
    shown, again = kernel.run(SHOW, "show()")
    # which must not reach the server
    kernel.interrupt()
    content = html_of(shown) + html_of(again)
    assert len(set(re.findall(r"http://127\.0\.0\.1:[0-9]+/\?embed=1", content))) == 1
    assert 'height="640"' in content
    with front_end(content) as address:
        page = chromium.new_page(viewport={"width": 1000, "height": 1600})
        page.goto(address)
        for number in range(2):
            frame = page.frame_locator("iframe").nth(number)
            frame.locator("#play-pause-button").click()
            expect(frame.locator("#iter-number")).not_to_have_text("000,000", timeout=WAIT)
        expect(page.frame_locator("iframe").first.locator("html[data-embed]")).to_have_count(1, timeout=WAIT)
        assert barriers_of(page, None, frozenset({"serious", "critical"})) == []
        page.close()


def test_cell_says_what_a_link_cannot_have(kernel: Kernel) -> None:
    ((warning, shown),) = kernel.run('from app.notebook import show\nshow("#dataset=moon")')
    assert warning["name"] == "stderr"
    assert "dataset “moon”" in warning["text"]
    assert "text/html" in shown["data"]


def test_notebook_for_binder_runs(kernel: Kernel) -> None:
    notebook = json.loads((ROOT / "deploy/binder/playground.ipynb").read_text("utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [html_of(outputs)[:12] for outputs in kernel.run(*sources)] == ["<iframe src="] * 2


def test_binder_installs_this_package_for_jupyter() -> None:
    lines = (ROOT / "deploy/binder/requirements.txt").read_text("utf-8").splitlines()
    (requirement,) = (Requirement(line) for line in lines if not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (requirement.name, requirement.extras) == (project["name"], {"jupyter"})
    assert requirement.extras <= set(project["optional-dependencies"])


def test_kernel_keeps_its_threads_for_numpy(kernel: Kernel) -> None:
    (answer,) = kernel.run(f"import app.notebook\n{HAS_LIMITED_THREADS}")
    assert text_of(answer) == "False"


def test_server_ends_with_its_kernel(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        ((shown,), stopped, restarted) = kernel.run(SHOW, "stop()", "show()")
        assert shown["output_type"] == "execute_result"
        assert stopped == []
        assert text_of(restarted).startswith("NumPy Playground at http://127.0.0.1:")
        processes = kernel.processes()
        kernel.end()
        assert_gone(processes)


def test_server_ends_when_kernel_is_killed(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        kernel.run(SHOW)
        processes = kernel.processes()
        kernel.run(FORK)
        (forked,) = {*kernel.processes()} - {*processes}
        try:
            kernel.kill()
            assert_gone(processes)
            assert forked.status() == psutil.STATUS_SLEEPING
        finally:
            forked.kill()
