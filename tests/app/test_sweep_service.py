"""The service that trains many starts: whose turn it is, when nobody reads, and what becomes of processes."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.link.sweep import parse_axes
from app.protocol.starts import Progress
from app.settings import Settings
from app.sweeps.rows import Start
from app.sweeps.sweep import Sweep
from app.sweeps.task import Task
from app.training.pictures import SIDE
from app.training.seeds import config_of
from app.workers.running_sweep import PERIOD
from app.workers.sweeps import Sweeps
from engine import Config, Trainer
from tests.support.client import Client, Message
from tests.support.server import ServerProcess, wait_until
from tests.support.virtual import VirtualLoop

AXES = parse_axes("learningRate:0.1|0.2|0.3|0.4|0.5|0.6|0.7|0.8")
LONG = Sweep(Config(seed="1"), AXES, starts=8, epochs=10_000)
"""A task for each cell, by estimate."""

SHORT = Sweep(Config(seed="2"), starts=2, epochs=1)
"""A single task."""


def row(index: int) -> Start:
    """A row as if it had been trained."""
    numbers = (0.1, None, 0.2, 1.0, 1.0)
    return Start(index, "1", str(index + 1), 0, 1, *numbers, None, None, None, np.zeros(2, np.float32), None)


class Desk(Executor):
    """An executor whose tasks lie there until the test says that they have been carried out. Nothing is trained."""

    def __init__(self) -> None:
        self.lying: list[tuple[Future[list[Start]], Task]] = []
        self.is_shut = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        """Put a task there."""
        self.lying.append((Future(), args[0]))
        return self.lying[-1][0]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Note it."""
        self.is_shut = True

    @property
    def sweeps(self) -> list[Sweep]:
        """The sweeps of the tasks that lie there."""
        return [task.sweep for _, task in self.lying]

    def carry_out(self, error: Exception | None = None) -> Task:
        """Carry out the first task, or let it fail."""
        future, task = self.lying.pop(0)
        if future.set_running_or_notify_cancel():
            if error:
                future.set_exception(error)
            else:
                future.set_result([row(index) for index in task.rows])
        return task


class Page:
    """Hears what becomes of a sweep."""

    def __init__(self) -> None:
        self.is_ready = True
        self.heard: list[Progress] = []

    def receive(self, progress: Progress) -> None:
        """Note it."""
        self.heard.append(progress)

    @property
    def indices(self) -> list[int]:
        """The starts that have come, in order."""
        return sorted(start.index for progress in self.heard for start in progress.finished)

    @property
    def ended(self) -> str | None:
        """Why no more will come."""
        return self.heard[-1].ended


async def carry_out_until_ended(desk: Desk, *pages: Page) -> None:
    """Have everything carried out until some pages have heard that there is no more."""
    async with asyncio.timeout(1000):
        while not all(page.ended for page in pages):
            if desk.lying:
                desk.carry_out()
            await asyncio.sleep(0.001)


async def until(is_so: Callable[[], object]) -> None:
    """Let the event loop work until something is so."""
    async with asyncio.timeout(1000):
        while not is_so():  # noqa: ASYNC110 - it may be about anything
            await asyncio.sleep(0.001)


def run(test: Callable[[Sweeps, Desk], Awaitable[None]], **options: Any) -> None:
    """Run a test with a service that has one process, which is a desk, by a virtual clock."""

    async def main() -> None:
        desk = Desk()
        sweeps = Sweeps(options.pop("settings", Settings()), processes=1, open_local=lambda *_: desk, **options)
        try:
            await test(sweeps, desk)
        finally:
            await sweeps.stop()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())


# --- turns --------------------------------------------------------------------------------------------------------


