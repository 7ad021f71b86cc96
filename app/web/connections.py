"""The open connections of a server, from the first byte to the last: counted, and kept below what the system allows."""

import asyncio
import sys
from collections import Counter

Address = tuple[str, int]
"""Host and port of the other end."""

_WISHED = 65_536
"""Descriptors that are asked for at the start; the system may allow fewer."""

AT_ONCE = 16
"""Connections that the event loop accepts before it does anything else, such as making room for them."""

_RESERVED = 64 + 4 * AT_ONCE
"""Descriptors for all that is not counted: files, pipes, and connections that are just being accepted or closed."""

_FOR_PAGES = 16
"""Connections beside those of pages at work: what loads the next page, and asks whether the server is well."""


class Census:
    """Which connections are open.

    A connection waits until it has brought the first message of its websocket. If there are more than `most`, the one
    that has waited longest makes room, first of the address that has most of them: who asks and goes is served, however
    many others only stay.
    """

    def __init__(self, most: int = _WISHED) -> None:
        self.most = most
        self._settled: dict[asyncio.Transport, Address | None] = {}
        self._waiting: dict[asyncio.Transport, Address | None] = {}

    def __len__(self) -> int:
        return len(self._settled) + len(self._waiting)

    def count(self, besides: Address | None = None) -> int:
        """How many connections are open, leaving out that of one who asks for it."""
        return len(self) - sum(
            besides is not None and other == besides
            for part in (self._settled, self._waiting)
            for other in part.values()
        )

    @property
    def is_crowded(self) -> bool:
        """Whether no other page can get to work."""
        return len(self._settled) >= self.most - _FOR_PAGES

    def add(self, transport: asyncio.Transport) -> None:
        """A connection has been accepted."""
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
        """A connection has brought a whole request: of those that wait it is now the last to go."""
        if transport in self._waiting:
            self._waiting[transport] = self._waiting.pop(transport)

    def settle(self, transport: asyncio.Transport) -> None:
        """A connection has something to say, and makes room for nobody any more."""
        if transport in self._waiting:
            self._settled[transport] = self._waiting.pop(transport)

    def remove(self, transport: asyncio.Transport) -> None:
        """A connection has ended."""
        self._waiting.pop(transport, None)
        self._settled.pop(transport, None)


def raise_limit(processes: int) -> int:
    """Let this process open as many files as the system allows it; returns how many connections that is room for.

    `processes` are the engine processes, to each of which lead a few descriptors.
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
