"""A websocket whose bad peers hurt only themselves: what uvicorn's own leaves open is bounded here.

This is the one place that leans on uvicorn's insides; `tests/faults` shows what goes wrong without each defence.
"""

import asyncio
from collections.abc import Callable, Sequence
from http import HTTPStatus

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from app.security import MAX_HEAD, is_too_long

DEAD_AFTER = 15
"""Seconds after which a connection that takes nothing is cut."""

HIGH_WATER = 64 * 1024
"""Bytes that may wait to be written before the sender waits, too."""

_PIECE = 4096
"""Bytes that are parsed at a time: what has not been parsed cannot become thousands of small messages in memory."""

_MAX_FRAGMENTS = 1024
_FRAMES_PER_SECOND = 2000.0
_FRAMES_AT_ONCE = 4000.0


class Bucket:
    """A token bucket: so many at once, refilled at a rate per second."""

    def __init__(self, rate: float, size: float, clock: Callable[[], float]) -> None:
        self._rate, self._size, self._clock = rate, size, clock
        self._level, self._since = size, clock()

    def take(self, amount: float = 1) -> bool:
        """Take so much; False if there is not so much left."""
        now = self._clock()
        self._level = min(self._size, self._level + (now - self._since) * self._rate)
        self._since = now
        if self._level < amount:
            return False
        self._level -= amount
        return True


class GuardedProtocol(WebSocketsSansIOProtocol):
    """A websocket that cuts peers which are dead, do not read, or flood.

    * A peer that does not answer a ping is cut at once: closing would wait until all that was written has left.
    * Bytes are parsed in pieces, and only while the application keeps up.
    * Pongs are not piled up for a peer that does not read them.
    * A message has at most 1024 fragments; frames of any kind come at a bounded rate.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        self._unparsed = bytearray()
        self._cut: asyncio.TimerHandle | None = None
        self._fragments = 0
        self._frames = Bucket(_FRAMES_PER_SECOND, _FRAMES_AT_ONCE, self.loop.time)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone: nothing must hold on to it."""
        super().connection_lost(exc)
        if self._cut:
            self._cut.cancel()

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._unparsed += data
        self._parse()

    async def receive(self) -> object:  # type: ignore[override]
        """The next event for the application."""
        event = await super().receive()
        if not self.read_paused:
            self._parse()
        return event

    def _parse(self) -> None:
        while self._unparsed and not self.read_paused and not self.transport.is_closing():
            piece = bytes(self._unparsed[:_PIECE])
            del self._unparsed[:_PIECE]
            super().data_received(piece)

    def handle_events(self) -> None:
        """Frames have come."""
        for event in self.conn.events_received():
            if isinstance(event, Frame) and not self._is_welcome(event):
                return
            self._handle(event)

    def _is_welcome(self, frame: Frame) -> bool:
        """Whether a frame may come now; if not, the connection ends."""
        self._fragments = self._fragments + 1 if frame.opcode is Opcode.CONT else self._fragments
        if frame.fin and frame.opcode in {Opcode.CONT, Opcode.TEXT, Opcode.BINARY}:
            self._fragments = 0
        if self._fragments > _MAX_FRAGMENTS:
            self._fail(1009, "too many fragments")
            return False
        if not self._frames.take():
            self._fail(1008, "too many frames a second")
            return False
        return True

    def _fail(self, code: int, reason: str) -> None:
        self._unparsed.clear()
        self.conn.fail(code, reason)
        self.handle_parser_exception()
        self.loop.call_later(1, self.transport.abort)

    def _handle(self, event: object) -> None:
        self.conn.events = [event]  # type: ignore[list-item]
        super().handle_events()

    def send_receive_event_to_app(self) -> None:
        """A message is complete. A text that is not UTF-8 ends the connection, and is nothing to complain about."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self._fail(1007, "text that is not UTF-8")
            return
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        """A ping has come, and its pong is ready."""
        if self.transport.get_write_buffer_size() > HIGH_WATER:
            self.transport.abort()
            return
        super().handle_ping()

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
        if not self.disconnected:
            self._cut = self.loop.call_later(DEAD_AFTER, self.transport.abort)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class GuardedHTTPProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """An HTTP connection that is cut if no complete request comes in time, and whose requests' heads are bounded."""

    head_within = 10.0
    """Seconds in which the head of a connection's first request must be complete."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """The connection is there."""
        super().connection_made(transport)
        self._cut = self.loop.call_later(self.head_within, self._cut_without_head)
        self._bytes_of_head = 0

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone: nothing must hold on to it."""
        super().connection_lost(exc)
        self._cut.cancel()

    def _cut_without_head(self) -> None:
        if self.cycle is None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        last = self.cycle
        super().data_received(data)
        in_head = self.cycle is last and (last is None or last.response_complete)
        self._bytes_of_head = self._bytes_of_head + len(data) if in_head else 0
        if self._bytes_of_head > 2 * MAX_HEAD and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def handle_websocket_upgrade(self, *request: object) -> None:
        """A websocket is asked for; what is wrong with that is told here, where it still can be."""
        status = _refuse_upgrade(self.headers)
        if status:
            self._refuse(status)
        else:
            self._cut.cancel()
            super().handle_websocket_upgrade(*request)

    def _refuse(self, status: HTTPStatus) -> None:
        extra = "Sec-WebSocket-Version: 13\r\n" if status is HTTPStatus.UPGRADE_REQUIRED else ""
        head = f"HTTP/1.1 {status} {status.phrase}\r\n{extra}Content-Length: 0\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode())
        self.transport.close()


def _refuse_upgrade(headers: Sequence[tuple[bytes, bytes]]) -> HTTPStatus | None:
    """The status with which a request for a websocket is refused before it becomes one."""
    if is_too_long(headers):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    if sum(name == b"origin" for name, _ in headers) > 1:
        return HTTPStatus.FORBIDDEN
    if any(name == b"sec-websocket-version" and value != b"13" for name, value in headers):
        return HTTPStatus.UPGRADE_REQUIRED
    return None
