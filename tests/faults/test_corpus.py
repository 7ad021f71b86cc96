"""Bad input is answered: every line of the corpus, against a real server."""

import contextlib
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.protocol.checkpoints import checkpoint_of
from engine import Config
from tests.faults import adapter
from tests.faults.adapter import Json, Line
from tests.support.client import TEXT, Client, frame
from tests.support.effort import Effort
from tests.support.finite import assert_finite
from tests.support.server import ServerProcess
from tests.support.tcp import is_established

LINK = "#seed=0.5&networkShape=3&dataset=gauss"

RELIABILITY = Path(__file__).parents[2] / "docs/reliability.md"

LINES = {line.id: line for line in adapter.read()}
RUN = {name: line for name, line in LINES.items() if line.channel not in adapter.ELSEWHERE}
"""Those about classes run in `test_class_corpus.py`."""

WITHOUT_VALUE = {
    "missing_field",
    "not_greeted",
    "rate_limited",
    "full",
    "wrong_secret",
    "class_locked",
    "class_full",
}
"""What is refused for something that did not come, or that must not be repeated."""

SLACK_MB = 4
"""What memory may grow by while nothing happens."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server that is also known as class.example."""
    with ServerProcess(workers=1, allowed_hosts="class.example") as running:
        yield running


class Bystander(NamedTuple):
    """A session that has nothing to do with any of this: its secret, and how it is."""

    secret: str
    state: tuple[object, ...]


@pytest.fixture(scope="module")
def bystander(server: ServerProcess) -> Bystander:
    """A session that has trained a little and is now left alone."""
    with Client(server.port) as client:
        secret: str = client.greet(LINK)["session"]
        client.ask("advance", count=3)
        while client.answer("frame")["epoch"] < 3:
            pass
        return Bystander(secret, client.state())


@pytest.fixture(autouse=True)
def _nobody_else_is_harmed(server: ServerProcess, bystander: Bystander) -> Iterator[None]:
    said = len(server.errors)
    yield
    with Client(server.port) as client:
        assert client.hello(LINK, session=bystander.secret)["resumed"] == "session"
        assert client.state() == bystander.state
    assert "Traceback" not in server.errors[said:]


def each(channel: str) -> pytest.MarkDecorator:
    """A test of every line of a channel, those aside which take a while."""
    here = [line for name, line in RUN.items() if name not in adapter.SLOW and not adapter.is_in_class(line)]
    lines = [line for line in here if line.channel == channel]
    return pytest.mark.parametrize("line", lines, ids=lambda line: line.id)


LIMITS: dict[str, Any] = (
    {} if Effort.everything else {"hello_timeout": 3, "ping_interval": 4, "ping_timeout": 4, "dead_after": 6}
)
"""Time limits of the server: shorter than the corpus says, except with `--nightly`. The limit for the hello is the
shortest, because a peer that says no hello answers no ping either."""


@pytest.fixture(scope="module")
def slow() -> Iterator[dict[str, Future[None]]]:
    """The lines that take a while, all at the same time, on a server of their own."""
    with ServerProcess(workers=1, **LIMITS) as server, ThreadPoolExecutor(len(SLOW)) as pool:
        yield {name: pool.submit(run, LINES[name], server) for name, run in SLOW.items()}
        assert "Traceback" not in server.errors


def test_what_takes_a_while_runs_beside_all_others(slow: dict[str, Future[None]]) -> None:
    assert set(slow) == adapter.SLOW


# --- what every answer must have ----------------------------------------------------------------------------------


def check_error(message: Json, wanted: Json) -> None:
    """A refusal names the field, the value and what is allowed."""
    assert message["type"] == "error", message
    assert message["code"] in wanted["codes"]
    if "field" in wanted:
        assert message["field"] == wanted["field"]
    if "errors" in wanted:
        assert len(message["errors"]) == wanted["errors"]
    assert len(message["errors"]) <= 10
    for fault in message["errors"]:
        assert len(fault["got"] or "") <= 64
        assert fault["got"] is not None or fault["code"] in WITHOUT_VALUE
        assert fault["expected"]
        assert fault["message"]
        assert len(fault["message"]) <= 1000


def check_status(status: int, wanted: Json) -> None:
    """An HTTP status that was asked for."""
    assert status in wanted.get("any_of", [wanted["status"]])


