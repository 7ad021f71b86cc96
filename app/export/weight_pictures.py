"""The pictures of an animation of a network that reads pictures: what each of its neurons looks for."""

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.export.canvas import BG, MAP, Font, Pixels, caption_of, joined, shade, weight_palette
from app.export.look import Look
from engine import PictureSnapshot, Trainer

_GAP = 2
"""Pixels between two neurons."""

_COARSE = 8
"""How many values share a shade: with more shades the file would be twice as large, and look the same."""


class WeightPictures:
    """Draws the hidden neurons of a trainer, layer by layer; if there are none, its outputs."""

    def __init__(self, trainer: Trainer, look: Look, font: Font) -> None:
        self._trainer, self._font = trainer, font
        self._changes = look.show_changes
        self._colors = weight_palette(look.theme)
        self._layers = trainer.config.hidden_layer_sizes or (trainer.config.outputs,)

    def prepare(self) -> Iterator[None]:
        """Nothing is the same in all pictures."""
        yield

    def take(self) -> Callable[[], Image.Image]:
        """Compute what is shown of the trainer as it is; returns what draws it."""
        snapshot = self._trainer.picture_snapshot(changes=self._changes)
        return lambda: self._picture(snapshot)

    def _picture(self, snapshot: PictureSnapshot) -> Image.Image:
        square = _tiled(snapshot.pictures, self._layers)
        return joined(square, caption_of(snapshot), self._font, self._colors)


def _tiled(pictures: Pixels, layers: Sequence[int]) -> Pixels:
    """Pictures (units, side, side), each layer in rows of its own (300, 300), as indices of the palette."""
    columns = next(count for count in itertools.count(1) if sum(_rows(layers, count)) <= count)
    size = MAP // columns - _GAP
    square = np.full((MAP, MAP), BG, np.uint8)
    place = [divmod(unit, columns) for units in layers for unit in range(units)]
    starts = [0, *itertools.accumulate(_rows(layers, columns))]
    above = [start for start, units in zip(starts, layers, strict=False) for _ in range(units)]
    top, left = ((MAP - count * (size + _GAP) + _GAP) // 2 for count in (starts[-1], columns))
    for picture, (row, column), first in zip(pictures, place, above, strict=False):
        y, x = top + (first + row) * (size + _GAP), left + column * (size + _GAP)
        image = Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR)
        square[y : y + size, x : x + size] = shade(_coarse(np.asarray(image)))
    return square


def _rows(layers: Sequence[int], columns: int) -> list[int]:
    """The rows of every layer."""
    return [-(-units // columns) for units in layers]


def _coarse(bytes_: Pixels) -> NDArray[np.intp]:
    """Bytes with fewer different values, of which 128 is one."""
    return np.minimum((bytes_.astype(np.intp) + _COARSE // 2) // _COARSE * _COARSE, 255)
