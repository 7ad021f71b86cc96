"""Processes of this machine that carry out tasks at idle priority, as an executor."""

import contextlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, ParamSpec, TypeVar

from app.settings import Settings
from app.sweeps.process import Reply, Request
from app.system import child_environment

P = ParamSpec("P")
T = TypeVar("T")

_START = "import sys; sys.path[:] = sys.argv[1:]; from app.sweeps.process import main; main()"
"""The program of a process, which imports modules from where this one does, and from nowhere else."""

ATTEMPTS = 3
"""How often a task is begun before it is given up because its process ended."""


class _Future(Future[T]):
    """A future whose task can also be canceled while it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.is_unwanted = False
        """Whether the task has been canceled while it was running."""
        self.share = 0.0
        """How much of the task is done, 0 to 1, as far as it tells."""
        self._stop: Callable[[], None] | None = None

    def cancel(self) -> bool:
        """Cancel the task. If it is running, this returns False, and the task soon ends with an exception."""
        if super().cancel():
            return True
        self.is_unwanted = True
        if self._stop:
            self._stop()
        return False

    def begun(self, stop: Callable[[], None]) -> None:
        """The task has been sent to a process, which `stop` asks to give it up."""
        self.share = 0.0
        self._stop = stop
        # it may have been canceled on the way
        if self.is_unwanted:
            stop()


class _Task(NamedTuple):
    future: "_Future[Any]"
    call: bytes


class _Process:
    """A process that carries out one task at a time."""

    def __init__(self, settings: Settings) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(settings),
        )
        self._number = 0
        self._writing = threading.Lock()

    def carry_out(self, task: _Task) -> Reply:
        """Send a task and wait for its reply. Raises OSError or EOFError if the process ends before."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._number += 1
        self._send(Request(self._number, task.call))
        task.future.begun(partial(self._cancel, self._number))
        try:
            # our own process has written it
            while isinstance(told := pickle.load(self._process.stdout), float):  # noqa: S301
                task.future.share = told
            return Reply(*told)
        except pickle.UnpicklingError as error:
            raise EOFError("half a reply") from error

    def _cancel(self, number: int) -> None:
        """Ask the process to give up a task, which it may have finished."""
        with contextlib.suppress(OSError, ValueError):
            self._send(Request(number, None))

    def _send(self, request: Request) -> None:
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        with self._writing:
            pickle.dump(tuple(request), self._process.stdin)
            self._process.stdin.flush()

    def end(self) -> int:
        """End the process, and return its exit code."""
        self._process.kill()
        code = self._process.wait()
        with self._writing:
            for pipe in (self._process.stdin, self._process.stdout):
                # what has not been sent is lost
                with contextlib.suppress(OSError):
                    pipe and pipe.close()
        return code


class Processes(Executor):
    """An executor with `jobs` processes of this machine, each started when it is first needed.

    Tasks run at idle priority: they take what nobody else needs. A task whose process ends, killed by the system or by
    a fault, is begun again in a new one; after `ATTEMPTS` times, its future raises `BrokenExecutor`. No other task is
    affected. Canceling a future also ends a running task, if the task asks `app.sweeps.cancel.is_canceled`; and a
    future has the `share` that its task has passed to `app.sweeps.cancel.tell`.

    Unlike those of ProcessPoolExecutor, the processes import modules only from where this one does, do not import the
    main module again, and end when this process ends, however it does.

    >>> with Processes(2, Settings()) as executor:
    ...     executor.submit(math.sqrt, 4.0).result()
    2.0
    """

    def __init__(self, jobs: int, settings: Settings) -> None:
        self.jobs = jobs
        self._settings = settings
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._is_shut_down = False
        self._submitting = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called in one of the processes; it and its arguments must be picklable."""
        task = _Task(_Future[T](), pickle.dumps((fn, args, kwargs)))
        with self._submitting:
            if self._is_shut_down:
                raise RuntimeError("no task can be submitted after the shutdown")
            self._tasks.put(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes after the submitted tasks, or cancel those that have not begun."""
        with self._submitting:
            if cancel_futures:
                with contextlib.suppress(Empty):
                    while True:
                        task = self._tasks.get_nowait()
                        task and task.future.cancel()
            self._is_shut_down = True
            for _ in self._threads:
                self._tasks.put(None)
        for thread in self._threads if wait else []:
            thread.join()

    def _work(self) -> None:
        """Carry out tasks in a process, which is started again if it ends."""
        process: _Process | None = None
        while task := self._tasks.get():
            if task.future.set_running_or_notify_cancel():
                process = self._carry_out(task, process)
        if process:
            process.end()

    def _carry_out(self, task: _Task, process: _Process | None) -> _Process | None:
        """Carry out a task in the process given, or in a new one; returns the process for the next task."""
        why = ""
        for _ in range(ATTEMPTS):
            if task.future.is_unwanted:
                task.future.set_exception(CancelledError())
                return process
            try:
                process = process or _Process(self._settings)
                reply = process.carry_out(task)
            except (OSError, EOFError) as error:
                why = f"exit code {process.end()}" if process else str(error)
                process = None
            else:
                _resolve(task.future, reply)
                return process
        what = f"the process that trains ended {ATTEMPTS} times while it carried out the same task ({why})"
        task.future.set_exception(BrokenExecutor(what))
        return None


def _resolve(future: _Future[Any], reply: Reply) -> None:
    if reply.error is None:
        future.set_result(reply.value)
    else:
        future.set_exception(reply.error)
