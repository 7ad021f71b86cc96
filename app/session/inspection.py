"""The panel of "Look inside" that is open in a session, and when its content is computed."""

from collections.abc import Callable
from dataclasses import replace
from math import inf

from app.session.reading import Followed
from engine import Trainer
from engine.inspection import Look, Options, Path, Subject, View, open_look

PERIOD = 0.1
"""Minimum time in seconds between two frames with content of a panel."""

_PIECE = 0.001
"""Seconds that one piece may take of a computation that is done in pieces."""

_SHARE = 0.05
"""Maximum share of a session's time: expensive panels are computed less often."""

_LONGEST = 1.0
"""Maximum time in seconds between two computations, however expensive they are."""


class Inspector:
    """The open panel. Times are those of `clock`, in seconds. It only reads the trainer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._followed: Followed | None = None
        self.close()

    def close(self) -> None:
        """Close the panel."""
        self._opened: tuple[str, Look] | None = None
        self._options = Options()
        self._is_stale = self._has_new_view = False
        self._view: View | None = None
        self._next = -inf
        self._spent = 0.0

    def open(self, panel: str, options: Options) -> None:
        """Open a panel, or set other options for it if it is open already."""
        if self._opened is None or self._opened[0] != panel:
            self.close()
            self._opened = panel, open_look(panel)
        self._options = options
        self._view = None
        self.note_change()
        self._next = min(self._next, self._clock())

    def follow(self, followed: Followed | None) -> None:
        """Another picture is followed, or none."""
        self._followed = followed
        self.note_change()

    def note_change(self) -> None:
        """The network or its data have changed."""
        self._is_stale = self._opened is not None

    @property
    def is_pending(self) -> bool:
        """Whether pieces of its content are still to be computed."""
        return self._view is not None and self._view.pending

    @property
    def ready_at(self) -> float:
        """When there is something new to show: a time of the clock, or inf."""
        return self._next if self._is_stale or self._has_new_view else inf

    def work(self, trainer: Trainer, path: Path) -> None:
        """Compute the next piece of a pending panel."""
        if self._opened is not None and self.is_pending and trainer.train_size and trainer.is_showable:
            self._compute(self._opened[1], trainer, path)
            self._has_new_view = True

    def show(self, trainer: Trainer, path: Path, now: float) -> tuple[str, View] | None:
        """The panel's name and content, if it is due and there are training examples; else None."""
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
            view = self._compute(look, trainer, path)
        self._has_new_view = False
        self._next = now + PERIOD
        if not view.pending:
            self._next = now + min(max(PERIOD, self._spent / _SHARE), _LONGEST)
            self._spent = 0.0
        return panel, view

    @property
    def _all_options(self) -> Options:
        """The options with the picture that is followed. Its own digit counts more than one that was given for it."""
        followed, options = self._followed, self._options
        if followed is None:
            return options
        label = options.label if followed.label is None else followed.label
        return replace(options, picture=followed.pixels, label=label)

    def _compute(self, look: Look, trainer: Trainer, path: Path) -> View:
        started = self._clock()
        view = self._view = look(Subject(trainer, path, self._all_options, _PIECE))
        # a computation is started once for each request
        self._options = replace(self._options, compute=False)
        self._spent += self._clock() - started
        return view
