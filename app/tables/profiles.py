"""What the columns of a table contain, whatever their names."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.tables.cells import PART_NAMES
from app.tables.headers import meaning_of
from app.tables.numbers import NUMBER, Marks, looks_like_number, plain
from engine.own_examples import MAX_CLASSES

_MIN_COUNTED = 5
"""Minimum number of rows for a column to be recognized as counting them."""

_MANY = 8
"""Minimum number of rows for a value that only the first one has to be recognized as a name."""

_REAL = re.compile(r"[.,eE]")


class Profile(NamedTuple):
    """What a column contains.

    `filled` cells are not empty, and `share` of these are numbers. If all are numbers, they are `whole` if they are
    integers, and `real` if all have a decimal mark or an exponent. `distinct` is the number of different cells.
    `counts`: it counts the rows from 0 or 1. `parts`: its cells are names of parts of the data.
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
        """Whether it is meant as a column of numbers."""
        return self.share >= 0.5

    @property
    def unique(self) -> bool:
        """Whether every row has a different value."""
        return self.filled > 1 and self.distinct == self.filled

    @property
    def few(self) -> bool:
        """Whether it has few enough different values for classes, each more than once on average."""
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
        counts=len(cells) >= _MIN_COUNTED and _counts(cells, different),
        parts=_are_parts(different),
    )


def _counts(cells: Sequence[str], different: Mapping[str, str | None]) -> bool:
    """Whether cells count from 0 or 1."""
    if cells[0] not in {"0", "1", "0.0", "1.0", "0,0", "1,0"}:
        return False
    start = int(cells[0][0])
    numbers = (different.get(cell) for cell in cells)
    return all(number is not None and float(number) == index for index, number in enumerate(numbers, start))


def _are_parts(different: Mapping[str, str | None]) -> bool:
    """Whether cells are names of parts of the data, at least two different ones."""
    names = {cell.casefold() for cell in different}
    return names <= PART_NAMES and len(names) > 1


def has_header(first: Sequence[str], body: Sequence[Profile], cells: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has names, judged by the columns below it. `cells` are those below, by column.

    A row without numbers has. A row with numbers has if they count the columns and the cells below are of another kind,
    or if it also has common names of columns.
    """
    if not any(map(looks_like_number, first)):
        return True
    indices = range(len(first))
    if not _numbers_columns(first):
        texts = [index for index in indices if first[index] and not looks_like_number(first[index])]
        is_apart = all(first[index] not in cells[index] for index in texts)
        return is_apart and any(_is_known_over(first[index], body[index]) for index in texts)
    if any(first[index] and not looks_like_number(first[index]) for index in indices):
        return any(_is_name_over(first[index], body[index], cells[index]) for index in indices)
    is_from_zero = next(filter(None, first)) == "0"
    if first[0] == "":
        # the corner above row numbers
        return body[0].unique and (is_from_zero or body[0].counts)
    numbered = [column for column in body if column.numeric and column.filled >= (3 if is_from_zero else _MIN_COUNTED)]
    if sum(column.real for column in numbered) >= (1 if is_from_zero else 2):
        return True
    return is_from_zero and _is_strange(first[-1], body[-1], cells[-1])


def _numbers_columns(first: Sequence[str]) -> bool:
    """Whether the numbers in a row are 0, 1, 2 … or 1, 2, 3 …, which measurements rarely are."""
    numbers = [cell for cell in first if looks_like_number(cell)]
    if len(numbers) == 1:
        return numbers == ["0"] and (sum(map(bool, first)) == 2 or first[0] == "")
    return any(numbers == [str(number) for number in range(start, start + len(numbers))] for start in (0, 1))


def _is_known_over(cell: str, below: Profile) -> bool:
    """Whether a text is a common name of columns, above numbers or classes."""
    return meaning_of(cell).kind not in {"other", "none"} and (below.numeric or below.few) and below.filled > 0


def _is_name_over(cell: str, below: Profile, cells: Sequence[str]) -> bool:
    """Whether a text is above numbers, or above other texts and either a common name or they repeat."""
    if not cell or looks_like_number(cell):
        return False
    if below.numeric and below.filled > 0:
        return True
    return cell not in cells and (below.few or meaning_of(cell).kind == "label")


def _is_strange(cell: str, below: Profile, cells: Sequence[str]) -> bool:
    """Whether a number is not among the few different numbers below it."""
    return below.few and below.filled >= _MANY and bool(NUMBER.fullmatch(cell)) and cell not in cells
