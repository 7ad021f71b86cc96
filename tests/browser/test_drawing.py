"""Digits that are drawn, and digits that are misread: the pad, the gallery of mistakes, and one picture followed."""

import base64
import re
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, FloatRect, Page

from tests.browser.driver import Playground, block_chart
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

MNIST = (
    "digits#dataset=mnist&trainCount=1000&networkShape=30&activation=sigmoid&loss=cross_entropy&learningRate=0.3"
    "&shuffle=true&seed=0.1&weightSeed=w0"
)
"""After five epochs, softmax networks from any of 20 seeds read the digits below."""
EPOCHS = 5
SMALL = "digits#dataset=uci&trainCount=300&networkShape=10&activation=sigmoid&learningRate=3&seed=0.1&weightSeed=w0"

STROKES = {
    0: [[(52, 18), (40, 20), (30, 32), (26, 50), (29, 68), (38, 80), (50, 84), (62, 80), (71, 68), (74, 50), (50, 18)]],
    4: [[(40, 18), (35, 34), (29, 52), (45, 53), (60, 52), (73, 51)], [(62, 20), (60, 45), (58, 65), (56, 85)]],
    7: [[(28, 21), (42, 20), (57, 20), (71, 19), (64, 34), (56, 50), (49, 66), (43, 84)]],
}  # fmt: skip
"""Digits as somebody may draw them: the points of each stroke, in percent of the pad's side."""


def pad_of(page: Page) -> FloatRect:
    pad = page.locator(".pad-board canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    return box


def places_of(page: Page, digit: int) -> list[list[tuple[float, float]]]:
    """The strokes of a digit as places in the window."""
    box = pad_of(page)
    scale = box["width"] / 100
    return [[(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke] for stroke in STROKES[digit]]


def draw(page: Page, digit: int) -> None:
    """Draw a digit with the mouse."""
    for first, *others in places_of(page, digit):
        page.mouse.move(*first)
        page.mouse.down()
        for place in others:
            page.mouse.move(*place, steps=4)
        page.mouse.up()


def touch(page: Page, digit: int) -> None:
    """Draw a digit with a finger."""
    session = page.context.new_cdp_session(page)
    for stroke in places_of(page, digit):
        for number, (x, y) in enumerate(stroke):
            kind = "touchMove" if number else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def says(playground: Playground, start: str) -> None:
    """Wait until the pad says something."""
    playground.until(lambda: playground.text(".pad-answer").startswith(start))


def read_pixels(playground: Playground) -> NDArray[np.uint8]:
    """The picture that was last sent to be read."""
    text = [message["pixels"] for message in playground.sent if message.get("pixels")][-1]
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


@pytest.fixture
def phone(server: ServerProcess, chromium: Browser) -> Iterator[Playground]:
    """A page of a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    block_chart(page)
    yield Playground(page, server.address)
    context.close()


@pytest.mark.fresh
def test_drawn_digits_are_read_while_drawing(playground: Playground) -> None:
    page = playground.open(MNIST).step(EPOCHS).page
    for digit in STROKES:
        draw(page, digit)
        says(playground, f"The network says {digit} (")
        ink = np.argwhere(read_pixels(playground))
        assert max(np.ptp(ink, axis=0)) + 1 == 20
        page.get_by_role("button", name="Clear").click()
        says(playground, "Draw a digit from 0 to 9")

    draw(page, 4)
    says(playground, "The network says 4 (")
    reads = len(playground.sent)
    page.get_by_role("button", name="Undo").click()
    playground.until(lambda: len(playground.sent) > reads)
    one_stroke = read_pixels(playground)
    page.keyboard.press("Control+z")
    says(playground, "Draw a digit from 0 to 9")
    assert page.locator(".pad-hint").is_visible()

    draw(page, 4)
    page.get_by_role("radio", name="Thick pen").check(force=True)
    playground.until(lambda: read_pixels(playground).sum() > one_stroke.sum())
    page.locator(".pad-board").focus()
    epoch = playground.epoch
    page.keyboard.press("ArrowRight")
    playground.until(lambda: playground.last("reading")["example"] is not None)
    assert "Test picture" in playground.text(".pad-seen")
    assert (playground.epoch, playground.barriers(".pad")) == (epoch, [])
    assert not playground.complaints


def test_finger_draws_on_phone_without_scrolling(phone: Playground) -> None:
    page = phone.open(MNIST).step(EPOCHS).page
    before = page.evaluate("scrollY")
    for digit in (4, 7):
        touch(page, digit)
        says(phone, f"The network says {digit} (")
        page.get_by_role("button", name="Clear").click()
    assert page.evaluate("scrollY") == before
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.barriers(".pad") == []
    assert not phone.complaints


@pytest.mark.fresh
def test_mistakes_are_explained_and_followed(playground: Playground) -> None:
    page = playground.open(SMALL).step(1).page
    page.locator("#inside-button").click()
    page.locator("#inside-tab-confusion").click()
    cells = page.locator(".digits-matrix button:not(:disabled)")
    counts = [int(text) for text in cells.all_inner_texts()]
    labels, answers = (playground.data[-1].arrays["labels"], playground.frames[-1].arrays["answers"])
    assert sum(counts) == (labels != answers).sum() > 0
    assert playground.barriers("#inside") == []

    chosen = cells.nth(int(np.argmax(counts)))
    words = chosen.get_attribute("aria-label") or ""
    chosen.click()
    playground.until(lambda: page.locator(".mistake:visible").count() == max(counts))
    page.locator(".mistake:visible").first.click()
    playground.until(lambda: page.locator(".mistake-why").is_visible())
    _, label, answer = (int(number) for number in re.findall(r"\d+", words))
    assert playground.text(".why-heading").endswith(f" {label}, read as {answer}")
    assert playground.barriers("#inside") == []

    page.get_by_role("button", name="Follow it through the network").click()
    playground.until(lambda: page.locator("#follow-phase").is_visible())
    lines = page.locator("#follow .formula p:visible")
    page.locator("#follow-phase").fill("0")
    known = lines.count()
    page.locator("#follow-phase").fill("5")
    assert lines.count() > known
    assert playground.text("#follow .inside-label").endswith(f" {label}")
    assert playground.barriers("#inside") == []
    assert not playground.complaints
