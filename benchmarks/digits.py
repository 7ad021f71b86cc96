"""The classic lecture's network for handwritten digits: `python -m benchmarks.digits [--quick]`.

Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1: sigmoids, squared error, 30 hidden units, minibatches of
10, a learning rate of 3, 30 epochs. First, the engine's speed at this size, 784-30-10, on 1000 random images,
compared with a textbook network that processes one example at a time and scikit-learn's `MLPClassifier(solver="sgd")`.
Then its accuracy on the digits that come with scikit-learn: 1797 images of 8 × 8 pixels (UCI, Alpaydin and Kaynak,
1998), not the lecture's 70,000 images of 28 × 28.
"""

import argparse
import platform
import statistics
import time
import warnings
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.engine import interleaved, verdict
from engine.activations import OUTPUT_ACTIVATIONS
from engine.losses import LOSSES
from engine.network import Columns, Network, forward
from engine.operations import run
from engine.optimizers import OPTIMIZERS, RATES
from engine.plan import Plan
from engine.regularizers import REGULARIZERS
from engine.rules import Rules

Array = NDArray[np.float64]

HIDDEN, CLASSES, BATCH, RATE, EPOCHS = 30, 10, 10, 3.0, 30
TRAINING = 1500
RUNS = 20
GOOD_ACCURACY = 0.95

TEXTBOOK_GOAL, SKLEARN_GOAL = 8, 2


class Images(NamedTuple):
    """Pixels (n, pixels) from 0 to 1, and the digit (n,) of each image."""

    pixels: Array
    digits: NDArray[np.int64]

    def part(self, indices: NDArray[np.intp]) -> "Images":
        """The images at some indices."""
        return Images(self.pixels[indices], self.digits[indices])


def starting_weights(rng: Generator, sizes: Sequence[int]) -> list[Array]:
    """A normally distributed matrix (units, inputs + 1) per layer, with the biases in its last column."""
    return [rng.normal(0.0, 1.0, (units, fan_in + 1)) for fan_in, units in pairwise(sizes)]


class Compiled:
    """The lecture's network in the engine."""

    def __init__(self, images: Images, weights: list[Array], loss: str = "squared_error", rate: float = RATE) -> None:
        sigmoid = OUTPUT_ACTIVATIONS["sigmoid"]
        self._inputs = np.ascontiguousarray(images.pixels.T)
        self._targets = np.eye(CLASSES)[:, images.digits]
        self._network = Network([matrix.shape[1] - 1 for matrix in weights] + [CLASSES])
        self._network.write(self._network.params, np.concatenate([matrix.ravel() for matrix in weights]))
        self._activations = (sigmoid,) * len(weights)
        rules = Rules(self._activations, LOSSES[loss], OPTIMIZERS["sgd"], REGULARIZERS["none"], BATCH)
        self._plan = Plan(self._network, rules, self._inputs, self._targets)
        self._plan.set_rates({**dict.fromkeys(RATES, 0.0), "learning_rate": rate}, 0.0)

    @property
    def layers(self) -> list[Array]:
        """The matrices of all layers."""
        return self._network.matrices(self._network.params)

    def run_epoch(self) -> None:
        self._plan.run(0, self._plan.batches)

    def shuffle(self, rng: Generator) -> None:
        order = rng.permutation(self._inputs.shape[1])
        self._plan.fill(self._inputs[:, order], self._targets[:, order])

    def accuracy(self, images: Images) -> float:
        """The fraction of images whose digit has the largest output."""
        n = len(images.digits)
        columns = Columns(self._network, np.zeros((Columns.height(self._network), n)))
        columns.fill(images.pixels.T, np.zeros((CLASSES, n)))
        pieces = self._network.pieces(self._network.params)
        run(chain.from_iterable(forward(pieces, columns, self._activations)))
        return float((columns.outputs.argmax(axis=0) == images.digits).mean())


