"""Rooms, with engines that only note what they are told."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from app.link import View, format_link
from app.protocol.checkpoints import checkpoint_of, decode_opening
from app.protocol.commands import EstimateStarts, Hello, Play, encode_command
from app.protocol.containers import decode_container
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.messages import config_message, encode, status_message
from app.protocol.parser import parse
from app.protocol.starts import Progress, encode_sweep
from app.rooms.outbox import Close, Outbox
from app.rooms.room import Room, Subscriber
from app.rooms.rooms import Rooms
from app.settings import Settings
from app.sweeps.sweep import Sweep
from engine import Config
from tests.app import golden_frame
from tests.support.sweeps import NotedSweep, NotedSweeps

CONFIG = Config(seed="0.5")
LINK = format_link(CONFIG)


class Engines:
    """Two workers that do nothing."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Envelope]] = []
        self.available: list[int] = [0, 1]

    def __len__(self) -> int:
        return 2

    def send(self, index: int, envelope: Envelope) -> None:
        self.told.append((index, envelope))

    def take(self) -> list[Envelope]:
        """What they were told since the last time."""
        told, self.told = self.told, []
        return [envelope for _, envelope in told]


class RoomStage:
    """Rooms, and a session in them that says what the test lets it say."""

    def __init__(self, **settings: Any) -> None:
        self.engines = Engines()
        self.sweeps = NotedSweeps()
        self.rooms = Rooms(Settings(**settings), self.engines, self.sweeps)

    def join(self, **hello: Any) -> Subscriber:
        return self.rooms.join(Hello(version=4, **{"link": LINK, **hello}), Outbox())

    def say(self, session: int, kind: MessageKind, payload: bytes | str = b"", **numbers: int) -> None:
        data = payload.encode() if isinstance(payload, str) else payload
        self.rooms.receive(Envelope(kind, session, data, **numbers))

    def say_opened(self, session: int, revision: int = 1) -> None:
        self.say(session, MessageKind.OPENED)
        self.say_config(session, revision)
        self.say(
            session,
            MessageKind.STATUS,
            encode(status_message(playing=True, speed="epochs_5", divergence=None, early_stop=None)),
        )

    def say_config(self, session: int, revision: int, *, fresh: bool = True, subscriber: int = 0) -> None:
        text = encode(config_message(CONFIG, asdict(View()), LINK, revision, "data"))
        self.say(session, MessageKind.CONFIG, text, revision=revision, run=int(fresh), subscriber=subscriber)

    def say_frame(self, session: int, seq: int, revision: int = 1) -> None:
        self.say(session, MessageKind.FRAME, golden_frame.frame(), revision=revision, seq=seq, run=1, epoch=10 * seq)

    def open(self) -> tuple[Subscriber, int]:
        """A subscriber with an opened session, and the number of that."""
        subscriber = self.join()
        opening = self.engines.take()[0]
        self.say_opened(opening.session)
        drain(subscriber)
        return subscriber, opening.session


def room_of(subscriber: Subscriber) -> Room:
    assert subscriber.room
    return subscriber.room


def run(test: Callable[[], None]) -> None:
    """Rooms set timers, which need a loop."""

    async def main() -> None:
        test()

    asyncio.run(main())


def drain(subscriber: Subscriber) -> list[str]:
    """What a subscriber would be sent now: types of messages, or the code of the end."""
    sent: list[str] = []
    while (item := subscriber.outbox.take()) is not None:
        if isinstance(item, Close):
            return [*sent, str(item.code)]
        sent.append("frame" if isinstance(item, bytes) else json.loads(item)["type"])
    return sent


def kinds(envelopes: list[Envelope]) -> list[MessageKind]:
    return [envelope.kind for envelope in envelopes]


def test_who_joins_gets_a_session_and_a_grant() -> None:
    stage = RoomStage()
    subscriber = stage.join()
    opening, grant = stage.engines.take()
    assert decode_opening(opening.payload).link == LINK
    assert (grant.kind, grant.run, grant.epoch) == (MessageKind.GRANT, 0, -1)
    stage.say_opened(opening.session)
    stage.say_frame(opening.session, 1)
    assert drain(subscriber) == ["welcome", "config", "status", "frame"]


def test_sessions_are_spread_over_the_workers() -> None:
    stage = RoomStage()
    for _ in range(4):
        stage.join()
    workers = [index for index, envelope in stage.engines.told if envelope.kind is MessageKind.OPEN]
    assert workers == [0, 1, 0, 1]


