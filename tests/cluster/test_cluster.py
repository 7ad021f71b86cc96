"""A Dask cluster gives the same rows as this machine, whatever happens to its workers; `make cluster` runs this."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from app.sweeps import cluster as clusters
from app.sweeps.cancel import is_canceled
from app.sweeps.cluster import Cluster, ClusterError, ClusterLostError
from app.sweeps.executors import cluster, results
from app.sweeps.sweep import Sweep
from tests.support.dask import address_of_worker, scheduler, worker
from tests.support.server import ROOT, wait_until
from tests.support.tasks import (
    DIGITS,
    SMALL,
    OnceKilled,
    expected,
    kill_process,
    process_of,
    run_or_return,
    run_until_canceled,
    squared,
    trained_by,
)

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def workers() -> Iterator[Cluster]:
    """Two worker processes on this machine."""
    with cluster("local", 2) as executor:
        yield executor


@pytest.mark.parametrize("sweep", [SMALL, DIGITS], ids=["points", "pictures"])
def test_cluster_gives_the_same_rows(workers: Cluster, sweep: Sweep) -> None:
    assert trained_by(workers, sweep=sweep) == expected(sweep)


def test_rows_survive_a_killed_worker(workers: Cluster, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert trained_by(workers, OnceKilled(tmp_path / "killed")) == expected()
    assert (tmp_path / "killed").exists()
    assert capfd.readouterr() == ("", "")


def test_worker_errors_are_raised_here(workers: Cluster) -> None:
    with pytest.raises(ValueError, match="-1 is negative"):
        list(results(workers, squared, [-1], 4))


def test_equal_tasks_are_carried_out_twice(workers: Cluster) -> None:
    assert list(results(workers, squared, [3, 3], 4)) == [9, 9]


def test_task_that_kills_workers_is_given_up(workers: Cluster) -> None:
    with pytest.raises(ClusterLostError, match="several workers ended"):
        list(results(workers, kill_process, [0], 4))


def test_canceled_tasks_end_on_their_workers(workers: Cluster, tmp_path: Path) -> None:
    markers = [tmp_path / str(number) for number in range(workers.jobs)]
    with closing(results(workers, run_or_return, [None, *markers], 1 + len(markers))) as batches:
        assert next(batches) is None
        for marker in markers:
            wait_until(marker.exists, "a task has not begun")
    assert workers.submit(squared, 3, is_canceled).result() == 9


def test_lost_scheduler_fails_all_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CONNECT_WITHIN", 1.0)
    with scheduler(tmp_path) as (address, process), worker(address, tmp_path), cluster(address, 1) as executor:
        running = began(executor, tmp_path / "began")
        process.kill()
        with pytest.raises(ClusterLostError, match="scheduler"):
            running.result()
        with pytest.raises(ClusterLostError, match="lost"):
            list(results(executor, squared, [1], 4))


def test_cluster_without_workers_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "ALONE_FOR", 1.0)
    with scheduler(tmp_path) as (address, _), worker(address, tmp_path) as process, cluster(address, 1) as executor:
        running = began(executor, tmp_path / "began")
        process.kill()
        with pytest.raises(ClusterLostError, match="no worker for 1 seconds"):
            running.result()


def began(executor: Cluster, marker: Path) -> "Future[None]":
    """A task that never ends."""
    future = executor.submit(run_until_canceled, marker, is_canceled)
    wait_until(marker.exists, "the task has not begun")
    return future


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler whose workers tests start themselves."""
    with scheduler(tmp_path_factory.mktemp("scheduler")) as (address, _):
        yield address


def test_scheduler_without_workers_is_refused(empty: str) -> None:
    with pytest.raises(ClusterError, match=f"^{empty} has no workers. Start some with: dask worker {empty}"):
        cluster(empty, 1)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with another version of the playground."""
    folder = tmp_path_factory.mktemp("copied")
    for name in ("app", "engine", "numpy_playground.py"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    with (folder / "engine/plan.py").open("a") as plan:
        plan.write("# changed\n")
    return folder


def test_worker_of_other_version_is_refused(empty: str, copied: Path, tmp_path: Path) -> None:
    with (
        worker(empty, tmp_path, PYTHONPATH=str(copied)),
        pytest.raises(ClusterError, match=r"has NumPy Playground .* Install the same version there and here\."),
    ):
        cluster(empty, 1)


def test_workers_that_join_late_get_tasks(empty: str, tmp_path: Path) -> None:
    with worker(empty, tmp_path), cluster(empty, 1) as executor, worker(empty, tmp_path):
        wait_until(lambda: executor.jobs == 2, "the second worker is not known")
        processes = results(executor, process_of, range(40), lambda: 2 * executor.jobs)
        assert len(set(processes)) == 2


def test_late_worker_of_other_version_is_noticed(empty: str, copied: Path, tmp_path: Path) -> None:
    with worker(empty, tmp_path), cluster(empty, 1) as executor, worker(empty, tmp_path, PYTHONPATH=str(copied)):
        wait_until(lambda: executor.jobs == 2, "the second worker is not known")
        with pytest.raises(ClusterLostError, match="a worker has NumPy Playground"):
            list(results(executor, process_of, range(40), 8))


def test_worker_without_our_modules_is_refused(empty: str, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").touch()
    with worker(empty, tmp_path, PYTHONPATH=str(tmp_path)):
        with pytest.raises(ClusterError, match=r"cannot import NumPy Playground: .*'app\.sweeps'"):
            cluster(empty, 1)
        with pytest.raises(ClusterError, match="is a Dask worker; give the address of its scheduler"):
            cluster(address_of_worker(empty), 1)


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:x", "http://127.0.0.1:80", "tls://127.0.0.1:1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ClusterError, match=f"^{address} is not the address of a Dask scheduler"):
        cluster(address, 1)


def test_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CONNECT_WITHIN", 1.0)
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (1, silent.getsockname()[1]):
            with pytest.raises(ClusterError, match=f"No Dask scheduler answers at tcp://127.0.0.1:{port} within"):
                cluster(f"tcp://127.0.0.1:{port}", 1)
