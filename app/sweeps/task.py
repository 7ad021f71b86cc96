"""Training the rows of a sweep, in tasks: the pieces that processes and machines share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan
from threading import Lock
from typing import Any

import numpy as np

from app.sweeps.rows import Start, points_of
from app.sweeps.sweep import Sweep
from app.training.goals import Goals
from app.training.pictures import picture_of
from engine import Config, Trainer

_LARGEST = float(np.finfo(np.float32).max)

_LOCK = Lock()
"""Networks of one shape share the buffers of their pictures, and a process may have several threads."""


@dataclass(frozen=True, slots=True)
class Task:
    """Rows of a sweep to train, with their pictures or without."""

    sweep: Sweep
    rows: tuple[int, ...]
    pictures: bool = True


def _never() -> bool:
    return False


def _ignored(share: float) -> None:
    pass


def train(
    task: Task, is_canceled: Callable[[], bool] = _never, tell: Callable[[float], None] = _ignored
) -> list[Start]:
    """Train the rows of a task; returns them in its order, or nothing at all if it was canceled.

    Each row is exactly what it is in any other task of its sweep. After every epoch, `tell` hears the share of the task
    that has been trained, 0 to 1, and `is_canceled` is asked whether to give up. A process trains one task at a time.

    >>> sweep = Sweep(Config(), starts=100, epochs=50)
    >>> [start.index for start in train(Task(sweep, (0, 7)))]
    [0, 7]
    """
    found: dict[int, Start] = {}
    with _LOCK:
        for rows in _by_kind(task):
            batch = _Batch(task, rows)
            while batch.train_epoch():
                tell((len(found) + batch.share * len(rows)) / len(task.rows))
                if is_canceled():
                    return []
            found |= batch.finished
            tell(len(found) / len(task.rows))
    return [found[index] for index in task.rows]


def _by_kind(task: Task) -> list[tuple[int, ...]]:
    """The rows of a task that can be trained together."""
    return [(row,) for row in task.rows]


class _Row:
    """A row in training: what is noted of it until it ends."""

    def __init__(self, index: int, sweep: Sweep, points: int) -> None:
        self.index = index
        self.goals: Goals = sweep.goals.restarted()
        self.losses = np.full(points, nan, np.float32)

    @property
    def reached(self) -> int | None:
        """The epoch in which all goals were reached, if they were."""
        return max(goal.reached or 0 for goal in self.goals) if self.goals.is_reached else None


class _Batch:
    """Rows of one kind, trained together."""

    def __init__(self, task: Task, rows: Sequence[int]) -> None:
        sweep = task.sweep
        self._task = task
        self._ensemble = _OneByOne([sweep.config_of(index) for index in rows])
        self._epoch = 0
        self._points = {epoch: number for number, epoch in enumerate(points_of(sweep.epochs))}
        self._rows = {position: _Row(index, sweep, len(self._points)) for position, index in enumerate(rows)}
        """The rows that are still trained, by their position in the ensemble."""
        self.finished: dict[int, Start] = {}
        for position in [*self._rows]:
            self._note(position)

    @property
    def share(self) -> float:
        """The share of the epochs that has been trained, 0 to 1."""
        return self._epoch / self._task.sweep.epochs

    def train_epoch(self) -> bool:
        """Train an epoch; returns whether there was anything left to train."""
        if not self._rows:
            return False
        self._epoch += 1
        # goals are reached in an exact epoch
        self._ensemble.run_epoch(evaluate=self._epoch in self._points or bool(self._task.sweep.goals.goals))
        for position in [*self._rows]:
            self._note(position)
        return True

    def _note(self, position: int) -> None:
        """Note where a row is after an epoch, and whether that is its last."""
        row, member, sweep = self._rows[position], self._ensemble.members[position], self._task.sweep
        if member.epoch == self._epoch:
            if self._epoch and row.goals.goals:
                row.goals = row.goals.after(member)
            if self._epoch in self._points:
                row.losses[self._points[self._epoch]] = _curve_value(member)
        is_there = sweep.until_goal and row.goals.is_reached
        if member.has_ended or is_there or self._epoch == sweep.epochs:
            self.finished[row.index] = _start_of(row, member, pictured=self._task.pictures)
            del self._rows[position]


def _curve_value(member: Any) -> float:
    loss = member.train_loss if member.test_loss is None else member.test_loss
    return nan if loss is None else min(loss, _LARGEST)


def _start_of(row: _Row, member: Any, *, pictured: bool) -> Start:
    config, divergence, stopped = member.config, member.divergence, member.stopped
    return Start(
        index=row.index,
        seed=config.seed,
        weight_seed=config.weight_seed,
        weight_offset=config.weight_offset,
        epoch=member.epoch,
        train_loss=member.train_loss,
        validation_loss=member.validation_loss,
        test_loss=member.test_loss,
        train_accuracy=member.train_accuracy,
        test_accuracy=member.test_accuracy,
        reached=row.reached,
        diverged=None if divergence is None else divergence.epoch,
        stopped=None if stopped is None else stopped.epoch,
        losses=row.losses,
        picture=picture_of(member.function(), config.dimensions) if pictured else None,
    )


class _OneByOne:
    """The networks of some configs, each trained by a trainer of its own."""

    def __init__(self, configs: Sequence[Config]) -> None:
        self.members = [Trainer(config) for config in configs]

    def run_epoch(self, *, evaluate: bool = True) -> None:
        """Train all members for an epoch."""
        for member in self.members:
            member.run_epoch()


def tasks_of(sweep: Sweep, rows: Sequence[int], *, parts: int = 1, pictures: bool = True) -> Iterator[Task]:
    """The tasks that train `rows` of a sweep: rows of one kind together, and small enough for `parts` processes."""
    size = max(1, min(16, len(rows) // parts))
    for first in range(0, len(rows), size):
        yield Task(sweep, tuple(rows[first : first + size]), pictures)
