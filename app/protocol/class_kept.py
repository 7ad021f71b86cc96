"""What a teacher's page keeps of its class, and sends to a server that has lost it."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.protocol.checkpoints import Opening, read_checkpoint
from app.protocol.class_commands import (
    MOST_SEATS,
    MOST_SNAPSHOTS,
    Mode,
    NamePolicy,
    ScreenView,
    Seat,
    Sentence,
    Texts,
)
from app.protocol.commands import Speed
from app.protocol.errors import ProtocolError, fault, shorten
from app.protocol.fields import Id, Index


def _shown(text: str) -> str:
    """A text without line breaks and invisible characters. Raises ValueError for others."""
    if not text.isprintable():
        raise ValueError("it has characters that cannot be shown")
    return text


_Name = Annotated[str, Field(min_length=1, max_length=24), AfterValidator(_shown)]
_Key = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)


class KeptSettings(_Part):
    """How the class works."""

    names: NamePolicy
    name_list: Texts
    names_visible: bool
    names_on_screen: bool
    waiting_room: bool
    locked: bool
    may_try: bool


class KeptTask(_Part):
    """What was handed out."""

    number: Id
    text: Sentence
    link: str
    lesson: str | None
    title: str
    first: Index
    last: Index | None
    go: Index | None
    moves: Index


class KeptSeat(_Part):
    """A student."""

    number: Seat
    key: _Key
    name: _Name
    waiting: bool
    task: Id


class KeptNetwork(_Part):
    """The network of a snapshot: what opens it again."""

    link: str
    checkpoint: dict[str, Any] | None
    speed: Speed | None
    examples: str


def network_of(opening: Opening) -> dict[str, Any]:
    """What a teacher's page keeps of a snapshot's network."""
    return {name: getattr(opening, name) for name in KeptNetwork.model_fields}


class KeptClass(_Part):
    """A class, without the networks of its students, which their own pages keep."""

    settings: KeptSettings
    mode: Mode
    shown_seat: Seat | None
    shown_with_name: bool
    task: KeptTask | None
    seats: list[KeptSeat]
    snapshots: list[dict[str, Any]]
    """What is damaged of them is left out."""
    may_take: bool
    screen: ScreenView
    networks: dict[str, KeptNetwork]
    """Those of snapshots, by number."""
    instance: Annotated[str, Field(max_length=64)] = ""
    """The server that the class was on."""
    term: Id = 0
    """How many servers the class had been on by then, that one included."""


def read_kept(kept: Mapping[str, Any]) -> KeptClass:
    """What a teacher's page has kept. Raises ProtocolError (`bad_kept`) if it is damaged."""
    try:
        found = KeptClass.model_validate(kept)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _damaged(first["loc"], first["input"]) from None
    if len(found.seats) > MOST_SEATS or len(found.snapshots) > MOST_SNAPSHOTS:
        why = "the class was opened without what this page had kept of it, which is more than a class can have"
        raise ProtocolError([fault("bad_kept", "kept", len(found.seats), f"at most {MOST_SEATS} students", why)])
    for name in ("number", "key"):
        values = [getattr(seat, name) for seat in found.seats]
        if len(set(values)) < len(values):
            raise _damaged(["seats"], f"one {name} twice")
    for number, network in found.networks.items():
        _check_network(number, network)
    return found


def _check_network(number: str, network: KeptNetwork) -> None:
    """Raise ProtocolError unless this can be the network of a snapshot."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise _damaged(["networks"], number)
    if network.checkpoint is not None:
        try:
            link, _ = read_checkpoint(network.checkpoint)
        except ProtocolError as error:
            raise _damaged(["networks", number, error.faults[0].field], error.faults[0].got) from None
        if link != network.link:
            raise _damaged(["networks", number, "checkpoint", "link"], link)


def _damaged(place: Iterable[object], got: object) -> ProtocolError:
    """Why what was kept is refused: it is damaged in one place."""
    where = shorten(".".join(str(part) for part in ("kept", *place)))
    why = f"the class was opened without what this page had kept of it, which is damaged at {where}"
    return ProtocolError([fault("bad_kept", where, got, None, why)])
