"""Characters that get into links on the way, and what they mean."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

MAX_DEPTH = 5
"""Maximum number of times that a text is percent-decoded."""

PERCENT = "%(?:25)*"
"""A percent sign that was encoded any number of times, as part of a pattern."""

ENCODED_STRUCTURE = re.compile(f"{PERCENT}(?:23|26|3D)", re.IGNORECASE)
"""Percent-encoded characters that separate keys and values once they are decoded."""

SWALLOWED = re.compile(r"(?:Â?®|&reg;|%C2%AE|%AE)\n?(?=Dataset|ularization|enerate_)", re.IGNORECASE)
"""What `&reg` at the beginning of a key becomes if a link is parsed as HTML."""

INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
"""Soft hyphens, zero-width spaces and joiners, marks of direction and byte order."""

HARD_BLANKS = re.compile("[\t\n\v\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Spaces and line breaks that never belong to a link."""

_DASHES = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"}
_LOOSE_SPACE = re.compile(r"(?<![0-9.,]) +| +(?![0-9.,])")
_OPENING = " \t\"'`“”„‚‘’«»‹›<([{*_~|"
_CLOSING = " \t\"'`“”„‚‘’«»‹›>)]}*_~|.,;:!?/\\…%"
_AROUND_LIST = (_OPENING + _CLOSING).replace("|", "")
_END = re.compile("[\\s\"'`“”„‚‘’«»‹›<>|{}…]")
_MAIL_EQUALS = re.compile("3[dD](?=.)")
_ONLY_CLOSING = re.compile(r"[\s\"'`>)\]}*_~|.,;:!?]+")

_NUMERIC_SEED = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_AFTER_SEED = re.compile('["`<>“”«»|{}…].*', re.DOTALL)


def decodings(text: str) -> Iterator[str]:
    """A text, then the same percent-decoded once, twice and so on, as long as that changes it."""
    for _ in range(MAX_DEPTH + 1):
        yield text
        resolved = unquote(text, errors="replace")
        if resolved == text:
            return
        text = resolved


def plain(text: str) -> str:
    """A text without invisible characters and backslashes, with ASCII letters, digits and dashes."""
    text = HARD_BLANKS.sub("", INVISIBLE.sub("", text))
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).replace("\\", "")


def readings(text: str, *, whole: bool = False) -> Iterator[str]:
    """What the text of a value may have been, the likeliest first, each once and without the text itself.

    A line break may be inside the value, or end the link. A value that is to be kept `whole` is never cut off there.
    """
    seen = {text}
    for resolved in decodings(text):
        for part in (resolved,) if whole else (resolved, resolved.partition("\n")[0], resolved.partition(" ")[0]):
            joined = _LOOSE_SPACE.sub("", plain(part))
            bare = joined if whole else _bare(joined)
            for reading in (joined, bare, _MAIL_EQUALS.sub("", bare, count=1) if bare[:1] == "3" else bare):
                # an empty text means something for some keys
                if reading not in seen and (reading or _ONLY_CLOSING.fullmatch(text)):
                    seen.add(reading)
                    yield reading


def without_wrapping(text: str) -> str:
    """A list, whose entries are separated by bars, without what surrounds it."""
    return text.strip(_AROUND_LIST)


def _bare(text: str) -> str:
    """A value without what it is wrapped in and what follows it."""
    text = text.lstrip(_OPENING)
    return _END.split(text, maxsplit=1)[0].rstrip(_CLOSING)


def seed_in(text: str) -> str:
    """The seed that a text means, which is the text itself without invisible characters.

    Of a number, like those that the original draws, everything around it is removed, too.
    """
    seen = _unseen_removed(text)
    for resolved in decodings(text):
        number = HARD_BLANKS.sub("", INVISIBLE.sub("", resolved))
        number = unicodedata.normalize("NFKC", number).replace("\\", "")
        number = _AFTER_SEED.sub("", number.lstrip("\"'`“”‘’«»<([{*_")).rstrip(_CLOSING)
        number = _MAIL_EQUALS.sub("", number, count=1) if number[:2] in {"3D", "3d"} else number
        if _NUMERIC_SEED.fullmatch(number):
            return number
    return seen


_UNSEEN = re.compile(
    "(?:%C2%(?:AD|A0|85)|%E2%80%(?:8[0-9A-F]|A[89A-F])|%E2%81%(?:9F|A[0-9])|%EF%BB%BF|%E3%80%80|%0[9A-D])",
    re.IGNORECASE,
)


def _unseen_removed(text: str) -> str:
    """A text without invisible characters, percent-encoded or not."""
    return _UNSEEN.sub("", HARD_BLANKS.sub("", INVISIBLE.sub("", text)))
