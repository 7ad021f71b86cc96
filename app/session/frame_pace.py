"""When a session makes its next frame, and which frames have a checkpoint.

Where the examples are points, a frame takes a millisecond and is its own checkpoint. Where they are pictures, it costs
more: in the middle of an epoch all of them would have to be read for it, and its checkpoint is larger than the rest.
"""

from math import inf

from app.session.experiment import Experiment

PICTURE_PERIOD = 0.1
"""Minimum time in seconds between two frames of a network that reads pictures."""

CHECKPOINT_PERIOD = 5.0
"""Maximum time in seconds between two of its checkpoints."""

PATIENCE = 1.5
"""Seconds for which a frame, or a card, waits for the end of an epoch."""

_SHARE = 0.2
"""Maximum share of the time for frames: those of large networks are made less often."""


class FramePace:
    """When frames are due: times are in seconds, of the clock that their maker uses. It only reads the experiment."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._next = -inf
        self._checkpoint_at = -inf
        self._checkpoint_of: tuple[int, int] | None = None
        """Revision and run of the last frame that had a checkpoint."""
        self.lacks_checkpoint = True
        """Whether there has been no checkpoint since the last change."""

    @property
    def _has_pictures(self) -> bool:
        return self._experiment.config.has_pictures

    def _period(self, period: float) -> float:
        return max(period, PICTURE_PERIOD) if self._has_pictures else period

    def due(self, period: float) -> float:
        """When the next frame may be made: up to half a period early rather than in a turn of its own."""
        return self._next - self._period(period) / 2

    def is_due(self, period: float, now: float, *, is_resting: bool) -> bool:
        """Whether a frame may be made now, `period` seconds after the last at least.

        It waits for the end of an epoch, unless training `is_resting`.
        """
        return self.is_time(self.due(period), now, is_resting=is_resting)

    def is_time(self, due: float, now: float, *, is_resting: bool) -> bool:
        """Whether something that is `due` may be made now, or waits for the end of an epoch, when losses are known."""
        pacing, trainer = self._experiment.pacing, self._experiment.run.trainer
        waits = self._has_pictures and not is_resting and pacing.is_by_epochs and trainer.batch > 0
        return now >= (due + PATIENCE if waits else due)

    def needs_checkpoint(self, now: float, *, is_resting: bool) -> bool:
        """Whether a frame that is made now needs a checkpoint: the last before a rest does, and one now and then."""
        experiment = self._experiment
        is_other = self._checkpoint_of != (experiment.revision, experiment.run.number)
        is_time = is_resting or now >= self._checkpoint_at + CHECKPOINT_PERIOD
        return not self._has_pictures or is_other or (self.lacks_checkpoint and is_time)

    def note_change(self) -> None:
        """The network has changed: the last checkpoint is not of its present state."""
        self.lacks_checkpoint = True

    def want_checkpoint(self) -> None:
        """The next frame needs a checkpoint, since somebody has come who knows none."""
        self._checkpoint_of = None

    def note_frame(self, period: float, now: float, cost: float, *, has_checkpoint: bool) -> None:
        """A frame has been made, which was begun `now` and took `cost` seconds."""
        # a little sooner than a period later, so that after a late one, frames are in the turns of ticks again
        apart = 0.95 * self._period(period)
        if self._has_pictures:
            apart = max(apart, cost / _SHARE)
        self._next = max(self._next, now) + apart
        if has_checkpoint:
            self.lacks_checkpoint = False
            self._checkpoint_at = now
            self._checkpoint_of = self._experiment.revision, self._experiment.run.number
