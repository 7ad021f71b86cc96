"""A class for tests in a real browser: its teacher and other students are clients that only a test commands."""

import json
import secrets
from contextlib import ExitStack, suppress
from threading import Thread
from typing import Any

from playwright.sync_api import Page

from app.protocol.version import VERSION
from tests.support.client import SMALL, Client
from tests.support.server import ServerProcess, wait_until


class Class:
    """A class with a teacher. `said` are the types of the messages that the teacher has received, in order."""

    def __init__(self, server: ServerProcess, link: str = SMALL) -> None:
        self.server = server
        started = json.loads(server.fetch("/api/classes", "POST", "{}")[2])
        self.code: str = started["code"]
        self.said: list[str] = []
        self.newest: dict[str, dict[str, Any]] = {}
        """The newest message of each type that the teacher has received."""
        self.secret: str = started["secret"]
        self._open = ExitStack()
        self.teacher = self.come_back(link)

    def come_back(self, link: str = SMALL) -> Client:
        """Connect the teacher's page, in place of one before."""
        teacher = self._connect()
        teacher.say("join", version=VERSION, role="teacher", secret=self.secret, id=1)
        self.screen: str = teacher.answer("joined")["screen"]
        teacher.greet(link)
        Thread(target=self._drain, args=[teacher, self._note], daemon=True).start()
        self.teacher = teacher
        return teacher

    def _connect(self) -> Client:
        return self._open.enter_context(Client(self.server.port, path=f"/ws/{self.code}"))

    def _note(self, message: dict[str, Any]) -> None:
        self.newest[message["type"]] = message
        self.said.append(message["type"])

    @staticmethod
    def _drain(client: Client, note: Any = lambda _: None) -> None:
        """Read, note and acknowledge everything that comes."""
        with suppress(OSError, ValueError):
            while True:
                note(client.read())

    @property
    def address(self) -> str:
        """What a student opens."""
        return f"{self.server.address}class/{self.code}"

    def add_student(self, name: str | None = None, link: str = SMALL) -> Client:
        """Let one more student join, who takes the first name that is offered."""
        student, seat = self._connect(), secrets.token_urlsafe(16)
        student.say("join", version=VERSION, role="student", seat=seat)
        name = name or student.answer("door")["choices"][0]
        student.say("join", version=VERSION, role="student", seat=seat, name=name)
        student.answer("joined")
        student.greet(link)
        Thread(target=self._drain, args=[student], daemon=True).start()
        return student

    def keep_snapshots(self, *notes: str) -> None:
        """Let the teacher keep so many snapshots."""
        for note in notes:
            before = self.said.count("snapshot")
            self.teacher.say("keep_snapshot", note=note)
            wait_until(lambda before=before: self.said.count("snapshot") > before, "no snapshot was kept")  # type: ignore[misc]

    def open_screen(self, page: Page) -> None:
        """Open the screen in a page."""
        page.goto(f"{self.server.address}screen#{self.screen}.{self.code}")

    def close(self) -> None:
        """End the class."""
        with suppress(OSError):
            self.teacher.say("end_class")
        self._open.close()
