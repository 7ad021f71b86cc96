"""A sweep that is being trained: its tasks, and what the page or class that has asked for it hears of them."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import NamedTuple, Protocol

from app.protocol.starts import Progress
from app.sweeps.cancel import is_canceled, tell
from app.sweeps.rows import Start
from app.sweeps.task import Task, train

_log = logging.getLogger("playground")

PERIOD = 0.1
"""Minimum time in seconds between two reports about a sweep."""

_IN_A_REPORT = 100
"""Starts that a report brings at most."""

_UNREPORTED = 200
"""Starts of a sweep that may wait to be reported before it gets no more turns: nobody reads them fast enough."""


CRASHED = "A process crashed several times while it trained these starts."
FAULT = "An internal server error ended these starts."
"""What the page is told of a sweep that has failed."""


class Receiver(Protocol):
    """The page or the class that has asked for a sweep."""

    @property
    def is_ready(self) -> bool:
        """Whether a report would be read soon."""

    def receive(self, progress: Progress) -> None:
        """Hear how far the sweep has come; the last report says that it has ended."""


class Place(NamedTuple):
    """Where tasks are carried out, by `jobs` processes, and what somebody who waits should know about that."""

    executor: Executor
    jobs: int
    is_cluster: bool = False
    notice: str | None = None


class RunningSweep:
    """A sweep that is being trained. Its `receiver` hears at once that it has begun, and then now and then.

    All sweeps of an `owner` share its turns. `wake` is called whenever it may have become possible to train more.
    """

    def __init__(self, total: int, receiver: Receiver, wake: Callable[[], None], owner: object) -> None:
        self.owner = owner
        self.has_ended = False
        self.notice: str | None = None
        self._total = total
        self._receiver = receiver
        self._wake = wake
        self._loop = asyncio.get_running_loop()
        self._tasks: deque[Task] = deque()
        self._submitted: dict[Future[list[Start]], Task] = {}
        self._unreported: list[Start] = []
        self._finished = 0
        self._share = 0.0
        self._is_held = False
        self._clock = _StopWatch(self._loop.time)
        self._timer: asyncio.TimerHandle | None = None
        self._next = self._loop.time() + PERIOD
        receiver.receive(self._progress([]))

    # --- for those who have asked for it --------------------------------------------------------------------------

    def hold(self, *, held: bool) -> None:
        """Train nothing, not even to the end of what has begun; or go on."""
        self._is_held = held
        self._clock.hold(held=held)
        if held:
            for future in tuple(self._submitted):
                self.take_back(future)
        self._wake()

    def end(self, why: str | None = None) -> None:
        """Train no more. If it has not ended yet, the receiver is told why, with all starts that are finished."""
        if self.has_ended:
            return
        self.has_ended = True
        if self._timer:
            self._timer.cancel()
        self._tasks.clear()
        for future in self._submitted:
            future.cancel()
        self._submitted.clear()
        if why:
            self._receiver.receive(self._progress(self._unreported, why))
        self._wake()

    # --- for the service ------------------------------------------------------------------------------------------

    @property
    def is_training(self) -> bool:
        """Whether a task of it is submitted."""
        return bool(self._submitted)

    @property
    def wants_turn(self) -> bool:
        """Whether a task of it can be submitted."""
        return bool(self._tasks) and not self._is_held and len(self._unreported) < _UNREPORTED

    def add(self, tasks: Sequence[Task]) -> None:
        """Add tasks to carry out."""
        if not self.has_ended:
            self._tasks.extend(tasks)
            self._wake()

    def submit_to(self, place: Place) -> Future[list[Start]]:
        """Submit its next task. Raises RuntimeError if the place takes none; the task is kept then."""
        future = place.executor.submit(train, self._tasks[0], is_canceled, tell)
        self._submitted[future] = self._tasks.popleft()
        self._clock.begin()
        self.notice = place.notice or self.notice
        self._report_soon()
        return future

    def take_back(self, future: Future[list[Start]]) -> None:
        """Cancel a task, and submit it again some time."""
        if task := self._submitted.pop(future, None):
            future.cancel()
            self._tasks.appendleft(task)

    def take(self, future: Future[list[Start]]) -> None:
        """Report the starts that a task has returned, or why it has not, if the task is still wanted."""
        if self._submitted.pop(future, None) is None:
            return
        try:
            starts = future.result()
        except BrokenExecutor as error:
            _log.warning("a sweep failed: %s", error)
            self.fail(CRASHED)
        except (Exception, CancelledError):  # noqa: BLE001 - whatever it is, it affects this sweep only
            _log.exception("a sweep failed")
            self.fail()
        else:
            self._unreported += starts
            self._finished += len(starts)
            self._report_soon()

    def fail(self, notice: str = FAULT) -> None:
        """Train no more, since that is not possible."""
        self.notice = notice
        self.end("failed")

    # --- reports --------------------------------------------------------------------------------------------------

    def _progress(self, finished: Sequence[Start], ended: str | None = None) -> Progress:
        # only tasks of our own processes say how far they are
        begun = sum(getattr(future, "share", 0.0) * len(task.rows) for future, task in self._submitted.items())
        # a task that is begun again does not count as a step back
        self._share = share = max(self._share, (self._finished + begun) / self._total)
        left = self._clock.seconds * (1 - share) / share if share else None
        return Progress(share=share, seconds_left=left, finished=finished, ended=ended, notice=self.notice)

    def _report_soon(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_at(max(self._loop.time(), self._next), self._report)

    def _report(self) -> None:
        self._timer = None
        if not (self._unreported or self._submitted):
            # it is held
            return
        self._next = self._loop.time() + PERIOD
        if self._receiver.is_ready:
            finished, self._unreported = self._unreported[:_IN_A_REPORT], self._unreported[_IN_A_REPORT:]
            self.has_ended = self._finished == self._total and not self._unreported
            self._receiver.receive(self._progress(finished, "done" if self.has_ended else None))
        if self._unreported or self._submitted:
            self._report_soon()
        self._wake()


class _StopWatch:
    """The seconds since something began, but for those for which it was held."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since: float | None = None
        self._before = 0.0

    def begin(self) -> None:
        """Count from now on, if it does not count yet."""
        self._since = self._clock() if self._since is None else self._since

    def hold(self, *, held: bool) -> None:
        """Count no more until `begin`."""
        if held and self._since is not None:
            self._before, self._since = self.seconds, None

    @property
    def seconds(self) -> float:
        """The seconds so far."""
        return self._before + (0.0 if self._since is None else self._clock() - self._since)
