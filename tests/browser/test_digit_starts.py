"""Many starts, networks side by side and runs on the page about digits, as a user meets them."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from app.link import parse_link
from app.link.digits import NETWORKS
from app.training.seeds import config_of, seed_of
from engine import Config, Trainer
from tests.browser.driver import Playground

pytestmark = [pytest.mark.browser, pytest.mark.sweeps]

FEW = "dataset=uci&trainCount=100&activation=sigmoid&networkShape=8&learningRate=3&seed=1"


def trained(config: Config, epochs: int) -> Trainer:
    trainer = Trainer(config)
    while trainer.epoch < epochs:
        trainer.run_epoch()
    return trainer


def params_of(playground: Playground, epoch: int) -> NDArray[np.float64]:
    """The weights of the newest frame, which is of an epoch; only some frames hold them."""

    def found() -> list[NDArray[np.float64]]:
        frames = [frame for frame in playground.frames if frame.message["epoch"] == epoch]
        return [frame.arrays["params"] for frame in frames if "params" in frame.arrays]

    playground.until(lambda: playground.epoch == epoch and bool(found()))
    return found()[-1]


def start_of(page: Page, name: str, value: str) -> None:
    page.locator(f"[name=luck-{name}][value='{value}']").check(force=True)


def test_starts_show_the_digits_they_misread(playground: Playground) -> None:
    page = playground.open(f"digits#{FEW}").page
    page.locator("#luck-button").click()
    expect(page.locator("#luck-epochs")).to_have_value("30")
    page.locator("#luck-epochs").fill("3")
    start_of(page, "count", "5")
    page.locator("#luck-train").click()
    tiles = page.locator(".luck-tile")
    expect(tiles).to_have_count(5)
    expect(page.locator("#luck-progress")).to_be_hidden()
    config = parse_link(f"#{FEW}").config
    starts = [trained(config_of(config, "weights", index), 3) for index in range(5)]
    order = sorted(range(5), key=lambda index: starts[index].test_loss or 0)
    assert tiles.evaluate_all("tiles => tiles.map((tile) => Number(tile.dataset.start))") == order
    labels = starts[0].targets[-starts[0].test_size :]
    wrong = np.sum([start.picture_snapshot().answers != labels for start in starts], axis=0)
    said = (
        f"Of 179 test pictures, all 5 starts read {np.sum(wrong == 0)} right and {np.sum(wrong == 5) or 'none'} wrong."
    )
    expect(page.locator("#luck-agreed")).to_contain_text(said)
    expect(page.locator(".hard-digit").first).to_have_attribute(
        "aria-label", re.compile(f"misread by {wrong.max()} of 5 starts")
    )
    median = np.median([start.test_accuracy for start in starts])
    expect(page.locator("#luck-spread")).to_contain_text(f"Median accuracy {median:.1%}")
    assert playground.barriers("#luck") == []
    playground.do(tiles.first.click)
    playground.until(lambda: playground.epoch == 3)
    assert playground.config["weight_seed"] == seed_of(order[0])
    assert playground.frame["test_loss"] == starts[order[0]].test_loss


def test_networks_read_digits_side_by_side(playground: Playground) -> None:
    page = playground.open(f"digits#{FEW}&compare=networkShape%3D8,8").step(2).page
    cards = page.locator("#compare-cards > li:not(#compare-choosing)")
    expect(cards).to_have_count(2)
    config = parse_link(f"#{FEW}").config
    for card, shape in zip(cards.all(), [(8,), (8, 8)], strict=True):
        accuracy = trained(config.replace(hidden_layer_sizes=shape), 2).test_accuracy
        expect(card.locator(".compare-digits strong")).to_have_text(f"{accuracy:.1%}")
        expect(card.locator(".compare-digits span")).to_contain_text("of 179 misread")
    expect(page.locator("#compare").get_by_role("link")).to_have_attribute("href", NETWORKS)
    assert playground.barriers("#compare") == []


@pytest.mark.fresh
def test_digits_open_on_their_page(playground: Playground) -> None:
    page = playground.open(f"digits#{FEW}").step(3).page
    params = params_of(playground, 3)
    page.locator("#runs-button").click()
    with page.expect_download() as download:
        page.locator("#runs [data-experiment=save]").click()
    saved = download.value.path()
    openings: list[Callable[[], object]] = [
        lambda: page.get_by_role("button", name="Restore Run 1").click(),
        lambda: page.locator("#experiment-file").set_input_files(saved),
    ]
    for number, opening in enumerate(openings):
        playground.load("#dataset=gauss&seed=1").step(1)
        if number == 0:
            page.locator("#runs-button").click()
        with page.expect_navigation(url="**/digits#*"):
            opening()
        assert np.array_equal(params_of(playground, 3), params)
