"""What the operator chooses about the server, from the environment: `PLAYGROUND_PORT=9000 playground`."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

PREFIX = "PLAYGROUND_"


class SettingsError(ValueError):
    """A setting that cannot be used; its text names the variable, what it holds and what is allowed."""


_ORIGIN = re.compile(r"file:|https?://(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?")
"""A page's origin, those of all names under one, or all files, as a Content-Security-Policy writes them."""


def _setting(
    default: Any, explanation: str, low: int = 0, high: int = 2**31, pattern: re.Pattern[str] | None = None
) -> Any:
    return field(default=default, metadata={"help": explanation, "low": low, "high": high, "pattern": pattern})


def default_workers() -> int:
    """One engine process per core; none where a socket cannot be handed to another process."""
    return 0 if sys.platform == "win32" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of the server, with its default."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0 takes any free one", high=65535)
    workers: int = _setting(default_workers(), "engine processes; 0 trains inside the server process", high=256)
    worker_memory: int = _setting(1024, "megabytes of data that an engine process may hold; 0 for no limit")
    hang_after: int = _setting(1, "seconds after which an engine process that gets nowhere is replaced", low=1)
    max_sessions: int = _setting(512, "sessions at one time, those kept for a return included", low=1)
    max_per_address: int = _setting(300, "connections from one address at one time", low=1)
    layers: int = _setting(32, "hidden layers that an experiment may have")
    units: int = _setting(64, "units that a hidden layer may have", low=1)
    parameters: int = _setting(20_000, "weights and biases that a network may have", low=1)
    message_bytes: int = _setting(64 * 1024, "bytes of one message from a page", low=1024)
    hello_bytes: int = _setting(1024 * 1024, "bytes of a page's first message, which may bring a checkpoint", low=1024)
    hello_timeout: int = _setting(10, "seconds in which a connection must make its request and say hello", low=1)
    ping_interval: int = _setting(6, "seconds between two questions whether a connection still lives", low=1)
    ping_timeout: int = _setting(6, "seconds in which the answer must come", low=1)
    dead_after: int = _setting(15, "seconds after which the system cuts a connection that takes nothing", low=1)
    frame_rate: int = _setting(60, "frames a second that one page is sent at most", low=1, high=240)
    session_ttl: int = _setting(600, "seconds that a session is kept for a page that went away")
    allowed_hosts: tuple[str, ...] = _setting((), "names, separated by commas, that the server may be called by")
    frame_ancestors: tuple[str, ...] = _setting(
        (), "origins, such as https://school.example, separated by commas, whose pages may frame ours", pattern=_ORIGIN
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings that the variables PLAYGROUND_HOST, PLAYGROUND_PORT, … ask for. Raises SettingsError."""
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable = PREFIX + item.name.upper()
            if variable in environment:
                values[item.name] = _read(variable, environment[variable], item.default, item.metadata)
        return cls(**values)


def _read(variable: str, text: str, default: object, metadata: Mapping[str, Any]) -> object:
    if isinstance(default, tuple):
        names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
        for name in names:
            if metadata["pattern"] and not metadata["pattern"].fullmatch(name):
                raise SettingsError(f"{variable} holds {name!r}; it must be a list of {metadata['help']}")
        return names
    if isinstance(default, str):
        return text
    low, high = metadata["low"], metadata["high"]
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise SettingsError(f"{variable} is {text!r}; it must be an integer from {low} to {high}: {metadata['help']}")
    return number
