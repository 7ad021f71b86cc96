"""The user's own examples: an editable list, and the text code that links contain.

The code is a digit for its version, then base64url (RFC 4648, section 5, without padding) of a zlib stream. Numbers
with few decimals are compact; all others are exact.
"""

import base64
import binascii
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

MAX_EXAMPLES = 5000
MAX_CLASSES = 6
MAX_LABEL = 40
"""Maximum length of a class name."""

LARGEST = 1e6
"""The largest absolute coordinate or value: its square is far from overflow."""

PARTS = ("", "train", "test", "validation")
"""What an example is used for; the empty string leaves it to the split of training and test data."""

_VERSION = "1"
_MAX_CODE = 200_000
_MAX_DECIMALS = 6
_EXACT = 255
_HEAD = 4
_MAX_BYTES = _HEAD + MAX_CLASSES * (1 + 4 * MAX_LABEL) + MAX_EXAMPLES * (3 * 8 + 1) + 3


@dataclass(frozen=True, slots=True, eq=False)
class OwnExamples:
    """Points (n, 2), targets (n,), parts (n,) as indices into `PARTS`, and the classes.

    With classes, a target is a class number from 0, and `labels` are the names of the classes, "" for none; there are
    none or `classes` of them. With 0 `classes`, targets are values. Raises ValueError for anything else.
    """

    points: Vector
    targets: Vector
    parts: NDArray[np.uint8]
    classes: int = 2
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem, is_so in self._problems():
            if is_so:
                raise ValueError(problem)
        for array in (self.points, self.targets, self.parts):
            array.flags.writeable = False

    def _problems(self) -> Iterable[tuple[str, bool]]:
        count = len(self.targets)
        yield f"there are more than {MAX_EXAMPLES} examples", count > MAX_EXAMPLES
        yield "points, targets and parts do not fit", (self.points.shape, self.parts.shape) != ((count, 2), (count,))
        numbers = np.append(self.points, self.targets)
        yield f"a number is not from {-LARGEST:.0f} to {LARGEST:.0f}", not (np.abs(numbers) <= LARGEST).all()
        yield "a part is not known", bool((self.parts >= len(PARTS)).any())
        yield f"there are not 2 to {MAX_CLASSES} classes", self.classes not in (0, *range(2, MAX_CLASSES + 1))
        yield "classes and their names do not fit", len(self.labels) not in (0, self.classes)
        named = [label for label in self.labels if label]
        yield f"a class has a name that is not up to {MAX_LABEL} characters", not all(map(is_label, named))
        yield "two classes have the same name", len(set(named)) < len(named)
        is_class = np.isin(self.targets, np.arange(self.classes))
        yield "a target is not the number of a class", self.classes > 0 and not is_class.all()

    def __len__(self) -> int:
        return len(self.targets)


def is_label(text: str) -> bool:
    """Whether a text can be the name of a class: short, without invisible characters."""
    return 0 < len(text) <= MAX_LABEL and text.isprintable() and text == text.strip()


def no_examples(classes: int = 2) -> OwnExamples:
    """An empty list."""
    return OwnExamples(np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.uint8), classes)


# --- the code -----------------------------------------------------------------------------------------------------


def encode(own: OwnExamples) -> str:
    """The code of a list; an empty list of two classes without names is "", too."""
    if not len(own) and own.classes == 2 and not any(own.labels):
        return ""
    labels = [label.encode() for label in own.labels]
    data = b"".join(
        (
            bytes([own.classes, len(labels), *len(own).to_bytes(2, "little")]),
            *(bytes([len(label)]) + label for label in labels),
            *(_pack(column) for column in (own.points[:, 0], own.points[:, 1])),
            own.targets.astype(np.uint8).tobytes() if own.classes else _pack(own.targets),
            own.parts.tobytes(),
        )
    )
    return _VERSION + base64.urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")


def _pack(column: Vector) -> bytes:
    """Numbers as whole multiples of a power of ten, the lowest bytes first, or as doubles where that is not exact."""
    for decimals in range(_MAX_DECIMALS + 1):
        whole = np.rint(column * 10.0**decimals)
        if (np.abs(whole) < 2**31).all() and (whole / 10.0**decimals == column).all():
            return bytes([decimals]) + whole.astype("<i4").view(np.uint8).reshape(-1, 4).T.tobytes()
    return bytes([_EXACT]) + column.astype("<f8").tobytes()


@lru_cache(maxsize=32)
def decode(code: str) -> OwnExamples:
    """The list of a code, which is shared and must not be changed. Raises ValueError with the reason.

    An invalid code takes no more memory or time than the largest valid one.
    """
    if not code:
        return no_examples()
    if len(code) > _MAX_CODE:
        raise ValueError(f"it has more than {_MAX_CODE} characters")
    if not code.startswith(_VERSION):
        raise ValueError(f"it does not begin with {_VERSION}, the version that is known here")
    data = _Reader(_inflate(code[1:]))
    classes, named, *size = data.take(_HEAD)
    count = int.from_bytes(bytes(size), "little")
    if count > MAX_EXAMPLES or named > MAX_CLASSES:
        raise ValueError(f"there are more than {MAX_EXAMPLES} examples or {MAX_CLASSES} classes")
    labels = tuple(_text(data.take(data.take(1)[0])) for _ in range(named))
    points = np.column_stack((data.column(count), data.column(count)))
    targets = np.frombuffer(data.take(count), np.uint8).astype(np.float64) if classes else data.column(count)
    parts = np.frombuffer(data.take(count), np.uint8)
    if data.left:
        raise ValueError("there is more in it than examples")
    return OwnExamples(points, targets, parts, classes, labels)


