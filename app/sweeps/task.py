"""Training the rows of a sweep, in tasks: the pieces that processes and machines share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan
from threading import Lock

import numpy as np

from app.sweeps.rows import Start, points_of
from app.sweeps.sweep import Sweep
from app.training.pictures import small_picture
from engine import Trainer

_LOCK = Lock()
"""Networks of one shape share the buffers of their pictures, and a process may have several threads."""


class Canceled(Exception):  # noqa: N818 - it is no error
    """Training a task was given up; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Task:
    """Rows of a sweep to train together, with their pictures or without."""

    sweep: Sweep
    rows: tuple[int, ...]
    pictures: bool = True


def train(task: Task, is_canceled: Callable[[], bool] = lambda: False) -> list[Start]:
    """Train the rows of a task; returns them in its order.

    Rows do not depend on which others they are trained with. `is_canceled` is asked between epochs; raises `Canceled`
    when it says so. One task at a time is trained in a process.
    """
    with _LOCK:
        return [_train_one(task, index, is_canceled) for index in task.rows]


def _train_one(task: Task, index: int, is_canceled: Callable[[], bool]) -> Start:
    sweep = task.sweep
    trainer = Trainer(sweep.config_of(index))
    goals = sweep.goals.restarted()
    points = points_of(sweep.epochs)
    losses = np.full(len(points), nan, np.float32)
    wanted = dict(zip(points, range(len(points)), strict=True))
    losses[0] = _loss(trainer)
    while trainer.epoch < sweep.epochs and not trainer.has_ended and not (sweep.until_goal and goals.is_reached):
        if is_canceled():
            raise Canceled
        before = trainer.epoch
        trainer.run_epoch()
        if trainer.epoch > before:
            goals = goals.after(trainer)
            if trainer.epoch in wanted:
                losses[wanted[trainer.epoch]] = _loss(trainer)
    divergence, stopped, config = trainer.divergence, trainer.stopped, trainer.config
    return Start(
        index=index,
        seed=config.seed,
        weight_seed=config.weight_seed,
        weight_offset=config.weight_offset,
        epoch=trainer.epoch,
        train_loss=trainer.train_loss,
        validation_loss=trainer.validation_loss,
        test_loss=trainer.test_loss,
        train_accuracy=trainer.train_accuracy,
        test_accuracy=trainer.test_accuracy,
        reached=max(goal.reached or 0 for goal in goals) if goals.is_reached else None,
        diverged=None if divergence is None else divergence.epoch,
        stopped=None if stopped is None else stopped.epoch,
        losses=losses,
        picture=small_picture(trainer.snapshot()) if task.pictures else None,
    )


def _loss(trainer: Trainer) -> float:
    loss = trainer.train_loss if trainer.test_loss is None else trainer.test_loss
    return nan if loss is None else loss


def tasks_of(sweep: Sweep, rows: Sequence[int], *, parts: int = 1, pictures: bool = True) -> Iterator[Task]:
    """The tasks that train `rows` of a sweep: rows of one kind together, and small enough for `parts` processes."""
    size = max(1, min(16, len(rows) // parts))
    for first in range(0, len(rows), size):
        yield Task(sweep, tuple(rows[first : first + size]), pictures)
