"""A member: one connection of a class, and what it shows."""

from dataclasses import dataclass

from app.classroom.seats import Seat
from app.protocol.class_commands import Role
from app.protocol.commands import Hello
from app.rooms.outbox import Outbox
from app.rooms.room import Room, Subscriber


@dataclass(slots=True, eq=False)
class Member:
    """A connection that has joined a class."""

    role: Role
    outbox: Outbox
    seat: Seat | None = None
    """The student's."""
    hello: Hello | None = None
    """The greeting of its page; None until it has come."""
    has_task: int = 0
    """The number of the task that the experiment in the greeting belongs to."""
    has_own: bool = False
    """Whether its own network has been opened: then its greeting says nothing new about that."""
    subscriber: Subscriber | None = None
    """While the page shows its own session."""
    watched: Room | None = None
    """The room that the page watches."""
    looks_at: int | None = None
    """The student over whose shoulder the teacher looks."""
    told: str = ""
    """The last `class` message."""
    kept: str = ""
    """The last `keep` message."""
    tiles_in_view: frozenset[int] = frozenset()
    has_wall: bool = False

    @property
    def is_watching(self) -> bool:
        """Whether the page shows a network that is not its own."""
        return self.watched is not None
