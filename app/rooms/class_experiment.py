"""The experiment of a class as it runs: students train the cells that were dealt to them, the server the others."""

import asyncio
from collections.abc import Callable

from app.classroom.experiment import ClassExperiment
from app.classroom.seats import Seat
from app.protocol.cards import Card, decode_card
from app.protocol.checkpoints import Opening, StatusText, read_status
from app.protocol.class_commands import StartExperiment
from app.protocol.commands import RunUntil, encode_command
from app.protocol.containers import compress, encode_container
from app.protocol.envelopes import MessageKind
from app.protocol.starts import Progress
from app.rooms.member import Member
from app.rooms.page_sweep import RunningSweep
from app.rooms.room import Room
from app.rooms.rooms import Rooms
from app.settings import Limits

EVERY = 1.0
"""Seconds between two messages about the experiment."""


class _OfServer:
    """Takes the results of cells that the server trains, for as long as their experiment goes on."""

    is_ready = True

    def __init__(self, experiment: ClassExperiment) -> None:
        self._experiment = experiment

    def receive(self, progress: Progress) -> None:
        """Note the results of cells; if no more will come, the experiment cannot be finished."""
        for start in progress.finished:
            self._experiment.take_start(start)
        if progress.ended == "failed":
            self._experiment.cancel()


