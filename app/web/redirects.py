"""Redirects from damaged addresses to pages: an extra slash, or a link that ended up in the path."""

import re
from collections.abc import Collection
from urllib.parse import quote, unquote

from app.link.characters import PERCENT, decodings, plain
from app.link.repair import repaired
from app.link.wrappers import has_keys

_ASIDE = re.compile(f"{PERCENT}(?:23|3F)|#", re.IGNORECASE)
_FILE = re.compile(r"/index(?:\.html?)?$|\.html?$")
_CLOSING = " \t)>]}.,;:!?\"'`”’»…*_\\"
_FRAGMENT_SAFE = "%!$&'()*+,;=:@/?-._~"

_RENAMED = {
    "/lessons/initialisation": "/lessons/initialization",
    "/lessons/optimisers": "/lessons/optimizers",
}
"""Pages that used to have another address."""


def redirect_for(path: str, query: str, pages: Collection[str]) -> str | None:
    """The address of the page in `pages` that a request for an unknown path was meant for; None if there is none.

    `path` is as received, still percent-encoded.
    """
    before, *_ = _ASIDE.split(path, maxsplit=1)
    page = _page(before, pages)
    fragment = ""
    if any(map(has_keys, decodings(path))):
        fragment = f"#{quote(repaired(path).text, safe=_FRAGMENT_SAFE)}"
        page = page or "/"
    if page is None or (page == path and not fragment):
        return None
    return f"{page}{f'?{query}' if query else ''}{fragment}"


def _page(path: str, pages: Collection[str]) -> str | None:
    """The page that a path without a fragment was meant for; None if there is none."""
    for resolved in decodings(path):
        bare = re.sub("//+", "/", plain(resolved.replace("\\", "/"))).rstrip(_CLOSING).lower()
        bare = _FILE.sub("", bare.rstrip("/")).rstrip("/") or "/"
        bare = _RENAMED.get(bare, bare)
        if bare in pages:
            return bare
    return None


def readable(raw_path: bytes) -> str:
    """The path of a request as text, percent-encoded except for characters beyond ASCII."""
    text = raw_path.decode("ascii", "replace")
    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", lambda found: unquote(found[0], errors="replace"), text)
