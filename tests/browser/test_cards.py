"""Cards that explain a control: how they open and close; and the sizes of what is clicked and tapped."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.link.controls import CONTROLS, OTHER_CONTROLS
from engine import FIELDS
from tests.browser.conftest import new_page
from tests.browser.driver import Playground, case
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

WITHOUT_A_CONTROL = {"weight_offset", "regression_dataset"}
"""The first is only shown; the second is one control with the data sets for classification."""

MOST_TAB_STOPS = 25
"""Before the first neuron, on the page as it is opened at first."""


@pytest.mark.parametrize(("address", "others"), [("", "pictures"), ("digits#dataset=uci", "points")])
def test_every_control_has_a_card(playground: Playground, address: str, others: str) -> None:
    names = (
        playground.load(address)
        .page.locator("[data-help]")
        .evaluate_all("all => all.map(({ dataset }) => dataset.help)")
    )
    controls = [control for control in (*CONTROLS.values(), *OTHER_CONTROLS.values()) if control.help]
    kinds = {item.name: item.data for items in (FIELDS.values(), controls) for item in items}
    wanted = {name for name, kind in kinds.items() if kind != others}
    assert sorted(set(names)) == sorted(wanted - WITHOUT_A_CONTROL)


def test_card_leads_into_the_glossary(playground: Playground) -> None:
    page = playground.open().page
    card, help_text = page.locator("#info-card"), FIELDS["learning_rate"].help
    page.locator("[data-help=learning_rate]").hover()
    expect(card).to_contain_text(f"{help_text.what} {help_text.why}")
    box = page.locator(".field:has(#learningRate)").bounding_box()
    place = card.bounding_box()
    assert box
    assert place
    assert place["y"] >= box["y"] + box["height"]
    # through the list, which is not left until the pointer is on the card
    page.locator("#learningRate").hover()
    card.get_by_role("link").hover()
    with page.expect_popup() as opened:
        card.get_by_role("link").click()
    glossary = opened.value
    expect(glossary.locator(f"#{help_text.term}")).to_be_visible()
    expect(glossary.locator(f"#{help_text.term}")).to_be_in_viewport()
    glossary.close()
    page.mouse.move(700, 880)
    expect(card).to_be_hidden()
    assert playground.complaints == []


def test_card_is_opened_with_keys(playground: Playground) -> None:
    page = playground.open().page
    card, rate = page.locator("#info-card"), page.locator("#regularRate")
    rate.focus()
    page.keyboard.press("F1")
    expect(page.locator("#info-idle")).to_have_text("No effect right now: only with L1 or L2.")
    page.keyboard.press("Tab")
    expect(page.locator("#info-link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(rate).to_be_focused()
    expect(rate).to_have_accessible_description(FIELDS["regularization_rate"].help.what)
    page.locator("#output-heading button").focus()
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    page.keyboard.press("Enter")
    expect(card).to_be_hidden()


def test_card_keeps_what_a_button_opened(playground: Playground) -> None:
    page = playground.open().page
    page.locator("#goals-button").click()
    page.locator("#goals-card [data-help=goals]").click()
    expect(page.locator("#info-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#info-card")).to_be_hidden()
    expect(page.locator("#goals-card")).to_be_visible()


def test_hidden_controls_are_not_explained(playground: Playground) -> None:
    page = playground.open("#learningRate_hide=true&playButton_hide=true&dataset_hide=true&discretize_hide=true").page
    for name in ("learning_rate", "playButton", "discretize"):
        expect(page.locator(f"[data-help={name}]")).to_be_hidden()
    expect(page.locator("[data-help=dataset]")).to_have_css("pointer-events", "none")
    expect(page.locator("[data-help=activation]")).to_be_visible()


STOPS = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  const isStop = (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true });
  const stops = all.filter(isStop);
  return stops.findIndex((one) => one.matches(".unit"));
}"""


def test_few_tab_stops_precede_the_network(playground: Playground) -> None:
    stops = playground.open().page.evaluate(STOPS)
    assert 0 < stops <= MOST_TAB_STOPS


SMALL = """(least) => {
  const selector = "button, select, input:not([type=checkbox], [type=radio]), textarea, summary, label:has(> input)";
  const name = (one) => `${one.tagName}#${one.id}.${one.className} "${one.textContent.trim().slice(0, 20)}"`;
  const small = [];
  for (const one of document.querySelectorAll(selector)) {
    if (one.closest("#below, .visually-hidden, .link") || !one.checkVisibility({ visibilityProperty: true })) continue;
    one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const { left, top, width, height } = one.getBoundingClientRect();
    const takes = (x, y) => one.contains(document.elementFromPoint(x, y));
    const reach = (x, y) => {
      let far = 0;
      while (far < least && takes(left + width / 2 + x * (far + 1), top + height / 2 + y * (far + 1))) far += 1;
      return far;
    };
    const [wide, high] = [reach(-1, 0) + 1 + reach(1, 0), reach(0, -1) + 1 + reach(0, 1)];
    // half a pixel is lost on each side
    if (wide < least - 1 || high < least - 1) small.push(`${name(one)} ${wide} × ${high}`);
  }
  scrollTo({ top: 0, behavior: "instant" });
  return small;
}"""
"""What takes clicks from an area smaller than `least` pixels, measured from its center: also what covers it counts.

Links within a sentence are as high as its lines.
"""


def test_targets_are_large_enough_for_a_mouse(playground: Playground) -> None:
    page = playground.open().page
    for width in (1440, 1024, 390):
        with case(width):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(SMALL, 24) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#lab-button").click()
    page.locator("#inside-button").click()
    page.locator("#inside-tabs button").first.wait_for()
    assert page.evaluate(SMALL, 24) == []


@pytest.fixture
def touched(server: ServerProcess, chromium: Browser) -> Iterator[Page]:
    """The page on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = new_page(context, has_chart=False)
    page.goto(server.address)
    page.locator(".unit").first.wait_for()
    yield page
    context.close()


LIMITED = (".unit", ".changer", '"Output"', '"Set a goal"')
"""What the picture of the network, or the line above the map, leaves less room: as large as it is drawn."""


@pytest.mark.fresh
def test_fingers_find_targets_and_cards(touched: Page) -> None:
    page, card = touched, touched.locator("#info-card")
    small = [line for line in page.evaluate(SMALL, 44) if not any(part in line for part in LIMITED)]
    assert small == []
    page.locator("#tab-settings").tap()
    page.locator("[data-help=learning_rate]").tap()
    expect(card).to_be_visible()
    expect(page.locator("#learningRate")).not_to_be_focused()
    page.locator("#iter-number").tap()
    expect(card).to_be_hidden()
    page.locator("#tab-network").tap()
    page.locator("[data-help=discretize]").tap()
    expect(page.locator("#discretize")).to_be_checked()
    expect(card).to_be_hidden()
