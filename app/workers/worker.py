"""Where sessions run, seen from the front: a scheduler in a process of its own, or on the event loop itself."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from math import inf
from typing import Protocol

import psutil

from app.log import Relay, reason_of
from app.protocol.envelopes import Envelope, MessageKind, Unpacker, pack
from app.settings import Settings
from app.system import child_environment, kill
from app.workers.counts import Counted
from app.workers.heartbeat import SIZE, Heartbeat
from app.workers.meter import processor_time
from app.workers.scheduler import Scheduler
from numpy_playground import ENGINE_COMMAND

_START_WITHIN = 60.0
_STOP_WITHIN = 2.0

_STARVED = 10
"""How many times longer a process may be silent while other programs keep it from the processor."""

_RUNNABLE = {psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP}

_MOST_OUTPUT = 2000
"""Bytes kept of what a process writes before it is ready."""

Receive = Callable[[Envelope], None]


class EngineError(RuntimeError):
    """Engine processes cannot be started; its text says why."""


class Worker(Protocol):
    """A place where sessions run."""

    @property
    def is_working(self) -> bool:
        """Whether sessions get their turns there."""

    @property
    def counted(self) -> Counted:
        """What it has counted so far."""

    def send(self, envelope: Envelope) -> None:
        """Send an envelope to the scheduler."""

    async def stop(self) -> None:
        """End it, and wait until it has ended."""


class InlineWorker:
    """A scheduler on the event loop itself, for small machines and tests; it yields after every slice."""

    def __init__(self, settings: Settings, receive: Receive) -> None:
        self._scheduler = Scheduler(settings, receive, meter=processor_time)
        self._received: deque[Envelope] = deque()
        self._woken = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    @property
    def is_working(self) -> bool:
        """Whether its task runs."""
        return not self._task.done()

    @property
    def counted(self) -> Counted:
        """What the scheduler has counted so far."""
        return self._scheduler.counts.read()

    def send(self, envelope: Envelope) -> None:
        """Queue an envelope for the scheduler, which answers later, as a process would."""
        self._received.append(envelope)
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            while self._received:
                self._scheduler.receive(self._received.popleft())
            wait = self._scheduler.run_slice()
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


class _Connection(asyncio.Protocol):
    def __init__(self, receive: Receive) -> None:
        self.ready = asyncio.Event()
        """Set when the process is ready, or has ended."""
        self.lost = asyncio.Event()
        self.on_received: Callable[[], None] = lambda: None
        """Called after what has arrived together, which may have to be answered."""
        self._receive = receive
        self._unpacker = Unpacker()

    def data_received(self, data: bytes) -> None:
        for envelope in self._unpacker.feed(data):
            if envelope.kind is not MessageKind.READY:
                self._receive(envelope)
            else:
                self.ready.set()
        self.on_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()
        self.ready.set()


class ProcessWorker:
    """A scheduler in a process of its own."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        transport: asyncio.Transport,
        connection: _Connection,
        heartbeat: Heartbeat,
        relay: Relay,
    ) -> None:
        self.process = process
        self._transport = transport
        self._connection = connection
        # what is sent to pages in the next pass asks for more, all of which can leave at its end
        connection.on_received = self._flush_soon
        self._heartbeat = heartbeat
        self._count = 0
        self._since = self._began = asyncio.get_running_loop().time()
        self._unsent: list[bytes] = []
        self._is_flush_due = False
        self._used: float | None = None
        """Seconds of processor time at the first check without a heartbeat."""
        self._is_silent = False
        self._is_ended_here = False
        self._relay = relay
        self._output = b""
        self.is_ready = False
        """Whether it has ever taken sessions."""
        self._forwarding = asyncio.create_task(self._forward_stderr())

    @classmethod
    async def start(cls, settings: Settings, receive: Receive) -> "ProcessWorker":
        """Start a process. Raises OSError. The process is started last, so canceling this leaves none behind."""
        with contextlib.ExitStack() as opened:
            here, there = socket.socketpair()
            opened.callback(there.close)
            undo = opened.enter_context(contextlib.ExitStack())
            undo.callback(here.close)
            for end in (here, there):
                for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                    end.setsockopt(socket.SOL_SOCKET, option, 1024 * 1024)
            here.setblocking(False)  # noqa: FBT003 - that is its only form
            shared = _shared_file(SIZE)
            opened.callback(os.close, shared)
            heartbeat = Heartbeat(shared)
            loop = asyncio.get_running_loop()
            transport, connection = await loop.create_connection(lambda: _Connection(receive), sock=here)
            undo.callback(transport.abort)
            ends = (there.fileno(), shared)
            process = await asyncio.create_subprocess_exec(
                *ENGINE_COMMAND,
                *map(str, ends),
                pass_fds=ends,
                env=child_environment(settings),
                stderr=asyncio.subprocess.PIPE,
            )
            undo.pop_all()
        return cls(process, transport, connection, heartbeat, Relay(settings.log_format, _write_stderr))

    async def until_ready(self) -> None:
        """Wait until it can take sessions. Raises EngineError if it ends first or takes too long."""
        try:
            async with asyncio.timeout(_START_WITHIN):
                await self._connection.ready.wait()
        except TimeoutError:
            self.kill()
            raise EngineError(f"an engine process was not ready within {_START_WITHIN:.0f} seconds") from None
        if self._connection.lost.is_set():
            code = await self.process.wait()
            await self._drain_stderr()
            raise EngineError(_why(code, self._output))
        self.is_ready = True
        self._relay.feed(self._output)
        self._began = asyncio.get_running_loop().time()

    async def until_ended(self) -> None:
        """Wait until the process has ended, for whatever reason, and its output has been read."""
        await self._connection.lost.wait()
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_WITHIN)
        except TimeoutError:
            # it has closed the connection but is still running
            self.kill()
            await self.process.wait()
        await self._drain_stderr()

    async def _drain_stderr(self) -> None:
        """Wait until the last output of the process has been read."""
        await asyncio.wait([self._forwarding], timeout=_STOP_WITHIN)

    async def _forward_stderr(self) -> None:
        """Pass on its standard error; what comes before the process is ready is kept, to explain a failure."""
        assert self.process.stderr is not None  # noqa: S101 - for the type checker
        while data := await self.process.stderr.read(_MOST_OUTPUT):
            if self.is_ready:
                self._relay.feed(data)
            else:
                self._output = (self._output + data)[-_MOST_OUTPUT:]
        self._relay.close()

    @property
    def is_working(self) -> bool:
        """Whether it is connected and was not found to hang. One that starves counts as hanging, though it is kept."""
        return not (self._connection.lost.is_set() or self._is_silent)

    @property
    def counted(self) -> Counted:
        """What the process has counted so far, or until it ended."""
        return self._heartbeat.counts.read()

    @property
    def session(self) -> int:
        """The session that the process is working for, or was when it ended; 0 for none."""
        return self._heartbeat.read()[1]

    @property
    def was_ended_from_outside(self) -> bool:
        """Whether a signal from another program, not from the front, ended it."""
        return not self._is_ended_here and self.process.returncode in {-signal.SIGKILL, -signal.SIGTERM}

    @property
    def lifetime(self) -> float:
        """Seconds since it was ready."""
        return asyncio.get_running_loop().time() - self._began

    def hangs(self, now: float, after: float) -> bool:
        """Whether the process has not done anything for `after` seconds. To be asked regularly, with the time.

        A process that other programs keep from the processor gets longer.
        """
        count, _ = self._heartbeat.read()
        if count != self._count:
            self._count, self._since, self._used = count, now, None
            self._is_silent = False
            return False
        self._is_silent = now - self._since > after
        state, used = _usage_of(self.process.pid)
        if self._used is None:
            self._used = used
        if state in _RUNNABLE and used - self._used < after / 2:
            after *= _STARVED
        return now - self._since > after

    def send(self, envelope: Envelope) -> None:
        """Send an envelope to the scheduler, in one piece with all others of this pass of the event loop."""
        self._unsent += pack(envelope)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._is_flush_due:
            self._is_flush_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flush_due = False
        if self._unsent:
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def kill(self) -> None:
        """End the process at once."""
        self._is_ended_here = True
        kill(self.process)

    async def stop(self) -> None:
        """Close the connection, which ends the process, and wait until it has ended or has to be killed."""
        self._transport.close()
        await self.until_ended()


def _write_stderr(text: str) -> None:
    # a process must not be blocked because the server's output is not read
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _why(code: int, output: bytes) -> str:
    """Why a process has ended before it was ready."""
    last = reason_of(output.decode(errors="replace"))
    how = f"exit code {code}" if code >= 0 else f"signal {-code}"
    return f"{last} ({how})" if last else f"it ended at once ({how})"


def _shared_file(size: int) -> int:
    """The descriptor of a file in memory, or of an unnamed file where the system has none."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("heartbeat")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, size)
    return descriptor


def _usage_of(pid: int) -> tuple[str, float]:
    """The status of a process, one of psutil's, and the processor time it has used, in seconds; "" and 0 if unknown."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            return process.status(), times.user + times.system
    except (psutil.Error, OSError):
        return "", 0.0
