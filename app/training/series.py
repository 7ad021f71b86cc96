"""The loss series: losses by epoch, without gaps, in bounded memory."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import Trainer

CAPACITY = 4096
"""Maximum number of stored points. When it is reached, every other point is dropped and the stride doubles."""

_FIRST_CAPACITY = 256
"""Number of points for which a new series has room; that doubles whenever it is full. Many sessions never train."""

MAX_POINTS = 1024
"""Maximum number of points returned at once, unless fewer are asked for; longer pieces are thinned evenly."""


_LARGEST = float(np.finfo(np.float32).max)
"""Larger losses, which occur just before training diverges, are stored as this one."""


_LAST_EPOCH = int(np.iinfo(np.uint32).max)
"""Later epochs, which take days of training at full speed, are stored as this one."""


class LossPoints(NamedTuple):
    """A piece of the loss series: epochs uint32 (k,), losses float32 (k,); None for a part without examples."""

    epochs: NDArray[np.uint32]
    train: NDArray[np.float32] | None
    test: NDArray[np.float32] | None
    validation: NDArray[np.float32] | None = None


class LossSeries:
    """The losses of one run from its first epoch on. The newest point is always kept."""

    def __init__(self) -> None:
        self._epochs = np.zeros(_FIRST_CAPACITY, "<u4")
        self._losses = np.zeros((3, _FIRST_CAPACITY), "<f4")
        self._count = 0
        self._stride = 1

    def record(self, trainer: Trainer) -> None:
        """Add the current losses of a network."""
        self.put(trainer.epoch, trainer.train_loss, trainer.test_loss, trainer.validation_loss)

    def put(self, epoch: int, train: float | None, test: float | None, validation: float | None = None) -> None:
        """Add the losses of an epoch, or replace them if it is the newest. Epochs must not decrease."""
        epoch = min(epoch, _LAST_EPOCH)
        last = self._count - 1
        # the newest may be off the stride: then it is replaced by the next one
        replaces = last >= 1 and self._epochs[last] - self._epochs[last - 1] < self._stride
        if last >= 0 and (replaces or self._epochs[last] == epoch):
            self._count = last
        elif self._count == CAPACITY:
            self._halve()
        elif self._count == len(self._epochs):
            self._grow()
        self._epochs[self._count] = epoch
        losses = (train, test, validation)
        self._losses[:, self._count] = [np.nan if loss is None else min(loss, _LARGEST) for loss in losses]
        self._count += 1

    def _grow(self) -> None:
        self._epochs = np.pad(self._epochs, (0, self._count))
        self._losses = np.pad(self._losses, ((0, 0), (0, self._count)))

    def _halve(self) -> None:
        kept = CAPACITY // 2
        self._epochs[:kept] = self._epochs[::2].copy()
        self._losses[:, :kept] = self._losses[:, ::2].copy()
        self._count = kept
        self._stride *= 2

    def cut(self, epoch: int) -> None:
        """Drop the points after `epoch`."""
        self._count = int(np.searchsorted(self._epochs[: self._count], epoch, side="right"))

    def after(self, epoch: int, most: int = MAX_POINTS) -> LossPoints:
        """At most `most` points after `epoch`, and always the newest; an `epoch` of -1 gives all."""
        count = self._count
        start = min(int(np.searchsorted(self._epochs[:count], epoch, side="right")), max(0, count - 1))
        epochs, losses = self._epochs[start:count], self._losses[:, start:count]
        if len(epochs) > most:
            chosen = np.unique(np.linspace(0, len(epochs) - 1, most).round().astype(int))
            epochs, losses = epochs[chosen], losses[:, chosen]
        is_missing = np.logical_or.reduce(np.isnan(losses), axis=1).tolist()
        lines = (None if missing else line.copy() for missing, line in zip(is_missing, losses, strict=True))
        return LossPoints(epochs.copy(), *lines)
