"""The cost of time travel: `python -m benchmarks.history [--quick]`.

An epoch with and without recording it, interleaved in one run on one BLAS thread (CPU time, the fastest tenth of each);
the memory of a long run, as Python counts it and as the history reports it; and the time a session takes from a `seek`
command to the bytes of the resulting frame.
"""

import argparse
import json
import sys
import time
import tracemalloc
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from app.link import format_link, parse_link
from app.protocol.checkpoints import Opening
from app.protocol.envelopes import MessageKind
from app.protocol.parser import parse
from app.session.session import Session
from app.settings import Limits
from app.training.goals import Goals
from app.training.history import BUDGET, History, HistoryEntry
from benchmarks.engine import interleaved
from engine import Config, Trainer

OVERHEAD_GOAL = 0.05
"""The largest overhead of recording, as a fraction of an epoch."""

SCRUB_GOAL = 0.05
"""The longest time from a request to its frame (s)."""


class Network(NamedTuple):
    """A network to record; `has_goal` if the overhead goal applies to it."""

    name: str
    config: Config
    epochs: int
    has_goal: bool = False


NETWORKS = (
    Network("default 2-4-2-1", Config(), 20_000, has_goal=True),
    Network("default, Adam and patience", Config(optimizer="adam", patience=10_000, shuffle=True), 10_000),
    Network("7-8×6-1, Adam", Config(hidden_layer_sizes=(8,) * 6, optimizer="adam"), 5_000),
    Network(
        "largest, Adam and patience",
        Config(hidden_layer_sizes=(32,) * 18, optimizer="adam", patience=10_000, batch_size=30),
        120,
    ),
)


def recording_overhead(config: Config, seconds: float) -> tuple[float, float]:
    """The time of an epoch (s), and the overhead of recording it as a fraction."""
    plain, recorded, history, goals = Trainer(config), Trainer(config), History(), Goals()

    def record() -> None:
        recorded.run_epoch()
        if handle := recorded.handle():
            history.put(HistoryEntry(handle, recorded.train_loss or 0.0, goals))

    for _ in range(1500):
        record()
    alone, with_recording = interleaved([plain.run_epoch, record], seconds)
    return alone, with_recording / alone - 1


def session_of(config: Config) -> Session:
    """A new session at epoch 0."""
    link = format_link(config, parse_link("", Limits()).view)
    session = Session(1, Opening(link=link), Limits())
    session.opened()
    return session


def ask(session: Session, **command: object) -> None:
    """Make a session execute a command."""
    session.submit(1, parse(json.dumps(command)))
    session.turn(0.0)


def memory(network: Network) -> tuple[float, float]:
    """Megabytes allocated by a run according to Python, and according to its history."""
    session = session_of(network.config)
    ask(session, type="run_until", until="epochs", epochs=network.epochs)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    while session.experiment.run.trainer.epoch < network.epochs and not session.experiment.run.trainer.has_ended:
        session.turn(1.0)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1e6, sum(entry.handle.size for entry in session.experiment.run.history.entries) / 1e6


def scrubs(network: Network, times: int) -> list[float]:
    """Seconds from each of many requests, spread over the run, to its frame; ascending."""
    session = session_of(network.config)
    ask(session, type="run_until", until="epochs", epochs=network.epochs)
    while session.experiment.run.trainer.epoch < network.epochs and not session.experiment.run.trainer.has_ended:
        session.turn(1.0)
    return sorted(_scrub(session, epoch) for epoch in _requested_epochs(session.experiment.run.history.epochs, times))


def _requested_epochs(epochs: list[int], times: int) -> Iterator[int]:
    for number in range(times):
        # golden-ratio steps cover the run evenly, and consecutive requests are never close together
        yield epochs[int(number * 0.618034 % 1 * (len(epochs) - 1))]


def _scrub(session: Session, epoch: int) -> float:
    # the next frame is due immediately
    session.set_frame_period(0.0)
    session.grant(0, -1)
    started = time.process_time()
    session.submit(1, parse(json.dumps({"type": "seek", "epoch": epoch})))
    for _ in count():
        if any(envelope.kind is MessageKind.FRAME for envelope in session.turn(0.001)):
            break
    return time.process_time() - started


def main() -> int:
    """Print the table and return the exit code: 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take a rough measurement in less time")
    is_quick = parser.parse_args().quick
    print(f"{'':<28} {'epoch':>9} {'overhead':>13} {'memory':>9} {'as reported':>11} {'scrub':>8} {'slowest':>9}")
    goals_met = []
    for network in NETWORKS:
        epochs = max(100, network.epochs // 10) if is_quick else network.epochs
        network = network._replace(epochs=epochs)  # noqa: PLW2901
        alone, overhead = recording_overhead(network.config, 1.0 if is_quick else 6.0)
        allocated, reported = memory(network)
        times = scrubs(network, 50 if is_quick else 400)
        print(
            f"{network.name:<28} {alone * 1e6:>6.0f} µs {overhead * 100:>11.1f} % "
            f"{allocated:>6.2f} MB {reported:>8.2f} MB "
            f"{times[len(times) // 2] * 1e3:>5.1f} ms {times[-1] * 1e3:>6.1f} ms",
            flush=True,
        )
        is_cheap = overhead <= OVERHEAD_GOAL or not network.has_goal
        goals_met.append(
            is_cheap and allocated * 1e6 <= BUDGET and reported * 1e6 <= BUDGET and times[-1] <= SCRUB_GOAL
        )
    print("goals met" if all(goals_met) else "goals MISSED", file=sys.stderr)
    return 0 if all(goals_met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
