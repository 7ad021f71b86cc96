"""What the units of a network that reads pictures look for, as pictures."""

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


def sensitivities(function: NetworkFunction, picture: NDArray[np.uint8]) -> list[Vector]:
    """How much each pixel of a picture (pixels,) raises the sum z of each unit: (units, pixels) of each layer.

    It is the derivative of z by the pixels, from 0 to 1. In the first layer, these are the weights, whatever the
    picture; in others, the derivative depends on the slopes and the winning pieces of the layers before.
    """
    pictures = picture[np.newaxis]
    layers, slopes = function.forward_activations(pictures), function.derivatives(pictures)
    found: list[Vector] = []
    for index, pieces in enumerate(function.matrices()):
        weights = pieces[0][:, :-1].copy()
        for number, piece in enumerate(pieces[1:], 1):
            wins = layers[index].wins(number)[:, 0]
            weights[wins] = piece[wins, :-1]
        found.append(weights @ (slopes[index - 1] * found[-1]) if index else weights)
    return found


def weight_pictures(
    function: NetworkFunction, picture: NDArray[np.uint8], since: NetworkFunction | None = None
) -> WeightPictures:
    """What each unit looks for: how much each pixel raises its sum, at a picture (pixels,).

    With `since`, it is how much that has changed since the network was this function.
    """
    side = round(picture.size**0.5)
    with unbounded():
        found = sensitivities(function, picture)
        if since is not None:
            found = [now - before for now, before in zip(found, sensitivities(since, picture), strict=True)]
        found = [np.nan_to_num(values) for values in found]
        scales = [_DEVIATIONS * float(np.sqrt(np.square(values).mean())) or 1.0 for values in found]
        shown: list[Any] = [quantize(values / scale) for values, scale in zip(found, scales, strict=True)]
    return WeightPictures(np.concatenate(shown).reshape(-1, side, side), np.array(scales, np.float32))
