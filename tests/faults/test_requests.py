"""Whatever comes over a connection, it is answered or cut in time, and counted until it has gone."""

import contextlib
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.settings import Settings
from app.web import server as serve
from app.web.connections import raise_limit
from tests.support.client import PATIENCE, TEXT, Client, frame
from tests.support.server import ServerProcess, ServerThread

pytestmark = [pytest.mark.server, pytest.mark.resilience]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server that gives every request a second, and as long to whoever does not close a websocket."""
    with ServerProcess(workers=0, hello_timeout=1, ping_interval=1, ping_timeout=1) as running:
        yield running


class Shape(NamedTuple):
    """What is sent, and the status of the answer; 0 for a cut without one."""

    sent: bytes
    status: int


def head(line: str = "GET /ws HTTP/1.1", without: str = "", **headers: str) -> bytes:
    """The head of a request for a websocket, with headers put in, replaced or left out; `_` stands for `-`."""
    lines = {
        "host": "localhost",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines.pop(without, None)
    return "".join([line, "\r\n", *(f"{name}: {value}\r\n" for name, value in lines.items()), "\r\n"]).encode("latin-1")


def plus(lines: str) -> bytes:
    """A request for a websocket with more lines in its head."""
    return head()[:-2] + lines.encode("latin-1") + b"\r\n"


PLAIN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = b"POST /api/datasets HTTP/1.1\r\nHost: localhost\r\n"

UPGRADES: dict[str, Shape] = {
    "a header of 10.5 kB": Shape(head(cookie="c=" + "x" * 10_500), 431),
    "a header of 8,200 bytes": Shape(head(cookie="c=" + "x" * 8_200), 431),
    "a name of 9 kB": Shape(plus("x" * 9_000 + ": 1\r\n"), 431),
    "two headers of 9 kB": Shape(head(cookie="x" * 9_000, x="y" * 9_000), 431),
    "101 headers": Shape(plus("".join(f"x{n}: 1\r\n" for n in range(101))), 431),
    "300 headers": Shape(plus("".join(f"x{n}: 1\r\n" for n in range(300))), 431),
    "an address of 9 kB": Shape(head(f"GET /ws?{'x' * 9_000} HTTP/1.1"), 414),
    "a length": Shape(head(content_length="5") + b"hello", 400),
    "a length without a body": Shape(head(content_length="5"), 400),
    "a huge length": Shape(head(content_length="9" * 30), 400),
    "a negative length": Shape(head(content_length="-1"), 400),
    "two lengths": Shape(plus("Content-Length: 0\r\nContent-Length: 5\r\n"), 400),
    "a chunked body": Shape(head(transfer_encoding="chunked") + b"5\r\nhello\r\n0\r\n\r\n", 400),
    "an unknown coding": Shape(head(transfer_encoding="gzip"), 400),
    "a bad chunk": Shape(head(transfer_encoding="chunked") + b"zz\r\n", 400),
    "a post": Shape(head("POST /ws HTTP/1.1"), 405),
    "a post with a body": Shape(head("POST /ws HTTP/1.1", content_length="5") + b"hello", 405),
    "another method": Shape(head("BREW /ws HTTP/1.1"), 405),
    "a question only": Shape(head("HEAD /ws HTTP/1.1"), 405),
    "http 1.0": Shape(head("GET /ws HTTP/1.0"), 426),
    "http 0.9": Shape(head("GET /ws HTTP/0.9"), 426),
    "http 2.0": Shape(head("GET /ws HTTP/2.0"), 426),
    "no version": Shape(b"GET /ws\r\n\r\n", 400),
    "no host": Shape(head(without="host"), 400),
    "two hosts": Shape(plus("Host: localhost\r\n"), 400),
    "an empty host": Shape(head(host=""), 400),
    "a foreign host": Shape(head(host="evil.example"), 421),
    "a foreign page": Shape(head(origin="http://evil.example"), 403),
    "two pages": Shape(plus("Origin: http://localhost\r\nOrigin: http://localhost\r\n"), 403),
    "no key": Shape(head(without="sec-websocket-key"), 400),
    "a short key": Shape(head(sec_websocket_key="YQ=="), 400),
    "a key that is no base64": Shape(head(sec_websocket_key="!" * 24), 400),
    "two keys": Shape(plus("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), 400),
    "no protocol version": Shape(head(without="sec-websocket-version"), 400),
    "an old protocol version": Shape(head(sec_websocket_version="8"), 426),
    "a protocol version that is no number": Shape(head(sec_websocket_version="x"), 426),
    "two protocol versions": Shape(plus("Sec-WebSocket-Version: 12\r\n"), 426),
    "\\x01 in a value": Shape(head(x="a\x01b"), 400),
    "\\x7f in a value": Shape(head(x="a\x7fb"), 400),
    "\\0 in a value": Shape(head(x="a\0b"), 400),
    "\\x0b in a value": Shape(head(x="a\x0bb"), 400),
    "\\x1b in the cookies": Shape(head(cookie="\x1b[31m"), 400),
    "\\x01 in a name": Shape(plus("x\x01: 1\r\n"), 400),
    "a blank before the colon": Shape(plus("x : 1\r\n"), 400),
    "a line without a colon": Shape(plus("x\r\n"), 400),
    "a line that begins with a colon": Shape(plus(": x\r\n"), 400),
    "a control character in the address": Shape(head("GET /ws\x01 HTTP/1.1"), 400),
    "a blank in the address": Shape(head("GET /w s HTTP/1.1"), 400),
    "an address in Latin 1": Shape(head("GET /w\xe9 HTTP/1.1"), 400),
    "an upgrade of /": Shape(head("GET / HTTP/1.1"), 403),
    "an upgrade of /healthz": Shape(head("GET /healthz HTTP/1.1"), 403),
    "an upgrade of an upload": Shape(head("GET /api/datasets HTTP/1.1"), 403),
    "an upgrade of everything": Shape(head("OPTIONS * HTTP/1.1"), 405),
    "an upgrade to h2c": Shape(head(upgrade="h2c", connection="Upgrade, close"), 426),
    "an upgrade without connection": Shape(head(connection="close"), 426),
    "a plain request of /ws": Shape(b"GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n", 426),
}
"""Requests for a websocket, or nearly so, that get an answer and no websocket."""

OPENED: dict[str, bytes] = {
    "as it should be": head(),
    "a header folded over two lines": plus("X: a\r\n b\r\n"),
    "a length of 0": head(content_length="0"),
    "letters of another size": head(upgrade="WebSocket", connection="keep-alive, upgrade"),
    "a header in UTF-8": head(x="\xc3\xa9"),
    "a header of 7,900 bytes": head(cookie="c=" + "x" * 7_900),
    "a body that is a frame": head() + frame(TEXT, b"{}"),
    "another request behind it": head() + PLAIN,
    "noise behind it": head() + b"\xff" * 5_000,
    "behind a plain request": PLAIN + head(),
}
"""Requests that get a websocket, on which nothing sensible follows: it is closed in time."""

OTHERS: dict[str, Shape] = {
    "nothing": Shape(b"", 0),
    "blank lines": Shape(b"\r\n\r\n", 400),
    "half a head": Shape(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", 0),
    "half a request for a websocket": Shape(head()[:-2], 0),
    "a head without an end": Shape(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: yyyyyyyyy\r\n" * 5_000, 431),
    "a line without an end": Shape(b"GET /" + b"x" * 70_000, 431),
    "a first word without an end": Shape(b"G" * 70_000, 431),
    "half a table": Shape(UPLOAD + b"Content-Length: 100\r\n\r\n1,2", 408),
    "half a chunk": Shape(UPLOAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\n1,2", 408),
    "a chunk that is none": Shape(UPLOAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "a table that waits to be asked for": Shape(UPLOAD + b"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n", 100),
    "a body that nobody wants": Shape(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n1", 405),
    "a body that nobody wants, and is bad": Shape(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400
    ),
    "a request for a page with a body": Shape(PLAIN[:-2] + b"Content-Length: 100\r\n\r\n1", 200),
    "a request that stays": Shape(PLAIN, 200),
    "half a request behind another": Shape(PLAIN + PLAIN[:-4], 200),
    "many requests at once": Shape(PLAIN * 50, 200),
    "noise behind a request": Shape(PLAIN + b"\0\1\2", 200),
    "the preface of HTTP/2": Shape(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 400),
    "the beginning of TLS": Shape(bytes.fromhex("16030100a5010000a10303") + b"\x5a" * 150, 400),
    "another protocol": Shape(b"SSH-2.0-OpenSSH_9.6\r\n", 0),
    "a proxy's line": Shape(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + PLAIN, 400),
    "a request to a proxy": Shape(b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", 421),
    "noise": Shape(bytes(range(256)) * 4, 400),
    "zeros": Shape(bytes(5_000), 400),
}
"""What else may come."""

SHAPES = {**UPGRADES, **OTHERS}


def talk(port: int, sent: bytes) -> bytes:
    """All that the server says until it ends the connection. Raises TimeoutError if it does not."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                received += data
    return received


