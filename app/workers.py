"""The front's side of the engine hosts: starts them, hands envelopes on, and replaces one that has died or hangs.

One process more than is needed stands by, so that a replacement is there at once.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import fields
from math import inf
from pathlib import Path
from typing import Protocol

from app.channel import Envelope, Kind, Unpacker, pack
from app.host import EngineHost
from app.pulse import BEAT_EVERY, SIZE, Pulse
from app.settings import PREFIX, Settings

_log = logging.getLogger("playground")

_MAX_RESTART_DELAY = 2.0
_STOP_TIMEOUT = 2.0
_START_WITHIN = 30.0
_SPARE_AFTER = 2.0
"""Seconds after which a process is started to stand by: who has just come or come back has precedence."""

_STARVED = 10
"""So many times as long a process may take that is kept from the processor by others."""

_MAX_WAITING = 4096
"""Commands that wait at most while a process is being replaced."""

ENGINE = (sys.executable, "-m", "app.worker")
"""The command that starts an engine process; two descriptors are its last arguments."""

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
    def __init__(self, receive: Receive) -> None:
        self.lost: Callable[[], None] = lambda: None
        self._receive = receive
        self._unpacker = Unpacker()

    def data_received(self, data: bytes) -> None:
        for envelope in self._unpacker.feed(data):
            self._receive(envelope)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost()


class ProcessWorker:
    """A host in a process of its own."""

    def __init__(
        self, process: asyncio.subprocess.Process, transport: asyncio.Transport, channel: _Channel, pulse: Pulse
    ) -> None:
        self.process = process
        self._transport = transport
        self._channel = channel
        self._pulse = pulse
        self._count = 0
        self._since = asyncio.get_running_loop().time()
        self._spent = 0.0

    @classmethod
    async def start(cls, settings: Settings, receive: Receive) -> "ProcessWorker":
        """Start a process."""
        here, there = socket.socketpair()
        for end in (here, there):
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                end.setsockopt(socket.SOL_SOCKET, option, 1024 * 1024)
        here.setblocking(False)  # noqa: FBT003 - that is its only form
        root = str(Path(__file__).parents[1])
        environment = {**os.environ, **_as_environment(settings), "PYTHONPATH": _prepend(root, "PYTHONPATH")}
        shared = _shared_file(SIZE)
        try:
            pulse = Pulse(shared)
            with there:
                ends = [there.fileno(), shared]
                command = (*ENGINE, *map(str, ends))
                process = await asyncio.create_subprocess_exec(*command, pass_fds=ends, env=environment)
        finally:
            os.close(shared)
        loop = asyncio.get_running_loop()
        transport, channel = await loop.create_connection(lambda: _Channel(receive), sock=here)
        return cls(process, transport, channel, pulse)

    def when_lost(self, lost: Callable[[], None]) -> None:
        """Say what is to be called, once, when the process has gone, for whatever reason."""
        self._channel.lost = lost
        if self._transport.is_closing():
            lost()

    @property
    def session(self) -> int:
        """The session that the process is doing, or has last been doing something for; 0 for none."""
        return self._pulse.read()[1]

    def hangs(self, now: float, after: float) -> bool:
        """Whether the process has not done anything for `after` seconds. To be asked now and then, with the time."""
        count, _ = self._pulse.read()
        state, spent = _state_of(self.process.pid)
        if count != self._count:
            self._count, self._since, self._spent = count, now, spent
        if count == 0:
            after = _START_WITHIN
        elif state in {"R", "D"} and spent - self._spent < after / 2:
            after *= _STARVED
        return now - self._since > after

    def send(self, envelope: Envelope) -> None:
        """Hand an envelope to the host."""
        self._transport.writelines(pack(envelope))

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def stop(self) -> None:
        """Close the channel, which ends the process; wait for it, but not for ever."""
        self._transport.close()
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_TIMEOUT)
        except TimeoutError:
            self.kill()
            await self.process.wait()


def _shared_file(size: int) -> int:
    """The descriptor of a file in memory; where there are none, of one that has no name."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("pulse")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, size)
    return descriptor


def _state_of(pid: int) -> tuple[str, float]:
    """The state of a process, as in /proc, and the seconds of processor time that it has used; "" and 0 if unknown."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", 0.0
    return state, (int(rest[10]) + int(rest[11])) / os.sysconf("SC_CLK_TCK")


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
    and which is ready for new ones, and with the number of the session that it was working for then, or 0.
    """

    def __init__(self, settings: Settings, receive: Receive, lost: Callable[[int, int], None]) -> None:
        self._settings = settings
        self._receive = receive
        self._lost = lost
        self._workers: list[Worker | None] = []
        self._spare: ProcessWorker | None = None
        self._waiting: dict[int, deque[Envelope]] = {}
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()

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
        self._do(self._stand_by())
        self._do(self._watch())

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, index: int) -> None:
        """Put a process in its place: the one that stands by, or a new one."""
        worker, self._spare = self._spare, None
        if worker is None:
            worker = await ProcessWorker.start(self._settings, self._receive)
        self._workers[index] = worker
        started = asyncio.get_running_loop().time()

        def lost() -> None:
            self._workers[index] = None
            if self._stopping:
                return
            lived = asyncio.get_running_loop().time() - started
            # one that dies as soon as it is there is not replaced in a tight circle
            self._do(self._replace(index, worker.session, max(0.0, _MAX_RESTART_DELAY - lived) / 4))

        worker.when_lost(lost)

    async def _replace(self, index: int, session: int, delay: float) -> None:
        _log.warning("engine process %d has ended; another takes its place", index)
        await asyncio.sleep(delay)
        await self._start(index)
        self._lost(index, session)
        for envelope in self._waiting.pop(index, ()):
            self.send(index, envelope)
        await self._stand_by()

    async def _stand_by(self) -> None:
        """Start a process for the case that one of the others dies."""
        await asyncio.sleep(_SPARE_AFTER)
        if self._spare is None:
            spare = await ProcessWorker.start(self._settings, self._receive)

            def lost() -> None:
                self._spare = None

            self._spare = spare
            spare.when_lost(lost)

    async def _watch(self) -> None:
        """End processes that hang; what follows is the same as if they had died."""
        loop, after = asyncio.get_running_loop(), self._settings.hang_after
        while True:
            before = loop.time()
            await asyncio.sleep(BEAT_EVERY)
            if loop.time() - before > 2 * BEAT_EVERY:
                # it was this process that stood still
                continue
            for index, worker in enumerate(self._workers):
                if isinstance(worker, ProcessWorker) and worker.hangs(loop.time(), after):
                    _log.warning("engine process %d hangs and is ended", index)
                    worker.kill()

    def send(self, index: int, envelope: Envelope) -> None:
        """Hand an envelope to a worker. While it is being replaced, commands wait; all else is made anew with it."""
        worker = self._workers[index]
        if worker is not None:
            worker.send(envelope)
        elif envelope.kind is Kind.COMMAND:
            self._waiting.setdefault(index, deque(maxlen=_MAX_WAITING)).append(envelope)

    async def stop(self) -> None:
        """End them all."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(worker.stop() for worker in (*self._workers, self._spare) if worker is not None))
