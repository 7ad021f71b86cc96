"""From what a spreadsheet has written to examples."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from app.quoting import shown
from app.tables.cells import BadCell, read_label, read_number, read_part
from app.tables.columns import (
    MAX_COLUMNS,
    VALUES,
    check_width,
    chosen_roles,
    default_names,
    find_decimal,
    find_roles,
    has_header,
)
from app.tables.examples import Example, kind_of, of_classes, of_ordered, of_values, order_of, ranges, scaled
from app.tables.report import Refused, Report, TableError, Wishes
from app.tables.rows import MIN_ROWS, Row, decode, find_delimiter, read_rows
from engine.own_examples import MAX_EXAMPLES, OwnExamples

_PREVIEW_ROWS = 8


def read_table(data: bytes, wishes: Wishes | None = None) -> Report:
    """The examples in a table. Never raises: what is wrong with it is in the report."""
    report, wishes = Report(), wishes or Wishes()
    try:
        own = _take(_read_examples(_lay_out(decode(data), wishes, report), report), wishes, report)
    except Refused as refused:
        report.refuse(refused.error)
        return report
    if own is not None:
        report.range = ranges(own)
        report.own = scaled(own) if wishes.scale else own
    return report


def _lay_out(text: str, wishes: Wishes, report: Report) -> Sequence[Row]:
    """Find out what the table looks like. Gives the rows below its header; raises Refused."""
    report.delimiter = find_delimiter(text)
    # as many as are needed to see that there are too many
    rows = list(islice(read_rows(text, report.delimiter), MAX_EXAMPLES + 2))
    if not rows:
        why = "the table has no cell with text in it"
        raise Refused("csv_empty", "only separators", f"at least {MIN_ROWS} rows", why)
    first = rows[0].cells
    check_width(len(first))
    report.decimal = find_decimal(rows) if report.delimiter != "," else "."
    report.header = has_header(first, report.decimal) if wishes.header is None else wishes.header
    report.names = tuple(map(shown, first if report.header else default_names(len(first))))
    body = rows[1:] if report.header else rows
    report.preview = tuple(tuple(map(shown, row.cells[:MAX_COLUMNS])) for row in body[:_PREVIEW_ROWS])
    if wishes.columns:
        report.roles = chosen_roles(wishes.columns, len(first))
    else:
        report.roles = find_roles(first if report.header else (), len(first))
    if len(body) > MAX_EXAMPLES:
        got = f"more than {MAX_EXAMPLES} rows"
        raise Refused("csv_too_many_rows", got, f"at most {MAX_EXAMPLES} rows", f"the table has {got}")
    return body


_Read = Callable[[str, str], Any]

_READERS: Mapping[str, tuple[str, _Read]] = {
    "x1": ("x1", read_number),
    "x2": ("x2", read_number),
    "label": ("label", lambda cell, _: read_label(cell)),
    "split": ("part", lambda cell, _: read_part(cell)),
    "class": ("number", lambda cell, _: cell),
}
"""Which field of an example the cell of each role is, and how it is read, given what is decimal."""


def _read_examples(body: Sequence[Row], report: Report) -> list[Example]:
    """The rows that are in order. What is wrong with the others is in the report."""
    plan = [(report.roles[role], *reader) for role, reader in _READERS.items() if role in report.roles]
    examples = []
    for row in body:
        example = _read_example(row, plan, report)
        if isinstance(example, Example):
            examples.append(example)
        else:
            report.refuse(example)
    if not report.refused and len(examples) < MIN_ROWS:
        got = f"{len(examples)} rows"
        why = f"the table has {got}; there must be {MIN_ROWS} at least"
        raise Refused("csv_too_few_rows", got, f"at least {MIN_ROWS} rows", why)
    return examples


def _read_example(row: Row, plan: Iterable[tuple[int, str, _Read]], report: Report) -> Example | TableError:
    """The example in a row, or the first thing that is wrong with it."""
    line, cells = row
    if len(cells) != (width := len(report.names)):
        got, allowed = f"{len(cells)} cells", f"{width} cells"
        return TableError("csv_wrong_columns", line, None, got, allowed, f"line {line} has {got}, not {width}")
    fields = {}
    for place, name, read in plan:
        try:
            fields[name] = read(cells[place], report.decimal)
        except BadCell as bad:
            return _error(bad, line, report.names[place], cells[place])
    return Example(line, **fields)


def _error(bad: BadCell, line: int, column: str, cell: str) -> TableError:
    got = shown(cell)
    hint = f"; {bad.hint}" if bad.hint else ""
    why = f"line {line}, {column}: got {got or 'nothing'}; allowed is {bad.allowed}{hint}"
    return TableError(bad.code, line, column, got, bad.allowed, why)


def _take(examples: Sequence[Example], wishes: Wishes, report: Report) -> OwnExamples | None:
    """Examples of rows that are all in order; None, and in the report why, if some are not. Raises Refused."""
    if report.refused:
        return None
    column = report.names[report.roles["label"]]
    # along one axis alone there are no two places to be told apart
    has_values = (report.header and column.casefold() == VALUES) or "x2" not in report.roles
    kind = wishes.kind or kind_of(examples, report.decimal, has_values=has_values)
    if kind == "values":
        values = list(_values(examples, column, report))
        return of_values(examples, values) if len(values) == len(examples) else None
    order = {} if wishes.kind else order_of(examples)
    return of_ordered(examples, order) if order else of_classes(examples, report.decimal)


def _values(examples: Sequence[Example], column: str, report: Report) -> Iterator[float]:
    """The numbers that are labels. What is wrong with the others is in the report."""
    for example in examples:
        try:
            yield read_number(example.label, report.decimal)
        except BadCell as bad:
            report.refuse(_error(bad, example.line, column, example.label))
