"""Undoes what office software, mail, chats and browsers do to links on their way, before a link is read.

`REPAIRS` lists what is undone in the text as a whole; `characters.readings` does the same for single values. A repair
is a function from text to text that takes time in proportion to the text, changes nothing where there is no such
damage, and nothing when it is done again. A clean link is left alone.
"""

import html
import re
import string
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from app.link.characters import INVISIBLE, PERCENT, SWALLOWED, decodings
from app.link.wrappers import (
    ENCODED,
    EQUALS,
    KNOWN,
    NAMES,
    has_keys,
    has_pairs,
    is_clean,
    unwrapped,
    without_stars,
)

_ROUNDS = 6
"""How often all repairs are tried: damage may lie within damage."""

MAX_REPAIRED = 20_000
"""Characters of a text that is repaired: more than twice those of a link with own examples; a longer one is read as it
is."""


class Repair(NamedTuple):
    """One kind of damage, by what causes it, and the function that undoes it."""

    name: str
    apply: Callable[[str], str]


class Fragment(NamedTuple):
    """What of a text are pairs of keys and values.

    `is_query` says that it stood behind a question mark, where others put keys of their own.
    """

    text: str
    is_query: bool = False


# Mail -----------------------------------------------------------------------------------------------------------------

_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_BREAK = re.compile(r"(?<![ \t])[ \t]*\r?\n[ \t>|]*")
_BROKEN_PERCENT = re.compile(r"(%[0-9A-Fa-f]?)\n(?=[0-9A-Fa-f])")
_ENCODED_BLANK = re.compile(r"[^\S\n ]|\n(?=[^\s%&=]*[%&=]|\S+\s*\Z)")
_LETTERS = string.ascii_letters + string.digits + "_"
_NEXT_NAME = re.compile(r"[A-Za-z0-9_]*(?=\s*=)")
_QUOTED = re.compile(r"=(?:[0-9A-Fa-f]{2})")
_QUOTED_EQUALS = re.compile("=(?:3D|EF=BC=9D)", re.IGNORECASE)
_QUOTED_UNSEEN = re.compile("=(?:C2=(?:AD|A0)|E2=80=(?:8[B-F]|AF))", re.IGNORECASE)
_MAIL_EQUALS = re.compile(r"\\*=?3D", re.IGNORECASE)
_LONGEST = max(map(len, KNOWN))


def _without_soft_breaks(text: str) -> str:
    """Lines that quoted-printable has broken, with a "=" at the end, in one again.

    A "=" that belongs to the key before it is not from there and stays.
    """

    def join(found: re.Match[str]) -> str:
        name = _last_name(text[max(0, found.start() - _LONGEST - 9) : found.start()])
        if not name or _MAIL_EQUALS.match(text, found.end()):
            return ""
        after = _NEXT_NAME.match(text, found.end(), found.end() + _LONGEST + 1)
        return "" if after and name + after[0] in KNOWN else "="

    return _SOFT_BREAK.sub(join, text)


def _last_name(text: str) -> str:
    """The known key at the end of a text, maybe behind an encoded separator; nothing if there is none."""
    text = text.rstrip("\\")
    before = text.rstrip(_LETTERS)
    name = text[len(before) :]
    name = name[2:] if before.endswith("%") and name[:2] in {"23", "26"} else name
    return name if name in KNOWN else ""


def _without_quoted_printable(text: str) -> str:
    """Quoted-printable resolved, in which every "=" stands before two hexadecimal digits."""
    text = _QUOTED_UNSEEN.sub("", _without_soft_breaks(text))
    if _QUOTED_EQUALS.search(text) and len(_QUOTED.findall(text)) == text.count("="):
        data = _QUOTED.sub(lambda found: f"%{found[0][1:]}", text.replace("%", "=25").replace("=3d", "=3D"))
        return unquote(data, errors="replace")
    return text


def _without_breaks(text: str) -> str:
    """Each line break as one character, and none within a character's code or in what is encoded as a whole."""
    text = _BROKEN_PERCENT.sub(r"\1", _BREAK.sub("\n", text))
    return text if has_keys(text) else _ENCODED_BLANK.sub("", text)


# Characters -----------------------------------------------------------------------------------------------------------

_REG = re.compile(SWALLOWED.pattern + r"(?=\w*[\s\\]*[=＝])", SWALLOWED.flags)
_WIDE = str.maketrans("＃＆＝？／％，．：；﹟﹠﹦", "#&=?/%,.:;#&=")
_WIDE_AND = re.compile(rf"{PERCENT}EF{PERCENT}BC{PERCENT}86(?={NAMES})", re.IGNORECASE)
_WIDE_EQUALS = re.compile(rf"(?:(?<=[#?&/])|^)({NAMES}){PERCENT}EF{PERCENT}BC{PERCENT}9D", re.IGNORECASE)
_AMPERSANDS = re.compile(f"(?:&|{PERCENT}26(?=#))(?:(?:amp|#0?38|#x0?26)(?:;|{PERCENT}3B))+", re.IGNORECASE)
_ENTITY = re.compile(
    "&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|shy|nbsp|ensp|emsp|thinsp|zwj|zwnj|quot|apos|lt|gt|num|equals|percnt|comma"
    "|period|lowbar|hyphen|dash|ndash|mdash|minus|hellip|ZeroWidthSpace|NoBreak|NonBreakingSpace);"
)
_BACKSLASHES = re.compile(r"\\+(?=[^A-Za-z0-9\s]|\Z)")
_BRACES = re.compile(r"\{([#&_%=])\}")


