"""The classic lecture's example, handwritten digits: `python -m benchmarks.digits [--quick] [--accuracy]`.

Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1: sigmoids, squared error, 30 hidden units, minibatches of
10, a learning rate of 3, 30 epochs. First, the speed of the engine at this size, 784-30-10: an epoch of 1000 digits,
compared with a textbook network that processes one example at a time and with scikit-learn's
`MLPClassifier(solver="sgd")`, and an epoch of all 8,000.

`--accuracy` adds what the lecture asks: how many digits are read right, and whether more layers help. Every line is
over 20 starts, each with its own parts of the data and its own initial weights. It takes at least ten minutes.
"""

import argparse
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.link import parse_link
from app.link.digits import LECTURE, SMALL
from benchmarks.engine import verdict
from engine import Config, Trainer

Array = NDArray[np.float64]

CLASSES, EPOCHS = 10, 30
STARTS, TRIED = 20, 5
"""Starts of each line, and those with which learning rates are chosen."""

TEXTBOOK_GOAL, SKLEARN_GOAL = 8, 3

LESS = 1000
"""Digits of an epoch that is compared; the textbook takes its time."""

NETWORKS = ((30,), (30, 30), (30, 30, 30))
"""The hidden layers of the lecture's three networks."""

WIDE = (100,)
"""That of its wide one."""

RATES = (0.03, 0.1, 0.3, 1.0, 3.0)
"""The learning rates that are tried."""

COUNTS = (500, 1000, 2000, 4000, 8000)
"""How many digits are trained with, to see what fewer cost."""


class Textbook:
    """The network as a lecture would write it: forward and backward for one example (a column) at a time."""

    def __init__(self, trainer: Trainer) -> None:
        pixels = trainer.inputs[: trainer.train_size] / 255
        targets = np.eye(CLASSES)[trainer.targets[: trainer.train_size].astype(int)]
        layers = layers_of(trainer)
        self._weights = [weights for weights, _ in layers]
        self._biases = [biases[:, None] for _, biases in layers]
        self._examples = [(x[:, None], t[:, None]) for x, t in zip(pixels, targets, strict=True)]
        self._batch = trainer.config.batch_size
        self._step = trainer.config.learning_rate / self._batch

    @property
    def params(self) -> Array:
        """The weights and biases, as `params_of` has them."""
        layers = zip(self._weights, self._biases, strict=True)
        return np.concatenate([part.ravel() for layer in layers for part in layer])

    def run_epoch(self) -> None:
        for start in range(0, len(self._examples), self._batch):
            weight_sums = [np.zeros_like(weights) for weights in self._weights]
            bias_sums = [np.zeros_like(biases) for biases in self._biases]
            for example in self._examples[start : start + self._batch]:
                for layer, delta, inputs in self._gradients(*example):
                    weight_sums[layer] += delta @ inputs.T
                    bias_sums[layer] += delta
            self._weights = [w - self._step * total for w, total in zip(self._weights, weight_sums, strict=True)]
            self._biases = [b - self._step * total for b, total in zip(self._biases, bias_sums, strict=True)]

    def _gradients(self, x: Array, target: Array) -> Iterator[tuple[int, Array, Array]]:
        """Each layer from last to first: its delta and its inputs."""
        activations = [x]
        for weights, biases in zip(self._weights, self._biases, strict=True):
            activations.append(1 / (1 + np.exp(-(weights @ activations[-1] + biases))))
        slope = activations[-1] * (1 - activations[-1])
        delta = (activations[-1] - target) * slope
        for layer in reversed(range(len(self._weights))):
            yield layer, delta, activations[layer]
            slope = activations[layer] * (1 - activations[layer])
            delta = (self._weights[layer].T @ delta) * slope


def layers_of(trainer: Trainer) -> list[tuple[Array, Array]]:
    """Weights (units, inputs) and biases (units,) of each layer."""
    return [pieces[0] for pieces in trainer.pieces()]


def params_of(trainer: Trainer) -> Array:
    """All weights and biases: layer by layer, first its weights."""
    return np.concatenate([part.ravel() for layer in layers_of(trainer) for part in layer])


def lecture(link: str = LECTURE, **changes: Any) -> Config:
    """The lecture's experiment with some changes."""
    return parse_link(link).config.replace(**changes)