def is_resumable(server: ServerProcess, welcome: Json, before: tuple[object, ...]) -> bool:
    """Whether a session whose connection has ended goes on as it was."""
    with Client(server.port) as again:
        resumed = again.greet(LINK, session=welcome["session"])["resumed"]
        return resumed == "session" and again.state()[:3] == before[:3]


def respond(port: int, request: bytes, timeout: float = 20, *, to_the_end: bool = False) -> tuple[int, str]:
    """What the server answers to the bytes of a request: the status (0 if it says nothing), and everything that came.

    It is read until the first response is complete, or `to_the_end` of the connection.
    """
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection, contextlib.suppress(TimeoutError):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        while data := connection.recv(65536):
            received += data
            head, end, body = received.partition(b"\r\n\r\n")
            is_complete = end and (head.split()[1] == b"101" or len(body) >= content_length(head))
            if is_complete and not to_the_end:
                break
    return int(received.split()[1]) if received else 0, received.decode("latin-1")


def content_length(head: bytes) -> int:
    """How long a response says that it is; endless if it says nothing."""
    lines = dict(line.lower().split(b": ", 1) for line in head.splitlines()[1:])
    return int(lines.get(b"content-length", 2**62))


# --- text messages ------------------------------------------------------------------------------------------------


@each("ws-json")
def test_a_bad_message_is_answered(line: Line, server: ServerProcess) -> None:
    answer_messages(line, server)


@each("ws-config")
def test_a_bad_config_is_answered(line: Line, server: ServerProcess) -> None:
    answer_messages(line, server)


def answer_messages(line: Line, server: ServerProcess) -> None:
    wanted = adapter.expected(line)
    with Client(server.port) as page:
        if wanted.get("state") == "no session allocated" or adapter.is_first(line):
            for text in adapter.messages(line):
                page.say_raw(text)
            check_error(page.answer("error"), wanted)
            return
        page.greet(LINK)
        before = page.state()
        *first, text = adapter.messages(line)
        for other in first:
            page.say_raw(other)
            page.answer("status")
            for _ in range(7):
                page.answer("frame")
        memory = sum(server.rss().values())
        page.say_raw(text)
        ANSWERS[wanted["reply"]](page, wanted)
        if wanted.get("state") == "unchanged" and wanted["reply"] == "error":
            assert page.state() == before
        if "rss_delta_mb_max" in wanted:
            assert sum(server.rss().values()) - memory < wanted["rss_delta_mb_max"] + SLACK_MB


def answer_error(page: Client, wanted: Json) -> None:
    """What came is refused."""
    check_error(page.answer("error"), wanted)


def answer_ok(page: Client, _: Json) -> None:
    """What came is done; frames that come from now on are of the new network."""
    revision = page.answer("config")["revision"]
    assert page.state()[3] == revision
    assert page.frame["revision"] == revision


def answer_diverged(page: Client, _: Json) -> None:
    """What came is done, and the training that follows ends in a state that is explained."""
    page.answer("config")
    assert_diverges(page)


def assert_diverges(page: Client) -> None:
    page.say("set_speed", speed="unlimited")
    page.say("play")
    while not (status := page.answer("status"))["diverged"]:
        pass
    assert not status["playing"]
    assert status["diverged"]["reason"]
    assert status["diverged"]["hint"]
    page.state()
    assert page.frame["epoch"] <= status["diverged"]["epoch"]
    assert_finite(page.raw_frame)


ANSWERS: dict[str, Callable[[Client, Json], None]] = {
    "error": answer_error,
    "ok": answer_ok,
    "ok_then_event": answer_diverged,
}


# --- frames -------------------------------------------------------------------------------------------------------


@each("ws-frame")
def test_a_bad_frame_is_answered(line: Line, server: ServerProcess) -> None:
    wanted = adapter.expected(line)
    headers = {"Sec-WebSocket-Extensions": "permessage-deflate"} if "offer_deflate" in line.payload else None
    with Client(server.port, headers=headers) as page:
        welcome = page.greet(LINK)
        before, memory = page.state(), server.rss()[server.pid]
        page.send(adapter.frames(line))
        if wanted["reply"] == "error":
            check_error(page.answer("error"), wanted)
            assert page.state() == before
            return
        assert page.close_code() in wanted.get("any_of", [wanted["close_code"]])
        if "rss_delta_mb_max" in wanted:
            assert server.rss()[server.pid] - memory < wanted["rss_delta_mb_max"] + SLACK_MB
    assert is_resumable(server, welcome, before)


