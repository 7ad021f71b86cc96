"""Looking inside: every panel shows something real while the network trains, and nothing else moves for it."""

import json
from typing import Any

import pytest

from tests.browser.driver import Playground, case
from tests.browser.states import SCREENS
from tests.support.effort import Effort

pytestmark = pytest.mark.browser

LINK = "#seed=0.48429&dataset=circle&activation=relu&networkShape=4,3"
PANELS = ["gradients", "activations", "weights", "space", "landscape", "regions", "step", "confusion"]
"""Those that look at the training."""

PAINTED = """name => {
  const canvases = [...document.querySelectorAll(`#inside-${name} canvas`)]
    .filter(canvas => canvas.checkVisibility() && canvas.width > 1);
  return canvases.map(canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3]) colors.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
    }
    return colors.size;
  });
}"""
"""How many colors there are on each canvas of a panel."""

PLACES = """() => [...document.querySelectorAll('#inside *, #network button, #output > *, #data > *')]
  .filter(element => element.checkVisibility() && !element.closest('option, .inside-aside .formula'))
  .map(element => { const {x, y, width, height} = element.getBoundingClientRect();
    const name = `${element.tagName}#${element.id}.${element.className}`;
    return [name, ...[x, y, width, height].map(Math.round)]; })"""


def inside(playground: Playground, panel: str) -> list[dict[str, Any]]:
    """What frames have brought for a panel."""
    looks = [frame.message.get("inside") for frame in playground.frames]
    return [look for look in looks if look is not None and look["panel"] == panel]


def open_panel(playground: Playground, panel: str) -> None:
    """Open a panel by its tab, and wait for a look."""
    if not playground.page.locator("#inside").is_visible():
        playground.page.locator("#inside-button").click()
    playground.frames[:] = playground.frames[-1:]
    playground.page.locator(f"#inside-tab-{panel}").click()
    playground.until(lambda: bool(inside(playground, panel)))


def test_closed_panel_asks_for_nothing(playground: Playground) -> None:
    playground.open(LINK).step(2)
    assert not playground.page.locator("#inside").is_visible()
    assert not [message for message in playground.sent if message["type"] == "inspect"]
    assert not [frame for frame in playground.frames if "inside" in frame.message]


def test_panels_show_the_training_and_nothing_moves(playground: Playground) -> None:
    page = playground.open(LINK).play(until_epoch=5).page
    open_panel(playground, PANELS[0])
    page.locator("#play-pause-button").click()
    for panel in PANELS:
        with case(panel):
            page.locator(f"#inside-tab-{panel}").click()
            playground.until(lambda: len(inside(playground, panel)) >= 1)  # noqa: B023 - called at once
            playground.until(page.locator(f"#inside-{panel} .inside-empty").is_hidden)
            if panel == "landscape":
                playground.until(lambda: any("inside_surface" in frame.arrays for frame in playground.frames))
                playground.until(lambda: bool(playground.text("#inside-landscape .inside-figures")))
            playground.until(lambda: max(page.evaluate(PAINTED, panel), default=0) > 3)  # noqa: B023 - called at once
            page.mouse.move(5, 5)
            before = page.evaluate(PLACES)
            count = len(inside(playground, panel))
            playground.until(lambda: len(inside(playground, panel)) >= count + 2)  # noqa: B023 - called at once
            after = page.evaluate(PLACES)
            assert [place for place in after if place not in before] == []
    assert playground.complaints == []


@pytest.mark.chart
def test_dock_leaves_data_and_map_in_place(playground: Playground) -> None:
    parts = "['#data', '#heatmap', '#bar'].map(id => document.querySelector(id).getBoundingClientRect())"
    places = f"() => {parts}.map(place => JSON.stringify(place))"
    playground.open(LINK).step(1)
    playground.page.wait_for_selector("#linechart svg")
    before = playground.page.evaluate(places)
    network = playground.page.locator("#network").bounding_box()
    open_panel(playground, "gradients")
    panel = playground.page.locator("#inside").bounding_box()
    assert panel is not None
    assert panel["y"] + panel["height"] <= 900
    heights = [json.loads(place)["top"] for place in playground.page.evaluate(places)]
    assert heights == pytest.approx([json.loads(place)["top"] for place in before], abs=0.1)
    playground.key("i")
    playground.page.locator("#inside").wait_for(state="hidden")
    assert playground.page.evaluate(places) == before
    assert playground.page.locator("#network").bounding_box() == network


