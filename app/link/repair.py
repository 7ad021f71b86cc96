"""Repairs what office software, mail, chats and browsers do to links on their way, before a link is parsed.

`REPAIRS` lists what is repaired in the text as a whole; `characters.readings` does the same for single values. A repair
is an idempotent function from text to text that takes linear time and changes nothing where there is no such damage. A
clean link is left alone.
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

_MAX_ROUNDS = 6
"""How many times all repairs are tried, since damage may be nested."""

MAX_REPAIRED = 20_000
"""Maximum length of a text that is repaired: more than twice that of a link with the user's own examples."""


class Repair(NamedTuple):
    """One kind of damage, named by its cause, and the function that repairs it."""

    name: str
    apply: Callable[[str], str]


class Fragment(NamedTuple):
    """The part of a text with keys and values.

    `is_query` says that it followed a question mark, where other software adds keys.
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
    """Join lines that quoted-printable broke with a "=" at the end.

    A "=" that belongs to the key before it stays.
    """

    def join(found: re.Match[str]) -> str:
        name = _last_name(text[max(0, found.start() - _LONGEST - 9) : found.start()])
        if not name or _MAIL_EQUALS.match(text, found.end()):
            return ""
        after = _NEXT_NAME.match(text, found.end(), found.end() + _LONGEST + 1)
        return "" if after and name + after[0] in KNOWN else "="

    return _SOFT_BREAK.sub(join, text)


def _last_name(text: str) -> str:
    """The known key at the end of a text, possibly after an encoded separator; "" if there is none."""
    text = text.rstrip("\\")
    before = text.rstrip(_LETTERS)
    name = text[len(before) :]
    name = name[2:] if before.endswith("%") and name[:2] in {"23", "26"} else name
    return name if name in KNOWN else ""


def _without_quoted_printable(text: str) -> str:
    """Decode quoted-printable, in which every "=" is followed by two hexadecimal digits."""
    text = _QUOTED_UNSEEN.sub("", _without_soft_breaks(text))
    if _QUOTED_EQUALS.search(text) and len(_QUOTED.findall(text)) == text.count("="):
        data = _QUOTED.sub(lambda found: f"%{found[0][1:]}", text.replace("%", "=25").replace("=3d", "=3D"))
        return unquote(data, errors="replace")
    return text


def _without_breaks(text: str) -> str:
    """Make each line break one character, and remove those within an encoded character or an encoded link."""
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
    """Decode HTML entities, those of ampersands however often they were encoded."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _AMPERSANDS.sub("&", text))


def _without_backslashes(text: str) -> str:
    """Remove the escapes of Markdown and LaTeX."""
    return _BRACES.sub(r"\1", _BACKSLASHES.sub("", text))


# Structure ------------------------------------------------------------------------------------------------------------

_HASH = re.compile(rf"{PERCENT}23(?=[/!?&\\]*(?:{NAMES})\s*=)", re.IGNORECASE)
_AND = re.compile(rf"{PERCENT}26(?:amp;)*(?=(?:{NAMES})(?:\s*=|{PERCENT}3D))", re.IGNORECASE)
_EQUALS = re.compile(rf"(?:(?<=[#?&/])|^)({NAMES}){PERCENT}3D", re.IGNORECASE)


def _without_wrapper(text: str) -> str:
    """The link within another address."""
    text = without_stars(text)
    return text if any(map(has_pairs, text.split("#")[1:])) else unwrapped(text)


def _decoded(text: str) -> str:
    """Decode a text that is encoded as a whole, as often as needed."""
    if has_keys(text):
        return text
    for resolved in decodings(text):
        if has_pairs(resolved):
            return resolved
        if (inner := unwrapped(resolved)) != resolved:
            return inner
    return text


def _with_separators(text: str) -> str:
    """Decode the separators of keys and values where only these are encoded or full-width."""
    return "&".join(map(_separated, text.split("&")))


def _separated(piece: str) -> str:
    if "%" not in piece or piece.lstrip("#/?!").partition("=")[0] in ENCODED:
        return piece
    piece = _AND.sub("&", _HASH.sub("#", _WIDE_AND.sub("&", piece)))
    return "&".join(_EQUALS.sub(_with_equals, _WIDE_EQUALS.sub(_with_equals, part)) for part in piece.split("&"))


def _with_equals(found: re.Match[str]) -> str:
    return f"{found[1]}="


REPAIRS: tuple[Repair, ...] = (
    Repair("invisible characters", lambda text: INVISIBLE.sub("", text)),
    Repair("&reg read as a sign", lambda text: _REG.sub("&reg", text)),
    Repair("quoted-printable", _without_quoted_printable),
    Repair("line breaks of mail", _without_breaks),
    Repair("full-width characters", lambda text: text.translate(_WIDE)),
    Repair("HTML entities", _without_entities),
    Repair("escapes of Markdown and LaTeX", _without_backslashes),
    Repair("an address within an address", _without_wrapper),
    Repair("encoded as a whole", _decoded),
    Repair("encoded separators", _with_separators),
)


def repaired(text: str) -> Fragment:
    """The keys and values in a text, with damage repaired."""
    for _ in range(_MAX_ROUNDS):
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
    """The part of a text with keys and values: after a "#", or else a "?", or where the "#" is missing."""
    address, *parts = text.split("#")
    for index, part in enumerate(parts):
        if has_pairs(part):
            return Fragment(_without_prose("#".join(parts[index:])))
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
    """A fragment without what precedes its first key: signs, or words with an address after them."""
    text = text.lstrip(_LEAD)
    start = _START.search(text)
    prose = text[: start.start()] if start else ""
    return text[len(prose) :] if start and "&" not in prose and re.search(r"[\s/?]", prose) else text
