"""What the front process has counted since it started: what it has sent, and what it has refused."""

from collections.abc import Callable
from enum import StrEnum

from app.protocol.errors import Fault


class Rejected(StrEnum):
    """Kinds of input that are refused."""

    MESSAGE = "message"
    """A message that is no valid command, or a command that is not possible."""
    REQUEST = "request"
    """A request that is malformed or too long."""
    HOST = "host"
    """A request for a name that the server does not answer to."""
    ORIGIN = "origin"
    """A request from a page of another site."""
    FLOOD = "flood"
    """A message, frame or request beyond a limit of rate."""
    TABLE = "table"
    """An uploaded table that cannot be used."""
    CODE = "code"
    """A wrong code or secret of a class, or a wrong key for teachers."""


Reject = Callable[[Rejected], None]
"""Notes that something was refused."""


_OF_FAULTS = {
    "no_such_class": Rejected.CODE,
    "wrong_secret": Rejected.CODE,
    "wrong_key": Rejected.CODE,
    "rate_limited": Rejected.FLOOD,
}


def kind_of(fault: Fault) -> Rejected:
    """The kind of input that is refused with a fault."""
    return _OF_FAULTS.get(fault.code, Rejected.MESSAGE)


class Tally:
    """Numbers that only grow.

    >>> tally = Tally()
    >>> tally.reject(Rejected.HOST)
    >>> tally.rejected[Rejected.HOST]
    1
    """

    def __init__(self) -> None:
        self.frames = 0
        """Frames sent to pages."""
        self.sent_bytes = 0
        """Bytes of all messages sent to pages, frames included."""
        self.commands = 0
        """Commands of pages that were accepted, without acknowledgments of frames and pings."""
        self.turned_away = 0
        """Pages refused because the server was full."""
        self.rejected = dict.fromkeys(Rejected, 0)

    def reject(self, kind: Rejected) -> None:
        """Note that something was refused."""
        self.rejected[kind] += 1
