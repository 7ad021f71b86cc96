"""The pool of engine processes when the system has nothing to give: it waits, says so, and leaves nothing behind."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.protocol.checkpoints import Opening, encode_opening
from app.protocol.envelopes import Envelope, MessageKind
from app.settings import Settings
from app.workers import pool, worker
from app.workers.pool import WorkerPool
from app.workers.worker import EngineError, ProcessWorker, Receive
from tests.support.client import PATIENCE, SMALL

pytestmark = [pytest.mark.server, pytest.mark.resilience]


def children() -> set[int]:
    """The processes that this one has started and that have not been waited for."""
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


class PoolStage:
    """Two engine processes, or more, and what the front is told of them."""

    def __init__(self, **settings: Any) -> None:
        self.news = asyncio.Event()
        self.lost: list[tuple[int, int]] = []
        self.said: list[Envelope] = []
        self.again: list[Envelope] = []
        self.workers = WorkerPool(Settings(**{"workers": 2, **settings}))

    async def start(self) -> None:
        await self.workers.start(self._hear, self._lose, self._hear_again)

    def _hear(self, envelope: Envelope) -> None:
        self.said.append(envelope)
        self.news.set()

    def _lose(self, index: int, session: int) -> None:
        self.lost.append((index, session))
        self.news.set()

    def _hear_again(self, envelope: Envelope) -> None:
        self.again.append(envelope)
        self.news.set()

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so, looking again whenever there are news, and now and then."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self.news.clear()
                await asyncio.wait([asyncio.ensure_future(self.news.wait())], timeout=0.05)

    def signal(self, index: int, number: int) -> None:
        """Send a signal to a process."""
        os.kill(self.workers.processes[index], number)

    async def until_replaced(self, index: int) -> None:
        """Wait until another process is in the place of one that has been ended."""
        process = self.workers._workers[index]
        await self.until(lambda: self.workers._workers[index] not in {process, None})

    async def stop_in_a_turn_of(self, session: int) -> None:
        """Stop the only process in the midst of a turn: it is seldom in anything else."""
        (process,) = [worker for worker in self.workers._workers if isinstance(worker, ProcessWorker)]
        pid = process.process.pid
        while process.session != session:
            os.kill(pid, signal.SIGCONT)
            await self.until(lambda: process.session == session)
            os.kill(pid, signal.SIGSTOP)
            await self.until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)


@asynccontextmanager
async def staged(**settings: Any) -> AsyncIterator[PoolStage]:
    before = children()
    stage = PoolStage(**settings)
    await stage.start()
    try:
        yield stage
    finally:
        await stage.workers.stop()
    assert children() <= before


class Refusing:
    """Starts processes as always, unless it has been told to raise an error instead."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.refused = 0
        self._start = ProcessWorker.start

    async def start(self, settings: Settings, receive: Receive) -> ProcessWorker:
        if self.error:
            self.refused += 1
            raise self.error
        return await self._start(settings, receive)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Refusing:
    """A system that can refuse to start a process."""
    refusing = Refusing()
    monkeypatch.setattr(ProcessWorker, "start", refusing.start)
    monkeypatch.setattr(pool, "FIRST_DELAY", 0.001)
    monkeypatch.setattr(pool, "_SPARE_AFTER", 0.0)
    return refusing


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(scenario())  # type: ignore[arg-type]


ERRORS = [OSError(errno.EMFILE, "Too many open files"), OSError(errno.ENOMEM, "Cannot allocate memory"), MemoryError()]


