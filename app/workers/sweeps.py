"""Where many starts are trained for pages and classes: in processes of this machine that yield to everything else.

Live sessions come first: there are fewer processes than cores, and they run at idle priority. Sweeps take turns, task
by task, so that a large one holds up no other, and those of a class share the turns of one. Processes are started when
they are needed, and end when there has been no sweep for a while. With a cluster, its workers take their place; if it
is lost, this machine goes on.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import TypeVar

from app.settings import Settings, processes_for_starts
from app.sweeps.cancel import is_canceled
from app.sweeps.executors import cluster, local
from app.sweeps.rows import Start
from app.sweeps.sweep import Sweep
from app.sweeps.task import Task, tasks_of, train
from app.workers.running_sweep import Place, Receiver, RunningSweep
from engine import Config

T = TypeVar("T")

_log = logging.getLogger("playground")

KEPT_FOR = 120.0
"""Seconds without a sweep after which the processes end."""

CLUSTER_AGAIN_AFTER = 60.0
"""Seconds after which a cluster that was lost is tried again."""

_AT_ONCE = 2
"""Tasks that are submitted for each process, so that it need not wait for the next one."""

_WARMED_UP = 4
"""Processes that are started at most before there is a sweep."""

_STOP_WITHIN = 2.0

_WARM_UP = Task(Sweep(Config(), epochs=1), (0,))
"""What a process carries out first: it takes longer the first time."""


class Sweeps:
    """All sweeps of this server, which take turns. For use on the event loop only.

    `processes` of this machine train them, unless the settings name a cluster. They end after `kept_for` seconds
    without a sweep. `open_local` and `open_cluster` make the executors.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        processes: int | None = None,
        kept_for: float = KEPT_FOR,
        open_local: Callable[[int, Settings], Executor] = local,
        open_cluster: Callable[[str, int], Executor] = cluster,
    ) -> None:
        self._settings = settings
        self._processes = processes or processes_for_starts()
        self._kept_for = kept_for
        self._open_local, self._open_cluster = open_local, open_cluster
        self._turns: list[RunningSweep] = []
        """All sweeps; of those with the same owner, the one whose turn it is comes first."""
        self._last_turns: dict[object, int] = {}
        """By owner, the number of its last turn."""
        self._turn = 0
        self._submitted: dict[Future[list[Start]], RunningSweep] = {}
        self._place: Place | None = None
        self._opening: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Future[None]] = set()
        self._preparing: set[asyncio.Task[None]] = set()
        self._forget: asyncio.TimerHandle | None = None
        self._cluster_at = 0.0
        """When the cluster may be tried, by the clock of the event loop."""
        self._notice: str | None = None
        """What is said of it while it may not be."""
        self._is_stopped = False

    # --- for those who want starts --------------------------------------------------------------------------------

    def start(
        self, sweep: Sweep, receiver: Receiver, rows: Sequence[int] | None = None, owner: object | None = None
    ) -> RunningSweep:
        """Train a sweep, or some of its rows. `receiver` hears how far it comes until it ends.

        Sweeps with the same `owner`, such as those of a class, get no more turns together than any other; None is an
        owner of its own.
        """
        rows = range(sweep.total) if rows is None else sorted(rows)
        if self._may_try_cluster and not self._submitted:
            self._close()
        running = RunningSweep(len(rows), receiver, self._dispatch, receiver if owner is None else owner)
        self._turns.append(running)
        task = asyncio.get_running_loop().create_task(self._prepare(running, sweep, rows))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)
        return running

    async def _prepare(self, running: RunningSweep, sweep: Sweep, rows: Sequence[int]) -> None:
        try:
            # to find out which rows go together takes a while
            tasks = await _aside(lambda: list(tasks_of(sweep, rows, parts=self._processes)))
        except Exception:  # noqa: BLE001 - whatever it is, it affects this sweep only
            _log.exception("a sweep failed")
            running.fail()
        else:
            running.add(tasks)

    def warm_up(self) -> None:
        """Start processes, since a sweep is likely soon."""
        if self._place is None and not self._submitted:
            self._open_soon()

    async def stop(self) -> None:
        """End all sweeps without a word, and all processes."""
        self._is_stopped = True
        for running in tuple(self._turns):
            running.end()
        waiting = [*self._preparing, *([self._opening] if self._opening else [])]
        for task in waiting:
            task.cancel()
        self._close()
        if waiting or self._closing:
            await asyncio.wait([*waiting, *self._closing], timeout=_STOP_WITHIN)

    @property
    def running(self) -> int:
        """How many sweeps are being trained now."""
        return sum(running.is_training for running in self._turns if not running.has_ended)

    @property
    def waiting(self) -> int:
        """How many wait for their turn, or are held."""
        return sum(not running.is_training for running in self._turns if not running.has_ended)

    # --- turns ----------------------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Submit as many tasks as there is room for, one of each owner in turn."""
        self._turns = [running for running in self._turns if not running.has_ended]
        self._last_turns = {running.owner: self._last_turns.get(running.owner, 0) for running in self._turns}
        if self._is_stopped:
            return
        if self._forget:
            self._forget.cancel()
        while running := self._next():
            if self._place is None:
                self._open_soon()
                break
            if len(self._submitted) >= _AT_ONCE * self._place.jobs or not self._submit(running, self._place):
                break
            self._note_turn(running)
        if not self._turns and self._place:
            self._forget = asyncio.get_running_loop().call_later(self._kept_for, self._close)

    def _next(self) -> RunningSweep | None:
        """The sweep whose turn it is: one of the owner who has waited longest; None if none wants a turn."""
        waiting = [running for running in self._turns if running.wants_turn]
        return min(waiting, key=lambda running: self._last_turns[running.owner], default=None)

    def _note_turn(self, running: RunningSweep) -> None:
        self._turn += 1
        self._last_turns[running.owner] = self._turn
        self._turns.remove(running)
        self._turns.append(running)

    def _submit(self, running: RunningSweep, place: Place) -> bool:
        try:
            future = running.submit_to(place)
        except (RuntimeError, OSError) as error:
            self._give_up(place, error)
            return False
        self._submitted[future] = running
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda done: _call(loop, lambda: self._settle(done, place)))
        return True

    def _settle(self, future: Future[list[Start]], place: Place) -> None:
        """A task is over."""
        if future not in self._submitted:
            # the place was given up meanwhile
            return
        if place.is_cluster and isinstance(error := _error_of(future), BrokenExecutor):
            self._give_up(place, error)
        else:
            self._submitted.pop(future).take(future)
        self._dispatch()

    # --- where tasks are carried out ------------------------------------------------------------------------------

    def _open_soon(self) -> None:
        if self._opening is None and not self._is_stopped:
            self._opening = asyncio.get_running_loop().create_task(self._open())

    async def _open(self) -> None:
        if self._may_try_cluster:
            self._place = await self._connect()
        if self._place is None:
            self._place = self._here()
        self._opening = None
        self._dispatch()

    def _here(self) -> Place | None:
        """The processes of this machine. If there can be none, all sweeps end."""
        try:
            executor = self._open_local(self._processes, self._settings)
            for _ in range(0 if self._turns else min(self._processes, _WARMED_UP)):
                executor.submit(train, _WARM_UP, is_canceled)
        except (RuntimeError, OSError):
            _log.exception("sweeps failed")
            for running in tuple(self._turns):
                running.fail()
            return None
        return Place(executor, self._processes, notice=self._notice)

    async def _connect(self) -> Place | None:
        """The cluster; None if it cannot be reached."""
        address = self._settings.cluster
        try:
            executor = await _aside(lambda: self._open_cluster(address, self._processes))
        except Exception as error:  # noqa: BLE001 - whatever it is, this machine takes over
            self._note_lost(error)
            return None
        self._notice = None
        return Place(executor, getattr(executor, "jobs", 1), is_cluster=True)

    @property
    def _may_try_cluster(self) -> bool:
        """Whether the cluster is not used, and was not tried a moment ago."""
        is_used = self._place is not None and self._place.is_cluster
        return bool(self._settings.cluster) and not is_used and asyncio.get_running_loop().time() >= self._cluster_at

    def _note_lost(self, error: BaseException) -> None:
        self._cluster_at = asyncio.get_running_loop().time() + CLUSTER_AGAIN_AFTER
        self._notice = _LOST if self._place else _NOT_REACHED
        why = str(error) or type(error).__name__
        _log.warning("this machine trains starts, since the cluster at %s is not used: %s", self._settings.cluster, why)

    def _give_up(self, place: Place, error: BaseException) -> None:
        """Use a place no more, and carry out elsewhere what it has not."""
        if self._place is not place:
            return
        if place.is_cluster:
            self._note_lost(error)
        for future, running in self._submitted.items():
            running.take_back(future)
        self._submitted.clear()
        self._close()
        self._open_soon()

    def _close(self) -> None:
        """End the processes."""
        place, self._place = self._place, None
        if place is None:
            return

        def shut_down() -> None:
            # what goes wrong concerns nobody any more
            with contextlib.suppress(Exception):
                place.executor.shutdown(wait=True, cancel_futures=True)

        done = _aside(shut_down)
        self._closing.add(done)
        done.add_done_callback(self._closing.discard)


_LOST = "The cluster was lost; this machine goes on."
_NOT_REACHED = "The cluster cannot be reached; this machine trains the starts."


def _error_of(future: Future[list[Start]]) -> BaseException | None:
    """Why a task was not carried out; None if it was."""
    try:
        return future.exception()
    except CancelledError as error:
        return error


def _aside(work: Callable[[], T]) -> "asyncio.Future[T]":
    """Work in a thread of its own, for which nobody waits when the server stops."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def settle(set_to: Callable[[], None]) -> None:
        _call(loop, lambda: None if result.done() else set_to())

    def run() -> None:
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - those who wait get it
            settle(lambda error=error: result.set_exception(error))  # type: ignore[misc]
        else:
            settle(lambda: result.set_result(value))

    threading.Thread(target=run, daemon=True).start()
    return result


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> None:
    """Call a function on the event loop from another thread, unless the loop has ended."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(function)
