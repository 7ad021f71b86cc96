"""The pool of engine processes: starts them, passes envelopes on, and replaces a process that has died or hangs.

One spare process stands by, so that a replacement is ready at once. A single task starts all processes, with growing
delays while starting fails. A slot without a process gets no sessions.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from math import inf

from app.protocol.envelopes import Envelope, MessageKind
from app.settings import Settings
from app.workers.counts import Counted
from app.workers.heartbeat import HEARTBEAT_INTERVAL
from app.workers.worker import EngineError, InlineWorker, ProcessWorker, Receive, Worker

_log = logging.getLogger("playground")

_SPARE_AFTER = 2.0
"""Seconds before the spare process is started: pages that connect or reconnect come first."""

_SHORT_LIFE = 2.0
"""Seconds; a process that ends sooner counts as one that could not be started."""

FIRST_DELAY = 0.25
LONGEST_DELAY = 30.0
"""Seconds before the next attempt after a process could not be started: the first delay, and the longest."""

_FORGIVEN_AFTER = 2 * LONGEST_DELAY
"""Seconds without a failure after which the delay starts from the first again."""

_ATTEMPTS = 2
"""How often processes are started before the server gives up, if none has ever become ready."""

_MAX_WAITING = 4096
"""How many commands may wait while a process is being replaced."""


class WorkerPool:
    """All workers of this server, each in a slot with a fixed index."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._receive: Receive = _ignore
        self._lost: Callable[[int, int], None] = _ignore
        self._resubmit: Receive | None = None
        self._workers: list[Worker | None] = []
        self._spare: ProcessWorker | None = None
        self._processes: dict[ProcessWorker, asyncio.Task[None]] = {}
        """All running processes, with the task that waits for the end of each."""
        self._losses: dict[int, int] = {}
        """Slots whose sessions were lost, with the session that crashed each, or 0."""
        self._waiting: dict[int, deque[Envelope]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._needed = asyncio.Event()
        self._settled = asyncio.Event()
        self._failures = 0
        self._is_failing = False
        self._failed_at = -inf
        self._error: EngineError | None = None
        self._has_worked = False
        self._ended = Counted()
        """What processes had counted that have ended."""
        self.restarts = 0
        """How many processes have ended and had to be replaced."""
        self.failed_starts = 0
        """How often a process could not be started."""

    def __len__(self) -> int:
        return len(self._workers)

    @property
    def available(self) -> list[int]:
        """The slots that take new sessions: those with a worker, or all that will have one in a moment."""
        there = [index for index, worker in enumerate(self._workers) if worker is not None]
        is_starting = not (self._is_failing or there) or not self._settled.is_set()
        return list(range(len(self._workers))) if is_starting else there

    @property
    def processes(self) -> list[int]:
        """The process ids of the workers that are processes."""
        return [worker.process.pid for worker in self._workers if isinstance(worker, ProcessWorker)]

    @property
    def working(self) -> int:
        """How many workers give sessions their turns now."""
        return sum(worker is not None and worker.is_working for worker in self._workers)

    @property
    def state(self) -> str:
        """`starting` until it is clear how many workers there will be, `ready` while all work, else `degraded`."""
        if self._workers and self.working == len(self._workers):
            return "ready"
        return "degraded" if self._settled.is_set() else "starting"

    @property
    def counted(self) -> Counted:
        """What all workers have counted so far, also those that have ended: these numbers only grow."""
        workers: list[Worker] = [worker for worker in self._workers if isinstance(worker, InlineWorker)]
        total = self._ended
        for worker in (*workers, *self._processes):
            total = total.plus(worker.counted)
        return total

    # --- starting and replacing -----------------------------------------------------------------------------------

    async def start(self, receive: Receive, lost: Callable[[int, int], None], resubmit: Receive | None = None) -> None:
        """Begin to start as many workers as the settings ask for; `until_ready` waits for them.

        `receive` is called with every envelope from any of them. `lost` is called with the index of a worker whose
        sessions are gone, once its slot takes sessions again or cannot be filled, and with the number of the session
        that crashed it, or 0. Then `resubmit` is called with every command that arrived meanwhile; without it, they go
        to the same slot.
        """
        self._receive, self._lost, self._resubmit = receive, lost, resubmit
        if self._settings.workers == 0:
            self._workers = [InlineWorker(self._settings, self._receive)]
            self._settled.set()
            return
        self._workers = [None] * self._settings.workers
        # sessions opened before the workers are ready wait for them
        self._losses = dict.fromkeys(range(self._settings.workers), 0)
        self._spawn(self._keep_full())
        self._spawn(self._watch())

    async def until_ready(self) -> None:
        """Wait until all workers are ready, or as many as can be started. Raises EngineError if none can."""
        await self._settled.wait()
        if self._error and not self._has_worked:
            raise self._error

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_full(self) -> None:
        """Start processes whenever some are missing; no other task does."""
        while True:
            if None not in self._workers:
                await self._until_needed()
            await asyncio.sleep(max(0.0, self._failed_at + self._delay - asyncio.get_running_loop().time()))
            await self._start(self._workers.count(None) or int(self._spare is None))

    async def _until_needed(self) -> None:
        """Wait until a process ends, or until it is time to start the spare."""
        self._settled.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SPARE_AFTER if self._spare is None else None):
                await self._needed.wait()
        self._needed.clear()

    async def _start(self, count: int) -> None:
        """Start `count` processes at once."""
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
        self.failed_starts += sum(failed is not None for failed in errors)
        if error:
            self._note_failure()
            self._report_failure(error)

    async def _start_one(self) -> None:
        worker = await ProcessWorker.start(self._settings, self._receive)
        self._processes[worker] = asyncio.create_task(self._wait_for_end(worker))
        await worker.until_ready()
        self._has_worked = True
        if None in self._workers:
            self._workers[self._workers.index(None)] = worker
            self._reassign()
        else:
            self._spare = worker

    async def _wait_for_end(self, worker: ProcessWorker) -> None:
        """Wait until a process ends, and have it replaced."""
        await worker.until_ended()
        del self._processes[worker]
        self._ended = self._ended.plus(worker.counted)
        self.restarts += worker.is_ready
        blamed = 0 if worker.was_ended_from_outside else worker.session
        if worker.is_ready and worker.lifetime < _SHORT_LIFE and not blamed:
            # crashes caused by a session are counted by the rooms
            self._note_failure()
        if worker is self._spare:
            self._spare = None
        elif worker in self._workers:
            self._replace(self._workers.index(worker), blamed)
        self._needed.set()

    def _replace(self, index: int, blamed: int) -> None:
        """Put the spare process, if there is one, in the slot of a process that has ended."""
        _log.warning("engine process %d has ended and is being replaced", index, extra={"engine": index})
        self._losses[index] = blamed
        self._workers[index], self._spare = self._spare, None
        if self._workers[index] is not None:
            self._reassign()

    def _reassign(self, *, elsewhere: bool = False) -> None:
        """Report lost sessions once their slots are filled again, or at once if they are to be reopened `elsewhere`."""
        for index in list(self._losses):
            if self._workers[index] is None and not elsewhere:
                continue
            self._lost(index, self._losses.pop(index))
            if not self.available:
                # there is nowhere to reopen them yet
                self._losses[index] = 0
            for envelope in self._waiting.pop(index, ()):
                if self._resubmit:
                    self._resubmit(envelope)
                else:
                    self.send(index, envelope)

    # --- failures -------------------------------------------------------------------------------------------------

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

    def _report_failure(self, error: BaseException) -> None:
        """A process could not be started: log it, and let its sessions be reopened elsewhere."""
        why = str(error) or type(error).__name__
        if self._has_worked or self._error:
            _log.warning("an engine process cannot be started: %s; next attempt in %.3g s", why, self._delay)
        if self._has_worked:
            self._settled.set()
            self._reassign(elsewhere=True)
        elif self._failures >= _ATTEMPTS:
            self._error = EngineError(why)
            self._settled.set()

    async def _watch(self) -> None:
        """Kill processes that hang; they are then replaced like any that died."""
        loop, after = asyncio.get_running_loop(), self._settings.hang_after
        while True:
            before = loop.time()
            await asyncio.sleep(HEARTBEAT_INTERVAL)
            if loop.time() - before > 2 * HEARTBEAT_INTERVAL:
                # this process itself was suspended
                continue
            for index, worker in enumerate(self._workers):
                if isinstance(worker, ProcessWorker) and worker.hangs(loop.time(), after):
                    _log.warning("engine process %d hangs and was killed", index, extra={"engine": index})
                    worker.kill()

    def send(self, index: int, envelope: Envelope) -> None:
        """Send an envelope to a worker. While it is being replaced, commands wait; the rest is repeated later."""
        worker = self._workers[index]
        if worker is not None:
            worker.send(envelope)
            return
        self._losses.setdefault(index, 0)
        if envelope.kind is MessageKind.COMMAND:
            self._waiting.setdefault(index, deque(maxlen=_MAX_WAITING)).append(envelope)

    async def stop(self) -> None:
        """Stop all workers, including those being started, and wait until they have ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for waiting in self._processes.values():
            waiting.cancel()
        inline = [worker.stop() for worker in self._workers if isinstance(worker, InlineWorker)]
        await asyncio.gather(*inline, *(process.stop() for process in self._processes))


def _ignore(*_: object) -> None:
    """Does nothing: there are no listeners before the start."""
