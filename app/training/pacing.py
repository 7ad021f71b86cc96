"""Pacing: when a run is trained and how much at a time, by a speed, by hand, or on an errand."""

from collections.abc import Callable
from math import inf

from app.training.pace import Pace
from app.training.run import Run
from app.training.speeds import SPEEDS, TICK
from app.training.until import End, Errand

CATCH_UP = 0.25
"""Seconds that a session which was kept waiting may be behind; it makes up for them as soon as it can."""

_RATE_WINDOW = 0.5
"""Seconds over which epochs per second are counted."""


class _Rate:
    """How many epochs a run has done per second, of late."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.last = 0.0
        """What was counted over the last whole window; 0 before there was one."""
        self._since, self._progress = 0.0, 0.0

    def begin(self, progress: float) -> None:
        """Count from here on."""
        self.last = 0.0
        self._since, self._progress = self._clock(), progress

    def measure(self, now: float, progress: float) -> float:
        """Epochs per second."""
        seconds = now - self._since
        if seconds >= _RATE_WINDOW:
            self.last = (progress - self._progress) / seconds
            self._since, self._progress = now, progress
        elif not self.last and seconds > 0:
            return (progress - self._progress) / seconds
        return self.last


class Pacing:
    """What is still to be trained now, and when there will be more. Times are those of `clock`.

    While it plays, every tick brings so much to train as the speed says. `advance` brings a portion by hand, an errand
    as much as there is time for until it ends.
    """

    def __init__(self, clock: Callable[[], float], speed: str, *, playing: bool) -> None:
        self._clock = clock
        self.playing = playing
        self.speed = speed
        self.errand: Errand | None = None
        self.ended: End | None = None
        """How the last errand ended, until something else is trained."""
        self._due = clock()
        self._epochs: float = 0
        self._minibatches = 0
        self._is_portion = False
        self._pace = Pace(clock)
        self._rate = _Rate(clock)

    # --- what is to be trained --------------------------------------------------------------------------------------

    def _owes(self) -> bool:
        """Whether something is still to be trained before the next tick."""
        return bool(self._epochs or self._minibatches)

    @property
    def ready_at(self) -> float:
        """When there is something to train: a time of the clock, -inf for at once, inf for never."""
        if self._owes():
            return -inf
        return self._due if self.playing else inf

    def play(self, run: Run) -> None:
        """Train from now on, until `stop`."""
        self.stop()
        run.resume()
        self._start(run)

    def _start(self, run: Run) -> None:
        self.playing = True
        self.awake(run)

    def awake(self, run: Run) -> None:
        """Nothing was trained for a while, and that is not to be made up for."""
        self._due = self._clock()
        self.count_from(run)

    def pause(self, run: Run) -> None:
        """Stop; an epoch that a slice has cut is finished first, so that whole epochs are shown, as in the original."""
        is_cut = self._epochs > 0 and run.trainer.batch > 0
        was_cancelled = End(run.trainer.epoch + is_cut, "cancelled", "it was cancelled")
        self.stop(was_cancelled if self.errand else None)
        if is_cut:
            self._is_portion, self._epochs = True, 1

    def stop(self, ended: End | None = None) -> None:
        """Train nothing any more; `ended` says how an errand has ended by that."""
        self.playing = self._is_portion = False
        self._epochs = self._minibatches = 0
        self.errand, self.ended = None, ended

    def advance(self, run: Run, count: int, unit: str) -> None:
        """Train so many of a `unit`, epoch or minibatch, by hand.

        What was asked for before and is still to come is done, too: nobody presses in vain.
        """
        epochs, minibatches = (self._epochs, self._minibatches) if self._is_portion else (0, 0)
        self.stop()
        run.resume()
        self._is_portion = True
        if unit == "epoch":
            epochs += count
        else:
            minibatches += count
        self._epochs, self._minibatches = epochs, minibatches

    def run_errand(self, run: Run, until: str, epochs: int, patience: int) -> None:
        """Train at full speed until something is so; see `Errand`."""
        self.stop()
        run.resume()
        errand = Errand(until, epochs, patience, run.trainer.epoch).after(run.trainer)
        self.ended = errand.end(run.trainer, run.goals.outcome(run.trainer))
        if self.ended is None:
            self.errand = errand
            self._start(run)

    def set_speed(self, speed: str, run: Run) -> None:
        """Train at another speed, at once."""
        self.speed = speed
        if self.playing:
            self._epochs = self._minibatches = 0
            self.count_from(run)

    def note_other_losses(self, run: Run) -> None:
        """The losses from here on are those of other examples, or of another network."""
        self.errand = self.errand and self.errand.afresh(run.trainer)

    # --- training ---------------------------------------------------------------------------------------------------

    def train(self, run: Run, now: float, deadline: float) -> bool:
        """Train what is to be trained, rivals first, until `deadline`. Whether there was anything."""
        if self.playing and not self._owes() and now >= self._due:
            self._take_on(now)
        if not self._owes():
            return False
        while self._owes() and not run.trainer.has_ended:
            if run.catch_up(deadline):
                self._train_piece(run, max(0.0, deadline - self._clock()))
            if self._clock() >= deadline:
                break
        is_done = self._is_portion and not self._owes()
        if run.trainer.has_ended or self._end(run) or is_done:
            # the last epoch of an errand that was cancelled is done without it
            self.stop(self._end(run) or self.ended)
        return True

    def _take_on(self, now: float) -> None:
        """A tick has come: so much is to be trained as the speed says."""
        speed = SPEEDS["unlimited" if self.errand else self.speed]
        self._epochs = inf if speed.epochs is None else speed.epochs
        self._minibatches = speed.minibatches
        self._due = max(self._due + TICK, now - CATCH_UP)

    def _train_piece(self, run: Run, seconds: float) -> None:
        """Train on so many minibatches as should fit into `seconds`, at most to the end of the epoch."""
        trainer = run.trainer
        left = max(1, trainer.batches - trainer.batch)
        wanted = left if self._epochs else min(left, self._minibatches)
        epoch = trainer.epoch
        count = self._pace.train(run.train, wanted, seconds)
        if not self._epochs:
            self._minibatches -= count
        if trainer.epoch > epoch:
            self._epochs = max(0, self._epochs - 1)
            self.errand = self.errand and self.errand.after(trainer)
            if self._end(run):
                self._epochs = 0

    def _end(self, run: Run) -> End | None:
        return self.errand.end(run.trainer, run.goals.outcome(run.trainer)) if self.errand else None

    def stop_if_diverged(self, run: Run) -> None:
        """Stop if it has turned out between two epochs that training diverged."""
        if run.trainer.divergence is not None and self.playing:
            self.stop(self._end(run))

    # --- how fast ---------------------------------------------------------------------------------------------------

    def count_from(self, run: Run) -> None:
        """Epochs per second are counted from where a run is now."""
        self._rate.begin(run.progress)

    def epochs_per_second(self, run: Run, now: float) -> float:
        """How fast a run is trained; 0 when it is not."""
        return self._rate.measure(now, run.progress) if self.playing else 0.0

    def progress(self, run: Run) -> tuple[float | None, float | None] | None:
        """Which share of an errand is done, and seconds until it ends; None without one."""
        if self.errand is None:
            return None
        return self.errand.share(run.progress), self.errand.seconds_left(run.progress, self._rate.last)
