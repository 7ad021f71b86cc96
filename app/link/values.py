"""The types of values in links: how the text of each is parsed and formatted."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from app.link.characters import HARD_BLANKS, seed_in
from app.text import format_number
from engine import FIELDS, ConfigError
from engine.own_examples import decode

MAX_OWN_EXAMPLES = 8192
"""Maximum length of the code of the user's own examples in a link; longer code is transferred separately."""


class Rejected(Exception):  # noqa: N818 - it never leaves this package
    """A value is not used as given; `use` is the value to use instead, None for the default.

    `code` is that of a warning, and `reason` continues a sentence that begins with the value.
    """

    def __init__(self, code: str, reason: str, use: Any = None) -> None:
        super().__init__(code, reason)
        self.code, self.reason, self.use = code, reason, use


class KeyType(NamedTuple):
    """How the value of a key is parsed and formatted.

    `parse` returns the value of a text or raises Rejected; `format` returns the text of a value.

    `raw`: the text is used as it is in the link, not percent-decoded and trimmed. `blank`: an empty text has a
    meaning of its own; otherwise it means the default. `whole`: the text may contain "=". `encoded`: the text may
    contain characters, percent-encoded, that separate keys and values elsewhere. `listed`: every part of the text
    matters, so that no reading of a damaged one may leave out its end.
    """

    parse: Callable[[str], Any]
    format: Callable[[Any], str]
    raw: bool = False
    blank: bool = False
    whole: bool = False
    encoded: bool = False
    listed: bool = False


def checked(field: str, value: Any) -> Any:
    """The value, if the engine allows it for this field; raises Rejected."""
    try:
        return FIELDS[field].check(value)
    except ConfigError as error:
        raise Rejected("changed", f"is not {error.errors[0].allowed}") from None


# Numbers --------------------------------------------------------------------------------------------------------------


_MAX_DIGITS = 1000
_JAVASCRIPT_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


def parse_number(text: str) -> float:
    """The number that JavaScript's `Number(text)` returns; NaN for text of more than 1000 characters."""
    text = text.strip().strip("\ufeff")
    if not text:
        return 0.0
    if len(text) > _MAX_DIGITS:
        return math.nan
    if _RADIX.fullmatch(text):
        try:
            return float(int(text, 0))
        except OverflowError:
            return math.inf
    return float(text) if _JAVASCRIPT_DECIMAL.fullmatch(text) else math.nan


def decoded(text: str) -> str:
    """A percent-decoded text; invalid sequences stay or become a replacement character."""
    return unquote(text, errors="replace") if "%" in text else text


_DECIMAL_COMMA = re.compile(r"(?:[+-]?(?:[0-9]+,[0-9]{1,2}|0?,[0-9]+|[0-9]+,[0-9]{4,}))(?:[eE][+-]?[0-9]+)?")
"""A number with a decimal comma, which cannot be a thousands separator."""


def _finite(text: str) -> float:
    number = parse_number(text)
    if not math.isfinite(number):
        raise Rejected("changed", "is not a finite number")
    return number


def parse_decimal(text: str, parse: Callable[[str], Any]) -> Any:
    """The number that `parse` finds in a text, with a decimal comma replaced by a point if there is one.

    Raises Rejected.
    """
    if not _DECIMAL_COMMA.fullmatch(text):
        return parse(text)
    try:
        value = parse(text.replace(",", "."))
    except Rejected as rejected:
        if rejected.code == "ignored":
            raise
        value = rejected.use
    raise Rejected("changed", "has a decimal comma", value)


def _within(field: str, number: float) -> Any:
    """The number if it is in the field's range; above it the maximum is used, below it the default."""
    high = FIELDS[field].high
    if high is not None and number > high:
        raise Rejected("clamped", f"is more than {high:g}", high)
    return checked(field, number)


def _number(field: str) -> KeyType:
    return KeyType(lambda text: parse_decimal(text, lambda number: _within(field, _finite(number))), format_number)


def _integer(field: str) -> KeyType:
    def parse(text: str) -> int:
        number = _finite(text)
        nearest = math.floor(number + 0.5)
        value: int = _within(field, nearest)
        if nearest != number:
            raise Rejected("changed", "is not a whole number", value)
        return value

    return KeyType(lambda text: parse_decimal(text, parse), str)


def _parse_noise(text: str) -> float:
    """The original's rule: up to 80, although its slider ends at 50; more counts as 50, less than 0 as 0."""
    number = _finite(text)
    if number < 0:
        raise Rejected("clamped", "is less than 0", 0)
    if number > 80:
        raise Rejected("clamped", "is more than 80", 50)
    return number


NOISE = KeyType(lambda text: parse_decimal(text, _parse_noise), format_number)


# Lists ----------------------------------------------------------------------------------------------------------------


def _parse_shape(text: str) -> tuple[int, ...]:
    """Neurons per hidden layer; an empty text means no hidden layer. Fractions round up, as in the original's loops.

    The size of the network is checked later, together with the rest of it.
    """
    entries = [parse_number(entry) for entry in text.split(",")] if text else []
    if not all(math.isfinite(units) and units > 0 for units in entries):
        raise Rejected("changed", "is not a list of layer sizes")
    sizes = tuple(math.ceil(units) for units in entries)
    if any(size != units for size, units in zip(sizes, entries, strict=True)):
        raise Rejected("changed", "has layers with a fraction of a neuron", sizes)
    return sizes


