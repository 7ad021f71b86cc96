"""The operator's settings, from the environment: `PLAYGROUND_PORT=9000 playground`."""

import contextlib
import difflib
import ipaddress
import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from app.text import sanitize

PREFIX = "PLAYGROUND_"

_OF_TESTS = frozenset({"CHROMIUM", "CONFIGS", "EXAMPLES", "KILLS", "SOAK", "STEPS"})
"""Variables, without the prefix, that only the tests read, in an environment where they also start servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest network that may be trained: hidden layers, units in one of them, weights and biases in all.

    A network that reads pictures has many more inputs, and limits of its own.
    """

    layers: int = 32
    units: int = 64
    parameters: int = 20_000
    picture_units: int = 100
    picture_parameters: int = 120_000

    def of(self, *, has_pictures: bool) -> Self:
        """The limits of a network that reads pictures, or of one that does not, as `units` and `parameters`."""
        return replace(self, units=self.picture_units, parameters=self.picture_parameters) if has_pictures else self


class SettingsError(ValueError):
    """Settings that cannot be used: a sentence for each names the variable, its value and what is expected."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


_ORIGIN = re.compile(
    r"(file|vscode-file|vscode-webview):|https?://(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:([0-9]{1,5}|\*))?"
)
"""An origin, all origins below a domain or with any port, or all pages of files or of VS Code, as a
Content-Security-Policy writes them."""

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = rf"{_LABEL}(?:\.{_LABEL})*"
"""A pattern of host names in lower case, without a port. A name has at most 253 characters."""

IPV6_LITERAL = r"\[[0-9a-f:.]{2,45}\]"
"""A pattern of what may be an IPv6 address in a URL."""

_NAME = re.compile(rf"(?=.{{1,253}}\Z){HOST_NAME}")
"""A host name, without a port."""

_ALLOWED_HOST = re.compile(rf"(\*\.)?{_NAME.pattern}")
"""A host name, or `*.` and a name for all names below it."""

_PASTED = re.compile(rf"([a-z]+://)?(?P<name>(\*\.)?{HOST_NAME})(:[0-9]*)?(/.*)?")
"""A host name inside an address, as copied from a browser."""

_PUBLIC_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<name>{HOST_NAME}|{IPV6_LITERAL})\.?(:(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>(/([\w.~!$&'()*+,;=:@-]|%[0-9a-f]{2})+)*)/?",
    re.IGNORECASE | re.ASCII,
)
"""An address without user name, query and fragment."""

_AMBIGUOUS = re.compile(r"\.{1,2}|.*[/\\\x00-\x1f\x7f\ufffd].*", re.DOTALL)
"""A segment of a path, decoded, that proxies would resolve or decode again."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_FILE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,4096}")
"""The path of a file, or nothing."""

_HOST = re.compile(rf"{_NAME.pattern}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?", re.IGNORECASE)
"""A host name or an IP address."""

