"""The examples of an experiment: drawn or read, split, and converted to network inputs.

Points become numbers at once. Pictures stay bytes until a minibatch or a part of them is needed, since ten thousand of
them would take 63 MB as numbers.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import digits
from engine.config import Config
from engine.datasets import draw, skip
from engine.features import transform
from engine.own_examples import PARTS, OwnExamples, chances
from engine.random import Stream, generator

Vector = NDArray[np.float64]


class Examples(NamedTuple):
    """Points (n, 2) and targets (n,): -1 and +1, class numbers, or values. Training examples come first.

    Instead of points, there may be pictures (n, pixels), which are bytes: 0 is paper, 255 is ink.
    `order` (n,) holds the examples' indices in the user's own list, or is None for other data.
    """

    points: NDArray[Any]
    targets: Vector
    train_size: int
    validation_size: int
    order: NDArray[np.uint32] | None = None

    @property
    def test_size(self) -> int:
        """The number of examples that are used for neither training nor validation."""
        return len(self.points) - self.train_size - self.validation_size

    @property
    def parts(self) -> dict[str, slice]:
        """The slice of each part."""
        end = self.train_size + self.validation_size
        return {"train": slice(0, self.train_size), "validation": slice(self.train_size, end), "test": slice(end, None)}


@lru_cache(maxsize=64)
def _drawn(
    dataset: str, noise: float, seed: str, example_count: int, class_share: float, outliers: float
) -> tuple[Vector, Stream]:
    """The examples (n, 3) of a data set, and the stream after them; both are shared and must not be changed."""
    stream = Stream(seed)
    examples = np.array(
        draw(
            dataset,
            noise,
            stream,
            seed=seed,
            example_count=example_count,
            class_share=class_share,
            outliers=outliers,
        )
    )
    examples.flags.writeable = False
    return examples, stream


def draw_examples(config: Config) -> Examples:
    """The examples of a config. Drawn data include at least one training example; own data may be empty."""
    if config.has_pictures:
        return _pictures(config.active_dataset, config.seed, config.train_count)
    own = config.own
    if own is not None:
        return _arranged(own, config)
    drawn, _ = _drawn(
        config.active_dataset, config.noise, config.seed, config.example_count, config.class_share, config.outliers
    )
    train_size = max(1, int(len(drawn) * config.train_percent / 100))
    validation_size = min(int(len(drawn) * config.validation_percent / 100), len(drawn) - train_size)
    return Examples(drawn[:, :2], drawn[:, 2], train_size, validation_size)


@lru_cache(maxsize=8)
def _pictures(dataset: str, seed: str, train_count: int) -> Examples:
    """The pictures of a data set in an order drawn by the seed; they are shared and must not be changed.

    A tenth of them is for validation and a tenth for testing, whatever the number for training; 0 means all others.
    """
    drawn = digits.load(dataset)
    held_out = len(drawn.labels) // 10
    order = generator(seed, "pictures").permutation(len(drawn.labels))
    rest = len(order) - 2 * held_out
    train_size = min(train_count or rest, rest)
    order = np.concatenate([order[:train_size], order[rest:]])
    pictures, targets = drawn.pixels[order], drawn.labels[order].astype(np.float64)
    for array in (pictures, targets):
        array.flags.writeable = False
    return Examples(pictures, targets, train_size, held_out)


@lru_cache(maxsize=8)
def _mean_picture(dataset: str, seed: str, train_count: int) -> NDArray[np.uint8]:
    examples = _pictures(dataset, seed, train_count)
    mean: NDArray[np.uint8] = examples.points[: examples.train_size].mean(axis=0).round().astype(np.uint8)
    return mean


def mean_picture(config: Config) -> NDArray[np.uint8]:
    """The mean (pixels,) of a config's training pictures, rounded to bytes."""
    return _mean_picture(config.active_dataset, config.seed, config.train_count)


def _arranged(own: OwnExamples, config: Config) -> Examples:
    """The user's own examples: those for training, then validation, then test, each part in the order of the list.

    Examples without a fixed part are assigned at random, each independently: adding or removing one moves no others,
    except at the same point. If the training set would be empty, one of them is used for training regardless.
    """
    key = int(generator(config.seed, "parts").integers(2**63))
    chance = chances(own.points, key) * 100
    is_free = own.parts == PARTS.index("")
    train_percent = config.train_percent
    if is_free.any() and not (own.parts == PARTS.index("train")).any():
        train_percent = max(train_percent, np.nextafter(chance[is_free].min(), np.inf))
    bounds = np.array([train_percent, train_percent + config.validation_percent])
    by_chance = np.searchsorted(bounds, chance, side="right")
    positions = np.array([PARTS.index(name) for name in ("train", "validation", "test")])
    parts = np.where(is_free, positions[np.minimum(by_chance, 2)], own.parts)
    order = np.concatenate([np.flatnonzero(parts == part) for part in positions])
    targets = own.targets * 2 - 1 if own.classes == 2 else own.targets
    train_size, validation_size = (int((parts == part).sum()) for part in positions[:2])
    return Examples(own.points[order], targets[order], train_size, validation_size, order.astype(np.uint32))


