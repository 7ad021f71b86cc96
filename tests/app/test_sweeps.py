"""Sweeps: each row is a single run with its settings and seeds, however rows are cut into tasks."""

import math
import pickle
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.link import View, format_link, parse_axes, parse_link
from app.link.goals import goals_of
from app.settings import Limits
from app.sweeps import Start, Sweep, Task, every_of, points_of, tasks_of, train
from app.sweeps.cost import MOST_EPOCHS, MOST_SECONDS_OF_START, MOST_TOGETHER, cost_of, measure, most_epochs, seconds_of
from app.training.pictures import SIDE, small_picture
from app.training.seeds import seed_of
from engine import Config, Trainer
from engine.random import Stream
from tests.support.clock import Clock

NUMBERS = ("epoch", "train_loss", "validation_loss", "test_loss", "train_accuracy", "test_accuracy")

CONFIGS = {
    "weights": Config(dataset="xor", dropout=0.2, shuffle=True, weight_offset=40),
    "data": Config(problem="regression", optimizer="adam", validation_percent=20),
    "both": Config(dataset="gauss4", loss="cross_entropy", patience=2, learning_rate=1.0),
    "nothing": Config(problem="regression", regression_dataset="reg-sine", hidden_layer_sizes=(3,)),
}
"""A config for everything that can vary: two classes, values, several classes with early stopping, a curve."""

MIXED = Sweep(
    Config(dataset="gauss", patience=4, validation_percent=20),
    parse_axes("learningRate:0.003|3;networkShape:|3,2;problem:classification|regression"),
    starts=2,
    vary="both",
    epochs=20,
    goals=goals_of(View(goal_test_loss=0.01)),
    until_goal=True,
)
"""Rows of several kinds, which end for every reason: diverged, stopped early, at the goal, and after all epochs."""


def alone(config: Config, epochs: int) -> Trainer:
    trainer = Trainer(config)
    while trainer.epoch < epochs and not trainer.has_ended:
        trainer.run_epoch()
    return trainer


def all_of(sweep: Sweep) -> list[Start]:
    return train(Task(sweep, tuple(range(sweep.total))))


def bits_of(start: Start) -> bytes:
    """Everything that is known of a start, bit for bit."""
    names = [name for name in Start.__slots__ if name not in {"losses", "picture"}]
    arrays = [start.losses, *(start.picture or ())]
    return pickle.dumps(
        [getattr(start, name) for name in names] + [None if array is None else array.tobytes() for array in arrays]
    )


# --- cells and rows ---


def test_rows_are_numbered_cell_by_cell() -> None:
    sweep = Sweep(Config(seed="s"), parse_axes("noise:0|25;batchSize:1|2|3"), starts=4)
    assert (sweep.cells, sweep.total, sweep.fields) == (6, 24, ("noise", "batch_size"))
    assert [sweep.values_of(cell) for cell in range(4)] == [(0, 1), (0, 2), (0, 3), (25, 1)]
    config = sweep.config_of(3 * 4 + 2)
    assert (config.noise, config.batch_size, config.seed, config.weight_seed) == (25, 1, "s", "start3")
    assert [sweep.config_of(cell * 4 + 2).weight_seed for cell in range(6)] == ["start3"] * 6
    for index in (-1, 24):
        with pytest.raises(IndexError):
            sweep.config_of(index)


def test_sweep_without_axes_has_one_cell() -> None:
    sweep = Sweep(Config(), starts=3, vary="both")
    assert (sweep.cells, sweep.total, sweep.values_of(0)) == (1, 3, ())
    assert [sweep.config_of(index).seed for index in range(3)] == ["start1", "start2", "start3"]


def test_link_opens_exactly_the_start() -> None:
    view = View(goal_test_loss=0.1)
    sweep = Sweep(Config(dataset="spiral"), parse_axes("networkShape:|4,2;activation:relu|tanh"), 5, "data")
    for index in (0, 7, 19):
        link = sweep.link_of(index, view)
        assert parse_link(link)[:2] == (sweep.config_of(index), view)
        assert link == format_link(sweep.config_of(index), view)


