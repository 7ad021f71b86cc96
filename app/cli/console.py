"""Text to and from a console: print any character, read lines in any Unicode encoding, and end with a sentence."""

import codecs
import io
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

FAILED = 1
USAGE_ERROR = 2
INTERRUPTED = 130
"""Exit codes."""


class CommandError(Exception):
    """A command ends here: with sentences for standard error, and an exit code."""

    def __init__(self, *sentences: str, code: int = USAGE_ERROR) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
        self.code = code


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl+C wait until the end of a block, which must be short."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or not _is_main_thread():
        yield
        return
    interruptions: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: interruptions.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interruptions:
        raise KeyboardInterrupt


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


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
    "∞": "inf",
    "\u00a0": " ",
}
"""Replacements for characters we print that a console may lack."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by byte-order mark, the longer marks first."""


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Replace characters an encoding lacks; an error handler for `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(map(_plain, letters)), error.end


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return _NEAREST.get(letter) or base or "?"


def print_anything() -> None:
    """Let standard output and standard error print any text; characters their encoding lacks are replaced."""
    codecs.register_error(_ERRORS, _nearest)
    for stream in (sys.stdout, sys.stderr):
        # some programs replace them with objects of their own
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """The nonblank lines of a stream, trimmed, as they arrive.

    The encoding can be UTF-8, UTF-16 or UTF-32; UTF-32 needs a byte-order mark.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    with io.TextIOWrapper(buffered, _encoding_of(buffered.peek(4)[:4]), errors="replace") as text:
        for line in text:
            if trimmed := line.strip().strip("\ufeff\0").strip():
                yield trimmed


def _encoding_of(start: bytes) -> str:
    """Guess the encoding of a text from its first four bytes, given that a link begins with ASCII characters."""
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    if len(start) > 1 and 0 in start:
        return "utf-16-le" if start[1] == 0 else "utf-16-be"
    return "utf-8-sig"
