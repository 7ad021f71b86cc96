"""The table of runs, experiment files, and what is saved as a picture."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Page

from tests.browser.conftest import Server
from tests.browser.driver import Playground

pytestmark = pytest.mark.browser

ROW = "#runs-table tbody tr"


@pytest.fixture(scope="module")
def runs(server: Server, chromium: Browser) -> Iterator[Playground]:
    """One page with two runs in its table: 4 epochs, then 3 with another learning rate."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    playground = Playground(context.new_page(), server.address).open("#seed=0.7&dataset=gauss")
    playground.step(4)
    playground.page.locator("#rewind-button").click()
    playground.until(lambda: playground.epoch == 0)
    playground.do(lambda: playground.page.locator("#learningRate").select_option("0.1")).step(3)
    playground.page.locator("#runs-button").click()
    playground.page.locator(ROW).nth(1).wait_for()
    yield playground
    context.close()


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


def test_every_run_is_in_the_table_and_stays_there_when_the_page_is_loaded_again(runs: Playground) -> None:
    page = runs.page
    runs.until(lambda: texts(page, "epochs") == ["3", "4"])
    assert texts(page, "changes")[0] == "Learning rate 0.1"
    page.get_by_label("Name of run 1").fill("=first()")
    page.keyboard.press("Enter")
    runs.frames.clear()
    page.reload()
    runs.until(lambda: bool(runs.frames)).shown()
    page.locator("#runs-button").click()
    page.locator(ROW).nth(1).wait_for()
    assert page.get_by_label("Name of run 1").input_value() == "=first()"
    rows = list(csv.reader(io.StringIO(content(saved(page, "[data-runs=csv]")).decode())))
    assert [row[0] for row in rows] == ["Run", "Run 2", "'=first()"]


def test_a_run_is_restored_with_its_weights_and_goes_on_as_a_run_of_its_own(runs: Playground) -> None:
    page = runs.page
    first = json.loads(page.evaluate(FIRST_RUN))
    before = runs.frame["run"], runs.epoch
    page.get_by_label("Restore =first()").click()
    runs.until(lambda: (runs.frame["run"], runs.epoch) != before and runs.epoch == 4).shown()
    assert runs.params.tobytes() == np.frombuffer(bytes(first)).tobytes()
    assert runs.config["learning_rate"] == 0.03
    runs.step()
    runs.until(lambda: texts(page, "changes")[0].startswith("from run 1, epoch 4"))


FIRST_RUN = """() => {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith("run-1 "))
        .map((key) => JSON.parse(localStorage.getItem(key).slice(8))).find(({ number }) => number === 1);
    return JSON.stringify([...atob(kept.checkpoint.arrays.params)].map((letter) => letter.charCodeAt(0)));
}"""


@pytest.mark.chart
def test_curves_of_other_runs_are_drawn_in_the_chart_with_their_names(runs: Playground) -> None:
    page = runs.page
    page.get_by_label("Curves of =first() in the chart").check()
    page.locator(".chart-overlays", has_text="=first()").wait_for()
    names = "document.querySelector('#linechart .plot').data.map(({ name }) => name)"
    runs.until(lambda: page.evaluate(names) == ["=first(), training", "=first(), test", "Training", "Test"])
    page.get_by_label("Curves of =first() in the chart").uncheck()
    runs.until(lambda: page.evaluate(names) == ["Training", "Test"])


def test_with_keys_runs_are_sorted_starred_deleted_and_brought_back(runs: Playground) -> None:
    page = runs.page
    names = "all => all.map((field) => field.value || field.placeholder)"

    def named() -> list[str]:
        return list(page.locator(f"{ROW} th input").evaluate_all(names))

    page.get_by_role("button", name="Epochs", exact=True).press("Enter")
    counts = [int(count) for count in texts(page, "epochs")]
    assert counts == sorted(counts, reverse=True)
    page.get_by_label("Star for Run 2").press("Space")
    runs.until(lambda: named()[0] == "Run 2")
    page.get_by_label("Delete =first()").press("Enter")
    runs.until(lambda: "=first()" not in named())
    page.keyboard.press("Enter")
    runs.until(lambda: "=first()" in named())
    assert runs.barriers() == []


def test_an_experiment_is_saved_and_opened_again_and_a_spoiled_file_changes_nothing(runs: Playground) -> None:
    page = runs.page
    file = content(saved(page, "#runs [data-experiment=save]"))
    params, epoch = runs.params.tobytes(), runs.epoch
    runs.do(lambda: page.locator("#activations").select_option("relu"))
    spoiled = json.loads(file) | {"checkpoint": json.loads(file)["checkpoint"] | {"arrays": {"params": "AAAAAAAA8D8="}}}
    refused = ((json.dumps(spoiled), "saved weights are damaged", 2), ('{"format": 7}', "format", 0))
    for text, reason, greetings in refused:
        came = len(runs.messages)
        page.locator("#experiment-file").set_input_files({"name": "a.json", "mimeType": "", "buffer": text.encode()})
        runs.until(lambda: [m["type"] for m in runs.messages[came:]].count("welcome") == greetings)  # noqa: B023
        assert runs.last("welcome")["resumed"] == "session"
        message = page.locator(".message", has_text=reason)
        message.locator("[data-dismiss]").click()
        message.wait_for(state="detached")
        assert page.locator("#activations").input_value() == "relu"
    page.locator("#experiment-file").set_input_files({"name": "a.json", "mimeType": "", "buffer": file})
    runs.until(lambda: runs.epoch == epoch and runs.params.tobytes() == params).shown()
    assert runs.config["activation"] == "tanh"


def test_what_is_on_the_screen_is_saved_as_a_picture_and_the_run_as_an_animation(runs: Playground) -> None:
    page = runs.page
    begun = runs.step(3).epoch - 3
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
        assert getattr(animation, "n_frames", 1) == runs.epoch - begun + 1
    assert runs.complaints == []
