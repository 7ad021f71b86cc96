"""Nothing that was shown is lost: the server is killed, the wire is cut, and everything goes on where it was seen."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from tests.faults.page import Page, assert_uninterrupted
from tests.faults.proxy import Wire
from tests.support.effort import Effort, amount
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.resilience]

KILLS = amount("KILLS", sample=4, everything=4)

LINKS = [
    "#dataset=circle&seed=0.1",
    "#dataset=spiral&seed=0.2&networkShape=8,8&activation=relu&learningRate=0.01&batchSize=7",
    "#dataset=xor&seed=0.3&regularization=L1&regularizationRate=0.003&batchSize=30&noise=20",
    "#problem=regression&regDataset=reg-gauss&seed=0.4&networkShape=5&batchSize=1",
    (
        "#dataset=moons&seed=0.5&optimizer=adam&learningRate=0.001&batchNorm=true&dropout=0.2&shuffle=true&jitter=0.1"
        "&schedule=inverse_time&validationPercent=20&patience=10000"
    ),
]
"""Experiments whose state has something special each: examples that an epoch leaves over, dead links, chance."""

SPEEDS = ["epoch", "epochs_5", "epochs_20", "minibatch", "minibatch"]
"""How fast each of them trains: slowly where an epoch has many steps."""

PAGES = 5 if Effort.everything else 3
"""How many of the experiments train at the same time."""
WORKERS = 2 if Effort.everything else 1


@contextlib.asynccontextmanager
async def playing(port: int, links: Sequence[str] = LINKS[-PAGES:]) -> AsyncIterator[list[Page]]:
    """Pages that train, each at a speed of its own."""
    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(Page(port, link, number)) for number, link in enumerate(links)]
        for page, speed in zip(pages, SPEEDS[-len(pages) :], strict=True):
            await page.ask("set_speed", speed=speed)
            await page.ask("play")
        yield pages


def assert_nothing_lost(pages: Sequence[Page], resumed: str) -> None:
    """Every visit but the first went on from the very frame that was shown last, and from there as if nothing was."""
    for page in pages:
        for visit in page.visits[1:]:
            last = page.shown[page.times.index(visit.time) - 1]
            assert visit.resumed == resumed
            assert (visit.first.epoch, visit.first.batch) >= (last.epoch, last.batch)
        assert_uninterrupted(page.link, page.shown)


async def kill_again_and_again(kills: int) -> list[float]:
    """Kill a server while pages train, and start it again; returns after how many seconds each page was back each time.

    Raises AssertionError if anything that was shown is lost, or is not what an uninterrupted run would have shown.
    """
    moments = random.Random(kills)  # noqa: S311 - a test does the same in every run
    seconds: list[float] = []
    with ServerProcess(workers=WORKERS) as running:
        async with playing(running.port) as pages:
            for kill in range(kills):
                await asyncio.sleep(moments.uniform(0.0, 0.7))
                running.kill()
                opened = await asyncio.to_thread(running.start)
                for page in pages:
                    await page.until_visit(kill + 2)
                    seconds.append(page.visits[-1].time - opened)
            for page in pages:
                assert page.status["playing"]
                await page.until_frame()
            assert_nothing_lost(pages, "checkpoint")
        assert "Traceback" not in running.errors
    return seconds


@pytest.mark.sampled
def test_killed_server_resumes_what_was_shown() -> None:
    asyncio.run(kill_again_and_again(2))


@pytest.mark.nightly
@pytest.mark.alone
def test_pages_return_soon_after_many_kills() -> None:
    seconds = sorted(asyncio.run(kill_again_and_again(KILLS)))
    p95 = seconds[int(0.95 * len(seconds))]
    print(
        f"{KILLS} kills, {len(seconds)} returns: p95 {p95:.2f} s, longest {seconds[-1]:.2f} s after the port was open"
    )
    assert p95 <= 3


async def come_back_without_checkpoint() -> None:
    with ServerProcess(workers=1, without=["checkpoint"]) as running:
        async with Page(running.port, LINKS[0]) as page:
            await page.ask("play")
            await page.until_epoch(5)
            running.kill()
            await asyncio.to_thread(running.start)
            await page.until_visit(2)
            assert page.visits[1].resumed is None
            assert page.visits[1].first.epoch == 0


@pytest.mark.nightly
def test_killed_server_starts_over_without_checkpoint() -> None:
    asyncio.run(come_back_without_checkpoint())


async def cut_the_wire(how: Callable[[Wire], None], resumed: str, **settings: Any) -> None:
    """Cut the wire while pages train, wait until the server has noticed, and heal it."""
    with ServerProcess(workers=WORKERS, **settings) as server:
        async with Wire(server.port) as wire, playing(wire.port) as pages:
            for page in pages:
                await page.until_frame()
            how(wire)
            await asyncio.to_thread(server.until, "connections", 0)
            if resumed == "checkpoint":
                await asyncio.to_thread(server.until, "sessions", 0)
            wire.heal()
            for page in pages:
                await page.until_visit(2)
                assert page.status["playing"]
                await page.until_frame()
            assert_nothing_lost(pages, resumed)


@pytest.mark.sampled
def test_cut_connection_loses_nothing() -> None:
    asyncio.run(cut_the_wire(Wire.cut, "session"))


@pytest.mark.nightly
def test_silent_connection_loses_nothing() -> None:
    asyncio.run(cut_the_wire(Wire.silence, "session", ping_interval=1, ping_timeout=1))


@pytest.mark.nightly
def test_expired_session_resumes_from_page_checkpoint() -> None:
    asyncio.run(cut_the_wire(Wire.cut, "checkpoint", session_ttl=1))
