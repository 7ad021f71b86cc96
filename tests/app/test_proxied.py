"""Behind a proxy: the addresses that it forwards, its public URL, and the path below which it serves."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.settings import Settings, SettingsError
from app.web import classes_api
from app.web.application import create_app
from app.web.security import RootPath
from tests.support.client import Client
from tests.support.server import ServerProcess, ServerThread

pytestmark = pytest.mark.server

NEAR = ["http://192.168.1.20:8000"]


def forwarded(*addresses: str, **more: str) -> dict[str, str]:
    """The header in which proxies list where a request came from."""
    return {"X-Forwarded-For": ", ".join(addresses), **more}


# --- forwarded addresses ------------------------------------------------------------------------------------------


def refusal_of(client: Client) -> str:
    """Why a page is not admitted; empty if it is."""
    client.say("hello", version=0, link="")
    return next((str(message["message"]) for message in iter(client.read, None) if message["type"] == "error"), "")


def is_admitted(server: ServerThread, first: dict[str, str], second: dict[str, str], source: str = "127.0.0.1") -> bool:
    """Whether a server for one connection from each address admits the second of two."""
    with Client(server.port, headers=first, source=source) as one:
        one.greet()
        with Client(server.port, headers=second, source=source) as other:
            return "from your address" not in refusal_of(other)


@pytest.fixture(scope="module")
def narrow() -> Iterator[ServerThread]:
    """A server for one connection from each address."""
    with ServerThread(max_per_address=1) as running:
        yield running


@pytest.mark.parametrize(
    ("first", "second", "admitted"),
    [
        (forwarded("203.0.113.5"), forwarded("203.0.113.6"), True),
        (forwarded("203.0.113.5"), forwarded("203.0.113.5"), False),
        (forwarded("203.0.113.5"), forwarded("203.0.113.5:4711"), False),
        (forwarded("2001:db8::5"), forwarded("[2001:db8::5]:4711"), False),
        # what stands before the address that the proxy has added is the client's word
        (forwarded("198.51.100.1", "203.0.113.5"), forwarded("198.51.100.2", "203.0.113.5"), False),
        (forwarded("203.0.113.5", "127.0.0.1"), forwarded("203.0.113.6", "127.0.0.1"), True),
        ({}, {}, False),
        ({}, forwarded("203.0.113.5"), True),
    ],
)
def test_limit_counts_forwarded_addresses(
    narrow: ServerThread, first: dict[str, str], second: dict[str, str], admitted: bool
) -> None:
    assert is_admitted(narrow, first, second) == admitted


def test_untrusted_peer_cannot_choose_its_address(narrow: ServerThread) -> None:
    assert not is_admitted(narrow, forwarded("203.0.113.5"), forwarded("203.0.113.6"), source="127.0.0.2")
    with ServerThread(max_per_address=1, trusted_proxies=()) as server:
        assert not is_admitted(server, forwarded("203.0.113.5"), forwarded("203.0.113.6"))


@pytest.mark.parametrize("trusted", [("127.0.0.0/8",), ("*",)])
def test_networks_of_proxies_are_trusted(trusted: tuple[str, ...]) -> None:
    with ServerThread(max_per_address=1, trusted_proxies=trusted) as server:
        assert is_admitted(server, forwarded("203.0.113.5"), forwarded("203.0.113.6"), source="127.0.0.2")


def test_socket_for_ipv6_trusts_ipv4_proxies() -> None:
    with ServerThread(host="::", max_per_address=1) as server:
        assert is_admitted(server, forwarded("203.0.113.5"), forwarded("203.0.113.6"))
        assert not is_admitted(server, {}, {})


def test_connections_are_counted_and_forgotten_behind_a_proxy(narrow: ServerThread) -> None:
    with Client(narrow.port, headers=forwarded("203.0.113.5")) as client:
        client.greet()
        narrow.until("pages", 1)
    narrow.until("pages", 0)
    narrow.until("connections", 0)


FAR = "8.8.8.8"


def test_only_near_clients_learn_local_addresses(narrow: ServerThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes_api, "network_urls", lambda host, port: NEAR)

    def told(server: ServerThread, **headers: str) -> object:
        return json.loads(server.fetch("/api/classes/address", **headers)[2])["addresses"]

    assert told(narrow) == told(narrow, X_Forwarded_For="192.168.1.7") == NEAR
    for far in (FAR, f"192.168.1.7, {FAR}", "somewhere"):
        assert told(narrow, X_Forwarded_For=far) == [], far


# --- the public URL -----------------------------------------------------------------------------------------------

PUBLIC = "https://school.example/tools/playground/"


@pytest.fixture(scope="module")
def server() -> Iterator[ServerThread]:
    """A server with a public URL that has a path."""
    with ServerThread(public_url=PUBLIC) as running:
        yield running


def test_class_is_joined_at_the_public_url(server: ServerThread) -> None:
    for headers in ({}, {"X_Forwarded_For": "203.0.113.5"}):
        answer = json.loads(server.fetch("/api/classes/address", **headers)[2])
        assert answer == {"addresses": ["https://school.example/tools/playground"]}


@pytest.mark.parametrize("prefix", ["", "/tools/playground"])
def test_pages_are_served_with_and_without_the_path(server: ServerThread, prefix: str) -> None:
    for path in ("/", "/lessons", "/lessons/depth", "/join", "/healthz"):
        assert server.fetch(prefix + path)[0] == 200, prefix + path
    assert server.fetch(f"{prefix}/nothing")[0] == 404
    # redirects are relative, so that they lead to the page below any path
    status, headers, _ = server.fetch(f"{prefix}/lessons/depth/")
    assert (status, headers["Location"].startswith(("/", "http"))) == (307, False)


@pytest.mark.parametrize("prefix", ["", "/tools/playground"])
@pytest.mark.parametrize("host", [None, "school.example", "playground_host:8000", "10.0.0.5"])
def test_public_page_connects_through_any_proxy(server: ServerThread, prefix: str, host: str | None) -> None:
    headers = {"Origin": "https://school.example", **({"Host": host} if host else {})}
    with Client(server.port, path=f"{prefix}/ws", headers=headers) as client:
        assert client.status_code == 101
        client.greet()
    status, _, content = server.fetch(f"{prefix}/ws", "POST", Origin="https://school.example")
    assert (status, b"Upgrade: websocket" in content) == (426, True)


def test_foreign_page_does_not_connect_below_the_path(server: ServerThread) -> None:
    with Client(server.port, path="/tools/playground/ws", headers={"Origin": "https://evil.example"}) as client:
        assert client.status_code == 403


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/tools/playground", "./playground/"),
        ("/tools/playground?embed=1&x=%2f", "./playground/?embed=1&x=%2f"),
        ("/tools/%70layground", "./%70layground/"),
    ],
)
def test_path_without_a_slash_redirects(server: ServerThread, path: str, location: str) -> None:
    status, headers, content = server.fetch(path)
    assert (status, headers["Location"], headers["Cache-Control"], content) == (307, location, "no-cache", b"")
    assert "frame-ancestors" in headers["Content-Security-Policy"]


def strip(root: str, path: str, kind: str = "http") -> tuple[str, str]:
    """The path with which a request reaches the application: decoded, and as it was sent."""
    reached: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        """Nothing is sent."""

    scope: dict[str, Any] = {"type": kind, "path": unquote(path), "raw_path": path.encode(), "query_string": b""}
    asyncio.run(RootPath(application, root)(scope, receive, send))
    (seen,) = reached
    return seen["path"], seen["raw_path"].decode()


@pytest.mark.parametrize(
    ("root", "path", "rest"),
    [
        ("/a/", "/a/", "/"),
        ("/a/", "/a/ws/K3F7PQ", "/ws/K3F7PQ"),
        ("/a/", "/a//ws", "//ws"),
        ("/a/", "/a/a/", "/a/"),
        ("/a/", "/b", "/b"),
        ("/a/", "/A/ws", "/A/ws"),
        ("/a/", "/ab/ws", "/ab/ws"),
        ("/a/", "//a/ws", "//a/ws"),
        ("/a/b/", "/a/ws", "/a/ws"),
        ("/a/b/", "/a%2Fb/ws", "/a%2Fb/ws"),
        ("/user/jane%40x/proxy/8000/", "/user/jane@x/proxy/8000/ws", "/ws"),
        ("/user/jane@x/", "/user/jane%40x/a%20b", "/a%20b"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_path_of_the_public_url_is_removed_once(root: str, path: str, rest: str, kind: str) -> None:
    assert strip(root, path, kind) == (rest.replace("%20", " ").replace("%2F", "/"), rest)


@pytest.mark.parametrize("path", ["lessons", "api/x", "ws", "static", "class/x", "healthz", "less%6Fns"])
def test_public_path_of_an_own_page_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match=rf"PLAYGROUND_PUBLIC_URL has the path /{path}/, whose first part must be"):
        create_app(Settings(workers=0, public_url=f"https://school.example/{path}/"))


def test_server_says_where_it_opens() -> None:
    with ServerProcess(workers=0, public_url="https://School.example/tools") as server:
        local = f"http://127.0.0.1:{server.port}/"
        assert server.said == (
            f"NumPy Playground is running at {local}, and opens at https://school.example/tools/  "
            "(press Ctrl+C to stop)\n"
        )
