"""Runs the server: its listening socket, uvicorn with our options, and the line that prints its URL."""

import asyncio
import contextlib
import errno
import gc
import os
import signal
import socket
import stat
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import uvicorn

from app import log
from app.rooms.rooms import Rooms
from app.settings import Settings
from app.web.application import create_app
from app.web.connections import AT_ONCE, raise_limit
from app.web.health import Health
from app.web.limits import UNIX, LimitedHTTP, LimitedWebSocket
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


class _Parts(NamedTuple):
    """What a server needs to know of its application."""

    rooms: Rooms
    workers: WorkerPool
    health: Health


class _Server(uvicorn.Server):
    """A uvicorn that reports when it is ready, ends if it cannot be, and sends pages their last state when it stops."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], parts: _Parts, delay: float) -> None:
        super().__init__(config)
        self._ready = ready
        self._rooms, self._workers, self._health = parts
        self._delay = delay
        self._forced = asyncio.Event()
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
        # all pages wait for a full collection, which need not visit what was there before them
        gc.collect()
        gc.freeze()
        try:
            await self._workers.until_ready()
        except EngineError as error:
            self.failure, self.should_exit = error, True
            self._health.is_stopping = True
        else:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send every page its last state and close its socket; then stop, even if some do not read.

        Before that, the server goes on for a while in which load balancers learn from /healthz that it stops.
        """
        if self._starting:
            self._starting.cancel()
        if self._delay and not self.failure:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._forced.wait(), self._delay)
        if not self.force_exit:
            await self._rooms.drain(_DRAIN_WITHIN)
        await super().shutdown(sockets)
        if self.force_exit:
            # uvicorn skips this when forced; engine processes must end all the same
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle Ctrl+C or a termination signal; the second one stops at once."""
        self.force_exit = self.should_exit
        self.should_exit = self._health.is_stopping = True
        if self.force_exit and self._loop:
            # a signal does not wake the event loop by itself
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        """Abort all connections, which would hold up the stop."""
        self._forced.set()
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
    return _listen_on_path(settings.uds) if settings.uds else _listen_on_address(settings)


def _listen_on_address(settings: Settings) -> socket.socket:
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


def _listen_on_path(path: str) -> socket.socket:
    """Open a unix socket to which this user and its group can connect. Raises OSError."""
    if not hasattr(socket, "AF_UNIX"):
        raise OSError("this system has no unix sockets; use --host and --port")
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)
    try:
        listener.bind(path)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def _remove_stale(path: str) -> None:
    """Remove the socket that a killed server has left behind. Raises OSError if anything else is in the way."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "a file is in the way; choose another path, or remove it")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


@contextlib.contextmanager
def _closing(listener: socket.socket) -> Iterator[None]:
    """Close a listening socket at the end, and remove its file unless another server has replaced it."""
    path = listener.getsockname() if listener.family == getattr(socket, "AF_UNIX", None) else ""
    own = _identity(path)
    try:
        yield
    finally:
        listener.close()
        if own and _identity(path) == own:
            Path(path).unlink()


def _identity(path: str) -> tuple[int, int] | None:
    """What tells a file from others that had its path before; None if there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def configure(settings: Settings) -> uvicorn.Config:
    """The uvicorn configuration."""
    app = create_app(settings)
    bounds = {
        "head_within": settings.hello_timeout,
        "registry": app.state.registry,
        "tally": app.state.rooms.tally,
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
        proxy_headers=True,
        forwarded_allow_ips="*" if "*" in settings.trusted_proxies else [*settings.trusted_proxies, UNIX],
        access_log=False,
        log_config=None,
        log_level="warning",
    )


def address_of(listener: socket.socket) -> str:
    """The URL at which a browser on this machine reaches a listening socket; empty for a unix socket."""
    if listener.family not in {socket.AF_INET, socket.AF_INET6}:
        return ""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if listener.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Welcome(NamedTuple):
    """What the command line says once the server is ready."""

    text: str
    page: str
    """The address to open in a browser."""


Greeting = Callable[[str, Settings], Welcome]
"""Makes the welcome from the server's address and its settings, which hold the port it listens on.

The address is that in a browser on this machine; it is empty if the server listens on a unix socket.
"""


def plain_greeting(address: str, settings: Settings) -> Welcome:
    """Say where the playground is."""
    place = f"at {address}" if address else f"on the unix socket {settings.uds}"
    public = f", and opens at {settings.public_url}" if settings.public_url else ""
    return Welcome(
        f"NumPy Playground is running {place}{public}  (press Ctrl+C to stop)", settings.public_url or address
    )


def serve(
    settings: Settings,
    *,
    open_browser: bool = True,
    greeting: Greeting = plain_greeting,
    other_ports: Iterable[int] = (),
) -> int:
    """Serve until Ctrl+C. Returns the exit code: 0, 2 if the address is unavailable, 1 if no engine process starts.

    If another program has the port, the first free one of `other_ports` is used. Raises SettingsError.
    """
    try:
        listener = _listen_on_one(settings, other_ports)
    except OSError as error:
        print(_explain(settings, error), file=sys.stderr)
        return 2
    with _closing(listener):
        return _serve_on(listener, settings, greeting, open_browser=open_browser and not settings.uds)


def _serve_on(listener: socket.socket, settings: Settings, greeting: Greeting, *, open_browser: bool) -> int:
    if not settings.uds:
        settings = replace(settings, port=listener.getsockname()[1])
    welcome = greeting(address_of(listener), settings)

    def ready() -> None:
        print(welcome.text, flush=True)
        if open_browser:
            asyncio.get_running_loop().run_in_executor(None, _open, welcome.page)

    log.configure(settings.log_format, [settings.teacher_key])
    config = configure(settings)
    state = config.app.state  # type: ignore[union-attr]
    state.registry.most = raise_limit(settings.workers)
    server = _Server(config, ready, _Parts(state.rooms, state.workers, state.health), settings.stop_delay)
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
    where = settings.uds or f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        other = "path with --uds" if settings.uds else "port with --port"
        return f"playground: {where} is in use by another program; choose another {other}"
    return f"playground: cannot listen on {where}: {error.strerror or error}"
