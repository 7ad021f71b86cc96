"""Remarks of a session: when they are sent, and what the page can do with them."""

import itertools
from typing import Any

import pytest

from app.session.commentary import PERIOD
from tests.support.client import Client
from tests.support.server import ServerThread
from tests.support.session import Stage

LINEAR = "#dataset=xor&networkShape=&seed=0.5&words=true"


def remarks(stage: Stage) -> list[dict[str, Any] | None]:
    return [message["remark"] for _, message in stage.said if message.get("type") == "remark"]


def test_nothing_is_said_unless_asked_for() -> None:
    stage = Stage(LINEAR.replace("&words=true", ""))
    assert stage.session.ready_at() == float("inf")
    stage.ask("play")
    stage.run(3 * PERIOD)
    assert remarks(stage) == []


def test_remarks_come_every_four_seconds_at_most() -> None:
    stage = Stage(LINEAR.replace("dataset=xor&networkShape=", "dataset=circle&networkShape=4,2"))
    times: list[float] = []
    stage.ask("set_speed", speed="minibatch")
    stage.ask("play")
    end = stage.clock.now + 30 * PERIOD
    while stage.session.ready_at() <= end:
        stage.clock.now = max(stage.clock.now, stage.session.ready_at())
        said = [message["remark"] for _, message in stage.turn() if message.get("type") == "remark"]
        times += [stage.clock.now for remark in said if remark]
    assert len(times) > 2
    assert min(late - early for early, late in itertools.pairwise(times)) >= PERIOD


def test_last_remark_comes_after_stop() -> None:
    stage = Stage(LINEAR)
    stage.run(0.1)
    ready, *rest = remarks(stage)
    assert ready is not None
    assert (ready["name"], rest) == ("ready", [])
    stage.ask("advance", count=100)
    stage.run(PERIOD + 0.1)
    assert (remarks(stage)[-1] or {})["name"] == "linear_fails"
    assert stage.session.ready_at() == float("inf")


def test_reset_takes_remark_back_at_once() -> None:
    stage = Stage(LINEAR)
    stage.ask("advance", count=100)
    stage.run(1.0)
    stage.ask("rewind")
    stage.run(0.1)
    assert remarks(stage)[-1] is None
    stage.run(PERIOD)
    assert (remarks(stage)[-1] or {})["name"] == "ready"


def test_words_that_are_switched_off_stop() -> None:
    stage = Stage(LINEAR)
    stage.run(0.1)
    stage.ask("set_view", changes={"words": False})
    stage.ask("play")
    stage.run(2 * PERIOD)
    assert len(remarks(stage)) == 1
    stage.ask("set_view", changes={"words": True})
    stage.run(0.1)
    assert len(remarks(stage)) == 2


def test_past_epochs_are_not_remarked_on() -> None:
    stage = Stage(LINEAR)
    stage.ask("advance", count=100)
    stage.run(PERIOD)
    stage.ask("seek", epoch=20)
    number = len(remarks(stage))
    stage.run(2 * PERIOD)
    assert len(remarks(stage)) == number


def test_new_subscriber_hears_last_remark() -> None:
    stage = Stage(LINEAR)
    stage.run(0.1)
    stage.hear(stage.session.greet())
    assert len(remarks(stage)) == 2
    assert remarks(stage)[0] == remarks(stage)[1]


@pytest.mark.parametrize("ruled_out", ["", "&xTimesY_lock=true", "&xTimesY_hide=true"])
def test_remedies_keep_locks_and_hidden_controls(ruled_out: str) -> None:
    stage = Stage(LINEAR + ruled_out)
    stage.ask("advance", count=100)
    stage.run(PERIOD)
    found = remarks(stage)[-1]
    assert found is not None
    assert found["name"] == "linear_fails"
    assert (found["remedy"] is None) == bool(ruled_out)


def test_page_hears_remark_and_tries_remedy(site: ServerThread) -> None:
    with site.open(LINEAR.replace("&words=true", "")) as page:
        page.train(100)
        page.ask("set_view", changes={"words": True})
        remark = heard(page)
        assert remark["name"] == "linear_fails"
        assert remark["remedy"]["label"] == "Add x₁x₂"
        answer = page.ask(remark["remedy"]["action"], changes=remark["remedy"]["changes"])
        assert answer["type"] == "config"
        assert answer["config"]["features"] == ["x", "y", "xTimesY"]
        assert page.answer("remark")["remark"] is None
        page.ask("advance", count=100)
        assert page.until_frame(lambda frame: frame["epoch"] == 100)["train_accuracy"] > 0.9


def heard(page: Client) -> dict[str, Any]:
    remark: dict[str, Any] = page.answer("remark")["remark"]
    return remark
