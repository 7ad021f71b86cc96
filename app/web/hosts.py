"""Which hosts and origins are this server's own: the rules by which `Gate` refuses requests. Pure.

The host of a request is checked so that no website can point a name of its own to this server (DNS rebinding), the
origin so that no page of another website can use it.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from app.settings import DEFAULT_PORTS, HOST_NAME, IPV6_LITERAL

_HOST = re.compile(rf"(?P<name>{IPV6_LITERAL}|{HOST_NAME})\.?(?::(?P<port>[0-9]{{1,5}}))?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>.+)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A name that browsers take for an IP address."""

_LOCAL = (".localhost", ".local")
"""Endings of names that nobody can register: those of this machine, and those that machines on a network announce."""


class Address(NamedTuple):
    """A host name or IP literal, in lower case, and a port; None is the default port of the scheme."""

    name: str
    port: int | None

    def __str__(self) -> str:
        return self.name if self.port is None else f"{self.name}:{self.port}"


class Origin(NamedTuple):
    """The origin of a page."""

    scheme: str
    name: str
    port: int


def parse_host(text: str) -> Address | None:
    """Parse a Host header. Returns None if it is malformed.

    >>> parse_host("Class.Example.:8000")
    Address(name='class.example', port=8000)
    """
    found = _HOST.fullmatch(text.lower()) if text.isascii() else None
    if not found or len(found["name"]) > 253 or (found["name"].startswith("[") and not _is_address(found["name"])):
        return None
    port = int(found["port"]) if found["port"] else None
    return Address(found["name"], port) if port is None or port < 2**16 else None


def _is_address(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return (address.version == 6) == name.startswith("[")


def parse_origin(text: str) -> Origin | None:
    """Parse an Origin header. Returns None if it is malformed or no website's, such as `null`."""
    found = _ORIGIN.fullmatch(text.lower()) if text.isascii() else None
    host = found and parse_host(found["host"])
    if not found or not host:
        return None
    scheme = found["scheme"]
    return Origin(scheme, host.name, DEFAULT_PORTS[scheme] if host.port is None else host.port)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that the operator has given to this server, besides those that are always its own.

    >>> names = Names.of(["*.hf.space"], "https://school.example/playground/")
    >>> names.allows("ann-playground.hf.space"), names.public
    (True, Origin(scheme='https', name='school.example', port=443))
    """

    exact: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    public: Origin | None = None
    """The origin of the public URL."""

    @classmethod
    def of(cls, allowed_hosts: Iterable[str] = (), public_url: str = "") -> Self:
        """The names of the settings `allowed_hosts` and `public_url`."""
        hosts = frozenset(allowed_hosts)
        endings = tuple(host.removeprefix("*") for host in hosts if host.startswith("*."))
        return cls(hosts, endings, parse_origin("/".join(public_url.split("/")[:3])))

    def allows(self, name: str) -> bool:
        """Whether a name is one of the allowed hosts, or below one with a wildcard."""
        return name in self.exact or (bool(self.endings) and name.endswith(self.endings))


def is_own_host(host: Address, names: Names) -> bool:
    """Whether this server answers requests for a host.

    It does if no website can have the name: an IP address, localhost, `*.localhost`, `*.local`, and names without dots;
    and if the operator has given it.
    """
    if names.allows(host.name) or (names.public is not None and host.name == names.public.name):
        return True
    if host.name == "localhost" or host.name.endswith(_LOCAL) or _is_address(host.name):
        return True
    return "." not in host.name and not _NUMBER.fullmatch(host.name)


def is_own_origin(text: str, host: Address, names: Names, *, is_port_missing: bool = False) -> bool:
    """Whether an Origin header names a page of this server, for a request to `host`.

    `is_port_missing` says that `host` has no port although the server listens on one that is not the default: a proxy
    has dropped it, and the page may have any.
    """
    origin = parse_origin(text)
    if origin is None:
        return False
    port = DEFAULT_PORTS[origin.scheme] if host.port is None else host.port
    return (
        (origin.name, origin.port) == (host.name, port)
        or origin == names.public
        or names.allows(origin.name)
        or (is_port_missing and origin.name == host.name)
    )
