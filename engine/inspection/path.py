"""The path: where the parameters of a run have been, epoch by epoch, in bounded room."""

import numpy as np
from numpy.typing import NDArray

from engine.trainer import Trainer

CAPACITY = 64
"""Points that are kept at most; when they are full, every other one goes and from then on half as many come."""

_NUMBERS = 250_000
"""Numbers that all points together may have: of large networks fewer points are kept, but at least 8."""


class Path:
    """The parameters of one run at epochs that are evenly spread over what has been trained."""

    def __init__(self) -> None:
        self.epochs: list[int] = []
        self._points: list[NDArray[np.float64]] = []
        self._stride = 1

    def put(self, trainer: Trainer) -> None:
        """Note where a trainer is, if its epoch is one of those that are kept."""
        epoch = trainer.epoch
        if epoch % self._stride and self.epochs:
            return
        while self.epochs and self.epochs[-1] >= epoch:
            self.epochs.pop()
            self._points.pop()
        if len(self.epochs) >= min(CAPACITY, max(8, _NUMBERS // max(1, trainer.config.parameter_count))):
            self.epochs, self._points = self.epochs[::2], self._points[::2]
            self._stride *= 2
        self.epochs.append(epoch)
        self._points.append(trainer.state().arrays["params"])

    @property
    def points(self) -> NDArray[np.float64]:
        """The parameters (points, parameters), in the public order, oldest first."""
        return np.array(self._points)
