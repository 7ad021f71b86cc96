"""Behind Caddy, with TLS and under a path: the public URL is the only setting."""

import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from app.protocol.version import VERSION
from tests.proxies.caddy import Caddy
from tests.proxies.nginx import ORIGIN, Authority
from tests.proxies.visitor import visiting
from tests.support.client import SMALL
from tests.support.server import ROOT, ServerProcess

pytestmark = [pytest.mark.proxies, pytest.mark.server]

PATH = "/playground/"


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server that has been told its public URL, and nothing else about the proxy."""
    with ServerProcess(workers=1, public_url=f"{ORIGIN}{PATH}", metrics="true") as running:
        yield running


@pytest.fixture(scope="module")
def caddy(server: ServerProcess, authority: Authority) -> Iterator[Caddy]:
    """Caddy in front of it."""
    with Caddy(authority, server.port) as running:
        yield running


def test_caddyfile_is_valid_and_formatted() -> None:
    file = str(ROOT / "deploy/Caddyfile")
    subprocess.run(["caddy", "adapt", "--validate", "--config", file], check=True, capture_output=True)
    formatted = subprocess.run(["caddy", "fmt", file], check=False, capture_output=True, text=True)
    assert formatted.stdout == (ROOT / "deploy/Caddyfile").read_text("utf-8")


def test_page_trains_behind_caddy(server: ServerProcess, caddy: Caddy) -> None:
    with caddy.connect(f"{PATH}ws") as client:
        client.greet(SMALL)
        assert client.train(5)["epoch"] == 5
    assert server.errors == ""


def test_page_and_its_files_come_through_caddy(caddy: Caddy) -> None:
    status, _, page = caddy.fetch(PATH)
    assert status == 200
    (script,) = re.findall(r'<script[^>]* type="module"[^>]* src="\./([^"]+)"', page.decode())
    assert caddy.fetch(PATH + script)[0] == 200


def test_metrics_do_not_pass_caddy(server: ServerProcess, caddy: Caddy) -> None:
    assert caddy.fetch(f"{PATH}metrics")[0] == 404
    assert server.fetch("/metrics")[0] == 200


def test_browser_trains_behind_caddy(chromium: Browser, caddy: Caddy) -> None:
    with visiting(chromium, caddy) as visitors:
        opened = visitors.playground(PATH, SMALL).step(3)
        assert opened.epoch == 3
        assert opened.page.url.startswith(f"{ORIGIN}{PATH}#")


def test_path_without_slash_leads_to_the_page(caddy: Caddy) -> None:
    status, headers, _ = caddy.fetch(PATH.rstrip("/"))
    assert (status, headers["Location"]) == (307, "./playground/")


def test_other_sites_are_refused_behind_caddy(server: ServerProcess, caddy: Caddy) -> None:
    with caddy.connect(f"{PATH}ws", origin="https://evil.example") as client:
        assert client.status_code == 403
    server.until_said("https://evil.example")


def test_addresses_behind_caddy_count_each_alone(authority: Authority) -> None:
    with (
        ServerProcess(workers=0, public_url=f"{ORIGIN}{PATH}", max_per_address=1) as alone,
        Caddy(authority, alone.port) as proxy,
        proxy.connect(f"{PATH}ws", source="127.0.0.2") as first,
        proxy.connect(f"{PATH}ws", source="127.0.0.3") as second,
        proxy.connect(f"{PATH}ws", source="127.0.0.3") as third,
    ):
        first.greet(SMALL)
        second.greet(SMALL)
        third.say("hello", version=VERSION, link=SMALL)
        assert "from your address" in third.answer("error")["errors"][0]["message"]


def test_caddy_serves_only_the_path(caddy: Caddy) -> None:
    assert caddy.fetch("/")[2] == b""
    assert caddy.fetch("/playgrounds/")[2] == b""
