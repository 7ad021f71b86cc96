"""Playing, in a real browser: what a link promises is what the page shows."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.driver import Playground, case
from tests.support.effort import Effort

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parents[1] / "golden"
RUNS: list[dict[str, Any]] = json.loads((GOLDEN / "classic_runs.json").read_text())
LECTURE_SLIDE: str = json.loads((GOLDEN / "course_links.json").read_text())["lecture-slide"]


def golden(fragment: str) -> dict[str, Any]:
    return next(run for run in RUNS if fragment in run["hash"])


def test_lecture_slide_link_learns_the_original_curve(playground: Playground) -> None:
    playground.open(LECTURE_SLIDE[LECTURE_SLIDE.index("#") :])
    assert playground.config["hidden_layer_sizes"] == [5, 4, 3]
    assert playground.text("#messages")  # the data set "req-plane" does not exist
    playground.play(until_epoch=2, speed="minibatch")
    playground.page.locator("#speed").select_option("epoch")
    playground.step(100 - playground.epoch)
    assert playground.frame["train_loss"] == pytest.approx(0.21597, abs=5e-6)
    assert playground.frame["test_loss"] == pytest.approx(0.33920, abs=5e-6)
    expected = golden("networkShape=5,4,3&seed=0.48429")["losses"]["100"]
    assert [playground.frame["train_loss"], playground.frame["test_loss"]] == pytest.approx(expected, abs=1e-9)
    assert playground.text("#iter-number") == "000,100"
    assert (playground.text("#loss-train"), playground.text("#loss-test")) == ("0.216", "0.339")


@pytest.mark.sampled
def test_links_show_the_losses_of_the_original(playground: Playground) -> None:
    for run in RUNS[: 6 if Effort.everything else 2]:
        with case(run["hash"]):
            playground.open(run["hash"]).step(10)
            losses = [playground.frame["train_loss"], playground.frame["test_loss"]]
            assert losses == pytest.approx(run["losses"]["10"], abs=1e-9)
            assert [playground.text("#loss-train"), playground.text("#loss-test")] == [f"{loss:.3f}" for loss in losses]


def test_play_and_pause_start_and_stop_training(playground: Playground) -> None:
    playground.open()
    button = playground.page.locator("#play-pause-button")
    assert button.get_attribute("aria-label") == "Play"
    playground.play(until_epoch=20)
    assert button.get_attribute("aria-label") == "Play"
    epoch = playground.epoch
    assert playground.step().epoch == epoch + 1


@pytest.mark.fresh
def test_button_pressed_before_scripts_run_counts(playground: Playground) -> None:
    held: list[Route] = []
    playground.page.route("**/pages/playground.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    playground.page.goto(playground.address, wait_until="commit")
    playground.page.locator("#next-step-button").click()
    playground.until(lambda: bool(held))
    held[0].continue_()
    playground.until(lambda: bool(playground.frames) and playground.epoch == 1)


def test_rewind_keeps_the_weights_and_reset_changes_them(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    start = playground.params.tolist()
    playground.step(3)
    playground.page.locator("#rewind-button").click()
    playground.until(lambda: playground.epoch == 0)
    assert playground.params.tolist() == start
    playground.step(2).do(playground.page.locator("#reset-button").click)
    playground.until(lambda: playground.epoch == 0).shown()
    assert playground.params.tolist() != start
    assert playground.config["weight_offset"] == 2 * 4 + 4 * 2 + 2
    assert "weightOffset=18" in playground.link


def test_all_steps_in_a_row_are_taken(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    for _ in range(25):
        playground.page.keyboard.press("ArrowRight")
    playground.until(lambda: playground.epoch >= 25)
    playground.key("m").until(lambda: playground.frame["batch"] == 1)
    assert playground.epoch == 25


def test_speed_trains_more_between_two_frames(playground: Playground) -> None:
    for speed, epochs in (("epochs_5", 5), ("epochs_20", 20)):
        with case(speed):
            playground.open("#seed=0.3")
            playground.play(until_epoch=epochs * 5, speed=speed)
            assert playground.frame["epochs_per_second"] >= 0
            assert playground.text("#iter-number") == f"{playground.epoch:07,}"


def test_maximum_speed_leaves_no_gaps_in_the_chart(playground: Playground) -> None:
    playground.open()
    playground.play(until_epoch=500, speed="unlimited")
    epochs = sorted({int(epoch) for frame in playground.frames for epoch in frame.arrays["history_epochs"]})
    gaps = {after - before for before, after in itertools.pairwise(epochs)}
    assert epochs[0] == 0
    assert max(gaps) <= 2 * (1 + epochs[-1] // 1024)  # thinned evenly when it grows long


def test_one_minibatch_is_trained_at_a_time(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    before = playground.params.tolist()
    playground.key("m").until(lambda: playground.frame["batch"] == 1)
    assert (playground.epoch, playground.frame["step"]) == (0, 1)
    assert playground.params.tolist() != before


def test_diverged_training_is_explained_and_retried(playground: Playground) -> None:
    playground.open("#problem=regression&activation=linear&learningRate=10&seed=0.1")
    playground.page.locator("#play-pause-button").click()
    playground.until(lambda: playground.last("status")["diverged"] is not None)
    message = playground.page.locator("#messages")
    message.get_by_text("learning rate").first.wait_for()
    assert "nan" not in playground.page.locator("main").inner_text().lower()
    retry = playground.last("status")["diverged"]["retry"]
    epoch = retry["epoch"]
    message.get_by_role("button", name=f"Retry from epoch {epoch} with learning rate 0.03").click()
    playground.until(lambda: playground.last("status")["diverged"] is None)
    playground.until(lambda: playground.epoch > epoch + 5 and playground.frame["train_loss"] < 0.1)
    assert playground.config["learning_rate"] == 0.03


ASKING = r"""() => {
  const rulesIn = (list) => [...list].flatMap((rule) => [rule, ...(rule.cssRules ? rulesIn(rule.cssRules) : [])]);
  const sheets = [...document.styleSheets].filter(({ media }) => !media.mediaText.includes("print"));
  const asking = sheets.flatMap(({ cssRules }) => rulesIn(cssRules))
    .map(({ selectorText }) => selectorText ?? "").filter((selector) => selector.includes(":has("));
  const busy = [...document.querySelectorAll("#network canvas, #heatmap .map, #losses dd, #iter-number")];
  const found = asking.filter((selector) => {
    const asked = selector.split(":has(")[0].split(/,(?![^(]*\))/).at(-1).replace(/:not\($/, "").trim();
    const element = !asked || /[>+~]$/.test(asked) ? `${asked} *` : asked;
    return busy.some((part) => part.closest(element));
  });
  return { asking: asking.length, busy: busy.length, found };
}"""
"""Rules that ask what an element contains, for elements that contain what changes with every frame."""


def test_no_style_depends_on_what_frames_change(playground: Playground) -> None:
    # the browser would find all styles of that element anew for every frame
    asked = playground.open().page.evaluate(ASKING)
    assert min(asked["asking"], asked["busy"]) > 3
    assert asked["found"] == []
