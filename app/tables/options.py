"""How to import a table, from the parameters of a URL."""

from collections.abc import Mapping
from typing import NamedTuple

from app.tables.report import ROLES, TableError
from app.text import quoted, sanitize


class ImportOptions(NamedTuple):
    """How to import a table; None detects it from the table.

    `columns` are roles with the index of their column; if any is given, no column is recognized by its name. `kind` is
    `classes` or `values`. `scale` rescales coordinates to [-6, 6] and values to [-1, 1].
    """

    columns: Mapping[str, int] | None = None
    header: bool | None = None
    kind: str | None = None
    scale: bool = False


class BadOption(Exception):  # noqa: N818 - it is the client's fault, not an error of this program
    """An invalid parameter; `error` says which."""

    def __init__(self, got: str, allowed: str, why: str) -> None:
        super().__init__(why)
        self.error = TableError("csv_bad_parameter", None, None, sanitize(got), allowed, why)


def _column(text: str) -> int:
    """The index of a column; -1, which is no column, for invalid text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


_FLAGS = {"true": True, "false": False}
_KINDS = {"classes": "classes", "values": "values"}


def read_options(parameters: Mapping[str, str]) -> ImportOptions:
    """The options in the parameters of a URL. Raises BadOption."""
    columns = {role: _column(parameters[role]) for role in ROLES if role in parameters}
    choices: dict[str, Mapping[str, object]] = {"header": _FLAGS, "scale": _FLAGS, "kind": _KINDS}
    for name, value in parameters.items():
        allowed = choices.get(name)
        if (allowed is None and name not in ROLES) or (allowed is not None and value not in allowed):
            words = " or ".join(allowed or ()) or f"one of {', '.join((*ROLES, *choices))}"
            raise BadOption(value, words, f"{sanitize(name)}: got {quoted(value)}; expected {words}.")
    return ImportOptions(
        columns or None,
        _FLAGS.get(parameters.get("header", "")),
        parameters.get("kind"),
        _FLAGS.get(parameters.get("scale", ""), False),
    )
