"""The history of a run: where its training was, epoch by epoch, in bounded room."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from app.training.goals import Goals
from engine import Mark, TrainingState

ROOM = 20_000_000
"""Bytes that the history of a run may take."""

RECENT = 200
"""Epochs before the newest of which every one is kept."""

EARLIER = 1000
"""Moments that are kept of what was before, spread evenly; when they are full, every other one goes."""


class Moment(NamedTuple):
    """A run at one of its epochs: the training, the loss that tells which is the best, and the goals at that time.

    `train_loss` is None without training examples.
    """

    mark: Mark
    loss: float
    goals: Goals
    train_loss: float | None = None

    @property
    def epoch(self) -> int:
        """The epochs that were done."""
        return self.mark.epoch


class Place(NamedTuple):
    """A moment of a run that is shown in place of now: the epoch that is shown, and that of now.

    `earlier` and `later` are the epochs beside the one that is shown of which something is kept.
    """

    past: int | None
    now: int | None
    earlier: int | None
    later: int | None


class RunHistory:
    """Moments of one run: its first, its best and its newest, every recent one, and of the others fewer and fewer.

    Of a large network fewer are kept, so that all of them together take at most `room` bytes.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._largest = 1
        self._first: Moment | None = None
        self._best: Moment | None = None
        self._since = 0
        self._earlier: list[Moment] = []
        self._stride = 1
        self._recent: deque[Moment] = deque()
        self._sorted: list[Moment] | None = None
        """All of them by their epochs, until something changes."""

    def put(self, moment: Moment) -> None:
        """Add a moment, or replace the newest if it is of the same epoch. Epochs must not go down."""
        self._sorted = None
        recent = self._recent
        if recent and recent[-1].epoch == moment.epoch:
            recent.pop()
        recent.append(moment)
        self._first = self._first if self._first and self._first.epoch < moment.epoch else moment
        if self._best is None or moment.loss < self._best.loss:
            self._best = moment
        elif self._best.epoch == moment.epoch:
            self._best = None
            self._best = min(self._sort(), key=lambda kept: kept.loss)
        # first, best, the newest, and the one that whoever looks back has come from
        self._largest = max(self._largest, moment.mark.size)
        places = max(0, self._room // self._largest - 4)
        while len(recent) > 1 + min(RECENT, places // 2):
            self._keep(recent.popleft(), min(EARLIER, places - places // 2))
        self._sorted = None

    def _keep(self, moment: Moment, most: int) -> None:
        """Keep what is no longer recent, if it has its turn."""
        earlier = self._earlier
        if moment.epoch % self._stride == 0 and (not earlier or earlier[-1].epoch < moment.epoch):
            earlier.append(moment)
        while len(self._earlier) > most:
            self._stride *= 2
            self._earlier = [kept for kept in self._earlier if kept.epoch % self._stride == 0][:most]

    def _all(self) -> list[Moment]:
        if self._sorted is None:
            self._sorted = self._sort()
        return self._sorted

    def _sort(self) -> list[Moment]:
        kept = {moment.epoch: moment for moment in (*self._earlier, *self._recent)}
        for moment in (self._first, self._best):
            if moment is not None:
                kept[moment.epoch] = moment
        return [kept[epoch] for epoch in sorted(kept)]

    @property
    def epochs(self) -> list[int]:
        """The epochs that are kept, ascending."""
        return [moment.epoch for moment in self._all()]

    def at(self, epoch: int) -> Moment | None:
        """The moment of an epoch, or the last that is kept before it, or else the first; None if there is none."""
        moments = self._all()
        place = bisect_right(moments, epoch, key=lambda moment: moment.epoch)
        return moments[max(0, place - 1)] if moments else None

    def beside(self, epoch: int) -> tuple[int | None, int | None]:
        """The kept epochs next to a kept one: before it and after it."""
        moments = self._all()
        place = bisect_left(moments, epoch, key=lambda moment: moment.epoch)
        if place == len(moments) or moments[place].epoch != epoch:
            return None, None
        before = moments[place - 1].epoch if place else None
        return before, moments[place + 1].epoch if place + 1 < len(moments) else None

    def cut(self, epoch: int) -> None:
        """Let go of all that came after an epoch."""
        kept = [moment for moment in self._all() if moment.epoch <= epoch]
        self._sorted = None
        self._recent = deque(moment for moment in self._recent if moment.epoch <= epoch)
        self._earlier = [moment for moment in self._earlier if moment.epoch <= epoch]
        self._best = min(kept, key=lambda moment: moment.loss, default=None)
        if kept and not self._recent:
            self._recent.append(kept[-1])

    def forget_best(self) -> None:
        """The losses from the newest moment on are of another kind: the best of the present ones is still to come."""
        self._best = None
        self._sorted = None
        self._since = self._recent[-1].epoch if self._recent else 0

    def comparable(self) -> list[Moment]:
        """The moments whose losses are of one kind with the newest: of the same examples, by the same function."""
        return [moment for moment in self._all() if moment.epoch >= self._since]

    def states(self) -> Iterator[tuple[int, TrainingState]]:
        """Epoch and training state of all that is kept, from the first to the newest."""
        for moment in self._all():
            yield moment.epoch, moment.mark.state()

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return sum(moment.mark.size for moment in self._all())
