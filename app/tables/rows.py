"""From the text of a table to rows of cells, whatever stands between and around them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from app.tables.names import meaning_of
from app.tables.numbers import is_one_number, looks_like_number
from app.tables.report import Refused
from app.tables.text import MIN_ROWS
from app.text import quoted, sanitize
from engine.own_examples import MAX_EXAMPLES

_MAX_LINES = 4 * MAX_EXAMPLES
"""Lines that are looked at, blank ones and those within quotes included."""

BLANKS = " "
"""The delimiter of tables whose cells stand apart by any number of blanks and tabs."""

_DELIMITERS = (";", "\t", ",", "|", BLANKS)
_OF_BLANKS = 0.85
_SAMPLE = 50

_SEPARATOR_LINE = re.compile(r'\s*"?sep=(\\t|[^\r\n"\w])"?[;,\t ]*(?=[\r\n]|$)', re.IGNORECASE)
_RULE = frozenset(" \t|+:=-")
_RULE_PART = re.compile(r"--|==|[|+][ \t]*:?-")

_COMMENTS = ("#", "%")
"""What comments begin with: in most programs, and in MATLAB and Weka."""

_ATTRIBUTE = re.compile(r"""@attribute\s+("[^"]*"|'[^']*'|\S+)""", re.IGNORECASE)
_ATTRIBUTES_END = re.compile(r"^[ \t]*@data\b.*$", re.IGNORECASE | re.MULTILINE)
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")


class Row(NamedTuple):
    """The cells of a row, trimmed, and the line on which it begins."""

    line: int
    cells: Sequence[str]


@dataclass(slots=True)
class Lines:
    """A table as rows: those that hold something, and the names that stand above them in a way of their own.

    `comment` is a comment right above the table that may hold names, if no row does. `notes` say in sentences what was
    left out.
    """

    rows: list[Row]
    delimiter: str
    names: Sequence[str] = ()
    comment: Row | None = None
    notes: list[str] = field(default_factory=list)


def read_lines(text: str) -> Lines:
    """Find the rows of a table; raises Refused if there are none, too many, or some that cannot be read."""
    notes: list[str] = []
    text, names = _without_attributes(text, notes)
    text, told = _without_separator_line(text, notes)
    delimiter = told or ("," if names else find_delimiter(text))
    # as many as are needed to see that there are too many
    rows = list(islice(read_rows(text, delimiter), MAX_EXAMPLES + 100))
    lines = Lines(rows, delimiter, names, notes=notes)
    _leave_out_rules(lines)
    for mark in _COMMENTS:
        _leave_out_comments(lines, mark)
    _leave_out_title(lines)
    if not lines.rows:
        why = "The table has no cell with text in it."
        raise Refused("csv_empty", "only separators", f"at least {MIN_ROWS} rows", why)
    _trim(lines)
    return lines


def read_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that are not blank; raises Refused on the way if there are too many lines, or some cannot be read."""
    if delimiter == BLANKS:
        text = re.sub(r"[ \t]+", " ", text)
        text = re.sub(r" (?=[\r\n]|$)", "", text)
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=True, strict=False)
    line = 1
    try:
        for cells in reader:
            stripped = [_trimmed(cell) for cell in cells]
            if any(stripped):
                yield Row(line, stripped)
            line = reader.line_num + 1
            if line > _MAX_LINES:
                got = f"more than {_MAX_LINES} lines"
                why = f"The table has {got}."
                raise Refused("csv_too_many_rows", got, f"at most {MAX_EXAMPLES} rows", why)
    except csv.Error as error:
        got = f"line {line}"
        raise Refused("csv_wrong_columns", got, "rows of cells", f"Line {line} cannot be read: {error}.") from None


def _trimmed(cell: str) -> str:
    cell = cell.strip()
    return cell if cell.isascii() else _INVISIBLE.sub("", cell).strip()


def find_delimiter(text: str) -> str:
    """The character between cells: the one that makes the rows alike and most cells numbers."""
    best, found = 0.0, ","
    for delimiter in _DELIMITERS:
        try:
            rows = [row.cells for row in islice(read_rows(text, delimiter), _SAMPLE)]
        except Refused:
            continue
        rows = [cells for cells in rows if not _is_rule(delimiter.join(cells)) and not cells[0].startswith(_COMMENTS)]
        # blanks stand in names and labels, too
        score = _alikeness(rows) * (_OF_BLANKS if delimiter == BLANKS else 1)
        if score > best + 1e-9:
            best, found = score, delimiter
    return found


def _alikeness(rows: Sequence[Sequence[str]]) -> float:
    """How much cells look like those of a table: 0 to 1.2."""
    width, times = _usual_width(rows)
    if width < 2:
        return 0.0
    cells = [cell for row in rows for cell in row if cell]
    return times / len(rows) * (0.2 + sum(map(is_one_number, cells)) / len(cells))


def _usual_width(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many cells most rows have, and how many rows these are."""
    return Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)


# --- what is no row -----------------------------------------------------------------------------------------------