# --- handshakes and HTTP ------------------------------------------------------------------------------------------


@each("ws-handshake")
def test_a_bad_handshake_is_answered(line: Line, server: ServerProcess) -> None:
    wanted = adapter.expected(line)
    said = len(server.errors)
    status, text = respond(server.port, adapter.handshake(line))
    check_status(status, wanted)
    for name in wanted.get("absent_headers", ()):
        assert f"{name.lower()}:" not in text.lower()
    if wanted.get("log_one_line"):
        assert server.errors[said:].count("\n") <= 1


@each("http")
def test_a_bad_request_is_answered(line: Line, server: ServerProcess) -> None:
    wanted = adapter.expected(line)
    before = server.processor_seconds(server.pid)
    status, text = respond(server.port, adapter.request(line, script_of(server)), to_the_end="raw" in line.payload)
    check_status(status, wanted)
    if "within_ms" in wanted:
        assert server.processor_seconds(server.pid) - before < 1
    for header in wanted.get("headers_required", ()):
        assert header.lower() in text.lower()
    # what hides in the body of a request is no request
    assert text.count("HTTP/1.1 ") == 1


def script_of(server: ServerProcess) -> str:
    """The path of one of the page's scripts."""
    _, page = respond(server.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    script = next(part for part in page.split('"') if part.startswith("./static/") and part.endswith(".js"))
    return script.removeprefix(".")


@pytest.fixture(scope="module")
def bare() -> Iterator[ServerProcess]:
    """A server without the defenses that are about who asks."""
    with ServerProcess(workers=0, without=("origin", "host")) as running:
        yield running


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["hs-003-null-origin", "hs-014-dns-rebinding-host"])
def test_without_its_defense_a_bad_handshake_succeeds(name: str, bare: ServerProcess) -> None:
    status, _ = respond(bare.port, adapter.handshake(LINES[name]), timeout=2)
    assert status == HTTPStatus.SWITCHING_PROTOCOLS


# --- tables -------------------------------------------------------------------------------------------------------


@each("csv-upload")
def test_a_bad_table_is_answered(line: Line, server: ServerProcess) -> None:
    wanted, table = adapter.expected(line), adapter.table(line)
    # what the first table of all needs stays
    respond(server.port, adapter.upload(b"1,2,3\n4,5,6\n"))
    memory = server.rss_for_tables()
    request = adapter.upload(table)
    if wanted["reply"] == "none":
        with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            connection.sendall(request[: -int(len(table) * line.payload["abort_at"])])
        return
    status, text = respond(server.port, request)
    answer = json.loads(text.partition("\r\n\r\n")[2])
    is_taken = wanted["reply"] == "ok" or (wanted["reply"] == "any" and status == 200)
    assert (status in {413, 422}, answer["examples"] is None) == (not is_taken, not is_taken)
    if wanted["reply"] == "error":
        check_refusal(answer, wanted)
    assert server.rss_for_tables() - memory < wanted.get("rss_delta_mb_max", 2) + SLACK_MB


def check_refusal(answer: Json, wanted: Json) -> None:
    """A table is refused by line and column, with what came and what is allowed."""
    error = answer["errors"][0]
    assert error["code"] == wanted["code"]
    for key in ("row", "column", "got"):
        assert wanted.get(key) in (None, error[key])
    assert len(error["got"]) <= 64
    assert error["message"]
    assert str(wanted.get("min", "")) in error["expected"]


# --- links --------------------------------------------------------------------------------------------------------


@each("url-hash")
def test_a_bad_link_opens_what_can_be_had(line: Line, server: ServerProcess) -> None:
    wanted = adapter.expected(line)
    link = adapter.link(line)
    with Client(server.port) as page:
        page.say("hello", version=4, link=link)
        page.answer("welcome")
        said = page.message()
        warnings = said["warnings"] if said["type"] == "warnings" else []
        if warnings:
            page.answer("config")
        for warning in warnings:
            assert warning["message"]
            assert len(warning["got"]) <= 64
        if "divergence" in (wanted.get("ui") or ""):
            assert_asked(page.config["config"], link)
            assert_diverges(page)
            return
        assert bool(warnings) == bool(wanted.get("ui") or len(link) > 10_000)
        assert_default(page.config["config"], wanted.get("learning_rate", 0.03))


