"""Who may talk to this server: checks of Host and Origin before anything else, and headers on every response."""

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def response_headers(styles: Iterable[str] = (), frame_ancestors: Iterable[str] = ()) -> dict[str, str]:
    """The headers of every response.

    `styles` are sources that styles may come from, and `frame_ancestors` origins whose pages may frame those of this
    server, each besides this server itself.
    """
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": " ".join(("'self'", *styles)),
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(("'self'", *frame_ancestors)),
        "object-src": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


MAX_HEADERS = 100
MAX_HEAD = 16 * 1024
"""What the head of a request may have: so many headers, and so many bytes of them."""

MAX_LINE = 8000
"""Bytes that one header of a request for a websocket may have; whoever reads those takes no longer lines."""

TOO_LONG = (
    f"the headers of this request are too long: at most {MAX_HEADERS} of {MAX_HEAD} bytes in all are read, and for a "
    f"websocket at most {MAX_LINE} bytes of each. In a browser, clear the cookies of this site."
)
"""What is said to one who sends more."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\.?)(:(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>.+)")


class Address(NamedTuple):
    """A host name or IP literal, in lower case, and a port; None is the scheme's own."""

    name: str
    port: int | None


def parse_host(text: str) -> Address | None:
    """The address in a Host header; None if it is not one."""
    found = _HOST.fullmatch(text.lower())
    if not found:
        return None
    port = int(found["port"]) if found["port"] else None
    return Address(found["name"].rstrip("."), port) if port is None or port < 2**16 else None


def is_own_host(host: Address, allowed: Iterable[str]) -> bool:
    """Whether this server answers to a host: to IP addresses, localhost, *.local and the names it was given.

    A page of another site can be made to look like this one by its name server, but not under one of these names.
    """
    if host.name == "localhost" or host.name.endswith(".local") or host.name in allowed:
        return True
    try:
        address = ipaddress.ip_address(host.name.strip("[]"))
    except ValueError:
        return False
    return (address.version == 6) == host.name.startswith("[")


def is_same_origin(origin: str, host: Address) -> bool:
    """Whether an Origin header names exactly the host that the request came to."""
    found = _ORIGIN.fullmatch(origin.lower())
    address = found and parse_host(found["host"])
    if not found or not address:
        return False
    default = _DEFAULT_PORTS[found["scheme"]]
    return address.name == host.name and (address.port or default) == (host.port or default)


def is_too_long(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request has more headers than are read."""
    sizes = [len(name) + len(value) for name, value in headers]
    return len(sizes) > MAX_HEADERS or sum(sizes) > MAX_HEAD


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


class Gate:
    """Turns away requests to other hosts and websockets from other pages, and adds the headers to all responses."""

    def __init__(
        self,
        app: ASGIApp,
        allowed_hosts: Iterable[str] = (),
        styles: Iterable[str] = (),
        frame_ancestors: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._allowed = frozenset(allowed_hosts)
        headers = response_headers(styles, frame_ancestors)
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = self._refuse(scope)
        if refusal:
            await self._answer(scope, receive, send, *refusal)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _refuse(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the reason for turning a request away; None lets it in."""
        if is_too_long(scope["headers"]):
            return 431, TOO_LONG
        if _values(scope, b"content-length") and _values(scope, b"transfer-encoding"):
            return 400, "the length of the request is told twice"
        hosts = _values(scope, b"host")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            return 400, "the Host header is missing or malformed"
        if not is_own_host(host, self._allowed):
            return 421, f"this server does not answer to {host.name}; PLAYGROUND_ALLOWED_HOSTS can allow that name"
        # programs send no origin; browsers always do, and programs could forge it anyway
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            origins = _values(scope, b"origin")
            foreign = len(origins) > 1 or (origins and not is_same_origin(origins[0], host))
            if foreign:
                return 403, "only this server's own pages may do that"
        return None

    async def _answer(self, scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
        """Refuse a request; a websocket is refused before its handshake."""
        kind = "http.response"
        if scope["type"] == "websocket":
            await receive()
            if "websocket.http.response" not in scope.get("extensions", {}):
                await send({"type": "websocket.close", "code": 1008})
                return
            kind = "websocket.http.response"
        body = f"{reason}\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await send({"type": f"{kind}.start", "status": status, "headers": [*headers, *self._headers]})
        await send({"type": f"{kind}.body", "body": body})