def test_sweeps_take_turns() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        pages, wanted = [Page() for _ in range(3)], [replace(LONG, config=Config(seed=seed)) for seed in "abc"]
        for sweep, page in zip(wanted, pages, strict=True):
            sweeps.start(sweep, page)
        await until(lambda: len(desk.lying) == 2)
        seen = []
        while not all(page.ended for page in pages):
            if desk.lying:
                seen.append(desk.carry_out().sweep.config.seed)
                await asyncio.sleep(0)
            # no process has more than two tasks
            assert len(desk.lying) <= 2
            await asyncio.sleep(0.001)
        counts = [seen[: len(seen) // 2].count(seed) for seed in "abc"]
        assert max(counts) - min(counts) <= 1, seen
        assert [page.indices for page in pages] == [list(range(64))] * 3

    run(test)


def test_sweeps_of_a_class_share_its_turns() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        pages, wanted = [Page() for _ in range(4)], [replace(LONG, config=Config(seed=seed)) for seed in "abcd"]
        for sweep, page in zip(wanted, pages, strict=True):
            sweeps.start(sweep, page, owner=None if sweep is wanted[0] else "class")
        await until(lambda: len(desk.lying) == 2)
        seen = []
        while not pages[0].ended:
            if desk.lying:
                seen.append(desk.carry_out().sweep.config.seed)
            await asyncio.sleep(0.001)
        # until the one that has no class had all of its turns
        counts = [seen[: 2 * seen.count("a")].count(seed) for seed in "abcd"]
        assert abs(counts[0] - sum(counts[1:])) <= 2, seen
        assert max(counts[1:]) - min(counts[1:]) <= 1, seen
        await carry_out_until_ended(desk, *pages)

    run(test)


def test_held_sweep_gets_no_turn() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        held, other = Page(), Page()
        first = sweeps.start(LONG, held)
        first.hold(held=True)
        another = SHORT
        sweeps.start(another, other)
        await until(lambda: desk.lying)
        while desk.lying:
            assert desk.carry_out().sweep is another
            await asyncio.sleep(0)
        await until(lambda: other.ended)
        assert held.indices == []
        first.hold(held=False)
        await until(lambda: len(desk.lying) == 2)
        assert desk.sweeps[0] is LONG
        # what has begun is begun again
        first.hold(held=True)
        assert not any(future.set_running_or_notify_cancel() for future, _ in desk.lying)
        desk.lying.clear()
        heard = len(held.heard)
        await asyncio.sleep(2 * PERIOD)
        assert len(held.heard) == heard
        first.hold(held=False)
        await carry_out_until_ended(desk, held)
        assert held.indices == list(range(64))

    run(test)


def test_sweeps_count_as_running_or_waiting() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        pages = [Page() for _ in range(3)]
        running = [sweeps.start(LONG, page) for page in pages]
        await until(lambda: len(desk.lying) == 2)
        assert (sweeps.running, sweeps.waiting) == (2, 1)
        running[0].hold(held=True)
        running[1].hold(held=True)
        await until(lambda: sweeps.running == 1)
        assert sweeps.waiting == 2
        for sweep in running:
            sweep.end("canceled")
        assert (sweeps.running, sweeps.waiting) == (0, 0)

    run(test)


def test_only_rows_that_are_asked_for_are_trained() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page = Page()
        sweeps.start(LONG, page, (3, 60, 5))
        await until(lambda: desk.lying)
        await carry_out_until_ended(desk, page)
        assert (page.indices, page.heard[-1].share) == ([3, 5, 60], 1.0)

    run(test)


# --- what is heard ------------------------------------------------------------------------------------------------


def test_sweep_is_told_of_at_once_and_rarely() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page = Page()
        clock = asyncio.get_running_loop().time
        began = clock()
        sweeps.start(LONG, page)
        assert [(progress.share, progress.ended) for progress in page.heard] == [(0.0, None)]
        await until(lambda: desk.lying)
        await carry_out_until_ended(desk, page)
        assert page.ended == "done"
        assert len(page.heard) <= 2 + (clock() - began) / PERIOD
        assert page.heard[-1].seconds_left == 0

    run(test)


def test_sweep_waits_for_page_that_reads_slowly() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page = Page()
        page.is_ready = False
        sweeps.start(replace(LONG, starts=50), page)
        await until(lambda: desk.lying)
        trained = 0
        while desk.lying:
            trained += len(desk.carry_out().rows)
            await asyncio.sleep(0.01)
        assert 200 <= trained < 400
        assert len(page.heard) == 1
        page.is_ready = True
        await carry_out_until_ended(desk, page)
        assert page.indices == list(range(400))
        assert max(len(progress.finished) for progress in page.heard) == 100

    run(test)


# --- how it ends --------------------------------------------------------------------------------------------------


def test_canceled_sweep_ends_with_what_is_done() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page = Page()
        running = sweeps.start(LONG, page)
        await until(lambda: len(desk.lying) == 2)
        rows = desk.carry_out().rows
        await until(lambda: len(desk.lying) == 2)
        running.end("canceled")
        assert (page.ended, page.indices) == ("canceled", sorted(rows))
        assert not any(future.set_running_or_notify_cancel() for future, _ in desk.lying)
        heard = len(page.heard)
        running.end("changed")
        await asyncio.sleep(2 * PERIOD)
        assert len(page.heard) == heard

    run(test)


def test_sweep_that_nobody_wants_ends_without_word() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page, other = Page(), Page()
        sweeps.start(LONG, page).end()
        sweeps.start(SHORT, other)
        await until(lambda: desk.lying)
        await carry_out_until_ended(desk, other)
        assert len(page.heard) == 1

    run(test)


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (BrokenExecutor("three times"), "A process crashed several times while it trained these starts."),
        (ValueError("a fault"), "An internal server error ended these starts."),
        (MemoryError(), "An internal server error ended these starts."),
    ],
)
def test_sweep_that_cannot_be_trained_fails_alone(
    error: Exception, notice: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page, other = Page(), Page()
        sweeps.start(LONG, page)
        await until(lambda: len(desk.lying) == 2)
        sweeps.start(SHORT, other)
        desk.carry_out(error)
        await until(lambda: page.ended)
        assert (page.ended, page.heard[-1].notice) == ("failed", notice)
        await carry_out_until_ended(desk, other)
        assert other.ended == "done"

    with caplog.at_level(logging.WARNING):
        run(test)
    assert "a sweep failed" in caplog.text


def test_sweep_fails_where_no_process_is_possible(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*_: object) -> Executor:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        page = Page()
        sweeps = Sweeps(Settings(), open_local=refuse)
        sweeps.start(SHORT, page)
        await until(lambda: page.ended)
        assert (page.ended, page.heard[-1].notice) == ("failed", "An internal server error ended these starts.")
        await sweeps.stop()

    asyncio.run(main())
    assert "can't start new thread" in caplog.text


def test_processes_end_without_work() -> None:
    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page = Page()
        sweeps.warm_up()
        await until(lambda: desk.lying)
        desk.carry_out()
        await until(lambda: desk.is_shut)
        desk.is_shut = False
        sweeps.start(SHORT, page)
        await until(lambda: desk.lying)
        await carry_out_until_ended(desk, page)
        await until(lambda: desk.is_shut)

    run(test, kept_for=0.01)


# --- clusters -----------------------------------------------------------------------------------------------------

CLUSTER = Settings(cluster="tcp://127.0.0.1:1")


def test_unreachable_cluster_is_replaced_with_notice(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(address: str, _: int) -> Executor:
        raise OSError(f"nobody listens at {address}")

    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page = Page()
        sweeps.start(SHORT, page)
        await until(lambda: desk.lying)
        await carry_out_until_ended(desk, page)
        assert (page.ended, page.indices) == ("done", [0, 1])
        assert page.heard[-1].notice == "The cluster cannot be reached; this machine trains the starts."

    with caplog.at_level(logging.WARNING):
        run(test, settings=CLUSTER, open_cluster=refuse)
    assert "the cluster at tcp://127.0.0.1:1 is not used: nobody listens at tcp://127.0.0.1:1" in caplog.text


def test_cluster_is_tried_again_after_a_minute() -> None:
    far = Desk()
    tried: list[str] = []

    def connect(address: str, _: int) -> Executor:
        tried.append(address)
        if len(tried) == 1:
            raise OSError("not yet")
        return far

    async def test(sweeps: Sweeps, desk: Desk) -> None:
        pages = [Page() for _ in range(3)]
        for page, wait in zip(pages, (0, 30, 31), strict=True):
            await asyncio.sleep(wait)
            sweeps.start(SHORT, page)
            await until(lambda: desk.lying or far.lying)
            assert bool(far.lying) == (page is pages[2])
            await carry_out_until_ended(far if far.lying else desk, page)
        assert len(tried) == 2
        assert [page.heard[-1].notice is None for page in pages] == [False, False, True]

    run(test, settings=CLUSTER, open_cluster=connect)


def test_lost_cluster_is_replaced_and_nothing_lost(caplog: pytest.LogCaptureFixture) -> None:
    far = Desk()

    async def test(sweeps: Sweeps, desk: Desk) -> None:
        page, other = Page(), Page()
        sweeps.start(LONG, page)
        sweeps.start(replace(LONG, config=Config(seed="2")), other)
        await until(lambda: len(far.lying) == 2)
        far.carry_out()
        await until(lambda: len(far.lying) == 2)
        assert not desk.lying
        far.carry_out(BrokenExecutor("the scheduler has gone"))
        await carry_out_until_ended(desk, page, other)
        assert (page.indices, other.indices) == (list(range(64)), list(range(64)))
        assert {page.heard[-1].notice, other.heard[-1].notice} == {"The cluster was lost; this machine goes on."}
        assert far.is_shut
        # what the cluster returns now is of no use
        far.carry_out()

    with caplog.at_level(logging.WARNING):
        run(test, settings=CLUSTER, open_cluster=lambda *_: far)
    assert "is not used: the scheduler has gone" in caplog.text


# --- with a server ------------------------------------------------------------------------------------------------

LINK = "#seed=0.7&dataset=gauss&networkShape=3"


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with ServerProcess(workers=1) as running:
        yield running


def rest_of(client: Client) -> list[Message]:
    """All that a page hears about its starts, until they have ended."""
    heard = [client.answer("starts")]
    while not heard[-1]["ended"]:
        heard.append(client.answer("starts"))
    return heard


def starts_in(heard: list[Message]) -> dict[int, Message]:
    """The starts in messages, by index."""
    return {start["index"]: start for message in heard for start in message["starts"]}


def alone(config: Config, epochs: int) -> Trainer:
    trainer = Trainer(config)
    while trainer.epoch < epochs and not trainer.has_ended:
        trainer.run_epoch()
    return trainer


@pytest.mark.server
@pytest.mark.sweeps
def test_page_gets_all_starts_as_single_runs(server: ServerProcess) -> None:
    with server.open(LINK) as client:
        begun = client.ask("try_starts", count=30, epochs=5, vary="weights")
        assert (begun["type"], begun["total"], begun["count"], begun["starts"]) == ("starts", 30, 30, [])
        heard = rest_of(client)
        assert heard[-1]["ended"] == "done"
        found = starts_in(heard)
        assert sorted(found) == list(range(30))
        config = Config(seed="0.7", dataset="gauss", hidden_layer_sizes=(3,))
        for index in (0, 17, 29):
            trainer = alone(config_of(config, "weights", index), 5)
            assert found[index]["test_loss"] == pytest.approx(trainer.test_loss, rel=1e-9)
            assert found[index]["weight_seed"] == f"start{index + 1}"
        for message in filter(lambda message: message["starts"], heard):
            assert message["arrays"]["surfaces"].shape == (len(message["starts"]), SIDE, SIDE)
            assert message["arrays"]["losses"].shape == (len(message["starts"]), 6)


@pytest.mark.server
@pytest.mark.sweeps
def test_page_gets_sweep_that_ends_at_goal(server: ServerProcess) -> None:
    with server.open(f"{LINK}&goalTestLoss=0.2") as client:
        client.ask("try_starts", count=4, epochs=50, sweep="learningRate:0.00001|0.3", until_goal=True)
        heard = rest_of(client)
        assert [axis["texts"] for axis in heard[-1]["axes"]] == [["0.00001", "0.3"]]
        found = starts_in(heard)
        assert sorted(found) == list(range(8))
        # the first four have the small learning rate
        assert [found[index]["epoch"] for index in range(4)] == [50] * 4
        for index in range(4, 8):
            assert found[index]["reached"] == found[index]["epoch"] < 50


@pytest.mark.server
@pytest.mark.sweeps
def test_refusals_of_sweeps_reach_page(server: ServerProcess) -> None:
    with server.open(f"{LINK}&noise_lock=true") as client:
        for text, field in (("learningRat:1|2", "sweep"), ("noise:0|5", "noise"), ("batchSize:1..100:100", "sweep")):
            error = client.ask("try_starts", count=400, epochs=5, sweep=text)
            assert (error["type"], error["field"]) == ("error", field)


@pytest.mark.server
@pytest.mark.sweeps
def test_new_starts_replace_old_and_cancel_stops(server: ServerProcess) -> None:
    with server.open(LINK) as client:
        client.ask("try_starts", count=400, epochs=2000)
        begun = client.ask("try_starts", count=300, epochs=2000)
        client.say("cancel_starts")
        heard = [begun, *rest_of(client)]
        assert {message["total"] for message in heard} == {300}
        assert heard[-1]["ended"] == "canceled"
        assert client.ask("pause")["type"] == "status"


@pytest.mark.server
@pytest.mark.sweeps
def test_changed_experiment_ends_starts_of_page(server: ServerProcess) -> None:
    with server.open(LINK) as client:
        client.ask("try_starts", count=400, epochs=2000)
        client.say("configure", changes={"learning_rate": 0.1})
        assert rest_of(client)[-1]["ended"] == "changed"


@pytest.mark.server
@pytest.mark.sweeps
def test_nothing_is_trained_for_page_that_left(server: ServerProcess) -> None:
    samples: list[float] = []

    def rests() -> bool:
        """Whether the processes have used no time since ten samples ago."""
        samples.append(sum(map(server.processor_seconds, server.of_sweeps)))
        return samples[-1] == samples[max(0, len(samples) - 10)] and len(samples) > 10

    with server.open(LINK) as client:
        client.ask("try_starts", count=400, epochs=5000)
        client.until(lambda message: message["type"] == "starts" and message["share"] > 0)
    wait_until(rests, "its starts are still trained")


@pytest.mark.server
@pytest.mark.sweeps
def test_idle_server_has_no_process_for_sweeps() -> None:
    with ServerProcess(workers=1) as server, server.open(LINK) as client:
        assert server.of_sweeps == []
        client.ask("estimate_starts")
        wait_until(lambda: len(server.of_sweeps) > 0, "no process was started")
        (pid, *_) = server.of_sweeps
        server.stop()
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "a process was left")


@pytest.mark.server
@pytest.mark.sweeps
def test_killed_process_is_replaced_and_rows_come(server: ServerProcess) -> None:
    with server.open(LINK) as client:
        client.ask("try_starts", count=100, epochs=200)
        wait_until(lambda: len(server.of_sweeps) > 0, "no process was started")
        (pid, *_) = server.of_sweeps
        os.kill(pid, signal.SIGKILL)
        heard = rest_of(client)
        assert heard[-1]["ended"] == "done"
        assert sorted(starts_in(heard)) == list(range(100))
        assert pid not in server.of_sweeps
