"""Looking inside: what a running network can be asked, one file for each way to look.

A look changes nothing. Its results are finite, whatever state the network is in.
"""

from collections.abc import Callable

from engine.inspection import activations, confusion, gradients, landscape, regions, space, step, weights
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
}
"""The ways to look inside, by name, in the order of their tabs; each opens a look, which may remember earlier ones."""


def open_look(name: str) -> Look:
    """Open one of the `INSPECTIONS`; the results of the look are finite."""
    inner = INSPECTIONS[name]()

    def look(subject: Subject) -> View:
        # losses that are taken now put a trainer that has diverged back to its last finite state
        _ = subject.trainer.train_loss
        with unbounded():
            view = inner(subject)
            arrays = {key: finite_array(array) for key, array in view.arrays.items()}
        return View(finite_values(view.values), arrays, view.pending)

    return look


__all__ = ["DIRECTIONS", "INSPECTIONS", "Look", "Options", "Path", "Subject", "View", "open_look"]
