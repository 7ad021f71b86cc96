"""Bad input about classes is answered: the lines of the corpus that are about rooms, in our words, on a real server.

What is called a room there is a class here, and a viewer a student who follows.
"""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.protocol.class_commands import MOST_SEATS
from app.protocol.containers import decompress
from tests.faults import adapter
from tests.faults.adapter import Json, Line
from tests.faults.test_corpus import LINK, RUN, check_error
from tests.support.class_client import ClassPage, Gathering, Memory, start_class
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.resilience]

CLASS_LINES = {name: line for name, line in RUN.items() if adapter.is_in_class(line)}

LARGE: Json = {"max_sessions": 600, "max_per_address": 600}
"""Settings of a server for more students than a class may have."""


class Lesson:
    """A class with a teacher, and a student who follows."""

    def __init__(self, server: ServerProcess, gathering: Gathering) -> None:
        self.server = server
        self.gathering = gathering
        self.teacher = gathering.teacher(LINK, names="free")
        self.viewer = gathering.student("Vi", LINK)
        self.teacher.do("set_mode", mode="follow")
        self.viewer.until_watching()
        self.teacher.train(3)
        self.viewer.settle(3)
        self.teacher.until_class(lambda room: room["mode"] == "follow" and room["present"] == 1)
        self.before = self.state()

    def state(self) -> Any:
        """What must not change: the class, who is in it, and the network that all see."""
        room = {name: value for name, value in self.teacher.room.items() if name not in {"present", "seats"}}
        return room, self.teacher.joined, self.viewer.joined, self.teacher.state()

    def newcomer(self, code: str | None = None) -> ClassPage:
        """A connection of somebody new that has said nothing yet; `code` is as somebody has typed it."""
        memory = Memory.of_student(self.gathering.code)
        page = ClassPage(self.server.port, memory, joins=False, path=adapter.path_of(code or adapter.ROOM, memory.code))
        self.gathering.pages.append(page)
        return page

    def assert_unharmed(self) -> None:
        """The class goes on as it was."""
        assert self.state() == self.before
        self.teacher.train(1)
        self.viewer.settle(4)
        assert self.viewer.params.tobytes() == self.teacher.params.tobytes()
        assert "Traceback" not in self.server.errors


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with ServerProcess(workers=1) as running:
        yield running


@pytest.fixture
def lesson(server: ServerProcess, secret: tuple[str, str]) -> Iterator[Lesson]:
    with Gathering(server.port, *secret) as gathering:
        lesson = Lesson(server, gathering)
        yield lesson
        gathering.end()


# --- the lines ----------------------------------------------------------------------------------------------------


def join(line: Line, lesson: Lesson) -> None:
    """Somebody joins with a code and a name that may be bad."""
    wanted, asked = adapter.expected(line), adapter.joins(line)
    if line.payload.get("after") == "room.lock":
        lesson.teacher.do("set_class", changes={"locked": True})
        lesson.teacher.until_class(lambda room: room["settings"]["locked"])
        lesson.before = lesson.state()
    page = lesson.newcomer(asked["code"])
    said = lesson.server.errors
    answer = page.join(name=asked["name"])
    if wanted["reply"] == "ok":
        assert (answer["role"], answer["name"]) == ("student", asked["name"])
        lesson.teacher.do("watch_wall", on=True, seats=[])
        pictures = lesson.teacher.pictures
        lesson.teacher.until_so(lambda: asked["name"] in [tile["name"] for tile in pictures.tiles.values()])
    else:
        check_error(answer, wanted)
        assert not answer["fatal"]
    assert lesson.server.errors == said
    # the connection is still there
    assert page.ask("ping")["type"] in {"pong", "error"}


def guess_codes(line: Line, _: Lesson) -> None:
    """Who tries many codes is stopped, and whoever has the right one comes in meanwhile."""
    wanted = adapter.expected(line)
    with ServerProcess(workers=0) as server, Gathering.start(server.port) as gathering:
        gathering.teacher(None)
        for number in range(line.payload["times"]):
            with ClassPage(server.port, Memory.of_student(f"{number:06}"), joins=False) as guesser:
                answer = guesser.join()
                if answer["code"] != "no_such_class":
                    check_error(answer, wanted)
                    assert guesser.until_closed() == 4429
                    break
        else:
            pytest.fail("nobody has stopped it")
        assert gathering.student(link=None).joined["role"] == "student"


def configure(line: Line, lesson: Lesson) -> None:
    """A student who follows changes the network that all see."""
    (text,) = adapter.messages(line)
    lesson.viewer.say_raw(text)
    check_error(lesson.viewer.answer("error"), adapter.expected(line))


def take_the_class(line: Line, lesson: Lesson) -> None:
    """A student says to be the teacher: without a secret, with a wrong one, or with nearly the right one."""
    token = json.loads(line.payload["text"]).get("token")
    secrets = {"$TEACHER_TOKEN[:-1]": lesson.gathering.secret[:-1]}
    page = lesson.newcomer()
    fields = {"role": "teacher", "secret": secrets.get(token, token), "seat": None, "name": None}
    check_error(page.join(**fields), adapter.expected(line))
    assert page.ask("end_class")["code"] == "not_joined"
    for _ in range(3):
        assert not page.join(**fields)["fatal"]
    assert page.join(**fields)["fatal"]
    assert page.until_closed() == 4429
    assert lesson.viewer.refused("join", **lesson.viewer.words(**fields)) == "already_joined"


def send_a_frame(line: Line, lesson: Lesson) -> None:
    """A student sends what looks like a frame."""
    heard = len(lesson.teacher.heard)
    lesson.viewer.send(adapter.frames(line))
    check_error(lesson.viewer.answer("error"), adapter.expected(line))
    lesson.teacher.do("ping")
    assert {json.loads(data)["type"] for data in lesson.teacher.heard[heard:] if isinstance(data, str)} <= {
        "pong",
        "class",
        "keep",
    }


def start_many(line: Line, _: Lesson) -> None:
    """Who starts class after class is stopped."""
    wanted = adapter.expected(line)
    with ServerProcess(workers=0) as server, Gathering.start(server.port) as gathering:
        teacher = gathering.teacher()
        requests = range(line.payload["times"])
        answers = (start_class(server.port) for _ in requests)
        status, answer = next((status, answer) for status, answer in answers if status != 201)
        assert (status, answer["code"] in wanted["codes"]) == (429, True)
        teacher.train(1)
        assert gathering.student().joined


def fill_the_class(line: Line, _: Lesson) -> None:
    """More students come than a class may have."""
    wanted, times = adapter.expected(line), line.payload["join_times"]
    assert times == MOST_SEATS + 1
    with ServerProcess(workers=0, **LARGE) as server, Gathering.start(server.port) as gathering:
        teacher = gathering.teacher(None, names="free")
        for number in range(1, times):
            assert gathering.student("Bot", None).joined["seat"] == number
        late = gathering.page(Memory.of_student(gathering.code, "Bot"))
        check_error(late.errors[-1], wanted)
        teacher.until_class(lambda room: room["seats"] == MOST_SEATS)
        teacher.do("remove", seat=1)
        assert late.join()["type"] == "joined"


def come_all_at_once(line: Line, _: Lesson) -> None:
    """Very many come within seconds, as a whole school does; then the teacher closes the door."""
    times = line.payload["join_times"]
    with ServerProcess(workers=0, **LARGE) as server, Gathering.start(server.port) as gathering:
        teacher = gathering.teacher(names="free")
        comers = [threading.Thread(target=gathering.student, args=("Bot", None)) for _ in range(times)]
        for comer in comers:
            comer.start()
        for comer in comers:
            comer.join()
        teacher.until_class(lambda room: room["seats"] == times)
        teacher.train(1)
        teacher.do("set_class", changes={"locked": True})
        late = gathering.page(Memory.of_student(gathering.code, "Bot"))
        assert late.errors[-1]["code"] == "class_locked"


