"""Looking inside: inspections of a running network, one file each.

An inspection changes nothing. Its results are finite, whatever the state of the network.
"""

from collections.abc import Callable

from engine.inspection import activations, confusion, follow, gradients, landscape, regions, space, step, weights
from engine.inspection.path import Path
from engine.inspection.view import (
    DIRECTIONS,
    Look,
    Options,
    Subject,
    View,
    finite_array,
    finite_values,
)
from engine.operations import unbounded

INSPECTIONS: dict[str, Callable[[], Look]] = {
    "gradients": gradients.opened,
    "activations": activations.opened,
    "weights": weights.opened,
    "space": space.opened,
    "landscape": landscape.opened,
    "regions": regions.opened,
    "step": step.opened,
    "confusion": confusion.opened,
    "follow": follow.opened,
}
"""The inspections by name, in the order of their tabs; each opens a look, which may remember earlier calls."""

OF_POINTS = frozenset({"space", "landscape", "regions", "step"})
"""Inspections that only make sense for networks that read points of the plane."""

OF_PICTURES = frozenset({"follow"})
"""Inspections that only make sense for networks that read pictures."""


def open_look(name: str) -> Look:
    """Open one of the `INSPECTIONS`; its results are finite."""
    inner = INSPECTIONS[name]()

    def look(subject: Subject) -> View:
        # computing the losses restores the last finite state of a trainer that has diverged
        _ = subject.trainer.train_loss
        with unbounded():
            view = inner(subject)
            arrays = {key: finite_array(array) for key, array in view.arrays.items()}
        return View(finite_values(view.values), arrays, view.pending)

    return look


__all__ = [
    "DIRECTIONS",
    "INSPECTIONS",
    "OF_PICTURES",
    "OF_POINTS",
    "Look",
    "Options",
    "Path",
    "Subject",
    "View",
    "open_look",
]
