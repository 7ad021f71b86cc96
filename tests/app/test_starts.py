"""Many starts as a session asks for them: what the front is to train, until when, and why it is refused."""

from typing import Any

import numpy as np
import pytest

from app.link.sweep import parse_axes
from app.protocol.commands import MOST_ROWS
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.starts import Progress, encode_starts
from app.sweeps.cost import most_epochs
from app.sweeps.rows import points_of
from app.sweeps.sweep import Sweep
from app.sweeps.task import Task, train
from app.training.pictures import SIDE
from app.training.seeds import VARIED, config_of
from engine import Config, Trainer
from tests.support.session import Stage

Heard = list[tuple[MessageKind, dict[str, Any]]]


def wanted(stage: Stage, **fields: Any) -> Sweep:
    """The sweep that a session has the front train for a command."""
    kind, message = stage.ask("try_starts", **fields)[0]
    assert (kind, message.get("id"), message.get("subscriber")) == (MessageKind.SWEEP, 3, 5), message
    sweep: Sweep = message["sweep"]
    return sweep


def ends(heard: Heard) -> list[str]:
    """Why sweeps were ended."""
    return [message["why"] for kind, message in heard if kind is MessageKind.SWEEP_END]


def refusal(stage: Stage, **fields: Any) -> dict[str, Any]:
    """What is wrong with the first of the reasons why starts are refused."""
    kind, message = stage.ask("try_starts", **{"count": 2, "epochs": 5, **fields})[0]
    assert (kind, message["type"]) == (MessageKind.MESSAGE, "error")
    assert all(error["message"] for error in message["errors"])
    return message


# what is asked for


@pytest.mark.parametrize("vary", VARIED)
def test_starts_are_of_present_experiment(vary: str) -> None:
    stage = Stage()
    sweep = wanted(stage, count=5, epochs=30, vary=vary)
    assert (sweep.config, sweep.axes, sweep.starts, sweep.epochs) == (stage.config, (), 5, 30)
    assert [sweep.config_of(index) for index in range(5)] == [
        config_of(stage.config, vary, index) for index in range(5)
    ]
    assert not sweep.until_goal


def test_sweep_has_axes_and_one_start_is_enough() -> None:
    sweep = wanted(Stage(), count=1, epochs=30, sweep="learningRate:0.01|0.1;networkShape:1|4,2")
    assert [sweep.values_of(cell) for cell in range(4)] == [(0.01, (1,)), (0.01, (4, 2)), (0.1, (1,)), (0.1, (4, 2))]
    assert [axis.field for axis in sweep.axes] == ["learning_rate", "hidden_layer_sizes"]


def test_goals_of_view_come_along() -> None:
    stage = Stage("#seed=0.7&dataset=gauss&goalTestLoss=0.1")
    sweep = wanted(stage, count=2, epochs=30, until_goal=True)
    (goal,) = sweep.goals
    assert (sweep.until_goal, goal.conditions[0].value, goal.reached) == (True, 0.1, None)


def test_session_trains_none_of_them() -> None:
    stage = Stage()
    wanted(stage, count=100, epochs=1000)
    assert stage.session.ready_at() == float("inf")


# until when


def test_cancel_ends_starts_and_is_answered() -> None:
    stage = Stage()
    wanted(stage, count=2, epochs=5)
    heard = stage.ask("cancel_starts")
    assert ends(heard) == ["canceled"]
    assert [message["id"] for kind, message in heard if kind is MessageKind.STATUS] == [3]
    heard = stage.ask("cancel_starts")
    assert ends(heard) == []
    assert heard[0][1]["id"] == 3


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("configure", {"changes": {"learning_rate": 0.1}}),
        ("regenerate", {}),
        ("open", {"link": "#seed=0.7"}),
        ("set_view", {"changes": {"goal_test_loss": 0.2}}),
    ],
)
def test_changed_experiment_ends_starts(command: str, fields: dict[str, Any]) -> None:
    stage = Stage()
    wanted(stage, count=2, epochs=5)
    assert ends(stage.ask(command, **fields)) == ["changed"]
    assert ends(stage.ask("configure", changes={"learning_rate": 1})) == []


def test_varied_seeds_and_swept_settings_end_no_starts() -> None:
    stage = Stage()
    wanted(stage, count=2, epochs=5, sweep="learningRate:0.01|0.1")
    for changes in ({"weight_seed": "7", "weight_offset": 0}, {"learning_rate": 0.1}):
        assert ends(stage.ask("configure", changes=changes)) == []
    assert ends(stage.ask("set_view", changes={"discretize": True})) == []
    assert ends(stage.ask("configure", changes={"batch_size": 3})) == ["changed"]


def test_session_that_fails_ends_starts() -> None:
    stage = Stage()
    wanted(stage, count=2, epochs=5)
    assert ends(stage.hear(stage.session.stop())) == ["failed"]


def test_page_that_comes_later_has_no_starts() -> None:
    stage = Stage()
    wanted(stage, count=2, epochs=5)
    assert ends(stage.hear(stage.session.greet())) == []
    assert ends(stage.ask("configure", changes={"learning_rate": 0.1})) == []


