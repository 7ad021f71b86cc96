"""The results of a class: asks every student's session for what it has reached, and tells the teacher."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from app.classroom.classroom import Classroom
from app.classroom.results import Curve, curves, result
from app.classroom.seats import Seat
from app.protocol.cards import Card, decode_card
from app.protocol.checkpoints import read_experiment
from app.protocol.class_messages import Result, ResultsMessage
from app.protocol.containers import compress, encode_container
from app.rooms.member import Member
from app.rooms.room import Room

WITHIN = 3.0
"""Seconds in which sessions must answer; the others are left out."""


@dataclass(slots=True, eq=False)
class _Collection:
    """The answers to one request."""

    member: Member
    request_id: int | None
    missing: set[int]
    found: dict[int, tuple[Room, Card]] = field(default_factory=dict)
    is_sent: bool = False


class Results:
    """Collects results; `network_of` returns the room of a student, if it is open."""

    def __init__(self, classroom: Classroom, network_of: Callable[[Seat], Room | None]) -> None:
        self._classroom = classroom
        self._network_of = network_of

    def collect(self, member: Member, request_id: int | None) -> None:
        """Send a teacher what all students have reached, as soon as it is known."""
        rooms = {seat.number: room for seat in self._classroom.seats.in_class if (room := self._network_of(seat))}
        collection = _Collection(member, request_id, set(rooms))
        for number, room in rooms.items():
            room.report(partial(self._take, collection, number, room))
        if rooms:
            asyncio.get_running_loop().call_later(WITHIN, self._send, collection)
        else:
            self._send(collection)

    def _take(self, collection: _Collection, number: int, room: Room, payload: bytes) -> None:
        collection.found[number] = (room, decode_card(payload))
        collection.missing.discard(number)
        if not collection.missing:
            self._send(collection)

    def _send(self, collection: _Collection) -> None:
        if collection.is_sent:
            return
        collection.is_sent = True
        found: list[Result] = []
        lines: list[Curve | None] = []
        for seat in self._classroom.seats.in_class:
            if seat.number not in collection.found:
                continue
            room, card = collection.found[seat.number]
            if room.config is None:
                continue
            text = read_experiment(room.config)
            found.append(result(seat.number, seat.name, text.link, card=card, config=text.config, layers=text.layers))
            epochs, losses = card.history_epochs, card.history_test
            lines.append(None if epochs is None or losses is None else Curve(epochs, losses))
        message = ResultsMessage(task=self._classroom.task, results=found, id=collection.request_id)
        collection.member.outbox.put(compress(encode_container(message, curves(lines))))