def status_of(answer: bytes) -> int:
    return int(answer.split(None, 2)[1]) if answer else 0


@pytest.fixture(scope="module")
def answers(server: ServerProcess) -> dict[str, bytes]:
    """What each of them is answered, all at the same time, until every connection has come to its end."""
    everything = {**{name: shape.sent for name, shape in SHAPES.items()}, **OPENED}
    with ThreadPoolExecutor(len(everything)) as pool:
        futures = {name: pool.submit(talk, server.port, sent) for name, sent in everything.items()}
        return {name: future.result() for name, future in futures.items()}


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_answered_or_cut(answers: dict[str, bytes], name: str) -> None:
    assert status_of(answers[name]) == SHAPES[name].status, answers[name]


@pytest.mark.parametrize("name", UPGRADES)
def test_what_gets_no_websocket_says_why(answers: dict[str, bytes], name: str) -> None:
    headers, _, body = answers[name].partition(b"\r\n\r\n")
    assert answers[name].count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in headers.lower()
    assert body.strip() or b" 403 " in headers or UPGRADES[name].sent.startswith(b"HEAD")


@pytest.mark.parametrize("name", OPENED)
def test_unused_websocket_is_closed(answers: dict[str, bytes], name: str) -> None:
    assert answers[name].count(b"HTTP/1.1 101 ") == 1, answers[name]
    assert re.search(rb"no hello received in time$|invalid opcode$", answers[name]), answers[name]


