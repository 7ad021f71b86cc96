"""All open connections of a server, counted and kept below the limit of the operating system."""

import asyncio
import sys
from collections import Counter

Address = tuple[str, int]
"""Host and port of the other end."""

_WISHED = 65_536
"""File descriptors requested at the start; the system may allow fewer."""

AT_ONCE = 16
"""Connections that the event loop accepts at a time, before it can close any."""

_RESERVED = 64 + 4 * AT_ONCE
"""Descriptors for what is not counted: files, pipes, and connections just being accepted or closed."""

_FOR_PAGES = 16
"""Connections kept free of working pages: for loading the next page, and for health checks."""


class ConnectionRegistry:
    """The open connections.

    A connection is waiting until the first message of its websocket has arrived. If there are more than `most`, the one
    that has waited longest is closed, first at the address with the most waiting connections, so that short requests
    are served however many others stay open.
    """

    def __init__(self, most: int = _WISHED) -> None:
        self.most = most
        self._settled: dict[asyncio.Transport, Address | None] = {}
        self._waiting: dict[asyncio.Transport, Address | None] = {}

    def __len__(self) -> int:
        return len(self._settled) + len(self._waiting)

    @property
    def others(self) -> int:
        """The number of open connections, without the one over which somebody asks for it."""
        return max(0, len(self) - 1)

    @property
    def is_crowded(self) -> bool:
        """Whether there is no room for another working page."""
        return len(self._settled) >= self.most - _FOR_PAGES

    def add(self, transport: asyncio.Transport) -> None:
        """Add a connection that has been accepted."""
        peer = transport.get_extra_info("peername")
        # other kinds of sockets have names of other shapes, or none
        self._waiting[transport] = (peer[0], peer[1]) if isinstance(peer, tuple) else None
        while len(self) > self.most and len(self._waiting) > 1:
            self._make_room()

    def _make_room(self) -> None:
        hosts = Counter(peer and peer[0] for peer in self._waiting.values())
        ((host, _),) = hosts.most_common(1)
        oldest = next(transport for transport, peer in self._waiting.items() if (peer and peer[0]) == host)
        self.remove(oldest)
        oldest.abort()

    def ask(self, transport: asyncio.Transport) -> None:
        """Note that a whole request has arrived: of the waiting connections, this one is now the last to be closed."""
        if transport in self._waiting:
            self._waiting[transport] = self._waiting.pop(transport)

    def settle(self, transport: asyncio.Transport) -> None:
        """Note that a message has arrived: the connection is no longer waiting, and stays."""
        if transport in self._waiting:
            self._settled[transport] = self._waiting.pop(transport)

    def remove(self, transport: asyncio.Transport) -> None:
        """Remove a connection that has ended."""
        self._waiting.pop(transport, None)
        self._settled.pop(transport, None)


def raise_limit(processes: int) -> int:
    """Raise the limit of open files as far as the system allows. Returns how many connections there is room for.

    Each of the `processes` that train takes a few descriptors, too.
    """
    if sys.platform == "win32":
        return _WISHED
    import resource  # noqa: PLC0415 - there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _WISHED if hard == resource.RLIM_INFINITY else min(hard, _WISHED)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
            soft = allowed
        except (OSError, ValueError):
            pass  # some systems allow less than they say
    allowed = _WISHED if soft == resource.RLIM_INFINITY else soft
    return max(2 * _FOR_PAGES, allowed - _RESERVED - 8 * processes)
