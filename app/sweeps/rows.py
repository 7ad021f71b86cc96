"""The rows of a sweep, trained: what is kept of each start."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.training.pictures import Answers, SmallPicture

_MOST_STEPS = 50
"""Maximum number of steps between the points of a loss curve."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A trained row: one start, which is exactly what a single run with its seeds is.

    `epoch` is the one it has come to; losses and accuracies (fractions) are those of the network there, None for parts
    without examples and, as for accuracies in regression, where there is none. `reached` is the epoch in which all
    goals were reached; `diverged` and `stopped` are the epoch in which training ended by itself.

    `losses` are the test losses at the epochs of `points_of`, or the training losses without test examples, in single
    precision, at most its largest number; NaN after the start has ended. Networks that read pictures have
    `answers` in place of a `picture`.
    """

    index: int
    seed: str
    weight_seed: str
    weight_offset: int
    epoch: int
    train_loss: float | None
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    reached: int | None
    diverged: int | None
    stopped: int | None
    losses: NDArray[np.float32]
    picture: SmallPicture | None
    answers: Answers | None = None


def every_of(epochs: int) -> int:
    """The number of epochs between two points of a loss curve over `epochs` epochs, which has at most 51 points.

    >>> every_of(500), every_of(7), every_of(51)
    (10, 1, 2)
    """
    return max(1, -(-epochs // _MOST_STEPS))


def points_of(epochs: int) -> tuple[int, ...]:
    """The epochs at which a loss curve has its points: 0, then each `every_of(epochs)`, and the last.

    >>> points_of(105)[-3:]
    (99, 102, 105)
    """
    return (*range(0, epochs, every_of(epochs)), epochs)
