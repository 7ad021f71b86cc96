"""Engine processes that die, hang or hoard are replaced; who was elsewhere does not notice, who was there hardly."""

import asyncio
import contextlib
import itertools
import os
import resource
import signal
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults.page import Page, assert_uninterrupted
from tests.support.client import PATIENCE
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.resilience]

LINKS = [f"#dataset={name}&seed=0.5&networkShape=6" for name in ("circle", "xor", "gauss", "spiral")]

MEANWHILE = 300
"""Epochs that other sessions train, in about five seconds; a replacement would take two."""

MEMORY = 200
ALLOWED = MEMORY + 50
"""Megabytes of data that a process may have, and what it may have at most with code and stacks."""


@contextlib.asynccontextmanager
async def playing(port: int, links: Sequence[str]) -> AsyncIterator[list[Page]]:
    """Pages that train."""
    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(Page(port, link)) for link in links]
        for page in pages:
            await page.ask("play")
        for page in pages:
            await page.until_epoch(5)
        yield pages


async def lose_processes(*signals: int) -> None:
    """Send each signal to one of two engine processes, each of which has two of four sessions that train.

    Raises AssertionError if anything that was shown is not what an uninterrupted run would have shown.
    """
    with ServerProcess(workers=2) as running:
        async with playing(running.port, LINKS) as pages:
            for number in signals:
                await asyncio.to_thread(running.until_spare, 2)
                opened = [page.configs for page in pages]
                before = [page.shown[-1].epoch for page in pages]
                os.kill(running.workers[0], number)
                for page, epoch in zip(pages, before, strict=True):
                    await page.until_epoch(epoch + 20)
                assert sorted(page.configs - old for page, old in zip(pages, opened, strict=True)) == [0, 0, 1, 1]
                assert running.health()["workers"] == 2
            for page in pages:
                assert_uninterrupted(page.link, page.shown)
                assert len(page.visits) == 1
                assert page.status["playing"]
                assert not page.errors


def test_killed_and_stopped_processes_are_replaced() -> None:
    asyncio.run(lose_processes(signal.SIGKILL, signal.SIGSTOP))


async def lose_a_process_for_good(number: int, without: str) -> None:
    """Send a signal to one of two engine processes, which nothing replaces; its two pages stop forever."""
    with ServerProcess(workers=2, without=[without]) as running:
        async with playing(running.port, LINKS) as pages:
            await asyncio.to_thread(running.until_spare, 2)
            before = {page: page.shown[-1].epoch for page in pages}
            os.kill(running.workers[0], number)
            others: set[Page] = set()
            async with asyncio.timeout(PATIENCE):
                while len(others) < 2:
                    await asyncio.sleep(0.02)
                    others = {page for page in pages if page.shown[-1].epoch >= before[page] + 20}
            last = {page: page.shown[-1] for page in pages if page not in others}
            for page in others:
                await page.until_epoch(page.shown[-1].epoch + MEANWHILE)
            assert [page.configs for page in pages] == [1, 1, 1, 1]
            assert {page: page.shown[-1] for page in last} == last
            assert len(last) == 2


@pytest.mark.nightly
def test_killed_process_stays_dead_without_replacement() -> None:
    asyncio.run(lose_a_process_for_good(signal.SIGKILL, "replacement"))


@pytest.mark.nightly
def test_stopped_process_goes_unnoticed_without_watchdog() -> None:
    asyncio.run(lose_a_process_for_good(signal.SIGSTOP, "watchdog"))


async def kill_the_process_of_a_busy_session(times: int) -> None:
    """Another program kills an engine process, again and again, while a session trains there at full speed."""
    with ServerProcess(workers=1) as running:
        async with Page(running.port, "#seed=0.5&networkShape=16,16&batchSize=1") as page:
            await page.ask("set_speed", speed="unlimited")
            await page.ask("play")
            for _ in range(times):
                await page.until_epoch(page.shown[-1].epoch + 1)
                opened = page.configs
                os.kill(running.workers[0], signal.SIGKILL)
                while page.configs == opened:
                    await page.until_frame()
            await page.until_epoch(page.shown[-1].epoch + 3)
            assert page.errors == []
            assert page.status["playing"]
            assert len(page.visits) == 1
            assert_uninterrupted(page.link, page.shown)


@pytest.mark.nightly
def test_outside_kills_are_not_blamed_on_session() -> None:
    asyncio.run(kill_the_process_of_a_busy_session(4))


