"""The columns of a table: how many there are, what each is called and is for, and how its numbers are written."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.quoting import shown
from app.tables.cells import NUMBER, is_number
from app.tables.report import ROLES, Refused
from app.tables.rows import Row

MAX_COLUMNS = 64

VALUES = "value"
"""A column of this name holds values, however few different ones there are."""

_NAMES = {
    "x1": ("x1", "x_1", "x"),
    "x2": ("x2", "x_2", "y"),
    "label": ("label", "class", "target", VALUES, "category", "y", "z"),
    "split": ("split", "part", "set", "subset", "fold"),
}
"""The names by which columns are recognised, in any case; each counts for the first role that still wants one."""


def check_width(width: int) -> None:
    """Raise Refused where there are too few columns or too many."""
    if not 2 <= width <= MAX_COLUMNS:
        got = f"{width} column{'s' if width > 1 else ''}"
        why = f"the table has {got}; there must be 2 to {MAX_COLUMNS}, with commas, semicolons or tabs between them"
        raise Refused("csv_wrong_columns", got, f"2 to {MAX_COLUMNS} columns", why)


def find_decimal(rows: Sequence[Row]) -> str:
    """What stands in numbers: a comma, if numbers have commas in them and none has a point."""
    cells = [cell for _, cells in rows for cell in cells if "," in cell or "." in cell]
    has_comma = any("," in cell and NUMBER.fullmatch(cell.replace(",", ".", 1)) for cell in cells)
    has_point = any("." in cell and NUMBER.fullmatch(cell) for cell in cells)
    return "," if has_comma and not has_point else "."


def has_header(first: Sequence[str], decimal: str) -> bool:
    """Whether the first row has names: no number is one."""
    return not any(is_number(cell.replace(decimal, ".")) for cell in first)


def find_roles(header: Sequence[str], width: int) -> dict[str, int]:
    """Which column is what, by names (none without a header) and by their order; raises Refused if it is not clear.

    Beside the `ROLES` there may be a `class`: the numbers of the classes that the labels name.
    """
    roles = _named_roles([name.casefold() for name in header])
    if "x2" in roles and "label" not in roles and width == 2:
        # of two columns, the second is what is to be learned
        roles["label"] = roles.pop("x2")
    wanted = [role for role in (("x1", "label") if width == 2 else ROLES[:3]) if role not in roles]
    left = [place for place in range(width) if place not in roles.values()]
    if not header and width == 4:
        wanted.append("split")
    if wanted and len(wanted) != len(left):
        told = ", ".join(map(shown, header or default_names(width)))
        why = f"it is not clear which columns hold {' and '.join(wanted)}; choose among {shown(told)}"
        raise Refused("csv_unknown_columns", told, "columns x1, x2, label, and split if there is one", why)
    return roles | dict(zip(wanted, left, strict=False))


def _named_roles(names: Sequence[str]) -> dict[str, int]:
    twice = [name for name, times in Counter(filter(None, names)).items() if times > 1]
    if twice:
        why = f"two columns are called {shown(twice[0])}; choose which are meant, or give them names of their own"
        raise Refused("csv_duplicate_header", twice[0], "every name once", why)
    roles: dict[str, int] = {}
    for role in ROLES:
        place = next((names.index(name) for name in _NAMES[role] if name in names), None)
        if place is not None and place not in roles.values():
            roles[role] = place
    if "label" in roles and "class" in names and names.index("class") not in roles.values():
        roles["class"] = names.index("class")
    return roles


def chosen_roles(columns: Mapping[str, int], width: int) -> dict[str, int]:
    """Which column is what, as it was asked for; raises Refused if that cannot be."""
    roles = {role: columns[role] for role in ROLES if role in columns}
    is_there = all(0 <= place < width for place in roles.values())
    if not is_there or len(set(roles.values())) < len(roles) or not {"x1", "label"} <= set(roles):
        got = ", ".join(f"{role}={place}" for role, place in roles.items())
        allowed = f"different columns from 0 to {width - 1}, of which x1 and label must be named"
        raise Refused("csv_bad_parameter", got, allowed, f"the columns cannot be {got}; allowed are {allowed}")
    return roles


def default_names(width: int) -> list[str]:
    """What columns are called that have no names."""
    return [f"column {place + 1}" for place in range(width)]
