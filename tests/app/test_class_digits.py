"""Everybody draws a digit, and the teacher's network reads it, better and better as it learns."""

import numpy as np
import pytest

from app.protocol.drawings import Drawings, Readings, decode_readings, encode_drawings
from app.session.drawings import READ_PERIOD
from engine.digits import load
from tests.support.client import SMALL
from tests.support.session import Stage

TEACHER = "#dataset=uci&networkShape=10&learningRate=1&trainCount=400&seed=0.3"
DIGITS = load("uci")


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
