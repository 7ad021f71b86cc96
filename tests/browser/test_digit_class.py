"""A class on the page of digits: they are handed out, everybody draws, and the wall shows who is read wrongly."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.driver import Playground, block_chart
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.classes]

DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
DIGITS = "#dataset=uci&networkShape=20&activation=sigmoid&learningRate=3&initializer=normal_biases&seed=0.3"
CIRCLE = [
    (0.5, 0.15),
    (0.3, 0.3),
    (0.25, 0.5),
    (0.3, 0.75),
    (0.5, 0.87),
    (0.7, 0.75),
    (0.75, 0.5),
    (0.7, 0.3),
    (0.5, 0.15),
]
LINE = [(0.5, 0.12), (0.5, 0.88)]
IMAGE_LENGTH = "(canvas) => canvas.toDataURL().length"
"""An image of one color has less than a thousand letters."""
OVERFLOW = """() => {
  const panel = document.getElementById("class-question");
  return Math.max(panel.scrollWidth - panel.clientWidth, document.documentElement.scrollWidth - innerWidth);
}"""
"""By how many pixels the question is wider than its panel, or the page than the window."""


class Lesson(NamedTuple):
    """All pages of a class, and its code."""

    code: str
    teacher: Playground
    screen: Playground
    students: tuple[Playground, ...]

    @property
    def everyone(self) -> tuple[Playground, ...]:
        return (self.teacher, self.screen, *self.students)


def page_in(chromium: Browser, server: ServerProcess, size: ViewportSize, *, is_phone: bool = False) -> Playground:
    page = chromium.new_context(viewport=size, has_touch=is_phone, is_mobile=is_phone).new_page()
    block_chart(page)
    return Playground(page, server.address)


def join(student: Playground, code: str) -> Playground:
    student.page.goto(f"{student.address}class/{code}")
    student.page.locator(".class-choice").first.click()
    expect(student.page.locator("#class-door")).to_be_hidden()
    return student


@pytest.fixture(scope="module")
def lesson(chromium: Browser) -> Iterator[Lesson]:
    """A class that was started on the page of digits, whose students have come to the page of the plane."""
    with ServerProcess(workers=2) as server:
        teacher = page_in(chromium, server, DESK)
        teacher.page.goto(f"{server.address}digits{DIGITS}")
        teacher.page.locator("#class-button").click()
        teacher.page.get_by_role("button", name="Start a class").click()
        teacher.page.wait_for_url("**/teach/digits*")
        teacher.until(lambda: any(message["type"] == "class" for message in teacher.messages))
        code = teacher.last("class")["code"]
        students = (page_in(chromium, server, PHONE, is_phone=True), page_in(chromium, server, DESK))
        screen = page_in(chromium, server, DESK)
        screen.page.goto(f"{server.address}screen#{teacher.last('joined')['screen']}.{code}")
        yield Lesson(code, teacher, screen, tuple(join(student, code) for student in students))
        for page in (teacher, screen, *students):
            page.page.context.close()


@pytest.fixture(autouse=True)
def _nobody_complains(lesson: Lesson) -> Iterator[None]:
    yield
    assert [page.complaints for page in lesson.everyone if page.complaints] == []


def hand_out(lesson: Lesson, sentence: str, name: str | None = None) -> None:
    """Hand out the experiment of the teacher's page, or the lesson of a name."""
    teacher = lesson.teacher.page
    teacher.locator(".class-tools [data-tool=hand-out]").click()
    teacher.locator(f"#hand-out [name=source][value={'lesson' if name else 'experiment'}]").check()
    if name:
        teacher.locator("#hand-out-lesson").select_option(name)
    teacher.locator("#hand-out-text").fill(sentence)
    teacher.locator("#hand-out-send").click()
    for student in lesson.students:
        expect(student.page.locator("#class-text")).to_contain_text(sentence)


def set_mode(lesson: Lesson, mode: str) -> None:
    lesson.teacher.page.locator(f"#class-mode [data-mode={mode}]").click()
    for page in lesson.everyone:
        page.until(lambda: page.last("class")["mode"] == mode)  # noqa: B023 - it is called at once


