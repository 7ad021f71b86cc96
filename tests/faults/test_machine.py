"""A session under any sequence of commands, against a small model of what it promises.

`PLAYGROUND_STEPS=10000` tries that many commands; without it, it is 1,000, or 4,000 with `--nightly`.
"""

import json
import math
import random
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.export import FORMATS
from app.link import format_link
from app.protocol.checkpoints import Opening, checkpoint_of
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.parser import parse
from app.session.experiment import Experiment
from app.session.session import Session
from app.settings import Limits
from app.training.pacing import SPEED_PRESETS
from engine import FEATURES, Config, Effect, effect_of
from engine.inspection import DIRECTIONS, INSPECTIONS
from tests.support.clock import Clock
from tests.support.effort import amount
from tests.support.finite import assert_finite, assert_finite_json

STEPS = amount("STEPS", sample=1000, everything=4000)
STEPS_AT_ONCE = 40

LINK = "#seed=0.5&networkShape=3&dataset=gauss&batchSize=30"
LIMITS = Limits(layers=4, units=8, parameters=200)

GOOD: dict[str, st.SearchStrategy[Any]] = {
    "problem": st.sampled_from(["classification", "regression"]),
    "dataset": st.sampled_from(["circle", "xor", "gauss", "spiral", "own"]),
    "regression_dataset": st.sampled_from(["reg-plane", "reg-own"]),
    "noise": st.floats(0, 80),
    "train_percent": st.floats(1, 100),
    "seed": st.text(st.characters(codec="utf-8"), min_size=1, max_size=5),
    "weight_seed": st.text(st.characters(codec="utf-8"), max_size=5),
    "features": st.sets(st.sampled_from(list(FEATURES))).map(sorted),
    "hidden_layer_sizes": st.lists(st.integers(1, 6), max_size=3),
    "activation": st.sampled_from(["relu", "tanh", "sigmoid", "linear"]),
    "initializer": st.sampled_from(["uniform", "zeros"]),
    "learning_rate": st.floats(0, 100, exclude_min=True),
    "batch_size": st.integers(5, 400),
    "regularizer": st.sampled_from(["none", "L1", "L2"]),
    "regularization_rate": st.floats(0, 100),
}
BAD: dict[str, st.SearchStrategy[Any]] = {
    "noise": st.sampled_from([-1, 81, "5", None, True]),
    "features": st.sampled_from([["x", "x"], ["z"], "x", 3]),
    "hidden_layer_sizes": st.sampled_from([[0], [9], [1] * 5, [8] * 4, [1.5], "3", [[3]]]),
    "activation": st.sampled_from(["TANH", "", 1, "__proto__"]),
    "learning_rate": st.sampled_from([0, -1, 101, "0.1", [], False]),
    "batch_size": st.sampled_from([0, 10_001, 1.5, None]),
    "seed": st.sampled_from(["", "x" * 1025, 5]),
    "nothing": st.just(1),
}
EXAMPLE = st.tuples(
    st.floats(-6, 6), st.floats(-6, 6), st.integers(0, 1), st.sampled_from(["", "train", "test", "validation"])
)
GOOD_CHANGES = st.fixed_dictionaries({}, optional=GOOD)
BAD_CHANGES = st.sampled_from(sorted(BAD)).flatmap(lambda name: st.fixed_dictionaries({name: BAD[name]}))

REFUSED = st.sampled_from(
    [
        {"type": "select", "unit": 10_000},
        {"type": "set_parameter", "index": 10_000, "value": 1},
        {"type": "set_parameter", "index": 0, "value": 1e300},
        {"type": "set_view", "changes": {"hidden": ["everything"]}},
        {"type": "inspect", "panel": "step", "options": {"example": 10_000}},
    ]
)


NUMBERS = random.Random()  # noqa: S311 - what the session draws, so that a test is always the same


