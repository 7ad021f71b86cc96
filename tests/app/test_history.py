"""Time travel through a run, resuming from earlier epochs, and training until a stop condition holds."""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.protocol.checkpoints import opening_of
from app.protocol.commands import Command
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.parser import parse
from app.training.goals import Goals
from app.training.history import EARLIER, RECENT, History, HistoryEntry
from engine import Config, Trainer
from tests.support.client import Client
from tests.support.server import ServerThread
from tests.support.session import LINK, Stage

VARIETIES = {
    "plain": "",
    "shuffled, dropout, Adam": "&shuffle=true&dropout=0.3&optimizer=adam&learningRate=0.01",
    "batch norm, momentum": "&batchNorm=true&optimizer=momentum",
    "patience": "&patience=40&learningRate=0.3",
}


def kept(epochs: int, config: Config | None = None, budget: int = 20_000_000) -> History:
    """The history of some epochs, without training them; the best is epoch 3."""
    trainer, history = Trainer(config or Config()), History(budget)
    handle = trainer.handle()
    assert handle
    for epoch in range(epochs + 1):
        vectors = [vector.copy() for vector in handle.raw.vectors]
        raw = handle.raw._replace(epoch=epoch, vectors=vectors)
        history.put(HistoryEntry(handle._replace(raw=raw), abs(epoch - 3), Goals()))
    return history


def status(stage: Stage) -> dict[str, Any]:
    return [message for kind, message in stage.said if kind is MessageKind.STATUS][-1]


def command(type_: str, **given: Any) -> Command:
    return parse(json.dumps({"type": type_, **given}))


def reopened(stage: Stage, run: int = 0) -> Stage:
    """The session, opened again in another process."""
    said = {
        kind: json.dumps(message) for kind, message in stage.said if kind in {MessageKind.CONFIG, MessageKind.STATUS}
    }
    opening = replace(opening_of(said[MessageKind.CONFIG], said[MessageKind.STATUS], None, stage.frames[-1]), run=run)
    return Stage(**{field.name: getattr(opening, field.name) for field in fields(opening)})


def advance(stage: Stage, epochs: int) -> dict[str, Any]:
    """Train some epochs; returns the frame after that."""
    for start in range(0, epochs, 1000):
        stage.ask("advance", count=min(1000, epochs - start))
        stage.run(0.1)
    return stage.show()


# --- entries -------------------------------------------------------------------------------------------------


def test_history_keeps_first_best_and_recent_epochs() -> None:
    epochs = kept(5000).epochs
    assert epochs[-RECENT:] == list(range(5001 - RECENT, 5001))
    assert epochs[:1] == [0]
    assert 3 in epochs
    assert len(epochs) <= EARLIER + RECENT + 3


def test_earlier_entries_are_evenly_spaced() -> None:
    earlier = np.array([epoch for epoch in kept(9000).epochs if epoch < 9000 - RECENT and epoch != 3])
    assert set(np.diff(earlier)) == {16}


@pytest.mark.parametrize("epochs", [10, 300, 3000])
def test_history_of_largest_network_stays_within_budget(epochs: int) -> None:
    largest = Config(features=("x", "y"), hidden_layer_sizes=(120, 120), optimizer="adam", patience=10)
    history = kept(epochs, largest, budget=3_000_000)
    assert sum(entry.handle.size for entry in history.entries) <= 3_000_000
    assert {0, 3, epochs} <= set(history.epochs)


def test_cut_history_continues_in_order() -> None:
    history, more = kept(4000), kept(900)
    history.cut(512)
    for epoch in range(513, 901):
        entry = more.at(epoch)
        assert entry
        history.put(entry._replace(loss=0.5) if epoch == 700 else entry)
    epochs = history.epochs
    assert epochs == sorted(set(epochs))
    assert epochs[-1] == 900
    assert 3 in epochs


class Counting(int):
    """An epoch that counts comparisons."""

    compared = 0

    def __lt__(self, other: object) -> bool:
        Counting.compared += 1
        return int(self) < int(other)  # type: ignore[call-overload, no-any-return]

    def __gt__(self, other: object) -> bool:
        Counting.compared += 1
        return int(self) > int(other)  # type: ignore[call-overload, no-any-return]

    __hash__ = int.__hash__


def test_lookups_do_not_sort_history_again() -> None:
    trainer, history = Trainer(Config()), History()
    handle = trainer.handle()
    assert handle
    for epoch in range(5000):
        entry = HistoryEntry(handle._replace(raw=handle.raw._replace(epoch=Counting(epoch))), 1.0, Goals())
        history.put(entry)
    size = len(history.epochs)
    assert size > 700
    Counting.compared = 0
    for epoch in range(0, 5000, 42):
        found = history.at(Counting(epoch))
        assert found
        assert history.neighbors(found.epoch) != (None, None)
    # two binary searches each
    assert Counting.compared < 120 * 2 * 16 < 10 * size


