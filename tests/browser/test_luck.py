"""Many starts, as a user meets them."""

import math
import statistics

from playwright.sync_api import Page, expect

from app.training.seeds import config_of, seed_of
from engine import Config, Trainer
from tests.browser.driver import Playground


def loss_of(config: Config, index: int, epochs: int) -> float:
    trainer = Trainer(config_of(config, "weights", index))
    while trainer.epoch < epochs:
        trainer.run_epoch()
    assert trainer.test_loss is not None
    return trainer.test_loss


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[name=luck-{name}][value='{value}']").check(force=True)


def test_starts_are_trained_ranked_and_opened(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    playground.step(2)
    page.locator("#luck-button").click()
    expect(page.locator("#luck-epochs")).to_have_value("2")
    expect(page.locator("#luck-cost")).to_contain_text("takes about")
    choose(page, "count", "20")
    page.locator("#luck-train").click()
    tiles = page.locator(".luck-tile")
    expect(tiles).to_have_count(20)
    expect(page.locator("#luck-progress")).to_be_hidden()
    config = Config(dataset="gauss", seed="0.3", hidden_layer_sizes=(2,))
    losses = [loss_of(config, index, 2) for index in range(20)]
    order = sorted(range(20), key=lambda index: losses[index])
    assert tiles.evaluate_all("tiles => tiles.map((tile) => Number(tile.dataset.start))") == order
    better = sum(loss > playground.frame["test_loss"] for loss in losses)
    expect(page.locator("#luck-own")).to_have_text(f"Your run is better than {better} of them.")
    expect(page.locator("#luck-live")).to_contain_text("of 20 starts reach a test loss of")
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#luck-name")).to_have_text(f"Start {order[1] + 1}")
    expect(page.locator("#luck-facts")).to_contain_text(f"test loss {losses[order[1]]:.3f}")
    playground.do(lambda: page.keyboard.press("Enter"))
    playground.until(lambda: playground.epoch == 2)
    assert (playground.config["weight_seed"], playground.frame["test_loss"]) == (seed_of(order[1]), losses[order[1]])
    expect(page.locator(".luck-tile[aria-current]")).to_have_attribute("data-start", str(order[1]))
    playground.do(lambda: page.locator("#learningRate").select_option("0.1"))
    expect(page.locator("#luck-note")).to_have_text("These results are of your earlier settings.")


def test_starts_are_canceled_and_refused_in_words(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    page.locator("#luck-button").click()
    page.locator("#luck-epochs").fill("20000")
    page.locator("#luck-train").click()
    expect(page.locator("#luck-form .number-fault")).to_contain_text("Expected a whole number from 1 to 10000.")
    page.locator("#luck-epochs").fill("10000")
    page.locator("#luck-train").click()
    page.locator("#luck-cancel").click()
    expect(page.locator("#luck-note")).to_contain_text("Canceled after")
    expect(page.locator("#luck-train")).to_be_focused()
    page.locator("#luck-epochs").fill("")
    page.keyboard.press("Tab")


def test_a_tap_enlarges_and_a_button_continues(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    page.locator("#luck-button").click()
    choose(page, "count", "20")
    page.locator("#luck-epochs").fill("3")
    page.locator("#luck-train").click()
    tiles = page.locator(".luck-tile")
    expect(tiles).to_have_count(20)
    expect(page.locator("#luck-progress")).to_be_hidden()
    number = tiles.nth(4).get_attribute("data-start")
    assert number is not None
    tiles.nth(4).dispatch_event("pointerdown", {"pointerType": "touch"})
    tiles.nth(4).dispatch_event("click", {"detail": 1})
    expect(page.locator("#luck-name")).to_have_text(f"Start {int(number) + 1}")
    expect(page.locator("#luck-rank")).to_have_text("rank 5 of 20")
    expect(page.locator(".luck-tile.looked")).to_have_attribute("data-start", number)
    assert playground.epoch == 0
    playground.do(lambda: page.locator("#luck-continue").click())
    playground.until(lambda: playground.epoch == 3)
    assert playground.config["weight_seed"] == seed_of(int(number))


def test_training_until_the_goal_needs_one(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2&goalTestLoss=0.02").page
    page.locator("#luck-button").click()
    choose(page, "end", "goal")
    expect(page.locator("#luck-cost")).to_contain_text("takes at most about")
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2").page
    page.locator("#luck-button").click()
    expect(page.locator("[name=luck-end][value=goal]")).to_be_disabled()
    expect(page.locator("[name=luck-end][value=epoch]")).to_be_checked()


def epoch_at_goal(config: Config, index: int, epochs: int, goal: float) -> int | None:
    """The epoch in which a start reaches a test loss; None if it does not."""
    trainer = Trainer(config_of(config, "weights", index))
    while trainer.epoch < epochs:
        trainer.run_epoch()
        if trainer.test_loss is not None and trainer.test_loss <= goal:
            return trainer.epoch
    return None


def test_starts_end_at_the_goal(playground: Playground) -> None:
    page = playground.open("#dataset=gauss&seed=0.3&networkShape=2&goalTestLoss=0.01").page
    page.locator("#luck-button").click()
    choose(page, "count", "20")
    choose(page, "end", "goal")
    page.locator("#luck-epochs").fill("7")
    page.locator("#luck-train").click()
    tiles = page.locator(".luck-tile")
    expect(tiles).to_have_count(20)
    expect(page.locator("#luck-progress")).to_be_hidden()
    config = Config(dataset="gauss", seed="0.3", hidden_layer_sizes=(2,))
    epochs = [epoch_at_goal(config, index, 7, 0.01) for index in range(20)]
    reached = sorted(epoch for epoch in epochs if epoch is not None)
    assert 0 < len(reached) < 20
    expect(page.locator("#luck-reached")).to_contain_text(f"{len(reached)} of 20 starts reach the goal within 7 epochs")
    expect(page.locator("#luck-reached")).to_contain_text(
        f"typically in epoch {math.floor(statistics.median(reached) + 0.5)}."
    )
    expect(page.locator("#luck-facts")).to_contain_text(f"goal reached in epoch {reached[0]}")
    label = page.locator("#luck-fan-plot .plot").get_attribute("aria-label")
    assert label is not None
    assert "of 20 starts" in label
    expect(page.locator("#luck-fan-note")).to_contain_text("keeps its last loss")
    first = int(tiles.first.get_attribute("data-start") or -1)
    assert epochs[first] == reached[0]
    playground.do(lambda: page.locator("#luck-continue").click())
    playground.until(lambda: playground.epoch == reached[0])
    assert playground.frame["test_loss"] <= 0.01
