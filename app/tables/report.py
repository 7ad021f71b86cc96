"""What is asked of a table, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.text import sanitize
from engine.boundary import EXTENT
from engine.own_examples import OwnExamples, encode

ROLES = ("x1", "x2", "label", "split")
"""What a column can be for."""

MAX_ERRORS = 1000
"""Errors that are told; all are counted."""


class TableError(NamedTuple):
    """Why something is refused: the line of the text and the column, if it is about one, what came, what is allowed."""

    code: str
    row: int | None
    column: str | None
    got: str | None
    expected: str
    message: str


class Wishes(NamedTuple):
    """What is asked for where a table does not say it, or says it otherwise: None leaves it to the table.

    `columns` are roles with their columns, counted from 0; if any is given, no column is recognised by its name. `kind`
    is `classes` or `values`. `scale` brings coordinates to [-6, 6] and values to [-1, 1].
    """

    columns: Mapping[str, int] | None = None
    header: bool | None = None
    kind: str | None = None
    scale: bool = False


@dataclass(slots=True)
class Report:
    """What became of a table: the examples, or the errors for which nothing is taken; and what it was taken for.

    `refused` counts the errors, of which `errors` are the first. `range` is that of the numbers as they came. A table
    that is refused as a whole leaves as much in here as was known of it by then. `notes` are sentences on what is odd
    about it and what was done with that; `encoding` is `utf-8` or a kind of `utf-16`.
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
        """Count one more error; nothing of the table is taken."""
        self.own = None
        self.refused += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(error)

    @property
    def code(self) -> str | None:
        """The code of the examples; None if anything was refused."""
        return None if self.own is None else encode(self.own)

    @property
    def fits(self) -> bool:
        """Whether all points lie on the map as they came."""
        spans = [self.range.get(name) for name in ("x1", "x2")]
        return all(span is None or (span[0] >= -EXTENT and span[1] <= EXTENT) for span in spans)


class Refused(Exception):  # noqa: N818 - it never leaves this package
    """The table as a whole cannot be had."""

    def __init__(self, code: str, got: str, allowed: str, why: str) -> None:
        super().__init__(why)
        self.error = TableError(code, None, None, sanitize(got), allowed, why)
