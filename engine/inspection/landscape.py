"""Loss landscape: the loss on a plane through the current parameters, with the path of training.

Li, Xu, Taylor, Studer and Goldstein, *Visualizing the loss landscape of neural nets* (2018): two random directions, in
which the weights of each unit (or each of its pieces) are scaled to the norm of its own weights (section 4), or the
principal directions of the path (section 7). Smoothness along other directions is not visible; but of two minima, the
one around which the loss rises more slowly is the flatter one, and this picture shows it, because the scaling makes
both comparable.
"""

import time
from itertools import chain
from typing import Any

import numpy as np

from engine.config import FIELDS, Config
from engine.fields import Effect
from engine.inspection.layers import pieces_of
from engine.inspection.path import Path
from engine.inspection.view import Array, Look, Subject, Vector, View
from engine.trainer import Trainer

SIDE = 25
"""Points on each side of the plane; the middle one is at the current parameters."""

RISE = 0.1
"""How much higher than in the middle the loss may be for a position to count as flat."""

_SEED = 2018
_LOWEST, _HIGHEST = -12.0, 12.0
_MARGIN = 0.2


def opened() -> Look:
    """A look at the landscape, which is computed in pieces on request and then kept."""
    return _Landscape()


class _Landscape:
    def __init__(self) -> None:
        self._config: Config | None = None
        self._forget()

    def _forget(self) -> None:
        self._directions = "random"
        self._is_begun = False
        self._done = 0

    def __call__(self, subject: Subject) -> View:
        trainer, options = subject.trainer, subject.options
        if self._config is None or _ground(trainer.config) != _ground(self._config):
            self._forget()
        self._config = trainer.config
        if options.compute:
            self._begin(trainer, subject.path, options.directions)
        if not self._is_begun:
            return View({"progress": 0.0, "directions": options.directions, "extent": None, "flatness": None}, {})
        if self._done < SIDE * SIDE:
            self._compute(trainer, subject.seconds)
        return self._view(trainer, subject.path)

    def _begin(self, trainer: Trainer, path: Path, directions: str) -> None:
        self._middle: Vector = trainer.state().arrays["params"]
        self._directions = directions
        self._extent = (-1.0, 1.0, -1.0, 1.0)
        if directions == "path":
            points = np.vstack([path.points, self._middle])
            self._span = _path_directions(points - self._middle)
            self._extent = _around(self._project(points))
        else:
            self._span = _random_directions(self._middle, trainer.config)
        self._losses = np.zeros(SIDE * SIDE)
        self._done = 0
        self._is_begun = True

    def _compute(self, trainer: Trainer, seconds: float) -> None:
        """Compute losses for `seconds`, at least one of them. The plane stays fixed if training continues meanwhile."""
        deadline = time.perf_counter() + seconds
        low, high, bottom, top = self._extent
        while self._done < SIDE * SIDE:
            row, column = divmod(self._done, SIDE)
            position = np.array([low + (high - low) * column / (SIDE - 1), bottom + (top - bottom) * row / (SIDE - 1)])
            self._losses[self._done] = trainer.loss_at(self._middle + position @ self._span)
            self._done += 1
            if time.perf_counter() >= deadline:
                break

    def _project(self, points: Vector) -> Vector:
        """The positions (n, 2) on the plane closest to parameters (n, p)."""
        positions: Vector = (points - self._middle) @ self._span.T @ np.linalg.pinv(self._span @ self._span.T)
        return positions

    def _view(self, trainer: Trainer, path: Path) -> View:
        progress = self._done / (SIDE * SIDE)
        points = np.vstack([path.points, trainer.state().arrays["params"]])
        arrays: dict[str, Array] = {"path": self._project(points)}
        values: dict[str, Any] = {
            "progress": progress,
            "directions": self._directions,
            "extent": list(self._extent),
            "flatness": None,
            "epochs": [*path.epochs, trainer.epoch],
        }
        if progress < 1:
            return View(values, arrays, pending=True)
        losses = np.nan_to_num(self._losses, nan=np.inf)
        middle = trainer.loss_at(self._middle)
        values["flatness"] = float((losses <= middle + RISE).mean())
        values["loss"] = middle
        # minus and plus infinity become the ends of the range
        arrays["surface"] = np.clip(np.log10(losses), _LOWEST, _HIGHEST).reshape(SIDE, SIDE)
        return View(values, arrays)


_GROUND = tuple(name for name, field in FIELDS.items() if field.effect >= Effect.NETWORK)


def _ground(config: Config) -> tuple[object, ...]:
    """The identity of a landscape: another network or other data need a new one."""
    return tuple(getattr(config, name) for name in _GROUND)


def _random_directions(middle: Vector, config: Config) -> Vector:
    """Two directions (2, p), always from the same random numbers, so that pictures can be compared.

    Biases and the parameters of normalization do not move, as in the authors' own code.
    """
    numbers = np.random.default_rng(_SEED)
    found = np.zeros((2, len(middle)))
    for direction in found:
        pieces = (chain.from_iterable(pieces_of(vector, config)) for vector in (middle, direction))
        for own, drawn in zip(*pieces, strict=True):
            drawn[:, :-1] = numbers.standard_normal((len(own), own.shape[1] - 1))
            norms = np.linalg.norm(drawn[:, :-1], axis=1, keepdims=True)
            drawn[:, :-1] *= np.linalg.norm(own[:, :-1], axis=1, keepdims=True) / np.maximum(norms, 1e-12)
    return found


def _path_directions(offsets: Vector) -> Vector:
    """The first two principal directions (2, p) of a path with offsets (m, p); 0 where it has none."""
    _, sizes, axes = np.linalg.svd(offsets, full_matrices=False)
    found = np.zeros((2, offsets.shape[1]))
    for position, (size, axis) in enumerate(zip(sizes[:2], axes, strict=False)):
        found[position] = axis if size > 1e-12 else 0.0
    return found


def _around(positions: Vector) -> tuple[float, float, float, float]:
    """The smallest square that contains all positions with a margin, at least 2 wide."""
    middle = (positions.min(axis=0) + positions.max(axis=0)) / 2
    half = max(1.0, float(np.ptp(positions, axis=0).max()) / 2 * (1 + 2 * _MARGIN))
    (a, b) = (float(value) for value in middle)
    return a - half, a + half, b - half, b + half
