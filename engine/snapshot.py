"""The snapshot: everything that is shown of training at one moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.state import TrainingState


@dataclass(frozen=True, slots=True)
class Moment:
    """What is shown of any training at one moment: how far it is, its losses and accuracies, and its state.

    Accuracies are None in regression; losses and accuracies are None for parts without examples (only the user's own
    examples can leave the training set empty). `learning_rate` is the scheduled one.
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
    state: TrainingState


@dataclass(frozen=True, slots=True)
class Snapshot(Moment):
    """Everything that is shown at one moment of a network that reads points. Snapshots are immutable.

    `surface` (100, 100) is the picture of the feature or unit `selected`, a number that counts all features first, then
    all units; `thumbnails` (n, t, t) are the pictures of every unit. All are bytes (see `boundary.quantize`). With
    several outputs and none selected, `classes` (100, 100) are the likeliest ones. For one-dimensional data, `curve`
    (200,) are the unit's values from x1 = -6 to 6, and with a single hidden layer, `summands` (units, 200) are its
    units' contributions to the output.

    >>> from engine import Config, Trainer
    >>> snapshot = Trainer(Config()).snapshot()
    >>> snapshot.epoch, snapshot.surface.shape, snapshot.classes
    (0, (100, 100), None)
    """

    selected: int
    surface: NDArray[np.uint8]
    thumbnails: NDArray[np.uint8]
    classes: NDArray[np.uint8] | None
    curve: NDArray[np.float32] | None
    summands: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class PictureSnapshot(Moment):
    """Everything that is shown at one moment of a network that reads pictures. Snapshots are immutable.

    `pictures` (units, side, side) shows what every unit looks for (see `weight_pictures`), or what of it comes from
    changes of the first layer's weights since epoch 0, the outputs last; they are bytes: 128 is 0, and 255 is as much
    as `scales` (layers,) says for the layer. `biases` (units,) and `links` are the biases of all units and the
    parameters of all layers but the first, in the public order, without further pieces.

    `answers` (test,) are the digits that the network reads in the test pictures, and `certainty` (test,) its largest
    output there, of which 255 is 1. `activations` (units,) are those for the picture that is followed, if any.

    >>> from engine import Config, Trainer
    >>> snapshot = Trainer(Config(dataset="uci", hidden_layer_sizes=(5,))).picture_snapshot()
    >>> snapshot.pictures.shape, snapshot.scales.shape, snapshot.answers.shape, snapshot.activations
    ((15, 8, 8), (2,), (179,), None)
    """

    pictures: NDArray[np.uint8]
    scales: NDArray[np.float32]
    biases: NDArray[np.float32]
    links: NDArray[np.float32]
    answers: NDArray[np.uint8]
    certainty: NDArray[np.uint8]
    activations: NDArray[np.float32] | None
