"""Sweeps, as a user meets them: the form, the map, a cell's starts, two cells compared, slices and filters."""

import re
from statistics import median
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from app.link import parse_axes
from app.sweeps.rows import Start
from app.sweeps.sweep import Sweep
from app.sweeps.task import Task, train
from engine import Config
from tests.browser.driver import Playground

LINK = "#dataset=gauss&seed=0.3&networkShape=2&sweep="
AXES = "learningRate:0.001|0.1|1;activation:tanh|relu"
EPOCHS = 3


def rows_of(axes: str, starts: int) -> list[Start]:
    """What the server has to find: each row trained here."""
    config = Config(dataset="gauss", seed="0.3", hidden_layer_sizes=(2,))
    sweep = Sweep(config, parse_axes(axes), starts=starts, epochs=EPOCHS)
    return train(Task(sweep, tuple(range(sweep.total)), pictures=False))


def losses_of(rows: list[Start], cell: int, starts: int) -> list[float]:
    return [row.test_loss or 0.0 for row in rows[cell * starts : (cell + 1) * starts]]


def sweep(playground: Playground, axes: str, starts: int = 5) -> Page:
    """Open a link with a sweep, and train it."""
    page = playground.open(LINK + quote(f"{axes};starts:{starts};epochs:{EPOCHS}")).page
    page.locator("#sweep-train").click()
    expect(page.locator("#sweep-live")).not_to_be_empty()
    return page


def cell(page: Page, index: int) -> Locator:
    return page.locator(f".sweep-cell[data-cell='{index}']")


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("·10", "e").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))


def test_link_fills_form_and_map_opens_starts(playground: Playground) -> None:
    page = sweep(playground, AXES)
    expect(page.locator("#sweep-axes .sweep-axis")).to_have_count(2)
    expect(page.locator("#sweep-cost")).to_contain_text("3 × 2 settings × 5 starts = 30 runs")
    expect(page.locator(".sweep-cell[data-cell]")).to_have_count(6)
    rows = rows_of(AXES, 5)
    labels = [cell(page, index).get_attribute("aria-label") or "" for index in range(6)]
    assert labels[3].startswith("Learning rate 0.1, Activation ReLU: median test loss ")
    found = [number(re.findall(r"median test loss (\S+),", label)[0]) for label in labels]
    assert found == pytest.approx([median(losses_of(rows, index, 5)) for index in range(6)], rel=0.06)
    # the longer axis lies across, and keys lead through the map
    cell(page, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cell(page, 3)).to_be_focused()
    expect(page.locator("#sweep-look")).to_have_text(labels[3])
    page.keyboard.press("Enter")
    tiles = page.locator(".sweep-tiles .luck-tile")
    order = sorted(range(5), key=lambda start: losses_of(rows, 3, 5)[start])
    assert tiles.evaluate_all("tiles => tiles.map((tile) => Number(tile.dataset.start))") == order
    playground.do(page.get_by_role("button", name="Continue from this start").click)
    playground.until(lambda: playground.epoch == EPOCHS)
    config = playground.config
    assert (config["learning_rate"], config["activation"]) == (0.1, "relu")
    assert config["weight_seed"] == rows[15 + order[0]].weight_seed
    assert playground.frame["test_loss"] == pytest.approx(losses_of(rows, 3, 5)[order[0]], rel=1e-9)
    expect(tiles.first).to_have_attribute("aria-current", "true")
    expect(page.locator("#sweep-note")).to_be_hidden()
    playground.do(lambda: page.locator("[data-field=regularization_rate]").select_option("0.1"))
    expect(page.locator("#sweep-note")).to_have_text("These results are of your earlier settings.")


def test_best_cell_is_shown_until_one_is_chosen(playground: Playground) -> None:
    page = sweep(playground, AXES)
    rows = rows_of(AXES, 5)
    best = min(range(6), key=lambda index: median(losses_of(rows, index, 5)))
    title = page.locator(".sweep-detail h3")
    name = page.locator("#sweep-best button")
    expect(title).to_have_text(re.compile("Best cell: learning rate"))
    expect(cell(page, best).locator(".sweep-badge.best")).to_be_visible()
    expect(name).to_have_attribute("aria-pressed", "false")
    shown = title.text_content() or ""
    assert shown.endswith((name.text_content() or "").rstrip("."))
    cell(page, 0).click()
    expect(title).to_have_text("Learning rate 0.001, Activation Tanh")
    page.keyboard.press("Escape")
    expect(title).to_have_text(shown)
    expect(cell(page, 0)).to_be_focused()
    cell(page, 0).click()
    cell(page, 0).click()
    expect(title).to_have_text(shown)
    # the sentence names it, and its name chooses it
    name.click()
    expect(cell(page, best)).to_have_attribute("aria-pressed", "true")
    name.click()
    expect(cell(page, best)).to_have_attribute("aria-pressed", "false")
    # other cells are compared with the one that is shown
    cell(page, 0).click(modifiers=["Shift"])
    expect(page.locator(".sweep-versus")).to_have_text("B: Learning rate 0.001, Activation Tanh")
    assert cell(page, best).locator(".sweep-badge.letter").text_content() == "A"


def test_best_cell_waits_on_narrow_screens(playground: Playground) -> None:
    playground.page.set_viewport_size({"width": 390, "height": 844})
    page = sweep(playground, AXES)
    expect(page.locator("#sweep-detail")).to_be_hidden()
    page.locator("#sweep-best button").click()
    expect(page.locator(".sweep-detail h3")).to_be_in_viewport()
    page.locator("#sweep-best button").click()
    expect(page.locator("#sweep-detail")).to_be_hidden()


