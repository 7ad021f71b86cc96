"""A session, turn by turn, with a clock that only moves when the test says so."""

import json
from typing import Any

import numpy as np
import pytest

from app.link import format_link
from app.protocol.cards import CardLevel
from app.protocol.checkpoints import checkpoint_of
from app.protocol.commands import COMMANDS, Ack, Hello, Ping, Visible
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.parser import parse
from app.session.handlers import HANDLERS
from app.settings import Limits
from app.training.pacing import CATCH_UP, SPEED_PRESETS, TICK
from engine import Config, Trainer
from tests.support.session import LINK, Stage

FEATURES = 7


def kinds(said: list[tuple[MessageKind, dict[str, Any]]]) -> list[str]:
    return [kind.name for kind, _ in said]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_opening_tells_all_that_a_page_needs(stage: Stage) -> None:
    assert kinds(stage.said) == ["OPENED", "CONFIG", "STATUS", "DATA"]
    assert stage.said[1][1]["layers"] == [2, 3, 1]
    assert stage.said[1][1]["revision"] == stage.said[3][1]["revision"] == 1
    nothing = dict.fromkeys(("diverged", "stopped", "position", "run_until", "run_ended"))
    assert stage.said[2][1] == {"type": "status", "playing": False, "speed": "epoch", **nothing}


def test_nothing_happens_until_somebody_asks(stage: Stage) -> None:
    assert stage.session.ready_at() == float("inf")
    assert stage.turn() == []


@pytest.mark.parametrize(("speed", "epochs"), [("epoch", 60), ("epochs_5", 300), ("epochs_20", 1200)])
def test_speeds_train_their_epochs_per_tick(stage: Stage, speed: str, epochs: int) -> None:
    stage.ask("set_speed", speed=speed)
    stage.ask("play")
    stage.run(1.0)
    assert abs(stage.trainer.epoch - epochs) <= SPEED_PRESETS[speed].epochs * 1.5  # type: ignore[operator]


def test_the_slowest_speed_trains_one_minibatch_a_tick(stage: Stage) -> None:
    stage.ask("set_speed", speed="minibatch")
    stage.ask("play")
    stage.run(1.0)
    assert abs(stage.trainer.step - 60) <= 1


def test_only_recent_missed_ticks_are_made_up(stage: Stage) -> None:
    stage.ask("play")
    stage.run(0.5)
    before = stage.trainer.epoch
    stage.clock.now += 10
    stage.run(TICK)
    assert 0 <= stage.trainer.epoch - before - CATCH_UP / TICK <= 3


def test_late_turn_trains_all_ticks_that_are_due(stage: Stage) -> None:
    stage.ask("play")
    stage.run(0.5)
    before = stage.trainer.epoch
    stage.clock.now += 5 * TICK
    stage.session.turn(budget=1.0)
    assert 5 <= stage.trainer.epoch - before <= 6


def test_slow_frames_make_fewer_turns_of_more_epochs(stage: Stage) -> None:
    stage.ask("play")
    stage.session.set_frame_period(0.1)
    stage.run(1.0)
    before, turns, start = stage.trainer.epoch, 0, stage.clock.now
    while stage.clock.now < start + 1.0:
        stage.clock.now = max(stage.clock.now, stage.session.ready_at())
        stage.session.turn(budget=1.0)
        turns += 1
    assert 8 <= turns <= 12
    assert 50 <= stage.trainer.epoch - before <= 70


def test_training_needs_no_frames_and_frames_are_limited(stage: Stage) -> None:
    stage.ask("play")
    stage.run(0.5)
    assert not stage.frames
    start = stage.clock.now
    while stage.clock.now < start + 1.0:
        stage.session.grant(0, -1)
        stage.run(0.004)
    assert 58 <= len(stage.frames) <= 62


def test_a_frame_comes_only_when_something_has_changed(stage: Stage) -> None:
    first = stage.show()
    stage.session.grant(first["run"], first["epoch"])
    assert stage.session.ready_at() == float("inf")
    stage.ask("select", unit=2)
    stage.run(1.0)
    assert stage.said[-1][1]["selected"] == 2
    assert len(stage.frames) == 2


