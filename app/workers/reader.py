"""The table reader: parses uploaded tables in a process of its own, so that the front is not held up.

The process is started for the first table and ends when none has arrived for a while. It reads one table at a time. Its
input is a query string and the table, each after its length; its output is one byte and the report, after its length.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, Protocol
from urllib.parse import parse_qsl

from app import log
from app.protocol.messages import encode_table
from app.settings import Settings
from app.system import child_environment, kill, limit_memory
from app.tables import read_options, read_table

_START = "import sys; sys.path[:] = sys.argv[2:]; from app.workers.reader import main; main()"
"""The program of the process, which imports modules from where the front does, and from nowhere else."""

READ_WITHIN = 20.0
"""Seconds for one table, including the start of the process."""

KEPT_FOR = 60.0
"""Seconds without a table after which the process ends."""

_STOP_WITHIN = 2.0
_LENGTH = 4


class Answer(NamedTuple):
    """Whether the examples of a table can be used, and the report as JSON."""

    is_read: bool
    text: str


class ReadingFailed(Exception):  # noqa: N818 - the table may be the cause
    """The process that read a table crashed or took too long."""


class Reader(Protocol):
    """Reads tables."""

    async def read(self, query: str, table: bytes) -> Answer:
        """Read a table with the options of a query string. Raises ReadingFailed."""

    async def stop(self) -> None:
        """Stop reading."""


def reader_for(settings: Settings) -> Reader:
    """A reader with a process of its own, unless the settings allow none."""
    return ProcessReader(settings) if settings.workers else ThreadReader()


def read(query: str, table: bytes) -> Answer:
    """Read a table with the options of a query string, which must be valid."""
    report = read_table(table, read_options(dict(parse_qsl(query, keep_blank_values=True))))
    return Answer(report.own is not None, encode_table(report))


class ThreadReader:
    """Reads in a thread, for servers with a single process."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def read(self, query: str, table: bytes) -> Answer:
        """Read a table with the options of a query string."""
        async with self._turn:
            # these threads end with the event loop
            return await asyncio.to_thread(read, query, table)

    async def stop(self) -> None:
        """Wait for the table that is being read."""
        async with self._turn:
            pass


class ProcessReader:
    """Reads in a process, which is started when it is needed."""

    def __init__(self, settings: Settings, *, within: float = READ_WITHIN, kept_for: float = KEPT_FOR) -> None:
        self._memory, self._within, self._kept_for = settings.worker_memory, within, kept_for
        self._environment = child_environment(settings)
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._forget: asyncio.TimerHandle | None = None
        self._is_stopped = False

    @property
    def process(self) -> int | None:
        """The process id, if there is a process."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def read(self, query: str, table: bytes) -> Answer:
        """Read a table with the options of a query string. Raises ReadingFailed."""
        async with self._turn:
            self._keep()
            try:
                async with asyncio.timeout(self._within):
                    answer = await self._ask(query, table)
            except (TimeoutError, asyncio.IncompleteReadError, OSError) as error:
                await self._end(at_once=True)
                raise ReadingFailed(str(error)) from error
            except BaseException:
                # half an answer may still arrive
                await self._end(at_once=True)
                raise
            self._forget = asyncio.get_running_loop().call_later(self._kept_for, self._close)
            return answer

    async def _ask(self, query: str, table: bytes) -> Answer:
        process = await self._started()
        there, back = process.stdin, process.stdout
        if there is None or back is None:
            raise OSError("the process has no pipes")
        for part in (query.encode(), table):
            there.write(len(part).to_bytes(_LENGTH, "little") + part)
        await there.drain()
        is_read, *length = await back.readexactly(1 + _LENGTH)
        text = await back.readexactly(int.from_bytes(bytes(length), "little"))
        return Answer(bool(is_read), text.decode())

    async def _started(self) -> asyncio.subprocess.Process:
        self._check()
        if self._process is None or self.process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-c", _START, str(self._memory), *sys.path),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=self._environment,
            )
            # it may have been stopped meanwhile
            self._check()
        return self._process

    def _check(self) -> None:
        if self._is_stopped:
            raise OSError("the server is stopping")

    def _keep(self) -> None:
        if self._forget:
            self._forget.cancel()

    def _close(self) -> None:
        """Close the input of the process, which ends it."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
        self._process = None

    async def _end(self, *, at_once: bool) -> None:
        process, was_running = self._process, self.process is not None
        self._close()
        if process is None or not was_running:
            return
        with contextlib.suppress(TimeoutError):
            if not at_once:
                await asyncio.wait_for(process.wait(), _STOP_WITHIN)
                return
        kill(process)
        await process.wait()

    async def stop(self) -> None:
        """Stop reading, end the process, and wait until it has ended."""
        self._is_stopped = True
        self._keep()
        if self._turn.locked():
            await self._end(at_once=True)
        async with self._turn:
            await self._end(at_once=False)


# --- in the process -----------------------------------------------------------------------------------------------


def serve(source: BinaryIO, target: BinaryIO, reading: Callable[[str, bytes], Answer] = read) -> None:
    """Read tables until the input ends."""
    while (query := _part(source)) is not None and (table := _part(source)) is not None:
        is_read, text = reading(query.decode(), table)
        data = text.encode()
        target.write(bytes([is_read]) + len(data).to_bytes(_LENGTH, "little") + data)
        target.flush()


def _part(source: BinaryIO) -> bytes | None:
    """The next bytes, which follow their length; None at the end of the input."""
    length = source.read(_LENGTH)
    return source.read(int.from_bytes(length, "little")) if len(length) == _LENGTH else None


def main() -> None:
    """Read tables from standard input; the first argument is the memory limit in megabytes."""
    # Ctrl+C and service managers signal every process; this one ends when the front closes its input
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)
    log.configure(Settings.from_parent().log_format)
    limit_memory(int(sys.argv[1]))
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
