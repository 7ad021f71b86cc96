"""The life of one websocket: receives and checks commands, sends what its outbox holds."""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.protocol.commands import Hello, Ping
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import PongMessage, encode, encode_error
from app.protocol.parser import parse
from app.rooms.outbox import Close, Outbox
from app.rooms.room import RESTARTING, Subscriber
from app.rooms.rooms import Rooms
from app.settings import Settings
from app.text import size_of
from app.web.limits import Bucket
from app.web.security import MAX_LINE, TOO_LONG

HELLO_TIMEOUT = 4408
FULL = 1013
FLOODED = 4429

_MESSAGES_PER_SECOND = 300.0
_BYTES_PER_SECOND = 1024 * 1024.0
_SECONDS_AT_ONCE = 2
_PATIENCE = 5
"""Seconds for which a page may exceed the rate limit before its connection is closed."""


def endpoint(rooms: Rooms, settings: Settings) -> Callable[[WebSocket], Awaitable[None]]:
    """The websocket endpoint of the application."""

    async def connect(websocket: WebSocket) -> None:
        await _serve(websocket, rooms, settings)

    return connect


async def explain_upgrade(request: Request) -> Response:
    """The answer of `/ws` to a plain request. A page that gets this, but no websocket, has a proxy in between.

    A page's POST has passed the same checks of host, origin and headers as its websocket.
    """
    if any(len(name) + len(value) > MAX_LINE for name, value in request.headers.raw):
        return PlainTextResponse(f"{TOO_LONG}\n", 431)
    why = "this address is for WebSockets; the request has no header 'Upgrade: websocket'"
    # the body is not read
    return PlainTextResponse(f"{why}\n", 426, {"Upgrade": "websocket", "Connection": "close", **_NOT_KEPT})


_NOT_KEPT = {"Cache-Control": "no-store"}


async def _serve(websocket: WebSocket, rooms: Rooms, settings: Settings) -> None:
    """Serve one page until it leaves."""
    await websocket.accept()
    address = websocket.client.host if websocket.client else ""
    refusal = rooms.admit(address)
    if refusal:
        await _refuse(websocket, refusal, RESTARTING if rooms.is_closing else FULL)
        return
    outbox = Outbox()
    sender = asyncio.create_task(_send_all(websocket, outbox))
    connection = _Connection(rooms, settings, outbox)
    try:
        async with asyncio.timeout(settings.hello_timeout) as waiting:
            while (text := await _receive(websocket)) is not None:
                connection.receive(text)
                if connection.is_flooding:
                    outbox.close(FLOODED, "too many messages")
                    await asyncio.wait([sender], timeout=1)
                    break
                if connection.subscriber and waiting.when() is not None:
                    waiting.reschedule(None)
    except TimeoutError:
        outbox.close(HELLO_TIMEOUT, "no hello received in time")
        await asyncio.wait([sender], timeout=1)
    finally:
        rooms.dismiss(address)
        if connection.subscriber:
            rooms.leave(connection.subscriber)
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sender


async def _refuse(websocket: WebSocket, why: str, code: int) -> None:
    text = encode_error([fault("full", why=why)], fatal=True)
    with contextlib.suppress(WebSocketDisconnect):
        await websocket.send_text(text)
        await websocket.close(code, why)


async def _receive(websocket: WebSocket) -> str | bytes | None:
    """The next message; None once the connection is closed."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        return None
    text: str | None = message.get("text")
    return message["bytes"] if text is None else text


async def _send_all(websocket: WebSocket, outbox: Outbox) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            item = await outbox.get()
            if isinstance(item, Close):
                if websocket.application_state is WebSocketState.CONNECTED:
                    await websocket.close(item.code, item.reason)
                return
            if isinstance(item, bytes):
                await websocket.send({"type": "websocket.send", "bytes": item})
            else:
                await websocket.send({"type": "websocket.send", "text": item})


class _Connection:
    """The state of one connection, and what follows from its next message."""

    def __init__(self, rooms: Rooms, settings: Settings, outbox: Outbox) -> None:
        self.subscriber: Subscriber | None = None
        self._rooms = rooms
        self._settings = settings
        self._outbox = outbox
        self._clock = asyncio.get_running_loop().time
        self._messages = Bucket(_MESSAGES_PER_SECOND, _MESSAGES_PER_SECOND * _SECONDS_AT_ONCE, self._clock)
        # the largest hello must fit, whatever its limit is set to
        at_once = max(_BYTES_PER_SECOND * _SECONDS_AT_ONCE, settings.hello_bytes)
        self._bytes = Bucket(_BYTES_PER_SECOND, at_once, self._clock)
        self._warned_at = -math.inf
        self._seconds_over = 0
        self.is_flooding = False

    def receive(self, text: str | bytes) -> None:
        """Carry out a message, or answer with what is wrong with it."""
        if not (self._messages.take() and self._bytes.take(size_of(text))):
            self._warn()
            return
        try:
            self._dispatch(text)
        except ProtocolError as error:
            self._outbox.put(encode_error(error.faults, error.id))

    def _warn(self) -> None:
        """Say, at most once a second, that the rate limit is exceeded; the message is ignored."""
        now = self._clock()
        if now - self._warned_at < 1:
            return
        self._seconds_over = self._seconds_over + 1 if now - self._warned_at < 2 else 1
        self.is_flooding = self._seconds_over > _PATIENCE
        self._warned_at = now
        expected = f"{_MESSAGES_PER_SECOND:.0f} messages and {_BYTES_PER_SECOND / 1024:.0f} KiB a second"
        why = f"too many messages; at most {expected} are read; wait a second"
        self._outbox.put(encode_error([fault("rate_limited", expected=expected, why=why)]))

    def _dispatch(self, text: str | bytes) -> None:
        if isinstance(text, bytes):
            why = "binary messages are not accepted; send text"
            raise ProtocolError([fault("binary", got=f"{len(text)} bytes", expected="text", why=why)])
        greeted = self.subscriber is not None
        command = parse(text, self._settings.message_bytes if greeted else self._settings.hello_bytes)
        if isinstance(command, Hello) == greeted:
            raise ProtocolError([_ALREADY_GREETED if greeted else _NOT_GREETED], command.id)
        if isinstance(command, Hello):
            self.subscriber = self._rooms.join(command, self._outbox)
        elif isinstance(command, Ping):
            self._outbox.put(encode(PongMessage(id=command.id)))
        elif self.subscriber:
            self._rooms.submit(self.subscriber, command)


_NOT_GREETED = Fault("not_greeted", "type", None, "hello", "hello must be the first message")
_ALREADY_GREETED = Fault("already_greeted", "type", "hello", "any other type", "hello must come only once")