class Machine(RuleBasedStateMachine):
    """A session, the model of it, and one page that sees some of its frames."""

    @initialize()
    def open(self) -> None:
        NUMBERS.seed(0)
        self.clock = Clock(step=0.002)
        self.start(Opening(link=LINK))

    def start(self, opening: Opening) -> None:
        self.session = Session(1, opening, LIMITS, clock=self.clock)
        self.revision = opening.revision + 1
        self.said: list[dict[str, Any]] = []
        self.frame: bytes | None = None
        self.series: list[int] = []
        self.run, self.epoch = 0, -1
        self.start_params: bytes | None = None
        self.hear(self.session.opened())
        if opening.checkpoint is None:
            self.remember_start()

    # --- talking to it --------------------------------------------------------------------------------------------

    def hear(self, envelopes: list[Any]) -> None:
        for envelope in envelopes:
            if envelope.kind is MessageKind.FRAME:
                self.see(envelope)
            elif envelope.kind is MessageKind.DATA:
                assert_finite(envelope.payload)
            elif envelope.kind is not MessageKind.OPENED:
                message = json.loads(envelope.payload, parse_constant=pytest.fail)
                assert_finite_json(message)
                self.said.append(message)

    def see(self, envelope: Any) -> None:
        """A frame: together with those before it, it holds the losses of every epoch."""
        assert_finite(envelope.payload)
        message, arrays = decode_container(envelope.payload)
        epochs = arrays["history_epochs"].tolist()
        known = [epoch for epoch in self.series if epoch < epochs[0]] if envelope.run == self.run else []
        series = [*known, *epochs]
        assert series == list(range(series[0], message["epoch"] + 1))
        assert message["revision"] == self.revision
        if self.arrives:
            self.frame, self.series, self.run, self.epoch = envelope.payload, series, envelope.run, envelope.epoch

    def ask(self, **message: Any) -> list[dict[str, Any]]:
        """Submit a command and run its turn; returns the messages sent."""
        self.said = []
        self.session.submit(1, parse(json.dumps({"id": 7, **message})))
        self.hear(self.session.turn(0.001))
        assert any(said.get("id") == 7 for said in self.said)
        return self.said

    def facts(self) -> tuple[object, ...]:
        """All that a refused command must leave as it is."""
        session, state = self.session, self.session.experiment.run.trainer.state()
        vectors = tuple((name, vector.tobytes()) for name, vector in sorted(state.arrays.items()))
        counts = (state.epoch, state.step, state.batch, state.carried)
        return (
            session.experiment.config,
            session.experiment.pacing.playing,
            session.experiment.pacing.speed,
            session.experiment.revision,
            session.experiment.view,
            counts,
            vectors,
        )

    def remember_start(self) -> None:
        trainer = self.session.experiment.run.trainer
        if (trainer.epoch, trainer.step, trainer.batch) == (0, 0, 0):
            self.start_params = trainer.state().arrays["params"].tobytes()
        else:
            self.start_params = None

    # --- what may be asked for ------------------------------------------------------------------------------------

    arrives = True

    @rule(changes=GOOD_CHANGES)
    def configure(self, changes: dict[str, Any]) -> None:
        before = self.session.experiment.config
        if asked_too_much(before.replace(**changes)):
            self.refuse(changes)
            return
        said = self.ask(type="configure", changes=changes)
        after = self.session.experiment.config
        assert {name: getattr(after, name) for name in changes} == {
            name: getattr(before.replace(**changes), name) for name in changes
        }
        others = {"seed", "weight_seed", "weight_offset"} | changes.keys()
        assert after == before.replace(**{name: getattr(after, name) for name in others})
        effect = effect_of(before, after)
        (config,) = [message for message in said if message["type"] == "config"]
        assert config["effect"] == effect.name.lower()
        self.revision += effect > Effect.NOTHING
        if effect >= Effect.NETWORK:
            assert not self.session.experiment.pacing.playing
            self.remember_start()
            assert self.start_params

    @rule(good=GOOD_CHANGES, bad=BAD_CHANGES)
    def configure_wrongly(self, good: dict[str, Any], bad: dict[str, Any]) -> None:
        self.refuse({**good, **bad})

    def refuse(self, changes: dict[str, Any]) -> None:
        before = self.facts()
        said = self.ask(type="configure", changes=changes)
        assert [message["type"] for message in said] == ["error"]
        assert {error["field"] for error in said[0]["errors"]} <= {*changes, "hidden_layer_sizes"}
        assert self.facts() == before

    @rule(message=REFUSED)
    def ask_wrongly(self, message: dict[str, Any]) -> None:
        before = self.facts()
        assert [said["type"] for said in self.ask(**message)] == ["error"]
        assert self.facts() == before

    @rule()
    def play(self) -> None:
        self.ask(type="play")
        assert self.session.experiment.pacing.playing == (self.session.experiment.run.trainer.divergence is None)

    @rule()
    def pause(self) -> None:
        self.ask(type="pause")
        assert not self.session.experiment.pacing.playing

    @rule(speed=st.sampled_from(sorted(SPEED_PRESETS)))
    def set_speed(self, speed: str) -> None:
        self.ask(type="set_speed", speed=speed)
        assert self.session.experiment.pacing.speed == speed

    @rule(unit=st.sampled_from(["epoch", "minibatch"]), count=st.integers(1, 30))
    def advance(self, unit: str, count: int) -> None:
        self.ask(type="advance", unit=unit, count=count)
        assert not self.session.experiment.pacing.playing

    @rule()
    def rewind(self) -> None:
        self.ask(type="rewind")
        state = self.session.experiment.run.trainer.state()
        assert (state.epoch, state.step, state.batch, state.carried) == (0, 0, 0, 0)
        assert self.start_params in {None, state.arrays["params"].tobytes()}
        self.remember_start()

    @rule(name=st.sampled_from(["reset", "reseed"]))
    def start_anew(self, name: str) -> None:
        before = self.session.experiment.config
        self.ask(type=name)
        assert self.session.experiment.run.trainer.step == 0
        # without any weights, the next ones are the same
        self.revision += before != self.session.experiment.config
        assert before.weight_count == 0 or before != self.session.experiment.config
        self.remember_start()

    @rule()
    def regenerate(self) -> None:
        before = self.session.experiment.run.trainer.state()
        self.ask(type="regenerate")
        after = self.session.experiment.run.trainer.state()
        if self.session.experiment.run.trainer.divergence is None:
            assert np.array_equal(before.arrays["params"], after.arrays["params"])
        self.revision += 1

    @precondition(lambda self: self.session.experiment.config.own is not None)
    @rule(add=st.lists(EXAMPLE, max_size=12), share=st.sampled_from([0, 0, 0.5, 1]))
    def edit(self, add: list[Any], share: float) -> None:
        """Own examples come and go under a network that stays."""
        before = self.session.experiment.run.trainer.state().arrays["params"]
        count = len(self.session.experiment.config.own or ())
        self.ask(type="edit_examples", remove=list(range(int(count * share))), add=add)
        assert len(self.session.experiment.config.own or ()) == count - int(count * share) + len(add)
        if self.session.experiment.run.trainer.divergence is None:
            assert np.array_equal(before, self.session.experiment.run.trainer.state().arrays["params"])
        self.revision += 1

    @rule(index=st.integers(0, 200), value=st.floats(-1e6, 1e6))
    def set_parameter(self, index: int, value: float) -> None:
        if index < self.session.experiment.config.parameter_count:
            self.ask(type="set_parameter", index=index, value=value)
            if self.session.experiment.run.trainer.divergence is None:
                assert self.session.experiment.run.trainer.state().arrays["params"][index] == value

    @rule(hide=st.booleans(), discretize=st.booleans())
    def set_view(self, hide: bool, discretize: bool) -> None:
        before = self.facts()
        self.ask(type="set_view", changes={"discretize": discretize, "hidden": ["noise"] if hide else []})
        assert self.facts()[5:] == before[5:]

    @rule(unit=st.integers(0, len(FEATURES)))
    def select(self, unit: int) -> None:
        self.ask(type="select", unit=unit)

    @rule(
        panel=st.sampled_from([None, *INSPECTIONS]),
        number=st.none() | st.integers(0, 5),
        compute=st.booleans(),
        directions=st.sampled_from(sorted(DIRECTIONS)),
    )
    def inspect(self, panel: str | None, number: int | None, compute: bool, directions: str) -> None:
        before = self.facts()
        options = {"unit": number, "example": number, "compute": compute, "directions": directions}
        self.ask(type="inspect", panel=panel, options=options)
        assert self.facts() == before

    @rule(kind=st.sampled_from(sorted(FORMATS)))
    def export(self, kind: str) -> None:
        before = self.facts()
        (answer,) = self.ask(type="export", format=kind)
        if self.session.experiment.run.trainer.train_size:
            compile(answer["text"], answer["filename"], "exec")
        else:
            assert answer["type"] == "error"
        assert self.facts() == before

    @rule(text=st.text(max_size=20) | st.just(LINK))
    def open_link(self, text: str) -> None:
        self.ask(type="open", link=text.encode("utf-8", "replace").decode())
        assert not self.session.experiment.pacing.playing
        self.revision += 1
        self.remember_start()

    @rule(turns=st.integers(1, 12), arrives=st.booleans())
    def watch(self, turns: int, arrives: bool) -> None:
        """Time goes by; the page gets its frames, or they are lost on the way."""
        self.arrives = arrives
        for _ in range(turns):
            self.session.grant(self.run, self.epoch)
            self.hear(self.session.turn(0.005))
        self.arrives = True

    @rule()
    def sleep(self) -> None:
        before = self.facts()
        self.session.sleep()
        self.hear(self.session.turn(0.005))
        assert self.facts() == before
        self.session.wake()

    @precondition(lambda self: self.frame is not None)
    @rule()
    def lose_the_server(self) -> None:
        """The page comes back to a server that knows nothing, with the last frame that it saw."""
        assert self.frame is not None
        message, arrays = decode_container(self.frame)
        if message["revision"] != self.revision:
            return
        link = format_link(self.session.experiment.config, self.session.experiment.view)
        checkpoint, examples = checkpoint_of(self.frame, link), self.session.experiment.config.own_examples
        opening = Opening(link=link, checkpoint=checkpoint, revision=self.revision, examples=examples)
        self.start(opening)
        trainer = self.session.experiment.run.trainer
        assert (trainer.epoch, trainer.step, trainer.batch) == (message["epoch"], message["step"], message["batch"])
        assert trainer.state().arrays["params"].tobytes() == arrays["params"].tobytes()

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def the_revision_counts_what_was_accepted(self) -> None:
        assert self.session.experiment.revision == self.revision

    @invariant()
    def all_numbers_are_finite(self) -> None:
        trainer = self.session.experiment.run.trainer
        assert math.isfinite(trainer.train_loss or 0)
        assert math.isfinite(trainer.test_loss or 0)
        assert all(np.isfinite(vector).all() for vector in trainer.state().arrays.values())

    @invariant()
    def what_has_diverged_does_not_play(self) -> None:
        assert not (self.session.experiment.pacing.playing and self.session.experiment.run.trainer.divergence)


def asked_too_much(config: Config) -> bool:
    """Whether a config is over this server's limits."""
    sizes = config.hidden_layer_sizes
    return (
        len(sizes) > LIMITS.layers or max(sizes, default=0) > LIMITS.units or config.parameter_count > LIMITS.parameters
    )


SETTINGS = hypothesis.settings(
    max_examples=STEPS // STEPS_AT_ONCE,
    stateful_step_count=STEPS_AT_ONCE,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture(autouse=True)
def _draws_are_the_same_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", NUMBERS.randrange)


@pytest.mark.sampled
def test_session_matches_model_under_random_commands() -> None:
    run_state_machine_as_test(Machine, settings=SETTINGS)


@pytest.mark.nightly
def test_model_detects_half_applied_change(monkeypatch: pytest.MonkeyPatch) -> None:
    change = Experiment.change

    def change_first(self: Experiment, config: Config) -> Effect:
        self.run.trainer.config = config
        return change(self, config)

    monkeypatch.setattr(Experiment, "change", change_first)
    first_only = hypothesis.settings(SETTINGS, report_multiple_bugs=False, phases=[hypothesis.Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=first_only)
