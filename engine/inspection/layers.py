"""The layers of a network as inspections need them: their inputs, their parts of vectors, and sample examples."""

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.features import FEATURES
from engine.network import Network
from engine.trainer import Trainer

Vector = NDArray[np.float64]


def network_of(config: Config) -> Network:
    """A network whose layout is the public order."""
    return Network(config.layer_sizes, normed=config.batch_norm, pieces=config.pieces)


def pieces_of(vector: Vector, config: Config) -> list[list[Vector]]:
    """A vector in the public order as the matrices (units, inputs + 1) of each layer, one per piece of its units.

    Their last columns are the biases. They are views of the vector.
    """
    return network_of(config).pieces(vector)


def weights_of(vector: Vector, config: Config) -> list[Vector]:
    """The weights (n,) of each layer in a vector in the public order, across all pieces."""
    return [np.concatenate([matrix[:, :-1].ravel() for matrix in pieces]) for pieces in pieces_of(vector, config)]


def find_unit(unit: int | None, config: Config) -> tuple[int, int] | None:
    """The layer (0 for the first hidden one) of a unit with this picture number, and its index there.

    None for features, for None, and for units that do not exist.
    """
    position = -1 if unit is None else unit - len(FEATURES)
    for layer, units in enumerate(config.layer_sizes[1:]):
        if 0 <= position < units:
            return layer, position
        position -= units
    return None


def number_of(layer: int, position: int, config: Config) -> int:
    """The picture number of a unit: all features are counted first, then all units."""
    return config.picture_count - sum(config.layer_sizes[layer + 1 :]) + position


def sample(trainer: Trainer, values: int) -> Vector:
    """Evenly spaced training points (n, 2), so that all units together have about `values` values; n ≥ 16."""
    units = sum(trainer.config.layer_sizes[1:])
    return trainer.inputs[spread(trainer.train_size, max(16, values // units))]


def spread(size: int, count: int) -> NDArray[np.intp]:
    """At most `count` numbers below `size`, evenly spaced."""
    return np.linspace(0, size - 1, min(size, count)).round().astype(np.intp)
