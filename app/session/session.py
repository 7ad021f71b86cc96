"""One session: queued commands, and turns in which it carries them out, trains, or makes frames.

Knows no sockets, no tasks and no subscribers.
"""

import time
from collections import deque
from collections.abc import Callable
from math import inf

from app.protocol.cards import CardLevel
from app.protocol.checkpoints import Opening
from app.protocol.commands import Command
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.frames import FULL_MAP
from app.session.events import Publisher
from app.session.handlers import Context, carry_out
from app.session.opening import open_experiment
from app.settings import Limits


class Session:
    """An experiment, with its queue of commands and the events that it sends. Times are those of `clock`, in seconds.

    Commands are submitted at any time. Everything else happens in `turn`, which trains for about `budget` seconds and
    returns the new events; `ready_at` says when the next turn has something to do.

    >>> session = Session(1, Opening(link="#dataset=xor"), Limits())
    >>> [envelope.kind.name for envelope in session.opened()]
    ['OPENED', 'CONFIG', 'STATUS', 'DATA']
    >>> session.submit(subscriber=7, command=Advance(count=2))
    >>> while session.ready_at() == -inf:
    ...     events = session.turn(budget=0.01)
    >>> session.experiment.run.trainer.epoch
    2
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
        self._clock = clock
        self._inbox: deque[tuple[int, Command]] = deque()
        self._asleep = False
        self.experiment, link, is_resumed, refusal = open_experiment(opening, limits, clock)
        self._publisher = Publisher(number, self.experiment, 1 / frame_rate, clock, opening.seq)
        self._publisher.emit(MessageKind.OPENED, b"checkpoint" if is_resumed else b"")
        if refusal:
            self._publisher.refuse(refusal)
        self._publisher.emit_opened(link.warnings)

    @property
    def backlog(self) -> int:
        """The number of queued commands."""
        return len(self._inbox)

    @property
    def epochs_trained(self) -> int:
        """Epochs trained since it was opened, without those of networks trained for comparison."""
        return self.experiment.pacing.epochs_trained

    @property
    def refused(self) -> int:
        """The number of commands refused since it was opened."""
        return self._publisher.refused

    # --- from outside ---------------------------------------------------------------------------------------------

    def submit(self, subscriber: int, command: Command) -> None:
        """Queue a command for a later turn."""
        self._inbox.append((subscriber, command))

    def grant(self, run: int, epoch: int, side: int = FULL_MAP) -> None:
        """Allow one frame, to receivers who have the loss series of `run` up to `epoch`.

        While it is trained, its map has `side` rows and columns: `FULL_MAP` or `SMALL_MAP`.
        """
        self._publisher.grant(run, epoch, side)

    def set_frame_period(self, seconds: float) -> None:
        """Set the minimum time between two frames. It is trained no more often than that, but more at a time."""
        self._publisher.frame_period = self.experiment.pacing.turn_period = seconds

    def opened(self) -> list[Envelope]:
        """The events of opening the session."""
        return self._publisher.take()

    def greet(self) -> list[Envelope]:
        """Everything that a new subscriber needs; the next frame is made even if nothing changes.

        No panel is open on a page that has just connected: the page asks for one if it shows one.
        """
        self._publisher.emit_all()
        return self._publisher.take()

    def sleep(self) -> None:
        """Do not train until `wake`, playing or not."""
        self._asleep = True

    def wake(self) -> None:
        """Continue after `sleep`."""
        self._asleep = False
        self.experiment.pacing.awake(self.experiment.run)

    def hold(self) -> None:
        """Do not train until `release`, playing or not; commands are carried out, and frames and cards made."""
        if not self._publisher.is_held:
            self._publisher.is_held = True
            self.experiment.pacing.count_from(self.experiment.run)

    def release(self) -> None:
        """Continue after `hold`, without making up for it."""
        if self._publisher.is_held:
            self._publisher.is_held = False
            self.experiment.pacing.awake(self.experiment.run)

    def set_cards(self, level: CardLevel) -> None:
        """Send cards from now on, or none; one comes soon if they hold more than before."""
        self._publisher.cards.set_level(level)

    def report(self) -> list[Envelope]:
        """A frame and a card with everything, even if nothing has changed or the session sleeps."""
        self._publisher.emit_report()
        return self._publisher.take()

    def read_drawings(self, payload: bytes) -> list[Envelope]:
        """Read drawings of a class at once, even if the session sleeps, and again when the network has learned."""
        self._publisher.drawings.take(payload)
        self._publisher.emit_readings()
        return self._publisher.take()

    def finish(self) -> list[Envelope]:
        """Stop training, and show the last state whether or not a frame was granted."""
        self._asleep = True
        self._settle()
        self._publisher.want_frame()
        self._publisher.emit_frame(is_last=True)
        return self._publisher.take()

    def stop(self) -> list[Envelope]:
        """Pause after a failure."""
        self._inbox.clear()
        self.experiment.pacing.stop()
        self._publisher.give_up()
        self._publisher.emit_status()
        return self._publisher.take()

    # --- turns ----------------------------------------------------------------------------------------------------

    def ready_at(self) -> float:
        """When the next turn has something to do: a time of the clock, -inf for at once, inf for never."""
        if self._inbox:
            return -inf
        if self._asleep:
            return inf
        if self._publisher.is_held:
            return self._publisher.ready_at
        if self.experiment.run.is_ahead:
            return -inf
        return min(self.experiment.pacing.ready_at, self._publisher.ready_at)

    def turn(self, budget: float) -> list[Envelope]:
        """Carry out one command; or train for about `budget` seconds, and do one other thing, such as a frame."""
        if self._inbox:
            self._dispatch()
        elif not self._asleep:
            if not self._publisher.is_held:
                self._train(budget)
            self._settle()
            self._publisher.do_next()
        return self._publisher.take()

    def _dispatch(self) -> None:
        subscriber, command = self._inbox.popleft()
        following = self._inbox[0][1] if self._inbox else None
        carry_out(command, Context(self.experiment, self._publisher, subscriber, following, self._clock))

    def _train(self, budget: float) -> None:
        now, run = self._clock(), self.experiment.run
        if self.experiment.pacing.train(run, now, now + budget):
            self._publisher.note_change()
        if run.is_ahead:
            self._publisher.want_frame()
            run.catch_up(now + budget)

    def _settle(self) -> None:
        """Stop if training has diverged, also in the middle of an epoch, before anything of it is shown."""
        self.experiment.pacing.stop_if_diverged(self.experiment.run)
        self._publisher.emit_new_status()
