"""Text from outside, as it may be shown in what is said about it."""

MAX_GOT = 64
"""Characters that are shown of what came."""


def shown(text: str) -> str:
    """At most 64 characters of a text on one line, none of them a control character or one that cannot be seen."""
    short = text if len(text) <= MAX_GOT else text[: MAX_GOT - 1] + "…"
    return short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)


def quoted(text: str) -> str:
    """The same between quotation marks."""
    return f"“{shown(text)}”"