def test_advance_pauses_and_trains_exactly_so_much(stage: Stage) -> None:
    stage.ask("play")
    assert stage.ask("advance", count=1000)[0][1]["playing"] is False
    stage.run(1.0)
    assert (stage.trainer.epoch, stage.trainer.batch) == (1000, 0)
    stage.ask("advance", unit="minibatch", count=27)
    stage.run(1.0)
    assert (stage.trainer.epoch, stage.trainer.batch) == (1001, 2)
    stage.ask("advance")
    stage.run(1.0)
    assert (stage.trainer.epoch, stage.trainer.batch) == (1002, 0)


def test_a_session_trains_what_a_trainer_trains(stage: Stage) -> None:
    stage.ask("advance", count=50)
    stage.run(1.0)
    alone = Trainer(stage.config)
    while alone.epoch < 50:
        alone.run_epoch()
    np.testing.assert_array_equal(stage.show()["arrays"]["params"], alone.state().arrays["params"])


def test_frames_bring_unacknowledged_losses_only(stage: Stage) -> None:
    first = stage.show()
    stage.ask("advance", count=10)
    stage.run(1.0)
    stage.session.grant(1, first["epoch"])
    stage.run(1.0)
    assert stage.said[-1][1]["arrays"]["history_epochs"].tolist() == list(range(1, 11))


def test_frames_bring_all_losses_of_new_run(stage: Stage) -> None:
    stage.ask("advance", count=10)
    stage.run(1.0)
    stage.ask("rewind")
    stage.ask("advance", count=3)
    stage.run(1.0)
    stage.session.grant(1, 10)
    stage.run(1.0)
    assert stage.said[-1][1]["arrays"]["history_epochs"].tolist() == [0, 1, 2, 3]


# --- lectures -------------------------------------------------------------------------------------------------------

STOPPING = (
    "#seed=0.7&dataset=xor&networkShape=8&noise=50&percTrainData=20&validationPercent=30&learningRate=0.3&patience=5"
)


def test_new_optimizer_keeps_weights_and_losses(stage: Stage) -> None:
    stage.ask("play")
    stage.run(0.2)
    before, epoch = stage.trainer.state().arrays["params"], stage.trainer.epoch
    said = stage.ask("configure", changes={"optimizer": "adam", "dropout": 0.2})
    assert kinds(said)[0] == "CONFIG"
    assert said[0][1]["effect"] == "training"
    np.testing.assert_array_equal(stage.trainer.state().arrays["params"], before)
    assert stage.session.experiment.pacing.playing
    stage.run(0.1)
    assert stage.trainer.epoch > epoch
    stage.session.grant(1, -1)
    stage.run(1.0)
    assert stage.said[-1][1]["arrays"]["history_epochs"].tolist()[:3] == [0, 1, 2]


def test_early_stop_pauses_and_shows_best_weights() -> None:
    stage = Stage(STOPPING)
    stage.ask("set_speed", speed="epochs_5")
    stage.ask("play")
    stage.run(20.0)
    status = [said for kind, said in stage.said if kind is MessageKind.STATUS][-1]
    stopped = status["stopped"]
    assert not status["playing"]
    assert stopped["epoch"] == stage.trainer.epoch == stopped["best_epoch"] + 5
    frame = stage.show()
    best = Trainer(stage.config)
    while best.epoch < stopped["best_epoch"]:
        best.run_epoch()
    np.testing.assert_array_equal(frame["arrays"]["params"], best.state().arrays["params"])
    assert frame["validation_loss"] == best.validation_loss


def test_play_after_early_stop_restarts_patience() -> None:
    stage = Stage(STOPPING)
    stage.ask("play")
    stage.run(20.0)
    epoch = stage.trainer.epoch
    said = stage.ask("play")
    assert said[0][1]["stopped"] is None
    stage.run(1.0)
    assert stage.trainer.epoch >= epoch + 5


