"""Numbers and text in links, read and written as JavaScript does."""

import math
import re
from decimal import Decimal
from urllib.parse import unquote

_MAX_DIGITS = 1000
_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


def parse_number(text: str) -> float:
    """The number that JavaScript's `Number(text)` gives, NaN included; text of more than 1000 characters is NaN."""
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
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def format_number(value: float) -> str:
    """A finite number as JavaScript's `String(value)` writes it: `3`, `0.03`, `1e-7`, `1e+21`."""
    digits = repr(value + 0.0)  # not the sign of -0.0
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return f"{Decimal(digits):f}".removesuffix(".0")
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def decoded(text: str) -> str:
    """Percent signs resolved; what is broken stays or becomes a replacement character."""
    return unquote(text, errors="replace") if "%" in text else text