class Textbook:
    """The same network as a lecture would write it: forward and backward for one example (a column) at a time."""

    def __init__(self, images: Images, weights: list[Array]) -> None:
        self._weights = [matrix[:, :-1].copy() for matrix in weights]
        self._biases = [matrix[:, -1:].copy() for matrix in weights]
        targets = np.eye(CLASSES)[images.digits]
        self._examples = [(x[:, None], t[:, None]) for x, t in zip(images.pixels, targets, strict=True)]

    @property
    def layers(self) -> list[Array]:
        """The matrices, as in `Compiled`."""
        return [np.c_[weights, biases] for weights, biases in zip(self._weights, self._biases, strict=True)]

    def run_epoch(self) -> None:
        for start in range(0, len(self._examples), BATCH):
            weight_sums = [np.zeros_like(weights) for weights in self._weights]
            bias_sums = [np.zeros_like(biases) for biases in self._biases]
            for example in self._examples[start : start + BATCH]:
                for layer, delta, inputs in self._gradients(*example):
                    weight_sums[layer] += delta @ inputs.T
                    bias_sums[layer] += delta
            step = RATE / BATCH
            self._weights = [w - step * total for w, total in zip(self._weights, weight_sums, strict=True)]
            self._biases = [b - step * total for b, total in zip(self._biases, bias_sums, strict=True)]

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


def measure_speed(seconds: float) -> bool:
    """Print the times of one epoch and return whether the goals are met."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - not needed for the rest

    rng = np.random.default_rng(0)
    images = Images(rng.random((1000, 784)), rng.integers(0, CLASSES, 1000))
    weights = starting_weights(rng, (784, HIDDEN, CLASSES))
    ours, textbook = Compiled(images, weights), Textbook(images, weights)
    peer: Any = MLPClassifier(
        (HIDDEN,),
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        learning_rate_init=RATE,
        batch_size=BATCH,
        shuffle=False,
    )
    peer.partial_fit(*images, classes=range(CLASSES))
    ours.run_epoch()
    textbook.run_epoch()
    if not all(np.allclose(a, b, atol=1e-9) for a, b in zip(ours.layers, textbook.layers, strict=True)):
        raise ArithmeticError("the competitors compute different results")
    times = interleaved([ours.run_epoch, textbook.run_epoch, lambda: peer.partial_fit(*images)], seconds)
    ratios = [(times[1] / times[0], TEXTBOOK_GOAL), (times[2] / times[0], SKLEARN_GOAL)]
    print(
        f"784-30-10, batch {BATCH}, one epoch of 1000 images: {times[0] * 1e3:.1f} ms; "
        f"vs. textbook {verdict(*ratios[0]).strip()}, vs. scikit-learn {verdict(*ratios[1]).strip()}",
        flush=True,
    )
    return all(ratio >= goal for ratio, goal in ratios)


def measure_accuracy(loss: str, rate: float) -> None:
    """Print the test accuracy after the lecture's 30 epochs; each run has its own split and initial weights."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - not needed for the rest

    digits: Any = load_digits()
    images = Images(digits.data / 16, digits.target)
    begin = time.process_time()
    accuracies = []
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        training, test = np.split(rng.permutation(len(images.digits)), [TRAINING])
        weights = starting_weights(rng, (images.pixels.shape[1], HIDDEN, CLASSES))
        network = Compiled(images.part(training), weights, loss, rate)
        for _ in range(EPOCHS):
            network.shuffle(rng)
            network.run_epoch()
        accuracies.append(network.accuracy(images.part(test)))
    spent = (time.process_time() - begin) / RUNS
    good = sum(accuracy >= GOOD_ACCURACY for accuracy in accuracies)
    print(
        f"64-30-10, {loss}, learning rate {rate:g}, {EPOCHS} epochs of {TRAINING} images in {spent:.2f} s: "
        f"accuracy on the other {len(images.digits) - TRAINING} {statistics.median(accuracies):.1%} "
        f"({min(accuracies):.1%} to {max(accuracies):.1%}), {GOOD_ACCURACY:.0%} or more in {good} of {RUNS} runs",
        flush=True,
    )


def main() -> int:
    """Print everything and return the exit code: 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.digits", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take a rough measurement in a few seconds")
    seconds = 1.0 if parser.parse_args().quick else 5.0
    warnings.filterwarnings("ignore")  # scikit-learn warns that it has not converged, which is true
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, one BLAS thread")
    goals_met = measure_speed(seconds)
    measure_accuracy("squared_error", RATE)
    measure_accuracy("cross_entropy", 0.5)
    return 0 if goals_met else 1


if __name__ == "__main__":
    raise SystemExit(main())
