"""In a container: the first process there is, nobody's user, nothing to write to, no home, and little memory.

There need not be a container for that: namespaces, capabilities and limits are what one is made of. What the machine
does not let a test take away stays, and is printed.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import PATIENCE, Client
from tests.support.server import ROOT, ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.resilience]

MEMORY = 512 * 1024 * 1024
SESSIONS = 60
RESTARTS = 1012

SHELL = ["sh", "-ec", 'eval "$0"; exec "$@"']
NAMESPACES = ["unshare", "--pid", "--fork", "--mount", "--mount-proc"]
READ_ONLY = "mount -o remount,ro,bind /"
# the checkout and the interpreter may lie where only their owner looks; reading them is all that is left of root
NOBODY = shlex.split(
    "setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs"
    " --inh-caps -all,+dac_read_search --ambient-caps +dac_read_search"
)
LIMITED = ["prlimit", f"--data={MEMORY}"]


def is_possible(command: list[str]) -> bool:
    """Whether this machine lets us run something so."""
    if not shutil.which(command[0]):
        return False
    return subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0


@cache
def cage() -> list[str]:
    """What to put before a command so that it runs as in a container, as far as this machine allows."""
    first = [*NAMESPACES, *SHELL, READ_ONLY]
    steps = {
        "a process namespace and a read-only file system": first,
        "another user": NOBODY,
        "a limit of memory": LIMITED,
    }
    command: list[str] = []
    for name, step in steps.items():
        if is_possible([*command, *step]):
            command += step
        else:
            print(f"this machine does not allow {name}: not tried")
    return command


class Contained(ServerProcess):
    """A server in that cage, without a home, in a working directory that it cannot write to."""

    def __init__(self, **settings: Any) -> None:
        others = {name: None for name in os.environ if not name.startswith(("PLAYGROUND_", "PYTHON"))}
        super().__init__(
            command=[*cage(), sys.executable, "-m", "app.cli"],
            environment={**others, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            **settings,
        )

    @property
    def pid(self) -> int:
        """The server's process id outside: inside it may be 1."""
        outer = self.process.pid
        return int(Path(f"/proc/{outer}/task/{outer}/children").read_text()) if NAMESPACES[0] in cage() else outer


def status_of(pid: int, name: str) -> list[str]:
    """A line of /proc/PID/status, in words."""
    found = re.search(rf"^{name}:\s*(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return found[1].split()


def is_read_only(pid: int) -> bool:
    """Whether a process can write to no file."""
    mounts = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    return any(mount[4] == "/" and "ro" in mount[5].split(",") for mount in mounts)


def assert_contained(server: Contained) -> None:
    """Assert that every process is contained as far as this machine allows."""
    for pid in (server.pid, *server.workers):
        if NAMESPACES[0] in cage():
            assert is_read_only(pid)
        if NOBODY[0] in cage():
            assert set(status_of(pid, "Uid")) == {"10001"}
        assert b"HOME=" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert NAMESPACES[0] not in cage() or status_of(server.pid, "NSpid")[-1] == "1"


def train(port: int, number: int) -> Client:
    """Open a session of its own and see it train; returns the connection, which the session lives with."""
    peer = Client(port)
    peer.hello(f"#seed={number}&networkShape=8,8,8")
    # the slowest speed: what a session holds does not depend on it
    peer.ask("set_speed", speed="minibatch")
    peer.say("play")
    for _ in range(3):
        peer.answer("frame")
    return peer


def test_container_serves_a_class_and_stops() -> None:
    with Contained(workers=2) as server, ThreadPoolExecutor(SESSIONS) as threads:
        assert_contained(server)
        first, *others = threads.map(partial(train, server.port), range(SESSIONS))
        used = sum(server.rss().values()) * 1e6
        print(f"{SESSIONS} sessions train in {used / 2**20:.0f} MiB, shared memory counted in every process")
        assert used < MEMORY
        assert server.health()["sessions"] == SESSIONS
        for peer in others:
            peer.socket.close()
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 5
        assert first.close_code() == RESTARTS
        assert server.errors == ""


def test_image_starts_the_server_as_nobody() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001"]
    (command,) = [line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")]
    # a list: a shell in between would be the first process and hand no signal on
    assert json.loads(command)[0].endswith("/playground")


def test_image_listens_where_its_variables_say() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    variables = dict(pair.split("=") for line in re.findall(r"^ENV (.*)", text, re.MULTILINE) for pair in line.split())
    assert (variables["PLAYGROUND_HOST"], variables["PLAYGROUND_PORT"]) == ("0.0.0.0", "8000")  # noqa: S104
    (start,) = re.findall(r"^CMD (.*)", text, re.MULTILINE)
    (check,) = re.findall(r"^HEALTHCHECK .*CMD (.*)", text, re.MULTILINE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    playground = [sys.executable, "-m", "app.cli"]
    chosen = {"PLAYGROUND_PORT": str(port), "PLAYGROUND_HOST": "127.0.0.1", "PLAYGROUND_WORKERS": "0"}
    environment = {**os.environ, **variables, **chosen}
    ask = partial(
        subprocess.run,
        [*playground, *json.loads(check)[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    nobody = ask()
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert nobody.stderr.startswith(f"playground: no server answers on 127.0.0.1:{port}: ")
    server = subprocess.Popen(
        [*playground, *json.loads(start)[1:]], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
        answer = ask()
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, "ready\n", "")
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)
