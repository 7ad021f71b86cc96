"""The table of runs, experiment files, and what is saved as a picture."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Page

from tests.browser.driver import Playground

pytestmark = pytest.mark.browser

ROW = "#runs-table tbody tr"


def with_two_runs(playground: Playground) -> Page:
    """Train a run of 4 epochs, then one of 3 with another learning rate, and open their table."""
    page = playground.open("#seed=0.7&dataset=gauss").step(4).page
    page.locator("#rewind-button").click()
    playground.until(lambda: playground.epoch == 0)
    playground.do(lambda: page.locator("#learningRate").select_option("0.1")).step(3)
    page.locator("#runs-button").click()
    page.locator(ROW).nth(1).wait_for()
    return page


def texts(page: Page, column: str) -> list[str]:
    """What stands in a column of the table."""
    return [text.strip() for text in page.locator(f"{ROW} .{column}").all_inner_texts()]


def saved(page: Page, button: str) -> Download:
    """The file that a click on a button saves."""
    with page.expect_download() as download:
        page.locator(button).click()
    return download.value


def content(download: Download) -> bytes:
    """What a saved file holds."""
    return Path(download.path()).read_bytes()


FIRST_RUN = """() => {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith("run-1 "))
        .map((key) => JSON.parse(localStorage.getItem(key))).find(({ number }) => number === 1);
    return JSON.stringify([...atob(kept.checkpoint.arrays.params)].map((letter) => letter.charCodeAt(0)));
}"""


@pytest.mark.fresh
def test_runs_survive_a_reload_and_are_restored(playground: Playground) -> None:
    page = with_two_runs(playground)
    playground.until(lambda: texts(page, "epochs") == ["3", "4"])
    assert texts(page, "changes")[0] == "Learning rate 0.1"
    page.get_by_label("Name of run 1").fill("=first()")
    page.keyboard.press("Enter")
    playground.frames.clear()
    page.reload()
    playground.until(lambda: bool(playground.frames)).shown()
    page.locator("#runs-button").click()
    page.locator(ROW).nth(1).wait_for()
    assert page.get_by_label("Name of run 1").input_value() == "=first()"
    rows = list(csv.reader(io.StringIO(content(saved(page, "[data-runs=csv]")).decode())))
    assert [row[0] for row in rows] == ["Run", "Run 2", "'=first()"]

    # a run is restored with its weights, and goes on as a run of its own
    first = json.loads(page.evaluate(FIRST_RUN))
    before = playground.frame["run"], playground.epoch
    page.get_by_label("Restore =first()").click()
    playground.until(lambda: (playground.frame["run"], playground.epoch) != before and playground.epoch == 4).shown()
    assert playground.params.tobytes() == np.frombuffer(bytes(first)).tobytes()
    assert playground.config["learning_rate"] == 0.03
    playground.step()
    playground.until(lambda: "from run 1" in texts(page, "changes")[0] and "epoch 4" in texts(page, "changes")[0])


@pytest.mark.chart
@pytest.mark.sampled
def test_runs_are_overlaid_sorted_starred_and_deleted(playground: Playground) -> None:
    page = with_two_runs(playground)
    overlay = page.get_by_label("Curves of Run 1 in the chart")
    overlay.check()
    page.locator(".chart-overlays", has_text="Run 1").wait_for()
    curves = "document.querySelector('#linechart .plot').data.map(({ name }) => name)"
    playground.until(lambda: page.evaluate(curves) == ["Run 1, training", "Run 1, test", "Training", "Test"])
    overlay.uncheck()
    playground.until(lambda: page.evaluate(curves) == ["Training", "Test"])

    def named() -> list[str]:
        names = "all => all.map((field) => field.value || field.placeholder)"
        return list(page.locator(f"{ROW} th input").evaluate_all(names))

    page.get_by_role("button", name="Epochs", exact=True).press("Enter")
    playground.until(lambda: texts(page, "epochs") == ["4", "3"])
    assert named() == ["Run 1", "Run 2"]
    page.locator(ROW).nth(1).locator(".star").press("Space")
    playground.until(lambda: named()[0] == "Run 2")
    page.get_by_label("Delete Run 1").press("Enter")
    playground.until(lambda: "Run 1" not in named())
    page.keyboard.press("Enter")
    playground.until(lambda: "Run 1" in named())


def test_experiment_files_are_saved_opened_and_refused(playground: Playground) -> None:
    page = playground.open("#seed=0.7&dataset=gauss").step(3).page
    page.locator("#runs-button").click()
    file = content(saved(page, "#runs [data-experiment=save]"))
    params, epoch = playground.params.tobytes(), playground.epoch
    playground.do(lambda: page.locator("#activations").select_option("relu"))
    spoiled = json.loads(file) | {"checkpoint": json.loads(file)["checkpoint"] | {"arrays": {"params": "AAAAAAAA8D8="}}}
    refused = (
        (json.dumps(spoiled), "saved weights are damaged", 2),
        ('{"format": 7}', "is not a NumPy Playground experiment", 0),
    )
    for text, reason, greetings in refused:
        came = len(playground.messages)
        page.locator("#experiment-file").set_input_files({"name": "a.json", "mimeType": "", "buffer": text.encode()})
        playground.until(lambda: [m["type"] for m in playground.messages[came:]].count("welcome") == greetings)  # noqa: B023
        assert playground.last("welcome")["resumed"] == "session"
        message = page.locator(".message", has_text=reason)
        message.locator("[data-dismiss]").click()
        message.wait_for(state="detached")
        assert page.locator("#activations").input_value() == "relu"
    page.locator("#experiment-file").set_input_files({"name": "a.json", "mimeType": "", "buffer": file})
    playground.until(lambda: playground.epoch == epoch and playground.params.tobytes() == params).shown()
    assert playground.config["activation"] == "tanh"


def test_screen_and_run_are_saved_as_pictures(playground: Playground) -> None:
    page = playground.open("#seed=0.7&dataset=gauss").step(3).page
    sizes = {}
    for kind in ("png", "svg", "gif"):
        page.locator("#picture-button").click()
        sizes[kind] = content(saved(page, f"[data-picture={kind}]"))
    with Image.open(io.BytesIO(sizes["png"])) as picture:
        assert picture.width > 1500
        assert len(picture.convert("RGB").resize((64, 32)).getcolors(2048) or ()) > 100
    assert sizes["svg"].startswith(b"<svg ")
    assert sizes["svg"].count(b"<path ") >= 18
    with Image.open(io.BytesIO(sizes["gif"])) as animation:
        assert getattr(animation, "n_frames", 1) == playground.epoch + 1
    assert playground.complaints == []
