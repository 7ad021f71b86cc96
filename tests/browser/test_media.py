"""The page in colors that the system forces on it, and on paper."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.browser.driver import Playground, case

pytestmark = pytest.mark.browser

LINK = "#seed=0.5&networkShape=4,2"

OUTLINES = """(selectors) => Object.fromEntries(selectors.map((selector) => {
  const style = getComputedStyle(document.querySelector(selector));
  return [selector, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 ? style.outlineColor : null];
}))"""

FILLS = """([one, other]) => [one, other].map((selector) =>
  getComputedStyle(document.querySelector(selector)).backgroundColor)"""

PRINTED = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const width = (selector) => document.querySelector(selector).getBoundingClientRect().width;
  const flat = document.querySelector(".map .print-picture");
  const { data } = flat.getContext("2d").getImageData(3, 3, 1, 1);
  return {
    buttons: seen("main button:not(.unit, .thumb, .has-card), #bar button").map(({ id, innerText }) => id || innerText),
    thumbs: seen(".thumb").length,
    selects: seen("#bar .fields select").length,
    article: seen("#below, footer").length,
    network: [width("#network .board"), getComputedStyle(document.querySelector("#network")).breakInside],
    cut: seen("#network .unit").filter((unit) => {
      const board = document.querySelector("#network .board").getBoundingClientRect();
      const { right, bottom } = unit.getBoundingClientRect();
      return right > board.right || bottom > board.bottom;
    }).length,
    swatch: getComputedStyle(document.querySelector(".swatch.test")).printColorAdjust,
    map: width("#heatmap"),
    corner: [...data].slice(0, 3),
    ink: getComputedStyle(document.querySelector("#loss-test")).color,
    background: getComputedStyle(document.body).backgroundColor,
  };
}"""

SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def shades(playground: Playground, selector: str) -> set[tuple[int, ...]]:
    """Return the colors in the middle row of an element's picture, coarsely."""
    picture = Image.open(io.BytesIO(playground.page.locator(selector).screenshot())).convert("RGB")
    row = [picture.getpixel((x, picture.height // 2)) for x in range(picture.width)]
    return {tuple(part // 64 for part in pixel) for pixel in row if isinstance(pixel, tuple)}


def test_forced_colors_hide_no_state(playground: Playground) -> None:
    page = playground.open(LINK).step().page
    page.locator("[data-unit='7']").click()
    page.locator("#inside-button").click()
    page.locator("[data-unit='8']").hover()
    page.locator(".unit.hovered").wait_for()
    page.emulate_media(forced_colors="active")
    page.evaluate(SETTLED)
    chosen = [".thumb[aria-pressed=true]", ".unit.pinned", ".unit.hovered", ".swatch.test", ".swatch.train", ".ramp"]
    outlines: dict[str, str | None] = page.evaluate(OUTLINES, [*chosen, ".thumb[aria-pressed=false]"])
    assert outlines.pop(".thumb[aria-pressed=false]") is None
    assert None not in outlines.values()
    assert outlines[".unit.pinned"] != outlines[".unit.hovered"]
    for on, off in (
        (".scales [aria-pressed=true]", ".scales [aria-pressed=false]"),
        ("#inside-tabs [aria-selected=true]", "#inside-tabs [aria-selected=false]"),
    ):
        with case(on):
            first, second = page.evaluate(FILLS, [on, off])
            assert first != second
    for slider in ("#percTrainData", "#timeline input"):
        with case(slider):
            # the track, what is around it, and the thumb or the filled part
            assert len(shades(playground, slider)) >= 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_light_and_whole(playground: Playground, scheme: Any) -> None:
    page = playground.open(LINK).step().page
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme=scheme)
    printed = page.evaluate(PRINTED)
    assert (printed["buttons"], printed["thumbs"], printed["article"]) == ([], 1, 0)
    assert printed["selects"] == 5
    assert printed["network"][0] <= 700
    assert printed["network"][1] == "avoid"
    assert printed["cut"] == 0
    assert printed["swatch"] == "exact"
    assert printed["map"] <= 340
    assert min(printed["corner"]) > 80, "the map is painted in light colors"
    assert (printed["ink"], printed["background"]) == ("rgb(28, 39, 51)", "rgb(255, 255, 255)")
    page.emulate_media(media="screen", color_scheme=scheme)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".print-picture").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") is None
    assert page.locator("#heatmap").get_attribute("style") in {None, ""}
