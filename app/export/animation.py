"""A run as an animated GIF: the output's map over its epochs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.export.colors import THEMES, Colors, ramp, rgb, veiled
from app.export.gif import GifWriter
from engine import Config, Snapshot, StateHandle, Trainer
from engine.boundary import EXTENT

WIDTH, MAP, HEIGHT = 300, 300, 332
"""Size in pixels: the map is a square, with a line of text below."""

_FRAME, _LAST = 80, 2400
"""How long a picture is shown, and how long the last one is, in milliseconds."""

_AT_ONCE = 250
"""Examples that are drawn in one step."""

Pixels = NDArray[np.uint8]

# The palette: shades of the map, then shades of values, colors of classes, and all other colors.
_SHADES = 192
_VALUES = 32
_CLASSES = len(THEMES["light"].classes)
_CLASS = _SHADES + _VALUES
_BG, _INK, _SOFT, _PANEL, _WHITE, _BLACK, _SAME = range(_CLASS + _CLASSES, _CLASS + _CLASSES + 7)


@cache
def palette(theme: str, classes: int) -> bytes:
    """256 colors, three bytes each, for two classes or values (`classes` up to 2), or for more classes."""
    look = THEMES[theme]

    def shades(count: int) -> Colors:
        values = 2 * np.arange(count) / (count - 1) - 1
        ends = (ramp(look.zero, end, np.abs(values)) for end in (look.neg, look.pos))
        return np.where(values[:, None] < 0, *ends)

    levels = _SHADES // _CLASSES
    sure = (
        np.maximum(0.0, (np.arange(levels) / (levels - 1) - 1 / classes) / (1 - 1 / classes)) if classes > 2 else None
    )
    colors = [shades(_SHADES)] if sure is None else [ramp(look.zero, color, sure) for color in look.classes]
    colors = [veiled(color, look) for color in colors]
    colors += [shades(_VALUES), *map(rgb, (*look.classes, look.bg, look.ink, look.soft, look.panel, "#fff"))]
    return np.concatenate(colors).tobytes().ljust(768, b"\0")


def chosen(epochs: Sequence[int], count: int) -> list[int]:
    """At most `count` of the epochs, including both ends: closer together at first, where more happens."""
    if len(epochs) <= count:
        return list(epochs)
    first, last = epochs[0], epochs[-1]
    wanted = [first + (last - first) * (index / (count - 1)) ** 2 for index in range(count)]
    indices = np.searchsorted(np.asarray(epochs), wanted)
    return [epochs[index] for index in sorted({min(int(index), len(epochs) - 1) for index in indices})]


@dataclass(frozen=True, slots=True)
class Look:
    """Display options of the run: the theme, and the states of the page's checkboxes."""

    theme: str = "light"
    show_test_data: bool = False
    discretize: bool = False


class _Part(NamedTuple):
    """A range of examples, and the color of their rings."""

    start: int
    end: int
    ring: int


