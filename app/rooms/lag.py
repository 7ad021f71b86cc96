"""Lag: whether a connection is so slow that it is sent a smaller map.

A connection that is slow gets fewer frames by itself, since only a few may be on their way. Where that leaves less than
eight a second, a smaller map may help: its frames take less time on the network and in the page. How long a frame takes
from being sent to being acknowledged shows this, however few frames the session makes.
"""

from statistics import median

from app.protocol.frames import FULL_MAP, SMALL_MAP

PERIOD = 4.0
"""Seconds, at least, over which a connection is judged."""

LEAST = 5
"""Acknowledgments in a period, at least, so that most of them are of frames sent in it."""

LATE = 1 / 4
"""Seconds until a frame is acknowledged, from which on a connection lags: with two on their way, 8 frames a second."""

IN_TIME = 1 / 6
"""Seconds below which it keeps up: 12 frames a second."""

_HELPS = 0.8
"""A smaller map helps if the time falls below this share."""

_MOST_PATIENCE = 16
"""Periods that a connection must keep up before it is tried with the full map again, at most."""


class Lag:
    """Says which map a connection is sent. Times are in seconds, of any clock that the caller uses.

    A connection that lags over a period gets the small map, and the full one again when it keeps up. If it then lags
    again, it must keep up for twice as long the next time. If the small map does not help, as where a signal travels
    far, it gets the full one back, and keeps it until it lags twice as much.

    >>> lag = Lag()
    >>> for second in range(10):
    ...     lag.note(now=second, delay=0.9)
    >>> lag.side
    50
    """

    def __init__(self) -> None:
        self.side = FULL_MAP
        """Rows and columns of the map that the connection is sent: `FULL_MAP` or `SMALL_MAP`."""
        self._began: float | None = None
        self._delays: list[float] = []
        self._late = LATE
        """The delay from which on it lags."""
        self._before = 0.0
        """The delay with the full map."""
        self._patience = 1
        self._periods_left = 1
        """Periods that it must still keep up before it gets the full map."""

    def note(self, now: float, delay: float) -> None:
        """Note that a frame has just been acknowledged, `delay` seconds after it was sent."""
        if self._began is None:
            self._began = now
        self._delays.append(delay)
        if now - self._began >= PERIOD and len(self._delays) >= LEAST:
            # frames that waited while a page was hidden or a network was gone are a few of many
            self._judge(median(self._delays))
            self._began = now
            self._delays.clear()

    def _judge(self, delay: float) -> None:
        """Decide after a period with this delay."""
        if self.side == FULL_MAP:
            self._judge_full(delay)
        elif delay < IN_TIME:
            self._periods_left -= 1
            if not self._periods_left:
                self.side = FULL_MAP
                self._patience = min(2 * self._patience, _MOST_PATIENCE)
        elif delay > _HELPS * self._before:
            self.side, self._late = FULL_MAP, 2 * delay

    def _judge_full(self, delay: float) -> None:
        if delay > self._late:
            self.side, self._before, self._periods_left = SMALL_MAP, delay, self._patience
            return
        self._patience = max(1, self._patience // 2)
        if delay < IN_TIME:
            self._late = LATE