_SHAPE = KeyType(_parse_shape, lambda sizes: ",".join(map(str, sizes)), blank=True)


def _names(field: str) -> KeyType:
    """A list of names; an empty entry means the setting shared by all layers."""

    def parse(text: str) -> Any:
        names, reason = [], ""
        for name in map(str.strip, text.split(",")):
            try:
                names.append(_named(field, name) if name else "")
            except Rejected as rejected:
                if rejected.use is None:
                    break
                names.append(rejected.use)
                reason = rejected.reason
        else:
            if reason:
                raise Rejected("changed", "has names that are not used here", checked(field, names))
            return checked(field, names)
        return checked(field, text.split(","))

    return KeyType(parse, ",".join)


def _numbers(field: str) -> KeyType:
    """A list of numbers; an empty entry means the setting shared by all layers."""

    def parse(text: str) -> Any:
        return checked(field, [_finite(number) if number.strip() else None for number in text.split(",")])

    def format_(numbers: tuple[float | None, ...]) -> str:
        return ",".join("" if number is None else format_number(number) for number in numbers)

    return KeyType(parse, format_)


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
    "dataset": {"gaussian": "gauss", "gaussians": "gauss", "exclusiveor": "xor", "notand": "nand"},
    "rest": {"carriedtothenextepoch": "carried", "appliedasasmallerbatch": "applied"},
    "schedule": {"none": "constant"},
}
"""Names in other playgrounds, libraries and earlier versions, in lower case without spaces, hyphens and underscores."""


def _simplified(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def _named(field: str, text: str) -> str:
    """The choice of a field with exactly this name. Raises Rejected, with the choice meant by any other spelling."""
    choices = FIELDS[field].choices or {}
    if text in choices:
        return text
    name = _simplified(text)
    others = _OTHER_NAMES.get("activation" if field == "layer_activations" else field, {})
    meant = [value for value, label in choices.items() if name in {_simplified(value), _simplified(label)}]
    if use := others.get(name) or (meant[0] if len(meant) == 1 else None):
        raise Rejected("changed", "is not the name used here", use)
    return str(checked(field, text))


def _choice(field: str) -> KeyType:
    return KeyType(lambda text: _named(field, text), str)


def _format_flag(value: object) -> str:
    return "true" if value else "false"


def _parse_missing(text: str) -> bool:
    if _SWITCHES.get(text.lower(), True):
        raise Rejected("ignored", "asks for an input that doesn't exist")
    return False


_SWITCHES = {**dict.fromkeys(("true", "1", "yes", "on"), True), **dict.fromkeys(("false", "0", "no", "off"), False)}


def _flag(classic: bool) -> KeyType:
    """A switch. `classic` is its value in the original for any text that says neither on nor off."""

    def parse(text: str) -> bool:
        value = _SWITCHES.get(text.lower())
        if value is None:
            raise Rejected("changed", "is neither true nor false", classic)
        return value

    return KeyType(parse, _format_flag)


FLAG = _flag(classic=True)
"""A switch that is on in the original unless a link says `false`."""

MARKER = _flag(classic=False)
"""A switch that is off in the original unless a link says `true`."""

MISSING = KeyType(_parse_missing, _format_flag)
"""A switch without any effect."""


def _parse_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", text):
        raise Rejected("ignored", "is not the name of a tutorial")
    return text


NAME = KeyType(_parse_name, str)


def _cut(field: str, text: str) -> str:
    """Text for a field, truncated to the field's maximum length."""
    high = int(FIELDS[field].high or 0)
    if len(text) > high:
        raise Rejected("clamped", f"has more than {high} characters", text[:high])
    return text


def plain_text(field: str) -> KeyType:
    """Text exactly as it is in the link."""
    return KeyType(lambda text: _cut(field, seed_in(text)), str, raw=True)


_END_OF_CODE = re.compile(r"[\s\"`<>]")


def encoded_text(field: str) -> KeyType:
    """Text in which all characters that links cannot hold are percent-encoded."""

    def parse(text: str) -> str:
        letters = _END_OF_CODE.split(HARD_BLANKS.sub("", text).lstrip("\"'`<([{"), maxsplit=1)[0]
        letters = letters.rstrip("')]},;:!?|\\")
        return _cut(field, unquote_to_bytes(letters).decode("utf-8", "replace"))

    return KeyType(parse, lambda text: quote(text, safe=""), raw=True, encoded=True)


def _parse_own_examples(text: str) -> str:
    if len(text) > MAX_OWN_EXAMPLES:
        raise Rejected("refused", f"has more than {MAX_OWN_EXAMPLES} characters", "")
    try:
        decode(text)
    except ValueError as error:
        raise Rejected("ignored", f"is not a valid list of examples: {error}") from None
    return text


_OWN_EXAMPLES = KeyType(_parse_own_examples, str)


_TYPES: Mapping[str, Callable[[str], KeyType]] = {
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


def type_of(field: str) -> KeyType:
    """The type of a field of the config."""
    return _TYPES[FIELDS[field].kind](field)