def draw(student: Page, points: Sequence[tuple[float, float]]) -> None:
    """Draw a line on the board of the question, in shares of its side."""
    board = student.locator(".class-board canvas")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    student.mouse.move(*places[0])
    student.mouse.down()
    for place in places[1:]:
        student.mouse.move(*place, steps=4)
    student.mouse.up()


def is_at(page: Playground, path: str) -> Callable[[], bool]:
    return lambda: page.page.url.removeprefix(page.address).partition("#")[0] == path


def tiles(page: Playground, container: str) -> Locator:
    return page.page.locator(f"{container} .drawn-tile")


def ask(lesson: Lesson, digit: str) -> None:
    teacher = lesson.teacher.page
    teacher.locator(".class-tools [data-tool=ask]").click()
    teacher.locator("#ask [name=kind][value=digit]").check()
    teacher.locator("#ask-digit").select_option(digit)
    teacher.locator("#ask button[type=submit]").click()
    for student in lesson.students:
        expect(student.page.locator(".class-board")).to_be_visible()


def close_question(lesson: Lesson) -> None:
    lesson.teacher.page.locator("#answers-close").click()
    lesson.teacher.page.locator("#class-panel-close").click()
    for student in lesson.students:
        expect(student.page.locator("#class-question")).to_be_hidden()


def test_all_follow_the_teacher_to_digits(lesson: Lesson) -> None:
    names = [student.text("#class-me") for student in lesson.students]
    set_mode(lesson, "follow")
    for student in lesson.students:
        student.until(is_at(student, f"class/{lesson.code}/digits"))
    lesson.screen.until(is_at(lesson.screen, "screen/digits"))
    lesson.teacher.step(2)
    for page in (*lesson.students, lesson.screen):
        expect(page.page.locator("#iter-number")).to_have_text("000,002")
        expect(page.page.locator("#digit-accuracy")).to_have_text(lesson.teacher.text("#digit-accuracy"))
        expect(page.page.locator("#digit-network .digit-truth")).to_have_text(lesson.teacher.text(".digit-truth"))
        expect(page.page.locator(".pad-answer")).to_have_text(lesson.teacher.text(".pad-answer"))
    set_mode(lesson, "explore")
    for student, name in zip(lesson.students, names, strict=True):
        student.until(is_at(student, f"class/{lesson.code}"))
        expect(student.page.locator("#class-me")).to_have_text(name)


def test_digits_are_handed_out_without_a_word(lesson: Lesson) -> None:
    names = [student.text("#class-me") for student in lesson.students]
    hand_out(lesson, "Read digits.")
    for student, name in zip(lesson.students, names, strict=True):
        student.until(is_at(student, f"class/{lesson.code}/digits"))
        expect(student.page.locator("#class-me")).to_have_text(name)
        student.until(lambda: bool(student.frames)).drawn()  # noqa: B023 - it is called at once
    lesson.students[1].step(1)
    lesson.students[1].page.reload()
    expect(lesson.students[1].page.locator("#iter-number")).to_have_text("000,001")


def test_wall_shows_accuracy_and_weights(lesson: Lesson) -> None:
    teacher = lesson.teacher
    teacher.page.locator(".class-tools [data-tool=wall]").click()
    names = [student.text("#class-me") for student in lesson.students]
    tile = teacher.page.locator(".wall-tile", has_text=names[1])
    expect(tile.locator("b")).to_have_text(lesson.students[1].text("#digit-accuracy"))
    teacher.until(lambda: tile.locator("canvas").evaluate(IMAGE_LENGTH) > 2000)
    tile.click()
    expect(teacher.page.locator("#shoulder")).to_contain_text(names[1])
    expect(teacher.page.locator("#iter-number")).to_have_text("000,001")
    teacher.page.locator("[data-shoulder=back]").click()
    expect(teacher.page.locator("#iter-number")).to_have_text("000,002")
    teacher.page.locator("#class-panel-close").click()


