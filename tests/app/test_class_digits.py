"""Everybody draws a digit, and the teacher's network reads it, better and better as it learns."""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.protocol.containers import decode_container, decompress
from app.protocol.drawings import Drawings, Readings, decode_readings, encode_drawings
from app.session.drawings import READ_PERIOD
from engine.digits import load
from tests.support.class_client import ClassPage, Gathering, Memory
from tests.support.client import SMALL, Message
from tests.support.server import ServerThread
from tests.support.session import Stage

TEACHER = "#dataset=uci&networkShape=10&learningRate=1&trainCount=400&seed=0.3"
DIGITS = load("uci")
ZERO, ONE = (DIGITS.pixels[int(np.flatnonzero(DIGITS.labels == digit)[0])] for digit in (0, 1))


def text_of(pixels: Any) -> str:
    return base64.b64encode(pixels.tobytes()).decode()


def answers_of(stage: Stage) -> list[Readings]:
    """What a session has read so far, in order."""
    return [decode_readings(payload) for payload in stage.readings]


# --- a session ----------------------------------------------------------------------------------------------------


def reading_stage(link: str = TEACHER) -> Stage:
    """A session that was asked to read twenty pictures."""
    stage = Stage(link)
    pictures = DIGITS.pixels[:20].reshape(-1, 8, 8)
    stage.hear(stage.session.read_drawings(encode_drawings(Drawings(5, pictures))))
    return stage


def test_session_reads_at_once_even_asleep() -> None:
    stage = Stage(TEACHER)
    stage.session.sleep()
    stage.hear(stage.session.read_drawings(encode_drawings(Drawings(5, DIGITS.pixels[:20].reshape(-1, 8, 8)))))
    (readings,) = answers_of(stage)
    expected = stage.trainer.outputs(DIGITS.pixels[:20])
    np.testing.assert_array_equal(readings.answers, expected.argmax(axis=1))
    np.testing.assert_allclose(readings.certainty / 255, expected.max(axis=1), atol=1 / 255)
    assert (readings.number, readings.epoch, readings.test_accuracy) == (5, 0, stage.trainer.test_accuracy)


def test_session_reads_again_when_it_has_learned() -> None:
    stage = reading_stage()
    stage.run(5 * READ_PERIOD)
    assert len(answers_of(stage)) == 1
    stage.ask("advance", count=3)
    stage.run(2 * READ_PERIOD)
    assert [readings.epoch for readings in answers_of(stage)] == [0, 3]
    np.testing.assert_array_equal(
        answers_of(stage)[-1].answers, stage.trainer.outputs(DIGITS.pixels[:20]).argmax(axis=1)
    )


def test_session_reads_no_more_than_once_a_second() -> None:
    stage = reading_stage()
    for _ in range(6):
        stage.ask("advance", count=1)
        stage.run(READ_PERIOD / 3)
    assert len(answers_of(stage)) <= 4


def test_session_reads_nothing_any_more_when_told() -> None:
    stage = reading_stage()
    stage.hear(stage.session.read_drawings(b""))
    stage.ask("advance", count=1)
    stage.run(3 * READ_PERIOD)
    assert len(answers_of(stage)) == 1


@pytest.mark.parametrize("link", [SMALL, "#dataset=mnist&trainCount=100&networkShape=5"])
def test_network_of_other_pictures_reads_nothing(link: str) -> None:
    (readings,) = answers_of(reading_stage(link))
    assert (len(readings.answers), len(readings.certainty), readings.test_accuracy) == (0, 0, None)


# --- a class ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[ServerThread]:
    with ServerThread() as running:
        yield running


@pytest.fixture
def gathering(server: ServerThread) -> Iterator[Gathering]:
    with Gathering.start(server.port) as gathering:
        yield gathering


def digits_of(page: ClassPage) -> list[Message]:
    """All that has come about drawn digits."""
    containers = [decode_container(decompress(heard)) for heard in page.heard if isinstance(heard, bytes)]
    return [{**header, "arrays": arrays} for header, arrays in containers if header["type"] == "digits"]


def until_read(page: ClassPage, count: int) -> Message:
    """Wait until so many drawings have come that the network has read; returns the message."""

    def is_so() -> bool:
        found = digits_of(page)
        return bool(found) and [one["read"] is not None for one in found[-1]["drawn"]] == [True] * count

    page.until_so(is_so)
    return digits_of(page)[-1]


def test_teacher_sees_who_is_read_wrongly(gathering: Gathering) -> None:
    teacher = gathering.teacher(TEACHER)
    ann, ben = (gathering.student(link=None) for _ in range(2))
    teacher.do("ask", text="Draw a zero", answers=[], draws="digit", digit=0)
    ann.do("answer", question=1, drawing=text_of(ZERO))
    ben.do("answer", question=1, drawing=text_of(ONE))
    teacher.do("advance", count=30)
    teacher.until_so(lambda: digits_of(teacher) and digits_of(teacher)[-1]["epoch"] == 30)
    found = until_read(teacher, 2)
    assert [(one["name"], one["digit"], one["read"]) for one in found["drawn"]] == [
        (ann.memory.name, 0, 0),
        (ben.memory.name, 0, 1),
    ]
    assert 0.5 < found["drawn"][0]["certainty"] <= 1
    assert found["test_accuracy"] == teacher.frame["test_accuracy"]
    ben.until_so(lambda: ben.joined["answer"].get("read") == 1)
    assert ben.joined["answer"] == {
        "question": 1,
        "choice": None,
        "strokes": None,
        "drawing": text_of(ONE),
        "digit": 0,
        "read": 1,
    }


