"""Limits on connections, so that a bad peer hurts only itself: what uvicorn leaves unbounded is bounded here.

Only this module depends on internals of uvicorn, and of the parser it uses. `tests/app/test_uvicorn_internals.py` lists
each of them and says why; `tests/faults` shows what goes wrong without each limit.
"""

import asyncio
import re
import socket
from collections.abc import Callable, Sequence
from http import HTTPStatus
from types import GeneratorType
from typing import Any, NamedTuple, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.streams import StreamReader
from websockets.utils import apply_mask

from app.rooms.tally import Rejected, Tally
from app.web.connections import ConnectionRegistry
from app.web.security import MAX_HEAD, MAX_LINE, TOO_LONG, is_too_long

DEAD_AFTER = 15
"""Seconds after which a connection that accepts no data is cut."""

HIGH_WATER = 64 * 1024
"""Bytes in the write buffer at which the sender waits."""

_PIECE = 4096
"""Bytes parsed at a time: unparsed bytes cannot become thousands of small messages in memory."""

HEAD_WITHIN = 10.0
"""Seconds in which the head of a request must be complete, and a requested websocket open."""

ANSWER_WITHIN = 300.0
"""Seconds in which a request must be answered and the answer received."""

_LINGER = 2.0
"""Seconds for which a refused connection is still read, so that its peer sees the answer and not just a reset."""

_MAX_FRAGMENTS = 1024
_FRAMES_PER_SECOND = 2000.0
_FRAMES_AT_ONCE = 4000.0


SHORTCUT = "numpy_playground.shortcut"
"""The extension of a websocket's scope that is its `LimitedWebSocket`."""


class Bucket:
    """A token bucket of a size, refilled at `rate` tokens per second; `clock` returns seconds."""

    def __init__(self, rate: float, size: float, clock: Callable[[], float]) -> None:
        self._rate, self._size, self._clock = rate, size, clock
        self._level, self._since = size, clock()

    def take(self, amount: float = 1) -> bool:
        """Take tokens. Returns whether there were enough."""
        now = self._clock()
        self._level = min(self._size, self._level + (now - self._since) * self._rate)
        self._since = now
        if self._level < amount:
            return False
        self._level -= amount
        return True


UNIX = "unix"
"""The address of every peer on a unix socket, which is a proxy or program of this machine."""


