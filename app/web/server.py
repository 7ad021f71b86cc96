"""Runs the server: its listening socket, uvicorn with our options, and the line that prints its URL."""

import asyncio
import contextlib
import errno
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from types import FrameType
from typing import NamedTuple

import uvicorn

from app import log
from app.rooms.rooms import Rooms
from app.settings import Settings
from app.web.application import create_app
from app.web.connections import AT_ONCE, raise_limit
from app.web.limits import LimitedHTTP, LimitedWebSocket
from app.workers.pool import WorkerPool
from app.workers.worker import EngineError

_DRAIN_WITHIN = 1.5
"""Seconds that pages have to receive their last state when the server stops."""

_STOP_WITHIN = 1
"""Seconds after that in which open connections may still close by themselves."""

_BACKLOG = 2048
"""Connections that may wait in the operating system to be accepted."""

_SEND_BUFFER = 256 * 1024
"""Bytes the system buffers per connection. Small, so that a slow one gets new frames and not old buffered ones."""


class _Server(uvicorn.Server):
    """A uvicorn that reports when it is ready, ends if it cannot be, and sends pages their last state when it stops."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], rooms: Rooms, workers: WorkerPool) -> None:
        super().__init__(config)
        self._ready = ready
        self._rooms = rooms
        self._workers = workers
        self._starting: asyncio.Task[None] | None = None
        self.failure: EngineError | None = None
        """Why the server ended by itself."""
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer requests, and announce the server once sessions can be trained."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        for listener in sockets or ():
            # the event loop has replaced this with the number it accepts at a time
            listener.listen(_BACKLOG)
        if self.started and not self.should_exit:
            self._starting = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        try:
            await self._workers.until_ready()
        except EngineError as error:
            self.failure, self.should_exit = error, True
        else:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send every page its last state and close its socket; then stop, even if some do not read."""
        if self._starting:
            self._starting.cancel()
        if not self.force_exit:
            await self._rooms.drain(_DRAIN_WITHIN)
        await super().shutdown(sockets)
        if self.force_exit:
            # uvicorn skips this when forced; engine processes must end all the same
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle Ctrl+C or a termination signal; the second one stops at once."""
        self.force_exit = self.should_exit
        self.should_exit = True
        if self.force_exit and self._loop:
            # a signal does not wake the event loop by itself
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        """Abort all connections, which would hold up the stop."""
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on these signals with exit code 0, unlike uvicorn, which re-raises them."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(settings: Settings) -> socket.socket:
    """Open the listening socket. Raises OSError."""
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
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings.dead_after * 1000)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def configure(settings: Settings) -> uvicorn.Config:
    """The uvicorn configuration."""
    app = create_app(settings)
    bounds = {
        "head_within": settings.hello_timeout,
        "registry": app.state.registry,
        "reject": app.state.rooms.tally.reject,
    }
    return uvicorn.Config(
        app,
        http=type("HTTPProtocol", (LimitedHTTP,), bounds),
        ws=type("Protocol", (LimitedWebSocket,), bounds),
        backlog=AT_ONCE,
        ws_per_message_deflate=False,
        ws_max_size=max(settings.hello_bytes, settings.message_bytes),
        ws_ping_interval=settings.ping_interval,
        ws_ping_timeout=settings.ping_timeout,
        timeout_graceful_shutdown=_STOP_WITHIN,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_config=None,
        log_level="warning",
    )


def address_of(listener: socket.socket) -> str:
    """The URL at which a browser on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if listener.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Welcome(NamedTuple):
    """What the command line says once the server is ready."""

    text: str
    page: str
    """The address to open in a browser."""


Greeting = Callable[[str, int], Welcome]
"""Makes the welcome from the server's address, as a browser on this machine opens it, and its port."""


def plain_greeting(address: str, _: int) -> Welcome:
    """Say where the playground is."""
    return Welcome(f"NumPy Playground is running at {address}  (press Ctrl+C to stop)", address)


def serve(
    settings: Settings,
    *,
    open_browser: bool = True,
    greeting: Greeting = plain_greeting,
    other_ports: Iterable[int] = (),
) -> int:
    """Serve until Ctrl+C. Returns the exit code: 0, 2 if the port is unavailable, 1 if no engine process starts.

    If another program has the port, the first free one of `other_ports` is used.
    """
    try:
        listener = _listen_on_one(settings, other_ports)
    except OSError as error:
        print(_explain(settings, error), file=sys.stderr)
        return 2
    settings = replace(settings, port=listener.getsockname()[1])
    welcome = greeting(address_of(listener), settings.port)

    def ready() -> None:
        print(welcome.text, flush=True)
        if open_browser:
            asyncio.get_running_loop().run_in_executor(None, _open, welcome.page)

    log.configure(settings.log_format)
    config = configure(settings)
    state = config.app.state  # type: ignore[union-attr]
    state.registry.most = raise_limit(settings.workers)
    server = _Server(config, ready, state.rooms, state.workers)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if server.failure:
        print(f"playground: engine processes cannot be started: {server.failure}", file=sys.stderr)
        return 1
    return 0 if server.started else 1


def _listen_on_one(settings: Settings, other_ports: Iterable[int]) -> socket.socket:
    """Listen on the port of the settings or, if it is taken, on the first of others that is free. Raises OSError."""
    try:
        return listen(settings)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        for port in other_ports:
            with contextlib.suppress(OSError):
                return listen(replace(settings, port=port))
        raise


def _open(page: str) -> None:
    """Open a page in a browser, or say which page to open."""
    if not webbrowser.open(page):
        print(f"No browser could be opened. Open {page}", flush=True)


def _explain(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"playground: {where} is in use by another program; choose another port with --port"
    return f"playground: cannot listen on {where}: {error.strerror or error}"
