"""What all pictures of an animation share: their size, the colors of their palette, and the line of text below."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.export.colors import THEMES, Colors, ramp, rgb, veiled
from engine import Snapshot
from engine.snapshot import Moment

WIDTH, MAP, HEIGHT = 300, 300, 332
"""Size in pixels: a square, with a line of text below."""

Pixels = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SHADES = 192
"""Shades of the map or of weights, from which the palette starts; then come `VALUES` shades of values."""

VALUES = 32
CLASSES = len(THEMES["light"].classes)
CLASS = SHADES + VALUES
"""The color of the first class in the palette."""

BG, INK, SOFT, PANEL, WHITE, BLACK, SAME = range(CLASS + CLASSES, CLASS + CLASSES + 7)
"""All other colors of the palette. `SAME` marks pixels whose color something else decides."""


class Caption(NamedTuple):
    """The words below a picture: the time, and what has been reached by then."""

    left: str
    right: str


@cache
def palette(theme: str, classes: int) -> bytes:
    """256 colors, three bytes each, for two classes or values (`classes` up to 2), or for more classes."""
    look = THEMES[theme]
    levels = SHADES // CLASSES
    sure = (
        np.maximum(0.0, (np.arange(levels) / (levels - 1) - 1 / classes) / (1 - 1 / classes)) if classes > 2 else None
    )
    colors = [_diverging(theme, SHADES)] if sure is None else [ramp(look.zero, color, sure) for color in look.classes]
    return _with_others(theme, [veiled(color, look) for color in colors])


@cache
def weight_palette(theme: str) -> bytes:
    """256 colors, three bytes each, for pictures of weights, over which nothing is drawn."""
    return _with_others(theme, [_diverging(theme, SHADES)])


def _diverging(theme: str, count: int) -> Colors:
    """Colors of the values from -1 to 1."""
    look = THEMES[theme]
    values = 2 * np.arange(count) / (count - 1) - 1
    ends = (ramp(look.zero, end, np.abs(values)) for end in (look.neg, look.pos))
    return np.where(values[:, None] < 0, *ends)


def _with_others(theme: str, shades: list[Colors]) -> bytes:
    look = THEMES[theme]
    others = map(rgb, (*look.classes, look.bg, look.ink, look.soft, look.panel, "#fff"))
    return np.concatenate([*shades, _diverging(theme, VALUES), *others]).tobytes().ljust(768, b"\0")


def shade(bytes_: NDArray[np.integer]) -> Pixels:
    """The indices in the palette of bytes whose 128 is 0."""
    return (bytes_.astype(np.intp) * (SHADES - 1) // 255).astype(np.uint8)


def joined(square: Pixels, caption: Caption, font: Font, colors: bytes) -> Image.Image:
    """A picture of indices (300, 300) of the palette `colors`, with words below it."""
    image = Image.new("L", (WIDTH, HEIGHT - MAP), BG)
    draw = ImageDraw.Draw(image)
    # antialiased letters would need intermediate colors
    draw.fontmode = "1"
    draw.text((8, HEIGHT - MAP - 10), caption.left, INK, font, "ls")
    draw.text((WIDTH - 8, HEIGHT - MAP - 10), caption.right, SOFT, font, "rs")
    picture = Image.fromarray(np.concatenate([square, np.asarray(image)]))
    # from shades of gray to positions in the palette
    picture.putpalette(colors)
    return picture


def caption_of(moment: Moment) -> Caption:
    """The epoch, and the loss; of pictures, how many are read correctly."""
    if not isinstance(moment, Snapshot) and moment.test_accuracy is not None:
        right = f"test accuracy {moment.test_accuracy:.1%}"
    elif moment.test_loss is not None:
        right = f"test loss {moment.test_loss:.3f}"
    else:
        right = "" if moment.train_loss is None else f"training loss {moment.train_loss:.3f}"
    return Caption(f"Epoch {moment.epoch:,}", right)
