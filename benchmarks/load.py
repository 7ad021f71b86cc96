"""A class of two hundred: how the server performs under load, in one run, over real sockets on this machine.

    python -m benchmarks.load [--seconds 8] [--workers N] [--only crowd,joins]

The clients do the minimum that a page does: they read and acknowledge every frame at once, but draw nothing. They share
the machine's cores with the server, unlike a real class.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import multiprocessing
import os
import random
import struct
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, cast

from app.protocol.checkpoints import checkpoint_of
from benchmarks.stream import percentile
from tests.faults.page import back_off
from tests.support.client import BINARY, PING, PONG, TEXT, frame
from tests.support.client import Client as Peer
from tests.support.server import ServerProcess

DEFAULT = "#dataset=circle&seed=0.{}"
ALL_FEATURES = "x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
LARGEST = f"#dataset=spiral&batchSize=1&percTrainData=90&networkShape={','.join(['24'] * 32)}&{ALL_FEATURES}"
"""About the largest number of weights the server allows by default."""

PLAY = '{"type":"play"}'


class Client(asyncio.Protocol):
    """A page as a raw connection, cheap enough that hundreds of them leave the CPU to the server."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.greeting: dict[str, Any] = {}
        self.frames = 0
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
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
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

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        start = 0
        if not self._is_open:
            start = buffer.find(b"\r\n\r\n") + 4
            if start < 4:
                return
            self._is_open = True
            self.say(json.dumps({"type": "hello", "version": 2, "link": self.link, **self.greeting}))
        while (ends := _extent(buffer, start)) is not None:
            opcode, body, end = ends
            self._take(opcode, bytes(buffer[body:end]))
            start = end
        del buffer[:start]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == BINARY:
            (length,) = struct.unpack_from("<I", payload, 4)
            message = json.loads(payload[8 : 8 + length])["message"]
            if message["type"] == "frame":
                self._show(message, payload)
        elif opcode == TEXT:
            message = json.loads(payload)
            if message["type"] == "status":
                self.status = message
            elif message["type"] == "config":
                self.link = message["link"]
            if (sent := self._asked.get(message.get("id"))) is not None:
                self.answers.append(time.perf_counter() - sent)
        elif opcode == PING and self._transport:
            self._transport.write(frame(PONG, payload))

    def _show(self, message: dict[str, Any], payload: bytes) -> None:
        self.say(f'{{"type":"ack","seq":{message["seq"]}}}')
        self.frames += 1
        self.epoch, self.raw = message["epoch"], payload
        if not self.first_frame.done():
            self.first_frame.set_result(time.perf_counter())


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


async def crowd(workers: int, seconds: float) -> None:
    """A hundred default experiments train at once."""
    with ServerProcess(workers=workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 101)))
        await asyncio.sleep(2)
        rates = Rates(clients)
        used = processor_seconds(server)
        answers = await observe(clients, seconds)
        frames, epochs = rates.take()
        cores = [(after - before) / seconds for after, before in zip(processor_seconds(server), used, strict=True)]
        row("frames/s per session (min / median / max)", spread(frames), "at least 10")
        row("epochs/s per session", spread(epochs), "60")
        row("response to a command, p95", milliseconds(answers), "at most 100 ms")
        row("cores used: front / workers / these clients", " / ".join(f"{value:.2f}" for value in cores))
        row("memory: front / each worker process", " / ".join(f"{value:.0f} MB" for value in server.rss().values()))


async def joins(workers: int, seconds: float) -> None:
    """Two hundred join within a second while a hundred train."""
    with ServerProcess(workers=workers) as server:
        playing = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 101)))
        await asyncio.sleep(1)
        asking = asyncio.create_task(observe(playing, 3))
        waits: list[float] = []
        refused = 0

        async def join(number: int) -> None:
            nonlocal refused
            await asyncio.sleep(number / 200)
            began = time.perf_counter()
            client = Client(DEFAULT.format(1000 + number))
            try:
                await client.open(server.port)
                waits.append(time.perf_counter() - began)
            except (OSError, asyncio.CancelledError):
                refused += 1

        await asyncio.gather(*(join(number) for number in range(200)))
        row("from connection to first frame, p95", milliseconds(waits), "at most 500 ms")
        row("the slowest", milliseconds(waits, 1))
        row("refused", str(refused), "0")
        row("response to a command in running sessions, p95", milliseconds(await asking))


async def fairness(workers: int, seconds: float) -> None:
    """The largest experiment allowed, at maximum speed, next to a hundred default ones.

    The CPU time that other programs leave varies, so the sessions in the large one's worker are compared with those in
    another worker at the same time: by their epochs, or by epochs per second of CPU time if their worker had less.
    """
    with ServerProcess(workers=max(2, workers)) as server:
        links = [DEFAULT.format(number) for number in range(1, 101)]
        # sessions are spread evenly: the first of every round shares the worker with the large one
        clients = await open_all(server.port, links)
        large, _ = await open_all(server.port, [LARGEST, DEFAULT.format(0)])
        large.say('{"type":"set_speed","speed":"unlimited"}')
        await asyncio.sleep(1)
        rates, before = Rates(clients), [server.processor_seconds(pid) for pid in server.workers[:2]]
        answers = await observe(clients, seconds)
        _, epochs = rates.take()
        here, there = (server.processor_seconds(pid) - old for pid, old in zip(server.workers, before, strict=False))
        same, other = epochs[:: max(2, workers)], epochs[1 :: max(2, workers)]
        fair = sum(other) / len(other) * min(1.0, here / there)
        shares = sorted(rate / fair for rate in same)
        row("epochs/s in the large session's worker", spread(same))
        row("epochs/s in another worker", spread(other))
        row(
            "fraction of its fair share (min / median)",
            f"{shares[0]:.0%} / {shares[len(shares) // 2]:.0%}",
            "at least 90%",
        )
        row("response to a command, p95", milliseconds(answers), "at most 100 ms")


