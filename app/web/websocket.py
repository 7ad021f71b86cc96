"""The life of one websocket: receives and checks commands, sends what its outbox holds."""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.classroom.codes import CODE_LENGTH, normalize
from app.classroom.rights import Situation, refusal
from app.protocol.class_commands import ClassCommand, Join
from app.protocol.commands import Ack, Command, Hello, Ping
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import PongMessage, encode, encode_error
from app.protocol.parser import OF_CLASS, OF_SESSION, CommandSet, parse
from app.rooms.class_handlers import carry_out, refuse
from app.rooms.classes import Classes
from app.rooms.live_class import LiveClass
from app.rooms.member import Member
from app.rooms.outbox import Close, Outbox
from app.rooms.room import RESTARTING, Subscriber
from app.rooms.rooms import Rooms
from app.rooms.tally import Reject, Rejected, Tally, kind_of
from app.settings import Settings
from app.text import sanitize, size_of
from app.web.limits import HIGH_WATER, SHORTCUT, Bucket, LimitedWebSocket
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
    """The endpoint of pages that are in no class."""

    async def connect(websocket: WebSocket) -> None:
        await _serve(websocket, rooms, settings, lambda outbox: _Page(rooms, outbox))

    return connect


def class_endpoint(classes: Classes, rooms: Rooms, settings: Settings) -> Callable[[WebSocket, str], Awaitable[None]]:
    """The endpoint of pages in the class whose code the path names."""

    async def connect(websocket: WebSocket, code: str) -> None:
        await _serve(websocket, rooms, settings, lambda outbox: _ClassPage(classes, code, outbox, rooms.tally.reject))

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


async def _serve(websocket: WebSocket, rooms: Rooms, settings: Settings, page_of: Callable[[Outbox], "_Peer"]) -> None:
    """Serve one page until it leaves."""
    await websocket.accept()
    address = websocket.client.host if websocket.client else ""
    refusal = rooms.admit(address)
    if refusal:
        rooms.tally.turned_away += not rooms.is_closing
        await _refuse(websocket, refusal, RESTARTING if rooms.is_closing else FULL)
        return
    outbox = Outbox(rooms.tally, asyncio.get_running_loop().time)
    shortcut: LimitedWebSocket | None = websocket.scope.get("extensions", {}).get(SHORTCUT)
    sending = _Direct(outbox, shortcut).until_closed(websocket) if shortcut else _send_all(websocket, outbox)
    sender = asyncio.create_task(sending)
    peer = page_of(outbox)
    connection = _Connection(peer, settings, outbox, rooms.tally)
    if shortcut:
        shortcut.on_short_text = connection.receive_at_once
    try:
        async with asyncio.timeout(settings.hello_timeout) as waiting:
            while (text := await _receive(websocket)) is not None:
                await connection.receive(text)
                if connection.is_flooding:
                    outbox.close(FLOODED, "too many messages")
                    await asyncio.wait([sender], timeout=1)
                    break
                if peer.is_expected and waiting.when() is not None:
                    waiting.reschedule(None)
    except TimeoutError:
        outbox.close(HELLO_TIMEOUT, "no hello received in time")
        await asyncio.wait([sender], timeout=1)
    finally:
        if shortcut:
            shortcut.end_shortcut()
        rooms.dismiss(address)
        peer.leave()
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
                await _close(websocket, item)
                return
            if isinstance(item, bytes):
                await websocket.send({"type": "websocket.send", "bytes": item})
            else:
                await websocket.send({"type": "websocket.send", "text": item})


async def _close(websocket: WebSocket, close: Close) -> None:
    if websocket.application_state is WebSocketState.CONNECTED:
        await websocket.close(close.code, close.reason)


