"""Containers: a JSON header and typed arrays, in bytes."""

import json
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.protocol.messages import dump
from app.protocol.version import COMPRESSED, MAGIC

Array = NDArray[Any]

_DTYPES = {"u1": "|u1", "u4": "<u4", "f4": "<f4", "f8": "<f8"}
_NAMES_OF_DTYPES = {np.dtype(code): name for name, code in _DTYPES.items()}


def encode_container(message: object, arrays: Mapping[str, Array]) -> bytes:
    """A JSON header and arrays of bytes, uint32, float32 or float64, each at a multiple of 8."""
    table, gaps = _layout(tuple((name, array.dtype, array.shape) for name, array in arrays.items()))
    header = f'{{"message":{dump(message)},"arrays":{table}}}'.encode()
    header += b" " * (-len(header) % 8)
    parts = chain.from_iterable((array.tobytes(), gap) for array, gap in zip(arrays.values(), gaps, strict=True))
    return b"".join((MAGIC, struct.pack("<I", len(header)), header, *parts))


@lru_cache(maxsize=256)
def _layout(arrays: tuple[tuple[str, np.dtype[Any], tuple[int, ...]], ...]) -> tuple[str, tuple[bytes, ...]]:
    """The table of arrays as JSON, and the bytes after each array. Frames of one network have only a few of these."""
    table, gaps, offset = [], [], 0
    for name, dtype, shape in arrays:
        table.append((name, _NAMES_OF_DTYPES[dtype], shape, offset))
        length = math.prod(shape) * dtype.itemsize
        gaps.append(b"\0" * (-length % 8))
        offset += length + len(gaps[-1])
    return dump(table), tuple(gaps)


def compress(container: bytes) -> bytes:
    """A container as it is sent to many: fast to compress, in about half the bytes. One that is stays as it is."""
    if container[:4] == COMPRESSED:
        return container
    return COMPRESSED + zlib.compress(container, 1)


def decompress(data: bytes) -> bytes:
    """A container that may be compressed. Raises ValueError if it is damaged."""
    if data[:4] != COMPRESSED:
        return data
    try:
        return zlib.decompress(data[4:])
    except zlib.error as error:
        raise ValueError(f"the container is damaged: {error}") from None


def decode_container(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The message and the arrays of a container. Raises ValueError if it is not one."""
    if data[:4] != MAGIC:
        raise ValueError(f"expected the bytes {MAGIC!r} at the beginning, got {data[:4]!r}")
    try:
        (length,) = struct.unpack_from("<I", data, 4)
        header = json.loads(data[8 : 8 + length])
        arrays = {name: _cut(data, 8 + length + at, kind, shape) for name, kind, shape, at in header["arrays"]}
        return header["message"], arrays
    except (struct.error, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"the container is damaged: {error}") from None


def _cut(data: bytes, start: int, kind: str, shape: Sequence[int]) -> Array:
    """One array of a container."""
    if any(side < 0 for side in shape):
        raise ValueError(f"expected sides of 0 or more, got {shape}")
    values: Array = np.frombuffer(data, np.dtype(_DTYPES[kind]), math.prod(shape), start)
    return values.reshape(shape)
