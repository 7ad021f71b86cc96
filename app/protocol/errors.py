"""What is wrong with a message, in a form that its sender can use."""

import json
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from app.text import MAX_GOT, truncate
from engine import ConfigError

MAX_ERRORS = 10


class Fault(NamedTuple):
    """One thing that is wrong: a code, the field, what came (at most 64 characters), and what was expected.

    >>> fault("out_of_range", "count", 0, "a whole number from 1 to 1000").message
    'count: got 0; expected a whole number from 1 to 1000'
    """

    code: str
    field: str | None
    got: str | None
    expected: str | None
    message: str


class ProtocolError(ValueError):
    """A message was refused; `faults` are the reasons, `id` is that of the message, if it had one."""

    def __init__(self, faults: Iterable[Fault], request_id: int | None = None) -> None:
        self.faults = tuple(islice(faults, MAX_ERRORS))
        self.id = request_id
        super().__init__("; ".join(fault.message for fault in self.faults))


def fault(code: str, field: str | None = None, got: object = None, expected: str | None = None, why: str = "") -> Fault:
    """A fault with its sentence; `got` is shortened."""
    shown = None if got is None else shorten(got)
    sentence = why or f"{field or 'the message'}: got {shown}; expected {expected}"
    return Fault(code, field, shown, expected, sentence)


def shorten(value: object) -> str:
    """A value from a message, as JSON of at most 64 characters."""
    if isinstance(value, (str, list, tuple)):
        value = value[:MAX_GOT]
    elif isinstance(value, dict):
        value = dict(list(value.items())[:MAX_GOT])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return truncate(text)


def faults_of(error: ConfigError) -> tuple[Fault, ...]:
    """What the engine refused, as faults."""
    return tuple(Fault(item.code, item.field, item.got, item.allowed, item.message) for item in error.errors)
