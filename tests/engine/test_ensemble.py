"""An ensemble: each member is what its own trainer is, whatever is trained with it."""

import json
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.link import parse_link
from engine import FIELDS, PICTURE_DATASETS, Config, Trainer
from engine.ensemble import Ensemble, Member, kind_of
from tests.support.configs import CONFIGS

GOLDEN = Path(__file__).parents[1] / "golden"
RUNS: list[dict[str, Any]] = json.loads((GOLDEN / "classic_runs.json").read_text())
EPOCHS = 100

NUMBERS = (
    "epoch",
    "train_loss",
    "validation_loss",
    "test_loss",
    "train_accuracy",
    "validation_accuracy",
    "test_accuracy",
)


def starts_of(config: Config, count: int) -> list[Config]:
    """Configs that differ in the seed of their weights; the first is the config itself."""
    return [config, *(config.replace(weight_seed=str(number), weight_offset=0) for number in range(1, count))]


def of_other_data(config: Config, count: int) -> list[Config]:
    """Configs of one kind that differ in the seed of their data; the first is the config itself."""
    others = (config.replace(seed=str(number)) for number in range(1, 3 * count))
    alike = (other for other in others if kind_of(other) == kind_of(config))
    return [config, *islice(alike, count - 1)]


def assert_same(member: Member, trainer: Trainer, tolerance: float = 1e-9) -> None:
    """A member and a trainer are at the same point of the same run.

    Parameters may differ more than losses: some rules divide small gradients, rounding included, by their own size.
    """
    for name in NUMBERS:
        own, expected = getattr(member, name), getattr(trainer, name)
        assert own == (expected if expected is None else pytest.approx(expected, rel=tolerance, abs=tolerance)), name
    assert member.divergence == trainer.divergence
    assert (member.stopped and member.stopped.epoch) == (trainer.stopped and trainer.stopped.epoch)
    assert (member.stopped and member.stopped.best_epoch) == (trainer.stopped and trainer.stopped.best_epoch)
    state, known = member.state(), trainer.state()
    assert (state.epoch, state.step, state.batch, state.carried) == (known.epoch, known.step, 0, known.carried)
    assert state.arrays.keys() == known.arrays.keys()
    for name, vector in known.arrays.items():
        np.testing.assert_allclose(state.arrays[name], vector, rtol=1e3 * tolerance, atol=1e3 * tolerance, err_msg=name)


def assert_like_trainers(configs: Sequence[Config], epochs: int, every: int = 1, tolerance: float = 1e-9) -> None:
    """Train an ensemble and trainers, and compare all of them every few epochs, and at the end."""
    ensemble, trainers = Ensemble(configs), [Trainer(config) for config in configs]
    for epoch in range(1, epochs + 1):
        is_compared = epoch % every == 0 or epoch == epochs
        ensemble.run_epoch(evaluate=is_compared)
        for member, trainer in zip(ensemble.members, trainers, strict=True):
            trainer.run_epoch()
            if is_compared:
                assert_same(member, trainer, tolerance)


@pytest.mark.parametrize("run", RUNS, ids=[run["hash"][:60] for run in RUNS])
def test_member_learns_golden_curve(run: dict[str, Any]) -> None:
    ensemble = Ensemble(starts_of(parse_link(run["hash"]).config, 2))
    member = ensemble.members[0]
    for epoch in range(min(run["horizon"], EPOCHS) + 1):
        losses = run["losses"].get(str(epoch))
        if losses:
            assert [member.train_loss, member.test_loss] == pytest.approx(losses, rel=0, abs=1e-9)
        ensemble.run_epoch(evaluate=False)


ENTRIES = [
    (name, choice)
    for name, field in FIELDS.items()
    for choice in field.choices or ()
    if field.kind == "choice" and choice not in PICTURE_DATASETS
]
"""Every entry of every registry, as a value of the field that chooses it, but for pictures."""

SETTLING = {"learning_rate": 0.01, "epsilon": 0.01, "regularization_rate": 0.001, "validation_percent": 10}
"""Settings under which rounding differences do not grow over a hundred epochs."""


def with_entry(name: str, choice: str) -> Config:
    problem = "regression" if name == "regression_dataset" else "classification"
    return Config().replace(**{**SETTLING, "problem": problem, name: choice})


@pytest.mark.parametrize(("name", "choice"), ENTRIES, ids=[f"{name}-{choice}" for name, choice in ENTRIES])
def test_member_agrees_for_every_entry(name: str, choice: str) -> None:
    assert_like_trainers(starts_of(with_entry(name, choice), 2), EPOCHS, every=20)


@pytest.mark.parametrize(
    "fields",
    [
        {"shuffle": True, "jitter": 0.1},
        {"dropout": 0.2},
        {"dropout": 0.2, "hidden_layer_sizes": [4, 4, 4, 4], "batch_size": 7},
        {"batch_norm": True},
        {"batch_norm": True, "activation": "maxout", "maxout_pieces": 3},
        {"activation": "maxout", "maxout_pieces": 4, "dropout": 0.1},
        {"standardize": True, "features": ["x", "xSquared", "sinX"]},
        {"max_norm": 1},
        {"clip_norm": 0.1, "optimizer": "adam"},
        {"rest": "applied", "batch_size": 30},
        {"rest": "dropped", "batch_size": 30},
        {"batch_size": 30},
        {"schedule": "exponential", "regularizer": "L1"},
        {"dataset": "gauss4", "hidden_layer_sizes": [5]},
        {"hidden_layer_sizes": []},
        {"layer_activations": ["relu", "sine"]},
        {"initializer": "zeros"},
    ],
    ids=str,
)
@pytest.mark.parametrize("differ", [starts_of, of_other_data], ids=["weights", "data"])
def test_member_agrees_for_combined_settings(fields: dict[str, Any], differ: Any) -> None:
    config = Config().replace(**{**SETTLING, **fields})
    assert_like_trainers(differ(config, 3), 30, every=10, tolerance=1e-7 if config.batch_norm else 1e-9)


