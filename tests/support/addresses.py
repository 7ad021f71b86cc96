"""Addresses in pages: which there are, and where they lead."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any


def resolve(page: str, address: str) -> str:
    """The path that a relative address leads to from the page at a path, as in the URL standard.

    Unlike `urllib.parse.urljoin`, browsers keep empty parts of a path, as in "//lessons//depth".
    """
    path, rest = re.fullmatch(r"([^?#]*)(.*)", address, re.DOTALL).groups()  # type: ignore[union-attr]
    if not path:
        return page + rest
    parts = page.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1] or [""]
        elif part != ".":
            parts.append(part)
    return "/".join(parts) + rest


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []
        self.addresses: list[str] = []
        self._holds_json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.values += [value for value in named.values() if value]
        self.addresses += [value for name in ("href", "src", "action") if (value := named.get(name)) is not None]
        self._holds_json = tag == "script" and named.get("type") == "application/json"

    def handle_data(self, data: str) -> None:
        if self._holds_json:
            self.values += _texts(json.loads(data))

    def handle_endtag(self, tag: str) -> None:
        self._holds_json = False


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def values_in(html: str) -> list[str]:
    """All values of attributes of a page, and all texts in its JSON."""
    return _read(html).values


def addresses_in(html: str) -> list[str]:
    """All addresses that a page links to or loads."""
    return _read(html).addresses


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader
