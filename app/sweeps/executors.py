"""Where tasks run: in processes of this machine, or on the workers of a cluster. The seam is `results`.

Anything that is a `concurrent.futures.Executor` will do, since tasks are values, and rows depend on nothing but their
sweep and their number: a task may run twice, or elsewhere, and its rows are the same.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from typing import TypeVar

from app.settings import Settings
from app.sweeps.cancel import is_canceled
from app.sweeps.cluster import cluster
from app.sweeps.pool import Processes

__all__ = ["cluster", "local", "results"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def local(jobs: int, settings: Settings | None = None) -> Processes:
    """An executor with `jobs` processes of this machine, which run at idle priority.

    Each may hold as much memory as an engine process with these settings.
    """
    return Processes(jobs, settings or Settings())


def results(
    executor: Executor,
    train: Callable[[Item, Callable[[], bool]], Result],
    tasks: Iterable[Item],
    most_waiting: int | Callable[[], int],
) -> Generator[Result, None, None]:
    """What `train(task, is_canceled)` returns for each task, as it comes: in any order.

    At most `most_waiting` tasks are submitted at a time, or as many as it says if it is a function; twice the number of
    processes keeps them busy. Close the
    iterator to cancel the tasks that are left, with `contextlib.closing`. Raises what a task raises, and
    `concurrent.futures.BrokenExecutor` if tasks cannot be carried out.

    >>> with local(2) as executor, closing(results(executor, train, tasks_of(sweep, range(100)), 4)) as batches:
    ...     for starts in batches:
    ...         print(len(starts))
    """
    left = iter(tasks)
    submitted: set[Future[Result]] = set()
    try:
        while True:
            room = most_waiting() if callable(most_waiting) else most_waiting
            # a cluster may have no workers for a moment
            new = islice(left, max(0, max(1, room) - len(submitted)))
            submitted |= {executor.submit(train, task, is_canceled) for task in new}
            if not submitted:
                return
            done, submitted = wait(submitted, return_when=FIRST_COMPLETED)
            while done:
                yield done.pop().result()
    finally:
        for future in submitted:
            future.cancel()
