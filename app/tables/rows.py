"""The rows of a table: from bytes to cells."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from app.tables.cells import is_number
from app.tables.report import Refused
from engine.own_examples import MAX_EXAMPLES

MAX_BYTES = 1024 * 1024
"""Bytes of a table that are read."""

MIN_ROWS = 2

_MAX_LINES = 4 * MAX_EXAMPLES
"""Lines that are looked at, blank ones and those within quotes included."""

_DELIMITERS = (";", "\t", ",")
_SAMPLE = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Row(NamedTuple):
    """The cells of a row, trimmed, and the line on which it begins."""

    line: int
    cells: Sequence[str]


def decode(data: bytes) -> str:
    """The text of a table; raises Refused if it is not one."""
    if len(data) > MAX_BYTES:
        why = f"the table has {len(data)} bytes; at most {MAX_BYTES} are read"
        raise Refused("csv_too_large", f"{len(data)} bytes", f"at most {MAX_BYTES} bytes", why)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = data[error.start : error.start + 8].hex(" ")
        why = f"the table is not text in UTF-8, from byte {error.start} on; save it as UTF-8"
        raise Refused("csv_encoding", got, "text in UTF-8", why) from None
    if found := _CONTROL.search(text):
        got = f"character {ord(found[0])}"
        why = f"the table holds the {got}, which no text has; save it as text in UTF-8"
        raise Refused("csv_encoding", got, "text in UTF-8", why)
    if not text.strip():
        raise Refused("csv_empty", "nothing", f"at least {MIN_ROWS} rows", "the table is empty")
    return text


def read_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that are not blank; raises Refused on the way if there are too many lines, or some cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield Row(line, stripped)
            line = reader.line_num + 1
            if line > _MAX_LINES:
                got = f"more than {_MAX_LINES} lines"
                raise Refused("csv_too_many_rows", got, f"at most {MAX_EXAMPLES} rows", f"the table has {got}")
    except csv.Error as error:
        got = f"line {line}"
        raise Refused("csv_wrong_columns", got, "rows of cells", f"{got} cannot be read: {error}") from None


def find_delimiter(text: str) -> str:
    """The character between cells: the one that makes the first rows alike, and of these the one with more numbers."""
    best, found = (0.0, 0.0), ","
    for delimiter in _DELIMITERS:
        try:
            rows = [row.cells for row in islice(read_rows(text, delimiter), _SAMPLE)]
        except Refused:
            continue
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        alike = sum(len(cells) == width for cells in rows) / len(rows)
        numbers = sum(is_number(cell.replace(",", ".")) for cells in rows for cell in cells[:2]) / len(rows)
        if (alike, numbers) > best:
            best, found = (alike, numbers), delimiter
    return found
