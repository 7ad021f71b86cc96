"""What the units of a network that reads pictures look for, as pictures."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.boundary import quantize
from engine.network_function import NetworkFunction
from engine.operations import unbounded

Vector = NDArray[np.float64]

_DEVIATIONS = 2.5
"""How many root mean squares of a layer's values its strongest color stands for."""


class WeightPictures(NamedTuple):
    """A picture for each unit (units, side, side), as bytes: 128 is 0, 255 is a layer's scale. Scales are (layers,)."""

    pictures: NDArray[np.uint8]
    scales: NDArray[np.float32]


def sensitivities(
    function: NetworkFunction, picture: NDArray[np.uint8], since: NetworkFunction | None = None
) -> list[Vector]:
    """How much each pixel of a picture (pixels,) raises the sum z of each unit: (units, pixels) of each layer.

    It is the derivative of z by the pixels, from 0 to 1. In the first layer, these are the weights, whatever the
    picture; in others, the derivative depends on the slopes and the winning pieces of the layers before.

    With `since`, it is only what comes from changes of the first layer's weights since the network was that function.
    """
    pictures = picture[np.newaxis]
    layers, slopes = function.forward_activations(pictures), function.derivatives(pictures)
    wins = [[layer.wins(number)[:, :1] for number in range(len(layer.sums))] for layer in layers]
    found: list[Vector] = []
    for index, pieces in enumerate(function.matrices()):
        weights = _won(pieces, wins[index])
        if index:
            found.append(weights @ (slopes[index - 1] * found[-1]))
        else:
            found.append(weights if since is None else weights - _won(since.matrices()[0], wins[0]))
    return found


def _won(pieces: Sequence[Vector], wins: Sequence[NDArray[np.bool_]]) -> Vector:
    """The weights (units, inputs) of each unit's winning piece, without its bias; `wins` are (units, 1)."""
    return np.select(list(wins), [piece[:, :-1] for piece in pieces])


def weight_pictures(
    function: NetworkFunction, picture: NDArray[np.uint8], since: NetworkFunction | None = None
) -> WeightPictures:
    """What each unit looks for: how much each pixel raises its sum, at a picture (pixels,); see `sensitivities`."""
    side = round(picture.size**0.5)
    with unbounded():
        found = [np.nan_to_num(values) for values in sensitivities(function, picture, since)]
        scales = [_DEVIATIONS * float(np.sqrt(np.square(values).mean())) or 1.0 for values in found]
        shown: list[Any] = [quantize(values / scale) for values, scale in zip(found, scales, strict=True)]
    return WeightPictures(np.concatenate(shown).reshape(-1, side, side), np.array(scales, np.float32))
