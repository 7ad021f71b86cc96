"""A client of classes, written from docs/classes.md and docs/protocol.md: it keeps what a page keeps, to come back."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Self

from app.protocol.version import VERSION
from tests.support.client import PATIENCE, SMALL, Client, ClosedError, Message


@dataclass
class Memory:
    """What a page keeps in its browser's storage, so that it comes back as who it was, and with its network."""

    role: str
    code: str
    secret: str | None = None
    """The class's, of a teacher; the screen's, of a screen."""
    seat: str | None = None
    """A student's own secret."""
    name: str | None = None
    link: str = SMALL
    task: int | None = None
    """The number of the task that `link` belongs to."""
    session: str | None = None
    checkpoint: Message | None = None
    """Of the last frame of the page's own network."""
    playing: bool = False
    speed: str | None = None
    kept: Message | None = None
    """The state in the last `keep`, of a teacher."""
    shown: list[Message] = field(default_factory=list)
    """The checkpoints of all frames of the page's own network since that was opened."""

    @classmethod
    def of_student(cls, code: str, name: str | None = None, link: str = SMALL) -> Self:
        """The memory of a student who has never been here."""
        return cls("student", code, seat=secrets.token_urlsafe(24), name=name, link=link)


@dataclass
class Pictures:
    """What a page has received in containers of the class."""

    tiles: dict[int, Message] = field(default_factory=dict)
    snapshots: dict[int, Message] = field(default_factory=dict)
    drawings: Message | None = None
    cells: dict[int, Message] = field(default_factory=dict)
    surfaces: dict[int, Any] = field(default_factory=dict)
    """The pictures of `cells`."""