def test_empty_slot_gets_no_sessions_until_filled(system: Refusing, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with staged() as stage:
            workers = stage.workers
            assert (workers.state, workers.available) == ("starting", [0, 1])
            await workers.until_ready()
            assert (workers.state, workers.available) == ("ready", [0, 1])
            assert stage.lost == [(0, 0), (1, 0)]
            await stage.until(lambda: workers._spare is not None)
            system.error = ERRORS[0]
            stage.signal(0, signal.SIGKILL)
            # the one that stood by takes its place, and nothing can stand by any more
            await stage.until(lambda: system.refused >= 2 and workers.state == "ready")
            stage.signal(0, signal.SIGKILL)
            await stage.until(lambda: len(stage.lost) == 4 and system.refused >= 4)
            for system.error in ERRORS:
                refused = system.refused
                await stage.until(lambda: system.refused > refused)  # noqa: B023 - it is awaited here
                assert (workers.state, workers.available) == ("degraded", [1])
            # its sessions continue elsewhere; messages sent to it meanwhile are returned
            assert [index for index, _ in stage.lost] == [0, 1, 0, 0]
            command = Envelope(MessageKind.COMMAND, 1, b"{}")
            workers.send(0, command)
            await stage.until(lambda: stage.again)
            assert stage.again == [command]
            system.error = None
            await stage.until(lambda: workers.state == "ready")
            assert workers.available == [0, 1]

    run(scenario)
    for error in ERRORS:
        assert f"cannot be started: {str(error) or 'MemoryError'}; next attempt in" in caplog.text


def test_attempts_are_further_and_further_apart(system: Refusing) -> None:
    async def scenario() -> None:
        stage = PoolStage()
        delays = []
        for _ in range(20):
            stage.workers._note_failure()
            delays.append(stage.workers._delay)
        assert delays[0] == pool.FIRST_DELAY
        assert all(later == min(2 * earlier, pool.LONGEST_DELAY) for earlier, later in pairwise(delays))
        assert delays[-1] == pool.LONGEST_DELAY

    run(scenario)


def test_startup_fails_after_two_attempts(monkeypatch: pytest.MonkeyPatch, system: Refusing) -> None:
    monkeypatch.setattr(worker, "ENGINE_COMMAND", (sys.executable, "-c", "import no_such_library"))

    async def scenario() -> None:
        async with staged() as stage:
            why = r"ModuleNotFoundError: No module named 'no_such_library' \(exit code 1\)"
            with pytest.raises(EngineError, match=why):
                await stage.workers.until_ready()
            assert stage.workers.state == "degraded"
            assert stage.workers.available == []

    run(scenario)


def test_sessions_wait_while_no_process_can_start(system: Refusing) -> None:
    async def scenario() -> None:
        async with staged(workers=1) as stage:
            workers = stage.workers
            await workers.until_ready()
            await stage.until(lambda: workers._spare is not None)
            system.error = OSError(errno.EMFILE, "Too many open files")
            stage.signal(0, signal.SIGKILL)
            await stage.until_replaced(0)
            stage.signal(0, signal.SIGKILL)
            await stage.until(lambda: workers.available == [] and system.refused >= 2)
            assert workers.state == "degraded"
            count = len(stage.lost)
            system.error = None
            await stage.until(lambda: workers.state == "ready" and len(stage.lost) > count)
            assert (workers.available, stage.lost[-1]) == ([0], (0, 0))

    run(scenario)


def test_one_process_stands_by_however_many_have_ended(system: Refusing) -> None:
    async def scenario() -> None:
        before = children()
        async with staged() as stage:
            await stage.workers.until_ready()
            for _ in range(2):
                for index in (0, 1):
                    await stage.until(lambda: stage.workers.state == "ready")
                    stage.signal(index, signal.SIGKILL)
            await stage.until(lambda: stage.workers.state == "ready" and stage.workers._spare)
            assert len(children() - before) == 3
            assert len(stage.workers._processes) == 3

    run(scenario)


@pytest.mark.parametrize(
    "steps", [0, pytest.param(1, marks=pytest.mark.nightly), 3, pytest.param(10, marks=pytest.mark.nightly), 30]
)
def test_a_stop_leaves_no_process_whenever_it_comes(system: Refusing, steps: int) -> None:
    async def scenario() -> None:
        async with staged():
            for _ in range(steps):
                await asyncio.sleep(0)

    run(scenario)


def test_stop_during_spare_start_leaves_no_process(system: Refusing) -> None:
    async def scenario() -> None:
        async with staged(workers=1) as stage:
            await stage.workers.until_ready()
            await stage.until(lambda: len(stage.workers._processes) == 2)
            assert stage.workers._spare is None

    run(scenario)


def test_only_own_crash_blames_a_session(system: Refusing) -> None:
    async def scenario() -> None:
        async with staged(workers=1) as stage:
            workers = stage.workers
            await workers.until_ready()
            for numbers in ([signal.SIGKILL], [signal.SIGSEGV, signal.SIGCONT]):
                workers.send(0, Envelope(MessageKind.OPEN, 7, encode_opening(Opening(link=SMALL, playing=True))))
                workers.send(
                    0, Envelope(MessageKind.COMMAND, 7, b'{"type":"set_speed","speed":"unlimited"}', subscriber=1)
                )
                await stage.stop_in_a_turn_of(7)
                for number in numbers:
                    stage.signal(0, number)
                await stage.until_replaced(0)
            assert stage.lost == [(0, 0), (0, 0), (0, 7)]

    run(scenario)
