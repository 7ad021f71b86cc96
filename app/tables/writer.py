"""From examples to a table that spreadsheets can read."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from app.tables.cells import write_label
from app.tables.headers import VALUES
from engine import Trainer


def write_table(trainer: Trainer) -> str:
    """The current examples as an exact table in CSV: training, validation, then test data.

    If the names don't show the order of the classes, another column has their numbers.
    """
    own = trainer.config.own
    classes = trainer.config.classes
    labels = own.labels if own is not None else ()
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    is_numbered = classes > 2 or any(labels)
    head = ["x", "y", "label" if classes else VALUES, "split"]
    writer.writerow([*head, "class"] if is_numbered else head)
    parts = [("train", trainer.train_size), ("validation", trainer.validation_size), ("test", trainer.test_size)]
    names = [name for name, size in parts for _ in range(size)]
    targets = trainer.targets.tolist()
    x, y = (map(repr, column) for column in trainer.inputs.T.tolist())
    columns: list[Iterable[object]] = [x, y, map(_label_writer(classes, labels), targets), names]
    if is_numbered:
        columns.append(_number_of(target, classes) for target in targets)
    writer.writerows(zip(*columns, strict=True))
    return output.getvalue()


def _label_writer(classes: int, labels: Sequence[str]) -> Callable[[float], str]:
    """A function that formats a target: a value, or the name of its class, or its number."""

    def write(target: float) -> str:
        if not classes:
            return repr(target)
        number = _number_of(target, classes)
        name = labels[number] if number < len(labels) else ""
        return write_label(name) if name else str(number if any(labels) else int(target))

    return write


def _number_of(target: float, classes: int) -> int:
    """The number of a class, from 0, by its target."""
    return int(target > 0) if classes == 2 else int(target)
