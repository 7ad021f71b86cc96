"""The variants in links: what networks side by side do otherwise, each as a small link of its own."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from app.link.keys import ORIGINAL, SETTING_KEYS, Key
from app.link.values import Kind, Refused
from app.text import quoted
from app.training.variants import VARIABLE, Variant, check_variants
from engine import ConfigError

_MAX_PIECES = 16
"""Pieces of a text that are looked at; more than any page writes."""

_KEYS = {key.slot: key for key in (*ORIGINAL, *SETTING_KEYS) if key.slot in VARIABLE}
_BY_NAME: Mapping[str, Key] = {key.name: key for key in _KEYS.values()}


def _read(text: str) -> tuple[Variant, ...]:
    """Variants between semicolons: `activation=relu&learningRate=0.1;batchSize=1`."""
    found: tuple[Variant, ...] = ()
    wrong: list[str] = []
    for piece in text.split(";")[:_MAX_PIECES]:
        try:
            changes = [_read_change(pair) for pair in piece.split("&")]
            found = check_variants([*found, {field: value for field, value, _ in changes}])
            wrong += [f"{quoted(piece)} {reason}" for *_, reason in changes if reason]
        except Refused as refused:
            wrong.append(f"{quoted(piece)} {refused.reason}")
        except ConfigError as error:
            wrong.append(f"{quoted(piece)} is not possible: allowed is {error.errors[0].allowed}")
    if wrong:
        reason = f"cannot be compared as it stands: {'; '.join(wrong[:3])}"
        raise Refused("changed" if found else "ignored", reason, found)
    return found


def _read_change(pair: str) -> tuple[str, Any, str]:
    """A field, its value, and why it is another than was asked for, or nothing. Raises Refused."""
    name, _, value = pair.partition("=")
    key = _BY_NAME.get(name.strip())
    if key is None:
        raise Refused("ignored", "is no setting that can be compared")
    try:
        return key.slot, key.kind.read(value.strip()), ""
    except Refused as refused:
        if refused.use is None:
            raise
        return key.slot, refused.use, refused.reason


def written(variants: Iterable[Variant]) -> str:
    """Variants as text that can be read; in a link, percent-encoded."""
    changes = (((_KEYS[field], value) for field, value in variant.items()) for variant in variants)
    return ";".join("&".join(f"{key.name}={key.kind.write(value)}" for key, value in pairs) for pairs in changes)


VARIANTS = Kind(_read, lambda variants: quote(written(variants), safe=","), whole=True, encoded=True)