def test_frames_are_granted_per_free_place() -> None:
    stage = RoomStage()
    subscriber, session = stage.open()
    stage.say_frame(session, 1)
    assert stage.engines.take() == []
    drain(subscriber)
    assert kinds(stage.engines.take()) == [MessageKind.GRANT]
    stage.say_frame(session, 2)
    drain(subscriber)
    assert stage.engines.take() == []
    stage.rooms.submit(subscriber, parse('{"type":"ack","seq":1}'))
    [grant] = stage.engines.take()
    assert (grant.kind, grant.run, grant.epoch) == (MessageKind.GRANT, 1, 10)


def test_front_keeps_acks_and_forwards_commands() -> None:
    stage = RoomStage()
    subscriber, session = stage.open()
    for text in ('{"type":"ack","seq":7}', '{"type":"visible","on":false}', '{"type":"play"}'):
        stage.rooms.submit(subscriber, parse(text))
    [command] = stage.engines.take()
    assert command == Envelope(MessageKind.COMMAND, session, encode_command(Play()), subscriber=subscriber.number)


def test_an_answer_for_one_member_reaches_no_other() -> None:
    stage = RoomStage()
    subscriber, session = stage.open()
    other, _ = stage.open()
    stage.say(session, MessageKind.MESSAGE, '{"type":"error"}', subscriber=subscriber.number)
    assert (drain(subscriber), drain(other)) == (["error"], [])


def test_empty_room_sleeps_until_a_page_returns() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        stage.say_frame(session, 1)
        secret = room_of(subscriber).session
        stage.rooms.leave(subscriber)
        assert kinds(stage.engines.take()) == [MessageKind.SLEEP]
        later = stage.join(session=secret)
        grant, wake, greet = stage.engines.take()
        assert (grant.kind, grant.run, grant.epoch) == (MessageKind.GRANT, 0, -1)
        assert (wake.kind, greet.kind, greet.subscriber) == (MessageKind.WAKE, MessageKind.GREET, later.number)
        stage.say(
            session,
            MessageKind.STATUS,
            encode(status_message(playing=False, speed="epoch", divergence=None, early_stop=None)),
        )
        stage.say_frame(session, 2)
        stage.say_config(session, 1, subscriber=later.number, fresh=False)
        stage.say_frame(session, 3)
        assert drain(later) == ["welcome", "config", "frame"]

    run(test)


def test_the_newer_member_takes_over() -> None:
    stage = RoomStage()
    subscriber, _ = stage.open()
    stage.join(session=room_of(subscriber).session)
    assert drain(subscriber) == ["moved", "4409"]
    stage.engines.take()
    stage.rooms.submit(subscriber, parse('{"type":"play"}'))
    assert stage.engines.take() == []


def test_duplicated_page_gets_its_own_session() -> None:
    stage = RoomStage()
    subscriber = stage.join(page="a")
    first = stage.engines.take()[0].session
    stage.say_opened(first)
    drain(subscriber)
    secret = room_of(subscriber).session
    checkpoint = {"link": LINK, "epoch": 7}
    other = stage.join(session=secret, page="b", checkpoint=checkpoint, playing=True)
    opening = next(item for item in stage.engines.take() if item.kind is MessageKind.OPEN)
    assert opening.session != first
    opened = decode_opening(opening.payload)
    assert (opened.checkpoint, opened.playing) == (checkpoint, True)
    stage.say(opening.session, MessageKind.OPENED, "checkpoint")
    welcome = json.loads(str(other.outbox.take()))
    assert (welcome["resumed"], welcome["session"] == secret) == ("copy", False)
    assert drain(subscriber) == []


def test_duplicate_without_checkpoint_copies_the_last_frame() -> None:
    stage = RoomStage()
    subscriber = stage.join(page="a")
    first = stage.engines.take()[0].session
    stage.say_opened(first)
    stage.say_frame(first, 4)
    stage.join(session=room_of(subscriber).session, page="b")
    opening = next(item for item in stage.engines.take() if item.kind is MessageKind.OPEN)
    opened = decode_opening(opening.payload)
    assert opened.checkpoint == checkpoint_of(golden_frame.frame(), LINK)
    assert (opened.playing, opened.seq, opened.run) == (True, 0, 0)


@pytest.mark.parametrize(("before", "now"), [("a", "a"), ("a", None), (None, "b"), (None, None)])
def test_returning_page_takes_over_its_session(before: str | None, now: str | None) -> None:
    stage = RoomStage()
    subscriber = stage.join(page=before)
    stage.say_opened(stage.engines.take()[0].session)
    drain(subscriber)
    stage.join(session=room_of(subscriber).session, page=now)
    assert drain(subscriber) == ["moved", "4409"]


