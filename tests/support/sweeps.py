"""Sweeps that are not trained: tests say what becomes of them."""

from collections.abc import Sequence

from app.protocol.starts import Progress
from app.rooms.page_sweep import Receiver
from app.sweeps.sweep import Sweep


class NotedSweep:
    """A sweep that was asked for, and what was done with it."""

    def __init__(self, sweep: Sweep, receiver: Receiver, rows: Sequence[int] | None) -> None:
        self.sweep = sweep
        self.receiver = receiver
        self.rows = rows
        self.done: list[str | bool | None] = []
        """Whether it was held, and why it was ended."""
        receiver.receive(Progress(share=0.0))

    def hold(self, *, held: bool) -> None:
        """Note it."""
        self.done.append(held)

    def end(self, why: str | None = None) -> None:
        """Note it, and tell the receiver."""
        self.done.append(why)
        if why:
            self.receiver.receive(Progress(share=0.5, ended=why))


class NotedSweeps:
    """Everything that was asked for."""

    def __init__(self) -> None:
        self.started: list[NotedSweep] = []
        self.warmed_up = 0

    def start(
        self, sweep: Sweep, receiver: Receiver, rows: Sequence[int] | None = None, owner: object | None = None
    ) -> NotedSweep:
        """Note it."""
        self.started.append(NotedSweep(sweep, receiver, rows))
        return self.started[-1]

    def warm_up(self) -> None:
        """Count it."""
        self.warmed_up += 1
