"""A real Jupyter server as a process, below a path as that of a JupyterHub, with the proxy and JupyterLab."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import psutil

from tests.support.client import PATIENCE, Client
from tests.support.server import wait_until

PREFIX = "/user/ann/"
TOKEN = "a-token-of-tests"  # noqa: S105 - it opens only the server of the tests
HUB = "hub.school.example"
"""The name under which a proxy in front of it is reached."""


class Jupyter:
    """JupyterLab on a port of the loopback interface; `folder` holds all that it writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        options = {
            "ServerApp.base_url": PREFIX,
            "ServerApp.allow_root": True,
            # a hub sets it, since it checks the name itself
            "ServerApp.allow_remote_access": True,
            "ServerApp.root_dir": self._folder,
            "ServerApp.port": 18_000,
            "ServerApp.port_retries": 500,
            "IdentityProvider.token": TOKEN,
            "LabApp.news_url": "",
        }
        folders = {f"JUPYTER_{name}_DIR": str(self._folder / name) for name in ("RUNTIME", "CONFIG", "DATA")}
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                *(f"--{key}={value}" for key, value in options.items()),
            ],
            cwd=self._folder,
            env={**os.environ, **folders, "PLAYGROUND_PING_INTERVAL": "1"},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        wait_until(self._is_announced, "Jupyter has not started")
        self.port: int = json.loads(self.info.read_text())["port"]
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            processes = psutil.Process(self.pid).children(recursive=True)
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self.kill()
        self._log.close()

    def kill(self) -> None:
        """Kill it, and nothing else."""
        self._process.kill()
        self._process.wait(PATIENCE)

    def _is_announced(self) -> bool:
        assert self._process.poll() is None, os.pread(self._log.fileno(), 2**20, 0).decode()
        return self.info.exists() and self.fetch("api/status")[0] == 200

    @property
    def pid(self) -> int:
        """Its process ID."""
        return self._process.pid

    @property
    def runtime(self) -> Path:
        """Where it says that it runs."""
        return self._folder / "RUNTIME"

    @property
    def info(self) -> Path:
        """What it says about itself."""
        return self.runtime / f"jpserver-{self.pid}.json"

    @property
    def address(self) -> str:
        """The address of everything that it serves."""
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    def fetch(self, path: str) -> tuple[int, str, bytes]:
        """The status, the media type and the content of an answer to its user."""
        port = json.loads(self.info.read_text())["port"]
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            try:
                connection.request("GET", f"{PREFIX}{path}", headers={"Authorization": f"token {TOKEN}"})
            except ConnectionRefusedError:
                return 0, "", b""
            response = connection.getresponse()
            return response.status, response.headers["Content-Type"] or "", response.read()

    def connect(self, path: str, **headers: str) -> Client:
        """A connection of a page that browsers reach under the name of the hub."""
        given = {"Host": HUB, "Origin": f"https://{HUB}", "Authorization": f"token {TOKEN}", **headers}
        return Client(self.port, headers=given, path=f"{PREFIX}{path}")

    def write_notebook(self, name: str, source: str) -> None:
        """Write a notebook with one cell."""
        from nbformat import write
        from nbformat.v4 import new_code_cell, new_notebook

        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        write(new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel}), self._folder / name)

    def launched(self) -> psutil.Process:
        """The playground that it has started."""
        (found,) = (child for child in psutil.Process(self.pid).children() if "--uds" in child.cmdline())
        return found

    def kill_launched(self) -> None:
        """Kill the playground that it has started."""
        self.launched().send_signal(signal.SIGKILL)


def servers_of(jupyter: Jupyter) -> list[dict[str, Any]]:
    """What its launcher offers."""
    offered: list[dict[str, Any]] = json.loads(jupyter.fetch("server-proxy/servers-info")[2])["server_processes"]
    return offered
