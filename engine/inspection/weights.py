"""Weights: their distribution in each layer, and how much an epoch changes them."""

import numpy as np

from engine.inspection.layers import weights_of
from engine.inspection.view import Look, Subject, Vector, View, histogram

BINS = 40


def opened() -> Look:
    """A look at the weights."""
    return look


def look(subject: Subject) -> View:
    """A histogram (layers, 40) of each layer's weights, and the relative change (layers,) in the last epoch."""
    trainer = subject.trainer
    layers = weights_of(trainer.state().arrays["params"], trainer.config)
    changes = weights_of(trainer.last_update, trainer.config)
    edges = [_reach(weights) for weights in layers]
    return View(
        {"edges": [[-edge, edge] for edge in edges]},
        {
            "histograms": np.array([histogram(w, -e, e, BINS) for w, e in zip(layers, edges, strict=True)]),
            "ratios": np.array([_ratio(change, w) for change, w in zip(changes, layers, strict=True)]),
        },
    )


def _reach(weights: Vector) -> float:
    """The range of a histogram: a power of two, so that it rarely changes during training."""
    largest = float(np.abs(weights).max(initial=0.0))
    return float(2.0 ** np.ceil(np.log2(largest))) if largest > 2.0**-4 else 2.0**-4


def _ratio(change: Vector, weights: Vector) -> float:
    size = float(np.linalg.norm(weights))
    return float(np.linalg.norm(change)) / size if size else 0.0
