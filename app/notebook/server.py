"""The server of a notebook: starts with the first frame, and ends with the kernel, even if that is killed.

The kernel holds one end of a pipe, whose other end is the standard input of the server, which stops when that ends.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from threading import Lock, Timer
from typing import IO, NamedTuple

from app.settings import Settings, variable_of
from numpy_playground import DEPENDENT_COMMAND, WORKERS_IN_JUPYTER

_START_WITHIN = 60.0
"""Seconds that a server may take to start: a machine that many share can be slow."""

_STOP_WITHIN = 10.0
"""Seconds after which a server that has been asked to stop is killed."""

_SHOWN_BY = (
    *(f"{scheme}://{host}:*" for scheme in ("http", "https") for host in ("localhost", "127.0.0.1")),
    "file:",
    "vscode-file:",
    "vscode-webview:",
)
"""The origins of notebooks on this machine."""

_OF_ONE_SERVER = ("port", "uds", "public_url")
"""Settings that two servers cannot share."""


class ServerError(RuntimeError):
    """The server cannot be started; its text says why."""


class _Server(NamedTuple):
    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]
    port: int

    def end(self) -> None:
        """Ask it to stop, and wait until it has."""
        with self.errors, self.process:  # which closes the pipes, and waits
            end = Timer(_STOP_WITHIN, self.process.kill)
            end.start()
            self.process.communicate()
            end.cancel()


_lock = Lock()
_running: list[_Server] = []
"""The server of this process, or none."""


def serving_port(hosts: Iterable[str] = ()) -> int:
    """The port of the server on the loopback interface. Starts it if it does not run. Raises ServerError.

    Besides those of this machine, it answers to the names `hosts`.
    """
    with _lock:
        if _running and _running[0].process.poll() is not None:
            _running.pop().end()
        if not _running:
            _running.append(_start(_environment(hosts)))
        return _running[0].port


def stop() -> None:
    """Stop the server of this notebook, if one runs; `show` starts it again. Its frames lose their connection."""
    with _lock:
        while _running:
            _running.pop().end()


def _environment(hosts: Iterable[str], inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a server: its settings are those of the kernel, as far as they are not about one server."""
    settings = Settings.from_environment(inherited)
    mine = {
        "host": "127.0.0.1",
        "allowed_hosts": ",".join((*settings.allowed_hosts, *hosts)),
        "frame_ancestors": ",".join((*settings.frame_ancestors, *_SHOWN_BY)),
    }
    kept = {name: value for name, value in inherited.items() if name not in map(variable_of, _OF_ONE_SERVER)}
    kept.setdefault(variable_of("workers"), WORKERS_IN_JUPYTER)
    return kept | {variable_of(name): value for name, value in mine.items()}


def _start(environment: Mapping[str, str]) -> _Server:
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*DEPENDENT_COMMAND, "--no-browser", "--port", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        # interrupting a cell interrupts all processes of the kernel's session
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    late = Timer(_START_WITHIN, process.kill)
    late.start()
    found = re.search(rb":(\d+)/", process.stdout.readline() if process.stdout else b"")
    late.cancel()
    server = _Server(process, errors, int(found[1]) if found else 0)
    if not found:
        code = process.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip() or f"Its process has ended with code {code}."
        server.end()
        raise ServerError(f"The playground cannot be started. {said}")
    return server


def _forget() -> None:
    """In a forked process, close the pipe, which would keep the server alive when the kernel has ended."""
    while _running:
        process = _running.pop().process
        if process.stdin:
            process.stdin.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
