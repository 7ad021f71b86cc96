"""The front's side of the engine hosts: starts them, hands envelopes on, and replaces one that has died or hangs.

One process more than is needed stands by, so that a replacement is there at once. All processes are started by one
task, which tries again less and less often while that fails. A place that is empty gets no sessions.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Coroutine
from math import inf
from pathlib import Path
from typing import Protocol

from app.protocol.envelopes import Envelope, Kind, Unpacker, pack
from app.settings import Settings
from app.workers.heartbeat import BEAT_EVERY, SIZE, Pulse
from app.workers.scheduler import EngineHost
from numpy_playground import ENGINE_COMMAND

_log = logging.getLogger("playground")

_STOP_TIMEOUT = 2.0
_START_WITHIN = 60.0
_SPARE_AFTER = 2.0
"""Seconds after which a process is started to stand by: who has just come or come back has precedence."""

_SHORT_LIFE = 2.0
"""Seconds: a process that ends sooner counts as one that could not be started."""

FIRST_DELAY = 0.25
LONGEST_DELAY = 30.0
"""Seconds before a process is started again after one that could not be: the first time, and at most."""

_FORGIVEN_AFTER = 2 * LONGEST_DELAY
"""Seconds without a failure after which the delay begins from the first again."""

_ATTEMPTS = 2
"""How often processes are started before the server gives up, if none ever comes to work."""

_STARVED = 10
"""So many times as long a process may take that is kept from the processor by others."""

_MAX_WAITING = 4096
"""Commands that wait at most while a process is being replaced."""

_MOST_SAID = 2000
"""Characters that are kept of what a process writes before it works."""

Receive = Callable[[Envelope], None]


class EnginesError(RuntimeError):
    """Engine processes cannot be started; its text says why."""


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
        self.ready = asyncio.Event()
        """The process works, or it has gone."""
        self.lost = asyncio.Event()
        self._receive = receive
        self._unpacker = Unpacker()

    def data_received(self, data: bytes) -> None:
        for envelope in self._unpacker.feed(data):
            if envelope.kind is not Kind.READY:
                self._receive(envelope)
            else:
                self.ready.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()
        self.ready.set()


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
        self._since = self._began = asyncio.get_running_loop().time()
        self._spent = 0.0
        self._is_ended_here = False
        self._said = ""
        self.works = False
        """Whether it has come to take sessions."""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, settings: Settings, receive: Receive) -> "ProcessWorker":
        """Start a process. Raises OSError. The process comes last, so that whoever cancels this leaves none behind."""
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
            pulse = Pulse(shared)
            loop = asyncio.get_running_loop()
            transport, channel = await loop.create_connection(lambda: _Channel(receive), sock=here)
            undo.callback(transport.abort)
            ends = (there.fileno(), shared)
            process = await asyncio.create_subprocess_exec(
                *ENGINE_COMMAND,
                *map(str, ends),
                pass_fds=ends,
                env={**os.environ, **settings.as_environment()},
                stderr=asyncio.subprocess.PIPE,
            )
            undo.pop_all()
        return cls(process, transport, channel, pulse)

    async def until_ready(self) -> None:
        """Wait until it can take sessions. Raises EnginesError if it ends before, or takes too long."""
        try:
            async with asyncio.timeout(_START_WITHIN):
                await self._channel.ready.wait()
        except TimeoutError:
            self.kill()
            raise EnginesError(f"an engine process has not become ready within {_START_WITHIN:.0f} seconds") from None
        if self._channel.lost.is_set():
            code = await self.process.wait()
            await self._until_heard()
            raise EnginesError(_why(code, self._said))
        self.works = True
        self._hand_on(self._said)
        self._began = asyncio.get_running_loop().time()

    async def until_ended(self) -> None:
        """Wait until the process has gone, for whatever reason, and nothing of it is left."""
        await self._channel.lost.wait()
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_TIMEOUT)
        except TimeoutError:
            # it has closed the channel, but lives
            self.kill()
            await self.process.wait()
        await self._until_heard()

    async def _until_heard(self) -> None:
        """Wait until what the process has written last has been read."""
        await asyncio.wait([self._listening], timeout=_STOP_TIMEOUT)

    async def _listen(self) -> None:
        """Hand on what the process writes as errors; before it works, keep that for whoever says why it could not."""
        assert self.process.stderr is not None  # noqa: S101 - for the type checker
        while data := await self.process.stderr.read(_MOST_SAID):
            text = data.decode(errors="replace")
            if self.works:
                self._hand_on(text)
            else:
                self._said = (self._said + text)[-_MOST_SAID:]

    @staticmethod
    def _hand_on(text: str) -> None:
        # a process must not be held up because nobody reads what the server writes
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()

    @property
    def session(self) -> int:
        """The session that the process is doing something for, or was when it ended; 0 for none."""
        return self._pulse.read()[1]

    @property
    def was_ended_from_outside(self) -> bool:
        """Whether it has ended by a signal that other programs send, and not the front."""
        return not self._is_ended_here and self.process.returncode in {-signal.SIGKILL, -signal.SIGTERM}

    @property
    def lived(self) -> float:
        """Seconds since it could take sessions."""
        return asyncio.get_running_loop().time() - self._began

    def hangs(self, now: float, after: float) -> bool:
        """Whether the process has not done anything for `after` seconds. To be asked now and then, with the time."""
        count, _ = self._pulse.read()
        state, spent = _state_of(self.process.pid)
        if count != self._count:
            self._count, self._since, self._spent = count, now, spent
        if state in {"R", "D"} and spent - self._spent < after / 2:
            after *= _STARVED
        return now - self._since > after

    def send(self, envelope: Envelope) -> None:
        """Hand an envelope to the host."""
        self._transport.writelines(pack(envelope))

    def kill(self) -> None:
        """End the process at once."""
        self._is_ended_here = True
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def stop(self) -> None:
        """Close the channel, which ends the process; wait for it, but not for ever."""
        self._transport.close()
        await self.until_ended()


def _why(code: int, said: str) -> str:
    """Why a process has ended before it could work."""
    *_, last = ["", *filter(None, map(str.strip, said.splitlines()))]
    how = f"exit code {code}" if code >= 0 else f"signal {-code}"
    return f"{last} ({how})" if last else f"it ended at once ({how})"


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


class Workers:
    """All engine hosts of this server.

    `receive` is called with every envelope from any of them. `lost` is called with the index of a worker whose sessions
    are gone, as soon as it takes sessions again, or when it cannot be started, so that they have to go elsewhere; and
    with the number of the session that has ended it, or 0. Then `again` is called with every command that has come
    meanwhile; without it the same worker is given them.
    """

    def __init__(
        self,
        settings: Settings,
        receive: Receive,
        lost: Callable[[int, int], None],
        again: Receive | None = None,
    ) -> None:
        self._settings = settings
        self._receive = receive
        self._lost = lost
        self._again = again
        self._workers: list[Worker | None] = []
        self._spare: ProcessWorker | None = None
        self._processes: dict[ProcessWorker, asyncio.Task[None]] = {}
        """All that live, and what waits for their end."""
        self._losses: dict[int, int] = {}
        """Workers whose sessions have no place, and the session that has ended each, or 0."""
        self._waiting: dict[int, deque[Envelope]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._needed = asyncio.Event()
        self._settled = asyncio.Event()
        self._failures = 0
        self._is_failing = False
        self._failed_at = -inf
        self._error: EnginesError | None = None
        self._has_worked = False

    def __len__(self) -> int:
        return len(self._workers)

    @property
    def available(self) -> list[int]:
        """Those that take new sessions: those that are there, or all that will be in a moment."""
        there = [index for index, worker in enumerate(self._workers) if worker is not None]
        is_in_a_moment = not (self._is_failing or there) or not self._settled.is_set()
        return list(range(len(self._workers))) if is_in_a_moment else there

    @property
    def processes(self) -> list[int]:
        """The process ids of those that are processes of their own."""
        return [worker.process.pid for worker in self._workers if isinstance(worker, ProcessWorker)]

    @property
    def state(self) -> str:
        """One of `starting`, until it is clear which can be had; `ready`, while all are there; `degraded`."""
        if self._workers and None not in self._workers:
            return "ready"
        return "degraded" if self._settled.is_set() else "starting"

    # --- their life -----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to start as many as the settings ask for; `until_ready` waits for them."""
        if self._settings.workers == 0:
            self._workers = [InlineWorker(self._settings, self._receive)]
            self._settled.set()
            return
        self._workers = [None] * self._settings.workers
        # what is opened before they are there waits for them
        self._losses = dict.fromkeys(range(self._settings.workers), 0)
        self._do(self._keep_full())
        self._do(self._watch())

    async def until_ready(self) -> None:
        """Wait until all are there, or some, and it is clear that others cannot be. Raises EnginesError if none can."""
        await self._settled.wait()
        if self._error and not self._has_worked:
            raise self._error

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_full(self) -> None:
        """Start processes whenever some are missing: the only task that does."""
        while True:
            if None not in self._workers:
                await self._until_needed()
            await asyncio.sleep(max(0.0, self._failed_at + self._delay - asyncio.get_running_loop().time()))
            await self._start(self._workers.count(None) or int(self._spare is None))

    async def _until_needed(self) -> None:
        """Wait until a process ends, or until it is time for one that stands by."""
        self._settled.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SPARE_AFTER if self._spare is None else None):
                await self._needed.wait()
        self._needed.clear()

    async def _start(self, count: int) -> None:
        """Start so many processes at once."""
        tasks = [asyncio.create_task(self._start_one()) for _ in range(count)]
        try:
            errors = await asyncio.gather(*tasks, return_exceptions=True)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        error = next(filter(None, errors), None)
        self._is_failing = error is not None
        if error:
            self._note_failure()
            self._complain(error)

    async def _start_one(self) -> None:
        worker = await ProcessWorker.start(self._settings, self._receive)
        self._processes[worker] = asyncio.create_task(self._attend(worker))
        await worker.until_ready()
        self._has_worked = True
        if None in self._workers:
            self._workers[self._workers.index(None)] = worker
            self._find_places()
        else:
            self._spare = worker

    async def _attend(self, worker: ProcessWorker) -> None:
        """Be there when a process ends."""
        await worker.until_ended()
        del self._processes[worker]
        blamed = 0 if worker.was_ended_from_outside else worker.session
        if worker.works and worker.lived < _SHORT_LIFE and not blamed:
            # a session that ends its process is the business of those who know sessions
            self._note_failure()
        if worker is self._spare:
            self._spare = None
        elif worker in self._workers:
            self._replace(self._workers.index(worker), blamed)
        self._needed.set()

    def _replace(self, index: int, blamed: int) -> None:
        """Put the process that stands by, if there is one, in the place of one that has ended."""
        _log.warning("engine process %d has ended; another takes its place", index)
        self._losses[index] = blamed
        self._workers[index], self._spare = self._spare, None
        if self._workers[index] is not None:
            self._find_places()

    def _find_places(self, *, elsewhere: bool = False) -> None:
        """Let sessions that were lost go on where they were, as far as that can be; or `elsewhere`, with the others."""
        for index in list(self._losses):
            if self._workers[index] is None and not elsewhere:
                continue
            self._lost(index, self._losses.pop(index))
            if not self.available:
                # they still have no place
                self._losses[index] = 0
            for envelope in self._waiting.pop(index, ()):
                if self._again:
                    self._again(envelope)
                else:
                    self.send(index, envelope)

    # --- when it fails --------------------------------------------------------------------------------------------

    def _note_failure(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._failed_at > _FORGIVEN_AFTER:
            self._failures = 0
        self._failures += 1
        self._failed_at = now

    @property
    def _delay(self) -> float:
        """Seconds until the next attempt."""
        return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(self._failures - 1, 20))

    def _complain(self, error: BaseException) -> None:
        """A process could not be started: say so, and let its sessions go on elsewhere, if anywhere."""
        why = str(error) or type(error).__name__
        if self._has_worked or self._error:
            _log.warning("an engine process cannot be started: %s; next attempt in %.3g s", why, self._delay)
        if self._has_worked:
            self._settled.set()
            self._find_places(elsewhere=True)
        elif self._failures >= _ATTEMPTS:
            self._error = EnginesError(why)
            self._settled.set()

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
            return
        self._losses.setdefault(index, 0)
        if envelope.kind is Kind.COMMAND:
            self._waiting.setdefault(index, deque(maxlen=_MAX_WAITING)).append(envelope)

    async def stop(self) -> None:
        """End all of them, those that are just being started, too, and wait until they have ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for attending in self._processes.values():
            attending.cancel()
        inline = [worker.stop() for worker in self._workers if isinstance(worker, InlineWorker)]
        await asyncio.gather(*inline, *(process.stop() for process in self._processes))
