"""Resuming from a training state is bit-for-bit equal to uninterrupted training, for every rule."""

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from engine import ACTIVATIONS, DATASETS, LOSSES, OPTIMIZERS, Config, Trainer, TrainingState
from engine.config import REMAINDERS
from engine.initializers import INITIALIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES

BASE = Config(
    seed="0.48429",
    train_percent=30,
    batch_size=7,
    learning_rate=0.1,
    validation_percent=20,
    schedule_period=3,
    schedule_factor=0.7,
)
"""150 training examples in minibatches of 7, so three are carried over."""

EVERYTHING = BASE.replace(
    optimizer="adamw",
    schedule="cosine",
    schedule_period=40,
    dropout=0.3,
    shuffle=True,
    jitter=0.2,
    batch_norm=True,
    patience=4,
    regularizer="L1",
    regularization_rate=0.01,
    max_norm=2,
    clip_norm=0.5,
    standardize=True,
)


def cases() -> Iterator[Config]:
    """Every registry entry, every option by itself, and combinations of many."""
    registries: dict[str, Iterable[str]] = {
        "optimizer": OPTIMIZERS,
        "schedule": SCHEDULES,
        "activation": ACTIVATIONS,
        "loss": LOSSES,
        "initializer": INITIALIZERS,
        "regularizer": REGULARIZERS,
        "rest": REMAINDERS,
    }
    for field, registry in registries.items():
        yield from (BASE.replace(**{field: name, "regularization_rate": 0.03}) for name in registry)
    for name, dataset in DATASETS.items():
        field = "dataset" if dataset.problem == "classification" else "regression_dataset"
        yield BASE.replace(problem=dataset.problem, train_count=150, **{field: name})
    for loss in ("squared_error", "cross_entropy"):
        yield BASE.replace(dataset="uci", train_count=152, loss=loss, shuffle=True, dropout=0.3, batch_norm=True)
    switches: list[dict[str, object]] = [
        {"dropout": 0.5},
        {"shuffle": True},
        {"jitter": 0.3},
        {"batch_norm": True},
        {"patience": 1},
        {"patience": 100},
        {"standardize": True},
        {"max_norm": 0.8},
        {"clip_norm": 0.1},
        {"shuffle": True, "jitter": 0.3, "dropout": 0.5},
        {"batch_norm": True, "dropout": 0.5, "patience": 2},
        {"batch_norm": True, "hidden_layer_sizes": (6, 6, 6, 6)},
    ]
    yield from (BASE.replace(**switch) for switch in switches)
    for batch_size in (1, 7, 150, 151):
        yield from (EVERYTHING.replace(batch_size=batch_size, rest=rest) for rest in REMAINDERS)
        yield from (EVERYTHING.replace(batch_size=batch_size, optimizer=name) for name in OPTIMIZERS)


PICTURES = ("surface", "thumbnails", "pictures", "scales", "biases", "links", "answers", "certainty")
"""What snapshots show of points, and of pictures."""


def summary_of(config: Config) -> str:
    """The fields that differ from `BASE`."""
    changed = {name: getattr(config, name) for name in config.__slots__ if getattr(config, name) != getattr(BASE, name)}
    return ",".join(f"{name}={value}" for name, value in changed.items()) or "base"


def fingerprint(trainer: Trainer) -> dict[str, object]:
    """The complete training state with losses, accuracies and pictures, for bit-exact comparison."""
    snapshot = trainer.picture_snapshot() if trainer.config.has_pictures else trainer.snapshot()
    return {
        "state": bits(snapshot.state),
        "losses": (snapshot.train_loss, snapshot.validation_loss, snapshot.test_loss),
        "accuracies": (snapshot.train_accuracy, snapshot.validation_accuracy, snapshot.test_accuracy),
        "learning_rate": snapshot.learning_rate,
        "pictures": [getattr(snapshot, name).tobytes() for name in PICTURES if hasattr(snapshot, name)],
        "stopped": trainer.stopped,
    }


def bits(state: TrainingState) -> dict[str, object]:
    counts = {"epoch": state.epoch, "step": state.step, "batch": state.batch, "carried": state.carried}
    return counts | {name: vector.tobytes() for name, vector in state.arrays.items()}


def copied(state: TrainingState) -> TrainingState:
    """An equal state in new arrays, as if sent back by the page."""
    arrays = {name: np.array(vector.tolist()) for name, vector in state.arrays.items()}
    return TrainingState(state.epoch, state.step, state.batch, state.carried, arrays)


each_config = pytest.mark.parametrize("config", list(cases()), ids=summary_of)


@each_config
def test_resuming_mid_epoch_changes_nothing(config: Config) -> None:
    whole, resumed = Trainer(config), Trainer(config)
    for _ in range(2):
        whole.run_epoch()
    whole.run_minibatches(whole.batches // 2)
    resumed.run_epoch()
    resumed.run_minibatches(1)
    resumed.restore(copied(whole.state()))
    assert fingerprint(resumed) == fingerprint(whole)
    for _ in range(3):
        for trainer in (whole, resumed):
            trainer.run_minibatches(whole.batches // 3)
    assert bits(resumed.state()) == bits(whole.state())
    for _ in range(2):
        for trainer in (whole, resumed):
            trainer.run_epoch()
    assert fingerprint(resumed) == fingerprint(whole)


@each_config
def test_rewound_training_equals_fresh_training(config: Config) -> None:
    fresh, rewound = Trainer(config), Trainer(config)
    start = fingerprint(fresh)
    for _ in range(3):
        rewound.run_epoch()
    rewound.run_minibatches(2)
    rewound.rewind()
    assert fingerprint(rewound) == start
    for trainer in (fresh, rewound):
        trainer.run_epoch()
    assert fingerprint(rewound) == fingerprint(fresh)


@pytest.mark.parametrize("config", [BASE, EVERYTHING, EVERYTHING.replace(batch_size=1, rest="applied")], ids=summary_of)
def test_inspecting_does_not_affect_training(config: Config) -> None:
    inspected, plain = Trainer(config), Trainer(config)
    while inspected.epoch < 3 and not inspected.has_ended:
        inspected.run_minibatches(2)
        inspected.snapshot(4)
        inspected.gradient()
        inspected.function().forward_activations(inspected.inputs)
        inspected.function().derivatives(inspected.inputs)
        inspected.loss_at(inspected.state().arrays["params"] * 2)
    while plain.epoch < 3 and not plain.has_ended:
        plain.run_epoch()
    assert fingerprint(inspected) == fingerprint(plain)


def test_restored_early_stop_stays_stopped() -> None:
    trainer, resumed = Trainer(EVERYTHING), Trainer(EVERYTHING)
    while not trainer.has_ended:
        assert trainer.epoch < 500
        trainer.run_epoch()
    resumed.restore(copied(trainer.state()))
    assert resumed.stopped == trainer.stopped
    assert resumed.has_ended
    for each in (trainer, resumed):
        each.resume()
        each.run_epoch()
    assert fingerprint(resumed) == fingerprint(trainer)


def test_randomness_differs_by_seed_and_epoch() -> None:
    options: list[dict[str, object]] = [{"dropout": 0.5}, {"shuffle": True}, {"jitter": 0.3}]
    for option in options:
        trainers = [Trainer(BASE.replace(**option, weight_seed=seed)) for seed in "12"]
        trainers[1].restore(trainers[0].state())
        for trainer in trainers:
            trainer.run_epoch()
        assert bits(trainers[0].state()) != bits(trainers[1].state())
