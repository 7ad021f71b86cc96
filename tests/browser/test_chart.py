"""The loss chart: without its library and with it, what is read off it, and losses that grow without bound."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.driver import Playground

pytestmark = [pytest.mark.browser, pytest.mark.chart]

INK = """() => {
  const canvas = document.querySelector('#linechart .draft');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [...pixels].filter((value, place) => place % 4 === 3 && value > 0).length;
}"""


@pytest.mark.fresh
def test_chart_is_drafted_until_its_library_loads(playground: Playground) -> None:
    page = playground.page
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        # as after an upgrade: the digest that the page knows is gone
        if len(asked) < 2:
            route.fulfill(status=404, body="not found")
        else:
            route.continue_()

    page.route("**/vendor/**", answer)
    playground.open("#seed=0.48429").step(3)
    note = page.locator(".chart-note")
    expect(note).to_contain_text("Chart library not loaded")
    assert page.evaluate(INK) > 500
    assert page.locator("#linechart svg").count() == 0
    note.get_by_role("button", name="Retry").click()
    page.wait_for_selector("#linechart svg")
    expect(note).to_be_hidden()
    expect(page.locator("#linechart .draft")).to_be_hidden()
    assert re.search(r"/vendor/plotly\.min\.js\?attempt=\d+$", asked[1])


def test_reading_stands_above_the_curves(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").step(4).page
    page.wait_for_selector("#linechart svg")
    room = page.locator(".chart-room").bounding_box()
    assert room is not None
    page.mouse.move(room["x"] + room["width"] * 0.35, room["y"] + 60)
    reading = page.locator(".chart-reading")
    losses = {
        epoch: loss
        for frame in playground.frames
        for epoch, loss in zip(
            frame.arrays["history_epochs"].tolist(), frame.arrays["history_test"].tolist(), strict=True
        )
    }
    expect(reading.locator("b")).to_have_count(3)
    epoch, test, _ = reading.locator("b").all_text_contents()
    assert test == f"{losses[int(epoch)]:.3f}"
    box = reading.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= room["y"] + 1
    page.mouse.move(5, 500)
    expect(reading).to_be_hidden()


def test_axis_of_a_diverged_run_stays_readable(playground: Playground) -> None:
    page = playground.open("#problem=regression&activation=relu&learningRate=3&seed=0.1").page
    page.locator("#play-pause-button").click()
    playground.until(lambda: playground.last("status")["diverged"] is not None)
    page.locator("#linechart .annotation", has_text="beyond 3.4·10³⁸").wait_for()
    assert page.locator("#linechart .ytick text").all_text_contents() == ["0", "0.1", "0.2", "0.3", "0.4"]
    page.locator(".scales button", has_text="Log").click()
    page.locator("#linechart .ytick text", has_text="10⁴").wait_for()
    assert page.locator("#linechart .ytick text").count() <= 8
