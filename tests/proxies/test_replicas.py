"""Two servers behind nginx: one dies or is started again, and all pages go on at the other where they were."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from tests.faults.page import Page, assert_uninterrupted
from tests.proxies.replicas import Replicas
from tests.support.client import SMALL
from tests.support.effort import amount
from tests.support.server import wait_until

pytestmark = [pytest.mark.proxies, pytest.mark.server]

PAGES = amount("PAGES", sample=50, everything=50)

WITHIN = 10.0
"""Seconds in which every page goes on: the five that are promised, and as many because this machine also trains all
these networks and runs the pages."""


async def until_back(pages: Sequence[Page], visits: Sequence[int]) -> None:
    """Wait until all pages have made so many visits, and train."""
    async with asyncio.timeout(WITHIN):
        for page, count in zip(pages, visits, strict=True):
            await page.until_visit(count)
            await page.until_frame()


def assert_nothing_lost(pages: Sequence[Page]) -> None:
    """Every visit went on from the very frame that was shown last, as if nothing had been."""
    for page in pages:
        for visit in page.visits[1:]:
            last = page.shown[page.times.index(visit.time) - 1]
            assert visit.resumed == "checkpoint"
            assert (visit.first.epoch, visit.first.batch) >= (last.epoch, last.batch)
        assert_uninterrupted(page.link, page.shown)


async def kill_one_while_pages_train(replicas: Replicas) -> None:
    killed, other = replicas.servers
    async with AsyncExitStack() as stack:
        pages = await replicas.train(stack, PAGES)
        counts = [server.health()["pages"] for server in (killed, other)]
        assert sum(counts) == PAGES
        assert max(counts) - min(counts) <= PAGES // 5, "the proxy does not share the load"
        killed.kill()
        await asyncio.to_thread(other.until, "pages", PAGES)
        await until_back(pages, [len(page.visits) for page in pages])
        assert sum(len(page.visits) for page in pages) == PAGES + counts[0]
        for page in pages:
            await page.ask("pause")
    assert_nothing_lost(pages)
    killed.start()


def test_pages_of_a_killed_server_go_on(replicas: Replicas) -> None:
    asyncio.run(kill_one_while_pages_train(replicas))


async def restart_one_by_one(replicas: Replicas) -> None:
    async with AsyncExitStack() as stack:
        pages = await replicas.train(stack, 12)
        for server, other in (replicas.servers, reversed(replicas.servers)):
            visits = [len(page.visits) for page in pages]
            moved = server.health()["pages"]
            assert await asyncio.to_thread(server.stop) == 0
            await asyncio.to_thread(other.until, "pages", len(pages))
            await until_back(pages, visits)
            assert sum(len(page.visits) for page in pages) == sum(visits) + moved
            server.start()
        for page in pages:
            await page.ask("pause")
    assert_nothing_lost(pages)


def test_rolling_restart_loses_nothing(replicas: Replicas) -> None:
    asyncio.run(restart_one_by_one(replicas))


def test_files_are_the_same_on_all_servers(replicas: Replicas) -> None:
    pages = [server.fetch("/")[2] for server in replicas.servers]
    assert pages[0] == pages[1]


def test_newcomers_are_served_while_one_is_down(replicas: Replicas) -> None:
    down, other = replicas.servers
    down.kill()
    with replicas.proxy.connect() as client:
        client.greet(SMALL)
        assert replicas.proxy.fetch("/healthz")[0] == 200
        wait_until(lambda: other.health()["pages"] == 1, "the page is not at the other server")
    down.start()