def _peer(transport: asyncio.BaseTransport, address: tuple[str, int] | None) -> tuple[str, int] | None:
    """The address of a peer, by which proxies are known: IPv4 also on a socket for IPv6, and `UNIX`."""
    peer: socket.socket | None = transport.get_extra_info("socket")
    if peer is not None and peer.family == getattr(socket, "AF_UNIX", None):
        return UNIX, 0
    return (address[0].removeprefix("::ffff:"), address[1]) if address and "." in address[0] else address


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """A websocket that cuts peers that are dead, do not read, or flood.

    * A bad handshake is answered at once. Bytes that arrive before the handshake is complete are kept.
    * A peer that does not answer a ping is cut at once: a close would wait until the write buffer is empty.
    * Bytes are parsed in pieces, and only while the application keeps up.
    * Pongs do not pile up for a peer that does not read them.
    * A message has at most 1024 fragments, and the rate of frames is limited.

    As the extension `SHORTCUT` of its scope, it lets the application send and receive without waiting in a task.
    """

    head_within = HEAD_WITHIN
    registry = ConnectionRegistry()
    tally = Tally()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a handshake, which must be complete in time."""
        super().connection_made(transport)
        self.client = _peer(transport, self.client)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        self._unparsed = bytearray()
        self._is_open = False
        self._cut = self.loop.call_later(self.head_within, self.transport.abort)
        self._fragments = 0
        self._frames = Bucket(_FRAMES_PER_SECOND, _FRAMES_AT_ONCE, self.loop.time)
        self.on_writable: Callable[[], None] = _do_nothing
        """Called when the peer reads again."""
        self.on_short_text: Callable[[bytes], bool] = _leave
        """Called with a short message. Returns whether that was all; if not, it is received as any other."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Release everything that refers to the connection."""
        self.registry.remove(self.transport)
        super().connection_lost(exc)
        self._cut.cancel()

    def data_received(self, data: bytes) -> None:
        """Receive bytes: first the whole head of the request, as the HTTP connection has read it; then frames."""
        if not self.handshake_initiated:
            super().data_received(data)
            if not self.handshake_initiated:
                self._refuse_head()
            return
        self._unparsed += self._pass_on(data) if len(data) <= _SHORT and self._is_idle else data
        if self._is_open:
            self._parse()
        elif len(self._unparsed) > HIGH_WATER:
            self.transport.abort()

    @property
    def _is_idle(self) -> bool:
        """Whether the application has taken all messages, and the next byte is the first of another."""
        is_between_messages = self.conn.current_size is None and _awaits_frame(self.conn.parser)
        return self._is_open and not self.read_paused and is_between_messages

    def _pass_on(self, data: bytes) -> bytes:
        """Pass short messages at the start of data on. Returns the rest, which is to be parsed."""
        start = 0
        while (text := _short_text(data, start)) is not None and self.on_short_text(text):
            start += _SHORT_HEAD + len(text)
            if not self._frames.take():
                self._fail(1008, _TOO_MANY_FRAMES)
                return b""
        return data[start:]

    def _refuse_head(self) -> None:
        """Refuse a head that the HTTP parser accepted and that of websockets did not, with its reason if it has one."""
        self.tally.reject(Rejected.REQUEST)
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
        """Handle the frames that have been parsed."""
        for event in self.conn.events_received():
            if isinstance(event, Frame) and not self._is_within_limits(event):
                return
            self._handle(event)

    def _is_within_limits(self, frame: Frame) -> bool:
        """Whether a frame is within the limits; if not, the connection is closed."""
        self._fragments = self._fragments + 1 if frame.opcode is Opcode.CONT else self._fragments
        if frame.fin and frame.opcode in {Opcode.CONT, Opcode.TEXT, Opcode.BINARY}:
            self._fragments = 0
        if self._fragments > _MAX_FRAGMENTS:
            self._fail(1009, "too many fragments")
            return False
        if not self._frames.take():
            self._fail(1008, _TOO_MANY_FRAMES)
            return False
        return True

    def _fail(self, code: int, reason: str, kind: Rejected = Rejected.FLOOD) -> None:
        self.tally.reject(kind)
        self._unparsed.clear()
        self.conn.fail(code, reason)
        super().handle_parser_exception()
        self.loop.call_later(1, self.transport.abort)

    def handle_parser_exception(self) -> None:
        """Close a connection whose bytes are no frames, or whose message is too large."""
        self.tally.reject(Rejected.MESSAGE)
        super().handle_parser_exception()

    def _handle(self, event: object) -> None:
        self.conn.events = [event]  # type: ignore[list-item]
        super().handle_events()

    def send_receive_event_to_app(self) -> None:
        """Pass a complete message on. Text that is not UTF-8 closes the connection and is not logged."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self._fail(1007, "text that is not UTF-8", Rejected.MESSAGE)
            return
        self.registry.settle(self.transport)
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        """Answer a ping, unless the peer does not read."""
        if self.transport.get_write_buffer_size() > HIGH_WATER:
            self.tally.reject(Rejected.FLOOD)
            self.transport.abort()
            return
        super().handle_ping()

    def keepalive_timeout(self) -> None:
        """Cut a peer that has not answered a ping."""
        super().keepalive_timeout()
        self.transport.abort()

    @property
    def is_writable(self) -> bool:
        """Whether messages can be sent now: the connection is open, and its peer reads."""
        return self.writable.is_set() and self.conn.state is State.OPEN and not self.transport.is_closing()

    def write(self, messages: Sequence[str | bytes]) -> None:
        """Send messages at once, in one piece. To be called only while it is writable."""
        for message in messages:
            if isinstance(message, str):
                self.conn.send_text(message.encode())
            else:
                self.conn.send_binary(message)
        self.transport.write(b"".join(self.conn.data_to_send()))

    def end_shortcut(self) -> None:
        """Call the application no more."""
        self.on_writable, self.on_short_text = _do_nothing, _leave

    def resume_writing(self) -> None:
        """Let the application send more."""
        super().resume_writing()
        self.on_writable()

    async def send(self, message: Any) -> None:
        """Send, unless the connection has been closed from here, which the application may not know yet.

        A refusal that was sent in full ends the handshake, and is not logged.
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

    def shutdown(self) -> None:
        """Close when the server stops, unless the connection is closing already, perhaps because its peer has left."""
        # uvicorn would send a second close, which is an error and would end the stop for all
        if not self.transport.is_closing():
            super().shutdown()

    async def run_asgi(self) -> None:
        """Serve the connection, with its shortcut; after that, unsent bytes may not keep it open for long."""
        extensions = cast("dict[str, Any]", self.scope["extensions"])
        extensions[SHORTCUT] = self
        await super().run_asgi()
        # so that nothing refers to itself, and memory is freed at once
        del extensions[SHORTCUT]
        if not self.disconnected:
            self._cut.cancel()
            self._cut = self.loop.call_later(DEAD_AFTER, self.transport.abort)


