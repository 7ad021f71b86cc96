"""Pages as raw connections, cheap enough that hundreds of them leave the CPU to the server, and what they measure."""

import asyncio
import base64
import json
import os
import random
import re
import struct
import time
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, cast

from app.protocol.version import COMPRESSED, VERSION
from benchmarks.stream import percentile
from tests.support.client import BINARY, PING, PONG, TEXT, frame
from tests.support.server import ServerProcess

DEFAULT = "#dataset=circle&seed=0.{}"
"""The default experiment with examples of its own, by their number."""

PLAY = '{"type":"play"}'


class Client(asyncio.Protocol):
    """A page as a raw connection, cheap enough that hundreds of them leave the CPU to the server."""

    version = VERSION
    """The version of the wire that it speaks."""

    def __init__(self, link: str, path: str = "/ws") -> None:
        self.link = link
        self.path = path
        self.greeting: dict[str, Any] = {}
        self.frames = 0
        self.bytes = 0
        self.epoch = 0
        self.raw = b""
        self.status: dict[str, Any] = {}
        self.refused = False
        self.answers: list[float] = []
        self.first_frame: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked: dict[int, float] = {}
        self._buffer = bytearray()
        self._is_open = False
        self._transport: asyncio.Transport | None = None
        self._port = 0

    async def connect(self, port: int) -> "Client":
        """Connect and say hello. Raises OSError."""
        self._port = port
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        return self

    async def open(self, port: int) -> "Client":
        """Connect, and wait for the first frame."""
        await self.connect(port)
        await self.first_frame
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)
        if not self.first_frame.done():
            self.refused = True
            self.first_frame.cancel()

    def say(self, text: str) -> None:
        """Send a message."""
        if self._transport:
            self._transport.write(frame(TEXT, text.encode()))

    def ask(self) -> None:
        """Send a command and record how long its answer takes."""
        number = len(self._asked) + 1
        self._asked[number] = time.perf_counter()
        self.say(f'{{"type":"set_speed","speed":"epoch","id":{number}}}')

    def stop_reading(self) -> None:
        """Read nothing more."""
        if self._transport:
            self._transport.pause_reading()

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        buffer = self._buffer
        buffer += data
        start = 0
        if not self._is_open:
            start = buffer.find(b"\r\n\r\n") + 4
            if start < 4:
                return
            self._is_open = True
            self.begin()
        while (ends := _extent(buffer, start)) is not None:
            opcode, body, end = ends
            self._take(opcode, bytes(buffer[body:end]))
            start = end
        del buffer[:start]

    def begin(self) -> None:
        """The connection is open."""
        self.say_hello()

    def say_hello(self) -> None:
        """Ask for the session."""
        self.say(json.dumps({"type": "hello", "version": self.version, "link": self.link, **self.greeting}))

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == BINARY and (found := _FRAME.search(payload, 8, _HEAD)):
            # parsing the whole header would take longer than anything else here
            self.show({"type": "frame", "seq": int(found[1]), "epoch": int(found[2])}, payload)
        elif opcode == BINARY:
            self.take_container(read_header(payload), payload)
        elif opcode == TEXT:
            self.take_message(json.loads(payload))
        elif opcode == PING and self._transport:
            self._transport.write(frame(PONG, payload))

    def take_container(self, message: dict[str, Any], payload: bytes) -> None:
        """A container has come."""
        if message["type"] == "frame":
            self.show(message, payload)

    def take_message(self, message: dict[str, Any]) -> None:
        """A text message has come."""
        if message["type"] == "status":
            self.status = message
        elif message["type"] == "config":
            self.link = message["link"]
        if (sent := self._asked.get(message.get("id", 0))) is not None:
            self.answers.append(time.perf_counter() - sent)

    def show(self, message: dict[str, Any], payload: bytes) -> None:
        """A frame has come."""
        self.acknowledge(message["seq"])
        self.frames += 1
        self.epoch, self.raw = message["epoch"], payload
        if not self.first_frame.done():
            self.first_frame.set_result(time.perf_counter())

    def acknowledge(self, seq: int) -> None:
        """Say that a frame is on the screen."""
        self.say(f'{{"type":"ack","seq":{seq}}}')


