"""One session: commands that wait, and turns in which they are carried out, or it trains and looks.

No sockets, no tasks, nobody who watches.
"""

import time
from collections import deque
from collections.abc import Callable
from math import inf

from app.link import View
from app.protocol.checkpoints import Opening
from app.protocol.commands import Command
from app.protocol.envelopes import Envelope, Kind
from app.session.events import Publisher
from app.session.handlers import Context, carry_out
from app.session.opening import open_experiment
from app.settings import Limits
from app.training.run import Run
from engine import Config, Trainer


class Session:
    """An experiment that is worked at in turns.

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
        self._clock = clock
        self._inbox: deque[tuple[int, Command]] = deque()
        self._asleep = False
        self._experiment, link, is_resumed, refusal = open_experiment(opening, limits, clock)
        self._publisher = Publisher(number, self._experiment, 1 / frame_rate, clock, opening.seq)
        self._publisher.emit(Kind.OPENED, b"checkpoint" if is_resumed else b"")
        if refusal:
            self._publisher.refuse(refusal)
        self._publisher.emit_opened(link.warnings)

    # --- what there is --------------------------------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """The experiment in force."""
        return self._experiment.config

    @property
    def view(self) -> View:
        """What is seen of it."""
        return self._experiment.view

    @property
    def revision(self) -> int:
        """How many changes of it there were."""
        return self._experiment.revision

    @property
    def run(self) -> Run:
        """The present run."""
        return self._experiment.run

    @property
    def trainer(self) -> Trainer:
        """What learns in it."""
        return self._experiment.run.trainer

    @property
    def playing(self) -> bool:
        """Whether it is trained until somebody stops it."""
        return self._experiment.pacing.playing

    @property
    def speed(self) -> str:
        """How fast, by its name in `SPEEDS`."""
        return self._experiment.pacing.speed

    @property
    def backlog(self) -> int:
        """How many commands wait to be carried out."""
        return len(self._inbox)

    # --- from outside ---------------------------------------------------------------------------------------------

    def submit(self, subscriber: int, command: Command) -> None:
        """Take a command, to be carried out in a later turn."""
        self._inbox.append((subscriber, command))

    def grant(self, run: int, epoch: int) -> None:
        """Allow one frame, to receivers who have the loss series of `run` up to `epoch`."""
        self._publisher.grant(run, epoch)

    def set_frame_period(self, seconds: float) -> None:
        """From now on there are so many seconds between two frames at least."""
        self._publisher.frame_period = seconds

    def opened(self) -> list[Envelope]:
        """What is to be told of a session that has just been made."""
        return self._publisher.take()

    def greet(self) -> list[Envelope]:
        """All that one who has just come needs to know; the next frame comes whether or not anything changes.

        No panel is open on a page that has just come: it says so itself if one is.
        """
        self._publisher.emit_all()
        return self._publisher.take()

    def sleep(self) -> None:
        """Stand still until `wake`, playing or not."""
        self._asleep = True

    def wake(self) -> None:
        """Go on where `sleep` interrupted."""
        self._asleep = False
        self._experiment.pacing.awake(self.run)

    def finish(self) -> list[Envelope]:
        """Stand still, and show the last state whether or not a frame was asked for."""
        self._asleep = True
        self._publisher.note_change()
        self._publisher.emit_frame()
        self._stop_if_diverged()
        return self._publisher.take()

    def stop(self) -> list[Envelope]:
        """Pause after a failure, and say so."""
        self._inbox.clear()
        self._experiment.pacing.stop()
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
        if self.run.is_ahead:
            return -inf
        return min(self._experiment.pacing.ready_at, self._publisher.ready_at)

    def turn(self, budget: float) -> list[Envelope]:
        """Carry out one command; or train for about `budget` seconds, and make a frame if one is due."""
        if self._inbox:
            self._dispatch()
        elif not self._asleep:
            self._work(budget)
        return self._publisher.take()

    def _dispatch(self) -> None:
        subscriber, command = self._inbox.popleft()
        following = self._inbox[0][1] if self._inbox else None
        carry_out(command, Context(self._experiment, self._publisher, subscriber, following))

    def _work(self, budget: float) -> None:
        now = self._clock()
        if self._experiment.pacing.train(self.run, now, now + budget):
            self._publisher.note_change()
            self._publisher.emit_new_status()
        if self.run.is_ahead:
            self._publisher.note_change()
            self.run.catch_up(now + budget)
        self._publisher.work()
        self._publisher.emit_due_frame()
        self._stop_if_diverged()

    def _stop_if_diverged(self) -> None:
        """Stop, and say so, if making a frame showed in the middle of an epoch that training diverged."""
        self._experiment.pacing.stop_if_diverged(self.run)
        self._publisher.emit_new_status()
