"""From the bytes of a table to its text."""

import codecs
import re

from app.tables.report import Rejected

MAX_BYTES = 1024 * 1024
"""Maximum size of a table in bytes."""

MIN_ROWS = 2

_REMEDY = "save it as “CSV UTF-8” and load it again"
_TEXT = "text in UTF-8 or UTF-16"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
_MARKS_16 = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or another packed file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
"""The first bytes of files that are not text, and what these are."""

_OTHER_TEXTS = re.compile(r"\s*(?:(<!doctype|<html|<table|<\?xml)|([\[{]\s*[{\"]))", re.IGNORECASE)
"""The beginning of HTML or XML, or of JSON."""

_SHARE = 0.4
"""Minimum share of zero bytes at even or odd positions to recognize UTF-16 without a byte order mark."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a table and the name of its encoding. Raises Rejected if it is not text."""
    if len(data) > MAX_BYTES:
        why = f"The table has {len(data):,} bytes; the limit is {MAX_BYTES:,}."
        raise Rejected("csv_too_large", f"{len(data)} bytes", f"at most {MAX_BYTES} bytes", why)
    for beginning, what in _OTHER_FILES:
        if data.startswith(beginning):
            raise Rejected("csv_encoding", what, _TEXT, f"This is {what}, not a table as text: {_REMEDY}.")
    encoding = _encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error, encoding) from None
    text = text.removeprefix("\ufeff").rstrip("\x1a")
    if found := _CONTROL.search(text):
        got = f"character {ord(found[0])}"
        why = f"The table contains the control {got}, which text never has: {_REMEDY}."
        raise Rejected("csv_encoding", got, _TEXT, why)
    if not text.strip():
        raise Rejected("csv_empty", "nothing", f"at least {MIN_ROWS} rows", "The table is empty.")
    if other := _OTHER_TEXTS.match(text):
        what = "HTML or XML" if other[1] else "JSON"
        why = f"This is {what}, not a table of rows: {_REMEDY}."
        raise Rejected("csv_wrong_columns", what, "rows of cells", why)
    return text, encoding


def _encoding_of(data: bytes) -> str:
    for mark, name in (*_MARKS, *_MARKS_16):
        if data.startswith(mark):
            return name
    half = len(data) // 2
    if half > 1 and not len(data) % 2:
        for name, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
            if zeros.count(0) > _SHARE * 2 * half / 2 and data.count(0) == zeros.count(0):
                return name
    return "utf-8"


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str) -> Rejected:
    got = data[error.start : error.start + 8].hex(" ")
    if encoding != "utf-8":
        why = f"The file begins as UTF-16 but is damaged at byte {error.start}: {_REMEDY}."
        return Rejected("csv_encoding", got, _TEXT, why)
    line = data.count(b"\n", 0, error.start) + 1
    why = (
        f"Line {line} is not in UTF-8; the file may be in Windows-1252, GBK or another older encoding. "
        f"In your spreadsheet or editor, {_REMEDY}."
    )
    return Rejected("csv_encoding", got, _TEXT, why)
