"""A class that goes on on another server, as several servers behind one proxy have it, with two real servers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.rooms.classes import MISSES_AT_ONCE
from tests.support.class_client import ClassPage, Gathering, Memory
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.classes]

TASK = "#dataset=xor&seed=0.7&networkShape=3"


@pytest.fixture(scope="module")
def servers() -> Iterator[list[ServerProcess]]:
    with ServerProcess(workers=1) as one, ServerProcess(workers=1) as other:
        yield [one, other]


@pytest.fixture
def here(servers: list[ServerProcess]) -> Iterator[Gathering]:
    """A class that has not been opened yet, at the first server."""
    with Gathering.start(servers[0].port) as fresh:
        yield fresh
        fresh.end()


@pytest.fixture
def there(servers: list[ServerProcess], here: Gathering) -> Iterator[Gathering]:
    """The same class at the second server."""
    with Gathering(servers[1].port, here.secret, here.code) as fresh:
        yield fresh
        fresh.end()


def place(server: ServerProcess, code: str) -> dict[str, Any]:
    """What a server says of a class."""
    status, headers, content = server.fetch(f"/api/classes/{code}")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    found: dict[str, Any] = json.loads(content)
    return found


def kept_by(teacher: ClassPage, task: int) -> None:
    """Wait until the teacher's page has kept that a task was handed out."""
    teacher.until_so(lambda: ((teacher.memory.kept or {}).get("task") or {}).get("number") == task)


def test_place_says_where_a_class_is(here: Gathering, servers: list[ServerProcess]) -> None:
    teacher = here.teacher(None)
    found = [place(server, here.code) for server in servers]
    assert [answer["open"] for answer in found] == [True, False]
    assert teacher.joined["instance"] == found[0]["instance"] != found[1]["instance"]
    spoken = f"{here.code[:3]}-{here.code[3:].lower()}"
    assert place(servers[0], spoken) == found[0]
    assert place(servers[0], "nonsense") == {**found[0], "open": False}


def test_place_tells_no_guesser_which_codes_are_open(here: Gathering) -> None:
    with ServerProcess(workers=1) as server, Gathering(server.port, here.secret, here.code) as gathering:
        gathering.teacher(None)
        answers = [place(server, f"ZZZ{number:03}")["open"] for number in range(int(MISSES_AT_ONCE) + 20)]
        assert answers[0] is False
        assert answers[-1] is None
        assert place(server, here.code)["open"] is True


def test_moved_class_goes_on_as_it_was(here: Gathering, there: Gathering, servers: list[ServerProcess]) -> None:
    teacher, student = here.teacher(names="free"), here.student("Ann")
    screen = here.screen(teacher)
    teacher.do("hand_out", link=TASK)
    student.until_own(None)
    student.train(3)
    teacher.say("move_class")
    assert [page.until_closed() for page in (teacher, student, screen)] == [1012] * 3
    assert teacher.memory.kept
    servers[0].until("sessions", 0)
    assert not place(servers[0], here.code)["open"]
    back = there.page(teacher.memory)
    assert back.room["task"]["link"] == TASK
    again = there.page(student.memory)
    assert (again.greet()["resumed"], again.joined["name"]) == ("checkpoint", "Ann")
    assert again.checkpoint() == student.memory.checkpoint
    assert again.train(1)["epoch"] == 4
    assert there.page(screen.memory).joined["role"] == "screen"


def test_teacher_leaves_first_when_a_class_moves(here: Gathering, there: Gathering) -> None:
    teacher, student = here.teacher(), here.student()
    teacher.say("move_class")
    assert teacher.until_closed() == 1012
    there.page(teacher.memory)
    # it is still connected, and its class is open when it comes
    student.ask("ping")
    assert student.until_closed() == 1012
    assert there.page(student.memory).joined["seat"] == 1


def test_later_state_replaces_a_class_that_was_left(here: Gathering, there: Gathering) -> None:
    teacher, left = here.teacher(), here.student()
    teacher.until_so(lambda: teacher.memory.kept)
    teacher.drop()
    back = there.page(teacher.memory)
    back.do("hand_out", link=TASK)
    kept_by(back, 1)
    back.close()
    again = here.page(back.memory)
    assert again.room["task"]["link"] == TASK
    assert left.until_closed() == 1012
    assert here.page(left.memory).room["task"]["number"] == 1


def test_class_that_went_on_is_not_set_back(here: Gathering) -> None:
    teacher = here.teacher()
    teacher.until_so(lambda: teacher.memory.kept)
    early = Memory("teacher", here.code, here.secret, kept=teacher.memory.kept)
    teacher.do("hand_out", link=TASK)
    assert here.page(early).room["task"]["link"] == TASK


def test_kept_class_replaces_one_opened_without_it(here: Gathering, there: Gathering) -> None:
    teacher = here.teacher()
    teacher.do("hand_out", link=TASK)
    kept_by(teacher, 1)
    device = there.teacher(None)
    assert device.room["task"] is None
    assert there.page(teacher.memory).room["task"]["link"] == TASK
    assert device.until_closed() == 1012