class Dribble(NamedTuple):
    """What is sent first, then the same again and again, of which every piece would begin the waiting again."""

    first: bytes
    again: bytes


DRIBBLES = {
    "a head, line by line": Dribble(b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n"),
    "blank lines": Dribble(b"", b"\r\n"),
    "the head of a second request": Dribble(PLAIN + b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
    "a body that nobody wants": Dribble(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n", b"x"),
    "the chunks of such a body": Dribble(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"
    ),
    "a table": Dribble(UPLOAD + b"Content-Length: 9999\r\n\r\n", b"1"),
    "what follows a refusal": Dribble(head("POST /ws HTTP/1.1"), b"x"),
    "a websocket that never says hello": Dribble(head(), frame(TEXT, b"{}")),
}


def dribble(port: int, name: str) -> bool:
    """Send a little now and then; returns whether the server has had enough of it in the end."""
    first, again = DRIBBLES[name]
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.settimeout(0.05)
        try:
            connection.sendall(first)
            for _ in range(int(PATIENCE * 20)):
                connection.sendall(again)
                with contextlib.suppress(TimeoutError):
                    while connection.recv(65536):
                        pass
                    # the end has come
                    return True
        except OSError:
            return True
    return False


@pytest.fixture(scope="module")
def dribbled(server: ServerProcess) -> dict[str, bool]:
    with ThreadPoolExecutor(len(DRIBBLES)) as pool:
        return dict(zip(DRIBBLES, pool.map(lambda name: dribble(server.port, name), DRIBBLES), strict=True))


@pytest.mark.parametrize("name", DRIBBLES)
def test_slow_senders_are_cut(dribbled: dict[str, bool], name: str) -> None:
    assert dribbled[name]


def test_all_have_gone_and_log_is_short(
    server: ServerProcess, answers: dict[str, bytes], dribbled: dict[str, bool]
) -> None:
    assert answers
    assert all(dribbled.values())
    server.until("connections", 0)
    assert server.health()["sessions"] == 0
    assert "Traceback" not in server.errors
    assert server.errors.count("\n") < 20


# --- counted ------------------------------------------------------------------------------------------------------

STAYING = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\n",
    "half a body": UPLOAD + b"Content-Length: 100\r\n\r\n1,2",
    "a body that nobody wants": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n1",
    "a request that was answered": PLAIN,
    "a websocket": head(),
}


def test_every_connection_that_is_open_is_counted() -> None:
    with ServerThread(hello_timeout=60) as server, contextlib.ExitStack() as stack:
        for sent in STAYING.values():
            for _ in range(5):
                connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
                connection.sendall(sent)
        # what is answered has been accepted after all of them
        assert server.health()["connections"] == 5 * len(STAYING)
        stack.close()
        server.until("connections", 0)


# --- many of them -------------------------------------------------------------------------------------------------

MANY = 2_000
ALLOWED = 256
"""Descriptors that the server's system allows it."""


@pytest.mark.alone
def test_two_thousand_connections_leave_training_undisturbed() -> None:
    raise_limit(0)
    kinds = [
        *(UPGRADES[name].sent for name in ("a header of 10.5 kB", "a length without a body", "a post")),
        UPGRADES["\\x01 in a value"].sent,
        *STAYING.values(),
    ]
    with ServerProcess(workers=1, descriptors=ALLOWED) as server, contextlib.ExitStack() as stack:
        players = [Client(server.port) for _ in range(3)]
        for number, player in enumerate(players):
            player.greet(f"#seed=0.{number + 1}")
            player.ask("play")
        for number in range(MANY):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
            with contextlib.suppress(OSError):
                connection.sendall(kinds[number % len(kinds)])
            if number % 100 == 0:
                for player in players:
                    seen = player.frame["epoch"]
                    while player.until_frame()["epoch"] <= seen:
                        pass
        # all of them are still held from here, and whoever comes is served
        assert status_of(talk(server.port, PLAIN[:-2] + b"Connection: close\r\n\r\n")) == 200
        with Client(server.port) as late:
            assert late.hello()["session"]
        for player in players:
            player.ask("pause")
            player.close()
        stack.close()
        server.until("connections", 0)
        assert "Traceback" not in server.errors
        assert server.errors.count("\n") < 20


def test_server_raises_the_limit_of_open_files(server: ServerProcess) -> None:
    soft, hard = (int(part) for part in server.limit("Max open files"))
    assert soft == min(hard, 65_536)


def test_requests_are_always_read_by_h11() -> None:
    http = serve.configure(Settings(workers=0)).http
    assert isinstance(http, type)
    assert issubclass(http, H11Protocol)
