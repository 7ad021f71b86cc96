"""The scheduler: who is ready has a turn, who asks is answered at once, and one's failure is one's own."""

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from app.protocol.checkpoints import Opening, encode_opening
from app.protocol.containers import decode_container
from app.protocol.envelopes import Envelope, MessageKind
from app.settings import Settings
from app.workers.counts import BOUNDS
from app.workers.scheduler import MAX_BACKLOG, Scheduler
from engine import Snapshot, Trainer
from tests.support.clock import Clock
from tests.support.server import wait_until
from tests.support.training import params_of

DEFAULT = "#seed=0.3"
TINY = "#seed=0.3&networkShape=1&batchSize=30"
LARGEST = "#seed=0.3&dataset=spiral&networkShape=64,64,64,64&batchSize=1&x=true&y=true&sinX=true&sinY=true"


class SchedulerStage:
    """A host and all that it has said."""

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, meter: Callable[[], float] = time.thread_time
    ) -> None:
        self.said: list[Envelope] = []
        self.clock = clock
        self.host = Scheduler(Settings(), self.said.append, clock, meter)

    def tell(self, session: int, kind: MessageKind, payload: bytes = b"", **numbers: int) -> None:
        self.host.receive(Envelope(kind, session, payload, **numbers))

    def open(self, session: int, link: str = DEFAULT) -> None:
        self.tell(session, MessageKind.OPEN, encode_opening(Opening(link=link)))
        self.host.run_slice()

    def ask(self, session: int, type_: str, **fields: Any) -> None:
        self.tell(session, MessageKind.COMMAND, json.dumps({"type": type_, **fields}).encode(), subscriber=9)

    def run(self, seconds: float) -> None:
        """Give turns for so long, with a frame granted to everybody who has made one."""
        end = self.clock() + seconds
        heard = len(self.said)
        while self.clock() < end:
            self.host.run_slice()
            for envelope in self.said[heard:]:
                if envelope.kind is MessageKind.FRAME:
                    self.tell(envelope.session, MessageKind.GRANT, run=envelope.run, epoch=envelope.epoch)
            heard = len(self.said)

    def run_until(self, is_so: Callable[[], bool]) -> None:
        """Give turns until something is so. Raises AssertionError if it is not so in time."""

        def is_so_now() -> bool:
            self.run(0.02)
            return is_so()

        wait_until(is_so_now, "what should be so is not")

    def settle(self) -> None:
        """Give turns until nobody has anything to do."""
        while self.host.run_slice() != float("inf"):
            pass

    def frames(self) -> Counter[int]:
        """How many frames every session has made."""
        return Counter(envelope.session for envelope in self.said if envelope.kind is MessageKind.FRAME)

    def epochs(self) -> dict[int, int]:
        """The epoch of every session's last frame."""
        return {session: self.epoch(session) for session in self.frames()}

    def epoch(self, session: int) -> int:
        """The epoch of a session's last frame."""
        frames = [item for item in self.said if item.kind is MessageKind.FRAME and item.session == session]
        epoch: int = decode_container(frames[-1].payload)[0]["epoch"]
        return epoch


@pytest.fixture
def stage() -> SchedulerStage:
    return SchedulerStage()


def test_a_host_without_work_waits_for_ever(stage: SchedulerStage) -> None:
    assert stage.host.run_slice() == float("inf")
    stage.open(1)
    assert [envelope.kind for envelope in stage.said] == [
        MessageKind.OPENED,
        MessageKind.CONFIG,
        MessageKind.STATUS,
        MessageKind.DATA,
    ]
    assert stage.host.run_slice() == float("inf")


