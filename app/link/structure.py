"""What makes a text a link: keys that are known, each with a value behind it."""

import re

from app.link.characters import ENCODED_STRUCTURE
from app.link.table import BY_NAME

KNOWN = frozenset(BY_NAME)

NAMES = "|".join(sorted(KNOWN, key=len, reverse=True))
"""The known keys as a part of a pattern."""

EQUALS = r"[\s\\]*[=＝]"
"""What stands between a key and its value, as a part of a pattern."""

ENCODED = frozenset(name for name, key in BY_NAME.items() if key.kind.encoded)
"""Keys whose values may hold what would be the structure of a link elsewhere."""

_WORDS = "|".join(sorted((name for name in KNOWN if len(name) > 1), key=len, reverse=True))
_PAIR = re.compile(rf"(?<![A-Za-z0-9_])(?:{NAMES}){EQUALS}")
_STRONG_PAIR = re.compile(rf"(?<![A-Za-z0-9_])(?:{_WORDS}){EQUALS}")
_CLEAN = re.compile(r"[A-Za-z0-9_.,+:-]*")
_CLEAN_TEXT = re.compile(r"[A-Za-z0-9%._~!*'(),;:@/?+$-]*")


def has_pairs(text: str) -> bool:
    """Whether a known key with a value is somewhere in a text."""
    return _PAIR.search(text) is not None


def has_keys(text: str) -> bool:
    """The same, but single letters do not count: every other site has a key that is called x."""
    return _STRONG_PAIR.search(text) is not None


def is_clean(fragment: str) -> bool:
    """Whether nothing can have happened to a fragment: it is all known keys with plain values, as we write them."""
    return all(map(_is_clean_pair, fragment.removeprefix("#").split("&")))


def _is_clean_pair(piece: str) -> bool:
    name, equals, value = piece.partition("=")
    if not equals or name not in KNOWN:
        return False
    if name in ENCODED:
        return _CLEAN_TEXT.fullmatch(value) is not None
    if BY_NAME[name].kind.raw:
        return _CLEAN_TEXT.fullmatch(value) is not None and ENCODED_STRUCTURE.search(value) is None
    return _CLEAN.fullmatch(value) is not None