_SCHEDULER = re.compile(
    rf"((tcp|tls|ws|wss)://([a-z0-9_]([a-z0-9_.-]{{0,251}}[a-z0-9])?|{IPV6_LITERAL}):[0-9]{{1,5}})?", re.IGNORECASE
)
"""The address of a Dask scheduler, or nothing."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")

_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
"""The words for on and off, in any case."""

_SECRET = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,200}")
"""A secret: the page may send no longer one."""

LEAST_MEMORY = 128
"""Megabytes of data that an engine process needs at least, to train the largest network."""


def _setting(
    default: Any,
    explanation: str,
    low: int = 0,
    high: int = 2**31,
    pattern: re.Pattern[str] | None = None,
    least: int = 0,
    expected: str = "",
    secret: bool = False,
    choices: tuple[str, ...] = (),
    parse: Callable[[str], str] | None = None,
    hint: Callable[[str], str] = lambda _: "",
) -> Any:
    """A setting. Numbers are from `low` to `high`, and from `least` if they are not 0.

    Texts are one of `choices`, fit a pattern, or are what `parse` makes of them, which raises ValueError. A hint says
    what to write in place of a refused text. A secret appears in no error, in no text about the settings, and in no
    child process.
    """
    metadata = {"help": explanation, "low": low, "high": high, "least": least, "secret": secret, "hint": hint}
    texts = {
        "parse": parse or (_choice(choices) if choices else _matching(pattern) if pattern else None),
        "expected": expected or " or ".join(choices) or f"a list of {explanation}",
    }
    return field(default=default, repr=not secret, metadata={**metadata, **texts})


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return parse


def _choice(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        return choices[choices.index(text.lower())]

    return parse


def _public_url(text: str) -> str:
    """A public URL in its normal form, or nothing. Raises ValueError."""
    if not text:
        return ""
    found = _PUBLIC_URL.fullmatch(text)
    if not found or any(_AMBIGUOUS.fullmatch(unquote(part)) for part in found["path"].split("/")):
        raise ValueError
    scheme, name, port = found["scheme"].lower(), found["name"].lower(), int(found["port"] or 0)
    if name.startswith("["):
        name = f"[{ipaddress.IPv6Address(name[1:-1])}]"
    elif not _NAME.fullmatch(name):
        raise ValueError
    if (found["port"] and port == 0) or port >= 2**16:
        raise ValueError
    shown = f":{port}" if port not in {0, DEFAULT_PORTS[scheme]} else ""
    return f"{scheme}://{name}{shown}{found['path']}/"


def _proxy(text: str) -> str:
    """An IP address or a network in its normal form, or `*`. Raises ValueError."""
    if text == "*":
        return text
    return str(ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text))


def _proxy_hint(text: str) -> str:
    """The network to write in place of an address in it."""
    try:
        return f"; write {ipaddress.ip_network(text, strict=False)}"
    except ValueError:
        return ""


def _host_hint(text: str) -> str:
    """What to write in place of something that is almost a host name."""
    found = _PASTED.fullmatch(text)
    if found and _ALLOWED_HOST.fullmatch(found["name"]):
        return f"; write {found['name']}"
    return "; name each host: there is no pattern for all of them" if text == "*" else ""


_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""The processor time that a container may use (Linux, control groups of version 2)."""


def cores_in(quota: str) -> float:
    """The number of cores that a quota amounts to: the microseconds allowed, or `max`, and those of a period.

    >>> cores_in("150000 100000")
    1.5
    """
    allowed, _, period = quota.partition(" ")
    return math.inf if allowed == "max" else int(allowed) / int(period)


def available_cores() -> int:
    """The cores that this process may use, of those that the machine has: at least 1."""
    cores: float = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
        cores = min(cores, cores_in(_QUOTA.read_text()))
    return max(1, math.ceil(cores))


def default_workers() -> int:
    """One engine process per core; none where a socket cannot be passed to another process."""
    return 0 if sys.platform == "win32" else available_cores()


def processes_for_starts() -> int:
    """How many processes train many starts on this machine: all cores but one, which is left for live sessions."""
    return max(1, available_cores() - 1)


