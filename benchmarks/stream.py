"""The frame rate over the wire, with a real server and real sockets, all in one run.

    python -m benchmarks.stream [--seconds 5] [--workers N]

For 1, 10 and 40 sessions training at once: frames per second of each, bytes per frame, response times of commands,
and the CPU time of the front process, the workers, this client and everything else on the machine. The client
does the minimum that a page does: it reads and acknowledges every frame at once.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect

from app.protocol.containers import decode_container

ROOT = Path(__file__).parents[1]

ALL_FEATURES = "x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
NETWORKS = {
    "default (2-4-2-1)": "#dataset=circle",
    "7-8x6-1": f"#dataset=spiral&networkShape=8,8,8,8,8,8&{ALL_FEATURES}",
    "four side by side": f"#dataset=circle&compare={quote('activation=relu;learningRate=0.1;networkShape=4,2,2')}",
    "four of 7-8x6-1": f"#dataset=spiral&networkShape=8,8,8,8,8,8&{ALL_FEATURES}"
    f"&compare={quote('activation=relu;learningRate=0.1;optimizer=adam')}",
    "7-16x10-1": f"#dataset=spiral&networkShape={','.join(['16'] * 10)}&{ALL_FEATURES}",
}
CASES = [
    ("default (2-4-2-1)", 1),
    ("7-8x6-1", 1),
    ("7-16x10-1", 1),
    ("four side by side", 1),
    ("four of 7-8x6-1", 1),
    ("default (2-4-2-1)", 10),
    ("7-8x6-1", 10),
    ("default (2-4-2-1)", 40),
]

ASK_EVERY = 0.25
"""Interval between two commands of one session (s)."""

WARM_UP = 1.0


@dataclass
class Measured:
    """What one session received."""

    frames: int = 0
    bytes: int = 0
    epochs: int = 0
    answers: list[float] = field(default_factory=list)


async def watch(connection: ClientConnection, link: str, start: asyncio.Barrier, seconds: float) -> Measured:
    """Open an experiment, train it, and count what arrives between warm-up and end."""
    await connection.send(json.dumps({"type": "hello", "version": 4, "link": link}))
    asked: dict[int, float] = {}
    measured = Measured()
    first_epoch: int | None = None
    while isinstance(await connection.recv(), str):
        pass
    await start.wait()
    await connection.send('{"type":"play"}')
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds
    asking = asyncio.create_task(ask(connection, asked, end))
    while (now := time.perf_counter()) < end:
        try:
            data = await asyncio.wait_for(connection.recv(), end - now + 0.05)
        except TimeoutError:
            break
        now = time.perf_counter()
        if isinstance(data, str):
            id_ = json.loads(data).get("id")
            if id_ in asked and begin < now < end:
                measured.answers.append(now - asked[id_])
            continue
        message = json.loads(data[8 : 8 + int.from_bytes(data[4:8], "little")])["message"]
        if message["type"] != "frame":
            continue
        await connection.send(f'{{"type":"ack","seq":{message["seq"]}}}')
        if begin < now < end:
            first_epoch = message["epoch"] if first_epoch is None else first_epoch
            measured.frames += 1
            measured.bytes += len(data)
            measured.epochs = message["epoch"] - first_epoch
    await asking
    return measured


async def ask(connection: ClientConnection, asked: dict[int, float], end: float) -> None:
    """Send a command now and then, offset from the other sessions."""
    await asyncio.sleep(ASK_EVERY * (id(connection) // 64 % 97) / 97)
    number = 0
    while time.perf_counter() < end:
        number += 1
        asked[number] = time.perf_counter()
        await connection.send(f'{{"type":"set_speed","speed":"epoch","id":{number}}}')
        await asyncio.sleep(ASK_EVERY)


async def measure(port: int, link: str, sessions: int, seconds: float) -> list[Measured]:
    """Run `sessions` sessions at once."""
    start = asyncio.Barrier(sessions)

    async def one() -> Measured:
        async with connect(f"ws://127.0.0.1:{port}/ws", compression=None, max_size=None) as connection:
            return await watch(connection, link, start, seconds)

    return await asyncio.gather(*(one() for _ in range(sessions)))


class Server:
    """The playground in a separate process."""

    def __init__(self, workers: int) -> None:
        command = [sys.executable, "-m", "app.cli", "--no-browser", "--port", "0", "--workers", str(workers)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline() if self.process.stdout else ""
        found = re.search(r":(\d+)/", line)
        if found is None:
            raise RuntimeError(f"the server did not start; it printed {line!r}")
        self.port = int(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()

    def processor_seconds(self) -> tuple[float, float, float, float]:
        """CPU time (s) used so far by the front process, all workers, this process and the whole machine.

        Zeros if the system does not report it.
        """
        front = _processor_seconds(self.process.pid)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        engines = sum(_processor_seconds(int(pid)) for pid in pids)
        return front, engines, time.process_time(), _machine_seconds()


def _processor_seconds(pid: int) -> float:
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _machine_seconds() -> float:
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    user, nice, system, _, _, irq, softirq, *_ = map(int, path.read_text().split()[1:11])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], share: float) -> float:
    """The quantile of `values` at `share`."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(server: Server, name: str, sessions: int, seconds: float) -> None:
    """Measure one case and print its row."""
    before, started = server.processor_seconds(), time.perf_counter()
    results = asyncio.run(measure(server.port, NETWORKS[name], sessions, seconds))
    span, after = time.perf_counter() - started, server.processor_seconds()
    front, engines, client, machine = ((late - early) / span for late, early in zip(after, before, strict=True))
    others = max(0.0, machine - front - engines - client)
    rates = [result.frames / seconds for result in results]
    answers = [answer for result in results for answer in result.answers]
    size = sum(result.bytes for result in results) / max(1, sum(result.frames for result in results))
    epochs = statistics.median(result.epochs / seconds for result in results)
    print(
        f"{name:18} {sessions:8} {min(rates):7.1f} {statistics.median(rates):7.1f} {epochs:9.1f} {size / 1000:9.1f}"
        f" {1000 * percentile(answers, 0.5):8.1f} {1000 * percentile(answers, 0.95):7.1f}"
        f" {front:7.2f} {engines:8.2f} {client:7.2f} {others:7.2f}",
        flush=True,
    )


def show_first_frame(port: int) -> None:
    """Print the parts of a frame for every network."""

    async def first(link: str) -> tuple[int, dict[str, int]]:
        async with connect(f"ws://127.0.0.1:{port}/ws", compression=None, max_size=None) as connection:
            await connection.send(json.dumps({"type": "hello", "version": 4, "link": link}))
            while True:
                data = await connection.recv()
                if isinstance(data, bytes):
                    message, arrays = decode_container(data)
                    if message["type"] == "frame":
                        return len(data), {key: array.nbytes for key, array in arrays.items()}

    for name, link in NETWORKS.items():
        size, arrays = asyncio.run(first(link))
        parts = ", ".join(f"{key} {count}" for key, count in arrays.items() if not key.startswith("history"))
        print(f"{name}: a frame of {size} bytes: {parts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds to measure per row")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worker processes of the server")
    options = parser.parse_args()
    with Server(options.workers) as server:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz") as response:
            print(f"{os.cpu_count()} cores, {json.load(response)['workers']} worker processes")
        show_first_frame(server.port)
        print()
        print("                            frames/s/session    epochs/s        kB   answer in ms     cores used by")
        print(
            "network            sessions   least  median    median   a frame      p50     p95"
            "   front  engines  client  others"
        )
        for name, sessions in CASES:
            report(server, name, sessions, options.seconds)


if __name__ == "__main__":
    main()
