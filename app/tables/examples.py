"""From valid rows to examples with classes or values, scaled to the map if requested."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.tables.headers import CLASS_NAMES, VALUE_NAMES, meaning_of
from app.tables.labels import Labels
from app.tables.numbers import looks_like_number
from app.tables.report import Rejected
from engine.boundary import EXTENT
from engine.own_examples import MAX_CLASSES, OwnExamples, Vector


class Example(NamedTuple):
    """A valid row. `part` is an index into `PARTS`; `number` is the cell with the number of its class, or ""."""

    line: int
    x1: float
    label: str
    x2: float = 0.0
    part: int = 0
    number: str = ""


def kind_of(labels: Sequence[str], named: Labels, column: str, *, is_plane: bool) -> str:
    """Whether labels are `classes` or `values`: numbers are values if the name of their column or their count says so.

    `column` is the name, or "". With one coordinate only, a name or two different numbers are needed for classes.
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
"""Numbers that mean two classes."""


def _are_mostly_numbers(labels: Sequence[str], named: Labels) -> bool:
    """Whether labels that are not all valid numbers were meant as numbers: there are far too many for classes."""
    meant = sum(looks_like_number(label) for label in labels)
    return len(set(named.names.values())) > MAX_CLASSES and meant >= 0.5 * len(labels)


def of_values(examples: Sequence[Example], values: Sequence[float]) -> OwnExamples:
    """Examples with values."""
    return OwnExamples(*_columns(examples, values), 0)


def of_classes(examples: Sequence[Example], named: Labels) -> OwnExamples:
    """Examples of classes, in numerical order if all labels are numbers, else in alphabetical order.

    Raises Rejected if there are too many classes.
    """
    names = sorted({*named.names.values()}, key=lambda name: (named.numbers.get(name, 0.0), name))
    if len(names) > MAX_CLASSES:
        got = f"{len(names):,} different labels"
        why = f"There are {got}; at most {MAX_CLASSES} can be classes."
        raise Rejected("csv_too_many_classes", f"{len(names)} labels", f"at most {MAX_CLASSES} different labels", why)
    if {*names} <= {"-1", "1"}:
        # the names of two classes without names
        number = {"-1": 0, "1": 1}
        return _numbered(examples, {label: number[name] for label, name in named.names.items()}, 2, ())
    number = {name: index for index, name in enumerate(names)}
    indices = {label: number[name] for label, name in named.names.items()}
    return _numbered(examples, indices, max(2, len(names)), (*names, "")[: max(2, len(names))])


def of_ordered(examples: Sequence[Example], order: Mapping[str, int]) -> OwnExamples:
    """Examples of classes whose numbers are given; classes without examples have no name."""
    classes = max(2, max(order.values()) + 1)
    names = [""] * classes
    for label, number in order.items():
        names[number] = "" if label == str(number) else label
    return _numbered(examples, order, classes, tuple(names) if any(names) else ())


def order_of(examples: Sequence[Example]) -> dict[str, int]:
    """The number of each label, if a column of the table gives each a different one; else nothing."""
    numbers: dict[str, set[str]] = {}
    for example in examples:
        numbers.setdefault(example.label, set()).add(example.number)
    known = {str(number): number for number in range(MAX_CLASSES)}
    given = {label: known.get(next(iter(cells)), -1) for label, cells in numbers.items() if len(cells) == 1}
    is_order = len(given) == len(numbers) == len(set(given.values())) and -1 not in given.values()
    return given if is_order else {}


def _numbered(
    examples: Sequence[Example], number: Mapping[str, int], classes: int, names: tuple[str, ...]
) -> OwnExamples:
    targets = [float(number[example.label]) for example in examples]
    return OwnExamples(*_columns(examples, targets), classes, names)


def _columns(examples: Sequence[Example], targets: Sequence[float]) -> tuple[Vector, Vector, NDArray[np.uint8]]:
    points = np.array([(example.x1, example.x2) for example in examples])
    return points, np.array(targets), np.array([example.part for example in examples], np.uint8)


def ranges(own: OwnExamples) -> dict[str, tuple[float, float] | None]:
    """The minimum and maximum of each column; None for labels of classes."""
    columns = {"x1": own.points[:, 0], "x2": own.points[:, 1], "label": None if own.classes else own.targets}
    return {name: None if v is None else (float(v.min()), float(v.max())) for name, v in columns.items()}


def scaled(own: OwnExamples) -> OwnExamples:
    """The examples stretched over the whole map, and their values to [-1, 1], with few decimals."""
    points = np.column_stack([_stretched(column, EXTENT, 2) for column in own.points.T])
    targets = own.targets if own.classes else _stretched(own.targets, 1.0, 4)
    return OwnExamples(points, targets, own.parts, own.classes, own.labels)


def _stretched(values: Vector, reach: float, decimals: int) -> Vector:
    low, high = values.min(), values.max()
    if low == high:
        return np.zeros(len(values))
    return np.asarray(np.round((values - low) / (high - low) * 2 * reach - reach, decimals) + 0.0, np.float64)
