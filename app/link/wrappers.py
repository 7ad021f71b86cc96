"""Recognizing links, also within other addresses, as mail filters, search engines and chats wrap them.

Each of them makes an address that contains the link, encoded: most as a parameter of their query, Proofpoint in its own
encodings, some as base64 or in their path. Wrappers may be nested.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import unquote

from app.link.characters import ENCODED_STRUCTURE, decodings
from app.link.keys import BY_NAME

KNOWN = frozenset(BY_NAME)

NAMES = "|".join(sorted(KNOWN, key=len, reverse=True))
"""The known keys, as part of a pattern."""

EQUALS = r"[\s\\]*[=＝]"
"""What separates a key and its value, as part of a pattern."""

ENCODED = frozenset(name for name, key in BY_NAME.items() if key.type.encoded)
"""Keys whose values may contain characters that separate keys and values elsewhere."""

_WORDS = "|".join(sorted((name for name in KNOWN if len(name) > 1), key=len, reverse=True))
_PAIR = re.compile(rf"(?<![A-Za-z0-9_])(?:{NAMES}){EQUALS}")
_STRONG_PAIR = re.compile(rf"(?<![A-Za-z0-9_])(?:{_WORDS}){EQUALS}")
_CLEAN = re.compile(r"[A-Za-z0-9_.,+:-]*")
_CLEAN_TEXT = re.compile(r"[A-Za-z0-9%._~!*'(),;:@/?+$-]*")


def has_pairs(text: str) -> bool:
    """Whether a text contains a known key with a value."""
    return _PAIR.search(text) is not None


def has_keys(text: str) -> bool:
    """The same for keys of more than one letter: many sites have a parameter called x."""
    return _STRONG_PAIR.search(text) is not None


def is_clean(fragment: str) -> bool:
    """Whether a fragment cannot be damaged: it has only known keys with plain values, as `format_link` writes them."""
    return all(map(_is_clean_pair, fragment.removeprefix("#").split("&")))


def _is_clean_pair(piece: str) -> bool:
    name, equals, value = piece.partition("=")
    if not equals or name not in KNOWN:
        return False
    if name in ENCODED:
        return _CLEAN_TEXT.fullmatch(value) is not None
    if BY_NAME[name].type.raw:
        return _CLEAN_TEXT.fullmatch(value) is not None and ENCODED_STRUCTURE.search(value) is None
    return _CLEAN.fullmatch(value) is not None


# --- addresses within addresses --------------------------------------------------------------------------------------

_PARAMETER = re.compile(r"[?&;]([A-Za-z_][A-Za-z0-9_]*)=([^&\s<>\"]*)")
_ENCODED_ADDRESS = re.compile(r"https?%(?:25)*3A[^&\s<>\"]*", re.IGNORECASE)
_PROOFPOINT_2 = str.maketrans("-_", "%/")
_PROOFPOINT_2_SIGN = re.compile("-(?:25)*(?:23|3A)|:__")
_PROOFPOINT_3 = "/v3/__"
_PROOFPOINT_3_LETTERS = re.compile(r"__;(?P<letters>[A-Za-z0-9_=-]*)![^\s<>\"]*")
_STARS = re.compile(r"\*(?:\*(.))?")
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MAX_BASE64 = 100_000
_MAX_DEPTH = 3
_MAX_ADDRESSES = 40
_MAX_CHARACTERS = 1_000_000
"""How deep addresses may be nested, how many are tried on each level, and their characters in total."""


def unwrapped(text: str) -> str:
    """The address within a text that contains keys of links; the text itself if there is none."""
    level, budget = [text], _MAX_CHARACTERS
    for _ in range(_MAX_DEPTH):
        inner = [found for outer in level for found in islice(_inner(outer), _MAX_ADDRESSES)]
        level = []
        for candidate, own in inner:
            for resolved in decodings(candidate):
                budget -= len(resolved)
                if budget < 0:
                    return text
                if has_keys(resolved):
                    return resolved + own
                level.append(resolved)
        level = level[:_MAX_ADDRESSES]
    return text


def without_stars(text: str) -> str:
    """A text in which the characters that Proofpoint replaced by stars are restored."""
    before, sign, rest = text.partition(_PROOFPOINT_3)
    found = _PROOFPOINT_3_LETTERS.search(rest) if sign else None
    if found is None:
        return text
    return f"{before} {_with_letters(rest[: found.start()], found['letters'])}{rest[found.end() :]}"


def _inner(text: str) -> Iterator[tuple[str, str]]:
    """Texts that may contain the link, the likeliest first, and the parts of it that were left outside."""
    for parameter in _PARAMETER.finditer(text):
        if parameter[1] in KNOWN:
            continue
        rest = _PARAMETER.finditer(text, parameter.end())
        # keys of the link may have become parameters of the other address
        own = "".join(f"&{item[1]}={item[2]}" for item in islice(rest, 200) if item[1] in KNOWN)
        for decode in _DECODERS:
            if inner := decode(parameter[2]):
                yield inner, own
    yield from ((found[0], "") for found in _ENCODED_ADDRESS.finditer(text))


def _proofpoint_2(value: str) -> str:
    return unquote(value.translate(_PROOFPOINT_2)) if _PROOFPOINT_2_SIGN.search(value) else ""


def _with_letters(address: str, code: str) -> str:
    """Each star stands for one of the letters after the address, two stars and a letter for a run of them."""
    letters = iter(_base64(code))

    def put_back(star: re.Match[str]) -> str:
        return "".join(islice(letters, _RUNS.find(star[1]) + 2 if star[1] else 1))

    return _STARS.sub(put_back, address)


def _base64(value: str) -> str:
    """A text decoded from base64; "" if it is not base64."""
    value = unquote(value).rstrip("=")
    if not 1 < len(value) <= _MAX_BASE64:
        return ""
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


_DECODERS: tuple[Callable[[str], str], ...] = (str, _proofpoint_2, _base64)
