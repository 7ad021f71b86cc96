"""The cells of a table: numbers, labels and parts, and what no spreadsheet may take for a formula."""

import math
import re
from functools import lru_cache

from engine.own_examples import LARGEST, MAX_LABEL, PARTS

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)

_MARKS = r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
"""What formulas begin with, also in the width of Chinese and Japanese characters."""

_FORMULA = re.compile(f"'*{_MARKS}")
_ESCAPED = re.compile(f"'+{_MARKS}")

_PARTS = {
    "": "",
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
}


class BadCell(Exception):  # noqa: N818 - it never leaves this package
    """A cell cannot be what it should be: the code of the error, what is allowed, and perhaps a hint."""

    def __init__(self, code: str, allowed: str, hint: str = "") -> None:
        super().__init__(code, allowed)
        self.code, self.allowed, self.hint = code, allowed, hint


def is_number(text: str) -> bool:
    """Whether a text was meant as a number, be it one that cannot be had."""
    return bool(NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text))


def with_point(cell: str, decimal: str) -> str:
    """A number as text, with a point in the place of its decimal mark."""
    return cell.replace(",", ".", 1) if decimal == "," else cell


_RANGE = f"a number from {-LARGEST:,.0f} to {LARGEST:,.0f}"


def read_number(cell: str, decimal: str) -> float:
    """The number in a cell; raises BadCell."""
    text = with_point(cell, decimal)
    if not NUMBER.fullmatch(text):
        if not text:
            raise BadCell("csv_missing_value", _RANGE)
        if _NOT_FINITE.fullmatch(text):
            raise BadCell("csv_not_finite", _RANGE)
        hint = "the minus sign must be a hyphen, -" if "\u2212" in text else ""
        raise BadCell("csv_not_a_number", _RANGE, hint)
    value = float(text) + 0.0
    if not math.isfinite(value):
        raise BadCell("csv_not_finite", _RANGE)
    if abs(value) > LARGEST:
        raise BadCell("csv_range", _RANGE)
    return value


@lru_cache(maxsize=1024)
def read_label(cell: str) -> str:
    """The label in a cell, without what was put before it so that no spreadsheet takes it for a formula.

    Raises BadCell.
    """
    label = cell[1:] if _ESCAPED.match(cell) else cell
    if not label.isprintable():
        label = "".join(character for character in label if character.isprintable())
    label = label.strip()
    if not label:
        raise BadCell("csv_missing_value", "a label or a value")
    if len(label) > MAX_LABEL:
        raise BadCell("csv_bad_label", f"at most {MAX_LABEL} characters")
    return label


def read_part(cell: str) -> int:
    """The number of the part of the data that a row belongs to; raises BadCell."""
    name = _PARTS.get(cell.casefold())
    if name is None:
        raise BadCell("csv_unknown_part", "train, test, validation, or nothing")
    return PARTS.index(name)


def write_label(label: str) -> str:
    """A label that no spreadsheet takes for a formula; `read_label` gives it back."""
    return f"'{label}" if _FORMULA.match(label) and not NUMBER.fullmatch(label) else label
