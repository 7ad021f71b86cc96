"""The labels of a table: which of them are the same class, how it is called, and whether they are values after all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from app.tables.numbers import Marks, plain
from app.text import quoted

_TRUTHS = frozenset(
    ("true", "false", "yes", "no", "ja", "nein", "oui", "non", "si", "sí", "wahr", "falsch", "vrai", "faux")
)
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-", "."))
"""What programs write where a number is missing."""

_MOST = 3
"""Spellings that are told."""


class Labels(NamedTuple):
    """Labels as they came, each with the name of its class, and what is to be said of that.

    `numbers` are those of the names, if all are numbers.
    """

    names: Mapping[str, str]
    numbers: Mapping[str, float]
    notes: Sequence[str]


def join(labels: Iterable[str], marks: Marks) -> Labels:
    """Give labels that are equal as numbers one short name, and words for truth one, in whatever case they are."""
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
        [*_told_joined(names), *_told_alike(names)],
    )


def _short_names(numbers: set[float]) -> dict[float, str]:
    """Numbers as short texts, no two the same."""
    short = {number: f"{number:.6g}" for number in numbers}
    if len(set(short.values())) < len(numbers):
        return {number: f"{number:.0f}" if number.is_integer() else repr(number) for number in numbers}
    return {number: f"{number:.0f}" if number.is_integer() else short[number] for number in numbers}


def _told_joined(names: Mapping[str, str]) -> Iterable[str]:
    """A sentence on labels that are one class although they are written in several ways."""
    spellings: dict[str, list[str]] = {}
    for text, name in names.items():
        spellings.setdefault(name, []).append(text)
    for name, texts in spellings.items():
        if len(texts) > 1:
            last = f"{len(texts) - _MOST} more" if len(texts) > _MOST else quoted(texts.pop())
            yield f"The labels {', '.join(map(quoted, texts[:_MOST]))} and {last} are one class, {quoted(name)}."


def _told_alike(names: Mapping[str, str]) -> Iterable[str]:
    """A sentence on classes whose names differ in case only."""
    first: dict[str, str] = {}
    for name in dict.fromkeys(names.values()):
        other = first.setdefault(name.casefold(), name)
        if other != name:
            yield f"The labels {quoted(other)} and {quoted(name)} differ only in case and are two classes."
            return
