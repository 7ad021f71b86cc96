"""What a teacher's page keeps of its class, and sends to a server that has lost it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from app.protocol.checkpoints import Opening
from app.protocol.class_commands import MOST_SEATS, MOST_SNAPSHOTS, Mode, NamePolicy, ScreenView
from app.protocol.errors import ProtocolError, fault, shorten


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)


class KeptSettings(_Part):
    """How the class works."""

    names: NamePolicy
    name_list: list[str]
    names_visible: bool
    names_on_screen: bool
    waiting_room: bool
    locked: bool
    may_try: bool


class KeptTask(_Part):
    """What was handed out."""

    number: int
    text: str
    link: str
    lesson: str | None
    title: str
    first: int
    last: int | None
    go: int | None
    moves: int


class KeptSeat(_Part):
    """A student."""

    number: int
    key: str
    name: str
    waiting: bool
    task: int


class KeptNetwork(_Part):
    """The network of a snapshot: what opens it again."""

    link: str
    checkpoint: dict[str, Any] | None
    speed: str | None
    examples: str


def network_of(opening: Opening) -> dict[str, Any]:
    """What a teacher's page keeps of a snapshot's network."""
    return {name: getattr(opening, name) for name in KeptNetwork.model_fields}


class KeptClass(_Part):
    """A class, without the networks of its students, which their own pages keep."""

    settings: KeptSettings
    mode: Mode
    shown_seat: int | None
    shown_with_name: bool
    task: KeptTask | None
    seats: list[KeptSeat]
    snapshots: list[dict[str, Any]]
    """What is damaged of them is left out."""
    may_take: bool
    screen: ScreenView
    networks: dict[str, KeptNetwork]
    """Those of snapshots, by number."""


def read_kept(kept: Mapping[str, Any]) -> KeptClass:
    """What a teacher's page has kept. Raises ProtocolError (`bad_kept`) if it is damaged."""
    try:
        found = KeptClass.model_validate(kept)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in ("kept", *first["loc"]))
        why = f"the class was opened without what this page had kept of it, which is damaged at {shorten(place)}"
        raise ProtocolError([fault("bad_kept", shorten(place), first["input"], None, why)]) from None
    if not all(number.isdecimal() and len(number) < 10 for number in found.networks):
        raise ProtocolError([fault("bad_kept", "kept.networks", list(found.networks), "numbers of snapshots")])
    if len(found.seats) > MOST_SEATS or len(found.snapshots) > MOST_SNAPSHOTS:
        why = "the class was opened without what this page had kept of it, which is more than a class can have"
        raise ProtocolError([fault("bad_kept", "kept", len(found.seats), f"at most {MOST_SEATS} students", why)])
    return found
