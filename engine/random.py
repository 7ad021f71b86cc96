"""The original playground's random stream, number for number.

It is the generator of David Bau's *seedrandom* (ARC4 over the seed's UTF-16 code units, 52 significant bits a number),
written from a description of what it does. Everything that the original draws (data, shuffle, weights) comes from one
such stream in that order, so that a seed means here what it means there.
"""

import math
from collections.abc import MutableSequence
from typing import Any

_WIDTH = 256
_MASK = 255
_SIGNIFICANCE = 2**52
_OVERFLOW = 2**53


def _mix_key(seed: str) -> list[int]:
    """The seed's code units folded into at most 256 bytes; an empty seed gives the key `[0]`."""
    units = memoryview(seed.encode("utf-16-le", "surrogatepass")).cast("H")
    key: list[int] = []
    smear = 0
    for index, unit in enumerate(units):
        place = index & _MASK
        if place == len(key):
            key.append(0)
        smear ^= key[place] * 19
        key[place] = (smear + unit) & _MASK
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
        self._state, self._i, self._j = state, 0, 0
        self._bytes(_WIDTH)

    def copy(self) -> "Stream":
        """A second stream that goes on from the same place."""
        twin = object.__new__(Stream)
        twin._state, twin._i, twin._j = self._state.copy(), self._i, self._j
        return twin

    def _bytes(self, count: int) -> int:
        """The next `count` bytes as one big-endian integer."""
        state, i, j, result = self._state, self._i, self._j, 0
        for _ in range(count):
            i = (i + 1) & _MASK
            t = state[i]
            j = (j + t) & _MASK
            u = state[i] = state[j]
            state[j] = t
            result = result << 8 | state[(t + u) & _MASK]
        self._i, self._j = i, j
        return result

    def random(self) -> float:
        """The next number in [0, 1)."""
        n, d, x = self._bytes(6), 2**48, 0
        while n < _SIGNIFICANCE:
            n, d, x = (n + x) << 8, d << 8, self._bytes(1)
        while n >= _OVERFLOW:
            n, d, x = n >> 1, d >> 1, x >> 1
        return (n + x) / d

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
        """Shuffle in place, from the last place to the first (Fisher and Yates)."""
        for last in range(len(items) - 1, -1, -1):
            index = int(self.random() * (last + 1))
            items[last], items[index] = items[index], items[last]