# what is refused


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"count": 401, "epochs": 1}, "count", "a whole number from 1 to 400"),
        ({"count": 0, "epochs": 1, "sweep": "noise:0|5"}, "count", "a whole number from 1 to 400"),
        ({"count": 20, "epochs": 10_001}, "epochs", "a whole number from 1 to 10000"),
        ({"count": 20, "epochs": 1, "vary": "luck"}, "vary", "one of weights, data, both"),
    ],
)
def test_bad_starts_are_refused(fields: dict[str, Any], field: str, expected: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        Stage().ask("try_starts", **fields)
    (fault,) = refused.value.faults
    assert (fault.field, fault.got, fault.expected) == (field, str(fields[field]), expected)


def test_single_start_without_sweep_is_refused() -> None:
    error = refusal(Stage(), count=1)
    assert (error["field"], error["got"], error["expected"]) == ("count", "1", "a whole number from 2 to 400")


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("learningRat:0.1|1", "unknown_field", "sweep"),
        ("noise:", "out_of_range", "noise"),
        ("noise:0|90", "out_of_range", "noise"),
        ("activation:relu|rel", "unknown_value", "activation"),
        ("seed:1|2", "unknown_field", "sweep"),
        ("networkShape:2|65", "too_large_model", "hidden_layer_sizes"),
        (";".join(f"{name}:0..0.5:100" for name in ("dropout", "momentum", "noise", "beta")), "unknown_field", "sweep"),
        ("dropout:0..0.5:100;momentum:0..0.5:100;noise:0..50:100;batchSize:1..99:99", "out_of_range", "sweep"),
        ("noise:0..50:100;batchSize:1..100:100", "out_of_range", "sweep"),
    ],
)
def test_bad_sweep_is_refused_with_its_field(text: str, code: str, field: str) -> None:
    error = refusal(Stage(), sweep=text)
    assert (error["code"], error["field"]) == (code, field)


def test_number_of_rows_is_bounded() -> None:
    assert wanted(Stage(), count=400, epochs=1, sweep="noise:0|5|10|15|20").total == MOST_ROWS
    assert refusal(Stage(), count=400, sweep="noise:0|5|10|15|20|25")["field"] == "sweep"


@pytest.mark.parametrize("how", ["lock", "hide"])
def test_locked_and_hidden_settings_are_not_swept(how: str) -> None:
    stage = Stage(f"#seed=0.7&dataset=gauss&networkShape=3&learningRate_{how}=true&numHiddenLayers_{how}=true")
    error = refusal(stage, sweep="learningRate:0.03|0.1")
    assert (error["code"], error["field"], error["got"]) == ("locked", "learningRate", "0.03|0.1")
    assert f"{'locked' if how == 'lock' else 'hidden'} by the author of this link" in error["message"]
    assert refusal(stage, sweep="networkShape:2|3,3")["field"] == "networkShape"
    # the number of layers stays
    assert wanted(stage, count=2, epochs=5, sweep="networkShape:2|3").cells == 2


def test_starts_without_training_examples_are_refused() -> None:
    assert refusal(Stage("#dataset=own&seed=1"))["code"] == "bad_examples"
    assert refusal(Stage(), sweep="dataset:xor|own")["code"] == "bad_examples"


def test_impossible_goal_is_refused() -> None:
    stage = Stage("#seed=0.7&dataset=gauss&networkShape=3&goalTestLoss=0.1&goalUnits=2")
    assert "3 hidden neurons" in refusal(stage, until_goal=True)["message"]
    # without it, they can be trained
    wanted(stage, count=2, epochs=5)


# how long it takes


def test_too_much_work_is_refused_with_the_limit() -> None:
    stage = Stage(f"#networkShape={','.join(['16'] * 10)}&batchSize=1")
    error = refusal(stage, count=400, epochs=10_000)
    most = most_epochs(Sweep(stage.config, starts=400))
    assert (error["code"], error["field"], error["got"]) == ("out_of_range", "epochs", "10000")
    assert error["expected"] == f"at most {most:,} for 400 starts of this network with these data"
    assert wanted(stage, count=400, epochs=most).epochs == most
    error = refusal(stage, count=200, epochs=10_000, sweep="noise:0|5")
    assert error["expected"].endswith("for 400 starts of these networks with these data")


def test_cost_answers_estimate() -> None:
    assert Stage().ask("estimate_starts")[0][1] == {
        "type": "starts_cost",
        "epoch_seconds": 0.0,
        "start_seconds": 0.0,
        "id": 3,
    }


# what a page is told


def test_container_holds_results_pictures_and_curves() -> None:
    sweep = Sweep(Config(seed="1"), parse_axes("learningRate:0.03|3;batchSize:5|10"), 2, "data", 7)
    starts = train(Task(sweep, (0, 3, 5)))
    data = encode_starts(sweep, Progress(share=0.375, seconds_left=2.5, finished=starts, notice="A word."), 8)
    message, arrays = decode_container(data)
    assert message["axes"] == [
        {"key": "learningRate", "field": "learning_rate", "values": [0.03, 3.0], "texts": ["0.03", "3"]},
        {"key": "batchSize", "field": "batch_size", "values": [5, 10], "texts": ["5", "10"]},
    ]
    told = {name: message[name] for name in ("total", "count", "epochs", "vary", "every", "share", "notice", "id")}
    assert told == {
        "total": 8,
        "count": 2,
        "epochs": 7,
        "vary": "data",
        "every": 1,
        "share": 0.375,
        "notice": "A word.",
        "id": 8,
    }
    assert [start["index"] for start in message["starts"]] == [0, 3, 5]
    assert arrays["surfaces"].shape == (3, SIDE, SIDE)
    assert arrays["losses"].shape == (3, len(points_of(7)))
    for start, losses in zip(message["starts"], arrays["losses"], strict=True):
        trainer = Trainer(sweep.config_of(start["index"]))
        assert losses[0] == np.float32(trainer.test_loss)
        assert losses[-1] == pytest.approx(start["test_loss"])
        assert (start["seed"], start["reached"]) == (trainer.config.seed, None)


def test_container_of_nothing_has_no_arrays() -> None:
    sweep = Sweep(Config())
    message, arrays = decode_container(encode_starts(sweep, Progress(share=0.0)))
    assert (message["starts"], message["axes"], message["ended"], arrays) == ([], [], None, {})
    assert "id" not in message
