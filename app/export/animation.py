"""A run as an animated GIF: the map of the output over its epochs, or what the neurons look for in pictures."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from PIL import Image, ImageFont

from app.export.gif import GifWriter
from app.export.look import Look
from app.export.map_pictures import MapPictures
from app.export.weight_pictures import WeightPictures
from engine import Config, StateHandle, Trainer

_FRAME, _LAST = 80, 2400
"""How long a picture is shown, and how long the last one is, in milliseconds."""


class _Pictures(Protocol):
    """What draws a trainer: first `prepare`, then for each moment `take`, and what that returns."""

    def prepare(self) -> Iterator[None]: ...

    def take(self) -> Callable[[], Image.Image]: ...


def chosen(epochs: Sequence[int], count: int) -> list[int]:
    """At most `count` of the epochs, including both ends: closer together at first, where more happens."""
    if len(epochs) <= count:
        return list(epochs)
    first, last = epochs[0], epochs[-1]
    wanted = [first + (last - first) * (index / (count - 1)) ** 2 for index in range(count)]
    indices = np.searchsorted(np.asarray(epochs), wanted)
    return [epochs[index] for index in sorted({min(int(index), len(epochs) - 1) for index in indices})]


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
        font = ImageFont.load_default(size=14)
        yield
        trainer = Trainer(self._config)
        yield
        pictures: _Pictures = (WeightPictures if self._config.has_pictures else MapPictures)(trainer, self._look, font)
        yield
        yield from pictures.prepare()
        gif, last = GifWriter(), len(self._handles) - 1
        for number, handle in enumerate(self._handles):
            trainer.seek(handle)
            yield
            draw = pictures.take()
            yield
            picture = draw()
            yield
            gif.add(picture, _LAST if number == last else _FRAME)
            self._finished = number
            yield
        self._file, self._finished = gif.finished(), len(self._handles)
