"""Results: what every student has reached, with the loss curves."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.classroom.tiles import ConfigValues, Numbers, chosen, parameters_of
from app.protocol.class_messages import Result
from app.protocol.containers import Array

MOST_POINTS = 200
"""Points of a curve; of a longer one as many are kept, with its first and its last."""


class Curve(NamedTuple):
    """The loss curve of a card: epochs and test losses, of the same length."""

    epochs: NDArray[np.uint32]
    losses: NDArray[np.float32]


def result(seat: int, name: str, link: str, *, card: Numbers, config: ConfigValues, layers: Sequence[int]) -> Result:
    """What a student has reached; `config`, `layers` and `link` are those of the last `config` message."""
    return Result(
        seat=seat,
        name=name,
        link=link,
        epoch=card.epoch,
        train_loss=card.train_loss,
        test_loss=card.test_loss,
        train_accuracy=card.train_accuracy,
        test_accuracy=card.test_accuracy,
        reached=dict(card.reached),
        layers=tuple(layers),
        parameters=parameters_of(config, layers),
        chosen=chosen(config),
    )


def curves(found: Sequence[Curve | None]) -> dict[str, Array]:
    """The arrays of `results`: `points` of all curves, and how many each of the `lines` has; 0 where there is none.

    >>> arrays = curves([Curve(np.array([0, 1], "u4"), np.array([0.5, 0.4], "f4")), None])
    >>> arrays["lines"].tolist(), arrays["points"].shape
    ([2, 0], (2, 2))
    """
    lines = [_thinned(curve) for curve in found]
    return {
        "points": np.concatenate([np.zeros((0, 2), "<f4"), *lines]),
        "lines": np.array([len(line) for line in lines], "<u4"),
    }


def _thinned(curve: Curve | None) -> NDArray[np.float32]:
    if curve is None or not len(curve.epochs):
        return np.zeros((0, 2), "<f4")
    count = len(curve.epochs)
    kept = np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int)
    return np.stack([curve.epochs[kept], curve.losses[kept]], axis=1).astype("<f4")
