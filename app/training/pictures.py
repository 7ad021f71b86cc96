"""What is shown of networks where there are many at once: small pictures, or what they read in digits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import Snapshot, Trainer
from engine.boundary import thinned
from engine.network_function import NetworkFunction

SIDE = 48
"""Points of a side of a small picture."""

_POINTS = np.ix_(thinned(SIDE), thinned(SIDE))


class SmallPicture(NamedTuple):
    """A network's output: `surface` (48, 48) as bytes, see `engine.boundary.quantize`.

    With several outputs `classes` (48, 48) are the likeliest ones, and for one-dimensional data `curve` (200,) are the
    output's values from x1 = -6 to 6.
    """

    surface: NDArray[np.uint8]
    classes: NDArray[np.uint8] | None
    curve: NDArray[np.float32] | None


def small_picture(snapshot: Snapshot) -> SmallPicture:
    """The small picture of a snapshot in which no unit is selected."""
    classes = None if snapshot.classes is None else snapshot.classes[_POINTS]
    return SmallPicture(snapshot.surface[_POINTS], classes, snapshot.curve)


def picture_of(function: NetworkFunction, dimensions: int) -> SmallPicture:
    """The small picture of a network's function, for data of one or two `dimensions`, without a snapshot."""
    curve = function.curves(None).shown if dimensions == 1 else None
    return SmallPicture(*function.small_picture(SIDE), curve)


class Answers(NamedTuple):
    """What a network reads in the pictures for testing: `answers` (n,), and `labels` (n,), what they show. Bytes."""

    answers: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def answers_of(trainer: Trainer) -> Answers:
    """What a network that reads pictures makes of those for testing."""
    first = trainer.train_size + trainer.validation_size
    outputs = trainer.outputs(trainer.inputs[first:])
    return Answers(outputs.argmax(axis=1).astype(np.uint8), trainer.targets[first:].astype(np.uint8))
