"""The cells of a table: numbers, labels and parts, and protection against formulas."""

import math
import re
from functools import lru_cache

from app.tables.numbers import NOT_FINITE, NUMBER, Marks, hint_at, plain
from engine.own_examples import LARGEST, MAX_LABEL, PARTS

_MARKS = r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
"""The first characters of formulas, full-width ones included."""

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
    "dev": "validation",
}

PART_NAMES = frozenset(filter(None, _PARTS))
"""The names of the parts of the data in tables."""


class BadCell(Exception):  # noqa: N818 - it never leaves this package
    """A cell is invalid: the code of the error, what is wrong, what is expected, and possibly a hint.

    `wrong` continues a sentence that begins with the text of the cell: `is not a number`.
    """

    def __init__(self, code: str, wrong: str, allowed: str, hint: str = "") -> None:
        super().__init__(code, allowed)
        self.code, self.wrong, self.allowed, self.hint = code, wrong, allowed, hint


_RANGE = f"a number from {-LARGEST:,.0f} to {LARGEST:,.0f}"


def read_number(cell: str, marks: Marks) -> float:
    """The number in a cell. Raises BadCell."""
    text = plain(cell, marks)
    if text is None:
        if not cell:
            raise BadCell("csv_missing_value", "is missing", _RANGE)
        if NOT_FINITE.fullmatch(cell):
            raise BadCell("csv_not_finite", "is not a finite number", _RANGE)
        raise BadCell("csv_not_a_number", "is not a number", _RANGE, hint_at(cell))
    value = float(text) + 0.0
    if not math.isfinite(value):
        raise BadCell("csv_not_finite", "is not a finite number", _RANGE)
    if abs(value) > LARGEST:
        raise BadCell("csv_range", f"is not {_RANGE}", _RANGE)
    return value


@lru_cache(maxsize=1024)
def read_label(cell: str) -> str:
    """The label in a cell, without a quote that protects it from being read as a formula. Raises BadCell."""
    label = cell[1:] if _ESCAPED.match(cell) else cell
    if not label.isprintable():
        label = "".join(character for character in label if character.isprintable())
    label = label.strip()
    if not label:
        raise BadCell("csv_missing_value", "is missing", "a label or a value")
    if len(label) > MAX_LABEL:
        raise BadCell("csv_bad_label", f"has more than {MAX_LABEL} characters", f"at most {MAX_LABEL} characters")
    return label


def read_part(cell: str) -> int:
    """The number of the part of the data that a row belongs to. Raises BadCell."""
    name = _PARTS.get(cell.casefold())
    if name is None:
        allowed = "train, test, validation, or nothing"
        raise BadCell("csv_unknown_part", "is not a part of the data", allowed, f"Use {allowed}.")
    return PARTS.index(name)


def write_label(label: str) -> str:
    """A label that no spreadsheet reads as a formula; `read_label` reverses this."""
    return f"'{label}" if _FORMULA.match(label) and not NUMBER.fullmatch(label) else label
