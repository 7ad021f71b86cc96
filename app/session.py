"""One experiment being run: what it trains, when, and what it tells. No sockets, no tasks, nobody who watches."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf
from typing import Any, ClassVar, NamedTuple

from app import locks, protocol
from app.animation import Animation, Look, chosen
from app.channel import Envelope, Kind
from app.comparison import Comparison, Trained
from app.errand import End, Errand, telling_loss
from app.export import export
from app.goals import Goals, goals_of
from app.history import Moment, RunHistory
from app.inside import Inside
from app.link import HIDEABLE, Limits, Link, View, format_link, new_seed, parse_link, without_hidden
from app.protocol import Command, Opening, ProtocolError, fault, faults_of
from app.series import Series
from app.speeds import DEFAULT_SPEED, SPEEDS, TICK
from app.tables import write_table
from engine import FEATURES, FIELDS, Config, ConfigError, Divergence, Effect, Mark, Trainer, TrainingState, effect_of
from engine.inspection import Path
from engine.own_examples import decode, edited, encode

_RATE_WINDOW = 0.5
"""Seconds over which epochs per second are counted."""

CATCH_UP = 0.25
"""Seconds that a session which was kept waiting may be behind; it makes up for them as soon as it can."""


class _Now(NamedTuple):
    """Where training really is while an earlier moment is shown."""

    mark: Mark
    divergence: Divergence | None
    moment: Moment
    """That which is shown."""


class Session:
    """A trainer with all that decides when it trains and when it is looked at.

    Commands are submitted at any time; everything else happens in `turn`, which trains for about `budget` seconds and
    returns what is to be told. `ready_at` says when the next turn has something to do. Times are those of `clock`.
    """

    def __init__(
        self,
        number: int,
        opening: Opening,
        limits: Limits,
        frame_rate: int = 60,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.number = number
        self._limits = limits
        self._clock = clock
        self._inbox: deque[tuple[int, Command]] = deque()
        self._said: list[Envelope] = []
        self._asleep = False
        self._asker = 0

        self.playing = opening.playing
        self.speed = opening.speed or DEFAULT_SPEED
        self._due = clock()
        self._epochs_left: float = 0
        self._minibatches_left = 0
        self._pace = 1e-5
        self._advancing = False
        self._errand: Errand | None = None
        self._ended: End | None = None
        self._now: _Now | None = None

        self._revision = opening.revision
        self._selected = opening.selected
        self._granted = False
        self._changed = True
        self.frame_period = 1 / frame_rate
        """Seconds between two frames at least."""
        self._next_frame = -inf
        self._seq = opening.seq
        self._run = opening.run
        self._receivers = (0, -1)
        self._rate = 0.0
        self._rate_mark = (0.0, 0.0)
        self._inside = Inside(clock)
        self._animation: tuple[int, Animation] | None = None
        self._goals = self._told_goals = Goals()
        self._comparison = Comparison(clock)
        self._open(opening)

    # --- from outside ---------------------------------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """The experiment in force."""
        return self.trainer.config

    @property
    def backlog(self) -> int:
        """How many commands wait to be carried out."""
        return len(self._inbox)

    def submit(self, member: int, command: Command) -> None:
        """Take a command, to be carried out in a later turn."""
        self._inbox.append((member, command))

    def grant(self, run: int, epoch: int) -> None:
        """Allow one frame, to receivers who have the loss series of `run` up to `epoch`."""
        self._granted = True
        self._receivers = (run, epoch)

    def opened(self) -> list[Envelope]:
        """What is to be told of a session that has just been made."""
        return self._take_said()

    def greet(self) -> list[Envelope]:
        """All that one who has just come needs to know; the next frame comes whether or not anything changes.

        No panel is open on a page that has just come: it says so itself if one is.
        """
        self._changed = True
        self._inside.close()
        self._animation = None
        self._say_config(Effect.DATA, fresh=False)
        self._say_status()
        self._say_data()
        if self._goals.goals:
            self._say_goals()
        return self._take_said()

    def sleep(self) -> None:
        """Stand still until `wake`, playing or not."""
        self._asleep = True

    def wake(self) -> None:
        """Go on where `sleep` interrupted."""
        self._asleep = False
        self._due = self._clock()
        self._mark_rate()

    def finish(self) -> list[Envelope]:
        """Stand still, and show the last state whether or not a frame was asked for."""
        self._asleep = True
        self._changed = self._granted = True
        self._next_frame = -inf
        self._show()
        return self._take_said()

    def ready_at(self) -> float:
        """When the next turn has something to do: a time of the clock, -inf for at once, inf for never."""
        if self._inbox:
            return -inf
        if self._asleep:
            return inf
        ready = inf
        if self._epochs_left or self._minibatches_left or self._inside.is_pending or self._is_ahead or self._animation:
            ready = -inf
        elif self.playing:
            ready = self._due
        if self._granted:
            something_new = -inf if self._changed else self._inside.ready_at
            ready = min(ready, max(self._next_frame, something_new))
        return ready

    def turn(self, budget: float) -> list[Envelope]:
        """Carry out one command; or train for about `budget` seconds, and make a frame if one is due."""
        if self._inbox:
            self._obey(*self._inbox.popleft())
        elif not self._asleep:
            now = self._clock()
            self._train(now, now + budget)
            if self._is_ahead:
                self._changed = True
                self._comparison.catch_up(self.config, self.trainer.epoch, now + budget)
            self._inside.work(self.trainer, self._path)
            self._draw_animation()
            self._show()
        return self._take_said()

    def stop(self) -> list[Envelope]:
        """Pause after a failure, and say so."""
        self._inbox.clear()
        self._stop_training()
        # if it was the frame that failed, it would fail again
        self._changed = False
        self._inside.close()
        self._animation = None
        self._say_status()
        return self._take_said()

    # --- training -------------------------------------------------------------------------------------------------

    def _train(self, now: float, deadline: float) -> None:
        if self.playing and not (self._epochs_left or self._minibatches_left) and now >= self._due:
            speed = SPEEDS["unlimited" if self._errand else self.speed]
            self._epochs_left = inf if speed.epochs is None else speed.epochs
            self._minibatches_left = speed.minibatches
            self._due = max(self._due + TICK, now - CATCH_UP)
        if not (self._epochs_left or self._minibatches_left):
            return
        self._changed = True
        while (self._epochs_left or self._minibatches_left) and not self.trainer.has_ended:
            if self._comparison.catch_up(self.config, self.trainer.epoch, deadline):
                self._run_chunk(max(0.0, deadline - self._clock()))
            now = self._clock()
            if now >= deadline:
                break
        ended = self._end_of_errand()
        if self.trainer.has_ended or ended:
            self._stop_training(ended)
            self._say_status()
        elif self._advancing and not (self._epochs_left or self._minibatches_left):
            self._stop_training()

    @property
    def _is_ahead(self) -> bool:
        """Whether rivals have yet to come to where training is."""
        return self._now is None and self._comparison.is_behind(self.trainer.epoch)

    def _run_chunk(self, seconds: float) -> None:
        """Train on so many minibatches as should fit into `seconds`, at most to the end of the epoch."""
        trainer = self.trainer
        left = max(1, trainer.batches - trainer.batch)
        wanted = left if self._epochs_left else min(left, self._minibatches_left)
        count = max(1, min(wanted, int(seconds / self._pace)))
        epoch, started = trainer.epoch, self._clock()
        trainer.run_minibatches(count)
        self._pace += ((self._clock() - started) / count - self._pace) / 4
        if not self._epochs_left:
            self._minibatches_left -= count
        if trainer.epoch > epoch:
            self._epochs_left = max(0, self._epochs_left - 1)
            self._goals = self._goals.after(trainer)
            self._record()
            self._errand = self._errand and self._errand.after(trainer)
            if self._end_of_errand():
                self._epochs_left = 0

    def _end_of_errand(self) -> End | None:
        return self._errand.end(self.trainer, self._goals.is_reached) if self._errand else None

    def _stop_training(self, ended: End | None = None) -> None:
        self.playing = self._advancing = False
        self._epochs_left = self._minibatches_left = 0
        self._errand, self._ended = None, ended

    def _record(self) -> None:
        trainer = self.trainer
        self._series.put(trainer.epoch, trainer.train_loss, trainer.test_loss, trainer.validation_loss)
        self._path.put(self.trainer)
        if mark := trainer.mark():
            self.history.put(Moment(mark, telling_loss(trainer), self._goals))

    def _begin_series(self) -> None:
        """The losses from here on are another run's, or the run was put back."""
        self._run += 1
        self._series, self._path, self.history = Series(), Path(), RunHistory()
        self._now = None
        self._goals = self._goals.afresh()
        self._comparison.begin(self.config, self._view.compare)
        self._record()
        self._mark_rate()

    # --- frames ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        now = self._clock()
        if not (self._granted and now >= self._next_frame and (self._changed or now >= self._inside.ready_at)):
            return
        trainer = self.trainer
        snapshot = trainer.snapshot(self._selected)
        if self._changed:
            self._inside.note_change()
        if trainer.divergence is not None and self.playing:
            self._stop_training(self._end_of_errand())
            self._say_status()
        self._seq += 1
        run, epoch = self._receivers
        frame = protocol.encode_frame(
            snapshot,
            seq=self._seq,
            revision=self._revision,
            run=self._run,
            epochs_per_second=self._measure_rate(now),
            history=self._series.after(epoch if run == self._run else -1),
            inside=self._inside.show(trainer, self._path, now),
            goals=(self._now.moment.goals if self._now else self._goals).progress,
            past=self._now is not None,
            progress=self._progress_of_errand(),
            rivals=self._comparison.views(),
        )
        known = self._now.mark.epoch if self._now else snapshot.epoch
        self._say(Kind.FRAME, frame, revision=self._revision, seq=self._seq, run=self._run, epoch=known)
        self._granted = self._changed = False
        self._next_frame = max(self._next_frame + self.frame_period, now + self.frame_period / 2)

    def _progress(self) -> float:
        return self.trainer.epoch + self.trainer.batch / max(1, self.trainer.batches)

    def _progress_of_errand(self) -> tuple[float | None, float | None] | None:
        """Which share of an errand is done, and seconds until it ends; None without one."""
        errand, epoch = self._errand, self._progress()
        return (errand.share(epoch), errand.seconds_left(epoch, self._rate)) if errand else None

    def _mark_rate(self) -> None:
        self._rate = 0.0
        self._rate_mark = (self._clock(), self._progress())

    def _measure_rate(self, now: float) -> float:
        """Epochs per second of late, 0 when nothing is being trained."""
        since, progress = self._rate_mark
        if not self.playing:
            return 0.0
        if now - since >= _RATE_WINDOW:
            self._rate = (self._progress() - progress) / (now - since)
            self._rate_mark = (now, self._progress())
        elif not self._rate and now > since:
            return (self._progress() - progress) / (now - since)
        return self._rate

    # --- telling --------------------------------------------------------------------------------------------------

    def _say(self, kind: Kind, payload: bytes, **numbers: int) -> None:
        self._said.append(Envelope(kind, self.number, payload, **numbers))

    def _say_goals(self) -> None:
        self._told_goals = self._goals
        self._say(Kind.MESSAGE, protocol.encode_goals(self._goals).encode())

    def _take_said(self) -> list[Envelope]:
        if self._goals.news(self._told_goals):
            self._say_goals()
        said, self._said = self._said, []
        return said

    def _say_config(self, effect: Effect, id: int | None = None, *, fresh: bool) -> None:  # noqa: A002
        link = format_link(self.config, self._view)
        name = effect.name.lower()
        text = protocol.encode_config(self.config, self._view, link, self._revision, name, id)
        self._say(Kind.CONFIG, text.encode(), revision=self._revision, run=int(fresh))

    def _say_status(self, id: int | None = None) -> None:  # noqa: A002
        self._told_status = self._status()
        trainer = self.trainer
        text = protocol.encode_status(
            self.playing,
            self.speed,
            trainer.divergence,
            trainer.stopped,
            id,
            place=self._place(),
            errand=self._errand,
            ended=self._ended,
        )
        self._say(Kind.STATUS, text.encode())

    def _say_data(self) -> None:
        data = protocol.encode_data(self.trainer, self._revision)
        self._say(Kind.DATA, data)

    def _refuse(self, error: ProtocolError, member: int = 0, id: int | None = None) -> None:  # noqa: A002
        self._say(Kind.MESSAGE, protocol.encode_error(error.faults, id).encode(), member=member)

    # --- opening --------------------------------------------------------------------------------------------------

    def _open(self, opening: Opening) -> None:
        examples, refusal = _checked_examples(opening.examples)
        link = parse_link(opening.link, self._limits, examples)
        self._view = link.view
        self.trainer = Trainer(link.config)
        resumed = b""
        if opening.checkpoint is not None:
            try:
                resumed = b"checkpoint" if self._restore(link, opening.checkpoint) else b""
            except ProtocolError as error:
                refusal = error
            # what begins anew does not begin by itself
            self.playing = self.playing and bool(resumed)
            # what goes on is still the same run, unless it was looked back upon
            self._run -= bool(resumed and self._run and not opening.past)
            if resumed and self.playing and opening.errand:
                self._errand = Errand(**opening.errand).after(self.trainer)
        self._begin_series()
        self._goals = goals_of(link.view).resumed(protocol.read_progress(opening.checkpoint) if resumed else {})
        self._say(Kind.OPENED, resumed)
        if refusal:
            self._refuse(refusal)
        self._say_opened(link)

    def _restore(self, link: Link, checkpoint: Mapping[str, object]) -> bool:
        """Go on from a checkpoint, if it is one of this very experiment."""
        of, state = protocol.read_checkpoint(checkpoint)
        there = parse_link(of, self._limits, link.config.own_examples)
        if format_link(there.config, there.view) != format_link(link.config, link.view):
            return False
        self._restore_state(state)
        return True

    def _restore_state(self, state: TrainingState) -> None:
        if self.config.own is not None:
            # an edit may have come between the last frame and this
            state = self.trainer.fitted(state)
        try:
            self.trainer.restore(state)
        except ConfigError as error:
            raise ProtocolError(
                fault("bad_checkpoint", f"checkpoint.{item.field}", item.got, item.allowed) for item in error.errors
            ) from None

    def _say_opened(self, link: Link, id: int | None = None) -> None:  # noqa: A002
        self._revision += 1
        self._changed = True
        if link.notices:
            self._say(Kind.MESSAGE, protocol.encode_notices(link.notices).encode())
        self._say_config(Effect.DATA, id, fresh=True)
        self._say_status()
        self._say_data()

    # --- commands -------------------------------------------------------------------------------------------------

    def _obey(self, member: int, command: Command) -> None:
        said = len(self._said)
        self._asker = member
        try:
            locks.refuse_command(self._view.locked, command)
            self._HANDLERS[type(command)](self, command)
        except ConfigError as error:
            self._refuse(ProtocolError(faults_of(error)), member, command.id)
        except ProtocolError as error:
            self._refuse(error, member, command.id)
        if len(self._said) == said:
            self._say_status(command.id)
        elif self._status() != self._told_status:
            self._say_status()

    def _status(self) -> tuple[object, ...]:
        errand = self._errand and self._errand.since
        past = self._now and self.trainer.epoch
        return self.playing, self.speed, self.trainer.divergence, self.trainer.stopped, errand, self._ended, past

    def _configure(self, command: protocol.Configure) -> None:
        changes = dict(command.changes)
        if "own_examples" in changes:
            allowed = "edit_examples, or examples beside a link"
            raise ProtocolError([fault("unknown_field", "own_examples", changes["own_examples"], allowed)])
        asked = without_hidden(self.config.replace(**changes), self._view)
        effect = effect_of(self.config, asked)
        if effect is Effect.DATA:
            asked = _with_seeds_for_new_data(asked, changes)
        elif effect is Effect.NETWORK and not changes.keys() & {"weight_seed", "weight_offset"}:
            asked = _with_next_weights(asked, self.config)
        self._change(locks.with_seeds_kept(self._view.locked, self.config, asked, changes), command.id)

    def _change(self, config: Config, id: int | None) -> None:  # noqa: A002
        """Take over a config that has been thought through, and tell it."""
        locks.refuse_change(self._view.locked, self.config, config)
        self._check_sizes(config, self._view)
        old = self.config
        if Effect.NOTHING < effect_of(old, config) < Effect.NETWORK:
            self._branch()
        effect = self.trainer.configure(config)
        if effect < Effect.NETWORK:
            self._comparison.configure(config)
        if effect >= Effect.NETWORK:
            # as in the original, what starts the network anew also stops it
            self._stop_training()
            self._begin_series()
            if (old.features, old.layer_sizes) != (config.features, config.layer_sizes):
                self._selected = None
        if effect > Effect.NOTHING:
            self._revision += 1
            self._changed = True
        self._say_config(effect, id, fresh=effect >= Effect.NETWORK)
        if effect is Effect.DATA:
            self._say_data()

    def _check_sizes(self, config: Config, view: View) -> None:
        for variant in ({}, *view.compare):
            self._check_size(config.replace(**variant))

    def _check_size(self, config: Config) -> None:
        limits, shape = self._limits, config.hidden_layer_sizes
        allowed = (
            (len(shape), limits.layers, "hidden layers"),
            (max(shape, default=0), limits.units, "units in a layer"),
            (config.parameter_count, limits.parameters, "weights and biases"),
        )
        faults = [
            fault("too_large_model", "hidden_layer_sizes", f"{got} {what}", f"at most {limit} {what}")
            for got, limit, what in allowed
            if got > limit
        ]
        if faults:
            raise ProtocolError(faults)

    def _set_view(self, command: protocol.SetView) -> None:
        view = self._seen(command.changes)
        locks.refuse_view(self._view, view)
        config = without_hidden(self.config, view)
        if config != self.config:
            config = _with_next_weights(config, self.config)
            config = locks.with_seeds_kept(view.locked, self.config, config, ())
            locks.refuse_change(view.locked, self.config, config)
        self._check_sizes(config, view)
        self._view = view
        self._goals = goals_of(view, self._goals)
        self._comparison.choose(self.config, view.compare)
        self._change(config, command.id)
        if self.trainer.epoch and not self.trainer.batch and self._now is None:
            self._goals = self._goals.after(self.trainer)

    def _open_link(self, command: protocol.Open) -> None:
        link = locks.kept(self.config, self._view, parse_link(command.link, self._limits, self.config.own_examples))
        self._check_sizes(link.config, link.view)
        self._stop_training()
        self._view, self._selected = link.view, None
        self.trainer = Trainer(link.config)
        self._goals = goals_of(link.view)
        self._begin_series()
        self._say_opened(link, command.id)

    def _play(self, _: protocol.Play) -> None:
        if not self.playing and self.trainer.divergence is None:
            self._branch()
            self._stop_training()
            self.trainer.resume()
            self.playing = True
            self._due = self._clock()
            self._mark_rate()

    def _pause(self, _: protocol.Pause) -> None:
        # an epoch that a slice has cut is finished first, so that what is shown are whole epochs, as in the original
        is_cut = self._epochs_left > 0 and self.trainer.batch > 0
        was_cancelled = End(self.trainer.epoch + is_cut, "cancelled", "it was cancelled")
        self._stop_training(was_cancelled if self._errand else None)
        if is_cut:
            self._advancing, self._epochs_left = True, 1
        self._changed = True

    def _advance(self, command: protocol.Advance) -> None:
        # what was asked for before and is still to come is done, too: nobody presses in vain
        epochs, minibatches = (self._epochs_left, self._minibatches_left) if self._advancing else (0, 0)
        self._stop_training()
        self._branch()
        self.trainer.resume()
        self._advancing = True
        if command.unit == "epoch":
            epochs += command.count
        else:
            minibatches += command.count
        self._epochs_left, self._minibatches_left = epochs, minibatches

    def _begin_errand(self, command: protocol.Run) -> None:
        if command.until == "goal" and not self._goals.goals:
            raise ProtocolError([fault("unknown_value", "until", "goal", "epochs or plateau: there is no goal here")])
        self._stop_training()
        self._branch()
        self.trainer.resume()
        errand = Errand(command.until, command.epochs, command.patience, self.trainer.epoch).after(self.trainer)
        self._ended = errand.end(self.trainer, self._goals.is_reached)
        if self._ended is None:
            self._errand, self.playing = errand, True
            self._due = self._clock()
            self._mark_rate()

    # --- time travel ----------------------------------------------------------------------------------------------

    def _travel(self, command: protocol.Travel) -> None:
        self._stop_training()
        # whoever drags a slider asks faster than anybody can look; what is asked for next is what is wanted
        if self._inbox and isinstance(self._inbox[0][1], protocol.Travel):
            return
        now = self._now.mark if self._now else self.trainer.mark()
        wanted = inf if command.epoch is None else command.epoch
        if now is not None and wanted < now.epoch and (moment := self.history.at(int(wanted))):
            divergence = self._now.divergence if self._now else self.trainer.divergence
            self._now = _Now(now, divergence, moment)
            self.trainer.recall(moment.mark)
        else:
            self._come_back()
        self._changed = True

    def _come_back(self) -> None:
        """If an earlier moment is shown, put training back to where it really is."""
        if self._now:
            self.trainer.recall(self._now.mark)
            self.trainer.divergence = self._now.divergence
            self._now = None

    def _place(self) -> protocol.Place | None:
        """Which moment is shown, between which others; None if it is now."""
        if self._now is None:
            return None
        return protocol.Place(self.trainer.epoch, self._now.mark.epoch, *self.history.beside(self.trainer.epoch))

    def _branch(self) -> None:
        """If an earlier moment is shown, go on from there: what came after it is let go."""
        if self._now is None:
            return
        epoch = self.trainer.epoch
        self._goals = goals_of(self._view, self._now.moment.goals)
        self._now = None
        self.history.cut(epoch)
        self._series.cut(epoch)
        self._record()
        self._run += 1
        self._changed = True
        self._mark_rate()

    def _promote(self, command: protocol.Promote) -> None:
        """Let a rival and the network that is trained change places, with all that they have learned."""
        rivals = self._comparison.rivals
        if command.rival >= len(rivals):
            allowed = f"a whole number from 0 to {len(rivals) - 1}" if rivals else "nothing: there are no rivals"
            raise ProtocolError([fault("out_of_range", "rival", command.rival, allowed)])
        rival, old = rivals[command.rival], self.config
        locks.refuse_change(self._view.locked, old, rival.config)
        others = [other.variant for other in rivals]
        others[command.rival] = {name: getattr(old, name) for name in rival.variant}
        view = replace(self._view, compare=tuple(others))
        self._check_sizes(rival.config, view)
        self._come_back()
        mine, other = Trained(self.trainer, self._series), rival.trained
        self._view, self.trainer = view, other.trainer
        self._begin_series()
        self._series = other.series
        self._comparison.rivals[command.rival].exchange(mine)
        self._errand = self._errand and self._errand.afresh(self.trainer)
        if old.layer_sizes != self.config.layer_sizes:
            self._selected = None
        self._revision += 1
        self._changed = True
        self._say_config(Effect.NETWORK, command.id, fresh=True)

    def _rewind(self, _: protocol.Rewind) -> None:
        self._stop_training()
        self.trainer.rewind()
        self._changed = True
        self._begin_series()

    def _reset(self, command: protocol.Reset) -> None:
        config = _with_next_weights(self.config, self.config)
        if config == self.config:
            # without any weights, the next ones are the same
            self._rewind(protocol.Rewind())
        self._change(config, command.id)

    def _reseed(self, command: protocol.Reseed) -> None:
        self._change(self.config.replace(weight_seed=new_seed(), weight_offset=0), command.id)

    def _regenerate(self, command: protocol.Regenerate) -> None:
        config = self.config
        self._exchange_data(config.replace(seed=new_seed(), weight_seed=config.weight_seed or config.seed))
        self._revision += 1
        self._changed = True
        self._say_config(Effect.DATA, command.id, fresh=True)
        self._say_data()

    def _edit_examples(self, command: protocol.EditExamples) -> None:
        old = self.config
        if old.own is None:
            allowed = "own, or in regression reg-own"
            raise ProtocolError([fault("unknown_value", "dataset", old.active_dataset, allowed)])
        try:
            config = old.replace(own_examples=encode(edited(old.own, command.remove, command.add, command.labels)))
        except ValueError as error:
            allowed, why = FIELDS["own_examples"].allowed, f"the edit is refused: {error}"
            raise ProtocolError([fault("bad_examples", None, str(error), allowed, why)]) from None
        if config.classes != old.classes:
            self._change(config, command.id)
            return
        self._exchange_data(config)
        self._revision += 1
        self._changed = True
        self._say_config(Effect.TRAINING, command.id, fresh=False)
        self._say_data()

    def _exchange_data(self, config: Config) -> None:
        """Go on with the same network on the data of `config`."""
        self._branch()
        known = self._parts_present
        self.trainer.regenerate(config)
        self._comparison.regenerate(config)
        self.history.forget_best()
        if self._parts_present == known:
            self._record()
        else:
            # a series has a loss for every epoch or for none
            self._begin_series()
        self._errand = self._errand and self._errand.afresh(self.trainer)

    @property
    def _parts_present(self) -> list[bool]:
        trainer = self.trainer
        return [size > 0 for size in (trainer.train_size, trainer.validation_size, trainer.test_size)]

    def _set_speed(self, command: protocol.SetSpeed) -> None:
        self.speed = command.speed
        if self.playing:
            self._epochs_left = self._minibatches_left = 0
            self._mark_rate()

    def _select(self, command: protocol.Select) -> None:
        units = len(FEATURES) + sum(self.config.layer_sizes[1:])
        if command.unit is not None and command.unit >= units:
            raise ProtocolError([fault("out_of_range", "unit", command.unit, f"a whole number from 0 to {units - 1}")])
        self._selected = command.unit
        self._changed = True

    def _set_parameter(self, command: protocol.SetParameter) -> None:
        self.trainer.set_parameter(command.index, command.value)
        self._branch()
        self._changed = True
        if self.trainer.batch == 0:
            self._record()

    def _compose(self, command: protocol.Compose) -> None:
        view = self._seen(command.changes)
        link = format_link(without_hidden(self.config, view), view)
        self._say(Kind.MESSAGE, protocol.encode_composed(link, command.id).encode(), member=self._asker)

    def _seen(self, changes: Mapping[str, Any]) -> View:
        """The view with some changes."""
        try:
            return replace(self._view, **protocol.view_changes(changes))
        except ConfigError:
            raise
        except ValueError as error:
            name = "locked" if set(changes.get("hidden", ())) <= set(HIDEABLE) else "hidden"
            raise ProtocolError([fault("unknown_value", name, why=f"{name}: {error}")]) from None

    def _inspect(self, command: protocol.Inspect) -> None:
        options = protocol.inspect_options(command.options)
        counts = (
            ("unit", options.unit, len(FEATURES) + sum(self.config.layer_sizes[1:])),
            ("example", options.example, len(self.trainer.inputs)),
            ("parameter", options.parameter, self.config.parameter_count),
        )
        faults = [
            fault("out_of_range", name, number, f"a whole number from 0 to {count - 1}, or null")
            for name, number, count in counts
            if number is not None and number >= count
        ]
        if faults:
            raise ProtocolError(faults)
        if command.panel is None:
            self._inside.close()
        else:
            self._inside.open(command.panel, options)

    def _export(self, command: protocol.Export) -> None:
        if command.format == "csv":
            table = protocol.encode_export("csv", "playground-data.csv", write_table(self.trainer), command.id)
            self._say(Kind.MESSAGE, table.encode(), member=self._asker)
            return
        if not self.trainer.train_size:
            why = "there are no training examples that a program could learn from"
            raise ProtocolError([fault("unknown_value", "format", command.format, "csv", why)])
        filename, text = export(self.trainer, command.format)
        answer = protocol.encode_export(command.format, filename, text, command.id)
        self._say(Kind.MESSAGE, answer.encode(), member=self._asker)

    def _animate(self, command: protocol.Animate) -> None:
        self._animation = None
        if command.on:
            moments = [self.history.at(epoch) for epoch in chosen(self.history.epochs, command.frames)]
            look = Look(command.theme, self._view.show_test_data, self._view.discretize)
            marks = [moment.mark for moment in moments if moment]
            self._animation = (self._asker, Animation(self.config, marks, look)) if marks else None
        share = 0.0 if self._animation else None
        self._say(Kind.MESSAGE, protocol.encode_animating(share, command.id).encode(), member=self._asker)

    def _draw_animation(self) -> None:
        """One more picture of the animation that was asked for; and the file when it was the last."""
        if not self._animation:
            return
        asker, animation = self._animation
        animation.step()
        if animation.is_done:
            self._animation = None
            file = protocol.encode_animation("run.gif", animation.file())
            self._say(Kind.FILE, file, member=asker)
        else:
            self._say(Kind.MESSAGE, protocol.encode_animating(animation.share).encode(), member=asker)

    _HANDLERS: ClassVar[dict[type[Command], Callable[..., None]]] = {
        protocol.Configure: _configure,
        protocol.SetView: _set_view,
        protocol.Open: _open_link,
        protocol.Play: _play,
        protocol.Pause: _pause,
        protocol.Advance: _advance,
        protocol.Run: _begin_errand,
        protocol.Travel: _travel,
        protocol.Promote: _promote,
        protocol.Rewind: _rewind,
        protocol.Reset: _reset,
        protocol.Reseed: _reseed,
        protocol.Regenerate: _regenerate,
        protocol.EditExamples: _edit_examples,
        protocol.SetSpeed: _set_speed,
        protocol.Select: _select,
        protocol.SetParameter: _set_parameter,
        protocol.Inspect: _inspect,
        protocol.Export: _export,
        protocol.Animate: _animate,
        protocol.Compose: _compose,
    }
    """What carries out which command. Those that are missing are the front's own."""


def _checked_examples(code: str) -> tuple[str, ProtocolError | None]:
    """The code of own examples that came beside a link; if it is none, nothing, and the reason."""
    try:
        decode(code)
    except ValueError as error:
        allowed = FIELDS["own_examples"].allowed
        return "", ProtocolError([fault("bad_examples", "examples", code, allowed, f"examples: {error}")])
    return code, None


def _with_next_weights(config: Config, old: Config) -> Config:
    """`config` with weights from where the stream of the network before it stopped; when that is used up, a new one."""
    offset = old.weight_offset + old.weight_count
    if offset > (FIELDS["weight_offset"].high or 0):
        return config.replace(weight_seed=new_seed(), weight_offset=0)
    return config.replace(weight_offset=offset)


def _with_seeds_for_new_data(config: Config, changes: dict[str, object]) -> Config:
    """New data need a new seed, unless one is asked for; the weights then come from that seed, too."""
    seeds: dict[str, object] = {}
    if "seed" not in changes:
        seeds = {"seed": new_seed(), "weight_seed": "", "weight_offset": 0}
    elif not config.weight_seed:
        seeds = {"weight_offset": 0}
    return config.replace(**{name: value for name, value in seeds.items() if name not in changes})