def assert_asked(config: Json, link: str) -> None:
    """Everything that the links of the original's own breakers ask for is there."""
    asked = dict(pair.split("=") for pair in link.removeprefix("#").split("&"))
    assert config["activation"] == asked["activation"]
    assert config["regularizer"] == asked.get("regularization", "none")
    assert config["learning_rate"] == float(asked["learningRate"])
    assert config["regularization_rate"] == float(asked.get("regularizationRate", 0))
    assert config["batch_size"] == int(asked["batchSize"])
    assert config["hidden_layer_sizes"] == [int(units) for units in asked["networkShape"].split(",")]
    assert (config["problem"], config["seed"]) == (asked["problem"], asked["seed"])


def assert_default(config: Json, learning_rate: float) -> None:
    """What could not be had is as if nothing had been asked for; a seed is new each time."""
    expected = json.loads(json.dumps(asdict(Config(learning_rate=learning_rate, seed=config["seed"]))))
    del expected["own_examples"]
    assert config == expected


# --- coming back --------------------------------------------------------------------------------------------------


@each("ws-resume")
def test_a_bad_return_is_answered(line: Line, server: ServerProcess) -> None:
    RETURNS.get(line.id, return_with_checkpoint)(line, server)


def return_with_checkpoint(line: Line, server: ServerProcess) -> None:
    """A spoiled checkpoint is refused with reasons, and the experiment opened from its beginning."""
    wanted = adapter.expected(line)
    with Client(server.port) as page:
        page.greet(LINK)
        page.ask("advance", count=2)
        page.answer("frame")
        good = checkpoint_of(page.raw_frame, LINK)
    spoiled = adapter.checkpoint(line, good)
    with Client(server.port) as page:
        page.say("hello", version=4, link=spoiled["link"], checkpoint=spoiled)
        assert page.answer("welcome")["resumed"] is None
        if wanted["reply"] == "notice":
            assert page.answer("warnings")["warnings"][0]["code"] == "refused"
        else:
            check_error(page.answer("error"), wanted)
        assert page.state()[1:3] == (0, 0)


def return_with_secret(line: Line, server: ServerProcess) -> None:
    """A secret that is not the owner's changes nothing for the owner."""
    wanted = adapter.expected(line)
    with Client(server.port) as owner, Client(server.port) as other:
        welcome = owner.greet(LINK)
        before = owner.state()
        other.say_raw(fill(adapter.messages(line)[0], owner, welcome))
        if wanted["reply"] == "error":
            check_error(other.answer("error"), wanted)
        else:
            assert other.answer("welcome")["resumed"] is None
        assert owner.state() == before


def return_twice(line: Line, server: ServerProcess) -> None:
    """The newer of two pages with the same secret has the session; the older is told, and left alone."""
    with Client(server.port) as first, Client(server.port) as second:
        welcome = first.greet(LINK)
        before = first.state()
        for text in adapter.messages(line)[1:]:
            second.say_raw(fill(text, first, welcome))
        assert second.answer("welcome")["resumed"] == "session"
        assert first.answer("moved")
        assert first.close_code() == 4409
        assert second.state()[:3] == before[:3]


def return_from_the_future(line: Line, server: ServerProcess) -> None:
    """Whatever a page claims to have seen, it gets the session as it is."""
    with Client(server.port) as page:
        welcome = page.greet(LINK)
        before = page.state()
        text = fill(adapter.messages(line)[0], page, welcome)
    with Client(server.port) as page:
        page.say_raw(text)
        assert page.answer("welcome")["resumed"] == "session"
        page.say("ack", seq=999_999_999)
        assert page.state()[:3] == before[:3]


def return_to_one_that_stops(line: Line, _: ServerProcess) -> None:
    """A server that stops closes with 1012, whatever is asked of it."""
    with ServerProcess(workers=0) as stopping, Client(stopping.port) as page:
        welcome = page.greet(LINK)
        os.kill(stopping.pid, signal.SIGTERM)
        page.say_raw(fill(adapter.messages(line)[0], page, welcome))
        assert page.close_code() == adapter.expected(line)["close_code"]


