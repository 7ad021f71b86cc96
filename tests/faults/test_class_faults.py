"""A class outlives what happens to its server, its engine processes and its connections."""

import base64
import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.codes import new_secret
from app.protocol.version import VERSION
from engine import TrainingState
from tests.faults.page import Shown, assert_uninterrupted, digest
from tests.support.class_client import ClassPage, Gathering, Memory, start_class
from tests.support.client import SMALL, ClosedError, Message
from tests.support.effort import many
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.resilience]

INTRICATE = (
    "#dataset=moons&seed=0.5&optimizer=adam&learningRate=0.001&batchNorm=true&dropout=0.2&shuffle=true&jitter=0.1"
    "&batchSize=7&networkShape=4,3"
)
SPIRAL = "#dataset=spiral&seed=0.2&networkShape=6,4"


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server for all but those who kill it."""
    with ServerProcess(workers=1, ping_interval=2, ping_timeout=2) as running:
        yield running
        assert "Traceback" not in running.errors


def shown_by(page: ClassPage) -> list[Shown]:
    """What a page has shown of its own network since that was opened."""
    return [place_of(checkpoint) for checkpoint in page.memory.shown]


def place_of(checkpoint: Message) -> Shown:
    """Where training is in a checkpoint."""
    arrays = {name: np.frombuffer(base64.b64decode(text), "<f8") for name, text in checkpoint["arrays"].items()}
    numbers = {name: checkpoint[name] for name in ("epoch", "step", "batch", "carried")}
    state = TrainingState(**numbers, arrays=arrays)
    return Shown(state.epoch, state.step, state.batch, digest(state))


# --- the teacher's connection -------------------------------------------------------------------------------------


def test_students_go_on_without_the_teacher(gathering: Gathering) -> None:
    teacher = gathering.teacher(SPIRAL)
    student, follower = gathering.student(link=INTRICATE), gathering.student()
    student.do("play")
    teacher.drop()
    student.until_class(lambda room: not room["teacher"])
    student.settle(student.frame["epoch"] + 3)
    back = gathering.page(teacher.memory)
    assert (back.greet()["resumed"], back.joined["role"]) == ("session", "teacher")
    student.until_class(lambda room: room["teacher"])
    back.do("set_mode", mode="follow")
    follower.until_watching()
    back.train(3)
    follower.settle(3)
    assert follower.params.tobytes() == back.params.tobytes()


def test_followers_keep_the_picture_without_the_teacher(gathering: Gathering) -> None:
    teacher = gathering.teacher(SPIRAL)
    student = gathering.student()
    teacher.do("set_mode", mode="follow")
    teacher.train(4)
    student.settle(4)
    teacher.drop()
    student.until_class(lambda room: not room["teacher"])
    assert student.is_watching
    late = gathering.student()
    assert (late.is_watching, late.frame["epoch"]) == (True, 4)
    back = gathering.page(teacher.memory)
    back.greet()
    back.train(2)
    for page in (student, late):
        page.settle(6)
        assert page.params.tobytes() == back.params.tobytes()
        assert set(page.losses) == set(range(7))


# --- the server is killed -----------------------------------------------------------------------------------------


class Class:
    """A class at work, on a server that will be killed."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.gathering = Gathering.start(server.port)
        self.teacher = self.gathering.teacher(SMALL, names="free", may_try=False)
        self.students = [self.gathering.student(name) for name in ("Ada", "Bob", "Cy")]
        self.teacher.do("hand_out", link=INTRICATE, text="Separate the moons.")
        for student in self.students:
            student.until_own(None)
            student.until_class(lambda room: room["task"])
            student.do("play")
            student.settle(2)
        self.teacher.do("rename", seat=2, name="Bobby")
        self.teacher.do("keep_snapshot", seat=1, note="early")
        self.teacher.do("keep_snapshot", note="mine")
        self.teacher.train(3)

    @property
    def pages(self) -> list[ClassPage]:
        """All pages."""
        return [self.teacher, *self.students]

    def until_kept(self) -> None:
        """Wait until the teacher's page keeps the class as it is now."""
        room = self.teacher.room
        wanted = {"mode": room["mode"], "may_take": room["may_take"], "task": room["task"]}

        def is_kept() -> bool:
            kept = self.teacher.memory.kept or {}
            names = [seat["name"] for seat in kept.get("seats", ())]
            networks = set(kept.get("networks", ()))
            return all(kept.get(name) == value for name, value in wanted.items()) and (names, networks) == (
                ["Ada", "Bobby", "Cy"],
                {"1", "2"},
            )

        self.teacher.until_so(is_kept)

    def kill(self) -> None:
        """Kill the server, let every page read what it has been sent, and start the server again."""
        self.server.kill()
        for page in self.pages:
            with contextlib.suppress(OSError):
                page.until_closed()
            page.drop()
        self.server.start()

    def come_back(self) -> None:
        """All pages come back: first a student, for whom it is too early."""
        early = ClassPage(self.server.port, self.students[0].memory)
        assert early.errors[-1]["code"] == "no_such_class"
        self.gathering.port = self.server.port
        self.teacher = self.gathering.page(self.teacher.memory)
        self.teacher.greet()
        early.join()
        self.students = [early, *(self.gathering.page(page.memory) for page in self.students[1:])]
        self.gathering.pages.append(early)
        for student in self.students:
            student.greet()


