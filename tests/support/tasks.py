"""Tasks for executors, which their processes import; and the rows of a small sweep, to compare with."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from functools import cache
from pathlib import Path

from app.sweeps import Start, Sweep, Task, train
from app.sweeps.executors import results
from engine import Config

SMALL = Sweep(Config(seed="1", dataset="gauss"), starts=24, epochs=20)

DIGITS = Sweep(Config(seed="1", dataset="uci", train_count=100, hidden_layer_sizes=(8,)), starts=4, epochs=2)


@cache
def expected(sweep: Sweep = SMALL) -> list[str]:
    """All rows of a sweep, trained in this process."""
    return bits_of(train(Task(sweep, tuple(range(sweep.total)))))


def bits_of(starts: Sequence[Start]) -> list[str]:
    """Everything that is known of starts, exactly, in the order of their index."""
    names = [name for name in Start.__slots__ if name not in {"losses", "picture", "answers"}]
    return [
        " ".join(
            [
                *(repr(getattr(start, name)) for name in names),
                *(
                    str(it is not None and it.tobytes().hex())
                    for it in (start.losses, *(start.picture or start.answers or ()))
                ),
            ]
        )
        for start in sorted(starts, key=lambda start: start.index)
    ]


def small_tasks(sweep: Sweep = SMALL) -> list[Task]:
    """A sweep as tasks of two rows."""
    return [Task(sweep, (row, row + 1)) for row in range(0, sweep.total, 2)]


def trained_by(
    executor: Executor,
    carry_out: Callable[[Task, Callable[[], bool]], list[Start]] = train,
    sweep: Sweep = SMALL,
) -> list[str]:
    """All rows of a sweep, trained by an executor."""
    with closing(results(executor, carry_out, small_tasks(sweep), 4)) as batches:
        return bits_of([start for starts in batches for start in starts])


class OnceKilled:
    """Trains, but kills the process of the task with row `at`, unless `marker` says that this has been done."""

    def __init__(self, marker: Path, at: int = 6) -> None:
        self._marker = marker
        self._at = at

    def __call__(self, task: Task, is_canceled: Callable[[], bool]) -> list[Start]:
        """Train a task, or do not survive it."""
        if self._at in task.rows and not self._marker.exists():
            self._marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return train(task, is_canceled)


def kill_process(task: object, is_canceled: Callable[[], bool]) -> None:
    """A task that no process survives."""
    os.kill(os.getpid(), signal.SIGKILL)


def run_until_canceled(marker: Path, is_canceled: Callable[[], bool]) -> None:
    """Write the process id into a file, and go on until the task is canceled."""
    marker.with_suffix(".new").write_text(str(os.getpid()))
    marker.with_suffix(".new").rename(marker)
    while not is_canceled():
        time.sleep(0.001)


def tell_until_canceled(is_canceled: Callable[[], bool], tell: Callable[[float], None]) -> None:
    """Tell that a quarter is done, until the task is canceled."""
    while not is_canceled():
        tell(0.25)
        time.sleep(0.001)


def run_or_return(marker: Path | None, is_canceled: Callable[[], bool]) -> None:
    """Run until the task is canceled, if there is a file to say so in."""
    if marker:
        run_until_canceled(marker, is_canceled)


def squared(number: int, is_canceled: Callable[[], bool]) -> int:
    """A task that takes no time. Raises ValueError for negative numbers."""
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number * number


def process_of(number: int, is_canceled: Callable[[], bool]) -> int:
    """The process that carries out the task, after a moment."""
    time.sleep(0.02)
    return os.getpid()


def allocated(megabytes: int) -> int:
    """Hold memory, and return how many bytes."""
    return len(bytearray(megabytes * 10**6))
