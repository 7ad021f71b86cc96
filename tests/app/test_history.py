"""Looking back at a run, going on from there, and training until something is so."""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from app.protocol.checkpoints import opening_of
from app.protocol.commands import Command
from app.protocol.containers import decode_container
from app.protocol.envelopes import Kind
from app.protocol.errors import ProtocolError
from app.protocol.parser import parse
from app.training.goals import Goals
from app.training.history import EARLIER, RECENT, History, HistoryEntry
from engine import Config, Trainer
from tests.app.player import Player, Server
from tests.app.test_session import LINK, Stage

VARIETIES = {
    "plain": "",
    "shuffled, dropout, Adam": "&shuffle=true&dropout=0.3&optimizer=adam&learningRate=0.01",
    "batch norm, momentum": "&batchNorm=true&optimizer=momentum",
    "patience": "&patience=40&learningRate=0.3",
}


def kept(epochs: int, config: Config | None = None, budget: int = 20_000_000) -> History:
    """What is kept of so many epochs, of which only the last was trained; the best is epoch 3."""
    trainer, history = Trainer(config or Config()), History(budget)
    mark = trainer.mark()
    assert mark
    for epoch in range(epochs + 1):
        vectors = [vector.copy() for vector in mark.instant.vectors]
        instant = mark.instant._replace(epoch=epoch, vectors=vectors)
        history.put(HistoryEntry(mark._replace(instant=instant), abs(epoch - 3), Goals()))
    return history


def status(stage: Stage) -> dict[str, Any]:
    return [message for kind, message in stage.said if kind is Kind.STATUS][-1]


def command(type_: str, **given: Any) -> Command:
    return parse(json.dumps({"type": type_, **given}))


def reopened(stage: Stage, run: int = 0) -> Stage:
    """The session as another process opens it again."""
    said = {kind: json.dumps(message) for kind, message in stage.said if kind in {Kind.CONFIG, Kind.STATUS}}
    opening = replace(opening_of(said[Kind.CONFIG], said[Kind.STATUS], None, stage.frames[-1]), run=run)
    return Stage(**{field.name: getattr(opening, field.name) for field in fields(opening)})


def advance(stage: Stage, epochs: int) -> dict[str, Any]:
    """Train so many epochs; the frame then."""
    for start in range(0, epochs, 1000):
        stage.ask("advance", count=min(1000, epochs - start))
        stage.run(0.1)
    return stage.show()


# --- what is kept -------------------------------------------------------------------------------------------------


def test_every_recent_epoch_is_kept_and_the_first_and_the_best() -> None:
    epochs = kept(5000).epochs
    assert epochs[-RECENT:] == list(range(5001 - RECENT, 5001))
    assert epochs[:1] == [0]
    assert 3 in epochs
    assert len(epochs) <= EARLIER + RECENT + 3


def test_what_is_kept_of_what_was_before_is_spread_evenly() -> None:
    earlier = np.array([epoch for epoch in kept(9000).epochs if epoch < 9000 - RECENT and epoch != 3])
    assert set(np.diff(earlier)) == {16}


@pytest.mark.parametrize("epochs", [10, 300, 3000])
def test_the_history_of_the_largest_network_stays_in_its_room(epochs: int) -> None:
    largest = Config(features=("x", "y"), hidden_layer_sizes=(120, 120), optimizer="adam", patience=10)
    history = kept(epochs, largest, budget=3_000_000)
    assert sum(entry.mark.size for entry in history.entries) <= 3_000_000
    assert {0, 3, epochs} <= set(history.epochs)


def test_a_history_that_is_cut_goes_on_in_order() -> None:
    history, more = kept(4000), kept(900)
    history.cut(512)
    for epoch in range(513, 901):
        moment = more.at(epoch)
        assert moment
        history.put(moment._replace(loss=0.5) if epoch == 700 else moment)
    epochs = history.epochs
    assert epochs == sorted(set(epochs))
    assert epochs[-1] == 900
    assert 3 in epochs


class Counting(int):
    """An epoch that notes how often any of its kind is compared."""

    compared = 0

    def __lt__(self, other: object) -> bool:
        Counting.compared += 1
        return int(self) < int(other)  # type: ignore[call-overload, no-any-return]

    def __gt__(self, other: object) -> bool:
        Counting.compared += 1
        return int(self) > int(other)  # type: ignore[call-overload, no-any-return]

    __hash__ = int.__hash__


def test_what_is_kept_is_sorted_once_however_often_it_is_asked_for() -> None:
    trainer, history = Trainer(Config()), History()
    mark = trainer.mark()
    assert mark
    for epoch in range(5000):
        moment = HistoryEntry(mark._replace(instant=mark.instant._replace(epoch=Counting(epoch))), 1.0, Goals())
        history.put(moment)
    size = len(history.epochs)
    assert size > 700
    Counting.compared = 0
    for epoch in range(0, 5000, 42):
        moment_of = history.at(Counting(epoch))
        assert moment_of
        assert history.neighbors(moment_of.epoch) != (None, None)
    # twice a search in halves for each
    assert Counting.compared < 120 * 2 * 16 < 10 * size


