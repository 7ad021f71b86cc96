"""Kinds of values: what a field of a message may hold."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from app.protocol.errors import Fault, fault, shorten
from engine.own_examples import LARGEST, MAX_EXAMPLES, PARTS


class Kind(NamedTuple):
    """What a field may hold: in words, and as a function that gives the code of what is wrong with a value, or None."""

    expected: str
    refuse: Callable[[Any], str | None]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def integer(low: int, high: int) -> Kind:
    """A whole number in a range."""

    def refuse(value: Any) -> str | None:
        if not _is_number(value):
            return "bad_type"
        if math.isfinite(value) and not isinstance(value, int):
            return "bad_type"
        return None if low <= value <= high else "out_of_range"

    return Kind(f"a whole number from {low} to {high}", refuse)


def number(low: float, high: float) -> Kind:
    """A number in a range."""

    def refuse(value: Any) -> str | None:
        return _refuse_number(value) or (None if low <= value <= high else "out_of_range")

    return Kind(f"a number from {low:g} to {high:g}", refuse)


def choice(names: Iterable[str]) -> Kind:
    """One of some names."""
    known = frozenset(names)

    def refuse(value: Any) -> str | None:
        if not isinstance(value, str):
            return "bad_type"
        return None if value in known else "unknown_value"

    return Kind(f"one of {', '.join(names)}", refuse)


def of_type(wanted: type, words: str) -> Kind:
    """Whatever is of a type."""
    return Kind(words, lambda value: None if isinstance(value, wanted) else "bad_type")


def _refuse_number(value: Any) -> str | None:
    if not _is_number(value):
        return "bad_type"
    return None if math.isfinite(value) else "not_finite"


def _refuse_share(value: Any) -> str | None:
    return _refuse_number(value) or (None if 0 <= value <= 1 else "out_of_range")


def _refuse_names(value: Any) -> str | None:
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if fits else "bad_type"


def _refuse_objects(value: Any) -> str | None:
    fits = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return None if fits else "bad_type"


def or_null(kind: Kind) -> Kind:
    """What another kind allows, or null."""
    return Kind(f"{kind.expected}, or null", lambda value: None if value is None else kind.refuse(value))


def _refuse_places(value: Any) -> str | None:
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        return "bad_type"
    return None if len(value) <= MAX_EXAMPLES and all(item >= 0 for item in value) else "out_of_range"


def _refuse_example(value: Any) -> str | None:
    if not isinstance(value, list) or len(value) != 4 or not all(map(_is_number, value[:3])):
        return "bad_type"
    if value[3] not in PARTS:
        return "unknown_value"
    return None if all(abs(item) <= LARGEST for item in value[:3]) else "out_of_range"


def _refuse_examples(value: Any) -> str | None:
    if not isinstance(value, list):
        return "bad_type"
    if len(value) > MAX_EXAMPLES:
        return "out_of_range"
    return next((code for item in value if (code := _refuse_example(item))), None)


TEXT = of_type(str, "a text")
PLACES = Kind(f"a list of at most {MAX_EXAMPLES} places in the list of own examples, from 0", _refuse_places)
EXAMPLES = Kind(
    f"a list of at most {MAX_EXAMPLES} examples: x1, x2 and target from {-LARGEST:.0f} to {LARGEST:.0f}, and "
    "train, test, validation or nothing",
    _refuse_examples,
)
BOOLEAN = of_type(bool, "true or false")
OBJECT = of_type(dict, "an object")
NUMBER = Kind("a finite number", _refuse_number)
SHARE = Kind("a number from 0 to 1", _refuse_share)
NAMES = Kind("a list of names", _refuse_names)
OBJECTS = Kind("a list of objects", _refuse_objects)
INDEX = integer(0, 2**31 - 1)


def faults_in(kinds: Mapping[str, Kind], fields: Mapping[str, object]) -> Iterable[Fault]:
    """What is wrong with the fields of an object, of which none has to be there."""
    for name, value in fields.items():
        kind = kinds.get(name)
        if kind is None:
            yield fault("unknown_field", shorten(name), value, f"one of {', '.join(kinds)}")
        elif code := kind.refuse(value):
            yield fault(code, name, "null" if value is None else value, kind.expected)
