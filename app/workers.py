"""The front's side of the engine hosts: starts them, hands envelopes on, and replaces one that has died."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import fields
from math import inf
from pathlib import Path
from typing import Protocol

from app.channel import Envelope, Unpacker, pack
from app.host import EngineHost
from app.settings import PREFIX, Settings

_log = logging.getLogger("playground")

_MAX_RESTART_DELAY = 2.0
_STOP_TIMEOUT = 2.0

Receive = Callable[[Envelope], None]


class Worker(Protocol):
    """A place where sessions run."""

    def send(self, envelope: Envelope) -> None:
        """Hand an envelope to the host."""

    async def stop(self) -> None:
        """End it, and wait until it has ended."""


class InlineWorker:
    """A host on the event loop itself, for small machines and tests; it gives way after every slice."""

    def __init__(self, settings: Settings, receive: Receive) -> None:
        self._host = EngineHost(settings, receive)
        self._received: deque[Envelope] = deque()
        self._woken = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def send(self, envelope: Envelope) -> None:
        """Hand an envelope to the host, which answers later, as a process would."""
        self._received.append(envelope)
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            while self._received:
                self._host.receive(self._received.popleft())
            wait = self._host.run_slice()
            if wait == 0:
                await asyncio.sleep(0)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), None if wait == inf else wait)

    async def stop(self) -> None:
        """End the task."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


class _Channel(asyncio.Protocol):
    def __init__(self, receive: Receive, lost: Callable[[], None]) -> None:
        self._receive = receive
        self._lost = lost
        self._unpacker = Unpacker()

    def data_received(self, data: bytes) -> None:
        for envelope in self._unpacker.feed(data):
            self._receive(envelope)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()


class ProcessWorker:
    """A host in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, transport: asyncio.Transport) -> None:
        self.process = process
        self._transport = transport

    @classmethod
    async def start(cls, settings: Settings, receive: Receive, lost: Callable[[], None]) -> "ProcessWorker":
        """Start a process; `lost` is called once when it has gone, for whatever reason."""
        here, there = socket.socketpair()
        for end in (here, there):
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                end.setsockopt(socket.SOL_SOCKET, option, 1024 * 1024)
        here.setblocking(False)  # noqa: FBT003 - that is its only form
        root = str(Path(__file__).parents[1])
        environment = {**os.environ, **_as_environment(settings), "PYTHONPATH": _prepend(root, "PYTHONPATH")}
        with there:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app.worker", str(there.fileno()), pass_fds=[there.fileno()], env=environment
            )
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: _Channel(receive, lost), sock=here)
        return cls(process, transport)

    def send(self, envelope: Envelope) -> None:
        """Hand an envelope to the host."""
        self._transport.writelines(pack(envelope))

    async def stop(self) -> None:
        """Close the channel, which ends the process; wait for it, but not for ever."""
        self._transport.close()
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_TIMEOUT)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


def _as_environment(settings: Settings) -> dict[str, str]:
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    return {
        PREFIX + name.upper(): ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


def _prepend(path: str, variable: str) -> str:
    return os.pathsep.join([path, *filter(None, [os.environ.get(variable)])])


class Workers:
    """All engine hosts of this server.

    `receive` is called with every envelope from any of them; `lost` with the index of a worker whose sessions are gone
    and which is ready for new ones.
    """

    def __init__(self, settings: Settings, receive: Receive, lost: Callable[[int], None]) -> None:
        self._settings = settings
        self._receive = receive
        self._lost = lost
        self._workers: list[Worker | None] = []
        self._stopping = False
        self._restarts: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._workers)

    @property
    def processes(self) -> list[int]:
        """The process ids of those that are processes of their own."""
        return [worker.process.pid for worker in self._workers if isinstance(worker, ProcessWorker)]

    async def start(self) -> None:
        """Start as many as the settings ask for."""
        if self._settings.workers == 0:
            self._workers = [InlineWorker(self._settings, self._receive)]
            return
        self._workers = [None] * self._settings.workers
        await asyncio.gather(*(self._start(index) for index in range(self._settings.workers)))

    async def _start(self, index: int) -> None:
        started = asyncio.get_running_loop().time()

        def lost() -> None:
            self._workers[index] = None
            if not self._stopping:
                lived = asyncio.get_running_loop().time() - started
                task = asyncio.create_task(self._restart(index, max(0.0, _MAX_RESTART_DELAY - lived) / 4))
                self._restarts.add(task)
                task.add_done_callback(self._restarts.discard)

        worker = await ProcessWorker.start(self._settings, self._receive, lost)
        self._workers[index] = worker

    async def _restart(self, index: int, delay: float) -> None:
        _log.warning("engine process %d has ended; starting another", index)
        # one that dies as soon as it is there is not replaced in a tight circle
        await asyncio.sleep(delay)
        await self._start(index)
        self._lost(index)

    def send(self, index: int, envelope: Envelope) -> None:
        """Hand an envelope to a worker; while it is being replaced, envelopes are lost, as its sessions are."""
        worker = self._workers[index]
        if worker is not None:
            worker.send(envelope)

    async def stop(self) -> None:
        """End them all."""
        self._stopping = True
        for task in self._restarts:
            task.cancel()
        await asyncio.gather(*(worker.stop() for worker in self._workers if worker is not None))
