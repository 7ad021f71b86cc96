"""Schedulers and workers of Dask as processes, which can be killed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import wait_until


@contextmanager
def dask(what: str, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of Dask, `scheduler` or `worker`, which is killed in the end."""
    command = [sys.executable, "-P", "-m", f"distributed.cli.dask_{what}", *arguments, "--no-dashboard"]
    variables = {**os.environ, **environment}
    with subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a scheduler without workers, and its process."""
    file = folder / "scheduler.json"
    with dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)) as process:
        wait_until(lambda: file.exists() and bool(file.read_text()), "the scheduler has not started")
        yield json.loads(file.read_text())["address"], process


@contextmanager
def worker(address: str, folder: Path, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker, which the scheduler knows."""
    options = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
    with dask("worker", address, *options, **environment) as process:
        wait_until(lambda: has_worker(address), "the worker has not started")
        yield process


def has_worker(address: str) -> bool:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return bool(client.nthreads())


def address_of_worker(address: str) -> str:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        (found,) = client.nthreads()
    return str(found)
