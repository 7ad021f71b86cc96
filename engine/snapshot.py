"""The snapshot: everything that is shown of training at one moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.state import TrainingState


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is shown at one moment. Snapshots are immutable.

    `surface` (100, 100) is the picture of the feature or unit `selected`, a number that counts all features first, then
    all units; `thumbnails` (n, t, t) are the pictures of every unit. All are bytes (see `boundary.quantize`). With
    several outputs and none selected, `classes` (100, 100) are the likeliest ones. For one-dimensional data, `curve`
    (200,) are the unit's values from x1 = -6 to 6, and with a single hidden layer, `summands` (units, 200) are its
    units' contributions to the output.

    Accuracies are None in regression; losses and accuracies are None for parts without examples (only the user's own
    examples can leave the training set empty). `learning_rate` is the scheduled one.

    >>> from engine import Config, Trainer
    >>> snapshot = Trainer(Config()).snapshot()
    >>> snapshot.epoch, snapshot.surface.shape, snapshot.classes
    (0, (100, 100), None)
    """

    epoch: int
    step: int
    batch: int
    learning_rate: float
    train_loss: float | None
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    test_accuracy: float | None
    selected: int
    surface: NDArray[np.uint8]
    thumbnails: NDArray[np.uint8]
    classes: NDArray[np.uint8] | None
    curve: NDArray[np.float32] | None
    summands: NDArray[np.float32] | None
    state: TrainingState
