"""Many starts of networks that read digits: each is a single run, and says which pictures it misreads."""

import pickle

import numpy as np
import pytest

from app.cli.rows import Outcome, outcome_of
from app.cli.tables import CellTable, Measure, summary
from app.link import View, parse_axes, parse_link
from app.link.digits import LECTURE as LECTURE_LINK
from app.link.digits import NETWORKS
from app.link.goals import goals_of
from app.protocol.containers import decode_container
from app.protocol.starts import Progress, encode_starts
from app.settings import Limits
from app.sweeps import Start, Sweep, Task, points_of, tasks_of, train
from app.sweeps.cost import cost_of, measure, most_epochs
from engine import Config, Trainer
from tests.support.clock import Clock
from tests.support.session import Stage

DIGITS = Config(
    dataset="uci",
    train_count=100,
    hidden_layer_sizes=(8,),
    activation="sigmoid",
    learning_rate=3.0,
    loss="squared_error",
)
LECTURE = Config(
    dataset="mnist", hidden_layer_sizes=(30,), activation="sigmoid", learning_rate=3.0, loss="squared_error"
)


def all_of(sweep: Sweep) -> list[Start]:
    return train(Task(sweep, tuple(range(sweep.total))))


def bits_of(start: Start) -> bytes:
    """Everything that is known of a start, bit for bit."""
    return pickle.dumps([getattr(start, name) for name in Start.__slots__])


def alone(config: Config, epochs: int) -> Trainer:
    trainer = Trainer(config)
    while trainer.epoch < epochs and not trainer.has_ended:
        trainer.run_epoch()
    return trainer


@pytest.mark.parametrize("vary", ["weights", "data", "both"])
def test_start_equals_single_run(vary: str) -> None:
    sweep = Sweep(DIGITS, (), 3, vary, 4)
    found = all_of(sweep)
    assert len({start.test_loss for start in found}) == 3
    for start in found:
        trainer = alone(sweep.config_of(start.index), 4)
        for name in ("epoch", "train_loss", "validation_loss", "test_loss", "train_accuracy", "test_accuracy"):
            assert getattr(start, name) == getattr(trainer, name)
        assert start.losses[-1] == np.float32(trainer.test_loss)
        assert len(start.losses) == len(points_of(4))
        assert start.picture is None
        assert start.answers is not None
        answers, labels = start.answers
        np.testing.assert_array_equal(answers, trainer.picture_snapshot().answers)
        assert np.mean(answers == labels) == start.test_accuracy


def test_rows_do_not_depend_on_tasks() -> None:
    sweep = Sweep(DIGITS, parse_axes("networkShape:|8|8,8"), starts=2, epochs=2)
    expected = [bits_of(start) for start in all_of(sweep)]
    tasks = [Task(sweep, (5, 0)), Task(sweep, (3,)), Task(sweep, (4, 2, 1))]
    found = {start.index: bits_of(start) for task in tasks for start in train(task)}
    assert [found[index] for index in range(6)] == expected


def test_start_ends_at_goal_or_divergence() -> None:
    goals = goals_of(View(goal_accuracy=70))
    reached = all_of(Sweep(DIGITS, (), 2, "weights", 30, goals, until_goal=True))
    assert all(start.reached == start.epoch < 30 for start in reached)
    wild = DIGITS.replace(activation="linear", loss="cross_entropy", learning_rate=100, hidden_layer_sizes=(8, 8, 8))
    for start in all_of(Sweep(wild, starts=2, epochs=3)):
        assert start.diverged is not None
        assert start.test_loss is not None


def test_canceled_task_returns_nothing() -> None:
    shares: list[float] = []
    assert train(Task(Sweep(DIGITS, starts=2, epochs=5), (0, 1)), lambda: len(shares) > 2, shares.append) == []
    assert shares[-1] < 0.5


def test_answers_are_sent_with_labels() -> None:
    sweep = Sweep(DIGITS, starts=2, vary="data", epochs=1)
    starts = all_of(sweep)
    message, arrays = decode_container(encode_starts(sweep, Progress(share=1, finished=starts, ended="done")))
    assert [start["test_accuracy"] for start in message["starts"]] == [start.test_accuracy for start in starts]
    assert set(arrays) == {"answers", "labels", "losses"}
    right = (arrays["answers"] == arrays["labels"]).mean(axis=1)
    assert right.tolist() == [start.test_accuracy for start in starts]
    assert not np.array_equal(*arrays["labels"])


def test_answers_can_be_left_out() -> None:
    (start,) = train(Task(Sweep(DIGITS, epochs=1), (0,), pictures=False))
    assert start.answers is None


