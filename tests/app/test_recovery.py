"""Retrying a run that diverged from the last epoch before the loss rose, with a stable learning rate."""

import json
import math
from typing import Any

import numpy as np
import pytest

from app.link import format_link, parse_link
from engine import Config, Trainer
from engine.own_examples import OwnExamples, encode
from engine.stopping import before_rise
from tests.app.test_history import advance, status
from tests.support.session import Stage


def own(size: float, seed: int = 1) -> str:
    """The code of examples with coordinates and values up to `size`."""
    random = np.random.default_rng(seed)
    points = random.uniform(-size, size, (60, 2))
    return encode(OwnExamples(points, points[:, 0] - points[:, 1] / 2, np.zeros(60, np.uint8), 0))


PLANE = Config(problem="regression", seed="0.3", learning_rate=10, activation="linear", hidden_layer_sizes=(2,))

DIVERGING = {
    "in the first epoch": PLANE,
    "high rate": PLANE.replace(activation="relu", learning_rate=3, seed="0.1"),
    "deep relu": PLANE.replace(
        activation="relu", learning_rate=3, hidden_layer_sizes=(8,) * 6, initializer="he_normal"
    ),
    "momentum": PLANE.replace(optimizer="momentum", momentum=0.99, learning_rate=0.3),
    "batch of one": PLANE.replace(batch_size=1, learning_rate=1, noise=50),
    "whole batch": PLANE.replace(batch_size=250, learning_rate=3),
    "squares": PLANE.replace(hidden_layer_sizes=(), features=("xSquared", "ySquared", "xTimesY"), learning_rate=0.01),
    "penalty": Config(regularizer="L2", regularization_rate=10, learning_rate=0.3, hidden_layer_sizes=(8, 8)),
    "slow penalty": Config(regularizer="L2", regularization_rate=1, learning_rate=3, seed="0.4"),
    "large own values": Config(
        problem="regression", regression_dataset="reg-own", own_examples=own(1000), hidden_layer_sizes=()
    ),
    "huge own values": Config(
        problem="regression", regression_dataset="reg-own", own_examples=own(6e5), hidden_layer_sizes=()
    ),
    "schedule": PLANE.replace(schedule="cosine", learning_rate=3, activation="relu"),
}


def staged(config: Config) -> Stage:
    view = parse_link("#hideText=true").view
    return Stage(format_link(config.replace(own_examples=""), view), examples=config.own_examples)


def train_until_it_diverges(stage: Stage, most: int = 3000) -> dict[str, Any]:
    """Train until divergence; returns it as in the status."""
    while stage.trainer.divergence is None:
        assert stage.trainer.epoch < most
        stage.ask("advance", count=10)
        stage.run(0.1)
    diverged: dict[str, Any] = status(stage)["diverged"]
    return diverged


def retry(stage: Stage, rate: float) -> None:
    """Do what the button on the page does."""
    stage.ask("configure", changes={"learning_rate": rate})


@pytest.mark.parametrize("name", DIVERGING)
def test_retry_continues_from_good_weights(name: str) -> None:
    stage = staged(DIVERGING[name])
    start = stage.trainer.train_loss
    diverged = train_until_it_diverges(stage)
    epoch, rate = diverged["retry"]["epoch"], diverged["retry"]["learning_rate"]
    assert epoch < diverged["epoch"]
    assert 0 < rate < DIVERGING[name].learning_rate
    retry(stage, rate)
    assert (stage.trainer.epoch, stage.config.learning_rate, stage.trainer.divergence) == (epoch, rate, None)
    assert status(stage)["diverged"] is None
    before = stage.trainer.train_loss
    assert before is not None
    assert start is not None
    assert before <= 2 * start
    assert np.abs(stage.trainer.state().arrays["params"]).max() < 1e3
    advance(stage, 60)
    assert stage.trainer.divergence is None
    assert stage.trainer.epoch == epoch + 60
    assert (stage.trainer.train_loss or 0) <= before
    assert stage.session.experiment.run.series.after(-1).epochs.tolist()[-1] == epoch + 60


