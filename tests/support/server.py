"""The real server, for tests: as a process, which can be killed and inspected, or in a thread, which starts faster."""

import contextlib
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from app.settings import Settings
from app.web import server as web
from tests.support.client import PATIENCE, SMALL, Client

if TYPE_CHECKING:
    from app.rooms.rooms import Rooms
    from app.workers.pool import WorkerPool

ROOT = Path(__file__).parents[2]


class _Running:
    """A server that listens on a port of the loopback interface."""

    port: int

    @property
    def address(self) -> str:
        """The URL of the page."""
        return f"http://127.0.0.1:{self.port}/"

    def connect(self, **options: Any) -> Client:
        """A connection that has said nothing yet."""
        return Client(self.port, **options)

    def open(self, link: str = SMALL, **hello: Any) -> Client:
        """A connection that has greeted the server and has its first frame."""
        client = self.connect()
        client.greet(link, **hello)
        return client

    def fetch(
        self, path: str, method: str = "GET", content: str | None = None, **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """The status, headers and content of the answer to a request; `If_None_Match` is the header If-None-Match."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, content, named)
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def health(self) -> dict[str, Any]:
        """What `/healthz` says."""
        health: dict[str, Any] = json.loads(self.fetch("/healthz")[2])
        return health

    def until(self, name: str, value: object) -> None:
        """Wait until `/healthz` says this. Raises AssertionError if it never does."""
        wait_until(lambda: self.health()[name] == value, f"{name} has not become {value}")


def wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    """Wait until something is so. Raises AssertionError with the complaint if it is not so in time."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, complaint
        time.sleep(0.02)


class ServerThread(_Running):
    """The application under uvicorn in a thread of this process, for as long as the context lasts.

    Keyword arguments are `Settings`; by default sessions are trained in this process, too (`workers=0`).
    """

    def __init__(self, **settings: Any) -> None:
        chosen = Settings(**{"port": 0, "workers": 0, **settings})
        self._listener = web.listen(chosen)
        self.port = self._listener.getsockname()[1]
        config = web.configure(chosen)
        app: Any = config.app
        self.rooms: Rooms = app.state.rooms
        self.workers: WorkerPool = app.state.workers
        self._ready = threading.Event()
        self._server = _Announcing(config, self._ready, self.workers)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event, workers: "WorkerPool") -> None:
        super().__init__(config)
        self._ready = ready
        self._workers = workers

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._workers.until_ready()
        self._ready.set()


class ServerProcess(_Running):
    """The playground as a process of its own.

    `without` names safeguards to remove and `faults` what goes wrong in which sessions; both run `unsafe_server` in
    place of `app.cli`, or of another `command`, which is run in the folder `cwd`. `environment` holds further variables
    (None removes one), `descriptors` the number of files that each process may open. Other keyword arguments are
    settings, as in the environment: `session_ttl=1` is `PLAYGROUND_SESSION_TTL=1`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        without: Iterable[str] = (),
        faults: Iterable[str] = (),
        command: Sequence[str | Path] = (sys.executable, "-m", "app.cli"),
        cwd: Path = ROOT,
        environment: Mapping[str, str | None] | None = None,
        descriptors: int | None = None,
        **settings: Any,
    ) -> None:
        self.port = port
        self.said = ""
        """The line that announces its address."""
        self._command = list(map(str, command))
        if wrong := [*without, *faults]:
            self._command = [sys.executable, "-m", "tests.faults.unsafe_server", ",".join(wrong)]
        self._cwd = cwd
        self._descriptors = descriptors
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `close`
        variables = {
            **os.environ,
            **{f"PLAYGROUND_{name.upper()}": str(value) for name, value in settings.items()},
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        self._environment = {name: value for name, value in variables.items() if value is not None}
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- its life -------------------------------------------------------------------------------------------------

    def start(self) -> float:
        """Start it, on the same port as before; returns the time (`time.monotonic`) when it told its address."""
        command = [*self._command, "--no-browser", "--port", str(self.port)]
        if self._descriptors is not None:
            command = ["sh", "-c", 'ulimit -n "$0"; exec "$@"', str(self._descriptors), *command]
        self.process = subprocess.Popen(
            command,
            cwd=self._cwd,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )
        self.port = self._read_port()
        return time.monotonic()

    def _read_port(self) -> int:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            self.said = self.process.stdout.readline() if selector.select(PATIENCE) else ""
        found = re.search(r":(\d+)/", self.said)
        if found is None:
            said, errors = self.said, self.errors
            self.close()
            raise RuntimeError(f"the server did not start; it said {said!r} and {errors!r}")
        return int(found[1])

    def kill(self) -> None:
        """Kill it with SIGKILL and wait until it has gone. Its engine processes notice by themselves."""
        self.stop(signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM, within: float = PATIENCE) -> int:
        """Ask it to stop and wait until it has; returns its exit code. Raises TimeoutExpired after so many seconds."""
        os.kill(self.pid, number)
        code = self.process.wait(within)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def close(self) -> None:
        """Make sure that nothing of it is left."""
        # it leads a process group of its own, in which its engine processes are, too
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        self._errors.close()

    # --- what it is like ------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The process ID of the front process."""
        return self.process.pid

    @property
    def workers(self) -> list[int]:
        """The process IDs of the engine processes, oldest first."""
        return [pid for pid in self._children() if not (_runs(pid, "app.workers.reader") or _runs(pid, _OF_SWEEPS))]

    @property
    def of_sweeps(self) -> list[int]:
        """The process IDs of those that train many starts."""
        return [pid for pid in self._children() if _runs(pid, _OF_SWEEPS)]

    def _children(self) -> list[int]:
        # each thread has its own
        return [int(pid) for file in Path(f"/proc/{self.pid}/task").glob("*/children") for pid in _read(file).split()]

    def until_spare(self, workers: int) -> None:
        """Wait until a process stands by, besides so many that have work."""
        wait_until(lambda: len(self.workers) > workers, "no process stands by")

    def until_gone(self, pid: int) -> None:
        """Wait until an engine process has ended."""
        wait_until(lambda: pid not in self.workers, f"process {pid} has not ended")

    def until_said(self, text: str) -> None:
        """Wait until it has written something to standard error."""
        wait_until(lambda: text in self.errors, f"it has not said {text!r}")

    def rss(self) -> dict[int, float]:
        """Resident memory by process ID, front process first, in MB (10⁶ bytes)."""
        return {pid: _resident(pid) for pid in (self.pid, *self._children())}

    def rss_for_tables(self) -> float:
        """Resident memory of the processes that handle tables, in MB."""
        return sum(
            _resident(pid) for pid in (self.pid, *(pid for pid in self._children() if _runs(pid, "app.workers.reader")))
        )

    def descriptors(self) -> dict[int, int]:
        """Open file descriptors by process ID, front process first."""
        return {pid: len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (self.pid, *self._children())}

    def limit(self, name: str) -> tuple[str, str]:
        """The soft and the hard limit of the front process, by the name that Linux gives it."""
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


_OF_SWEEPS = "app.sweeps.process"


def _runs(pid: int, module: str) -> bool:
    """Whether a process is one that runs a module."""
    with contextlib.suppress(FileNotFoundError):
        return module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _read(file: Path) -> str:
    """The text of a file of the system; "" if what it is about has gone."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
