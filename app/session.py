"""One experiment being run: what it trains, when, and what it tells. No sockets, no tasks, nobody who watches."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf
from typing import ClassVar

from app import protocol
from app.channel import Envelope, Kind
from app.export import export
from app.inside import Inside
from app.link import Limits, Link, format_link, new_seed, parse_link, without_hidden
from app.protocol import Command, Opening, ProtocolError, fault, faults_of
from app.series import Series
from app.speeds import DEFAULT_SPEED, SPEEDS, TICK
from engine import FEATURES, FIELDS, Config, ConfigError, Effect, Trainer, TrainingState, effect_of
from engine.inspection import Path

_RATE_WINDOW = 0.5
"""Seconds over which epochs per second are counted."""

CATCH_UP = 0.25
"""Seconds that a session which was kept waiting may be behind; it makes up for them as soon as it can."""


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
        self._say_config(Effect.DATA, fresh=False)
        self._say_status()
        self._say_data()
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
        if self._epochs_left or self._minibatches_left or self._inside.is_pending:
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
            self._inside.work(self.trainer, self._path)
            self._show()
        return self._take_said()

    def stop(self) -> list[Envelope]:
        """Pause after a failure, and say so."""
        self._inbox.clear()
        self._stop_training()
        # if it was the frame that failed, it would fail again
        self._changed = False
        self._inside.close()
        self._say_status()
        return self._take_said()

    # --- training -------------------------------------------------------------------------------------------------

    def _train(self, now: float, deadline: float) -> None:
        if self.playing and not (self._epochs_left or self._minibatches_left) and now >= self._due:
            speed = SPEEDS[self.speed]
            self._epochs_left = inf if speed.epochs is None else speed.epochs
            self._minibatches_left = speed.minibatches
            self._due = max(self._due + TICK, now - CATCH_UP)
        if not (self._epochs_left or self._minibatches_left):
            return
        self._changed = True
        while (self._epochs_left or self._minibatches_left) and not self.trainer.has_ended:
            self._run_chunk(deadline - now)
            now = self._clock()
            if now >= deadline:
                break
        if self.trainer.has_ended:
            self._stop_training()
            self._say_status()
        elif self._advancing and not (self._epochs_left or self._minibatches_left):
            self._stop_training()

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
            self._record()

    def _stop_training(self) -> None:
        self.playing = self._advancing = False
        self._epochs_left = self._minibatches_left = 0

    def _record(self) -> None:
        trainer = self.trainer
        self._series.put(trainer.epoch, trainer.train_loss, trainer.test_loss, trainer.validation_loss)
        self._path.put(self.trainer)

    def _begin_series(self) -> None:
        """The losses from here on are another run's, or the run was put back."""
        self._run += 1
        self._series, self._path = Series(), Path()
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
            self._stop_training()
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
        )
        self._say(Kind.FRAME, frame, revision=self._revision, seq=self._seq, run=self._run, epoch=snapshot.epoch)
        self._granted = self._changed = False
        self._next_frame = max(self._next_frame + self.frame_period, now + self.frame_period / 2)

    def _progress(self) -> float:
        return self.trainer.epoch + self.trainer.batch / max(1, self.trainer.batches)

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

    def _take_said(self) -> list[Envelope]:
        said, self._said = self._said, []
        return said

    def _say_config(self, effect: Effect, id: int | None = None, *, fresh: bool) -> None:  # noqa: A002
        link = format_link(self.config, self._view)
        name = effect.name.lower()
        text = protocol.encode_config(self.config, self._view, link, self._revision, name, id)
        self._say(Kind.CONFIG, text.encode(), revision=self._revision, run=int(fresh))

    def _say_status(self, id: int | None = None) -> None:  # noqa: A002
        self._told_status = self._status()
        text = protocol.encode_status(self.playing, self.speed, self.trainer.divergence, self.trainer.stopped, id)
        self._say(Kind.STATUS, text.encode())

    def _say_data(self) -> None:
        data = protocol.encode_data(self.trainer, self._revision)
        self._say(Kind.DATA, data)

    def _refuse(self, error: ProtocolError, member: int = 0, id: int | None = None) -> None:  # noqa: A002
        self._say(Kind.MESSAGE, protocol.encode_error(error.faults, id).encode(), member=member)

    # --- opening --------------------------------------------------------------------------------------------------

    def _open(self, opening: Opening) -> None:
        link = parse_link(opening.link, self._limits)
        self._view = link.view
        self.trainer = Trainer(link.config)
        refusal: ProtocolError | None = None
        resumed = b""
        if opening.checkpoint is not None:
            try:
                resumed = b"checkpoint" if self._restore(link, opening.checkpoint) else b""
            except ProtocolError as error:
                refusal = error
            # what begins anew does not begin by itself
            self.playing = self.playing and bool(resumed)
            # what goes on is still the same run
            self._run -= bool(resumed and self._run)
        self._begin_series()
        self._say(Kind.OPENED, resumed)
        if refusal:
            self._refuse(refusal)
        self._say_opened(link)

    def _restore(self, link: Link, checkpoint: Mapping[str, object]) -> bool:
        """Go on from a checkpoint, if it is one of this very experiment."""
        of, state = protocol.read_checkpoint(checkpoint)
        there = parse_link(of, self._limits)
        if format_link(there.config, there.view) != format_link(link.config, link.view):
            return False
        self._restore_state(state)
        return True

    def _restore_state(self, state: TrainingState) -> None:
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
        return self.playing, self.speed, self.trainer.divergence, self.trainer.stopped

    def _configure(self, command: protocol.Configure) -> None:
        changes = dict(command.changes)
        asked = without_hidden(self.config.replace(**changes), self._view)
        effect = effect_of(self.config, asked)
        if effect is Effect.DATA:
            asked = _with_seeds_for_new_data(asked, changes)
        elif effect is Effect.NETWORK and not changes.keys() & {"weight_seed", "weight_offset"}:
            asked = _with_next_weights(asked, self.config)
        self._change(asked, command.id)

    def _change(self, config: Config, id: int | None) -> None:  # noqa: A002
        """Take over a config that has been thought through, and tell it."""
        self._check_size(config)
        old = self.config
        effect = self.trainer.configure(config)
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
        try:
            view = replace(self._view, **protocol.view_changes(command.changes))
        except ValueError as error:
            raise ProtocolError([fault("unknown_value", "hidden", why=f"hidden: {error}")]) from None
        config = without_hidden(self.config, view)
        if config != self.config:
            config = _with_next_weights(config, self.config)
        self._view = view
        self._change(config, command.id)

    def _open_link(self, command: protocol.Open) -> None:
        link = parse_link(command.link, self._limits)
        self._stop_training()
        self._view, self._selected = link.view, None
        self.trainer = Trainer(link.config)
        self._begin_series()
        self._say_opened(link, command.id)

    def _play(self, _: protocol.Play) -> None:
        if not self.playing and self.trainer.divergence is None:
            self._stop_training()
            self.trainer.resume()
            self.playing = True
            self._due = self._clock()
            self._mark_rate()

    def _pause(self, _: protocol.Pause) -> None:
        # an epoch that a slice has cut is finished first, so that what is shown are whole epochs, as in the original
        is_cut = self._epochs_left > 0 and self.trainer.batch > 0
        self._stop_training()
        if is_cut:
            self._advancing, self._epochs_left = True, 1
        self._changed = True

    def _advance(self, command: protocol.Advance) -> None:
        # what was asked for before and is still to come is done, too: nobody presses in vain
        epochs, minibatches = (self._epochs_left, self._minibatches_left) if self._advancing else (0, 0)
        self._stop_training()
        self.trainer.resume()
        self._advancing = True
        if command.unit == "epoch":
            epochs += command.count
        else:
            minibatches += command.count
        self._epochs_left, self._minibatches_left = epochs, minibatches

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
        self.trainer.regenerate(config.replace(seed=new_seed(), weight_seed=config.weight_seed or config.seed))
        self._record()
        self._revision += 1
        self._changed = True
        self._say_config(Effect.DATA, command.id, fresh=True)
        self._say_data()

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
        self._changed = True
        if self.trainer.batch == 0:
            self._record()

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
        filename, text = export(self.trainer, command.format)
        answer = protocol.encode_export(command.format, filename, text, command.id)
        self._say(Kind.MESSAGE, answer.encode(), member=self._asker)

    _HANDLERS: ClassVar[dict[type[Command], Callable[..., None]]] = {
        protocol.Configure: _configure,
        protocol.SetView: _set_view,
        protocol.Open: _open_link,
        protocol.Play: _play,
        protocol.Pause: _pause,
        protocol.Advance: _advance,
        protocol.Rewind: _rewind,
        protocol.Reset: _reset,
        protocol.Reseed: _reseed,
        protocol.Regenerate: _regenerate,
        protocol.SetSpeed: _set_speed,
        protocol.Select: _select,
        protocol.SetParameter: _set_parameter,
        protocol.Inspect: _inspect,
        protocol.Export: _export,
    }
    """What carries out which command. Those that are missing are the front's own."""


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