class ClassPage(Client):
    """A page of a class. It has joined as soon as it is made, and `greet` makes it a teacher or student with a network.

    What it must know to come back is in `memory`, which another page can go on with. `port` is the server's. Example:

        with ClassPage(port, Memory.of_student("ABC234")) as student:
            student.greet()
            student.until_class(lambda room: room["mode"] == "follow")
    """

    def __init__(self, port: int, memory: Memory, *, joins: bool = True, **options: Any) -> None:
        self.memory = memory
        self.joined: Message = {}
        self.room: Message = {}
        """The newest `class`."""
        self.rooms: list[Message] = []
        self.pointed: Message = {}
        self.ended: str | None = None
        self.errors: list[Message] = []
        self.welcomes: list[Message] = []
        self.heard: list[str | bytes] = []
        """Everything that has come, as it came."""
        self.pictures = Pictures()
        self._awaits_network = False
        self._met = 0
        """How many of the welcomes have been waited for."""
        self.seen_before = 0
        """How many of the frames in its memory the page had shown before it came back to its network."""
        super().__init__(port, **{"path": f"/ws/{memory.code}", **options})
        if joins:
            self.join()

    # --- what comes -----------------------------------------------------------------------------------------------

    def note(self, data: str | bytes) -> Message:
        self.heard.append(data)
        message = super().note(data)
        if reader := getattr(self, f"_note_{message['type']}", None):
            reader(message)
        return message

    def _note_joined(self, message: Message) -> None:
        self.joined = message
        self.memory.code = message["code"]
        if message["role"] == "student":
            self.memory.name = message["name"]
        self.memory.secret = message.get("screen" if message["role"] == "screen" else "secret", self.memory.secret)

    def _note_class(self, message: Message) -> None:
        # the network of a new task comes after it
        if self.room and _task_of(self.room) != _task_of(message):
            self._awaits_network = True
        self.room = message
        self.rooms.append(message)
        self._note_task()

    def _note_keep(self, message: Message) -> None:
        self.memory.kept = message["state"]

    def _note_pointed(self, message: Message) -> None:
        self.pointed = message

    def _note_ended(self, message: Message) -> None:
        self.ended = message["why"]

    def _note_error(self, message: Message) -> None:
        self.errors.append(message)

    def _note_welcome(self, message: Message) -> None:
        self.welcomes.append(message)
        self._awaits_network = False
        self.config, self.frame = {}, {}
        if not self.is_watching:
            self.memory.session = message["session"]
            if message["resumed"] in {None, "copy"}:
                self.memory.shown = []
            self.seen_before = len(self.memory.shown)
            self._note_task()

    def _note_task(self) -> None:
        """What a page shows of its own is of the class's task, if there is one."""
        task = self.room.get("task")
        is_own = bool(self.welcome) and not self.is_watching and not self._awaits_network
        if task and is_own and not self.joined["waiting"]:
            self.memory.task = task["number"]

    def _note_config(self, message: Message) -> None:
        if not self.is_watching:
            self.memory.link = message["link"]
            # a frame of another experiment comes, and until then there is nothing to go on from
            self.memory.checkpoint = None if message["effect"] != "view" else self.memory.checkpoint

    def _note_status(self, message: Message) -> None:
        if not self.is_watching:
            self.memory.playing, self.memory.speed = message["playing"], message["speed"]

    def _note_frame(self, message: Message) -> None:
        # where examples are pictures, not every frame has a checkpoint
        is_whole = "checkpoint" in message
        if is_whole and not self.is_watching and message["revision"] == self.config["revision"]:
            self.memory.checkpoint = self.checkpoint()
            self.memory.shown.append(self.memory.checkpoint)

    def _note_wall(self, message: Message) -> None:
        tiles = self.pictures.tiles = {} if message["whole"] else self.pictures.tiles
        tiles.update({tile["seat"]: tile for tile in message["tiles"]})
        for seat in message["gone"]:
            tiles.pop(seat, None)

    def _note_snapshot(self, message: Message) -> None:
        self.pictures.snapshots[message["snapshot"]["number"]] = message

    def _note_drawings(self, message: Message) -> None:
        self.pictures.drawings = message

    def _note_experiment(self, message: Message) -> None:
        if message["whole"]:
            self.pictures.cells, self.pictures.surfaces = {}, {}
        self.pictures.cells.update({cell["index"]: cell for cell in message["cells"]})
        for row, index in enumerate(message["pictures"]):
            self.pictures.surfaces[index] = message["arrays"]["surfaces"][row]

    @property
    def is_watching(self) -> bool:
        """Whether what comes is of somebody else's network."""
        return bool(self.welcome.get("watching"))

    def checkpoint(self) -> Message:
        """What a page keeps of the newest frame."""
        state = self.frame["checkpoint"]
        arrays = self.frame["arrays"]
        coded = {name: base64.b64encode(arrays[name].astype("<f8").tobytes()).decode() for name in state["arrays"]}
        places = {name: state[name] for name in ("epoch", "step", "batch", "carried", "goals") if name in state}
        return {"link": self.config["link"], **places, "arrays": coded}

    # --- what it says ---------------------------------------------------------------------------------------------

    def join(self, **changes: Any) -> Message:
        """Join as who the page is; returns `joined`, or the `door` or `error` that came instead.

        A student without a name takes the first that is offered at the door.
        """
        answer = self.ask("join", **self.words(**changes))
        if answer["type"] == "door" and "name" not in changes:
            answer = self.ask("join", **self.words(name=(*answer["choices"], "Ann")[0], **changes))
        if answer["type"] == "joined":
            self.answer("class")
        return answer

    def words(self, **changes: Any) -> Message:
        """The fields of `join`."""
        of_role = {"teacher": ("secret", "kept"), "student": ("seat", "name", "task"), "screen": ("secret",)}
        known = {name: getattr(self.memory, name) for name in of_role[self.memory.role]}
        return {"version": VERSION, "role": self.memory.role, **known, **changes}

    def greet(self, link: str | None = None, **fields: Any) -> Message:
        """Say hello with all that the page knows of its network, and wait for the first frame; returns the welcome."""
        memory = self.memory
        back = {name: getattr(memory, name) for name in ("session", "checkpoint", "playing", "speed")}
        self.say("hello", version=VERSION, link=memory.link if link is None else link, **{**back, **fields})
        welcome = self.answer("welcome")
        self.until_frame()
        self._met = len(self.welcomes)
        return welcome

    def do(self, type_: str, **fields: Any) -> Message:
        """Send a command that must not be refused; returns the answer."""
        answer = self.ask(type_, **fields)
        assert answer["type"] != "error", answer
        return answer

    def refused(self, type_: str, **fields: Any) -> str:
        """Send a command that must be refused; returns the code of the error."""
        answer = self.ask(type_, **fields)
        assert answer["type"] == "error", answer
        return str(answer["code"])

    # --- waiting --------------------------------------------------------------------------------------------------

    def until_class(self, is_so: Callable[[Message], object]) -> Message:
        """Read until the class is as wanted, if it is not already; returns it."""
        while not (self.room and is_so(self.room)):
            self.read()
        return self.room

    def until_so(self, is_so: Callable[[], object]) -> None:
        """Read until something is so."""
        while not is_so():
            self.read()

    def until_watching(self, seat: int | None = None) -> Message:
        """Read until the page shows the network of a student, or of the teacher; returns the first frame of it."""
        self.until_so(lambda: self.welcome.get("watching", {}).get("seat", 0) == seat)
        self._met = len(self.welcomes)
        return self.settle(0)

    def until_own(self, resumed: str | None = "session") -> Message:
        """Read until the page shows its own network again, or another one; returns the first frame of it."""
        self.until_so(
            lambda: len(self.welcomes) > self._met and not self.is_watching and self.welcome["resumed"] == resumed
        )
        self._met = len(self.welcomes)
        return self.settle(0)

    def until_closed(self) -> int | None:
        """Read to the end; returns the close code."""
        try:
            while True:
                self.read()
        except ClosedError as error:
            return error.code

    def settle(self, epoch: int) -> Message:
        """Read until the page shows this epoch or a later one; returns the frame."""
        while not self.frame or self.frame["revision"] != self.config["revision"] or self.frame["epoch"] < epoch:
            self.read()
        return self.frame


