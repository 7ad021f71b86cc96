"""The front matter of a lesson: which fields there are, and what each may be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.course.lesson import MEASURES, LessonError

_Check = Callable[[Any], Any]
"""From what stands in the front matter to the value; raises `_Wrong` with what is allowed."""


class _Wrong(Exception):  # noqa: N818 - it never leaves this module
    pass


def _text(most: int) -> _Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
            raise _Wrong(f"a text of 1 to {most} characters")
        return value.strip()

    return check


def _whole(low: int, high: int) -> _Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _Wrong(f"a whole number from {low} to {high}")
        return value

    return check


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong("a number")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _choice(names: Sequence[str]) -> _Check:
    def check(value: Any) -> str:
        if value not in names:
            raise _Wrong(f"one of {', '.join(names)}")
        return str(value)

    return check


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong("a list of texts")
    return tuple(_text(400)(item) for item in value)


def _share(value: Any) -> float:
    try:
        share = _number(value)
    except _Wrong:
        share = -1.0
    if not 0 <= share <= 1:
        raise _Wrong("a number from 0 to 1: the share of the starts")
    return share


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise _Wrong("a table of tables")
    return value


Fields = Mapping[str, tuple[_Check, Any]]
"""A check for each field, and what it is when it is left out."""

_NEEDED = object()

FIELDS: Fields = {
    "title": (_text(60), _NEEDED),
    "part": (_text(40), _NEEDED),
    "order": (_whole(1, 99), _NEEDED),
    "minutes": (_whole(1, 30), _NEEDED),
    "goal": (_text(200), _NEEDED),
    "link": (_text(2000), _NEEDED),
    "needs": (_texts, ()),
    "sources": (_texts, _NEEDED),
    "outcomes": (_table, _NEEDED),
}
"""Those of a lesson."""

OUTCOME_FIELDS: Fields = {
    "link": (_text(2000), "#"),
    "says": (_text(200), _NEEDED),
    "epochs": (_whole(0, 1000), _NEEDED),
    "measure": (_choice(tuple(MEASURES)), _NEEDED),
    "at_least": (_number, None),
    "at_most": (_number, None),
    "once": (_flag, False),
    "against": (_text(2000), ""),
    "before": (_texts, ()),
    "share": (_share, _NEEDED),
    "measured_over": (_whole(100, 10_000), _NEEDED),
}
"""Those of each of its outcomes."""


def check_fields(file: str, given: Mapping[str, Any], fields: Fields, within: str = "") -> dict[str, Any]:
    """The values of all fields. Raises `LessonError`, in which `within` stands before the name of the field."""
    for key, value in given.items():
        if key not in fields:
            raise LessonError(file, within + key, value, f"one of the fields {', '.join(fields)}")
    values: dict[str, Any] = {}
    for key, (check, default) in fields.items():
        if key not in given:
            if default is _NEEDED:
                raise LessonError(file, within + key, None, "a value: it must be there")
            values[key] = default
            continue
        try:
            values[key] = check(given[key])
        except _Wrong as wrong:
            raise LessonError(file, within + key, given[key], str(wrong)) from None
    return values
