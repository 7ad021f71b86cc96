"""Goals of course links, and goals of the user's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.link import GOALS, OWN_GOALS, format_link, parse_link
from app.link.goals import goals_of
from app.protocol.checkpoints import checkpoint_of
from app.training.goals import LASTING, Goals
from engine import Trainer
from tests.support.session import Stage

COURSE = json.loads((Path(__file__).parents[1] / "golden" / "course_links.json").read_text())
EASY = "#dataset=gauss&seed=0.3&networkShape=2&goalTestLoss=0.1&goalAccuracy=95"
"""Reached within a few epochs."""


def train(link: str, epochs: int, **changes: Any) -> Goals:
    """The goals of a link after some epochs, with some settings changed."""
    config, view, _ = parse_link(link)
    trainer, goals = Trainer(config.replace(**changes)), goals_of(view)
    for _ in range(epochs):
        trainer.run_epoch()
        goals = goals.after(trainer)
    return goals


def medals(goals: Goals) -> dict[str, int | None]:
    return {goal.medal: goal.reached for goal in goals}


def sent_goals(stage: Stage) -> list[dict[str, Any]]:
    """The goals that a session sent last."""
    goals: list[dict[str, Any]] = [m["goals"] for _, m in stage.said if m.get("type") == "goals"][-1]
    return goals


# --- the course's links -------------------------------------------------------------------------------------------


def test_single_linear_neuron_reaches_no_medal() -> None:
    assert medals(train(COURSE["first-network"], 1000)) == {"bronze": None, "silver": None, "gold": None}


def test_four_nonlinear_neurons_reach_all_medals() -> None:
    reached = medals(
        train(COURSE["first-network"], 300, activation="tanh", hidden_layer_sizes=(4,), learning_rate=0.03)
    )
    assert 10 < reached["bronze"] < reached["silver"] < reached["gold"] < 200  # type: ignore[operator]


def test_linear_neurons_reach_no_medal() -> None:
    goals = train(COURSE["first-network"], 300, hidden_layer_sizes=(8, 8), learning_rate=0.03)
    assert set(medals(goals).values()) == {None}


@pytest.mark.parametrize("rate", [3, 0.1, 0.03])
def test_learning_rate_course_is_reached_in_epoch_one(rate: float) -> None:
    assert not train(COURSE["learning-rate"], 0, learning_rate=rate).is_reached
    assert medals(train(COURSE["learning-rate"], 1, learning_rate=rate)) == {"bronze": 1}


def test_tiny_learning_rate_reaches_goal_later() -> None:
    assert not train(COURSE["learning-rate"], 5, learning_rate=0.001).is_reached


def test_gap_widens_in_time_without_regularization() -> None:
    small, wide = train(COURSE["l2"], 500)
    assert (wide.label, wide.reached) == ("Test loss − training loss ≥ 0.085", 495)
    assert (small.label, small.reached) == ("Test loss − training loss ≤ 0.012, for 400 epochs in a row", None)


def test_gap_stays_small_with_l2() -> None:
    small, wide = train(COURSE["l2"], 600, regularization_rate=0.3)
    assert wide.reached is None
    assert LASTING < small.reached < 500  # type: ignore[operator]


def test_course_keys_have_labels_and_medals() -> None:
    goals = goals_of(parse_link("#" + "&".join(f"{name}=0.1" for name in GOALS)).view)
    assert [goal.medal for goal in goals] == ["bronze"] * 6 + ["silver"] * 6 + ["gold"] * 6
    assert len({(goal.medal, goal.label) for goal in goals}) == 18


# --- the user's own ---------------------------------------------------------------------------------------------------


def test_conditions_must_hold_at_the_same_time() -> None:
    assert train(EASY, 30).is_reached
    assert not train(f"{EASY}&goalUnits=1", 30).is_reached
    assert not train(f"{EASY}&goalParameters=8", 30).is_reached
    assert train(f"{EASY}&goalUnits=2&goalParameters=9&goalEpochs=30", 30).is_reached


def test_goal_reached_after_limit_does_not_count() -> None:
    (goal,) = train(EASY, 30)
    assert goal.reached is not None
    assert train(f"{EASY}&goalEpochs={goal.reached}", 30).is_reached
    assert not train(f"{EASY}&goalEpochs={goal.reached - 1}", 30).is_reached


@pytest.mark.parametrize("link", ["#problem=regression&goalAccuracy=1", "#percTrainData=100&goalTestLoss=9"])
def test_measure_without_value_is_never_reached(link: str) -> None:
    assert not train(link, 3).is_reached


def test_constraints_without_target_warn() -> None:
    link = parse_link("#goalEpochs=100&goalUnits=4")
    assert not goals_of(link.view).goals
    assert [(warning.code, warning.key) for warning in link.warnings] == [
        ("unused", "goalEpochs"),
        ("unused", "goalUnits"),
    ]


def test_accuracy_below_one_is_a_fraction() -> None:
    link = parse_link("#goalAccuracy=0.95")
    assert [(warning.code, warning.used) for warning in link.warnings] == [("changed", "95")]
    assert "&goalAccuracy=95" in format_link(link.config, link.view)


def test_no_goals_are_not_reached() -> None:
    assert not Goals().is_reached


# --- missed or unreachable ---------------------------------------------------------------------------------------

LATE = "#seed=0.04&goalAccuracy=95&goalEpochs=20&learningRate=0.01"


def after(link: str, epochs: int) -> Stage:
    stage = Stage(link)
    if epochs:
        stage.ask("advance", count=epochs)
        stage.run(2.0)
    return stage


def verdict(stage: Stage) -> dict[str, Any]:
    (goal,) = sent_goals(stage)
    return {name: goal[name] for name in ("reached", "late", "missed", "obstacle")}


@pytest.mark.parametrize(
    ("epochs", "late", "missed"),
    [(0, None, False), (20, None, False), (21, None, True), (40, None, True), (80, 65, True)],
)
def test_goal_is_missed_after_its_limit(epochs: int, late: int | None, missed: bool) -> None:
    assert verdict(after(LATE, epochs)) == {"reached": None, "late": late, "missed": missed, "obstacle": ""}


def test_reached_goal_is_never_missed() -> None:
    stage = after("#seed=0.04&goalAccuracy=95&goalEpochs=65&learningRate=0.01", 100)
    assert verdict(stage) == {"reached": 65, "late": None, "missed": False, "obstacle": ""}


def test_missed_goal_reopens_in_new_run_or_branch() -> None:
    stage = after(LATE, 60)
    stage.ask("seek", epoch=10)
    assert verdict(stage)["missed"]
    stage.ask("advance", count=1)
    stage.run(0.5)
    assert verdict(stage) == {"reached": None, "late": None, "missed": False, "obstacle": ""}
    for again in ("rewind", "reset"):
        stage = after(LATE, 60)
        stage.ask(again)
        assert not verdict(stage)["missed"]


def test_missed_goal_survives_checkpoint() -> None:
    for epochs in (30, 80):
        link = format_link(*parse_link(LATE)[:2])
        first = after(link, epochs)
        first.show()
        assert verdict(Stage(link, checkpoint=checkpoint_of(first.frames[-1], link))) == verdict(first)


def test_later_limit_reopens_missed_goal() -> None:
    stage = after(LATE, 30)
    stage.ask("set_view", changes={"goal_epochs": 50})
    assert not verdict(stage)["missed"]
    stage.ask("set_view", changes={"goal_epochs": 10})
    assert verdict(stage)["missed"]


@pytest.mark.parametrize(
    ("link", "obstacle"),
    [
        ("#goalTestLoss=0.1&goalUnits=4", "this network has 6 hidden neurons"),
        ("#goalTestLoss=0.1&goalUnits=0&networkShape=1", "this network has 1 hidden neuron"),
        ("#goalAccuracy=90&goalParameters=8", "this network has 25 weights and biases"),
        ("#goalAccuracy=90&percTrainData=100", "there are no test examples"),
        ("#goalGap=0.1&percTrainData=100", "there are no test examples"),
        ("#goalAccuracy=90&problem=regression", "regression has no accuracy"),
        ("#goalTestLossMinThresholdFirst=0.1&percTrainData=100", "there are no test examples"),
        ("#goalTestLoss=0.1&dataset=own", "there are no test examples"),
        ("#goalTrainLossMinThresholdFirst=0.1&dataset=own", "there are no training examples"),
        ("#goalTrainLossMinThresholdFirst=0.1&percTrainData=100", ""),
        ("#goalTestLoss=0.1&goalUnits=6&goalParameters=25", ""),
    ],
)
def test_obstacle_to_goal_is_reported(link: str, obstacle: str) -> None:
    assert verdict(Stage(link))["obstacle"] == obstacle


def test_obstacle_disappears_with_its_cause() -> None:
    stage = Stage("#goalTestLoss=0.1&goalUnits=4")
    stage.ask("configure", changes={"hidden_layer_sizes": [4]})
    assert verdict(stage)["obstacle"] == ""
    stage.ask("configure", changes={"train_percent": 100})
    assert verdict(stage)["obstacle"] == "there are no test examples"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (LATE, "the goal was missed: the limit was 20 epochs"),
        ("#goalAccuracy=90&goalUnits=3", "the goal cannot be reached: this network has 6 hidden neurons"),
    ],
)
def test_run_until_goal_stops_when_unreachable(link: str, reason: str) -> None:
    stage = Stage(link)
    stage.ask("run_until", until="goal")
    stage.run(2.0)
    ended = [message for _, message in stage.said if message.get("type") == "status"][-1]["run_ended"]
    assert (ended["cause"], ended["reason"]) == ("goal", reason)
    assert ended["epoch"] <= 21


# --- in a session -------------------------------------------------------------------------------------------------


def test_session_sends_goals_when_they_change() -> None:
    stage = Stage(EASY)
    assert sent_goals(stage)[0]["label"] == "Test loss ≤ 0.1, test accuracy ≥ 95%"
    stage.ask("advance", count=30)
    stage.run(1.0)
    assert [item["reached"] for item in sent_goals(stage)] == [goal.reached for goal in train(EASY, 30)]
    assert len([message for _, message in stage.said if message.get("type") == "goals"]) == 2


def test_goal_progress_resets_only_in_new_runs() -> None:
    stage = Stage(EASY)
    stage.ask("advance", count=30)
    stage.run(1.0)
    stage.ask("configure", changes={"learning_rate": 0.01})
    assert sent_goals(stage)[0]["reached"]
    stage.ask("rewind")
    assert sent_goals(stage)[0]["reached"] is None


def test_goals_can_change_during_a_run() -> None:
    stage = Stage("#dataset=gauss&seed=0.3&networkShape=2")
    stage.ask("advance", count=30)
    stage.run(1.0)
    stage.ask("set_view", changes={"goal_test_loss": 0.1})
    assert sent_goals(stage)[0]["reached"] == 30
    stage.ask("set_view", changes={"goal_test_loss": 1e-9})
    assert sent_goals(stage)[0]["reached"] is None
    stage.ask("set_view", changes={"goal_test_loss": None})
    assert sent_goals(stage) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("goal_accuracy", 101, "out_of_range"),
        ("goal_accuracy", 0.95, "out_of_range"),
        ("goal_epochs", 2.5, "bad_type"),
        ("goal_test_loss", "low", "bad_type"),
    ],
)
def test_invalid_goal_is_refused_by_name(field: str, value: object, code: str) -> None:
    with pytest.raises(Exception, match=field) as refused:
        Stage(EASY).ask("set_view", changes={field: value})
    assert refused.value.faults[0].code == code  # type: ignore[attr-defined]


def test_reached_goal_survives_checkpoint() -> None:
    first = Stage(EASY)
    first.ask("advance", count=30)
    first.run(1.0)
    first.show()
    link = format_link(first.config, parse_link(EASY).view)
    second = Stage(link, checkpoint=checkpoint_of(first.frames[-1], link))
    assert sent_goals(second) == sent_goals(first)


def test_lasting_gap_continues_after_checkpoint() -> None:
    link = format_link(*parse_link("#seed=0.1&goalGap=9")[:2])
    first = Stage(link)
    first.ask("advance", count=300)
    first.show()
    second = Stage(link, checkpoint=checkpoint_of(first.frames[-1], link))
    second.ask("advance", count=LASTING - 300)
    second.run(1.0)
    assert sent_goals(second)[0]["reached"] == LASTING


@pytest.mark.parametrize("pair", [[1], [1, -1], [1, 10**9], ["1", None], [True, None], 5])
def test_checkpoint_with_invalid_goals_is_refused_by_name(pair: object) -> None:
    link = format_link(*parse_link(EASY)[:2])
    stage = Stage(link)
    stage.show()
    checkpoint = {**checkpoint_of(stage.frames[-1], link), "goals": {"own": pair}}
    (error,) = [message for _, message in Stage(link, checkpoint=checkpoint).said if message.get("type") == "error"]
    assert (error["code"], error["field"]) == ("bad_checkpoint", "checkpoint.goals.own")


def test_new_page_receives_goals() -> None:
    stage = Stage(EASY)
    heard = stage.hear(stage.session.greet())
    assert heard[-1][1]["goals"][0]["name"] == "own"


def test_every_goal_condition_is_a_view_field() -> None:
    stage = Stage(EASY)
    stage.ask("set_view", changes=dict.fromkeys(OWN_GOALS))
    assert sent_goals(stage) == []
