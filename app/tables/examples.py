"""Examples of rows that are in order: classes or values, and on the map if that is wanted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.tables.cells import NUMBER, with_point
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


def kind_of(examples: Sequence[Example], decimal: str, *, has_values: bool) -> str:
    """Whether labels are `classes` or `values`, which numbers are if the table says so or there are many."""
    labels = {example.label for example in examples}
    is_numeric = all(NUMBER.fullmatch(with_point(label, decimal)) for label in labels)
    return "values" if is_numeric and (has_values or len(labels) > MAX_CLASSES) else "classes"


def of_values(examples: Sequence[Example], values: Sequence[float]) -> OwnExamples:
    """Examples with values."""
    return OwnExamples(*_columns(examples, values), 0)


def of_classes(examples: Sequence[Example], decimal: str) -> OwnExamples:
    """Examples of classes: in the order of their numbers, if all labels are numbers, else of the alphabet.

    Raises Refused if there are too many.
    """
    plain = {example.label: with_point(example.label, decimal) for example in examples}
    is_numeric = all(map(NUMBER.fullmatch, plain.values()))
    names = sorted(plain, key=lambda label: (float(plain[label]) if is_numeric else 0.0, label))
    if len(names) > MAX_CLASSES:
        got = f"{len(names)} different labels"
        why = f"there are {got}; at most {MAX_CLASSES} can be classes"
        raise Refused("csv_too_many_classes", f"{len(names)} labels", f"at most {MAX_CLASSES} different labels", why)
    if {*names} <= {"-1", "1"}:
        # what two classes without names are called
        return _numbered(examples, {"-1": 0, "1": 1}, 2, ())
    number = {name: place for place, name in enumerate(names)}
    return _numbered(examples, number, max(2, len(names)), (*names, "")[: max(2, len(names))])


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
