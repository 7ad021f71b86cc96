"""What a session tells: every message in its order, and a frame whenever there is room, time and something new."""

from collections.abc import Callable
from math import inf

from app.export.animation import Animation
from app.link import LinkWarning, format_link
from app.protocol.envelopes import Envelope, Kind
from app.protocol.errors import ProtocolError
from app.protocol.frames import encode_animation, encode_data, encode_frame
from app.protocol.messages import (
    encode_animating,
    encode_config,
    encode_error,
    encode_goals,
    encode_notices,
    encode_status,
)
from app.session.experiment import Experiment
from app.session.inspection import Inside
from app.training.goals import GoalStatus, goal_statuses
from engine import Effect


class Telling:
    """All that is said of an experiment, until it is taken; and what is looked at. Times are those of `clock`.

    `frame_period` are the seconds between two frames at least, `seq` the number of the last frame.
    """

    def __init__(
        self, number: int, experiment: Experiment, frame_period: float, clock: Callable[[], float], seq: int
    ) -> None:
        self._number = number
        self._of = experiment
        self._clock = clock
        self._said: list[Envelope] = []
        self._told_goals: tuple[GoalStatus, ...] = ()
        self._told_status: tuple[object, ...] = ()
        self.inside = Inside(clock)
        self.animation: tuple[int, Animation] | None = None
        """What is being drawn, and for which subscriber."""
        self.frame_period = frame_period
        self._seq = seq
        self._next_frame = -inf
        self._granted = False
        self._receivers = (0, -1)
        self._has_changed = True

    # --- messages ---------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._said)

    def take(self) -> list[Envelope]:
        """All that has been said since the last time."""
        if self._standings() != self._told_goals:
            self.say_goals()
        said, self._said = self._said, []
        return said

    def say(self, kind: Kind, payload: bytes, **numbers: int) -> None:
        """Say something to everybody, or to one `subscriber`."""
        self._said.append(Envelope(kind, self._number, payload, **numbers))

    def say_text(self, text: str, subscriber: int = 0) -> None:
        """Say a message."""
        self.say(Kind.MESSAGE, text.encode(), subscriber=subscriber)

    def refuse(self, error: ProtocolError, subscriber: int = 0, id: int | None = None) -> None:  # noqa: A002
        """Say why something was not done."""
        self.say_text(encode_error(error.faults, id), subscriber)

    def say_opened(self, warnings: tuple[LinkWarning, ...], id: int | None = None) -> None:  # noqa: A002
        """All that is to be said of an experiment that is another from here on."""
        self.note_change()
        if warnings:
            self.say_text(encode_notices(warnings))
        self.say_config(Effect.DATA, id, fresh=True)
        self.say_status()
        self.say_data()

    def greet(self) -> None:
        """All that one needs to know who has just come; nothing is looked into on a page that has."""
        self.note_change()
        self.look_away()
        self.say_config(Effect.DATA, fresh=False)
        self.say_status()
        self.say_data()
        if self._of.run.goals.goals:
            self.say_goals()

    def say_change(self, effect: Effect, id: int | None = None) -> None:  # noqa: A002
        """The config is another, if `effect` says so; what begins anew by it, and its data if they do."""
        if effect > Effect.NOTHING:
            self.note_change()
        self.say_config(effect, id, fresh=effect >= Effect.NETWORK)
        if effect is Effect.DATA:
            self.say_data()

    def say_config(self, effect: Effect, id: int | None = None, *, fresh: bool) -> None:  # noqa: A002
        """The experiment in force; `fresh` if frames before this are of a network that is no more."""
        config, view, revision = self._of.config, self._of.view, self._of.revision
        text = encode_config(config, view, format_link(config, view), revision, effect.name.lower(), id)
        self.say(Kind.CONFIG, text.encode(), revision=revision, run=int(fresh))

    def say_data(self) -> None:
        """The examples."""
        self.say(Kind.DATA, encode_data(self._of.run.trainer, self._of.revision))

    def say_goals(self) -> None:
        """The goals, and which of them are reached."""
        self._told_goals = self._standings()
        self.say_text(encode_goals(self._told_goals))

    def _standings(self) -> tuple[GoalStatus, ...]:
        run = self._of.run
        return goal_statuses(run.goals, run.trainer, run.last_epoch)

    def say_status(self, id: int | None = None) -> None:  # noqa: A002
        """Whether and how it is trained, and which moment is shown."""
        self._told_status = self._status()
        run, pacing = self._of.run, self._of.pacing
        text = encode_status(
            pacing.playing,
            pacing.speed,
            run.trainer.divergence,
            run.trainer.stopped,
            id,
            place=run.position,
            errand=pacing.run_until,
            ended=pacing.stop_reason,
            retreat=run.retry_point,
        )
        self.say(Kind.STATUS, text.encode())

    def say_new_status(self) -> None:
        """The status, if it is another than was told."""
        if self._status() != self._told_status:
            self.say_status()

    def _status(self) -> tuple[object, ...]:
        run, pacing = self._of.run, self._of.pacing
        run_until = pacing.run_until and pacing.run_until.since
        past = run.is_past and run.trainer.epoch
        divergence, stopped = run.trainer.divergence, run.trainer.stopped
        return pacing.playing, pacing.speed, divergence, stopped, run_until, pacing.stop_reason, past

    # --- frames -----------------------------------------------------------------------------------------------------

    def grant(self, run: int, epoch: int) -> None:
        """Allow one frame, to receivers who have the loss series of `run` up to `epoch`."""
        self._granted = True
        self._receivers = (run, epoch)

    def note_change(self) -> None:
        """There is something to see that has not been shown."""
        self._has_changed = True

    def look_away(self) -> None:
        """Neither look inside nor draw an animation any more."""
        self.inside.close()
        self.animation = None

    def give_up(self) -> None:
        """Show nothing until something changes: the last frame that was tried has failed, and would fail again."""
        self._has_changed = False
        self.look_away()

    @property
    def ready_at(self) -> float:
        """When there is something to look at: a time of the clock, -inf for at once, inf for never."""
        if self.inside.is_pending or self.animation:
            return -inf
        if not self._granted:
            return inf
        something_new = -inf if self._has_changed else self.inside.ready_at
        return max(self._next_frame, something_new)

    def work(self) -> None:
        """Compute a piece of a look inside that is pending, and draw the next picture of an animation."""
        self.inside.work(self._of.run.trainer, self._of.run.path)
        if self.animation:
            self._draw(*self.animation)

    def _draw(self, asker: int, animation: Animation) -> None:
        share = animation.share
        animation.step()
        if animation.is_done:
            self.animation = None
            self.say(Kind.FILE, encode_animation("run.gif", animation.file()), subscriber=asker)
        elif animation.share > share:
            self.say_text(encode_animating(animation.share), asker)

    def show(self) -> None:
        """Make a frame if one is due."""
        now = self._clock()
        is_new = self._has_changed or now >= self.inside.ready_at
        if self._granted and now >= self._next_frame and is_new:
            self._say_frame(now)

    def show_last(self) -> None:
        """Make a frame, whether or not one is due."""
        self._say_frame(self._clock())

    def _say_frame(self, now: float) -> None:
        run, pacing, revision = self._of.run, self._of.pacing, self._of.revision
        snapshot = run.trainer.snapshot(self._of.selected)
        if self._has_changed:
            self.inside.note_change()
        self._seq += 1
        known_run, known_epoch = self._receivers
        frame = encode_frame(
            snapshot,
            seq=self._seq,
            revision=revision,
            run=run.number,
            epochs_per_second=pacing.epochs_per_second(run, now),
            history=run.series.after(known_epoch if known_run == run.number else -1),
            inside=self.inside.show(run.trainer, run.path, now),
            goals=run.shown_goals.progress,
            past=run.is_past,
            progress=pacing.progress(run),
            rivals=run.comparison.views(),
        )
        self.say(Kind.FRAME, frame, revision=revision, seq=self._seq, run=run.number, epoch=run.last_epoch)
        self._granted = self._has_changed = False
        self._next_frame = max(self._next_frame + self.frame_period, now + self.frame_period / 2)
