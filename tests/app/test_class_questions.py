"""Questions: who may answer what, and what the class learns of it."""

import base64
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.questions import Questions
from app.protocol.class_commands import MOST_POINTS, Answer, Ask
from app.protocol.class_messages import OwnAnswer
from app.protocol.errors import ProtocolError

LINE = [[0.0, 1.0], [2.0, 3.0]]


def asked(**parts: Any) -> Questions:
    questions = Questions()
    questions.ask(Ask(**{"text": "Which one?", "answers": ["A", "B", "C"], **parts}))
    return questions


def fault_of(questions: Questions, **answer: Any) -> tuple[str, str | None]:
    with pytest.raises(ProtocolError) as caught:
        questions.answer(1, Answer(**{"question": 1, **answer}))
    (fault,) = caught.value.faults
    return fault.code, fault.field


def test_questions_are_numbered() -> None:
    questions = asked()
    assert questions.number == 1
    assert questions.ask(Ask(text="Another?", answers=[])) == 2
    questions.close()
    assert questions.number is None
    assert questions.message_for(is_teacher=True) is None
    assert questions.ask(Ask(text="A third?", answers=[])) == 3


@pytest.mark.parametrize(
    ("parts", "code", "field"),
    [
        ({"text": "  "}, "too_short", "text"),
        ({"answers": ["A"]}, "out_of_range", "answers"),
        ({"answers": ["A", " "]}, "out_of_range", "answers"),
        ({"answers": ["A", "a "]}, "duplicate_value", "answers"),
        ({"right": 3}, "out_of_range", "right"),
        ({"answers": [], "right": 0}, "out_of_range", "right"),
    ],
)
def test_impossible_question_is_refused(parts: dict[str, Any], code: str, field: str) -> None:
    questions = asked()
    with pytest.raises(ProtocolError) as caught:
        questions.ask(Ask(**{"text": "Which one?", "answers": ["A", "B", "C"], **parts}))
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [(code, field)]
    assert questions.number == 1


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"question": 2, "choice": 0}, ("no_such_question", "question")),
        ({"choice": 3}, ("out_of_range", "choice")),
        ({}, ("missing_field", "choice")),
        ({"strokes": [LINE]}, ("bad_type", "strokes")),
        ({"choice": 0, "strokes": [LINE]}, ("bad_type", "strokes")),
    ],
)
def test_choice_that_is_none_is_refused(answer: dict[str, Any], fault: tuple[str, str]) -> None:
    questions = asked()
    assert fault_of(questions, **answer) == fault
    assert questions.counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"choice": 0}, ("bad_type", "choice")),
        ({}, ("missing_field", "strokes")),
        ({"strokes": []}, ("out_of_range", "strokes")),
        ({"strokes": [LINE * 300, LINE * 201]}, ("out_of_range", "strokes")),
    ],
)
def test_drawing_that_is_none_is_refused(answer: dict[str, Any], fault: tuple[str, str]) -> None:
    questions = asked(answers=[])
    assert fault_of(questions, **answer) == fault
    assert len(questions.drawings()["lines"]) == 0


def test_nothing_is_answered_without_question() -> None:
    assert fault_of(Questions(), choice=0) == ("no_such_question", "question")
    with pytest.raises(ProtocolError, match="there is no question"):
        Questions().reveal()


def test_nothing_is_answered_after_reveal() -> None:
    questions = asked()
    questions.reveal()
    assert fault_of(questions, choice=0) == ("too_late", "question")


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2))))
def test_last_answer_of_each_seat_counts(answers: list[tuple[int, int]]) -> None:
    questions = asked()
    for seat, choice in answers:
        questions.answer(seat, Answer(question=1, choice=choice))
    last = dict(answers)
    assert questions.counts() == tuple(sum(choice == answer for choice in last.values()) for answer in range(3))
    shown = questions.message_for(is_teacher=False)
    assert shown is not None
    assert shown.answered == len(last)


def test_class_learns_counts_when_revealed() -> None:
    questions = asked(right=2)
    questions.answer(7, Answer(question=1, choice=2))
    before, teacher = questions.message_for(is_teacher=False), questions.message_for(is_teacher=True)
    assert before is not None
    assert teacher is not None
    assert (before.counts, before.right, before.answered, before.revealed) == (None, None, 1, False)
    assert (teacher.counts, teacher.right) == ((0, 0, 1), 2)
    questions.reveal()
    after = questions.message_for(is_teacher=False)
    assert after is not None
    assert (after.counts, after.right, after.revealed) == ((0, 0, 1), 2, True)


def test_drawn_question_has_no_counts() -> None:
    questions = asked(answers=[])
    questions.answer(7, Answer(question=1, strokes=[LINE]))
    found = questions.message_for(is_teacher=True)
    assert found is not None
    assert (found.answers, found.counts, found.answered) == ((), None, 1)
    assert questions.counts() == ()


def test_drawings_are_in_order_of_answering() -> None:
    questions = asked(answers=[])
    questions.answer(9, Answer(question=1, strokes=[LINE, [*LINE, [4, 5]]]))
    questions.answer(3, Answer(question=1, strokes=[LINE]))
    questions.answer(9, Answer(question=1, strokes=[[[6, 6], [5, 5]], LINE]))
    arrays = questions.drawings()
    assert {name: array.dtype.str for name, array in arrays.items()} == {
        "points": "<f4",
        "lines": "<u4",
        "owners": "<u4",
    }
    assert arrays["lines"].tolist() == [2, 2, 2]
    assert arrays["owners"].tolist() == [0, 0, 1]
    np.testing.assert_array_equal(arrays["points"], [[6, 6], [5, 5], *LINE, *LINE])


