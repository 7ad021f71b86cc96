"""Many starts and sweeps: `python -m benchmarks.starts [--only opening,large,digits,live] [--jobs 2]`.

Everything is measured in one run. Each figure of the engine is the fastest of several rounds, in which the competitors
take turns, because the machine may be busy with other work.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from app.link import parse_axes, parse_link
from app.link.digits import LECTURE
from app.sweeps.executors import local, results
from app.sweeps.rows import Start
from app.sweeps.sweep import Sweep
from app.sweeps.task import Task, tasks_of, train
from app.training.pictures import picture_of
from benchmarks.clients import DEFAULT, Client, Rates, open_all, row
from engine import FEATURES, Config, Trainer
from engine.ensemble import Ensemble
from tests.reference import features
from tests.support.server import ServerProcess

OPENING = Sweep(Config(), starts=100, epochs=500)
"""The opening network from a hundred starts."""

LARGE = Sweep(Config(features=tuple(FEATURES), hidden_layer_sizes=(8,) * 6), starts=1000, epochs=100)
"""A thousand starts of a deep one."""

DIGITS = Sweep(parse_link(LECTURE).config, parse_axes("networkShape:30|30,30|30,30,30"), 20, "both", 30)
"""The lecture's three networks that read digits."""

EVERY = 10
"""Epochs between two computations of the losses."""

SAMPLE = 4
"""Starts that are trained one after the other, to know what all of them would take."""

ROUNDS = 3


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(sweep: Sweep, jobs: int) -> list[Start]:
    """Train a sweep, with all losses and pictures, in some processes; with 1, in this one."""
    rows = range(sweep.total)
    if jobs == 1:
        return [start for task in tasks_of(sweep, rows) for start in train(task)]
    with local(jobs) as executor:
        done = results(executor, train, tasks_of(sweep, rows, parts=jobs), 2 * jobs)
        return [start for starts in done for start in starts]


def one_by_one(sweep: Sweep) -> None:
    """Train a few starts of a sweep, one after the other, each with a trainer of its own."""
    for index in range(SAMPLE):
        trainer = Trainer(sweep.config_of(index))
        for _ in range(sweep.epochs):
            trainer.run_epoch()
        picture_of(trainer.function(), trainer.config.dimensions)


