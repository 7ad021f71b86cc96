"""Runs the server: its own listening socket, uvicorn with the right switches, and a line that says where it is."""

import asyncio
import contextlib
import errno
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FrameType

import uvicorn

from app import log
from app.settings import Settings
from app.web.application import create_app
from app.web.connections import AT_ONCE, raise_limit
from app.web.limits import LimitedHTTP, LimitedWebSocket
from app.web.rooms import Rooms
from app.workers.pool import WorkerPool
from app.workers.worker import EngineError

_DRAIN_WITHIN = 1.5
"""Seconds in which pages are to have their last state when the server stops."""

_STOP_WITHIN = 1
"""Seconds after that in which connections that are still open may end by themselves."""

_BACKLOG = 2048
"""Connections that may wait in the system until they are accepted."""

_SEND_BUFFER = 256 * 1024
"""Bytes that the system keeps for a connection: a slow one should wait here for new frames, not for old ones there."""


class _Server(uvicorn.Server):
    """A uvicorn that tells when it can be used, ends if it never can, and lets pages go with their last state."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], rooms: Rooms, workers: WorkerPool) -> None:
        super().__init__(config)
        self._ready = ready
        self._rooms = rooms
        self._workers = workers
        self._starting: asyncio.Task[None] | None = None
        self.failure: EngineError | None = None
        """Why it has ended by itself."""
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer; then tell, as soon as sessions can be trained, too."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        for listener in sockets or ():
            # the event loop has put the number that it accepts at once in place of this
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
        """Send every page its last state and close its socket; then stop, whoever still does not read."""
        if self._starting:
            self._starting.cancel()
        if not self.force_exit:
            await self._rooms.drain(_DRAIN_WITHIN)
        await super().shutdown(sockets)
        if self.force_exit:
            # uvicorn leaves that out then; engine processes are to end all the same, and soon do
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl+C or a request to stop; the second one is obeyed at once."""
        self.force_exit = self.should_exit
        self.should_exit = True
        if self.force_exit and self._loop:
            # a signal comes between any two instructions, and does not wake the loop by itself
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        """Cut everybody off, whom else a stop would wait for."""
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on these signals; unlike uvicorn's own, end with the exit code 0 and not by the signal."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


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
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings.dead_after * 1000)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def configure(settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    app = create_app(settings)
    bounds = {"head_within": settings.hello_timeout, "registry": app.state.registry}
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
    """The address under which a browser on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - to be told, not to be bound
        host = "127.0.0.1" if listener.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(settings: Settings, *, open_browser: bool = True) -> int:
    """Serve until Ctrl+C. Returns the exit code: 0, 2 if the port cannot be had, 1 if nothing can be trained."""
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

    log.configure()
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


def _explain(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"playground: {where} is taken by another program; choose another port with --port"
    return f"playground: cannot listen on {where}: {error.strerror or error}"
