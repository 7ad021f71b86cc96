"""Sixty hard configs: every optimizer with every schedule, and everything else chosen at random from a fixed seed.

Dropout is not among them, because exports do not reproduce its masks.
"""

import dataclasses
import itertools
from typing import Any

import numpy as np

from engine import ACTIVATIONS, FEATURES, LOSSES, OPTIMIZERS, POINT_DATASETS, Config, Trainer
from engine.config import REMAINDERS
from engine.own_examples import OwnExamples, encode
from engine.schedules import SCHEDULES

COUNT = 60
BY_PROBLEM = {"classification": "dataset", "regression": "regression_dataset"}


def hard_configs(seed: int = 9, count: int = COUNT) -> dict[str, Config]:
    """`count` configs, by descriptive name."""
    generator = np.random.default_rng(seed)
    pairs = list(itertools.product(OPTIMIZERS, SCHEDULES))
    generator.shuffle(pairs)
    chosen = itertools.islice(itertools.cycle(pairs), count)
    return {
        f"{number} {optimizer} {schedule}": _config(number, str(optimizer), str(schedule), generator)
        for number, (optimizer, schedule) in enumerate(chosen)
    }


def _config(number: int, optimizer: str, schedule: str, generator: np.random.Generator) -> Config:
    """A config with an optimizer and schedule; `number` cycles through data, losses, activations and remainders."""

    def one_of(*values: Any) -> Any:
        return values[generator.integers(len(values))]

    def perhaps(value: Any, share: float = 0.3) -> Any:
        return value if generator.random() < share else 0

    depth = int(generator.integers(0, 4))
    names = list(ACTIVATIONS)
    batch_size = int(one_of(1, 2, 3, 5, 7, 10, 100))
    config = Config(
        **_data(number, one_of, batch_size),
        features=tuple(name for name in FEATURES if name == "x" or generator.random() < 0.4),
        hidden_layer_sizes=tuple(int(generator.integers(1, 6)) for _ in range(depth)),
        layer_activations=tuple(names[(number + layer) % len(names)] for layer in range(depth)),
        leaky_slope=one_of(0, 0.01, 0.3),
        elu_alpha=one_of(0.5, 1, 2),
        maxout_pieces=2 + number % 4,
        loss=list(LOSSES)[number % len(LOSSES)],
        initializer=one_of("uniform", "uniform", "zeros", "he_normal", "glorot_uniform"),
        batch_norm=generator.random() < 0.4,
        optimizer=optimizer,
        learning_rate=one_of(0.003, 0.01, 0.03),
        momentum=one_of(0, 0.5, 0.9),
        beta2=one_of(0.9, 0.999),
        rho=one_of(0.5, 0.9, 0.99),
        # the gradient of a bias before normalization is only rounding error, which a tiny epsilon would amplify
        epsilon=one_of(1e-3, 1e-2, 0.1),
        weight_decay=one_of(0, 0.01, 0.1),
        schedule=schedule,
        schedule_decay=one_of(0.1, 1),
        schedule_factor=one_of(0.5, 0.9),
        schedule_period=one_of(1, 2, 3, 4, 100),
        batch_size=batch_size,
        rest=list(REMAINDERS)[number % len(REMAINDERS)],
        regularizer=one_of("none", "L1", "L2"),
        regularization_rate=one_of(0.01, 0.1, 1),
        max_norm=perhaps(one_of(0.5, 1)),
        clip_norm=perhaps(one_of(0.05, 0.3)),
        jitter=perhaps(0.2),
        shuffle=generator.random() < 0.4,
        standardize=generator.random() < 0.4,
        patience=perhaps(one_of(1, 2)),
    )
    return _off_edge(config)


def _off_edge(config: Config) -> Config:
    """The config, without anything that puts sums exactly on a jump, where rounding decides between the two sides.

    That is zero weights; zero biases after activations that can be 0; and batch normalization of step activations,
    which can be equal throughout a minibatch. The first feature ensures that the inputs are not.
    """
    jumps = "step" in config.activations or config.output_activation == "sign"
    if not jumps:
        return config
    regularizer = "L2" if config.regularizer == "L1" else config.regularizer
    return config.replace(initializer="uniform", regularizer=regularizer, batch_norm=False)


def _data(number: int, one_of: Any, batch_size: int) -> dict[str, Any]:
    """The fields of the data: each data set in turn, with a last minibatch of one example where possible."""
    name = list(POINT_DATASETS)[number % len(POINT_DATASETS)]
    dataset = POINT_DATASETS[name]
    size = batch_size * int(one_of(1, 2, 3)) + 1
    return {
        "problem": dataset.problem,
        BY_PROBLEM[dataset.problem]: name,
        "example_count": max(20, 2 * size),
        "train_percent": one_of(50, 50, 50, 100),
        "validation_percent": one_of(0, 20),
        "noise": one_of(0, 20),
        "own_examples": own_data(number, size, one_of(2, 3)) if dataset.is_own else "",
        "seed": f"hard {number}",
    }


def own_data(number: int, size: int, classes: int) -> str:
    """The user's own examples in labeled classes: `size` for training and the same number for the test."""
    points = np.random.default_rng(number).uniform(-6, 6, (2 * size, 2)).round(2)
    targets = np.arange(2 * size) % classes
    parts = np.repeat(np.array([1, 2], np.uint8), size)
    return encode(OwnExamples(points, targets.astype(float), parts, classes, ("cat", "", "dog")[:classes]))


FROM_ZEROS = Config(
    dataset="and", hidden_layer_sizes=(), loss="perceptron", batch_size=1, initializer="zeros", seed="0.03"
)
"""A perceptron with zero initial weights, whose first outputs lie exactly on the boundary."""

LONE_EXAMPLE = Config(batch_norm=True, batch_size=3)
"""The last minibatch has a single example, which batch normalization reduces to zero."""

MAXOUT = Config(
    activation="maxout", maxout_pieces=3, layer_activations=("", "tanh"), hidden_layer_sizes=(3, 2, 4), batch_norm=True
)
"""Units with three pieces, each normalized separately."""


def started(config: Config) -> Trainer:
    """A trainer with initial weights; if the number of hidden layers is odd, at epoch 2, to shift the schedule."""
    trainer = Trainer(config)
    if len(config.hidden_layer_sizes) % 2:
        state = trainer.state()
        # no best epoch yet, so patience starts here, too
        unwatched = {"best_mark": np.full(4, -1.0)} if config.patience else {}
        trainer.restore(dataclasses.replace(state, epoch=2, arrays={**state.arrays, **unwatched}))
    return trainer
