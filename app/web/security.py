"""What every request passes first: the checks of Host and Origin, and the path of the public URL.

Every response gets security headers.
"""

from collections.abc import Iterable
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log import LOG
from app.rooms.tally import Reject, Rejected
from app.settings import DEFAULT_PORTS
from app.text import sanitize
from app.web.hosts import Address, Names, is_own_host, is_own_origin, parse_host, parse_origin


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

TOO_LARGE = 431
"""The status of the answer to a larger one."""

MAX_LINE = 8000
"""Bytes of one header in a websocket handshake, at most; its parser accepts no longer lines."""

TOO_LONG = (
    f"the headers of this request are too long: the limits are {MAX_HEADERS} headers and {MAX_HEAD} bytes in all, and "
    f"{MAX_LINE} bytes each for a websocket. In a browser, clear the cookies of this site."
)
"""The answer to a longer head."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_too_long(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request has more headers, or longer ones, than allowed."""
    sizes = [len(name) + len(value) for name, value in headers]
    return len(sizes) > MAX_HEADERS or sum(sizes) > MAX_HEAD


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _is_over_unix_socket(scope: Scope) -> bool:
    """Whether a request came over a unix socket: from a proxy, which has chosen the names that it answers to.

    No website can point a name of its own to a unix socket, and a proxy such as Jupyter's cannot say its name at start.
    """
    server = scope.get("server")
    return server is not None and server[1] is None


def _is_port_missing(host: Address, scope: Scope) -> bool:
    """Whether the Host header names no port although this server listens on a unix socket or on an unusual port."""
    _, port = scope.get("server") or ("", DEFAULT_PORTS["http"])
    return host.port is None and port not in DEFAULT_PORTS.values()


def _explain_hosts(hosts: list[str]) -> str:
    """Why these Host headers are malformed."""
    sent = " and ".join(repr(sanitize(host)) for host in hosts[:2]) or "none"
    return f"a request needs one Host header, with a name or an IP address and perhaps a port; this one has {sent}"


def _explain_host(host: Address, scheme: str) -> str:
    """Why a host is refused, and how to allow it."""
    url = f"{scheme.replace('ws', 'http')}://{host}/"
    return (
        f"This server does not answer to the name {host.name}. If it should, set PLAYGROUND_ALLOWED_HOSTS={host.name}, "
        f"or, behind a proxy, set PLAYGROUND_PUBLIC_URL to the address in the browser, such as {url}."
    )


def _explain_origin(origins: list[str], host: Address) -> str:
    """Why an origin is refused, and how to allow it."""
    if origins == ["null"]:
        return (
            "This page has no origin, because it is a file or in a sandboxed frame, and may not use the server. "
            'A frame needs sandbox="allow-scripts allow-same-origin".'
        )
    page = sanitize(" and ".join(origins))
    refused = f"Only pages of this server may do that; {page} is not a page of {host}."
    origin = parse_origin(origins[0]) if len(origins) == 1 else None
    if origin is None:
        return f"{refused} An origin must be one address that begins with http:// or https://."
    by_name = "" if origin.name.startswith("[") else f" or PLAYGROUND_ALLOWED_HOSTS={origin.name}"
    return (
        f"{refused} If it should be, a proxy in between changes the Host header: "
        f"set PLAYGROUND_PUBLIC_URL={origins[0].lower()}/{by_name}, or let the proxy pass that header on."
    )


class RootPath:
    """ASGI middleware: serves the same under the path of the public URL, whether or not a proxy has removed it.

    `path` is percent-encoded and begins and ends with a slash.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._parts = [unquote(part) for part in path.strip("/").split("/")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        _, *parts = raw.split(b"/")
        count = len(self._parts)
        if [unquote(part.decode("latin-1")) for part in parts[:count]] != self._parts:
            await self._app(scope, receive, send)
        elif len(parts) == count and scope["type"] == "http":
            query = b"?" + scope["query_string"] if scope.get("query_string") else b""
            location = b"./" + parts[-1] + b"/" + query
            headers = [(b"location", location), (b"cache-control", b"no-cache"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 307, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            rest = b"/" + b"/".join(parts[count:])
            await self._app({**scope, "raw_path": rest, "path": unquote(rest.decode("latin-1"))}, receive, send)


_KINDS = {403: Rejected.ORIGIN, 421: Rejected.HOST}
"""The kinds of what is refused, by status."""


class Gate:
    """ASGI middleware: refuses requests for other hosts and from other sites' pages, and adds the security headers."""

    def __init__(
        self,
        app: ASGIApp,
        names: Names | None = None,
        styles: Iterable[str] = (),
        frame_ancestors: Iterable[str] = (),
        reject: Reject = lambda kind: None,
    ) -> None:
        self._app = app
        self._reject = reject
        self._names = names or Names()
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
            if status != TOO_LARGE:
                # the operator may want to allow it, and does not see the answer to the browser
                host = sanitize(", ".join(_values(scope, b"host")))
                LOG.warning("a request was refused with %d: %s", status, reason, extra={"status": status, "host": host})
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
            return TOO_LARGE, TOO_LONG
        if _values(scope, b"content-length") and _values(scope, b"transfer-encoding"):
            return 400, "the request has both a Content-Length and a Transfer-Encoding"
        hosts = _values(scope, b"host")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            return 400, _explain_hosts(hosts)
        if not is_own_host(host, self._names) and not _is_over_unix_socket(scope):
            return 421, _explain_host(host, scope.get("scheme", "http"))
        # browsers always send an origin; other programs need not, and could forge one
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            is_missing = _is_port_missing(host, scope)
            origins = _values(scope, b"origin")
            is_own = len(origins) == 1 and is_own_origin(origins[0], host, self._names, is_port_missing=is_missing)
            if origins and not is_own:
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