def look_for_secrets(_: Line, lesson: Lesson) -> None:
    """Nothing that a student is sent holds the teacher's secret, the screen's or the teacher's session."""
    page = lesson.server.fetch(f"/class/{lesson.gathering.code}")
    heard = [data.encode() if isinstance(data, str) else decompress(data) for data in lesson.viewer.heard]
    everything = b"".join([*heard, str(page[1]).encode(), page[2], lesson.server.errors.encode()])
    teacher = lesson.teacher
    for secret in (lesson.gathering.secret, teacher.joined["screen"], teacher.memory.session or ""):
        assert secret
        assert secret.encode() not in everything


def come_late(_: Line, lesson: Lesson) -> None:
    """Who comes late sees the network at once, though nothing is trained."""
    late = lesson.gathering.student("Late", LINK)
    assert late.is_watching
    assert late.params.tobytes() == lesson.teacher.params.tobytes()
    assert late.frame["arrays"]["surface"].shape == (100, 100)


def lose_the_teacher(_: Line, lesson: Lesson) -> None:
    """The teacher's connection ends: students are told, and keep what they see."""
    seen = lesson.viewer.params.tobytes()
    lesson.teacher.drop()
    lesson.viewer.until_class(lambda room: not room["teacher"])
    assert lesson.viewer.ask("ping")["type"] == "pong"
    assert (lesson.viewer.is_watching, lesson.viewer.params.tobytes()) == (True, seen)
    lesson.teacher = lesson.gathering.page(lesson.teacher.memory)
    lesson.teacher.greet()
    lesson.viewer.until_class(lambda room: room["teacher"])
    lesson.before = lesson.state()


def remove_nobody(line: Line, lesson: Lesson) -> None:
    """The teacher removes somebody who is not there."""
    (text,) = adapter.messages(line)
    lesson.teacher.say_raw(text)
    check_error(lesson.teacher.answer("error"), adapter.expected(line))


def take_the_teachers_session(_: Line, lesson: Lesson) -> None:
    """A student who has learned the teacher's session gets a network of their own all the same."""
    lesson.teacher.do("set_mode", mode="explore")
    page = lesson.newcomer()
    page.join(name="Eve")
    page.greet(lesson.teacher.memory.link, session=lesson.teacher.memory.session)
    assert page.welcome["resumed"] is None
    assert page.welcome["session"] != lesson.teacher.memory.session
    page.train(2)
    lesson.teacher.do("set_mode", mode="follow")
    lesson.viewer.until_watching()


LINES_OF_THEIR_OWN: dict[str, Callable[[Line, Lesson], None]] = {
    "rs-004-stolen-by-viewer-id": take_the_teachers_session,
    "rm-002-brute-force-codes": guess_codes,
    "rm-018-viewer-sends-config": configure,
    "rm-019-viewer-takes-room": take_the_class,
    "rm-020-take-wrong-token": take_the_class,
    "rm-021-take-prefix-of-token": take_the_class,
    "rm-022-viewer-fakes-broadcast-frame": send_a_frame,
    "rm-023-room-create-flood": start_many,
    "rm-024-viewer-501": fill_the_class,
    "rm-026-name-flood-bots": come_all_at_once,
    "rm-027-teacher-token-leak-check": look_for_secrets,
    "rm-028-late-join": come_late,
    "rm-029-teacher-drops": lose_the_teacher,
    "rm-030-kick-unknown": remove_nobody,
}


@pytest.mark.parametrize("line", CLASS_LINES.values(), ids=lambda line: line.id)
def test_a_line_about_classes_is_answered(line: Line, lesson: Lesson) -> None:
    LINES_OF_THEIR_OWN.get(line.id, join)(line, lesson)
    lesson.assert_unharmed()


def test_all_lines_about_rooms_are_run() -> None:
    assert len(CLASS_LINES) == 25
    assert set(LINES_OF_THEIR_OWN) <= set(CLASS_LINES)
