"""The projector's page of a class, and the pages for those who join, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.classroom import Class
from tests.browser.driver import barriers_in_both_schemes
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.classes]

PROJECTORS: list[ViewportSize] = [{"width": 1280, "height": 720}, {"width": 1920, "height": 1080}]
QUESTION = {"text": "Can a line separate these classes?", "answers": ["Yes", "No", "Only with luck"], "right": 1}


@pytest.fixture
def held(server: ServerProcess) -> Iterator[Class]:
    opened = Class(server)
    yield opened
    opened.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PROJECTORS[0])
    yield context.new_page()
    context.close()


def open_screen(page: Page, held: Class) -> None:
    held.open_screen(page)
    shows(page, "join")


def shows(page: Page, view: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-screen", view)


def size_of(page: Page, selector: str) -> float:
    """The size of a text, as a share of the window's height."""
    size: Any = page.locator(selector).evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize) / innerHeight"
    )
    return float(size)


def overflows(page: Page) -> bool:
    """Whether something is beyond the edge of the window."""
    return bool(
        page.evaluate("""() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const views = [...document.querySelectorAll("[data-screen-view]:not([hidden])")];
          return scrollWidth > clientWidth || views.some((view) =>
            view.scrollWidth > view.clientWidth || view.scrollHeight > view.clientHeight + 1);
        }""")
    )


def overlaps(page: Page) -> bool:
    """Whether the answers to the question are over what is above or below them."""
    top, answers, bottom = (
        page.locator(selector).bounding_box()
        for selector in ("#screen-question-text", "#screen-answers", "#screen-answered")
    )
    assert top
    assert answers
    assert bottom
    return top["y"] + top["height"] > answers["y"] + 1 or answers["y"] + answers["height"] > bottom["y"] + 1


def test_secret_leaves_address_and_survives_reload(page: Page, held: Class) -> None:
    open_screen(page, held)
    assert page.url == f"{held.server.address}screen"
    assert held.screen not in page.content()
    page.reload()
    shows(page, "join")
    expect(page.locator("[data-join=code]")).to_have_text(f"{held.code[:3]} {held.code[3:]}")


def test_screen_returns_after_a_new_code(page: Page, held: Class) -> None:
    open_screen(page, held)
    before = f"{held.code[:3]} {held.code[3:]}"
    held.teacher.say("renew_code")
    code = page.locator("[data-join=code]")
    expect(code).not_to_have_text(before)
    after = code.text_content()
    page.reload()
    shows(page, "join")
    expect(code).to_have_text(str(after))


def test_screen_follows_what_the_class_does(page: Page, held: Class) -> None:
    open_screen(page, held)
    student = held.add_student()
    shows(page, "wall")
    expect(page.locator("#screen-corner")).to_contain_text(f"{held.code[:3]} {held.code[3:]} 1 student is here")
    expect(page.locator("#screen-wall .wall-tile")).to_have_count(1)

    held.teacher.say("ask", **QUESTION)
    shows(page, "question")
    expect(page.locator("#screen-answers li")).to_have_count(3)
    student.say("answer", question=1, choice=1)
    expect(page.locator("#screen-answered")).to_have_text("All 1 have answered")
    assert page.locator(".screen-answer.right").count() == 0
    held.teacher.say("reveal")
    expect(page.locator(".screen-answer.right .screen-count")).to_have_text("✓ 1 · 100%")
    held.teacher.say("close_question")

    held.teacher.say("set_mode", mode="follow")
    shows(page, "network")
    expect(page.locator("#screen-title")).to_have_text("The teacher’s network")
    expect(page.locator("#heatmap canvas").first).to_be_visible()
    held.teacher.say("advance", count=7)
    expect(page.locator("#iter-number")).to_have_text("000,007")

    held.teacher.say("set_mode", mode="pause")
    shows(page, "paused")
    held.teacher.say("show_on_screen", view="wall")
    shows(page, "wall")
    expect(page.locator("#screen-attention")).to_be_visible()
    held.teacher.say("end_class")
    shows(page, "over")


def test_snapshots_are_shown_with_their_notes(page: Page, held: Class) -> None:
    open_screen(page, held)
    held.keep_snapshots("before", "after")
    held.teacher.say("show_snapshots", snapshots=[1, 2])
    shows(page, "snapshots")
    expect(page.locator(".screen-snapshot p")).to_have_text(["before", "after"])
    assert not overflows(page)


def test_screen_is_readable_from_the_last_row(page: Page, held: Class) -> None:
    open_screen(page, held)
    for projector in PROJECTORS:
        page.set_viewport_size(projector)
        assert size_of(page, ".screen-join-code") > 1 / 8
        assert size_of(page, ".screen-join-address") > 1 / 16
        assert not overflows(page)
    held.teacher.say("ask", **QUESTION)
    shows(page, "question")
    for projector in PROJECTORS:
        page.set_viewport_size(projector)
        assert size_of(page, "#screen-question-text") > 1 / 16
        assert size_of(page, ".screen-answer-text >> nth=0") > 1 / 20
        assert size_of(page, "#screen-corner") > 1 / 32
        assert not overflows(page)


def test_longest_question_fits(page: Page, held: Class) -> None:
    open_screen(page, held)
    answers = [f"{letter} {'word ' * 23}" for letter in "abcdef"]
    held.teacher.say("ask", text=("Which words fit here? " * 15)[:300], answers=answers)
    shows(page, "question")
    expect(page.locator("#screen-answers li")).to_have_count(6)
    held.teacher.say("reveal")
    expect(page.locator(".screen-count").first).not_to_be_empty()
    assert not overflows(page)
    assert not overlaps(page)


def test_screen_without_secret_says_where_to_open_it(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.address}screen")
    expect(page.locator("#screen-words-title")).to_have_text("No class to show")


def test_pages_around_the_class_have_no_barriers(page: Page, held: Class) -> None:
    open_screen(page, held)
    assert barriers_in_both_schemes(page) == []
    held.teacher.say("ask", **QUESTION)
    shows(page, "question")
    assert barriers_in_both_schemes(page) == []
    for path in ("join", "privacy"):
        page.goto(f"{held.server.address}{path}")
        assert barriers_in_both_schemes(page) == []


def test_typed_code_leads_to_the_class(page: Page, server: ServerProcess) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(f"{server.address}join")
    field, fault = page.locator("#join-code"), page.locator("#join-fault")
    expect(field).to_be_focused()
    field.press_sequentially("k3o")
    page.keyboard.press("Enter")
    expect(fault).to_have_text("A code has six letters and digits; this one has 3.")
    field.press_sequentially("-7pq")
    expect(field).to_have_value("K30 7PQ")
    expect(fault).to_have_text("")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    page.keyboard.type("l")
    expect(field).to_have_value("K31 7PQ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.address}class/K317PQ")
