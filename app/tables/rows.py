"""From the text of a table to rows of cells, whatever separates and surrounds them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from app.tables.encoding import MIN_ROWS
from app.tables.headers import meaning_of
from app.tables.numbers import is_one_number, looks_like_number
from app.tables.report import Rejected
from app.text import quoted, sanitize
from engine.own_examples import MAX_EXAMPLES

_MAX_LINES = 4 * MAX_EXAMPLES
"""Maximum number of lines, including blank ones and those within quotes."""

SPACES = " "
"""The delimiter of tables whose cells are separated by any number of spaces and tabs."""

_DELIMITERS = (";", "\t", ",", "|", SPACES)
_SPACES_WEIGHT = 0.85
_SAMPLE = 50

_SEPARATOR_LINE = re.compile(r'\s*"?sep=(\\t|[^\r\n"\w])"?[;,\t ]*(?=[\r\n]|$)', re.IGNORECASE)
_RULE = frozenset(" \t|+:=-")
_RULE_PART = re.compile(r"--|==|[|+][ \t]*:?-")

_COMMENTS = ("#", "%")
"""The first character of comments: in most programs, and in MATLAB and Weka."""

_ATTRIBUTE = re.compile(r"""@attribute\s+("[^"]*"|'[^']*'|\S+)""", re.IGNORECASE)
_ATTRIBUTES_END = re.compile(r"^[ \t]*@data\b.*$", re.IGNORECASE | re.MULTILINE)
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")


class Row(NamedTuple):
    """The cells of a row, trimmed, and the line on which it begins."""

    line: int
    cells: Sequence[str]


@dataclass(slots=True)
class Lines:
    """A table as rows that are not empty, and names from declarations above them.

    `comment` is a comment right above the table that may have the names, if no row does. `notes` are sentences on what
    was skipped.
    """

    rows: list[Row]
    delimiter: str
    names: Sequence[str] = ()
    comment: Row | None = None
    notes: list[str] = field(default_factory=list)


def read_lines(text: str) -> Lines:
    """Find the rows of a table. Raises Rejected if there are none, too many, or invalid ones."""
    notes: list[str] = []
    text, names = _without_attributes(text, notes)
    text, declared = _without_separator_line(text, notes)
    delimiter = declared or ("," if names else find_delimiter(text))
    # enough to see that there are too many
    rows = list(islice(read_rows(text, delimiter), MAX_EXAMPLES + 100))
    lines = Lines(rows, delimiter, names, notes=notes)
    _leave_out_rules(lines)
    for mark in _COMMENTS:
        _leave_out_comments(lines, mark)
    _leave_out_title(lines)
    if not lines.rows:
        why = "The table has no cell with text in it."
        raise Rejected("csv_empty", "only separators", f"at least {MIN_ROWS} rows", why)
    _trim(lines)
    return lines


