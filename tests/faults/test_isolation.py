"""What one session does, or suffers, is its own affair."""

import asyncio
import contextlib
import json
import math
import time
from collections import Counter, deque
from typing import Any

import pytest

from app.channel import Envelope, Kind
from app.host import EngineHost
from app.protocol import Opening, encode_opening
from app.settings import Settings
from tests.faults.page import Page, assert_uninterrupted
from tests.faults.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.alone]

ALL_FEATURES = "x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
LARGEST = f"#seed=0.5&batchSize=1&percTrainData=90&networkShape={','.join(['24'] * 32)}&{ALL_FEATURES}"


async def fail_in_one_session(**server: Any) -> None:
    """One session raises an exception whenever it trains.

    Raises AssertionError unless it is paused and told, keeps what it has, and its neighbours are not touched.
    """
    faults = {"PLAYGROUND_TEST_FAULTS": "raise:faulty:10"}
    links = ["#seed=faulty", "#seed=0.1", "#seed=0.2&dataset=spiral&networkShape=8,8"]
    with ServerProcess(workers=1, environment=faults, **server) as running:
        async with contextlib.AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(Page(running.port, link)) for link in links]
            faulty, *others = pages
            for page in pages:
                await page.ask("play")
            await faulty.until(lambda: faulty.errors)
            assert faulty.errors[0]["code"] == "internal"
            await faulty.until(lambda: not faulty.status["playing"])
            for page in others:
                await page.until_epoch(page.shown[-1].epoch + 30)
                assert page.status["playing"]
                assert not page.errors
            assert [page.configs for page in pages] == [1, 1, 1]
            # what has failed is still there, and may be changed
            await faulty.ask("configure", changes={"seed": "sound"})
            await faulty.ask("play")
            await faulty.until(lambda: faulty.frame["epoch"] > 20)
            for page in others:
                assert_uninterrupted(page.link, page.shown)
            assert "this session fails because a test wants it to" in running.errors


def test_an_error_in_one_session_stops_that_session_only() -> None:
    asyncio.run(fail_in_one_session())


def test_without_containment_an_error_in_one_session_interrupts_all() -> None:
    with pytest.raises(AssertionError):
        asyncio.run(fail_in_one_session(without=["containment"]))


def shares_beside_the_largest(seconds: float = 2.0) -> list[float]:
    """Train eight default sessions at full speed in a host with the largest that is allowed.

    Returns what each of the eight has had, in ninths of the processor time that all have had together: opening and
    frames are in it, too. Whatever else this machine does takes nothing from that.
    """
    used: Counter[int] = Counter()
    begun = [0, 0.0]

    def beat(session: int) -> None:
        now = time.thread_time()
        used[int(begun[0])] += now - begun[1]
        begun[:] = session, now

    said: deque[Envelope] = deque()
    host = EngineHost(Settings(), said.append, beat=beat)
    sessions = range(1, 10)
    for session, link in zip(sessions, [*(f"#seed={number}" for number in range(8)), LARGEST], strict=True):
        host.receive(Envelope(Kind.OPEN, session, encode_opening(Opening(link=link))))
    while host.run_slice() < math.inf:
        pass
    for session in sessions:
        for command in ({"type": "set_speed", "speed": "unlimited"}, {"type": "play"}):
            host.receive(Envelope(Kind.COMMAND, session, json.dumps(command).encode(), member=1))
        host.receive(Envelope(Kind.GRANT, session, epoch=-1))
    while sum(used[session] for session in sessions) < seconds:
        host.run_slice()
        while said:
            envelope = said.popleft()
            if envelope.kind is Kind.FRAME:
                host.receive(Envelope(Kind.GRANT, envelope.session, run=envelope.run, epoch=envelope.epoch))
    *small, _ = (9 * used[session] / sum(used[session] for session in sessions) for session in sessions)
    print("of their fair share, those beside the largest have", [f"{share:.0%}" for share in small])
    return small


def test_beside_the_largest_session_everybody_keeps_his_share() -> None:
    assert min(shares_beside_the_largest()) >= 0.9


def test_without_fair_turns_the_largest_session_takes_most_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.defences._SWITCHED_OFF", {"fair_turns"})
    assert sum(shares_beside_the_largest()) / 9 < 0.5


async def ask_beside_the_largest(questions: int = 20, **server: Any) -> None:
    """Somebody asks and asks, in a process where the largest session that is allowed trains at full speed.

    Raises AssertionError if that session uses much of the process before an answer comes.
    """
    with ServerProcess(workers=1, **server) as running:
        async with Page(running.port, LARGEST) as largest, Page(running.port, "#seed=0.5") as asking:
            await largest.ask("set_speed", speed="unlimited")
            await largest.ask("play")
            await largest.until_frame()
            used = running.processor_seconds(running.workers[0])
            for _ in range(questions):
                await asking.ask("pause")
            seconds = (running.processor_seconds(running.workers[0]) - used) / questions
            print(f"an answer comes when {seconds:.3f} s of the process have been used")
            assert seconds < 0.1


def test_an_answer_does_not_wait_for_what_others_train() -> None:
    asyncio.run(ask_beside_the_largest())


def test_without_slices_an_answer_waits_for_what_others_train() -> None:
    with pytest.raises(AssertionError):
        asyncio.run(ask_beside_the_largest(without=["slices"]))
