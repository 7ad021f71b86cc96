"""Who may do what in a class: a table of every command, and what pausing and watching take away."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.protocol.class_commands import CLASS_COMMANDS, Role
from app.protocol.commands import COMMANDS
from app.protocol.errors import Fault, fault

OF_EVERYONE = frozenset({"ack", "visible", "ping"})
"""What any connection of a class may send at any time."""

OF_SCREEN = OF_EVERYONE | {"watch_wall"}

OF_STUDENTS_ALONE = frozenset({"raise_hand", "try_it", "return", "answer", "leave"})

OF_STUDENTS = frozenset(COMMANDS) | OF_STUDENTS_ALONE | {"take_over"}

OF_TEACHER = (frozenset(COMMANDS) | frozenset(CLASS_COMMANDS)) - OF_STUDENTS_ALONE - {"join"}

RIGHTS: Mapping[Role | None, frozenset[str]] = {
    None: frozenset({"join", "ping"}),
    "screen": OF_SCREEN,
    "student": OF_STUDENTS,
    "teacher": OF_TEACHER,
}
"""The commands of each role; None is a connection that has not joined yet."""

WHILE_PAUSED = OF_EVERYONE | {"hello", "raise_hand", "answer", "leave"}
"""What a student may send while the class is paused."""

WHILE_WATCHING = OF_EVERYONE | {"hello"} | frozenset(CLASS_COMMANDS)
"""What may be sent by a page that shows a network which is not its own."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rights of a connection depend on."""

    role: Role | None
    paused: bool = False
    """Whether this student's page stands still."""
    watching: bool = False
    """Whether the page shows a network that is not its own."""


def refusal(command: str, situation: Situation) -> Fault | None:
    """Why a command is refused in a situation; None if it is not.

    >>> refusal("end_class", Situation("student")).code
    'not_allowed'
    >>> refusal("play", Situation("student", paused=True)).code
    'paused'
    """
    role = situation.role
    if command not in RIGHTS[role]:
        if role is None:
            return fault("not_joined", "type", command, "join", "join must be the first message of a class")
        if command == "join":
            return fault("already_joined", "type", command, "any other type", "join must come only once")
        return fault("not_allowed", "type", command, f"a command of a {role}", f"a {role} cannot send {command}")
    if situation.paused and command not in WHILE_PAUSED:
        return fault("paused", "type", command, "nothing", "the teacher has paused the class")
    if situation.watching and command not in WHILE_WATCHING:
        why = "this page shows another network, which it can only watch"
        return fault("not_allowed", "type", command, "a command of the class", why)
    return None
