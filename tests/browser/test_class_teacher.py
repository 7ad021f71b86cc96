"""The teacher's page of a class: each tool is used in Chromium, and works on the pages of real students."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, ViewportSize, expect

from tests.browser.driver import SERIOUS, Playground, block_chart, case
from tests.browser.test_class import DESK, PHONE
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.classes]

KEY = "the key of the staff room"
TOOLS = (
    *("hand-out", "ask", "join", "settings", "screen", "people", "end"),
    *("wall", "results", "experiment", "snapshots", "question"),
)


class Class:
    """A class with its teacher and two students, who have joined as Ada and Grace."""

    def __init__(self, chromium: Browser, server: ServerProcess) -> None:
        self.chromium = chromium
        self.server = server
        self.teacher = self.page()
        self.students: list[Playground] = []
        self.at_door: list[Playground] = []
        """Students who have opened the link, and have not joined yet."""

    def page(self, context: BrowserContext | None = None, viewport: ViewportSize = DESK) -> Playground:
        """An empty page, in a browser of its own if no other is given."""
        page = (context or self.chromium.new_context(viewport=viewport, reduced_motion="reduce")).new_page()
        block_chart(page)
        return Playground(page, self.server.address)

    @property
    def room(self) -> dict[str, Any]:
        """What the teacher's page has been told last."""
        return self.teacher.last("class")

    def knock(self, student: Playground | None = None) -> Playground:
        """A student opens the link of the class, on one more page if none is given."""
        student = student or self.page(viewport=PHONE)
        student.page.goto(f"{self.server.address}class/{self.room['code']}")
        return student

    def enter(self, student: Playground, name: str) -> Playground:
        """A student at the door takes a name of the list."""
        student.page.get_by_role("button", name=name, exact=True).click()
        expect(student.page.locator("#class-door")).to_be_hidden()
        self.students.append(student)
        return student.until(lambda: bool(student.frames)).drawn()

    def tool(self, name: str) -> None:
        """Use a tool of the bar or, if there is no room for it, of its menu."""
        tool = self.teacher.page.locator(
            f".class-line > :not(nav) [data-tool={name}], .class-line > [data-tool={name}]"
        )
        if tool.count() == 0 or not tool.first.is_visible():
            self.teacher.page.locator("#menu-button").click()
            tool = self.teacher.page.locator(f"#menu [data-tool={name}]")
        tool.first.click()

    def switch(self, setting: str) -> None:
        """Turn a setting on or off, and wait until the class has it."""
        before = self.room["settings"][setting]
        self.teacher.page.locator(f"[data-class-setting={setting}]").click()
        self.teacher.until(lambda: self.room["settings"][setting] is not before).drawn()

    def look(self, name: str) -> Locator:
        """Look over a student's shoulder, from the wall."""
        if self.teacher.page.locator("#panel-wall").is_hidden():
            self.tool("wall")
        self.teacher.page.locator("#panel-wall").get_by_label(name, exact=False).first.click()
        shoulder = self.teacher.page.locator("#shoulder")
        expect(shoulder.locator("strong")).to_have_text(name)
        return shoulder

    def confirm(self) -> None:
        self.teacher.page.locator("#class-ask-once-yes").click()

    def close(self) -> None:
        self.teacher.page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def held(chromium: Browser) -> Iterator[Class]:
    """The class of this module. Its server asks for the teacher's key."""
    with ServerProcess(workers=1, teacher_key=KEY) as server:
        yield Class(chromium, server)
        for context in chromium.contexts:
            if any(server.address in page.url for page in context.pages):
                context.close()


@pytest.fixture(autouse=True)
def _nobody_complains(held: Class) -> Iterator[None]:
    yield
    assert [page.complaints for page in (held.teacher, *held.students) if page.complaints] == []