# --- what they cost ---


def test_lecture_fits_into_a_sweep() -> None:
    sweep = Sweep(LECTURE, parse_axes("networkShape:30|30,30|30,30,30"), starts=20, epochs=30)
    assert 30 <= most_epochs(sweep) < 200
    assert most_epochs(Sweep(LECTURE, starts=400)) < 30
    # each is worth a task of its own
    assert [len(task.rows) for task in tasks_of(sweep, range(60))] == [1] * 60


def test_larger_work_with_pictures_costs_more() -> None:
    configs = [
        DIGITS,
        DIGITS.replace(train_count=0),
        LECTURE.replace(train_count=1000),
        LECTURE,
        LECTURE.replace(batch_size=1),
        LECTURE.replace(batch_size=1, hidden_layer_sizes=(60, 60)),
    ]
    costs = [cost_of(config).of_epoch(1) for config in configs]
    assert costs == sorted(costs)
    assert costs[3] > 100 * costs[0] > 0


def test_cost_with_pictures_is_measured_with_few() -> None:
    cost = measure(LECTURE, Clock(step=0.001))
    few = cost_of(LECTURE.replace(train_count=500))
    assert cost.epoch == pytest.approx(0.001 * cost_of(LECTURE).epoch / few.epoch)
    assert 0 < cost.start < 0.1
    assert measure(DIGITS, Clock(step=0.001)) == pytest.approx((0.001, 0.001))


# --- what is wrong ---


def test_points_and_pictures_do_not_mix() -> None:
    for sweep in (Sweep(DIGITS, parse_axes("dataset:circle")), Sweep(Config(), parse_axes("dataset:circle|uci"))):
        (fault,) = sweep.faults(Limits(), 2000)
        assert fault.message == "dataset: got points and pictures; expected data sets of one kind"
    assert Sweep(DIGITS, parse_axes("dataset:uci")).faults(Limits(), 2000) == []


def test_networks_that_read_pictures_may_be_larger() -> None:
    assert Sweep(LECTURE, parse_axes("networkShape:30|100,100")).faults(Limits(), 2000) == []
    (fault,) = Sweep(LECTURE, parse_axes("networkShape:30|101")).faults(Limits(), 2000)
    assert fault.message == "hidden_layer_sizes: got 101 neurons in a layer; expected at most 100 neurons in a layer"


# --- side by side ---


def test_lecture_compares_three_networks() -> None:
    link = parse_link(NETWORKS)
    assert link.warnings == ()
    shapes = [variant["hidden_layer_sizes"] for variant in ({"hidden_layer_sizes": (30,)}, *link.view.compare)]
    assert (link.config, shapes) == (
        parse_link(LECTURE_LINK).config.replace(seed=link.config.seed),
        [(30,), (30, 30), (30, 30, 30)],
    )


def test_comparison_runs_read_the_same_pictures() -> None:
    stage = Stage(
        "#dataset=uci&trainCount=100&activation=sigmoid&networkShape=8&learningRate=3&compare=networkShape%3D8,8"
    )
    stage.ask("advance", count=3)
    stage.run(1.0)
    frame = stage.show()
    (variant,), arrays = frame["variants"], frame["arrays"]
    trainer = alone(stage.config.replace(hidden_layer_sizes=(8, 8)), 3)
    assert (variant["epoch"], variant["test_accuracy"]) == (3, trainer.test_accuracy)
    np.testing.assert_array_equal(arrays["variant_0_answers"], trainer.picture_snapshot().answers)
    assert arrays["variant_0_history_epochs"].tolist() == [0, 1, 2, 3]


# --- in tables ---


def outcomes(*accuracies: float) -> list[Outcome]:
    (start,) = all_of(Sweep(DIGITS, starts=1, epochs=1))
    return [outcome_of(start)._replace(test_accuracy=accuracy) for accuracy in accuracies]


def test_tables_say_how_many_are_read_right() -> None:
    measure = Measure(until_goal=False, has_goals=False, has_pictures=True)
    found = outcomes(0.96, 0.94, 0.95)
    assert "Test accuracy: median 95.00%, middle half 94.50% to 95.50%" in list(summary(found, measure))
    table = CellTable({"networkShape": ["30", "30,30"]}, measure)
    assert table.head().endswith("median accuracy")
    assert table.row(["30,30"], found).endswith("95.00%")
    wild = [outcome._replace(diverged=3) for outcome in found]
    assert table.row(["30,30"], wild).endswith("–")