def test_opened_start_is_still_of_sweep() -> None:
    sweep = Sweep(Config(), parse_axes("noise:0|25"), 5, "both")
    assert all(sweep.is_of(sweep.config_of(index)) for index in range(10))
    assert sweep.is_of(Config(noise=3, seed="other"))
    assert not sweep.is_of(Config(learning_rate=0.1))
    assert not Sweep(Config(), starts=5).is_of(Config(seed="other"))


@given(st.integers(1, 10_000))
def test_loss_curves_have_at_most_51_points(epochs: int) -> None:
    points, every = points_of(epochs), every_of(epochs)
    assert len(points) <= 51
    assert (points[0], points[-1]) == (0, epochs)
    assert {after - before for before, after in pairwise(points[:-1])} <= {every}


# --- training ---


@pytest.mark.parametrize("vary", CONFIGS)
def test_start_equals_single_run(vary: str) -> None:
    sweep = Sweep(CONFIGS[vary], (), 3, vary, 12)
    found = all_of(sweep)
    assert [start.index for start in found] == [0, 1, 2]
    assert len({start.test_loss for start in found}) == (1 if vary == "nothing" else 3)
    for start in found:
        config = sweep.config_of(start.index)
        trainer = alone(config, 12)
        for name in NUMBERS:
            assert getattr(start, name) == pytest.approx(getattr(trainer, name), abs=1e-9)
        assert start.stopped == (trainer.stopped and trainer.stopped.epoch)
        assert (start.diverged, start.reached) == (None, None)
        assert (start.seed, start.weight_seed) == (config.seed, config.weight_seed)
        assert start.weight_offset == config.weight_offset
        assert_shows(start, trainer)


def assert_shows(start: Start, trainer: Trainer) -> None:
    """The picture of a start is that of the network of a trainer."""
    assert start.picture is not None
    surface, classes, curve = start.picture
    expected = small_picture(trainer.snapshot())
    assert surface.shape == (SIDE, SIDE)
    np.testing.assert_allclose(surface.astype(int), expected.surface.astype(int), atol=1)
    assert (classes is None) == (expected.classes is None) == (trainer.config.classes < 3)
    assert (curve is None) == (expected.curve is None) == (trainer.config.dimensions == 2)
    if curve is not None and expected.curve is not None:
        np.testing.assert_allclose(curve, expected.curve, atol=1e-6)


def test_only_what_varies_differs_between_starts() -> None:
    config = Config(seed="0.3", weight_offset=5)
    rows = {vary: [Sweep(config, starts=2, vary=vary).config_of(index) for index in (0, 1)] for vary in CONFIGS}
    seeds = {vary: [(one.seed, one.weight_seed, one.weight_offset) for one in found] for vary, found in rows.items()}
    assert seeds == {
        "weights": [("0.3", "start1", 0), ("0.3", "start2", 0)],
        "data": [("start1", "0.3", 5), ("start2", "0.3", 5)],
        "both": [("start1", "", 0), ("start2", "", 0)],
        "nothing": [("0.3", "", 5), ("0.3", "", 5)],
    }


def test_no_start_is_a_copy_of_another() -> None:
    # the seeds 1, 11 and 111 would give the same numbers
    assert Stream("1").random() == Stream("111").random()
    assert len({Stream(seed_of(index)).random() for index in range(1200)}) == 1200


def test_diverged_start_keeps_last_finite_state() -> None:
    sweep = Sweep(Config(problem="regression", activation="linear", learning_rate=3.0), starts=3, epochs=30)
    for start in all_of(sweep):
        trainer = alone(sweep.config_of(start.index), 30)
        assert trainer.divergence is not None
        assert (start.diverged, start.epoch) == (trainer.divergence.epoch, trainer.epoch)
        assert start.train_loss == pytest.approx(trainer.train_loss)
        assert_shows(start, trainer)


@pytest.mark.parametrize(
    ("config", "end", "epochs"),
    [
        (Config(dataset="xor", noise=50, patience=4, learning_rate=0.3), "stopped", 120),
        (Config(problem="regression", activation="linear", learning_rate=3.0), "diverged", 30),
    ],
    ids=["stopped", "diverged"],
)
def test_curve_has_test_losses_until_its_end(config: Config, end: str, epochs: int) -> None:
    sweep = Sweep(config, starts=2, vary="both", epochs=epochs)
    for start in all_of(sweep):
        trainer, curve = Trainer(sweep.config_of(start.index)), []
        for epoch in points_of(epochs):
            while trainer.epoch < epoch and not trainer.has_ended:
                trainer.run_epoch()
            curve.append(min(trainer.test_loss or 0, LARGEST) if trainer.epoch == epoch else math.nan)
        assert getattr(start, end) is not None
        np.testing.assert_allclose(start.losses, np.array(curve, np.float32), rtol=1e-6)


