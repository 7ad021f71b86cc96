"""Connections to the real application without a network and without waiting: its clock is virtual.

The event loop's clock jumps to the next timer whenever nothing else is to be done, so a timeout of ten seconds takes
no time at all. Example:

    async def scenario(server: VirtualServer) -> None:
        connection = server.connect()
        connection.send(HANDSHAKE)
        await asyncio.sleep(11)
        assert connection.is_over

    run(scenario, hello_timeout=10)
"""

import asyncio
import json
import math
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from app.protocol.version import VERSION
from app.settings import Settings
from app.web import server as web
from tests.support.client import BINARY, CLOSE, TEXT, Message, Received, code_of, frame, take_frame

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting for a timer, it moves the clock of its loop there."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("nothing is left to happen")
        if not events and timeout:
            self.loop.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a virtual clock: `now`, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """The virtual time in seconds."""
        return self.now


class VirtualConnection(asyncio.Transport):
    """One connection, as its peer sees it. A deaf peer (`reads` is false) takes nothing of what is sent to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 50_000), "sockname": ("127.0.0.1", 8000)})
        self.reads = True
        self.frames: list[Received] = []
        self.is_over = False
        """Whether the server has ended the connection."""
        self._protocol: Any = None
        self._unsent = bytearray()
        self._head = bytearray()
        self._buffer = bytearray()
        self._is_closing = False
        self._high = 64 * 1024
        self._is_paused = False

    # --- what the peer does ---------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Send bytes to the server, unless it has ended the connection."""
        if not self._is_closing:
            self._protocol.data_received(data)

    def say(self, type_: str, **fields: Any) -> None:
        """Send a message."""
        self.send(frame(TEXT, json.dumps({"type": type_, **fields}).encode()))

    def read_again(self) -> None:
        """Take what has been waiting, and read from now on."""
        self.reads = True
        self._deliver()
        if self._is_paused:
            self._is_paused = False
            self._protocol.resume_writing()

    @property
    def close_code(self) -> int | None:
        """The code with which the server has closed the connection, if it has."""
        return next((code_of(item.payload) for item in self.frames if item.opcode == CLOSE), None)

    @property
    def messages(self) -> list[Message]:
        """All text messages so far."""
        return [json.loads(item.payload) for item in self.frames if item.opcode == TEXT]

    @property
    def has_frame(self) -> bool:
        """Whether a container has come."""
        return any(item.opcode == BINARY for item in self.frames)

    # --- what the server sees -------------------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._unsent += data
        if self.reads:
            self._deliver()
        elif len(self._unsent) > self._high and not self._is_paused:
            self._is_paused = True
            self._protocol.pause_writing()

    def _deliver(self) -> None:
        taken, self._unsent = self._unsent, bytearray()
        if b"\r\n\r\n" not in self._head:
            self._head += taken
            _, found, rest = self._head.partition(b"\r\n\r\n")
            taken = rest if found else bytearray()
        self._buffer += taken
        if self._head.startswith(b"HTTP/1.1 101 "):
            while (received := take_frame(self._buffer)) is not None:
                self.frames.append(received)

    def get_write_buffer_size(self) -> int:
        return len(self._unsent)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = high or self._high

    def get_protocol(self) -> asyncio.BaseProtocol:
        protocol: asyncio.BaseProtocol = self._protocol
        return protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def pause_reading(self) -> None:
        """This peer can be read later."""

    def resume_reading(self) -> None:
        """Nothing has been held back."""

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._is_closing = True
        if not self._unsent:
            self._end()

    def abort(self) -> None:
        self._is_closing = True
        self._end()

    def _end(self) -> None:
        if not self.is_over:
            self.is_over = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)


class VirtualServer:
    """The application as uvicorn runs it, without sockets."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._state = ServerState()
        self._connections: list[VirtualConnection] = []

    def connect(self) -> VirtualConnection:
        """A new connection."""
        connection = VirtualConnection()
        make: Any = self._config.http_protocol_class
        protocol = make(config=self._config, server_state=self._state, app_state={}, _loop=asyncio.get_running_loop())
        connection.set_protocol(protocol)
        protocol.connection_made(connection)
        self._connections.append(connection)
        return connection

    async def open(self, link: str = "#seed=0.5", **fields: Any) -> VirtualConnection:
        """A connection that has greeted the server and has its first frame."""
        connection = self.connect()
        connection.send(HANDSHAKE)
        connection.say("hello", version=VERSION, link=link, **fields)
        assert await seconds_until(lambda: connection.has_frame, within=5, every=0.01) < 5
        return connection

    async def end(self) -> None:
        """Cut all connections, and wait until nobody serves them any more."""
        for connection in self._connections:
            connection.abort()
        while self._state.tasks:
            await asyncio.wait(self._state.tasks)


def run(scenario: Callable[[VirtualServer], Awaitable[None]], **settings: Any) -> None:
    """Run a scenario with a server with these settings, in virtual time."""

    async def main() -> None:
        config = web.configure(Settings(**{"workers": 0, "port": 0, **settings}))
        config.load()
        lifespan = config.lifespan_class(config)
        await lifespan.startup()
        server = VirtualServer(config)
        try:
            await scenario(server)
        finally:
            await server.end()
            await lifespan.shutdown()

    loop = VirtualLoop()
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


async def seconds_until(is_so: Callable[[], object], within: float, every: float = 0.1) -> float:
    """Wait until something is so; returns the virtual seconds that took, `inf` if it is not so in time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not is_so() and loop.time() - began <= within:  # noqa: ASYNC110 - an event would have to come from the peer
        await asyncio.sleep(every)
    return loop.time() - began if is_so() else math.inf
