"""Tiles and results: what a network has reached, how it differs from the task, and when it is stuck."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.pictures import stacked
from app.classroom.results import MOST_POINTS, Curve, curves, result
from app.classroom.tiles import (
    BETTER,
    STUCK_AFTER,
    Progress,
    choices,
    chosen,
    differences,
    parameters_of,
    state_of,
    tile,
)
from app.protocol.class_messages import TileState
from engine import Config
from tests.support.classes import AnyCard, picture_of, values_of

TASK = Config(dataset="xor", seed="0.5")


def differing(**changes: Any) -> dict[str, str]:
    found = differences(values_of(TASK.replace(**changes)), values_of(TASK))
    return {item.label: item.value for item in found}


# settings in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, {}),
        ({"learning_rate": 0.1}, {"Learning rate": "0.1"}),
        ({"learning_rate": 1e-05}, {"Learning rate": "0.00001"}),
        ({"activation": "relu"}, {"Activation": "ReLU"}),
        ({"hidden_layer_sizes": (8, 8, 4)}, {"Hidden layer sizes": "8 + 8 + 4 neurons"}),
        ({"hidden_layer_sizes": (1,)}, {"Hidden layer sizes": "1 neuron"}),
        ({"hidden_layer_sizes": ()}, {"Hidden layer sizes": "No hidden layers"}),
        ({"features": ()}, {"Features": "None"}),
        ({"batch_norm": True}, {"Batch normalization": "On"}),
        ({"layer_activations": ("", "relu")}, {"Activation per layer": "–, ReLU"}),
        ({"layer_dropout": (None, 0.2)}, {"Dropout per layer": "–, 0.2"}),
        ({"validation_percent": 20}, {"Validation data": "20%"}),
        ({"seed": "0.7"}, {"Data seed": "0.7"}),
    ],
)
def test_differences_are_said_as_readers_know_them(changes: dict[str, Any], words: dict[str, str]) -> None:
    assert differing(**changes) == words


def test_zero_is_said_in_words() -> None:
    found = differences(values_of(TASK), values_of(TASK.replace(dropout=0.2, patience=10)))
    assert [(item.field, item.value) for item in found] == [("dropout", "Off"), ("patience", "Off")]


@pytest.mark.parametrize(
    "changes",
    [
        {"weight_seed": "7", "weight_offset": 12},
        {"leaky_slope": 0.3},
        {"momentum": 0.5},
        {"regression_dataset": "reg-gauss"},
    ],
)
def test_what_makes_no_difference_is_no_difference(changes: dict[str, Any]) -> None:
    assert differing(**changes) == {}


def test_settings_of_layers_need_hidden_layers() -> None:
    changes = {"hidden_layer_sizes": (), "activation": "relu", "batch_norm": True, "dropout": 0.5}
    assert differing(**changes) == {"Hidden layer sizes": "No hidden layers"}


def test_settings_in_use_are_differences() -> None:
    assert differing(optimizer="momentum", momentum=0.5) == {"Optimizer": "Momentum", "Momentum (beta 1)": "0.5"}
    assert differing(layer_activations=("leaky_relu",), leaky_slope=0.3)["Leaky ReLU slope"] == "0.3"


def test_seed_of_another_data_set_is_no_difference() -> None:
    assert differing(dataset="spiral", seed="0.7") == {"Data set": "Spiral"}
    assert set(differing(problem="regression", seed="0.7")) == {"Problem"}


def test_many_layers_are_said_in_one_line() -> None:
    assert len(differing(hidden_layer_sizes=(64,) * 32)["Hidden layer sizes"]) == 64


def test_chosen_says_what_bars_count() -> None:
    assert chosen(values_of(TASK.replace(features=("x", "xTimesY"), regularizer="L2"))) == {
        "dataset": "XOR (exclusive or)",
        "features": "x₁, x₁x₂",
        "hidden_layer_sizes": "4 + 2 neurons",
        "activation": "Tanh",
        "learning_rate": "0.03",
        "optimizer": "SGD",
        "batch_size": "10",
        "regularizer": "L2",
    }


def test_chosen_counts_activations_in_use() -> None:
    mixed = values_of(TASK.replace(layer_activations=("relu",)))
    assert chosen(mixed)["activation"] == "ReLU, Tanh"
    own = values_of(TASK.replace(layer_activations=("relu", "relu")))
    assert chosen(own)["activation"] == "ReLU"
    assert chosen(values_of(TASK.replace(hidden_layer_sizes=())))["activation"] == "None"


def test_chosen_names_data_set_of_problem() -> None:
    assert chosen(values_of(TASK.replace(problem="regression")))["dataset"] == "Plane"


@pytest.mark.parametrize(
    "changes", [{}, {"hidden_layer_sizes": ()}, {"activation": "maxout", "batch_norm": True}, {"dataset": "spiral3"}]
)
def test_parameters_are_counted_as_by_engine(changes: dict[str, Any]) -> None:
    config = TASK.replace(**changes)
    assert parameters_of(values_of(config), list(config.layer_sizes)) == config.parameter_count


# how it goes


def test_state_is_first_that_applies() -> None:
    states: list[TileState] = ["waiting", "away", "diverged", "reached", "stuck", "training", "resting"]
    for first, state in enumerate(states):
        applies = set(states[first:])
        card = AnyCard(
            diverged="diverged" in applies,
            reached={"goal": 3} if "reached" in applies else {},
            playing="training" in applies,
        )
        waiting, away = "waiting" in applies, "away" in applies
        assert state_of(card, waiting=waiting, away=away, stuck="stuck" in applies) == state


def test_paused_network_is_not_stuck() -> None:
    assert state_of(AnyCard(playing=False), stuck=True) == "resting"
    assert state_of(None, stuck=True) == "resting"


class Training:
    """A network that sends a card every second."""

    def __init__(self) -> None:
        self.progress = Progress()
        self.now = 1000.0
        self.epoch = 0

    def go_on(self, seconds: float, **card: Any) -> bool:
        """Train for a while; returns whether it is stuck then."""
        for _ in range(round(seconds)):
            self.now += 1
            self.epoch += 1
            self.progress.update(AnyCard(**{"epoch": self.epoch, **card}), self.now)
        return self.progress.is_stuck(self.now)


def test_network_is_stuck_without_better_loss() -> None:
    training = Training()
    training.go_on(1, test_loss=0.4)
    assert not training.go_on(STUCK_AFTER - 1, test_loss=0.4 * (1 - BETTER / 2), train_loss=0.0)
    assert training.go_on(1, test_loss=0.5)
    assert not training.go_on(1, test_loss=0.4 * (1 - 2 * BETTER))


def test_slow_progress_adds_up() -> None:
    training = Training()
    for step in range(4):
        assert not training.go_on(50, test_loss=0.4 * (1 - 0.7 * BETTER * step))
    # the third was better than the first, and the fourth is no better than the third
    assert not training.go_on(20, test_loss=0.4 * (1 - 0.7 * BETTER * 3))
    assert training.go_on(1, test_loss=0.4 * (1 - 0.7 * BETTER * 3))


def test_training_loss_counts_without_test_loss() -> None:
    training = Training()
    training.go_on(100, test_loss=None, train_loss=0.4)
    assert not training.go_on(100, test_loss=None, train_loss=0.3)
    assert training.go_on(100, test_loss=None, train_loss=0.3)


def test_only_time_of_training_counts() -> None:
    training = Training()
    assert not training.progress.is_stuck(1e6)
    training.go_on(100)
    assert not training.go_on(500, playing=False)
    assert not training.go_on(10)
    assert training.go_on(20)
    assert not training.go_on(1, playing=False)


def test_time_without_cards_is_no_training() -> None:
    """A network that is held, as while the class is paused, sends no cards."""
    training = Training()
    training.go_on(100)
    training.now += 1000
    assert not training.progress.is_stuck(training.now)
    assert not training.go_on(5)
    assert training.go_on(10)


def test_reset_begins_new_run() -> None:
    training = Training()
    training.go_on(100, test_loss=0.1)
    training.epoch = 0
    assert not training.go_on(STUCK_AFTER, test_loss=0.4)
    assert training.go_on(1, test_loss=0.4)
    training.progress.restart()
    assert not training.go_on(STUCK_AFTER, test_loss=0.4)


def test_perfect_or_unknown_loss_is_not_stuck() -> None:
    assert not Training().go_on(200, test_loss=0.0)
    assert not Training().go_on(200, test_loss=None, train_loss=None)


def test_tile_holds_card_and_settings() -> None:
    config = TASK.replace(activation="relu")
    found = tile(
        7,
        "Ann",
        "training",
        hand=True,
        card=AnyCard(epoch=3, test_loss=0.25, reached={"gold": 2}, classes=4, dimensions=1),
        choices=choices(values_of(config), config.layer_sizes, values_of(TASK)),
    )
    assert (found.seat, found.name, found.state, found.hand, found.epoch) == (7, "Ann", "training", True, 3)
    assert (found.test_loss, found.reached, found.classes, found.dimensions) == (0.25, {"gold": 2}, 4, 1)
    assert [item.value for item in found.differs] == ["ReLU"]
    assert found.chosen["activation"] == "ReLU"
    assert found.parameters == config.parameter_count


def test_tile_of_newcomer_is_empty() -> None:
    found = tile(7, "Ann", "resting")
    assert (found.epoch, found.test_loss, found.differs, found.chosen, found.parameters) == (0, None, (), {}, 0)


# results


def test_result_holds_layers_and_link() -> None:
    found = result(7, "Ann", "#seed=1", card=AnyCard(), config=values_of(TASK), layers=list(TASK.layer_sizes))
    assert (found.link, found.layers, found.parameters) == ("#seed=1", (2, 4, 2, 1), TASK.parameter_count)
    assert found.chosen["dataset"] == "XOR (exclusive or)"


@given(st.lists(st.none() | st.integers(0, 3 * MOST_POINTS), max_size=4))
def test_curves_are_thinned_and_in_order(lengths: list[int | None]) -> None:
    found = [
        None if length is None else Curve(np.arange(length, dtype="<u4"), np.full(length, seat, "<f4"))
        for seat, length in enumerate(lengths)
    ]
    arrays = curves(found)
    lines, points = arrays["lines"], arrays["points"]
    assert lines.tolist() == [min(length or 0, MOST_POINTS) for length in lengths]
    assert (points.dtype.str, points.shape) == ("<f4", (lines.sum(), 2))
    for seat, line in enumerate(np.split(points, np.cumsum(lines)[:-1])) if lengths else ():
        if len(line):
            assert (line[0, 0], line[-1, 0]) == (0, (lengths[seat] or 0) - 1)
            assert (np.diff(line[:, 0]) > 0).all()
            assert (line[:, 1] == seat).all()


def test_missing_parts_of_pictures_are_zero() -> None:
    arrays = stacked([picture_of(3), picture_of(4, classes=True), picture_of(5, curve=True)])
    assert {name: (array.shape, array.dtype.str) for name, array in arrays.items()} == {
        "surfaces": ((3, 48, 48), "|u1"),
        "classes": ((3, 48, 48), "|u1"),
        "curves": ((3, 200), "<f4"),
    }
    assert arrays["surfaces"][:, 0, 0].tolist() == [3, 4, 5]
    assert arrays["classes"][:, 0, 0].tolist() == [0, 4, 0]
    assert arrays["curves"][:, -1].tolist() == [0, 0, 1]
    assert set(stacked([picture_of(3)])) == {"surfaces"}
    assert stacked([]) == {}