def test_early_stop_survives_a_checkpoint() -> None:
    stage = Stage(STOPPING)
    stage.ask("play")
    stage.run(20.0)
    stage.show()
    known = json.loads(json.dumps(checkpoint_of(stage.frames[-1], format_link(stage.config))))
    again = Stage(format_link(stage.config), checkpoint=known)
    assert (
        again.said[2][1]["stopped"] == [said for kind, said in stage.said if kind is MessageKind.STATUS][-1]["stopped"]
    )


def test_page_gets_number_of_classes_and_dimensions() -> None:
    several, curve = Stage("#dataset=gauss4&validationPercent=10"), Stage("#problem=regression&regDataset=reg-sine")
    data = several.said[3][1]
    assert (data["classes"], data["dimensions"]) == (4, 2)
    assert (data["train_size"], data["validation_size"], data["test_size"]) == (250, 50, 200)
    assert several.said[1][1]["layers"] == [2, 4, 2, 4]
    assert several.show()["arrays"]["classes"].shape == (100, 100)
    assert (curve.said[3][1]["classes"], curve.said[3][1]["dimensions"]) == (0, 1)
    assert curve.show()["arrays"]["curve"].shape == (200,)


# --- changes --------------------------------------------------------------------------------------------------------


def test_new_network_takes_next_weights_and_pauses(stage: Stage) -> None:
    stage.ask("play")
    stage.run(0.2)
    said = stage.ask("configure", changes={"activation": "relu"})
    assert kinds(said) == ["CONFIG", "STATUS"]
    assert said[0][1]["effect"] == "network"
    assert said[0][1]["id"] == 3
    assert said[1][1]["playing"] is False
    assert (stage.config.weight_offset, stage.config.seed) == (2 * 3 + 3, "0.7")
    assert stage.trainer.epoch == 0


def test_configured_weight_seed_is_used(stage: Stage) -> None:
    stage.ask("configure", changes={"weight_seed": "w", "hidden_layer_sizes": [5]})
    assert (stage.config.weight_seed, stage.config.weight_offset) == ("w", 0)


def test_new_data_draw_new_seed_for_weights_too(stage: Stage) -> None:
    stage.ask("reset")
    said = stage.ask("configure", changes={"noise": 20})
    assert kinds(said) == ["CONFIG", "DATA"]
    assert said[0][1]["effect"] == "data"
    assert stage.config.seed != "0.7"
    assert len(stage.config.seed) == len("0.12345")
    assert (stage.config.weight_seed, stage.config.weight_offset) == ("", 0)


def test_fewer_training_pictures_keep_both_seeds(stage: Stage) -> None:
    stage.ask("open", link="#dataset=uci&seed=0.7&weightSeed=w")
    stage.ask("configure", changes={"train_count": 100})
    assert stage.config.train_count == 100
    assert (stage.config.seed, stage.config.weight_seed) == ("0.7", "w")


def test_configured_data_seed_restarts_its_weight_stream(stage: Stage) -> None:
    stage.ask("reset")
    stage.ask("configure", changes={"seed": "mine"})
    assert stage.config == Config(hidden_layer_sizes=(3,), seed="mine", dataset="gauss")


def test_pinned_weight_seed_survives_new_data_seed(stage: Stage) -> None:
    stage.ask("reseed")
    stage.ask("reset")
    pinned = (stage.config.weight_seed, stage.config.weight_offset)
    stage.ask("configure", changes={"seed": "mine"})
    assert pinned[0]
    assert (stage.config.weight_seed, stage.config.weight_offset) == pinned


def test_rewind_keeps_initial_weights_and_reset_changes_them(stage: Stage) -> None:
    start = stage.show()["arrays"]["params"]
    stage.ask("advance", count=5)
    stage.run(1.0)
    stage.ask("rewind")
    rewound = stage.show()
    assert rewound["epoch"] == 0
    np.testing.assert_array_equal(rewound["arrays"]["params"], start)
    stage.ask("reset")
    assert not np.array_equal(stage.show()["arrays"]["params"], start)


def test_reset_restarts_networks_without_weights() -> None:
    stage = Stage("#seed=0.7&x=false&y=false&networkShape=")
    stage.ask("advance", count=2)
    stage.run(1.0)
    assert stage.show()["epoch"] == 2
    stage.ask("reset")
    assert (stage.show()["epoch"], stage.show()["arrays"]["params"].tolist()) == (0, [0.1])


