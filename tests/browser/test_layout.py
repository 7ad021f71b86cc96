"""On every screen the result is in sight, nothing overlaps, and no text is cut off, whatever the network."""

import pytest
from playwright.sync_api import Page

from tests.browser.driver import Playground, case
from tests.browser.states import SCREENS
from tests.support.effort import Effort

pytestmark = pytest.mark.browser

PROJECTORS = [(1024, 768), (1366, 641), (1920, 1080), (1280, 800), (1440, 900)]
FRAMES = [(700, 860), (800, 860), (900, 860)]
"""What a page that embeds the playground may have for it."""
DEPTHS = [",".join(["16"] * 10), "", "6,5"]
"""Ten hidden layers, none, and two."""
EXTREMES = ["", "16", "1,1,1,1,1,1,1,1,1,1", ",".join(["16"] * 10)]
NETWORKS = [*EXTREMES, "1", "4,2", "8,1", "8,8,8,8,8,8"]

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
  // what has been scrolled under a part that stays in place overlaps nothing either
  const layers = [...document.querySelectorAll('#header, #stage, .transport-row, #tabs, #dock, #bar')]
    .filter(layer => {
      const {position, display} = getComputedStyle(layer);
      return ['fixed', 'sticky'].includes(position) && display !== 'contents';
    });
  const isUnder = element => {
    const {left, top, right, bottom} = element.getBoundingClientRect();
    return layers.some(layer => {
      const box = layer.getBoundingClientRect();
      return !layer.contains(element) && !layers.some(other => other.contains(element))
        && left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    });
  };
  const seen = element => !isUnder(element)
    && element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const boxes = [...document.querySelectorAll(
      '#header :is(a, button), #tabs button, #dock-bar :is(a, button), '
      + '#bar button, #bar select, #bar label, #bar output, #data button, #data input, #data label, #network button, '
      + '#network .header, #goals-button, #output dt, #output dd, #heatmap, #linechart .chart-room, #linechart button, '
      + '#output input, #losses')]
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

CUT = """() => [...document.querySelectorAll('#output button, #output input, #linechart .chart-room, #bar output')]
  .filter(element => element.checkVisibility({visibilityProperty: true}))
  .filter(element => {
    const {left, top, right, bottom} = element.getBoundingClientRect();
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      const box = parent.getBoundingClientRect();
      const {overflowX, overflowY} = getComputedStyle(parent);
      if (overflowX !== 'visible' && (left < box.left - 1 || right > box.right + 1)) return true;
      if (overflowY !== 'visible' && (top < box.top - 1 || bottom > box.bottom + 1)) return true;
    }
    return right > innerWidth - (element.closest('.transport-row') ? 4 : -1);
  }).map(element => `${element.tagName}#${element.id}.${element.className}`)"""
"""Controls and charts of which a part is hidden by a box around them."""

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

FONT = """() => document.fonts.ready.then((fonts) => {
  const own = (selector) => getComputedStyle(document.querySelector(selector)).fontFamily.split(",")[0];
  const ruler = document.querySelector("#iter-number").cloneNode();
  document.body.append(Object.assign(ruler, { style: "position: absolute; width: auto; letter-spacing: 0" }));
  const width = (text) => (ruler.textContent = text, ruler.getBoundingClientRect().width);
  const widths = [..."0123456789,"].map((sign) => width(sign.repeat(8)));
  ruler.remove();
  return {
    loaded: [...fonts].filter(({ status }) => status === "loaded").map(({ family }) => family),
    families: ["body", "#iter-number", "#data-seed", "#own-draw", "#activations"].map(own),
    widths,
  };
})"""
"""The fonts that are loaded, those that texts, fields and buttons ask for, and how wide digits and a comma are."""

WIDTH = "document.documentElement.scrollWidth"

PAINTED = """() => ['#heatmap .surface', '#heatmap .points', '[data-unit="7"] canvas'].map((selector) => {
  const canvas = document.querySelector(selector);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
})"""
"""How many colors there are on the map, on its layer of examples, and on the picture of a neuron."""


def assert_in_order(page: Page, width: int) -> None:
    """Nothing overlaps, no text is cut off, and the page is no wider than the screen."""
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(NARROW) == []
    assert page.evaluate(WIDTH) <= width


IN_SIGHT = """() => {
  const steps = [...Array(10).keys()].map((step) => (step + 0.5) / 10);
  const map = document.querySelector("#heatmap .map");
  const share = (element, across, down) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const points = down.flatMap((y) => across.map((x) => [left + x * width, top + y * height]));
    const isSeen = ([x, y]) => element.contains(document.elementFromPoint(x, y));
    return points.filter(isSeen).length / points.length;
  };
  const numbers = ["#loss-test", "#loss-train"].map((id) => document.querySelector(id));
  const losses = numbers.map((number) => share(number, [0.02, 0.5], [0.5]));
  return { map: share(map, steps, steps), losses: Math.min(...losses) };
}"""
"""Which share of the map can be seen, and of the loss that is seen least."""


def assert_result_in_sight(page: Page) -> None:
    """Without scrolling, most of the map and both losses can be seen."""
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    seen = page.evaluate(IN_SIGHT)
    assert seen["map"] >= 0.6
    assert seen["losses"] == 1


