"""The labels of a table: which of them are one class, and what it is called."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from app.tables.numbers import Marks, plain
from app.text import quoted

_TRUTHS = frozenset(
    ("true", "false", "yes", "no", "ja", "nein", "oui", "non", "si", "sí", "wahr", "falsch", "vrai", "faux")
)
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-", "."))
"""What programs write for a missing number."""

_MAX_SPELLINGS = 3
"""Maximum number of spellings in a note."""


class Labels(NamedTuple):
    """The name of the class of each label, with notes on joined or similar labels.

    `numbers` are those of the names, if all of them are numbers.
    """

    names: Mapping[str, str]
    numbers: Mapping[str, float]
    notes: Sequence[str]


def join(labels: Iterable[str], marks: Marks) -> Labels:
    """Give labels that are equal numbers one short name, and words for true and false one name in any case."""
    texts = list(dict.fromkeys(labels))
    numbers = {text: float(number) + 0.0 for text in texts if (number := plain(text, marks)) is not None}
    shorts = _short_names(set(numbers.values()))
    names = {}
    truths = Counter(text.casefold() for text in texts if text.casefold() in _TRUTHS)
    for text in texts:
        name = text.capitalize() if truths[text.casefold()] > 1 else text
        names[text] = shorts[numbers[text]] if text in numbers else name
    is_numeric = len(numbers) == len(texts)
    return Labels(
        names,
        {names[text]: number for text, number in numbers.items()} if is_numeric else {},
        [*_joined_notes(names), *_similar_notes(names)],
    )


def _short_names(numbers: set[float]) -> dict[float, str]:
    """Numbers as short, distinct texts."""
    short = {number: f"{number:.6g}" for number in numbers}
    if len(set(short.values())) < len(numbers):
        return {number: f"{number:.0f}" if number.is_integer() else repr(number) for number in numbers}
    return {number: f"{number:.0f}" if number.is_integer() else short[number] for number in numbers}


def _joined_notes(names: Mapping[str, str]) -> Iterable[str]:
    """A sentence for each class whose labels are spelled in several ways."""
    spellings: dict[str, list[str]] = {}
    for text, name in names.items():
        spellings.setdefault(name, []).append(text)
    for name, texts in spellings.items():
        if len(texts) > 1:
            last = f"{len(texts) - _MAX_SPELLINGS} more" if len(texts) > _MAX_SPELLINGS else quoted(texts.pop())
            listed = ", ".join(map(quoted, texts[:_MAX_SPELLINGS]))
            yield f"The labels {listed} and {last} are one class, {quoted(name)}."


def _similar_notes(names: Mapping[str, str]) -> Iterable[str]:
    """A sentence on two classes whose names differ only in case, if there are any."""
    first: dict[str, str] = {}
    for name in dict.fromkeys(names.values()):
        other = first.setdefault(name.casefold(), name)
        if other != name:
            yield f"The labels {quoted(other)} and {quoted(name)} differ only in case and are two classes."
            return