def test_lost_session_reopens_from_its_last_frame() -> None:
    stage = RoomStage()
    subscriber, session = stage.open()
    stage.say_frame(session, 8)
    drain(subscriber)
    stage.rooms.submit(subscriber, parse('{"type":"ack","seq":8}'))
    stage.engines.take()
    stage.rooms.lost(0)
    opening, grant = stage.engines.take()
    assert (opening.kind, opening.session) == (MessageKind.OPEN, session)
    known = decode_opening(opening.payload)
    assert known.checkpoint == checkpoint_of(golden_frame.frame(), LINK)
    assert (known.playing, known.speed, known.revision, known.seq) == (True, "epochs_5", 1, 8)
    assert (grant.kind, grant.run, grant.epoch) == (MessageKind.GRANT, 0, -1)
    stage.say_opened(session, revision=2)
    stage.say_frame(session, 9, revision=2)
    assert drain(subscriber) == ["config", "status", "frame"]


def test_only_frames_of_the_same_network_are_checkpoints() -> None:
    stage = RoomStage()
    _, session = stage.open()
    stage.say_frame(session, 1)
    stage.say_config(session, 2, fresh=False)
    stage.engines.take()
    stage.rooms.lost(0)
    assert decode_opening(stage.engines.take()[0].payload).checkpoint
    stage.say_opened(session, 3)
    stage.say_config(session, 4, fresh=True)
    stage.engines.take()
    stage.rooms.lost(0)
    assert decode_opening(stage.engines.take()[0].payload).checkpoint is None


def test_session_lost_before_a_frame_keeps_its_checkpoint() -> None:
    stage = RoomStage()
    known = checkpoint_of(golden_frame.frame(), LINK)
    stage.join(checkpoint=known)
    session = stage.engines.take()[0].session
    for _ in range(3):
        stage.say_opened(session)
        stage.rooms.lost(0)
        assert decode_opening(stage.engines.take()[0].payload).checkpoint == known
    stage.say_opened(session)
    stage.say_frame(session, 1)
    stage.rooms.lost(0)
    for _ in range(3):
        stage.say_opened(session)
        stage.engines.take()
        stage.rooms.lost(0)
        assert decode_opening(stage.engines.take()[0].payload).checkpoint == known


def test_crashing_session_is_paused_then_closed_then_refused() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        name = room_of(subscriber).session
        for playing in (True, True, False):
            stage.rooms.lost(0, session)
            assert decode_opening(stage.engines.take()[0].payload).playing is playing
        assert drain(subscriber) == ["error"]
        stage.rooms.lost(0, session)
        assert drain(subscriber) == ["error", "1011"]
        assert kinds(stage.engines.take()) == [MessageKind.DROP]
        stage.rooms.leave(subscriber)
        assert drain(stage.join(session=name)) == ["error", "1011"]
        assert len(stage.rooms) == 0
        # others with the same link have nothing to do with that
        assert drain(stage.join(session="another")) == drain(stage.join()) == []
        assert len(stage.rooms) == 2

    run(test)


def test_dropped_session_reopens_without_touching_others() -> None:
    def test() -> None:
        stage = RoomStage()
        _, session = stage.open()
        stage.open()
        stage.say_frame(session, 1)
        stage.engines.take()
        stage.say(session, MessageKind.FAILED)
        opening, _ = stage.engines.take()
        assert (opening.kind, opening.session) == (MessageKind.OPEN, session)
        assert decode_opening(opening.payload).checkpoint

    run(test)


def test_session_lost_at_once_reopens_as_requested() -> None:
    stage = RoomStage()
    stage.join()
    asked = stage.engines.take()[0]
    stage.rooms.lost(0)
    assert stage.engines.take()[0] == asked


def test_missing_worker_hands_its_sessions_to_others() -> None:
    stage = RoomStage()
    subscribers = [stage.open()[0] for _ in range(2)]
    assert [room_of(subscriber).worker for subscriber in subscribers] == [0, 1]
    stage.engines.available = [1]
    stage.engines.take()
    stage.rooms.lost(0)
    stage.rooms.resubmit(Envelope(MessageKind.COMMAND, 1, b"{}"))
    assert {index for index, _ in stage.engines.told} == {1}
    stage.engines.take()
    subscribers.append(stage.open()[0])
    assert [room_of(subscriber).worker for subscriber in subscribers] == [1, 1, 1]


def test_pages_find_their_sessions_after_all_workers_failed() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        name = room_of(subscriber).session
        stage.say_frame(session, 1)
        drain(subscriber)
        stage.engines.available = []
        stage.rooms.lost(0)
        assert drain(subscriber) == ["error", "1011"]
        stage.rooms.leave(subscriber)
        assert drain(stage.join()) == ["error", "1011"]
        assert len(stage.rooms) == 1
        stage.engines.available = [0, 1]
        stage.engines.take()
        stage.rooms.lost(0)
        opening, _ = stage.engines.take()
        assert decode_opening(opening.payload).checkpoint
        again = stage.join(session=name)
        assert room_of(again).session == name

    run(test)


