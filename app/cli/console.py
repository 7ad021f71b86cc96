"""Text to and from a console: any character can be printed, and lines are read, whatever the encoding."""

import codecs
import io
import sys
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

_ERRORS = "playground.nearest"

_NEAREST = {
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    "…": "...",
    "·": ".",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "█": "#",
    "\u00a0": " ",
}
"""What stands for characters of our own that a console may not have."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by the mark that a text begins with; the longer come first."""


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What is printed in place of characters that an encoding does not have; for `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(map(_plain, letters)), error.end


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return _NEAREST.get(letter) or base or "?"


def print_anything() -> None:
    """Let standard output and error print every text: what their encoding does not have is replaced by what is near."""
    codecs.register_error(_ERRORS, _nearest)
    for stream in (sys.stdout, sys.stderr):
        # some programs put an object of their own there
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream that are not blank, trimmed, as they come.

    They may be in UTF-8, UTF-16 or UTF-32, the first two with or without a byte-order mark.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    with io.TextIOWrapper(buffered, _encoding_of(buffered.peek(4)[:4]), errors="replace") as text:
        for line in text:
            if trimmed := line.strip().strip("\ufeff\0").strip():
                yield trimmed


def _encoding_of(start: bytes) -> str:
    """The encoding of a text by its first four bytes; a link begins with characters of ASCII."""
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    if len(start) > 1 and 0 in start:
        return "utf-16-le" if start[1] == 0 else "utf-16-be"
    return "utf-8-sig"
