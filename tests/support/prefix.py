"""A reverse proxy that serves a server of this machine under a path, as hubs of notebooks do."""

import asyncio
import contextlib
import threading
from typing import Self

from tests.support.client import PATIENCE

PREFIX = "/user/x/proxy/8000/"


class PrefixProxy:
    """Passes requests for paths under `prefix` on without it, as long as the context lasts; all others are `strays`."""

    def __init__(self, target: int, prefix: str = PREFIX) -> None:
        self.prefix = prefix
        self.port = 0
        self.strays: list[str] = []
        self._target = target
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    @property
    def address(self) -> str:
        """The URL of the playground behind it."""
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request, or one websocket as long as it is open."""
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                head = await reader.readuntil(b"\r\n\r\n")
                method, target, rest = head.decode("latin-1").split(" ", 2)
                if target.startswith(self.prefix):
                    await self._relay(f"{method} {target[len(self.prefix) - 1 :]} {rest}", reader, writer)
                else:
                    self.strays.append(target)
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    await writer.drain()
        finally:
            writer.close()

    async def _relay(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "upgrade: websocket" not in head.lower():
            # each connection is for one request, since only its head is read
            lines = [line for line in head.split("\r\n") if not line.lower().startswith("connection:")]
            head = "\r\n".join([lines[0], "Connection: close", *lines[1:]])
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            back.write(head.encode("latin-1"))
            ways = [asyncio.ensure_future(_carry(*way)) for way in ((reader, back), (there, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
        finally:
            back.close()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