def test_resets_follow_the_stream_and_links_reproduce_them(stage: Stage) -> None:
    for _ in range(3):
        stage.ask("reset")
    again = Stage(stage.said[-1][1]["link"])
    np.testing.assert_array_equal(stage.show()["arrays"]["params"], again.show()["arrays"]["params"])


def test_used_up_weight_stream_gets_new_seed() -> None:
    stage = Stage(LINK + "&weightOffset=49999")
    assert kinds(stage.ask("reset")) == ["CONFIG"]
    assert stage.config.weight_offset == 0
    assert stage.config.weight_seed


def test_regenerate_keeps_network_epoch_and_initial_weights(stage: Stage) -> None:
    start = stage.show()["arrays"]["params"]
    points = stage.said[3][1]["arrays"]["points"]
    stage.ask("advance", count=5)
    stage.run(1.0)
    trained = stage.show()
    said = stage.ask("regenerate")
    assert kinds(said) == ["CONFIG", "DATA"]
    assert not np.array_equal(said[1][1]["arrays"]["points"], points)
    shown = stage.show()
    assert shown["epoch"] == 5
    assert shown["train_loss"] != trained["train_loss"]
    assert shown["arrays"]["history_train"][-1] == np.float32(shown["train_loss"])
    np.testing.assert_array_equal(shown["arrays"]["params"], trained["arrays"]["params"])
    stage.ask("rewind")
    np.testing.assert_array_equal(stage.show()["arrays"]["params"], start)


def test_set_parameter_updates_losses_at_once(stage: Stage) -> None:
    before = stage.show()
    stage.ask("set_parameter", index=1, value=4.25)
    after = stage.show()
    assert after["arrays"]["params"][1] == 4.25
    assert after["train_loss"] != before["train_loss"]
    assert after["arrays"]["history_train"].tolist() == [np.float32(after["train_loss"])]


def test_a_refused_change_changes_nothing(stage: Stage) -> None:
    config = stage.config
    said = stage.ask("configure", changes={"noise": 10, "batch_size": 0})
    assert kinds(said) == ["MESSAGE"]
    assert said[0][1]["errors"][0]["field"] == "batch_size"
    assert stage.config == config


@pytest.mark.parametrize(
    ("sizes", "words"),
    [([1] * 4, "3 hidden layers"), ([9], "8 units in a layer"), ([8, 8, 8], "100 weights and biases")],
)
def test_too_large_networks_are_refused_with_limit(sizes: list[int], words: str) -> None:
    stage = Stage(limits=Limits(layers=3, units=8, parameters=100))
    [(_, error)] = stage.ask("configure", changes={"hidden_layer_sizes": sizes})
    assert error["code"] == "too_large_model"
    assert error["expected"] == f"at most {words}"


def test_view_changes_only_change_the_link(stage: Stage) -> None:
    said = stage.ask("set_view", changes={"discretize": True, "hidden": ["noise"]})
    assert kinds(said) == ["CONFIG"]
    config = said[0][1]
    assert (config["effect"], config["revision"]) == ("nothing", 1)
    assert config["view"]["hidden"] == ["noise"]
    assert "noise_hide=true" in config["link"]
    assert "discretize=true" in config["link"]


def test_a_feature_that_is_hidden_leaves_the_network(stage: Stage) -> None:
    said = stage.ask("set_view", changes={"hidden": ["x"]})
    assert said[0][1]["layers"] == [1, 3, 1]
    stage.ask("configure", changes={"features": ["x", "sinX"]})
    assert stage.config.features == ("sinX",)


def test_new_network_clears_selected_unit(stage: Stage) -> None:
    stage.ask("select", unit=FEATURES)
    assert stage.show()["selected"] == FEATURES
    stage.ask("configure", changes={"hidden_layer_sizes": [1]})
    assert stage.show()["selected"] == FEATURES + 1


