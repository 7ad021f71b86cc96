"""Two servers behind nginx: one dies or is started again, and all pages go on at the other where they were."""

import asyncio
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser

from app.link import parse_link
from app.settings import Limits
from tests.faults.page import Page, assert_uninterrupted
from tests.proxies.nginx import Authority, Nginx, upstreams
from tests.proxies.replicas import Replicas
from tests.proxies.visitor import visiting
from tests.support.client import SMALL
from tests.support.effort import amount
from tests.support.training import params_of, trained

pytestmark = [pytest.mark.proxies, pytest.mark.server]

PAGES = amount("PAGES", sample=50, everything=50)

PROMISED = 5.0
"""Seconds that a server which is down may cost a page."""

WITHIN = 2 * PROMISED
"""The same for all pages together, because this machine also trains all these networks and runs the pages."""


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


def test_page_in_a_browser_goes_on(chromium: Browser, replicas: Replicas) -> None:
    with visiting(chromium, replicas.proxy) as visitors:
        page = visitors.playground(link=SMALL).step(3)
        killed = next(server for server in replicas.servers if server.health()["pages"] == 1)
        killed.kill()
        page.until(lambda: page.frames[-1].socket > 0)
        page.step(2)
        uninterrupted = params_of(trained(parse_link(SMALL, Limits()).config, 5))
        assert (page.epoch, page.params.tobytes()) == (5, uninterrupted.tobytes())
    killed.start()


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


# --- machines that are gone, and servers of another version -------------------------------------------------------


@contextmanager
def silent_machine() -> Iterator[int]:
    """A port that answers nobody, as that of a machine which is gone: nobody accepts, and its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_machine_that_is_gone_costs_little(replicas: Replicas, authority: Authority) -> None:
    port = replicas.servers[0].port
    with silent_machine() as gone, Nginx("nginx-replicas.conf", authority, upstreams([gone, port])) as proxy:
        for _ in range(3):
            with proxy.connect(timeout=PROMISED) as client:
                client.greet(SMALL)


class _OtherVersion(BaseHTTPRequestHandler):
    """A server that has none of the files of the page."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Log nothing."""


def test_files_come_from_a_server_that_has_them(replicas: Replicas, authority: Authority) -> None:
    server = replicas.servers[0]
    found = re.search(rb'static/[^"]+\.js', server.fetch("/")[2])
    assert found
    file = f"/{found[0].decode()}"
    with ThreadingHTTPServer(("127.0.0.1", 0), _OtherVersion) as other:
        Thread(target=other.serve_forever).start()
        try:
            with Nginx("nginx-replicas.conf", authority, upstreams([other.server_port, server.port])) as proxy:
                assert {proxy.fetch(file)[0] for _ in range(4)} == {200}
                assert {proxy.fetch("/lessons")[0] for _ in range(4)} == {200, 404}
        finally:
            other.shutdown()
