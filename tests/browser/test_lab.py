"""More settings."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driver import OF_LAYOUT, Playground, barriers_in_both_schemes, barriers_of, case
from tests.browser.states import SCREENS
from tests.browser.test_layout import CLIPPED, OVERLAPS, WIDTH
from tests.support.effort import Effort

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


def test_settings_open_and_close_without_moving_anything(playground: Playground) -> None:
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


def test_every_setting_is_in_its_group(playground: Playground) -> None:
    open_lab(playground)
    fields = schema(playground)
    rows = playground.page.locator("[data-setting]").evaluate_all(
        "rows => rows.map(row => [row.dataset.setting, row.closest('.lab-group').querySelector('h3').id])"
    )
    assert len(rows) > 20
    assert [group for _, group in rows] == [f"lab-{fields[name]['group']}" for name, _ in rows]


@pytest.mark.nightly
def test_changed_setting_is_marked_until_it_is_undone(playground: Playground) -> None:
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


@pytest.mark.nightly
def test_all_settings_are_reset_with_one_message(playground: Playground) -> None:
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


@pytest.mark.nightly
def test_inactive_settings_are_folded_away_with_a_reason(playground: Playground) -> None:
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


def test_adadelta_sets_its_rates_and_restores_them(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "optimizer")
    playground.do(lambda: row.locator("select").select_option("adadelta"))
    assert (playground.config["learning_rate"], playground.config["epsilon"]) == (1, 1e-6)
    assert "learningRate=1&" in playground.link
    expect(row.locator(".why")).to_have_text("AdaDelta has set learning rate 1 and epsilon 0.000001.")
    playground.do(lambda: row.locator("select").select_option("adam"))
    assert (playground.config["learning_rate"], playground.config["epsilon"]) == (0.03, 1e-8)
    expect(row.locator(".why")).to_be_hidden()


@pytest.mark.nightly
def test_other_values_than_those_offered_are_typed(playground: Playground) -> None:
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


@pytest.mark.nightly
def test_values_out_of_range_spring_back(playground: Playground) -> None:
    open_lab(playground)
    row = setting(playground, "dropout")
    row.locator("select").select_option("other")
    row.locator("input").fill("7")
    row.locator("input").press("Enter")
    playground.page.locator("#messages").get_by_text("dropout").wait_for()
    expect(row.locator("select")).to_have_value("0")
    assert playground.config["dropout"] == 0


def test_each_hidden_layer_has_its_own_activation(playground: Playground) -> None:
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


@pytest.mark.nightly
def test_each_hidden_layer_has_its_own_dropout(playground: Playground) -> None:
    open_lab(playground, "#layerDropout=,0.25")
    lists = setting(playground, "layer_dropout").locator("select")
    expect(lists.nth(1)).to_have_value("0.25")
    playground.do(lambda: lists.nth(0).select_option("0.5"))
    assert playground.config["layer_dropout"] == [0.5, 0.25]
    expect(setting(playground, "dropout").locator(".why")).to_have_text("Every layer has its own dropout.")
    playground.do(lambda: lists.nth(1).select_option(""))
    assert playground.config["layer_dropout"] == [0.5]
    playground.do(setting(playground, "layer_dropout").locator(".back").click)
    assert playground.config["layer_dropout"] == []


def test_settings_of_a_link_are_shown(playground: Playground) -> None:
    open_lab(playground)
    playground.do(lambda: setting(playground, "optimizer").locator("select").select_option("rmsprop"))
    playground.do(lambda: setting(playground, "shuffle").locator("input").check())
    link = playground.link
    open_lab(playground, link)
    expect(setting(playground, "optimizer").locator("select")).to_have_value("rmsprop")
    expect(setting(playground, "shuffle").locator("input")).to_be_checked()
    expect(playground.page.locator("#lab-count")).to_have_text(re.compile("^2 "))


ROWS = ", ".join(f"#lab .setting {part}" for part in ("label", ".label", ".back", "select", "input", ".why"))
WITHIN_ROWS = re.sub(r"querySelectorAll\(.*?\)\]", f"querySelectorAll('{ROWS}')]", OVERLAPS, flags=re.DOTALL)


def test_open_settings_fit_every_screen(playground: Playground) -> None:
    page = open_lab(playground).page
    playground.do(lambda: setting(playground, "optimizer").locator("select").select_option("adam"))
    for summary in page.locator("#lab summary:visible").all():
        summary.click()
    for width, height in SCREENS:
        with case(width, height):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WITHIN_ROWS) == []
            assert page.evaluate(CLIPPED.replace("#bar *, ", "#lab *, ")) == []
            assert page.evaluate(WIDTH) <= width


@pytest.mark.sampled
def test_glossary_has_no_barriers_and_no_script(playground: Playground) -> None:
    page = playground.page
    # the one that is checked in every run comes last, for what follows
    for address in ("lessons", "glossary") if Effort.everything else ("glossary",):
        page.goto(f"{playground.address}{address}")
        assert barriers_in_both_schemes(page) == []
        for width in (1440, 390):
            with case(address, width):
                page.set_viewport_size({"width": width, "height": 844})
                assert page.evaluate(WIDTH) <= width
                assert barriers_of(page, rules=OF_LAYOUT) == []
    assert page.locator("script[src*=main]").count() == 0
    assert playground.complaints == []
