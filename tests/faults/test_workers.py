"""Engine processes that die, hang or hoard are replaced; who was elsewhere does not notice, who was there hardly."""

import asyncio
import contextlib
import itertools
import os
import resource
import signal
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults.page import Page, assert_uninterrupted
from tests.support.server import ServerProcess

pytestmark = pytest.mark.server

LINKS = [f"#dataset={name}&seed=0.5&networkShape=6" for name in ("circle", "xor", "gauss", "spiral")]

EPOCHS_PER_SECOND = 60
BACK_AFTER_DEATH = 4 * EPOCHS_PER_SECOND
BACK_AFTER_HANG = 5 * EPOCHS_PER_SECOND
"""What others may train meanwhile: a clock that goes more slowly on a busy machine, if not as much as what it times.
On an idle one it takes half a second, and one to notice."""

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


async def signal_one_worker(number: int, within: int, **server: Any) -> list[int]:
    """Send a signal to one of two engine processes, each of which has two of four sessions that train.

    Returns how many epochs each page has seen since then, when each has seen 20 or one has seen more than `within`.
    Raises AssertionError if anything that was shown is not what an uninterrupted run would have shown.
    """
    with ServerProcess(workers=2, **server) as running:
        async with playing(running.port, LINKS) as pages:
            await asyncio.to_thread(running.until_spare, 2)
            before = [page.shown[-1].epoch for page in pages]
            os.kill(running.workers[0], number)
            trained = [0]
            while min(trained) < 20 and max(trained) <= within:
                await asyncio.sleep(0.02)
                trained = [page.shown[-1].epoch - old for page, old in zip(pages, before, strict=True)]
            if min(trained) >= 20:
                for page in pages:
                    assert_uninterrupted(page.link, page.shown)
                    assert len(page.visits) == 1
                    assert page.status["playing"]
                    assert not page.errors
                assert sorted(page.configs for page in pages) == [1, 1, 2, 2]
                assert running.health()["workers"] == 2
            return sorted(trained)


def stood_still(trained: list[int]) -> bool:
    """Whether two of four pages have seen nothing more, or just what was on its way."""
    return max(trained[:2]) < 5


def test_killed_process_is_replaced() -> None:
    assert min(asyncio.run(signal_one_worker(signal.SIGKILL, BACK_AFTER_DEATH))) >= 20


@pytest.mark.nightly
def test_killed_process_stays_dead_without_replacement() -> None:
    assert stood_still(asyncio.run(signal_one_worker(signal.SIGKILL, BACK_AFTER_DEATH, without=["replacement"])))


def test_stopped_process_is_replaced() -> None:
    assert min(asyncio.run(signal_one_worker(signal.SIGSTOP, BACK_AFTER_HANG))) >= 20


@pytest.mark.nightly
def test_stopped_process_goes_unnoticed_without_watchdog() -> None:
    assert stood_still(asyncio.run(signal_one_worker(signal.SIGSTOP, BACK_AFTER_HANG, without=["watchdog"])))


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
            end = time.monotonic() + 20
            while not greedy.errors and most < ALLOWED:
                most = max(most, running.rss()[worker])
                assert time.monotonic() < end
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
