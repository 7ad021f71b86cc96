"""Goals and networks side by side, as a user meets them."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.link import format_link, parse_link
from tests.browser.driver import Playground

COURSE = json.loads((Path(__file__).parents[1] / "golden" / "course_links.json").read_text())


def test_medals_of_a_course_link_are_won(playground: Playground) -> None:
    page = playground.open(COURSE["first-network"]).page
    playground.play(60, speed="epochs_20")
    expect(page.locator("#goals-text")).to_contain_text("Bronze: test loss ≤ 0.35 · now 0.5")
    expect(page.locator(".medal.reached")).to_have_count(0)
    changes = {"activation": "tanh", "hidden_layer_sizes": [4], "learning_rate": 0.03, "weight_offset": 0}
    link = parse_link(COURSE["first-network"])
    playground.open(format_link(link.config.replace(**changes), link.view))
    playground.play(80, speed="epochs_20")
    expect(page.locator("#goals-live")).to_contain_text("Gold reached in epoch 72: Test loss ≤ 0.177.")
    expect(page.locator("#goals-medals .reached")).to_have_count(3)


def test_own_goal_is_set_linked_and_reached(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    page.locator("#goals-button").click()
    page.locator("#goal_test_loss").fill("0.1")
    playground.do(lambda: page.keyboard.press("Tab"))
    assert "&goalTestLoss=0.1" in playground.link
    page.keyboard.press("Escape")
    expect(page.locator("#goals-text")).to_contain_text("Goal: test loss ≤ 0.1 · now")
    playground.play(30, speed="epochs_5")
    expect(page.locator("#goals-text")).to_contain_text("Goal reached in epoch")
    page.locator("#rewind-button").click()
    expect(page.locator(".medal.reached")).to_have_count(0)


@pytest.mark.sampled
def test_compared_network_is_added_and_promoted(playground: Playground) -> None:
    page = playground.open("#networkShape=4&seed=0.3").page
    expect(page.locator("#compare")).to_be_hidden()
    page.locator("#compare-button").click()
    playground.do(lambda: page.get_by_role("button", name="ReLU?").click())
    page.locator("#compare-other").click()
    page.locator("#compare-field").select_option("learning_rate")
    page.locator("#compare-value").select_option("0.3")
    playground.do(lambda: page.locator("#compare-form button").click())
    cards = page.locator("#compare-cards h3")
    expect(cards).to_have_text(["This network", "Activation: ReLU", "Learning rate: 0.3", "What if…"])
    playground.play(5)
    expect(page.locator("#compare .best:visible")).to_have_count(1)
    losses = [variant["test_loss"] for variant in playground.frame["variants"]]
    playground.do(page.get_by_role("button", name="Use this network").first.click)
    expect(cards).to_have_text(["This network", "Activation: Tanh", "Learning rate: 0.3", "What if…"])
    assert (playground.config["activation"], playground.frame["test_loss"]) == ("relu", losses[0])


def test_compared_networks_of_a_link_are_removed(playground: Playground) -> None:
    page = playground.open("#seed=0.3&compare=activation%3Drelu%3Boptimizer%3Dadam%3BnetworkShape%3D3").page
    expect(page.locator("#compare h3:visible")).to_have_count(4)
    playground.do(lambda: page.locator("#compare").get_by_role("button", name="Remove").nth(1).click())
    assert "compare=activation%3Drelu%3BnetworkShape%3D3" in playground.link
    expect(page.locator("#compare h3:visible")).to_have_text(
        ["This network", "Activation: ReLU", "Hidden layer sizes: 3", "What if…"]
    )
    assert not playground.complaints
