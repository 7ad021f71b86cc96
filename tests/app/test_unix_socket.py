"""A server that listens on a unix socket, behind a proxy of its machine."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest

from app.cli.main import main
from app.settings import Settings
from app.web import server as serve
from tests.support.client import PATIENCE, Client
from tests.support.server import ROOT, wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no unix sockets"),
]


class Running:
    """`playground --uds PATH` as a process that is ready."""

    def __init__(self, path: Path, *arguments: str, **settings: str) -> None:
        self.path = path
        variables = {f"PLAYGROUND_{name.upper()}": value for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "--uds", str(path), "--no-browser", *arguments],
            cwd=ROOT,
            env={**os.environ, "PLAYGROUND_WORKERS": "0", "PYTHONUNBUFFERED": "1", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.said = self.process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Stop it; returns its exit code and everything written to standard error."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        return code, self.process.stderr.read() if self.process.stderr else ""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a socket can be; the system allows about 100 characters."""
    return tmp_path / "socket"


def refusal_of(path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says when it cannot start."""
    assert main(["--uds", str(path), "--no-browser", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.replace(str(path), "PATH")


def connections_of(path: Path) -> object:
    """How many connections `/healthz` counts besides the one that asks."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as asking:
        asking.settimeout(PATIENCE)
        asking.connect(str(path))
        asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = asking.makefile("rb").read()
    return json.loads(answer.partition(b"\r\n\r\n")[2])["connections"]


def test_server_trains_over_its_socket_and_removes_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Running(path, max_per_address="1") as server:
        assert server.said == f"NumPy Playground is running on the unix socket {path}  (press Ctrl+C to stop)\n"
        mode = path.stat().st_mode
        assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o660)
        # a proxy of this machine is believed, and each of its clients has its own connections
        headers = {"X-Forwarded-For": "203.0.113.5", "Host": "school.example", "Origin": "https://school.example"}
        with Client(path) as one, Client(path, headers={**headers, "Host": "teacher-pc"}) as refused:
            one.greet()
            assert one.train(3)["epoch"] >= 3
            assert refused.status_code == 403
            with Client(path, headers={"X-Forwarded-For": "203.0.113.5"}) as other:
                other.greet()
            with Client(path) as second:
                assert "1 connections are open from your address" in second.answer("error")["message"]
        # a proxy that drops the port, as nginx does
        with Client(path, headers={"Host": "teacher-pc", "Origin": "https://teacher-pc:8443"}) as page:
            assert page.status_code == 101
        for arguments in (["health", "--uds", str(path)], ["--uds", str(path), "health"]):
            assert main(arguments) == 0
        assert capsys.readouterr().out == "ready\nready\n"
        wait_until(lambda: connections_of(path) == 0, "connections are counted that have ended")
        assert refusal_of(path, capsys) == (
            "playground: PATH is in use by another program; choose another path with --uds\n"
        )
        assert server.stop()[0] == 0
    assert not path.exists()
    assert main(["health", "--uds", str(path)]) == 1
    assert capsys.readouterr().err == (
        f"playground: no server answers on {path}: [Errno 2] No such file or directory\n"
    )


@pytest.mark.resilience
def test_socket_of_a_killed_server_is_replaced(path: Path) -> None:
    with Running(path) as server:
        server.stop(signal.SIGKILL)
    assert path.is_socket()
    with Running(path) as server, Client(path) as client:
        client.greet()
        client.close()
        assert server.stop() == (0, "")
    assert not path.exists()


@pytest.mark.resilience
def test_socket_of_a_later_server_stays(path: Path) -> None:
    with Running(path) as old:
        path.unlink()
        with Running(path) as new:
            assert old.stop()[0] == 0
            with Client(path) as client:
                client.greet()
            assert new.stop()[0] == 0
    assert not path.exists()


def make_link(path: Path) -> None:
    path.symlink_to("/dev/null")


IN_THE_WAY = {"file": Path.touch, "folder": Path.mkdir, "pipe": os.mkfifo, "link": make_link}


@pytest.mark.parametrize("kind", IN_THE_WAY)
def test_other_files_are_left_alone(kind: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    IN_THE_WAY[kind](path)  # type: ignore[operator]
    before = path.lstat()
    assert refusal_of(path, capsys) == (
        "playground: cannot listen on PATH: a file is in the way; choose another path, or remove it\n"
    )
    assert path.lstat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("name", "why"), [("none/x", "No such file or directory"), ("x" * 200, "AF_UNIX path too long")]
)
def test_unusable_path_is_explained(name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal_of(tmp_path / name, capsys) == f"playground: cannot listen on PATH: {why}\n"


def test_socket_goes_before_port_of_the_environment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []

    def note(settings: Settings, **_: object) -> int:
        served.append(settings)
        return 0

    monkeypatch.setattr(serve, "serve", note)
    monkeypatch.setenv("PLAYGROUND_UDS", str(path))
    monkeypatch.setenv("PLAYGROUND_PORT", "9000")
    assert main(["--no-browser"]) == main(["--no-browser", "--port", "9001"]) == 0
    assert [(settings.uds, settings.port) for settings in served] == [(str(path), 9000), ("", 9001)]


@pytest.mark.parametrize("option", ["--host=127.0.0.1", "--port=8000"])
def test_socket_and_address_exclude_each_other(option: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "playground: --uds is used instead of --host and --port; give only one of them\n"
    assert refusal_of(path, capsys, option) == said


def test_class_on_a_socket_needs_a_public_url(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "--uds", str(path)]) == 2
    assert capsys.readouterr().err.startswith(
        "playground: students cannot open a unix socket: set PLAYGROUND_PUBLIC_URL"
    )


def test_system_without_unix_sockets_is_told(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    why = "this system has no unix sockets; use --host and --port"
    assert refusal_of(path, capsys) == f"playground: cannot listen on PATH: {why}\n"
    assert main(["health", "--uds", str(path)]) == 1
    assert capsys.readouterr().err == f"playground: no server answers on {path}: {why}\n"
