"""A server as a process of its own, which may be killed, stopped and looked into."""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]

PATIENCE = 30.0
"""Seconds after which a server that has not started, or has not ended, is given up."""


class ServerProcess:
    """The playground, started by `python -m app.cli`, or by `unsafe_server` if something is to be wrong with it.

    Settings are those of the environment, without the prefix and in small letters: `session_ttl=1`. `without` are the
    defenses that it lacks, `faults` what goes wrong in which sessions; see `unsafe_server`. `environment` are further
    variables, `descriptors` the files that each of its processes may open. With `start=False` it is not started yet.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        without: Iterable[str] = (),
        faults: Iterable[str] = (),
        environment: dict[str, str] | None = None,
        descriptors: int | None = None,
        start: bool = True,
        **settings: Any,
    ) -> None:
        self.port = port
        self._descriptors = descriptors
        self.process: subprocess.Popen[str] | None = None
        self._module = ["app.cli"]
        if wrong := [*without, *faults]:
            self._module = ["tests.faults.unsafe_server", ",".join(wrong)]
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `close`
        self._environment = {
            **os.environ,
            **{f"PLAYGROUND_{name.upper()}": str(value) for name, value in settings.items()},
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        if start:
            self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- its life -------------------------------------------------------------------------------------------------

    def start(self) -> float:
        """Start it, on the same port as before; returns the time (`time.monotonic`) when it said where it is."""
        command = [sys.executable, "-m", *self._module, "--no-browser", "--port", str(self.port)]
        if self._descriptors is not None:
            command = ["sh", "-c", 'ulimit -n "$0"; exec "$@"', str(self._descriptors), *command]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )
        self.port = self._read_port()
        return time.monotonic()

    def _read_port(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if selector.select(PATIENCE) else ""
        found = re.search(r":(\d+)/", line)
        if found is None:
            self.close()
            raise RuntimeError(f"the server did not start; it said {line!r}")
        return int(found[1])

    def kill(self) -> None:
        """Kill it with SIGKILL and wait until it has gone. Its engine processes notice by themselves."""
        self._end(signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and wait until it has; returns its exit code. Raises TimeoutExpired."""
        return self._end(number)

    def _end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def close(self) -> None:
        """Make sure that nothing of it is left."""
        if self.process is not None:
            # it is the leader of a group of its own, of which its engine processes are, too
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)
            if self.process.stdout:
                self.process.stdout.close()
        self._errors.close()

    # --- what it is like ------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The process id of the front."""
        assert self.process is not None
        return self.process.pid

    @property
    def workers(self) -> list[int]:
        """The process ids of the engine processes, oldest first."""
        return [pid for pid in self._children() if not _reads_tables(pid)]

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def health(self) -> dict[str, Any]:
        """What it says of itself."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", "/healthz")
            health: dict[str, Any] = json.load(connection.getresponse())
            return health

    def until(self, name: str, value: object) -> None:
        """Wait until it says this of something. Raises AssertionError if it never does."""
        self._wait(lambda: self.health()[name] == value, f"{name} has not become {value}")

    def until_spare(self, workers: int) -> None:
        """Wait until a process stands by, besides so many that have work."""
        self._wait(lambda: len(self.workers) > workers, "no process stands by")

    def until_gone(self, pid: int) -> None:
        """Wait until an engine process has ended."""
        self._wait(lambda: pid not in self.workers, f"process {pid} has not ended")

    def until_said(self, text: str) -> None:
        """Wait until it has written something to standard error."""
        self._wait(lambda: text in self.errors, f"it has not said {text!r}")

    def _wait(self, is_so: Callable[[], bool], complaint: str) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, complaint
            time.sleep(0.1)

    def rss(self) -> dict[int, float]:
        """Resident memory by process id, front first, in MB (10⁶ bytes)."""
        return {pid: _resident(pid) for pid in (self.pid, *self._children())}

    def rss_for_tables(self) -> float:
        """Resident memory of the processes that have to do with tables, in MB."""
        return sum(_resident(pid) for pid in (self.pid, *filter(_reads_tables, self._children())))

    def descriptors(self) -> dict[int, int]:
        """Open file descriptors by process id, front first."""
        return {pid: len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (self.pid, *self._children())}

    def limit(self, name: str) -> tuple[str, str]:
        """What the system allows the front, softly and at most, by the name that Linux has for it."""
        limits = Path(f"/proc/{self.pid}/limits").read_text()
        soft, hard = limits.partition(name)[2].split()[:2]
        return soft, hard

    @staticmethod
    def processor_seconds(pid: int) -> float:
        """Processor time that one of its processes has used so far."""
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def errors(self) -> str:
        """What has been written to standard error so far."""
        return os.pread(self._errors.fileno(), 2**24, 0).decode(errors="replace")


def _reads_tables(pid: int) -> bool:
    """Whether a process is the one in which tables are read."""
    with contextlib.suppress(FileNotFoundError):
        return b"app.workers.reader" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