class _Direct:
    """Sends what an outbox holds whenever the peer reads: all that has come in one pass of the event loop at once."""

    def __init__(self, outbox: Outbox, shortcut: LimitedWebSocket) -> None:
        self._outbox = outbox
        self._shortcut = shortcut
        self._loop = asyncio.get_running_loop()
        self._close: asyncio.Future[Close] = self._loop.create_future()
        self._is_due = False
        outbox.on_filled = shortcut.on_writable = self._wake

    async def until_closed(self, websocket: WebSocket) -> None:
        """Wait until all has been sent and the connection is to be closed, and close it."""
        close = await self._close
        with contextlib.suppress(WebSocketDisconnect):
            await _close(websocket, close)

    def _wake(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._send)

    def _send(self) -> None:
        self._is_due = False
        while self._shortcut.is_writable and (batch := self._next_batch()):
            self._shortcut.write(batch)

    def _next_batch(self) -> list[str | bytes]:
        batch: list[str | bytes] = []
        size = 0
        while size < HIGH_WATER and (item := self._outbox.take()) is not None:
            if isinstance(item, Close):
                if not self._close.done():
                    self._close.set_result(item)
                break
            batch.append(item)
            size += len(item)
        return batch


class _Peer(Protocol):
    """What a connection is for."""

    known: CommandSet
    """What it may send."""

    @property
    def is_joined(self) -> bool:
        """Whether it has joined what it is about; if not, its commands are for `join`."""

    @property
    def is_greeted(self) -> bool:
        """Whether its hello has come, which may be long."""

    @property
    def is_expected(self) -> bool:
        """Whether it has done what must be done in time."""

    async def join(self, command: Command) -> None:
        """Join with a command, or carry out one that may come before. Raises ProtocolError if it is refused."""

    def receive(self, command: Command) -> None:
        """Carry out a command. Raises ProtocolError if it is refused."""

    def leave(self) -> None:
        """The connection has ended."""


class _Page:
    """A page that is in no class."""

    known = OF_SESSION
    is_joined = True

    def __init__(self, rooms: Rooms, outbox: Outbox) -> None:
        self._rooms = rooms
        self._outbox = outbox
        self._subscriber: Subscriber | None = None

    @property
    def is_greeted(self) -> bool:
        return self._subscriber is not None

    is_expected = is_greeted

    async def join(self, command: Command) -> None:
        """There is nothing to join."""

    def receive(self, command: Command) -> None:
        if isinstance(command, Hello) == self.is_greeted:
            raise ProtocolError([_ALREADY_GREETED if self.is_greeted else _NOT_GREETED], command.id)
        if isinstance(command, Hello):
            self._subscriber = self._rooms.join(command, self._outbox)
        elif isinstance(command, Ping):
            self._outbox.put(encode(PongMessage(id=command.id)))
        elif self._subscriber:
            self._rooms.submit(self._subscriber, command)

    def leave(self) -> None:
        if self._subscriber:
            self._rooms.leave(self._subscriber)


_CODES = f"{CODE_LENGTH} letters and digits"


class _ClassPage:
    """A page in a class: it joins first, and says hello then, unless it is a screen."""

    known = OF_CLASS

    def __init__(self, classes: Classes, code: str, outbox: Outbox, reject: Reject) -> None:
        self._classes = classes
        self._asked = code
        self._code = normalize(code)
        self._outbox = outbox
        self._reject = reject
        self._joined: tuple[LiveClass, Member] | None = None
        self._misses = 0
        self.is_expected = False

    @property
    def is_greeted(self) -> bool:
        return self._joined is not None and (self._joined[1].hello is not None or self._joined[1].role == "screen")

    @property
    def is_joined(self) -> bool:
        return self._joined is not None

    def receive(self, command: Command) -> None:
        assert self._joined  # noqa: S101 - for the type checker
        live, member = self._joined
        if member not in live.members:
            # it was told that it is over, and is about to be closed
            return
        if why := refuse(live, member, command):
            raise ProtocolError([why], command.id)
        if isinstance(command, Hello):
            if member.hello is not None:
                raise ProtocolError([_ALREADY_GREETED], command.id)
            live.greet(member, command)
        elif isinstance(command, Ping):
            self._outbox.put(encode(PongMessage(id=command.id)))
        elif isinstance(command, ClassCommand):
            carry_out(live, member, command)
        else:
            live.submit(member, command)

    async def join(self, command: Command) -> None:
        if isinstance(command, Ping):
            # somebody who takes their time to choose a name
            self._outbox.put(encode(PongMessage(id=command.id)))
            return
        if not isinstance(command, Join):
            raise ProtocolError([refusal(command.type, Situation(None)) or _NOT_GREETED], command.id)
        if self._code is None:
            why = f"the address names no class: a code is {_CODES}"
            raise ProtocolError([fault("bad_text", "code", sanitize(self._asked), _CODES, why)], command.id)
        try:
            self._joined = await self._classes.join(self._code, command, self._outbox)
            self.is_expected = True
        except ProtocolError as error:
            self._misses += error.faults[0].code in {"no_such_class", "wrong_secret", "rate_limited"}
            if self._misses >= _MOST_MISSES or error.faults[0].code == "rate_limited":
                self._reject(kind_of(error.faults[0]))
                self._outbox.put(encode_error(error.faults, command.id, fatal=True))
                self._outbox.close(FLOODED, "too many wrong codes")
                return
            raise ProtocolError(error.faults, command.id) from None

    def leave(self) -> None:
        if self._joined:
            self._classes.leave(*self._joined)


