"""Shows the playground in the cell of a notebook."""

from dataclasses import dataclass
from html import escape
from warnings import warn

from app.link import format_link, parse_link
from app.notebook.place import PORT, find_way, hub_hosts
from app.notebook.server import serving_port
from app.settings import Settings
from engine import Config

HEIGHT = 860
"""Pixels that the playground needs beside nothing else."""

_LEAST, _MOST = 200, 4000


@dataclass(frozen=True, slots=True)
class Frame:
    """The playground in the output of a cell.

    `address` is what the frame shows; without one, `obstacle` says what to do. `height` is in pixels.
    """

    address: str
    height: int = HEIGHT
    obstacle: str = ""

    def _repr_html_(self) -> str:
        if not self.address:
            return f"<p>{escape(self.obstacle)}</p>"
        return (
            f'<iframe src="{escape(self.address)}" title="NumPy Playground" width="100%" height="{self.height}" '
            'style="border: 0" allow="clipboard-write; fullscreen"></iframe>'
        )

    def __repr__(self) -> str:
        return f"NumPy Playground at {self.address}" if self.address else self.obstacle


def show(link: str | Config = "", height: int = HEIGHT) -> Frame:
    """Show the playground below a cell of a notebook.

    `link` is the text of a link, with or without the address before its `#`, or an experiment's settings; without one,
    the default experiment is shown. `height` is in pixels, from 200 to 4000. What a link asks for and cannot have is
    said in a warning.

    The server starts with the first frame, serves all frames of a notebook, and ends with the kernel; `stop` ends it
    earlier. Raises TypeError, ValueError for a height out of range and for settings of the environment that cannot be
    used, and ServerError if the server cannot be started.

    >>> show("#dataset=spiral&noise=10", height=700)
    """
    fragment = _fragment(link)
    _check_height(height)
    way = find_way()
    if not way.address:
        return Frame("", height, way.obstacle)
    address = way.address
    if PORT in address:
        address = address.replace(PORT, str(serving_port(hub_hosts())))
    return Frame(f"{address}?embed=1{fragment}", height)


def _fragment(link: str | Config) -> str:
    if isinstance(link, Config):
        return format_link(link)
    if not isinstance(link, str):
        raise TypeError(
            f"link is {link!r:.60}, of type {type(link).__name__}; it must be the text of a link, such as "
            '"#dataset=spiral", or an engine.Config'
        )
    if not link.strip():
        return ""
    parsed = parse_link(link, Settings.from_environment().limits)
    for warning in parsed.warnings:
        warn(warning.message, stacklevel=3)
    return format_link(parsed.config, parsed.view)


def _check_height(height: int) -> None:
    if isinstance(height, bool) or not isinstance(height, int):
        raise TypeError(f"height is {height!r:.60}, of type {type(height).__name__}; it must be an integer, in pixels")
    if not _LEAST <= height <= _MOST:
        raise ValueError(f"height is {height}; it must be from {_LEAST} to {_MOST}, in pixels")
