"""A log that cannot be flooded, shows no secrets, and can be read by programs."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.classroom.codes import screen_secret
from app.log import FIELDS, RateLimit, Relay, conceal, formatter, reason_of
from tests.support.clock import Clock
from tests.support.server import ROOT


class Bench:
    """Our filter with a clock to turn, and what it let through."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.written: list[str] = []
        self.sparing = RateLimit(self.clock)

    def say(self, text: str, *args: object, level: int = logging.WARNING, error: Exception | None = None) -> None:
        """Log something."""
        info = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("bench", level, "", 0, text, args, info)
        if self.sparing.filter(record):
            self.written.append(record.getMessage())


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_repeated_record_is_written_once_a_minute(bench: Bench) -> None:
    for _ in range(1000):
        bench.say("bad request")
    assert bench.written == ["bad request"]
    bench.clock.now = 61
    bench.say("bad request")
    assert bench.written[1:] == ["bad request (and 999 more like this before)"]


def test_few_records_of_a_kind_may_differ(bench: Bench) -> None:
    for number in range(1000):
        bench.say("host %s was refused", number)
    assert bench.written == [f"host {number} was refused" for number in range(5)]


def test_other_kinds_are_written_all_the_same(bench: Bench) -> None:
    for text in ("one thing", "another", "one thing", "another"):
        bench.say(text)
        bench.say(text, level=logging.ERROR)
    assert bench.written == ["one thing", "one thing", "another", "another"]


def test_each_traceback_is_written_once(bench: Bench) -> None:
    for _ in range(100):
        for kind in (ValueError, KeyError):
            bench.say("it failed", error=kind("x"))
    assert bench.written == ["it failed", "it failed"]


def test_endless_kinds_take_no_endless_memory(bench: Bench) -> None:
    for number in range(10_000):
        bench.say(f"thing {number}")
    assert len(bench.sparing._kinds) <= 200


# JSON


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    """What a log has written, each line read as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@contextmanager
def logging_json() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A log of this program as JSON, in a text instead of on standard error."""
    stream, log = io.StringIO(), logging.Logger("bench")  # noqa: LOG001 - it is not to be found by others
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    handler.addFilter(RateLimit())
    log.addHandler(handler)
    yield log, stream


class Unspeakable:
    """What cannot be shown."""

    def __repr__(self) -> str:
        raise ValueError("never")

    __str__ = __repr__


messages = st.one_of(st.text(), st.binary(), st.integers(), st.builds(Unspeakable), st.from_regex(r"%[sdf%]{1,3}"))


@given(messages, st.lists(messages, max_size=3), st.none() | st.builds(ValueError, messages), st.text())
@example("a\nb\u2028c\ud800", [], None, "\x00")
def test_every_line_is_json_whatever_the_message(
    message: object, arguments: list[object], error: Exception | None, host: str
) -> None:
    with logging_json() as (log, stream):
        log.warning(message, *arguments, exc_info=error, extra={"host": host, "status": 421})
        log.warning("the next one")
        first, second = lines_of(stream)
    assert (first["level"], first["logger"], first["status"]) == ("warning", "bench", 421)
    assert ("exception" in first) == (error is not None)
    assert second["message"] == "the next one"


def test_lines_say_when_in_utc() -> None:
    with logging_json() as (log, stream):
        log.error("%s of %s", "one", 2, extra={"engine": 1, "unknown": "never shown"})
        (line,) = lines_of(stream)
    assert datetime.fromisoformat(line.pop("time")).utcoffset() == timedelta(0)
    assert line == {
        "level": "error",
        "logger": "bench",
        "message": "one of 2",
        "process": os.getpid(),
        "engine": 1,
    }


def test_json_says_how_many_lines_were_left_out() -> None:
    clock = Clock()
    limit = RateLimit(clock)
    for clock.now in (0, 1, 2, 62):
        record = logging.LogRecord("bench", logging.WARNING, "", 0, "refused", (), None)
        written = limit.filter(record)
    assert written
    assert json.loads(formatter("json").format(record))["left_out"] == 2


SECRET = "uVXQl6HdwJ8RAVB2KM2b9hVPxrJ40Hx6xZp8bT0mB3E"  # noqa: S105 - of no class
SECRETS = [
    SECRET,
    screen_secret(SECRET),
    "f7J2kGt0yYvQwLrX-m4nZ_bA",
    "#dataset=xor&ownExamples=0.5,0.25,1",
]


