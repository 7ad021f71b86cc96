"""Only this server's own pages may talk to it, under names that are its own."""

import asyncio
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from app.settings import Settings
from app.web.hosts import Address, Names, is_own_host, is_own_origin, parse_host
from app.web.security import MAX_HEADERS, Gate, response_headers

NAMES = Names.of(["class.example", "*.hf.space", "*.app.github.dev"], "https://school.example:8443/tools/")

OWN = [
    "localhost",
    "LOCALHOST:8000",
    "127.0.0.1:8000",
    "192.168.1.20",
    "[::1]:8000",
    "[fe80::1]",
    "teacher.local:8000",
    "ann.localhost:8000",
    "teacher-pc",
    "TEACHER-PC.:8000",
    "playground_host:8000",
    "_",
]
GIVEN = [
    "class.example",
    "Class.Example.:443",
    "school.example",
    "school.example:1",
    "ann-playground.hf.space",
    "a.b.hf.space:8000",
    "x-8000.app.github.dev",
]
"""Names that the operator has given."""

FOREIGN = [
    "evil.example",
    "localhost.evil.example:8000",
    "127.0.0.1.evil.example",
    "teacher-pc.school.lan",
    "class.examples",
    "a.class.example",
    "a.school.example",
    "hf.space",
    "xhf.space",
    "hf.space.evil.example",
    "a.hf.space.evil.example",
    "127.1",
    "2130706433",
    "0x7f000001",
]
MALFORMED = [
    "", ":8000", "localhost:8000#x", "localhost/?", "a b", "user@localhost", "[::1", "localhost:", "-.example", ".",
    "a..", "a..example", ".local", "localhost:65536", "localhost:-1", "[::1]x", "[:::]", "[127.0.0.1]", "[fe80::1%lo]",
    "a" * 64, f"{'a.' * 127}example", "*.hf.space", "\u212aocalhost", "local\u017fhost", "a,b", "localhost, localhost",
]  # fmt: skip


def host_of(text: str) -> Address:
    """A host that is not malformed."""
    host = parse_host(text)
    assert host
    return host


@pytest.mark.parametrize("text", [*OWN, *GIVEN])
def test_a_name_of_this_server_is_its_own(text: str) -> None:
    assert is_own_host(host_of(text), NAMES)
    assert is_own_host(host_of(text), Names()) == (text in OWN)


@pytest.mark.parametrize("text", FOREIGN)
def test_another_name_is_foreign(text: str) -> None:
    assert not is_own_host(host_of(text), NAMES)


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_host_is_none(text: str) -> None:
    assert parse_host(text) is None


@pytest.mark.parametrize(
    ("origin", "host", "is_port_missing"),
    [
        # the host of the request
        ("http://localhost:8000", "localhost:8000", False),
        ("HTTP://LOCALHOST:8000", "localhost:8000", False),
        ("http://other.example:80", "other.example", False),
        ("https://other.example", "other.example", False),
        ("https://other.example", "other.example:443", False),
        ("http://[::1]:8000", "[::1]:8000", False),
        ("http://playground_host:8000", "playground_host:8000", False),
        ("http://other.example.:8000", "other.example:8000", False),
        # the public URL, whatever the proxy makes of the Host header
        ("https://school.example:8443", "127.0.0.1:8000", False),
        ("https://school.example:8443", "playground_host", False),
        ("https://school.example:8443", "school.example", False),
        # allowed hosts, on any port
        ("https://class.example", "127.0.0.1:8000", False),
        ("http://class.example:8080", "localhost", False),
        ("http://class.example", "class.example:8000", False),
        ("https://ann-playground.hf.space", "localhost:7860", False),
        ("https://x-8000.app.github.dev:444", "localhost:8000", False),
        # a proxy has dropped the port
        ("https://other.example:8443", "other.example", True),
        ("http://teacher-pc:8080", "teacher-pc", True),
    ],
)
def test_origin_of_an_own_page_is_own(origin: str, host: str, is_port_missing: bool) -> None:
    assert is_own_origin(origin, host_of(host), NAMES, is_port_missing=is_port_missing)


