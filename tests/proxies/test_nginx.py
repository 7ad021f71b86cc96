"""Behind nginx, with TLS, at the root and under a path: `PLAYGROUND_PUBLIC_URL` is the only setting."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import product

import pytest
from playwright.sync_api import Browser, expect

from app.rooms.outbox import WINDOW
from tests.proxies.nginx import NAME, ORIGIN, Authority, Nginx
from tests.proxies.visitor import visiting
from tests.support.class_client import ClassPage, Memory
from tests.support.client import PING, PONG, SMALL, Client, frame
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.proxies, pytest.mark.server]

PATHS = ("/", "/tools/playground/")

HOSTS = {
    "without a port": "Host $host;",
    "as it came": "Host $http_host;",
    "nginx's default": "",
}
"""What the proxy says that it was asked for: lines in place of that in the file."""


MOST = 3
"""Connections from one address."""


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, ServerProcess]]:
    """By path, a server that has been told its public URL, and nothing else about the proxy."""
    with ExitStack() as stack:
        yield {
            path: stack.enter_context(
                ServerProcess(
                    workers=1, public_url=f"{ORIGIN}{path}", ping_interval=1, max_per_address=MOST, metrics="true"
                )
            )
            for path in PATHS
        }


NO_CHANGES: Mapping[str, str] = {}


def behind(
    server: ServerProcess, authority: Authority, path: str = "/", changes: Mapping[str, str] = NO_CHANGES
) -> Nginx:
    """A proxy in front of a server, with other lines than `deploy/nginx.conf` has."""
    places = {
        "proxy_pass http://127.0.0.1:8000": f"proxy_pass http://127.0.0.1:{server.port}",
        "location / {": f"location {path} {{",
    }
    return Nginx("nginx.conf", authority, {**places, **changes})


WAYS = [
    (path, host, stripped)
    for path, host in product(PATHS, HOSTS)
    for stripped in (False, True)
    if path != "/" or not stripped
]
"""Under each path, with each line, and with the path passed on or removed."""


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: " ".join(map(str, way)))
def way(
    request: pytest.FixtureRequest, servers: dict[str, ServerProcess], authority: Authority
) -> Iterator[tuple[str, Nginx]]:
    """A path, and a proxy that serves there."""
    path, host, stripped = request.param
    line = HOSTS[host]
    changes = {"        proxy_set_header Host $host;\n": f"        proxy_set_header {line}\n" if line else ""}
    if stripped:
        # with a path, nginx puts it in place of the location's
        changes |= {f":{servers[path].port};": f":{servers[path].port}/;"}
    with behind(servers[path], authority, path, changes) as running:
        yield path, running


def test_page_trains(way: tuple[str, Nginx]) -> None:
    path, proxy = way
    status, headers, content = proxy.fetch(path)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"NumPy Playground" in content
    with proxy.connect(f"{path}ws") as client:
        client.greet(SMALL)
        assert client.train(2)["epoch"] == 2


def test_metrics_do_not_pass_the_proxy(way: tuple[str, Nginx], servers: dict[str, ServerProcess]) -> None:
    path, proxy = way
    status, _, content = proxy.fetch(f"{path}metrics")
    assert (status, b"playground_" in content) == (404, False)
    assert servers[path].fetch("/metrics")[0] == 200


def test_class_is_started_and_joined(way: tuple[str, Nginx]) -> None:
    path, proxy = way
    status, _, content = proxy.fetch(f"{path}api/classes", "POST", "{}")
    assert status == 201
    started = json.loads(content)
    options = {**proxy.way(), "path": f"{path}ws/{started['code']}"}
    with (
        ClassPage(proxy.port, Memory("teacher", started["code"], started["secret"]), **options) as teacher,
        ClassPage(proxy.port, Memory.of_student(started["code"]), **options) as student,
    ):
        teacher.until_class(lambda room: room["present"] == 1)
        assert student.joined["seat"] == 1
        teacher.say("end_class")
        assert student.until_closed() == 4410


def test_other_sites_stay_out(way: tuple[str, Nginx]) -> None:
    path, proxy = way
    with proxy.connect(f"{path}ws", origin="https://evil.example") as client:
        assert client.status_code == 403


# --- what the file itself does ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxy(servers: dict[str, ServerProcess], authority: Authority) -> Iterator[Nginx]:
    """The proxy of the file as it is, but for its read time-out, which is as short as a ping and a half."""
    line = "        # live connections\n"
    with behind(servers["/"], authority, changes={line: f"        proxy_read_timeout 2s;\n{line}"}) as running:
        yield running


def test_proxy_says_whose_connection_it_is(proxy: Nginx) -> None:
    with ExitStack() as stack:

        def knock(source: str, **headers: str) -> str | None:
            way = proxy.way()
            client = stack.enter_context(
                Client(proxy.port, source=source, **{**way, "headers": {**way["headers"], **headers}})
            )
            client.say("hello", version=4, link=SMALL)
            return client.message().get("code")

        assert [knock("127.0.0.2") for _ in range(MOST)] == [None] * MOST
        assert knock("127.0.0.2") == "full"
        assert knock("127.0.0.2", **{"X-Forwarded-For": "192.0.2.7"}) == "full", "a page has chosen its address"
        assert knock("127.0.0.3") is None


def test_picture_of_a_slow_reader_is_not_old(proxy: Nginx) -> None:
    with proxy.connect() as client:
        client.greet(SMALL)
        client.acknowledges = False
        client.say("run_until", until="epochs", epochs=400)
        client.until(lambda message: message["type"] == "status" and message["playing"])
        waiting: list[int] = []
        while (message := client.read())["type"] != "status" or message["playing"]:
            if message["type"] == "frame":
                waiting.append(message["epoch"])
        # whatever the proxy can buffer
        assert len(waiting) <= WINDOW
        client.say("ack", seq=client.frame["seq"])
        assert client.until_frame()["epoch"] == 400


def test_paused_page_stays_connected(chromium: Browser, proxy: Nginx) -> None:
    with visiting(chromium, proxy) as visitors, proxy.connect() as client:
        page = visitors.playground(link=SMALL).step()
        client.greet(SMALL)
        for _ in range(6):
            # one comes every second, which is three times the proxy's time-out in all
            while (received := client.receive()).opcode != PING:
                pass
            client.send(frame(PONG, received.payload))
        assert client.ask("ping")["type"] == "pong"
        page.step()
        assert {shown.socket for shown in page.frames} == {0}
        assert page.complaints == []


def test_page_under_a_path_trains_and_learns(
    chromium: Browser, servers: dict[str, ServerProcess], authority: Authority
) -> None:
    path = "/tools/playground/"
    with behind(servers[path], authority, path) as running, visiting(chromium, running) as visitors:
        page = visitors.playground(path, SMALL).step(2)
        page.page.goto(f"{ORIGIN}{path}lessons")
        page.page.locator("main a[href*='lessons/']").first.click()
        page.until(lambda: page.frames[-1].socket == 1)
        assert page.complaints == []


def test_page_says_that_live_connections_are_blocked(
    chromium: Browser, servers: dict[str, ServerProcess], authority: Authority
) -> None:
    changes = {
        "        proxy_set_header Upgrade $http_upgrade;\n": "",
        "        proxy_set_header Connection $connection_upgrade;\n": "",
    }
    with behind(servers["/"], authority, changes=changes) as running, visiting(chromium, running) as visitors:
        page = visitors.page()
        page.goto(f"{ORIGIN}/")
        expect(page.locator("#blocked")).to_contain_text("Live connections are blocked")
        expect(page.locator("#blocked-letter")).to_have_value(re.compile(f"wss://{re.escape(NAME)}/ws"))