def fill(text: str, page: Client, welcome: Json) -> str:
    """A message with the session's secret and link in it."""
    for name, value in (("$LIVE", welcome["session"]), ("$TOKEN", welcome["session"]), ("$LINK", page.config["link"])):
        text = text.replace(name, value)
    return text


RETURNS: dict[str, Callable[[Line, ServerProcess], None]] = {
    "rs-002-wrong-token": return_with_secret,
    "rs-003-token-as-array": return_with_secret,
    "rs-005-two-tabs-same-token": return_twice,
    "rs-016-stale-seq": return_from_the_future,
    "rs-017-resume-during-shutdown": return_to_one_that_stops,
}


# --- what takes a while -------------------------------------------------------------------------------------------


def start_slowly(line: Line, server: ServerProcess) -> None:
    """A request that comes a byte at a time is cut."""
    request, pause = adapter.handshake(line), threading.Event()
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        try:
            for byte in request:
                connection.sendall(bytes([byte]))
                pause.wait(1 / line.payload["bytes_per_second"])
        except OSError:
            pass
    assert time.monotonic() - began < line.expected["within_s"] + 5


def bring_slowly(line: Line, server: ServerProcess) -> None:
    """A table that comes a byte at a time is not waited for."""
    head, pause = adapter.upload(b"a" * line.payload["content_length"]), threading.Event()
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(head[: -line.payload["content_length"]])
        connection.settimeout(1 / line.payload["bytes_per_second"])
        received = b""
        while not received:
            connection.sendall(b"a")
            pause.wait(0.1)
            with contextlib.suppress(TimeoutError):
                received = connection.recv(65536)
    check_status(int(received.split()[1]), adapter.expected(line))
    assert time.monotonic() - began < line.expected["within_s"]


def say_nothing(line: Line, server: ServerProcess) -> None:
    """A connection that never says hello is closed."""
    with Client(server.port) as page:
        assert page.close_code() == line.expected["close_code"]


def stop_in_a_frame(line: Line, server: ServerProcess) -> None:
    """A connection that falls silent in the middle of a frame is closed, and its session kept."""
    with Client(server.port) as page:
        welcome = page.greet(LINK)
        before = page.state()
        page.send(adapter.frames(line))
        assert page.close_code() in {*line.expected["any_of"], None}
    assert is_resumable(server, welcome, before)


def flood_with_pings(line: Line, server: ServerProcess) -> None:
    """Who sends pings and reads no pongs is cut before much has been kept for it."""
    flood = adapter.repeated(line) * 1000
    with Client(server.port) as page:
        page.greet(LINK)
        memory = server.rss()[server.pid]
        sent = 0
        with contextlib.suppress(OSError):
            while sent < line.payload["times"] * len(flood) / 1000:
                page.send(flood)
                sent += len(flood)
        assert sent < line.expected["within_mb"] * 1e6
        assert server.rss()[server.pid] - memory < line.expected["rss_delta_mb_max"] + SLACK_MB


