"""Numbers stay numbers: whatever is chosen, pictures and messages hold finite numbers, or training says why it stopped.

`PLAYGROUND_CONFIGS=5000` tries that many random configs; without it, it is 12, or 200 with `--nightly`.
"""

import json
import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.link import format_link, parse_link
from app.protocol.checkpoints import Opening
from app.protocol.commands import Play, SetSpeed
from app.protocol.envelopes import Envelope, MessageKind
from app.session.session import Session
from app.settings import Limits
from engine import FIELDS, Config, Field, Trainer
from engine.own_examples import LARGEST, MAX_CLASSES, edited, encode, no_examples
from engine.stopping import Divergence
from tests.faults import adapter
from tests.support.clock import Clock
from tests.support.effort import amount
from tests.support.finite import assert_finite, assert_finite_json

CONFIGS = amount("CONFIGS", sample=12, everything=200)
SHAPES = ((), (1,), (8,), (8, 8), (1,) * 6, (16,) * 10, (64,), (2,) * 32)
LINKS = {line.id: adapter.link(line) for line in adapter.read() if line.channel == "url-hash"}
TURNS = 10
OWN = [
    edited(no_examples(classes), [], [(place * LARGEST, -place, target, "") for place in (-1, 0, 1, 1e-9)])
    for classes, target in ((2, 1), (MAX_CLASSES, MAX_CLASSES - 1), (0, -LARGEST))
]


def edges(field: Field) -> list[Any]:
    """The values of a field at the edges of what it may hold, and its default."""
    low, high = field.low or 0, field.high or 0
    numbers = [math.ulp(0.0) if field.above else low, max(low, 1e-9), 0.5, 1, 10, math.nextafter(high, 0), high]
    values: dict[str, list[Any]] = {
        "choice": list(field.choices or ()),
        "choices": [(), ("x",), ("x", "y"), tuple(field.choices or ())],
        "number": [number for number in numbers if low <= number <= high],
        "integer": [number for number in (low, low + 1, 30, 250, high) if number <= high],
        "integers": list(SHAPES),
        "flag": [False, True],
        "names": [(), ("", "step"), tuple(field.choices or ())],
        "numbers": [(), (None, high), (low, None, 0.5)],
        "examples": [*map(encode, OWN)],
        "text": ["0.5", "x" * int(high), "\U0001f600", "\0"],
    }
    return [*values[field.kind], field.default]


def configs(count: int) -> Iterator[Config]:
    """Random configs at the edges."""
    numbers = random.Random(0)  # noqa: S311 - so that a test is always the same
    choices = {name: edges(field) for name, field in FIELDS.items()}
    choices["weight_offset"] = [0, 50]
    for _ in range(count):
        yield Config(**{name: numbers.choice(values) for name, values in choices.items()})


def run(config: Config) -> Divergence | None:
    """Train a config for a while in a session that is looked at, and check everything that it says."""
    session = Session(1, Opening(link=format_link(config)), Limits(), clock=Clock(step=0.00025))
    check(session.opened())
    session.submit(1, SetSpeed(speed="unlimited"))
    session.submit(1, Play())
    for _ in range(TURNS):
        session.grant(0, -1)
        check(session.turn(0.001))
        check(session.report())
    check_state(session.experiment.run.trainer)
    return session.experiment.run.trainer.divergence


def check(envelopes: list[Envelope]) -> None:
    """Every message is one that all can read, and holds finite numbers only."""
    for envelope in envelopes:
        if envelope.kind in {MessageKind.FRAME, MessageKind.DATA, MessageKind.CARD}:
            assert_finite(envelope.payload)
        elif envelope.kind is not MessageKind.OPENED:
            assert_finite_json(json.loads(envelope.payload, parse_constant=pytest.fail))


def check_state(trainer: Trainer) -> None:
    """What is shown of a trainer is finite; if it has diverged, it says how and what to do."""
    snapshot = trainer.snapshot()
    assert math.isfinite(snapshot.train_loss or 0)
    assert snapshot.test_loss is None or math.isfinite(snapshot.test_loss)
    if trainer.divergence:
        assert trainer.divergence.reason
        assert trainer.divergence.hint


BREAKERS = {
    "uh-021-known-breaker-77": "learning rate × regularization rate is 3",
    "uh-022-known-breaker-3": "the learning rate of 1 is too large",
    "uh-023-known-breaker-153": "learning rate × regularization rate is 30",
}
"""Links that made the original show NaN, and the cause that is reported."""


@pytest.mark.parametrize(("name", "cause"), BREAKERS.items())
def test_divergence_of_known_breakers_is_explained(name: str, cause: str) -> None:
    trainer = Trainer(parse_link(LINKS[name]).config)
    while trainer.divergence is None:
        trainer.run_epoch()
    assert cause in trainer.divergence.hint
    check_state(trainer)


@pytest.mark.sampled
def test_extreme_configs_yield_finite_numbers_or_diverge() -> None:
    breakers = [parse_link(LINKS[name]).config for name in BREAKERS]
    assert {run(config) is not None for config in [*configs(CONFIGS), *breakers]} == {False, True}


@pytest.mark.nightly
def test_numbers_overflow_without_divergence_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "_diverge", lambda *_: None)
    trainer = Trainer(parse_link(LINKS["uh-022-known-breaker-3"]).config)
    for _ in range(30):
        trainer.run_epoch()
    assert np.isnan(trainer.state().arrays["params"]).any()
