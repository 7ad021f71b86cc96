"""A real kernel that runs cells of a notebook, and what its front end shows of them."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import psutil

from tests.conftest import SWITCH
from tests.support.client import PATIENCE

WAIT = 1000 * PATIENCE
"""Milliseconds to wait for what a browser shows."""


class Kernel:
    """A kernel of the environment that the tests run in; `folder` is that of its notebook."""

    def __init__(self, folder: Path) -> None:
        from jupyter_client.manager import KernelManager

        self._folder = folder
        self._manager: Any = KernelManager()

    def __enter__(self) -> Self:
        # this process has set it for itself
        environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
        self._manager.start_kernel(cwd=str(self._folder), env=environment)
        self._process = psutil.Process(self._manager.provisioner.pid)
        return self

    def __exit__(self, *_: object) -> None:
        with SWITCH.off():
            self._manager.shutdown_kernel(now=True)
            self._manager.cleanup_resources()

    def run(self, *sources: str) -> list[list[dict[str, Any]]]:
        """Run cells as a front end does; returns the outputs of each."""
        from nbclient import NotebookClient
        from nbformat.v4 import new_code_cell, new_notebook

        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        with SWITCH.off():
            client = NotebookClient(
                notebook, timeout=PATIENCE, km=self._manager, resources={"metadata": {"path": str(self._folder)}}
            )
            try:
                client.execute()
            finally:
                client.kc.stop_channels()
        return [cell.outputs for cell in notebook.cells]

    def interrupt(self) -> None:
        """Interrupt it, as the button of a notebook does."""
        with SWITCH.off():
            self._manager.interrupt_kernel()

    def end(self) -> None:
        """Let it end by itself, as when its notebook is closed."""
        with SWITCH.off():
            self._manager.shutdown_kernel()

    def kill(self) -> None:
        """Kill it, and nothing else."""
        self._process.send_signal(signal.SIGKILL)

    def processes(self) -> list[psutil.Process]:
        """Those that it has started, and theirs."""
        return self._process.children(recursive=True)


def assert_gone(processes: list[psutil.Process]) -> None:
    """Wait until processes have ended."""
    assert len(processes) > 0
    _, alive = psutil.wait_procs(processes, PATIENCE)
    assert alive == []


@contextmanager
def front_end(content: str) -> Iterator[str]:
    """A page of another origin on this machine that shows the output of a cell; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f'<!doctype html><html lang="en"><title>Notebook</title><main><h1>Notebook</h1>{content}</main>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with contextlib.ExitStack() as ends:
            ends.callback(thread.join)
            ends.callback(server.shutdown)
            yield f"http://localhost:{server.server_address[1]}/"
