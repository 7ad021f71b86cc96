"""A page without a screen, which keeps what it has shown and comes back by itself, as static/js/net/socket.js does."""

import asyncio
import hashlib
import itertools
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from app.link import parse_link
from app.protocol.checkpoints import checkpoint_of
from app.protocol.containers import decode_container
from app.settings import Limits
from engine import Trainer, TrainingState
from tests.support.client import PATIENCE

Message = dict[str, Any]


def back_off(attempt: int, number: float) -> float:
    """Seconds that a page waits before an attempt to come back, 0 being the first; `number` is random, 0 … 1."""
    return number if attempt == 0 else min(2.0, 0.25 * 2**attempt) * (0.5 + number)


class Shown(NamedTuple):
    """A frame that was on the screen: where training was, and a digest of everything that it goes on from."""

    epoch: int
    step: int
    batch: int
    digest: str


class Visit(NamedTuple):
    """A connection that has brought a frame: when the first came (`time.monotonic`), and what it went on from."""

    time: float
    resumed: str | None
    first: Shown


def digest(state: TrainingState) -> str:
    """A digest of all numbers and vectors of a training state."""
    total = hashlib.sha256(repr((state.epoch, state.step, state.batch, state.carried)).encode())
    for name, vector in sorted(state.arrays.items()):
        total.update(name.encode() + vector.astype("<f8").tobytes())
    return total.hexdigest()


def assert_uninterrupted(link: str, shown: Iterable[Shown]) -> None:
    """All that was shown lies on the way of one run of the engine, in this process, that nothing ever interrupted."""
    trainer = Trainer(parse_link(link, Limits()).config)
    for place in shown:
        while (trainer.epoch, trainer.batch) < (place.epoch, place.batch):
            count = place.batch - trainer.batch if trainer.epoch == place.epoch else trainer.batches
            trainer.run_minibatches(count)
        assert (trainer.epoch, trainer.batch) == (place.epoch, place.batch), "a page was shown an earlier state again"
        assert digest(trainer.state()) == place.digest, f"epoch {place.epoch} is not that of an uninterrupted run"


class Page:
    """A page for one experiment, in an event loop. `async with` opens it and waits for its first frame.

    It connects to a port of this machine, unless `way` has a `url` and other options of `websockets.connect`.
    """

    def __init__(self, port: int, link: str, number: int = 0, way: Mapping[str, Any] | None = None) -> None:
        self.link = link
        self.way = way or {"url": f"ws://127.0.0.1:{port}/ws"}
        self.session: str | None = None
        self.config: Message = {}
        self.configs = 0
        """How many configs have come: one with every opening of the session."""
        self.status: Message = {}
        self.errors: list[Message] = []
        self.frame: Message = {}
        self.shown: list[Shown] = []
        self.times: list[float] = []
        """When each of `shown` came (`time.monotonic`)."""
        self.visits: list[Visit] = []
        self.connection: ClientConnection | None = None
        self._raw = b""
        self._resumed: str | None = None
        self._is_new = False
        self._answers: set[int] = set()
        self._ids = itertools.count(1)
        self._random = random.Random(number)  # noqa: S311 - so that a test is always the same
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._live())
        self._task.add_done_callback(lambda _: self._news.set())
        await self.until(lambda: self.visits)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so that messages bring about. Raises AssertionError if it is not so in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not is_so():
                    if self._task and self._task.done():
                        self._task.result()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"what should be so within {PATIENCE:.1f} s is not") from None

    async def ask(self, type_: str, **fields: Any) -> None:
        """Send a message and wait for its answer."""
        assert self.connection is not None
        number = next(self._ids)
        await self.connection.send(json.dumps({"type": type_, "id": number, **fields}))
        await self.until(lambda: number in self._answers)

    async def until_visit(self, count: int) -> None:
        """Wait until so many connections have brought a frame."""
        await self.until(lambda: len(self.visits) >= count)

    async def until_frame(self) -> None:
        """Wait until another frame has been shown."""
        count = len(self.shown)
        await self.until(lambda: len(self.shown) > count)

    async def until_epoch(self, epoch: int) -> None:
        """Wait until an epoch has been shown."""
        await self.until(lambda: self.shown[-1].epoch >= epoch)

    # --- its life -------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        attempt = 0
        while True:
            since = time.monotonic()
            try:
                await self._visit()
            except (OSError, WebSocketException, TimeoutError):
                self.connection = None
            if time.monotonic() - since > 10:
                attempt = 0
            await asyncio.sleep(back_off(attempt, self._random.random()))
            attempt += 1

    async def _visit(self) -> None:
        options = {"compression": None, "max_size": None, "proxy": None, "close_timeout": 0.1, **self.way}
        async with connect(options.pop("url"), **options) as connection:
            self.connection = connection
            self._is_new = True
            await connection.send(json.dumps(self._hello()))
            async for data in connection:
                await self._take(data)
        self.connection = None

    def _hello(self) -> Message:
        known: Message = {}
        if self.shown:
            running = {name: self.status[name] for name in ("playing", "speed")}
            known = {"session": self.session, "checkpoint": checkpoint_of(self._raw, self.link), **running}
        return {"type": "hello", "version": 4, "link": self.link, **known}

    async def _take(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            message, arrays = decode_container(data)
            if message["type"] == "frame" and message["revision"] == self.config["revision"]:
                self._show(message, arrays, data)
                assert self.connection is not None
                await self.connection.send(f'{{"type":"ack","seq":{message["seq"]}}}')
        else:
            self._read(json.loads(data))
        self._news.set()

    def _read(self, message: Message) -> None:
        kind = message["type"]
        if kind == "welcome":
            self.session, self._resumed = message["session"], message["resumed"]
        elif kind == "config":
            self.config, self.link = message, message["link"]
            self.configs += 1
        elif kind == "status":
            self.status = message
        elif kind == "error":
            self.errors.append(message)
        if "id" in message:
            self._answers.add(message["id"])

    def _show(self, message: Message, arrays: dict[str, Any], data: bytes) -> None:
        known = message["checkpoint"]
        vectors = {name: arrays[name] for name in known["arrays"]}
        numbers = {name: value for name, value in known.items() if name != "arrays"}
        state = TrainingState(**numbers, arrays=vectors)
        self.frame, self._raw = message, data
        self.shown.append(Shown(state.epoch, state.step, state.batch, digest(state)))
        self.times.append(time.monotonic())
        if self._is_new:
            self._is_new = False
            self.visits.append(Visit(self.times[-1], self._resumed, self.shown[-1]))