def test_two_cells_are_compared_in_pairs(playground: Playground) -> None:
    page = sweep(playground, AXES)
    rows = rows_of(AXES, 5)
    cell(page, 2).click()
    page.get_by_role("button", name="Compare with another cell").click()
    cell(page, 0).click()
    wins = sum(a < b for a, b in zip(losses_of(rows, 2, 5), losses_of(rows, 0, 5), strict=True))
    text = page.locator(".sweep-pairs-text")
    expect(text).to_contain_text(f"A beats B in {wins} of 5 pairs with the same data and initial weights (95% interval")
    page.get_by_role("button", name="Swap A and B").click()
    expect(text).to_contain_text(f"A beats B in {5 - wins} of 5 pairs")
    cell(page, 4).click(modifiers=["Shift"])
    expect(page.locator(".sweep-versus")).to_have_text("B: Learning rate 1, Activation Tanh")


def test_slices_and_filters_show_parts(playground: Playground) -> None:
    page = sweep(playground, f"{AXES};batchSize:1|30", 1)
    expect(page.locator(".sweep-cell[data-cell]")).to_have_count(6)
    slider = page.get_by_role("slider", name="Batch size on the map")
    slider.fill("0")
    before = cell(page, 0).get_attribute("aria-label")
    slider.fill("1")
    expect(cell(page, 1)).to_have_attribute("aria-label", re.compile("Batch size 30"))
    assert before
    assert "Batch size 1:" in before
    page.locator("#sweep-cells summary").click()
    kept = page.locator(".sweep-table tbody tr")
    expect(kept).to_have_count(12)
    page.get_by_label("Activation: which values").select_option("ReLU")
    expect(kept).to_have_count(6)
    page.get_by_role("button", name="Show all cells").click()
    expect(kept).to_have_count(12)
    # the lowest third of the first axis: its first value
    plot = page.locator(".sweep-parallel-plot")
    plot.scroll_into_view_if_needed()
    box: Any = plot.bounding_box()
    x, low, high = box["x"] + 4.6 * 14, box["y"] + box["height"] - 16, box["y"] + 0.75 * box["height"]
    page.mouse.move(x, low)
    page.mouse.down()
    page.mouse.move(x, high)
    page.mouse.up()
    expect(kept).to_have_count(4)
    expect(page.get_by_label("Learning rate: which values")).to_have_value("0")
    # a row opens its cell, on whichever slice it is
    page.get_by_label("Learning rate: which values").select_option(label="1")
    kept.first.get_by_role("button").click()
    expect(page.locator(".sweep-detail h3")).to_contain_text("Learning rate 1")


def test_sweep_is_copied_as_link_command_and_table(playground: Playground) -> None:
    page = sweep(playground, AXES, 2)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = "navigator.clipboard.readText()"
    playground.do(page.locator("#sweep-link").click)
    link = page.evaluate(copied)
    assert link.endswith("sweep=learningRate:0.001%7C0.1%7C1;activation:tanh%7Crelu;starts:2;epochs:3")
    page.locator("#sweep-command").click()
    expect(page.locator("#sweep-command")).to_have_text("Copied")
    assert page.evaluate(copied).startswith("playground sweep '#")
    with page.expect_download() as download:
        page.locator("#sweep-csv").click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert len(lines) == 13
    assert lines[0].startswith('"index","cell","start","learningRate","activation"')


def test_sweeps_that_are_too_large_say_so(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    page.locator("#luck-button").click()
    page.locator("#luck-tab-sweep").click()
    page.get_by_label("Learning rate, how many values").fill("99")
    page.locator("#sweep-form [name=sweep-count][value='20']").check()
    expect(page.locator("#sweep-cost")).to_have_text(
        "7,920 runs are too many: at most 2,000. Choose fewer values or fewer starts."
    )
    expect(page.locator("#sweep-train")).to_be_disabled()
    page.get_by_label("Learning rate, from").fill("a lot")
    expect(page.locator("#sweep-cost")).to_contain_text("Learning rate, from: “a lot” is not a number.")
    page.get_by_label("Learning rate, from").fill("0.01")
    page.get_by_label("Learning rate, how many values").fill("10")
    page.locator("#sweep-epochs").fill("3000")
    page.locator("#sweep-form [name=sweep-count][value='5']").check()
    expect(page.locator("#sweep-train")).to_be_enabled()
    page.locator("#sweep-train").click()
    page.locator("#sweep-cancel").click()
    expect(page.locator("#sweep-note")).to_contain_text("Canceled after")
    expect(page.locator("#sweep-train")).to_be_focused()


def test_starts_that_end_at_goal_compare_epochs(playground: Playground) -> None:
    page = playground.open(f"#goalTestLoss=0.02&{LINK[1:]}" + quote("learningRate:0.001|0.1|1;starts:5;epochs:20")).page
    page.locator("[name=sweep-end][value=goal]").check()
    page.locator("#sweep-train").click()
    expect(page.locator("#sweep-live")).to_contain_text("Fewest epochs to the goal (median): ")
    expect(page.locator("[name=sweep-end][value=goal]")).to_be_checked()
    expect(cell(page, 0)).to_have_attribute("aria-label", re.compile("0 of 5 starts reach the goal"))
    cell(page, 2).click()
    cell(page, 0).click(modifiers=["Shift"])
    expect(page.locator(".sweep-pairs-text")).to_contain_text("A beats B to the goal in 5 of 5 pairs")