def test_server_asks_for_its_key(held: Class) -> None:
    teacher = held.teacher.open("#dataset=xor&seed=0.3")
    teacher.page.locator("#class-button").click()
    teacher.page.get_by_role("button", name="Start a class").click()
    field = teacher.page.get_by_label("Teacher’s key")
    field.fill("a guess")
    teacher.page.keyboard.press("Enter")
    expect(teacher.page.get_by_role("alert").filter(has_text="not the teacher’s key")).to_be_visible()
    field.fill(KEY)
    teacher.page.keyboard.press("Enter")
    teacher.until(lambda: bool(teacher.frames) and teacher.config["dataset"] == "xor").shown()
    expect(teacher.page.locator("#no-class")).to_be_hidden()
    # the browser says what it was answered
    teacher.complaints[:] = [text for text in teacher.complaints if "403" not in text]


def test_names_come_from_the_teachers_list(held: Class) -> None:
    held.tool("settings")
    page = held.teacher.page
    page.get_by_label("From a list").check()
    page.locator("#name-list").fill("Ada\nGrace, Emmy")
    page.get_by_role("button", name="Use this list").click()
    held.teacher.until(lambda: bool(held.room["settings"]["names"] == "list"))
    held.close()
    held.enter(held.knock(), "Ada")
    student = held.knock()
    expect(student.page.locator(".class-choice")).to_have_text(["Grace", "Emmy"])
    held.at_door.append(student)


def test_student_waits_until_admitted(held: Class) -> None:
    held.tool("settings")
    held.switch("waiting_room")
    held.close()
    student = held.enter(held.at_door.pop(), "Grace")
    expect(student.page.locator("#class-text")).to_contain_text("will let you in")
    held.teacher.page.locator("#class-waiting").click()
    held.teacher.page.get_by_role("button", name="Admit: Grace").click()
    student.until(lambda: student.last("joined")["waiting"] is False).drawn()
    held.teacher.until(lambda: bool(held.room["present"] == 2 and held.room["waiting"] == 0))
    expect(held.teacher.page.locator("#class-waiting")).to_be_hidden()
    held.close()
    held.tool("settings")
    held.switch("waiting_room")
    held.close()


def test_lock_keeps_out_only_who_is_new(held: Class) -> None:
    held.tool("join")
    held.teacher.page.locator("#join-lock").click()
    student = held.knock()
    expect(student.page.locator("#class-door-heading")).to_have_text("This class is locked")
    assert held.room["present"] == 2
    held.teacher.page.locator("#join-lock").click()
    student.page.get_by_role("button", name="Try now").click()
    expect(student.page.get_by_role("button", name="Emmy")).to_be_visible()
    held.at_door.append(student)
    held.close()


def test_new_code_leaves_students_in_class(held: Class) -> None:
    before, secret = held.room["code"], held.teacher.last("joined")["screen"]
    held.tool("join")
    held.teacher.page.locator("#join-renew").click()
    held.confirm()
    held.teacher.until(lambda: bool(held.room["code"] != before)).drawn()
    for student in held.students:
        student.until(lambda: bool(student.last("class")["code"] == held.room["code"]))  # noqa: B023 - it is called at once
        assert student.page.url.partition("#")[0].endswith(f"/class/{held.room['code']}")
    assert held.room["present"] == 2
    assert held.teacher.last("joined")["screen"] != secret
    held.close()
    late = held.at_door.pop()
    late.page.reload()
    expect(late.page.locator("#class-door-heading")).to_contain_text("is not open")
    held.enter(held.knock(late), "Emmy")
    held.teacher.until(lambda: bool(held.room["present"] == 3))


def test_wrong_address_leaves_the_class_stored(held: Class) -> None:
    stored = held.teacher.page.evaluate("localStorage.getItem('class')")
    other = held.page(held.teacher.page.context)
    for address in (f"teach#{'A' * 43}", f"teach#{'A' * 43}.ABC234"):
        other.page.goto(held.server.address + "healthz")
        other.page.goto(held.server.address + address)
        expect(other.page.locator("#no-class-heading")).to_have_text("This class cannot be opened")
        assert held.teacher.page.evaluate("localStorage.getItem('class')") == stored
    expect(other.page.locator("#no-class-return")).to_have_text(
        f"Return to class {held.room['code'][:3]} {held.room['code'][3:]}"
    )
    other.page.close()


