"""Optimizers, checked against the formulas in the `torch.optim` documentation as written in `tests.reference`."""

from itertools import permutations

import numpy as np
import pytest

from engine import FIELDS, OPTIMIZERS, Config, Effect, Trainer, optimizers
from tests.reference import reference_of
from tests.support.training import params_of, trained

UPDATES = 200
FULL_BATCH = Config(dataset="xor", train_percent=20, batch_size=100, learning_rate=0.03)
"""An epoch is one update, with the gradient of all training examples."""
RATES: dict[str, dict[str, float]] = {
    "default": {},
    "slow decay": {"momentum": 0.99, "beta2": 0.99999, "rho": 0.999, "epsilon": 1e-12},
    "fast decay": {"momentum": 0.3, "beta2": 0.5, "rho": 0.2, "epsilon": 1e-3, "weight_decay": 0.5},
    "no memory": {"momentum": 0.0, "beta2": 0.0, "rho": 0.0, "epsilon": 1.0, "weight_decay": 0.0},
}

each_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
@each_optimizer
def test_optimizer_follows_its_formula(name: str, rates: dict[str, float]) -> None:
    trainer = Trainer(FULL_BATCH.replace(optimizer=name, **rates))
    textbook, start = reference_of(trainer), params_of(trainer)
    for _ in range(UPDATES):
        trainer.run_epoch()
        textbook.run_epoch()
        np.testing.assert_allclose(params_of(trainer), textbook.params, rtol=0, atol=1e-11)
        # rounding differences would grow over many steps, so both continue from the same parameters
        textbook.params = params_of(trainer)
    assert trainer.step == UPDATES
    assert np.abs(params_of(trainer) - start).max() > 1e-6


@each_optimizer
def test_optimizer_learns_at_some_learning_rate(name: str) -> None:
    start = Trainer(FULL_BATCH).train_loss or 0
    trainers = (trained(FULL_BATCH.replace(optimizer=name, learning_rate=rate), 300) for rate in (0.03, 0.3, 10.0))
    assert any((trainer.train_loss or 1) < 0.5 * start for trainer in trainers)


@pytest.mark.parametrize(
    "rates",
    [{"learning_rate": 0.3}, {"momentum": 0.5}, {"beta2": 0.9}, {"rho": 0.5}, {"epsilon": 0.1}, {"weight_decay": 0.2}],
    ids=lambda rates: next(iter(rates)),
)
@each_optimizer
def test_live_rate_change_keeps_optimizer_memory(name: str, rates: dict[str, float]) -> None:
    config = FULL_BATCH.replace(optimizer=name, batch_size=7)
    trainer = trained(config, 3)
    trainer.run_minibatches(5)
    before = trainer.state()
    assert trainer.configure(config.replace(**rates)) is Effect.LIVE
    after = trainer.state()
    assert (after.epoch, after.step, after.batch, after.carried) == (before.epoch, before.step, before.batch, 2)
    assert all(np.array_equal(before.arrays[slot], after.arrays[slot]) for slot in before.arrays)
    twin = Trainer(config.replace(**rates))
    twin.restore(before)
    for each in (trainer, twin):
        each.run_epoch()
    assert params_of(trainer).tobytes() == params_of(twin).tobytes()
    assert set(after.arrays) == {"params", "carry", *OPTIMIZERS[name].slots}


@pytest.mark.parametrize("rate", optimizers.RATES)
@each_optimizer
def test_rates_matter_exactly_where_fields_say(name: str, rate: str) -> None:
    config = FULL_BATCH.replace(optimizer=name)
    live = trained(config, 2)
    live.configure(config.replace(**{rate: 0.5}))
    live.run_epoch()
    differs = params_of(live).tobytes() != params_of(trained(config, 3)).tobytes()
    assert differs == (name in FIELDS[rate].needs.get("optimizer", OPTIMIZERS))
    assert differs == (rate in {"learning_rate", *OPTIMIZERS[name].settings})


@pytest.mark.parametrize(("before", "after"), list(permutations(OPTIMIZERS, 2)))
def test_optimizer_change_keeps_weights_and_resets_memory(before: str, after: str) -> None:
    config = FULL_BATCH.replace(batch_size=7)
    trainer = trained(config.replace(optimizer=before), 4)
    trainer.run_minibatches(3)
    state, loss = trainer.state(), trainer.train_loss
    assert trainer.configure(config.replace(optimizer=after)) is Effect.TRAINING
    changed = trainer.state()
    assert (changed.epoch, changed.step, changed.batch, changed.carried) == (4, state.step, 3, 2)
    assert np.array_equal(changed.arrays["params"], state.arrays["params"])
    assert np.array_equal(changed.arrays["carry"], state.arrays["carry"])
    assert trainer.train_loss == loss
    fresh = Trainer(config.replace(optimizer=after)).state()
    assert all(np.array_equal(changed.arrays[slot], fresh.arrays[slot]) for slot in OPTIMIZERS[after].slots)


def test_adam_corrects_bias_of_first_step() -> None:
    """With bias correction, Adam's first step equals the learning rate for any gradient."""
    trainer = Trainer(FULL_BATCH.replace(optimizer="adam", learning_rate=0.01, epsilon=1e-12))
    start = params_of(trainer)
    trainer.run_epoch()
    np.testing.assert_allclose(np.abs(params_of(trainer) - start), 0.01, rtol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_learn_circle_with_preset_rates(name: str) -> None:
    learned = 0
    for start in range(12):
        trainer = Trainer(Config(seed=f"7.{start}", optimizer=name).replace(**OPTIMIZERS[name].usual))
        while trainer.epoch < 500 and (trainer.test_accuracy or 0.0) < 0.95:
            trainer.run_epoch()
        learned += (trainer.test_accuracy or 0.0) >= 0.95
    assert learned >= 9


@pytest.mark.parametrize("name", [name for name, entry in OPTIMIZERS.items() if entry.usual])
def test_optimizers_with_presets_need_them(name: str) -> None:
    for start in range(5):
        trainer = Trainer(Config(seed=f"7.{start}", optimizer=name))
        while trainer.epoch < 500:
            trainer.run_epoch()
        assert (trainer.test_accuracy or 0.0) < 0.95


def test_presets_are_allowed_values() -> None:
    presets = [(field, preset) for field in FIELDS.values() for by in field.presets.values() for preset in by.values()]
    assert {field.name for field, _ in presets} == {rate for entry in OPTIMIZERS.values() for rate in entry.usual}
    assert all(field.check(preset) == preset for field, preset in presets)
