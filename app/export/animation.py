"""A run as an animated GIF: the output's map over its epochs."""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.export.colors import THEMES, Rgb, ramp, rgb, veiled
from engine import Config, Snapshot, StateHandle, Trainer
from engine.boundary import EXTENT

WIDTH, MAP, HEIGHT = 300, 300, 332
"""Size in pixels: the map is a square, with a line of text below."""

_FRAME, _LAST = 80, 2400
"""How long a picture is shown, and how long the last one is, in milliseconds."""

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

    def shade(value: float) -> Rgb:
        return ramp(look.zero, look.neg if value < 0 else look.pos, abs(value))

    colors: list[Rgb] = []
    if classes > 2:
        levels = _SHADES // _CLASSES
        for color in look.classes:
            sure = (max(0.0, (level / (levels - 1) - 1 / classes) / (1 - 1 / classes)) for level in range(levels))
            colors += [veiled(ramp(look.zero, color, share), look) for share in sure]
    else:
        colors += [veiled(shade(2 * level / (_SHADES - 1) - 1), look) for level in range(_SHADES)]
    colors += [shade(2 * level / (_VALUES - 1) - 1) for level in range(_VALUES)]
    colors += [rgb(color) for color in look.classes]
    colors += [rgb(color) for color in (look.bg, look.ink, look.soft, look.panel)]
    colors += [(255, 255, 255), (0, 0, 0), (0, 0, 0)]
    return bytes(part for color in colors for part in color).ljust(768, b"\0")


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


class Animation:
    """The pictures of some moments of a run. `handles` are of networks of `config`.

    Each `step` takes a few milliseconds: three of them make a picture, after an initial one that prepares for all.
    `file` joins them at once, which takes about a millisecond per picture.
    """

    def __init__(self, config: Config, handles: Sequence[StateHandle], look: Look) -> None:
        self._handles = handles
        self._look = look
        self._config = config
        self._colors = palette(look.theme, config.classes)
        self._pictures: list[Image.Image] = []
        self._examples: Pixels | None = None
        self._work = self._draw_all()

    @property
    def share(self) -> float:
        """The fraction drawn so far, 0 to 1."""
        return len(self._pictures) / max(1, len(self._handles))

    @property
    def is_done(self) -> bool:
        """Whether all pictures have been drawn."""
        return len(self._pictures) == len(self._handles)

    def step(self) -> None:
        """Work on the pictures for a few milliseconds."""
        next(self._work, None)

    def _draw_all(self) -> Iterator[None]:
        """Draw all pictures, pausing after every piece of work."""
        self._font = ImageFont.load_default(size=14)
        self._trainer = Trainer(self._config)
        yield
        for handle in self._handles:
            self._trainer.seek(handle)
            snapshot = self._trainer.snapshot()
            yield
            plane = self._curve(snapshot) if snapshot.curve is not None else self._map(snapshot)
            yield
            picture = Image.fromarray(np.concatenate([plane, self._words(snapshot)]))
            # from shades of gray to positions in the palette
            picture.putpalette(self._colors)
            self._pictures.append(picture)
            yield

    def file(self) -> bytes:
        """The GIF with the pictures drawn so far, at least one, in an endless loop."""
        first, *others = self._pictures
        durations = [*[_FRAME] * len(others), _LAST]
        file = io.BytesIO()
        # optimizing would save a seventh of the size, but take twice as long while others wait
        first.save(file, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False)
        return file.getvalue()

    # --- one picture ------------------------------------------------------------------------------------------------

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
        if self._examples is None:
            self._examples = self._draw_examples()
        return np.where(self._examples == _SAME, pixels, self._examples)

    def _draw_examples(self) -> Pixels:
        image = Image.new("L", (MAP, MAP), _SAME)
        draw = ImageDraw.Draw(image)
        trainer = self._trainer
        for start, end, ring in self._shown_parts():
            for (x1, x2), target in zip(trainer.inputs[start:end], trainer.targets[start:end], strict=True):
                x, y = _across(x1), _across(-x2)
                draw.ellipse((x - 3, y - 3, x + 3, y + 3), self._color_of(float(target)), ring)
        return np.asarray(image)

    def _shown_parts(self) -> list[tuple[int, int, int]]:
        """The ranges of the shown examples, and the color of their rings; training examples come last, on top."""
        trainer = self._trainer
        train = (0, trainer.train_size, _WHITE)
        return [(trainer.train_size, len(trainer.targets), _BLACK), train] if self._look.show_test_data else [train]

    def _color_of(self, target: float) -> int:
        if self._trainer.config.classes > 2:
            return _CLASS + int(target) % _CLASSES
        return _SHADES + round((max(-1.0, min(1.0, target)) + 1) / 2 * (_VALUES - 1))

    def _curve(self, snapshot: Snapshot) -> Pixels:
        """The curve over data of one dimension, as indices of the palette."""
        trainer, curve = self._trainer, snapshot.curve
        assert curve is not None  # noqa: S101 - for the type checker
        most = float(np.abs(trainer.targets).max(initial=0.0))
        height = min(10.0, max(1.25, math.ceil(most * 4.4) / 4))
        image = Image.new("L", (MAP, MAP), _PANEL)
        draw = ImageDraw.Draw(image)
        draw.line((0, MAP // 2, MAP, MAP // 2), _SOFT)

        def up(value: float) -> float:
            return (0.5 - max(-2.0, min(2.0, value / height)) / 2) * (MAP - 1)

        for start, end, ring in self._shown_parts():
            for x1, target in zip(trainer.inputs[start:end, 0], trainer.targets[start:end], strict=True):
                x, y = _across(x1), up(float(target))
                draw.ellipse((x - 3, y - 3, x + 3, y + 3), self._color_of(float(target)), ring)
        values = np.sign(curve) if self._look.discretize else curve
        indices = np.linspace(0, MAP - 1, len(values))
        line = [(float(x), up(float(value))) for x, value in zip(indices, values, strict=True)]
        draw.line(line, _INK, 2, "curve")
        return np.asarray(image)

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
