"""Many starts in the background of a session: which piece is trained next, and when its page hears of it."""

from collections.abc import Callable

from app.protocol.starts import encode_starts
from app.training.starts import Start, Starts
from engine import Config

PERIOD = 0.1
"""Minimum time in seconds between two messages."""

_PIECE = 0.002
"""Seconds that are trained in one turn, so that live training and other sessions go on."""


class StartsInBackground:
    """The starts that the page of `subscriber` has asked for. Times are those of `clock`, in seconds."""

    def __init__(self, subscriber: int, starts: Starts, clock: Callable[[], float]) -> None:
        self.subscriber = subscriber
        self.has_ended = False
        """Whether the last message has been made."""
        self._starts = starts
        self._clock = clock
        self._checked: Config | None = None
        self._unsent: list[Start] = []
        self._next = clock() + PERIOD

    def work(self, config: Config) -> bytes | None:
        """Train a piece; returns a message if one is due. `config` is that of the session now."""
        if config is not self._checked and not self._starts.is_of(config):
            return self.end("changed")
        self._checked = config
        self._unsent += self._starts.step(_PIECE)
        if self._starts.is_done:
            return self.end("done")
        if self._clock() < self._next:
            return None
        return self._report()

    def begin(self, request_id: int | None) -> bytes:
        """The answer to the command: nothing has been trained."""
        return self._report(request_id=request_id)

    def end(self, why: str, request_id: int | None = None) -> bytes:
        """Train no more; returns the last message."""
        self.has_ended = True
        return self._report(why, request_id)

    def _report(self, ended: str | None = None, request_id: int | None = None) -> bytes:
        finished, self._unsent = self._unsent, []
        self._next = self._clock() + PERIOD
        return encode_starts(self._starts, finished, ended, request_id)
