"""Fields in which a number can be typed: a decimal comma is a point, and what is no number is never another one."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driver import Playground
from tests.browser.test_inside import inside, open_panel

pytestmark = pytest.mark.browser


def refuses(field: Locator, text: str, *words: str) -> None:
    """The field keeps what was typed, is marked, and is described by a sentence with these words."""
    expect(field).to_have_value(text)
    expect(field).to_have_attribute("aria-invalid", "true")
    fault = field.page.locator(f"#{field.get_attribute('aria-describedby')}")
    for word in words:
        expect(fault).to_contain_text(word)


def test_weight_is_typed_with_comma_and_stepped(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    page.locator("[data-unit='7']").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    field, card = page.locator("#hovercard input"), page.locator("#hovercard")
    field.fill("0,2,5")
    page.keyboard.press("Enter")
    refuses(field, "0,2,5", "Weight, x₁ → neuron 1", "“0,2,5” is not a number", "such as 0.25")
    field.fill("0,25")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(card.locator("input")).to_be_hidden()
    playground.until(lambda: 0.25 in playground.params.tolist())
    index = playground.params.tolist().index(0.25)
    expect(card.locator("output")).to_contain_text("0.25")
    page.keyboard.press("Enter")
    expect(field).to_have_value("0.25")
    for key, value in (("ArrowUp", 0.35), ("PageDown", -0.65)):
        page.keyboard.press(key)
        playground.until(lambda wanted=value: float(playground.params[index]) == wanted)  # type: ignore[misc]
    field.fill("1,5x")
    page.mouse.wheel(0, 400)
    playground.until(lambda: page.evaluate("scrollY") > 300)
    expect(field).to_have_value("1,5x")
    page.locator("#below").click(force=True)
    expect(page.locator("#messages")).to_contain_text("“1,5x” is not a number")
    assert float(playground.params[index]) == -0.65
    assert playground.complaints == []


def test_goals_runs_and_settings_explain_refused_numbers(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    page.locator("#goals-button").click()
    loss, epochs = page.locator("#goal_test_loss"), page.locator("#goal_epochs")
    loss.fill("0,05")
    playground.do(lambda: page.keyboard.press("Tab"))
    assert "&goalTestLoss=0.05" in playground.link
    epochs.fill("1.000")
    page.keyboard.press("Enter")
    refuses(epochs, "1.000", "Max. epochs", "write 1000")
    page.keyboard.press("Escape")
    expect(page.locator("#messages")).to_contain_text("write 1000. The goal is unchanged.")
    assert "goalEpochs" not in playground.link

    page.locator("#run-button").click()
    run = page.locator("#run-epochs")
    run.fill("0,5")
    page.keyboard.press("Enter")
    refuses(run, "0,5", "Epochs:", "a whole number from 1 to 100000")
    assert playground.epoch == 0
    run.fill("5,0")
    page.keyboard.press("Enter")
    playground.until(lambda: playground.epoch == 5)

    page.locator("#lab-button").click()
    row = page.locator("[data-setting=momentum]")
    playground.do(lambda: page.locator("[data-setting=optimizer] select").select_option("momentum"))
    row.locator("select").select_option("other")
    row.locator("input").fill("1,000,000")
    page.keyboard.press("Enter")
    messages = page.locator("#messages")
    expect(messages).to_contain_text(re.compile("Momentum .*: “1,000,000” has thousands separators; write 1000000"))
    row.locator("select").select_option("other")
    row.locator("input").fill("0,25")
    playground.do(lambda: page.keyboard.press("Enter"))
    assert playground.config["momentum"] == 0.25
    page.keyboard.press("Escape")

    seed = playground.unfold("#data-seed")
    seed.fill("0,25")
    playground.do(lambda: page.keyboard.press("Enter"))
    assert playground.config["seed"] == "0.25"
    assert playground.complaints == []


def test_comparison_and_example_explain_refused_numbers(playground: Playground) -> None:
    page = playground.open("#networkShape=2&seed=0.3").page
    open_panel(playground, "step")
    example = page.locator("#step-example")
    example.fill("9999")
    page.keyboard.press("Enter")
    refuses(example, "9999", "Training example", "a whole number from 1 to 250")
    example.fill("17,0")
    page.keyboard.press("Enter")
    playground.until(lambda: inside(playground, "step")[-1]["values"]["example"]["number"] == 16)

    page.locator("#compare-button").click()
    page.locator("#compare-other").click()
    page.locator("#compare-field").select_option("hidden_layer_sizes")
    typed = page.locator("#compare-typed")
    typed.fill("4; two")
    page.keyboard.press("Enter")
    refuses(typed, "4; two", "idden layer", "not a list of whole numbers")
    typed.fill("4;2")
    playground.do(lambda: page.keyboard.press("Enter"))
    assert playground.last("config")["view"]["compare"] == [{"hidden_layer_sizes": [4, 2]}]
