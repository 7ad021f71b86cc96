"""Executors: processes of this machine carry out tasks, whatever happens to them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.settings import Settings
from app.sweeps.cancel import is_canceled, tell
from app.sweeps.executors import local, results
from app.sweeps.pool import Processes
from app.sweeps.sweep import Sweep
from tests.support.server import ROOT, wait_until
from tests.support.tasks import (
    DIGITS,
    SMALL,
    OnceKilled,
    allocated,
    expected,
    kill_process,
    run_or_return,
    run_until_canceled,
    squared,
    tell_until_canceled,
    trained_by,
)

pytestmark = pytest.mark.sweeps


@pytest.fixture(scope="module")
def pool() -> Iterator[Processes]:
    with local(2) as executor:
        yield executor


def began(pool: Processes, marker: Path) -> "Future[None]":
    """A task that runs until it is canceled."""
    future = pool.submit(run_until_canceled, marker, is_canceled)
    wait_until(marker.exists, "the task has not begun")
    return future


@pytest.mark.parametrize("sweep", [SMALL, DIGITS], ids=["points", "pictures"])
def test_processes_give_the_same_rows(pool: Processes, sweep: Sweep) -> None:
    assert trained_by(pool, sweep=sweep) == expected(sweep)


def test_every_result_comes_once(pool: Processes) -> None:
    assert sorted(results(pool, squared, range(50), 3)) == [number**2 for number in range(50)]


def test_few_tasks_wait_at_a_time(pool: Processes) -> None:
    taken: list[int] = []
    numbers = (taken.append(number) or number for number in range(30))  # type: ignore[func-returns-value]
    for received, _ in enumerate(results(pool, squared, numbers, 4), 1):
        assert len(taken) <= received - 1 + 4
    assert len(taken) == 30


def test_no_tasks_have_no_results(pool: Processes) -> None:
    assert list(results(pool, squared, (), 4)) == []


def test_errors_of_tasks_are_raised_here(pool: Processes) -> None:
    with pytest.raises(ValueError, match="-1 is negative") as error:
        list(results(pool, squared, [-1], 4))
    assert "tests/support/tasks.py" in error.value.__notes__[0]
    assert pool.submit(squared, 3, is_canceled).result() == 9


def test_what_cannot_be_sent_is_said(pool: Processes) -> None:
    with pytest.raises(TypeError, match="cannot be sent"):
        pool.submit(open, os.devnull).result()


def test_task_of_killed_process_is_repeated(tmp_path: Path) -> None:
    with local(2) as executor:
        assert trained_by(executor, OnceKilled(tmp_path / "killed")) == expected()
    assert (tmp_path / "killed").exists()


def test_deadly_task_is_given_up_alone(pool: Processes, tmp_path: Path) -> None:
    innocent = began(pool, tmp_path / "began")
    with pytest.raises(BrokenExecutor, match=r"ended 3 times .* \(exit code -9\)"):
        list(results(pool, kill_process, [0], 4))
    assert not innocent.done()
    innocent.cancel()
    assert innocent.exception() is None


def test_running_task_ends_when_canceled(tmp_path: Path) -> None:
    with local(1) as executor:
        future = began(executor, tmp_path / "began")
        process = (tmp_path / "began").read_text()
        assert not future.cancel()
        assert future.result() is None
        # its process goes on with the next task
        assert str(executor.submit(os.getpid).result()) == process


def test_future_knows_share_of_its_task(pool: Processes, tmp_path: Path) -> None:
    future: Any = pool.submit(tell_until_canceled, is_canceled, tell)
    wait_until(lambda: future.share == 0.25, "nothing was told")
    future.cancel()
    assert future.result() is None


def test_canceled_task_is_not_repeated(tmp_path: Path) -> None:
    with local(1) as executor:
        future = began(executor, tmp_path / "began")
        process = int((tmp_path / "began").read_text())
        os.kill(process, signal.SIGSTOP)
        future.cancel()
        os.kill(process, signal.SIGKILL)
        with pytest.raises(CancelledError):
            future.result()


def test_closing_results_cancels_what_is_left(tmp_path: Path) -> None:
    running, waiting = tmp_path / "running", tmp_path / "waiting"
    with local(1) as executor, closing(results(executor, run_or_return, [None, running, waiting], 3)) as batches:
        assert next(batches) is None
        wait_until(running.exists, "the second task has not begun")
    assert not waiting.exists()


def test_shutdown_can_cancel_waiting_tasks(tmp_path: Path) -> None:
    executor = local(1)
    running = began(executor, tmp_path / "began")
    waiting = executor.submit(squared, 2, is_canceled)
    executor.shutdown(wait=False, cancel_futures=True)
    running.cancel()
    executor.shutdown()
    assert waiting.cancelled()
    with pytest.raises(RuntimeError, match="shutdown"):
        executor.submit(squared, 2, is_canceled)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other priorities")
def test_processes_leave_time_to_all_others(pool: Processes) -> None:
    assert pool.submit(os.sched_getscheduler, 0).result() == os.SCHED_IDLE


def test_signals_are_left_to_the_parent(pool: Processes, tmp_path: Path) -> None:
    future = began(pool, tmp_path / "began")
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(int((tmp_path / "began").read_text()), number)
    assert pool.submit(squared, 3, is_canceled).result() == 9
    assert not future.done()
    future.cancel()
    assert future.exception() is None


def test_memory_of_processes_is_limited() -> None:
    with local(1, Settings(worker_memory=256)) as executor:
        assert executor.submit(allocated, 10).result() == 10_000_000
        with pytest.raises(MemoryError):
            executor.submit(allocated, 300).result()
        assert executor.submit(allocated, 10).result() == 10_000_000


def test_secrets_are_kept_from_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_TEACHER_KEY", "a secret")
    with local(1, Settings(teacher_key="a secret")) as executor:
        assert executor.submit(os.getenv, "PLAYGROUND_TEACHER_KEY").result() == ""


def test_processes_end_when_their_parent_dies(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from app.sweeps.cancel import is_canceled\n"
        "from app.sweeps.executors import local\n"
        "from tests.support.tasks import run_until_canceled\n"
        "local(1).submit(run_until_canceled, Path(sys.argv[1]), is_canceled).result()\n"
    )
    marker = tmp_path / "began"
    with subprocess.Popen([sys.executable, "-c", program, str(marker)], cwd=ROOT) as parent:
        wait_until(marker.exists, "the task has not begun")
        parent.kill()
    process = int(marker.read_text())
    wait_until(lambda: not psutil.pid_exists(process), "the process has outlived its parent")
