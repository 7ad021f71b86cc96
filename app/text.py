"""Text from outside, made safe to show, and numbers as text."""

from decimal import Decimal

MAX_GOT = 64
"""Maximum number of characters shown of a value from outside."""


def size_of(message: str | bytes) -> int:
    """The number of bytes a message takes on the wire, where text is UTF-8."""
    return len(message) if isinstance(message, bytes) or message.isascii() else len(message.encode("utf-8", "replace"))


def truncate(text: str) -> str:
    """At most 64 characters of a text, with an ellipsis if something is left out."""
    return text if len(text) <= MAX_GOT else text[: MAX_GOT - 1] + "…"


def sanitize(text: str) -> str:
    """A truncated text on one line, with control and invisible characters replaced."""
    short = truncate(text)
    return short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)


def quoted(text: str) -> str:
    """A sanitized text in quotation marks."""
    return f"“{sanitize(text)}”"


def format_number(value: float) -> str:
    """A finite number as JavaScript's `String(value)` writes it: `3`, `0.03`, `1e-7`, `1e+21`."""
    digits = repr(value + 0.0)  # not the sign of -0.0
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return f"{Decimal(digits):f}".removesuffix(".0")
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
