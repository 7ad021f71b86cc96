"""What `/healthz` says while a server starts, works, suffers and stops, and `playground health` with it."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable
from typing import Self

import psutil
import pytest

from app.cli.main import main
from app.settings import Settings
from app.web import server as web
from app.workers import pool
from app.workers.pool import WorkerPool
from app.workers.worker import InlineWorker, ProcessWorker, Receive
from tests.support.client import PATIENCE
from tests.support.server import ServerProcess, ServerThread, wait_until

pytestmark = pytest.mark.server


def asked(server: ServerThread | ServerProcess) -> tuple[int, str]:
    """The status code of `/healthz`, and the status that it names."""
    status, _, content = server.fetch("/healthz")
    return status, json.loads(content)["status"]


def commanded(server: ServerThread | ServerProcess, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of `playground health`, and what it prints."""
    capsys.readouterr()
    code = main(["--port", str(server.port), "health"])
    return code, capsys.readouterr().out


class Pool:
    """A pool of engine processes for as long as the context lasts."""

    def __init__(self, workers: int) -> None:
        self.workers = WorkerPool(Settings(workers=workers, hang_after=1))

    async def __aenter__(self) -> Self:
        await self.workers.start(lambda envelope: None, lambda index, session: None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.workers.stop()

    async def until(self, is_so: Callable[[WorkerPool], object]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE):
            while not is_so(self.workers):  # noqa: ASYNC110 - there is nothing that could be waited for
                await asyncio.sleep(0.02)

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that have work, without the one that stands by."""
        return [psutil.Process(pid) for pid in self.workers.processes]


@pytest.mark.parametrize("workers", [0, 1])
def test_server_is_ready_once_announced(workers: int, capsys: pytest.CaptureFixture[str]) -> None:
    with ServerThread(workers=workers) as server:
        assert asked(server) == (200, "ready")
        assert commanded(server, capsys) == (0, "ready\n")


def test_server_without_processes_is_starting() -> None:
    async def scenario() -> None:
        async with Pool(2) as stage:
            assert stage.workers.state == "starting"
            await stage.workers.until_ready()
            assert stage.workers.state == "ready"

    asyncio.run(scenario())


@pytest.mark.resilience
def test_all_processes_dead_is_degraded(monkeypatch: pytest.MonkeyPatch) -> None:
    start = ProcessWorker.start
    refused = OSError("no more processes")

    async def refuse(settings: Settings, receive: Receive) -> ProcessWorker:
        raise refused

    monkeypatch.setattr(pool, "FIRST_DELAY", 0.001)

    async def scenario() -> None:
        async with Pool(2) as stage:
            await stage.workers.until_ready()
            await stage.until(lambda workers: len(workers._processes) == 3)
            monkeypatch.setattr(ProcessWorker, "start", refuse)
            for process in list(stage.workers._processes):
                process.kill()
            await stage.until(lambda workers: workers.state == "degraded" and workers.working == 0)
            failures = stage.workers.failed_starts
            # it tries again and again, and stays degraded
            await stage.until(lambda workers: workers.failed_starts > failures + 2)
            assert stage.workers.state == "degraded"
            monkeypatch.setattr(ProcessWorker, "start", start)
            await stage.until(lambda workers: workers.state == "ready" and workers.working == 2)

    asyncio.run(scenario())


@pytest.mark.resilience
def test_process_that_hangs_is_degraded_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even while it cannot be killed, as when it waits for a disk."""
    monkeypatch.setattr(ProcessWorker, "kill", lambda worker: None)

    async def scenario() -> None:
        async with Pool(2) as stage:
            await stage.workers.until_ready()
            hanging, other = stage.processes
            hanging.send_signal(signal.SIGSTOP)
            try:
                await stage.until(lambda workers: workers.state == "degraded")
                assert (stage.workers.working, other.is_running()) == (1, True)
            finally:
                hanging.send_signal(signal.SIGCONT)
            await stage.until(lambda workers: workers.state == "ready")
            assert stage.workers.restarts == 0

    asyncio.run(scenario())


def test_ended_scheduler_in_the_server_is_degraded() -> None:
    async def scenario() -> None:
        async with Pool(0) as stage:
            assert stage.workers.state == "ready"
            (worker,) = stage.workers._workers
            assert isinstance(worker, InlineWorker)
            await worker.stop()
            assert stage.workers.state == "degraded"

    asyncio.run(scenario())


def test_degraded_server_answers_503(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with ServerThread(metrics=True) as server:
        monkeypatch.setattr(WorkerPool, "state", "degraded")
        assert asked(server) == (503, "degraded")
        assert commanded(server, capsys) == (1, "degraded\n")
        assert b"playground_ready 0.0" in server.fetch("/metrics")[2]


def test_draining_server_is_stopping(capsys: pytest.CaptureFixture[str]) -> None:
    with ServerThread() as server:
        server.rooms.is_closing = True
        assert asked(server) == (503, "stopping")
        assert commanded(server, capsys) == (1, "stopping\n")


@pytest.mark.resilience
def test_stopping_server_goes_on_until_its_delay_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with ServerProcess(workers=1, stop_delay=600) as server, server.open() as player:
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: asked(server) == (503, "stopping"), "it does not say that it stops")
        assert commanded(server, capsys) == (1, "stopping\n")
        # those who have not heard of it are served
        player.train(3)
        with server.open() as newcomer:
            newcomer.train(3)
        assert server.stop(signal.SIGTERM) == 0
        assert server.errors == ""


@pytest.mark.resilience
def test_delay_ends_with_last_states_and_closed_port() -> None:
    with ServerProcess(workers=1, stop_delay=1) as server, server.open() as player:
        player.train(3)
        assert server.stop(signal.SIGTERM) == 0
        assert player.close_code() == 1012
        assert player.frame["epoch"] == 3
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))


def test_signal_is_told_before_anything_else_happens() -> None:
    config = web.configure(Settings(port=0, workers=0))
    state = config.app.state  # type: ignore[union-attr]
    server = web._Server(config, lambda: None, web._Parts(state.rooms, state.workers, state.health), 0)
    assert state.health.status == "starting"
    server.handle_exit(signal.SIGTERM, None)
    assert state.health.status == "stopping"
