"""Runs the server: its own listening socket, uvicorn with the right switches, and a line that says where it is."""

import asyncio
import contextlib
import errno
import socket
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import replace

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.main import create_app
from app.settings import Settings

_DEAD_AFTER = 15
"""Seconds after which a connection that takes nothing is cut."""

_SEND_BUFFER = 256 * 1024
"""Bytes that the system keeps for a connection: a slow one should wait here for new frames, not for old ones there."""


class ImpatientProtocol(WebSocketsSansIOProtocol):
    """A websocket which is cut when its peer is dead.

    uvicorn closes such a connection, but that waits until all that was written has left, which it never does.
    """

    def keepalive_timeout(self) -> None:
        """The peer has not answered a ping."""
        super().keepalive_timeout()
        self.transport.abort()

    async def send(self, message: ASGISendEvent) -> None:
        """Send; a refusal that has been answered in full is the end of the handshake, and nothing to complain about."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True

    async def run_asgi(self) -> None:
        """Serve the connection; when that is over, nothing that is still unsent may keep it open for long."""
        await super().run_asgi()
        self.loop.call_later(_DEAD_AFTER, self.transport.abort)


class _Server(uvicorn.Server):
    """A uvicorn that tells when it can be talked to."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._ready()


def listen(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # accepted connections inherit these
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_AFTER * 1000)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def configure(settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        create_app(settings),
        ws=ImpatientProtocol,
        ws_per_message_deflate=False,
        ws_max_size=max(settings.hello_bytes, settings.message_bytes),
        ws_ping_interval=10,
        ws_ping_timeout=10,
        timeout_graceful_shutdown=3,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
    )


def address_of(listener: socket.socket) -> str:
    """The address under which a browser on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - to be told, not to be bound
        host = "127.0.0.1" if listener.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(settings: Settings, *, open_browser: bool = True) -> int:
    """Serve until Ctrl+C. Returns the exit code: 0, or 2 if the port cannot be had."""
    try:
        listener = listen(settings)
    except OSError as error:
        print(_explain(settings, error), file=sys.stderr)
        return 2
    settings = replace(settings, port=listener.getsockname()[1])
    address = address_of(listener)

    def ready() -> None:
        print(f"NumPy Playground is running at {address}  (Ctrl+C stops it)", flush=True)
        if open_browser:
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)

    server = _Server(configure(settings), ready)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0 if server.started else 1


def _explain(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"playground: {where} is taken by another program; choose another port with --port"
    return f"playground: cannot listen on {where}: {error.strerror or error}"