MODES: dict[str, Message] = {
    "explore": {"mode": "explore"},
    "pause": {"mode": "pause"},
    "follow the teacher": {"mode": "follow"},
    "follow a student": {"mode": "follow", "seat": 1, "with_name": True},
}


KEPT_OF_SEATS = ("code", "seat", "name")
KEPT = ("code", "mode", "task", "shown", "settings", "snapshots", "side_by_side", "may_take", "seats")
"""What a class has again."""


@pytest.fixture
def at_work() -> Iterator[Class]:
    with ServerProcess(workers=2) as server:
        work = Class(server)
        with work.gathering:
            yield work
        assert "Traceback" not in server.errors


@pytest.mark.parametrize("mode", MODES)
def test_killed_server_gets_the_class_back(at_work: Class, mode: str) -> None:
    at_work.teacher.do("set_mode", **MODES[mode])
    for page in at_work.students:
        page.until_class(lambda room: room["mode"] == MODES[mode]["mode"])
        page.do("ping")
    at_work.teacher.until_class(lambda room: room["mode"] == MODES[mode]["mode"])
    at_work.until_kept()
    before = [(page.joined, page.room) for page in at_work.pages]
    at_work.kill()
    at_work.come_back()
    for page, (joined, room) in zip(at_work.pages, before, strict=True):
        assert {name: page.joined[name] for name in KEPT_OF_SEATS} == {name: joined[name] for name in KEPT_OF_SEATS}
        page.until_class(lambda room: room["present"] == 3)
        assert {name: page.room[name] for name in KEPT} == {name: room[name] for name in KEPT}
        if not page.is_watching:
            assert_continues(page)
    WHAT_GOES_ON[mode](at_work)


def assert_continues(page: ClassPage) -> None:
    """A page goes on from the very frame that it has shown last, and from there as if nothing had been."""
    assert page.welcome["resumed"] == "checkpoint"
    assert 0 < page.seen_before < len(page.memory.shown)
    assert_uninterrupted(page.memory.link, shown_by(page))


def explore_on(work: Class) -> None:
    """Everybody trains on, and a snapshot can be taken over."""
    for student in work.students:
        student.settle(student.frame["epoch"] + 3)
    work.teacher.train(2)
    for page in work.pages:
        assert_uninterrupted(page.memory.link, shown_by(page))
    work.teacher.do("show_snapshots", snapshots=[1, 2])
    student = work.students[2]
    student.until_class(lambda room: room["may_take"])
    student.do("take_over", snapshot=1)
    student.until_own("copy")
    assert_uninterrupted(student.memory.link, shown_by(student))


def pause_on(work: Class) -> None:
    """Nobody trains until the teacher lets them."""
    before = epochs(work.teacher)
    work.teacher.train(100)
    assert epochs(work.teacher) == before
    assert work.students[0].refused("play") == "paused"
    work.teacher.do("set_mode", mode="explore")
    for student in work.students:
        student.settle(before[student.joined["seat"]] + 2)
        assert_uninterrupted(student.memory.link, shown_by(student))


def follow_on(work: Class) -> None:
    """All see the teacher's network, and then their own as they had left it."""
    for student in work.students:
        student.until_watching()
    work.teacher.train(2)
    for student in work.students:
        student.settle(work.teacher.frame["epoch"])
        assert student.params.tobytes() == work.teacher.params.tobytes()
    work.teacher.do("set_mode", mode="explore")
    for student in work.students:
        student.until_own("checkpoint")
        assert_continues(student)


def follow_student_on(work: Class) -> None:
    """The others see the network of the student who is shown, who trains on."""
    shown, *others = work.students
    for other in others:
        other.until_watching(1)
        assert other.welcome["watching"]["name"] == "Ada"
    shown.do("pause")
    # frames may be on their way that are older than the pause
    shown.settle(epochs(work.teacher)[1])
    shown.train(2)
    for other in others:
        other.settle(shown.frame["epoch"])
        assert other.params.tobytes() == shown.params.tobytes()


