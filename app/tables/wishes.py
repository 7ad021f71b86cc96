"""What is asked of a table in the parameters of an address."""

from collections.abc import Mapping

from app.tables.report import ROLES, TableError, Wishes
from app.text import quoted, sanitize


class BadWish(Exception):  # noqa: N818 - it is the client's fault, not an error of this program
    """A parameter that makes no sense; `error` says which."""

    def __init__(self, got: str, allowed: str, why: str) -> None:
        super().__init__(why)
        self.error = TableError("csv_bad_parameter", None, None, sanitize(got), allowed, why)


def _column(text: str) -> int:
    """The number of a column; -1, which there is not, for what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


_FLAGS = {"true": True, "false": False}
_KINDS = {"classes": "classes", "values": "values"}


def read_wishes(parameters: Mapping[str, str]) -> Wishes:
    """What the parameters of an address ask for. Raises BadWish."""
    columns = {role: _column(parameters[role]) for role in ROLES if role in parameters}
    choices: dict[str, Mapping[str, object]] = {"header": _FLAGS, "scale": _FLAGS, "kind": _KINDS}
    for name, value in parameters.items():
        allowed = choices.get(name)
        if (allowed is None and name not in ROLES) or (allowed is not None and value not in allowed):
            words = " or ".join(allowed or ()) or f"one of {', '.join((*ROLES, *choices))}"
            raise BadWish(value, words, f"{sanitize(name)}: got {quoted(value)}; expected {words}.")
    return Wishes(
        columns or None,
        _FLAGS.get(parameters.get("header", "")),
        parameters.get("kind"),
        _FLAGS.get(parameters.get("scale", ""), False),
    )
