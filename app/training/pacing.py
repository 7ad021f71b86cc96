"""Pacing: when a run is trained and how much at a time, by a speed, by hand, or until a stop condition holds."""

from collections.abc import Callable
from math import inf
from typing import NamedTuple

from app.training.run import Run
from app.training.throughput import Throughput
from app.training.until import RunUntil, StopReason

TICK = 1 / 60
"""Seconds between two starts of training; the original trains once per animation frame."""

CATCH_UP = 0.25
"""Maximum delay, in seconds, that a delayed session makes up for."""

_NEAR = 0.5
"""Share of the time for a turn by which it may take longer, so that it ends with an epoch."""

_RATE_WINDOW = 0.5
"""Seconds over which epochs per second are counted."""


class Speed(NamedTuple):
    """What one tick trains: whole epochs or minibatches; `epochs` None trains as much as there is time for."""

    label: str
    epochs: int | None = 0
    minibatches: int = 0


SPEED_PRESETS: dict[str, Speed] = {
    "minibatch": Speed("1 minibatch", minibatches=1),
    "epoch": Speed("1 epoch", epochs=1),
    "epochs_5": Speed("5 epochs", epochs=5),
    "epochs_20": Speed("20 epochs", epochs=20),
    "unlimited": Speed("Maximum speed", epochs=None),
}

DEFAULT_SPEED = "epoch"


