"""Nothing overlaps and no text is cut off, whatever the network and the screen; pictures are kept to be looked at."""

from pathlib import Path

import pytest

from tests.browser.driver import Playground

pytestmark = pytest.mark.browser

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
SCREENS = [(1440, 900), (1024, 768), (390, 844)]
NETWORKS = ["", "1", "16", "4,2", "8,1", "8,8,8,8,8,8", "1,1,1,1,1,1,1,1,1,1", ",".join(["16"] * 10)]

OVERLAPS = """() => {
  // what a box that scrolls does not show overlaps nothing
  const visible = element => {
    let {left, top, right, bottom} = element.getBoundingClientRect();
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      if (getComputedStyle(parent).overflowX === 'visible') continue;
      const box = parent.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
    }
    return {left, top, right, bottom};
  };
  const seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const boxes = [...document.querySelectorAll(
      '#bar button, #bar select, #bar label, #bar output, #data button, #data input, #data label, #network button, '
      + '#network .header, #goals-button, #output dt, #output dd, #heatmap, #linechart, #output input')]
    .filter(seen).map(element => ({element, box: visible(element)}))
    .filter(({box}) => box.right > box.left && box.bottom > box.top);
  const name = element =>
    `${element.tagName}#${element.id}.${element.className} "${element.textContent.trim().slice(0, 20)}"`;
  const found = [];
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, b] = [boxes[i], boxes[j]];
    if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
    const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (width > 1 && height > 1) found.push(`${name(a.element)} over ${name(b.element)}`);
  }
  return found;
}"""

CLIPPED = """() => [...document.querySelectorAll('#bar *, #data *, #network *, #output *')]
  .filter(element => !(element instanceof SVGElement) && element.children.length === 0 && element.textContent.trim()
    && element.checkVisibility({visibilityProperty: true}) && !element.closest('.visually-hidden, option'))
  .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
    && getComputedStyle(element).overflow !== 'visible')
  .map(element => `${element.tagName}#${element.id} "${element.textContent.trim().slice(0, 30)}"`)"""

NARROW = """() => [...document.querySelectorAll('#bar select')].filter(select => {
  if (!select.checkVisibility()) return false;
  const alone = select.cloneNode();
  alone.append(new Option(select.selectedOptions[0].text));
  Object.assign(alone.style, {position: 'absolute', width: 'auto', minWidth: '0', maxWidth: 'none'});
  select.after(alone);
  const wanted = alone.offsetWidth;
  alone.remove();
  return wanted > select.offsetWidth + 1;
}).map(select => select.id)"""
"""Lists in the bar whose choice does not fit."""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
@pytest.mark.parametrize("shape", NETWORKS, ids=lambda shape: shape or "none")
def test_nothing_overlaps_and_nothing_is_cut_off(playground: Playground, screen: tuple[int, int], shape: str) -> None:
    width, height = screen
    playground.page.set_viewport_size({"width": width, "height": height})
    playground.open(f"#seed=0.48429&dataset=spiral&networkShape={shape}").step(1)
    assert playground.page.evaluate(OVERLAPS) == []
    assert playground.page.evaluate(CLIPPED) == []
    assert playground.page.evaluate(NARROW) == []
    assert playground.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.chart
@pytest.mark.parametrize("screen", [(1920, 1080), (1440, 900), (1280, 800)], ids=str)
def test_at_presentation_size_everything_keeps_its_room(playground: Playground, screen: tuple[int, int]) -> None:
    playground.page.emulate_media(reduced_motion="reduce")
    playground.page.set_viewport_size({"width": screen[0], "height": screen[1]})
    playground.open("#seed=0.48429&dataset=spiral3&validationPercent=20&networkShape=6,5&goalTestLoss=0.1").step(1)
    assert playground.page.evaluate(NARROW) == []
    playground.page.locator("#presentation-button").click()
    playground.page.locator("[data-presentation]").first.wait_for()
    playground.page.mouse.move(5, 500)
    assert playground.page.evaluate(OVERLAPS) == []
    assert playground.page.evaluate(CLIPPED) == []
    assert playground.page.evaluate(NARROW) == []
    assert playground.page.evaluate("document.documentElement.scrollWidth") <= screen[0]


@pytest.mark.chart
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_the_page_are_kept(playground: Playground, screen: tuple[int, int], scheme: str) -> None:
    playground.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    playground.page.set_viewport_size({"width": screen[0], "height": screen[1]})
    playground.open("#seed=0.48429&dataset=spiral&xSquared=true&ySquared=true&sinX=true&sinY=true&networkShape=6,4,2")
    playground.page.locator("#speed").select_option("epochs_20")
    playground.play(until_epoch=200)
    playground.page.wait_for_selector("#linechart svg")
    playground.page.wait_for_timeout(400)
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"page-{screen[0]}x{screen[1]}-{scheme}.png"
    playground.page.screenshot(path=path)
    assert path.stat().st_size > 20_000