def test_scheduler_waits_no_longer_than_the_next_tick(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.ask(1, "play")
    stage.host.run_slice()
    stage.host.run_slice()
    assert 0 <= stage.host.run_slice() <= 1 / 60


def test_a_command_is_carried_out_and_answered(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.ask(1, "advance", count=30, id=4)
    stage.settle()
    stage.tell(1, MessageKind.GRANT, epoch=-1)
    stage.settle()
    answers = [json.loads(item.payload) for item in stage.said if item.kind is MessageKind.STATUS]
    assert answers[-1]["id"] == 4
    assert stage.epoch(1) == 30


def test_commands_of_one_session_keep_their_order(stage: SchedulerStage) -> None:
    stage.open(1)
    for rate in (1, 2, 3):
        stage.ask(1, "configure", changes={"learning_rate": rate})
    stage.settle()
    configs = [json.loads(item.payload) for item in stage.said if item.kind is MessageKind.CONFIG]
    assert [config["config"]["learning_rate"] for config in configs[1:]] == [1, 2, 3]


def test_shares_are_fair_beside_the_largest_network(monkeypatch: pytest.MonkeyPatch) -> None:
    # what a network costs depends on its size only, and not on what else the machine does
    clock = Clock(step=1e-5)
    train, look = Trainer.run_minibatches, Trainer.snapshot

    def train_in_time(trainer: Trainer, count: int) -> None:
        train(trainer, count)
        clock.now += count * 2e-8 * len(params_of(trainer))

    def look_in_time(trainer: Trainer, selected: int | None = None) -> Snapshot:
        clock.now += 1e-6 * len(params_of(trainer))
        return look(trainer, selected)

    monkeypatch.setattr(Trainer, "run_minibatches", train_in_time)
    monkeypatch.setattr(Trainer, "snapshot", look_in_time)
    stage = SchedulerStage(clock, clock)
    for session in range(1, 6):
        stage.open(session)
    stage.open(6, LARGEST)
    for session in range(1, 7):
        stage.ask(session, "set_speed", speed="unlimited")
        stage.ask(session, "play")
        stage.tell(session, MessageKind.GRANT, epoch=-1)
    stage.run(0.5)
    *small, large = (stage.frames()[session] for session in range(1, 7))
    assert max(small) <= 2 * min(small)
    assert 1 <= large <= min(small) / 2


def test_envelopes_wait_until_their_session_is_open(stage: SchedulerStage) -> None:
    stage.tell(1, MessageKind.OPEN, encode_opening(Opening(link=DEFAULT)))
    stage.tell(1, MessageKind.GRANT, epoch=-1)
    stage.ask(1, "advance", count=3, id=8)
    assert not stage.said
    stage.settle()
    assert stage.frames()[1] == 1
    assert [json.loads(item.payload).get("id") for item in stage.said if item.kind is MessageKind.STATUS] == [None, 8]


def test_expensive_commands_wait_for_training_sessions(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.open(2, LARGEST)
    stage.ask(1, "set_speed", speed="unlimited")
    stage.ask(1, "play")
    stage.tell(1, MessageKind.GRANT, epoch=-1)
    for _ in range(20):
        stage.ask(2, "reset")

    def done() -> int:
        # the first config is that of the opening
        return sum(item.kind is MessageKind.CONFIG and item.session == 2 for item in stage.said)

    stage.run_until(lambda: done() > 1 and stage.frames()[1] > 5)
    assert done() < 20


def overloaded(sessions: range) -> SchedulerStage:
    """A host whose sessions have trained for a second, more than it has time for."""
    # every look at the clock takes 0.04 ms, so that a turn takes as long on every machine
    clock = Clock(step=4e-5)
    stage = SchedulerStage(clock, clock)
    for session in sessions:
        stage.open(session, TINY)
        stage.ask(session, "play")
    for session in sessions:
        stage.tell(session, MessageKind.GRANT, epoch=-1)
    stage.run(1.0)
    return stage


def test_overload_reduces_frames_but_not_training() -> None:
    sessions = range(1, 51)
    stage = overloaded(sessions)
    epochs, frames = stage.epochs(), stage.frames()
    stage.run(1.0)
    for session in sessions:
        assert stage.epochs()[session] - epochs[session] >= 50
        assert 10 <= stage.frames()[session] - frames[session] <= 30


def test_turns_are_counted_by_how_late_they_begin() -> None:
    clock = Clock()
    stage = SchedulerStage(clock, clock)
    stage.open(1)
    stage.ask(1, "play")
    stage.host.run_slice()
    before = stage.host.counts.read()
    for late in (0.0, 0.003, 0.2):
        clock.now += stage.host.run_slice() + late
        stage.host.run_slice()
    after = stage.host.counts.read()
    assert after.epochs - before.epochs >= 3
    grown = [now - earlier for now, earlier in zip(after.lateness.counts, before.lateness.counts, strict=True)]
    assert sum(grown) >= 3
    assert grown[BOUNDS.index(0.005)] == grown[BOUNDS.index(0.25)] == 1
    assert after.lateness.sum - before.lateness.sum == pytest.approx(0.203)


def test_endless_commands_take_no_turn_from_training(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.open(2)
    stage.ask(1, "play")
    stage.tell(1, MessageKind.GRANT, epoch=-1)
    for _ in range(200):
        stage.ask(2, "select", unit=0)
        stage.host.run_slice()
    assert stage.frames()[1] == 1
    asked = sum(item.kind is MessageKind.STATUS and item.session == 2 for item in stage.said)
    assert asked > 100


def test_who_asks_much_waits_behind_who_asks_little(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.open(2)
    for _ in range(50):
        stage.ask(1, "regenerate")
    stage.ask(2, "set_speed", speed="epochs_5")
    stage.said.clear()
    for _ in range(4):
        stage.host.run_slice()
    assert any(item.kind is MessageKind.STATUS and item.session == 2 for item in stage.said)


def test_commands_beyond_the_backlog_are_refused(stage: SchedulerStage) -> None:
    stage.open(1)
    for _ in range(MAX_BACKLOG + 1):
        stage.ask(1, "select", unit=0)
    assert b"rate_limited" in stage.said[-1].payload
    for _ in range(MAX_BACKLOG):
        stage.host.run_slice()
    assert sum(item.kind is MessageKind.STATUS for item in stage.said) >= MAX_BACKLOG


def test_a_session_that_nobody_watches_has_no_turns(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.ask(1, "play")
    stage.host.run_slice()
    stage.tell(1, MessageKind.SLEEP)
    assert stage.host.run_slice() == float("inf")
    stage.tell(1, MessageKind.WAKE)
    assert stage.host.run_slice() < 1


def test_a_session_that_is_dropped_is_gone(stage: SchedulerStage) -> None:
    stage.open(1)
    stage.ask(1, "play")
    stage.host.run_slice()
    stage.tell(1, MessageKind.DROP)
    stage.ask(1, "pause")
    assert len(stage.host) == 0
    assert stage.host.run_slice() == float("inf")


def test_failing_session_alone_is_paused(
    stage: SchedulerStage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.open(1, TINY)
    stage.open(2)
    train = Trainer.run_minibatches

    def failing(trainer: Trainer, count: int) -> None:
        if trainer.config.hidden_layer_sizes == (1,):
            raise AttributeError
        train(trainer, count)

    monkeypatch.setattr(Trainer, "run_minibatches", failing)
    for session in (1, 2):
        stage.ask(session, "play")
        stage.tell(session, MessageKind.GRANT, epoch=-1)
    stage.run_until(lambda: stage.frames()[2] > 0 and stage.epoch(2) > 5)
    assert "AttributeError" in caplog.text
    said = [json.loads(item.payload) for item in stage.said if item.session == 1 and item.kind is MessageKind.MESSAGE]
    assert [message["code"] for message in said] == ["internal"]
    status = [json.loads(item.payload) for item in stage.said if item.session == 1 and item.kind is MessageKind.STATUS][
        -1
    ]
    assert status["playing"] is False


def test_frames_recover_soon_after_an_overload() -> None:
    sessions = range(1, 101)
    stage = overloaded(sessions)
    for session in sessions[1:]:
        stage.tell(session, MessageKind.SLEEP)
    stage.run(2.0)
    frames = stage.frames()[1]
    stage.run(1.0)
    assert stage.frames()[1] - frames >= 50