async def end_a_process_again_and_again(fault: str) -> None:
    """One session ends its process whenever it trains beyond epoch 10; another is in the same process."""
    with ServerProcess(workers=1, faults=[f"{fault}:deadly:10"]) as running:
        async with Page(running.port, "#seed=deadly") as deadly, Page(running.port, "#seed=0.5") as other:
            await other.ask("play")
            await deadly.ask("play")
            await deadly.until(lambda: deadly.errors)
            assert deadly.errors[0]["code"] == "internal"
            assert not deadly.errors[0]["fatal"]
            await deadly.until(lambda: not deadly.status["playing"])
            assert deadly.frame["epoch"] <= 11
            # it is told, and everybody goes on; who tries again is told more clearly
            await other.until_epoch(other.shown[-1].epoch + 20)
            await deadly.connection.send('{"type":"play"}')  # type: ignore[union-attr]
            await deadly.until(lambda: any(error["fatal"] for error in deadly.errors))
            await other.until_epoch(other.shown[-1].epoch + 30)
            openings = other.configs
            # who comes back with it is refused, so that no process ends any more
            await deadly.until(lambda: sum(error["fatal"] for error in deadly.errors) == 3)
            await other.until_epoch(other.shown[-1].epoch + 30)
            assert other.configs == openings
            assert len(other.visits) == 1
            assert_uninterrupted(other.link, other.shown)


@pytest.mark.nightly
def test_session_that_keeps_crashing_is_refused() -> None:
    asyncio.run(end_a_process_again_and_again("die"))


@pytest.mark.nightly
def test_session_that_keeps_hanging_is_refused() -> None:
    asyncio.run(end_a_process_again_and_again("hang"))


def leave_descriptors(pid: int, count: int) -> None:
    """Let a process open so many files more, and no others."""
    used = {int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir()}
    free = (number for number in itertools.count() if number not in used)
    number = next(itertools.islice(free, count, None))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (number, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def is_told(page: Page, code: str) -> bool:
    return any(error["code"] == code for error in page.errors)


async def run_out_of_descriptors() -> None:
    """The front has no descriptors left when engine processes end, and some later."""
    with ServerProcess(workers=1) as running:
        async with playing(running.port, LINKS[:2]) as pages:
            await asyncio.to_thread(running.until_spare, 1)
            # the next takes the place; what it leaves behind is not enough to start another
            for _ in range(2):
                leave_descriptors(running.pid, 0)
                (old, *_) = running.workers
                os.kill(old, signal.SIGKILL)
                await asyncio.to_thread(running.until_gone, old)
            for page in pages:
                await page.until(partial(is_told, page, "unavailable"))
            # enough to answer, but not to start a process
            leave_descriptors(running.pid, 5)
            await asyncio.to_thread(running.until_said, "Too many open files; next attempt in")
            await asyncio.to_thread(running.until, "status", "degraded")
            leave_descriptors(running.pid, 200)
            await asyncio.to_thread(running.until, "status", "ready")
            for page in pages:
                await page.until_epoch(page.shown[-1].epoch + 20)
                assert page.status["playing"]
                assert page.visits[-1].resumed in {"session", "checkpoint"}
                assert_uninterrupted(page.link, page.shown)
        assert "Traceback" not in running.errors


@pytest.mark.nightly
def test_server_recovers_from_running_out_of_descriptors() -> None:
    asyncio.run(run_out_of_descriptors())


async def hoard_memory(**server: Any) -> float:
    """One session takes more and more memory, beside another; returns the most that their process has had, in MB.

    It returns when that is more than the process may have, or when the session has been stopped; then it raises
    AssertionError unless the memory has been given back and the other session has not noticed anything.
    """
    with ServerProcess(workers=1, worker_memory=MEMORY, faults=["hoard:greedy:10"], **server) as running:
        (worker,) = running.workers
        async with Page(running.port, "#seed=greedy") as greedy, Page(running.port, "#seed=0.5") as other:
            await other.ask("play")
            await greedy.ask("play")
            most = 0.0
            async with asyncio.timeout(PATIENCE):
                while not greedy.errors and most < ALLOWED:
                    most = max(most, running.rss()[worker])
                    await asyncio.sleep(0.02)
            if most < ALLOWED:
                await greedy.until(lambda: not greedy.status["playing"])
                await other.until_epoch(other.shown[-1].epoch + 20)
                assert running.rss()[worker] < MEMORY / 2
                assert other.configs == 1
                assert_uninterrupted(other.link, other.shown)
            return most


def test_session_that_hoards_memory_is_stopped() -> None:
    assert asyncio.run(hoard_memory()) < ALLOWED


@pytest.mark.nightly
def test_session_hoards_memory_without_limit() -> None:
    assert asyncio.run(hoard_memory(without=["memory_limit"])) >= ALLOWED
