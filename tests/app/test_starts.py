"""Many starts: each is a single run with its seeds, trained in short turns beside everything else."""

from typing import Any

import numpy as np
import pytest

from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError
from app.training.pictures import SIDE
from app.training.starts import MOST_EPOCHS, Start, Starts, config_of, measure, most_epochs
from engine import Config, Trainer
from tests.support.clock import Clock
from tests.support.session import Stage

CONFIGS = {
    "weights": Config(dataset="xor", dropout=0.2, shuffle=True, weight_offset=40),
    "data": Config(problem="regression", optimizer="adam", validation_percent=20),
    "both": Config(dataset="gauss4", loss="cross_entropy", patience=2, learning_rate=1.0),
}
"""A config for everything that can vary: two classes, values, and several classes with early stopping."""


def all_of(config: Config, vary: str, epochs: int = 4) -> list[Start]:
    starts = Starts(config, 3, vary, epochs, Clock())
    found: list[Start] = []
    while not starts.is_done:
        found += starts.step(0.001)
    return found


def alone(config: Config, epochs: int = 4) -> Trainer:
    trainer = Trainer(config)
    while trainer.epoch < epochs and not trainer.has_ended:
        trainer.run_epoch()
    return trainer


@pytest.mark.parametrize("vary", CONFIGS)
def test_start_equals_single_run_exactly(vary: str) -> None:
    found = all_of(CONFIGS[vary], vary)
    assert [start.index for start in found] == [0, 1, 2]
    assert len({start.test_loss for start in found}) == 3
    for start in found:
        trainer = alone(start.config)
        assert (start.epoch, start.train_loss, start.test_loss) == (
            trainer.epoch,
            trainer.train_loss,
            trainer.test_loss,
        )
        assert start.test_accuracy == trainer.test_accuracy
        surface, classes, _ = start.picture
        assert surface.shape == (SIDE, SIDE)
        np.testing.assert_array_equal(surface[[0, -1], [0, -1]], trainer.snapshot().surface[[0, -1], [0, -1]])
        assert (classes is None) == (trainer.config.classes < 3)


def test_only_what_varies_differs_between_starts() -> None:
    config = Config(seed="0.3", weight_offset=5)
    weights, data, both = ([config_of(config, vary, index) for index in (0, 1)] for vary in CONFIGS)
    assert [(one.seed, one.weight_seed, one.weight_offset) for one in weights] == [("0.3", "1", 0), ("0.3", "2", 0)]
    assert [(one.seed, one.weight_seed, one.weight_offset) for one in data] == [("1", "0.3", 5), ("2", "0.3", 5)]
    assert [(one.seed, one.weight_seed, one.weight_offset) for one in both] == [("1", "", 0), ("2", "", 0)]


def test_opened_start_has_same_starts() -> None:
    for vary, config in CONFIGS.items():
        starts = Starts(config, 2, vary, 1, Clock())
        assert starts.is_of(config_of(config, vary, 7))
        assert not starts.is_of(config.replace(learning_rate=0.01))
    assert not Starts(config, 2, "weights", 1, Clock()).is_of(config.replace(seed="other"))


def test_diverged_start_is_marked_and_finite() -> None:
    for start in all_of(Config(problem="regression", activation="linear", learning_rate=3.0), "weights", 30):
        assert start.diverged is not None
        assert start.diverged <= 30
        assert start.train_loss is not None
        assert np.isfinite(start.train_loss)


def test_total_work_is_bounded() -> None:
    assert most_epochs(Trainer(Config()), 100) == MOST_EPOCHS
    large = Trainer(Config(hidden_layer_sizes=(16,) * 10, batch_size=1))
    assert 1 <= 5 * most_epochs(large, 100) <= most_epochs(large, 20) < MOST_EPOCHS


def test_cost_is_measured() -> None:
    clock = Clock()
    assert measure(Config(), clock) == (0.0, 0.0)


# in a session


def messages(stage: Stage) -> list[dict[str, Any]]:
    return [message for _, message in stage.said if message.get("type") == "starts"]


def test_session_trains_starts_beside_its_run() -> None:
    stage = Stage()
    stage.ask("play")
    kind, begun = stage.ask("try_starts", count=5, epochs=3, vary="weights")[0]
    assert (kind, begun["id"], begun["total"], begun["starts"]) == (MessageKind.FILE, 3, 5, [])
    stage.run(0.5)
    last = messages(stage)[-1]
    assert (last["ended"], last["share"], last["arrays"]["surfaces"].shape) == ("done", 1.0, (5, SIDE, SIDE))
    assert [start["test_loss"] for start in last["starts"]] == [
        alone(config_of(stage.config, "weights", index), 3).test_loss for index in range(5)
    ]
    assert stage.trainer.epoch >= 25
    assert stage.session.ready_at() > 0


def test_starts_come_while_others_are_trained() -> None:
    stage = Stage()
    stage.ask("try_starts", count=4, epochs=1)
    for _ in range(12):
        stage.clock.now += 0.06
        stage.turn()
    counts = [len(message["starts"]) for message in messages(stage)]
    assert sum(counts) == 4
    assert len([count for count in counts if count]) > 2
    assert messages(stage)[1]["seconds_left"] > 0


def test_starts_end_when_canceled_or_left() -> None:
    stage = Stage()
    stage.ask("try_starts", count=100, epochs=1000)
    stage.turn()
    assert stage.ask("cancel_starts")[0][1]["ended"] == "canceled"
    assert stage.session.ready_at() == float("inf")
    assert stage.ask("cancel_starts")[0][1]["type"] == "status"
    stage.ask("try_starts", count=100, epochs=1000)
    stage.session.sleep()
    assert stage.session.ready_at() == float("inf")
    stage.session.wake()
    stage.session.greet()
    assert stage.session.ready_at() == float("inf")


def test_changed_settings_end_starts_but_seeds_do_not() -> None:
    stage = Stage()
    stage.ask("try_starts", count=100, epochs=1000)
    stage.ask("configure", changes={"weight_seed": "7", "weight_offset": 0})
    stage.turn()
    assert messages(stage)[-1]["ended"] is None
    stage.ask("configure", changes={"learning_rate": 0.1})
    stage.turn()
    assert messages(stage)[-1]["ended"] == "changed"
    assert stage.session.ready_at() == float("inf")


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"count": 401, "epochs": 1}, "count", "a whole number from 1 to 400"),
        ({"count": 20, "epochs": 10_001}, "epochs", "a whole number from 1 to 10000"),
        ({"count": 20, "epochs": 1, "vary": "luck"}, "vary", "one of weights, data, both"),
    ],
)
def test_bad_starts_are_refused(fields: dict[str, Any], field: str, expected: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        Stage().ask("try_starts", **fields)
    (fault,) = refused.value.faults
    assert (fault.field, fault.got, fault.expected) == (field, str(fields[field]), expected)


def test_too_much_work_is_refused_with_the_limit() -> None:
    stage = Stage("#networkShape=16,16,16,16&batchSize=1")
    error = stage.ask("try_starts", count=100, epochs=10_000)[0][1]
    most = most_epochs(stage.trainer, 100)
    assert (error["code"], error["field"], error["got"]) == ("out_of_range", "epochs", "10000")
    assert error["expected"] == f"at most {most:,} for 100 starts of this network with these data"
    assert stage.ask("try_starts", count=100, epochs=most)[0][1]["type"] == "starts"


def test_cost_answers_estimate() -> None:
    assert Stage().ask("estimate_starts")[0][1] == {
        "type": "starts_cost",
        "epoch_seconds": 0.0,
        "start_seconds": 0.0,
        "id": 3,
    }