def test_second_page_takes_over_and_gives_back(held: Class) -> None:
    held.tool("join")
    other = held.page(held.teacher.page.context)
    other.page.goto(f"{held.server.address}teach")
    other.until(lambda: bool(other.frames))
    heading = held.teacher.page.locator("#no-class-heading")
    expect(heading).to_have_text("The class is led from another page")
    held.teacher.page.get_by_role("button", name="Take it back").click()
    expect(heading).to_be_hidden()
    expect(held.teacher.page.locator("#join-card")).to_be_hidden()
    expect(other.page.locator("#no-class-heading")).to_have_text("The class is led from another page")
    other.page.close()
    held.teacher.step(1)


def test_new_name_reaches_the_student(held: Class) -> None:
    shoulder = held.look("Emmy")
    shoulder.get_by_role("button", name="Rename…").click()
    held.teacher.page.locator("#class-ask-once-input").fill("Emmy Noether")
    held.confirm()
    expect(shoulder.locator("strong")).to_have_text("Emmy Noether")
    student = held.students[2]
    student.until(lambda: student.last("joined")["name"] == "Emmy Noether").drawn()
    expect(student.page.locator("#class-me")).to_contain_text("Emmy Noether")
    shoulder.get_by_role("button", name="Back to my network").click()
    expect(held.teacher.page.locator("#panel-wall")).to_be_visible()
    held.close()


def test_removed_student_is_told_and_gone(held: Class) -> None:
    shoulder = held.look("Emmy Noether")
    shoulder.get_by_role("button", name="Remove…").click()
    held.confirm()
    student = held.students.pop()
    expect(student.page.locator("#class-door-heading")).to_have_text("You are no longer in the class")
    expect(shoulder).to_be_hidden()
    held.teacher.until(lambda: bool(held.room["seats"] == 2))
    tiles = held.teacher.page.locator("#panel-wall .wall-tile:not([data-state=gone]) .wall-name")
    expect(tiles).to_have_text(["Ada", "Grace"])
    held.close()
    student.page.context.close()


