"""The initial weights of a network."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.config import Config
from engine.examples import weight_stream
from engine.initializers import INITIALIZERS
from engine.network import Network
from engine.random import Stream, generator

Vector = NDArray[np.float64]


def initial_params(config: Config, network: Network) -> Vector:
    """The parameters of a config's network before the first epoch, in the public order."""
    shapes = list(pairwise(config.layer_sizes))
    source = _source(config)
    firsts = [_draw_matrix(config, *shape, source) for shape in shapes]
    return np.concatenate([*firsts, _learned(network, network.hidden), *_further_pieces(config, network, shapes)])


def _source(config: Config) -> Stream | Generator:
    """Where the first pieces of a network take their random numbers from."""
    if INITIALIZERS[config.initializer].draw is None:
        return weight_stream(config)
    return generator(config.weight_seed or config.seed, "weights", config.weight_offset)


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
            yield _draw_matrix(config, *shapes[layer], chance)
        yield _learned(network, piece.units)


def _draw_matrix(config: Config, fan_in: int, units: int, source: Stream | Generator) -> Vector:
    """The initial weights and biases of one layer, unit by unit."""
    initializer = INITIALIZERS[config.initializer]
    matrix: Vector = np.full((units, fan_in + 1), initializer.bias)
    if initializer.draw is not None and isinstance(source, Generator):
        drawn = matrix if initializer.draws_biases else matrix[:, :-1]
        drawn[:] = initializer.draw(source, drawn.shape[1], units, config.initializer_scale)
    else:
        weights = [initializer.weight(source) for _ in range(units * fan_in)]
        matrix[:, :-1] = np.reshape(weights, (units, fan_in))
    return matrix.ravel()
