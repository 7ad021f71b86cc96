"""Looking inside a session: which panel is open, and when it is looked at."""

from collections.abc import Callable
from dataclasses import replace
from math import inf

from engine import Trainer
from engine.inspection import Look, Options, Path, Subject, View, open_look

PERIOD = 0.1
"""Seconds between two looks that are shown, at least."""

_PIECE = 0.001
"""Seconds that a piece of a look which is done in pieces may take."""

_SHARE = 0.05
"""The share of a session's time that looks may take: what takes long is looked at less often."""

_LONGEST = 1.0
"""Seconds between two looks at most, however long they take."""


class Inspector:
    """The panel that is open. Times are those of `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.close()

    def close(self) -> None:
        """Look at nothing any more."""
        self._opened: tuple[str, Look] | None = None
        self._options = Options()
        self._is_stale = self._has_new_view = False
        self._view: View | None = None
        self._next = -inf
        self._spent = 0.0

    def open(self, panel: str, options: Options) -> None:
        """Look at this panel from now on, soon for the first time; one that is open already goes on."""
        if self._opened is None or self._opened[0] != panel:
            self.close()
            self._opened = panel, open_look(panel)
        self._options = options
        self._view = None
        self.note_change()
        self._next = min(self._next, self._clock())

    def note_change(self) -> None:
        """What is looked at has changed."""
        self._is_stale = self._opened is not None

    @property
    def is_pending(self) -> bool:
        """Whether a look waits for pieces of it to be computed."""
        return self._view is not None and self._view.pending

    @property
    def ready_at(self) -> float:
        """When there is something new to be shown: a time of the clock, or inf."""
        return self._next if self._is_stale or self._has_new_view else inf

    def work(self, trainer: Trainer, path: Path) -> None:
        """Compute a piece of a look that is pending."""
        if self._opened is not None and self.is_pending and trainer.train_size and trainer.is_showable:
            self._see(self._opened[1], trainer, path)
            self._has_new_view = True

    def show(self, trainer: Trainer, path: Path, now: float) -> tuple[str, View] | None:
        """The panel's name and its view, if it is time for one and there is something to be trained on; else None."""
        if self._opened is None or now < self.ready_at:
            return None
        if not trainer.train_size:
            self._is_stale, self._has_new_view, self._view = False, False, None
            return None
        if not trainer.is_showable:
            return None
        panel, look = self._opened
        view = self._view
        if view is None or not (self._has_new_view or view.pending):
            self._is_stale = False
            view = self._see(look, trainer, path)
        self._has_new_view = False
        self._next = now + PERIOD
        if not view.pending:
            self._next = now + min(max(PERIOD, self._spent / _SHARE), _LONGEST)
            self._spent = 0.0
        return panel, view

    def _see(self, look: Look, trainer: Trainer, path: Path) -> View:
        started = self._clock()
        view = self._view = look(Subject(trainer, path, self._options, _PIECE))
        # what is asked for is asked for once
        self._options = replace(self._options, compute=False)
        self._spent += self._clock() - started
        return view
