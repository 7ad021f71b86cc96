"""Who may do what in a class, and who may know what: what docs/classes.md says, tried against the real server."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.protocol.class_commands import ALL_COMMANDS, CLASS_COMMANDS
from app.protocol.containers import decompress
from tests.support.class_client import ClassPage, Gathering, Memory
from tests.support.client import SMALL, Message
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.classes]

DOCUMENT = (Path(__file__).parents[2] / "docs/classes.md").read_text("utf-8")

# --- what the document says ---------------------------------------------------------------------------------------


def commands_in(cell: str) -> set[str]:
    """The commands that the first cell of a row names."""
    if cell == "all other commands of a session":
        return set(ALL_COMMANDS) - set(CLASS_COMMANDS) - {"ack", "visible", "ping", "hello"}
    return set(re.findall(r"`(\w+)`", cell))


def read_table() -> dict[str, set[str]]:
    """The commands that are allowed in each column of the table of rights."""
    section = DOCUMENT.partition("### Who may send what")[2].partition("\n#")[0]
    heads, _, *rows = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("|")]
    columns = [head.strip() for head in heads[1:]]
    allowed: dict[str, set[str]] = {column: set() for column in columns}
    for row in rows:
        cells = [cell.strip() for cell in row]
        for column, cell in zip(columns, [*cells[1:], *[""] * 5], strict=False):
            if cell == "yes":
                allowed[column] |= commands_in(cells[0])
    return allowed


TABLE = read_table()
ALLOWED: Mapping[str, set[str]] = {
    "nobody": {"join", "ping"},
    "student": TABLE["student"],
    "screen": TABLE["screen"],
    "teacher": TABLE["teacher"],
    "paused student": TABLE["student, paused"],
    "watching student": TABLE["while watching"] & (TABLE["student"] | {"try_it"}),
    "watching teacher": TABLE["while watching"] & TABLE["teacher"],
    "waiting student": TABLE["student"] - {"answer"},
}
"""What may be sent in each situation."""


def test_table_of_rights_names_every_command() -> None:
    assert set().union(*TABLE.values()) == set(ALL_COMMANDS) - {"join"}
    assert len(TABLE["student"] & TABLE["teacher"]) > 20


# --- the class ----------------------------------------------------------------------------------------------------

DRAWN = "#dataset=circle&seed=4"

SAMPLES: dict[str, Message] = {
    # of a session
    "hello": {"version": 4, "link": SMALL},
    "configure": {"changes": {"learning_rate": 0.3}},
    "set_view": {"changes": {"discretize": True}},
    "compose": {"changes": {"discretize": True}},
    "open": {"link": DRAWN},
    "seek": {"epoch": 0},
    "swap": {"variant": 0},
    "edit_examples": {"add": [[1, 1, 0, ""]]},
    "set_speed": {"speed": "minibatch"},
    "select": {"unit": 0},
    "set_parameter": {"index": 0, "value": 3.5},
    "run_until": {"until": "epochs", "epochs": 5},
    "inspect": {"panel": "weights"},
    "export": {"format": "numpy"},
    "animate": {"on": False},
    "try_starts": {"count": 2, "epochs": 1},
    "ack": {"seq": 1},
    "visible": {"on": True},
    # of a class
    "join": {"version": 4, "role": "student", "seat": "x" * 32},
    "set_class": {"changes": {"locked": True}},
    "set_mode": {"mode": "explore"},
    "hand_out": {"link": DRAWN, "text": "Separate them."},
    "pace": {"first": 1, "last": 2},
    "watch_wall": {"on": True, "seats": [1]},
    "look": {"seat": 1},
    "rename": {"seat": 1, "name": "Ann"},
    "remove": {"seat": 1},
    "admit": {"seats": []},
    "lower_hand": {"seat": None},
    "edit_snapshot": {"snapshot": 1, "note": "again"},
    "show_snapshots": {"snapshots": []},
    "ask": {"text": "Why?", "answers": ["So", "Thus"]},
    "start_experiment": {"link": DRAWN, "epochs": 1, "count": 2},
    "show_on_screen": {"view": "join"},
    "raise_hand": {"on": True},
    "take_over": {"snapshot": 1},
    "answer": {"question": 1, "choice": 1},
}
"""Fields with which each command can be read; those that are missing here need none."""

LAST = ("try_it", "return", "take_over", "look", "renew_code", "remove", "forget", "leave", "move_class", "end_class")
"""Commands after which others could not be tried, in this order."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with ServerProcess(workers=1) as running:
        yield running


