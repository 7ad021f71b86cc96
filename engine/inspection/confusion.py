"""The confusion matrix: how each class is classified, for any threshold, and how much the penalty adds to the loss."""

from typing import Any

import numpy as np

from engine import metrics
from engine.inspection.layers import weights_of
from engine.inspection.view import Array, Look, Subject, Vector, View
from engine.regularizers import REGULARIZERS
from engine.trainer import Trainer

_PROBABILITIES = frozenset({"sigmoid", "softmax"})
"""Output activations that yield probabilities."""

_MOST_CORNERS = 400
_PIECE = 500


def opened() -> Look:
    """A look at the classification results."""
    return look


def look(subject: Subject) -> View:
    """Confusion matrices of both parts, their scores, and the ROC curve where there are two classes."""
    trainer, options = subject.trainer, subject.options
    values: dict[str, Any] = {"applies": trainer.config.classes > 0, "why": "", **_penalized(trainer)}
    if not values["applies"]:
        return View({**values, "why": "The targets are values and not classes."}, {})
    classes = trainer.config.classes
    outputs = _outputs(trainer)
    parts = {
        "train": slice(0, trainer.train_size),
        "test": slice(len(outputs) - trainer.test_size, None) if trainer.test_size else None,
    }
    # the range of outputs for two classes; a score from 0 to 1 is a position in it
    low, high = (0.0, 1.0) if trainer.config.output_activation == "sigmoid" else (-1.0, 1.0)
    threshold = low + options.threshold * (high - low)
    arrays: dict[str, Array] = {}
    for name, part in parts.items():
        if part is None:
            values[name] = None
            continue
        matrix = metrics.confusion_matrix(outputs[part].T, trainer.targets[part], threshold)
        arrays[f"matrix_{name}"] = matrix.astype(np.uint32)
        values[name] = _scores(matrix)
    values |= {
        "classes": _labels(classes),
        "threshold": options.threshold if classes == 2 else None,
        "output": threshold if classes == 2 else None,
        "entropy": _entropy(trainer, outputs[parts["train"]]),
    }
    if classes == 2:
        values["roc_of"] = "test" if trainer.test_size else "train"
        part = parts[values["roc_of"]]
        arrays["roc"], values["area"] = _roc(outputs[part], trainer.targets[part])
    return View(values, arrays)


def _outputs(trainer: Trainer) -> Vector:
    """The outputs for all examples: (n,), or (n, outputs). Pictures take turns: as numbers, all take 60 MB."""
    if not trainer.config.has_pictures:
        return trainer.outputs(trainer.inputs)
    starts = range(0, len(trainer.inputs), _PIECE)
    return np.concatenate([trainer.outputs(trainer.inputs[start : start + _PIECE]) for start in starts])


def _labels(classes: int) -> list[str]:
    return ["−1", "+1"] if classes == 2 else [str(number) for number in range(classes)]


def _scores(matrix: Array) -> dict[str, Any]:
    """Accuracy, and the scores of the positive class, or of each class where there are more than two."""
    scores = metrics.scores(matrix)
    named = zip(scores._fields, scores, strict=True)
    found = {name: float(each[1]) if len(matrix) == 2 else [float(value) for value in each] for name, each in named}
    return {"accuracy": float(matrix.trace() / max(1, matrix.sum())), **found}


def _entropy(trainer: Trainer, outputs: Vector) -> float | None:
    """The mean entropy of the outputs (nats), to which the loss converges if the confidence is justified."""
    return metrics.entropy(outputs.T) if trainer.config.output_activation in _PROBABILITIES else None


def _roc(outputs: Vector, targets: Vector) -> tuple[Vector, float]:
    """The ROC curve, with a limited number of corners, and the area under it."""
    curve = metrics.roc(outputs, targets)
    area = float(np.sum(np.diff(curve[:, 0]) * (curve[1:, 1] + curve[:-1, 1]) / 2))
    if len(curve) > _MOST_CORNERS:
        curve = curve[np.linspace(0, len(curve) - 1, _MOST_CORNERS).round().astype(int)]
    return curve, area


def _penalized(trainer: Trainer) -> dict[str, float]:
    """The penalty used in training, and the training loss including it."""
    config = trainer.config
    weights = np.concatenate(weights_of(trainer.state().arrays["params"], config))
    penalty = config.regularization_rate * REGULARIZERS[config.regularizer].penalty(weights)
    loss = trainer.train_loss or 0.0
    return {"penalty": penalty, "loss": loss, "loss_with_penalty": loss + penalty}