WHAT_GOES_ON = dict(zip(MODES, (explore_on, pause_on, follow_on, follow_student_on), strict=True))


def epochs(teacher: ClassPage) -> dict[int, int]:
    """How far the students' networks are, as their sessions say."""
    return {item["seat"]: item["epoch"] for item in teacher.do("ask_results")["results"]}


def test_class_without_kept_state_opens_anew(at_work: Class) -> None:
    at_work.kill()
    at_work.teacher.memory.kept = None
    at_work.gathering.port = at_work.server.port
    teacher = at_work.gathering.page(at_work.teacher.memory)
    assert (teacher.room["task"], teacher.room["seats"]) == (None, 0)
    memory = at_work.students[0].memory
    memory.name = None
    student = at_work.gathering.page(memory)
    assert student.joined["seat"] == 1
    student.greet()
    assert student.welcome["resumed"] == "checkpoint"


@pytest.mark.nightly
def test_paused_class_trains_without_hold() -> None:
    with ServerProcess(workers=1, without=["hold"]) as server, Gathering.start(server.port) as gathering:
        teacher, student = gathering.teacher(), gathering.student(link=SPIRAL)
        student.do("play")
        teacher.do("set_mode", mode="pause")
        student.until_class(lambda room: room["mode"] == "pause")
        before = epochs(teacher)[1]
        student.settle(before + 20)


# --- an engine process is killed ----------------------------------------------------------------------------------


def kill_workers(server: ServerProcess) -> None:
    """Kill the engine process that has all sessions."""
    server.until_spare(1)
    victim = server.workers[0]
    os.kill(victim, signal.SIGKILL)
    server.until_gone(victim)


