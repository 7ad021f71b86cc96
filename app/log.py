"""The log on standard error, as text or as JSON: each kind of record at most once a minute, and no secrets."""

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

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
        if not kind.is_new(message_of(record)):
            kind.left_out += 1
            return False
        if left_out:
            record.msg = f"{message_of(record)} (and {left_out} more like this before)"
            record.args = None
            record.left_out = left_out
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


def message_of(record: logging.LogRecord) -> str:
    """The message of a record with its arguments filled in, or what there is of it if they do not fit."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a fault in a message must not become one of the program
        return f"a message that cannot be shown, of {record.module}, line {record.lineno}"


# --- without secrets ----------------------------------------------------------------------------------------------

_CONCEALED: Mapping[re.Pattern[str], str] = {
    # a secret of a class, a seat or a session: long, with both cases, and with a digit, - or _
    re.compile(
        r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[A-Za-z]*[\d_-])[A-Za-z\d_-]{20,}(?![\w-])", re.ASCII
    ): "[secret]",
    # the rest of a link, which may hold somebody's own examples
    re.compile(r"#\w+=\S+"): "#[link]",
    # the code of a class in an address
    re.compile(r"/(class|ws)/[^\s/?#\"']+"): r"/\1/[code]",
    # the other end of a socket, as Python describes it
    re.compile(r"raddr=\([^)]*\)"): "raddr=[address]",
}
"""What no line shows, and what takes its place. No message of ours holds any of it; those of exceptions might."""


def conceal(text: str, secrets: Sequence[str] = ()) -> str:
    """A text without `secrets`, and without what looks like one.

    >>> conceal("KeyError: '/ws/ABC234'")
    "KeyError: '/ws/[code]'"
    """
    for secret in secrets:
        text = text.replace(secret, "[secret]") if len(secret) >= _LEAST else text
    for pattern, shown in _CONCEALED.items():
        text = pattern.sub(shown, text)
    return text


_LEAST = 4
"""Characters of a secret that is concealed: a shorter one is part of ordinary words."""


class _Text(logging.Formatter):
    """Lines for people: level and message, then the traceback of an exception."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(levelname)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return conceal(super().format(_shown(record)), self._secrets)


def _shown(record: logging.LogRecord) -> logging.LogRecord:
    """A record whose message can be shown."""
    copy = logging.makeLogRecord(record.__dict__)
    copy.msg, copy.args = message_of(record), None
    return copy


# --- JSON ---------------------------------------------------------------------------------------------------------

FIELDS = ("process", "status", "host", "engine", "left_out")
"""What a record may say besides its message: the number of its process, and what comes as `extra`."""

_LONGEST = 4000
"""Characters of a message, and of a traceback, whose end is kept."""


class _Json(logging.Formatter):
    """Lines for programs: each is a JSON object in ASCII."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {"message": self._shown(message_of(record))[:_LONGEST]}
        for name in FIELDS:
            if (value := getattr(record, name, None)) is not None:
                said[name] = value if isinstance(value, int) else self._shown(str(value))[:_LONGEST]
        if record.exc_info and record.exc_info[0]:
            said["exception"] = self._shown(self.formatException(record.exc_info))[-_LONGEST:]
        return _line(record.levelname, record.name, record.created, said)

    def _shown(self, text: str) -> str:
        return conceal(text, self._secrets)


def _line(level: str, logger: str, seconds: float, said: Mapping[str, Any]) -> str:
    """A line of the log as JSON; `seconds` since 1970 are the time of the event."""
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return json.dumps({"time": f"{moment}Z", "level": level.lower(), "logger": logger, **said})


def _read(line: str) -> dict[str, Any] | None:
    """What a line of the log says if it is JSON, else None."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and {"time", "message"} <= set(said) else None


def reason_of(output: str) -> str:
    """The last line that a process wrote to standard error, without the form of a log; "" if there is none."""
    *_, last = ["", *filter(None, map(str.strip, output.splitlines()))]
    said = _read(last)
    if said is None:
        return last
    *_, reason = [str(said["message"]), *str(said.get("exception", "")).strip().splitlines()]
    return reason


class Relay:
    """Passes on what another process writes to its standard error, in whole lines and in the format of this log."""

    def __init__(self, log_format: str, write: Callable[[str], object]) -> None:
        self._is_json = log_format == "json"
        self._write = write
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Pass on the lines that are complete, and keep the rest until more of it comes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST * 4:
            lines, self._rest = [*lines, self._rest], b""
        if lines:
            self._write("".join(map(self._formatted, lines)))

    def close(self) -> None:
        """Pass on what is left once nothing more can come."""
        if self._rest:
            self.feed(b"\n")

    def _formatted(self, line: bytes) -> str:
        text = line.decode(errors="replace")
        if not self._is_json:
            return f"{conceal(text)}\n"
        if _read(text) is not None:
            return f"{text}\n"
        return (
            f"{_line('error', f'{LOG.name}.engine', time.time(), {'message': conceal(text.strip())})}\n"
            if text.strip()
            else ""
        )


# --- set up -------------------------------------------------------------------------------------------------------


def formatter(log_format: str, secrets: Sequence[str] = ()) -> logging.Formatter:
    """What makes lines of records, without `secrets`: `text` for people, or `json` for programs."""
    return _Json(secrets) if log_format == "json" else _Text(secrets)


def configure(log_format: str = "text", secrets: Sequence[str] = ()) -> None:
    """Write everything logged in this process, by us or by libraries, to standard error, rate-limited.

    `secrets` are texts that no line shows.
    As JSON, so is what Python writes there by itself: warnings, and exceptions that nothing has handled.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(log_format, secrets))
    handler.addFilter(RateLimit())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    if log_format == "json":
        logging.captureWarnings(capture=True)
        sys.excepthook = _log_uncaught
        sys.unraisablehook = lambda left: _log_uncaught(left.exc_type, left.exc_value, left.exc_traceback)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is not None and not issubclass(kind, SystemExit | KeyboardInterrupt):
        LOG.critical("an exception was not handled", exc_info=(kind, error, trace))