def _without_attributes(text: str, notes: list[str]) -> tuple[str, Sequence[str]]:
    """A text without the declarations of Weka (ARFF), and their names."""
    end = _ATTRIBUTES_END.search(text)
    if end is None:
        return text, ()
    names = [name.strip("\"'") for name in _ATTRIBUTE.findall(text[: end.start()])]
    notes.append("The names of the columns were taken from the lines with @attribute.")
    # the lines keep their numbers; texts stand between single quotes there
    body = text[end.end() :].replace("'", '"')
    return "\n" * len(re.findall(r"\r\n|\r|\n", text[: end.end()])) + body, names


def _without_separator_line(text: str, notes: list[str]) -> tuple[str, str]:
    """A text without a first line such as `sep=;`, and the delimiter that this names, or nothing."""
    found = _SEPARATOR_LINE.match(text)
    if found is None:
        return text, ""
    delimiter = "\t" if found[1] == "\\t" else found[1]
    notes.append(f"The line {sanitize(found[0].strip())} names the separator and was skipped.")
    # the lines keep their numbers
    return "\n" * found[0].count("\n") + text[found.end() :], delimiter


def _is_rule(text: str) -> bool:
    """Whether a line is one of dashes, as it stands under the header of tables that are meant to be looked at."""
    return _RULE.issuperset(text) and bool(_RULE_PART.search(text))


def _leave_out_rules(lines: Lines) -> None:
    rules = [row.line for row in lines.rows if _is_rule(lines.delimiter.join(row.cells))]
    if rules:
        lines.rows = [row for row in lines.rows if row.line not in set(rules)]
        lines.notes.append(skipped(rules, "dashes"))


def _leave_out_comments(lines: Lines, mark: str) -> None:
    """Leave out rows that are comments; the last one above the table may hold its names.

    Where most rows begin with the mark, it belongs to what stands in the first column.
    """
    comments = [row for row in lines.rows if row.cells[0].startswith(mark)]
    rows = [row for row in lines.rows if not row.cells[0].startswith(mark)]
    above = [row for row in comments if rows and row.line < rows[0].line]
    if not comments or len(comments) - len(above) >= len(rows):
        return
    lines.rows = rows
    names = _names_in(lines, above[-1], mark) if above and not (lines.names or lines.comment) else ()
    if names:
        lines.comment = Row(comments.pop(len(above) - 1).line, names)
    if comments:
        lines.notes.append(skipped([row.line for row in comments], f"beginning with {mark}"))


def skipped(lines: Sequence[int], why: str) -> str:
    """A sentence on lines that are left out."""
    return f"{len(lines):,} lines ({why}) were skipped." if len(lines) > 1 else f"Line {lines[0]} ({why}) was skipped."


def _names_in(lines: Lines, comment: Row, mark: str) -> Sequence[str]:
    """The names in a comment: as many as there are columns, all different, and one at least that is known."""
    width, _ = _usual_width([row.cells for row in lines.rows])
    text = lines.delimiter.join(comment.cells)
    # NumPy puts any text there that it is given, such as names between commas above numbers between blanks
    for delimiter in (lines.delimiter, ","):
        for words in (text.removeprefix(mark).strip(" "), text):
            row = next(read_rows(words, delimiter), None)
            if row and len(row.cells) == width and _are_names(row.cells):
                return row.cells
    return ()


def _are_names(cells: Sequence[str]) -> bool:
    kinds = {meaning_of(cell).kind for cell in cells if cell}
    return len(set(cells)) == len(cells) and bool(kinds - {"other"})


def _leave_out_title(lines: Lines) -> None:
    """Leave out lines above the table that have one cell of text."""
    width, _ = _usual_width([row.cells for row in lines.rows])
    titles = 0
    while width > 1 and titles < len(lines.rows) and _is_title(lines.rows[titles].cells):
        titles += 1
    if titles and titles < len(lines.rows):
        skipped, lines.rows = lines.rows[:titles], lines.rows[titles:]
        for row in skipped[:3]:
            text = next(filter(None, row.cells))
            lines.notes.append(f"Line {row.line} ({quoted(text)}) is not part of the table and was skipped.")


def _is_title(cells: Sequence[str]) -> bool:
    filled = list(filter(None, cells))
    return len(filled) == 1 and not looks_like_number(filled[0])


# --- columns that are none ----------------------------------------------------------------------------------------


def _trim(lines: Lines) -> None:
    """Leave out empty columns at the edges, and empty cells beyond the last column."""
    usual, _ = _usual_width([row.cells for row in lines.rows])
    widths = [(len(row.cells), _filled(row.cells)) for row in lines.rows]
    width = max((filled for length, filled in widths if length <= usual), default=usual)
    lead = 0
    if not lines.names:
        empty = (next((place for place, cell in enumerate(row.cells) if cell), 0) for row in lines.rows)
        lead = min(empty)
    if lead or any(length > width >= filled for length, filled in widths):
        lines.rows = [
            Row(line, cells[lead:width] if _filled(cells) <= width <= len(cells) else cells[lead:])
            for line, cells in lines.rows
        ]


def _filled(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((place + 1 for place in range(len(cells) - 1, -1, -1) if cells[place]), 0)
