"""A wire on the loopback that can be cut, silently or with a bang, and healed."""

import asyncio
import contextlib
from typing import Literal, NamedTuple, Self


class Blockade(NamedTuple):
    """What something in between does to live connections, while it lets plain requests through.

    `end`: ends them without an answer. `strip`: passes the request on without its headers `Upgrade` and
    `Connection`, as nginx does unless it is told otherwise. `answer`: answers with `status`. `hang`: never answers.
    `hold`: lets the handshake through, and nothing of what the server sends then. `cut`: ends them right after the
    handshake.
    """

    how: Literal["end", "strip", "answer", "hang", "hold", "cut"]
    status: int = 0
    of_plain: bool = False
    """Whether plain requests to the address of live connections are answered in the same way."""


class Wire:
    """A relay to a port of this machine. `async with` opens it; `port` is its own.

    While it has a `blockade` it is like a proxy that knows requests, but no WebSockets.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self.blockade: Blockade | None = None
        self._target = target
        self._whole = asyncio.Event()
        self._whole.set()
        self._refuses = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        self._end_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """End all connections at once, and refuse new ones."""
        self._refuses = True
        self._end_all()

    def snap(self) -> None:
        """End all connections at once, but let new ones through."""
        self._end_all()

    def silence(self) -> None:
        """Let nothing through any more, without a word to anybody: as when a cable is pulled."""
        self._whole.clear()

    def heal(self) -> None:
        """Let everything through again."""
        self._refuses = False
        self._whole.set()

    def _end_all(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if not self._refuses:
                await self._relay(reader, writer)
        except (OSError, asyncio.CancelledError):
            # that is how a connection of a wire ends
            pass
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = b""
        if blockade := self.blockade:
            with contextlib.suppress(asyncio.IncompleteReadError):
                first = await reader.readuntil(_END_OF_HEAD)
            if b"upgrade: websocket" not in first.lower():
                # each request comes over a connection of its own, as live ones do by themselves
                first = _without_upgrade(first)
                blockade = blockade if blockade.of_plain and b" /ws" in first else None
        if blockade and blockade.how not in {"strip", "hold", "cut"}:
            await self._stop(blockade, reader, writer)
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        back.write(_without_upgrade(first) if blockade and blockade.how == "strip" else first)
        try:
            if blockade and blockade.how in {"hold", "cut"}:
                writer.write(await there.readuntil(_END_OF_HEAD))
                await writer.drain()
                if blockade.how == "hold":
                    await self._carry(reader, back)
                return
            ways = [asyncio.create_task(self._carry(*way)) for way in ((reader, back), (there, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                    with contextlib.suppress(asyncio.CancelledError, OSError):
                        await way
        finally:
            back.transport.abort()

    async def _stop(self, blockade: Blockade, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let a request go no further."""
        if blockade.how == "hang":
            await reader.read()
        elif blockade.how == "answer":
            head = f"HTTP/1.1 {blockade.status} No\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close"
            writer.write(head.encode() + _END_OF_HEAD + b"No")
            await writer.drain()
            writer.write_eof()
            # what is unread when a connection is closed takes the answer with it
            await reader.read()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._whole.wait()
            target.write(data)
            await target.drain()


_END_OF_HEAD = b"\r\n\r\n"


def _without_upgrade(head: bytes) -> bytes:
    """A request as a proxy passes it on that knows no other protocol."""
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"upgrade:", b"connection:"))]
    return b"\r\n".join([*lines[:1], b"Connection: close", *lines[1:]])