class Scene:
    """A class with something of everything, in one of the situations."""

    def __init__(self, gathering: Gathering, situation: str) -> None:
        self.gathering = gathering
        self.situation = situation
        self.teacher = gathering.teacher(names="free")
        self.student = gathering.student("Ada")
        self.other = gathering.student("Bob")
        self.screen = gathering.screen(self.teacher)
        self.teacher.do("hand_out", lesson="xor")
        for student in (self.student, self.other):
            student.until_own(None)
            student.train(2)
        self.teacher.train(1)
        self.teacher.do("keep_snapshot", seat=2)
        self.teacher.do("keep_snapshot")
        self.teacher.do("show_snapshots", snapshots=[1, 2])
        self.teacher.do("ask", text="Which?", answers=["this", "that"])
        match situation:
            case "paused student":
                self.teacher.do("set_mode", mode="pause")
                self.student.until_class(lambda room: room["mode"] == "pause")
            case "watching student":
                self.teacher.do("set_mode", mode="follow")
                self.student.until_watching()
            case "waiting student":
                self.teacher.do("set_class", changes={"waiting_room": True})
                self.student = gathering.student("Zoe")

    def page(self) -> ClassPage:
        """The page that the situation is about."""
        if self.situation == "nobody":
            return self.gathering.page(Memory.of_student(self.gathering.code), joins=False)
        if self.situation == "watching teacher":
            self.teacher.do("look", seat=2)
            assert self.teacher.is_watching
        page: ClassPage = getattr(self, self.situation.split()[-1])
        return page

    def state(self) -> Any:
        """All that there is to know of the class and all networks. The page of the teacher is another one then."""
        page = self.teacher = self.gathering.page(self.teacher.memory)
        room = page.room
        page.greet()
        page.do("watch_wall", on=True, seats=[])
        page.until_so(lambda: len(page.pictures.tiles) == room["seats"] + room["waiting"])
        results = page.do("ask_results")["results"]
        names = ("link", "epoch", "train_loss", "test_loss")
        students = {seat: (tile["name"], tile["hand"]) for seat, tile in page.pictures.tiles.items()}
        networks = {item["seat"]: [item[name] for name in names] for item in results}
        return room, students, networks, page.state()


def outcome(page: ClassPage, command: str) -> str | None:
    """The code of the error that refuses a command at once; None if none does."""
    page.say(command, id=1, **SAMPLES.get(command, {}))
    page.say("ping", id=2)
    refusals = []
    while page.read().get("id") != 2:
        refusals = [error["code"] for error in page.errors if error.get("id") == 1]
    return refusals[-1] if refusals else None


def expected_refusal(situation: str, command: str) -> str:
    """The code with which a command must be refused."""
    if situation == "nobody":
        return "not_joined"
    if command == "join":
        return "already_joined"
    if situation == "paused student" and command in ALLOWED["student"] | {"try_it"}:
        return "paused"
    return "not_allowed"


@pytest.mark.parametrize("situation", ALLOWED)
def test_refused_commands_change_nothing(gathering: Gathering, situation: str) -> None:
    scene = Scene(gathering, situation)
    before, page = scene.state(), scene.page()
    refused = [command for command in ALL_COMMANDS if command not in ALLOWED[situation]]
    codes = {command: page.ask(command, **SAMPLES.get(command, {})).get("code") for command in refused}
    assert codes == {command: expected_refusal(situation, command) for command in refused}
    assert scene.state() == before


@pytest.mark.parametrize("situation", ALLOWED)
def test_allowed_commands_are_not_refused(gathering: Gathering, situation: str) -> None:
    scene = Scene(gathering, situation)
    page = scene.page()
    for command in sorted(ALLOWED[situation], key=lambda name: (name in LAST and LAST.index(name) + 1, name)):
        if command in {"leave", "end_class"}:
            page.say(command)
            assert page.until_closed() == 4410
            assert page.ended == {"leave": "left", "end_class": "ended"}[command]
        elif command == "move_class":
            page.say(command)
            assert page.until_closed() == 1012
            page = scene.gathering.page(page.memory)
        elif situation == "nobody":
            assert page.ask(command, **SAMPLES.get(command, {}))["type"] == {"join": "door", "ping": "pong"}[command]
        else:
            assert outcome(page, command) not in {"not_allowed", "not_joined", "paused"}, command


# --- who may know what --------------------------------------------------------------------------------------------


