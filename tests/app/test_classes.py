"""A class as docs/classes.md describes it, from joining to the end, with the real server."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests.support.class_client import ClassPage, Gathering, Memory
from tests.support.client import SMALL, Client, ClosedError, Message
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.classes]

OTHER = "#dataset=xor&seed=0.7&networkShape=3"
INTRICATE = (
    "#dataset=moons&seed=0.5&optimizer=adam&learningRate=0.001&batchNorm=true&dropout=0.2&shuffle=true&jitter=0.1"
    "&batchSize=7&networkShape=4,3"
)
"""An experiment whose next step depends on more than its weights."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with ServerProcess(workers=2) as running:
        yield running
        assert "Traceback" not in running.errors


def code_of(answer: Message) -> str | None:
    """The code of an answer that is an error."""
    return answer.get("code") if answer["type"] == "error" else None


def newcomer(gathering: Gathering) -> ClassPage:
    """A connection that has not joined yet, of somebody who has never been here."""
    return gathering.page(Memory.of_student(gathering.code), joins=False)


def joined_as(gathering: Gathering, name: str) -> str | None:
    """The name that somebody new has got who wanted this one, or the code of the error."""
    answer = newcomer(gathering).join(name=name)
    return code_of(answer) or answer["name"]


# --- joining ------------------------------------------------------------------------------------------------------

SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "small letters": str.lower,
    "a hyphen": lambda code: f"{code[:3]}-{code[3:]}",
    "spaces": lambda code: f"%20{code[:3]}%20{code[3:]}",
    "letters for digits": lambda code: code.replace("0", "O").replace("1", "I"),
    "small letters for digits": lambda code: code.replace("0", "o").replace("1", "l"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_code_is_read_however_it_is_spelled(gathering: Gathering, spelling: str) -> None:
    gathering.teacher(None)
    spelled = Memory.of_student(SPELLINGS[spelling](gathering.code))
    assert gathering.page(spelled).joined["code"] == gathering.code


def test_wrong_code_is_no_class(gathering: Gathering) -> None:
    gathering.teacher(None)
    codes = {"ZZZZZZ": "no_such_class", "ABC": "bad_text", "ABC%EF%BC%92%EF%BC%93%EF%BC%94": "bad_text"}
    assert {code: gathering.page(Memory.of_student(code)).errors[-1]["code"] for code in codes} == codes


def test_class_is_closed_until_its_teacher_joins(gathering: Gathering) -> None:
    early = newcomer(gathering)
    assert code_of(early.join()) == "no_such_class"
    gathering.teacher(None)
    assert early.join()["type"] == "joined"


def test_given_names_are_offered_at_the_door(gathering: Gathering) -> None:
    gathering.teacher(None)
    page = newcomer(gathering)
    door = page.ask("join", **page.words())
    assert (door["type"], door["names"], door["waiting_room"]) == ("door", "given", False)
    assert len(set(door["choices"])) == 3
    assert code_of(page.join(name="Boss")) == "name_taken"
    assert page.join(name=door["choices"][1])["name"] == door["choices"][1]


def test_free_names_are_cleaned_and_numbered(gathering: Gathering) -> None:
    gathering.teacher(None, names="free")
    wanted = [" Ａnn  Lee ", "ANN LEE", "ann lee", "x" * 25, "\u200b", "", "a\u202eb", "a\nb", "Ann <b>"]
    got = ["Ann Lee", "ANN LEE 2", "ann lee 3", "too_long", "too_short", "too_short", "bad_text", "bad_text", "Ann <b>"]
    assert [joined_as(gathering, name) for name in wanted] == got


def test_listed_names_are_taken_once(gathering: Gathering) -> None:
    gathering.teacher(None, names="list", name_list=["Ann", "Bob", "Cy"])
    assert joined_as(gathering, "Bob") == "Bob"
    page = newcomer(gathering)
    door = page.ask("join", **page.words())
    assert (door["names"], door["choices"]) == ("list", ["Ann", "Cy"])
    assert [joined_as(gathering, name) for name in ("Bob", "Dan", "Ann")] == ["name_taken", "name_taken", "Ann"]
    assert page.room == {}


def test_locked_class_admits_only_who_is_known(gathering: Gathering) -> None:
    teacher = gathering.teacher(None)
    student = gathering.student(link=None)
    teacher.do("set_class", changes={"locked": True})
    assert code_of(newcomer(gathering).join()) == "class_locked"
    student.close()
    again = gathering.page(student.memory)
    assert (again.joined["seat"], again.joined["name"]) == (1, student.memory.name)


@pytest.mark.parametrize("seat", [None, "", "x" * 15, "x" * 65, "ä" * 20, "x" * 20 + " "])
def test_seat_must_be_a_secret(gathering: Gathering, seat: str | None) -> None:
    gathering.teacher(None)
    answer = newcomer(gathering).join(seat=seat)
    assert (code_of(answer), answer["field"], answer["got"]) == ("bad_seat", "seat", None)


def test_late_student_gets_task_step_and_mode(gathering: Gathering) -> None:
    teacher = gathering.teacher(OTHER)
    teacher.do("hand_out", lesson="xor", text="Begin.", first=0, last=1)
    teacher.do("pace", first=0, last=2, go=2)
    teacher.do("set_mode", mode="follow")
    late = gathering.student()
    task = late.room["task"]
    assert [task[name] for name in ("lesson", "text", "first", "last", "go")] == ["xor", "Begin.", 0, 2, 2]
    assert late.room["mode"] == "follow"
    assert late.config["link"] == teacher.config["link"]
    teacher.do("set_mode", mode="explore")
    late.until_own(None)
    assert late.config["config"]["dataset"] == "xor"
    assert late.memory.task == task["number"]


# --- the waiting room ---------------------------------------------------------------------------------------------


def test_waiting_student_works_and_is_not_seen(gathering: Gathering) -> None:
    teacher = gathering.teacher(waiting_room=True)
    waiting = gathering.student()
    assert waiting.joined["waiting"]
    room = teacher.until_class(lambda room: room["waiting"] == 1)
    assert (room["present"], room["seats"]) == (0, 0)
    for mode in ("follow", "pause"):
        teacher.do("set_mode", mode=mode)
        waiting.until_class(lambda room: room["mode"] == mode)  # noqa: B023 - it is called at once
        waiting.train(2)
    assert teacher.refused("look", seat=1) == "no_network"
    assert teacher.refused("set_mode", mode="follow", seat=1) == "no_network"
    assert teacher.refused("keep_snapshot", seat=1) == "no_network"
    assert teacher.do("ask_results")["results"] == []
    assert waiting.refused("answer", question=1, choice=0) == "not_allowed"


def test_admitted_student_joins_in(gathering: Gathering) -> None:
    teacher = gathering.teacher(waiting_room=True)
    waiting, other = gathering.student(), gathering.student()
    teacher.do("hand_out", link=OTHER)
    teacher.do("admit", seats=[1])
    waiting.until_own(None)
    assert not waiting.joined["waiting"]
    assert waiting.config["config"]["dataset"] == "xor"
    assert other.joined["waiting"]
    teacher.until_class(lambda room: (room["seats"], room["waiting"]) == (1, 1))
    teacher.do("admit", seats=[])
    other.until_own(None)


def test_student_admitted_while_away_joins_in(gathering: Gathering) -> None:
    teacher = gathering.teacher(waiting_room=True)
    waiting = gathering.student()
    waiting.train(2)
    waiting.do("play")
    waiting.close()
    teacher.do("admit", seats=[1])
    teacher.do("set_mode", mode="pause")
    back = gathering.page(waiting.memory)
    back.greet()
    assert stands_still(teacher, 1)
    teacher.do("watch_wall", on=True, seats=[1])
    teacher.until_so(lambda: 1 in teacher.pictures.tiles and teacher.pictures.tiles[1]["epoch"] > 0)


# --- following ----------------------------------------------------------------------------------------------------


def follow(gathering: Gathering, link: str = SMALL) -> tuple[ClassPage, ClassPage]:
    """The teacher, and a student who follows."""
    teacher = gathering.teacher(link)
    student = gathering.student(link=OTHER)
    teacher.do("set_mode", mode="follow")
    student.until_watching()
    return teacher, student


def test_follower_sees_the_same_network(gathering: Gathering) -> None:
    teacher, student = follow(gathering, INTRICATE)
    for epochs in (1, 2, 5):
        teacher.train(epochs)
        student.settle(teacher.frame["epoch"])
        assert student.frame["epoch"] == teacher.frame["epoch"]
        assert student.params.tobytes() == teacher.params.tobytes()
        assert student.frame["test_loss"] == teacher.frame["test_loss"]
    assert student.losses == teacher.losses
    assert len(student.losses) == 9


def test_follower_gets_what_teacher_changes(gathering: Gathering) -> None:
    teacher, student = follow(gathering)
    teacher.train(3)
    teacher.do("configure", changes={"learning_rate": 0.3})
    student.until_so(lambda: student.config["config"]["learning_rate"] == 0.3)
    teacher.do("open", link=OTHER)
    teacher.until_frame()
    student.until_so(lambda: student.config.get("link") == teacher.config["link"])
    teacher.train(4)
    student.settle(4)
    assert student.params.tobytes() == teacher.params.tobytes()
    assert student.losses == teacher.losses


def test_late_follower_gets_all_losses(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    teacher.do("set_mode", mode="follow")
    teacher.train(40)
    late = gathering.student()
    late.settle(40)
    assert late.losses == teacher.losses


def test_slow_follower_gets_newest_without_gaps(gathering: Gathering) -> None:
    teacher, slow = follow(gathering)
    other = gathering.student()
    slow.acknowledges = False
    unseen: list[int] = []
    for _ in range(12):
        teacher.train(5)
        other.settle(teacher.frame["epoch"])
    # all that was sent without acknowledgement, up to the answer to a question asked now
    slow.say("ping", id=7)
    while (message := slow.read()).get("id") != 7:
        unseen += [message["seq"]] if message["type"] == "frame" else []
    assert len(unseen) <= 2
    slow.acknowledges = True
    slow.say("ack", seq=slow.frame["seq"])
    slow.settle(60)
    assert slow.params.tobytes() == teacher.params.tobytes()
    assert slow.losses == teacher.losses


def test_others_see_the_student_who_is_shown(gathering: Gathering) -> None:
    teacher = gathering.teacher(names="free")
    shown, other = gathering.student("Ada", OTHER), gathering.student("Bob")
    teacher.do("set_mode", mode="follow", seat=1, with_name=True)
    other.until_watching(1)
    assert other.welcome["watching"] == {"seat": 1, "name": "Ada"}
    other.until_class(lambda room: room["shown"] == {"seat": 1, "name": "Ada"})
    shown.train(6)
    assert not shown.is_watching
    other.settle(6)
    assert other.params.tobytes() == shown.params.tobytes()
    teacher.do("set_mode", mode="follow", seat=1)
    other.until_class(lambda room: room["shown"] == {"seat": 1, "name": None})
    teacher.do("set_mode", mode="follow", seat=None)
    shown.until_watching()


def test_shown_student_may_change_networks(gathering: Gathering) -> None:
    teacher = gathering.teacher(OTHER)
    shown, other = gathering.student(), gathering.student()
    teacher.train(5)
    number = teacher.do("keep_snapshot")["snapshot"]["number"]
    second = teacher.do("keep_snapshot")["snapshot"]["number"]
    teacher.do("show_snapshots", snapshots=[number, second])
    teacher.do("set_mode", mode="follow", seat=1)
    other.until_watching(1)
    shown.do("take_over", snapshot=number)
    shown.until_own("copy")
    other.until_so(lambda: other.config.get("link") == shown.config["link"])
    shown.train(2)
    other.settle(7)
    assert other.params.tobytes() == shown.params.tobytes()


def test_teacher_looks_at_students_present_network(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student(link=OTHER)
    teacher.do("look", seat=1)
    teacher.settle(0)
    assert teacher.welcome["watching"] == {"seat": 1, "name": student.memory.name}
    assert teacher.refused("play") == "not_allowed"
    teacher.do("hand_out", link=INTRICATE)
    student.until_own(None)
    student.train(2)
    teacher.until_so(lambda: teacher.config.get("link") == student.config["link"])
    teacher.settle(2)
    assert teacher.params.tobytes() == student.params.tobytes()
    teacher.do("look", seat=None)
    teacher.until_own()
    teacher.train(1)
    assert teacher.refused("look", seat=9) == "no_such_seat"


def test_own_network_is_as_it_was_after_following(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student(link=OTHER)
    student.train(2)
    student.close()
    back = gathering.page(student.memory)
    assert back.greet()["resumed"] == "session"
    back.do("configure", changes={"learning_rate": 0.3})
    before = back.train(3), back.state()
    teacher.do("set_mode", mode="follow")
    back.until_watching()
    teacher.do("set_mode", mode="explore")
    back.until_own()
    assert (back.frame["epoch"], back.state()) == (5, before[1])


def test_pointing_is_told_to_those_who_follow(gathering: Gathering) -> None:
    teacher, student = follow(gathering)
    teacher.do("point", hovered="unit 1", panel="weights")
    assert student.answer("pointed") == {"type": "pointed", "hovered": "unit 1", "panel": "weights"}
    late = gathering.student()
    late.until_so(lambda: late.pointed.get("hovered") == "unit 1")


def test_screen_follows_and_shows_what_it_should(gathering: Gathering) -> None:
    teacher, _ = follow(gathering)
    screen = gathering.screen(teacher)
    screen.until_watching()
    teacher.train(3)
    screen.settle(3)
    assert screen.params.tobytes() == teacher.params.tobytes()
    teacher.do("show_on_screen", view="question")
    screen.until_class(lambda room: room["screen"] == "question")
    teacher.until_class(lambda room: room["screens"] == 1)


# --- going on from what is shown ----------------------------------------------------------------------------------


def state_of(page: ClassPage) -> Message:
    """All that the next step depends on."""
    page.state()
    return {**page.checkpoint(), "link": page.config["link"]}


def test_trying_continues_from_exactly_what_is_shown(gathering: Gathering) -> None:
    teacher, student = follow(gathering, INTRICATE)
    teacher.train(3)
    student.settle(3)
    student.do("try_it")
    student.until_own("copy")
    assert student.joined["trying"]
    assert state_of(student) == state_of(teacher)
    teacher.train(5)
    student.train(5)
    assert state_of(student) == state_of(teacher)
    student.do("configure", changes={"learning_rate": 1})
    student.train(1)
    assert teacher.state()[1] == 8


def test_student_returns_from_trying(gathering: Gathering) -> None:
    teacher, student = follow(gathering)
    student.do("try_it")
    student.until_own("copy")
    student.train(4)
    student.do("return")
    student.until_watching()
    assert not student.joined["trying"]
    teacher.train(2)
    student.settle(2)
    teacher.do("set_mode", mode="explore")
    assert student.until_own()["epoch"] == 4


def test_trying_can_be_forbidden(gathering: Gathering) -> None:
    teacher, student = follow(gathering)
    teacher.do("set_class", changes={"may_try": False})
    assert student.refused("try_it") == "not_allowed"
    assert student.is_watching


# --- tasks --------------------------------------------------------------------------------------------------------


def test_task_replaces_every_network(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher()
    student, away = gathering.student(), gathering.student()
    for page in (student, away):
        page.train(2)
    away.close()
    old = student.memory.session, student.memory.link
    teacher.do("hand_out", link=OTHER, text="Separate the colors.")
    student.until_own(None)
    assert (student.frame["epoch"], student.config["config"]["dataset"]) == (0, "xor")
    assert student.memory.session != old[0]
    assert student.until_class(lambda room: room["task"])["task"]["text"] == "Separate the colors."
    with Client(server.port) as outsider:
        assert outsider.greet(old[1], session=old[0])["resumed"] is None
    back = gathering.page(away.memory)
    assert back.greet()["resumed"] is None
    assert (back.frame["epoch"], back.config["config"]["dataset"]) == (0, "xor")
    assert teacher.state()[1] == 0


def test_task_is_told_before_its_network(gathering: Gathering) -> None:
    teacher, student = gathering.teacher(), gathering.student()
    for number in (1, 2, 3):
        teacher.do("hand_out", link=OTHER)
        known = len(student.welcomes)
        student.until_so(lambda known=known: len(student.welcomes) > known)  # type: ignore[misc]
        assert student.room["task"]["number"] == number


def test_student_who_has_the_task_keeps_the_network(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    teacher.do("hand_out", link=OTHER)
    student.until_own(None)
    student.until_class(lambda room: room["task"])
    student.train(3)
    student.close()
    back = gathering.page(student.memory)
    assert (back.greet()["resumed"], back.frame["epoch"]) == ("session", 3)


def test_impossible_tasks_are_refused(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    assert teacher.refused("hand_out") == "missing_field"
    assert teacher.refused("hand_out", lesson="no such") == "unknown_value"
    assert teacher.refused("hand_out", lesson="xor", first=99) == "out_of_range"
    assert teacher.refused("pace", first=0, last=None) == "no_lesson"
    assert teacher.room["task"] is None


# --- pausing ------------------------------------------------------------------------------------------------------


def epoch_of(teacher: ClassPage, seat: int) -> int:
    """How far a student's network is, as its session itself says."""
    return int(next(item["epoch"] for item in teacher.do("ask_results")["results"] if item["seat"] == seat))


def stands_still(teacher: ClassPage, seat: int) -> bool:
    """Whether a student's network trains not at all while the teacher's trains a good while."""
    before = epoch_of(teacher, seat)
    teacher.train(100)
    return epoch_of(teacher, seat) == before


WAYS_TO_TRAIN: dict[str, dict[str, Message]] = {
    "playing": {"set_speed": {"speed": "unlimited"}, "play": {}},
    "a run until an epoch": {"run_until": {"until": "epochs", "epochs": 100_000}},
    "a thousand epochs": {"advance": {"count": 1000}},
    "many starts": {"play": {}, "try_starts": {"count": 20, "epochs": 3000}},
}
"""Commands after which a network trains for long."""

REFUSED: dict[str, Message] = {
    "play": {},
    "advance": {},
    "run_until": {"until": "epochs"},
    "try_starts": {"count": 2, "epochs": 1},
    "reset": {},
    "seek": {"epoch": 0},
    "take_over": {"snapshot": 1},
    "return": {},
}


@pytest.mark.parametrize("way", WAYS_TO_TRAIN)
def test_nothing_trains_in_a_paused_class(gathering: Gathering, way: str) -> None:
    teacher = gathering.teacher()
    student = gathering.student(link="#dataset=spiral&seed=0.2&networkShape=8,8&batchSize=1")
    for command, fields in WAYS_TO_TRAIN[way].items():
        student.do(command, **fields)
    student.settle(1)
    teacher.do("set_mode", mode="pause")
    assert stands_still(teacher, 1)
    student.until_class(lambda room: room["mode"] == "pause")
    assert {student.refused(command, **fields) for command, fields in REFUSED.items()} == {"paused"}
    assert stands_still(teacher, 1)
    held = epoch_of(teacher, 1)
    teacher.do("set_mode", mode="explore")
    student.settle(held + 1)


def test_starts_stand_still_while_paused(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    student.do("try_starts", count=50, epochs=5000)
    share = student.until(lambda message: message["type"] == "starts" and message["share"] > 0)["share"]
    teacher.do("set_mode", mode="pause")
    student.until_class(lambda room: room["mode"] == "pause")
    teacher.train(50)
    student.say("ping", id=1)
    shares = [share]
    while (message := student.read()).get("id") != 1:
        shares += [message["share"]] if message["type"] == "starts" else []
    teacher.train(100)
    student.say("ping", id=2)
    while (message := student.read()).get("id") != 2:
        assert message["type"] != "starts"
    assert shares[-1] < 1
    teacher.do("set_mode", mode="explore")
    assert student.until(lambda message: message["type"] == "starts")["share"] >= shares[-1]


def test_no_other_way_leads_into_a_paused_network(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher()
    student = gathering.student(link=OTHER)
    student.do("play")
    student.settle(3)
    teacher.do("set_mode", mode="pause")
    student.until_class(lambda room: room["mode"] == "pause")
    before = epoch_of(teacher, 1)
    with Client(server.port) as outside:
        assert outside.greet(student.memory.link, session=student.memory.session)["resumed"] is None
        assert outside.welcome["session"] != student.memory.session
        outside.train(20)
    again = gathering.page(student.memory)
    again.greet(playing=True)
    assert student.until_closed() == 4409
    assert again.refused("play") == "paused"
    assert stands_still(teacher, 1)
    assert epoch_of(teacher, 1) == before
    back = gathering.page(Memory(**{**vars(again.memory), "session": None}))
    back.greet(playing=True)
    assert stands_still(teacher, 1)


def test_student_who_comes_while_paused_is_held(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    teacher.do("set_mode", mode="pause")
    memory = Memory.of_student(gathering.code)
    page = gathering.page(memory)
    page.greet()
    assert page.refused("play") == "paused"
    assert stands_still(teacher, 1)
    assert page.do("raise_hand", on=True)


# --- snapshots ----------------------------------------------------------------------------------------------------


def test_snapshots_are_kept_shown_and_taken_over(gathering: Gathering) -> None:
    teacher = gathering.teacher(names="free")
    ada, bob = gathering.student("Ada", INTRICATE), gathering.student("Bob", OTHER)
    ada.train(4)
    kept = state_of(ada)
    one = teacher.do("keep_snapshot", seat=1, note=" no hidden layers ")["snapshot"]
    assert [one[name] for name in ("number", "seat", "name", "note", "epoch")] == [1, 1, "Ada", "no hidden layers", 4]
    assert teacher.pictures.snapshots[1]["arrays"]["surface"].shape == (48, 48)
    ada.train(1)
    teacher.train(2)
    assert teacher.do("keep_snapshot")["snapshot"]["seat"] is None
    assert bob.refused("take_over", snapshot=1) == "no_such_snapshot"
    teacher.do("show_snapshots", snapshots=[2, 1])
    bob.until_class(lambda room: room["side_by_side"] == [2, 1])
    assert [(item["number"], item["name"]) for item in bob.room["snapshots"]] == [(2, None), (1, None)]
    bob.until_so(lambda: set(bob.pictures.snapshots) == {1, 2})
    assert bob.pictures.snapshots[1]["snapshot"]["name"] is None
    bob.do("take_over", snapshot=1)
    bob.until_own("copy")
    assert state_of(bob) == kept
    teacher.do("take_over", snapshot=1)
    teacher.until_own("copy")
    assert state_of(teacher) == kept
    bob.train(1)
    assert state_of(bob) == state_of(ada)


def test_snapshots_are_edited_and_deleted(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    for _ in range(3):
        teacher.do("keep_snapshot")
    assert teacher.refused("show_snapshots", snapshots=[1]) == "out_of_range"
    assert teacher.refused("show_snapshots", snapshots=[1, 1]) == "duplicate_value"
    assert teacher.refused("show_snapshots", snapshots=[1, 9]) == "no_such_snapshot"
    teacher.do("edit_snapshot", snapshot=2, note="wide")
    teacher.do("show_snapshots", snapshots=[1, 2, 3], may_take=False)
    student.until_class(lambda room: len(room["snapshots"]) == 3)
    assert student.room["snapshots"][1]["note"] == "wide"
    assert not student.room["may_take"]
    assert student.refused("take_over", snapshot=2) == "no_such_snapshot"
    teacher.do("edit_snapshot", snapshot=1, note=None)
    student.until_class(lambda room: room["side_by_side"] == [2, 3])
    assert teacher.refused("edit_snapshot", snapshot=1, note="x") == "no_such_snapshot"
    teacher.do("show_snapshots", snapshots=[])
    student.until_class(lambda room: room["snapshots"] == [])


def test_class_keeps_a_limited_number_of_snapshots(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    for number in range(1, 25):
        assert teacher.do("keep_snapshot")["snapshot"]["number"] == number
    assert teacher.refused("keep_snapshot") == "too_many"


# --- questions ----------------------------------------------------------------------------------------------------


def test_answers_are_counted_and_revealed(gathering: Gathering) -> None:
    teacher = gathering.teacher(None)
    students = [gathering.student(link=None) for _ in range(3)]
    teacher.do("ask", text="Which side?", answers=["left", "right"], right=1)
    for student, choice in zip(students, (0, 1, 0), strict=True):
        student.until_class(lambda room: room["question"])
        student.do("answer", question=student.room["question"]["number"], choice=choice)
    students[2].do("answer", question=1, choice=1)
    teacher.until_class(lambda room: room["question"] and room["question"]["answered"] == 3)
    assert (teacher.room["question"]["counts"], teacher.room["question"]["right"]) == ([1, 2], 1)
    one = students[0]
    one.until_class(lambda room: room["question"] and room["question"]["answered"] == 3)
    assert (one.room["question"]["counts"], one.room["question"]["right"]) == (None, None)
    assert one.refused("answer", question=1, choice=2) == "out_of_range"
    assert one.refused("answer", question=7, choice=0) == "no_such_question"
    teacher.do("reveal")
    one.until_class(lambda room: room["question"]["revealed"])
    assert (one.room["question"]["counts"], one.room["question"]["right"]) == ([1, 2], 1)
    assert one.refused("answer", question=1, choice=1) == "too_late"
    teacher.do("close_question")
    one.until_class(lambda room: room["question"] is None)
    assert one.refused("answer", question=1, choice=0) == "no_such_question"
    assert teacher.refused("reveal") == "no_such_question"


def test_drawings_are_laid_over_one_another(gathering: Gathering) -> None:
    teacher = gathering.teacher(None)
    ada, bob = gathering.student(link=None), gathering.student(link=None)
    screen = gathering.screen(teacher)
    teacher.do("ask", text="Draw the boundary.", answers=[])
    ada.until_class(lambda room: room["question"])
    assert ada.room["question"]["answers"] == []
    ada.do("answer", question=1, strokes=[[[0, 0], [1, 1], [2, 0]], [[3, 3], [4, 4]]])
    bob.do("answer", question=1, strokes=[[[-6, -6], [6, 6]]])
    for page in (teacher, screen):
        drawn = page.until(lambda message: message["type"] == "drawings" and len(message["arrays"]["lines"]) == 3)
        assert drawn["arrays"]["lines"].tolist() == [3, 2, 2]
        assert drawn["arrays"]["owners"].tolist() == [0, 0, 1]
        assert drawn["arrays"]["points"].tolist()[-2:] == [[-6, -6], [6, 6]]
    bob.until_class(lambda room: room["question"]["answered"] == 2)
    assert bob.pictures.drawings is None
    teacher.do("reveal")
    assert len(bob.answer("drawings")["arrays"]["points"]) == 7
    late = gathering.student(link=None)
    assert len(late.answer("drawings")["arrays"]["points"]) == 7


# --- the class's experiment ---------------------------------------------------------------------------------------

LOSSES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
EXACT = ("index", "seed", "weight_seed", "weight_offset", "epoch", "diverged", "stopped")


def until_done(page: ClassPage) -> dict[int, Message]:
    """Wait for all results of the class's experiment; returns them by cell."""
    page.until_so(lambda: page.pictures.cells and all(cell["result"] for cell in page.pictures.cells.values()))
    return {index: cell["result"] for index, cell in page.pictures.cells.items()}


def starts_alone(server: ServerProcess, link: str, vary: str, count: int, epochs: int) -> tuple[dict[int, Any], Any]:
    """What somebody gets who tries the same starts without a class: numbers and pictures."""
    found: dict[int, Any] = {}
    surfaces: dict[int, Any] = {}
    with Client(server.port) as client:
        client.greet(link)
        client.say("try_starts", count=count, epochs=epochs, vary=vary)
        while True:
            message = client.answer("starts")
            for row, start in enumerate(message["starts"]):
                found[start["index"]] = start
                surfaces[start["index"]] = message["arrays"]["surfaces"][row]
            if message["ended"]:
                return found, surfaces


@pytest.mark.parametrize("vary", ["weights", "data", "both"])
def test_experiment_equals_starts_tried_alone(gathering: Gathering, server: ServerProcess, vary: str) -> None:
    teacher = gathering.teacher()
    students = [gathering.student() for _ in range(2)]
    screen = gathering.screen(teacher)
    teacher.do("start_experiment", link=INTRICATE, epochs=6, count=5, vary=vary)
    results = until_done(teacher)
    alone, surfaces = starts_alone(server, INTRICATE, vary, 5, 6)
    assert set(results) == set(alone) == set(range(5))
    for index, result in results.items():
        assert [result[name] for name in EXACT] == [alone[index][name] for name in EXACT]
        assert [result[name] for name in LOSSES] == pytest.approx([alone[index][name] for name in LOSSES], rel=1e-9)
        # a point may be between two levels
        difference = teacher.pictures.surfaces[index].astype(int) - surfaces[index]
        assert np.abs(difference).max() <= 1
        assert np.count_nonzero(difference) <= 2
    seats = [teacher.pictures.cells[index]["seat"] for index in range(5)]
    assert seats == [1, 2, None, None, None]
    assert until_done(screen) == results
    for student in students:
        student.until_own(None)
        student.settle(6)


def test_grid_is_trained_cell_by_cell(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    gathering.student()
    grid = {"learning_rate": [0.03, 0.3], "activation": ["tanh", "relu"]}
    teacher.do("start_experiment", link=OTHER, epochs=3, grid=grid)
    until_done(teacher)
    values = [cell["values"] for _, cell in sorted(teacher.pictures.cells.items())]
    assert values == [{"learning_rate": rate, "activation": kind} for rate in (0.03, 0.3) for kind in ("tanh", "relu")]


def test_server_trains_what_a_student_leaves(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    students = [gathering.student() for _ in range(4)]
    teacher.do("start_experiment", link="#dataset=spiral&seed=0.2&networkShape=8,8&batchSize=1", epochs=40, count=4)
    for student in students:
        student.until_own(None)
    students[0].say("leave")
    students[1].do("open", link=OTHER)
    students[2].settle(1)
    students[2].do("pause")
    results = until_done(teacher)
    assert [results[index]["epoch"] for index in range(4)] == [40, 40, 40, 40]
    assert [teacher.pictures.cells[index]["seat"] for index in range(4)] == [None, None, None, 4]


def test_canceled_experiment_keeps_what_is_done(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    teacher.do("start_experiment", link="#seed=0.1&networkShape=8,8&batchSize=1", epochs=10_000, count=3)
    student.until_class(lambda room: room["experiment"])
    teacher.do("cancel_experiment")
    assert teacher.until(lambda message: message["type"] == "experiment")["canceled"]
    teacher.do("watch_wall", on=True, seats=[])
    seen: list[str] = []
    while seen.count("wall") < 3:
        seen.append(teacher.read()["type"])
    assert "experiment" not in seen
    teacher.do("start_experiment", link=OTHER, epochs=2, count=2)
    assert len(until_done(teacher)) == 2


# --- results ------------------------------------------------------------------------------------------------------


def test_results_tell_what_everybody_reached(gathering: Gathering) -> None:
    teacher = gathering.teacher(names="free")
    link = f"{OTHER}&goalEpochs=2"
    ada, bob = gathering.student("Ada", link), gathering.student("Bob", INTRICATE)
    ada.train(3)
    bob.train(2)
    bob.close()
    answer = teacher.do("ask_results")
    assert [(item["name"], item["epoch"]) for item in answer["results"]] == [("Ada", 3), ("Bob", 2)]
    for item, page in zip(answer["results"], (ada, bob), strict=True):
        assert item["link"] == page.config["link"]
        assert item["layers"] == page.config["layers"]
        assert item["parameters"] == len(page.params)
        assert item["test_loss"] == pytest.approx(page.frame["test_loss"])
    lines, points = answer["arrays"]["lines"].tolist(), answer["arrays"]["points"]
    assert lines == [4, 3]
    assert points[:4, 0].tolist() == [0, 1, 2, 3]
    assert points[:4, 1].tolist() == [ada.losses[epoch][1] for epoch in range(4)]


# --- who belongs to the class -------------------------------------------------------------------------------------


def test_new_code_keeps_who_is_there(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    screen = gathering.screen(teacher)
    student.train(2)
    for page in (teacher, student, screen):
        if page is teacher:
            page.do("renew_code")
        page.until_so(lambda: page.memory.code != gathering.code)  # noqa: B023 - it is called at once
    assert code_of(newcomer(gathering).join()) == "no_such_class"
    student.train(1)
    student.close()
    back = gathering.page(student.memory)
    assert (back.greet()["resumed"], back.joined["seat"], back.frame["epoch"]) == ("session", 1, 3)
    assert gathering.page(screen.memory).errors == []
    assert gathering.page(teacher.memory).joined["role"] == "teacher"
    old = gathering.page(Memory("teacher", teacher.memory.code, gathering.secret))
    assert old.errors[-1]["code"] == "wrong_secret"


def test_removed_student_is_gone(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher()
    student, other = gathering.student(), gathering.student()
    sessions = server.health()["sessions"]
    teacher.do("remove", seat=1)
    assert (student.until_closed(), student.ended) == (4410, "removed")
    teacher.until_class(lambda room: room["seats"] == 1)
    server.until("sessions", sessions - 1)
    assert teacher.refused("look", seat=1) == "no_such_seat"
    again = gathering.page(Memory(**{**vars(student.memory), "name": None}))
    assert again.joined["seat"] == 3
    other.train(1)


def test_removed_page_that_does_not_read_is_powerless(gathering: Gathering, server: ServerProcess) -> None:
    teacher = gathering.teacher(None)
    student = gathering.student(link=None)
    teacher.do("ask", text="Which?", answers=["a", "b"])
    before = server.health()["sessions"]
    # all of it is in the server's hands before the page learns that it is over
    student.say("leave")
    student.say("answer", question=1, choice=0)
    student.say("hello", version=4, link=SMALL)
    assert student.until_closed() == 4410
    teacher.until_class(lambda room: room["seats"] == 0)
    assert teacher.until_class(lambda room: room["question"])["question"]["answered"] == 0
    assert server.health()["sessions"] == before


def test_student_leaves_for_good(gathering: Gathering) -> None:
    teacher = gathering.teacher(None, names="free")
    student = gathering.student("Ann")
    student.say("leave")
    assert (student.until_closed(), student.ended) == (4410, "left")
    teacher.until_class(lambda room: room["seats"] == 0)
    assert joined_as(gathering, "Ann") == "Ann"


def test_class_ends_for_everybody(gathering: Gathering, server: ServerProcess) -> None:
    before = server.health()["sessions"]
    teacher = gathering.teacher()
    pages = [gathering.student(), gathering.student(), gathering.screen(teacher), teacher]
    teacher.do("hand_out", link=OTHER)
    teacher.say("end_class")
    for page in pages:
        assert (page.until_closed(), page.ended) == (4410, "ended")
    server.until("sessions", before)
    assert code_of(newcomer(gathering).join()) == "no_such_class"
    again = gathering.teacher()
    assert (again.room["seats"], again.room["task"]) == (0, None)


def test_forgetting_leaves_only_who_is_here(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    here, away = gathering.student(), gathering.student()
    for _ in range(2):
        teacher.do("keep_snapshot", seat=2)
    teacher.do("show_snapshots", snapshots=[1, 2])
    teacher.do("ask", text="Which?", answers=["a", "b"])
    away.close()
    teacher.until_class(lambda room: room["present"] == 1)
    teacher.do("forget")
    room = teacher.until_class(lambda room: room["seats"] == 1)
    assert (room["snapshots"], room["side_by_side"], room["question"], room["experiment"]) == ([], [], None, False)
    # pages may remember the numbers of what was forgotten
    assert teacher.do("keep_snapshot", seat=1)["snapshot"]["number"] == 3
    teacher.do("ask", text="Which?", answers=["a", "b"])
    assert teacher.until_class(lambda room: room["question"])["question"]["number"] == 2
    here.train(1)
    assert gathering.page(Memory(**{**vars(away.memory), "name": None})).joined["seat"] == 3


def test_second_page_of_teacher_takes_over(gathering: Gathering) -> None:
    first = gathering.teacher(OTHER)
    first.train(2)
    second = gathering.page(first.memory)
    assert first.until_closed() == 4409
    assert (second.greet()["resumed"], second.frame["epoch"]) == ("session", 2)
    second.do("set_mode", mode="pause")
    assert second.room["teacher"]


def test_second_page_of_student_takes_over(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    first = gathering.student()
    first.train(2)
    second = gathering.page(first.memory)
    assert first.until_closed() == 4409
    assert (second.greet()["resumed"], second.joined["seat"], second.frame["epoch"]) == ("session", 1, 2)
    second.train(1)
    assert teacher.until_class(lambda room: room["present"])["seats"] == 1


def test_taken_over_page_cannot_take_back(gathering: Gathering) -> None:
    gathering.teacher(None)
    first = gathering.student(link=None)
    second = gathering.page(first.memory)
    with pytest.raises(ClosedError):
        first.greet()
    second.greet()
    second.train(1)


def test_class_knows_whether_teacher_is_here(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    student = gathering.student()
    assert student.room["teacher"]
    teacher.drop()
    student.until_class(lambda room: not room["teacher"])
    student.train(2)
    gathering.page(teacher.memory)
    student.until_class(lambda room: room["teacher"])


def test_hands_are_raised_and_lowered(gathering: Gathering) -> None:
    teacher = gathering.teacher(None)
    ada, bob = gathering.student(link=None), gathering.student(link=None)
    ada.do("raise_hand", on=True)
    bob.do("raise_hand", on=True)
    assert ada.joined["hand"]
    teacher.until_class(lambda room: room["hands"] == 2)
    teacher.do("lower_hand", seat=1)
    ada.until_so(lambda: not ada.joined["hand"])
    teacher.do("lower_hand", seat=None)
    bob.until_so(lambda: not bob.joined["hand"])
    assert bob.room["hands"] == 0


def test_renamed_student_learns_the_name(gathering: Gathering) -> None:
    teacher = gathering.teacher(None, names="free")
    gathering.student("Ada", None)
    bob = gathering.student("Bob", None)
    teacher.do("rename", seat=2, name="ada")
    bob.until_so(lambda: bob.joined["name"] == "ada 2")
    assert teacher.refused("rename", seat=2, name="\u200b") == "too_short"


def test_students_see_names_only_if_teacher_says_so(gathering: Gathering) -> None:
    teacher = gathering.teacher(names="free")
    ada, bob = gathering.student("bob"), gathering.student("Ada")
    for _ in range(2):
        teacher.do("keep_snapshot", seat=1)
    teacher.do("show_snapshots", snapshots=[1, 2])
    bob.until_class(lambda room: room["present"] == 2 and room["snapshots"])
    assert (bob.room["names"], bob.room["snapshots"][0]["name"]) == ([], None)
    teacher.do("set_class", changes={"names_visible": True})
    for student in (ada, bob):
        student.until_class(lambda room: room["names"] == ["Ada", "bob"])
        assert student.room["snapshots"][0]["name"] == "bob"
    screen = gathering.screen(teacher)
    assert (screen.room["names"], screen.room["snapshots"][0]["name"]) == ([], None)
    teacher.do("set_class", changes={"waiting_room": True})
    assert gathering.student("Zoe").room["names"] == []
    ada.close()
    bob.until_class(lambda room: room["names"] == ["Ada"])


# --- the wall -----------------------------------------------------------------------------------------------------


def test_wall_shows_what_students_do(gathering: Gathering) -> None:
    teacher = gathering.teacher(names="free")
    teacher.do("hand_out", link=OTHER)
    ada, bob = gathering.student("Ada"), gathering.student("Bob")
    teacher.do("watch_wall", on=True, seats=[1])
    teacher.until_so(lambda: len(teacher.pictures.tiles) == 2)
    ada.do("configure", changes={"learning_rate": 0.3})
    ada.train(5)
    bob.do("raise_hand", on=True)
    pictured: set[int] = set()

    def is_complete() -> bool:
        message = teacher.answer("wall")
        pictured.update(message["pictures"])
        tiles = teacher.pictures.tiles
        return (tiles[1]["epoch"], tiles[2]["hand"]) == (5, True) and bool(tiles[1]["differs"])

    while not is_complete():
        pass
    assert pictured == {1}
    assert [item["field"] for item in teacher.pictures.tiles[1]["differs"]] == ["learning_rate"]
    assert teacher.pictures.tiles[1]["test_loss"] == pytest.approx(ada.frame["test_loss"])
    teacher.do("remove", seat=2)
    teacher.until_so(lambda: set(teacher.pictures.tiles) == {1})


def test_screen_shows_names_only_if_teacher_says_so(gathering: Gathering) -> None:
    teacher = gathering.teacher(names="free")
    gathering.student("Ada")
    screen = gathering.screen(teacher)
    screen.do("watch_wall", on=True, seats=[1])
    screen.until_so(lambda: 1 in screen.pictures.tiles)
    assert screen.pictures.tiles[1]["name"] == ""
    teacher.do("set_class", changes={"names_on_screen": True})
    screen.until_so(lambda: screen.pictures.tiles[1]["name"] == "Ada")


def test_every_command_with_an_id_is_answered(gathering: Gathering) -> None:
    teacher = gathering.teacher()
    gathering.student()
    answers = [
        teacher.do("set_class", changes={}),
        teacher.do("ping"),
        teacher.do("keep_snapshot"),
        teacher.do("ask_results"),
        teacher.do("compose", changes={}),
        teacher.do("point"),
    ]
    assert [answer["type"] for answer in answers] == ["done", "pong", "snapshot", "results", "composed", "done"]
    assert json.dumps(teacher.room)