def flood_with_pongs(line: Line, server: ServerProcess) -> None:
    """Who sends pongs without end is closed; the session is kept."""
    with Client(server.port) as page:
        welcome = page.greet(LINK)
        before, memory = page.state(), server.rss()[server.pid]
        with contextlib.suppress(OSError):
            for _ in range(line.payload["times"] // 1000):
                page.send(adapter.repeated(line) * 1000)
        # what is still to be read is lost if the server cuts while more is coming
        assert page.close_code() in {line.expected["close_code"], None}
        assert server.rss()[server.pid] - memory < line.expected["rss_delta_mb_max"] + SLACK_MB
    assert is_resumable(server, welcome, before)


def stop_reading(line: Line, server: ServerProcess) -> None:
    """Who reads nothing, or next to nothing, while frames come is cut; the session is kept."""
    wanted = adapter.expected(line)
    with Client(server.port) as page:
        welcome = page.greet("#seed=0.5")
        memory = server.rss()[server.pid]
        page.say("play")
        silence, began, port = threading.Event(), time.monotonic(), page.socket.getsockname()[1]
        while is_established(server.port, port) and time.monotonic() - began < wanted["within_s"]:
            page.socket.recv(line.payload.get("read_bytes_per_s", 0)) if "read_bytes_per_s" in line.payload else None
            silence.wait(1)
        assert server.rss()[server.pid] - memory < wanted["rss_delta_mb_max"] + SLACK_MB
        # what the system still holds can be read, and then comes the end
        page.socket.settimeout(5)
        with contextlib.suppress(ConnectionError):
            while page.socket.recv(65536):
                pass
    with Client(server.port) as again:
        assert again.hello(page.config["link"], session=welcome["session"])["resumed"] == "session"


def flood_with_messages(line: Line, server: ServerProcess) -> None:
    """Who sends far too much is told so, and is closed after five seconds of it; the weights are kept."""
    (text,) = adapter.messages(line)
    pause, per_second = threading.Event(), line.payload["times"] / line.payload["in_s"]
    with Client(server.port) as page:
        welcome = page.greet(LINK)
        params = page.params.tobytes()
        codes: set[str] = set()

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    message = page.message()
                    codes.update([message["code"]] if message["type"] == "error" else [])

        # it reads while it floods: what it has not read when it is cut is lost
        listener = threading.Thread(target=listen)
        listener.start()
        with contextlib.suppress(OSError):
            for _ in range(15 * 20):
                page.send(frame(TEXT, text.encode()) * int(per_second / 20))
                pause.wait(1 / 20)
        listener.join()
        assert codes == {line.expected["code"]}
    with Client(server.port) as again:
        assert again.greet(page.config["link"], session=welcome["session"])["resumed"] == "session"
        assert again.params.tobytes() == params
        assert again.config["config"]["learning_rate"] == 0.1


def come_all_at_once(line: Line, _: ServerProcess) -> None:
    """Of too many connections as many are taken as may be; the others are told why not."""
    wanted, times = adapter.expected(line), line.payload["times"]
    name, number = line.payload["server_args"]
    setting = {"--max-per-ip": "max_per_address", "--max-sessions": "max_sessions"}[name]
    with ServerProcess(workers=0, **{setting: number}) as crowded, contextlib.ExitStack() as stack:
        refused = 0
        for count in range(times):
            source = f"127.0.{count // 250 + 1}.{count % 250 + 1}" if "distinct_ips" in line.payload else "127.0.0.1"
            peer = stack.enter_context(Client(crowded.port, source=source))
            # one who was let in is told that this is no greeting
            peer.say("play")
            if peer.answer("error")["code"] == wanted["code"]:
                refused += 1
                assert peer.close_code() == wanted["close_code"]
        assert times - refused == wanted["accepted_max"]


SLOW: dict[str, Callable[[Line, ServerProcess], None]] = {
    "ht-031-slow-body": bring_slowly,
    "hs-028-slowloris": start_slowly,
    "hs-029-never-hello": say_nothing,
    "hs-030-flood-300-one-ip": come_all_at_once,
    "hs-031-flood-over-cap": come_all_at_once,
    "fr-020-ping-flood-no-read": flood_with_pings,
    "fr-021-pong-flood": flood_with_pongs,
    "fr-029-half-frame-silence": stop_in_a_frame,
    "fr-035-never-reads-stream": stop_reading,
    "fr-036-reads-1-byte-per-s": stop_reading,
    "js-031-msg-flood-1000-per-s": flood_with_messages,
}


@pytest.mark.sampled
@pytest.mark.parametrize("name", SLOW)
def test_what_takes_a_while_is_answered_too(name: str, slow: dict[str, Future[None]]) -> None:
    slow[name].result()


# --- the tables ---------------------------------------------------------------------------------------------------


def test_no_line_waits() -> None:
    assert len(LINES) == 264
    assert {line.channel for name, line in LINES.items() if name not in RUN} == {"browser"}


def test_the_words_count_the_lines_as_they_are() -> None:
    row = next(line for line in RELIABILITY.read_text("utf-8").splitlines() if "test_corpus.py" in line)
    counts = [len(LINES), len(RUN), len(adapter.DEVIATIONS), len(LINES) - len(RUN)]
    assert [int(number) for number in re.findall(r"\d+", row)] == counts


def test_deviations_belong_to_lines_that_run() -> None:
    for name, deviation in adapter.DEVIATIONS.items():
        assert name in RUN
        assert deviation.reason
        assert {key: RUN[name].expected.get(key) for key in deviation.expected} != deviation.expected
