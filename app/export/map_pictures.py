"""The pictures of an animation of a network that reads points: the map of its output, with the examples on it."""

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.export.canvas import (
    BLACK,
    CLASS,
    CLASSES,
    INK,
    MAP,
    PANEL,
    SAME,
    SHADES,
    SOFT,
    VALUES,
    WHITE,
    Font,
    Pixels,
    caption_of,
    joined,
    palette,
    shade,
)
from app.export.look import Look
from engine import Snapshot, Trainer
from engine.boundary import EXTENT

_AT_ONCE = 250
"""Examples that are drawn in one step."""


class _Part(NamedTuple):
    """A range of examples, and the color of their rings."""

    start: int
    end: int
    ring: int


class MapPictures:
    """Draws the map of a trainer, whose examples stay the same."""

    def __init__(self, trainer: Trainer, look: Look, font: Font) -> None:
        self._trainer, self._look, self._font = trainer, look, font
        self._colors = palette(look.theme, trainer.config.classes)

    def prepare(self) -> Iterator[None]:
        """Draw the examples, which are the same in all pictures, pausing after some of them."""
        trainer, is_curve = self._trainer, self._trainer.config.dimensions == 1
        self._background = Image.new("L", (MAP, MAP), PANEL if is_curve else SAME)
        draw = ImageDraw.Draw(self._background)
        if is_curve:
            draw.line((0, MAP // 2, MAP, MAP // 2), SOFT)
        for part in self._shown_parts():
            for start in range(part.start, part.end, _AT_ONCE):
                chosen = slice(start, min(start + _AT_ONCE, part.end))
                for (x1, x2), target in zip(trainer.inputs[chosen], trainer.targets[chosen], strict=True):
                    x, y = _across(x1), self._up(float(target)) if is_curve else _across(-x2)
                    draw.ellipse((x - 3, y - 3, x + 3, y + 3), self._color_of(float(target)), part.ring)
                yield

    def take(self) -> Callable[[], Image.Image]:
        """Compute what is shown of the trainer as it is; returns what draws it."""
        snapshot = self._trainer.snapshot()
        return lambda: self._picture(snapshot)

    def _picture(self, snapshot: Snapshot) -> Image.Image:
        plane = self._map(snapshot) if snapshot.curve is None else self._curve(snapshot.curve)
        return joined(plane, caption_of(snapshot), self._font, self._colors)

    def _map(self, snapshot: Snapshot) -> Pixels:
        """The map (300, 300) with the examples on it, as indices of the palette."""
        # the centers of the outermost cells are the edges of the plane
        edges = (0.5, 0.5, len(snapshot.surface) - 0.5, len(snapshot.surface) - 0.5)
        surface = Image.fromarray(snapshot.surface)
        bytes_ = np.asarray(surface.resize((MAP, MAP), Image.Resampling.BILINEAR, edges)).astype(np.intp)
        if snapshot.classes is None:
            if self._look.discretize:
                bytes_ = np.where(bytes_ < 128, 0, 255)
            pixels = shade(bytes_)
        else:
            nearest = Image.fromarray(snapshot.classes).resize((MAP, MAP), Image.Resampling.NEAREST, edges)
            levels = SHADES // CLASSES
            level = levels - 1 if self._look.discretize else bytes_ * (levels - 1) // 255
            pixels = (np.asarray(nearest) * np.intp(levels) + level).astype(np.uint8)
        examples = np.asarray(self._background)
        return np.where(examples == SAME, pixels, examples)

    def _shown_parts(self) -> list[_Part]:
        """The parts whose examples are shown; training examples come last, on top."""
        trainer = self._trainer
        train = _Part(0, trainer.train_size, WHITE)
        others = _Part(trainer.train_size, len(trainer.targets), BLACK)
        return [others, train] if self._look.show_test_data else [train]

    def _color_of(self, target: float) -> int:
        if self._trainer.config.classes > 2:
            return CLASS + int(target) % CLASSES
        return SHADES + round((max(-1.0, min(1.0, target)) + 1) / 2 * (VALUES - 1))

    def _curve(self, curve: NDArray[np.float32]) -> Pixels:
        """The curve over data of one dimension, as indices of the palette."""
        image = self._background.copy()
        values = np.sign(curve) if self._look.discretize else curve
        indices = np.linspace(0, MAP - 1, len(values))
        line = [(float(x), self._up(float(value))) for x, value in zip(indices, values, strict=True)]
        ImageDraw.Draw(image).line(line, INK, 2, "curve")
        return np.asarray(image)

    def _up(self, value: float) -> float:
        """The position of a value of the curve above the lower edge of the map, in pixels from the upper one."""
        return (0.5 - max(-2.0, min(2.0, value / self._reach)) / 2) * (MAP - 1)

    @cached_property
    def _reach(self) -> float:
        """The value at the upper edge of a curve."""
        most = float(np.abs(self._trainer.targets).max(initial=0.0))
        return min(10.0, max(1.25, math.ceil(most * 4.4) / 4))


def _across(value: float) -> float:
    """The position of a coordinate on the map, in pixels."""
    return (float(value) + EXTENT) / (2 * EXTENT) * (MAP - 1)
