"""An animated GIF, encoded picture by picture: the bytes are those that Pillow writes for all pictures at once."""

import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

_EXTENSION, _END = 0x21, b";"
_HAS_COLORS, _DEPTH = 0x80, 0x07


class _Timed(NamedTuple):
    picture: Image.Image
    duration: int


class GifWriter:
    """A GIF in an endless loop. Pictures have the same size and palette.

    Each call takes as long as encoding two pictures. Equal pictures in a row become one that is shown for longer.

    >>> gif = GifWriter()
    >>> gif.add(Image.new("P", (30, 20), 1), duration=80)
    >>> gif.add(Image.new("P", (30, 20), 2), duration=80)
    >>> gif.finished()[:6]
    b'GIF89a'
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._previous: _Timed | None = None
        self._newest: _Timed | None = None

    def add(self, picture: Image.Image, duration: int) -> None:
        """Add a picture that is shown for `duration` milliseconds."""
        newest = self._newest
        if newest and newest.picture.tobytes() == picture.tobytes():
            self._newest = newest._replace(duration=newest.duration + duration)
            return
        self._encode_newest()
        self._previous, self._newest = newest, _Timed(picture, duration)

    def _encode_newest(self) -> None:
        """Encode the newest picture, of which only the part is kept that differs from the one before it."""
        # the first is encoded with the second: a single one would be written in another way
        if self._previous and self._newest:
            data = _saved([self._previous, self._newest]).removesuffix(_END)
            self._parts.append(data[_after_first_picture(data) :] if self._parts else data)

    def finished(self) -> bytes:
        """The file. There must be a picture."""
        assert self._newest is not None  # noqa: S101 - for the type checker
        if self._previous is None:
            return _saved([self._newest])
        self._encode_newest()
        return b"".join([*self._parts, _END])


def _saved(pictures: Sequence[_Timed]) -> bytes:
    """A file of some pictures."""
    first, *others = (timed.picture for timed in pictures)
    durations = [timed.duration for timed in pictures]
    file = io.BytesIO()
    # optimizing would save a seventh of the size, but take twice as long while others wait
    first.save(file, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False)
    return file.getvalue()


def _after_first_picture(data: bytes) -> int:
    """The position in a GIF after its first picture."""
    at = 13 + _colors(data[10])
    while data[at] == _EXTENSION:
        at = _after_blocks(data, at + 2)
    return _after_blocks(data, at + 11 + _colors(data[at + 9]))


def _colors(flags: int) -> int:
    """The bytes of the table of colors that these flags announce."""
    return 3 << 1 + (flags & _DEPTH) if flags & _HAS_COLORS else 0


def _after_blocks(data: bytes, at: int) -> int:
    """The position after blocks of data, each of which begins with its length; the last has none."""
    while data[at]:
        at += data[at] + 1
    return at + 1
