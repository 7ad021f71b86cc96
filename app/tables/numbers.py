"""Numbers as people and programs write them: decimal marks and thousands separators."""

import re
from collections.abc import Iterable
from typing import NamedTuple

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)

_SPACES = " \u00a0\u202f\u2009"
_QUOTES = "'\u2019"

_LOOSE = re.compile(rf"[+\-\u2212\u2013]?[.,]?[0-9][0-9.,{_QUOTES}{_SPACES}]*(?:[eE][+-]?[0-9]+)?")
"""What is meant as a number, readable or not."""

_WITH_COMMA = re.compile(r"[+-]?(?:[0-9]+,[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUP = "[+-]?[1-9][0-9]{0,2}"
_EITHER_COMMA = re.compile(rf"{_GROUP},[0-9]{{3}}")
_EITHER_POINT = re.compile(rf"{_GROUP}\.[0-9]{{3}}")
_COMMA_GROUPS = re.compile(rf"{_GROUP}(?:(?:,[0-9]{{3}}){{2,}}(?:\.[0-9]*)?|,[0-9]{{3}}\.[0-9]*)")
_POINT_GROUPS = re.compile(rf"{_GROUP}(?:(?:\.[0-9]{{3}}){{2,}}(?:,[0-9]*)?|\.[0-9]{{3}},[0-9]*)")
_OTHER_GROUPS = re.compile(rf"{_GROUP}(?:([{_QUOTES}{_SPACES}])[0-9]{{3}})(?:\1[0-9]{{3}})*(?:[.,][0-9]*)?")
_PARTED = frozenset(",.'\u2019 \u00a0\u202f\u2009")


class Marks(NamedTuple):
    """How numbers are written: the decimal mark, and a comma or point between thousands ("" for none).

    Apostrophes and spaces are always thousands separators. `grouped` is an example of a number with thousands
    separators, or ""; `either` one whose comma was read as a decimal mark although it may separate thousands.
    """

    decimal: str = "."
    group: str = ""
    grouped: str = ""
    either: str = ""


class _Seen:
    """The ways in which numbers are written, each with its first example."""

    def __init__(self, cells: Iterable[str]) -> None:
        self.first: dict[str, str] = {}
        for cell in cells:
            if _PARTED.isdisjoint(cell) or not _LOOSE.fullmatch(cell):
                continue
            way = _way_of(cell)
            if way:
                self.first.setdefault(way, cell)
            if way == "groups" and not {",", "."}.isdisjoint(cell):
                # whatever separates thousands, this is the decimal mark
                self.first.setdefault("comma" if "," in cell else "point", cell)

    def has(self, *ways: str) -> bool:
        return any(way in self.first for way in ways)


def _way_of(cell: str) -> str:
    """How a number with a mark is written; `either` is a decimal mark or a thousands separator."""
    for way, pattern in _WAYS:
        if pattern.fullmatch(cell):
            return way
    return ""


_WAYS = (
    ("either point", _EITHER_POINT),
    ("point", NUMBER),
    ("either comma", _EITHER_COMMA),
    ("comma", _WITH_COMMA),
    ("groups with commas", _COMMA_GROUPS),
    ("groups with points", _POINT_GROUPS),
    ("groups", _OTHER_GROUPS),
)


def find_marks(cells: Iterable[str], delimiter: str) -> Marks:
    """How the numbers of a table are written. An ambiguous comma is decimal only if semicolons separate cells."""
    seen = _Seen(cells)
    decimal, group = _decimal_of(seen, delimiter)
    ways = ["groups", {",": "groups with commas", ".": "groups with points"}.get(group, "groups")]
    if group:
        ways.append("either comma" if group == "," else "either point")
    grouped = next((re.sub(f"[{_SPACES}]", " ", seen.first[way]) for way in ways if way in seen.first), "")
    is_doubtful = decimal == "," and not seen.has("comma", "groups with points")
    return Marks(decimal, group, grouped, seen.first.get("either comma", "") if is_doubtful else "")


def _decimal_of(seen: _Seen, delimiter: str) -> tuple[str, str]:
    """The decimal mark and the thousands separator."""
    if seen.has("groups with commas"):
        return (".", "") if seen.has("groups with points", "comma") else (".", ",")
    if seen.has("groups with points"):
        return (".", "") if seen.has("point") else (",", ".")
    if seen.has("comma"):
        if seen.has("point"):
            return ".", ""
        return ",", "." if seen.has("either point") else ""
    if seen.has("either comma") and delimiter == ";" and not seen.has("point", "either point"):
        return ",", ""
    return ".", ""


def plain(cell: str, marks: Marks) -> str | None:
    """A number as programs write it; None if the cell has none, or an ambiguous one."""
    if marks.decimal == "." and NUMBER.fullmatch(cell):
        return cell
    if cell[-1:] not in "0123456789.,":
        return None
    if found := _OTHER_GROUPS.fullmatch(cell):
        cell = cell.replace(found[1], "")
    elif marks.group and _is_grouped(cell, marks.group):
        cell = cell.replace(marks.group, "")
    if marks.decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".", 1)
    return cell if NUMBER.fullmatch(cell) else None


def _is_grouped(cell: str, group: str) -> bool:
    patterns = (_EITHER_COMMA, _COMMA_GROUPS) if group == "," else (_EITHER_POINT, _POINT_GROUPS)
    return any(pattern.fullmatch(cell) for pattern in patterns)


def looks_like_number(cell: str) -> bool:
    """Whether a text is meant as a number, readable or not."""
    return bool(_LOOSE.fullmatch(cell) or NOT_FINITE.fullmatch(cell))


def is_one_number(cell: str) -> bool:
    """The same, but not several numbers separated by spaces."""
    return looks_like_number(cell) and (" " not in cell or bool(_OTHER_GROUPS.fullmatch(cell)))


_HINTS = (
    (re.compile(".*[\u2212\u2013].*"), "The minus sign must be a hyphen, -."),
    (_EITHER_COMMA, "If the comma separates thousands, remove it; if it is a decimal comma, write a point."),
    (_COMMA_GROUPS, "Remove the thousands separators."),
    (_EITHER_POINT, "If the point separates thousands, remove it; if it is a decimal point, write a comma."),
    (_POINT_GROUPS, "Remove the thousands separators."),
    (_WITH_COMMA, "Other numbers have a decimal point: use one decimal mark in the whole table."),
    (NUMBER, "Other numbers have a decimal comma: use one decimal mark in the whole table."),
    (_LOOSE, "Remove the thousands separators."),
    (re.compile(r"[+-]?[0-9.,]+\s*%"), "Leave out the percent sign."),
    (re.compile(r"[$€£¥]\s*[0-9].*|.*[0-9]\s*[$€£¥]"), "Leave out the currency sign and any thousands separators."),
)


def hint_at(cell: str) -> str:
    """How to correct a text that may be meant as a number; "" if that is unknown."""
    return next((hint for pattern, hint in _HINTS if pattern.fullmatch(cell)), "")
