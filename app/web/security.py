"""Who may talk to this server: checks of Host and Origin before anything else, and headers on every response."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log import LOG
from app.text import sanitize


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


def is_own_page(origin: str, host: Address, allowed: Collection[str]) -> bool:
    """Whether a page with this Origin header is one of this server, which was asked for as `host`.

    A proxy may ask for another host than the page did. Then the page has to be under a name that the operator has
    named, at its scheme's own port: what is beside it on other ports is somebody else's.
    """
    if is_same_origin(origin, host):
        return True
    found = _ORIGIN.fullmatch(origin.lower())
    address = found and parse_host(found["host"])
    if not found or not address or host.name in allowed:
        return False
    return address.name in allowed and address.port in {None, _DEFAULT_PORTS[found["scheme"]]}


def is_too_long(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request has more headers than are read."""
    sizes = [len(name) + len(value) for name, value in headers]
    return len(sizes) > MAX_HEADERS or sum(sizes) > MAX_HEAD


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _explain_origin(origins: list[str], host: Address) -> str:
    """Why a page is not one of this server's, and what to do if it should be."""
    if origins == ["null"]:
        return (
            "This page may not use the server, for it has no origin: it is in a sandboxed frame, or a file. "
            'A frame needs sandbox="allow-scripts allow-same-origin".'
        )
    page = sanitize(" and ".join(origins))
    found = _ORIGIN.fullmatch(page.lower())
    address = found and parse_host(found["host"])
    setting = f"PLAYGROUND_ALLOWED_HOSTS={address.name}" if address else "PLAYGROUND_ALLOWED_HOSTS"
    asked = host.name if host.port is None else f"{host.name}:{host.port}"
    return (
        f"Only this server's own pages may do that, and the page {page} is not one of {asked}. If it should be, a "
        f"proxy between them changes the Host header: let it pass that header on, or use the setting {setting}."
    )


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
            status, reason = refusal
            if status in {403, 421}:
                # the operator may want to allow it, and does not see what the browser was told
                LOG.warning("a request was refused with %d: %s", status, reason)
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
            return 400, "the request has both a Content-Length and a Transfer-Encoding"
        hosts = _values(scope, b"host")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            return 400, "the Host header is missing or malformed"
        if not is_own_host(host, self._allowed):
            return 421, (
                f"This server does not answer to the name {host.name}. "
                f"The setting PLAYGROUND_ALLOWED_HOSTS={host.name} allows it."
            )
        # programs send no origin; browsers always do, and programs could forge it anyway
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            origins = _values(scope, b"origin")
            if len(origins) > 1 or (origins and not is_own_page(origins[0], host, self._allowed)):
                return 403, _explain_origin(origins, host)
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