def _inflate(text: str) -> bytes:
    damaged = ValueError("it is damaged, or only a part of a code")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        stream = zlib.decompressobj()
        data = stream.decompress(packed, _MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise damaged from None
    if len(data) > _MAX_BYTES or not stream.eof or stream.unused_data:
        raise damaged
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValueError("the name of a class is no text") from None


class _Reader:
    """Bytes that are read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise ValueError("it ends too early")
        self._at += count
        return self._data[self._at - count : self._at]

    def column(self, count: int) -> Vector:
        """Decodes numbers encoded by `_pack`."""
        decimals = self.take(1)[0]
        if decimals == _EXACT:
            # a zero has no sign
            return np.frombuffer(self.take(8 * count), "<f8") + 0.0
        if decimals > _MAX_DECIMALS:
            raise ValueError("its numbers have too many decimals")
        planes = np.frombuffer(self.take(4 * count), np.uint8).reshape(4, count)
        whole = np.ascontiguousarray(planes.T).view("<i4").ravel()
        return np.asarray(whole / 10.0**decimals, np.float64)


# --- changes ------------------------------------------------------------------------------------------------------


def as_values(own: OwnExamples) -> OwnExamples:
    """Converts a list of classes to values, evenly spaced from -1 to 1."""
    if not own.classes:
        return own
    return OwnExamples(own.points, own.targets * 2 / (own.classes - 1) - 1, own.parts, 0)


def as_classes(own: OwnExamples) -> OwnExamples:
    """Converts a list of values to two classes: split at 0, or at the middle if that separates nothing."""
    if own.classes:
        return own
    values = own.targets
    low, high = (values.min(), values.max()) if len(own) else (0.0, 0.0)
    bound = 0.0 if low < 0 <= high else (low + high) / 2
    return OwnExamples(own.points, (values >= bound).astype(np.float64), own.parts)


@lru_cache(maxsize=32)
def of_problem(own: OwnExamples, problem: str) -> OwnExamples:
    """Converts a list to the form that `classification` or `regression` needs."""
    return as_classes(own) if problem == "classification" else as_values(own)


def edited(
    own: OwnExamples, remove: Sequence[int], add: Sequence[Sequence[Any]], labels: Sequence[str] | None = None
) -> OwnExamples:
    """The list without the examples at the indices `remove`, and with new ones at the end: (x1, x2, target, part).

    A target beyond the existing classes adds as many as it needs. A list of classes that becomes empty has two again,
    unless `labels` are given. These replace the names of the classes, in order: a class without one becomes unnamed,
    more names add classes, and without classes they are ignored. Raises ValueError for an index that does not exist and
    for an invalid example or name.
    """
    kept = np.ones(len(own), np.bool_)
    for position in remove:
        if not 0 <= position < len(own):
            raise ValueError(f"there is no example {position}; there are {len(own)}")
        kept[position] = False
    if not kept.any() and not add and labels is None:
        return no_examples(min(own.classes, 2))
    points, targets, parts = own.points[kept], own.targets[kept], own.parts[kept]
    classes = own.classes
    if add:
        if not all(math.isfinite(number) for example in add for number in example[:3]):
            raise ValueError("a number that is added is not finite")
        numbers = np.array([example[:3] for example in add], np.float64) + 0.0
        points, targets = np.concatenate((points, numbers[:, :2])), np.append(targets, numbers[:, 2])
        parts = np.append(parts, np.array([PARTS.index(example[3]) for example in add], np.uint8))
        highest = numbers[:, 2].max()
        classes = max(classes, int(highest) + 1) if classes and highest < MAX_CLASSES else classes
    names = own.labels if labels is None else tuple(labels)
    classes = max(classes, len(names)) if classes else 0
    names = names + ("",) * (classes - len(names)) if classes and any(names) else ()
    return OwnExamples(points, targets, parts, classes, names)


# --- pseudorandom split -------------------------------------------------------------------------------------------

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mixes the bits of a number: every bit depends on all bits (the finalizer of splitmix64, Steele et al., 2014)."""
    for shift, factor in zip((np.uint64(30), np.uint64(27)), _MIX, strict=True):
        numbers = (numbers ^ (numbers >> shift)) * factor
    return numbers ^ (numbers >> np.uint64(31))


def chances(points: Vector, key: int) -> Vector:
    """A number in [0, 1) for every point (n, 2), given by its coordinates and by `key` (64 bits).

    Points with the same coordinates get different numbers, according to their order. So adding or removing a point does
    not change the numbers at any other position.
    """
    x, y = np.ascontiguousarray((points + 0.0).T).view(np.uint64)
    positions = _mixed(_mixed(x ^ np.uint64(key)) ^ y)
    order = np.argsort(positions, kind="stable")
    sorted_positions = positions[order]
    is_first = np.append(True, sorted_positions[1:] != sorted_positions[:-1])[: len(positions)]
    starts = np.maximum.accumulate(np.where(is_first, np.arange(len(positions)), 0))
    turn = np.empty(len(positions), np.uint64)
    turn[order] = (np.arange(len(positions)) - starts).astype(np.uint64)
    return np.asarray((_mixed(positions + turn * _MIX[0]) >> np.uint64(11)) * 2.0**-53, np.float64)