class Plain:
    """What a history keeps, by plain rules: losses by epoch.

    The first, the best, the newest, `RECENT` before it, and of the earlier ones those that lie on a stride, which
    doubles when they are more than `EARLIER`.
    """

    def __init__(self) -> None:
        self.recent: dict[int, float] = {}
        self.earlier: dict[int, float] = {}
        self.first: dict[int, float] = {}
        self.best: dict[int, float] = {}
        self.stride = 1

    def kept(self) -> dict[int, float]:
        return dict(sorted({**self.earlier, **self.recent, **self.first, **self.best}.items()))

    def put(self, epoch: int, loss: float) -> None:
        self.recent[epoch] = loss
        if not self.first or epoch in self.first:
            self.first = {epoch: loss}
        if not self.best or loss < min(self.best.values()):
            self.best = {epoch: loss}
        elif epoch in self.best:
            self.best = {}
            self.best = lowest(self.kept())
        while len(self.recent) > 1 + RECENT:
            oldest = min(self.recent)
            dropped = self.recent.pop(oldest)
            self.earlier |= {} if oldest % self.stride else {oldest: dropped}
            if len(self.earlier) > EARLIER:
                self.stride *= 2
                self.earlier = {epoch: loss for epoch, loss in self.earlier.items() if epoch % self.stride == 0}

    def cut(self, epoch: int) -> None:
        self.best = lowest({number: loss for number, loss in self.kept().items() if number <= epoch})
        self.earlier = {number: loss for number, loss in self.earlier.items() if number <= epoch}
        newest = max(number for number in {**self.earlier, **self.first, **self.best} if number <= epoch)
        self.recent = {number: loss for number, loss in self.recent.items() if number <= epoch} or {
            newest: {**self.earlier, **self.first, **self.best}[newest]
        }
        self.earlier.pop(max(self.recent), None)


def lowest(losses: dict[int, float]) -> dict[int, float]:
    epoch = min(losses, key=lambda epoch: (losses[epoch], epoch))
    return {epoch: losses[epoch]}


STEPS = st.lists(st.tuples(st.sampled_from(["put", "again", "cut", "new data"]), st.integers(1, 900)), max_size=8)