def test_curve_has_training_losses_without_test_data() -> None:
    (start,) = all_of(Sweep(Config(train_percent=100), starts=1, epochs=5))
    assert start.test_loss is None
    assert start.losses[-1] == np.float32(start.train_loss)


def test_goal_is_never_reached_untrained() -> None:
    sweep = Sweep(Config(), starts=2, epochs=3, goals=goals_of(View(goal_test_loss=100)), until_goal=True)
    assert [(start.reached, start.epoch) for start in all_of(sweep)] == [(1, 1), (1, 1)]


@pytest.mark.parametrize("until_goal", [False, True])
def test_goal_is_reached_in_exact_epoch(until_goal: bool) -> None:
    view = View(goal_test_loss=0.1, goal_epochs=110)
    sweep = Sweep(Config(dataset="xor"), (), 5, "both", 120, goals_of(view), until_goal)
    reached = []
    for start in all_of(sweep):
        trainer, goals = Trainer(sweep.config_of(start.index)), sweep.goals
        while trainer.epoch < 120 and not (until_goal and goals.is_reached):
            trainer.run_epoch()
            goals = goals.after(trainer)
        (goal,) = goals
        assert (start.reached, start.epoch) == (goal.reached if goals.is_reached else None, trainer.epoch)
        assert start.test_loss == pytest.approx(trainer.test_loss, abs=1e-9)
        assert_shows(start, trainer)
        reached.append(start.reached)
    assert len({*reached}) > 2
    assert None in reached


def test_mixed_rows_end_for_every_reason() -> None:
    found = all_of(MIXED)
    assert {start.index % 2 for start in found if start.reached} == {0, 1}
    assert [bool(sum(getattr(start, name) is not None for start in found)) for name in ENDS] == [True] * 3
    assert any(all(getattr(start, name) is None for name in ENDS) for start in found)


LARGEST = float(np.finfo(np.float32).max)
ENDS = ("reached", "stopped", "diverged")


@cache
def bits_of_all(sweep: Sweep = MIXED) -> list[bytes]:
    return [bits_of(start) for start in all_of(sweep)]


ALIKE = {
    "two classes": Sweep(Config(dataset="xor", dropout=0.2, shuffle=True), starts=41, epochs=3),
    "several classes": Sweep(Config(dataset="gauss4", batch_norm=True, optimizer="adam"), starts=41, epochs=3),
    "values": Sweep(Config(problem="regression", activation="gelu", regularizer="L1"), (), 41, "data", 3),
    "classes of unequal size": Sweep(Config(dataset="xor", class_share=20, activation="maxout"), (), 41, "both", 3),
    "goals": Sweep(Config(), (), 41, "both", 12, goals_of(View(goal_test_loss=0.3)), until_goal=True),
    "early stopping": Sweep(Config(dataset="xor", noise=40, patience=1), (), 41, "both", 8),
}
"""Many starts of one cell, which are trained together."""


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_rows_do_not_depend_on_tasks(data: st.DataObject) -> None:
    sweep = data.draw(st.sampled_from([MIXED, *ALIKE.values()]))
    rows = data.draw(st.lists(st.integers(0, sweep.total - 1), min_size=1, max_size=sweep.total, unique=True))
    cut = data.draw(st.integers(0, len(rows)))
    found = [start for part in (rows[:cut], rows[cut:]) for start in train(Task(sweep, tuple(part)))]
    assert [start.index for start in found] == rows
    assert [bits_of(start) for start in found] == [bits_of_all(sweep)[index] for index in rows]


def test_threads_of_a_process_get_same_rows() -> None:
    tasks = [Task(MIXED, (index,)) for index in range(MIXED.total)]
    with ThreadPoolExecutor(4) as threads:
        found = [start for starts in threads.map(train, tasks) for start in starts]
    assert [bits_of(start) for start in found] == bits_of_all()


