"""A lesson with a class: one teacher, a screen and three students, each in a browser of their own."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.browser.driver import Playground, block_chart
from tests.support.server import ServerProcess

DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)


class Lesson(NamedTuple):
    """All pages of a class, in the order in which they came."""

    server: ServerProcess
    code: str
    teacher: Playground
    screen: Playground
    students: tuple[Playground, ...]

    @property
    def everyone(self) -> tuple[Playground, ...]:
        return (self.teacher, self.screen, *self.students)


def page_in(context: BrowserContext, server: ServerProcess) -> Playground:
    page = context.new_page()
    block_chart(page)
    return Playground(page, server.address)


def start_class(chromium: Browser, server: ServerProcess) -> Playground:
    """A teacher opens the playground and starts a class with the button in its header."""
    teacher = page_in(chromium.new_context(viewport=DESK), server).open("#dataset=xor&seed=0.3")
    teacher.page.locator("#class-button").click()
    teacher.page.get_by_role("button", name="Start a class").click()
    teacher.page.wait_for_url("**/teach*")
    teacher.until(lambda: any(message["type"] == "class" for message in teacher.messages))
    return teacher.until(lambda: bool(teacher.frames)).drawn()


def join_by_code(chromium: Browser, server: ServerProcess, code: str) -> Playground:
    """A student types the code on a phone, in small letters and with a space, and takes the first name."""
    student = page_in(chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True), server)
    student.page.goto(f"{server.address}join")
    student.page.locator("#join-code").fill(f"{code[:3]} {code[3:]}".lower())
    student.page.locator(".join-button").click()
    return choose_name(student)


def join_by_link(chromium: Browser, server: ServerProcess, link: str) -> Playground:
    """A student follows the link in the QR code, at a desk."""
    student = page_in(chromium.new_context(viewport=DESK), server)
    student.page.goto(link)
    return choose_name(student)


def choose_name(student: Playground) -> Playground:
    student.page.locator(".class-choice").first.click()
    expect(student.page.locator("#class-door")).to_be_hidden()
    return student.until(lambda: bool(student.frames)).drawn()


@pytest.fixture(scope="module")
def lesson(chromium: Browser) -> Iterator[Lesson]:
    with ServerProcess(workers=2) as server:
        teacher = start_class(chromium, server)
        code = teacher.last("class")["code"]
        phone = join_by_code(chromium, server, code)
        others = [join_by_link(chromium, server, f"{server.address}class/{code}") for _ in range(2)]
        screen = page_in(chromium.new_context(viewport=DESK), server)
        screen.page.goto(f"{server.address}screen#{teacher.last('joined')['screen']}.{code}")
        screen.until(lambda: any(message["type"] == "class" for message in screen.messages))
        yield Lesson(server, code, teacher, screen, (phone, *others))
        for page in (teacher, screen, phone, *others):
            page.page.context.close()


@pytest.fixture(autouse=True)
def _nobody_complains(lesson: Lesson) -> Iterator[None]:
    yield
    assert [page.complaints for page in lesson.everyone if page.complaints] == []


def set_mode(lesson: Lesson, mode: str) -> None:
    lesson.teacher.page.locator(f"#class-mode [data-mode={mode}]").click()
    for page in lesson.everyone:
        page.until(lambda: page.last("class")["mode"] == mode)  # noqa: B023 - it is called at once
        page.drawn()


def eventually(page: Playground, condition: Callable[[], bool]) -> None:
    page.until(condition).drawn()


def state_of(page: Playground) -> list[float]:
    return [float(number) for number in page.params]


def test_code_link_and_secret_lead_to_class(lesson: Lesson) -> None:
    expect(lesson.teacher.page.locator("#class-present")).to_have_text("3 here")
    assert lesson.code in lesson.teacher.text("#class-code").replace(" ", "")
    assert "teach" in lesson.teacher.page.url
    secret = lesson.teacher.page.evaluate("JSON.parse(localStorage.getItem('class')).secret")
    assert secret not in lesson.teacher.page.url
    for student in lesson.students:
        assert student.last("joined")["role"] == "student"
        assert secret not in student.page.content()


def test_task_reaches_every_student(lesson: Lesson) -> None:
    teacher = lesson.teacher.page
    teacher.locator(".class-tools [data-tool=hand-out]").click()
    teacher.locator("#hand-out-text").fill("Separate the colors with three neurons.")
    teacher.locator("#hand-out-send").click()
    for student in lesson.students:
        expect(student.page.locator("#class-text")).to_have_text("Separate the colors with three neurons.")
        eventually(student, lambda: student.config["dataset"] == "xor")  # noqa: B023 - it is called at once
        assert student.last("welcome")["resumed"] is None


def test_students_follow_the_teacher_weight_by_weight(lesson: Lesson) -> None:
    phone = lesson.students[0]
    own = phone.last("welcome")["session"]
    set_mode(lesson, "follow")
    for page in (*lesson.students, lesson.screen):
        eventually(page, lambda: page.last("welcome").get("watching") is not None)  # noqa: B023 - it is called at once
    lesson.teacher.step(3)
    for page in (*lesson.students, lesson.screen):
        eventually(page, lambda: page.epoch == lesson.teacher.epoch)  # noqa: B023 - it is called at once
        assert state_of(page) == state_of(lesson.teacher)
    expect(phone.page.locator("#play-pause-button")).to_be_disabled()
    set_mode(lesson, "explore")
    eventually(phone, lambda: phone.last("welcome")["session"] == own)
    eventually(phone, lambda: phone.epoch == 0)


def test_student_tries_what_the_teacher_shows(lesson: Lesson) -> None:
    student = lesson.students[1]
    set_mode(lesson, "follow")
    lesson.teacher.step(2)
    eventually(student, lambda: student.epoch == lesson.teacher.epoch)
    shown = state_of(student)
    student.page.get_by_role("button", name="Try it yourself").click()
    eventually(student, lambda: student.last("welcome")["resumed"] == "copy")
    eventually(student, lambda: state_of(student) == shown)
    student.step(2)
    lesson.teacher.step(2)
    assert state_of(student) == state_of(lesson.teacher)
    student.page.get_by_role("button", name="Back to the teacher").click()
    eventually(student, lambda: student.last("welcome").get("watching") is not None)
    set_mode(lesson, "explore")


def test_paused_pages_train_nothing_by_key_or_console(lesson: Lesson) -> None:
    student = lesson.students[2]
    eventually(student, lambda: student.last("welcome").get("watching") is None)
    set_mode(lesson, "pause")
    expect(student.page.locator("#class-pause")).to_be_visible()
    epoch = student.epoch
    for key in (" ", "ArrowRight", "m"):
        student.key(key)
    student.drawn()
    assert student.epoch == epoch
    assert student.last("status")["playing"] is False
    set_mode(lesson, "explore")
    expect(student.page.locator("#class-pause")).to_be_hidden()


def test_shown_student_goes_on_and_others_watch(lesson: Lesson) -> None:
    teacher, shown, other = lesson.teacher, lesson.students[0], lesson.students[1]
    teacher.page.locator(".class-tools [data-tool=wall]").click()
    name = shown.last("joined")["name"]
    teacher.page.locator("#panel-wall").get_by_label(name, exact=False).first.click()
    expect(teacher.page.locator("#shoulder strong")).to_have_text(name)
    teacher.page.locator("[data-shoulder=show]").click()
    eventually(other, lambda: (other.last("welcome").get("watching") or {}).get("seat") == shown.last("joined")["seat"])
    assert other.last("welcome")["watching"]["name"] is None
    shown.step(2)
    eventually(other, lambda: other.epoch == shown.epoch)
    assert state_of(other) == state_of(shown)
    teacher.page.locator("[data-shoulder=keep]").click()
    eventually(teacher, lambda: len(teacher.last("class")["snapshots"]) == 1)
    teacher.page.locator("[data-shoulder=back]").click()
    teacher.page.keyboard.press("Escape")
    set_mode(lesson, "explore")


def test_snapshot_is_taken_over_by_another_student(lesson: Lesson) -> None:
    teacher, student = lesson.teacher, lesson.students[2]
    teacher.page.locator("#menu-button").click()
    teacher.page.locator("#menu [data-tool=snapshots]").click()
    teacher.page.locator("#snapshots-own").click()
    eventually(teacher, lambda: len(teacher.last("class")["snapshots"]) == 2)
    for box in teacher.page.locator("#snapshots input[type=checkbox]").all():
        box.check()
    teacher.page.locator("#snapshots-show").click()
    eventually(student, lambda: student.last("class")["side_by_side"] == [1, 2])
    expect(lesson.screen.page.locator("#screen-snapshot-list li")).to_have_count(2)
    kept = next(item for item in student.last("class")["snapshots"] if item["number"] == 2)
    student.page.get_by_role("button", name="Take this one over").nth(1).click()
    eventually(student, lambda: student.last("welcome")["resumed"] == "copy")
    eventually(student, lambda: student.epoch == kept["epoch"])
    assert student.frame["test_loss"] == kept["test_loss"]
    teacher.page.locator("#snapshots-stop").click()
    teacher.page.keyboard.press("Escape")


def test_question_is_answered_and_revealed(lesson: Lesson) -> None:
    teacher = lesson.teacher.page
    teacher.locator(".class-tools [data-tool=ask]").click()
    teacher.locator("#ask-text").fill("Will it separate the colors?")
    teacher.locator("[data-answer='0']").fill("Yes")
    teacher.locator("[data-answer='1']").fill("No")
    teacher.get_by_role("button", name="Ask the class").click()
    for student in lesson.students:
        student.page.locator("#class-question .class-choice").first.click()
        eventually(student, lambda: student.last("class")["question"]["counts"] is None)  # noqa: B023 - at once
    eventually(lesson.teacher, lambda: lesson.teacher.last("class")["question"]["counts"] == [3, 0])
    teacher.locator("#answers-reveal").click()
    for page in (*lesson.students, lesson.screen):
        eventually(page, lambda: page.last("class")["question"]["counts"] == [3, 0])  # noqa: B023 - at once
    teacher.locator("#answers-close").click()
    teacher.keyboard.press("Escape")


def test_raised_hand_is_seen_by_the_teacher(lesson: Lesson) -> None:
    student = lesson.students[0].page
    student.get_by_role("button", name="Raise hand").click()
    expect(lesson.teacher.page.locator("#class-hands")).to_be_visible()
    student.get_by_role("button", name="Lower hand").click()
    expect(lesson.teacher.page.locator("#class-hands")).to_be_hidden()


def test_reload_gives_back_seat_and_network(lesson: Lesson) -> None:
    student = lesson.students[1].step(2)
    seat, before = student.last("joined")["seat"], state_of(student)
    student.messages.clear()
    student.frames.clear()
    student.page.reload()
    eventually(student, lambda: bool(student.frames))
    assert student.last("joined")["seat"] == seat
    np.testing.assert_array_equal(state_of(student), before)


def test_class_comes_back_with_everyone_after_kill(lesson: Lesson) -> None:
    code, task = lesson.teacher.last("class")["code"], lesson.teacher.last("class")["task"]
    before = {id(page): (page.last("joined")["name"], state_of(page)) for page in lesson.students}
    # the teacher's page has been told what to keep
    eventually(lesson.teacher, lambda: len(lesson.teacher.last("keep")["state"]["seats"]) == 3)
    for page in lesson.everyone:
        page.messages.clear()

    lesson.server.kill()
    lesson.server.start()
    for page in lesson.everyone:
        eventually(page, lambda: any(item["type"] == "class" for item in page.messages))  # noqa: B023 - at once
    for page in lesson.students:
        eventually(page, lambda: any(item["type"] == "config" for item in page.messages))  # noqa: B023 - at once
        name, weights = before[id(page)]
        eventually(page, lambda: page.frame["revision"] == page.revision)  # noqa: B023 - it is called at once
        assert page.last("joined")["name"] == name
        assert state_of(page) == weights
    assert lesson.teacher.last("class")["code"] == code
    assert lesson.teacher.last("class")["task"] == task
    for page in lesson.everyone:
        page.complaints[:] = [text for text in page.complaints if "WebSocket connection" not in text]
