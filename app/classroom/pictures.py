"""Small pictures of many networks as the arrays of one message."""

from collections.abc import Sequence

import numpy as np

from app.protocol.containers import Array
from app.training.pictures import SmallPicture

_NAMES = {"surface": "surfaces", "classes": "classes", "curve": "curves"}


def stacked(pictures: Sequence[SmallPicture]) -> dict[str, Array]:
    """The arrays of `wall` and `experiment`, with a row for each picture; what it does not have is zero.

    An array that no picture needs is left out.

    >>> {name: array.shape for name, array in stacked([picture, picture]).items()}
    {'surfaces': (2, 48, 48)}
    """
    arrays: dict[str, Array] = {}
    for part, name in _NAMES.items():
        rows: list[Array | None] = [getattr(picture, part) for picture in pictures]
        known = next((row for row in rows if row is not None), None)
        if known is not None:
            empty = np.zeros_like(known)
            arrays[name] = np.stack([empty if row is None else row for row in rows])
    return arrays