class RunningExperiment:
    """The experiment of a class, if there is one.

    Args:
        owner: The class.
        rooms: Knows where the server's cells are trained.
        limits: The largest network that may be trained.
        here: The students who can be dealt a cell.
        give: Opens a network for a student, and returns its room; None if the student has gone.
        members: The connections of the class.
    """

    def __init__(
        self,
        owner: object,
        rooms: Rooms,
        limits: Limits,
        here: Callable[[], list[Seat]],
        give: Callable[[Seat, Opening], Room | None],
        members: Callable[[], list[Member]],
    ) -> None:
        self._owner = owner
        self._rooms = rooms
        self._limits = limits
        self._here = here
        self._give = give
        self._members = members
        self._number = 0
        self._experiment: ClassExperiment | None = None
        self._of_seats: dict[int, Room] = {}
        self._of_server: list[RunningSweep] = []
        self._reporting: set[Room] = set()
        self._asked: dict[Room, int] = {}
        """Rooms that were asked to train until the last epoch and have not begun, and how often each was reopened."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def exists(self) -> bool:
        """Whether there is an experiment, going on or done."""
        return self._experiment is not None

    def start(self, command: StartExperiment, task: int) -> None:
        """Start an experiment, in place of the one before, while this task is handed out; 0 is none.

        Raises ProtocolError if it is not possible.
        """
        experiment = ClassExperiment(self._number + 1, command, self._limits, task=task)
        self.end()
        self._number += 1
        self._experiment = experiment
        seats = {seat.number: seat for seat in self._here()}
        for number in experiment.deal(seats):
            self._open_for(seats[number])
        self._fill()
        self._tell(whole=True)
        self._timer = asyncio.get_running_loop().call_later(EVERY, self._tick)

    def _open_for(self, seat: Seat) -> None:
        experiment = self._experiment
        index = experiment.cell_of(seat.number) if experiment else None
        if experiment is None or index is None:
            return
        room = self._give(seat, Opening(link=experiment.link_of(index)))
        if room is None:
            experiment.take_back(seat.number)
            return
        # it is trained to the end even if the student's page sleeps
        room.is_background = True
        self._of_seats[seat.number] = room
        self._run(room)

    def _run(self, room: Room) -> None:
        if self._experiment:
            command = RunUntil(until="epochs", epochs=self._experiment.epochs)
            self._asked[room] = room.reopenings
            room.send(MessageKind.COMMAND, encode_command(command))

    def _fill(self) -> None:
        """Let the server train the free cells."""
        experiment = self._experiment
        free = experiment.free_cells() if experiment else ()
        if experiment is None or not free:
            return
        for index in free:
            experiment.take(index)
        running = self._rooms.sweeps.start(experiment.sweep, _OfServer(experiment), free, owner=self._owner)
        self._of_server.append(running)

    # --- what the sessions say ----------------------------------------------------------------------------------------

    def note(self, seat: int, room: Room, card: Card) -> None:
        """Take note of a card of a student's network."""
        experiment = self._experiment
        index = experiment.cell_of(seat) if experiment else None
        if experiment is None or index is None or self._of_seats.get(seat) is not room:
            return
        if self._is_over(card, room) and self._is_whole(card, room, index):
            self._finish(index, room)
        elif self._is_over(card, room) or self._is_given_up(room, index):
            self.leave(seat)
        else:
            experiment.progress(index, card.epoch / experiment.epochs)

    def _is_over(self, card: Card, room: Room) -> bool:
        """Whether a network has trained enough, or cannot train on."""
        if self._experiment is None:
            return False
        return card.epoch >= self._experiment.epochs or card.diverged or _status(room).stopped is not None

    def _is_given_up(self, room: Room, index: int) -> bool:
        """Whether a network does not train to the last epoch of this cell any more."""
        if self._experiment is None or room.link is None:
            return False
        if _status(room).is_run:
            self._asked.pop(room, None)
        is_stopped = room not in self._asked and not _status(room).is_run
        return is_stopped or room.link != self._experiment.link_of(index)

    def _is_whole(self, card: Card, room: Room, index: int) -> bool:
        """Whether it is the result of exactly this cell."""
        experiment = self._experiment
        if experiment is None or room.link is None or room.link != experiment.link_of(index):
            return False
        return card.epoch <= experiment.epochs

    def _finish(self, index: int, room: Room) -> None:
        experiment = self._experiment
        if experiment is not None and room not in self._reporting:
            self._reporting.add(room)
            room.report(lambda payload: self._take_result(experiment, index, room, decode_card(payload)))

    def _take_result(self, experiment: ClassExperiment, index: int, room: Room, card: Card) -> None:
        if self._experiment is not experiment:
            return
        self._reporting.discard(room)
        if self._is_over(card, room) and self._is_whole(card, room, index):
            status = _status(room)
            experiment.finish(
                index,
                epoch=card.epoch,
                train_loss=card.train_loss,
                test_loss=card.test_loss,
                train_accuracy=card.train_accuracy,
                test_accuracy=card.test_accuracy,
                diverged=status.diverged,
                stopped=status.stopped,
                picture=card.picture,
            )
            self._release(room)

    def _release(self, room: Room) -> None:
        """Let a network sleep again while nobody watches it."""
        self._asked.pop(room, None)
        room.is_background = False
        if not room.is_watched:
            room.send(MessageKind.SLEEP)

    def leave(self, seat: int) -> None:
        """A student has left the experiment, or trains something else: the server trains their cell."""
        if room := self._of_seats.pop(seat, None):
            self._release(room)
        if self._experiment is not None and self._experiment.take_back(seat) is not None:
            self._fill()

    # --- what the class is told ---------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Stop it; what is done stays."""
        if self._experiment is not None:
            self._experiment.cancel()
        self._stop()
        self._tell(whole=False)

    def end(self) -> None:
        """Stop it and forget it."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._stop()
        self._experiment = None

    def _stop(self) -> None:
        for sweep in self._of_server:
            sweep.end()
        for room in self._of_seats.values():
            self._release(room)
        self._of_server.clear()
        self._of_seats.clear()
        self._reporting.clear()

    def _tick(self) -> None:
        self._timer = None
        if self._experiment is None:
            return
        self._ask_again()
        self._tell(whole=False)
        if not (self._experiment.is_done or self._experiment.canceled):
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._tick)

    def _ask_again(self) -> None:
        """Ask networks to train that were asked, and forgot it because their process was replaced."""
        for room, reopenings in list(self._asked.items()):
            if room.reopenings != reopenings and room.status and not _status(room).is_run:
                self._run(room)

    def _tell(self, *, whole: bool) -> None:
        experiment = self._experiment
        if experiment is None:
            return
        changed = experiment.changes()
        cells = experiment.cells if whole else changed
        if cells or whole or experiment.canceled:
            message, arrays = experiment.message(cells, whole=whole)
            payload = compress(encode_container(message, arrays))
            for member in self._members():
                member.outbox.put(payload)

    def tell(self, member: Member) -> None:
        """Tell one connection about all of it."""
        if self._experiment is not None:
            message, arrays = self._experiment.message(self._experiment.cells, whole=True)
            member.outbox.put(compress(encode_container(message, arrays)))


def _status(room: Room) -> StatusText:
    return read_status(room.status) if room.status else StatusText(None, None)
