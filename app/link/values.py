"""The kinds of values in links: how the text of each is read, and how it is written."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from app.link.characters import HARD_BLANKS, seed_in
from app.link.text import format_number, parse_number
from engine import FIELDS, ConfigError
from engine.own_examples import decode

MAX_OWN_EXAMPLES = 8192
"""Characters of the code of own examples that a link carries; a longer one travels beside it."""


class Refused(Exception):  # noqa: N818 - it never leaves this package
    """A value cannot be had as it was asked for; `use` is what to take instead, None stands for the default.

    `code` is that of a notice, and `reason` goes on after the value.
    """

    def __init__(self, code: str, reason: str, use: Any = None) -> None:
        super().__init__(code, reason)
        self.code, self.reason, self.use = code, reason, use


class Kind(NamedTuple):
    """`read` gives the value that a text means or raises Refused; `write` gives the text of a value.

    A text is read with percent signs resolved and trimmed, or, if `raw`, as it stands in the link. Blank text means the
    default, unless `blank` says that it has a meaning of its own. That of a `whole` one goes on after a further "=".
    In that of an `encoded` one, characters may be percent-encoded that have a meaning in links.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    raw: bool = False
    blank: bool = False
    whole: bool = False
    encoded: bool = False


def checked(field: str, value: Any) -> Any:
    """The value, if the engine allows it for this field; raises Refused."""
    try:
        return FIELDS[field].check(value)
    except ConfigError as error:
        raise Refused("changed", f"is not {error.errors[0].allowed}") from None


# Numbers --------------------------------------------------------------------------------------------------------------


_DECIMAL_COMMA = re.compile(r"(?:[+-]?(?:[0-9]+,[0-9]{1,2}|0?,[0-9]+|[0-9]+,[0-9]{4,}))(?:[eE][+-]?[0-9]+)?")
"""A number with a comma that separates no thousands."""


def _finite(text: str) -> float:
    number = parse_number(text)
    if not math.isfinite(number):
        raise Refused("changed", "is not a number that can be used")
    return number


def number_read(text: str, read: Callable[[str], Any]) -> Any:
    """What `read` makes of the text of a number, where need be with a point in the place of its decimal comma.

    Raises Refused.
    """
    if not _DECIMAL_COMMA.fullmatch(text):
        return read(text)
    try:
        value = read(text.replace(",", "."))
    except Refused as refused:
        value = refused.use
    raise Refused("changed", "has a decimal comma", value)


def _within(field: str, number: float) -> Any:
    """The number if it is in the field's range; above it the largest is used, below it the default."""
    high = FIELDS[field].high
    if high is not None and number > high:
        raise Refused("clamped", f"is more than {high:g}", high)
    return checked(field, number)


def _number(field: str) -> Kind:
    return Kind(lambda text: number_read(text, lambda number: _within(field, _finite(number))), format_number)


def _integer(field: str) -> Kind:
    def read(text: str) -> int:
        number = _finite(text)
        nearest = math.floor(number + 0.5)
        value: int = _within(field, nearest)
        if nearest != number:
            raise Refused("changed", "is not a whole number", value)
        return value

    return Kind(lambda text: number_read(text, read), str)


def _read_noise(text: str) -> float:
    """The original's own rule: up to 80 whatever the slider offers, more counts as 50, less than nothing as nothing."""
    number = _finite(text)
    if number < 0:
        raise Refused("clamped", "is less than 0", 0)
    if number > 80:
        raise Refused("clamped", "is more than 80", 50)
    return number


NOISE = Kind(lambda text: number_read(text, _read_noise), format_number)


# Lists ----------------------------------------------------------------------------------------------------------------


def _read_shape(text: str) -> tuple[int, ...]:
    """Units per hidden layer; no text is no hidden layer. Fractions count up, as they do in the original's loops.

    Whether a network may be that large is decided with the rest of it at hand.
    """
    entries = [parse_number(entry) for entry in text.split(",")] if text else []
    if not all(math.isfinite(units) and units > 0 for units in entries):
        raise Refused("changed", "is not a list of layer sizes")
    sizes = tuple(math.ceil(units) for units in entries)
    if any(size != units for size, units in zip(sizes, entries, strict=True)):
        raise Refused("changed", "has layers with a fraction of a unit", sizes)
    return sizes


_SHAPE = Kind(_read_shape, lambda sizes: ",".join(map(str, sizes)), blank=True)


def _names(field: str) -> Kind:
    """A list of names, where nothing between two commas stands for the name that all layers share."""

    def read(text: str) -> Any:
        names, reason = [], ""
        for name in map(str.strip, text.split(",")):
            try:
                names.append(_named(field, name) if name else "")
            except Refused as refused:
                if refused.use is None:
                    break
                names.append(refused.use)
                reason = refused.reason
        else:
            if reason:
                raise Refused("changed", "is not what these are called here", checked(field, names))
            return checked(field, names)
        return checked(field, text.split(","))

    return Kind(read, ",".join)


