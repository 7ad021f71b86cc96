"""The pictures of a class: snapshots of networks with all they have learned, and drawn predictions."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterable

from app.classroom.classroom import Classroom
from app.classroom.seats import Seat
from app.protocol.cards import decode_card
from app.protocol.checkpoints import Opening
from app.protocol.class_commands import KeepSnapshot, Role
from app.protocol.class_messages import DrawingsMessage, ExamplesMessage, SnapshotMessage
from app.protocol.containers import compress, decode_container, decompress, encode_container
from app.protocol.errors import ProtocolError
from app.protocol.messages import encode_error
from app.rooms.member import Member
from app.rooms.room import Room

_EVERY = 1.0
"""Seconds between two messages about drawings."""


class Pictures:
    """What of a class is shown as pictures. `members` returns its connections, `changed` tells them about the class."""

    def __init__(
        self, classroom: Classroom, members: Callable[[], Iterable[Member]], changed: Callable[[], None]
    ) -> None:
        self._classroom = classroom
        self._members = members
        self._changed = changed
        self.openings: dict[int, Opening] = {}
        """The networks of snapshots, by number."""
        self._examples: bytes | None = None
        """Those over which everybody draws."""
        self._timer: asyncio.TimerHandle | None = None

    # --- snapshots ----------------------------------------------------------------------------------------------------

    def keep(self, member: Member, room: Room, seat: Seat | None, command: KeepSnapshot) -> None:
        """Keep a network as it is now, and answer with its snapshot. Raises ProtocolError if there are too many."""
        self._classroom.snapshots.refuse_more()
        room.report(lambda payload: self._take(member, room, seat, command, payload))

    def _take(self, member: Member, room: Room, seat: Seat | None, command: KeepSnapshot, payload: bytes) -> None:
        card = decode_card(payload)
        if card.picture is None or room.link is None:
            return
        try:
            snapshot = self._classroom.snapshots.keep(
                card,
                card.picture,
                seat=seat.number if seat else None,
                name=seat.name if seat else None,
                note=command.note,
                link=room.link,
            )
        except ProtocolError as error:
            member.outbox.put(encode_error(error.faults, command.id))
            return
        self.openings[snapshot.number] = dataclasses.replace(room.copy(), playing=False)
        self._put(snapshot.number, [member], command.id)
        self._changed()

    def show_snapshots(self) -> None:
        """Send the snapshots that are shown to everybody."""
        for number in self._classroom.snapshots.side_by_side:
            self._put(number, self._members())

    def _put(self, number: int, members: Iterable[Member], request_id: int | None = None) -> None:
        snapshots = self._classroom.snapshots
        arrays = snapshots.arrays(number)
        whole = snapshots.get(number)
        nameless = encode_container(SnapshotMessage(snapshot=dataclasses.replace(whole, name=None)), arrays)
        named = encode_container(SnapshotMessage(snapshot=whole, id=request_id), arrays)
        for member in members:
            member.outbox.put(named if self._classroom.sees_names(member.role, member.seat) else nameless)

    def tell(self, member: Member) -> None:
        """Send a connection that has just come all the pictures that it may see."""
        snapshots = self._classroom.snapshots
        for snapshot in snapshots.messages(everything=member.role == "teacher"):
            self._put(snapshot.number, [member])
        if self._examples and self._classroom.questions.draws == "boundary":
            member.outbox.put(self._examples)
        if self._sees_drawings(member.role):
            member.outbox.put(self._drawings())

    # --- drawn predictions --------------------------------------------------------------------------------------------

    def show_examples(self, data: bytes | None) -> None:
        """Send everybody the examples over which they draw, if the question asks for that; `data` is a container."""
        questions = self._classroom.questions
        self._examples = None
        if data is None or questions.draws != "boundary":
            return
        header, arrays = decode_container(decompress(data))
        if "points" not in arrays:
            return
        message = ExamplesMessage(
            question=questions.number or 0, classes=header["classes"], dimensions=header["dimensions"]
        )
        those = {name: arrays[name][: header["train_size"]] for name in ("points", "targets")}
        self._examples = compress(encode_container(message, those))
        for member in self._members():
            member.outbox.put(self._examples)

    def show_drawings_soon(self) -> None:
        """Send the drawn predictions to those who may see them, with all that come in the next second."""
        if self._classroom.questions.draws == "boundary" and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_EVERY, self._show_drawings)

    def _show_drawings(self) -> None:
        self._timer = None
        if self._classroom.questions.draws != "boundary":
            return
        payload = self._drawings()
        for member in self._members():
            if self._sees_drawings(member.role):
                member.outbox.put(payload)

    def _sees_drawings(self, role: Role) -> bool:
        """Whether a role may see what was drawn: students only once it is revealed."""
        questions = self._classroom.questions
        return questions.draws == "boundary" and (role != "student" or questions.is_revealed)

    def _drawings(self) -> bytes:
        questions = self._classroom.questions
        return encode_container(DrawingsMessage(question=questions.number or 0), questions.drawings())

    def stop(self) -> None:
        """Send nothing more."""
        if self._timer:
            self._timer.cancel()