def _without_entities(text: str) -> str:
    """Entities of HTML resolved, an ampersand's however often it was encoded."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _AMPERSANDS.sub("&", text))


def _without_backslashes(text: str) -> str:
    """What Markdown and LaTeX escape, as it was."""
    return _BRACES.sub(r"\1", _BACKSLASHES.sub("", text))


# Structure ------------------------------------------------------------------------------------------------------------

_HASH = re.compile(rf"{PERCENT}23(?=[/!?&\\]*(?:{NAMES})\s*=)", re.IGNORECASE)
_AND = re.compile(rf"{PERCENT}26(?:amp;)*(?=(?:{NAMES})(?:\s*=|{PERCENT}3D))", re.IGNORECASE)
_EQUALS = re.compile(rf"(?:(?<=[#?&/])|^)({NAMES}){PERCENT}3D", re.IGNORECASE)


def _without_wrapper(text: str) -> str:
    """The link that another address holds."""
    text = without_stars(text)
    return text if any(map(has_pairs, text.split("#")[1:])) else unwrapped(text)


def _decoded(text: str) -> str:
    """A text that is encoded as a whole, as often as it takes."""
    if has_keys(text):
        return text
    for resolved in decodings(text):
        if has_pairs(resolved):
            return resolved
        if (inner := unwrapped(resolved)) != resolved:
            return inner
    return text


def _with_separators(text: str) -> str:
    """What separates keys and values, where that alone is encoded, or in another script's letters."""
    return "&".join(map(_separated, text.split("&")))


def _separated(piece: str) -> str:
    if "%" not in piece or piece.lstrip("#/?!").partition("=")[0] in ENCODED:
        return piece
    piece = _AND.sub("&", _HASH.sub("#", _WIDE_AND.sub("&", piece)))
    return "&".join(_EQUALS.sub(_with_equals, _WIDE_EQUALS.sub(_with_equals, part)) for part in piece.split("&"))


def _with_equals(found: re.Match[str]) -> str:
    return f"{found[1]}="


REPAIRS: tuple[Repair, ...] = (
    Repair("what cannot be seen", lambda text: INVISIBLE.sub("", text)),
    Repair("&reg taken for a sign", lambda text: _REG.sub("&reg", text)),
    Repair("quoted-printable", _without_quoted_printable),
    Repair("lines that mail has broken", _without_breaks),
    Repair("full-width characters", lambda text: text.translate(_WIDE)),
    Repair("entities of HTML", _without_entities),
    Repair("escapes of Markdown and LaTeX", _without_backslashes),
    Repair("an address within an address", _without_wrapper),
    Repair("encoded as a whole", _decoded),
    Repair("encoded separators", _with_separators),
)


def repaired(text: str) -> Fragment:
    """What of a text are keys and values, with the damage undone that links come to on their way."""
    for _ in range(_ROUNDS):
        address, hash_sign, fragment = text.partition("#")
        if len(text) > MAX_REPAIRED or is_clean(fragment if hash_sign else address):
            return Fragment(fragment if hash_sign else address)
        before = text
        for repair in REPAIRS:
            text = repair.apply(text)
        if text == before:
            break
    return _located(text)


_LEAD = "#/!?& \t\r\n\\"
_START = re.compile(rf"(?<![A-Za-z0-9_])(?:{NAMES}){EQUALS}")


def _located(text: str) -> Fragment:
    """Where in a text the keys and values begin: behind a "#", or else a "?", or where the "#" is missing."""
    address, *parts = text.split("#")
    for place, part in enumerate(parts):
        if has_pairs(part):
            return Fragment(_without_prose("#".join(parts[place:])))
    query = address.partition("?")[2]
    if has_keys(query):
        return Fragment(_without_prose(query), is_query=True)
    if parts:
        return Fragment("#".join(parts).lstrip(_LEAD))
    if has_keys(address):
        start = _START.search(address)
        return Fragment(address[start.start() :] if start else "")
    is_address = not set("/?").isdisjoint(address.partition("=")[0])
    return Fragment("" if is_address else address)


def _without_prose(text: str) -> str:
    """A fragment without what stands before its first key: signs, or words with an address behind them."""
    text = text.lstrip(_LEAD)
    start = _START.search(text)
    prose = text[: start.start()] if start else ""
    return text[len(prose) :] if start and "&" not in prose and re.search(r"[\s/?]", prose) else text
