"""Comparison runs, which train in step with a session's network, and their variants in links."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from app.link import format_link, parse_link
from app.protocol.checkpoints import checkpoint_of
from app.settings import Limits
from app.training.variants import VARIABLE
from engine import FIELDS, Trainer
from tests.support.session import Stage
from tests.support.training import trained

LINK = "#networkShape=3&seed=0.7&dataset=gauss&compare=activation=relu;learningRate=0.1"
VARIANTS: list[dict[str, Any]] = [{"activation": "relu"}, {"learning_rate": 0.1}]


def trainers(stage: Stage) -> list[Trainer]:
    return [run.trained.trainer for run in stage.session.experiment.run.comparison.runs]


def alone(stage: Stage, epochs: int, **changes: Any) -> Trainer:
    """The same experiment with some changes, trained alone."""
    return trained(stage.config.replace(**changes), epochs)


def params(trainer: Trainer) -> bytes:
    return trainer.state().arrays["params"].tobytes()


def advance(stage: Stage, epochs: int) -> None:
    stage.ask("advance", count=epochs)
    stage.run(1.0)


def refused(stage: Stage, type_: str, **fields: Any) -> dict[str, Any]:
    (error,) = [message for _, message in stage.ask(type_, **fields) if message.get("type") == "error"]
    return error


# --- training -----------------------------------------------------------------------------------------------------


def test_comparison_runs_learn_as_if_alone() -> None:
    stage = Stage(LINK)
    stage.run(1.0)
    assert {params(trainer) for trainer in trainers(stage)} == {params(stage.trainer)}
    advance(stage, 20)
    assert [params(trainer) for trainer in trainers(stage)] == [
        params(alone(stage, 20, **variant)) for variant in VARIANTS
    ]


def test_network_leads_comparison_by_at_most_an_epoch() -> None:
    stage = Stage(LINK)
    stage.clock.step = 0.0002
    stage.ask("set_speed", speed="unlimited")
    stage.ask("play")
    for _ in range(200):
        stage.hear(stage.session.turn(0.002))
        assert all(stage.trainer.epoch - trainer.epoch <= 1 for trainer in trainers(stage))
    assert stage.trainer.epoch > 20


def test_comparison_does_not_affect_the_network() -> None:
    stage, single = Stage(LINK), Stage(LINK.partition("&compare")[0])
    for each in (stage, single):
        advance(each, 20)
    assert params(stage.trainer) == params(single.trainer)


def test_late_comparison_run_catches_up_in_slices() -> None:
    stage = Stage("#networkShape=3&seed=0.7&dataset=gauss")
    advance(stage, 200)
    stage.clock.step = 0.0005
    stage.ask("set_view", changes={"compare": [{"activation": "relu"}]})
    epochs = []
    while stage.session.ready_at() == float("-inf"):
        stage.hear(stage.session.turn(0.002))
        epochs.append(trainers(stage)[0].epoch)
    assert epochs[-1] == 200
    assert max(after - before for before, after in pairwise(epochs)) <= 10
    assert params(trainers(stage)[0]) == params(alone(stage, 200, activation="relu"))


def test_comparison_runs_are_equal_after_checkpoint() -> None:
    first = Stage(LINK)
    advance(first, 30)
    first.show()
    link = format_link(first.config, parse_link(LINK).view)
    second = Stage(link, checkpoint=checkpoint_of(first.frames[-1], link))
    second.run(1.0)
    assert [params(trainer) for trainer in trainers(second)] == [params(trainer) for trainer in trainers(first)]


def test_live_change_applies_except_to_variants_own_setting() -> None:
    stage = Stage(LINK)
    advance(stage, 5)
    stage.ask("configure", changes={"learning_rate": 0.01})
    assert [trainer.config.learning_rate for trainer in trainers(stage)] == [0.01, 0.1]
    assert [trainer.epoch for trainer in trainers(stage)] == [5, 5]


@pytest.mark.parametrize("command", [("rewind", {}), ("reset", {}), ("configure", {"changes": {"noise": 20}})])
def test_restart_restarts_all_comparison_runs(command: tuple[str, dict[str, Any]]) -> None:
    stage = Stage(LINK)
    advance(stage, 5)
    stage.ask(command[0], **command[1])
    stage.run(1.0)
    assert [trainer.epoch for trainer in trainers(stage)] == [0, 0]
    assert [trainer.targets.tobytes() for trainer in trainers(stage)] == [stage.trainer.targets.tobytes()] * 2
    assert {params(trainer) for trainer in trainers(stage)} == {params(stage.trainer)}


def test_new_data_apply_to_all_without_restart() -> None:
    stage = Stage(LINK)
    advance(stage, 5)
    stage.ask("regenerate")
    stage.run(1.0)
    assert [trainer.epoch for trainer in trainers(stage)] == [5, 5]
    assert {trainer.inputs.tobytes() for trainer in trainers(stage)} == {stage.trainer.inputs.tobytes()}


def test_diverged_comparison_run_does_not_block() -> None:
    stage = Stage("#dataset=reg-plane&problem=regression&seed=0.7&compare=learningRate=100")
    advance(stage, 40)
    (run,) = stage.show()["variants"]
    assert stage.trainer.epoch == 40
    assert stage.trainer.divergence is None
    assert "became infinite" in run["diverged"]["reason"]


def test_comparison_pauses_while_looking_back() -> None:
    stage = Stage(LINK)
    advance(stage, 20)
    stage.ask("seek", epoch=10)
    stage.run(1.0)
    assert (stage.trainer.epoch, [trainer.epoch for trainer in trainers(stage)]) == (10, [20, 20])
    stage.ask("advance", count=1)
    stage.run(1.0)
    assert [params(trainer) for trainer in trainers(stage)] == [
        params(alone(stage, 11, **variant)) for variant in VARIANTS
    ]


# --- frames -------------------------------------------------------------------------------------------------


def test_frame_has_picture_and_losses_of_variants() -> None:
    stage = Stage(LINK)
    advance(stage, 30)
    frame = stage.show()
    for number, (run, trainer) in enumerate(zip(frame["variants"], trainers(stage), strict=True)):
        arrays = {
            name: frame["arrays"][f"variant_{number}_{name}"] for name in ("surface", "history_epochs", "history_test")
        }
        assert np.array_equal(arrays["surface"], trainer.snapshot().surface)
        assert arrays["history_epochs"].tolist() == list(range(31))
        assert arrays["history_test"][-1] == pytest.approx(run["test_loss"])
        assert (run["epoch"], run["test_loss"], run["diverged"]) == (30, trainer.test_loss, None)


def test_long_comparison_run_is_thinned_evenly() -> None:
    stage = Stage("#networkShape=1&seed=0.7&dataset=gauss&compare=learningRate=0.1")
    advance(stage, 500)
    epochs = stage.show()["arrays"]["variant_0_history_epochs"]
    assert (epochs[0], epochs[-1], len(epochs)) == (0, 500, 160)


def test_frames_without_comparison_are_unchanged() -> None:
    frame = Stage("#seed=0.7").show()
    assert "variants" not in frame
    assert not [name for name in frame["arrays"] if name.startswith("variant")]


def test_frames_compare_classes_and_curves() -> None:
    classes = Stage("#dataset=gauss4&seed=0.7&compare=learningRate=0.1").show()["arrays"]
    curve = Stage("#problem=regression&regDataset=reg-sine&seed=0.7&compare=learningRate=0.1").show()["arrays"]
    assert classes["variant_0_classes"].shape == (100, 100)
    assert len(curve["variant_0_curve"]) == len(curve["curve"])


# --- choosing -----------------------------------------------------------------------------------------------------


def test_kept_variants_go_on_when_others_change() -> None:
    stage = Stage(LINK)
    advance(stage, 10)
    relu, _ = trainers(stage)
    stage.ask("set_view", changes={"compare": [{"optimizer": "adam"}, {"activation": "relu"}]})
    stage.run(1.0)
    assert trainers(stage)[1] is relu
    assert params(trainers(stage)[0]) == params(alone(stage, 10, optimizer="adam"))


def test_swap_keeps_what_both_have_learned() -> None:
    stage = Stage(LINK)
    advance(stage, 20)
    main, relu = params(stage.trainer), params(trainers(stage)[0])
    stage.ask("swap", variant=0)
    stage.run(1.0)
    assert (stage.config.activation, stage.trainer.epoch, params(stage.trainer)) == ("relu", 20, relu)
    assert (trainers(stage)[0].config.activation, params(trainers(stage)[0])) == ("tanh", main)
    assert params(trainers(stage)[1]) == params(alone(stage, 20, learning_rate=0.1))
    assert stage.show()["arrays"]["history_epochs"].tolist() == list(range(21))


OWN = "#dataset=own&seed=0.3&networkShape=3"
POINTS = [[1, 1, 0, "train"], [-1, -1, 0, "train"], [1, -1, 1, "train"], [-1, 1, 1, "train"], [2, 1, 0, "test"]]


def test_comparison_follows_edits_of_own_examples() -> None:
    stage, tanh, relu = Stage(f"{OWN}&compare=activation=relu"), Stage(OWN), Stage(f"{OWN}&activation=relu")
    for each in (stage, tanh, relu):
        each.ask("edit_examples", add=POINTS)
        advance(each, 10)
    stage.ask("swap", variant=0)
    for each in (stage, tanh, relu):
        each.ask("edit_examples", remove=[0], add=[[3, 3, 0, "train"]])
        advance(each, 10)
    assert (stage.trainer.epoch, params(stage.trainer)) == (20, params(relu.trainer))
    assert [params(trainer) for trainer in trainers(stage)] == [params(tanh.trainer)]


def test_comparison_survives_first_example_of_a_part() -> None:
    stage, relu = Stage(f"{OWN}&compare=activation=relu"), Stage(f"{OWN}&activation=relu")
    for each in (stage, relu):
        each.ask("edit_examples", add=POINTS[:4])
        advance(each, 10)
    run = trainers(stage)[0]
    for each in (stage, relu):
        each.ask("edit_examples", add=POINTS[4:])
        advance(each, 10)
    assert trainers(stage) == [run]
    assert params(run) == params(relu.trainer)
    arrays = stage.show()["arrays"]
    assert arrays["variant_0_history_epochs"].tolist() == list(range(10, 21))
    assert np.isfinite(arrays["variant_0_history_test"]).all()


def test_swap_while_looking_back_uses_latest_state() -> None:
    stage = Stage(LINK)
    advance(stage, 20)
    main, relu = params(stage.trainer), params(trainers(stage)[0])
    stage.ask("seek", epoch=5)
    stage.ask("swap", variant=0)
    stage.run(1.0)
    assert (stage.trainer.epoch, params(stage.trainer), params(trainers(stage)[0])) == (20, relu, main)


def test_swap_refuses_missing_variant() -> None:
    error = refused(Stage(LINK), "swap", variant=2)
    assert (error["code"], error["field"], error["expected"]) == (
        "out_of_range",
        "variant",
        "a whole number from 0 to 1",
    )


def test_swap_refuses_locked_setting() -> None:
    stage = Stage(f"{LINK}&activation_lock=true")
    assert refused(stage, "swap", variant=0)["code"] == "locked"
    assert stage.config.activation == "tanh"


def test_locked_comparison_cannot_change() -> None:
    stage = Stage(f"{LINK}&compare_lock=true")
    assert refused(stage, "swap", variant=0)["code"] == "locked"
    assert refused(stage, "set_view", changes={"compare": []})["code"] == "locked"


@pytest.mark.parametrize(
    ("variants", "code", "field"),
    [
        ([{"seed": "0.1"}], "unknown_field", "compare"),
        ([{"activation": "wavy"}], "unknown_value", "activation"),
        ([{}], "out_of_range", "compare"),
        ([{"activation": "relu"}, {"activation": "relu"}], "duplicate_value", "compare"),
        ([{"batch_size": size} for size in (1, 2, 3, 4)], "out_of_range", "compare"),
        ([{"hidden_layer_sizes": [65]}], "too_large_model", "hidden_layer_sizes"),
    ],
)
def test_invalid_variants_are_refused_by_name(variants: list[Any], code: str, field: str) -> None:
    stage = Stage(LINK)
    error = refused(stage, "set_view", changes={"compare": variants})
    assert (error["code"], error["field"]) == (code, field)
    assert [dict(run.variant) for run in stage.session.experiment.run.comparison.runs] == VARIANTS


# --- links --------------------------------------------------------------------------------------------------------


def test_link_contains_variants_by_key() -> None:
    link = parse_link("#compare=networkShape=4,2,2;regularization=L2%26regularizationRate=0.03")
    expected = ({"hidden_layer_sizes": (4, 2, 2)}, {"regularizer": "L2", "regularization_rate": 0.03})
    assert (link.view.compare, link.warnings) == (expected, ())
    written = format_link(link.config, link.view)
    assert "&compare=networkShape%3D4,2,2%3Bregularization%3DL2%26regularizationRate%3D0.03" in written
    assert parse_link(written).view == link.view


@pytest.mark.parametrize("field", VARIABLE)
def test_every_variable_field_round_trips_in_link(field: str) -> None:
    view = parse_link("").view
    default = FIELDS[field].default
    compared = type(view)(compare=({field: default},))
    assert parse_link(format_link(parse_link("").config, compared)).view.compare == ({field: default},)


@pytest.mark.parametrize(
    ("text", "kept", "code"),
    [
        ("seed=4", (), "ignored"),
        ("activation=relu;wavy=1", ({"activation": "relu"},), "changed"),
        ("activation=wavy", (), "ignored"),
        ("learningRate=0.1;learningRate=0.1", ({"learning_rate": 0.1},), "changed"),
        ("batchSize=1;batchSize=2;batchSize=3;batchSize=4", tuple({"batch_size": n} for n in (1, 2, 3)), "changed"),
        ("wavy=1;" * 15 + "batchSize=1", ({"batch_size": 1},), "changed"),
        ("wavy=1;" * 16 + "batchSize=1", (), "ignored"),
    ],
)
def test_link_warns_of_invalid_variants(text: str, kept: Any, code: str) -> None:
    link = parse_link(f"#compare={text}")
    assert link.view.compare == kept
    assert [(warning.code, warning.key) for warning in link.warnings] == [(code, "compare")]


def test_variant_over_server_limit_is_dropped() -> None:
    link = parse_link("#compare=networkShape=9;activation=relu", Limits(units=8))
    assert link.view.compare == ({"activation": "relu"},)
    assert [warning.code for warning in link.warnings] == ["refused"]