def test_the_epochs_beside_one_are_those_that_are_kept() -> None:
    history = kept(5000)
    epochs = history.epochs
    assert [history.neighbors(epoch) for epoch in epochs] == list(
        zip([None, *epochs[:-1]], [*epochs[1:], None], strict=True)
    )
    missing = next(epoch for epoch in range(5000) if epoch not in epochs)
    assert history.neighbors(missing) == history.neighbors(-1) == history.neighbors(5001) == (None, None)


def test_newest_entry_is_the_current_state() -> None:
    stage = Stage()
    advance(stage, 30)
    entries = stage.session.run.history.entries
    assert [entry.epoch for entry in entries] == list(range(31))
    assert (entries[-1].mark.state().arrays["params"] == stage.trainer.state().arrays["params"]).all()


# --- looking back -------------------------------------------------------------------------------------------------


def test_an_earlier_epoch_is_shown_as_it_was() -> None:
    stage = Stage()
    then = advance(stage, 40)
    advance(stage, 60)
    stage.ask("seek", epoch=40)
    shown = stage.show()
    assert shown["epoch"] == 40
    assert shown["past"]
    for name in ("train_loss", "test_loss", "step", "checkpoint"):
        assert shown[name] == then[name]
    for name in ("params", "surface", "thumbnails"):
        assert (shown["arrays"][name] == then["arrays"][name]).all()


def test_the_status_says_which_epoch_is_shown_and_which_are_beside_it() -> None:
    stage = Stage()
    advance(stage, 30)
    stage.ask("seek", epoch=12)
    told = status(stage)
    assert told["position"] == {"epoch": 12, "latest": 30, "previous": 11, "next": 13}
    stage.ask("seek", epoch=None)
    assert status(stage)["position"] is None


@pytest.mark.parametrize("wanted", [None, 500, 2**53 - 1])
def test_back_to_now_is_exact_in_the_middle_of_an_epoch(wanted: int | None) -> None:
    stage, other = Stage(LINK + "&optimizer=adam"), Stage(LINK + "&optimizer=adam")
    for each in (stage, other):
        advance(each, 20)
        each.ask("advance", unit="minibatch", count=7)
        each.run(0.1)
    stage.ask("seek", epoch=3)
    stage.show()
    stage.ask("seek", epoch=wanted)
    assert stage.trainer.batch == 7
    assert status(stage)["position"] is None
    assert (advance(stage, 5)["arrays"]["params"] == advance(other, 5)["arrays"]["params"]).all()


def test_looking_back_pauses() -> None:
    stage = Stage()
    stage.ask("play")
    stage.run(1.0)
    assert [message["playing"] for _, message in stage.ask("seek", epoch=2)] == [False]


def test_the_losses_are_all_there_while_one_looks_back() -> None:
    stage = Stage()
    advance(stage, 50)
    stage.ask("seek", epoch=10)
    stage.session.grant(stage.session.run.number, 50)
    stage.run(1.0)
    assert stage.said[-1][1]["arrays"]["history_epochs"].tolist() == [50]


def test_of_many_wishes_only_the_last_is_looked_at_and_each_is_answered() -> None:
    stage = Stage()
    advance(stage, 50)
    for epoch in range(40, 20, -1):
        stage.session.submit(5, command("seek", epoch=epoch, id=epoch))
    said = [(message["id"], stage.trainer.epoch) for _ in range(20) for _, message in stage.turn()]
    assert said == [*((epoch, 50) for epoch in range(40, 21, -1)), (21, 21)]


def test_a_run_that_diverged_can_be_looked_back_upon_and_is_still_diverged_now() -> None:
    stage = Stage("#problem=regression&activation=linear&seed=0.1&networkShape=2")
    advance(stage, 5)
    stage.ask("configure", changes={"learning_rate": 10})
    advance(stage, 5)
    diverged = stage.trainer.divergence
    assert diverged
    stage.ask("seek", epoch=2)
    assert status(stage)["diverged"] is None
    stage.ask("seek", epoch=None)
    assert stage.trainer.divergence == diverged


@pytest.mark.parametrize("epoch", [-1, 2.5, "3", True])
def test_what_is_no_epoch_is_refused(epoch: object) -> None:
    with pytest.raises(ProtocolError) as caught:
        command("seek", epoch=epoch)
    assert [fault.field for fault in caught.value.faults] == ["epoch"]