@pytest.mark.parametrize("kind", ["text", "json"])
@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_in_exceptions_are_not_shown(kind: str, secret: str) -> None:
    try:
        _ = dict[str, int]()[secret]
    except KeyError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("bench", logging.ERROR, "", 0, "it failed at %s", (f"/ws/ABC234?{secret}",), info)
    line = formatter(kind).format(record)
    assert secret not in line
    assert "ABC234" not in line
    assert "test_secrets_in_exceptions_are_not_shown" in line


@pytest.mark.parametrize("kind", ["text", "json"])
def test_given_secrets_are_not_shown(kind: str) -> None:
    record = logging.LogRecord("bench", logging.ERROR, "", 0, "origin %s", ("http://blue whale!",), None)
    record.host = "blue whale!.example"
    line = formatter(kind, ["blue whale!", "i"]).format(record)
    assert "blue whale!" not in line
    assert "origin http://[secret]" in line


def test_addresses_of_clients_are_not_shown() -> None:
    described = "<socket.socket fd=9, laddr=('0.0.0.0', 8000), raddr=('203.0.113.7', 51234)>"
    assert conceal(described) == "<socket.socket fd=9, laddr=('0.0.0.0', 8000), raddr=[address]>"


def test_ordinary_text_is_shown_as_it_is() -> None:
    for text in (
        "No module named 'some_library_with_a_long_name'",
        "PLAYGROUND_ALLOWED_HOSTS=class-2024.school.example",
        "'WebSocketsSansIOProtocol' object has no attribute 'conn'",
        "tcp://10.0.0.5:8786",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
    ):
        assert conceal(text) == text


def test_document_explains_every_field() -> None:
    record = logging.LogRecord("bench", logging.ERROR, "", 0, "", (), (KeyError, KeyError(), None))
    document = (ROOT / "docs/monitoring.md").read_text("utf-8").split("## The log")[1]
    for name in (*FIELDS, *json.loads(formatter("json").format(record))):
        assert f"`{name}`" in document


# what other processes write


def test_lines_of_other_processes_stay_whole() -> None:
    written: list[str] = []
    relay = Relay("text", written.append)
    for piece in (b"one\ntw", b"o\nthr", "\u00e9".encode()[:1], "\u00e9".encode()[1:]):
        relay.feed(piece)
    assert written == ["one\n", "two\n"]
    relay.close()
    assert written[2:] == ["thr\u00e9\n"]


def test_other_lines_of_processes_become_json() -> None:
    written: list[str] = []
    relay = Relay("json", written.append)
    own = '{"time": "2026-01-01T00:00:00Z", "message": "mine"}\n'
    relay.feed(f"Fatal Python error\n\n{own}[1, 2\n".encode())
    lines = [json.loads(line) for line in "".join(written).splitlines()]
    assert [line["message"] for line in lines] == ["Fatal Python error", "mine", "[1, 2"]
    assert lines[0]["logger"] == "playground.engine"


def test_endless_line_is_passed_on_in_pieces() -> None:
    written: list[str] = []
    relay = Relay("text", written.append)
    for _ in range(100):
        relay.feed(b"x" * 1000)
    assert sum(map(len, written)) > 80_000


def test_reason_is_the_last_line_in_any_format() -> None:
    error = ModuleNotFoundError("No module named 'numpy'")
    record = logging.LogRecord("bench", logging.CRITICAL, "", 0, "not handled", (), (type(error), error, None))
    for kind in ("text", "json"):
        output = f"before\n{formatter(kind).format(record)}\n\n"
        assert reason_of(output) == "ModuleNotFoundError: No module named 'numpy'"
    assert reason_of("") == ""


@pytest.mark.server
def test_reader_of_tables_fails_in_json() -> None:
    command = [sys.executable, "-c", "from app.workers.reader import main; main()", "1024"]
    asked = b"".join(len(part).to_bytes(4, "little") + part for part in (b"scale=perhaps", b"1,2\n"))
    environment = {**os.environ, "PLAYGROUND_LOG_FORMAT": "json"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, input=asked, capture_output=True, check=False)
    (line,) = ended.stderr.splitlines()
    assert json.loads(line)["exception"].startswith("Traceback")


@pytest.mark.server
def test_uncaught_exceptions_and_warnings_become_json() -> None:
    program = """if True:
        import warnings
        from app import log
        log.configure("json")
        warnings.warn("careful")
        class Failing:
            def __del__(self):
                1 / 0
        Failing()
        raise KeyError("x")
    """
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert ended.returncode == 1
    assert [line["level"] for line in lines] == ["warning", "critical", "critical"]
    assert "careful" in lines[0]["message"]
    assert [line["exception"].splitlines()[-1] for line in lines[1:]] == [
        "ZeroDivisionError: division by zero",
        "KeyError: 'x'",
    ]
