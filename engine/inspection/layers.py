"""The layers of a network as inspections need them: what is given to them, their parts of vectors, some examples."""

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.examples import Examples, Inputs
from engine.features import FEATURES
from engine.network import Network
from engine.normalization import fold
from engine.trainer import Trainer

Vector = NDArray[np.float64]


def pieces_of(vector: Vector, config: Config) -> list[list[Vector]]:
    """A vector in the public order as the matrices (units, inputs + 1) of each layer, one for each piece of its units.

    Their last column are the biases. They are views of the vector.
    """
    return _network(config).pieces(vector)


def weights_of(vector: Vector, config: Config) -> list[Vector]:
    """The weights (n,) of each layer in a vector in the public order, those of all pieces."""
    return [np.concatenate([matrix[:, :-1].ravel() for matrix in pieces]) for pieces in pieces_of(vector, config)]


def _network(config: Config) -> Network:
    """A network whose layout is the public order."""
    return Network(config.layer_sizes, normed=config.batch_norm, paired=config.paired_layers)


def answering(trainer: Trainer) -> list[list[Vector]]:
    """The matrices, as in `pieces_of`, of a network that answers alike and is given the features as they are.

    Normalisation and standardised features have become part of its weights and biases.
    """
    config, state = trainer.config, trainer.state()
    network = _network(config)
    network.write(network.params, state.arrays["params"])
    if config.batch_norm:
        fold(network, network.params, state.arrays["running_mean"], state.arrays["running_variance"])
    pieces = network.pieces(network.params)
    examples = Examples(trainer.inputs, trainer.targets, trainer.train_size, trainer.validation_size)
    inputs = Inputs(config, examples)
    for matrix in pieces[0]:
        inputs.fold(matrix)
    return pieces


def find_unit(unit: int | None, config: Config) -> tuple[int, int] | None:
    """Layer (0 for the first hidden one) and place in it of a unit that is counted as the thumbnails are.

    None for features, for None, and for what does not exist.
    """
    place = -1 if unit is None else unit - len(FEATURES)
    for layer, units in enumerate(config.layer_sizes[1:]):
        if 0 <= place < units:
            return layer, place
        place -= units
    return None


def number_of(layer: int, place: int, config: Config) -> int:
    """How the thumbnails count a unit."""
    return len(FEATURES) + sum(config.layer_sizes[1 : layer + 1]) + place


def sample(trainer: Trainer, values: int) -> Vector:
    """Training points (n, 2), evenly spread, so that all units together have about so many `values` at them; n ≥ 16."""
    units = sum(trainer.config.layer_sizes[1:])
    return trainer.inputs[spread(trainer.train_size, max(16, values // units))]


def spread(size: int, count: int) -> NDArray[np.intp]:
    """At most `count` numbers below `size`, evenly spread."""
    return np.linspace(0, size - 1, min(size, count)).round().astype(np.intp)
