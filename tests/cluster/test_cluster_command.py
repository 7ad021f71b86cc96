"""`playground sweep --cluster`: the same rows as on this machine, which goes on if the cluster is lost."""

import contextlib
import os
import signal
import socket
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.support.command import COMMAND, playground, started
from tests.support.dask import scheduler, worker
from tests.support.interrupts import interruptible
from tests.support.server import wait_until

pytestmark = pytest.mark.cluster

SWEEP = (
    *("sweep", "#dataset=spiral&seed=1&networkShape=8,8", "--vary", "learningRate=0.03|0.3"),
    *("--starts", "40", "--epochs", "300"),
)


@cache
def expected() -> str:
    """All rows, trained on this machine."""
    return playground(*SWEEP, "--json").said


def has_rows(file: Path) -> bool:
    return file.exists() and file.read_bytes().count(b"\n") >= 5


def test_local_cluster_writes_the_same_rows() -> None:
    # the port that a cluster of another user has; it may be taken already
    with socket.socket() as other:
        with contextlib.suppress(OSError):
            other.bind(("127.0.0.1", 8787))
            other.listen()
        result = started(*SWEEP, "--json", "--cluster", "local", "--jobs", "2")
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode() == expected()


def test_this_machine_replaces_a_lost_cluster(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    with scheduler(tmp_path) as (address, process), worker(address, tmp_path):
        command = [*COMMAND, *SWEEP, "--resume", str(file), "--cluster", address]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as sweep:
            wait_until(lambda: has_rows(file), "there are no rows")
            process.kill()
            assert sweep.stderr is not None
            _, notice = sweep.stderr.read().splitlines()
    assert sweep.returncode == 0
    assert notice.startswith("The cluster was lost: ")
    assert notice.endswith(". This machine goes on.")
    assert file.read_text() == expected()


def test_interrupted_cluster_says_how_to_go_on(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    command = [*COMMAND, *SWEEP, "--csv", str(file), "--cluster", "local", "--jobs", "1"]
    with interruptible():
        sweep = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, process_group=0)
    with sweep:
        wait_until(lambda: has_rows(file), "there are no rows")
        # as a terminal does, with the workers
        os.killpg(sweep.pid, signal.SIGINT)
        assert sweep.stderr is not None
        (sentence,) = sweep.stderr.read().splitlines()
    assert sweep.returncode == 130
    assert sentence.endswith(f"To go on, replace --csv by --resume {file}.")


def test_unreachable_cluster_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sweeps.cluster.CONNECT_WITHIN", 1.0)
    result = playground(*SWEEP, "--csv", str(tmp_path / "rows.csv"), "--cluster", "tcp://127.0.0.1:1")
    assert (result.code, result.said) == (2, "")
    assert "No Dask scheduler answers at tcp://127.0.0.1:1 within 1 seconds." in result.complained
    assert [*tmp_path.iterdir()] == []
