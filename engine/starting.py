"""The starting weights of a network."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.examples import weight_stream
from engine.initializers import INITIALIZERS, Source
from engine.network import Network
from engine.random import generator

Vector = NDArray[np.float64]


def starting_params(config: Config, network: Network) -> Vector:
    """The parameters of a config's network before the first epoch, in the public order."""
    seed, offset = config.weight_seed or config.seed, config.weight_offset
    stream, chance = weight_stream(config), generator(seed, "weights", offset)
    shapes = list(pairwise(config.layer_sizes))
    learned = np.repeat([1.0, 0.0], network.hidden if network.normed else 0)
    more = np.repeat([1.0, 0.0], network.sums - network.hidden if network.normed else 0)
    return np.concatenate(
        [
            *(_draw_matrix(config, *shape, stream, chance) for shape in shapes),
            learned,
            *_second_pieces(config, [shapes[layer] for layer in network.paired]),
            more,
        ]
    )


def _second_pieces(config: Config, shapes: Sequence[tuple[int, int]]) -> list[Vector]:
    """The second matrices of layers that have two, from chance of their own: the first are what they are without."""
    if not shapes:
        return []
    chance = generator(config.weight_seed or config.seed, "second pieces", config.weight_offset)
    return [_draw_matrix(config, *shape, chance, chance) for shape in shapes]


def _draw_matrix(config: Config, fan_in: int, units: int, stream: Source, chance: np.random.Generator) -> Vector:
    """The starting weights and biases of one layer, unit by unit."""
    initializer = INITIALIZERS[config.initializer]
    weights = (
        initializer.draw(chance, fan_in, units, config.initializer_scale)
        if initializer.draw
        else np.reshape([initializer.weight(stream) for _ in range(units * fan_in)], (units, fan_in))
    )
    matrix: Vector = np.c_[weights, np.full(units, initializer.bias)]
    return matrix.ravel()
