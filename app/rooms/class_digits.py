"""The digits that a class draws: the teacher's network reads them, again and again while it learns."""

import asyncio
from collections.abc import Callable, Iterable

from app.classroom.classroom import Classroom
from app.classroom.digits import Drawn, side_of, stacked_pixels
from app.classroom.seats import Seat
from app.protocol.checkpoints import read_experiment
from app.protocol.class_messages import DigitsMessage
from app.protocol.containers import compress, encode_container
from app.protocol.drawings import Drawings, Readings, decode_readings, encode_drawings
from app.rooms.member import Member
from app.rooms.room import Room

_READ_WITHIN = 0.25
"""Seconds for which new drawings are gathered before they are read."""

_TELL_EVERY = 1.0
"""Seconds between two messages about them."""


class Digits:
    """What of a class is drawn digits. `members` returns its connections, `tell` tells a student what has changed.

    For use on the event loop only.
    """

    def __init__(
        self, classroom: Classroom, members: Callable[[], Iterable[Member]], tell: Callable[[Member], None]
    ) -> None:
        self._classroom = classroom
        self._members = members
        self._tell = tell
        self._room: Room | None = None
        self._number = 0
        """Of the drawings that were sent to be read last."""
        self._seats: list[int] = []
        """Whose they are, in their order."""
        self._readings: Readings | None = None
        self._shown: dict[int, Drawn] = {}
        """What was told last, by number: others need no new picture."""
        self._behind: set[Member] = set()
        """Connections that had not received the last message when the next one was due: they need all pictures."""
        self._reading: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def side(self) -> int:
        """Pixels of a side of the pictures that the teacher's network reads; 0 if it reads none."""
        return side_of(read_experiment(self._room.config).config) if self._room and self._room.config else 0

    def attach(self, room: Room) -> None:
        """The teacher's network is in this room from now on."""
        self._room = room
        room.on_readings = self._receive
        self.read_soon()

    def restart(self) -> None:
        """There is another question, or none."""
        self._readings = None
        self._shown.clear()
        self.read_soon()

    def read_soon(self) -> None:
        """Have the drawings read, with all that come in the next moment."""
        if self._reading is None:
            self._reading = asyncio.get_running_loop().call_later(_READ_WITHIN, self._read)

    def _read(self) -> None:
        self._reading = None
        drawn = self._classroom.questions.digits()
        if self._room is None:
            return
        if not drawn:
            self._room.read(b"")
            self._tell_soon()
            return
        self._number += 1
        self._seats = list(drawn)
        pictures = stacked_pixels(list(drawn.values()), self._classroom.questions.side)
        self._room.read(encode_drawings(Drawings(self._number, pictures)))
        self._tell_soon()

    def _receive(self, payload: bytes) -> None:
        readings = decode_readings(payload)
        if readings.number != self._number:
            return
        self._readings = readings
        seats = dict.fromkeys(self._seats, (None, None)) | {
            seat: (int(answer), round(int(certainty) / 255, 3))
            for seat, answer, certainty in zip(self._seats, readings.answers, readings.certainty, strict=False)
        }
        changed = self._classroom.questions.read(seats)
        for member in self._members():
            if member.seat and member.seat.number in changed:
                self._tell(member)
        self._tell_soon()

    # --- what others are told -----------------------------------------------------------------------------------------

    def tell(self, member: Member) -> None:
        """Send a connection that has just come all drawings, if it may see them."""
        if self._sees(member):
            member.outbox.put(self._message(member, whole=True))

    def tell_all(self) -> None:
        """Send everybody who may see them all drawings: they have just been revealed."""
        for member in self._members():
            self.tell(member)

    def _tell_soon(self) -> None:
        if self._telling is None and self._classroom.questions.draws == "digit":
            self._telling = asyncio.get_running_loop().call_later(_TELL_EVERY, self._tell_changes)

    def _tell_changes(self) -> None:
        self._telling = None
        for member in self._members():
            if not self._sees(member):
                continue
            if member.outbox.is_waiting:
                self._behind.add(member)
                continue
            member.outbox.put(self._message(member, whole=member in self._behind))
            self._behind.discard(member)
        self._shown = {one.number: one for one in self._classroom.questions.digits().values()}
        self._behind &= set(self._members())
        if self._behind:
            self._tell_soon()

    def _sees(self, member: Member) -> bool:
        """Whether a connection may see what was drawn: students only once it is revealed."""
        questions = self._classroom.questions
        is_waiting = member.seat is not None and member.seat.waiting
        return questions.draws == "digit" and (member.role != "student" or (questions.is_revealed and not is_waiting))

    def _message(self, member: Member, *, whole: bool) -> bytes:
        questions, readings = self._classroom.questions, self._readings
        drawn = questions.digits()
        sees_names = self._classroom.sees_names(member.role, member.seat)
        new = [one for one in drawn.values() if whole or self._shown.get(one.number) is not one]
        is_read = readings is not None and len(readings.answers) > 0
        message = DigitsMessage(
            question=questions.number or 0,
            side=questions.side,
            drawn=[one.told(_name(self._classroom.seats.get(seat), sees_names)) for seat, one in drawn.items()],
            whole=whole,
            pictures=[one.number for one in new],
            epoch=readings.epoch if readings and is_read else None,
            test_accuracy=readings.test_accuracy if readings and is_read else None,
        )
        return compress(encode_container(message, {"drawings": stacked_pixels(new, questions.side)}))

    def stop(self) -> None:
        """Read and send nothing more."""
        for timer in (self._reading, self._telling):
            if timer:
                timer.cancel()


def _name(seat: Seat | None, is_seen: bool) -> str:
    return seat.name if seat and is_seen else ""
