"""The speed of the engine: `python -m benchmarks.engine [--quick]`.

Compares three implementations, interleaved in one run on one BLAS thread: the engine's compiled plan, textbook NumPy
(`tests/reference.py`, and a straightforward frame made with it), and scikit-learn's `MLPClassifier.partial_fit` on the
same minibatches; and, if Numba is installed, the compiled kernel. Beside them stands what the original's own engine
took in V8, on such a machine. Then compares every optimizer with SGD. The competitors take turns many times, and the
fastest tenth of each one's CPU times counts, because the machine may be busy with other work.
"""

import argparse
import os
import platform
import time
import timeit
import tracemalloc
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from engine import FEATURES, OPTIMIZERS, Config, Trainer
from tests.reference import Reference, features, reference_of
from tests.support.training import is_compiled, without_kernel

Work = Callable[[], Any]

GRID = 100
THUMBNAIL = 16


class Workload(NamedTuple):
    """A workload, and the goals: how many times faster than its competitors the engine should be.

    There is a goal for an epoch and for a frame against the textbook, and for an epoch against scikit-learn. `v8` is
    what an epoch and its losses took the original's own engine in V8 (µs), on a small server with two cores.
    """

    name: str
    config: Config
    epoch_goal: float | None = None
    frame_goal: float | None = None
    sklearn_goal: float | None = None
    v8: float | None = None


WORKLOADS = (
    Workload("default 2-4-2-1, batch 10", Config(), 6, 7, 20, v8=308),
    Workload(
        "spiral 3-5-4-3-1 ReLU, batch 10",
        Config(dataset="spiral", features=("x", "y", "xSquared"), hidden_layer_sizes=(5, 4, 3), activation="relu"),
        v8=479,
    ),
    Workload("7-8×6-1, batch 10", Config(features=tuple(FEATURES), hidden_layer_sizes=(8,) * 6), 6, 7, v8=3051),
    Workload(
        "7-8×6-1, batch 30", Config(features=tuple(FEATURES), hidden_layer_sizes=(8,) * 6, batch_size=30), v8=2896
    ),
    Workload("default, batch 1", Config(batch_size=1), v8=333),
    Workload("default, L1", Config(regularizer="L1", regularization_rate=0.001)),
    Workload(
        "regression 7-8×6-1, batch 10",
        Config(problem="regression", features=tuple(FEATURES), hidden_layer_sizes=(8,) * 6),
        v8=9251,
    ),
)


OPTIMIZER_GOAL = 1.5
"""The longest an epoch of another optimizer may take, relative to SGD."""


def sklearn_epoch(trainer: Trainer) -> Work | None:
    """One epoch of scikit-learn on the same network and minibatches; None for regression.

    The output of `MLPClassifier` is logistic instead of tanh, which costs the same.
    """
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - not needed for the rest

    config = trainer.config
    if config.problem != "classification":
        return None
    inputs = features(config, trainer.inputs)[: trainer.train_size]
    targets = trainer.targets[: trainer.train_size] > 0
    network = MLPClassifier(
        config.hidden_layer_sizes,
        activation={"sigmoid": "logistic", "linear": "identity"}.get(config.activation, config.activation),
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        learning_rate_init=config.learning_rate,
        batch_size=config.batch_size,
        shuffle=False,
    )
    network.partial_fit(inputs, targets, classes=[False, True])
    return lambda: network.partial_fit(inputs, targets)


