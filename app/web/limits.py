"""Limits on connections, so that a bad peer hurts only itself: what uvicorn leaves unbounded is bounded here.

Only this module depends on internals of uvicorn. `tests/app/test_uvicorn_internals.py` lists each of them and says why;
`tests/faults` shows what goes wrong without each limit.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from app.web.connections import ConnectionRegistry
from app.web.security import MAX_HEAD, MAX_LINE, TOO_LONG, is_too_long

DEAD_AFTER = 15
"""Seconds after which a connection that takes nothing is cut."""

HIGH_WATER = 64 * 1024
"""Bytes that may wait to be written before the sender waits, too."""

_PIECE = 4096
"""Bytes that are parsed at a time: what has not been parsed cannot become thousands of small messages in memory."""

HEAD_WITHIN = 10.0
"""Seconds in which a request's head must be complete, and in which a websocket that is asked for must be open."""

ANSWER_WITHIN = 300.0
"""Seconds in which a request must be answered, and the answer taken."""

_LINGER = 2.0
"""Seconds for which a refused connection is still read, so that its peer gets to see the answer and not just an end."""

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


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """A websocket that cuts peers which are dead, do not read, or flood.

    * A handshake is answered at once, whatever is wrong with it, and what comes before it is over is kept until it is.
    * A peer that does not answer a ping is cut at once: closing would wait until all that was written has left.
    * Bytes are parsed in pieces, and only while the application keeps up.
    * Pongs are not piled up for a peer that does not read them.
    * A message has at most 1024 fragments; frames of any kind come at a bounded rate.
    """

    head_within = HEAD_WITHIN
    registry = ConnectionRegistry()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A websocket is asked for: until it is open, the time of its request runs on."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        self._unparsed = bytearray()
        self._is_open = False
        self._cut = self.loop.call_later(self.head_within, self.transport.abort)
        self._fragments = 0
        self._frames = Bucket(_FRAMES_PER_SECOND, _FRAMES_AT_ONCE, self.loop.time)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone: nothing must hold on to it."""
        self.registry.remove(self.transport)
        super().connection_lost(exc)
        self._cut.cancel()

    def data_received(self, data: bytes) -> None:
        """Bytes have come: first the whole head of the request, as the HTTP connection has read it; then frames."""
        if not self.handshake_initiated:
            super().data_received(data)
            if not self.handshake_initiated:
                self._refuse_head()
            return
        self._unparsed += data
        if self._is_open:
            self._parse()
        elif len(self._unparsed) > HIGH_WATER:
            self.transport.abort()

    def _refuse_head(self) -> None:
        """What was a request to one parser is none to that of websockets, which may have put its reasons into words."""
        answer = b"".join(self.conn.data_to_send())
        self.transport.write(answer or _response(_Refusal(HTTPStatus.BAD_REQUEST, "the request is malformed")))
        self.transport.close()

    async def receive(self) -> object:  # type: ignore[override]
        """The next event for the application."""
        event = await super().receive()
        if not self.read_paused:
            self._parse()
        return event

    def _parse(self) -> None:
        while self._is_open and self._unparsed and not self.read_paused and not self.transport.is_closing():
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
        self.registry.settle(self.transport)
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

    async def send(self, message: Any) -> None:
        """Send, if the connection has not been ended from here meanwhile, of which the application may not know yet.

        A refusal that has been answered in full is the end of the handshake, and nothing to complain about.
        """
        await self.writable.wait()
        if self.close_sent:
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True
        elif message["type"] == "websocket.accept" and self.handshake_complete:
            self._is_open = True
            self._cut.cancel()
            self._parse()

    async def run_asgi(self) -> None:
        """Serve the connection; when that is over, nothing that is still unsent may keep it open for long."""
        await super().run_asgi()
        if not self.disconnected:
            self._cut.cancel()
            self._cut = self.loop.call_later(DEAD_AFTER, self.transport.abort)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class LimitedHTTP(H11Protocol):
    """An HTTP connection that always comes to an end: with an answer if there is a request, and soon if there is none.

    * The head of a request is bounded, and must be complete in time, the first one and each that follows.
    * The body of a request that has been answered must not take longer either.
    * An answer must be taken in time.
    * What is not a request, or not one for a websocket though it asks for one, is refused with the reason.
    """

    head_within = HEAD_WITHIN
    registry = ConnectionRegistry()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The connection is there."""
        super().connection_made(transport)
        self.registry.add(transport)
        self._asked: object = None
        self._since = self.loop.time()
        self._cut = self.loop.call_later(self.head_within, self._check)
        self._bytes_of_head = 0
        self._discarded: int | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone: nothing must hold on to it."""
        self.registry.remove(self.transport)
        super().connection_lost(exc)
        self._cut.cancel()

    @property
    def _is_asked(self) -> bool:
        """Whether there is a request that has not been answered yet."""
        return bool(self.cycle) and not self.cycle.response_complete

    def _check(self) -> None:
        """Cut the connection if its time is up, else look again when it may be."""
        is_busy = self._is_asked or self.transport.get_write_buffer_size() > 0
        left = self._since + (ANSWER_WITHIN if is_busy else self.head_within) - self.loop.time()
        if left <= 0:
            self.transport.abort()
        else:
            self._cut = self.loop.call_later(left if not is_busy else min(left, self.head_within), self._check)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._discarded is not None:
            self._discard(data)
            return
        # counted before they are read, for what refuses them
        self._bytes_of_head = self._bytes_of_head + len(data) if self.conn.their_state is h11.IDLE else 0
        super().data_received(data)
        self._note_request()

    def _note_request(self) -> None:
        """If another request is there, its time begins, and the connection counts as used."""
        if self.cycle is not self._asked:
            self._asked, self._since = self.cycle, self.loop.time()
            self._bytes_of_head = 0
            self.registry.ask(self.transport)

    def on_response_complete(self) -> None:
        """A request has been answered: the time of the next one begins, whatever is still to come of this."""
        self._since = self.loop.time()
        super().on_response_complete()
        self._note_request()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """A websocket is asked for; what is wrong with that is told here, where it still can be."""
        refusal = _refuse_upgrade(self.scope["method"], self.scope["http_version"], event.target, self.headers)
        if refusal:
            self._refuse(refusal)
            return
        early, _ = self.conn.trailing_data
        self._cut.cancel()
        super().handle_websocket_upgrade(event)
        if early:
            self.transport.get_protocol().data_received(early)  # type: ignore[attr-defined]

    def send_400_response(self, msg: str) -> None:
        """What has come is no request."""
        self._refuse(_TOO_LONG if self._bytes_of_head > MAX_HEAD else _Refusal(HTTPStatus.BAD_REQUEST, msg))

    def _refuse(self, refusal: "_Refusal") -> None:
        """Answer, then take no more from this peer; within or after the answer to this request there is no place."""
        if self.transport.is_closing() or self._discarded is not None:
            return
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        if self._is_asked:
            # the application is not to answer, too
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._discarded = 0
        self._unset_keepalive_if_required()
        self._cut.cancel()
        self._cut = self.loop.call_later(_LINGER, self.transport.abort)
        self.transport.write(_response(refusal))
        if self.transport.can_write_eof():
            # to close with unread bytes would make the system take back the answer
            self.transport.write_eof()
        else:
            self.transport.close()

    def shutdown(self) -> None:
        """The server stops; what has been refused is over already."""
        if self._discarded is None:
            super().shutdown()
        else:
            self.transport.abort()

    def _discard(self, data: bytes) -> None:
        self._discarded = (self._discarded or 0) + len(data)
        if self._discarded > _MOST_DISCARDED:
            self.transport.abort()


_MOST_DISCARDED = 1024 * 1024


class _Refusal(NamedTuple):
    """Why a request is refused below the application."""

    status: HTTPStatus
    reason: str
    header: str = ""


def _response(refusal: _Refusal) -> bytes:
    """A refusal as it is sent."""
    status, reason, header = refusal
    body = f"{reason}\n".encode()
    lines = [
        f"HTTP/1.1 {status} {status.phrase}",
        *([header] if header else []),
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


_TOO_LONG = _Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LONG)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def _refuse_upgrade(
    method: str, version: str, target: bytes, headers: Sequence[tuple[bytes, bytes]]
) -> _Refusal | None:
    """Why a request for a websocket is refused before it becomes one; None if it may."""
    faults = {
        _Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, f"an address may have {MAX_LINE} bytes"): len(target) > MAX_LINE,
        _TOO_LONG: is_too_long(headers) or any(len(name) + len(value) > MAX_LINE for name, value in headers),
        _Refusal(HTTPStatus.METHOD_NOT_ALLOWED, f"a websocket is asked for by GET, not {method}", "Allow: GET"): (
            method != "GET"
        ),
        _Refusal(HTTPStatus.UPGRADE_REQUIRED, f"a websocket needs HTTP/1.1, not {version}", "Upgrade: websocket"): (
            version != "1.1"
        ),
        _Refusal(HTTPStatus.BAD_REQUEST, "a request for a websocket has no body"): any(
            name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers
        ),
        _Refusal(HTTPStatus.BAD_REQUEST, "a header holds a control character"): any(
            _NO_TEXT.search(value) for _, value in headers
        ),
        _Refusal(HTTPStatus.FORBIDDEN, "a request comes from one page, not from several"): (
            sum(name == b"origin" for name, _ in headers) > 1
        ),
        _Refusal(HTTPStatus.UPGRADE_REQUIRED, "only version 13 is spoken here", "Sec-WebSocket-Version: 13"): any(
            name == b"sec-websocket-version" and value != b"13" for name, value in headers
        ),
    }
    return next((refusal for refusal, is_so in faults.items() if is_so), None)