@pytest.mark.classes
def test_pictures_come_once_and_whole_to_newcomers(gathering: Gathering) -> None:
    teacher = gathering.teacher(TEACHER)
    ann, ben = (gathering.student(link=None) for _ in range(2))
    teacher.do("ask", text="Draw a digit", answers=[], draws="digit")
    ann.do("answer", question=1, drawing=text_of(ZERO), digit=0)
    until_read(teacher, 1)
    ben.do("answer", question=1, drawing=text_of(ONE), digit=1)
    until_read(teacher, 2)
    rows = [
        (number, picture)
        for one in digits_of(teacher)
        for number, picture in zip(one["pictures"], one["arrays"]["drawings"], strict=True)
    ]
    assert [number for number, _ in rows] == [0, 1]
    np.testing.assert_array_equal(rows[1][1], ONE.reshape(8, 8))
    again = gathering.page(Memory("teacher", gathering.code, gathering.secret))
    again.until_so(lambda: digits_of(again))
    assert (digits_of(again)[0]["whole"], digits_of(again)[0]["pictures"]) == (True, [0, 1])


@pytest.mark.classes
def test_class_sees_drawings_without_names_once_revealed(gathering: Gathering) -> None:
    teacher = gathering.teacher(TEACHER)
    ann, ben, screen = gathering.student(link=None), gathering.student(link=None), gathering.screen(teacher)
    teacher.do("ask", text="Draw a zero", answers=[], draws="digit", digit=0)
    ann.do("answer", question=1, drawing=text_of(ZERO))
    assert [one["name"] for one in until_read(screen, 1)["drawn"]] == [""]
    ben.do("ping")
    assert digits_of(ben) == []
    teacher.do("reveal")
    ben.until_so(lambda: digits_of(ben))
    assert [(one["name"], one["read"] is None) for one in digits_of(ben)[-1]["drawn"]] == [("", False)]
    teacher.do("set_class", changes={"names_on_screen": True})
    teacher.do("advance", count=1)
    screen.until_so(lambda: digits_of(screen)[-1]["epoch"] == 1)
    assert digits_of(screen)[-1]["drawn"][0]["name"] == ann.memory.name


@pytest.mark.classes
def test_another_network_of_the_teacher_reads_on(gathering: Gathering) -> None:
    teacher, ann = gathering.teacher(TEACHER), gathering.student(link=None)
    teacher.do("ask", text="Draw a zero", answers=[], draws="digit", digit=0)
    ann.do("answer", question=1, drawing=text_of(ZERO))
    until_read(teacher, 1)
    teacher.do("configure", changes={"dataset": "xor"})
    teacher.until_so(lambda: digits_of(teacher)[-1]["epoch"] is None)
    assert [one["read"] for one in digits_of(teacher)[-1]["drawn"]] == [None]
    again = gathering.page(Memory("teacher", gathering.code, gathering.secret))
    again.greet(TEACHER)
    until_read(again, 1)


def test_teacher_without_digits_cannot_ask(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    assert teacher.refused("ask", text="Draw a zero", answers=[], draws="digit") == "no_network"


@pytest.mark.classes
def test_drawings_of_one_who_leaves_are_gone(gathering: Gathering) -> None:
    teacher, ann = gathering.teacher(TEACHER), gathering.student(link=None)
    teacher.do("ask", text="Draw a zero", answers=[], draws="digit", digit=0)
    ann.do("answer", question=1, drawing=text_of(ZERO))
    until_read(teacher, 1)
    ann.say("leave")
    until_read(teacher, 0)


@pytest.mark.classes
def test_followers_get_frames_without_checkpoints(gathering: Gathering) -> None:
    teacher, ann = gathering.teacher(TEACHER), gathering.student(link=None)
    ann.greet("")
    teacher.do("set_mode", mode="follow")
    ann.until_watching()
    teacher.do("advance", count=2)
    frame = ann.settle(2)
    assert teacher.settle(2)["checkpoint"]["epoch"] == 2
    assert "checkpoint" not in frame
    assert "params" not in frame["arrays"]
    np.testing.assert_array_equal(frame["arrays"]["pictures"], teacher.frame["arrays"]["pictures"])


@pytest.mark.classes
def test_followers_get_the_pictures_once(gathering: Gathering) -> None:
    teacher = gathering.teacher(TEACHER)
    student = gathering.student(link=TEACHER)
    pictures = student.data["arrays"]["pictures"]
    teacher.do("set_mode", mode="follow")
    student.until_watching()
    teacher.train(4)
    student.settle(4)
    assert (student.frame["arrays"]["answers"] == teacher.frame["arrays"]["answers"]).all()
    assert student.losses == teacher.losses
    assert (student.data["content"], student.data["arrays"]) == (teacher.data["content"], {})
    assert (teacher.data["arrays"]["pictures"] == pictures).all()
