"""One websocket from first to last: reads and checks what comes, sends what waits."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app import protocol
from app.outbox import Close, Outbox
from app.protocol import Fault, Hello, ProtocolError, fault
from app.rooms import Member, Rooms
from app.settings import Settings

HELLO_TIMEOUT = 4408
FULL = 1013


async def serve_connection(websocket: WebSocket, rooms: Rooms, settings: Settings) -> None:
    """Serve one page until it goes."""
    await websocket.accept()
    if rooms.is_full:
        await _turn_away(websocket, settings)
        return
    rooms.connections += 1
    outbox = Outbox()
    sender = asyncio.create_task(_send_all(websocket, outbox))
    connection = _Connection(rooms, settings, outbox)
    try:
        async with asyncio.timeout(settings.hello_timeout) as waiting:
            while (text := await _receive(websocket)) is not None:
                connection.take(text)
                if connection.member and waiting.when() is not None:
                    waiting.reschedule(None)
    except TimeoutError:
        outbox.close(HELLO_TIMEOUT, "no hello has come")
        await asyncio.wait([sender], timeout=1)
    finally:
        rooms.connections -= 1
        if connection.member:
            rooms.leave(connection.member)
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sender


async def _turn_away(websocket: WebSocket, settings: Settings) -> None:
    why = f"the server is full: {settings.max_sessions} sessions are open"
    text = protocol.encode_error([fault("full", allowed=f"{settings.max_sessions} sessions", why=why)], fatal=True)
    with contextlib.suppress(WebSocketDisconnect):
        await websocket.send_text(text)
        await websocket.close(FULL, why)


async def _receive(websocket: WebSocket) -> str | bytes | None:
    """The next message; None when there will be no more."""
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
    """What has been said so far, and what follows from the next message."""

    def __init__(self, rooms: Rooms, settings: Settings, outbox: Outbox) -> None:
        self.member: Member | None = None
        self._rooms = rooms
        self._settings = settings
        self._outbox = outbox

    def take(self, text: str | bytes) -> None:
        """Do what a message asks for, or answer what is wrong with it."""
        try:
            self._obey(text)
        except ProtocolError as error:
            self._outbox.put(protocol.encode_error(error.faults, error.id))

    def _obey(self, text: str | bytes) -> None:
        if isinstance(text, bytes):
            why = "binary messages are not read here; send text"
            raise ProtocolError([fault("binary", got=f"{len(text)} bytes", allowed="text", why=why)])
        greeted = self.member is not None
        command = protocol.parse(text, self._settings.message_bytes if greeted else self._settings.hello_bytes)
        if isinstance(command, Hello) == greeted:
            raise ProtocolError([_ALREADY_GREETED if greeted else _NOT_GREETED], command.id)
        if isinstance(command, Hello):
            self.member = self._rooms.join(command, self._outbox)
        elif self.member:
            self._rooms.submit(self.member, command, text)


_NOT_GREETED = Fault("not_greeted", "type", None, "hello", "hello must be the first message")
_ALREADY_GREETED = Fault("already_greeted", "type", "hello", None, "hello must come only once")
