"""What stands in the columns of a table, whatever they are called."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.tables.cells import PART_NAMES
from app.tables.names import meaning_of
from app.tables.numbers import NUMBER, Marks, looks_like_number, plain
from engine.own_examples import MAX_CLASSES

_FEWEST = 5
"""Rows from which on a column that counts them does so on purpose."""

_MANY = 8
"""Rows from which on a class that is in the first of them only is rather a name."""

_REAL = re.compile(r"[.,eE]")


class Profile(NamedTuple):
    """What stands in a column.

    `share` of its cells that are not empty are numbers. `whole` numbers are integers, `real` ones all are written with
    a decimal mark or an exponent; both are of a column with numbers only. `distinct` counts different cells, `counts`
    says that it counts the rows from 0 or 1.
    """

    filled: int = 0
    share: float = 0.0
    whole: bool = False
    real: bool = False
    distinct: int = 0
    counts: bool = False
    parts: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it was meant as a column of numbers."""
        return self.share >= 0.5

    @property
    def unique(self) -> bool:
        """Whether it holds something else in every row."""
        return self.filled > 1 and self.distinct == self.filled

    @property
    def few(self) -> bool:
        """Whether it holds so few different cells that they can be classes, each of them more than once."""
        return self.distinct <= MAX_CLASSES and self.filled >= 2 * self.distinct > 0


def profile(cells: Sequence[str], marks: Marks) -> Profile:
    """The profile of a column."""
    filled = [cell for cell in cells if cell]
    different = {cell: plain(cell, marks) for cell in dict.fromkeys(filled)}
    if not filled:
        return Profile()
    meant = {cell for cell, number in different.items() if number is not None or looks_like_number(cell)}
    numbers = [float(number) for number in different.values() if number is not None]
    is_pure = len(numbers) == len(different)
    return Profile(
        filled=len(filled),
        share=sum(cell in meant for cell in filled) / len(filled),
        whole=is_pure and all(number.is_integer() for number in numbers),
        real=is_pure and all(_REAL.search(cell) for cell in different),
        distinct=len(set(numbers)) if is_pure else len(different),
        counts=len(cells) >= _FEWEST and _counts(cells, different),
        parts=_are_parts(different),
    )


def _counts(cells: Sequence[str], different: Mapping[str, str | None]) -> bool:
    """Whether cells count from 0 or 1."""
    if cells[0] not in {"0", "1", "0.0", "1.0", "0,0", "1,0"}:
        return False
    start = int(cells[0][0])
    numbers = (different.get(cell) for cell in cells)
    return all(number is not None and float(number) == place for place, number in enumerate(numbers, start))


def _are_parts(different: Mapping[str, str | None]) -> bool:
    """Whether cells say what rows are for, and at least two different things."""
    names = {cell.casefold() for cell in different}
    return names <= PART_NAMES and len(names) > 1


def has_header(first: Sequence[str], body: Sequence[Profile], cells: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has names, as the columns below it tell. `cells` are those below, by column.

    A row without a number has. One with numbers has, if these count the columns and what stands below differs from
    them in kind, or if beside them there is what columns are often called.
    """
    if not any(map(looks_like_number, first)):
        return True
    places = range(len(first))
    if not _numbers_columns(first):
        texts = [place for place in places if first[place] and not looks_like_number(first[place])]
        is_apart = all(first[place] not in cells[place] for place in texts)
        return is_apart and any(_is_known_over(first[place], body[place]) for place in texts)
    if any(first[place] and not looks_like_number(first[place]) for place in places):
        return any(_is_name_over(first[place], body[place], cells[place]) for place in places)
    is_from_zero = next(filter(None, first)) == "0"
    if first[0] == "":
        # the corner over the rows' own numbers
        return body[0].unique and (is_from_zero or body[0].counts)
    numbered = [column for column in body if column.numeric and column.filled >= (3 if is_from_zero else _FEWEST)]
    if sum(column.real for column in numbered) >= (1 if is_from_zero else 2):
        return True
    return is_from_zero and _is_strange(first[-1], body[-1], cells[-1])


def _numbers_columns(first: Sequence[str]) -> bool:
    """Whether the numbers in a row are 0, 1, 2 … or 1, 2, 3 …, which no measurement is likely to be."""
    numbers = [cell for cell in first if looks_like_number(cell)]
    if len(numbers) == 1:
        return numbers == ["0"] and (sum(map(bool, first)) == 2 or first[0] == "")
    return any(numbers == [str(number) for number in range(start, start + len(numbers))] for start in (0, 1))


def _is_known_over(cell: str, below: Profile) -> bool:
    """Whether a text is what columns are often called, and stands over numbers or classes."""
    return meaning_of(cell).kind not in {"other", "none"} and (below.numeric or below.few) and below.filled > 0


def _is_name_over(cell: str, below: Profile, cells: Sequence[str]) -> bool:
    """Whether a text stands over numbers, or over texts of which it is none: it is a name, or each comes twice."""
    if not cell or looks_like_number(cell):
        return False
    if below.numeric and below.filled > 0:
        return True
    return cell not in cells and (below.few or meaning_of(cell).kind == "label")


def _is_strange(cell: str, below: Profile, cells: Sequence[str]) -> bool:
    """Whether a number is none of the few that stand below it."""
    return below.few and below.filled >= _MANY and bool(NUMBER.fullmatch(cell)) and cell not in cells