# --- going on from there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variety", VARIETIES)
def test_who_goes_on_from_there_sees_the_losses_of_the_first_time(variety: str) -> None:
    stage = Stage(LINK + VARIETIES[variety])
    first = advance(stage, 120)["arrays"]
    params = stage.trainer.state().arrays["params"]
    stage.ask("seek", epoch=25)
    again = advance(stage, 120 - 25)["arrays"]
    for name in ("history_epochs", "history_train", "history_test", "params"):
        assert (first[name] == again[name]).all()
    assert (stage.trainer.state().arrays["params"] == params).all()


GOING_ON: dict[str, dict[str, Any]] = {
    "play": {},
    "advance": {},
    "run_until": {"until": "epochs", "epochs": 1},
    "set_parameter": {"index": 0, "value": 0.5},
    "configure": {"changes": {"learning_rate": 0.1}},
    "regenerate": {},
}


@pytest.mark.parametrize("how", GOING_ON)
def test_going_on_is_a_run_of_its_own_without_what_came_after(how: str) -> None:
    stage = Stage()
    before = advance(stage, 50)["run"]
    stage.ask("seek", epoch=20)
    stage.ask(how, **GOING_ON[how])
    stage.session.submit(5, command("pause"))
    frame = stage.show()
    assert frame["run"] == before + 1
    assert not frame["past"]
    assert frame["arrays"]["history_epochs"].tolist() == list(range(frame["epoch"] + 1))
    assert stage.session.run.history.epochs == list(range(frame["epoch"] + 1))
    assert status(stage)["position"] is None


def test_what_is_refused_in_the_past_is_no_branch() -> None:
    stage = Stage()
    advance(stage, 50)
    stage.ask("seek", epoch=20)
    stage.ask("set_parameter", index=99_999, value=1)
    stage.ask("configure", changes={"learning_rate": -1})
    assert status(stage)["position"]["latest"] == 50


def test_an_optimizer_that_is_changed_in_between_does_not_bar_the_way_back() -> None:
    stage = Stage(LINK + "&optimizer=adam")
    then = advance(stage, 20)
    stage.ask("configure", changes={"optimizer": "momentum"})
    advance(stage, 20)
    stage.ask("seek", epoch=20)
    assert (stage.show()["arrays"]["params"] == then["arrays"]["params"]).all()
    assert advance(stage, 5)["epoch"] == 25


def test_new_data_in_between_do_not_bar_the_way_back() -> None:
    stage = Stage()
    then = advance(stage, 20)
    stage.ask("regenerate")
    advance(stage, 20)
    stage.ask("seek", epoch=19)
    stage.ask("seek", epoch=20)
    assert (stage.show()["arrays"]["params"] == then["arrays"]["params"]).all()


def test_a_worker_that_dies_leaves_what_was_shown() -> None:
    stage = Stage()
    advance(stage, 50)
    stage.ask("seek", epoch=20)
    shown = stage.show()
    other = reopened(stage, run=shown["run"])
    frame = other.show()
    assert frame["epoch"] == 20
    assert frame["run"] == shown["run"] + 1
    assert (frame["arrays"]["params"] == shown["arrays"]["params"]).all()


# --- errands ------------------------------------------------------------------------------------------------------


def first_frame(stage: Stage) -> dict[str, Any]:
    """The first frame of a session that trains."""
    stage.session.grant(0, -1)
    stage.clock.now += 0.1
    while Kind.FRAME not in {kind for kind, _ in stage.turn()}:
        pass
    return stage.said[-1][1]


def ended(stage: Stage) -> dict[str, Any]:
    """Let it run until the errand has ended; how it did."""
    stage.session.grant(0, -1)
    for _ in range(10_000):
        stage.clock.now = max(stage.clock.now, stage.session.ready_at())
        stage.turn()
        if not stage.session.playing:
            return dict(status(stage)["run_ended"])
    raise AssertionError("it never ended")


def test_so_many_epochs_are_trained_and_no_more() -> None:
    stage = Stage()
    advance(stage, 5)
    stage.ask("run_until", until="epochs", epochs=321)
    assert status(stage)["run_until"] == {"until": "epochs", "epochs": 321, "patience": 100, "since": 5}
    assert ended(stage) == {"epoch": 326, "cause": "epochs", "reason": "all 321 epochs have been trained"}
    assert status(stage)["run_until"] is None
    assert stage.trainer.epoch == 326


def test_it_ends_when_the_goal_is_reached() -> None:
    stage = Stage(LINK + "&goalTestLoss=0.05")
    stage.ask("run_until", until="goal")
    end = ended(stage)
    assert end["cause"] == "goal"
    assert stage.session.run.goals.is_reached
    assert next(iter(stage.session.run.goals)).reached == end["epoch"] == stage.trainer.epoch