def textbook_frame(reference: Reference) -> Work:
    """One epoch and its frame, done in the obvious way: losses, each unit on the grid, bytes."""
    side = np.linspace(-6, 6, GRID)
    x, y = np.meshgrid(side, side[::-1])
    points = np.c_[x.ravel(), y.ravel()]
    inputs = features(reference.config, points)
    step = GRID // THUMBNAIL

    def bytes_of(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.clip(np.rint(values * 127.5 + 127.5), 0, 255).astype(np.uint8)

    def frame() -> bytes:
        reference.run_epoch()
        reference.losses()
        reference.params.tobytes()
        pictures, activations = [], inputs
        for layer in reference.layers:
            activations = layer.forward(activations)
            pictures += [activations[:, unit].reshape(GRID, GRID) for unit in range(activations.shape[1])]
        thumbnails = [bytes_of(picture[::step, ::step][:THUMBNAIL, :THUMBNAIL]) for picture in pictures]
        return bytes_of(pictures[-1]).tobytes() + np.array(thumbnails).tobytes()

    return frame


def compiled_frame(trainer: Trainer) -> Work:
    """The same with the engine."""

    def frame() -> bytes:
        trainer.run_epoch()
        snapshot = trainer.snapshot()
        return snapshot.surface.tobytes() + snapshot.thumbnails.tobytes() + snapshot.state.arrays["params"].tobytes()

    return frame


def interleaved(works: Sequence[Work], seconds: float) -> list[float]:
    """The time (s) of one call of each, in the fastest tenth of its turns; `seconds` is the rough total."""
    # enough calls per turn to make up for cold caches
    repeats = [max(2, int(0.008 / min(timeit.repeat(work, number=1, repeat=6)))) for work in works]
    times: list[list[float]] = [[] for _ in works]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 5:
        for work, count, taken in zip(works, repeats, times, strict=True):
            begin = time.process_time()
            for _ in range(count):
                work()
            taken.append((time.process_time() - begin) / count)
    return [float(np.percentile(taken, 10)) for taken in times]


def memory_of(make: Callable[[], Any]) -> float:
    """The kilobytes that remain allocated for what `make` returns."""
    tracemalloc.start()
    kept = make()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return size / 1000


def verdict(ratio: float | None, goal: float | None) -> str:
    """A ratio and whether it meets the goal; a dash without a competitor."""
    shown = "–" if ratio is None else f"{ratio:.1f}×"
    comparison = "" if ratio is None or goal is None else f"{'≥' if ratio >= goal else '<'} {goal:g}"
    return f"{shown:>8} {comparison:<6}"


def time_of(microseconds: float | None) -> str:
    """A time; a dash if it was not measured."""
    return f"{'–':>11}" if microseconds is None else f"{microseconds:>8.0f} µs"


def measure(workload: Workload, seconds: float) -> bool:
    """Print the row of one workload and return whether its goals are met."""
    with without_kernel():
        trainer = Trainer(workload.config)
    compiled, reference = Trainer(workload.config), reference_of(trainer)
    for _ in range(5):
        trainer.run_epoch()
        compiled.run_epoch()
        reference.run_epoch()
    if any(abs((own.train_loss or 0) - reference.losses()[0]) > 1e-9 for own in (trainer, compiled)):
        raise ArithmeticError("the competitors compute different results")
    epochs: list[Work] = [trainer.run_epoch, reference.run_epoch, compiled.run_epoch]
    if peer := sklearn_epoch(trainer):
        epochs.append(peer)
    ours, textbook, kernel, *others = interleaved(epochs, seconds)
    our_frame, their_frame = interleaved([compiled_frame(trainer), textbook_frame(reference)], seconds)
    ratios = [
        (textbook / ours, workload.epoch_goal),
        (others[0] / ours if others else None, workload.sklearn_goal),
        (their_frame / our_frame, workload.frame_goal),
    ]
    # the grid of this shape, which all trainers share, exists already
    memory = memory_of(lambda: Trainer(workload.config))
    print(
        f"{workload.name:<32} {ours * 1e6:>8.0f} µs {time_of(kernel * 1e6 if is_compiled(compiled) else None)} "
        f"{time_of(workload.v8)} {verdict(*ratios[0])} {verdict(*ratios[1])} "
        f"{our_frame * 1e6:>8.0f} µs {verdict(*ratios[2])} {memory:>7.0f} kB",
        flush=True,
    )
    return all(ratio is None or goal is None or ratio >= goal for ratio, goal in ratios)


def measure_optimizers(config: Config, seconds: float) -> bool:
    """Print the epoch of every optimizer relative to SGD and return whether all meet the goal."""
    # at this rate, none of them diverges
    with without_kernel():
        trainers = [Trainer(config.replace(optimizer=name, learning_rate=1e-4)) for name in OPTIMIZERS]
    times = interleaved([trainer.run_epoch for trainer in trainers], seconds)
    of_sgd = times[list(OPTIMIZERS).index("sgd")]
    ratios = {optimizer.label: spent / of_sgd for optimizer, spent in zip(OPTIMIZERS.values(), times, strict=True)}
    shown = ", ".join(f"{label} {ratio:.2f}×" for label, ratio in ratios.items())
    within = max(ratios.values()) <= OPTIMIZER_GOAL
    print(f"{shown}; all {'≤' if within else 'not ≤'} {OPTIMIZER_GOAL:g}", flush=True)
    return within


def main() -> int:
    """Print the table and return the exit code: 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take a rough measurement in a few seconds")
    seconds = 0.3 if parser.parse_args().quick else 2.0
    warnings.filterwarnings("ignore")  # scikit-learn warns that it has not converged, which is true
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} cores, one BLAS thread")
    print("epoch: one pass over the training set (ours and V8's include the losses), without and with Numba's kernel;")
    print("frame: epoch, losses, all pictures, bytes")
    columns = (
        f"{'epoch':>11} {'kernel':>11} {'V8':>11} {'vs textbook':<15} {'vs scikit-learn':<15} "
        f"{'frame':>11} {'vs textbook':<15} {'memory':>10}"
    )
    print(f"{'':<32} {columns}")
    goals_met = [measure(workload, seconds) for workload in WORKLOADS]
    print("one epoch of every optimizer relative to SGD, 7-8×6-1, batch size 10:")
    goals_met.append(measure_optimizers(Config(features=tuple(FEATURES), hidden_layer_sizes=(8,) * 6), 4 * seconds))
    return 0 if all(goals_met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
