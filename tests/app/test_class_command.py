"""`playground class`, as a teacher starts it."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import pytest
import segno

from app.classroom.codes import code_of, is_genuine
from app.cli.classroom import invitation, qr_lines
from app.cli.main import main
from tests.support.client import PATIENCE
from tests.support.server import ROOT

KEY = "chalk & board"
PAGE = re.compile(r"http://127\.0\.0\.1:(\d+)/teach#([\w-]{43})")


class Running:
    """The command as a process, whose output is read until a line that contains `last`."""

    def __init__(self, *arguments: str, last: str, environment: Mapping[str, str | None] | None = None) -> None:
        variables = {**os.environ, "PLAYGROUND_WORKERS": "0", "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "class", *arguments],
            cwd=ROOT,
            env={name: value for name, value in variables.items() if value is not None},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdout
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if last in line:
                break
        self.said = "".join(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> tuple[int, str]:
        """Press Ctrl+C; returns the exit code and everything written to standard error."""
        self._process.send_signal(signal.SIGINT)
        _, errors = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, errors


@pytest.mark.server
def test_teacher_gets_address_code_and_page() -> None:
    environment = {"PLAYGROUND_TEACHER_KEY": KEY}
    with Running("--no-browser", "--port", "0", last="/teach#", environment=environment) as running:
        found = PAGE.search(running.said)
        assert found
        port, secret = found.groups()
        code = code_of(secret)
        assert is_genuine(secret, KEY)
        assert f"type        {code[:3]} {code[3:]}\n" in running.said
        assert re.search(rf"Students open   (\S+):{port}/join\n", running.said)
        assert f"accept connections to port {port}." in running.said
        with socket.create_connection(("127.0.0.1", int(port)), PATIENCE):
            pass
        ended, errors = running.stop()
        assert ended == 0
        assert secret not in errors
        assert running.said.count(secret) == 1
        assert KEY not in running.said + errors


@pytest.mark.server
@pytest.mark.classes
def test_page_opens_in_browser_and_is_not_printed(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    os.mkfifo(opened)
    browser = tmp_path / "browser.py"
    browser.write_text(f"import sys\nopen({str(opened)!r}, 'w').write(sys.argv[1])\n", "utf-8")
    environment = {"BROWSER": f"{sys.executable} {browser} %s"}
    with Running("--port", "0", last="opens in your browser", environment=environment) as running:
        found = PAGE.fullmatch(opened.read_text("utf-8"))
        assert found
        assert found[2] not in running.said
        assert running.stop()[0] == 0


@pytest.mark.server
@pytest.mark.classes
def test_page_is_printed_where_no_browser_opens() -> None:
    environment = {"PATH": "/none", "BROWSER": None, "DISPLAY": None, "WAYLAND_DISPLAY": None}
    with Running("--port", "0", last="/teach#", environment=environment) as running:
        assert "No browser could be opened. Open http://127.0.0.1:" in running.said


@pytest.mark.server
@pytest.mark.classes
def test_another_port_replaces_a_taken_one() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104
        port = taken.getsockname()[1]
        with Running("--no-browser", last="/teach#", environment={"PLAYGROUND_PORT": str(port)}) as running:
            found = PAGE.search(running.said)
            assert found
            assert int(found[1]) != port
        result = subprocess.run(
            [sys.executable, "-m", "app.cli", "class", "--no-browser", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"playground: 0.0.0.0:{port} is in use by another program; choose another port with --port\n"
    )


@pytest.mark.server
@pytest.mark.classes
def test_given_host_is_the_only_one() -> None:
    with Running("--no-browser", "--host", "127.0.0.1", "--port", "0", last="/teach#") as running:
        assert re.search(r"Students open   127\.0\.0\.1:\d+/join", running.said)
        assert "Only machines that reach 127.0.0.1 can join." in running.said


PUBLIC = "https://school.example/playground/"


@pytest.mark.server
@pytest.mark.classes
def test_students_and_teacher_open_the_public_url(tmp_path: Path) -> None:
    places = {"socket": ["--uds", str(tmp_path / "socket")], "port": ["--port", "0"]}
    for place, arguments in places.items():
        environment = {"PLAYGROUND_PUBLIC_URL": PUBLIC}
        with Running("--no-browser", *arguments, last="/teach#", environment=environment) as running:
            found = re.search(rf"Open the teacher's page: {PUBLIC}teach#([\w-]{{43}})\n", running.said)
            assert found, place
            assert "Students open   school.example/playground/join\n" in running.said
            assert f"This works once your proxy serves {PUBLIC} from this server.\n" in running.said
            code = "\n".join(qr_lines(f"{PUBLIC}class/{code_of(found[1])}", io.StringIO()))
            assert code in running.said


@pytest.mark.server
@pytest.mark.classes
def test_public_url_fixes_the_port() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "app.cli", "class", "--no-browser"],
            cwd=ROOT,
            env={**os.environ, "PLAYGROUND_PORT": str(port), "PLAYGROUND_PUBLIC_URL": PUBLIC},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (result.returncode, result.stdout) == (2, "")
    assert f"0.0.0.0:{port} is in use by another program" in result.stderr


def test_switched_off_classes_are_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYGROUND_CLASSES", "false")
    assert main(["class", "--no-browser"]) == 2
    said = "playground: PLAYGROUND_CLASSES is false, so there can be no class; remove it, or set it to true\n"
    assert capsys.readouterr().err == said


class Console(io.StringIO):
    """A console of an encoding."""

    def __init__(self, encoding: str, *, is_terminal: bool) -> None:
        super().__init__()
        self._encoding, self._is_terminal = encoding, is_terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._is_terminal


TEXT = "http://192.168.1.20:8000/class/K3F7PQ"
BLOCKS = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}
"""The upper and the lower module that a character shows; light is drawn."""


def matrix(border: int = 2) -> list[list[int]]:
    return [[int(bool(module)) for module in row] for row in segno.make(TEXT, error="m").matrix_iter(border=border)]


def test_terminal_shows_two_modules_in_a_character() -> None:
    lines = qr_lines(TEXT, Console("utf-8", is_terminal=True))
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in lines)
    pairs = [[BLOCKS[letter] for letter in line[len("\x1b[97;40m") : -len("\x1b[0m")]] for line in lines]
    rows = [[pair[half] for pair in line] for line in pairs for half in (0, 1)]
    assert rows[: len(matrix())] == matrix()


@pytest.mark.parametrize(("encoding", "is_terminal"), [("ascii", True), ("latin-1", True), ("utf-8", False)])
def test_other_consoles_show_letters(encoding: str, is_terminal: bool) -> None:
    lines = qr_lines(TEXT, Console(encoding, is_terminal=is_terminal))
    dark = "  " if is_terminal else "##"
    assert [[int(line[x : x + 2] == dark) for x in range(0, len(line), 2)] for line in lines] == matrix()
    assert set("".join(lines)) == {" ", "#"}


def test_invitation_leads_to_the_class() -> None:
    console = Console("ascii", is_terminal=False)
    lines = list(invitation("http://192.168.1.20:8000", "K3F7PQ", console))
    assert lines[:2] == ["Students open   192.168.1.20:8000/join", "and type        K3F 7PQ"]
    assert "\n".join(qr_lines(TEXT, console)) in "\n".join(lines)
