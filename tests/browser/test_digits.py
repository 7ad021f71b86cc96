"""The page of handwritten digits: it trains, shows what neurons look for, and reads chosen pictures."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from app.link.digits import LECTURE
from tests.browser.conftest import new_page
from tests.browser.driver import Playground, case
from tests.browser.shared import VIEWPORT
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

LINK = "digits#dataset=uci&activation=sigmoid&networkShape=12&learningRate=3&seed=0.5&trainCount=200"

INK = "selector => document.querySelector(selector).toDataURL()"
"""The picture on a canvas."""

CUT = """() => [...document.querySelectorAll("#digit-network :is(button, input, p), #digit-pad, #digit-accuracy")]
  .filter(element => element.checkVisibility() && element.textContent !== "")
  .filter(element => { const {left, right} = element.getBoundingClientRect(); return left < -1 || right > innerWidth; })
  .map(element => element.outerHTML.slice(0, 120))"""
"""What reaches beyond the window."""


@pytest.fixture(scope="module")
def page_of_digits(server: ServerProcess, chromium: Browser) -> Iterator[Playground]:
    """The one page of these tests."""
    context = chromium.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    yield Playground(new_page(context, has_chart=False), server.address)
    context.close()


@pytest.fixture
def digits(page_of_digits: Playground) -> Playground:
    """The page with the small set and twelve neurons, on a large screen."""
    page_of_digits.page.set_viewport_size(VIEWPORT)
    page_of_digits.page.mouse.move(2, 2)
    page_of_digits.complaints.clear()
    page_of_digits.load(LINK)
    return page_of_digits.until(lambda: "activations" in page_of_digits.frames[-1].arrays).shown()


def truth_of(label: int) -> str:
    """What is said of a picture of this digit."""
    return f"This is {'an' if label == 8 else 'a'} {label}."


def outputs_of(playground: Playground) -> list[float]:
    """The numbers next to the outputs."""
    return [float(text) for text in playground.page.locator(".digit-output .value").all_inner_texts()]


def test_page_opens_with_the_lecture(page_of_digits: Playground) -> None:
    page = page_of_digits.load("digits").page
    config = page_of_digits.config
    assert (config["dataset"], config["hidden_layer_sizes"], config["learning_rate"]) == ("mnist", [30], 3)
    assert (config["activation"], config["loss"], config["batch_size"]) == ("sigmoid", "squared_error", 10)
    assert (page.locator(".digit-unit").count(), page.locator(".digit-output").count()) == (30, 10)
    page_of_digits.until(lambda: page_of_digits.text(".digit-caption") == "Picture 1 of 1,000")
    label = int(page_of_digits.data[-1].arrays["labels"][0])
    assert page_of_digits.text(".digit-truth") == truth_of(label)
    assert page_of_digits.text("#digit-parts") == "8,000 to train, 1,000 to validate, 1,000 to test."
    assert page_of_digits.complaints == []
    # the address has it now, as that of every experiment
    assert "dataset=mnist" in LECTURE
    assert "dataset=mnist" in page_of_digits.link


def test_training_changes_answers_and_neurons(digits: Playground) -> None:
    page = digits.page
    before = outputs_of(digits), page.evaluate(INK, ".digit-unit canvas")
    digits.step(3)
    assert outputs_of(digits) != before[0]
    assert page.evaluate(INK, ".digit-unit canvas") != before[1]
    arrays = digits.frames[-1].arrays
    np.testing.assert_allclose(outputs_of(digits), arrays["activations"][-10:], atol=0.0051)
    assert digits.text("#digit-accuracy") == f"{100 * digits.frame['test_accuracy']:.1f}%"
    answer = int(arrays["activations"][-10:].argmax())
    assert digits.text(".digit-output.answer strong") == str(answer)
    assert digits.text(".digit-output.true strong") == str(digits.data[-1].arrays["labels"][0])
    assert digits.text("#digit-verdict").startswith(f"Reads {answer}")
    assert digits.complaints == []


def test_neuron_shows_its_numbers(digits: Playground) -> None:
    page = digits.step(1).page
    card = page.locator("#digit-card")
    page.locator(".digit-unit").nth(4).hover()
    assert card.is_visible()
    said = card.inner_text().replace("−", "-")
    arrays = digits.frames[-1].arrays
    assert "Neuron 5" in said
    assert f"{arrays['biases'][4]:.3f}" in said
    assert f"{arrays['activations'][4]:.3f}" in said
    # unit by unit, 12 weights and a bias
    strongest = max(range(10), key=lambda digit: abs(arrays["links"][13 * digit + 4]))
    assert f"{strongest}: {arrays['links'][13 * strongest + 4]:+.2f}" in said
    page.mouse.move(2, 2)
    assert card.is_hidden()
    page.locator(".digit-unit").nth(4).click()
    page.mouse.move(2, 2)
    assert card.is_visible()
    page.keyboard.press("Escape")
    assert card.is_hidden()


def test_layers_and_neurons_can_be_changed(digits: Playground) -> None:
    page = digits.page
    digits.do(page.locator("#add-layers").click)
    assert digits.config["hidden_layer_sizes"] == [12, 30]
    assert page.locator(".digit-unit").count() == 42
    size = page.get_by_role("textbox", name="Neurons in hidden layer 2")
    size.fill("5")
    digits.do(lambda: size.press("Enter"))
    digits.do(page.get_by_role("button", name="Add a neuron to layer 1").click)
    assert digits.config["hidden_layer_sizes"] == [13, 5]
    digits.do(page.locator("#remove-layers").click)
    digits.do(page.locator("#remove-layers").click)
    assert (page.locator(".digit-unit").count(), page.locator("#num-layers").text_content()) == (0, "No")
    digits.step(1)
    assert digits.complaints == []


def test_settings_of_pictures_take_effect(digits: Playground) -> None:
    page = digits.page
    digits.do(lambda: page.locator("#activations").select_option("tanh"))
    digits.do(lambda: page.locator("#loss").select_option("cross_entropy"))
    digits.do(lambda: page.locator("#train-count").select_option("100"))
    assert (digits.config["activation"], digits.config["loss"], digits.config["train_count"]) == (
        "tanh",
        "cross_entropy",
        100,
    )
    digits.until(lambda: digits.text("#digit-parts").startswith("100 to train"))
    digits.step(2)
    assert abs(sum(outputs_of(digits)) - 1) < 0.06
    assert digits.complaints == []


def test_test_pictures_can_be_stepped_through(digits: Playground) -> None:
    page = digits.page
    labels = digits.data[-1].arrays["labels"]
    page.get_by_role("button", name="Next test picture").click()
    digits.until(lambda: digits.text(".digit-truth") == truth_of(labels[1]))
    page.get_by_role("button", name="Previous test picture").click(click_count=2)
    digits.until(lambda: digits.text(".digit-caption") == f"Picture {len(labels)} of {len(labels)}")
    page.get_by_role("button", name="Read a test picture of a 3").click()
    digits.until(lambda: digits.text(".digit-truth") == "This is a 3.")
    page.get_by_role("button", name="Next mistake").click()
    digits.until(lambda: "but it is a" in digits.text("#digit-verdict"))
    # the same picture is read when its number as an example is another one
    place = digits.text(".digit-caption")
    digits.do(lambda: page.locator("#train-count").select_option("100"))
    digits.step(1)
    assert digits.text(".digit-caption") == place
    assert digits.complaints == []


def test_keys_move_among_neurons(digits: Playground) -> None:
    page = digits.page
    first = page.locator(".digit-unit").first
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaLabel") == "Neuron 2"
    assert page.locator("#digit-card").is_visible()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.ariaLabel") == "Neuron 12"
    page.keyboard.press("Tab")
    assert "Output 0" in page.evaluate("document.activeElement.ariaLabel")
    page.keyboard.press("ArrowDown")
    assert "Output 1" in page.evaluate("document.activeElement.ariaLabel")
    # the layer is one stop of the Tab key
    assert page.locator(".digit-unit[tabindex='0']").count() == 1


def test_links_open_on_their_own_page(digits: Playground) -> None:
    page = digits.page
    digits.load("#dataset=uci&networkShape=4")
    assert page.url.startswith(f"{digits.address}digits#")
    assert digits.config["hidden_layer_sizes"] == [4]
    # by the server, where the link does not name its data
    digits.load("digits#networkShape=3&noise=5")
    digits.until(lambda: page.url.startswith(f"{digits.address}#"))
    page.wait_for_selector("#heatmap canvas")
    assert digits.config["hidden_layer_sizes"] == [3]
    assert page.locator("#subject-link").get_attribute("href") == "./digits"


def test_small_screens_keep_the_result_in_sight(digits: Playground) -> None:
    page = digits.page
    for width, height in ((390, 844), (320, 640), (844, 390), (768, 1024)):
        with case(width, height):
            page.set_viewport_size({"width": width, "height": height})
            digits.drawn()
            digits.until(lambda: page.evaluate("document.documentElement.scrollWidth") == width)  # noqa: B023 - called at once
            assert page.evaluate(CUT) == []
            page.locator(".digit-output").last.scroll_into_view_if_needed()
            for part in ("#digit-pad .pad-board", "#digit-accuracy", "#play-pause-button"):
                box = page.locator(part).bounding_box()
                assert box
                assert box["y"] >= 0
                assert box["y"] + box["height"] <= height


def test_page_of_digits_has_no_barriers(digits: Playground) -> None:
    page = digits.step(1).page
    page.locator("#inside-button").click()
    page.locator(".digit-unit").nth(2).hover()
    digits.drawn()
    assert digits.barriers("body") == []
    page.set_viewport_size({"width": 390, "height": 844})
    digits.drawn()
    assert digits.barriers("body") == []


def test_lesson_is_run_and_picture_read_again(page_of_digits: Playground) -> None:
    page = page_of_digits.load("lessons/reading-digits").page
    step = "#lesson .step:not([hidden])"
    page.locator(f"{step} input").nth(1).check()
    page.locator(f"{step} .act").click()
    page.locator(f"{step} .reveal").wait_for()
    assert page_of_digits.epoch == 1
    assert page_of_digits.text(f"{step} [data-live]") == "You predicted it: More than 60%."
    assert page.locator("#lesson-list .seen").count() == 1
    page_of_digits.until(lambda: "–" not in page.locator(".digit-output .value").all_inner_texts())
    assert max(outputs_of(page_of_digits)) > 0.01
