"""Metrics: measures of the outputs other than the loss.

Outputs are (1, n) or (n,) for two classes, whose targets are -1 and +1, and (classes, n) for more, whose targets are
the class numbers from 0. With two classes, class 0 is the one with target -1. Targets are (n,) or (1, n). The fraction
0/0 is defined as 0, such as the precision of a class that was never predicted.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.operations import Array

Shares = NDArray[np.float64]
"""Numbers from 0 to 1."""


def predicted(outputs: Array, threshold: float = 0.0) -> NDArray[np.intp]:
    """The predicted class number (n,) of each output.

    With two classes, it is 1 at or above the threshold (0 for tanh, 0.5 for a sigmoid); with more, it is the index of
    the largest output, or of the first of several equal ones.
    """
    return _predicted(outputs, threshold).astype(np.intp, copy=False)


def actual(outputs: Array, targets: Array) -> NDArray[np.intp]:
    """The class number (n,) of each target; the outputs show whether there are two classes or more."""
    return _actual(outputs, targets).astype(np.intp)


def _predicted(outputs: Array, threshold: float) -> NDArray[Any]:
    """What is predicted, as a truth value with two classes: that costs less than a number."""
    return outputs.ravel() >= threshold if _is_of_two(outputs) else outputs.argmax(axis=0)


def _actual(outputs: Array, targets: Array) -> NDArray[Any]:
    """What is true, in the same form."""
    flat = targets.ravel()
    return flat >= 0 if _is_of_two(outputs) else flat


def _is_of_two(outputs: Array) -> bool:
    return outputs.ndim == 1 or len(outputs) == 1


def accuracy(outputs: Array, targets: Array, threshold: float = 0.0) -> float:
    """The fraction of examples whose class is predicted correctly (see `predicted`)."""
    hits = int(np.count_nonzero(_predicted(outputs, threshold) == _actual(outputs, targets)))
    return hits / targets.size if targets.size else 0.0


def confusion_matrix(outputs: Array, targets: Array, threshold: float = 0.0) -> NDArray[np.intp]:
    """The confusion matrix (classes, classes): rows are actual classes, columns are predicted ones."""
    classes = 2 if _is_of_two(outputs) else len(outputs)
    cells = actual(outputs, targets) * classes + predicted(outputs, threshold)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


class Scores(NamedTuple):
    """Scores of each class, (classes,) each.

    `precision` is the fraction of the predictions of a class that are correct, `recall` the fraction of a class's
    examples that are predicted correctly, `f1` their harmonic mean.
    """

    precision: Shares
    recall: Shares
    f1: Shares


def scores(confusion: NDArray[np.intp]) -> Scores:
    """Precision, recall and F1 of every class, from a confusion matrix."""
    hits = confusion.diagonal()
    of_prediction, of_class = confusion.sum(axis=0), confusion.sum(axis=1)
    # the harmonic mean of hits / a and hits / b is 2 hits / (a + b), which needs no special case for 0/0
    return Scores(_share(hits, of_prediction), _share(hits, of_class), _share(2 * hits, of_prediction + of_class))


def _share(part: NDArray[np.intp], whole: NDArray[np.intp]) -> Shares:
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)


def entropy(probabilities: Array) -> float:
    """The mean entropy of distributions over classes, in nats: 0 if all are certain, at most the log of the classes.

    Probabilities are laid out like outputs: those of the second of two classes, or (classes, n).
    """
    if _is_of_two(probabilities):
        second = probabilities.ravel()
        probabilities = np.stack([1 - second, second])
    logs = np.log(probabilities, out=np.zeros(probabilities.shape), where=probabilities > 0)
    return float(-(probabilities * logs).sum(axis=0).mean()) if probabilities.size else 0.0


def roc(outputs: Array, targets: Array) -> Shares:
    """The corners (m, 2) of the ROC curve of two classes: false and true positive rates as the threshold falls.

    It begins at (0, 0), where nothing is positive, and ends at (1, 1), where everything is; examples with equal outputs
    form one step. Corners on a straight line between others are omitted. The rate of a class without examples is always
    0.
    """
    order = np.argsort(-outputs.ravel(), kind="stable")
    falling, positive = outputs.ravel()[order], targets.ravel()[order] >= 0
    last_of_its_output = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)[: falling.size])
    counts = np.stack([np.cumsum(~positive), np.cumsum(positive)], axis=1)[last_of_its_output]
    corners = np.vstack([np.zeros((1, 2), np.intp), counts])
    steps = np.diff(corners, axis=0)
    is_corner = np.ones(len(corners), np.bool_)
    is_corner[1:-1] = steps[:-1, 0] * steps[1:, 1] != steps[:-1, 1] * steps[1:, 0]
    corners = corners[is_corner]
    return _share(corners, np.broadcast_to(corners[-1], corners.shape))
