"""Security: Host and Origin are checked before anything else, and every response gets security headers."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log import LOG
from app.rooms.tally import Reject, Rejected
from app.text import sanitize


def response_headers(styles: Iterable[str] = (), frame_ancestors: Iterable[str] = ()) -> dict[str, str]:
    """The security headers of every response.

    Besides this server itself, styles may come from the sources `styles`, and pages of the origins `frame_ancestors`
    may show its pages in a frame.
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
"""The largest head of a request: number of headers, and bytes in all."""

MAX_LINE = 8000
"""Bytes of one header in a websocket handshake, at most; its parser accepts no longer lines."""

TOO_LONG = (
    f"the headers of this request are too long: the limits are {MAX_HEADERS} headers and {MAX_HEAD} bytes in all, and "
    f"{MAX_LINE} bytes each for a websocket. In a browser, clear the cookies of this site."
)
"""The answer to a longer head."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\.?)(:(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>.+)")


class Address(NamedTuple):
    """A host name or IP literal, in lower case, and a port; None is the default port of the scheme."""

    name: str
    port: int | None


def parse_host(text: str) -> Address | None:
    """Parse a Host header. Returns None if it is malformed."""
    found = _HOST.fullmatch(text.lower())
    if not found:
        return None
    port = int(found["port"]) if found["port"] else None
    return Address(found["name"].rstrip("."), port) if port is None or port < 2**16 else None


def is_own_host(host: Address, allowed: Iterable[str]) -> bool:
    """Whether this server answers requests for a host: an IP address, localhost, *.local, or an allowed name.

    This prevents DNS rebinding, where another site's name resolves to this server.
    """
    if host.name == "localhost" or host.name.endswith(".local") or host.name in allowed:
        return True
    try:
        address = ipaddress.ip_address(host.name.strip("[]"))
    except ValueError:
        return False
    return (address.version == 6) == host.name.startswith("[")


def is_same_origin(origin: str, host: Address) -> bool:
    """Whether an Origin header names exactly the host of the request."""
    found = _ORIGIN.fullmatch(origin.lower())
    address = found and parse_host(found["host"])
    if not found or not address:
        return False
    default = _DEFAULT_PORTS[found["scheme"]]
    return address.name == host.name and (address.port or default) == (host.port or default)


def is_own_page(origin: str, host: Address, allowed: Collection[str]) -> bool:
    """Whether an Origin header names a page of this server, for a request to `host`.

    A proxy may request another host than the page did. The page's host must then be a name allowed by the operator, at
    the default port of its scheme: other ports may belong to another server.
    """
    if is_same_origin(origin, host):
        return True
    found = _ORIGIN.fullmatch(origin.lower())
    address = found and parse_host(found["host"])
    if not found or not address or host.name in allowed:
        return False
    return address.name in allowed and address.port in {None, _DEFAULT_PORTS[found["scheme"]]}


def is_too_long(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request has more headers, or longer ones, than allowed."""
    sizes = [len(name) + len(value) for name, value in headers]
    return len(sizes) > MAX_HEADERS or sum(sizes) > MAX_HEAD


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _explain_origin(origins: list[str], host: Address) -> str:
    """Why an origin is refused, and how to allow it."""
    if origins == ["null"]:
        return (
            "This page has no origin, because it is a file or in a sandboxed frame, and may not use the server. "
            'A frame needs sandbox="allow-scripts allow-same-origin".'
        )
    page = sanitize(" and ".join(origins))
    found = _ORIGIN.fullmatch(page.lower())
    address = found and parse_host(found["host"])
    setting = f"PLAYGROUND_ALLOWED_HOSTS={address.name}" if address else "PLAYGROUND_ALLOWED_HOSTS"
    asked = host.name if host.port is None else f"{host.name}:{host.port}"
    return (
        f"Only pages of this server may do that; {page} is not a page of {asked}. If it should be, a proxy in between "
        f"changes the Host header: configure it to pass that header on, or use the setting {setting}."
    )


_KINDS = {403: Rejected.ORIGIN, 421: Rejected.HOST}
"""The kinds of what is refused, by status."""


class Gate:
    """ASGI middleware: refuses requests for other hosts and from other sites' pages, and adds the security headers."""

    def __init__(
        self,
        app: ASGIApp,
        allowed_hosts: Iterable[str] = (),
        styles: Iterable[str] = (),
        frame_ancestors: Iterable[str] = (),
        reject: Reject = lambda kind: None,
    ) -> None:
        self._app = app
        self._reject = reject
        self._allowed = frozenset(allowed_hosts)
        headers = response_headers(styles, frame_ancestors)
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = self._refuse(scope)
        if refusal:
            status, reason = refusal
            self._reject(_KINDS.get(status, Rejected.REQUEST))
            if status in {403, 421}:
                # the operator may want to allow it, and does not see the answer to the browser
                LOG.warning("a request was refused with %d: %s", status, reason)
            await self._answer(scope, receive, send, *refusal)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _refuse(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the reason for refusing a request; None to accept it."""
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
        # browsers always send an origin; other programs need not, and could forge one
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            origins = _values(scope, b"origin")
            if len(origins) > 1 or (origins and not is_own_page(origins[0], host, self._allowed)):
                return 403, _explain_origin(origins, host)
        return None

    async def _answer(self, scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
        """Refuse a request, or a websocket before its handshake."""
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