@pytest.mark.parametrize(
    ("origin", "host", "is_port_missing"),
    [
        ("null", "localhost:8000", True),
        ("", "localhost:8000", True),
        ("http://", "localhost:8000", True),
        ("file://", "localhost:8000", True),
        ("chrome-extension://localhost", "localhost", True),
        ("http://localhost", "localhost:8000", False),
        ("https://localhost", "localhost:8000", False),
        ("http://localhost:8001", "localhost:8000", False),
        ("http://localhost:8001", "localhost", False),
        ("http://localhost:443", "localhost", False),
        ("https://localhost:80", "localhost", False),
        ("http://localhost:8000@evil.example", "localhost:8000", True),
        ("http://localhost.evil.example:8000", "localhost:8000", True),
        ("http://localhost:8000/", "localhost:8000", True),
        ("http://localhost:8000 http://evil.example", "localhost:8000", True),
        ("http://localhost:8000,http://localhost:8000", "localhost:8000", True),
        ("ftp://localhost:8000", "localhost:8000", True),
        ("ws://localhost:8000", "localhost:8000", True),
        ("http://127.0.0.1:8000", "localhost:8000", True),
        ("http://teacher-pc", "playground_host", True),
        # not the origin of the public URL
        ("http://school.example:8443", "127.0.0.1:8000", False),
        ("https://school.example", "127.0.0.1:8000", False),
        ("https://a.school.example:8443", "127.0.0.1:8000", False),
        # not below a pattern
        ("https://hf.space", "127.0.0.1:8000", False),
        ("https://xhf.space", "127.0.0.1:8000", False),
        ("https://a.hf.space.evil.example", "127.0.0.1:8000", False),
        ("https://a.class.example", "127.0.0.1:8000", False),
        # a proxy has dropped the port, and the name is another
        ("https://evil.example", "other.example", True),
    ],
)
def test_any_other_origin_is_foreign(origin: str, host: str, is_port_missing: bool) -> None:
    assert not is_own_origin(origin, host_of(host), NAMES, is_port_missing=is_port_missing)


@given(st.text(st.characters(codec="latin-1"), max_size=30), st.text(st.characters(codec="latin-1"), max_size=30))
def test_nothing_around_the_own_origin_is_own(before: str, after: str) -> None:
    is_own = is_own_origin(f"http://{before}class.example{after}:8000", host_of("class.example:8000"), Names())
    assert is_own == (not before and after in {"", "."})


DEFAULTS = {"http": 80, "https": 443}
names_of_hosts = st.sampled_from(["a", "b", "a.example", "b.example", "x.a.example", "example", "localhost", "evil"])
ports = st.sampled_from([None, 80, 443, 8000])
origins = st.tuples(st.sampled_from(["http", "https"]), names_of_hosts, ports)


def whole(scheme: str, name: str, port: int | None) -> tuple[str, str, int]:
    """An origin with its port."""
    return scheme, name, port or DEFAULTS[scheme]


def at(name: str, port: int | None) -> str:
    """A name with a port, if there is one."""
    return name if port is None else f"{name}:{port}"


@given(
    origins,
    st.tuples(names_of_hosts, ports),
    st.frozensets(names_of_hosts | names_of_hosts.map("*.{}".format), max_size=3),
    st.none() | origins,
    st.booleans(),
)
def test_only_four_reasons_let_an_origin_in(
    origin: tuple[str, str, int | None],
    asked: tuple[str, int | None],
    allowed: frozenset[str],
    public: tuple[str, str, int | None] | None,
    is_port_missing: bool,
) -> None:
    scheme, name, port = origin
    public_url = f"{public[0]}://{at(*public[1:])}/tools/" if public else ""
    reasons = [
        whole(*origin) == whole(scheme, *asked),
        public is not None and whole(*origin) == whole(*public),
        any(fnmatchcase(name, pattern) for pattern in allowed),
        is_port_missing and name == asked[0],
    ]
    names = Names.of(allowed, public_url)
    is_own = is_own_origin(f"{scheme}://{at(name, port)}", host_of(at(*asked)), names, is_port_missing=is_port_missing)
    assert is_own == any(reasons)


