"""The log on standard error: each kind of record at most once a minute."""

import logging
import time
from collections.abc import Callable

LOG = logging.getLogger("playground")
"""The logger of this program."""

_EVERY = 60.0
"""Seconds in which one kind of record is written once."""

_VARIANTS = 5
"""How often it is written in that time if its details differ each time."""

_MOST_KINDS = 200


class RateLimit(logging.Filter):
    """Passes the first record of a kind, then counts those that follow for a minute.

    A kind is a message before its arguments are filled in, together with the origin of the exception. A few records
    of one kind with different arguments pass all the same.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[object, ...], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write a record; a written one says how many before it were left out."""
        now = self._clock()
        key = (record.name, record.levelno, record.msg if isinstance(record.msg, str) else "", _origin(record))
        kind = self._kinds.get(key)
        left_out = 0
        if kind is None or now - kind.since >= _EVERY:
            left_out = kind.left_out if kind else 0
            kind = self._kinds[key] = _Kind(now)
            while len(self._kinds) > _MOST_KINDS:
                del self._kinds[next(iter(self._kinds))]
        if not kind.is_new(record.getMessage()):
            kind.left_out += 1
            return False
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more like this before)"
            record.args = None
        return True


class _Kind:
    """What has been written of one kind in its minute."""

    def __init__(self, since: float) -> None:
        self.since = since
        self.left_out = 0
        self._texts: set[str] = set()

    def is_new(self, text: str) -> bool:
        if text in self._texts or len(self._texts) >= _VARIANTS:
            return False
        self._texts.add(text)
        return True


def _origin(record: logging.LogRecord) -> tuple[object, ...]:
    """The class of a record's exception, and where it was raised."""
    if not record.exc_info or record.exc_info[0] is None:
        return ()
    kind, _, trace = record.exc_info
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (kind, trace and (trace.tb_frame.f_code.co_filename, trace.tb_lineno))


def configure() -> None:
    """Write everything logged in this process, by us or by libraries, to standard error, rate-limited."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.addFilter(RateLimit())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
