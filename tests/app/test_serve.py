"""Starting and stopping the server as a user does."""

import signal
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from app.settings import Settings
from app.web import server as serve
from tests.support.client import PATIENCE
from tests.support.server import ROOT, ServerProcess

pytestmark = pytest.mark.server


@pytest.mark.parametrize("workers", [0, 1])
def test_server_prints_its_address_and_stops_quietly(workers: int) -> None:
    with ServerProcess(workers=workers) as server:
        assert server.said == f"NumPy Playground is running at {server.address}  (press Ctrl+C to stop)\n"
        assert server.process.stdout
        server.process.send_signal(signal.SIGINT)
        assert server.process.stdout.read() == ""
        assert server.process.wait(PATIENCE) == 0
        assert server.errors == ""


def test_taken_port_is_explained_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "app.cli", "--no-browser", "--port", str(port)]
        server = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert server.returncode == 2
    assert server.stdout == ""
    assert server.stderr == (
        f"playground: 127.0.0.1:{port} is in use by another program; choose another port with --port\n"
    )


def test_foreign_address_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.serve(Settings(host="192.0.2.1", port=0), open_browser=False) == 2
    assert capsys.readouterr().err.startswith("playground: cannot listen on 192.0.2.1:0: ")


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])  # noqa: S104
def test_printed_url_opens_in_a_browser(host: str, address: str) -> None:
    with serve.listen(replace(Settings(), host=host, port=0)) as listener:
        assert serve.address_of(listener) == f"http://{address}:{listener.getsockname()[1]}/"


def test_connections_have_small_buffers_and_timeouts() -> None:
    with serve.listen(Settings(port=0)) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 256 * 1024
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 15_000
