"""More settings, and the "i" of every control."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from app.link.controls import CONTROLS, OTHER_CONTROLS
from engine import FIELDS
from tests.browser.driver import SERIOUS, Playground, barriers_of
from tests.browser.test_layout import ARTEFACTS, CLIPPED, OVERLAPS, SCREENS

pytestmark = pytest.mark.browser


def schema(playground: Playground) -> dict[str, dict[str, Any]]:
    """The fields of the config by name, as the page knows them."""
    text = playground.page.locator("#schema").text_content() or ""
    return {field["name"]: field for field in json.loads(text)["fields"]}


def setting(playground: Playground, name: str) -> Locator:
    return playground.page.locator(f"[data-setting={name}]")


def open_lab(playground: Playground, link: str = "#seed=0.48429") -> Playground:
    playground.open(link).page.locator("#lab-button").click()
    playground.page.locator("#lab").wait_for()
    return playground


def test_more_settings_are_out_of_the_way_until_they_are_asked_for(playground: Playground) -> None:
    lab, button = playground.open().page.locator("#lab"), playground.page.locator("#lab-button")
    expect(lab).to_be_hidden()
    before = playground.page.evaluate(
        "() => ['data', 'output', 'bar'].map(id => JSON.stringify(document.getElementById(id).getBoundingClientRect()))"
    )
    playground.key("o")
    expect(lab).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    after = playground.page.evaluate(
        "() => ['data', 'output', 'bar'].map(id => JSON.stringify(document.getElementById(id).getBoundingClientRect()))"
    )
    assert before == after
    playground.page.keyboard.press("Escape")
    expect(lab).to_be_hidden()
    expect(button).to_be_focused()
    assert playground.complaints == []


def test_every_new_field_is_in_its_group(playground: Playground) -> None:
    open_lab(playground)
    fields = schema(playground)
    rows = playground.page.locator("[data-setting]").evaluate_all(
        "rows => rows.map(row => [row.dataset.setting, row.closest('.lab-group').querySelector('h3').id])"
    )
    assert len(rows) > 20
    assert [group for _, group in rows] == [f"lab-{fields[name]['group']}" for name, _ in rows]


def test_a_choice_changes_the_run_and_the_link_and_is_marked_until_it_is_taken_back(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "initializer")
    key = schema(playground)["initializer"]["key"]
    expect(row.locator(".back")).to_be_hidden()
    playground.do(lambda: row.locator("select").select_option("he_normal"))
    assert playground.config["initializer"] == "he_normal"
    assert f"{key}=he_normal" in playground.link
    expect(row.locator("option", has_text="(default)")).to_have_text(re.compile("Uniform"))
    expect(playground.page.locator("#lab-count")).to_have_text(re.compile("^1 "))
    playground.do(row.locator(".back").click)
    assert playground.config["initializer"] == "uniform"
    expect(row.locator(".back")).to_be_hidden()
    expect(row.locator("option", has_text="(default)")).to_have_count(0)
    expect(playground.page.locator("#lab-count")).to_be_hidden()


def test_all_is_as_the_original_again_with_one_message(playground: Playground) -> None:
    open_lab(playground)
    usual = dict(playground.config)
    playground.do(lambda: setting(playground, "optimizer").locator("select").select_option("adam"))
    playground.do(lambda: setting(playground, "momentum").locator("select").select_option("0.5"))
    playground.do(lambda: setting(playground, "batch_norm").locator("input").check())
    expect(playground.page.locator("#lab-count")).to_have_text(re.compile("^3 "))
    before = len(playground.sent)
    playground.do(playground.page.get_by_role("button", name="Reset to defaults").click)
    sent = [message for message in playground.sent[before:] if message["type"] == "configure"]
    assert [set(message["changes"]) for message in sent] == [{"optimizer", "momentum", "batch_norm"}]
    # a new network has new weights, as in the original
    assert playground.config == {**usual, "weight_offset": playground.config["weight_offset"]}


def test_what_makes_no_difference_is_folded_away_and_says_why(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "beta2")
    expect(row).to_be_hidden()
    playground.page.locator(".lab-group", has=row).locator("summary").click()
    expect(row.locator(".why")).to_have_text("Only with Adam or AdamW.")
    expect(row.locator("select")).to_be_disabled()
    playground.do(lambda: setting(playground, "optimizer").locator("select").select_option("adam"))
    expect(row.locator("select")).to_be_enabled()
    expect(row.locator(".why")).to_be_hidden()
    order = playground.page.locator("[aria-labelledby=lab-training] > .settings > [data-setting]").evaluate_all(
        "rows => rows.map(row => row.dataset.setting)"
    )
    assert order == [name for name in schema(playground) if name in order]
    assert order.index("beta2") == order.index("optimizer") + 2


def test_adadelta_brings_its_own_rates_and_takes_them_away_again(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "optimizer")
    playground.do(lambda: row.locator("select").select_option("adadelta"))
    assert (playground.config["learning_rate"], playground.config["epsilon"]) == (1, 1e-6)
    assert "learningRate=1&" in playground.link
    expect(row.locator(".why")).to_have_text("AdaDelta has set learning rate 1 and epsilon 0.000001.")
    playground.do(lambda: row.locator("select").select_option("adam"))
    assert (playground.config["learning_rate"], playground.config["epsilon"]) == (0.03, 1e-8)
    expect(row.locator(".why")).to_be_hidden()


def test_another_value_than_those_offered_can_be_typed_in(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "dropout")
    row.locator("select").select_option("other")
    row.locator("input").fill("0,25")
    playground.do(lambda: row.locator("input").press("Enter"))
    assert playground.config["dropout"] == 0.25
    expect(row.locator("select")).to_have_value("0.25")
    row.locator("select").select_option("other")
    row.locator("input").fill("nonsense")
    row.locator("input").press("Enter")
    expect(row.locator("select")).to_have_value("0.25")


def test_a_value_out_of_range_springs_back_with_a_sentence(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "dropout")
    row.locator("select").select_option("other")
    row.locator("input").fill("7")
    row.locator("input").press("Enter")
    playground.page.locator("#messages").get_by_text("dropout").wait_for()
    expect(row.locator("select")).to_have_value("0")
    assert playground.config["dropout"] == 0


def test_each_hidden_layer_has_an_activation_of_its_own(playground: Playground) -> None:
    open_lab(playground)
    lists = setting(playground, "layer_activations").locator("select")
    expect(lists).to_have_count(2)
    playground.do(lambda: lists.nth(1).select_option("relu"))
    assert playground.config["layer_activations"] == ["", "relu"]
    playground.do(playground.page.locator("#add-layers").click)
    expect(lists).to_have_count(3)
    expect(lists.nth(1)).to_have_value("relu")
    playground.do(setting(playground, "layer_activations").locator(".back").click)
    assert playground.config["layer_activations"] == []


def test_each_hidden_layer_has_a_dropout_of_its_own(playground: Playground) -> None:
    open_lab(playground, "#layerDropout=,0.25")
    lists = setting(playground, "layer_dropout").locator("select")
    expect(lists.nth(1)).to_have_value("0.25")
    playground.do(lambda: lists.nth(0).select_option("0.5"))
    assert playground.config["layer_dropout"] == [0.5, 0.25]
    expect(setting(playground, "dropout").locator(".why")).to_have_text("Every layer has a dropout of its own.")
    playground.do(lambda: lists.nth(1).select_option(""))
    assert playground.config["layer_dropout"] == [0.5]
    playground.do(setting(playground, "layer_dropout").locator(".back").click)
    assert playground.config["layer_dropout"] == []


def test_a_link_shows_what_it_has_changed(playground: Playground) -> None:
    open_lab(playground)
    playground.do(lambda: setting(playground, "optimizer").locator("select").select_option("rmsprop"))
    playground.do(lambda: setting(playground, "shuffle").locator("input").check())
    link = playground.link
    open_lab(playground, link)
    expect(setting(playground, "optimizer").locator("select")).to_have_value("rmsprop")
    expect(setting(playground, "shuffle").locator("input")).to_be_checked()
    expect(playground.page.locator("#lab-count")).to_have_text(re.compile("^2 "))


WITHOUT_A_CONTROL = {"weight_offset", "regression_dataset"}
"""The first is only shown; the second is one control with the data sets for classification."""


def test_every_control_has_an_i(playground: Playground) -> None:
    open_lab(playground)
    names = playground.page.locator(".info").evaluate_all("buttons => buttons.map(button => button.dataset.help)")
    controls = {control.name for control in (*CONTROLS.values(), *OTHER_CONTROLS.values()) if control.help}
    assert sorted(names) == sorted((set(FIELDS) | controls) - WITHOUT_A_CONTROL)


def test_an_i_shows_two_sentences_and_leads_into_the_glossary(playground: Playground) -> None:
    page = playground.open().page
    card, info = page.locator("#info-card"), page.locator(".field .info[data-help=learning_rate]")
    info.hover()
    info.click()
    expect(card).to_be_visible()
    expect(card).to_contain_text(f"{FIELDS['learning_rate'].help.what} {FIELDS['learning_rate'].help.why}")
    info.click()
    expect(card).to_be_hidden()
    info.click()
    with page.expect_popup() as opened:
        card.get_by_role("link").click()
    glossary = opened.value
    term = glossary.locator(f"#{FIELDS['learning_rate'].help.term}")
    expect(term).to_be_in_viewport()
    assert playground.complaints == []


def test_an_i_is_reached_and_left_with_the_keyboard_alone(playground: Playground) -> None:
    page = playground.open().page
    page.locator("#learningRate").focus()
    page.keyboard.press("Shift+Tab")
    info = page.locator(".info[data-help=learning_rate]")
    expect(info).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#info-card")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#info-link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#info-card")).to_be_hidden()
    expect(info).to_be_focused()


def test_an_i_says_when_its_control_changes_nothing(playground: Playground) -> None:
    page = playground.open().page
    info = page.locator(".info[data-help=regularization_rate]")
    info.hover()
    info.click()
    expect(page.locator("#info-idle")).to_have_text("At present it changes nothing: only with L1 or L2.")


def test_an_i_is_hidden_with_its_control(playground: Playground) -> None:
    playground.open("#learningRate_hide=true&playButton_hide=true&dataset_hide=true&discretize_hide=true")
    for name in ("learning_rate", "play", "dataset", "discretize"):
        expect(playground.page.locator(f".info[data-help={name}]")).to_be_hidden()
    expect(playground.page.locator(".info[data-help=activation]")).to_be_visible()


ROWS = ", ".join(f"#lab .setting {part}" for part in ("label", ".label", ".back", "select", "input", ".why"))
WITHIN_ROWS = re.sub(r"querySelectorAll\(.*?\)\]", f"querySelectorAll('{ROWS}')]", OVERLAPS, flags=re.DOTALL)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_settings_are_in_order(playground: Playground, screen: tuple[int, int], scheme: str) -> None:
    page = playground.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    open_lab(playground)
    playground.do(lambda: setting(playground, "optimizer").locator("select").select_option("adam"))
    for summary in page.locator("#lab summary:visible").all():
        summary.click()
    assert page.evaluate(WITHIN_ROWS) == []
    assert page.evaluate(CLIPPED.replace("#bar *, ", "#lab *, ")) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    assert barriers_of(page, impacts=SERIOUS) == []
    setting(playground, "optimizer").locator(".info").click()
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"lab-{screen[0]}x{screen[1]}-{scheme}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_glossary_has_no_barriers_and_needs_no_script(playground: Playground, scheme: str, width: int) -> None:
    page = playground.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{playground.address}glossary")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers_of(page) == []
    assert playground.complaints == []