def _do_nothing() -> None:
    """Nobody wants to know."""


def _leave(text: bytes) -> bool:
    """Let the application receive a message later."""
    return False


def _awaits_frame(parser: object) -> bool:
    """Whether the parser of websockets has parsed whole frames: then it waits where it asks whether more follow."""
    while isinstance(parser, GeneratorType) and parser.gi_yieldfrom is not None:
        parser = parser.gi_yieldfrom
    return isinstance(parser, GeneratorType) and parser.gi_code is StreamReader.at_eof.__code__


_TOO_MANY_FRAMES = "too many frames a second"

_SHORT = 512
"""Bytes that may come at once without waiting for the turn of their connection."""

_SHORT_HEAD = 6
"""Bytes before the text of a short frame: two, and four with which it is masked."""


def _short_text(data: bytes, start: int) -> bytes | None:
    """The text of the frame at `start`, if that is a whole message of at most 125 bytes, and all of it is there."""
    if len(data) < start + _SHORT_HEAD or data[start] != 0x80 | Opcode.TEXT:
        return None
    body, size = start + _SHORT_HEAD, data[start + 1] - 0x80
    if not 0 <= size < 126 or body + size > len(data):
        return None
    return apply_mask(data[body : body + size], data[start + 2 : body])


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class LimitedHTTP(H11Protocol):
    """An HTTP connection that always ends: with an answer to a request, and soon if there is none.

    * The head of each request is bounded, and must be complete in time.
    * So must the body of a request that has already been answered.
    * An answer must be received in time.
    * Anything that is no request, and every bad websocket handshake, is refused with the reason.
    """

    head_within = HEAD_WITHIN
    registry = ConnectionRegistry()
    tally = Tally()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(transport)
        self.client = _peer(transport, self.client)
        self.registry.add(transport)
        self._asked: object = None
        self._since = self.loop.time()
        self._cut = self.loop.call_later(self.head_within, self._check)
        self._bytes_of_head = 0
        self._discarded: int | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Release everything that refers to the connection."""
        self.registry.remove(self.transport)
        super().connection_lost(exc)
        self._cut.cancel()

    @property
    def _is_asked(self) -> bool:
        """Whether a request waits for its answer."""
        return bool(self.cycle) and not self.cycle.response_complete

    def _check(self) -> None:
        """Cut the connection if its time is up, else check again when it may be."""
        is_busy = self._is_asked or self.transport.get_write_buffer_size() > 0
        left = self._since + (ANSWER_WITHIN if is_busy else self.head_within) - self.loop.time()
        if left <= 0:
            self.transport.abort()
        else:
            self._cut = self.loop.call_later(left if not is_busy else min(left, self.head_within), self._check)

    def data_received(self, data: bytes) -> None:
        """Receive bytes."""
        if self._discarded is not None:
            self._discard(data)
            return
        # counted before they are parsed, since parsing may refuse them
        self._bytes_of_head = self._bytes_of_head + len(data) if self.conn.their_state is h11.IDLE else 0
        super().data_received(data)
        self._note_request()

    def _note_request(self) -> None:
        """If another request has arrived, start its time, and note that the connection is in use."""
        if self.cycle is not self._asked:
            self._asked, self._since = self.cycle, self.loop.time()
            self._bytes_of_head = 0
            self.registry.ask(self.transport)

    def on_response_complete(self) -> None:
        """Start the time of the next request, even if the body of this one is still arriving."""
        self._since = self.loop.time()
        super().on_response_complete()
        self._note_request()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Start a websocket, or refuse a bad handshake while that is still possible."""
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
        """Refuse bytes that are no request."""
        self._refuse(_TOO_LONG if self._bytes_of_head > MAX_HEAD else _Refusal(HTTPStatus.BAD_REQUEST, msg))

    def _refuse(self, refusal: "_Refusal") -> None:
        """Answer and close, unless an answer to this request has already begun."""
        if self.transport.is_closing() or self._discarded is not None:
            return
        self.tally.reject(Rejected.REQUEST)
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        if self._is_asked:
            # the application must not answer as well
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._discarded = 0
        self._unset_keepalive_if_required()
        self._cut.cancel()
        self._cut = self.loop.call_later(_LINGER, self.transport.abort)
        self.transport.write(_response(refusal))
        if self.transport.can_write_eof():
            # closing with unread bytes would make the system discard the answer
            self.transport.write_eof()
        else:
            self.transport.close()

    def shutdown(self) -> None:
        """Close when the server stops; a refused connection is aborted."""
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
    """Why a request is refused before it reaches the application."""

    status: HTTPStatus
    reason: str
    header: str = ""


