"""Ways to pages from addresses that have come to harm: a slash too many, or a link that has got into the path."""

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


def way_to(path: str, query: str, pages: Collection[str]) -> str | None:
    """Where a request for a path that is no page was meant to go: the address of one of the `pages` on this server.

    `path` is as it came, percent signs not resolved. None if nothing is known that it could have meant.
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
    """The page that a path without a fragment means; None if there is none."""
    for resolved in decodings(path):
        bare = re.sub("//+", "/", plain(resolved.replace("\\", "/"))).rstrip(_CLOSING).lower()
        bare = _FILE.sub("", bare.rstrip("/")).rstrip("/") or "/"
        bare = _RENAMED.get(bare, bare)
        if bare in pages:
            return bare
    return None


def readable(raw_path: bytes) -> str:
    """The path of a request as text, percent signs not resolved but for those of letters beyond ASCII."""
    text = raw_path.decode("ascii", "replace")
    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", lambda found: unquote(found[0], errors="replace"), text)
