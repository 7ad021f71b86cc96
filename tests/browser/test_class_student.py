"""The student's page of a class, as far as only a browser shows it; the teacher is a client that the test commands."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.classroom import Class
from tests.browser.driver import Playground, block_chart, case
from tests.support.client import SMALL
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.classes]

WIDEST = "W" * 24
TASK = "Separate the two classes with as few neurons as you can, and say why fewer are not enough. " * 3
SCREENS: list[ViewportSize] = [
    {"width": width, "height": height}
    for width, height in ((320, 640), (390, 844), (600, 900), (768, 1024), (844, 390), (900, 700), (1366, 768))
]
OVERLAPS = """() => {
  const strip = document.getElementById("class-strip");
  const parts = [...strip.querySelectorAll("#class-text, #class-here, button")].filter((part) =>
    !part.closest("[popover]") && part.getClientRects().length > 0 && part.textContent !== "");
  const boxes = parts.map((part) => part.getBoundingClientRect());
  return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b, j) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
      ? [[parts[i].id, parts[i + 1 + j].id]] : []));
}"""
"""Pairs of parts of the class's line that lie over one another."""


@pytest.fixture(scope="module")
def held(server: ServerProcess) -> Iterator[Class]:
    opened = Class(server, "#dataset=circle&seed=0.3&networkShape=3")
    opened.teacher.say("set_class", changes={"names": "free"})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def student(chromium: Browser, held: Class) -> Iterator[Playground]:
    """A student with the widest name, whose network is the class's."""
    context = chromium.new_context(viewport=SCREENS[0], reduced_motion="reduce")
    page = context.new_page()
    block_chart(page)
    playground = Playground(page, held.server.address)
    page.goto(held.address)
    page.locator("#class-own-name").fill(WIDEST)
    page.keyboard.press("Enter")
    expect(page.locator("#class-door")).to_be_hidden()
    yield playground.until(lambda: bool(playground.frames)).drawn()
    context.close()


@pytest.fixture(autouse=True)
def _as_at_first(held: Class, student: Playground) -> Iterator[None]:
    yield
    for message in ("close_question", "forget"):
        held.teacher.say(message)
    held.teacher.say("set_mode", mode="explore")
    student.until(lambda: student.last("class")["question"] is None and not student.last("class")["experiment"])
    student.until(lambda: student.last("class")["mode"] == "explore").drawn()
    assert student.complaints == []


def said(student: Playground) -> str:
    return student.text("#class-text")


def test_line_never_overlaps_and_stays_low(held: Class, student: Playground) -> None:
    held.teacher.say("hand_out", link=SMALL, text=TASK)
    expect(student.page.locator("#class-text")).to_contain_text("as few neurons")
    for mode in ("explore", "follow"):
        held.teacher.say("set_mode", mode=mode)
        student.until(lambda: (student.last("welcome").get("watching") is not None) == (mode == "follow"))  # noqa: B023 - at once
        for screen in SCREENS:
            student.page.set_viewport_size(screen)
            with case(mode, screen["width"]):
                assert student.page.evaluate(OVERLAPS) == []
                height = student.page.locator("#class-strip").evaluate("strip => strip.offsetHeight")
                assert height <= (115 if screen["width"] < 900 else 48)
                assert student.page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def test_locks_say_that_the_page_watches(held: Class, student: Playground) -> None:
    feature = student.page.locator("[data-unit='0']")
    held.teacher.say("set_mode", mode="follow")
    expect(feature).to_have_attribute("title", "You are watching another network")
    assert "you are watching another network" in (feature.get_attribute("aria-label") or "")
    expect(student.page.locator("#add-layers")).to_have_attribute("title", "You are watching another network")
    held.teacher.say("set_mode", mode="explore")
    expect(feature).to_have_attribute("title", "")


def test_own_choice_is_marked_after_a_reload(held: Class, student: Playground) -> None:
    held.teacher.say("ask", text="Will it?", answers=["Yes", "No"], right=0)
    answers = student.page.locator("#class-question .class-choice")
    answers.nth(1).click()
    expect(student.page.locator("#class-question .class-note")).to_contain_text("Your answer is sent.")
    student.page.reload()
    expect(answers.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(student.page.locator("#class-question .class-note")).to_contain_text("Your answer is sent.")
    held.teacher.say("reveal")
    expect(student.page.locator(".class-result.own")).to_contain_text("No")


def test_own_drawing_is_there_after_a_reload(held: Class, student: Playground) -> None:
    held.teacher.say("ask", text="Where?", answers=[])
    pad, note = student.page.locator(".class-pad"), student.page.locator("#class-question .class-note")
    pad.focus()
    for key in (" ", *["ArrowRight"] * 6, " "):
        student.page.keyboard.press(key)
    student.page.get_by_role("button", name="Send").click()
    expect(note).to_contain_text("Your drawing is sent.")
    student.page.reload()
    expect(note).to_contain_text("Your drawing is sent.")
    expect(student.page.get_by_role("button", name="Clear")).to_be_enabled()
    held.teacher.say("reveal")
    expect(note).to_have_text("All drawings, 1 together.")


def test_names_are_listed_if_they_may_be(held: Class, student: Playground) -> None:
    who = student.page.locator("#class-who")
    expect(who).to_be_hidden()
    held.teacher.say("set_class", changes={"names_visible": True})
    expect(who).to_have_text("1 here")
    who.click()
    expect(student.page.locator("#class-names li")).to_have_text([WIDEST])
    student.page.keyboard.press("Escape")
    expect(student.page.locator("#class-names")).to_be_hidden()
    who.click()
    held.teacher.say("set_class", changes={"names_visible": False})
    expect(student.page.locator("#class-names")).to_be_hidden()
    expect(who).to_be_hidden()


def test_experiment_is_named_and_shown_until_another_task(held: Class, student: Playground) -> None:
    held.teacher.say("start_experiment", link=SMALL, epochs=20, count=3, vary="weights")
    expect(student.page.locator("#class-text")).to_contain_text("start 1 of 3")
    student.page.get_by_role("button", name="See all runs").click()
    panel = student.page.locator("#class-experiment")
    expect(panel.locator(".experiment-progress")).to_contain_text("3 of 3 runs done")
    expect(panel.locator(".luck-tile")).to_have_count(3)
    expect(panel.locator(".experiment-form")).to_have_count(0)
    expect(student.page.locator("#class-text")).to_contain_text("You had start 1 of 3: test loss")
    held.teacher.say("hand_out", link=SMALL, text="Now this.")
    expect(student.page.locator("#class-text")).to_have_text("Now this.")
    expect(panel).to_be_hidden()


def test_taken_name_leads_to_those_that_are_left(held: Class, chromium: Browser) -> None:
    held.teacher.say("set_class", changes={"names": "list", "name_list": ["Ada", "Grace", "Emmy"]})
    context = chromium.new_context(viewport=SCREENS[1])
    page = context.new_page()
    page.goto(held.address)
    names = page.locator(".class-choice")
    expect(names).to_have_text(["Ada", "Grace", "Emmy"])
    held.add_student("Grace")
    names.nth(1).click()
    expect(page.get_by_role("alert")).to_have_text("Someone has just taken this name. Choose another one.")
    expect(names).to_have_text(["Ada", "Emmy"])
    names.first.click()
    expect(page.locator("#class-door")).to_be_hidden()
    context.close()
    held.teacher.say("set_class", changes={"names": "free"})
