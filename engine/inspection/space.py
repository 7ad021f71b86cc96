"""Hidden-layer view: the examples, and the plane's grid, in the space of the last hidden layer.

That layer bends the plane until a straight line can separate the classes. With more than two units, the first two
principal components are shown: Pearson (1901); Goodfellow et al. (2016), section 2.12.
"""

from typing import Any

import numpy as np

from engine.boundary import EXTENT
from engine.config import Config
from engine.features import transform
from engine.inspection.layers import spread
from engine.inspection.view import Look, Subject, Vector, View
from engine.trainer import Trainer

LINES, POINTS = 13, 25
"""The number of grid lines in each direction, and of points on each of them."""

_VALUES = 60_000


def opened() -> Look:
    """A look at the hidden-layer view. It remembers the orientation of components, so that they do not flip."""
    return _Space()


class _Space:
    def __init__(self) -> None:
        self._axes = np.zeros((0, 2))

    def __call__(self, subject: Subject) -> View:
        trainer = subject.trainer
        config = trainer.config
        chosen = spread(len(trainer.inputs), max(100, _VALUES // sum(config.layer_sizes[1:])))
        grid = _grid()
        positions = _last_hidden(trainer, np.concatenate([trainer.inputs[chosen], grid.reshape(-1, 2)]))
        values: dict[str, Any] = {"explained": None, "boundary": None}
        if len(positions) <= 2:
            shown = np.zeros((positions.shape[1], 2))
            shown[:, : len(positions)] = positions.T
            values |= {"axes": "units", "boundary": _boundary(trainer, len(positions))}
        else:
            shown, explained = self._project(positions, len(chosen))
            values |= {"axes": "components", "explained": explained}
        points, bent = shown[: len(chosen)], shown[len(chosen) :].reshape(grid.shape)
        return View(values, {"points": points, "grid": bent, "examples": chosen.astype(np.uint32)})

    def _project(self, positions: Vector, count: int) -> tuple[Vector, list[float]]:
        """The first two principal components of the examples, which are the first `count` points, and their shares."""
        examples = np.nan_to_num(positions[:, :count])
        middle = examples.mean(axis=1, keepdims=True)
        sizes, axes = np.linalg.eigh((examples - middle) @ (examples - middle).T / count)
        axes = axes[:, :-3:-1]
        before = self._axes if self._axes.shape == axes.shape else np.ones_like(axes)
        axes = axes * np.where((axes * before).sum(axis=0) < 0, -1.0, 1.0)
        self._axes = axes
        total = max(float(sizes.sum()), 1e-300)
        return (positions - middle).T @ axes, [float(size) / total for size in sizes[:-3:-1]]


def _grid() -> Vector:
    """The lines (lines, points, 2) of a grid over the plane: first those of constant x1, then those of constant x2."""
    across, along = np.meshgrid(
        np.linspace(-EXTENT, EXTENT, LINES), np.linspace(-EXTENT, EXTENT, POINTS), indexing="ij"
    )
    return np.concatenate([np.stack([across, along], axis=2), np.stack([along, across], axis=2)])


def _last_hidden(trainer: Trainer, points: Vector) -> Vector:
    """The activations of the last hidden layer (units, n); without one, the features."""
    if trainer.config.hidden_layer_sizes:
        return trainer.function().forward_activations(points)[-2].a
    return transform(trainer.config.features, points)


def _boundary(trainer: Trainer, units: int) -> list[float] | None:
    """a, b and c of the straight line a u + b v + c = 0 that separates two classes; None unless there are two."""
    config: Config = trainer.config
    if config.classes != 2:
        return None
    *weights, bias = (float(number) for number in trainer.function().matrices()[-1][0][0])
    return [*weights, *([0.0] * (2 - units)), bias]