def answer(
    kind: str,
    headers: list[tuple[str, str]],
    extensions: tuple[str, ...] = (),
    method: str = "GET",
    server: tuple[str, int | None] = ("127.0.0.1", 8000),
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
    asyncio.run(Gate(application, NAMES)({**scope, "server": server}, receive, send))
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


def test_proxy_on_unix_socket_has_any_name() -> None:
    headers = [("host", "hub.example"), ("origin", "https://hub.example")]
    assert answer("http", headers, method="POST", server=("/run/playground", None))[0]["status"] == 200
    assert answer("http", headers, method="POST")[0]["status"] == 421
    foreign = [headers[0], ("origin", "https://evil.example")]
    assert answer("http", foreign, method="POST", server=("/run/playground", None))[0]["status"] == 403


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


@pytest.mark.parametrize(
    ("server", "status"),
    [(("127.0.0.1", 8000), 200), (("/run/playground", None), 200), (("10.0.0.5", 80), 403), (("10.0.0.5", 443), 403)],
)
def test_only_a_proxy_may_drop_the_port(server: tuple[str, int | None], status: int) -> None:
    headers = [("host", "teacher-pc"), ("origin", "https://teacher-pc:8443")]
    assert answer("http", headers, method="POST", server=server)[0]["status"] == status


def reason_of(*headers: tuple[str, str]) -> str:
    """What is said to a request that is refused."""
    start, body = answer("http", list(headers), method="POST")
    assert start["status"] in {400, 403, 421}
    text: bytes = body["body"]
    return text.decode()


@pytest.mark.parametrize(
    ("host", "origin", "words"),
    [
        ("evil.example", "", "set PLAYGROUND_ALLOWED_HOSTS=evil.example, or"),
        ("evil.example:8000", "", "such as http://evil.example:8000/."),
        ("localhost:8000", "https://Other.example:8443", "set PLAYGROUND_PUBLIC_URL=https://other.example:8443/ or "),
        ("localhost:8000", "https://other.example", "PLAYGROUND_ALLOWED_HOSTS=other.example, or"),
        ("localhost:8000", "https://other.example", "https://other.example is not a page of localhost:8000."),
        ("localhost", "http://[::1]:8000", "set PLAYGROUND_PUBLIC_URL=http://[::1]:8000/, or"),
        ("localhost:8000", "null", "allow-same-origin"),
        ("localhost:8000", "chrome-extension://x", "must be one address that begins with http:// or https://"),
        ("localhost:8000", "http://a\x1bb", "http://a\ufffdb"),
        ("playground host", "", "this one has 'playground host'"),
        ("a\x1bb", "", "this one has 'a\ufffdb'"),
    ],
)
def test_refusal_names_the_setting_and_is_logged(
    host: str, origin: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert words in reason_of(("host", host), *([("origin", origin)] if origin else []))
    assert words in caplog.text


def test_missing_and_second_hosts_are_named(caplog: pytest.LogCaptureFixture) -> None:
    assert "this one has none" in reason_of()
    assert "this one has 'localhost' and 'evil.example'" in reason_of(("host", "localhost"), ("host", "evil.example"))
    assert len(caplog.records) == 2


@pytest.mark.parametrize("origin", ["https://other.example:8443", "http://x_y.example"])
def test_suggested_settings_let_the_origin_in(origin: str) -> None:
    said = reason_of(("host", "localhost:8000"), ("origin", origin))
    environment = dict(re.findall(r"(PLAYGROUND_[A-Z_]+)=([^, ]+)", said))
    assert set(environment) == {"PLAYGROUND_PUBLIC_URL", "PLAYGROUND_ALLOWED_HOSTS"}
    for variable, value in environment.items():
        settings = Settings.from_environment({variable: value})
        names = Names.of(settings.allowed_hosts, settings.public_url)
        assert is_own_origin(origin, host_of("localhost:8000"), names)


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
