"""Looking inside over the wire, and when a session looks."""

from typing import Any

import numpy as np
import pytest

from app.protocol.containers import decode_container
from app.session.inspection import PERIOD
from engine.inspection import INSPECTIONS, OF_PICTURES
from tests.support.client import Client, Message
from tests.support.server import ServerThread
from tests.support.session import Stage

WORTHWHILE = "#activation=relu&networkShape=3,2&seed=0.3&dataset=gauss"

PANELS = [name for name in INSPECTIONS if name not in OF_PICTURES]


def looked_into(player: Client, panel: str, **options: Any) -> Message:
    """Open a panel and wait for what is seen in it."""
    answer = player.ask("inspect", panel=panel, options=options)
    assert answer["type"] == "status"
    return player.until_frame(lambda frame: frame.get("inside", {}).get("panel") == panel)


@pytest.fixture
def relu(server: ServerThread) -> Any:
    """A connection with a small network of ReLUs."""
    with server.open(WORTHWHILE) as opened:
        yield opened


def test_every_panel_is_shown_while_training_stands_still(relu: Client) -> None:
    for panel in PANELS:
        frame = looked_into(relu, panel)
        assert frame["inside"]["values"]
        assert all(np.isfinite(array).all() for name, array in frame["arrays"].items() if name.startswith("inside_"))


def test_open_panel_follows_training(relu: Client) -> None:
    looked_into(relu, "weights")
    relu.ask("set_speed", speed="unlimited")
    relu.ask("play")
    for _ in range(3):
        relu.until_frame(lambda frame: "inside" in frame)


def test_landscape_reports_progress_until_computed(relu: Client) -> None:
    frame = looked_into(relu, "landscape", compute=True, directions="random")
    while frame["inside"]["values"]["progress"] < 1:
        assert "inside_surface" not in frame["arrays"]
        frame = relu.until_frame(lambda frame: "inside" in frame)
    assert frame["arrays"]["inside_surface"].shape == (25, 25)


def test_a_closed_panel_leaves_no_trace_in_frames(player: Client) -> None:
    looked_into(player, "weights")
    player.ask("inspect", panel=None)
    frame = player.train(2)
    assert "inside" not in frame
    assert not any(name.startswith("inside") for name in frame["arrays"])


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({}, "missing_field", "panel"),
        ({"panel": "elsewhere"}, "unknown_value", "panel"),
        ({"panel": 3}, "bad_type", "panel"),
        ({"panel": "step", "options": []}, "bad_type", "options"),
        ({"panel": "step", "options": None}, "bad_type", "options"),
        ({"panel": "step", "options": {"nothing": 1}}, "unknown_field", "nothing"),
        ({"panel": "step", "options": {"unit": -1}}, "out_of_range", "unit"),
        ({"panel": "step", "options": {"unit": 10}}, "out_of_range", "unit"),
        ({"panel": "step", "options": {"unit": 1.5}}, "bad_type", "unit"),
        ({"panel": "step", "options": {"example": 500}}, "out_of_range", "example"),
        ({"panel": "step", "options": {"parameter": 9}}, "out_of_range", "parameter"),
        ({"panel": "step", "options": {"parameter": True}}, "bad_type", "parameter"),
        ({"panel": "confusion", "options": {"threshold": 1.01}}, "out_of_range", "threshold"),
        ({"panel": "confusion", "options": {"threshold": "1"}}, "bad_type", "threshold"),
        ({"panel": "landscape", "options": {"compute": 1}}, "bad_type", "compute"),
        ({"panel": "landscape", "options": {"directions": "up"}}, "unknown_value", "directions"),
    ],
)
def test_a_wrong_question_is_refused_by_name(player: Client, fields: dict[str, Any], code: str, field: str) -> None:
    error = player.ask("inspect", **fields)
    assert (error["type"], error["code"], error["field"]) == ("error", code, field)
    assert error["expected"]
    assert "inside" not in player.train(1)


# --- when a session looks -----------------------------------------------------------------------------------------


def inside_of(stage: Stage) -> list[dict[str, Any]]:
    """The frames that hold a panel."""
    messages = [decode_container(frame)[0] for frame in stage.frames]
    return [message for message in messages if "inside" in message]


def play(stage: Stage, seconds: float) -> None:
    """Let time pass for somebody who takes every frame at once."""
    end = stage.clock.now + seconds
    while stage.clock.now < end:
        stage.session.grant(stage.session.experiment.run.number, -1)
        stage.run(0.004)


def test_panels_update_ten_times_per_second_at_most() -> None:
    stage = Stage()
    stage.ask("inspect", panel="weights")
    stage.ask("play")
    stage.frames.clear()
    play(stage, 2.0)
    assert len(stage.frames) > 100
    assert 18 <= len(inside_of(stage)) <= 2 / PERIOD + 1


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_follows_training(panel: str) -> None:
    stage = Stage(WORTHWHILE)
    stage.ask("inspect", panel=panel)
    stage.ask("play")
    play(stage, 0.5)
    epochs = [message["epoch"] for message in inside_of(stage)]
    assert len(epochs) >= 3
    assert epochs == sorted(set(epochs))


def test_change_while_paused_updates_the_panel() -> None:
    stage = Stage()
    stage.ask("inspect", panel="weights")
    play(stage, 0.01)
    assert len(inside_of(stage)) == 1
    stage.ask("set_parameter", index=0, value=3)
    play(stage, 0.5)
    first, last = (decode_container(frame)[1]["inside_histograms"] for frame in (stage.frames[0], stage.frames[-1]))
    assert len(inside_of(stage)) == 2
    assert not np.array_equal(first, last)


def test_who_comes_has_no_panel_open() -> None:
    stage = Stage()
    stage.ask("inspect", panel="step")
    play(stage, 0.5)
    stage.session.greet()
    stage.frames.clear()
    stage.ask("advance", count=30)
    play(stage, 1.0)
    assert stage.frames
    assert inside_of(stage) == []


def test_panel_content_is_sent_once() -> None:
    stage = Stage()
    stage.ask("inspect", panel="space")
    play(stage, 0.5)
    stage.frames.clear()
    play(stage, 1.0)
    assert stage.frames == []


def test_landscape_is_computed_in_pieces_between_turns() -> None:
    stage = Stage()
    stage.ask("inspect", panel="landscape", options={"compute": True})
    play(stage, 3.0)
    progress = [message["inside"]["values"]["progress"] for message in inside_of(stage)]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert stage.session.ready_at() == float("inf")


def test_frames_without_panel_are_unchanged() -> None:
    frames = []
    for looks in (False, True):
        stage = Stage()
        if looks:
            stage.ask("inspect", panel="gradients")
            stage.ask("inspect", panel=None)
        stage.ask("advance", count=5)
        stage.run(0.1)
        stage.session.grant(0, -1)
        stage.run(0.1)
        frames.append(stage.frames[-1])
    assert frames[0] == frames[1]