class Everything:
    """A class in which everything has happened that a page can be told about."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.teacher = gathering.teacher(names="free")
        self.students = [gathering.student("Ada Quux"), gathering.student("Bob Quux")]
        self.screen = gathering.screen(self.teacher)
        self.pages = [self.screen, *self.students]
        self.show_networks()
        self.ask_and_compare()
        self.teacher.do("start_experiment", link=DRAWN, epochs=2, count=3)
        self.teacher.until_so(lambda: all(cell["result"] for cell in self.teacher.pictures.cells.values()))
        self.teacher.do("ask_results")
        self.teacher.do("renew_code")
        for page in (self.teacher, *self.pages):
            page.until_so(lambda: page.memory.code != gathering.code)  # noqa: B023 - it is called at once
        self.teacher.until_so(lambda: self.teacher.memory.kept)
        self.be_refused()
        self.secrets = {gathering.secret, self.teacher.memory.secret or ""}
        self.seats = {page.memory.seat or "" for page in self.students}

    def show_networks(self) -> None:
        """The class follows one after the other, and the teacher looks over a shoulder."""
        ada, _ = self.students
        for page in (self.teacher, self.screen):
            page.do("watch_wall", on=True, seats=[1, 2])
            page.answer("wall")
        self.teacher.do("hand_out", link=DRAWN, text="Try.")
        for student in self.students:
            student.until_own(None)
        for shown in (None, 1, 2):
            self.teacher.do("set_mode", mode="follow", seat=shown)
            for page in self.pages:
                if page.joined["seat"] is None or page.joined["seat"] != shown:
                    page.until_watching(shown)
        ada.do("try_it")
        ada.until_own("copy")
        self.teacher.do("set_mode", mode="explore")
        self.teacher.do("look", seat=2)

    def ask_and_compare(self) -> None:
        """Snapshots are shown, and a question is answered."""
        ada, _ = self.students
        ada.do("raise_hand", on=True)
        self.teacher.do("rename", seat=2, name="Bob Quuux")
        self.teacher.do("keep_snapshot", seat=1, note="look at this")
        self.teacher.do("keep_snapshot", seat=2)
        self.teacher.do("show_snapshots", snapshots=[1, 2])
        self.teacher.do("ask", text="Draw it.", answers=[])
        ada.until_class(lambda room: room["question"])
        ada.do("answer", question=1, strokes=[[[0, 0], [1, 1]]])
        self.teacher.do("reveal")
        for page in (self.teacher, *self.pages):
            page.answer("drawings")

    def be_refused(self) -> None:
        """Everybody is told of mistakes, and somebody tries to be the teacher, or the screen."""
        for page in self.pages:
            page.refused("end_class")
            page.ask("configure", changes={"noise": "x"})
            page.say_raw("{")
            page.answer("error")
        for role in ("teacher", "screen"):
            page = self.gathering.page(Memory(role, self.teacher.memory.code, self.gathering.secret))
            assert page.errors[-1]["code"] == "wrong_secret"
            self.pages.append(page)


def all_heard(page: ClassPage) -> bytes:
    """Everything that a page has been sent."""
    return b"\n".join(data.encode() if isinstance(data, str) else decompress(data) for data in page.heard)


@pytest.fixture(scope="module")
def everything(server: ServerProcess) -> Iterator[Everything]:
    with Gathering.start(server.port) as gathering:
        yield Everything(gathering)


def sessions(page: ClassPage) -> set[str]:
    """The names of the sessions that a page has had of its own."""
    return {welcome["session"] for welcome in page.welcomes} - {""}


def test_nobody_is_told_a_secret(everything: Everything) -> None:
    teacher, students = everything.teacher, everything.students
    for page in everything.pages:
        others = set().union(*(sessions(other) for other in (teacher, *students) if other is not page))
        screens = set() if page is everything.screen else {teacher.joined["screen"], everything.screen.memory.secret}
        forbidden = everything.secrets | everything.seats | others | screens
        assert len(forbidden) > 8
        heard = all_heard(page)
        assert [secret for secret in forbidden if secret.encode() in heard] == []


def test_teacher_learns_no_secret_of_students(everything: Everything) -> None:
    heard = all_heard(everything.teacher)
    secrets = everything.seats.union(*map(sessions, everything.students))
    assert [secret for secret in secrets if secret.encode() in heard] == []


def test_only_renewal_tells_teacher_the_secret(everything: Everything) -> None:
    texts = [data for data in everything.teacher.heard if isinstance(data, str)]
    found = [json.loads(text) for text in texts if any(secret in text for secret in everything.secrets)]
    assert [(text["type"], text["secret"]) for text in found] == [("joined", everything.teacher.memory.secret)]


def test_students_do_not_learn_names(everything: Everything) -> None:
    assert b"Quux" not in all_heard(everything.screen)
    for student, name in zip(everything.students, (b"Bob", b"Ada"), strict=True):
        assert name not in all_heard(student)
    assert b"Ada Quux" in all_heard(everything.teacher)


PAGES = [
    "/",
    "/join",
    "/class/{code}",
    "/class/{code}/digits",
    "/teach",
    "/teach/digits",
    "/screen",
    "/screen/digits",
    "/healthz",
    "/api/classes/address",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_secret(everything: Everything, server: ServerProcess, path: str) -> None:
    code = everything.teacher.memory.code
    status, headers, content = server.fetch(path.format(code=code))
    said = f"{headers}{content.decode()}"
    assert status == 200
    assert [secret for secret in all_secrets(everything) | {"Quux"} if secret in said] == []
    assert code not in said


def all_secrets(everything: Everything) -> set[str]:
    """Whatever only one page may know."""
    return everything.secrets | everything.seats.union(*map(sessions, (everything.teacher, *everything.students)))


def test_log_has_no_secret_and_no_name(everything: Everything, server: ServerProcess) -> None:
    codes = {everything.gathering.code, everything.teacher.memory.code}
    assert [secret for secret in all_secrets(everything) | codes | {"Quux"} if secret in server.errors] == []
    assert "Traceback" not in server.errors