_ADDRESS = "one IP address or host name, such as 0.0.0.0 for all, without a port"
_NAMES = "a list of host names without scheme, port or path, such as class.example or *.class.example"
_URL = (
    "an address that begins with http:// or https://, without user name, query, fragment or empty and dotted parts of "
    "its path, such as https://school.example/playground/"
)
_PROXIES = "a list of IP addresses and networks, such as 10.0.0.5 or 10.0.0.0/8, or * for all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of the server, with its default."""

    host: str = _setting(
        "127.0.0.1",
        "address to listen on",
        pattern=_HOST,
        expected=_ADDRESS,
    )
    port: int = _setting(8000, "port to listen on; 0 takes any free one", high=65535)
    uds: str = _setting(
        "",
        "path of a unix socket to listen on instead of host and port",
        pattern=_FILE,
        expected="the path of a unix socket, such as /run/playground/socket",
    )
    workers: int = _setting(
        default_workers(),
        "engine processes; 0 trains inside the server process",
        high=0 if sys.platform == "win32" else 256,
    )
    worker_memory: int = _setting(
        1024, "megabytes of data that one engine process may hold; 0 for no limit", least=LEAST_MEMORY
    )
    hang_after: int = _setting(1, "seconds without progress after which an engine process is replaced", low=1)
    max_sessions: int = _setting(512, "sessions at a time, including those kept for a page that may return", low=1)
    max_per_address: int = _setting(400, "connections from one address at a time", low=1)
    layers: int = _setting(Limits().layers, "hidden layers of a network, at most")
    units: int = _setting(Limits().units, "units of a hidden layer, at most", low=1)
    parameters: int = _setting(Limits().parameters, "weights and biases of a network, at most", low=1)
    picture_units: int = _setting(
        Limits().picture_units, "units of a hidden layer of a network that reads pictures, at most", low=1
    )
    picture_parameters: int = _setting(
        Limits().picture_parameters, "weights and biases of a network that reads pictures, at most", low=1
    )
    message_bytes: int = _setting(64 * 1024, "bytes of one message from a page, at most", low=1024)
    hello_bytes: int = _setting(
        6 * 1024 * 1024, "bytes of a page's first message, which may hold a checkpoint, at most", low=1024
    )
    hello_timeout: int = _setting(10, "seconds a connection may take to send its request and its hello", low=1)
    ping_interval: int = _setting(6, "seconds between two pings of a connection", low=1)
    ping_timeout: int = _setting(6, "seconds a connection may take to answer a ping", low=1)
    dead_after: int = _setting(15, "seconds after which a connection that accepts no data is cut", low=1, high=10**6)
    frame_rate: int = _setting(60, "frames per second sent to one page, at most", low=1, high=240)
    session_ttl: int = _setting(600, "seconds a session is kept after its page has left")
    public_url: str = _setting(
        "",
        "address at which browsers reach the server through a proxy, such as https://school.example/playground/",
        parse=_public_url,
        expected=_URL,
    )
    trusted_proxies: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"),
        "IP addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by "
        "commas; * believes everyone",
        parse=_proxy,
        expected=_PROXIES,
        hint=_proxy_hint,
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        "more host names under which pages may open the server, such as class.example or *.class.example, separated "
        "by commas",
        pattern=_ALLOWED_HOST,
        expected=_NAMES,
        hint=_host_hint,
    )
    frame_ancestors: tuple[str, ...] = _setting(
        (),
        "origins whose pages may show the server in a frame, such as https://school.example, separated by commas",
        pattern=_ORIGIN,
    )
    stop_delay: int = _setting(
        0,
        "seconds for which a server goes on after it was told to stop, while /healthz says so to load balancers",
        high=600,
    )
    classes: bool = _setting(default=True, explanation="whether classes can be held")
    teacher_key: str = _setting(
        "",
        "a key that one must type to start a class, such as a password of the teachers; without one, everyone can",
        pattern=_SECRET,
        expected="a text of at most 200 characters on one line",
        secret=True,
    )
    max_classes: int = _setting(20, "classes at a time, at most", low=1)
    cluster: str = _setting(
        "",
        "address of a Dask scheduler whose workers train many starts and sweeps, such as tcp://10.0.0.5:8786",
        pattern=_SCHEDULER,
        expected="the address of a Dask scheduler, such as tcp://10.0.0.5:8786",
    )
    metrics: bool = _setting(default=False, explanation="whether /metrics shows counters for Prometheus")
    log_format: str = _setting("text", "how lines of the log are written: text or json", choices=("text", "json"))

    @property
    def limits(self) -> Limits:
        """The largest network that may be trained."""
        return Limits(**{item.name: getattr(self, item.name) for item in fields(Limits)})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings from the variables PLAYGROUND_HOST, PLAYGROUND_PORT, … Raises SettingsError with all faults.

        Where one setting bounds another that is not set, the other follows.
        """
        values: dict[str, Any] = {}
        faults: list[str] = []
        for item in fields(cls):
            if (variable := variable_of(item.name)) in environment:
                try:
                    values[item.name] = _read(variable, environment[variable], item.default, item.metadata)
                except SettingsError as error:
                    faults += error.sentences
        faults += [*_disordered(cls(**values), values), *unknown_variables(environment)]
        if faults:
            raise SettingsError(*faults)
        return cls(**values)

    @classmethod
    def from_parent(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings passed on by the parent process, which has checked them; see `as_environment`."""
        values: dict[str, Any] = {
            item.name: _value(environment[variable], item.default)
            for item in fields(cls)
            if (variable := variable_of(item.name)) in environment
        }
        return cls(**values)

    def as_environment(self) -> dict[str, str]:
        """All settings as environment variables, for a child process; secrets are empty."""
        values = {item.name: "" if item.metadata["secret"] else getattr(self, item.name) for item in fields(self)}
        return {
            variable_of(name): ",".join(value) if isinstance(value, tuple) else str(value)
            for name, value in values.items()
        }