class Animation:
    """The pictures of some moments of a run. `handles` are of networks of `config`; there is at least one.

    It is drawn in steps, of which each takes a millisecond or two: four of them make a picture, after some that prepare
    for all. Only a large network takes longer, to be compiled once and to compute a picture.
    """

    def __init__(self, config: Config, handles: Sequence[StateHandle], look: Look) -> None:
        self._handles = handles
        self._look = look
        self._config = config
        self._finished = 0
        self._file = b""
        self._work = self._draw_all()

    @property
    def share(self) -> float:
        """The fraction finished so far, 0 to 1."""
        return self._finished / len(self._handles)

    @property
    def is_done(self) -> bool:
        """Whether all pictures are finished."""
        return bool(self._file)

    def step(self) -> None:
        """Work on the pictures for a moment."""
        next(self._work, None)

    def file(self) -> bytes:
        """The GIF, in an endless loop, once it is done."""
        return self._file

    def _draw_all(self) -> Iterator[None]:
        """Draw all pictures, pausing after every piece of work."""
        self._colors = palette(self._look.theme, self._config.classes)
        yield
        self._font = ImageFont.load_default(size=14)
        yield
        self._trainer = Trainer(self._config)
        yield
        yield from self._draw_background()
        gif, last = GifWriter(), len(self._handles) - 1
        for number, handle in enumerate(self._handles):
            self._trainer.seek(handle)
            yield
            snapshot = self._trainer.snapshot()
            yield
            picture = self._picture(snapshot)
            yield
            gif.add(picture, _LAST if number == last else _FRAME)
            self._finished = number
            yield
        self._file, self._finished = gif.finished(), len(self._handles)

    def _draw_background(self) -> Iterator[None]:
        """Draw the examples, which are the same in all pictures, pausing after some of them."""
        trainer, is_curve = self._trainer, self._config.dimensions == 1
        self._background = Image.new("L", (MAP, MAP), _PANEL if is_curve else _SAME)
        draw = ImageDraw.Draw(self._background)
        if is_curve:
            draw.line((0, MAP // 2, MAP, MAP // 2), _SOFT)
        for part in self._shown_parts():
            for start in range(part.start, part.end, _AT_ONCE):
                chosen = slice(start, min(start + _AT_ONCE, part.end))
                for (x1, x2), target in zip(trainer.inputs[chosen], trainer.targets[chosen], strict=True):
                    x, y = _across(x1), self._up(float(target)) if is_curve else _across(-x2)
                    draw.ellipse((x - 3, y - 3, x + 3, y + 3), self._color_of(float(target)), part.ring)
                yield

    # --- one picture ------------------------------------------------------------------------------------------------

    def _picture(self, snapshot: Snapshot) -> Image.Image:
        plane = self._map(snapshot) if snapshot.curve is None else self._curve(snapshot.curve)
        picture = Image.fromarray(np.concatenate([plane, self._words(snapshot)]))
        # from shades of gray to positions in the palette
        picture.putpalette(self._colors)
        return picture

    def _map(self, snapshot: Snapshot) -> Pixels:
        """The map (300, 300) with the examples on it, as indices of the palette."""
        # the centers of the outermost cells are the edges of the plane
        edges = (0.5, 0.5, len(snapshot.surface) - 0.5, len(snapshot.surface) - 0.5)
        surface = Image.fromarray(snapshot.surface)
        bytes_ = np.asarray(surface.resize((MAP, MAP), Image.Resampling.BILINEAR, edges)).astype(np.intp)
        if snapshot.classes is None:
            if self._look.discretize:
                bytes_ = np.where(bytes_ < 128, 0, 255)
            pixels = (bytes_ * (_SHADES - 1) // 255).astype(np.uint8)
        else:
            nearest = Image.fromarray(snapshot.classes).resize((MAP, MAP), Image.Resampling.NEAREST, edges)
            levels = _SHADES // _CLASSES
            level = levels - 1 if self._look.discretize else bytes_ * (levels - 1) // 255
            pixels = (np.asarray(nearest) * np.intp(levels) + level).astype(np.uint8)
        examples = np.asarray(self._background)
        return np.where(examples == _SAME, pixels, examples)

    def _shown_parts(self) -> list[_Part]:
        """The parts whose examples are shown; training examples come last, on top."""
        trainer = self._trainer
        train = _Part(0, trainer.train_size, _WHITE)
        others = _Part(trainer.train_size, len(trainer.targets), _BLACK)
        return [others, train] if self._look.show_test_data else [train]

    def _color_of(self, target: float) -> int:
        if self._config.classes > 2:
            return _CLASS + int(target) % _CLASSES
        return _SHADES + round((max(-1.0, min(1.0, target)) + 1) / 2 * (_VALUES - 1))

    def _curve(self, curve: NDArray[np.float32]) -> Pixels:
        """The curve over data of one dimension, as indices of the palette."""
        image = self._background.copy()
        values = np.sign(curve) if self._look.discretize else curve
        indices = np.linspace(0, MAP - 1, len(values))
        line = [(float(x), self._up(float(value))) for x, value in zip(indices, values, strict=True)]
        ImageDraw.Draw(image).line(line, _INK, 2, "curve")
        return np.asarray(image)

    def _up(self, value: float) -> float:
        """The position of a value of the curve above the lower edge of the map, in pixels from the upper one."""
        return (0.5 - max(-2.0, min(2.0, value / self._reach)) / 2) * (MAP - 1)

    @cached_property
    def _reach(self) -> float:
        """The value at the upper edge of a curve."""
        most = float(np.abs(self._trainer.targets).max(initial=0.0))
        return min(10.0, max(1.25, math.ceil(most * 4.4) / 4))

    def _words(self, snapshot: Snapshot) -> Pixels:
        """The line of text (32, 300): the epoch, and the loss."""
        image = Image.new("L", (WIDTH, HEIGHT - MAP), _BG)
        draw = ImageDraw.Draw(image)
        # antialiased letters would need intermediate colors
        draw.fontmode = "1"
        kind, loss = (
            ("test", snapshot.test_loss) if snapshot.test_loss is not None else ("training", snapshot.train_loss)
        )
        draw.text((8, HEIGHT - MAP - 10), f"Epoch {snapshot.epoch:,}", _INK, self._font, "ls")
        if loss is not None:
            draw.text((WIDTH - 8, HEIGHT - MAP - 10), f"{kind} loss {loss:.3f}", _SOFT, self._font, "rs")
        return np.asarray(image)


def _across(value: float) -> float:
    """The position of a coordinate on the map, in pixels."""
    return (float(value) + EXTENT) / (2 * EXTENT) * (MAP - 1)
