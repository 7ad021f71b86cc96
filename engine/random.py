"""The original playground's random stream, number for number.

It is the generator of David Bau's *seedrandom* (ARC4 over the seed's UTF-16 code units, 52 significant bits a number),
written from a description of what it does. Everything that the original draws (data, shuffle, weights) comes from one
such stream in that order, so that a seed means here what it means there. What the original does not know comes from a
NumPy generator of its own (`generator`), so that this stream never shifts.
"""

import hashlib
import math
from collections.abc import MutableSequence
from typing import Any

import numpy as np

_WIDTH = 256
_MASK = 255
_SIGNIFICANT_BITS = 53
_ROUNDS = (*range(1, _WIDTH), 0) * 4
"""The places of the state, from the second on, as they come up for the bytes that are made at a time."""


def _mix_key(seed: str) -> list[int]:
    """The seed's code units folded into at most 256 bytes; an empty seed gives the key `[0]`."""
    units = memoryview(seed.encode("utf-16-le", "surrogatepass")).cast("H")
    key: list[int] = []
    smear = 0
    for index, unit in enumerate(units):
        position = index & _MASK
        if position == len(key):
            key.append(0)
        smear ^= key[position] * 19
        key[position] = (smear + unit) & _MASK
    return key or [0]


class Stream:
    """A stream of numbers in [0, 1), fixed by its seed.

    Any text is a seed; `"0.5"` seeds with three characters, not with a number.
    """

    def __init__(self, seed: str) -> None:
        key = _mix_key(seed)
        state = list(range(_WIDTH))
        j = 0
        for i in range(_WIDTH):
            j = (j + key[i % len(key)] + state[i]) & _MASK
            state[i], state[j] = state[j], state[i]
        self._state, self._j = state, 0
        self._ahead, self._position = b"", 0
        self._bytes(_WIDTH)

    def copy(self) -> "Stream":
        """A second stream that goes on from the same position."""
        twin = object.__new__(Stream)
        twin._state, twin._j = self._state.copy(), self._j
        twin._ahead, twin._position = self._ahead, self._position
        return twin

    def _bytes(self, count: int) -> int:
        """The next `count` bytes, at most 1024, as one big-endian integer."""
        position = self._position + count
        if position > len(self._ahead):
            self._ahead = self._ahead[self._position :] + self._make()
            position = count
        self._position = position
        return int.from_bytes(self._ahead[position - count : position], "big")

    def _make(self) -> bytes:
        """Some more bytes: many at a time take the least time each."""
        state, j = self._state, self._j
        made = bytearray()
        put = made.append
        for i in _ROUNDS:
            t = state[i]
            j = (j + t) & _MASK
            u = state[i] = state[j]
            state[j] = t
            put(state[(t + u) & _MASK])
        self._j = j
        return bytes(made)

    def random(self) -> float:
        """The next number in [0, 1)."""
        # seven bytes nearly always have enough bits, and fewer never
        n, bits = self._bytes(7), 56
        while n < 2 ** (_SIGNIFICANT_BITS - 1):
            n, bits = n << 8 | self._bytes(1), bits + 8
        surplus = n.bit_length() - _SIGNIFICANT_BITS
        # a division by a power of two is exact
        return (n >> surplus) / (1 << bits - surplus) if surplus > 0 else n / (1 << bits)

    def skip(self, count: int) -> None:
        """Throw the next `count` numbers away."""
        for _ in range(count):
            self.random()

    def uniform(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return self.random() * (high - low) + low

    def normal(self, mean: float, variance: float) -> float:
        """A normal number by Marsaglia's polar method; the second number of each pair is not used."""
        while True:
            v1 = 2 * self.random() - 1
            v2 = 2 * self.random() - 1
            s = v1 * v1 + v2 * v2
            if 0 < s <= 1:
                return mean + math.sqrt(variance) * v1 * math.sqrt(-2 * math.log(s) / s)

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Shuffle in place, from the last position to the first (Fisher and Yates)."""
        for last in range(len(items) - 1, -1, -1):
            index = int(self.random() * (last + 1))
            items[last], items[index] = items[index], items[last]


def generator(seed: str, *keys: int | str) -> np.random.Generator:
    """A NumPy generator fixed by a seed and by what it is for: a purpose, an epoch, a layer and the like.

    Generators of different seeds or keys have nothing to do with each other; `1` and `"1"` are different keys.
    """
    parts = (key if isinstance(key, str) else int(key) for key in keys)
    # in ASCII, for what counts as printable changes with the version of Unicode
    text = ascii((seed, *parts)).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest(), "big"))