_ORDER = (("max_per_address", "max_sessions"), ("message_bytes", "hello_bytes"))
"""Pairs of settings; the first of a pair must not be larger than the second."""


def _disordered(settings: Settings, given: dict[str, Any]) -> Iterator[str]:
    """A sentence for each pair of given settings in the wrong order. If only one is given, the other is set to it."""
    for less, more in _ORDER:
        small, large = getattr(settings, less), getattr(settings, more)
        if small <= large:
            continue
        if less in given and more in given:
            low, high = variable_of(less), variable_of(more)
            yield f"{low} is {small}, and {high} is {large}; {low} must not be larger"
        elif less in given:
            given[more] = small
        else:
            given[less] = large


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each variable with our prefix that is no setting, suggesting the closest one."""
    known = [variable_of(item.name) for item in fields(Settings)]
    sentences = []
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name not in known and name.removeprefix(PREFIX) not in _OF_TESTS:
            (nearest,) = difflib.get_close_matches(name.upper(), known, 1, 0.0)
            sentences.append(f"{sanitize(name)} is not a setting; did you mean {nearest}?")
    return sentences


def read_host(text: str) -> str:
    """Parse an address to listen on. Raises SettingsError, whose text does not name a source."""
    if not _HOST.fullmatch(text.strip()):
        raise SettingsError(f"{sanitize(text)!r} is not {_ADDRESS}")
    return text.strip()


def _value(text: str, default: object) -> Any:
    if isinstance(default, tuple):
        # a name that ends in a dot is the one without
        return tuple(name.strip().rstrip(".").lower() for name in text.split(",") if name.strip())
    if isinstance(default, bool):
        return _SWITCH[text.lower()]
    return text if isinstance(default, str) else int(text)


def _read(variable: str, text: str, default: object, metadata: Mapping[str, Any]) -> Any:
    if isinstance(default, bool):
        return _read_switch(variable, text, metadata)
    if isinstance(default, int):
        return _read_integer(variable, text, metadata)
    value = _value(text.strip(), default)
    if isinstance(value, tuple):
        return tuple(_read_text(variable, item, metadata) for item in value)
    return _read_text(variable, value, metadata)


def _read_text(variable: str, text: str, metadata: Mapping[str, Any]) -> Any:
    try:
        return metadata["parse"](text)
    except ValueError:
        held = "cannot be used" if metadata["secret"] else f"holds {sanitize(text)!r}"
        raise SettingsError(f"{variable} {held}; it must be {metadata['expected']}{metadata['hint'](text)}") from None


def _read_switch(variable: str, text: str, metadata: Mapping[str, Any]) -> bool:
    if (word := text.strip().lower()) in _SWITCH:
        return _SWITCH[word]
    raise SettingsError(f"{variable} is {sanitize(text)!r}; it must be true or false: {metadata['help']}")


def _read_integer(variable: str, text: str, metadata: Mapping[str, Any]) -> int:
    low, high, least = metadata["low"], metadata["high"], metadata["least"]
    number = int(text) if _INTEGER.fullmatch(text.strip()) else low - 1
    if low <= number <= high and (number == 0 or number >= least):
        return number
    span = f"0 or an integer from {least} to {high}" if least else f"an integer from {low} to {high}"
    raise SettingsError(f"{variable} is {sanitize(text)!r}; it must be {span}: {metadata['help']}")