def _response(refusal: _Refusal) -> bytes:
    """The response that refuses a request."""
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
    """Why a websocket handshake is refused; None if it is not."""
    faults = {
        _Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, f"an address has at most {MAX_LINE} bytes"): len(target) > MAX_LINE,
        _TOO_LONG: is_too_long(headers) or any(len(name) + len(value) > MAX_LINE for name, value in headers),
        _Refusal(HTTPStatus.METHOD_NOT_ALLOWED, f"a websocket handshake uses GET, not {method}", "Allow: GET"): (
            method != "GET"
        ),
        _Refusal(HTTPStatus.UPGRADE_REQUIRED, f"a websocket needs HTTP/1.1, not {version}", "Upgrade: websocket"): (
            version != "1.1"
        ),
        _Refusal(HTTPStatus.BAD_REQUEST, "a websocket handshake has no body"): any(
            name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers
        ),
        _Refusal(HTTPStatus.BAD_REQUEST, "a header contains a control character"): any(
            _NO_TEXT.search(value) for _, value in headers
        ),
        _Refusal(HTTPStatus.FORBIDDEN, "a request has one Origin header, not several"): (
            sum(name == b"origin" for name, _ in headers) > 1
        ),
        _Refusal(HTTPStatus.UPGRADE_REQUIRED, "only version 13 is supported", "Sec-WebSocket-Version: 13"): any(
            name == b"sec-websocket-version" and value != b"13" for name, value in headers
        ),
    }
    return next((refusal for refusal, is_wrong in faults.items() if is_wrong), None)