async def returns(workers: int, seconds: float) -> None:
    """Two hundred pages return after the server was killed."""
    with ServerProcess(workers=workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 201)))
        await asyncio.sleep(1)
        returning = [
            asyncio.create_task(come_back(client, server.port, number)) for number, client in enumerate(clients)
        ]
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1)
        opened = await asyncio.to_thread(server.start)
        back = [await task for task in returning]
        waits = [moment - opened for moment, _ in back]
        row("back after the port opened, p95", f"{percentile(waits, 0.95):.2f} s", "at most 3 s")
        row("the last", f"{max(waits):.2f} s", "at most 5 s")
        row("resumed before the last frame they had shown", str(sum(lost for _, lost in back)), "0")


async def come_back(client: Client, port: int, number: int) -> tuple[float, bool]:
    """Return as a page does after losing its server: when the first frame arrived, and whether an epoch was lost."""
    rng = random.Random(number)  # noqa: S311 - reproducible
    await client.lost
    for attempt in range(20):
        await asyncio.sleep(back_off(attempt, rng.random()))
        new = Client(client.link)
        known = checkpoint_of(client.raw, client.link)
        new.greeting = {"checkpoint": known, "playing": True, "speed": client.status["speed"]}
        try:
            await new.open(port)
        except (OSError, asyncio.CancelledError):
            continue
        return time.monotonic(), new.epoch < client.epoch
    raise TimeoutError("a page did not come back")


async def bad_peers(workers: int, seconds: float) -> None:
    """Ten experiments next to a misbehaving peer."""
    with ServerProcess(workers=workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, 11)))
        await asyncio.sleep(1)
        quiet = await observe(clients, seconds / 2, 0.1)
        row("response to a command without a bad peer, p95", milliseconds(quiet))
        for name in BAD_PEERS:
            memory = server.rss()[server.pid]
            # in its own process, so that it does not slow down these clients
            peer = multiprocessing.get_context("spawn").Process(target=misbehave, args=(name, server.port))
            peer.start()
            await asyncio.sleep(1)
            answers = await observe(clients, seconds / 2, 0.1)
            growth = server.rss()[server.pid] - memory
            peer.kill()
            await asyncio.to_thread(peer.join)
            row(f"… while {name}, p95", milliseconds(answers), "at most 100 ms")
            row("    growth of the front process's memory", f"{growth:.1f} MB", "at most 8 MB")


def flood(port: int, data: bytes) -> None:
    """Send the same data over and over without reading; reconnect a second after being disconnected."""
    while True:
        with contextlib.suppress(OSError), Peer(port, timeout=1) as peer:
            peer.hello()
            while True:
                peer.send(data)
        time.sleep(1)


def do_not_read(port: int) -> None:
    """Twenty peers request frames and never read one; they reconnect when disconnected."""
    while True:
        peers = [Peer(port) for _ in range(20)]
        for peer in peers:
            peer.hello()
            peer.say_raw(PLAY)
        for peer in peers:
            while peer.socket.fileno() >= 0:
                try:
                    peer.say_raw(PLAY)
                    time.sleep(0.5)
                except OSError:
                    peer.socket.close()


BAD_PEERS: dict[str, Callable[[int], None]] = {
    "one floods with pings": lambda port: flood(port, frame(PING, b"x" * 100) * 500),
    "one floods with messages": lambda port: flood(port, frame(TEXT, b'{"type":"reset"}') * 500),
    "one floods with fragments": lambda port: flood(port, frame(TEXT, b"", fin=False) + frame(0, b"", fin=False) * 500),
    "twenty do not read": do_not_read,
}


def misbehave(name: str, port: int) -> None:
    BAD_PEERS[name](port)


def processor_seconds(server: ServerProcess) -> list[float]:
    """CPU time (s) used so far by the front process, all its workers, and this process."""
    front, *engines = (server.processor_seconds(pid) for pid in (server.pid, *server.workers))
    return [front, sum(engines), time.process_time()]


Case = Callable[[int, float], Coroutine[Any, Any, None]]

CASES: dict[str, tuple[str, Case]] = {
    "crowd": ("100 default experiments train", crowd),
    "joins": ("200 join within a second while 100 train", joins),
    "fairness": ("the largest experiment next to 100 default ones", fairness),
    "returns": ("200 return after the server was killed and restarted", returns),
    "peers": ("10 default experiments next to misbehaving peers", bad_peers),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds of measurement per figure")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worker processes of the server")
    parser.add_argument("--only", default=",".join(CASES), help="cases to run, of " + ", ".join(CASES))
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, {options.workers} worker processes, load before {os.getloadavg()[0]:.1f}")
    for name in options.only.split(","):
        title, case = CASES[name]
        print(f"\n{title}")
        asyncio.run(case(options.workers, options.seconds))


if __name__ == "__main__":
    main()
