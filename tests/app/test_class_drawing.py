"""A question whose answer is drawn: over which examples, and what a student has drawn after a reload."""

from collections.abc import Iterator

import numpy as np
import pytest

from app.protocol.containers import decode_container, decompress
from tests.support.class_client import ClassPage, Gathering
from tests.support.client import SMALL, Message
from tests.support.server import ServerThread

LINES = [[[-3.0, 2.0], [1.5, -1.0]]]


@pytest.fixture
def gathering() -> Iterator[Gathering]:
    with ServerThread() as server, Gathering.start(server.port) as gathering:
        yield gathering


def examples_of(page: ClassPage) -> list[Message]:
    """The examples to draw over that have come so far."""
    containers = [decode_container(decompress(heard)) for heard in page.heard if isinstance(heard, bytes)]
    return [{**header, "arrays": arrays} for header, arrays in containers if header["type"] == "examples"]


def test_everybody_draws_over_the_teachers_examples(gathering: Gathering) -> None:
    teacher = gathering.teacher("#dataset=spiral3&seed=0.4&percTrainData=30")
    early, screen = gathering.student(link=SMALL), gathering.screen(teacher)
    teacher.do("ask", text="Where is the boundary?", answers=[])
    late = gathering.student(link=SMALL)
    train_size = teacher.data["train_size"]
    for page in (early, screen, late):
        page.until_so(lambda page=page: examples_of(page))  # type: ignore[misc]
        examples = examples_of(page)[-1]
        assert (examples["question"], examples["classes"], examples["dimensions"]) == (1, 3, 2)
        for name in ("points", "targets"):
            shown = examples["arrays"][name]
            np.testing.assert_array_equal(shown, teacher.data["arrays"][name][:train_size])


def test_choices_come_without_examples(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    teacher.do("ask", text="Will it?", answers=["Yes", "No"])
    student.until_class(lambda room: room["question"])
    teacher.do("close_question")
    student.until_class(lambda room: not room["question"])
    assert examples_of(student) == []


def test_own_answer_comes_back_with_the_student(gathering: Gathering) -> None:
    teacher, student = gathering.teacher(), gathering.student()
    teacher.do("ask", text="Will it?", answers=["Yes", "No"])
    student.until_class(lambda room: room["question"])
    assert student.joined.get("answer") is None
    student.do("answer", question=1, choice=1)
    again = gathering.page(student.memory)
    assert again.joined["answer"] == {"question": 1, "choice": 1, "strokes": None}

    teacher.do("ask", text="Where?", answers=[])
    again.until_class(lambda room: room["question"]["number"] == 2)
    again.do("answer", question=2, strokes=LINES)
    third = gathering.page(again.memory)
    assert third.joined["answer"] == {"question": 2, "choice": None, "strokes": LINES}