def test_followers_go_on_after_a_crash(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher(INTRICATE)
    followers = [gathering.student() for _ in range(3)]
    teacher.do("set_mode", mode="follow")
    teacher.train(5)
    for follower in followers:
        follower.settle(5)
    kill_workers(server)
    teacher.answer("status")
    teacher.train(3)
    for follower in followers:
        follower.settle(8)
        assert follower.params.tobytes() == teacher.params.tobytes()
        assert follower.losses == teacher.losses
        assert set(follower.losses) == set(range(9))
    teacher.do("set_mode", mode="explore")
    followers[0].until_own()


def test_paused_class_is_held_after_a_crash(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher()
    student = gathering.student(link=SPIRAL)
    student.do("play")
    student.settle(3)
    teacher.do("set_mode", mode="pause")
    teacher.do("watch_wall", on=True, seats=[1])
    before = epochs(teacher)
    kill_workers(server)
    # what a process had been sent and not read died with it
    teacher.answer("status")
    teacher.train(60)
    assert epochs(teacher) == before
    teacher.do("set_mode", mode="explore")
    student.settle(before[1] + 3)
    # and its cards come again
    teacher.until_so(lambda: teacher.pictures.tiles.get(1, {"epoch": 0})["epoch"] > before[1])
    assert_uninterrupted(student.memory.link, shown_by(student))


def until_trained(*pages: ClassPage) -> dict[int, Message]:
    """Let all pages read until they know the result of every cell; returns the results by cell.

    Those that read nothing meanwhile would answer no ping.
    """

    def read(page: ClassPage) -> None:
        page.until_so(lambda: all(cell["result"] for cell in page.pictures.cells.values()))

    threads = [threading.Thread(target=read, args=[page]) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {index: cell["result"] for index, cell in pages[0].pictures.cells.items()}


@pytest.mark.parametrize("is_early", [True, False])
def test_experiment_survives_a_crash(gathering: Gathering, server: ServerProcess, is_early: bool) -> None:
    teacher = gathering.teacher()
    students = [gathering.student() for _ in range(2)]
    teacher.do("start_experiment", link=SPIRAL, epochs=400, count=4)
    if not is_early:
        teacher.until_so(lambda: any(0 < cell["share"] < 1 for cell in teacher.pictures.cells.values()))
    kill_workers(server)
    crashed = until_trained(teacher, *students)
    assert {result["epoch"] for result in crashed.values()} == {400}
    for student in students:
        student.train(1)
    teacher.do("start_experiment", link=SPIRAL, epochs=400, count=4)
    for page in (teacher, *students):
        page.until_so(lambda: not any(cell["result"] for cell in page.pictures.cells.values()))  # noqa: B023
    # a cell's last digits differ if a student has trained it once and the server another time
    assert until_trained(teacher, *students) == {
        index: {name: pytest.approx(it, rel=1e-9) if isinstance(it, float) else it for name, it in result.items()}
        for index, result in crashed.items()
    }


# --- bad peers ----------------------------------------------------------------------------------------------------


def test_stuck_followers_do_not_slow_the_others(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher(SPIRAL, names="free")
    follower = gathering.student("Ann")
    stuck = []
    for number in range(40):
        page = gathering.page(Memory.of_student(gathering.code, f"Stuck {number}"), joins=False)
        page.say("join", **page.words())
        page.say("hello", version=VERSION, link=SMALL)
        stuck.append(page)
    teacher.until_class(lambda room: room["present"] == 41)
    teacher.do("set_mode", mode="follow")
    follower.until_watching()
    teacher.do("play")
    memory = server.rss()[server.pid]
    for _ in range(40):
        teacher.answer("frame")
        follower.answer("frame")
    teacher.do("pause")
    follower.settle(teacher.frame["epoch"])
    last = max(teacher.losses)
    assert {epoch: follower.losses[epoch] for epoch in range(last + 1)} == teacher.losses
    assert server.rss()[server.pid] - memory < 40
    for page in stuck:
        page.drop()


def test_right_codes_are_answered_beside_wrong_ones() -> None:
    with ServerProcess(workers=1) as server, Gathering.start(server.port) as gathering:
        teacher = gathering.teacher()
        refusals: list[tuple[str, int | None]] = []
        stop = threading.Event()

        def guess() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                role = ("student", "teacher", "screen")[number % 3]
                code = gathering.code if role != "student" else f"ZZZ{number % 1000:03}"
                with ClassPage(server.port, Memory(role, code, "x" * 43, "y" * 32), joins=False) as page:
                    answer = page.join()
                    refusals.append((answer["code"], page.until_closed() if answer["fatal"] else None))

        guesser = threading.Thread(target=guess)
        guesser.start()
        try:
            while not any(code == "rate_limited" for code, _ in refusals):
                gathering.student()
            for _ in range(10):
                gathering.student().train(1)
            again = gathering.page(teacher.memory)
            assert again.greet()["resumed"] == "session"
            assert gathering.screen(again).errors == []
        finally:
            stop.set()
            guesser.join(30)
        assert {code for code, _ in refusals} == {"no_such_class", "wrong_secret", "rate_limited"}
        assert {closed for code, closed in refusals if code == "rate_limited"} == {4429}


@pytest.mark.nightly
def test_guesses_never_end_without_limit() -> None:
    with ServerProcess(workers=0, without=["misses"]) as server:
        for number in range(100):
            with ClassPage(server.port, Memory.of_student(f"{number:06}")) as page:
                assert page.errors[-1]["code"] == "no_such_class"


def test_one_connection_guesses_five_times(gathering: Gathering) -> None:
    gathering.teacher(None)
    page = gathering.page(Memory.of_student("ZZZZZZ"), joins=False)
    codes = [page.join()["code"] for _ in range(4)]
    assert codes == ["no_such_class"] * 4
    assert page.join()["fatal"]
    assert page.until_closed() == 4429


def test_who_comes_too_early_gets_in_later() -> None:
    with ServerProcess(workers=1) as server, Gathering.start(server.port) as gathering:
        memories = [Memory.of_student(gathering.code) for _ in range(70)]
        for memory in memories:
            with ClassPage(server.port, memory) as early:
                assert early.errors[-1]["code"] in {"no_such_class", "rate_limited"}
        gathering.teacher(None)
        for memory in memories:
            assert gathering.page(memory).joined["role"] == "student"


# --- what a teacher's page has kept ---------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from([2**31, -1, 10**30, "x" * 3000, "\u202eevil", "follow"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_012", max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def kept(server: ServerProcess, secret: tuple[str, str]) -> Message:
    """What a teacher's page keeps of a class with something of everything."""
    with Gathering(server.port, *secret) as gathering:
        teacher = gathering.teacher(SMALL, names="list", name_list=["Ann", "Bob"])
        gathering.student("Ann").train(2)
        teacher.do("hand_out", lesson="xor", last=2)
        teacher.do("keep_snapshot", seat=1)
        teacher.do("keep_snapshot")
        teacher.do("show_snapshots", snapshots=[1, 2])
        teacher.do("set_mode", mode="follow", seat=1)
        teacher.until_so(lambda: (teacher.memory.kept or {}).get("shown_seat") == 1)
        found = teacher.memory.kept
        gathering.end()
    assert found
    return found


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is anything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*place, key)
        yield from places_in(item, (*place, key))


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """A JSON value with another one in a place; what is `...` is taken out."""
    if not place:
        return new
    key, *rest = place
    if isinstance(value, dict):
        changed = {**value, key: replaced(value[key], tuple(rest), new)}
        return {name: item for name, item in changed.items() if item is not ...}
    changed_list = [replaced(item, tuple(rest), new) if index == key else item for index, item in enumerate(value)]
    return [item for item in changed_list if item is not ...]


def open_with(gathering: Gathering, state: Any) -> Message | None:
    """Open a class from a kept state, and try everything in it; returns the error, if the state was refused."""
    teacher = gathering.page(Memory("teacher", gathering.code, gathering.secret, kept=state))
    assert teacher.joined, teacher.errors
    teacher.do("ping")
    refusal = next(iter(teacher.errors), None)
    teacher.greet()
    teacher.do("watch_wall", on=True, seats=[1])
    teacher.do("set_class", changes={"names": "free", "waiting_room": False, "locked": False})
    student = gathering.student("Zoe", None)
    student.say("hello", version=VERSION, link=SMALL)
    student.answer("frame")
    for snapshot in teacher.room["snapshots"]:
        before = len(teacher.welcomes)
        if teacher.ask("take_over", snapshot=snapshot["number"])["type"] == "done":
            teacher.until_so(lambda: len(teacher.welcomes) > before)  # noqa: B023 - it is called at once
            teacher.settle(0)
    teacher.ask("look", seat=1)
    teacher.ask("pace", first=0, last=1)
    teacher.do("look", seat=None)
    teacher.do("set_mode", mode="pause")
    teacher.do("ask_results")
    teacher.until_so(lambda: student.joined["seat"] in teacher.pictures.tiles)
    gathering.end()
    return refusal


@many(sample=10, everything=300)
@given(state=st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_class_opens_whatever_was_kept(server: ServerProcess, secret: tuple[str, str], state: Message) -> None:
    with Gathering(server.port, *secret) as gathering:
        refusal = open_with(gathering, state)
        assert refusal
        assert refusal["code"] == "bad_kept"
        assert "Traceback" not in server.errors


@many(sample=15, everything=500)
@given(data=st.data())
def test_class_opens_though_what_was_kept_is_damaged(
    server: ServerProcess, secret: tuple[str, str], kept: Message, data: st.DataObject
) -> None:
    state: Any = kept
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(sorted(places_in(state), key=str)))
        state = replaced(state, place, data.draw(JSON | st.just(...)))
    with Gathering(server.port, *secret) as gathering:
        refusal = open_with(gathering, state)
        assert refusal is None or refusal["code"] == "bad_kept"
        assert "Traceback" not in server.errors


def test_class_is_what_was_kept(server: ServerProcess, secret: tuple[str, str], kept: Message) -> None:
    with Gathering(server.port, *secret) as gathering:
        assert open_with(gathering, kept) is None


@pytest.mark.nightly
def test_damaged_network_does_harm_without_check(kept: Message) -> None:
    with ServerProcess(workers=1, without=["kept_check"]) as server, Gathering.start(server.port) as gathering:
        state = replaced(kept, ("networks", "1", "checkpoint", "arrays", "params"), 5)
        teacher = gathering.page(Memory("teacher", gathering.code, gathering.secret, kept=state))
        assert teacher.errors == []
        teacher.do("set_mode", mode="explore")
        server.until_said("Traceback")


# --- the teacher's key --------------------------------------------------------------------------------------------


def test_only_the_key_opens_a_class() -> None:
    with ServerProcess(workers=0, teacher_key="chalk & board") as server:
        assert [start_class(server.port, **body)[0] for body in ({}, {"key": "guess"})] == [403, 403]
        with Gathering.start(server.port, key="chalk & board") as gathering:
            gathering.teacher()
            stranger = gathering.page(Memory("teacher", gathering.code, new_secret()))
            assert stranger.errors[-1]["code"] == "wrong_secret"
            server.kill()
            server.start()
            assert gathering.teacher().joined["code"] == gathering.code
            with pytest.raises(ClosedError):
                gathering.pages[0].read()
        assert "chalk" not in server.errors
    with ServerProcess(workers=0, teacher_key="another") as server:
        other = ClassPage(server.port, Memory("teacher", gathering.code, gathering.secret))
        assert other.errors[-1]["code"] == "wrong_secret"
        other.close()