def read_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that are not blank. Raises Rejected while iterating if there are too many lines or invalid ones."""
    if delimiter == SPACES:
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
                raise Rejected("csv_too_many_rows", got, f"at most {MAX_EXAMPLES} rows", why)
    except csv.Error as error:
        got = f"line {line}"
        raise Rejected("csv_wrong_columns", got, "rows of cells", f"Line {line} cannot be read: {error}.") from None


def _trimmed(cell: str) -> str:
    cell = cell.strip()
    return cell if cell.isascii() else _INVISIBLE.sub("", cell).strip()


def find_delimiter(text: str) -> str:
    """The delimiter: the character that makes rows alike and most cells numbers."""
    best, found = 0.0, ","
    for delimiter in _DELIMITERS:
        try:
            rows = [row.cells for row in islice(read_rows(text, delimiter), _SAMPLE)]
        except Rejected:
            continue
        rows = [cells for cells in rows if not _is_rule(delimiter.join(cells)) and not cells[0].startswith(_COMMENTS)]
        # names and labels contain spaces, too
        score = _alikeness(rows) * (_SPACES_WEIGHT if delimiter == SPACES else 1)
        if score > best + 1e-9:
            best, found = score, delimiter
    return found


def _alikeness(rows: Sequence[Sequence[str]]) -> float:
    """How much rows look like those of a table: 0 to 1.2."""
    width, times = _usual_width(rows)
    if width < 2:
        return 0.0
    cells = [cell for row in rows for cell in row if cell]
    return times / len(rows) * (0.2 + sum(map(is_one_number, cells)) / len(cells))


def _usual_width(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """The most frequent number of cells in a row, and the number of such rows."""
    return Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)


# --- lines that are not rows -------------------------------------------------------------------------------------


def _without_attributes(text: str, notes: list[str]) -> tuple[str, Sequence[str]]:
    """A text without the declarations of Weka (ARFF), and the names that they declare."""
    end = _ATTRIBUTES_END.search(text)
    if end is None:
        return text, ()
    names = [name.strip("\"'") for name in _ATTRIBUTE.findall(text[: end.start()])]
    notes.append("The names of the columns were taken from the lines with @attribute.")
    # lines keep their numbers; ARFF uses single quotes
    body = text[end.end() :].replace("'", '"')
    return "\n" * len(re.findall(r"\r\n|\r|\n", text[: end.end()])) + body, names


def _without_separator_line(text: str, notes: list[str]) -> tuple[str, str]:
    """A text without a first line such as `sep=;`, and the delimiter that it declares, or ""."""
    found = _SEPARATOR_LINE.match(text)
    if found is None:
        return text, ""
    delimiter = "\t" if found[1] == "\\t" else found[1]
    notes.append(f"The line {sanitize(found[0].strip())} names the separator and was skipped.")
    # lines keep their numbers
    return "\n" * found[0].count("\n") + text[found.end() :], delimiter


def _is_rule(text: str) -> bool:
    """Whether a line consists of dashes, like those below the header of formatted tables."""
    return _RULE.issuperset(text) and bool(_RULE_PART.search(text))


def _leave_out_rules(lines: Lines) -> None:
    rules = [row.line for row in lines.rows if _is_rule(lines.delimiter.join(row.cells))]
    if rules:
        lines.rows = [row for row in lines.rows if row.line not in set(rules)]
        lines.notes.append(skipped(rules, "dashes"))


def _leave_out_comments(lines: Lines, mark: str) -> None:
    """Leave out rows that are comments; the last one above the table may have its names.

    If most rows begin with the mark, it belongs to the first column.
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
    """A sentence on lines that were skipped."""
    return f"{len(lines):,} lines ({why}) were skipped." if len(lines) > 1 else f"Line {lines[0]} ({why}) was skipped."


def _names_in(lines: Lines, comment: Row, mark: str) -> Sequence[str]:
    """The names in a comment: one for each column, all different, and at least one known."""
    width, _ = _usual_width([row.cells for row in lines.rows])
    text = lines.delimiter.join(comment.cells)
    # NumPy writes any header it is given, such as names with commas above numbers with spaces
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
    """Leave out lines above the table with a single cell of text."""
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


# --- empty columns -----------------------------------------------------------------------------------------------


def _trim(lines: Lines) -> None:
    """Leave out empty columns at the edges, and empty cells beyond the last column."""
    usual, _ = _usual_width([row.cells for row in lines.rows])
    widths = [(len(row.cells), _filled(row.cells)) for row in lines.rows]
    width = max((filled for length, filled in widths if length <= usual), default=usual)
    lead = 0
    if not lines.names:
        empty = (next((index for index, cell in enumerate(row.cells) if cell), 0) for row in lines.rows)
        lead = min(empty)
    if lead or any(length > width >= filled for length, filled in widths):
        lines.rows = [
            Row(line, cells[lead:width] if _filled(cells) <= width <= len(cells) else cells[lead:])
            for line, cells in lines.rows
        ]


def _filled(cells: Sequence[str]) -> int:
    """The number of cells up to the last one that is not empty."""
    return next((index + 1 for index in range(len(cells) - 1, -1, -1) if cells[index]), 0)
