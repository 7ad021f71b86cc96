"""Trends: how a curve of losses runs."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Curve(NamedTuple):
    """Losses (k,) at ascending epochs (k,); k may be 0."""

    epochs: Vector
    losses: Vector

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def first(self) -> float:
        """The first loss."""
        return float(self.losses[0])

    @property
    def span(self) -> float:
        """Epochs from the first point to the last."""
        return float(self.epochs[-1] - self.epochs[0]) if len(self.epochs) else 0.0

    def since(self, epoch: float) -> "Curve":
        """The points from an epoch on."""
        start = int(np.searchsorted(self.epochs, epoch))
        return Curve(self.epochs[start:], self.losses[start:])

    def until(self, epoch: float) -> "Curve":
        """The points up to an epoch."""
        stop = int(np.searchsorted(self.epochs, epoch, side="right"))
        return Curve(self.epochs[:stop], self.losses[:stop])

    def newest(self, share: float, at_least: float = 0) -> "Curve":
        """The points of the last `share` of the epochs, and of no fewer than `at_least` epochs."""
        if not len(self.epochs):
            return self
        return self.since(float(self.epochs[-1]) - max(share * self.span, at_least))

    def lowest(self) -> tuple[int, float]:
        """The epoch of the lowest loss, the first of several, and that loss."""
        position = int(self.losses.argmin())
        return int(self.epochs[position]), float(self.losses[position])

    def smoothed(self, width: int = 5) -> "Curve":
        """Each loss replaced by the median of those around it, so that single jumps do not count."""
        reach = min(width // 2, (len(self.epochs) - 1) // 2)
        if reach < 1:
            return self
        padded = np.pad(self.losses, reach, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
        return Curve(self.epochs, np.median(windows, axis=1))


def flat_since(curve: Curve, tolerance: float) -> int:
    """The first epoch from which all losses stay within a relative `tolerance` of the present one."""
    level = float(np.median(curve.losses[-max(1, len(curve) // 20) :]))
    outside = np.flatnonzero(np.abs(curve.losses - level) > tolerance * abs(level))
    position = min(int(outside[-1]) + 1 if len(outside) else 0, len(curve) - 1)
    return int(curve.epochs[position])


def fall_per_epoch(curve: Curve) -> float:
    """By how much of itself the loss falls per epoch: from the means of both halves, negative if it rises."""
    half = len(curve) // 2
    if half < 2:
        return 0.0
    early, late = float(curve.losses[:half].mean()), float(curve.losses[-half:].mean())
    epochs = float(curve.epochs[-half:].mean() - curve.epochs[:half].mean())
    return (early - late) / max(early, 1e-300) / max(epochs, 1.0)


def roughness(curve: Curve) -> float:
    """How far a loss jumps from one point to the next, relative to its level, beyond what its trend explains."""
    if len(curve) < 8:
        return 0.0
    bends = np.abs(np.diff(curve.losses, 2)) / 2
    return float(np.median(bends) / max(float(curve.losses.mean()), 1e-300))


def is_steady(curve: Curve, parts: int = 8) -> bool:
    """Whether the mean loss falls from each part of the curve to the next."""
    if len(curve) < 2 * parts:
        return False
    means = [float(part.mean()) for part in np.array_split(curve.losses, parts)]
    return all(later < earlier for earlier, later in pairwise(means))