def read_header(container: bytes) -> dict[str, Any]:
    """The message of a container, of which no more is decompressed than that takes."""
    if container[:4] == COMPRESSED:
        stream = zlib.decompressobj()
        container = stream.decompress(container[4:], _HEAD)
        missing = 8 + int.from_bytes(container[4:8], "little") - len(container)
        if missing > 0:
            container += stream.decompress(stream.unconsumed_tail, missing)
    (length,) = struct.unpack_from("<I", container, 4)
    message: dict[str, Any] = json.loads(container[8 : 8 + length])["message"]
    return message


_HEAD = 2048
"""Bytes that the header of a frame takes, usually."""

_FRAME = re.compile(rb'^{"message":{"type":"frame","seq":(\d+),[^{]*?"epoch":(\d+)')


def _extent(buffer: bytearray, start: int) -> tuple[int, int, int] | None:
    """Opcode, start and end of the payload of the websocket frame at `start`; None if it is incomplete."""
    available = len(buffer) - start
    if available < 2:
        return None
    length, head = buffer[start + 1], 2
    if length >= 126:
        form, head = ("!H", 4) if length == 126 else ("!Q", 10)
        if available < head:
            return None
        (length,) = struct.unpack_from(form, buffer, start + 2)
    if available < head + length:
        return None
    return buffer[start] & 15, start + head, start + head + length


# --- measurements ------------------------------------------------------------------------------------------------


def row(name: str, value: str, wanted: str = "") -> None:
    """Print a figure and its goal."""
    print(f"  {name:58} {value:>24}  {wanted}", flush=True)


def milliseconds(values: Sequence[float], share: float = 0.95) -> str:
    return f"{1000 * percentile(values, share):.0f} ms" if values else "–"


async def open_all(port: int, links: Iterable[str]) -> list[Client]:
    """Open experiments, a few at a time, and start training."""
    clients: list[Client] = []
    for link in links:
        clients.append(await Client(link).open(port))
        clients[-1].say(PLAY)
    return clients


async def observe(clients: Sequence[Client], seconds: float, ask_every: float = 0.5) -> list[float]:
    """Let clients train for a while, sending occasional commands, and return their response times."""
    for client in clients:
        client.answers.clear()

    async def ask(client: Client) -> None:
        await asyncio.sleep(ask_every * random.random())  # noqa: S311 - not for security
        while True:
            client.ask()
            await asyncio.sleep(ask_every)

    asking = [asyncio.create_task(ask(client)) for client in clients]
    await asyncio.sleep(seconds)
    for task in asking:
        task.cancel()
    return [answer for client in clients for answer in client.answers]


class Rates:
    """Frames and epochs per second of clients, from creation until `take`."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._clients = clients
        self._began = time.perf_counter()
        self._before = [(client.frames, client.epoch) for client in clients]

    def take(self) -> tuple[list[float], list[float]]:
        span = time.perf_counter() - self._began
        changes = [
            ((client.frames - frames) / span, (client.epoch - epoch) / span)
            for client, (frames, epoch) in zip(self._clients, self._before, strict=True)
        ]
        return [frames for frames, _ in changes], [epochs for _, epochs in changes]


def spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return f"{ordered[0]:.1f} / {ordered[len(ordered) // 2]:.1f} / {ordered[-1]:.1f}"


class Cores:
    """Cores that a server uses, from creation until `take`."""

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self._began = time.perf_counter()
        self._before = processor_seconds(server)

    def take(self) -> list[float]:
        """The cores used by the front process, all its workers, and this process."""
        span = time.perf_counter() - self._began
        now = processor_seconds(self._server)
        return [(after - before) / span for after, before in zip(now, self._before, strict=True)]


def processor_seconds(server: ServerProcess) -> list[float]:
    """CPU time (s) used so far by the front process, all its workers, and this process."""
    front, *engines = (server.processor_seconds(pid) for pid in (server.pid, *server.workers))
    return [front, sum(engines), time.process_time()]