def test_tasks_and_starts_can_be_sent() -> None:
    task = pickle.loads(pickle.dumps(Task(MIXED, (3, 1))))  # noqa: S301 - our own bytes
    starts = pickle.loads(pickle.dumps(train(task)))  # noqa: S301 - our own bytes
    assert [bits_of(start) for start in starts] == [bits_of_all()[3], bits_of_all()[1]]


def test_pictures_can_be_left_out() -> None:
    (start,) = train(Task(MIXED, (0,), pictures=False))
    assert start.picture is None


def test_canceled_task_returns_nothing() -> None:
    sweep = Sweep(Config(), parse_axes("noise:0|25"), starts=2, epochs=100)
    task, shares = Task(sweep, (0, 1, 2, 3)), list[float]()
    assert train(task, lambda: shares[-1] > 0.7, shares.append) == []
    assert shares.pop() == pytest.approx(0.705)
    assert len(train(task, lambda: False, shares.append)) == 4
    assert shares[-1] == 1


def test_share_of_task_grows_to_one() -> None:
    shares: list[float] = []
    train(Task(MIXED, tuple(range(MIXED.total))), lambda: False, shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == 1


# --- tasks ---


@given(
    rows=st.sets(st.integers(0, 399)) | st.integers(1, 400).map(range),
    parts=st.integers(1, 100),
    starts=st.integers(4, 400),
    epochs=st.integers(1, 500),
)
def test_tasks_have_each_row_once(rows: Collection[int], parts: int, starts: int, epochs: int) -> None:
    sweep = Sweep(Config(), parse_axes("noise:0..50:100"), starts, epochs=epochs)
    tasks = [*tasks_of(sweep, sorted(rows), parts=parts, pictures=False)]
    assert sorted(index for task in tasks for index in task.rows) == sorted(rows)
    assert all(task.sweep is sweep and not task.pictures for task in tasks)
    assert all(1 <= len(task.rows) <= MOST_TOGETHER for task in tasks)
    assert len(tasks) >= min(parts, len(rows))


def test_tasks_are_worth_sending() -> None:
    opening = [*tasks_of(sweep := Sweep(Config(), starts=400, epochs=500), range(400))]
    assert {len(task.rows) for task in opening} <= {*range(30, MOST_TOGETHER + 1)}
    large = Config(hidden_layer_sizes=(64,) * 4, batch_size=250)
    assert [task.rows for task in tasks_of(Sweep(large, starts=3), range(3))] == [(0,), (1,), (2,)]
    many_cells = Sweep(Config(), parse_axes("learningRate:0.01..1:20;noise:0..50:20"), 2, epochs=1)
    assert len([*tasks_of(many_cells, range(800))]) < 40
    assert len([*tasks_of(sweep, range(100), parts=8)]) == 9


def test_rows_of_cell_are_trained_together() -> None:
    sweep = Sweep(Config(), parse_axes("learningRate:0.01..1:20"), 20, epochs=500)
    for task in tasks_of(sweep, range(sweep.total)):
        assert len({index // 20 for index in task.rows}) == 1
        assert len(task.rows) >= 10


# --- what they cost ---


def test_larger_work_costs_more() -> None:
    configs = [
        Config(hidden_layer_sizes=()),
        Config(),
        Config(batch_size=1),
        Config(batch_size=1, example_count=5000),
        Config(batch_size=1, example_count=5000, hidden_layer_sizes=(64, 64)),
    ]
    costs = [seconds_of(config) for config in configs]
    assert costs == sorted(costs)
    assert costs[-1] > 100 * costs[0] > 0


def test_total_work_is_bounded() -> None:
    assert most_epochs(Sweep(Config(), starts=100)) == MOST_EPOCHS
    large = Config(hidden_layer_sizes=(64,) * 4, batch_size=1)
    few, many = (most_epochs(Sweep(large, parse_axes(text), 100)) for text in ("", "noise:0|10|20|30"))
    assert 1 <= 3 * many <= few < MOST_EPOCHS
    assert most_epochs(Sweep(large, parse_axes("noise:0..50:100;learningRate:1..2:100"), 400)) == 1


def test_work_for_single_start_is_bounded() -> None:
    large = Config(hidden_layer_sizes=(16,) * 30, batch_size=1)
    most = most_epochs(Sweep(large, starts=2))
    assert most_epochs(Sweep(large, starts=3)) == most < MOST_EPOCHS
    assert most * cost_of(large).of_epoch(1) == pytest.approx(MOST_SECONDS_OF_START, rel=0.01)
    assert (
        most_epochs(Sweep(Config(), parse_axes("batchSize:1|30;networkShape:2|16,16,16,16,16,16,16,16"), 1))
        < MOST_EPOCHS
    )


def test_cost_is_measured() -> None:
    cost = measure(Config(), Clock(step=0.001))
    assert 0 < cost.epoch < cost.start == pytest.approx(0.001)
    assert measure(Config(), Clock()) == (0, 0)
    largest = Config(hidden_layer_sizes=(24,) * 32, batch_size=1)
    assert measure(largest, Clock()) == (cost_of(largest).of_epoch(100) / 100, 0)


# --- what is wrong ---


def faults_of(sweep: Sweep, limits: Limits | None = None, most_rows: int = 2000) -> list[str]:
    return [fault.message for fault in sweep.faults(limits or Limits(), most_rows)]


def test_huge_sweep_is_refused_without_building_it() -> None:
    axes = parse_axes("noise:0..50:100;learningRate:0.01..1:100l;dropout:0..0.9:100;jitter:0..1:10")
    assert faults_of(Sweep(Config(), axes, 100), most_rows=10**6) == [
        "sweep: got 1,000,000,000 starts; expected at most 1,000,000 in all"
    ]
    assert faults_of(Sweep(Config(), axes[:1], 20)) == []
    assert faults_of(Sweep(Config(), axes[:1], 21)) == ["sweep: got 2,100 starts; expected at most 2,000 in all"]


def test_too_large_networks_are_refused() -> None:
    axes = parse_axes("networkShape:4|65|1,1,1;batchNorm:false|true;activation:relu|maxout")
    small = Limits(layers=2, units=64, parameters=500)
    assert faults_of(Sweep(Config(maxout_pieces=3), axes), small) == [
        "hidden_layer_sizes: got 3 hidden layers; expected at most 2 hidden layers",
        "hidden_layer_sizes: got 65 neurons in a layer; expected at most 64 neurons in a layer",
        "hidden_layer_sizes: got 1,041 weights and biases; expected at most 500 weights and biases",
    ]
    assert faults_of(Sweep(Config(), axes)) == [
        "hidden_layer_sizes: got 65 neurons in a layer; expected at most 64 neurons in a layer"
    ]


def test_sweep_without_training_data_is_refused() -> None:
    fault = "own_examples: got no training examples; expected at least one training example"
    assert faults_of(Sweep(Config(dataset="own"))) == [fault]
    assert faults_of(Sweep(Config(), parse_axes("dataset:circle|own"))) == [fault]


@pytest.mark.parametrize(
    ("config", "axes", "view", "why"),
    [
        (Config(), "", View(), "there is no goal to reach"),
        (
            Config(problem="regression"),
            "",
            View(goal_accuracy=90),
            "the goal cannot be reached: regression has no accuracy",
        ),
        (
            Config(train_percent=100),
            "noise:0|5",
            View(goal_test_loss=0.1),
            "the goal cannot be reached: there are no test examples",
        ),
        (
            Config(),
            "networkShape:8|9",
            View(goal_test_loss=0.1, goal_units=4),
            "the goal cannot be reached: this network has 8 hidden neurons",
        ),
    ],
)
def test_impossible_goal_is_refused(config: Config, axes: str, view: View, why: str) -> None:
    sweep = Sweep(config, parse_axes(axes), goals=goals_of(view), until_goal=True)
    assert faults_of(sweep) == [f"until_goal: got true; expected false, since {why}"]


def test_goal_that_some_start_can_reach_is_fine() -> None:
    goals = goals_of(View(goal_test_loss=0.1, goal_units=4))
    assert faults_of(Sweep(Config(), parse_axes("networkShape:8|4"), goals=goals, until_goal=True)) == []
    assert faults_of(Sweep(Config(), parse_axes("networkShape:8|9"), goals=goals)) == []