@given(STEPS)
@example([("put", 900), ("cut", 850), ("put", 700), ("new data", 1), ("again", 1), ("cut", 120), ("put", 300)])
@settings(max_examples=10)
def test_history_keeps_what_plain_rules_say(steps: list[tuple[str, int]]) -> None:
    handle = Trainer(Config()).handle()
    assert handle
    history, plain, epoch = History(), Plain(), -1
    for step, number in [("put", 700), *steps]:
        if step == "cut":
            epoch = max((known for known in plain.kept() if known <= epoch - number), default=0)
            history.cut(epoch)
            plain.cut(epoch)
        elif step == "new data":
            history.forget_best()
            plain.best = {}
        for _ in range({"put": number, "again": 1}.get(step, 0)):
            epoch += step == "put"
            loss = float((epoch * 7919 + number) % 1009)
            history.put(HistoryEntry(handle._replace(raw=handle.raw._replace(epoch=epoch)), loss, Goals()))
            plain.put(epoch, loss)
        kept = plain.kept()
        assert {entry.epoch: entry.loss for entry in history.entries} == kept
        assert history.epochs == list(kept)
        for wanted in (-1, 0, epoch // 3, epoch // 2 + 1, epoch, epoch + 5):
            found = history.at(wanted)
            assert found
            assert found.epoch == max((known for known in kept if known <= wanted), default=0)


def test_neighbors_are_the_adjacent_kept_epochs() -> None:
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
    entries = stage.session.experiment.run.history.entries
    assert [entry.epoch for entry in entries] == list(range(31))
    assert (entries[-1].handle.state().arrays["params"] == stage.trainer.state().arrays["params"]).all()


# --- time travel -------------------------------------------------------------------------------------------------


def test_seek_shows_earlier_epoch_exactly() -> None:
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


def test_status_has_shown_epoch_and_neighbors() -> None:
    stage = Stage()
    advance(stage, 30)
    stage.ask("seek", epoch=12)
    told = status(stage)
    assert told["position"] == {"epoch": 12, "latest": 30, "previous": 11, "next": 13}
    stage.ask("seek", epoch=None)
    assert status(stage)["position"] is None


@pytest.mark.parametrize("wanted", [None, 500, 2**53 - 1])
def test_return_to_latest_is_exact_within_epoch(wanted: int | None) -> None:
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


def test_seek_pauses_training() -> None:
    stage = Stage()
    stage.ask("play")
    stage.run(1.0)
    assert [message["playing"] for _, message in stage.ask("seek", epoch=2)] == [False]


def test_frames_have_all_losses_while_looking_back() -> None:
    stage = Stage()
    advance(stage, 50)
    stage.ask("seek", epoch=10)
    stage.session.grant(stage.session.experiment.run.number, 50)
    stage.run(1.0)
    assert stage.said[-1][1]["arrays"]["history_epochs"].tolist() == [50]


def test_only_last_of_queued_seeks_is_shown() -> None:
    stage = Stage()
    advance(stage, 50)
    for epoch in range(40, 20, -1):
        stage.session.submit(5, command("seek", epoch=epoch, id=epoch))
    said = [(message["id"], stage.trainer.epoch) for _ in range(20) for _, message in stage.turn()]
    assert said == [*((epoch, 50) for epoch in range(40, 21, -1)), (21, 21)]


def test_diverged_run_can_be_sought_and_stays_diverged() -> None:
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
def test_seek_refuses_invalid_epochs(epoch: object) -> None:
    with pytest.raises(ProtocolError) as caught:
        command("seek", epoch=epoch)
    assert [fault.field for fault in caught.value.faults] == ["epoch"]


# --- resuming ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variety", VARIETIES)
def test_resuming_from_earlier_epoch_repeats_losses(variety: str) -> None:
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
def test_branching_starts_new_run_without_later_epochs(how: str) -> None:
    stage = Stage()
    before = advance(stage, 50)["run"]
    stage.ask("seek", epoch=20)
    stage.ask(how, **GOING_ON[how])
    stage.session.submit(5, command("pause"))
    frame = stage.show()
    assert frame["run"] == before + 1
    assert not frame["past"]
    assert frame["arrays"]["history_epochs"].tolist() == list(range(frame["epoch"] + 1))
    assert stage.session.experiment.run.history.epochs == list(range(frame["epoch"] + 1))
    assert status(stage)["position"] is None


def test_refused_change_does_not_branch() -> None:
    stage = Stage()
    advance(stage, 50)
    stage.ask("seek", epoch=20)
    stage.ask("set_parameter", index=99_999, value=1)
    stage.ask("configure", changes={"learning_rate": -1})
    assert status(stage)["position"]["latest"] == 50


def test_seek_works_across_optimizer_change() -> None:
    stage = Stage(LINK + "&optimizer=adam")
    then = advance(stage, 20)
    stage.ask("configure", changes={"optimizer": "momentum"})
    advance(stage, 20)
    stage.ask("seek", epoch=20)
    assert (stage.show()["arrays"]["params"] == then["arrays"]["params"]).all()
    assert advance(stage, 5)["epoch"] == 25


def test_seek_works_across_new_data() -> None:
    stage = Stage()
    then = advance(stage, 20)
    stage.ask("regenerate")
    advance(stage, 20)
    stage.ask("seek", epoch=19)
    stage.ask("seek", epoch=20)
    assert (stage.show()["arrays"]["params"] == then["arrays"]["params"]).all()


def test_shown_epoch_survives_dead_worker() -> None:
    stage = Stage()
    advance(stage, 50)
    stage.ask("seek", epoch=20)
    shown = stage.show()
    other = reopened(stage, run=shown["run"])
    frame = other.show()
    assert frame["epoch"] == 20
    assert frame["run"] == shown["run"] + 1
    assert (frame["arrays"]["params"] == shown["arrays"]["params"]).all()


# --- run until ------------------------------------------------------------------------------------------------------


def first_frame(stage: Stage) -> dict[str, Any]:
    """The first frame of a session in training."""
    stage.session.grant(0, -1)
    stage.clock.now += 0.1
    while MessageKind.FRAME not in {kind for kind, _ in stage.turn()}:
        pass
    return stage.said[-1][1]


def ended(stage: Stage) -> dict[str, Any]:
    """Run until training stops; returns the reason."""
    stage.session.grant(0, -1)
    for _ in range(10_000):
        stage.clock.now = max(stage.clock.now, stage.session.ready_at())
        stage.turn()
        if not stage.session.experiment.pacing.playing:
            return dict(status(stage)["run_ended"])
    raise AssertionError("it never ended")


def test_run_until_epochs_trains_exactly_that_many() -> None:
    stage = Stage()
    advance(stage, 5)
    stage.ask("run_until", until="epochs", epochs=321)
    assert status(stage)["run_until"] == {"until": "epochs", "epochs": 321, "patience": 100, "since": 5}
    assert ended(stage) == {"epoch": 326, "cause": "epochs", "reason": "all 321 epochs have been trained"}
    assert status(stage)["run_until"] is None
    assert stage.trainer.epoch == 326


def test_run_until_goal_stops_when_reached() -> None:
    stage = Stage(LINK + "&goalTestLoss=0.05")
    stage.ask("run_until", until="goal")
    end = ended(stage)
    assert end["cause"] == "goal"
    assert stage.session.experiment.run.goals.is_reached
    assert next(iter(stage.session.experiment.run.goals)).reached == end["epoch"] == stage.trainer.epoch


def test_run_until_reached_goal_trains_nothing() -> None:
    stage = Stage(LINK + "&goalTestLoss=0.05")
    stage.ask("run_until", until="goal")
    epoch = ended(stage)["epoch"]
    stage.ask("run_until", until="goal")
    assert not stage.session.experiment.pacing.playing
    assert ended(stage)["epoch"] == epoch


def test_run_until_goal_needs_a_goal() -> None:
    stage = Stage()
    ((_, answer),) = stage.ask("run_until", until="goal")
    assert (answer["type"], answer["field"]) == ("error", "until")


def test_run_until_plateau_stops_without_improvement() -> None:
    stage = Stage(LINK + "&noise=50&learningRate=0.3")
    stage.ask("run_until", until="plateau", patience=30)
    end = ended(stage)
    _, _, losses = stage.session.experiment.run.series.after(-1)[:3]
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
def test_run_until_stops_when_training_ends(link: str, why: str) -> None:
    stage = Stage(link)
    stage.ask("run_until", until="epochs", epochs=100_000)
    assert ended(stage)["cause"] == why


def test_pause_cancels_run_until() -> None:
    stage = Stage()
    stage.clock.step = 1e-3
    stage.ask("run_until", until="epochs", epochs=100_000)
    stage.turn()
    stage.ask("pause")
    assert status(stage)["run_ended"]["cause"] == "canceled"
    assert not stage.session.experiment.pacing.playing


def test_canceled_run_stays_canceled_after_epoch() -> None:
    stage = Stage()
    # an epoch takes longer than a turn
    stage.clock.step = 1.0
    stage.ask("run_until", until="epochs", epochs=100_000)
    while not stage.session.experiment.run.trainer.batch:
        stage.turn()
    stage.ask("pause")
    while stage.session.experiment.run.trainer.batch:
        stage.turn()
    end = status(stage)["run_ended"]
    assert (end["cause"], end["epoch"]) == ("canceled", stage.session.experiment.run.trainer.epoch)


def test_frames_have_progress_of_run_until() -> None:
    stage = Stage()
    assert stage.show()["progress"] is None
    stage.clock.step = 1e-3
    stage.ask("run_until", until="epochs", epochs=100_000)
    frame = first_frame(stage)
    assert frame["progress"]["share"] == pytest.approx(frame["epoch"] / 100_000, abs=1e-5)
    assert frame["progress"]["seconds_left"] > 0


def test_run_until_survives_dead_worker() -> None:
    stage = Stage()
    stage.clock.step = 1e-2
    stage.ask("run_until", until="epochs", epochs=2_000)
    assert first_frame(stage)["epoch"] < 2_000
    other = reopened(stage)
    other.clock.step = 1e-2
    assert status(other)["run_until"]["until"] == "epochs"
    assert ended(other)["epoch"] == 2_000


# --- over the wire ------------------------------------------------------------------------------------------------


def look(player: Client, epoch: int) -> dict[str, Any]:
    """Show an epoch; returns its frame."""
    player.ask("seek", epoch=epoch)
    return player.until_frame(lambda frame: frame["epoch"] == epoch)


def test_page_seeks_and_resumes(server: ServerThread) -> None:
    with server.open() as player:
        player.train(60)
        losses = dict(player.losses)
        assert player.ask("seek", epoch=30)["position"]["epoch"] == 30
        assert player.until_frame(lambda frame: frame["past"])["epoch"] == 30
        player.ask("advance", count=30)
        player.until_frame(lambda frame: frame["epoch"] == 60)
        assert player.losses == losses


def test_seek_does_not_resend_all_losses(server: ServerThread) -> None:
    with server.open() as player:
        player.train(60)
        look(player, 30)
        assert look(player, 20)["arrays"]["history_epochs"].tolist() == [60]


def test_reconnected_page_still_shows_earlier_epoch(server: ServerThread) -> None:
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


def test_page_completes_run_until(player: Client) -> None:
    player.ask("run_until", until="epochs", epochs=500)
    end = player.until(lambda message: message["type"] == "status" and message["run_ended"])
    assert end["run_ended"]["epoch"] == 500
    header, _ = decode_container(player.raw_frame)
    assert header["epoch"] <= 500
