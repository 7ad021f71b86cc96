"""From a table, written by a spreadsheet, a program or a person, to examples."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.tables.cells import BadCell, read_label, read_number, read_part
from app.tables.encoding import MIN_ROWS, decode
from app.tables.examples import Example, kind_of, of_classes, of_ordered, of_values, order_of, ranges, scaled
from app.tables.headers import are_units
from app.tables.labels import MISSING, Labels, join
from app.tables.numbers import Marks, find_marks, looks_like_number
from app.tables.options import ImportOptions
from app.tables.profiles import Profile, has_header, profile
from app.tables.report import Rejected, Report, TableError
from app.tables.roles import MAX_COLUMNS, check_names, check_width, chosen_roles, default_names, find_roles
from app.tables.rows import Lines, Row, read_lines, skipped
from app.text import quoted, sanitize
from engine.own_examples import MAX_EXAMPLES, OwnExamples

_PREVIEW_ROWS = 8


def read_table(data: bytes, options: ImportOptions | None = None) -> Report:
    r"""The examples in a table, or why it was rejected. Never raises.

    >>> report = read_table(b"x,y,label\n1,2,cat\n-1,0.5,dog\n")
    >>> report.roles, report.own.labels
    ({'label': 2, 'x1': 0, 'x2': 1}, ('cat', 'dog'))
    """
    report, options = Report(), options or ImportOptions()
    try:
        text, report.encoding = decode(data)
        if report.encoding != "utf-8":
            report.notes.append(f"The file is in {report.encoding[:6].upper()} and was read as such.")
        own = _Parser(read_lines(text), options, report).examples()
    except Rejected as rejected:
        report.refuse(rejected.error)
        return report
    if own is not None:
        report.range = ranges(own)
        report.own = scaled(own) if options.scale else own
    return report


_Read = Callable[[str, Marks], Any]

_READERS: Mapping[str, tuple[str, _Read]] = {
    "x1": ("x1", read_number),
    "x2": ("x2", read_number),
    "label": ("label", lambda cell, _: read_label(cell)),
    "split": ("part", lambda cell, _: read_part(cell)),
    "class": ("number", lambda cell, _: cell),
}
"""For each role, the field of an example that its cell fills, and how it is read, given how numbers are written."""


class _Parser:
    """Parses one table. `header` are the names of its columns, if it has any."""

    def __init__(self, lines: Lines, options: ImportOptions, report: Report) -> None:
        """Find the header, the marks of numbers and the body. Raises Rejected."""
        self.options, self.report = options, report
        report.delimiter = lines.delimiter
        report.notes += lines.notes
        cells = (cell for row in lines.rows for cell in row.cells)
        self.marks = find_marks(cells, lines.delimiter)
        report.decimal = self.marks.decimal
        self._note_marks()
        self.header, self.body = self._split(lines)
        self.width = len(self.header or lines.rows[0].cells)
        check_width(self.width)
        report.header = bool(self.header)
        self._leave_out_units()
        report.names = tuple(map(sanitize, self.header or default_names(self.width)))
        report.preview = tuple(tuple(map(sanitize, row.cells[:MAX_COLUMNS])) for row in self.body[:_PREVIEW_ROWS])

    def _note_marks(self) -> None:
        if grouped := self.marks.grouped:
            self.report.notes.append(f"Thousands separators were removed, as in {quoted(grouped)}.")
        if either := self.marks.either:
            self.report.notes.append(f"Commas were read as decimal commas, as in {quoted(either)}.")

    def _split(self, lines: Lines) -> tuple[Sequence[str], Sequence[Row]]:
        """The names of the columns and the rows below them."""
        if lines.names and self.options.header is not False:
            return lines.names, lines.rows
        rest = lines.rows[1:]
        first = _with_corner(lines.rows[0].cells, rest)
        check_width(len(first))
        if lines.comment is not None and self.options.header is not False:
            return self._split_by_comment(lines.comment, first, rest, lines.rows)
        is_header = self._is_header(first, rest) if self.options.header is None else self.options.header
        return (first, rest) if is_header else ((), lines.rows)

    def _split_by_comment(
        self, comment: Row, first: Sequence[str], rest: Sequence[Row], rows: Sequence[Row]
    ) -> tuple[Sequence[str], Sequence[Row]]:
        """The same with the names in a comment above the table, unless the first row has them."""
        if self._is_header(first, rest):
            self.report.notes.append(skipped([comment.line], "a comment"))
            return first, rest
        self.report.notes.append(f"The names of the columns were taken from line {comment.line}, a comment.")
        return comment.cells, rows

    def _is_header(self, first: Sequence[str], rest: Sequence[Row]) -> bool:
        if not any(map(looks_like_number, first)):
            return True
        rows = [row.cells for row in rest if len(row.cells) == len(first)]
        if not rows:
            return False
        columns = list(zip(*rows, strict=True))
        is_header = has_header(first, [profile(cells, self.marks) for cells in columns], columns)
        if is_header:
            names = ", ".join(sanitize(cell) or "–" for cell in first[:5]) + (", …" if len(first) > 5 else "")
            self.report.notes.append(f"The first row ({names}) was read as names of the columns.")
        return is_header

    def _leave_out_units(self) -> None:
        if self.header and len(self.body) > 1 and are_units(self.body[0].cells, self.body[1].cells):
            row, self.body = self.body[0], self.body[1:]
            units = ", ".join(sanitize(cell) for cell in row.cells if cell)
            self.report.notes.append(f"Line {row.line} ({units}) names units and was skipped.")

    def examples(self) -> OwnExamples | None:
        """The examples; None if there are invalid rows, which are then in the report. Raises Rejected."""
        self._find_roles()
        if len(self.body) > MAX_EXAMPLES:
            got = f"more than {MAX_EXAMPLES:,} rows"
            raise Rejected("csv_too_many_rows", got, f"at most {MAX_EXAMPLES} rows", f"The table has {got}.")
        examples = self._read_examples()
        return None if self.report.refused else self._labeled(examples)

    def _find_roles(self) -> None:
        if self.options.columns:
            self.report.roles = chosen_roles(self.options.columns, self.width)
            return
        rows = [row.cells for row in self.body if len(row.cells) == self.width]
        columns = list(zip(*rows, strict=True)) or [()] * self.width
        profiles = [profile(cells, self.marks) for cells in columns]
        found = find_roles(self.header, profiles if rows else [Profile(filled=1, share=1.0)] * self.width)
        self.report.roles = found.indices
        self.report.notes += found.notes
        check_names(self.header)
        if found.question and rows:
            names = ", ".join(map(sanitize, self.header or default_names(self.width)))
            allowed = "columns x1, x2, label, and split if there is one"
            raise Rejected("csv_unknown_columns", names, allowed, found.question)

    def _read_examples(self) -> list[Example]:
        """The valid rows. The errors of the others go into the report."""
        roles = self.report.roles
        plan = [(roles[role], *reader) for role, reader in _READERS.items() if role in roles]
        examples = []
        for row in self.body:
            example = self._read_example(row, plan)
            if isinstance(example, Example):
                examples.append(example)
            else:
                self.report.refuse(example)
        if not self.report.refused and len(examples) < MIN_ROWS:
            got = f"{len(examples)} row{'' if len(examples) == 1 else 's'} of data"
            why = f"The table has {got}; expected at least {MIN_ROWS}."
            raise Rejected("csv_too_few_rows", got, f"at least {MIN_ROWS} rows", why)
        return examples

    def _read_example(self, row: Row, plan: Iterable[tuple[int, str, _Read]]) -> Example | TableError:
        """The example in a row, or its first error."""
        line, cells = row
        if len(cells) != self.width:
            got, allowed = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}", f"{self.width} cells"
            why = f"Line {line} has {got}; expected {self.width}."
            return TableError("csv_wrong_columns", line, None, got, allowed, why)
        fields = {}
        for index, name, read in plan:
            try:
                fields[name] = read(cells[index], self.marks)
            except BadCell as bad:
                return self._error(bad, line, index, cells[index])
        return Example(line, **fields)

    def _error(self, bad: BadCell, line: int, index: int, cell: str) -> TableError:
        column = self.report.names[index]
        where = f"Line {line}, column {column}" if self.header and column else f"Line {line}, column {index + 1}"
        what = f"{quoted(cell)} {bad.wrong}." if cell else "the value is missing."
        why = f"{where}: {what}{bad.hint and f' {bad.hint}'}"
        return TableError(bad.code, line, column, sanitize(cell), bad.allowed, why)

    def _labeled(self, examples: Sequence[Example]) -> OwnExamples | None:
        """Examples of classes or values; None if some of these are invalid. Raises Rejected."""
        index = self.report.roles["label"]
        labels = [example.label for example in examples]
        named = join(labels, self.marks)
        order = {} if self.options.kind else order_of(examples)
        if order:
            return of_ordered(examples, order)
        column = self.header[index] if self.header else ""
        kind = self.options.kind or kind_of(labels, named, column, is_plane="x2" in self.report.roles)
        if kind == "values":
            values = list(self._values(examples, index))
            return of_values(examples, values) if len(values) == len(examples) else None
        self._check_missing(examples, named, index)
        if self.report.refused:
            return None
        self.report.notes += named.notes
        return of_classes(examples, named)

    def _values(self, examples: Sequence[Example], index: int) -> Iterator[float]:
        """The labels as numbers. The errors of the others go into the report."""
        for example in examples:
            try:
                yield read_number(example.label, self.marks)
            except BadCell as bad:
                self.report.refuse(self._error(bad, example.line, index, example.label))

    def _check_missing(self, examples: Sequence[Example], named: Labels, index: int) -> None:
        """Reject what programs write for a missing number, if all other labels are numbers."""
        texts = {label for label in named.names if not looks_like_number(label) or label.casefold() in MISSING}
        if not texts or len(texts) == len(named.names) or not all(text.casefold() in MISSING for text in texts):
            return
        for example in examples:
            if example.label in texts:
                bad = BadCell("csv_missing_value", "means a missing label", "a label or a value")
                self.report.refuse(self._error(bad, example.line, index, example.label))


def _with_corner(first: Sequence[str], rest: Sequence[Row]) -> Sequence[str]:
    """A first row of names with the one that R omits, above the names of the rows."""
    is_short = rest and all(len(row.cells) == len(first) + 1 for row in rest[:20])
    names = {row.cells[0] for row in rest} if is_short else set()
    if is_short and len(names) == len(rest) and not any(map(looks_like_number, first)):
        return ("", *first)
    return first