def test_open_replaces_the_experiment(stage: Stage) -> None:
    stage.ask("play")
    said = stage.ask("open", link="#networkShape=&seed=9&batchSize=zzz")
    assert kinds(said) == ["MESSAGE", "CONFIG", "STATUS", "DATA"]
    assert said[0][1]["warnings"][0]["key"] == "batchSize"
    assert said[1][1]["layers"] == [2, 1]
    assert said[1][1]["revision"] == 2
    assert said[2][1]["playing"] is False


# --- divergence and failures ----------------------------------------------------------------------------------------


def test_divergence_stops_training_until_rate_is_lower() -> None:
    stage = Stage("#regularization=L2&regularizationRate=10&learningRate=3&seed=1")
    stage.ask("play")
    stage.run(30.0)
    kind, status = stage.said[-1]
    assert kind is MessageKind.STATUS
    assert status["playing"] is False
    assert status["diverged"]["epoch"] > 0
    assert status["diverged"]["hint"]
    assert np.isfinite(stage.show()["arrays"]["params"]).all()
    assert stage.ask("play")[0][1]["playing"] is False
    said = stage.ask("configure", changes={"learning_rate": 0.001})
    assert kinds(said) == ["CONFIG", "STATUS"]
    assert said[1][1]["diverged"] is None
    assert stage.ask("play")[0][1]["playing"] is True


def test_every_command_has_a_handler() -> None:
    handled_in_front = {Hello, Ack, Visible, Ping}
    assert HANDLERS.keys() | handled_in_front == set(COMMANDS.values())
    assert HANDLERS.keys().isdisjoint(handled_in_front)


DIVERGING = (
    "#problem=regression&activation=linear&learningRate=10&seed=0.3&networkShape=2&batchSize=1&showTestData=true"
)


def test_divergence_within_an_epoch_stops_training() -> None:
    stage = Stage(DIVERGING)
    stage.ask("set_speed", speed="minibatch")
    stage.ask("play")
    stage.run(30.0)
    statuses = [message for kind, message in stage.said if kind is MessageKind.STATUS]
    assert (statuses[-1]["playing"], statuses[-1]["diverged"]["epoch"]) == (False, 1)
    assert stage.trainer.epoch == 0
    assert np.isfinite(stage.trainer.state().arrays["params"]).all()


def plain(value: object) -> object:
    """What an object of pacing holds, without its clock."""
    if isinstance(value, float | int | str | tuple | type(None)):
        return value
    return {name: plain(item) for name, item in vars(value).items() if name != "_clock"}


def played(link: str, speed: str, *, is_watched: bool) -> dict[str, object]:
    """What training and its pacing have come to after two seconds, with or without frames, cards and an open panel."""
    stage = Stage(link)
    stage.ask("set_speed", speed=speed)
    if is_watched:
        stage.session.set_cards(CardLevel.PICTURE)
        stage.ask("inspect", panel="gradients")
    stage.ask("play")
    for _ in range(240):
        stage.clock.now += TICK / 2
        if is_watched:
            stage.session.grant(stage.session.experiment.run.number, 0)
            stage.hear(stage.session.report())
        while stage.session.ready_at() <= stage.clock.now:
            stage.turn()
    run, state = stage.session.experiment.run, stage.trainer.state()
    return {
        "frames": len(stage.frames) > 20,
        "state": (state.epoch, state.step, state.batch, state.carried),
        "arrays": {name: array.tobytes() for name, array in state.arrays.items()},
        "losses": [line.tobytes() for line in run.series.after(-1) if line is not None],
        "history": run.history.epochs,
        "divergence": stage.trainer.divergence,
        "pacing": plain(stage.session.experiment.pacing),
        "playing": [message["playing"] for kind, message in stage.said if kind is MessageKind.STATUS][-1],
    }


@pytest.mark.parametrize("speed", ["minibatch", "epoch", "epochs_5"])
@pytest.mark.parametrize("link", ["#seed=0.7&batchSize=7", DIVERGING])
def test_frames_change_neither_training_nor_pacing(link: str, speed: str) -> None:
    watched, alone = played(link, speed, is_watched=True), played(link, speed, is_watched=False)
    assert (watched.pop("frames"), alone.pop("frames")) == (True, False)
    assert watched == alone


