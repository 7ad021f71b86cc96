"""A wire on the loopback that can be cut, silently or with a bang, and healed."""

import asyncio
import contextlib
from typing import Self


class Wire:
    """A relay to a port of this machine. `async with` opens it; `port` is its own.

    While `lets_websockets` is false it is like a proxy that knows requests, but no WebSockets.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self.lets_websockets = True
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
        if not self.lets_websockets:
            # a browser makes a connection of its own for each
            with contextlib.suppress(asyncio.IncompleteReadError):
                first = await reader.readuntil(b"\r\n\r\n")
            if b"upgrade: websocket" in first.lower():
                return
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        back.write(first)
        try:
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

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._whole.wait()
            target.write(data)
            await target.drain()