_MOST_MISSES = 5
"""Wrong codes and secrets of one connection before it is closed."""


class _Connection:
    """The state of one connection, and what follows from its next message."""

    def __init__(self, peer: _Peer, settings: Settings, outbox: Outbox, tally: Tally) -> None:
        self._peer = peer
        self._settings = settings
        self._outbox = outbox
        self._tally = tally
        self._clock = asyncio.get_running_loop().time
        self._messages = Bucket(_MESSAGES_PER_SECOND, _MESSAGES_PER_SECOND * _SECONDS_AT_ONCE, self._clock)
        # the largest hello must fit, whatever its limit is set to
        at_once = max(_BYTES_PER_SECOND * _SECONDS_AT_ONCE, settings.hello_bytes)
        self._bytes = Bucket(_BYTES_PER_SECOND, at_once, self._clock)
        self._warned_at = -math.inf
        self._seconds_over = 0
        self.is_flooding = False

    async def receive(self, text: str | bytes) -> None:
        """Carry out a message, or answer with what is wrong with it."""
        command = self._accept(text)
        if command is None:
            return
        if self._peer.is_joined:
            self._carry_out(command)
            return
        try:
            await self._peer.join(command)
        except ProtocolError as error:
            self._answer(error.faults, command.id)
        else:
            self._count(command)

    def receive_at_once(self, text: bytes) -> bool:
        """The same for a message that nothing has to wait for. Returns whether it is one."""
        if self.is_flooding or not self._peer.is_greeted or not text.isascii():
            return False
        command = self._accept(text.decode())
        if command is not None:
            self._carry_out(command)
        return True

    def _accept(self, text: str | bytes) -> Command | None:
        """The command of a message; None if it is refused, which the page is told."""
        if not (self._messages.take() and self._bytes.take(size_of(text))):
            self._tally.reject(Rejected.FLOOD)
            self._warn()
            return None
        limit = self._settings.message_bytes if self._peer.is_greeted else self._settings.hello_bytes
        try:
            return _read(text, limit, self._peer.known)
        except ProtocolError as error:
            self._answer(error.faults, error.id)
            return None

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, Hello) and not self._peer.is_greeted:
            self._outbox.content = command.has
        try:
            self._peer.receive(command)
        except ProtocolError as error:
            self._answer(error.faults, command.id)
        else:
            self._count(command)

    def _answer(self, faults: Sequence[Fault], number: int | None) -> None:
        """Say what is wrong with the message of an id."""
        self._tally.reject(kind_of(faults[0]))
        self._outbox.put(encode_error(faults, number))

    def _count(self, command: Command) -> None:
        self._tally.commands += not isinstance(command, _ROUTINE)

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


def _read(text: str | bytes, limit: int, known: CommandSet) -> Command:
    if isinstance(text, bytes):
        why = "binary messages are not accepted; send text"
        raise ProtocolError([fault("binary", got=f"{len(text)} bytes", expected="text", why=why)])
    return parse(text, limit, known)


_ROUTINE = (Ack, Ping)

_NOT_GREETED = Fault("not_greeted", "type", None, "hello", "hello must be the first message")
_ALREADY_GREETED = Fault("already_greeted", "type", "hello", "any other type", "hello must come only once")
