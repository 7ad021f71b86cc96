"""A sweep in the view: pages set it, links carry it, and what is wrong with it is said."""

from typing import Any

import pytest

from app.link import SweepText, parse_link
from tests.support.session import Stage

SWEEP = "learningRate:0.01..1:3l;starts:5"


def answer(stage: Stage, kind: str, command: str, **fields: Any) -> dict[str, Any]:
    """The message of a kind that answers a command."""
    (message,) = [message for _, message in stage.ask(command, **fields) if message.get("type") == kind]
    return message


def sweep_of(link: str) -> SweepText | None:
    return parse_link(link).view.sweep


def test_set_view_puts_sweep_into_link() -> None:
    stage = Stage("#seed=0.7")
    sweep = sweep_of(answer(stage, "config", "set_view", changes={"sweep": SWEEP})["link"])
    assert sweep is not None
    assert (sweep.axes[0].values, sweep.starts) == ((0.01, 0.1, 1), 5)
    assert sweep_of(answer(stage, "config", "set_view", changes={"sweep": None})["link"]) is None


def test_composed_link_carries_sweep() -> None:
    stage = Stage("#seed=0.7")
    assert sweep_of(answer(stage, "composed", "compose", changes={"sweep": SWEEP})["link"]) is not None
    assert stage.session.experiment.view.sweep is None


@pytest.mark.parametrize(
    ("sweep", "field"),
    [("learningRate:0.1..0.01:3", "learningRate"), ("nonsense:1|2", "sweep"), ("starts:0", "starts")],
)
def test_invalid_sweep_is_refused_by_name(sweep: str, field: str) -> None:
    assert answer(Stage("#seed=0.7"), "error", "set_view", changes={"sweep": sweep})["field"] == field


def test_locked_luck_keeps_its_sweep() -> None:
    stage = Stage(f"#seed=0.7&sweep={SWEEP}&luck_lock=true")
    assert answer(stage, "error", "set_view", changes={"sweep": None})["code"] == "locked"
    assert stage.session.experiment.view.sweep is not None
