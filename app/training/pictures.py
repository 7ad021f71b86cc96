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
    output's values from x1 = -6 to 6. Of a network that reads pictures, `surface` shows how training has changed the
    weights of its first units.
    """

    surface: NDArray[np.uint8]
    classes: NDArray[np.uint8] | None
    curve: NDArray[np.float32] | None


def small_picture(snapshot: Snapshot) -> SmallPicture:
    """The small picture of a snapshot in which no unit is selected."""
    classes = None if snapshot.classes is None else snapshot.classes[_POINTS]
    return SmallPicture(snapshot.surface[_POINTS], classes, snapshot.curve)


_ACROSS = 3
"""Units in a row of the small picture of a network that reads pictures; there are as many rows."""

_CELL = SIDE // _ACROSS


def picture_of_trainer(trainer: Trainer) -> SmallPicture:
    """The small picture of a trainer's network, whether it reads points or pictures."""
    return _weights_picture(trainer) if trainer.config.has_pictures else small_picture(trainer.snapshot())


def _weights_picture(trainer: Trainer) -> SmallPicture:
    """What the first units of the first layer have learned to look for, in 3 × 3 pictures: 128 where there is none.

    Initial weights can be so large that what is learned cannot be seen among them: their changes are shown.
    """
    count = min(_ACROSS**2, trainer.config.layer_sizes[1])
    pictures = trainer.unit_pictures(changes=True).pictures[:count]
    shares = _shares(trainer.config.side, _CELL)
    cells = np.full((_ACROSS**2, _CELL, _CELL), 128, np.uint8)
    cells[:count] = (shares @ pictures @ shares.T).round().astype(np.uint8)
    rows = cells.reshape(_ACROSS, _ACROSS, _CELL, _CELL).transpose(0, 2, 1, 3)
    return SmallPicture(rows.reshape(SIDE, SIDE), None, None)


def _shares(size: int, count: int) -> NDArray[np.float64]:
    """How much of each of `count` equal parts of a line (count, size) lies on each of its `size` pixels."""
    edges, pixels = np.linspace(0, size, count + 1)[:, np.newaxis], np.arange(size)
    overlaps = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return overlaps.clip(0) * (count / size)


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
