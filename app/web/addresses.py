"""The addresses at which other machines of a network reach this one, and which of those that ask are near."""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence

import psutil
from starlette.requests import Request

from app.web.limits import UNIX

ALL_ADDRESSES = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
"""Hosts that listen on all interfaces of a machine."""

_VIRTUAL = re.compile(
    r"(docker|br-|bridge|veth|virbr|vboxnet|vmnet|vethernet|tun|tap|utun|wg|zt|tailscale|cni|flannel|podman|lxc|lxd)",
    re.IGNORECASE,
)
"""How interfaces begin that lead to no classroom: those of containers, virtual machines and private networks."""

Interfaces = Mapping[str, Sequence[str]]
"""The IP addresses of each interface, by its name."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def network_urls(host: str, port: int, interfaces: Interfaces | None = None) -> list[str]:
    """The URLs of a server that listens on all interfaces, those that students can most likely open first.

    None if it listens on one address only. `interfaces` are by default those of this machine.
    """
    if host not in ALL_ADDRESSES:
        return []
    found = [
        (name, address)
        for name, address in _addresses(_interfaces() if interfaces is None else interfaces)
        if address.version == 4 or host == "::"
    ]
    # sorting keeps the system's order otherwise
    found.sort(key=lambda item: (_VIRTUAL.match(item[0]) is not None, item[1].version, not item[1].is_private))
    return [
        f"http://{address}:{port}" if address.version == 4 else f"http://[{address}]:{port}" for _, address in found
    ]


def _addresses(interfaces: Interfaces) -> Iterator[tuple[str, _Address]]:
    """The addresses that other machines can reach, with their interfaces."""
    for name, texts in interfaces.items():
        for text in texts:
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                # a hardware address, or one with a zone
                continue
            if not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast):
                yield name, address


def _interfaces() -> Interfaces:
    """Those of this machine that are up."""
    states = psutil.net_if_stats()
    return {
        name: [item.address for item in items]
        for name, items in psutil.net_if_addrs().items()
        if name in states and states[name].isup
    }


_FOR = re.compile(r"""for=("[^"]*"|[^;,\s]*)""", re.IGNORECASE)
"""The address in a header `Forwarded`."""


def is_near(request: Request) -> bool:
    """Whether a request comes from this machine or a private network, as do all it was forwarded for."""
    headers = request.headers
    named = [
        request.client.host if request.client else "",
        *(name for line in headers.getlist("x-forwarded-for") for name in line.split(",")),
        *headers.getlist("x-real-ip"),
        *(name.strip('"') for line in headers.getlist("forwarded") for name in _FOR.findall(line) or [""]),
    ]
    return all(map(_is_private, named))


def _is_private(text: str) -> bool:
    """Whether an address, perhaps with a port, belongs to this machine or to a private network."""
    text = text.strip()
    if text == UNIX:
        return True
    name = text[1:].partition("]")[0] if text.startswith("[") else text
    name = name.partition(":")[0] if name.count(":") == 1 else name
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return False