def test_one_key_hides_names_in_all_views(held: Class) -> None:
    page = held.teacher.page
    held.tool("wall")
    expect(page.locator("#panel-wall").get_by_label("Ada", exact=False)).to_have_count(1)
    page.keyboard.press("h")
    expect(page.locator("#hide-names")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#panel-wall .wall-name")).to_have_text(["Student 1", "Student 2"])
    page.locator("#panel-tab-results").click()
    expect(page.locator(".results-table tbody th")).to_have_text(["Student 1", "Student 2"])
    page.keyboard.press("h")
    expect(page.locator(".results-table tbody th")).to_have_text(["Ada", "Grace"])
    held.close()


NARROW = (320, 390, 768, 1024)
SHOWN_TWICE_OR_NOT = """() => {
  const isShown = (part) => part.getClientRects().length > 0;
  const names = [...document.querySelectorAll(".class-tool, .class-settings-button")].map((tool) => tool.dataset.tool);
  const countOf = (name) => [...document.querySelectorAll(`.lead-bar [data-tool=${name}]`)].filter(isShown).length;
  return names.filter((name) => countOf(name) !== 1);
}"""
"""Tools that are both in the bar and in its open menu, or in neither."""


def test_bar_fits_and_menu_has_the_rest(held: Class) -> None:
    page = held.teacher.page
    for width in NARROW:
        with case(width):
            page.set_viewport_size({"width": width, "height": 768})
            held.teacher.drawn()
            box = page.locator("#menu-button").bounding_box()
            assert box
            assert box["x"] + box["width"] <= width
            page.locator("#menu-button").click()
            assert page.evaluate(SHOWN_TWICE_OR_NOT) == []
            page.locator("#menu-button").click()
    page.set_viewport_size(DESK)
    held.teacher.drawn()


def test_everyone_is_brought_to_the_lessons_step(held: Class) -> None:
    page = held.teacher.page
    held.tool("hand-out")
    page.get_by_role("radio", name="A lesson").check()
    page.locator("#hand-out-lesson").select_option("xor")
    page.locator("#hand-out-last").select_option("1")
    page.locator("#hand-out-send").click()
    for student in held.students:
        student.page.wait_for_url("**/lessons/xor*")
        expect(student.page.locator("#lesson-count")).to_contain_text("1 of 5")
    held.tool("hand-out")
    page.locator("#pace-lesson").click()
    page.wait_for_url("**/teach/lessons/xor*")
    page.locator("#lesson-next").click()
    page.locator("#lesson-next").click()
    held.tool("wall")
    steps = page.locator(".wall-steps")
    expect(steps).to_contain_text("step 3 of 5 · open: steps 1 to 2")
    page.get_by_role("button", name="Bring everyone here").click()
    expect(steps).to_contain_text("open: steps 1 to 3")
    for student in held.students:
        expect(student.page.locator("#lesson-count")).to_contain_text("3 of 5")
    held.close()


def test_drawn_boundaries_lie_over_one_another(held: Class) -> None:
    page = held.teacher.page
    held.tool("ask")
    page.locator("#ask-ready").select_option(label="Where will the decision boundary be?")
    page.get_by_role("button", name="Ask the class").click()
    picture = "document.querySelector('#answer-map canvas').toDataURL()"
    empty = page.evaluate(picture)
    for student in held.students:
        pad = student.page.locator(".class-pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box
        student.page.mouse.move(box["x"] + 20, box["y"] + 20)
        student.page.mouse.down()
        student.page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20, steps=8)
        student.page.mouse.up()
        student.page.get_by_role("button", name="Send").click()
    expect(page.locator("#answers-count")).to_have_text("2 of 2 answered")
    held.teacher.until(lambda: page.evaluate(picture) != empty)
    page.get_by_role("button", name="Close the question").click()
    expect(page.locator("#answers-none")).to_be_visible()
    held.close()


def test_class_trains_an_experiment_together(held: Class) -> None:
    page = held.teacher.page
    held.tool("experiment")
    page.get_by_label("Number of starts").fill("4")
    panel = page.locator("#panel-experiment")
    panel.get_by_label("Epochs").fill("5")
    panel.get_by_role("button", name="Start").click()
    expect(panel.locator(".luck-tile")).to_have_count(4)
    expect(panel.get_by_role("button", name="Cancel")).to_be_hidden()
    for student in held.students:
        expect(student.page.locator("#iter-number")).to_have_text("000,005")
    held.close()


def test_results_are_saved_as_a_table(held: Class, tmp_path: Path) -> None:
    page = held.teacher.page
    held.tool("results")
    expect(page.locator(".results-table tbody th")).to_have_text(["Ada", "Grace"])
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download CSV").click()
    begun.value.save_as(tmp_path / "results.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "results.csv").read_text("utf-8-sig"))))
    assert [(row["Name"], row["Epoch"]) for row in rows] == [("Ada", "5"), ("Grace", "5")]
    held.close()


@pytest.mark.nightly
def test_no_tool_has_barriers(held: Class) -> None:
    page = held.teacher.page
    held.students[0].page.get_by_role("button", name="Raise hand").click()
    for name in TOOLS:
        with case(name):
            held.tool(name)
            held.teacher.drawn()
            assert held.teacher.barriers(None, SERIOUS) == []
            held.close()
            held.teacher.drawn()
    held.look("Ada")
    assert held.teacher.barriers(None, SERIOUS) == []
    page.get_by_role("button", name="Back to my network").click()
    held.close()


def test_end_tells_students_and_leaves_nothing(held: Class) -> None:
    held.tool("end")
    held.confirm()
    for student in held.students:
        expect(student.page.locator("#class-door-heading")).to_have_text("The class has ended")
    page = held.teacher.page
    expect(page.locator("#no-class-heading")).to_have_text("The class has ended")
    left = "Object.keys({ ...localStorage, ...sessionStorage }).filter((key) => key.startsWith('class'))"
    assert page.evaluate(left) == []
