"""The result of importing a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.text import sanitize
from engine.boundary import EXTENT
from engine.own_examples import OwnExamples, encode

ROLES = ("x1", "x2", "label", "split")
"""What a column can be used as."""

MAX_ERRORS = 1000
"""Maximum number of errors in a report; all are counted."""


class TableError(NamedTuple):
    """Why something was rejected: the line, the column if it is about one, the value, and what is expected."""

    code: str
    row: int | None
    column: str | None
    got: str | None
    expected: str
    message: str


@dataclass(slots=True)
class Report:
    """The result of importing a table: the examples, or the errors, and how the table was understood.

    `refused` counts the errors, of which `errors` are the first. `range` is that of the numbers before scaling. After a
    table was rejected as a whole, the report has what was known until then. `notes` are sentences on anything unusual
    and how it was handled; `encoding` is `utf-8` or a variant of `utf-16`.
    """

    own: OwnExamples | None = None
    errors: list[TableError] = field(default_factory=list)
    refused: int = 0
    names: tuple[str, ...] = ()
    roles: Mapping[str, int] = field(default_factory=dict)
    header: bool = False
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    notes: list[str] = field(default_factory=list)
    range: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    preview: tuple[tuple[str, ...], ...] = ()

    def refuse(self, error: TableError) -> None:
        """Add an error; nothing of the table is imported."""
        self.own = None
        self.refused += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(error)

    @property
    def code(self) -> str | None:
        """The code of the examples; None if anything was rejected."""
        return None if self.own is None else encode(self.own)

    @property
    def fits(self) -> bool:
        """Whether all points are on the map without scaling."""
        spans = [self.range.get(name) for name in ("x1", "x2")]
        return all(span is None or (span[0] >= -EXTENT and span[1] <= EXTENT) for span in spans)


class Rejected(Exception):  # noqa: N818 - it never leaves this package
    """The table as a whole cannot be imported."""

    def __init__(self, code: str, got: str, allowed: str, why: str) -> None:
        super().__init__(why)
        self.error = TableError(code, None, None, sanitize(got), allowed, why)