class _Rate:
    """The recent number of epochs per second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.last = 0.0
        """The rate over the last whole window; 0 before there was one."""
        self.current = 0.0
        """The same, or the rate so far while there is no whole window."""
        self._since, self._progress = 0.0, 0.0

    def start(self, progress: float) -> None:
        """Count from now on."""
        self.last = self.current = 0.0
        self._since, self._progress = self._clock(), progress

    def measure(self, progress: float) -> None:
        """Take a measurement after some training."""
        now = self._clock()
        seconds = now - self._since
        if seconds >= _RATE_WINDOW:
            self.last = self.current = (progress - self._progress) / seconds
            self._since, self._progress = now, progress
        elif not self.last and seconds > 0:
            self.current = (progress - self._progress) / seconds


def _tick_at(time: float) -> float:
    """The last tick up to a time."""
    return time // TICK * TICK


class Pacing:
    """What is still to be trained now, and when there will be more. Times are those of `clock`, in seconds.

    While `playing`, every tick adds what the speed says. `advance` adds a portion by hand; a `run_until` adds as much
    as there is time for until it stops.

    >>> pacing = Pacing(clock, DEFAULT_SPEED, playing=False)
    >>> pacing.advance(run, 2, "epoch")
    >>> while pacing.ready_at <= clock():
    ...     pacing.train(run, clock(), clock() + 0.01)
    """

    def __init__(self, clock: Callable[[], float], speed: str, *, playing: bool) -> None:
        self._clock = clock
        self.playing = playing
        self.speed = speed
        self.run_until: RunUntil | None = None
        self.stop_reason: StopReason | None = None
        """How the last `run_until` ended, until something else is trained."""
        self.epochs_trained = 0
        """Epochs trained so far, of all runs."""
        self.turn_period = TICK
        """Seconds between two starts of training; if more than `TICK`, each trains what several ticks add."""
        self._started = -inf
        self._due = clock()
        self._epochs: float = 0
        self._minibatches = 0
        self._is_portion = False
        self._throughput = Throughput(clock)
        self._rate = _Rate(clock)

    # --- what is to be trained --------------------------------------------------------------------------------------

    def _is_busy(self) -> bool:
        """Whether something is still to be trained before the next tick."""
        return bool(self._epochs or self._minibatches)

    @property
    def is_training(self) -> bool:
        """Whether it is playing, or something is still to be trained."""
        return self.playing or self._is_busy()

    @property
    def is_by_epochs(self) -> bool:
        """Whether whole epochs are being trained rather than single minibatches, or nothing."""
        is_fast = self.run_until is not None or not SPEED_PRESETS[self.speed].minibatches
        return self._epochs > 0 or (self.playing and is_fast)

    @property
    def ready_at(self) -> float:
        """When there is something to train: a time of the clock, -inf for at once, inf for never."""
        if self._is_busy():
            return -inf
        if not self.playing:
            return inf
        return self._due if self.turn_period <= TICK else max(self._due, self._started + self.turn_period)

    def play(self, run: Run) -> None:
        """Train from now on, until `stop`."""
        self.stop()
        run.resume()
        self._start(run)

    def _start(self, run: Run) -> None:
        self.playing = True
        self.awake(run)

    def awake(self, run: Run) -> None:
        """Go on after a break, without making up for it.

        The ticks of all sessions are at the same moments, so that a process works through them without waiting.
        """
        self._due, self._started = _tick_at(self._clock()), -inf
        self.count_from(run)

    def pause(self, run: Run) -> None:
        """Stop, after finishing an epoch that has begun, so that whole epochs are shown, as in the original."""
        is_cut = self._epochs > 0 and run.trainer.batch > 0
        was_canceled = StopReason(run.trainer.epoch + is_cut, "canceled", "it was canceled")
        self.stop(was_canceled if self.run_until else None)
        if is_cut:
            self._is_portion, self._epochs = True, 1

    def stop(self, reason: StopReason | None = None) -> None:
        """Train nothing more; `reason` says how that ends a `run_until`."""
        self.playing = self._is_portion = False
        self._epochs = self._minibatches = 0
        self.run_until, self.stop_reason = None, reason

    def advance(self, run: Run, count: int, unit: str) -> None:
        """Train `count` of a `unit`, epoch or minibatch, by hand, after the portions that are still queued."""
        epochs, minibatches = (self._epochs, self._minibatches) if self._is_portion else (0, 0)
        self.stop()
        run.resume()
        self._is_portion = True
        if unit == "epoch":
            epochs += count
        else:
            minibatches += count
        self._epochs, self._minibatches = epochs, minibatches

    def train_until(self, run: Run, until: str, epochs: int, patience: int) -> None:
        """Train at full speed until a stop condition holds; see `RunUntil`."""
        self.stop()
        run.resume()
        run_until = RunUntil(until, epochs, patience, run.trainer.epoch).after(run.trainer)
        self.stop_reason = run_until.stop_reason(run.trainer, run.goals.outcome(run.trainer))
        if self.stop_reason is None:
            self.run_until = run_until
            self._start(run)

    def set_speed(self, speed: str, run: Run) -> None:
        """Train at another speed, at once."""
        self.speed = speed
        if self.playing:
            self._epochs = self._minibatches = 0
            self.count_from(run)

    def note_new_losses(self, run: Run) -> None:
        """Losses from now on are of other examples or of another network."""
        self.run_until = self.run_until and self.run_until.with_new_losses(run.trainer)

    # --- training ---------------------------------------------------------------------------------------------------

    def train(self, run: Run, now: float, deadline: float) -> bool:
        """Train what is due, comparison runs first, until `deadline`. Returns whether anything was due."""
        if self.playing and not self._is_busy() and now >= self._due:
            self._take_on(now)
        if not self._is_busy():
            return False
        slack = _NEAR * (deadline - now)
        while self._is_busy() and not run.trainer.has_ended:
            if run.catch_up(deadline):
                self._train_piece(run, max(0.0, deadline - self._clock()), slack)
            if self._clock() >= deadline:
                break
        self._rate.measure(run.progress)
        is_done = self._is_portion and not self._is_busy()
        if run.trainer.has_ended or self._reason_to_stop(run) or is_done:
            # the last epoch after a cancellation is finished without `run_until`
            self.stop(self._reason_to_stop(run) or self.stop_reason)
        return True

    def _take_on(self, now: float) -> None:
        """Add what the speed trains in the ticks that are due."""
        speed = SPEED_PRESETS["unlimited" if self.run_until else self.speed]
        self._started, self._due = now, max(self._due, _tick_at(now - CATCH_UP))
        ticks = 1 + int((now - self._due) / TICK)
        self._epochs = inf if speed.epochs is None else speed.epochs * ticks
        self._minibatches = speed.minibatches * ticks
        self._due += ticks * TICK

    def _train_piece(self, run: Run, seconds: float, slack: float) -> None:
        """Train as many minibatches as should fit into `seconds`, at most to the end of the epoch.

        It is trained to the end if that takes at most `slack` longer.
        """
        trainer = run.trainer
        left = max(1, trainer.batches - trainer.batch)
        wanted = left if self._epochs else min(left, self._minibatches)
        epoch = trainer.epoch
        count = self._throughput.train(run.train, wanted, seconds, slack)
        if not self._epochs:
            self._minibatches -= count
        if trainer.epoch > epoch:
            self.epochs_trained += 1
            self._epochs = max(0, self._epochs - 1)
            self.run_until = self.run_until and self.run_until.after(trainer)
            if self._reason_to_stop(run):
                self._epochs = 0

    def _reason_to_stop(self, run: Run) -> StopReason | None:
        return self.run_until.stop_reason(run.trainer, run.goals.outcome(run.trainer)) if self.run_until else None

    def stop_if_diverged(self, run: Run) -> None:
        """Stop if training was found to have diverged between two epochs."""
        if run.trainer.divergence is not None and self.playing:
            self.stop(self._reason_to_stop(run))

    # --- how fast ---------------------------------------------------------------------------------------------------

    def count_from(self, run: Run) -> None:
        """Count epochs per second from where a run is now."""
        self._rate.start(run.progress)

    @property
    def epochs_per_second(self) -> float:
        """How fast it was trained last; 0 when it is not playing."""
        return self._rate.current if self.playing else 0.0

    def progress(self, run: Run) -> tuple[float | None, float | None] | None:
        """The finished share of a `run_until`, and seconds until it stops; None without one."""
        if self.run_until is None:
            return None
        return self.run_until.share(run.progress), self.run_until.seconds_left(run.progress, self._rate.last)