def test_retry_keeps_learning_before_rate_increase() -> None:
    stage = staged(PLANE.replace(learning_rate=0.03))
    advance(stage, 5)
    losses = stage.session.experiment.run.series.after(-1).train
    assert losses is not None
    assert all(np.diff(losses) < 0)
    params = stage.trainer.state().arrays["params"]
    stage.ask("configure", changes={"learning_rate": 3})
    diverged = train_until_it_diverges(stage)
    assert diverged["retry"] == {"epoch": 5, "learning_rate": 0.03}
    retry(stage, 0.03)
    assert stage.trainer.epoch == 5
    assert stage.trainer.state().arrays["params"].tolist() == params.tolist()


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("configure", {"changes": {"learning_rate": 0.001}}),
        ("configure", {"changes": {"optimizer": "adam", "learning_rate": 0.01}}),
        ("regenerate", {}),
        ("set_parameter", {"index": 0, "value": 0.5}),
    ],
)
def test_every_continuation_starts_at_retry_point(command: str, fields: dict[str, Any]) -> None:
    stage = staged(DIVERGING["high rate"])
    train_until_it_diverges(stage)
    stage.ask(command, **fields)
    assert stage.trainer.epoch == 0
    assert np.abs(stage.trainer.state().arrays["params"]).max() < 10
    assert (stage.trainer.train_loss or math.inf) < 1


def test_seek_overrides_retry_point() -> None:
    stage = staged(PLANE.replace(learning_rate=0.03))
    advance(stage, 9)
    stage.ask("configure", changes={"learning_rate": 3})
    diverged = train_until_it_diverges(stage)
    said = stage.ask("set_parameter", index=10_000, value=1)
    assert [message["code"] for _, message in said if "code" in message] or "error" in json.dumps(said[0][1])
    assert stage.trainer.divergence is not None
    stage.ask("seek", epoch=4)
    retry(stage, diverged["retry"]["learning_rate"])
    assert stage.trainer.epoch == 4


def test_retry_ignores_losses_of_other_data(monkeypatch: pytest.MonkeyPatch) -> None:
    # a new seed is random, and so would be whether the loss still falls in the last epochs
    monkeypatch.setattr("app.session.changes.new_seed", lambda: "0.7")
    stage = staged(PLANE.replace(learning_rate=0.03, noise=0))
    advance(stage, 25)
    stage.ask("regenerate")
    advance(stage, 5)
    stage.ask("configure", changes={"learning_rate": 3})
    assert train_until_it_diverges(stage)["retry"]["epoch"] == 30


@pytest.mark.parametrize("batch_size", [1, 10, 2500])
@pytest.mark.parametrize("shape", [(), (8, 8), (64, 64, 64, 64)])
def test_trials_of_rates_take_bounded_work(
    shape: tuple[int, ...], batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = PLANE.replace(
        activation="relu", hidden_layer_sizes=shape, batch_size=batch_size, example_count=5000, learning_rate=100
    )
    stage = staged(config)
    while stage.trainer.divergence is None:
        stage.trainer.run_epoch()
    examples = 0
    run_minibatches = Trainer.run_minibatches

    def counted(trainer: Trainer, count: int) -> None:
        nonlocal examples
        step = trainer.step
        run_minibatches(trainer, count)
        examples += (trainer.step - step) * batch_size

    monkeypatch.setattr(Trainer, "run_minibatches", counted)
    assert stage.session.experiment.run.retry_point is not None
    assert examples * config.parameter_count < 1e7


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ([0.5], 0),
        ([0.1, 1e30, 1e70], 0),
        ([0.5, 0.4, 0.3, 0.29, 5.0, 1e9], 3),
        # minibatches make it noisy: the newest of the low ones, not the lowest of all
        ([0.5, 0.03, 0.05, 0.04, 0.055, 0.045, 0.4, 9.0], 5),
        # already on its way up
        ([0.5, 0.3, 0.1, 0.12, 0.16, 0.7, 1e10], 2),
        ([0.968, 1.03, 0.968, 1.03, math.inf, math.inf], 2),
        ([0.0, 0.0, 1.0, 1e9], 1),
        ([3.0, 2.0, 1.0], 2),
    ],
)
def test_before_rise_finds_last_low_value(values: list[float], place: int) -> None:
    assert before_rise(values) == place
