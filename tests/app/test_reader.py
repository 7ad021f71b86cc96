"""Tables are read beside the front, and what reads them ends with it."""

import asyncio
import io
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from app.settings import Settings
from app.workers import reader
from app.workers.reader import Answer, ProcessReader, ReadingFailed, serve
from tests.support.client import PATIENCE
from tests.support.server import ServerThread

PLAIN = b"x,y,label\n0.5,1.5,a\n-1,2,b\n"


def with_reader(act: Callable[[ProcessReader], Awaitable[None]], **options: float) -> None:
    """Do something with a reader, and see that no process is left."""

    async def run() -> None:
        made = ProcessReader(Settings(workers=1), **options)
        try:
            await act(made)
        finally:
            await made.stop()
            assert made.process is None

    asyncio.run(run())


def is_running(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()


def test_process_reads_like_the_thread_until_it_ends() -> None:
    async def act(made: ProcessReader) -> None:
        assert await made.read("scale=true", PLAIN) == reader.read("scale=true", PLAIN)
        first = made.process
        many = await asyncio.gather(*(made.read("kind=values", table) for table in (PLAIN, b"", b"1,2\n3,4\n") * 3))
        assert [answer.is_read for answer in many] == [False, False, True] * 3
        assert made.process == first
        assert is_running(first)
        # another takes its place
        assert first is not None
        assert made._process
        os.kill(first, signal.SIGKILL)
        await made._process.wait()
        assert (await made.read("", PLAIN)).is_read
        assert made.process != first

    with_reader(act)


def test_slow_table_ends_its_process() -> None:
    async def act(made: ProcessReader) -> None:
        with pytest.raises(ReadingFailed):
            await made.read("", PLAIN)
        assert made.process is None

    with_reader(act, within=0.0)


def test_a_process_ends_when_nothing_comes() -> None:
    async def act(made: ProcessReader) -> None:
        await made.read("", PLAIN)
        process = made._process
        assert process
        assert await process.wait() == 0
        assert (await made.read("", PLAIN)).is_read

    with_reader(act, kept_for=0.0)


def test_canceled_read_leaves_no_partial_answer() -> None:
    async def act(made: ProcessReader) -> None:
        is_started, start = asyncio.Event(), made._started

        async def told() -> asyncio.subprocess.Process:
            process = await start()
            is_started.set()
            return process

        made._started = told  # type: ignore[method-assign]
        waiting = asyncio.create_task(made.read("", PLAIN))
        await is_started.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await made.read("", b"1,2\n3,4\n5,6\n")).text == reader.read("", b"1,2\n3,4\n5,6\n").text

    with_reader(act)


def test_stopped_reader_fails_pending_tables() -> None:
    async def act(made: ProcessReader) -> None:
        waiting = [asyncio.create_task(made.read("", PLAIN)) for _ in range(3)]
        await asyncio.sleep(0)
        await made.stop()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(answer, ReadingFailed) for answer in answers)
        with pytest.raises(ReadingFailed):
            await made.read("", PLAIN)
        assert made.process is None

    with_reader(act)


def test_process_reads_until_its_input_ends() -> None:
    def part(data: bytes) -> bytes:
        return len(data).to_bytes(4, "little") + data

    source, target = io.BytesIO(part(b"a") + part(b"1") + part(b"b")[:3]), io.BytesIO()
    serve(source, target, lambda query, table: Answer(is_read=True, text=query + table.decode()))
    assert target.getvalue() == b"\x01" + part(b"a1")


def test_server_reads_tables_in_another_process() -> None:
    with ServerThread(workers=1) as server:
        url = f"http://127.0.0.1:{server.port}/api/datasets"
        children = Path(f"/proc/{os.getpid()}/task")
        before = {pid for task in children.iterdir() for pid in (task / "children").read_text().split()}
        answer = httpx2.post(url, content=PLAIN, timeout=PATIENCE)
        assert (answer.status_code, answer.json()["count"]) == (200, 2)
        after = {pid for task in children.iterdir() for pid in (task / "children").read_text().split()}
        started = {pid for pid in after - before if b"app.workers.reader" in Path(f"/proc/{pid}/cmdline").read_bytes()}
        assert len(started) == 1
    assert not any(is_running(int(pid)) for pid in started)
