"""The engine's compiled plans match the textbook implementation."""

import random
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from engine import ACTIVATIONS, FEATURES, LOSSES, OPTIMIZERS, POINT_DATASETS, Config, Trainer
from engine.config import REMAINDERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from tests import reference
from tests.reference import reference_of
from tests.support.effort import all_pairs
from tests.support.training import assert_agrees

SHAPES = [(), (3,), (4, 2), (5, 4, 3), (4, 4, 4, 4), (3, 2, 4, 1, 3), (8, 8, 8, 8, 8, 8)]
BATCHES = [1, 7, 10, 30]
CLASSIC = ["relu", "tanh", "sigmoid", "linear"]
MULTICLASS = [name for name, dataset in POINT_DATASETS.items() if dataset.classes > 2]
PROBLEMS: list[Mapping[str, object]] = [
    *[{"dataset": "xor", "loss": loss} for loss in LOSSES],
    {"problem": "regression"},
    *[{"dataset": name} for name in MULTICLASS],
    *[{"dataset": "uci", "loss": loss, "train_count": 33} for loss in ("squared_error", "cross_entropy")],
]
"""Every kind of output."""


def config_of(batch_size: int = 10, **fields: object) -> Config:
    """A config with few training examples, even fewer for batch size 1; no larger batch size divides their number."""
    percent = 5 if batch_size == 1 else 13
    return Config(dataset="xor", train_percent=percent, batch_size=batch_size, regularization_rate=0.1).replace(
        **fields
    )


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("activation", "regularizer", "shape", "batch_size", "problem"),
    all_pairs(CLASSIC, REGULARIZERS, SHAPES, BATCHES, ["classification", "regression"]),
)
def test_engine_trains_like_textbook(
    activation: str, regularizer: str, shape: tuple[int, ...], batch_size: int, problem: str
) -> None:
    assert_agrees(
        config_of(
            problem=problem,
            activation=activation,
            regularizer=regularizer,
            hidden_layer_sizes=shape,
            batch_size=batch_size,
        )
    )


def combinations() -> Iterator[Config]:
    """Combinations of activations, outputs, normalization and penalties, with varying shapes and batches."""
    numbers = random.Random(0)  # noqa: S311 - reproducible test cases
    for activation, problem, batch_norm, regularizer in all_pairs(ACTIVATIONS, PROBLEMS, [False, True], REGULARIZERS):
        yield config_of(
            **problem,
            activation=activation,
            batch_norm=batch_norm,
            regularizer=regularizer,
            hidden_layer_sizes=numbers.choice(SHAPES[1:5] if batch_norm else SHAPES[1:]),
            batch_size=numbers.choice(BATCHES[1:]),
            rest=numbers.choice(list(REMAINDERS)),
        )


def summary_of(config: Config) -> str:
    norm = "normed" if config.batch_norm else "bare"
    shape = "x".join(map(str, config.hidden_layer_sizes))
    output = f"{config.active_dataset}-{config.loss}"
    return f"{config.activation}-{output}-{norm}-{config.regularizer}-{shape}-{config.batch_size}-{config.rest}"


@pytest.mark.sampled
@pytest.mark.parametrize("config", list(combinations()), ids=summary_of)
def test_combinations_train_like_textbook(config: Config) -> None:
    assert_agrees(config, epochs=2)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("batch_size", BATCHES)
def test_layers_use_their_own_activations(batch_size: int, batch_norm: bool) -> None:
    names = [name for name in ACTIVATIONS if name != "step"]
    for first in range(0, len(names), 3):
        layers = (*names[first : first + 3], "", "relu")
        sizes = tuple(range(len(layers) + 2, 2, -1))
        assert_agrees(
            config_of(
                activation="gelu",
                layer_activations=layers,
                hidden_layer_sizes=sizes,
                batch_size=batch_size,
                batch_norm=batch_norm and batch_size > 1,
            )
        )


@pytest.mark.parametrize(
    ("activation", "field", "values"),
    [
        ("leaky_relu", "leaky_slope", (0, 0.3, 1)),
        ("elu", "elu_alpha", (0.01, 0.5, 3)),
        ("maxout", "maxout_pieces", (2, 3, 4, 5)),
    ],
)
def test_activation_parameter_shapes_activation(activation: str, field: str, values: tuple[float, ...]) -> None:
    for value in values:
        assert_agrees(config_of(activation=activation).replace(**{field: value}))
        assert_agrees(config_of(activation=activation, batch_norm=True).replace(**{field: value}))


@pytest.mark.parametrize("rest", REMAINDERS)
@pytest.mark.parametrize("batch_size", [1, 30, 65])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers_treat_remainders_like_textbook(optimizer: str, batch_size: int, rest: str) -> None:
    assert_agrees(config_of(optimizer=optimizer, batch_size=batch_size, rest=rest, regularizer="L2"))


@pytest.mark.parametrize("shape", [(4, 2), (6, 6, 6, 6)])
def test_l1_kills_same_links_as_textbook(shape: tuple[int, ...]) -> None:
    trainer = Trainer(Config(regularizer="L1", regularization_rate=0.03, hidden_layer_sizes=shape))
    textbook = reference_of(trainer)
    for _ in range(10):
        trainer.run_epoch()
        textbook.run_epoch()
    assert 0 < textbook.dead < trainer.config.weight_count
    assert int((trainer.state().arrays["alive"] == 0).sum()) == textbook.dead


def test_oversized_batch_learns_nothing() -> None:
    trainer = Trainer(Config(train_percent=10, batch_size=51))
    before = trainer.state().arrays["params"]
    textbook = reference_of(trainer)
    for _ in range(3):
        trainer.run_epoch()
        textbook.run_epoch()
    np.testing.assert_array_equal(trainer.state().arrays["params"], before)
    np.testing.assert_array_equal(textbook.params, before)


def test_features_match_textbook() -> None:
    trainer = Trainer(Config(features=tuple(FEATURES), hidden_layer_sizes=()))
    outputs = trainer.outputs(trainer.inputs)
    textbook = reference_of(trainer)
    np.testing.assert_allclose(outputs, textbook.outputs(textbook.inputs)[:, 0], rtol=0, atol=1e-12)


def test_textbook_covers_every_registry() -> None:
    assert set(reference.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(reference.LOSSES) == set(LOSSES)
    assert set(reference.PENALTIES) == set(REGULARIZERS)
    assert set(reference.OPTIMIZERS) == set(OPTIMIZERS)
    assert set(reference.SCHEDULES) == set(SCHEDULES)
    assert set(reference.FEATURES) == set(FEATURES)