def _numbers(field: str) -> Kind:
    """A list of numbers, where nothing between two commas stands for the number that all layers share."""

    def read(text: str) -> Any:
        return checked(field, [_finite(number) if number.strip() else None for number in text.split(",")])

    def write(numbers: tuple[float | None, ...]) -> str:
        return ",".join("" if number is None else format_number(number) for number in numbers)

    return Kind(read, write)


# Choices, switches and text -------------------------------------------------------------------------------------------


_OTHER_NAMES: Mapping[str, Mapping[str, str]] = {
    "activation": {"silu": "swish", "sin": "sine", "lrelu": "leaky_relu", "logistic": "sigmoid", "identity": "linear"},
    "loss": {
        **dict.fromkeys(("mse", "meansquarederror", "squared", "l2"), "squared_error"),
        **dict.fromkeys(("bce", "binarycrossentropy", "logloss", "ce"), "cross_entropy"),
    },
    "optimizer": {"gd": "sgd", "gradientdescent": "sgd", "nag": "nesterov"},
    "initializer": {
        "xavieruniform": "glorot_uniform",
        "xaviernormal": "glorot_normal",
        "zero": "zeros",
        "gaussian": "normal",
    },
    "dataset": {"gaussian": "gauss", "gaussians": "gauss"},
    "schedule": {"none": "constant"},
}
"""What other playgrounds and libraries call the same, in small letters without blanks and strokes."""


def _simplified(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def _named(field: str, text: str) -> str:
    """The choice of a field that a text names exactly; Refused has the one that it names in another way."""
    choices = FIELDS[field].choices or {}
    if text in choices:
        return text
    name = _simplified(text)
    others = _OTHER_NAMES.get("activation" if field == "layer_activations" else field, {})
    meant = [value for value, label in choices.items() if name in {_simplified(value), _simplified(label)}]
    if use := others.get(name) or (meant[0] if len(meant) == 1 else None):
        raise Refused("changed", "is not what this is called here", use)
    return str(checked(field, text))


def _choice(field: str) -> Kind:
    return Kind(lambda text: _named(field, text), str)


def _write_flag(value: object) -> str:
    return "true" if value else "false"


def _read_missing(text: str) -> bool:
    if _SWITCHES.get(text.lower(), True):
        raise Refused("ignored", "asks for an input that does not exist")
    return False


_SWITCHES = {**dict.fromkeys(("true", "1", "yes", "on"), True), **dict.fromkeys(("false", "0", "no", "off"), False)}


def _flag(classic: bool) -> Kind:
    """A switch. What says neither on nor off is as the original has it, which knows one of two words."""

    def read(text: str) -> bool:
        value = _SWITCHES.get(text.lower())
        if value is None:
            raise Refused("changed", "is neither true nor false", classic)
        return value

    return Kind(read, _write_flag)


FLAG = _flag(classic=True)
"""What the original has on unless a link says `false`."""

MARK = _flag(classic=False)
"""What the original has off unless a link says `true`."""

MISSING = Kind(_read_missing, _write_flag)
"""A switch with nothing behind it."""


def _read_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", text):
        raise Refused("ignored", "is not the name of a tutorial")
    return text


NAME = Kind(_read_name, str)


def _cut(field: str, text: str) -> str:
    """Text for a field, of which as much is used as the field may hold."""
    high = int(FIELDS[field].high or 0)
    if len(text) > high:
        raise Refused("clamped", f"has more than {high} characters", text[:high])
    return text


def plain_text(field: str) -> Kind:
    """Text as it stands in the link, letter by letter."""
    return Kind(lambda text: _cut(field, seed_in(text)), str, raw=True)


_END_OF_CODE = re.compile(r"[\s\"`<>]")


def encoded_text(field: str) -> Kind:
    """Text with everything percent-encoded that a link cannot hold."""

    def read(text: str) -> str:
        letters = _END_OF_CODE.split(HARD_BLANKS.sub("", text).lstrip("\"'`<([{"), maxsplit=1)[0]
        letters = letters.rstrip("')]},;:!?|\\")
        return _cut(field, unquote_to_bytes(letters).decode("utf-8", "replace"))

    return Kind(read, lambda text: quote(text, safe=""), raw=True, encoded=True)


def _read_own_examples(text: str) -> str:
    if len(text) > MAX_OWN_EXAMPLES:
        raise Refused("refused", f"has more than {MAX_OWN_EXAMPLES} characters", "")
    try:
        decode(text)
    except ValueError as error:
        raise Refused("ignored", f"are no examples: {error}") from None
    return text


_OWN_EXAMPLES = Kind(_read_own_examples, str)


_KINDS: Mapping[str, Callable[[str], Kind]] = {
    "choice": _choice,
    "number": _number,
    "integer": _integer,
    "flag": lambda _: FLAG,
    "names": _names,
    "numbers": _numbers,
    "integers": lambda _: _SHAPE,
    "text": encoded_text,
    "examples": lambda _: _OWN_EXAMPLES,
}


def kind_of(field: str) -> Kind:
    """How the values of a field of the config are read and written."""
    return _KINDS[FIELDS[field].kind](field)
