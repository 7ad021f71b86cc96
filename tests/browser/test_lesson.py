"""A lesson beside the playground: walked through, predicted, remembered, and readable on a phone and on paper."""

import pytest
from playwright.sync_api import expect

from app.course import read_lessons
from app.training.seeds import seed_of
from tests.browser.driver import Playground
from tests.outcomes import shows

pytestmark = pytest.mark.browser

STEP = "#lesson .step:not([hidden])"


def title(playground: Playground) -> str:
    return playground.text(f"{STEP} h3")


def open_lesson(playground: Playground, name: str) -> Playground:
    return playground.open(f"lessons/{name}")


def test_each_lesson_step_opens_its_experiment(playground: Playground) -> None:
    page = open_lesson(playground, "xor").page
    assert (playground.config["dataset"], playground.config["hidden_layer_sizes"]) == ("xor", [])
    first = title(playground)
    for shape in ([], [4], [2]):
        page.locator("#lesson-next").click()
        playground.until(lambda: playground.config["hidden_layer_sizes"] == shape)  # noqa: B023 - called at once
        assert page.evaluate("document.activeElement.textContent") == title(playground)
    page.locator(f"{STEP} .show").click()
    page.locator(f"{STEP} .try", has_text="linear").click()
    playground.until(lambda: playground.config["activation"] == "linear")
    page.keyboard.press("ArrowRight")
    assert title(playground) == "What you should have seen"
    assert page.locator("#lesson-on").get_attribute("href") == "../lessons/features"
    for _ in range(4):
        page.locator("#lesson-back").click()
    assert title(playground) == first


def test_prediction_is_run_revealed_and_ticked(playground: Playground) -> None:
    page = open_lesson(playground, "vanishing-gradients").page
    answer = page.locator(f"{STEP} .reveal")
    assert not answer.is_visible()
    page.locator(f"{STEP} input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.locator(f"{STEP} input:checked").get_attribute("value") == "2"
    page.locator(f"{STEP} .act").click()
    answer.wait_for()
    assert playground.epoch == 40
    assert playground.text(f"{STEP} [data-live]") == "You predicted it: Hardly anything."
    ticked = page.locator("#lesson-list .seen")
    assert [ticked.count(), ticked.first.get_attribute("data-go")] == [1, "0"]
    page.keyboard.press("ArrowRight")
    page.locator(f"{STEP} .act", has_text="Open Gradients").click()
    page.locator("#inside-gradients").wait_for()
    assert ticked.count() == 2
    page.emulate_media(media="print")
    parts = page.locator("#lesson :is(.step, .reveal)")
    assert parts.evaluate_all("parts => parts.every((part) => part.checkVisibility())")
    assert not page.locator("#lesson .act, #lesson .show, #lesson .again, #lesson-list").first.is_visible()
    page.emulate_media(media="screen")


def test_long_formulas_stay_within_the_lesson(playground: Playground) -> None:
    page = open_lesson(playground, "cross-entropy").page
    for _ in range(3):
        page.locator("#lesson-next").click()
    assert title(playground) == "Entropy"
    edge = page.locator(STEP).evaluate("step => step.getBoundingClientRect().right")
    ends = page.locator(f"{STEP} code").evaluate_all("codes => codes.map(code => code.getBoundingClientRect().right)")
    assert len(ends) >= 2
    assert max(ends) <= edge


def test_next_lesson_step_lifts_locks(playground: Playground) -> None:
    page = open_lesson(playground, "perceptron").page
    for _ in range(3):
        page.locator("#lesson-next").click()
    playground.until(lambda: "playButton" in playground.last("config")["view"]["locked"])
    page.locator("#lesson-next").click()
    playground.until(lambda: playground.config["loss"] == "perceptron")
    assert playground.last("config")["view"]["locked"] == []


def test_stated_share_is_tried_from_starts(playground: Playground) -> None:
    outcomes = {
        outcome.name: outcome for lesson in read_lessons() for outcome in lesson.outcomes if lesson.name == "xor"
    }
    page = open_lesson(playground, "xor").page
    for _ in range(2):
        page.locator("#lesson-next").click()
    playground.until(lambda: playground.config["hidden_layer_sizes"] == [4])
    playground.step(2)
    page.locator(f"{STEP} .show").click()
    # the second one is of another experiment than the step's
    for name, units, epoch in [("four", 4, 2), ("eight", 8, 0)]:
        outcome = outcomes[name]
        reached = sum(shows(outcome, seed_of(start)) for start in range(20))
        button = page.locator(f"{STEP} .starts[data-starts={name}]")
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_text(f"Here: {reached} of 20")
        assert (playground.config["hidden_layer_sizes"], playground.epoch) == ([units], epoch)
        expect(page.locator("#luck-tab-starts")).to_have_attribute("aria-selected", "true")
        expect(page.locator("#luck-reached")).to_contain_text(f"{reached} of 20 starts reach the goal")
        expect(page.locator("#luck-source")).to_contain_text("test accuracy ≥ 95%")
        expect(page.locator("#luck-measured")).to_contain_text(f"Measured for this lesson: {outcome.count} of 200 runs")
        # the form has the same starts, to train more of them
        expect(page.locator("#luck-epochs")).to_have_value("200")
        assert page.locator("[name=luck-vary]:checked").get_attribute("value") == "both"
    page.emulate_media(media="print")
    assert not button.is_visible()
    page.emulate_media(media="screen")


@pytest.mark.fresh
def test_lesson_progress_is_listed_and_resumed(playground: Playground) -> None:
    page = open_lesson(playground, "l2").page
    for _ in range(3):
        page.locator("#lesson-next").click()
    open_lesson(playground, "l1")
    page.locator("#lesson-next").click()
    left = title(playground)
    page.locator("#lesson a", has_text="Lessons").click()
    page.locator("#course-progress", has_text=f"You have done 1 of {len(read_lessons())}.").wait_for()
    assert playground.text(".course [data-lesson=l2] .about").endswith("done")
    assert playground.text(".course [data-lesson=l1] .about").endswith("at step 2 of 5")
    page.locator(".course [data-lesson=l1] h3 a").click()
    page.locator(f"{STEP} h3", has_text=left).wait_for()


def test_lesson_has_a_tab_on_a_phone(playground: Playground) -> None:
    playground.page.set_viewport_size({"width": 390, "height": 844})
    page = open_lesson(playground, "depth").page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#lesson-next").click()
    assert page.locator(f"{STEP} h3").is_visible()
    page.locator("#tab-network").click()
    page.locator("#lesson").wait_for(state="hidden")
    assert page.locator("#network .unit").first.is_visible()


def test_lesson_folds_the_data(playground: Playground) -> None:
    page = open_lesson(playground, "depth").page
    page.locator("#percTrainData").wait_for(state="hidden")
    page.locator("#data-fold").click()
    assert page.locator("#percTrainData").is_visible()