def _task_of(room: Message) -> int:
    """The number of the task of a class, 0 for none."""
    return int(room["task"]["number"]) if room["task"] else 0


def start_class(port: int, **body: Any) -> tuple[int, Message]:
    """Ask a server for a class; returns the status and the answer, which has its `secret` and `code`."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", "/api/classes", json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


class Gathering:
    """A class on a server: makes its pages, and closes them all at the end."""

    def __init__(self, port: int, secret: str, code: str) -> None:
        self.port = port
        self.secret = secret
        self.code = code
        self.pages: list[ClassPage] = []

    @classmethod
    def start(cls, port: int, **body: Any) -> Self:
        """Start a class over HTTP."""
        status, answer = start_class(port, **body)
        assert status == 201, answer
        return cls(port, answer["secret"], answer["code"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave with all pages."""
        for page in self.pages:
            page.close()
        self.pages.clear()

    def end(self) -> None:
        """End the class, whatever has become of it, so that the next one under its code begins anew."""
        known = {(self.code, self.secret)}
        known |= {(page.memory.code, page.memory.secret or "") for page in self.pages if page.memory.role == "teacher"}
        self.close()
        for code, secret in known:
            with ClassPage(self.port, Memory("teacher", code, secret)) as teacher:
                if teacher.joined:
                    teacher.say("end_class")
                    teacher.until_closed()

    def page(self, memory: Memory, **options: Any) -> ClassPage:
        """A page with this memory that has joined."""
        page = ClassPage(self.port, memory, **options)
        self.pages.append(page)
        return page

    def teacher(self, link: str | None = SMALL, **settings: Any) -> ClassPage:
        """The teacher, with a network unless the link is None, and with settings of the class."""
        page = self.page(Memory("teacher", self.code, self.secret, link=link or ""))
        assert page.joined, page.errors
        if settings:
            page.do("set_class", changes=settings)
        if link is not None:
            page.greet()
        return page

    def student(self, name: str | None = None, link: str | None = SMALL) -> ClassPage:
        """A new student, with a network unless the link is None."""
        page = self.page(Memory.of_student(self.code, name, link or ""))
        assert page.joined, page.errors
        if link is not None:
            page.greet()
        return page

    def screen(self, teacher: ClassPage) -> ClassPage:
        """A screen."""
        return self.page(Memory("screen", self.code, teacher.joined["screen"]))