# --- speed ------------------------------------------------------------------------------------------------------------


def train_epoch(trainer: Trainer) -> float:
    """Train an epoch; returns what it takes (s) without its losses, which are computed after the last minibatch."""
    begin = time.process_time()
    trainer.run_minibatches(trainer.batches - 1)
    spent = time.process_time() - begin
    trainer.run_epoch()
    return spent * trainer.batches / (trainer.batches - 1)


def seconds_of(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def take_turns(works: Sequence[Callable[[], float]], seconds: float) -> list[float]:
    """The time (s) that each work returns, in the fastest tenth of its turns; `seconds` is the rough total."""
    end = time.perf_counter() + seconds
    times = [[work() for work in works]]
    while time.perf_counter() < end or len(times) < 5:
        times.append([work() for work in works])
    return [float(np.percentile(taken, 10)) for taken in zip(*times, strict=True)]


def compare_speed(seconds: float) -> bool:
    """Print the times of an epoch of 1000 digits and return whether the goals are met."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - not needed for the rest

    trainer = Trainer(lecture(train_count=LESS, shuffle=False, seed="1"))
    textbook = Textbook(trainer)
    peer: Any = MLPClassifier(
        trainer.config.hidden_layer_sizes,
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        learning_rate_init=trainer.config.learning_rate,
        batch_size=trainer.config.batch_size,
        shuffle=False,
    )
    digits = trainer.inputs[:LESS] / 255, trainer.targets[:LESS]
    peer.partial_fit(*digits, classes=range(CLASSES))
    trainer.run_epoch()
    textbook.run_epoch()
    if not np.allclose(params_of(trainer), textbook.params, atol=1e-9):
        raise ArithmeticError("the competitors compute different results")
    works = [
        lambda: train_epoch(trainer),
        lambda: seconds_of(textbook.run_epoch),
        lambda: seconds_of(lambda: peer.partial_fit(*digits)),
    ]
    ours, theirs, of_sklearn = take_turns(works, seconds)
    ratios = [(theirs / ours, TEXTBOOK_GOAL), (of_sklearn / ours, SKLEARN_GOAL)]
    print(
        f"{shape_of(trainer.config)}, one epoch of {LESS} digits: {ours * 1e3:.1f} ms; "
        f"vs. textbook {verdict(*ratios[0]).strip()}, vs. scikit-learn {verdict(*ratios[1]).strip()}",
        flush=True,
    )
    return all(ratio >= goal for ratio, goal in ratios)


def measure_epochs(seconds: float) -> None:
    """Print how long an epoch of all digits takes, with and without its losses."""
    for layers in NETWORKS:
        trainer = Trainer(lecture(hidden_layer_sizes=layers, seed="1"))
        epoch = partial(train_epoch, trainer)
        training, whole = take_turns([epoch, partial(seconds_of, trainer.run_epoch)], seconds)
        print(
            f"{shape_of(trainer.config)}, one epoch of {trainer.train_size:,} digits: {training * 1e3:.0f} ms, "
            f"with its losses {whole * 1e3:.0f} ms",
            flush=True,
        )


# --- accuracy ---------------------------------------------------------------------------------------------------------


class Reading(NamedTuple):
    """What a start has reached: its accuracy on validation and test digits after the last epoch, and its best one.

    `unread` are the digits of which it reads less than a tenth; `seconds` is the processor time of all epochs.
    """

    validation: float
    test: float
    best: float
    train: float
    unread: int
    seconds: float


def read(config: Config) -> Reading:
    """Train a start for the lecture's thirty epochs."""
    begin = time.process_time()
    trainer = Trainer(config)
    best = 0.0
    for _ in range(EPOCHS):
        trainer.run_epoch()
        best = max(best, trainer.test_accuracy or 0.0)
    seconds = time.process_time() - begin
    test = slice(trainer.train_size + trainer.validation_size, None)
    answers = trainer.outputs(trainer.inputs[test]).argmax(axis=1)
    targets = trainer.targets[test]
    shares = [np.mean(answers[targets == digit] == digit) for digit in range(CLASSES)]
    return Reading(
        validation=trainer.validation_accuracy or 0.0,
        test=trainer.test_accuracy or 0.0,
        best=best,
        train=trainer.train_accuracy or 0.0,
        unread=sum(bool(share < 0.1) for share in shares),
        seconds=seconds,
    )


def starts_of(config: Config) -> list[Config]:
    """The starts of an experiment: other parts of the data, and other initial weights."""
    return [config.replace(seed=f"0.{number:02}") for number in range(1, STARTS + 1)]


def shape_of(config: Config) -> str:
    return "-".join(map(str, config.layer_sizes))


def measure(executor: Executor, experiments: Mapping[str, Config]) -> None:
    """Print a table with a row for each experiment."""
    print("| | test accuracy: median | worst and best | best epoch, median | training accuracy | unread | epoch |")
    print("|---|---|---|---|---|---|---|")
    # all at once, so that no process waits for the last start of a row
    configs = [start for config in experiments.values() for start in starts_of(config)]
    readings = executor.map(read, configs)
    for name in experiments:
        print(f"| {name} | {row_of([next(readings) for _ in range(STARTS)])} |", flush=True)


def row_of(readings: Sequence[Reading]) -> str:
    tests = [reading.test for reading in readings]
    cells = (
        f"{statistics.median(tests):.1%}",
        f"{min(tests):.1%} and {max(tests):.1%}",
        f"{statistics.median(reading.best for reading in readings):.1%}",
        f"{statistics.median(reading.train for reading in readings):.1%}",
        f"{sum(reading.unread > 0 for reading in readings)} of {len(readings)}",
        f"{statistics.median(reading.seconds for reading in readings) / EPOCHS * 1e3:.0f} ms",
    )
    return " | ".join(cells)


def best_rate(executor: Executor, config: Config) -> float:
    """The learning rate with the best median accuracy on the validation digits, over fewer starts."""
    medians = {}
    for rate in RATES:
        readings = list(executor.map(read, starts_of(config.replace(learning_rate=rate))[:TRIED]))
        medians[rate] = statistics.median(reading.validation for reading in readings)
    print("Validation accuracy by learning rate:", ", ".join(f"{rate:g}: {medians[rate]:.1%}" for rate in RATES))
    return max(RATES, key=lambda rate: medians[rate])


def measure_networks(executor: Executor, title: str, networks: Sequence[tuple[int, ...]], **changes: Any) -> None:
    """Print a table with a row for each network; without a learning rate, the best one for the first is used."""
    print(f"\n{title}:")
    if "learning_rate" not in changes:
        changes["learning_rate"] = best_rate(executor, lecture(hidden_layer_sizes=networks[0], **changes))
    configs = [lecture(hidden_layer_sizes=layers, **changes) for layers in networks]
    measure(executor, {shape_of(config): config for config in configs})


def measure_accuracy(executor: Executor) -> None:
    """Print all tables."""
    entropy, scaled = {"loss": "cross_entropy"}, {"initializer": "glorot_normal"}
    measure_networks(executor, "The lecture's settings", [*NETWORKS, WIDE], learning_rate=3)
    measure_networks(executor, "Xavier's initial weights", [*NETWORKS, WIDE], learning_rate=3, **scaled)
    measure_networks(executor, "Cross-entropy and softmax", NETWORKS, **entropy)
    measure_networks(executor, "Both", NETWORKS, **entropy, **scaled)
    print("\nThe lecture's settings and 784-30-10, with fewer digits:")
    measure(executor, {f"{count:,}": lecture(train_count=count) for count in COUNTS})
    print("\nThe small pictures, with the lecture's settings, and with cross-entropy and a learning rate of 0.5:")
    small = lecture(SMALL)
    measure(executor, {"squared error": small, "cross-entropy": small.replace(loss="cross_entropy", learning_rate=0.5)})


def main() -> int:
    """Print everything and return the exit code: 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.digits", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take a rough measurement in a few seconds")
    parser.add_argument(
        "--accuracy", action="store_true", help="also measure accuracies, which takes at least ten minutes"
    )
    options = parser.parse_args()
    seconds = 1.0 if options.quick else 5.0
    warnings.filterwarnings("ignore")  # scikit-learn warns that it has not converged, which is true
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, one BLAS thread")
    goals_met = compare_speed(seconds)
    measure_epochs(seconds)
    if options.accuracy:
        with ProcessPoolExecutor(os.cpu_count()) as executor:
            measure_accuracy(executor)
    return 0 if goals_met else 1


if __name__ == "__main__":
    raise SystemExit(main())
