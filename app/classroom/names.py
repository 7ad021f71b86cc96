"""Names of students: made safe to show, numbered if they are taken, and friendly ones to choose from."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import product

from app.protocol.errors import ProtocolError, fault
from app.text import sanitize

MOST_CHARACTERS = 24
"""Characters that a name may have."""

_READ = 1000
"""Characters that are read of a name that is far too long."""

_STYLES = {code: None for block in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for code in block}
_READINGS = str.maketrans({**_STYLES, 0xB4: "’"})
"""Variants of how a character is drawn do not belong to a name, and an accent alone is meant as an apostrophe."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800")
"""Characters that count as letters, marks or symbols, and leave nothing to be seen."""

_MOST_MARKS = 4
"""Marks in a row that writing needs: in Burmese, vowels are marks."""

_MOST_STACKED = 2
"""Those of them that are drawn above or below one another."""

_NUMBERED = re.compile(r"(.+) ([1-9][0-9]{0,2})")


def clean_name(text: str) -> str:
    """A name from outside as it is shown. Raises ProtocolError: `too_short`, `too_long` or `bad_text`.

    >>> clean_name("  Ａnn   Lee ")
    'Ann Lee'
    """
    name = unicodedata.normalize("NFKC", text.strip(" ")[:_READ].translate(_READINGS))
    name = re.sub(" +", " ", name).strip(" ")
    if not any(_is_seen(character) for character in name):
        raise _refused("too_short", text)
    if not name.isprintable() or not _INVISIBLE.isdisjoint(name) or _has_heap_of_marks(name):
        raise _refused("bad_text", text)
    if len(name) > MOST_CHARACTERS:
        raise _refused("too_long", text)
    return name


def _is_seen(character: str) -> bool:
    return character != " " and character not in _INVISIBLE and unicodedata.category(character) != "Cf"


def _has_heap_of_marks(name: str) -> bool:
    """Whether marks lack a letter to belong to, or are so many that they cover what is above or below."""
    marks = stacked = 0
    for index, character in enumerate(name):
        if not unicodedata.category(character).startswith("M"):
            marks = stacked = 0
            continue
        marks += 1
        stacked += unicodedata.combining(character) != 0
        if index == 0 or marks > _MOST_MARKS or stacked > _MOST_STACKED:
            return True
    return False


def _refused(code: str, text: str) -> ProtocolError:
    expected = f"a name of 1 to {MOST_CHARACTERS} characters"
    if code == "bad_text":
        expected += ", without line breaks, invisible characters and piles of accents"
    return ProtocolError([fault(code, "name", sanitize(text), expected)])


def numbered(name: str, taken: Iterable[str]) -> str:
    """A name, with a number if somebody has it already, in upper or lower case.

    >>> numbered("Ann", ["ann", "Ann 2"])
    'Ann 3'
    """
    known = {other.casefold() for other in taken}
    match = _NUMBERED.fullmatch(name)
    base, number = (match[1], int(match[2])) if match else (name, 1)
    while name.casefold() in known:
        number += 1
        suffix = f" {number}"
        name = base[: MOST_CHARACTERS - len(suffix)].rstrip() + suffix
    return name


# fmt: off
ADJECTIVES = (
    "Agile", "Amber", "Artful", "Azure", "Brave", "Breezy", "Bright", "Calm", "Careful", "Cheerful",
    "Clever", "Coral", "Cosmic", "Curious", "Daring", "Eager", "Emerald", "Friendly", "Gentle", "Golden",
    "Graceful", "Happy", "Helpful", "Honest", "Indigo", "Jolly", "Kind", "Lively", "Lucky", "Merry",
    "Noble", "Patient", "Polite", "Quick", "Quiet", "Radiant", "Silver", "Steady", "Sunny", "Swift",
)
ANIMALS = (
    "Albatross", "Alpaca", "Antelope", "Avocet", "Badger", "Bison", "Bluebird", "Butterfly", "Caribou", "Cheetah",
    "Chipmunk", "Cormorant", "Crane", "Cricket", "Curlew", "Dolphin", "Dormouse", "Dragonfly", "Eagle", "Egret",
    "Falcon", "Finch", "Firefly", "Flamingo", "Gazelle", "Gecko", "Giraffe", "Hedgehog", "Heron", "Ibex",
    "Ibis", "Impala", "Jaguar", "Kestrel", "Kingfisher", "Koala", "Lark", "Lemur", "Leopard", "Llama",
    "Lynx", "Marmot", "Meerkat", "Narwhal", "Ocelot", "Oriole", "Osprey", "Otter", "Panda", "Pelican",
    "Penguin", "Puffin", "Quokka", "Robin", "Seahorse", "Sparrow", "Squirrel", "Starling", "Toucan", "Turtle",
)
# fmt: on


_PICKS = 5
"""How often a name is picked before all that are free are listed."""


def suggest_names(taken: Iterable[str], count: int, choose: Callable[[Sequence[str]], str]) -> list[str]:
    """Up to `count` different friendly names that nobody has; `choose` picks one of several, as `random.choice` does.

    >>> suggest_names([], 2, lambda names: names[0])
    ['Agile Albatross', 'Amber Alpaca']
    """
    known = {name.casefold() for name in taken}
    found: list[str] = []
    used: set[str] = set()
    # almost always nobody has the first one that is picked
    for _ in range(_PICKS * count):
        if len(found) == count:
            return found
        # if there are enough, no word comes twice
        pair = [choose([word for word in words if word not in used] or words) for words in (ADJECTIVES, ANIMALS)]
        if (name := " ".join(pair)).casefold() not in known:
            found.append(name)
            known.add(name.casefold())
            used.update(pair)
    free = [name for name in map(" ".join, product(ADJECTIVES, ANIMALS)) if name.casefold() not in known]
    while free and len(found) < count:
        found.append(choose(free))
        free.remove(found[-1])
    return found


def is_friendly(name: str) -> bool:
    """Whether a name is one that `suggest_names` may suggest.

    >>> is_friendly("Agile Alpaca"), is_friendly("Ann")
    (True, False)
    """
    adjective, _, animal = name.partition(" ")
    return adjective in ADJECTIVES and animal in ANIMALS
