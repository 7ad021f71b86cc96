"""How many sessions a server bears, and what an epoch and a frame cost it beside the work itself.

`served` opens default experiments over real sockets and measures what the server needs for them; `pure_work` does the
same mix of epochs and frames in one process: it trains as many networks in turn as one engine process has, and makes
their pictures. The difference is what it costs to serve.
"""

import asyncio
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from app.link import parse_link
from app.protocol.version import VERSION
from app.settings import Limits
from app.workers.counts import BOUNDS
from benchmarks.clients import DEFAULT, Client, Rates, observe, open_all, processor_seconds
from benchmarks.stream import percentile
from engine import Trainer
from tests.support.server import ROOT, ServerProcess

_WARM_UP = 2.0
"""Seconds in which the server adapts to the load."""

_NETWORKS_OF_ONE_PROCESS = 200
_EPOCHS = 2000
"""Epochs of all networks together by which the pure work is measured."""


class Checkout(NamedTuple):
    """A tree whose server is measured, and the version of the wire that it speaks."""

    name: str
    command: tuple[str, ...] = (sys.executable, "-m", "app.cli")
    root: Path = ROOT
    version: int = VERSION

    @classmethod
    def at(cls, root: Path) -> "Checkout":
        """Another checkout, with a virtual environment in `.venv`."""
        found = re.search(r"^VERSION = (\d+)", (root / "app/protocol/version.py").read_text(), re.MULTILINE)
        if found is None:
            raise ValueError(f"{root} does not say which version of the wire it speaks")
        return cls("before", (str(root / ".venv/bin/python"), "-m", "app.cli"), root, int(found[1]))

    def serve(self, workers: int) -> ServerProcess:
        """Its server, for clients of its version."""
        Client.version = self.version
        return ServerProcess(workers=workers, metrics=True, command=self.command, cwd=self.root)


class Served(NamedTuple):
    """What was measured: rates are the median of all sessions, times are seconds of processor time."""

    frames: float
    """Frames a second."""
    least_frames: float
    epochs: float
    """Epochs a second."""
    least_epochs: float
    epoch: float
    """What an epoch costs in the engine processes, with its share of a frame."""
    frames_per_epoch: float
    frame: float
    """What a frame that is relayed and acknowledged costs in the front."""
    bytes: float
    """Bytes a frame."""
    answer: float
    """Wall time until a command is answered, 95th percentile."""
    longest: str
    """The bound below which all turns were, and the share of those up to 1 ms."""
    cores: tuple[float, ...]
    """Cores used by the front, the engine processes and the clients."""


async def served(checkout: Checkout, sessions: int, workers: int, seconds: float) -> Served:
    """Measure a server with a number of default experiments, which train at 60 epochs a second if they can."""
    with checkout.serve(workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, sessions + 1)))
        await asyncio.sleep(_WARM_UP)
        turns = _turns(server)
        rates, before, received = Rates(clients), processor_seconds(server), sum(client.bytes for client in clients)
        began = time.perf_counter()
        await asyncio.sleep(seconds)
        span = time.perf_counter() - began
        used = [now - then for now, then in zip(processor_seconds(server), before, strict=True)]
        received = sum(client.bytes for client in clients) - received
        frames, epochs = rates.take()
        longest = _longest([now - then for now, then in zip(_turns(server), turns, strict=True)])
        answers = await observe(clients, seconds / 2)
    total_frames, total_epochs = sum(frames) * span, sum(epochs) * span
    return Served(
        percentile(frames, 0.5),
        min(frames),
        percentile(epochs, 0.5),
        min(epochs),
        used[1] / total_epochs,
        total_frames / total_epochs,
        used[0] / total_frames,
        received / total_frames,
        percentile(answers, 0.95),
        longest,
        tuple(value / span for value in used),
    )


def _turns(server: ServerProcess) -> list[int]:
    """How many turns there have been, by the bounds of their processor time; empty if the server does not say."""
    with urlopen(f"http://127.0.0.1:{server.port}/metrics") as response:
        text = response.read().decode()
    return [
        int(float(count))
        for count in re.findall(r"^playground_turn_duration_seconds_bucket\S+ (\S+)$", text, re.MULTILINE)
    ]


def _longest(turns: list[int]) -> str:
    """A summary of turns, counted up to each bound."""
    if not turns:
        return "–"
    bounds = [*(f"{1000 * bound:g}" for bound in BOUNDS), "∞"]
    reached = next(bound for bound, count in zip(bounds, turns, strict=True) if count == turns[-1])
    return f"≤ {reached} ms, {turns[0] / turns[-1]:.2%} ≤ 1"


def pure_work(networks: int, frames_per_epoch: float) -> float:
    """Processor time (s) of an epoch with its losses and its share of a frame, of networks trained in turn."""
    trainers = [
        Trainer(parse_link(DEFAULT.format(number), Limits()).config)
        for number in range(1, min(networks, _NETWORKS_OF_ONE_PROCESS) + 1)
    ]
    for trainer in trainers:
        # the first epoch is compiled
        trainer.run_epoch()
        trainer.snapshot()
    rounds, owed = max(2, _EPOCHS // len(trainers)), 0.0
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for _ in range(rounds):
            for trainer in trainers:
                trainer.run_epoch()
                owed += frames_per_epoch
                if owed >= 1:
                    owed -= 1
                    trainer.snapshot()
        best = min(best, time.process_time() - began)
    return best / (rounds * len(trainers))


def _microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


_WANTED = {100: ("at least 20", "at least 55"), 300: ("at least 6", "at least 20")}
"""Frames and epochs a second, by the number of sessions."""


def rows(sessions: int, workers: int, measured: Served) -> Iterator[tuple[str, str, str]]:
    """The figures, each with its name and its goal."""
    pure = pure_work(-(-sessions // workers), measured.frames_per_epoch)
    frames, epochs = _WANTED.get(sessions, ("", "60"))
    yield "frames/s of a session (median / least)", f"{measured.frames:.1f} / {measured.least_frames:.1f}", frames
    yield "epochs/s", f"{measured.epochs:.1f} / {measured.least_epochs:.1f}", epochs
    yield (
        f"engine processes: an epoch with {measured.frames_per_epoch:.2f} frames",
        _microseconds(measured.epoch),
        "",
    )
    yield "… the same work in one process", _microseconds(pure), ""
    yield "… ratio", f"{measured.epoch / pure:.2f}", "at most 1.3"
    yield "front: a frame relayed and acknowledged", _microseconds(measured.frame), "at most 120 µs"
    yield "bytes a frame", f"{measured.bytes / 1000:.1f} kB", ""
    yield "response to a command, p95", f"{measured.answer * 1000:.0f} ms", "at most 100 ms"
    yield "turns, in processor time", measured.longest, "at most 3 ms"
    yield "cores used: front / engines / these clients", " / ".join(f"{value:.2f}" for value in measured.cores), ""