def test_a_goal_that_is_reached_already_takes_no_epoch() -> None:
    stage = Stage(LINK + "&goalTestLoss=0.05")
    stage.ask("run_until", until="goal")
    epoch = ended(stage)["epoch"]
    stage.ask("run_until", until="goal")
    assert not stage.session.playing
    assert ended(stage)["epoch"] == epoch


def test_without_a_goal_nobody_waits_for_it() -> None:
    stage = Stage()
    ((_, answer),) = stage.ask("run_until", until="goal")
    assert (answer["type"], answer["field"]) == ("error", "until")


def test_it_ends_when_the_test_loss_has_not_been_better_for_so_long() -> None:
    stage = Stage(LINK + "&noise=50&learningRate=0.3")
    stage.ask("run_until", until="plateau", patience=30)
    end = ended(stage)
    _, _, losses = stage.session.run.series.after(-1)[:3]
    assert losses is not None
    best = int(np.argmin(losses))
    assert (end["cause"], end["epoch"]) == ("plateau", best + 30)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("#problem=regression&activation=linear&learningRate=10&seed=0.1&networkShape=2", "diverged"),
        (LINK + "&patience=5&noise=50&learningRate=0.3", "stopped"),
    ],
)
def test_an_errand_ends_with_the_training(link: str, why: str) -> None:
    stage = Stage(link)
    stage.ask("run_until", until="epochs", epochs=100_000)
    assert ended(stage)["cause"] == why


def test_a_pause_cancels() -> None:
    stage = Stage()
    stage.clock.step = 1e-3
    stage.ask("run_until", until="epochs", epochs=100_000)
    stage.turn()
    stage.ask("pause")
    assert status(stage)["run_ended"]["cause"] == "cancelled"
    assert not stage.session.playing


def test_what_was_cancelled_in_an_epoch_stays_so_when_the_epoch_is_done() -> None:
    stage = Stage()
    stage.clock.step = 1e-3
    stage.ask("run_until", until="epochs", epochs=100_000)
    while not stage.session.run.trainer.batch:
        stage.turn()
    stage.ask("pause")
    while stage.session.run.trainer.batch:
        stage.turn()
    end = status(stage)["run_ended"]
    assert (end["cause"], end["epoch"]) == ("cancelled", stage.session.run.trainer.epoch)


def test_a_frame_says_how_much_is_done() -> None:
    stage = Stage()
    assert stage.show()["progress"] is None
    stage.clock.step = 1e-3
    stage.ask("run_until", until="epochs", epochs=100_000)
    frame = first_frame(stage)
    assert frame["progress"]["share"] == pytest.approx(frame["epoch"] / 100_000, abs=1e-5)
    assert frame["progress"]["seconds_left"] > 0


def test_an_errand_survives_its_worker() -> None:
    stage = Stage()
    stage.clock.step = 1e-3
    stage.ask("run_until", until="epochs", epochs=20_000)
    assert first_frame(stage)["epoch"] < 20_000
    other = reopened(stage)
    other.clock.step = 1e-3
    assert status(other)["run_until"]["until"] == "epochs"
    assert ended(other)["epoch"] == 20_000


# --- over the wire ------------------------------------------------------------------------------------------------


def look(player: Player, epoch: int) -> dict[str, Any]:
    """Look back at an epoch; its frame."""
    player.ask("seek", epoch=epoch)
    return player.until_frame(lambda frame: frame["epoch"] == epoch)


def test_a_page_looks_back_and_goes_on(server: Server) -> None:
    with server.open() as player:
        player.train(60)
        losses = dict(player.losses)
        assert player.ask("seek", epoch=30)["position"]["epoch"] == 30
        assert player.until_frame(lambda frame: frame["past"])["epoch"] == 30
        player.ask("advance", count=30)
        player.until_frame(lambda frame: frame["epoch"] == 60)
        assert player.losses == losses


def test_looking_back_does_not_bring_all_losses_again(server: Server) -> None:
    with server.open() as player:
        player.train(60)
        look(player, 30)
        assert look(player, 20)["arrays"]["history_epochs"].tolist() == [60]


def test_a_page_that_comes_back_still_looks_back(server: Server) -> None:
    with server.open() as player:
        player.train(20)
        player.ask("seek", epoch=7)
        session, link = player.welcome["session"], player.config["link"]
    with server.connect() as again:
        again.greet(link, session=session)
        assert again.welcome["resumed"] == "session"
        assert (again.status["position"]["epoch"], again.status["position"]["latest"], again.frame["epoch"]) == (
            7,
            20,
            7,
        )


def test_a_page_runs_an_errand_to_its_end(player: Player) -> None:
    player.ask("run_until", until="epochs", epochs=500)
    end = player.until(lambda message: message["type"] == "status" and message["run_ended"])
    assert end["run_ended"]["epoch"] == 500
    header, _ = decode_container(player.raw_frame)
    assert header["epoch"] <= 500
