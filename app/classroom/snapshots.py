"""Snapshots: students' networks that the teacher has kept, with a note and a picture, to be shown side by side."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from app.classroom.tiles import Numbers
from app.protocol.class_commands import MOST_SIDE_BY_SIDE, MOST_SNAPSHOTS
from app.protocol.class_messages import Snapshot
from app.protocol.containers import Array
from app.protocol.errors import ProtocolError, fault
from app.protocol.fields import MAX_ID
from app.training.pictures import SIDE, SmallPicture
from engine import DATASETS
from engine.network_function import CURVE_POINTS
from engine.own_examples import MAX_CLASSES

_PARTS = {"surface": ("u1", (SIDE, SIDE)), "classes": ("u1", (SIDE, SIDE)), "curve": ("<f4", (CURVE_POINTS,))}
"""The arrays of a picture: their types and shapes."""

_MOST_CLASSES = max(MAX_CLASSES, *(dataset.classes for dataset in DATASETS.values()))
_MOST_LETTERS = 2 * SIDE * SIDE
_HIGHEST = 2**31 - 1
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class _Kept:
    snapshot: Snapshot
    picture: SmallPicture


class Snapshots:
    """The snapshots of a class, by number from 1, and which of them are shown side by side.

    >>> snapshots = Snapshots()
    >>> snapshots.keep(card, picture, seat=7, name="Ann", note="no hidden layers", link="#…").number
    1
    """

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._last = 0
        self.side_by_side: tuple[int, ...] = ()
        """The numbers of those that are shown."""

    def __len__(self) -> int:
        return len(self._kept)

    def keep(
        self,
        card: Numbers,
        picture: SmallPicture,
        *,
        seat: int | None,
        name: str | None,
        note: str,
        link: str,
    ) -> Snapshot:
        """Keep a network as its card shows it; without a seat, it is the teacher's. Raises ProtocolError (too_many)."""
        self.refuse_more()
        self._last += 1
        snapshot = Snapshot(
            number=self._last,
            seat=seat,
            name=name,
            note=note.strip(),
            link=link,
            epoch=card.epoch,
            train_loss=card.train_loss,
            test_loss=card.test_loss,
            test_accuracy=card.test_accuracy,
            classes=card.classes,
            dimensions=card.dimensions,
        )
        self._kept[self._last] = _Kept(snapshot, picture)
        return snapshot

    def refuse_more(self) -> None:
        """Raise ProtocolError if there is no room for another one."""
        if len(self._kept) >= MOST_SNAPSHOTS:
            why = f"a class keeps at most {MOST_SNAPSHOTS} snapshots: delete one first"
            raise ProtocolError([fault("too_many", None, len(self._kept), f"fewer than {MOST_SNAPSHOTS}", why)])

    def get(self, number: int) -> Snapshot:
        """The snapshot of a number. Raises ProtocolError (no_such_snapshot)."""
        return self._get(number, "snapshot").snapshot

    def _get(self, number: int, field: str) -> _Kept:
        if number not in self._kept:
            known = f"one of {', '.join(map(str, self._kept))}" if self._kept else "nothing: there are no snapshots"
            raise ProtocolError([fault("no_such_snapshot", field, number, known)])
        return self._kept[number]

    def is_shown(self, number: int) -> bool:
        """Whether the class sees a snapshot."""
        return number in self.side_by_side

    def edit(self, number: int, note: str | None) -> None:
        """Change a note, or delete the snapshot if it is None. Raises ProtocolError (no_such_snapshot)."""
        kept = self._get(number, "snapshot")
        if note is not None:
            self._kept[number] = replace(kept, snapshot=replace(kept.snapshot, note=note.strip()))
            return
        del self._kept[number]
        shown = tuple(other for other in self.side_by_side if other != number)
        self.side_by_side = shown if len(shown) > 1 else ()

    def show(self, numbers: Sequence[int]) -> None:
        """Show two to six snapshots side by side, or none. Raises ProtocolError."""
        for number in numbers:
            self._get(number, "snapshots")
        if len(numbers) == 1 or len(numbers) > MOST_SIDE_BY_SIDE:
            expected = f"2 to {MOST_SIDE_BY_SIDE} snapshots, or none"
            raise ProtocolError([fault("out_of_range", "snapshots", numbers, expected)])
        if len(set(numbers)) < len(numbers):
            raise ProtocolError([fault("duplicate_value", "snapshots", numbers, "every snapshot once")])
        self.side_by_side = tuple(numbers)

    def messages(self, *, everything: bool, with_names: bool = False) -> tuple[Snapshot, ...]:
        """All snapshots with their names, for the teacher; or those that are shown, in the order in which they are."""
        if everything:
            return tuple(kept.snapshot for kept in self._kept.values())
        shown = (self._kept[number].snapshot for number in self.side_by_side)
        return tuple(snapshot if with_names else replace(snapshot, name=None) for snapshot in shown)

    def clear(self) -> None:
        """Delete all of them. Their numbers are not used again, for pages may remember them."""
        self._kept.clear()
        self.side_by_side = ()

    def arrays(self, number: int) -> dict[str, Array]:
        """The picture of a snapshot, as `snapshot` has it. Raises ProtocolError (no_such_snapshot)."""
        picture = self._get(number, "snapshot").picture._asdict()
        return {name: array for name, array in picture.items() if array is not None}

    # --- what the teacher's page keeps --------------------------------------------------------------------------------

    def as_kept(self) -> list[dict[str, Any]]:
        """The snapshots as plain values, from which `from_kept` makes them again.

        Pictures are base64; `place` is the place of a snapshot among those that are shown.
        """
        return [
            {
                **{item.name: getattr(kept.snapshot, item.name) for item in fields(Snapshot)},
                "picture": {name: _written(array) for name, array in self.arrays(number).items()},
                "place": self.side_by_side.index(number) if number in self.side_by_side else None,
            }
            for number, kept in self._kept.items()
        ]

    @classmethod
    def from_kept(cls, items: Sequence[object]) -> "Snapshots":
        """The snapshots that a page has kept. What is damaged is left out: a page may send anything."""
        found, places = cls(), dict[int, int]()
        for item in items[:MOST_SNAPSHOTS]:
            kept = _read(item)
            if kept and isinstance(item, Mapping):
                number = kept.snapshot.number
                found._kept[number] = kept
                found._last = max(found._last, number)
                place = item.get("place")
                if isinstance(place, int):
                    places[place] = number
        shown = tuple(places[place] for place in sorted(places))
        if 1 < len(set(shown)) == len(shown) <= MOST_SIDE_BY_SIDE:
            found.side_by_side = shown
        return found


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _HIGHEST


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST)


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "number": _is_count,
    "seat": lambda value: value is None or _is_count(value),
    "name": lambda value: value is None or _is_text(value, 24),
    "note": lambda value: _is_text(value, 200),
    "link": lambda value: _is_text(value, 65_536),
    "epoch": lambda value: type(value) is int and 0 <= value <= MAX_ID,
    "train_loss": _is_number,
    "test_loss": _is_number,
    "test_accuracy": _is_number,
    "classes": lambda value: _is_count(value) and value <= _MOST_CLASSES,
    "dimensions": lambda value: _is_count(value) and value in {0, 1, 2},
}
"""What the fields of a snapshot may be."""


def _read(item: object) -> _Kept | None:
    """A snapshot and its picture; None if anything is wrong with it."""
    if not isinstance(item, Mapping) or not all(name in item and check(item[name]) for name, check in _CHECKS.items()):
        return None
    if not isinstance(item.get("picture"), Mapping):
        return None
    try:
        arrays = {name: _read_array(name, text) for name, text in item["picture"].items()}
        picture = SmallPicture(arrays["surface"], arrays.get("classes"), arrays.get("curve"))
    except (ValueError, LookupError):
        return None
    snapshot = Snapshot(**{name: item[name] for name in _CHECKS})
    return _Kept(snapshot, picture)


def _written(array: Array) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _read_array(name: str, text: object) -> Array:
    """An array in base64. Raises ValueError or LookupError if it is damaged."""
    kind, shape = _PARTS[name]
    if not isinstance(text, str) or len(text) > _MOST_LETTERS:
        raise ValueError(f"{name} is no picture")
    array: Array = np.frombuffer(base64.b64decode(text, validate=True), kind).reshape(shape)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has numbers that are not finite")
    return array