def test_panels_are_used_with_keys(playground: Playground) -> None:
    playground.open(LINK)
    page = playground.page
    page.locator("#inside-button").focus()
    page.keyboard.press("Enter")
    page.locator("#inside-tab-gradients[aria-selected=true]:focus").wait_for()
    page.keyboard.press("ArrowRight")
    page.locator("#inside-tab-activations[aria-selected=true]:focus").wait_for()
    page.keyboard.press("End")
    page.locator("#inside-tab-code[aria-selected=true]:focus").wait_for()
    page.keyboard.press("ArrowRight")
    page.locator("#inside-tab-gradients[aria-selected=true]:focus").wait_for()
    assert playground.epoch == 0, "the arrow keys did what they do elsewhere"
    page.locator("#dock-close").focus()
    page.keyboard.press("Enter")
    page.locator("#inside-button:focus").wait_for()
    assert playground.sent[-1]["type"] in {"inspect", "ack"}
    assert [message for message in playground.sent if message["type"] == "inspect"][-1]["panel"] is None


def test_gradients_follow_the_pinned_neuron(playground: Playground) -> None:
    playground.open(LINK)
    open_panel(playground, "gradients")
    playground.page.locator("[data-unit='9']").click()
    playground.until(lambda: inside(playground, "gradients")[-1]["values"]["unit"] == 9)
    playground.until(lambda: "Layer 1, neuron 3" in playground.text("#inside-gradients .inside-aside"))


def test_vanishing_gradient_is_reported(playground: Playground) -> None:
    playground.open("#seed=0.1&activation=sigmoid&networkShape=8,8,8,8,8,8").step(1)
    open_panel(playground, "gradients")
    playground.until(lambda: "vanish" in playground.text("#inside-gradients .inside-notice"))


def test_regions_panel_explains_why_tanh_has_none(playground: Playground) -> None:
    playground.open("#seed=0.1&activation=tanh")
    open_panel(playground, "regions")
    empty = playground.page.locator("#inside-regions .inside-empty")
    playground.until(lambda: "ReLU" in empty.inner_text())
    assert not playground.page.locator("#inside-regions .inside-body").is_visible()
    playground.do(lambda: playground.page.locator("#activations").select_option("relu"))
    playground.page.locator("#inside-regions .inside-body").wait_for()


def test_count_of_regions_matches_the_picture(playground: Playground) -> None:
    playground.open(LINK).step(3)
    open_panel(playground, "regions")
    playground.until(lambda: any("inside_sizes" in frame.arrays for frame in playground.frames))
    sizes = [frame.arrays["inside_sizes"] for frame in playground.frames if "inside_sizes" in frame.arrays][-1]
    playground.until(lambda: playground.text("#inside-regions .inside-count").startswith(f"{len(sizes)} region"))


def test_one_step_is_walked_through_and_taken(playground: Playground) -> None:
    playground.open(LINK)
    open_panel(playground, "step")
    page = playground.page
    page.locator("[data-unit='8']").click()
    playground.until(lambda: "z = " in playground.text("#inside-step .formula"))
    # numbers of later stages are not there yet
    assert not {"δ", "Δ"} & set(playground.text("#inside-step .formula"))
    page.locator("#step-stage").focus()
    page.keyboard.press("End")
    playground.until(lambda: playground.text("#inside-step .stage") == "Update: all weights")
    assert {"δ", "Δ"} <= set(playground.text("#inside-step .formula"))
    page.locator("#step-example").fill("17")
    page.keyboard.press("Enter")
    playground.until(lambda: inside(playground, "step")[-1]["values"]["example"]["number"] == 16)
    page.locator("#step-link").select_option(index=1)
    playground.until(lambda: "Δw" in playground.text("#inside-step .formula"))
    before = playground.frame["step"]
    page.get_by_role("button", name="Train one minibatch").click()
    playground.until(lambda: playground.frame["step"] == before + 1)


def test_network_shows_dropped_neurons_during_one_step(playground: Playground) -> None:
    playground.open(f"{LINK}&networkShape=8,8&dropout=0.5")
    open_panel(playground, "step")
    dropped = playground.page.locator("#network .unit.left-out")

    def expected() -> int:
        looks = [frame.arrays["inside_left_out"] for frame in playground.frames if "inside_left_out" in frame.arrays]
        return int(looks[-1].sum()) if looks else 0

    playground.until(lambda: dropped.count() == expected() > 0)
    playground.page.locator("#dock-close").click()
    playground.until(lambda: dropped.count() == 0)


def test_link_of_the_small_network_is_clicked(playground: Playground) -> None:
    playground.open("#seed=0.48429&networkShape=1")
    open_panel(playground, "step")
    canvas = playground.page.locator("#inside-step .step-figure .plot")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    # the third of the three numbers of the hidden unit is its bias; the next is the only weight of the output
    playground.until(lambda: playground.page.locator("#step-link").input_value() == "3")
    playground.until(lambda: "Δw" in playground.text("#inside-step .formula"))


