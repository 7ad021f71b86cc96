"""Looking inside: what a running network can be asked, one file for each way to look.

A look changes nothing. Its results are finite, whatever state the network is in.
"""

from engine.inspection import activations, confusion, gradients, landscape, regions, space, step, weights
from engine.inspection.path import Path
from engine.inspection.view import (
    DIRECTIONS,
    Inspection,
    Look,
    Options,
    Subject,
    View,
    finite_array,
    finite_values,
)
from engine.operations import unbounded

INSPECTIONS: dict[str, Inspection] = {
    "gradients": Inspection("Gradients", gradients.opened),
    "activations": Inspection("Activations", activations.opened),
    "weights": Inspection("Weights", weights.opened),
    "space": Inspection("Hidden-layer view", space.opened),
    "landscape": Inspection("Loss landscape", landscape.opened),
    "regions": Inspection("Linear regions", regions.opened),
    "step": Inspection("Backprop", step.opened),
    "confusion": Inspection("Confusion", confusion.opened),
}
"""The ways to look inside, by name."""


def open_look(name: str) -> Look:
    """Open one of the `INSPECTIONS`; the results of the look are finite."""
    inner = INSPECTIONS[name].open()

    def look(subject: Subject) -> View:
        # losses that are taken now put a trainer that has diverged back to its last finite state
        _ = subject.trainer.train_loss
        with unbounded():
            view = inner(subject)
            arrays = {key: finite_array(array) for key, array in view.arrays.items()}
        return View(finite_values(view.values), arrays, view.pending)

    return look


__all__ = ["DIRECTIONS", "INSPECTIONS", "Inspection", "Look", "Options", "Path", "Subject", "View", "open_look"]
