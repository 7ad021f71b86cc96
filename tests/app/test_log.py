"""A log that cannot be flooded."""

import logging

import pytest

from app.log import RateLimit
from tests.support.clock import Clock


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
