"""The picture of the network: looked into and edited."""

import pytest

from tests.browser.driver import Playground, case
from tests.browser.test_layout import OVERLAPS

pytestmark = pytest.mark.browser


def test_hovered_neuron_is_shown_on_the_map(playground: Playground) -> None:
    playground.open("#seed=0.48429").step(3)
    output = playground.frame["selected"]
    playground.page.locator("[data-unit='8']").hover()
    playground.until(lambda: playground.frame["selected"] == 8)
    playground.page.locator("#loss-test").hover()
    playground.until(lambda: playground.frame["selected"] == output)


def test_output_is_hovered_like_any_neuron(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    output = playground.frame["selected"]
    playground.page.locator("[data-unit='7']").hover()
    playground.until(lambda: playground.frame["selected"] == 7)
    playground.page.locator(f"[data-unit='{output}']").hover()
    playground.until(lambda: playground.frame["selected"] == output)


def point_at_bias(playground: Playground, unit: int) -> None:
    """Point at the small square at a neuron's lower left corner, or below the port of the output."""
    element = playground.page.locator(f"[data-unit='{unit}']")
    box = element.bounding_box()
    assert box is not None
    is_port = "port" in (element.get_attribute("class") or "")
    across, down = (box["width"] - 5, 9) if is_port else (-6, -5)
    playground.page.mouse.move(box["x"] + across, box["y"] + box["height"] + down)
    playground.page.locator("#hovercard").get_by_text("Bias").wait_for()


def enter(playground: Playground, index: int, value: float) -> None:
    """Type a value into the card, and see it in the run, and the losses that follow from it."""
    loss = playground.frame["train_loss"]
    field = playground.page.locator("#hovercard input")
    field.fill(str(value))
    field.press("Enter")
    playground.until(lambda: float(playground.params[index]) == value)
    assert playground.frame["train_loss"] != loss
    playground.until(lambda: playground.text("#loss-train") == f"{playground.frame['train_loss']:.3f}")


def test_biases_are_edited_by_clicking_them(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    for unit, index in ((7, 2), (13, 24)):
        with case(unit):
            point_at_bias(playground, unit)
            playground.page.mouse.down()
            playground.page.mouse.up()
            enter(playground, index, 0.75)


def test_parameters_are_edited_with_the_keyboard(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    for index, name in enumerate(("first weight", "second weight", "bias")):
        with case(name):
            page.locator("[data-unit='7']").focus()
            page.keyboard.press("ArrowLeft")
            for _ in range(index):
                page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            enter(playground, index, 1.25)
            playground.key("Escape")


@pytest.mark.nightly
def test_value_on_the_card_follows_training(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    point_at_bias(playground, 13)
    card = playground.page.locator("#hovercard")
    before = card.inner_text()
    playground.page.keyboard.press("ArrowRight")
    playground.until(lambda: card.inner_text() != before)


def test_biases_are_drawn_as_links_on_request(playground: Playground) -> None:
    page = playground.open("#seed=0.48429&batchSize=5").page
    assert page.locator(".one").count() == 0
    playground.do(page.locator("#show-bias-units").check)
    assert "showBiasUnits=true" in playground.link
    assert page.locator(".one").all_text_contents() == ["+1"] * 3
    # as a weight of its own: found with the keys, and with the pointer in the middle of its link
    page.locator("[data-unit='7']").focus()
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    card = page.locator("#hovercard")
    card.get_by_text("+1 → neuron 1, layer 1").wait_for()
    card.get_by_text("Threshold θ = −b = −0.100").wait_for()
    page.keyboard.press("Enter")
    enter(playground, 2, -0.5)
    card.get_by_text("Threshold θ = −b = 0.500").wait_for()
    assert playground.page.evaluate(OVERLAPS) == []
    # the switch is a control like the others
    playground.open("#seed=0.48429&showBiasUnits=true&biasUnits_hide=true")
    page.locator("#show-bias-units").wait_for(state="hidden")
    assert page.locator(".one").count() == 3
    assert playground.complaints == []


def test_last_links_end_at_the_map(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    port, plane = (page.locator(part).bounding_box() for part in ("[data-unit='13']", "#heatmap .map"))
    assert port is not None
    assert plane is not None
    assert port["x"] + port["width"] == pytest.approx(plane["x"], abs=1)
    assert plane["y"] < port["y"] + port["height"] / 2 < plane["y"] + plane["height"]
    page.locator("[data-unit='8']").click()
    page.locator("#loss-test").hover()
    showing = page.locator("#map-showing")
    showing.get_by_text("Showing: hidden layer 1, neuron 2").wait_for()
    assert page.locator("#heatmap .legend").first.is_visible()
    showing.get_by_role("button", name="Back to output").click()
    showing.get_by_text("Showing the output").wait_for()
