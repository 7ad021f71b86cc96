"""The path: the parameters of a run, epoch by epoch, in bounded memory."""

import numpy as np
from numpy.typing import NDArray

from engine.trainer import Trainer

CAPACITY = 64
"""Maximum number of points; when it is reached, every other point is dropped and the spacing doubles."""

_NUMBERS = 250_000
"""Maximum number of values in all points together: large networks keep fewer points, but at least 8."""


class Path:
    """The parameters of one run at evenly spaced epochs."""

    def __init__(self) -> None:
        self.epochs: list[int] = []
        self._points: list[NDArray[np.float64]] = []
        self._stride = 1

    def put(self, trainer: Trainer) -> None:
        """Record a trainer's parameters, if its epoch is one of those that are kept."""
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
