"""Mistakes: which examples are still wrong, and how sure the network is of them."""

import numpy as np

from app.remarks.evidence import Evidence
from app.remarks.rule import Finding, Rule, Urgency, configure


def _confidence(evidence: Evidence) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """How sure each prediction (n,) is: the probability of the predicted class, or for tanh |a| as one, from 0 to 1."""
    outputs, kind = evidence.outputs, evidence.config.output_activation
    if kind == "softmax" or len(outputs) > 1:
        return np.asarray(outputs.max(axis=0))
    if kind == "sigmoid":
        return np.asarray(np.maximum(outputs[0], 1 - outputs[0]))
    return np.asarray((1 + np.minimum(np.abs(outputs[0]), 1)) / 2)


def confident_mistakes(evidence: Evidence) -> Finding | None:
    """Most of the wrong training examples are classified with more than 90% confidence."""
    config = evidence.config
    if (
        evidence.accuracy is None
        or evidence.epoch < 30
        or config.output_activation not in {"softmax", "sigmoid", "tanh"}
    ):
        return None
    wrong = evidence.predicted != evidence.actual
    mistakes = int(wrong.sum())
    if mistakes < 8:
        return None
    sure = int((_confidence(evidence)[wrong] > 0.9).sum())
    if sure < 0.5 * mistakes:
        return None
    remedy = None
    if (config.classes == 2 or config.has_pictures) and config.loss == "squared_error":
        remedy = configure("Use cross-entropy", loss="cross_entropy")
    return Finding(f"{sure} of {mistakes} mistakes are made with over 90% confidence.", sure, remedy)


MISTAKES = (
    Rule(
        "confident_mistakes",
        Urgency.ADVICE,
        confident_mistakes,
        "Squared error has almost no gradient where a saturated output is wrong; cross-entropy pulls hardest there.",
    ),
)