def test_threshold_changes_the_confusion_matrix(playground: Playground) -> None:
    playground.open("#seed=0.48429&dataset=gauss&noise=40").step(3)
    open_panel(playground, "confusion")
    cells = playground.page.locator("#inside-confusion .matrix").first.locator("tbody td")
    playground.until(lambda: cells.count() == 4 and cells.first.inner_text() != "")
    before = cells.all_inner_texts()
    playground.page.locator("#confusion-threshold").fill("1")
    playground.until(lambda: cells.all_inner_texts() != before)
    assert cells.all_inner_texts()[1] == cells.all_inner_texts()[3] == "0"


@pytest.mark.nightly
def test_confusion_panel_explains_why_regression_has_none(playground: Playground) -> None:
    playground.open("#seed=0.48429&problem=regression")
    playground.page.locator("#inside-button").click()
    playground.page.locator("#inside-tab-confusion").click()
    playground.until(lambda: "classification" in playground.text("#inside-confusion .inside-empty").lower())


def test_landscape_is_recomputed_and_turned(playground: Playground) -> None:
    playground.open(LINK).step(2)
    open_panel(playground, "landscape")

    def surfaces() -> int:
        return len([frame for frame in playground.frames if "inside_surface" in frame.arrays])

    playground.until(lambda: surfaces() > 0)
    playground.frames[:] = playground.frames[-1:]
    playground.page.locator("#landscape-directions").select_option("path")
    playground.until(lambda: surfaces() > 0 and inside(playground, "landscape")[-1]["values"]["directions"] == "path")
    relief = playground.page.locator("#inside-landscape .turning")
    relief.focus()
    shot = relief.screenshot()
    playground.page.keyboard.press("ArrowRight")
    playground.until(lambda: relief.screenshot() != shot)
    assert playground.epoch == 2


LIBRARIES = {"NumPy": "import numpy", "PyTorch": "import torch", "Keras": "keras"}


def test_code_is_shown_and_downloaded(playground: Playground) -> None:
    page = playground.open(LINK).step(1).page
    page.locator("#inside-button").click()
    page.locator("#inside-tab-code").click()
    code = page.locator("#inside-code pre")
    for label, word in LIBRARIES.items():
        with case(label):
            page.locator("#inside-code .scales button", has_text=label).click()
            # until then the code of an earlier epoch may be shown
            for part in (word, "after 1 epoch"):
                playground.until(lambda: part in code.inner_text())  # noqa: B023 - called at once
            with page.expect_download() as download:
                page.locator("#inside-code").get_by_role("button", name="Download").click()
            assert download.value.path().read_text("utf-8") == playground.last("export")["text"]


@pytest.mark.fresh
def test_open_tab_survives_a_reload(playground: Playground) -> None:
    playground.open("#seed=0.48429&activation=maxout&networkShape=3,2")
    open_panel(playground, "step")
    playground.page.locator("[data-unit='8']").click()
    line = playground.page.locator("#inside-step .formula p")
    playground.until(lambda: "a = max(" in line.nth(2).inner_text())
    # where the lines would be if every number that comes were as short as the last: they have their height by then
    heights = "rows => rows.map(row => row.getBoundingClientRect().height)"
    before = line.evaluate_all(heights)
    line.evaluate_all("rows => rows.forEach(row => (row.textContent = '0'))")
    assert line.evaluate_all(heights) == before
    playground.page.reload()
    playground.frames.clear()
    playground.until(lambda: bool(inside(playground, "step")))
    assert playground.page.locator("#inside-tab-step").get_attribute("aria-selected") == "true"


@pytest.mark.fresh
def test_reload_on_a_phone_keeps_tab_and_scroll(playground: Playground) -> None:
    page = playground.page
    page.set_viewport_size({"width": 390, "height": 844})
    playground.open(LINK)
    open_panel(playground, "confusion")
    seen = page.locator("#inside-tab-confusion").bounding_box()
    assert seen is not None
    assert 0 < seen["x"] < seen["x"] + seen["width"] < 390
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.reload()
    page.locator("#inside-tab-confusion[aria-selected=true]").wait_for()
    playground.until(lambda: bool(inside(playground, "confusion")))
    assert page.evaluate("scrollY") == 0


@pytest.mark.sampled
def test_panels_are_no_wider_than_the_screen(playground: Playground) -> None:
    page = playground.open(LINK).step(1).page
    for width, height in SCREENS if Effort.everything else SCREENS[-1:]:
        page.set_viewport_size({"width": width, "height": height})
        for panel in PANELS:
            with case(panel, width):
                open_panel(playground, panel)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