def test_sessions_of_other_workers_are_not_opened_again() -> None:
    stage = RoomStage()
    stage.open()
    stage.rooms.lost(1)
    assert stage.engines.take() == []


def test_lost_session_without_subscribers_keeps_sleeping() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, _ = stage.open()
        stage.rooms.leave(subscriber)
        stage.engines.take()
        stage.rooms.lost(0)
        assert kinds(stage.engines.take()) == [MessageKind.OPEN, MessageKind.SLEEP]

    run(test)


def test_envelopes_for_a_dropped_session_are_ignored() -> None:
    stage = RoomStage()
    stage.say_frame(99, 1)
    assert len(stage.rooms) == 0


# sweeps

SWEEP = Sweep(CONFIG, starts=2)


def ask_for_sweep(stage: RoomStage, session: int, subscriber: Subscriber, request_id: int = 7) -> NotedSweep:
    """Let a session ask for a sweep; returns it."""
    stage.say(session, MessageKind.SWEEP, encode_sweep(SWEEP, request_id), subscriber=subscriber.number)
    return stage.sweeps.started[-1]


def starts_sent(subscriber: Subscriber) -> list[tuple[int | None, str | None]]:
    """The id and the ending in what a subscriber would be sent of its starts."""
    sent = []
    while (item := subscriber.outbox.take()) is not None:
        assert isinstance(item, bytes)
        message, _ = decode_container(item)
        sent.append((message.get("id"), message["ended"]))
    return sent


def test_sweep_is_started_and_answered() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        sweep = ask_for_sweep(stage, session, subscriber)
        assert (sweep.sweep, sweep.rows) == (SWEEP, None)
        assert not sweep.receiver.is_ready
        assert starts_sent(subscriber) == [(7, None)]
        assert sweep.receiver.is_ready
        sweep.receiver.receive(Progress(share=1.0, ended="done"))
        assert starts_sent(subscriber) == [(None, "done")]

    run(test)


def test_session_ends_its_sweep_with_reason() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        sweep = ask_for_sweep(stage, session, subscriber)
        stage.say(session, MessageKind.SWEEP_END, "changed")
        assert sweep.done == ["changed"]
        assert starts_sent(subscriber) == [(7, None), (None, "changed")]
        stage.say(session, MessageKind.SWEEP_END, "canceled")
        assert sweep.done == ["changed"]

    run(test)


def replaced(stage: RoomStage, subscriber: Subscriber, session: int) -> None:
    ask_for_sweep(stage, session, subscriber)


def left(stage: RoomStage, subscriber: Subscriber, session: int) -> None:
    stage.rooms.leave(subscriber)


def moved(stage: RoomStage, subscriber: Subscriber, session: int) -> None:
    stage.join(session=room_of(subscriber).session)


def reopened(stage: RoomStage, subscriber: Subscriber, session: int) -> None:
    stage.rooms.lost(room_of(subscriber).worker)


def finished(stage: RoomStage, subscriber: Subscriber, session: int) -> None:
    room_of(subscriber).finish()


@pytest.mark.parametrize(
    ("event", "why"), [(replaced, None), (left, None), (moved, None), (finished, None), (reopened, "failed")]
)
def test_sweep_ends_when_nobody_waits(event: Callable[[RoomStage, Subscriber, int], None], why: str | None) -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        sweep = ask_for_sweep(stage, session, subscriber)
        event(stage, subscriber, session)
        assert sweep.done == [why]

    run(test)


def test_page_that_has_left_gets_no_sweep() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        stage.rooms.leave(subscriber)
        stage.say(session, MessageKind.SWEEP, encode_sweep(SWEEP, 1), subscriber=subscriber.number)
        assert stage.sweeps.started == []

    run(test)


def test_held_session_holds_its_sweep() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, session = stage.open()
        sweep = ask_for_sweep(stage, session, subscriber)
        for held in (True, True, False):
            room_of(subscriber).hold(held=held)
        assert sweep.done == [True, False]
        room_of(subscriber).hold(held=True)
        assert ask_for_sweep(stage, session, subscriber).done == [True]

    run(test)


def test_estimate_starts_processes() -> None:
    def test() -> None:
        stage = RoomStage()
        subscriber, _ = stage.open()
        stage.rooms.submit(subscriber, Play())
        assert stage.sweeps.warmed_up == 0
        stage.rooms.submit(subscriber, EstimateStarts())
        assert stage.sweeps.warmed_up == 1
        assert stage.engines.take()[-1].payload == encode_command(EstimateStarts())

    run(test)
