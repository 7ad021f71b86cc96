"""The page's files: read once at the start, and served from memory under content-hashed paths."""

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from app.web.bundles import join_pages

IMMUTABLE = "public, max-age=31536000, immutable"

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
    ".woff": "font/woff",
}
_SMALL = 512


class Asset(NamedTuple):
    """A file ready to be sent: plain, and compressed if that is smaller."""

    content: bytes
    compressed: bytes | None
    media_type: str


def find_folder(name: str, within: str = ".") -> Traversable:
    """A folder such as `static`: in the installed package, or in the folder `within` of the checkout."""
    installed = resources.files("app") / f"_{name}"
    return installed if installed.is_dir() else Path(__file__).parents[2] / within / name


def read_static() -> tuple[str, dict[str, Asset]]:
    """A hash of all files of the pages, with the font and what is joined for them; and these files by path."""
    files = {**_walk(find_folder("static")), **read_font()}
    files |= join_pages(files)
    assets = {path: make_asset(path, content) for path, content in sorted(files.items())}
    digest = hashlib.sha256()
    for path, asset in assets.items():
        digest.update(f"{path}\0{len(asset.content)}\0".encode() + asset.content)
    return digest.hexdigest()[:16], assets


def _walk(folder: Traversable, prefix: str = "") -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            files.update(_walk(entry, f"{prefix}{entry.name}/"))
        else:
            files[prefix + entry.name] = entry.read_bytes()
    return files


def make_asset(path: str, content: bytes) -> Asset:
    """Make an asset from the content of a file; its media type follows from the path."""
    suffix = Path(path).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    # the highest level makes half a percent less of them, and takes nearly twice as long
    compressed = gzip.compress(content, 6, mtime=0) if len(content) > _SMALL else content
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Asset(content, compressed if len(compressed) < 0.9 * len(content) else None, media_type)


FONT = "font/inter.woff"
"""The path of the font of all pages."""


def read_font() -> Mapping[str, bytes]:
    """The font and its license, which the installation makes; nothing if an older one has not."""
    folder = find_folder("font", within="build")
    return _walk(folder, "font/") if folder.is_dir() else {}


def read_plotly() -> bytes:
    """Plotly's script, from its installed package."""
    return (resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()


_INLINE_STYLE = re.compile(rb"""createElement\("style"\);(\w+)\.id="[0-9a-f]{64}",\1\.textContent=\'([^\'\\]*)\'""")


def inline_styles(script: bytes) -> list[str]:
    """The style sheets that a bundled script adds to the page, as sources for a Content-Security-Policy.

    Plotly adds that of its maps. It is not needed here, but the browser would report it as blocked.
    """
    digests = (hashlib.sha256(found[2]).digest() for found in _INLINE_STYLE.finditer(script))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