def test_most_points_can_be_drawn() -> None:
    questions = asked(answers=[])
    questions.answer(1, Answer(question=1, strokes=[LINE * (MOST_POINTS // 4)] * 2))
    assert questions.drawings()["points"].shape == (MOST_POINTS, 2)


def test_answers_of_seat_that_left_are_forgotten() -> None:
    questions = asked()
    questions.answer(1, Answer(question=1, choice=0))
    questions.forget(1)
    questions.forget(2)
    assert questions.counts() == (0, 0, 0)
    questions = asked(answers=[])
    questions.answer(1, Answer(question=1, strokes=[LINE]))
    questions.forget(1)
    assert questions.drawings()["points"].shape == (0, 2)
    Questions().forget(1)


def test_own_answer_is_known_until_closed() -> None:
    questions = asked()
    assert questions.answer_of(1) is None
    questions.answer(1, Answer(question=1, choice=2))
    assert questions.answer_of(1) == OwnAnswer(1, 2, None)
    assert questions.answer_of(2) is None
    questions.close()
    assert questions.answer_of(1) is None
    drawn = asked(answers=[])
    drawn.answer(1, Answer(question=1, strokes=[LINE]))
    assert drawn.answer_of(1) == OwnAnswer(1, None, [LINE])


# --- drawn digits -------------------------------------------------------------------------------------------------

PIXELS = bytes(range(64))
DRAWING = base64.b64encode(PIXELS).decode()


def asked_for_digit(digit: int | None = 7) -> Questions:
    questions = Questions()
    questions.ask(Ask(text="Draw it", answers=[], draws="digit", digit=digit), side=8)
    return questions


def test_digit_is_told_as_it_was_drawn() -> None:
    questions = asked_for_digit()
    questions.answer(4, Answer(question=1, drawing=DRAWING))
    (drawn,) = questions.digits().values()
    np.testing.assert_array_equal(drawn.pixels, np.frombuffer(PIXELS, np.uint8).reshape(8, 8))
    assert questions.answer_of(4) == OwnAnswer(1, None, None, DRAWING, 7, None)
    shown = questions.message_for(is_teacher=False)
    assert shown is not None
    assert (shown.draws, shown.digit, shown.side, shown.answered, shown.counts) == ("digit", 7, 8, 1, None)


def test_network_without_pictures_reads_no_digits() -> None:
    with pytest.raises(ProtocolError) as caught:
        Questions().ask(Ask(text="Draw it", answers=[], draws="digit"))
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [("no_network", "draws")]


@pytest.mark.parametrize("parts", [{"answers": ["A", "B"]}, {"answers": []}])
def test_digit_is_refused_where_none_is_drawn(parts: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as caught:
        Questions().ask(Ask(text="Which?", digit=3, **parts), side=8)
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [("bad_type", "digit")]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"choice": 0}, ("bad_type", "choice")),
        ({"strokes": [LINE]}, ("bad_type", "strokes")),
        ({}, ("missing_field", "drawing")),
        ({"drawing": "no base64"}, ("bad_type", "drawing")),
        ({"drawing": "ÄÖ=="}, ("bad_type", "drawing")),
        ({"drawing": base64.b64encode(bytes([255] * 784)).decode()}, ("out_of_range", "drawing")),
        ({"drawing": base64.b64encode(bytes(64)).decode()}, ("out_of_range", "drawing")),
        ({"drawing": DRAWING, "digit": 6}, ("out_of_range", "digit")),
    ],
)
def test_drawing_that_is_no_digit_is_refused(answer: dict[str, Any], fault: tuple[str, str]) -> None:
    questions = asked_for_digit()
    assert fault_of(questions, **answer) == fault
    assert not questions.digits()


def test_student_says_which_digit_it_is() -> None:
    questions = asked_for_digit(None)
    assert fault_of(questions, drawing=DRAWING) == ("missing_field", "digit")
    questions.answer(1, Answer(question=1, drawing=DRAWING, digit=0))
    assert questions.digits()[1].digit == 0


def test_digit_belongs_to_no_other_question() -> None:
    assert fault_of(asked(), choice=0, drawing=DRAWING) == ("bad_type", "drawing")
    assert fault_of(asked(answers=[]), digit=3, strokes=[LINE]) == ("bad_type", "digit")


def test_readings_stay_with_the_drawing_they_are_of() -> None:
    questions = asked_for_digit()
    for seat in (3, 1, 2):
        questions.answer(seat, Answer(question=1, drawing=DRAWING))
    assert questions.read({3: (7, 0.9), 1: (1, 0.5)}) == {3, 1}
    assert questions.read({3: (7, 0.8), 1: (7, 0.6), 9: (2, 1.0)}) == {1}
    questions.forget(1)
    questions.answer(3, Answer(question=1, drawing=DRAWING))
    questions.answer(1, Answer(question=1, drawing=DRAWING))
    assert [(seat, drawn.number, drawn.read) for seat, drawn in questions.digits().items()] == [
        (3, 0, None),
        (2, 2, None),
        (1, 3, None),
    ]
    questions.close()
    assert questions.read({3: (7, 1.0)}) == set()