@lru_cache(maxsize=2048)
def _stream_after(
    dataset: str, noise: float, seed: str, example_count: int, class_share: float, outliers: float
) -> Stream:
    """The stream after the examples of a data set, which must not be changed.

    More of these are kept than data, since many starts with other weights need only this.
    """
    stream = Stream(seed)
    if skip(dataset, stream, example_count):
        return stream
    return _drawn(dataset, noise, seed, example_count, class_share, outliers)[1]


_BLOCK = 500
"""How many weights lie between places in their stream that are kept: after a reset, the next ones follow on one."""


@lru_cache(maxsize=256)
def _stream_at(block: int, are_drawn: bool, *key: Any) -> Stream:
    """The stream after some blocks of the weights that follow the examples; it must not be changed.

    `are_drawn` says that the examples are needed as well, and do not have to be skipped.
    """
    if not block:
        return _drawn(*key)[1] if are_drawn else _stream_after(*key)
    stream = _stream_at(block - 1, are_drawn, *key).copy()
    stream.skip(_BLOCK)
    return stream


def weight_stream(config: Config) -> Stream:
    """The stream for the original's initial weights: the state of the weight seed's stream after its data."""
    seed = config.weight_seed or config.seed
    key = config.active_dataset, config.noise, seed, config.example_count, config.class_share, config.outliers
    block, rest = divmod(config.weight_offset, _BLOCK)
    are_drawn = seed == config.seed and not config.has_pictures
    stream = _stream_at(block, are_drawn, *key).copy()
    stream.skip(rest)
    return stream


class EpochExamples(NamedTuple):
    """The training examples of one epoch: `inputs` (inputs, n) and `targets` (outputs, n) of the network.

    `order` (n,) holds the number of each example, or is None if they have not been shuffled.
    """

    inputs: NDArray[Any]
    targets: Vector
    order: NDArray[np.intp] | None


class Scaling(NamedTuple):
    """The mean subtracted from each feature and the deviation that divides it, each (features, 1)."""

    mean: Vector
    deviation: Vector


class Inputs:
    """Converts points to network inputs: the chosen features, standardized over the training examples if requested.

    Pictures stay bytes, with a row for each pixel: they are divided by 255 where they are used.
    """

    def __init__(self, config: Config, examples: Examples) -> None:
        self._features = config.features
        count = len(config.features)
        self.scaling = Scaling(np.zeros((count, 1)), np.ones((count, 1)))
        self._has_pictures = config.has_pictures
        self._is_scaled = config.standardize and not config.has_pictures
        if self._is_scaled and count and examples.train_size:
            training = transform(config.features, examples.points[: examples.train_size])
            deviation = training.std(axis=1, keepdims=True)
            # a constant feature has no deviation to divide by
            deviation[deviation < 1e-9] = 1.0
            self.scaling = Scaling(training.mean(axis=1, keepdims=True), deviation)

    def of(self, points: NDArray[Any]) -> NDArray[Any]:
        """The inputs (features, n) for points (n, 2); for pictures (n, pixels), their bytes (pixels, n)."""
        if self._has_pictures:
            return points.T
        inputs = transform(self._features, points)
        return (inputs - self.scaling.mean) / self.scaling.deviation if self._is_scaled else inputs

    def fold(self, matrix: Vector) -> None:
        """Fold the scaling into a first layer's matrix (units, features + 1), which then takes unscaled features."""
        if self._is_scaled:
            count = len(self._features)
            matrix[:, :count] /= self.scaling.deviation.T
            matrix[:, -1] -= matrix[:, :count] @ self.scaling.mean[:, 0]


def epoch_examples(config: Config, examples: Examples, inputs: Inputs, targets: Vector, epoch: int) -> EpochExamples:
    """The training examples as an epoch uses them, shuffled and moved as the config says.

    `targets` (outputs, n) are those of all examples. All randomness depends only on the seed of the weights and on the
    epoch.
    """
    n, seed = examples.train_size, config.weight_seed or config.seed
    points, targets = examples.points[:n], targets[:, :n]
    if jitter := config.active_jitter:
        points = points + generator(seed, "jitter", epoch).normal(0.0, jitter, points.shape)
    if not config.shuffle:
        return EpochExamples(inputs.of(points), targets, None)
    order = generator(seed, "order", epoch).permutation(n)
    return EpochExamples(inputs.of(points)[:, order], targets[:, order], order)


def masks_generator(config: Config, epoch: int) -> np.random.Generator:
    """The generator of the dropout masks in an epoch."""
    return generator(config.weight_seed or config.seed, "dropout", epoch)
