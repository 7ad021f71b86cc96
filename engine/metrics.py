"""Metrics: numbers about outputs beside the loss."""

import numpy as np

from engine.operations import Array


def accuracy(outputs: Array, targets: Array) -> float:
    """The share of outputs on the side of zero where their targets (-1 or +1) are; zero itself counts as +1."""
    return int(np.count_nonzero((outputs >= 0) == (targets >= 0))) / targets.size
