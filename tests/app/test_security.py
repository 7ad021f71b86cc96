"""Only this server's own pages may talk to it, under names that are its own."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from app.web.security import MAX_HEADERS, Gate, is_own_host, is_own_page, is_same_origin, parse_host, response_headers

OWN = [
    "localhost",
    "LOCALHOST:8000",
    "127.0.0.1:8000",
    "192.168.1.20",
    "[::1]:8000",
    "[fe80::1]",
    "teacher.local:8000",
    "class.example",
    "Class.Example.:443",
]
FOREIGN = ["evil.example", "localhost.evil.example:8000", "127.0.0.1.evil.example", "local", "xlocal", "class.examples"]
MALFORMED = ["", ":8000", "localhost:8000#x", "localhost/?", "a b", "user@localhost", "[::1", "localhost:", "-.example"]


@pytest.mark.parametrize("text", OWN)
def test_a_name_of_this_server_is_its_own(text: str) -> None:
    host = parse_host(text)
    assert host
    assert is_own_host(host, {"class.example"})


@pytest.mark.parametrize("text", FOREIGN)
def test_another_name_is_foreign(text: str) -> None:
    host = parse_host(text)
    assert host
    assert not is_own_host(host, {"class.example"})


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_host_is_none(text: str) -> None:
    host = parse_host(text)
    assert host is None or not is_own_host(host, ())


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("HTTP://LOCALHOST:8000", "localhost:8000"),
        ("http://class.example:80", "class.example"),
        ("https://class.example", "class.example"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_the_page_of_this_server_has_its_origin(origin: str, host: str) -> None:
    address = parse_host(host)
    assert address
    assert is_same_origin(origin, address)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://localhost",
        "http://localhost:8001",
        "http://localhost:8000@evil.example",
        "http://localhost.evil.example:8000",
        "http://localhost:8000/",
        "http://localhost:8000 http://evil.example",
        "ftp://localhost:8000",
        "https://localhost",
    ],
)
def test_any_other_origin_is_foreign(origin: str) -> None:
    address = parse_host("localhost:8000")
    assert address
    assert not is_same_origin(origin, address)


@given(st.text(st.characters(codec="latin-1"), max_size=30), st.text(st.characters(codec="latin-1"), max_size=30))
def test_nothing_around_the_own_origin_is_own(before: str, after: str) -> None:
    address = parse_host("class.example:8000")
    assert address
    assert is_same_origin(f"http://{before}class.example{after}:8000", address) == (not before and after in {"", "."})


def answer(
    kind: str, headers: list[tuple[str, str]], extensions: tuple[str, ...] = (), method: str = "GET"
) -> list[Message]:
    """What a request is answered by an application behind the gate."""
    sent: list[Message] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope: dict[str, Any] = {"type": kind, "method": method, "headers": raw, "extensions": dict.fromkeys(extensions)}
    asyncio.run(Gate(application, ["class.example"])(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("host", "localhost")], 200),
        ([("host", "evil.example")], 421),
        ([("host", "localhost/?")], 400),
        ([("host", "localhost"), ("host", "evil.example")], 400),
        ([], 400),
        ([("host", "localhost"), *(("x", "1") for _ in range(MAX_HEADERS))], 431),
        ([("host", "localhost"), ("content-length", "4"), ("transfer-encoding", "chunked")], 400),
        ([("host", "localhost"), ("cookie", "a=b; " * 4000)], 431),
    ],
)
def test_other_hosts_and_long_heads_are_refused(headers: list[tuple[str, str]], status: int) -> None:
    start = answer("http", headers)[0]
    assert start["status"] == status
    sent = {name.decode(): value.decode() for name, value in start["headers"]}
    assert {name.lower(): value for name, value in response_headers().items()}.items() <= sent.items()


@pytest.mark.parametrize(
    ("method", "origin", "status"),
    [
        ("GET", "http://evil.example", 200),
        ("POST", "http://evil.example", 403),
        ("DELETE", "null", 403),
        ("POST", "http://localhost", 200),
    ],
)
def test_other_origins_may_read_but_not_write(method: str, origin: str, status: int) -> None:
    assert answer("http", [("host", "localhost"), ("origin", origin)], method=method)[0]["status"] == status


def reason_of(host: str, origin: str | None = None) -> str:
    """What is said to a request that is refused."""
    headers = [("host", host), *([("origin", origin)] if origin else [])]
    start, body = answer("http", headers, method="POST")
    assert start["status"] in {403, 421}
    text: bytes = body["body"]
    return text.decode()


@pytest.mark.parametrize(
    ("host", "origin", "words"),
    [
        ("evil.example", None, "PLAYGROUND_ALLOWED_HOSTS=evil.example"),
        ("localhost:8000", "https://other.example", "PLAYGROUND_ALLOWED_HOSTS=other.example"),
        ("localhost:8000", "https://other.example", "localhost:8000"),
        ("localhost:8000", "null", "allow-same-origin"),
        ("localhost:8000", "chrome-extension://x", "PLAYGROUND_ALLOWED_HOSTS"),
        ("localhost:8000", "http://a\x1bb", "http://a\ufffdb"),
    ],
)
def test_refusal_names_the_setting_and_is_logged(
    host: str, origin: str | None, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert words in reason_of(host, origin)
    assert words in caplog.text


@pytest.mark.parametrize(
    ("host", "origin", "is_own"),
    [
        ("127.0.0.1:8000", "https://class.example", True),
        ("127.0.0.1:8000", "http://class.example:80", True),
        ("localhost", "https://class.example:443", True),
        ("127.0.0.1:8000", "https://class.example:8443", False),
        ("127.0.0.1:8000", "http://class.example:443", False),
        ("127.0.0.1:8000", "https://class.example.evil.example", False),
        ("127.0.0.1:8000", "https://other.example", False),
        ("class.example:8000", "http://class.example", False),
        ("class.example:8000", "http://class.example:8000", True),
    ],
)
def test_allowed_page_behind_rewriting_proxy_is_own(host: str, origin: str, is_own: bool) -> None:
    address = parse_host(host)
    assert address
    assert is_own_page(origin, address, {"class.example"}) == is_own


def test_frames_are_allowed_for_configured_origins() -> None:
    assert "frame-ancestors 'self';" in response_headers()["Content-Security-Policy"]
    headers = response_headers((), ["https://a.example", "https://*.b.example"])
    assert "frame-ancestors 'self' https://a.example https://*.b.example;" in headers["Content-Security-Policy"]


def test_websocket_to_another_host_is_refused() -> None:
    headers = [("host", "evil.example"), ("origin", "http://evil.example")]
    start, body = answer("websocket", headers, ("websocket.http.response",))
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 421)
    assert b"evil.example" in body["body"]


def test_websocket_with_two_origins_is_refused() -> None:
    headers = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://evil.example")]
    assert answer("websocket", headers) == [{"type": "websocket.close", "code": 1008}]
