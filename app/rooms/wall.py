"""The wall of a class: what the sessions of its students say of themselves, passed on twice a second to who looks."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.classroom.classroom import Classroom
from app.classroom.pictures import stacked
from app.classroom.seats import Seat
from app.classroom.tiles import UNKNOWN, Choices, Progress, choices, state_of, tile
from app.link import parse_link
from app.protocol.cards import Card, CardLevel, decode_card
from app.protocol.checkpoints import ExperimentText, read_experiment
from app.protocol.class_messages import Tile, WallMessage
from app.protocol.containers import compress, encode_container
from app.protocol.messages import SENT_FIELDS
from app.rooms.member import Member
from app.rooms.room import Room
from app.settings import Limits
from app.training.pictures import SmallPicture

EVERY = 0.5
"""Seconds between two messages to a page that shows the wall."""


@dataclass(slots=True, eq=False)
class _Watched:
    """What is known of a student's network."""

    room: Room
    progress: Progress = field(default_factory=Progress)
    card: Card | None = None
    picture: SmallPicture | None = None
    text: str = ""
    """The `config` message that `experiment` was read from."""
    experiment: ExperimentText | None = None
    choices: Choices = UNKNOWN
    task: int = 0
    """The number of the task that `choices` compares with."""


@dataclass(slots=True, eq=False)
class _Sent:
    """What a page has been sent."""

    tiles: dict[int, Tile] = field(default_factory=dict)
    pictures: dict[int, SmallPicture] = field(default_factory=dict)


class Wall:
    """The wall. `watchers` returns the connections; `clock` returns seconds. For use on the event loop only."""

    def __init__(
        self, classroom: Classroom, limits: Limits, watchers: Callable[[], list[Member]], clock: Callable[[], float]
    ) -> None:
        self._classroom = classroom
        self._limits = limits
        self._watchers = watchers
        self._clock = clock
        self._networks: dict[int, _Watched] = {}
        self._sent: dict[Member, _Sent] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._task: tuple[int, Mapping[str, Any]] | None = None
        self.on_card: Callable[[int, Room, Card], None] = lambda seat, room, card: None
        """Called with each card of a student's network, after the number of the seat."""

    def add(self, seat: Seat, room: Room) -> None:
        """Follow a student's new network."""
        watched = self._networks[seat.number] = _Watched(room)
        room.on_card = lambda payload: self._receive(seat.number, watched, payload)
        room.want_cards(_level(seat.number, self._in_view()))

    def remove(self, seat: Seat) -> None:
        """A student's network is gone."""
        self._networks.pop(seat.number, None)

    def note_view(self) -> None:
        """A page has opened the wall, closed it, or sees other tiles."""
        watchers = self._watchers()
        self._sent = {member: self._sent.get(member) or _Sent() for member in watchers}
        in_view = self._in_view()
        for number, watched in self._networks.items():
            watched.room.want_cards(_level(number, in_view))
        if watchers and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(0, self._send_all)

    def stop(self) -> None:
        """Send nothing more."""
        if self._timer:
            self._timer.cancel()

    def _in_view(self) -> frozenset[int]:
        """The seats whose tiles somebody sees."""
        return frozenset().union(*(member.tiles_in_view for member in self._watchers()))

    def _receive(self, seat: int, watched: _Watched, payload: bytes) -> None:
        watched.card = card = decode_card(payload)
        watched.picture = card.picture or watched.picture
        watched.progress.update(card, self._clock())
        self.on_card(seat, watched.room, card)

    def _experiment(self, watched: _Watched) -> ExperimentText | None:
        text = watched.room.config
        if text and text != watched.text:
            watched.text, watched.experiment, watched.choices = text, read_experiment(text), UNKNOWN
        return watched.experiment

    def _choices(self, watched: _Watched) -> Choices:
        experiment, task = self._experiment(watched), self._classroom.task
        number = task.number if task else 0
        if experiment is not None and (watched.choices is UNKNOWN or watched.task != number):
            watched.choices = choices(experiment.config, experiment.layers, self._task_config())
            watched.task = number
        return watched.choices

    def _task_config(self) -> Mapping[str, Any] | None:
        """The config of the task, from which tiles differ."""
        task = self._classroom.task
        if task is None:
            return None
        if self._task is None or self._task[0] != task.number:
            config = parse_link(task.link, self._limits).config
            self._task = (task.number, {name: getattr(config, name) for name in SENT_FIELDS})
        return self._task[1]

    def tile_of(self, seat: Seat, now: float) -> Tile:
        """The tile of a student."""
        watched = self._networks.get(seat.number)
        card = watched.card if watched else None
        stuck = bool(watched and watched.progress.is_stuck(now))
        return tile(
            seat.number,
            seat.name,
            state_of(card, waiting=seat.waiting, away=seat.is_away(now), stuck=stuck),
            hand=seat.hand,
            card=card,
            choices=self._choices(watched) if watched else UNKNOWN,
        )

    def _send_all(self) -> None:
        self._timer = None
        watchers = self._watchers()
        self._sent = {member: self._sent.get(member) or _Sent() for member in watchers}
        if not watchers:
            return
        now = self._clock()
        tiles = {seat.number: self.tile_of(seat, now) for seat in self._classroom.seats}
        for member in watchers:
            self._send(member, tiles)
        self._timer = asyncio.get_running_loop().call_later(EVERY, self._send_all)

    def _send(self, member: Member, tiles: Mapping[int, Tile]) -> None:
        sent = self._sent[member]
        seen = self._without_names(tiles) if member.role == "screen" else tiles
        changed = [item for number, item in seen.items() if sent.tiles.get(number) != item]
        gone = [number for number in sent.tiles if number not in seen]
        pictures = {
            number: watched.picture
            for number, watched in self._networks.items()
            if number in member.tiles_in_view and watched.picture is not None
            if sent.pictures.get(number) is not watched.picture
        }
        is_first = not sent.tiles
        # a page that lags behind gets fewer, and the newest
        if member.outbox.is_waiting or not (changed or gone or pictures or is_first):
            return
        message = WallMessage(whole=is_first, tiles=changed, gone=gone, pictures=list(pictures))
        member.outbox.put(compress(encode_container(message, stacked(list(pictures.values())))))
        sent.tiles = dict(seen)
        sent.pictures.update(pictures)

    def _without_names(self, tiles: Mapping[int, Tile]) -> Mapping[int, Tile]:
        """What the screen shows: only those in the class, with names only if they may be seen."""
        shows_names = self._classroom.settings.names_on_screen
        in_class = {seat.number for seat in self._classroom.seats.in_class}
        return {
            number: item if shows_names else replace(item, name="")
            for number, item in tiles.items()
            if number in in_class
        }


def _level(number: int, in_view: frozenset[int]) -> CardLevel:
    return CardLevel.PICTURE if number in in_view else CardLevel.NUMBERS
