"""Tables of examples as text: read from what spreadsheets write, and written so that they can read it.

Reading refuses a row rather than guess what it means, says of every refused one why, and then takes nothing at all.
"""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from engine import Trainer
from engine.own_examples import (
    LARGEST,
    MAX_CLASSES,
    MAX_EXAMPLES,
    MAX_LABEL,
    PARTS,
    OwnExamples,
    Vector,
    encode,
)

MAX_BYTES = 1024 * 1024
"""Bytes of a table that are read."""

MIN_ROWS = 2
MAX_COLUMNS = 64
MAX_ERRORS = 1000
"""Errors that are told; all are counted."""

ROLES = ("x1", "x2", "label", "split")
EXTENT = 6.0
"""What coordinates are scaled to, either way."""

_MAX_LINES = 4 * MAX_EXAMPLES
"""Lines that are looked at, blank ones and those within quotes included."""

_PREVIEW_ROWS = 8
_SAMPLE = 20
_MAX_GOT = 64
_DELIMITERS = (";", "\t", ",")
_NAMES = {
    "x1": ("x1", "x_1", "x"),
    "x2": ("x2", "x_2", "y"),
    "label": ("label", "class", "target", "value", "category", "y", "z"),
    "split": ("split", "part", "set", "subset", "fold"),
}
"""The names by which columns are recognised, in any case; each counts for the first role that still wants one."""

_VALUES = "value"
"""A column of this name holds values, however few different ones there are."""

