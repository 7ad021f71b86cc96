"""Training the rows of a sweep, in tasks: the pieces that processes and machines share."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil, nan
from threading import Lock
from typing import Any, Protocol

import numpy as np

from app.sweeps.cost import MOST_TOGETHER, Cost, cost_of
from app.sweeps.rows import Start, points_of
from app.sweeps.sweep import Sweep
from app.training.goals import Goals
from app.training.pictures import Answers, SmallPicture, answers_of, picture_of
from engine import Config, Trainer
from engine.ensemble import Ensemble, Member, kind_of

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


def _by_kind(task: Task) -> Iterator[dict[int, Config]]:
    """The configs of the rows that are trained together, by number; those that read pictures are alone."""
    kinds: dict[Hashable, dict[int, Config]] = {}
    for index in task.rows:
        config = task.sweep.config_of(index)
        if config.has_pictures:
            yield {index: config}
            continue
        kinds.setdefault(kind_of(config), {})[index] = config
    for rows in kinds.values():
        for chunk in _chunks([*rows], MOST_TOGETHER, MOST_TOGETHER):
            yield {index: rows[index] for index in chunk}


class _Together(Protocol):
    """Networks that are trained together, as an `Ensemble` is."""

    @property
    def members(self) -> "Sequence[_Network]": ...

    def run_epoch(self, *, evaluate: bool) -> None: ...

    def release(self, member: Any, /) -> None: ...


_Network = Member | Trainer


class _Alone:
    """A network that reads pictures. Its products are so large that nothing is gained by training several at once."""

    def __init__(self, config: Config) -> None:
        self._trainer = Trainer(config)
        self.members = [self._trainer]

    def run_epoch(self, *, evaluate: bool) -> None:
        """Train it for an epoch; it always evaluates."""
        self._trainer.run_epoch()

    def release(self, member: Trainer) -> None:
        """Nobody trains it any more."""


def _together_of(configs: Sequence[Config]) -> _Together:
    return _Alone(configs[0]) if configs[0].has_pictures else Ensemble(configs)


class _Row:
    """A row in training: what is noted of it until it ends."""

    def __init__(self, index: int, member: _Network, goals: Goals, points: int) -> None:
        self.index = index
        self.member = member
        self.goals = goals.restarted()
        self.losses = np.full(points, nan, np.float32)

    @property
    def reached(self) -> int | None:
        """The epoch in which all goals were reached, if they were."""
        return max(goal.reached or 0 for goal in self.goals) if self.goals.is_reached else None


class _Batch:
    """Rows of one kind, trained together."""

    def __init__(self, task: Task, configs: Mapping[int, Config]) -> None:
        sweep = task.sweep
        self._task = task
        self._epoch = 0
        self._networks = _together_of([*configs.values()])
        self._points = {epoch: number for number, epoch in enumerate(points_of(sweep.epochs))}
        self._rows = [
            _Row(index, member, sweep.goals, len(self._points))
            for index, member in zip(configs, self._networks.members, strict=True)
        ]
        """The rows that are still trained."""
        self.finished: dict[int, Start] = {}
        self._note(self._rows)

    @property
    def share(self) -> float:
        """The share of the epochs that has been trained, 0 to 1."""
        return self._epoch / self._task.sweep.epochs

    def train_epoch(self) -> bool:
        """Train an epoch; returns whether there was anything left to train."""
        if not self._rows:
            return False
        self._epoch += 1
        # goals are reached in an exact epoch, so all losses are needed
        is_watched = self._epoch in self._points or bool(self._task.sweep.goals.goals)
        self._networks.run_epoch(evaluate=is_watched)
        self._note(self._rows if is_watched else [row for row in self._rows if row.member.has_ended])
        return True

    def _note(self, rows: Sequence[_Row]) -> None:
        """Note where rows are after an epoch, and which of them it was the last for."""
        sweep, point = self._task.sweep, self._points.get(self._epoch)
        ended: set[_Row] = set()
        for row in rows:
            member = row.member
            # a member that diverged has gone back to its last finite state
            if member.epoch == self._epoch:
                row.goals = row.goals.after(member) if self._epoch else row.goals
                if point is not None:
                    row.losses[point] = _curve_value(member)
            if member.has_ended or self._epoch == sweep.epochs or (sweep.until_goal and row.goals.is_reached):
                ended.add(row)
        for row in ended:
            self.finished[row.index] = _start_of(row, pictured=self._task.pictures)
            if self._epoch < sweep.epochs:
                self._networks.release(row.member)
        if ended:
            self._rows = [row for row in self._rows if row not in ended]


def _curve_value(member: _Network) -> float:
    loss = member.train_loss if member.test_loss is None else member.test_loss
    return nan if loss is None else min(loss, _LARGEST)


def _start_of(row: _Row, *, pictured: bool) -> Start:
    member = row.member
    config, divergence, stopped = member.config, member.divergence, member.stopped
    picture, answers = _shown_of(member) if pictured else (None, None)
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
        picture=picture,
        answers=answers,
    )


def _shown_of(member: _Network) -> tuple[SmallPicture | None, Answers | None]:
    if isinstance(member, Trainer):
        return None, answers_of(member)
    return picture_of(member.function(), member.config.dimensions), None


# --- tasks ------------------------------------------------------------------------------------------------------------

_SECONDS = 0.2
"""Seconds that a task should take: enough to be worth sending, and short enough for results to come steadily."""

_WORTHWHILE = 4
"""How many times longer the rows of a task should take than what is the same however many they are."""


def tasks_of(sweep: Sweep, rows: Sequence[int], *, parts: int = 1, pictures: bool = True) -> Iterator[Task]:
    """The tasks that train `rows` of a sweep, which are in ascending order, for `parts` processes to share.

    A task takes about 0.2 seconds by estimate, or as long as it takes to train rows of a cell together with little
    waste. It has at most `MOST_TOGETHER` rows, and there are at least `parts` tasks if there are as many rows.
    """
    most = max(1, min(MOST_TOGETHER, len(rows) // parts))
    waiting: list[int] = []
    seconds = 0.0
    for cell, group in groupby(rows, lambda index: index // sweep.starts):
        cost = cost_of(sweep.cell_config(cell), is_watched=bool(sweep.goals.goals))
        for chunk in _chunks([*group], _together(cost, sweep.epochs), most):
            own = cost.of_rows(len(chunk), sweep.epochs)
            if waiting and (seconds + own > _SECONDS or len(waiting) + len(chunk) > most):
                yield Task(sweep, tuple(waiting), pictures)
                waiting, seconds = [], 0.0
            waiting += chunk
            seconds += own
    if waiting:
        yield Task(sweep, tuple(waiting), pictures)


def _together(cost: Cost, epochs: int) -> int:
    """How many rows of a cell should be trained together."""
    shared, each = epochs * cost.call, cost.of_row(epochs)
    return max(1, round(max(_SECONDS - shared, _WORTHWHILE * shared) / each))


def _chunks(rows: Sequence[int], size: int, most: int) -> Iterator[Sequence[int]]:
    """Rows in pieces of about the same length, about `size` and at most `most`."""
    count = max(1, round(len(rows) / size), ceil(len(rows) / most))
    bounds = [len(rows) * piece // count for piece in range(count + 1)]
    yield from (rows[first:last] for first, last in pairwise(bounds))
