"""What each column of a table is used as, decided from its name and its contents. Only this module decides it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.tables.headers import Name, meaning_of
from app.tables.profiles import Profile
from app.tables.report import ROLES, Rejected
from app.text import quoted
from engine.own_examples import MAX_CLASSES

MAX_COLUMNS = 64


class Column(NamedTuple):
    """A column: its position, its name ("" for none) and what that means, and what it contains."""

    position: int
    text: str
    name: Name
    profile: Profile

    @property
    def called(self) -> str:
        """What it is called in messages."""
        return f"Column {quoted(self.text)}" if self.text else f"Column {self.position + 1}"


@dataclass(slots=True)
class Roles:
    """The index of the column for each role, and notes on anything unusual.

    `question` must be answered before the table can be imported; it is "" if everything is clear. Besides `ROLES`
    there may be a `class`: a column with the numbers of the classes.
    """

    indices: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    question: str = ""


def check_width(width: int) -> None:
    """Raise Rejected for too few or too many columns."""
    if not 2 <= width <= MAX_COLUMNS:
        got = f"{width:,} column{'s' if width > 1 else ''}"
        why = f"The table has {got}; expected 2 to {MAX_COLUMNS}, separated by commas, semicolons, tabs or spaces."
        raise Rejected("csv_wrong_columns", got, f"2 to {MAX_COLUMNS} columns", why)


def chosen_roles(columns: Mapping[str, int], width: int) -> dict[str, int]:
    """The roles of columns as requested. Raises Rejected if that is impossible."""
    roles = {role: columns[role] for role in ROLES if role in columns}
    is_there = all(0 <= index < width for index in roles.values())
    if not is_there or len(set(roles.values())) < len(roles) or not {"x1", "label"} <= set(roles):
        got = ", ".join(f"{role}={index}" for role, index in roles.items())
        allowed = f"different columns from 0 to {width - 1}, of which x1 and label must be named"
        raise Rejected("csv_bad_parameter", got, allowed, f"The columns cannot be {got}; expected {allowed}.")
    return roles


def default_names(width: int) -> list[str]:
    """The names of columns without names."""
    return [f"column {index + 1}" for index in range(width)]


def check_names(header: Sequence[str]) -> None:
    """Raise Rejected if two columns have the same name."""
    twice = [name for name, times in Counter(filter(None, map(str.casefold, header))).items() if times > 1]
    if twice:
        why = f"Two columns are called {quoted(twice[0])}. Choose the columns, or rename one."
        raise Rejected("csv_duplicate_header", twice[0], "every name once", why)


def find_roles(header: Sequence[str], profiles: Sequence[Profile]) -> Roles:
    """The roles of columns, by names (none without a header), contents and order."""
    names = [meaning_of(name) for name in header] or [Name("none")] * len(profiles)
    columns = [
        Column(index, header[index] if header else "", name, profile)
        for index, (name, profile) in enumerate(zip(names, profiles, strict=True))
    ]
    return _Search(columns, has_names=bool(header)).run()


class _Search:
    """Assigns roles to columns one after the other; `left` are those without a role."""

    def __init__(self, columns: Sequence[Column], *, has_names: bool) -> None:
        self.roles = Roles()
        self.left = [column for column in columns if column.profile.filled]
        self.empty = [column for column in columns if not column.profile.filled and column.text]
        self.has_names = has_names
        self.has_index = False
        self.counter: Column | None = None

    def run(self) -> Roles:
        self._find_split()
        self._find_index()
        label = self._find_label()
        if label is not None:
            self._give("label", label)
            self._find_class()
        features = self._find_features()
        for role, column in zip(("x1", "x2"), features, strict=False):
            self._give(role, column)
        self._note_unused()
        return self.roles

    def _give(self, role: str, column: Column) -> None:
        self.roles.indices[role] = column.position
        self.left.remove(column)

    def _ask(self, question: str) -> None:
        self.roles.question = self.roles.question or question

    def _find_split(self) -> None:
        named = [column for column in self.left if column.name.kind == "split"]
        by_cells = [column for column in self.left if column.profile.parts]
        sure = [column for column in named if column.profile.parts or column.name.stem == "split"]
        for column in (sure or by_cells or [column for column in named if not column.profile.numeric])[:1]:
            self._give("split", column)

    # --- numbers of rows ---

    def _find_index(self) -> None:
        for column in list(self.left):
            if self._is_named_index(column):
                self._leave_out(column)
        for column in list(self.left):
            if not column.profile.counts or column.name.kind in {"coordinate", "label"}:
                continue
            if len(self.left) == 2 and not self.has_index and column is self.left[0]:
                # nothing else can be the coordinate
                self.roles.notes.append(f"{column.called} counts the rows and is used as x₁.")
                return
            self._leave_out(column)
            self.counter = column

    def _leave_out(self, column: Column) -> None:
        self.left.remove(column)
        self.has_index = True
        self.roles.notes.append(f"{column.called} looks like a row index and is not used.")

    def _is_named_index(self, column: Column) -> bool:
        profile, kind = column.profile, column.name.kind
        if kind == "perhaps index":
            return profile.unique and (profile.whole or (profile.filled > MAX_CLASSES and not profile.numeric))
        # the corner over the names of the rows has none
        is_corner = self.has_names and not column.text and column.position == 0
        return kind == "index" or (is_corner and (profile.unique or profile.whole))

    # --- the target ---

    def _find_label(self) -> Column | None:
        named = sorted((c for c in self.left if c.name.kind == "label"), key=lambda column: column.name.rank)
        if named:
            return named[0]
        if empty := next((column for column in self.empty if column.name.kind == "label"), None):
            self._ask(f"Which column is the class or value? {empty.called} is empty.")
            return None
        texts = [column for column in self.left if not column.profile.numeric and column.name.kind != "coordinate"]
        if texts:
            return self._among_texts(texts)
        return self._among_numbers()

    def _among_texts(self, texts: Sequence[Column]) -> Column | None:
        fitting = [column for column in texts if column.profile.few] or list(texts)
        if len(fitting) == 1:
            return fitting[0]
        self._ask(f"Which column is the class? {_listed(fitting)} hold text.")
        return None

    def _among_numbers(self) -> Column | None:
        """The label among columns of numbers: y next to other coordinates, z, or the only one not named like them."""
        y = next((column for column in self.left if column.name == Name("coordinate", "y")), None)
        coordinates = [c for c in self.left if c.name.kind == "coordinate" and c is not y]
        others = [column for column in self.left if column is not y and column not in coordinates]
        is_x = [column.name for column in coordinates] == [Name("coordinate", "x")]
        if y is not None and not (is_x and others):
            # next to an index, x and y can be a point, too
            return self._unclear() if is_x and self.has_index else y
        for column in others:
            if column.name.stem == "z":
                return column
        if coordinates and len(others) == 1:
            return others[0]
        if len(self.left) < 2 or (self.has_index and len(self.left) == 2):
            return self._unclear()
        return self._by_order()

    def _unclear(self) -> Column | None:
        if len(self.left) > 1:
            self._ask(f"Which column is the class or value? {_listed(self.left)} could be coordinates, too.")
        else:
            self._ask("Which columns are x₁ and the class or value? No other column is left.")
        return None

    def _by_order(self) -> Column | None:
        """The last column; of three, the only one with few different integers."""
        if len(self.left) > 3:
            self._ask(f"Which columns are x₁, x₂ and the class or value? {_listed(self.left)} hold numbers.")
            return None
        classes = [c for c in self.left if c.profile.few and c.profile.whole]
        others = [c for c in self.left if c not in classes]
        if len(self.left) == 3 and len(classes) == 1 and not any(c.profile.whole or c.profile.few for c in others):
            if classes[0] is not self.left[-1]:
                self.roles.notes.append(f"{classes[0].called} holds few integers and was taken as the class.")
            return classes[0]
        return self.left[-1]

    def _find_class(self) -> None:
        """Find a column that numbers the classes, in addition to the labels."""
        for column in self.left:
            if column.name == Name("label", "class", rank=column.name.rank) and column.profile.whole:
                self._give("class", column)
                return

    # --- coordinates ---

    def _find_features(self) -> Sequence[Column]:
        named = sorted(
            (column for column in self.left if column.name.kind == "coordinate"),
            key=lambda column: (column.name.stem, column.name.number),
        )
        others = [column for column in self.left if column not in named and column.profile.numeric]
        if self._are_coordinates(named) and not any(column.name.stem == "z" for column in others):
            return named
        # next to a clearer label, another one is probably a number or name of the same class
        found = named + [column for column in others if column.name.kind != "label" or not column.profile.few]
        found.sort(key=lambda column: column.position)
        if len(found) > 2:
            self._ask(f"Which two columns are x₁ and x₂? {_listed(found)} hold numbers.")
        elif not found:
            self._ask("Which column is x₁? No other column of numbers is left.")
        elif len(found) == 1 and (why := self._doubt(found[0])):
            self._ask(f"Which columns are x₁ and x₂? {why}")
            return ()
        return found if len(found) <= 2 else ()

    def _doubt(self, only: Column) -> str:
        """Why a single coordinate may be wrong; "" if nothing suggests another one."""
        if self.counter is not None:
            return f"{self.counter.called} counts the rows and may be a row index."
        empty = next((column for column in self.empty if column.name.kind == "coordinate"), None)
        if empty is not None:
            return f"{empty.called} is empty."
        texts = [column for column in self.left if column is not only and column.name.kind in {"other", "none"}]
        return f"{_listed(texts)} {'hold' if len(texts) > 1 else 'holds'} text." if texts else ""

    def _are_coordinates(self, named: Sequence[Column]) -> bool:
        if len(named) != 2:
            return False
        first, second = (column.name for column in named)
        return first.stem == second.stem or (first, second) == (Name("coordinate", "x"), Name("coordinate", "y"))

    def _note_unused(self) -> None:
        for columns, why in ((self.left, "not used"), (self.empty, "empty")):
            if columns and not self.roles.question:
                verb = "are" if len(columns) > 1 else "is"
                self.roles.notes.append(f"{_listed(columns)} {verb} {why}.")


def _listed(columns: Sequence[Column]) -> str:
    """A list of columns in words, at most ten of them by name."""
    called = [column.called.removeprefix("Column ") for column in columns]
    if len(called) == 1:
        return f"Column {called[0]}"
    last = f"{len(called) - 10} more" if len(called) > 10 else called.pop()
    return f"Columns {', '.join(called[:10])} and {last}"
