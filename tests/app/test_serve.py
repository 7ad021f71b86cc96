"""Starting and stopping the server as a user does."""

import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import Settings
from app.web import server as serve

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.server


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app.cli", "--no-browser", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_it_says_where_it_is_and_ends_quietly_with_ctrl_c(workers: str) -> None:
    server = start("--port", "0", "--workers", workers)
    assert server.stdout
    line = server.stdout.readline()
    assert line.startswith("NumPy Playground is running at http://127.0.0.1:")
    assert line.endswith("/  (Ctrl+C stops it)\n")
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=20)
    assert (out, err) == ("", "")
    assert server.returncode == 0


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start("--port", str(port))
        out, err = server.communicate(timeout=20)
    assert server.returncode == 2
    assert out == ""
    assert err == f"playground: 127.0.0.1:{port} is taken by another program; choose another port with --port\n"


def test_an_address_that_is_not_of_this_machine_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.serve(Settings(host="192.0.2.1", port=0), open_browser=False) == 2
    assert capsys.readouterr().err.startswith("playground: cannot listen on 192.0.2.1:0: ")


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])  # noqa: S104
def test_the_address_is_one_that_a_browser_can_open(host: str, address: str) -> None:
    with serve.listen(replace(Settings(), host=host, port=0)) as listener:
        assert serve.address_of(listener) == f"http://{address}:{listener.getsockname()[1]}/"


def test_connections_have_small_buffers_and_die_when_nothing_is_taken() -> None:
    with serve.listen(Settings(port=0)) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 256 * 1024
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 15_000
