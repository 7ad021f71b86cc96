"""Examples of rows that are in order: classes or values, and on the map if that is wanted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.tables.labels import Labels
from app.tables.names import CLASS_NAMES, VALUE_NAMES, meaning_of
from app.tables.numbers import looks_like_number
from app.tables.report import Refused
from engine.boundary import EXTENT
from engine.own_examples import MAX_CLASSES, OwnExamples, Vector


class Example(NamedTuple):
    """A row that has been read. `part` is its number in `PARTS`; `number` is the cell with that of its class, or ""."""

    line: int
    x1: float
    label: str
    x2: float = 0.0
    part: int = 0
    number: str = ""


def kind_of(labels: Sequence[str], named: Labels, column: str, *, is_plane: bool) -> str:
    """Whether labels are `classes` or `values`: numbers are values if their column or their sheer number says so.

    `column` is its name, "" for none. Along one axis alone only a name or two different numbers make classes.
    """
    name = meaning_of(column).stem
    if not named.numbers:
        return "values" if _are_mostly_numbers(labels, named) else "classes"
    numbers = named.numbers.values()
    if name in VALUE_NAMES or len(numbers) > MAX_CLASSES:
        return "values"
    if name in CLASS_NAMES:
        return "classes"
    if not all(number.is_integer() for number in numbers) and len(labels) < 2 * len(numbers):
        return "values"
    if is_plane:
        return "classes"
    return "classes" if {*numbers} in _TWO and len(labels) >= 2 * len(numbers) else "values"


_TWO: tuple[set[float], ...] = ({0.0, 1.0}, {-1.0, 1.0})
"""Numbers that stand for two classes."""


def _are_mostly_numbers(labels: Sequence[str], named: Labels) -> bool:
    """Whether labels that are not all numbers were meant as such: far more than classes can be."""
    meant = sum(looks_like_number(label) for label in labels)
    return len(set(named.names.values())) > MAX_CLASSES and meant >= 0.5 * len(labels)


def of_values(examples: Sequence[Example], values: Sequence[float]) -> OwnExamples:
    """Examples with values."""
    return OwnExamples(*_columns(examples, values), 0)


def of_classes(examples: Sequence[Example], named: Labels) -> OwnExamples:
    """Examples of classes: in the order of their numbers, if all labels are numbers, else of the alphabet.

    Raises Refused if there are too many.
    """
    names = sorted({*named.names.values()}, key=lambda name: (named.numbers.get(name, 0.0), name))
    if len(names) > MAX_CLASSES:
        got = f"{len(names):,} different labels"
        why = f"There are {got}; at most {MAX_CLASSES} can be classes."
        raise Refused("csv_too_many_classes", f"{len(names)} labels", f"at most {MAX_CLASSES} different labels", why)
    if {*names} <= {"-1", "1"}:
        # what two classes without names are called
        number = {"-1": 0, "1": 1}
        return _numbered(examples, {label: number[name] for label, name in named.names.items()}, 2, ())
    number = {name: place for place, name in enumerate(names)}
    places = {label: number[name] for label, name in named.names.items()}
    return _numbered(examples, places, max(2, len(names)), (*names, "")[: max(2, len(names))])


def of_ordered(examples: Sequence[Example], order: Mapping[str, int]) -> OwnExamples:
    """Examples of classes whose numbers are known; of a class without examples nobody knows the name."""
    classes = max(2, max(order.values()) + 1)
    names = [""] * classes
    for label, number in order.items():
        names[number] = "" if label == str(number) else label
    return _numbered(examples, order, classes, tuple(names) if any(names) else ())


def order_of(examples: Sequence[Example]) -> dict[str, int]:
    """The number of each label, if a column of the table tells a number of its own for every one; else nothing."""
    numbers: dict[str, set[str]] = {}
    for example in examples:
        numbers.setdefault(example.label, set()).add(example.number)
    known = {str(number): number for number in range(MAX_CLASSES)}
    told = {label: known.get(next(iter(cells)), -1) for label, cells in numbers.items() if len(cells) == 1}
    is_order = len(told) == len(numbers) == len(set(told.values())) and -1 not in told.values()
    return told if is_order else {}


def _numbered(
    examples: Sequence[Example], number: Mapping[str, int], classes: int, names: tuple[str, ...]
) -> OwnExamples:
    targets = [float(number[example.label]) for example in examples]
    return OwnExamples(*_columns(examples, targets), classes, names)


def _columns(examples: Sequence[Example], targets: Sequence[float]) -> tuple[Vector, Vector, NDArray[np.uint8]]:
    points = np.array([(example.x1, example.x2) for example in examples])
    return points, np.array(targets), np.array([example.part for example in examples], np.uint8)


def ranges(own: OwnExamples) -> dict[str, tuple[float, float] | None]:
    """The smallest and the largest number of each column; None for labels."""
    columns = {"x1": own.points[:, 0], "x2": own.points[:, 1], "label": None if own.classes else own.targets}
    return {name: None if v is None else (float(v.min()), float(v.max())) for name, v in columns.items()}


def scaled(own: OwnExamples) -> OwnExamples:
    """The examples on the whole map, and their values on the scale of the drawn ones, in few decimals."""
    points = np.column_stack([_stretched(column, EXTENT, 2) for column in own.points.T])
    targets = own.targets if own.classes else _stretched(own.targets, 1.0, 4)
    return OwnExamples(points, targets, own.parts, own.classes, own.labels)


def _stretched(values: Vector, reach: float, decimals: int) -> Vector:
    low, high = values.min(), values.max()
    if low == high:
        return np.zeros(len(values))
    return np.asarray(np.round((values - low) / (high - low) * 2 * reach - reach, decimals) + 0.0, np.float64)
