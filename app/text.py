"""Text from outside, as it may be shown in what is said about it."""

MAX_GOT = 64
"""Characters that are shown of what came."""


def size_of(message: str | bytes) -> int:
    """The bytes that a message has on the wire; a text has more of them than letters if it is not English."""
    return len(message) if isinstance(message, bytes) or message.isascii() else len(message.encode("utf-8", "replace"))


def cut(text: str) -> str:
    """At most 64 characters of a text."""
    return text if len(text) <= MAX_GOT else text[: MAX_GOT - 1] + "…"


def shown(text: str) -> str:
    """The same on one line, with no control character or one that cannot be seen."""
    short = cut(text)
    return short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)


def quoted(text: str) -> str:
    """The same between quotation marks."""
    return f"“{shown(text)}”"