def test_who_is_read_wrongly_comes_first(lesson: Lesson) -> None:
    teacher, (right, wrong) = lesson.teacher, lesson.students
    teacher.step(20)
    ask(lesson, "0")
    draw(right.page, CIRCLE)
    right.page.get_by_role("button", name="Send").click()
    draw(wrong.page, LINE)
    wrong.page.get_by_role("button", name="Send").click()
    expect(right.page.locator("#class-question .class-note")).to_contain_text("reads 0: correct")
    expect(wrong.page.locator("#class-question .class-note")).to_contain_text("and not 0")
    expect(teacher.page.locator("#answers-count")).to_have_text("1 of 2 read correctly · 2 of 2 answered")
    shown = tiles(teacher, "#answer-digits")
    expect(shown.nth(0)).to_have_attribute("data-verdict", "wrong")
    expect(shown.nth(0).locator(".drawn-verdict")).to_contain_text("read as")
    expect(shown.nth(0)).to_contain_text(wrong.text("#class-me"))
    expect(shown.nth(1)).to_have_attribute("data-verdict", "right")
    expect(lesson.screen.page.locator("#screen-answered")).to_contain_text("1 of 2 read correctly")
    expect(tiles(lesson.screen, "#screen-digits").nth(0)).to_have_attribute("data-verdict", "wrong")
    expect(tiles(lesson.screen, "#screen-digits").nth(0).locator(".drawn-name")).to_have_text("")
    teacher.page.locator("#hide-names").click()
    expect(shown.nth(0).locator(".drawn-name")).to_have_text("")
    teacher.page.locator("#hide-names").click()
    for page, part in ((teacher, "#class-panel"), (right, "#class-question"), (lesson.screen, "#screen-question")):
        assert page.barriers(part) == []


def test_drawing_is_changed_and_then_revealed(lesson: Lesson) -> None:
    teacher, second = lesson.teacher, lesson.students[1]
    second.page.locator("#class-question").get_by_role("button", name="Clear").click()
    draw(second.page, CIRCLE)
    second.page.get_by_role("button", name="Send").click()
    expect(teacher.page.locator("#answers-count")).to_have_text("2 of 2 read correctly · 2 of 2 answered")
    teacher.page.locator("#answers-reveal").click()
    for student in lesson.students:
        expect(tiles(student, ".class-drawn")).to_have_count(2)
        assert student.page.evaluate(OVERFLOW) <= 0
    close_question(lesson)


def test_students_say_which_digit_they_draw(lesson: Lesson) -> None:
    student = lesson.students[0].page
    ask(lesson, "")
    draw(student, LINE)
    send = student.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    expect(student.locator("#class-question .class-note")).to_have_text("Say which digit it is.")
    student.locator(".class-digit").nth(1).click()
    send.click()
    expect(tiles(lesson.teacher, "#answer-digits")).to_have_count(1)
    assert student.evaluate("() => document.getElementById('class-question').getBoundingClientRect().top >= 0")
    close_question(lesson)


def test_lessons_of_both_subjects_are_handed_out(lesson: Lesson) -> None:
    for name in ("reading-digits", "xor", "reading-digits"):
        hand_out(lesson, f"The lesson {name}.", name)
        for student in lesson.students:
            student.until(is_at(student, f"class/{lesson.code}/lessons/{name}"))
            expect(student.page.locator("#lesson h1, #lesson h2").first).to_be_visible()
    hand_out(lesson, "Read digits again.")
    for student in lesson.students:
        student.until(is_at(student, f"class/{lesson.code}/digits"))


def test_teacher_and_class_return_to_points(lesson: Lesson) -> None:
    teacher = lesson.teacher
    teacher.page.locator("#menu-button").click()
    teacher.page.locator("#subject-link").click()
    teacher.until(is_at(teacher, "teach"))
    teacher.until(lambda: teacher.config["dataset"] == "circle").drawn()
    teacher.page.locator(".class-tools [data-tool=wall]").click()
    teacher.page.locator(".wall-tile").first.click()
    teacher.until(is_at(teacher, "teach/digits"))
    expect(teacher.page.locator("#shoulder")).to_be_visible()
    teacher.page.locator("[data-shoulder=back]").click()
    teacher.until(is_at(teacher, "teach"))
    hand_out(lesson, "Points again.")
    for student in lesson.students:
        student.until(is_at(student, f"class/{lesson.code}"))
