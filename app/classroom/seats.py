"""The seats of a class: its students, here or away, each known by a secret of their own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

AWAY_AFTER = 15.0
"""Seconds after which a student without a connection counts as away."""


@dataclass(slots=True, eq=False)
class Seat:
    """A student. `key` is what is kept of the secret: see `codes.seat_key`."""

    number: int
    key: str
    name: str
    waiting: bool = False
    """Whether the student is in the waiting room."""
    hand: bool = False
    trying: bool = False
    """Whether the student tries for themselves while the others follow."""
    task: int = 0
    """The number of the task that the student's network belongs to."""
    left_at: float | None = None
    """When the last connection ended; None while there is one."""

    def is_away(self, now: float) -> bool:
        """Whether the student has been gone for a while."""
        return self.left_at is not None and now - self.left_at >= AWAY_AFTER


class Seats:
    """All seats of a class, by number and by key."""

    def __init__(self) -> None:
        self._by_number: dict[int, Seat] = {}
        self._by_key: dict[str, Seat] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._by_number)

    def __iter__(self) -> Iterator[Seat]:
        return iter(tuple(self._by_number.values()))

    def get(self, number: int | None) -> Seat | None:
        """The seat of a number, if there is one."""
        return None if number is None else self._by_number.get(number)

    def of_key(self, key: str) -> Seat | None:
        """The seat of a key, if there is one."""
        return self._by_key.get(key)

    @property
    def names(self) -> list[str]:
        """The names of all."""
        return [seat.name for seat in self]

    @property
    def here(self) -> list[Seat]:
        """Those who are in the class and have a connection."""
        return [seat for seat in self if not seat.waiting and seat.left_at is None]

    @property
    def in_class(self) -> list[Seat]:
        """All but those in the waiting room."""
        return [seat for seat in self if not seat.waiting]

    def add(self, key: str, name: str, *, waiting: bool = False) -> Seat:
        """A new seat."""
        self._last += 1
        return self._put(Seat(self._last, key, name, waiting))

    def _put(self, seat: Seat) -> Seat:
        self._by_number[seat.number] = self._by_key[seat.key] = seat
        return seat

    def remove(self, seat: Seat) -> None:
        """Give a seat up."""
        self._by_number.pop(seat.number, None)
        self._by_key.pop(seat.key, None)

    def as_kept(self) -> list[dict[str, Any]]:
        """What the teacher's page keeps of the seats."""
        return [
            {"number": seat.number, "key": seat.key, "name": seat.name, "waiting": seat.waiting, "task": seat.task}
            for seat in self
        ]

    def restore(self, kept: Iterable[Mapping[str, Any]], now: float) -> None:
        """The seats that were kept; nobody is here yet."""
        for item in kept:
            seat = Seat(item["number"], item["key"], item["name"], item["waiting"], task=item["task"], left_at=now)
            self._put(seat)
            self._last = max(self._last, seat.number)
