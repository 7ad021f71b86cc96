"""Activations: how each layer's activations are distributed, and which units are saturated or dead.

A unit with an S-shaped function is saturated where its slope is almost zero; a unit is dead if its slope is 0 for every
example, so that no gradient reaches it: Glorot and Bengio (2010); Goodfellow et al. (2016), section 6.3.
"""

import numpy as np

from engine.inspection.layers import sample
from engine.inspection.view import Look, Subject, Vector, View, histogram

BINS = 40
_VALUES = 20_000

_FLAT = 0.05
"""The fraction of the largest slope below which a unit counts as saturated."""

_GONE = 1e-9


def opened() -> Look:
    """A look at the activations."""
    return look


def look(subject: Subject) -> View:
    """A histogram (layers, 40) of each layer's activations on training examples, and the saturated and dead units."""
    trainer = subject.trainer
    points = sample(trainer, _VALUES)
    function = trainer.function()
    values = [layer.a for layer in function.forward_activations(points)]
    slopes = [np.abs(slope) for slope in function.derivatives(points)]
    edges = [each.bounds or _reach(a) for each, a in zip(function.activations, values, strict=True)]
    flat = [slope < _FLAT * each.steepest for each, slope in zip(function.activations, slopes, strict=True)]
    dead = [slope.max(axis=1) < _GONE for slope in slopes]
    nothing = np.zeros(0, np.bool_)
    return View(
        {
            "edges_low": [low for low, _ in edges],
            "edges_high": [high for _, high in edges],
            "saturated": [float(layer.mean()) for layer in flat],
            "dead": [float(layer.mean()) for layer in dead],
            "examples": len(points),
        },
        {
            "histograms": np.array([histogram(a, *edge, BINS) for a, edge in zip(values, edges, strict=True)]),
            "saturated_units": np.concatenate([nothing, *(layer.mean(axis=1) > 0.5 for layer in flat[:-1])]).astype(
                "u1"
            ),
            "dead_units": np.concatenate([nothing, *dead[:-1]]).astype("u1"),
        },
    )


def _reach(values: Vector) -> tuple[float, float]:
    """The range of the histogram of an unbounded function: powers of two, so that it rarely changes."""
    return tuple(sign * _power(float((sign * values).max())) for sign in (-1, 1))  # type: ignore[return-value]


def _power(largest: float) -> float:
    return float(2.0 ** np.ceil(np.log2(min(largest, 1e300)))) if largest > 2.0**-4 else 2.0**-4
