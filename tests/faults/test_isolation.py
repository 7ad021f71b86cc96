"""What one session does, or suffers, is its own affair."""

import asyncio
import contextlib
import json
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from app.protocol.checkpoints import Opening, encode_opening
from app.protocol.containers import decode_container
from app.protocol.envelopes import Envelope, MessageKind
from app.settings import Settings
from app.workers.scheduler import Scheduler
from tests.faults.page import Page, assert_uninterrupted
from tests.faults.unsafe_server import SAFEGUARDS
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.resilience]

ALL_FEATURES = "x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
LARGEST = f"#seed=0.5&batchSize=1&percTrainData=90&networkShape={','.join(['24'] * 32)}&{ALL_FEATURES}"


@contextlib.asynccontextmanager
async def one_of_three_fails(**server: Any) -> AsyncIterator[tuple[ServerProcess, list[Page]]]:
    """Three pages train in one engine process; the session of the first raises an exception, and its page is told."""
    links = ["#seed=faulty", "#seed=0.1", "#seed=0.2&dataset=spiral&networkShape=8,8"]
    async with contextlib.AsyncExitStack() as stack:
        running = stack.enter_context(ServerProcess(workers=1, faults=["raise:faulty:10"], **server))
        pages = [await stack.enter_async_context(Page(running.port, link)) for link in links]
        for page in pages:
            await page.ask("play")
        await pages[0].until(lambda: pages[0].errors and not pages[0].status["playing"])
        assert pages[0].errors[0]["code"] == "internal"
        yield running, pages


def test_session_error_stops_only_that_session() -> None:
    async def scenario() -> None:
        async with one_of_three_fails() as (running, (faulty, *others)):
            for page in others:
                await page.until_epoch(page.shown[-1].epoch + 30)
                assert page.status["playing"]
                assert not page.errors
            assert [page.configs for page in (faulty, *others)] == [1, 1, 1]
            # what has failed is still there, and can be changed
            await faulty.ask("configure", changes={"seed": "sound"})
            await faulty.ask("play")
            await faulty.until(lambda: faulty.frame["epoch"] > 20)
            for page in others:
                assert_uninterrupted(page.link, page.shown)
            assert "this session fails because a test wants it to" in running.errors

    asyncio.run(scenario())


@pytest.mark.nightly
def test_error_interrupts_everybody_without_containment() -> None:
    async def scenario() -> None:
        async with one_of_three_fails(without=["containment"]) as (_, (_, *others)):
            # the engine process has ended, and all its sessions have to be opened again
            for page in others:
                await page.until(lambda: page.configs > 1)  # noqa: B023 - it is called before the next round

    asyncio.run(scenario())


class FullSpeed:
    """A host whose sessions train at full speed, and how long each has had it.

    That is told in the host's own processor time: whatever else this machine does takes nothing from it.
    """

    def __init__(self, links: Sequence[str]) -> None:
        self.turns: list[tuple[int, float]] = []
        """What was done for which session, the first being 1, and the seconds that it took."""
        self.said: list[Envelope] = []
        self._since = 0.0
        self._session = 0
        self._heard = 0
        self._host = Scheduler(Settings(), self.said.append, beat=self._beat)
        for session, link in enumerate(links, 1):
            self._host.receive(Envelope(MessageKind.OPEN, session, encode_opening(Opening(link=link))))
        while self._host.run_slice() < math.inf:
            pass

    def _beat(self, session: int) -> None:
        now = time.thread_time()
        if self._session:
            self.turns.append((self._session, now - self._since))
        self._session, self._since = session, now

    def ask(self, session: int, type_: str, **fields: Any) -> None:
        """Ask a session for something."""
        self._host.receive(
            Envelope(MessageKind.COMMAND, session, json.dumps({"type": type_, **fields}).encode(), subscriber=1)
        )

    def play(self, session: int) -> None:
        """Let a session train at full speed, with a frame whenever it wants to make one."""
        self.ask(session, "set_speed", speed="unlimited")
        self.ask(session, "play")
        self._host.receive(Envelope(MessageKind.GRANT, session, epoch=-1))

    def run_slice(self) -> None:
        """Let the host do one thing."""
        self._host.run_slice()
        for envelope in self.said[self._heard :]:
            if envelope.kind is MessageKind.FRAME:
                self._host.receive(
                    Envelope(MessageKind.GRANT, envelope.session, run=envelope.run, epoch=envelope.epoch)
                )
        self._heard = len(self.said)

    def until_answer(self, number: int) -> None:
        """Let the host do things until it has answered a question."""
        answer = f'"id":{number}}}'.encode()
        begin = self._heard
        while not any(
            answer in envelope.payload for envelope in self.said[begin:] if envelope.kind is MessageKind.STATUS
        ):
            self.run_slice()


def shares_beside_the_largest(seconds: float = 2.0) -> list[float]:
    """Train eight default sessions in a host with the largest that is allowed.

    Returns what each of the eight has had, in ninths of what all have had together: opening and frames are in it, too.
    """
    sessions = range(1, 10)
    stage = FullSpeed([*(f"#seed={number}" for number in range(8)), LARGEST])
    for session in sessions:
        stage.play(session)
    used: Counter[int] = Counter()
    while used.total() < seconds:
        stage.run_slice()
        while stage.turns:
            session, spent = stage.turns.pop()
            used[session] += spent  # type: ignore[assignment]
    shares = [9 * used[session] / used.total() for session in sessions]
    print("of their fair share, those beside the largest have", [f"{share:.0%}" for share in shares[:-1]])
    return shares[:-1]


@pytest.mark.alone
def test_largest_session_leaves_others_their_share() -> None:
    assert min(shares_beside_the_largest()) >= 0.9


@pytest.mark.nightly
def test_largest_session_dominates_without_fair_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    SAFEGUARDS["fair_turns"](monkeypatch.setattr)
    assert sum(shares_beside_the_largest()) / 9 < 0.5


def steps_before_an_answer(questions: int = 20) -> float:
    """Somebody asks and asks while the largest session that is allowed trains in the same host.

    Returns how many steps that trains, on the average, before an answer has come. Every question comes when a turn of
    the largest has just begun.
    """
    stage = FullSpeed([LARGEST, "#seed=0.5"])
    stage.play(1)
    for number in range(questions):
        stage.turns.clear()
        while not stage.turns or stage.turns[-1][0] != 1:
            stage.run_slice()
        stage.ask(2, "pause", id=number)
        stage.until_answer(number)
    frames = [item.payload for item in stage.said if item.kind is MessageKind.FRAME and item.session == 1]
    steps: int = decode_container(frames[-1])[0]["step"]
    print(f"an answer comes after {steps / questions} steps of the largest")
    return steps / questions


def test_answer_does_not_wait_for_training() -> None:
    assert steps_before_an_answer() < 70


@pytest.mark.nightly
def test_answer_waits_for_training_without_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    SAFEGUARDS["slices"](monkeypatch.setattr)
    assert steps_before_an_answer() > 70
