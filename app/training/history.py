"""The history of a run: the state of training, epoch by epoch, in bounded memory."""

from bisect import bisect_left, bisect_right
from collections import deque
from typing import NamedTuple

from app.training.goals import Goals
from engine import StateHandle

BUDGET = 20_000_000
"""Maximum number of bytes that the history of a run takes."""

RECENT = 200
"""Number of epochs before the newest of which every one is kept."""

EARLIER = 1000
"""Number of entries kept of the epochs before those, evenly spaced; when they are full, every other one is dropped."""


class HistoryEntry(NamedTuple):
    """A run after one of its epochs: the training state, the `monitored_loss` and the goals at that time.

    `train_loss` is None without training examples.
    """

    handle: StateHandle
    loss: float
    goals: Goals
    train_loss: float | None = None

    @property
    def epoch(self) -> int:
        """Number of finished epochs."""
        return self.handle.epoch


class TimelinePosition(NamedTuple):
    """The `epoch` that is shown in place of the `latest` one.

    `previous` and `next` are the kept epochs before and after the one that is shown, or None.
    """

    epoch: int
    latest: int
    previous: int | None
    next: int | None


class _Sorted(NamedTuple):
    """Entries by epoch, and their epochs, which lookups search."""

    epochs: list[int]
    entries: list[HistoryEntry]


class History:
    """Entries of one run: the first, the best, the newest, every recent one, and fewer and fewer of the others.

    Fewer entries are kept of a large network, so that all of them together take at most `budget` bytes.

    >>> trainer, history = Trainer(Config()), History()
    >>> for _ in range(3):
    ...     trainer.run_epoch()
    ...     history.put(HistoryEntry(trainer.handle(), monitored_loss(trainer), Goals()))
    >>> history.epochs, history.at(2).epoch, history.neighbors(2)
    ([1, 2, 3], 2, (1, 3))
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._largest = 1
        self._first: HistoryEntry | None = None
        self._best: HistoryEntry | None = None
        self._since = 0
        self._earlier: list[HistoryEntry] = []
        self._stride = 1
        self._recent: deque[HistoryEntry] = deque()
        self._sorted: _Sorted | None = None
        """All entries, until something changes."""

    def put(self, entry: HistoryEntry) -> None:
        """Add an entry, or replace the newest if it is of the same epoch. Epochs must not decrease."""
        self._sorted = None
        recent = self._recent
        if recent and recent[-1].epoch == entry.epoch:
            recent.pop()
        recent.append(entry)
        self._first = self._first if self._first and self._first.epoch < entry.epoch else entry
        if self._best is None or entry.loss < self._best.loss:
            self._best = entry
        elif self._best.epoch == entry.epoch:
            self._best = None
            self._best = min(self._merge(), key=lambda kept: kept.loss)
        # four are kept besides: the first, the best, the newest, and the one to which looking back returns
        self._largest = max(self._largest, entry.handle.size)
        capacity = max(0, self._budget // self._largest - 4)
        while len(recent) > 1 + min(RECENT, capacity // 2):
            self._keep(recent.popleft(), min(EARLIER, capacity - capacity // 2))

    def _keep(self, entry: HistoryEntry, most: int) -> None:
        """Keep an entry that is no longer recent, if it lies on the stride."""
        earlier = self._earlier
        if entry.epoch % self._stride == 0 and (not earlier or earlier[-1].epoch < entry.epoch):
            earlier.append(entry)
        while len(self._earlier) > most:
            self._stride *= 2
            self._earlier = [kept for kept in self._earlier if kept.epoch % self._stride == 0][:most]

    def _in_order(self) -> _Sorted:
        if self._sorted is None:
            entries = self._merge()
            self._sorted = _Sorted([entry.handle.raw.epoch for entry in entries], entries)
        return self._sorted

    def _merge(self) -> list[HistoryEntry]:
        """All entries by epoch. The parts are in order already; only the first and the best may lie between them."""
        merged = [*self._earlier, *self._recent]
        for entry in (self._first, self._best):
            if entry is not None:
                index = bisect_left(merged, entry.epoch, key=lambda kept: kept.epoch)
                is_there = index < len(merged) and merged[index].epoch == entry.epoch
                merged[index : index + is_there] = [entry]
        return merged

    @property
    def entries(self) -> list[HistoryEntry]:
        """All entries, by epoch."""
        return self._in_order().entries

    @property
    def epochs(self) -> list[int]:
        """The kept epochs, ascending."""
        return self._in_order().epochs

    def at(self, epoch: int) -> HistoryEntry | None:
        """The entry of an epoch, or the last one before it, or else the first; None if there is none."""
        epochs, entries = self._in_order()
        return entries[max(0, bisect_right(epochs, epoch) - 1)] if entries else None

    def neighbors(self, epoch: int) -> tuple[int | None, int | None]:
        """The kept epochs before and after a kept one."""
        epochs = self.epochs
        index = bisect_left(epochs, epoch)
        if index == len(epochs) or epochs[index] != epoch:
            return None, None
        before = epochs[index - 1] if index else None
        return before, epochs[index + 1] if index + 1 < len(epochs) else None

    def cut(self, epoch: int) -> None:
        """Drop all entries after an epoch."""
        kept = [entry for entry in self.entries if entry.epoch <= epoch]
        self._sorted = None
        self._recent = deque(entry for entry in self._recent if entry.epoch <= epoch)
        self._earlier = [entry for entry in self._earlier if entry.epoch <= epoch]
        self._best = min(kept, key=lambda entry: entry.loss, default=None)
        if kept and not self._recent:
            self._recent.append(kept[-1])
            self._earlier = [entry for entry in self._earlier if entry.epoch < kept[-1].epoch]

    def forget_best(self) -> None:
        """Losses from the newest entry on are not comparable with earlier ones: the next entry is the best so far."""
        self._best = None
        self._sorted = None
        self._since = self._recent[-1].epoch if self._recent else 0

    def comparable(self) -> list[HistoryEntry]:
        """The entries whose losses are comparable with the newest: of the same examples, by the same function."""
        return [entry for entry in self.entries if entry.epoch >= self._since]