@pytest.mark.sampled
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_nothing_overlaps_or_is_cut_off(playground: Playground, width: int, height: int) -> None:
    playground.page.set_viewport_size({"width": width, "height": height})
    # on every second screen the others
    some = EXTREMES[SCREENS.index((width, height)) % 2 :: 2]
    for shape in NETWORKS if Effort.everything else some:
        with case(shape):
            playground.open(f"#seed=0.48429&dataset=spiral&networkShape={shape}").step(1)
            assert_in_order(playground.page, width)


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_result_is_in_sight_after_play(playground: Playground, width: int, height: int) -> None:
    page = playground.open("#seed=0.48429&dataset=spiral3&validationPercent=20").page
    page.set_viewport_size({"width": width, "height": height})
    playground.play(2)
    tabs = [tab for tab in page.locator("#tabs [role=tab]").all() if tab.is_visible()]
    assert len(tabs) == (4 if width < 900 else 0)
    assert_result_in_sight(page)
    assert_in_order(page, width)
    for tab in tabs[1:]:
        tab.click()
        with case(tab.inner_text()):
            assert_result_in_sight(page)
            assert_in_order(page, width)
    page.locator("#runs-button").click()
    page.locator("#runs").wait_for()
    assert page.evaluate(WIDTH) <= width


@pytest.mark.parametrize(("width", "height"), [screen for screen in SCREENS if screen[0] >= 900])
def test_panels_fit_below_a_lesson(playground: Playground, width: int, height: int) -> None:
    playground.page.set_viewport_size({"width": width, "height": height})
    page = playground.load("lessons/xor").page
    page.locator("#inside-button").click()
    page.locator("#inside").wait_for()
    assert_in_order(page, width)
    assert_result_in_sight(page)


PRESENTED = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  return {
    chart: document.querySelector("#linechart .chart-room").getBoundingClientRect().bottom
      <= document.querySelector("#dock").getBoundingClientRect().top
      && document.querySelector("#linechart .chart-room").offsetHeight,
    losses: seen(".metrics dd:not(.accuracy)").map((loss) => parseFloat(getComputedStyle(loss).fontSize)),
    others: seen("#seeds, .own-row, #goals-button").length,
  };
}"""
"""How high the chart is if none of it is hidden, how large the losses are, and how much no lecture needs."""


@pytest.mark.chart
@pytest.mark.sampled
def test_everything_fits_at_presentation_size(playground: Playground) -> None:
    page, button = playground.page, playground.page.locator("#presentation-button")
    link = "#seed=0.48429&dataset=spiral3&validationPercent=20&goalTestLoss=0.1&networkShape="
    few = list(zip(DEPTHS, [[screen] for screen in PROJECTORS], strict=False))
    for shape, screens in [(shape, PROJECTORS) for shape in DEPTHS] if Effort.everything else few:
        playground.open(link + shape).step(1)
        for width, height in screens:
            with case(shape, width, height):
                # before the page fills the screen, since after that its size is fixed
                page.set_viewport_size({"width": width, "height": height})
                button.click()
                page.locator("[data-presentation]").first.wait_for()
                playground.until(lambda: page.evaluate("document.fullscreenElement !== null"))
                page.mouse.move(5, 500)
                # the chart follows
                playground.until(lambda: page.evaluate(PRESENTED)["chart"] >= 120)
                assert_in_order(page, width)
                presented = page.evaluate(PRESENTED)
                assert (len(presented["losses"]), presented["others"]) == (3, 0)
                assert min(presented["losses"]) >= 28
                # as Esc does
                page.evaluate("document.exitFullscreen()")
                page.locator(":root:not([data-presentation])").wait_for()


@pytest.mark.sampled
def test_everything_fits_into_another_page(playground: Playground) -> None:
    for shape in DEPTHS if Effort.everything else DEPTHS[:1]:
        page = playground.open(f"?embed=1#seed=0.48429&goalTestLoss=0.1&networkShape={shape}").step(1).page
        for width, height in FRAMES:
            with case(shape, width, height):
                page.set_viewport_size({"width": width, "height": height})
                assert_in_order(page, width)
                assert_result_in_sight(page)


SHIFT = """() => new Promise((done) => {
  const sum = (list) => list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput)
    .reduce((all, { value }) => all + value, 0);
  new PerformanceObserver((list) => done(sum(list))).observe({ type: "layout-shift", buffered: true });
  // without any shift there is nothing to observe
  requestAnimationFrame(() => requestAnimationFrame(() => done(0)));
})"""
"""By how much things have moved by themselves since the page was loaded: the sum of all layout shifts."""


@pytest.mark.chart
@pytest.mark.fresh
@pytest.mark.sampled
def test_nothing_moves_by_itself_on_loading(playground: Playground) -> None:
    page = playground.page
    three = "#dataset=spiral3&seed=0.5&validationPercent=20"
    few = [("", 1440, 900), ("", 390, 844), (three, 1366, 641)]
    every = [(link, *screen) for link in ("", three, "lessons/xor") for screen in SCREENS]
    for link, width, height in every if Effort.everything else few:
        with case(link, width, height):
            page.set_viewport_size({"width": width, "height": height})
            playground.load(link)
            # where there is room for it
            if page.locator("#linechart").is_visible():
                page.wait_for_selector("#linechart svg")
            playground.step(3)
            assert page.evaluate(SHIFT) <= 0.02


def test_text_has_page_font_with_equal_digits(playground: Playground) -> None:
    found = playground.open().page.evaluate(FONT)
    assert "Inter" in found["loaded"]
    assert set(found["families"]) == {"Inter"}
    *digits, comma = found["widths"]
    assert max(digits) - min(digits) < 0.01
    assert comma < 0.6 * digits[0]


def test_pictures_are_painted_on_every_screen(playground: Playground) -> None:
    page = playground.open("#seed=0.48429&dataset=spiral&sinX=true&networkShape=6,4,2").step(5).page
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            with case(width, height, scheme):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                playground.until(lambda: min(page.evaluate(PAINTED)) > 8)
