"""Pictures of handwritten digits: what is in the files of this folder, which its README.md describes."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

FOLDER = Path(__file__).parent

CLASSES = 10


class Digits(NamedTuple):
    """Pixels (n, side²), row by row, from 0 (paper) to 255 (ink); the digit (n,) of each picture; and its side."""

    pixels: Bytes
    labels: Bytes
    side: int


@cache
def load(name: str) -> Digits:
    """The digits of that name, "mnist" or "uci", in arrays that cannot be written to; FileNotFoundError for another."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as arrays:
        pixels, labels = arrays["pixels"], arrays["labels"]
    for array in (pixels, labels):
        array.flags.writeable = False
    return Digits(pixels, labels, round(pixels.shape[1] ** 0.5))
