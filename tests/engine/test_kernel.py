"""The compiled kernel does what plans do; `make jit` also runs the tests of golden runs and of resuming with it."""

import math
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import FIELDS, Config, Trainer
from engine.config import REMAINDERS
from tests.support.configs import values_of
from tests.support.training import is_compiled, params_of, without_kernel

pytestmark = [pytest.mark.jit, pytest.mark.usefixtures("diverging")]

CLASSIC = {
    "activation": st.sampled_from(["linear", "relu", "tanh", "sigmoid"]),
    "layer_activations": st.lists(st.sampled_from(["", "linear", "relu", "tanh", "sigmoid"]), max_size=3),
    "batch_size": st.integers(1, 40) | st.just(1),
    "regularizer": st.sampled_from(["none", "L1", "L2"]),
    "regularization_rate": st.floats(0, 0.3),
    "learning_rate": st.floats(1e-4, 0.03),
    "rest": st.sampled_from(list(REMAINDERS)),
    "hidden_layer_sizes": st.lists(st.integers(1, 8), max_size=4) | st.just([4] * 4),
    **{
        name: values_of(FIELDS[name])
        for name in ("problem", "features", "train_percent", "shuffle", "jitter", "schedule", "standardize", "seed")
    },
}
"""Settings that the kernel covers; small rates, since rounding differences grow where training does not settle."""

ENTRIES = [(name, choice) for name, field in FIELDS.items() for choice in field.choices or () if field.kind == "choice"]
OTHERS = {"dropout": 0.2, "batch_norm": True, "max_norm": 1, "clip_norm": 0.1, "hidden_layer_sizes": [30, 30]}


def both(config: Config) -> tuple[Trainer, Trainer]:
    """A trainer with the kernel, where it covers the config, and one without it."""
    with without_kernel():
        plain = Trainer(config)
    return Trainer(config), plain


def assert_same(trainer: Trainer, other: Trainer) -> None:
    state, known = trainer.state(), other.state()
    assert (state.epoch, state.step, state.batch, state.carried) == (
        known.epoch,
        known.step,
        known.batch,
        known.carried,
    )
    assert state.arrays.keys() == known.arrays.keys()
    for name, vector in known.arrays.items():
        np.testing.assert_allclose(state.arrays[name], vector, rtol=1e-12, atol=1e-12, err_msg=name)


@settings(max_examples=200)
@given(st.fixed_dictionaries({}, optional=CLASSIC), st.integers(0, 300))
def test_kernel_trains_like_plan(fields: dict[str, Any], minibatches: int) -> None:
    """For an epoch; from somewhere in the next one, the plan goes on with what the kernel has left."""
    compiled, plain = both(Config().replace(**fields))
    assert is_compiled(compiled)
    assert not is_compiled(plain)
    for trainer in (compiled, plain):
        trainer.run_epoch()
    assert_same(compiled, plain)
    for trainer in (compiled, plain):
        trainer.run_minibatches(minibatches)
    plain.restore(compiled.state())
    for trainer in (compiled, plain):
        trainer.run_epoch()
    assert_same(compiled, plain)


@pytest.mark.parametrize(("name", "value"), [*ENTRIES, *OTHERS.items()], ids=str)
def test_every_setting_trains_as_without_kernel(name: str, value: object) -> None:
    """What the kernel does not cover is left to the plan, to the last bit."""
    problem = "regression" if name == "regression_dataset" else "classification"
    compiled, plain = both(Config().replace(**{"regularization_rate": 0.01, "problem": problem, name: value}))
    for trainer in (compiled, plain):
        trainer.run_epoch()
    assert_same(compiled, plain)
    if name in OTHERS:
        assert not is_compiled(compiled)


@pytest.mark.parametrize("batch_size", [1, 7, 10])
def test_minibatches_add_up_to_same_epoch(batch_size: int) -> None:
    config = Config(batch_size=batch_size, regularizer="L1", regularization_rate=0.03)
    whole, pieces = Trainer(config), Trainer(config)
    for _ in range(3):
        whole.run_epoch()
    while pieces.epoch < 3:
        pieces.run_minibatches(4)
    assert params_of(whole).tobytes() == params_of(pieces).tobytes()


def test_infinity_and_nan_show_like_in_plan() -> None:
    for config in (Config(), Config(activation="relu"), Config(activation="sigmoid", regularizer="L1")):
        for number in (math.inf, -math.inf, math.nan):
            trained = []
            for trainer in both(config):
                trainer._network.params[0] = number
                with np.errstate(all="ignore"):
                    trainer._training.plan.run(0, trainer.batches)
                trained.append(np.isfinite(trainer._network.params).all())
            assert trained[0] == trained[1], (config.activation, number)


def test_kernel_is_compiled_where_nothing_can_be_kept() -> None:
    """On a disk that is read-only, say."""
    nowhere = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator", "NUMBA_CACHE_DIR": ""}
    code = "from engine import kernel; print(kernel._loop.stats.cache_path)"
    result = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **nowhere}, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["None"]
