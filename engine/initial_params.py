"""The initial weights of a network."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.examples import weight_stream
from engine.initializers import INITIALIZERS, Source
from engine.network import Network
from engine.random import generator

Vector = NDArray[np.float64]


def initial_params(config: Config, network: Network) -> Vector:
    """The parameters of a config's network before the first epoch, in the public order."""
    seed, offset = config.weight_seed or config.seed, config.weight_offset
    stream, chance = weight_stream(config), generator(seed, "weights", offset)
    shapes = list(pairwise(config.layer_sizes))
    firsts = [_draw_matrix(config, *shape, stream, chance) for shape in shapes]
    return np.concatenate([*firsts, _learned(network, network.hidden), *_further_pieces(config, network, shapes)])


def _learned(network: Network, units: int) -> Vector:
    """The initial parameters of normalization: factors of 1, then shifts of 0."""
    return np.repeat([1.0, 0.0], units if network.normed else 0)


def _further_pieces(config: Config, network: Network, shapes: Sequence[tuple[int, int]]) -> Iterator[Vector]:
    """The pieces after the first, from their own random numbers, so that earlier pieces stay the same."""
    if not network.further:
        return
    chance = generator(config.weight_seed or config.seed, "second pieces", config.weight_offset)
    for piece in network.further:
        for layer in piece.layers:
            yield _draw_matrix(config, *shapes[layer], chance, chance)
        yield _learned(network, piece.units)


def _draw_matrix(config: Config, fan_in: int, units: int, stream: Source, chance: np.random.Generator) -> Vector:
    """The initial weights and biases of one layer, unit by unit."""
    initializer = INITIALIZERS[config.initializer]
    weights = (
        initializer.draw(chance, fan_in, units, config.initializer_scale)
        if initializer.draw
        else np.reshape([initializer.weight(stream) for _ in range(units * fan_in)], (units, fan_in))
    )
    matrix: Vector = np.c_[weights, np.full(units, initializer.bias)]
    return matrix.ravel()
