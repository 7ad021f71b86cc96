"""The events of a session: all messages in order, and frames and cards when they are wanted, due and show a change."""

from collections.abc import Callable
from math import inf

from app.export.animation import Animation
from app.link import LinkWarning, format_link
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.frames import FULL_MAP, content_of, encode_animation, encode_data, encode_frame
from app.protocol.messages import (
    AnimatingMessage,
    Message,
    config_message,
    encode,
    error_message,
    goals_message,
    remark_message,
    status_message,
    warnings_message,
)
from app.protocol.starts import encode_sweep
from app.session.cards import Cards, report_of
from app.session.commentary import Commentary
from app.session.drawings import DrawingsReader
from app.session.experiment import Experiment
from app.session.frame_pace import FramePace
from app.session.inspection import Inspector
from app.session.reading import Followed, still_there
from app.sweeps.sweep import Sweep
from app.training.goals import GoalStatus, goal_statuses
from engine import Effect, PictureSnapshot, Snapshot


class Publisher:
    """Collects the events of an experiment until they are taken. Times are those of `clock`, in seconds.

    It only reads the experiment: whether frames are made, and how many, changes nothing in training or its pacing.
    `frame_period` is the minimum time between two frames, `seq` the number of the last frame.

    >>> publisher = Publisher(1, experiment, frame_period=1 / 60, clock=time.perf_counter, seq=0)
    >>> publisher.emit_status()
    >>> publisher.grant(run=0, epoch=-1)
    >>> publisher.do_next()
    >>> [envelope.kind.name for envelope in publisher.take()]
    ['STATUS', 'FRAME']
    """

    def __init__(
        self, number: int, experiment: Experiment, frame_period: float, clock: Callable[[], float], seq: int
    ) -> None:
        self._number = number
        self._experiment = experiment
        self._clock = clock
        self._pending: list[Envelope] = []
        self._last_goals: tuple[GoalStatus, ...] = ()
        self._last_status: tuple[object, ...] = ()
        self.inspector = Inspector(clock)
        self.commentary = Commentary(clock)
        self.animation: tuple[int, Animation] | None = None
        """The animation that is being drawn, and the subscriber who asked for it."""
        self._sweep: Sweep | None = None
        """The starts that were asked for last. They may all have been trained."""
        self._checked: object = None
        """The config of which they are known to be."""
        self.cards = Cards(clock)
        self.drawings = DrawingsReader(clock)
        self.followed: Followed | None = None
        """The picture whose activations frames hold."""
        self.refused = 0
        """How many commands have been refused."""
        self.is_held = False
        """Whether nothing may be trained."""
        self.frame_period = frame_period
        self._seq = seq
        self._pace = FramePace(experiment)
        self._granted = False
        self._receivers = (0, -1)
        self._side = self._shown_side = FULL_MAP
        """Rows of the map in the next frame, and of that in the last."""
        self._has_changed = True
        self._last_duty = 0

    # --- messages ---------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._pending)

    def take(self) -> list[Envelope]:
        """The events since the last call."""
        self._emit_new_goals()
        pending, self._pending = self._pending, []
        return pending

    def emit(self, kind: MessageKind, payload: bytes, **numbers: int) -> None:
        """Add an envelope for everybody, or for one `subscriber`."""
        self._pending.append(Envelope(kind, self._number, payload, **numbers))

    def emit_message(self, message: Message, subscriber: int = 0) -> None:
        """Add a message for everybody, or for one subscriber."""
        self.emit(MessageKind.MESSAGE, encode(message).encode(), subscriber=subscriber)

    def refuse(self, error: ProtocolError, subscriber: int = 0, request_id: int | None = None) -> None:
        """Say why a command was refused."""
        self.refused += 1
        self.emit_message(error_message(error.faults, request_id), subscriber)

    def emit_opened(self, warnings: tuple[LinkWarning, ...], request_id: int | None = None) -> None:
        """Everything about an experiment that has just been opened."""
        self.note_change()
        self.follow(None)
        if warnings:
            self.emit_message(warnings_message(warnings))
        self.emit_config(Effect.DATA, request_id, fresh=True)
        self.emit_status()
        self.emit_data()

    def emit_all(self) -> None:
        """Everything that a new subscriber needs. No panel is open on its page."""
        self.want_frame()
        self._pace.want_checkpoint()
        self.close_views()
        self.emit_config(Effect.DATA, fresh=False)
        self.emit_status()
        self.emit_data()
        if self._experiment.run.goals.goals:
            self.emit_goals()
        if self.commentary.said:
            self.emit_remark()

    def emit_change(self, effect: Effect, request_id: int | None = None) -> None:
        """The config after a change with this `effect`, and the data if they are new."""
        if effect > Effect.NOTHING:
            self.note_change()
            self.commentary.note_change(self._experiment.run.trainer.epoch)
        self.emit_config(effect, request_id, fresh=effect >= Effect.NETWORK)
        if effect is Effect.DATA:
            self.follow(still_there(self._experiment.run.trainer, self.followed))
            self.emit_data()

    def emit_config(self, effect: Effect, request_id: int | None = None, *, fresh: bool) -> None:
        """The experiment in force; `fresh` if earlier frames are of a network that no longer exists."""
        config, view, revision = self._experiment.config, self._experiment.view, self._experiment.revision
        link = format_link(config, view)
        message = config_message(config, view.as_dict(), link, revision, effect.name.lower(), request_id)
        self.emit(MessageKind.CONFIG, encode(message).encode(), revision=revision, run=int(fresh))

    def emit_data(self) -> None:
        """The examples."""
        trainer = self._experiment.run.trainer
        content = content_of(trainer)
        self.emit(MessageKind.DATA, encode_data(trainer, self._experiment.revision, content), epoch=content)

    def emit_goals(self) -> None:
        """The goals, and which of them are reached."""
        self._last_goals = self._goal_statuses()
        self.emit_message(goals_message(self._last_goals))

    def _emit_new_goals(self) -> None:
        if self._goal_statuses() != self._last_goals:
            self.cards.note_change()
            self.emit_goals()

    def emit_remark(self) -> None:
        """What is said of the run now, or that there is nothing to say."""
        self.emit_message(remark_message(self.commentary.said))

    def _look(self) -> bool:
        """Look at the run if the view asks for words, and say what is new; returns whether a look was due."""
        ready = self.commentary.ready_at(self._experiment)
        is_due = ready < inf and ready <= self._clock()
        if self.commentary.look(self._experiment):
            self.emit_remark()
        return is_due

    def _goal_statuses(self) -> tuple[GoalStatus, ...]:
        run = self._experiment.run
        return goal_statuses(run.goals, run.trainer, run.last_epoch)

    def emit_status(self, request_id: int | None = None) -> None:
        """Whether and how it is trained, and which epoch is shown."""
        self._last_status = self._status()
        run, pacing = self._experiment.run, self._experiment.pacing
        message = status_message(
            playing=pacing.playing,
            speed=pacing.speed,
            divergence=run.trainer.divergence,
            early_stop=run.trainer.stopped,
            retry=run.retry_point,
            position=run.position,
            run_until=pacing.run_until,
            run_ended=pacing.stop_reason,
            request_id=request_id,
        )
        self.emit(MessageKind.STATUS, encode(message).encode())

    def emit_new_status(self) -> None:
        """The status, if it has changed since the last one."""
        if self._status() != self._last_status:
            self.cards.note_change()
            self.emit_status()

    def _status(self) -> tuple[object, ...]:
        run, pacing = self._experiment.run, self._experiment.pacing
        run_until = pacing.run_until and pacing.run_until.since
        past = run.is_past and run.trainer.epoch
        divergence, stopped = run.trainer.divergence, run.trainer.stopped
        return pacing.playing, pacing.speed, divergence, stopped, run_until, pacing.stop_reason, past

    # --- frames -----------------------------------------------------------------------------------------------------

    def grant(self, run: int, epoch: int, side: int = FULL_MAP) -> None:
        """Allow one frame, to receivers who have the loss series of `run` up to `epoch`.

        While training goes on, its map has `side` rows and columns: `FULL_MAP` or `SMALL_MAP`.
        """
        self._granted = True
        self._receivers = (run, epoch)
        self._side = side

    def note_change(self) -> None:
        """The experiment has changed: neither a frame nor a card has shown that."""
        self.want_frame()
        self._pace.note_change()
        self.cards.note_change()
        self.drawings.note_change()

    def want_frame(self) -> None:
        """There is something to see that no frame has shown."""
        self._has_changed = True

    def follow(self, followed: Followed | None) -> None:
        """Show the activations of another picture from now on, or of none."""
        if followed is not self.followed:
            self.followed = followed
            self.inspector.follow(followed)
            self.want_frame()

    def close_views(self) -> None:
        """Close the panel of "Look inside", and cancel the animation. Starts belong to the page that asked for them."""
        self.follow(None)
        self.inspector.close()
        self.animation = self._sweep = None

    def give_up(self) -> None:
        """Make neither a frame nor a card until something changes: the last attempt failed, and would fail again."""
        self._has_changed = self._pace.lacks_checkpoint = False
        self._shown_side = FULL_MAP
        self.end_sweep("failed")
        self.cards.give_up()
        self.drawings.give_up()
        self.close_views()

    @property
    def ready_at(self) -> float:
        """When there is something to do: a time of the clock, -inf for at once, inf for never."""
        if self.inspector.is_pending or self.animation:
            return -inf
        other = min(self.commentary.ready_at(self._experiment), self.cards.ready_at, self.drawings.ready_at)
        if not self._granted:
            return other
        something_new = -inf if self._has_news else self.inspector.ready_at
        return min(other, max(self._pace.due(self.frame_period), something_new))

    def do_next(self) -> None:
        """Do one of the things that are due, in rotation: together they would take longer than a turn should.

        Only a card and readings, which take little, are made with any of them.
        """
        duties = (self._inspect, self._draw, self._look, self._show)
        for step in range(1, len(duties) + 1):
            number = (self._last_duty + step) % len(duties)
            if duties[number]():
                self._last_duty = number
                break
        self._tell()

    def _inspect(self) -> bool:
        """Compute the next piece of a pending panel; returns whether there was any."""
        is_pending = self.inspector.is_pending
        if is_pending:
            self.inspector.work(self._experiment.run.trainer, self._experiment.run.path)
        return is_pending

    def _draw(self) -> bool:
        """Take the next step of an animation; returns whether there was any."""
        if self.animation is None:
            return False
        asker, animation = self.animation
        share = animation.share
        animation.step()
        if animation.is_done:
            self.animation = None
            self.emit(MessageKind.FILE, encode_animation("run.gif", animation.file()), subscriber=asker)
        elif animation.share > share:
            self.emit_message(AnimatingMessage(share=animation.share), asker)
        return True

    def _show(self) -> bool:
        """Make a frame if one was granted, is due and would show something new; returns whether it did."""
        now = self._clock()
        is_new = self._has_news or now >= self.inspector.ready_at
        if not (self._granted and is_new and self._pace.is_due(self.frame_period, now, is_resting=self._is_resting)):
            return False
        self.emit_frame(FULL_MAP if self._stands_still else self._side)
        return True

    @property
    def _has_news(self) -> bool:
        """Whether a frame would show something new. The last one before a stop has the full map and a checkpoint."""
        is_small, lacks_checkpoint = self._shown_side < FULL_MAP, self._pace.lacks_checkpoint
        return self._has_changed or (is_small and self._stands_still) or (lacks_checkpoint and self._is_resting)

    @property
    def _stands_still(self) -> bool:
        return self.is_held or not self._experiment.pacing.playing

    @property
    def _is_resting(self) -> bool:
        """Whether nothing is trained, not even a portion by hand."""
        return self.is_held or not self._experiment.pacing.is_training

    def emit_frame(self, side: int = FULL_MAP, *, is_last: bool = False) -> None:
        """Make a frame with a map of this side, whether or not one is due; one that `is_last` has a checkpoint."""
        now = self._clock()
        run, pacing, revision = self._experiment.run, self._experiment.pacing, self._experiment.revision
        has_checkpoint = is_last or self._pace.needs_checkpoint(now, is_resting=self._is_resting)
        if self._has_changed:
            self.inspector.note_change()
        self._seq += 1
        known_run, known_epoch = self._receivers
        frame = encode_frame(
            self._snapshot(),
            seq=self._seq,
            revision=revision,
            run=run.number,
            epochs_per_second=pacing.epochs_per_second,
            history=run.series.after(known_epoch if known_run == run.number else -1),
            inside=self.inspector.show(run.trainer, run.path, now),
            goals=run.shown_goals.progress,
            past=run.is_past,
            progress=pacing.progress(run),
            variants=run.comparison.views(),
            side=side,
            has_checkpoint=has_checkpoint,
        )
        self.emit(MessageKind.FRAME, frame, revision=revision, seq=self._seq, run=run.number, epoch=run.last_epoch)
        self._granted = self._has_changed = False
        self._shown_side = side
        self._pace.note_frame(self.frame_period, now, self._clock() - now, has_checkpoint=has_checkpoint)

    def _snapshot(self) -> Snapshot | PictureSnapshot:
        trainer = self._experiment.run.trainer
        if trainer.config.has_pictures:
            picture = self.followed and self.followed.pixels
            return trainer.picture_snapshot(picture, changes=self._experiment.view.show_changes)
        return trainer.snapshot(self._experiment.selected)

    # --- many starts ------------------------------------------------------------------------------------------------

    def emit_sweep(self, sweep: Sweep, subscriber: int, request_id: int | None) -> None:
        """Have starts trained for a subscriber, in place of those before. The front does that, and answers."""
        self._sweep, self._checked = sweep, self._experiment.config
        self.emit(MessageKind.SWEEP, encode_sweep(sweep, request_id), subscriber=subscriber)

    def end_sweep(self, why: str) -> None:
        """Have them trained no more, if that is still going on."""
        if self._sweep:
            self._sweep = None
            self.emit(MessageKind.SWEEP_END, why.encode())

    def end_outdated_sweep(self) -> None:
        """End the starts if they are of an experiment that was changed, in more than the seeds that are varied."""
        if self._sweep is None:
            return
        config, goals = self._experiment.config, self._experiment.run.goals
        is_checked = config is self._checked or self._sweep.is_of(config)
        self._checked = config
        if not is_checked or goals.restarted() != self._sweep.goals:
            self.end_sweep("changed")

    # --- cards ------------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Make a card and readings if they are due and something has changed since the last."""
        ready, is_resting = self.cards.ready_at, self._is_resting
        if self.cards.is_due and self._pace.is_time(ready, self._clock(), is_resting=is_resting):
            # goals that have just been reached are on this card, and no reason for another
            self._emit_new_goals()
            self.emit(MessageKind.CARD, self.cards.make(self._experiment))
        if self.drawings.is_due:
            self.emit_readings()

    def emit_report(self) -> None:
        """Make a frame, and a card of the same state with everything and the loss curve, whether or not one is due."""
        self.want_frame()
        self.emit_frame(is_last=True)
        self.emit(MessageKind.CARD, report_of(self._experiment), run=1)

    def emit_readings(self) -> None:
        """Read the drawings of a class, if there are any, whether or not they are due."""
        payload = self.drawings.read(self._experiment.run.trainer)
        if payload is not None:
            self.emit(MessageKind.READINGS, payload)
