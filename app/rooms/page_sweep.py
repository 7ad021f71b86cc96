"""Sweeps of pages: where they are trained, as far as rooms know, and what a page hears of its own."""

from collections.abc import Sequence
from typing import Protocol

from app.protocol.starts import Progress, encode_starts
from app.rooms.outbox import Outbox
from app.sweeps.sweep import Sweep


class Receiver(Protocol):
    """The page or the class that has asked for a sweep."""

    @property
    def is_ready(self) -> bool:
        """Whether a report would be read soon."""

    def receive(self, progress: Progress) -> None:
        """Hear how far the sweep has come; the last report says that it has ended."""


class RunningSweep(Protocol):
    """A sweep that is being trained."""

    def hold(self, *, held: bool) -> None:
        """Train no more, or go on."""

    def end(self, why: str | None = None) -> None:
        """Train no more. If it has not ended yet, the receiver is told why."""


class Sweeps(Protocol):
    """Trains sweeps: what rooms need of `app.workers.sweeps.Sweeps`."""

    def start(
        self, sweep: Sweep, receiver: Receiver, rows: Sequence[int] | None = None, owner: object | None = None
    ) -> RunningSweep:
        """Train a sweep, or some of its rows, in the turns of `owner`."""

    def warm_up(self) -> None:
        """Get ready, since a sweep is likely soon."""


class SweepOfPage:
    """Passes on to a page what becomes of the sweep that it has asked for with the command `request_id`."""

    def __init__(self, sweep: Sweep, request_id: int | None, outbox: Outbox) -> None:
        self._sweep = sweep
        self._request_id = request_id
        self._outbox = outbox

    @property
    def is_ready(self) -> bool:
        """Whether the page has read everything before."""
        return not self._outbox.is_waiting

    def receive(self, progress: Progress) -> None:
        """Tell the page; the first message answers its command."""
        self._outbox.put(encode_starts(self._sweep, progress, self._request_id))
        self._request_id = None