def with_sklearn(sweep: Sweep) -> None:
    """Train one start of a sweep with scikit-learn: neither test losses nor a picture, which would take longer."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - not needed for the rest

    config = sweep.config
    trainer = Trainer(config)
    inputs = features(config, trainer.inputs)[: trainer.train_size]
    network = MLPClassifier(
        config.hidden_layer_sizes,
        activation="tanh",
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        learning_rate_init=config.learning_rate,
        batch_size=config.batch_size,
        shuffle=False,
        max_iter=sweep.epochs,
        tol=0.0,
        n_iter_no_change=sweep.epochs,
    )
    with warnings.catch_warnings():
        # it has not converged after these epochs, nor is it asked to
        warnings.simplefilter("ignore")
        network.fit(inputs, trainer.targets[: trainer.train_size] > 0)


def training_alone(sweep: Sweep, size: int) -> float:
    """Seconds that an epoch of one start takes in an ensemble of this size, with losses every ten epochs."""
    many = replace(sweep, starts=size)
    ensemble = Ensemble([many.config_of(index) for index in range(size)])
    ensemble.run_epoch()

    def epochs() -> None:
        for number in range(1, 2 * EVERY + 1):
            ensemble.run_epoch(evaluate=number % EVERY == 0)

    return min(seconds_of(epochs) for _ in range(5)) / (2 * EVERY * size)


def compare(sweep: Sweep, jobs: int, *, sklearn: bool) -> None:
    """Print how long a sweep takes in one and in several processes, beside its competitors."""
    times: dict[str, list[float]] = {"one": [], "several": [], "alone": [], "sklearn": []}
    for _ in range(ROUNDS):
        times["alone"].append(seconds_of(lambda: one_by_one(sweep)) * sweep.total / SAMPLE)
        times["one"].append(seconds_of(lambda: run(sweep, 1)))
        times["several"].append(seconds_of(lambda: run(sweep, jobs)))
        if sklearn:
            times["sklearn"].append(seconds_of(lambda: with_sklearn(sweep)) * sweep.total)
    one, several, alone = (min(times[name]) for name in ("one", "several", "alone"))
    row(f"all of it, {jobs} processes, their start included", f"{several:.2f} s")
    row("all of it, this process", f"{one:.2f} s")
    row("one after the other, this process", f"{alone:.1f} s", f"{alone / one:.1f} ×, {alone / several:.1f} ×")
    if sklearn:
        other = min(times["sklearn"])
        row("scikit-learn, one after the other", f"{other:.1f} s", f"{other / one:.0f} ×, {other / several:.0f} ×")


def opening(jobs: int) -> None:
    """The opening network: 100 starts of 500 epochs, with losses every 10 epochs and all pictures."""
    compare(OPENING, jobs, sklearn=True)
    for size in (1, 16, 64, 100, 128, 400):
        row(f"an epoch of one start, {size} together", f"{1e6 * training_alone(OPENING, size):.1f} µs")


def large(jobs: int) -> None:
    """A deep network: 1,000 starts of 7-8×6-1 for 100 epochs, and how far a second process helps."""
    compare(LARGE, jobs, sklearn=False)
    times: list[float] = []
    with local(jobs) as executor:
        # processes that have started: what a server has after its first sweep
        list(results(executor, train, tasks_of(LARGE, range(jobs), parts=jobs), 2 * jobs))
        for parts in (1, jobs):
            tasks = list(tasks_of(LARGE, range(LARGE.total), parts=jobs))
            times.append(min(seconds_of(lambda: list(results(executor, train, tasks, parts))) for _ in range(2)))  # noqa: B023
    row(f"{jobs} processes instead of one, both started before", f"{times[0] / times[1]:.2f} ×", "at least 1.7 ×")
    before, most = _memory_of_one()
    row("memory of a process before and at most", f"{before:.0f} MB, {most:.0f} MB")


def _memory_of_one() -> tuple[float, float]:
    """The most memory (MB) of a process of its own, before it trains all of the large sweep and afterward."""
    lines = (
        "from benchmarks.starts import LARGE, most_memory, run",
        "print(most_memory())",
        "run(LARGE, 1)",
        "print(most_memory())",
    )
    command = [sys.executable, "-c", "\n".join(lines)]
    before, most = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(before), float(most)


def most_memory() -> float:
    """The most memory (MB) that this process has had."""
    status = Path("/proc/self/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def digits(jobs: int) -> None:
    """The lecture's three networks that read digits: 20 starts of 30 epochs each, in processor time of this process."""
    total = 0.0
    for cell in range(DIGITS.cells):
        began = time.process_time()
        for index in range(cell * DIGITS.starts, (cell + 1) * DIGITS.starts):
            train(Task(DIGITS, (index,)))
        seconds = time.process_time() - began
        total += seconds
        sizes = "-".join(map(str, DIGITS.cell_config(cell).layer_sizes))
        row(sizes, f"{seconds:.1f} s")
    row("all three", f"{total:.1f} s")
    row("memory of this process at most", f"{most_memory():.0f} MB")


# --- live sessions ----------------------------------------------------------------------------------------------------

SESSIONS = 20
SECONDS = 4.0
ALTERNATIONS = 4

ASK = '{"type":"try_starts","count":400,"epochs":4000,"vary":"weights","id":1}'
CANCEL = '{"type":"cancel_starts","id":2}'


async def _frames(clients: Sequence[Client]) -> tuple[float, float]:
    """Frames and epochs per second and session."""
    rates = Rates(clients)
    await asyncio.sleep(SECONDS)
    frames, epochs = rates.take()
    return median(frames), median(epochs)


async def _beside(workers: int) -> None:
    with ServerProcess(workers=workers) as server:
        clients = await open_all(server.port, (DEFAULT.format(number) for number in range(1, SESSIONS + 1)))
        (asking,) = await open_all(server.port, [DEFAULT.format(99)])
        asking.say('{"type":"pause"}')
        await asyncio.sleep(2)
        without, beside = [], []
        for _ in range(ALTERNATIONS):
            without.append(await _frames(clients))
            asking.say(ASK)
            await asyncio.sleep(1)
            beside.append(await _frames(clients))
            asking.say(CANCEL)
            await asyncio.sleep(1)
        for what, position in (("frames", 0), ("epochs", 1)):
            old, new = (sum(pair[position] for pair in pairs) / ALTERNATIONS for pairs in (without, beside))
            row(f"{what}/s of a session, alone and beside a sweep", f"{old:.1f} / {new:.1f}", f"{new / old:.1%}")


def live(jobs: int) -> None:
    """Twenty live sessions beside the sweep of another one."""
    asyncio.run(_beside(os.cpu_count() or 1))


CASES: dict[str, Callable[[int], None]] = {"opening": opening, "large": large, "digits": digits, "live": live}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes, where there are several")
    parser.add_argument("--only", default=",".join(CASES), help="cases to run, of " + ", ".join(CASES))
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}, load before {os.getloadavg()[0]:.1f}")
    for name in options.only.split(","):
        print(f"\n{CASES[name].__doc__}")
        CASES[name](options.jobs)


if __name__ == "__main__":
    main()
