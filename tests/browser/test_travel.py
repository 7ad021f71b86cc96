"""Looking back at a run, and running until something is so, in a real browser."""

import pytest

from tests.browser.driver import Frame, Playground

pytestmark = pytest.mark.browser

LINK = "#seed=0.2&dataset=xor&networkShape=4&shuffle=true&optimizer=adam&learningRate=0.01"

PLACES = """() => ['#bar', '#iter-number', '#metrics', '#linechart', '#timeline', '#heatmap', '#network'].map(
    (selector) => JSON.stringify(document.querySelector(selector).getBoundingClientRect()))"""


def run(playground: Playground, epochs: int) -> Playground:
    """Train a number of epochs at full speed, and wait until the last is on the screen."""
    before = playground.epoch
    playground.page.locator("#run-button").click()
    playground.page.locator("#run-epochs").fill(str(epochs))
    playground.page.keyboard.press("Enter")
    return playground.until(lambda: playground.epoch == before + epochs).shown()


def losses_of(frames: list[Frame]) -> dict[int, tuple[float, float]]:
    """The losses for training and test that frames brought, by epoch."""
    names = ("history_epochs", "history_train", "history_test")
    points = [zip(*(frame.arrays[name].tolist() for name in names), strict=True) for frame in frames]
    return {epoch: (train, test) for some in points for epoch, train, test in some}


@pytest.mark.chart
@pytest.mark.sampled
def test_dragged_timeline_shows_the_past_run(playground: Playground) -> None:
    page = run(playground.open(LINK), 90).page
    page.wait_for_selector("#linechart svg")
    # the chart is drawn after the pictures, and the slider takes its scale
    page.locator("#timeline-epoch[max='100']").wait_for()
    losses = losses_of(playground.frames)
    before = page.evaluate(PLACES)
    box = page.locator("#timeline-epoch").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.85, y)
    page.mouse.down()
    for share in (0.8, 0.6, 0.4, 0.3):
        page.mouse.move(box["x"] + box["width"] * share, y)
    page.mouse.up()
    playground.until(lambda: playground.frame["past"] and abs(playground.epoch - 30) <= 3)
    playground.shown()
    assert playground.text("#timeline-tag") == str(playground.epoch)
    assert playground.frame["test_loss"] == pytest.approx(losses[playground.epoch][1], rel=1e-6)
    assert page.evaluate(PLACES) == before


def test_keys_move_along_the_timeline(playground: Playground) -> None:
    page = run(playground.open(LINK), 12).page
    now = playground.params.tolist()
    page.locator("#timeline-epoch").focus()
    for key, epoch in (("ArrowLeft", 11), ("ArrowLeft", 10), ("ArrowRight", 11), ("Home", 0)):
        page.keyboard.press(key)
        playground.until(lambda epoch=epoch: playground.epoch == epoch and playground.frame["past"])  # type: ignore[misc]
        playground.shown()
    assert page.locator("#timeline-epoch").get_attribute("aria-valuetext") == "Epoch 0 of 12"
    page.get_by_role("button", name="Back to latest").click()
    playground.until(lambda: playground.epoch == 12 and not playground.frame["past"])
    assert playground.params.tolist() == now
    page.locator(".past-ways").wait_for(state="hidden")


def test_resuming_from_the_past_learns_identically(playground: Playground) -> None:
    page = run(playground.open(LINK), 400).page
    params, losses = playground.params.tolist(), losses_of(playground.frames)
    page.locator("#timeline-epoch").focus()
    page.keyboard.press("Home")
    playground.until(lambda: playground.epoch == 0)
    came = len(playground.frames)
    page.get_by_role("button", name="Resume from here").click()
    playground.until(lambda: playground.last("status")["playing"] and 3 <= playground.epoch < 400)
    playground.pause()
    run(playground, 400 - playground.epoch)
    assert playground.params.tolist() == params
    again = losses_of(playground.frames[came:])
    assert set(again) >= set(range(1, 401))
    assert {epoch: losses[epoch] for epoch in again} == again


def test_run_until_is_canceled_or_ends(playground: Playground) -> None:
    page = playground.open(LINK).page
    page.locator("#run-button").click()
    page.locator("#run-epochs").fill("100000")
    page.locator("#run-card").get_by_role("button", name="Run").click()
    playground.until(lambda: (playground.frame["progress"] or {}).get("seconds_left") is not None)
    page.locator("#run-bar").wait_for()
    page.locator("#run-cancel").click()
    playground.until(lambda: playground.last("status")["run_ended"] is not None)
    assert playground.last("status")["run_ended"]["cause"] == "canceled"
    page.locator("#run-button:focus").wait_for()
    page.locator("#run-button").click()
    page.locator("#run-epochs").fill("150")
    page.keyboard.press("Enter")
    playground.until(lambda: (playground.last("status")["run_ended"] or {}).get("cause") == "epochs")
    playground.until(lambda: "all 150 epochs" in playground.text("#run-live"))
    assert playground.complaints == []