@pytest.mark.usefixtures("diverging")
@settings(max_examples=40, deadline=None)
@given(fields=CONFIGS, evaluates=st.booleans())
def test_any_ensemble_agrees_with_trainers(fields: dict[str, Any], evaluates: bool) -> None:
    config = Config().replace(**fields)
    configs = [*starts_of(config, 2), *of_other_data(config, 2)[1:]]
    assert_like_trainers(configs, 2, every=1 if evaluates else 2, tolerance=1e-6)


@pytest.mark.usefixtures("diverging")
def test_member_diverges_in_its_own_epoch() -> None:
    config = Config(problem="regression", activation="linear", optimizer="momentum", learning_rate=0.2)
    configs = starts_of(config, 12)
    ensemble, trainers = Ensemble(configs), [Trainer(config) for config in configs]
    for _ in range(60):
        ensemble.run_epoch(evaluate=False)
    for trainer in trainers:
        while trainer.epoch < 60 and not trainer.has_ended:
            trainer.run_epoch()
    epochs = [member.divergence and member.divergence.epoch for member in ensemble.members]
    assert epochs == [trainer.divergence and trainer.divergence.epoch for trainer in trainers]
    assert len(set(epochs)) > 2


def test_member_stops_early_like_its_trainer() -> None:
    config = Config(dataset="xor", noise=50, learning_rate=0.3, patience=5)
    configs = starts_of(config, 8)
    assert_like_trainers(configs, 60, every=60, tolerance=1e-6)
    ensemble = Ensemble(configs)
    for _ in range(60):
        ensemble.run_epoch(evaluate=False)
    assert len({member.epoch for member in ensemble.members}) > 2


def bits_of(configs: Sequence[Config], cuts: Sequence[int], epochs: int) -> list[list[bytes]]:
    """The exact results of configs that are trained in several ensembles, cut at these places."""
    bounds = sorted({0, len(configs), *(cut for cut in cuts if cut < len(configs))})
    found = []
    for start, end in pairwise(bounds):
        ensemble = Ensemble(configs[start:end])
        for _ in range(epochs):
            ensemble.run_epoch(evaluate=False)
        for member in ensemble.members:
            arrays = member.state().arrays
            numbers = [repr(getattr(member, name)).encode() for name in NUMBERS]
            found.append([*(arrays[name].tobytes() for name in sorted(arrays)), *numbers])
    return found


@pytest.mark.usefixtures("diverging")
@settings(max_examples=40, deadline=None)
@given(fields=CONFIGS, cuts=st.lists(st.integers(1, 9), max_size=3))
def test_results_never_depend_on_other_members(fields: dict[str, Any], cuts: list[int]) -> None:
    configs = starts_of(Config().replace(**fields), 9)
    assert bits_of(configs, cuts, 3) == bits_of(configs, [], 3)


@pytest.mark.usefixtures("diverging")
def test_members_that_ended_change_no_other() -> None:
    config = Config(learning_rate=0.1)
    whole, released = Ensemble(starts_of(config, 9)), Ensemble(starts_of(config, 9))
    for epoch in range(12):
        if epoch < 6:
            released.release(released.members[epoch])
        whole.run_epoch()
        released.run_epoch()
    for member, other in zip(whole.members[6:], released.members[6:], strict=True):
        assert member.test_loss == other.test_loss
        assert member.state().arrays["params"].tobytes() == other.state().arrays["params"].tobytes()
    assert [member.epoch for member in released.members] == [*range(6), 12, 12, 12]


def test_trainer_continues_from_state_of_member() -> None:
    configs = starts_of(Config(optimizer="adam", batch_size=30), 3)
    ensemble, trainer = Ensemble(configs), Trainer(configs[1])
    for _ in range(5):
        ensemble.run_epoch(evaluate=False)
    trainer.restore(ensemble.members[1].state())
    for _ in range(5):
        ensemble.run_epoch(evaluate=False)
        trainer.run_epoch()
    assert_same(ensemble.members[1], trainer)


@pytest.mark.parametrize("fields", [{}, {"standardize": True}, {"batch_norm": True}, {"dataset": "gauss4"}], ids=str)
def test_function_of_member_is_its_network(fields: dict[str, Any]) -> None:
    configs = starts_of(Config().replace(**fields), 3)
    ensemble, trainer = Ensemble(configs), Trainer(configs[2])
    for _ in range(3):
        ensemble.run_epoch()
        trainer.run_epoch()
    points = np.array([[1.0, 2.0], [-3.0, 0.5]])
    np.testing.assert_allclose(ensemble.members[2].function().outputs(points), trainer.outputs(points), atol=1e-9)


@pytest.mark.parametrize(
    "configs",
    [
        [],
        [Config(), Config(learning_rate=0.1)],
        [Config(dataset="xor", class_share=20, seed=seed) for seed in ("0", "1")],
    ],
    ids=["none", "settings", "counts"],
)
def test_configs_of_several_kinds_are_refused(configs: list[Config]) -> None:
    with pytest.raises(ValueError, match="the networks of an ensemble must"):
        Ensemble(configs)


@pytest.mark.parametrize("dataset", PICTURE_DATASETS)
def test_networks_that_read_pictures_are_refused(dataset: str) -> None:
    with pytest.raises(ValueError, match="one by one"):
        Ensemble([Config(dataset=dataset)])