def test_sleep_pauses_training_until_wake(stage: Stage) -> None:
    stage.ask("play")
    stage.run(0.1)
    stage.session.sleep()
    epoch = stage.trainer.epoch
    stage.run(1.0)
    assert stage.trainer.epoch == epoch
    stage.session.wake()
    stage.run(1.0)
    assert stage.trainer.epoch > epoch + 50


def test_greet_emits_everything_and_a_frame(stage: Stage) -> None:
    stage.show()
    assert kinds(stage.hear(stage.session.greet())) == ["CONFIG", "STATUS", "DATA"]
    assert stage.show()["epoch"] == 0


def test_reopened_session_keeps_its_counters() -> None:
    stage = Stage()
    stage.ask("advance", count=4)
    stage.run(1.0)
    stage.show()
    link = format_link(stage.config, stage.session.experiment.view)
    again = Stage(
        link,
        checkpoint=checkpoint_of(stage.frames[-1], link),
        playing=True,
        speed="epochs_5",
        selected=3,
        revision=7,
        seq=40,
    )
    assert again.said[1][1]["revision"] == 8
    assert again.said[2][1]["playing"] is True
    assert (again.trainer.epoch, again.session.experiment.pacing.speed) == (4, "epochs_5")
    again.session.grant(0, -1)
    again.turn()
    frame = again.said[-1][1]
    assert (frame["seq"], frame["selected"]) == (41, 3)


def test_run_number_grows_only_on_restart(stage: Stage) -> None:
    first = stage.show()["run"]
    stage.ask("advance", count=2)
    stage.ask("configure", changes={"learning_rate": 0.1})
    assert stage.show()["run"] == first
    for anew in ("rewind", "reset", "reseed"):
        stage.ask(anew)
        first += 1
        assert stage.show()["run"] == first


def test_reopened_session_keeps_run_number_if_resumed(stage: Stage) -> None:
    stage.show()
    link = format_link(stage.config, stage.session.experiment.view)
    checkpoint = checkpoint_of(stage.frames[-1], link)
    assert Stage(link, checkpoint=checkpoint, run=5).show()["run"] == 5
    assert Stage(link, run=5).show()["run"] == 6


def test_epochs_per_second_are_recent(stage: Stage) -> None:
    stage.ask("play")
    for _ in range(100):
        stage.session.grant(0, -1)
        stage.run(0.02)
    assert stage.said[-1][1]["epochs_per_second"] == pytest.approx(60, rel=0.1)
    stage.ask("pause")
    assert stage.show()["epochs_per_second"] == 0


def test_pause_finishes_the_current_epoch() -> None:
    stage = Stage("#batchSize=1&seed=0.7")
    stage.ask("play")
    stage.clock.step = 0.001
    while not stage.trainer.batch:
        stage.session.turn(0.001)
    assert stage.ask("pause")[-1][1]["playing"] is False
    while stage.session.ready_at() < 0:
        stage.session.turn(0.001)
    assert (stage.trainer.epoch, stage.trainer.batch) == (1, 0)


def test_queued_advances_are_all_trained() -> None:
    stage = Stage()
    for _ in range(3):
        stage.session.submit(5, parse('{"type": "advance"}'))
    stage.run(1.0)
    assert stage.trainer.epoch == 3


def test_finish_shows_last_state_without_grant() -> None:
    stage = Stage()
    stage.ask("play")
    stage.run(0.1)
    stage.hear(stage.session.finish())
    shown = decode_container(stage.frames[-1])
    assert shown[0]["epoch"] == stage.trainer.epoch > 0
    assert stage.session.ready_at() == float("inf")


def test_only_resumed_sessions_go_on_playing() -> None:
    first = Stage()
    first.show()
    checkpoint = checkpoint_of(first.frames[-1], first.said[0][1].get("link", LINK))
    link = format_link(first.config)
    again = Stage(link, checkpoint={**checkpoint, "link": link}, playing=True, speed="epochs_5")
    assert again.session.experiment.pacing.playing
    assert again.session.experiment.pacing.speed == "epochs_5"
    other = Stage("#seed=0.8", checkpoint={**checkpoint, "link": link}, playing=True)
    assert not other.session.experiment.pacing.playing