_PART_NAMES = {
    "": "",
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class TableError(NamedTuple):
    """Why something is refused: the line of the text and the column, if it is about one, what came, what is allowed."""

    code: str
    row: int | None
    column: str | None
    got: str | None
    allowed: str
    message: str


@dataclass(slots=True)
class Report:
    """What became of a table: the examples, or the errors for which nothing is taken; and what it was taken for.

    `refused` counts the errors, of which `errors` are the first. `range` is that of the numbers as they came.
    """

    own: OwnExamples | None = None
    errors: list[TableError] = field(default_factory=list)
    refused: int = 0
    names: tuple[str, ...] = ()
    roles: Mapping[str, int] = field(default_factory=dict)
    header: bool = False
    delimiter: str = ","
    decimal: str = "."
    range: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    preview: tuple[tuple[str, ...], ...] = ()

    @property
    def code(self) -> str | None:
        """The code of the examples; None if anything was refused."""
        return None if self.own is None else encode(self.own)

    @property
    def fits(self) -> bool:
        """Whether all points lie on the map as they came."""
        spans = [self.range.get(name) for name in ("x1", "x2")]
        return all(span is None or (span[0] >= -EXTENT and span[1] <= EXTENT) for span in spans)


class Wishes(NamedTuple):
    """What is asked for where a table does not say it, or says it otherwise: None leaves it to the table.

    `columns` are roles with their columns, counted from 0; if any is given, no column is recognised by its name. `kind`
    is `classes` or `values`. `scale` brings coordinates to [-6, 6] and values to [-1, 1].
    """

    columns: Mapping[str, int] | None = None
    header: bool | None = None
    kind: str | None = None
    scale: bool = False


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """The table as a whole cannot be had."""

    def __init__(self, error: TableError) -> None:
        super().__init__(error.message)
        self.error = error


def read_table(data: bytes, wishes: Wishes | None = None) -> Report:
    """The examples in a table. Never raises: what is wrong with it is in the report."""
    report = Report()
    try:
        _read(_decoded(data), wishes or Wishes(), report)
    except _Refused as refused:
        _refuse(report, refused.error)
    return report


def _refuse(report: Report, error: TableError) -> None:
    report.own = None
    report.refused += 1
    if len(report.errors) < MAX_ERRORS:
        report.errors.append(error)


def _whole(code: str, got: object, allowed: str, why: str) -> _Refused:
    """A refusal of the whole table."""
    return _Refused(TableError(code, None, None, _shown(str(got)), allowed, why))


def _shown(text: str) -> str:
    """What came, as it may be shown: at most 64 characters, none that cannot be seen."""
    short = text if len(text) <= _MAX_GOT else text[: _MAX_GOT - 1] + "…"
    return "".join(character if character.isprintable() else "\ufffd" for character in short)


# --- rows ---------------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        why = f"the table has {len(data)} bytes; at most {MAX_BYTES} are read"
        raise _whole("csv_too_large", f"{len(data)} bytes", f"at most {MAX_BYTES} bytes", why)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = data[error.start : error.start + 8].hex(" ")
        why = f"the table is not text in UTF-8, from byte {error.start} on; save it as UTF-8"
        raise _whole("csv_encoding", got, "text in UTF-8", why) from None
    if found := _CONTROL.search(text):
        why = f"the table holds the character {ord(found[0])}, which no text has; save it as text in UTF-8"
        raise _whole("csv_encoding", f"character {ord(found[0])}", "text in UTF-8", why)
    if not text.strip():
        raise _whole("csv_empty", "nothing", f"at least {MIN_ROWS} rows", "the table is empty")
    return text


def _rows(text: str, delimiter: str) -> Iterator[_Row]:
    """The rows that are not blank, with the lines on which they begin."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield _Row(line, stripped)
            line = reader.line_num + 1
            if line > _MAX_LINES:
                why = f"the table has more than {_MAX_LINES} lines"
                raise _whole("csv_too_many_rows", f"more than {_MAX_LINES} lines", f"at most {MAX_EXAMPLES} rows", why)
    except csv.Error as error:
        raise _whole(
            "csv_wrong_columns", f"line {line}", "rows of cells", f"line {line} cannot be read: {error}"
        ) from None


def _find_delimiter(text: str) -> str:
    """The character between cells: the one that makes the first rows alike, and of these the one with more numbers."""
    best, found = (0.0, 0.0), ","
    for delimiter in _DELIMITERS:
        rows = []
        try:
            for row in _rows(text, delimiter):
                rows.append(row.cells)
                if len(rows) == _SAMPLE:
                    break
        except _Refused:
            continue
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        alike = sum(len(cells) == width for cells in rows) / len(rows)
        numbers = sum(_is_number(cell.replace(",", ".")) for cells in rows for cell in cells[:2]) / len(rows)
        if (alike, numbers) > best:
            best, found = (alike, numbers), delimiter
    return found


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text))


# --- columns ------------------------------------------------------------------------------------------------------


def _read(text: str, wishes: Wishes, report: Report) -> None:
    report.delimiter = _find_delimiter(text)
    rows = _bounded(_rows(text, report.delimiter))
    if not rows:
        raise _whole(
            "csv_empty", "only separators", f"at least {MIN_ROWS} rows", "the table has no cell with text in it"
        )
    first = rows[0].cells
    _check_width(first)
    report.decimal = _find_decimal(rows) if report.delimiter != "," else "."
    report.header = _has_header(first, report.decimal) if wishes.header is None else wishes.header
    names = first if report.header else [f"column {place + 1}" for place in range(len(first))]
    report.names = tuple(_shown(name) for name in names)
    body = rows[1:] if report.header else rows
    report.preview = tuple(tuple(map(_shown, cells[:MAX_COLUMNS])) for _, cells in body[:_PREVIEW_ROWS])
    report.roles = _find_roles(first if report.header else None, len(first), wishes)
    if len(body) > MAX_EXAMPLES:
        why = f"the table has more than {MAX_EXAMPLES} rows"
        raise _whole("csv_too_many_rows", f"more than {MAX_EXAMPLES} rows", f"at most {MAX_EXAMPLES} rows", why)
    _read_rows(body, wishes, report)


def _bounded(rows: Iterator[_Row]) -> list[_Row]:
    """As many rows as are needed to see that there are too many."""
    return [row for row, _ in zip(rows, range(MAX_EXAMPLES + 2), strict=False)]


def _check_width(first: Sequence[str]) -> None:
    if not 2 <= len(first) <= MAX_COLUMNS:
        got = f"{len(first)} column{'s' if len(first) > 1 else ''}"
        why = f"the table has {got}; there must be 2 to {MAX_COLUMNS}, with commas, semicolons or tabs between them"
        raise _whole("csv_wrong_columns", got, f"2 to {MAX_COLUMNS} columns", why)


def _find_decimal(rows: Sequence[_Row]) -> str:
    """A comma, if numbers have commas in them and none has a point."""
    cells = [cell for _, cells in rows for cell in cells if "," in cell or "." in cell]
    has_comma = any("," in cell and _NUMBER.fullmatch(cell.replace(",", ".", 1)) for cell in cells)
    has_point = any("." in cell and _NUMBER.fullmatch(cell) for cell in cells)
    return "," if has_comma and not has_point else "."


def _has_header(first: Sequence[str], decimal: str) -> bool:
    return not any(_is_number(cell.replace(decimal, ".")) for cell in first)


def _find_roles(header: Sequence[str] | None, width: int, wishes: Wishes) -> dict[str, int]:
    """Which column is what."""
    if wishes.columns:
        return _chosen_roles(wishes.columns, width)
    names = [name.casefold() for name in header or ()]
    twice = [name for name, times in Counter(filter(None, names)).items() if times > 1]
    if twice:
        why = f"two columns are called {_shown(twice[0])}; choose which are meant, or give them names of their own"
        raise _whole("csv_duplicate_header", twice[0], "every name once", why)
    roles: dict[str, int] = {}
    for role in ROLES:
        place = next((names.index(name) for name in _NAMES[role] if name in names), None)
        if place is not None and place not in roles.values():
            roles[role] = place
    if "label" in roles and "class" in names and names.index("class") not in roles.values():
        roles["class"] = names.index("class")
    if "x2" in roles and "label" not in roles and width == 2:
        # of two columns, the second is what is to be learned
        roles["label"] = roles.pop("x2")
    wanted = [role for role in ROLES[: min(width, 3)] if role not in roles] if width != 2 else []
    if width == 2:
        wanted = [role for role in ("x1", "label") if role not in roles]
    left = [place for place in range(width) if place not in roles.values()]
    if not header and width == 4:
        wanted.append("split")
    if wanted and len(wanted) != len(left):
        told = ", ".join(_shown(name) for name in header or [f"column {place + 1}" for place in range(width)])
        why = f"it is not clear which columns hold {' and '.join(wanted)}; choose among {_shown(told)}"
        raise _whole("csv_unknown_columns", told, "columns x1, x2, label, and split if there is one", why)
    return roles | dict(zip(wanted, left, strict=False))


def _chosen_roles(columns: Mapping[str, int], width: int) -> dict[str, int]:
    roles = {role: columns[role] for role in ROLES if role in columns}
    is_there = all(0 <= place < width for place in roles.values())
    if not is_there or len(set(roles.values())) < len(roles) or not {"x1", "label"} <= set(roles):
        got = ", ".join(f"{role}={place}" for role, place in roles.items())
        allowed = f"different columns from 0 to {width - 1}, of which x1 and label must be named"
        raise _whole("csv_bad_parameter", got, allowed, f"the columns cannot be {got}; allowed are {allowed}")
    return roles


# --- cells --------------------------------------------------------------------------------------------------------


def _read_rows(body: Sequence[_Row], wishes: Wishes, report: Report) -> None:
    roles, width = report.roles, len(report.names)
    points: list[tuple[float, float]] = []
    labels: list[_Row] = []
    numbers_of: dict[str, set[str]] = {}
    parts: list[int] = []
    for row in body:
        error = _wrong_width(row, width)
        numbers: list[float] = []
        for role in ("x1", "x2"):
            if error is None and role in roles:
                value = _number(row, roles[role], report)
                error, numbers = (value, numbers) if isinstance(value, TableError) else (None, [*numbers, value])
        if error is None:
            error = _wrong_label(row, report) or _wrong_part(row, report)
        if error is not None:
            _refuse(report, error)
            continue
        points.append((numbers[0], numbers[1] if len(numbers) > 1 else 0.0))
        label = _label(row.cells[roles["label"]])
        labels.append(_Row(row.line, [label]))
        if "class" in roles:
            numbers_of.setdefault(label, set()).add(row.cells[roles["class"]])
        parts.append(PARTS.index(_part(row, roles)))
    if report.refused:
        return
    if len(points) < MIN_ROWS:
        why = f"the table has {len(points)} rows; there must be {MIN_ROWS} at least"
        raise _whole("csv_too_few_rows", f"{len(points)} rows", f"at least {MIN_ROWS} rows", why)
    _take(np.array(points), labels, np.array(parts, np.uint8), _order(numbers_of), wishes, report)


def _order(numbers_of: Mapping[str, set[str]]) -> dict[str, int]:
    """The number of each label, if a column of the table tells a number of its own for every one; else nothing."""
    known = {str(number): number for number in range(MAX_CLASSES)}
    told = {label: known.get(next(iter(numbers)), -1) for label, numbers in numbers_of.items() if len(numbers) == 1}
    is_order = len(told) == len(numbers_of) == len(set(told.values())) and -1 not in told.values()
    return told if is_order else {}


def _wrong_width(row: _Row, width: int) -> TableError | None:
    if len(row.cells) == width:
        return None
    got = f"{len(row.cells)} cells"
    return TableError(
        "csv_wrong_columns", row.line, None, got, f"{width} cells", f"line {row.line} has {got}, not {width}"
    )


def _fault(code: str, row: _Row, place: int, report: Report, allowed: str, hint: str = "") -> TableError:
    column, got = report.names[place], _shown(row.cells[place])
    hint = f"; {hint}" if hint else ""
    message = f"line {row.line}, {column}: got {got or 'nothing'}; allowed is {allowed}{hint}"
    return TableError(code, row.line, column, got, allowed, message)


_RANGE = f"a number from {-LARGEST:g} to {LARGEST:g}"


def _number(row: _Row, place: int, report: Report) -> float | TableError:
    cell = row.cells[place]
    text = cell.replace(",", ".", 1) if report.decimal == "," else cell
    if not text:
        return _fault("csv_missing_value", row, place, report, _RANGE)
    if not _NUMBER.fullmatch(text):
        if _NOT_FINITE.fullmatch(text):
            return _fault("csv_not_finite", row, place, report, _RANGE)
        hint = "the minus sign must be a hyphen, -" if "\u2212" in text else ""
        return _fault("csv_not_a_number", row, place, report, _RANGE, hint)
    value = float(text) + 0.0
    if not math.isfinite(value):
        return _fault("csv_not_finite", row, place, report, _RANGE)
    return value if abs(value) <= LARGEST else _fault("csv_range", row, place, report, _RANGE)


@lru_cache(maxsize=1024)
def _label(cell: str) -> str:
    """The label in a cell, without what was put before it so that no spreadsheet takes it for a formula."""
    if _ESCAPED.match(cell):
        cell = cell[1:]
    return "".join(character for character in cell if character.isprintable()).strip()


def _wrong_label(row: _Row, report: Report) -> TableError | None:
    place = report.roles["label"]
    label = _label(row.cells[place])
    if len(label) <= MAX_LABEL and label:
        return None
    if not label:
        return _fault("csv_missing_value", row, place, report, "a label or a value")
    return _fault("csv_bad_label", row, place, report, f"at most {MAX_LABEL} characters")


def _part(row: _Row, roles: Mapping[str, int]) -> str:
    return _PART_NAMES[row.cells[roles["split"]].casefold()] if "split" in roles else ""


def _wrong_part(row: _Row, report: Report) -> TableError | None:
    place = report.roles.get("split")
    if place is None or row.cells[place].casefold() in _PART_NAMES:
        return None
    return _fault("csv_unknown_part", row, place, report, "train, test, validation, or nothing")


# --- labels, classes, values --------------------------------------------------------------------------------------


def _take(
    points: Vector, labels: Sequence[_Row], parts: Any, order: Mapping[str, int], wishes: Wishes, report: Report
) -> None:
    """Make examples of rows that are all in order, or say why not."""
    different = {row.cells[0] for row in labels}
    plain = {text: text.replace(",", ".", 1) if report.decimal == "," else text for text in different}
    is_numeric = all(_NUMBER.fullmatch(text) for text in plain.values())
    is_named = report.header and report.names[report.roles["label"]].casefold() == _VALUES
    # along one axis alone there are no two places to be told apart
    is_named = is_named or "x2" not in report.roles
    kind = wishes.kind or ("values" if is_numeric and (is_named or len(different) > MAX_CLASSES) else "classes")
    if kind == "classes" and order and not wishes.kind:
        report.own = _of_ordered(points, labels, parts, order)
    elif kind == "values":
        report.own = _of_values(points, labels, parts, report)
    else:
        report.own = _of_classes(points, labels, parts, plain if is_numeric else {})
    own = report.own
    if own is not None:
        columns = {"x1": points[:, 0], "x2": points[:, 1], "label": None if own.classes else own.targets}
        report.range = {name: _span(values) for name, values in columns.items()}
        if wishes.scale:
            report.own = _scaled(own)


def _of_values(points: Vector, labels: Sequence[_Row], parts: Any, report: Report) -> OwnExamples | None:
    place = report.roles["label"]
    values: list[float] = []
    for row in labels:
        cells = [""] * place + row.cells
        value = _number(_Row(row.line, cells), place, report)
        if isinstance(value, TableError):
            _refuse(report, value)
        else:
            values.append(value)
    return None if report.refused else OwnExamples(points, np.array(values), parts, 0)


def _of_classes(points: Vector, labels: Sequence[_Row], parts: Any, numbers: Mapping[str, str]) -> OwnExamples:
    """Examples of classes: in the order of their numbers, if they are all `numbers`, else of the alphabet."""
    different = {row.cells[0] for row in labels}
    order = sorted(different, key=lambda text: (float(numbers[text]) if numbers else 0.0, text))
    if len(order) > MAX_CLASSES:
        why = f"there are {len(order)} different labels; at most {MAX_CLASSES} can be classes"
        raise _whole("csv_too_many_classes", f"{len(order)} labels", f"at most {MAX_CLASSES} different labels", why)
    names: tuple[str, ...] = tuple(order)
    if different <= {"-1", "1"}:
        # what two classes without names are called
        order, names = ["-1", "1"], ()
    elif len(order) == 1:
        names = (*names, "")
    number = {text: place for place, text in enumerate(order)}
    targets = np.array([number[row.cells[0]] for row in labels], np.float64)
    return OwnExamples(points, targets, parts, max(2, len(order)), names)


def _of_ordered(points: Vector, labels: Sequence[_Row], parts: Any, order: Mapping[str, int]) -> OwnExamples:
    """Examples of classes whose numbers are known; of a class without examples nobody knows the name."""
    classes = max(2, max(order.values()) + 1)
    names = [""] * classes
    for label, number in order.items():
        names[number] = "" if label == str(number) else label
    targets = np.array([order[row.cells[0]] for row in labels], np.float64)
    return OwnExamples(points, targets, parts, classes, tuple(names) if any(names) else ())


def _span(values: Vector | None) -> tuple[float, float] | None:
    return None if values is None else (float(values.min()), float(values.max()))


def _scaled(own: OwnExamples) -> OwnExamples:
    """The examples on the whole map, and their values on the scale of the drawn ones, in few decimals."""
    points = np.column_stack([_stretched(column, EXTENT, 2) for column in own.points.T])
    targets = own.targets if own.classes else _stretched(own.targets, 1.0, 4)
    return OwnExamples(points, targets, own.parts, own.classes, own.labels)


def _stretched(values: Vector, reach: float, decimals: int) -> Vector:
    low, high = values.min(), values.max()
    if low == high:
        return np.zeros(len(values))
    return np.asarray(np.round((values - low) / (high - low) * 2 * reach - reach, decimals) + 0.0, np.float64)


# --- writing ------------------------------------------------------------------------------------------------------


def write_table(trainer: Trainer) -> str:
    """The present examples as a table, exact, in the order in which they are used: training, validation, test.

    Where names do not tell the order of the classes, their numbers stand in one more column.
    """
    own = trainer.config.own
    classes = trainer.config.classes
    labels = own.labels if own is not None else ()
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    is_numbered = classes > 2 or any(labels)
    head = ["x", "y", "label" if classes else _VALUES, "split"]
    writer.writerow([*head, "class"] if is_numbered else head)
    parts = [("train", trainer.train_size), ("validation", trainer.validation_size), ("test", trainer.test_size)]
    names = [name for name, size in parts for _ in range(size)]
    write = _label_writer(classes, labels)
    for (x, y), target, name in zip(trainer.inputs.tolist(), trainer.targets.tolist(), names, strict=True):
        row = [repr(x), repr(y), write(target), name]
        writer.writerow([*row, _number_of(target, classes)] if is_numbered else row)
    return output.getvalue()


def _label_writer(classes: int, labels: Sequence[str]) -> Callable[[float], str]:
    """How a target is written: a value, the name of its class, or if it has none, its number."""

    def write(target: float) -> str:
        if not classes:
            return repr(target)
        number = _number_of(target, classes)
        name = labels[number] if number < len(labels) else ""
        return _unspoilt(name) if name else str(number if any(labels) else int(target))

    return write


def _number_of(target: float, classes: int) -> int:
    """The number of a class, from 0, of its target."""
    return int(target > 0) if classes == 2 else int(target)


def _unspoilt(label: str) -> str:
    """A label that no spreadsheet takes for a formula."""
    return f"'{label}" if _FORMULA.match(label) and not _NUMBER.fullmatch(label) else label
