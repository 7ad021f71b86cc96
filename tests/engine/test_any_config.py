"""Any config trains for three epochs and yields finite numbers and pictures, or reports why it diverged."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Config, Trainer
from engine.inspection import INSPECTIONS, Options, Path, Subject, open_look
from tests.support.configs import CONFIGS


@pytest.mark.usefixtures("diverging")
@settings(max_examples=150)
@given(fields=CONFIGS)
def test_any_config_trains_or_reports_divergence(fields: dict[str, Any]) -> None:
    trainer = Trainer(Config().replace(**fields))
    for _ in range(3):
        trainer.run_epoch()
    snapshot = trainer.snapshot()
    losses = (snapshot.train_loss, snapshot.validation_loss, snapshot.test_loss)
    accuracies = (snapshot.train_accuracy, snapshot.validation_accuracy, snapshot.test_accuracy)
    assert all(number is None or math.isfinite(number) for number in (*losses, *accuracies, snapshot.learning_rate))
    assert all(np.isfinite(vector).all() for vector in snapshot.state.arrays.values())
    assert snapshot.curve is None or np.isfinite(snapshot.curve).all()
    if trainer.train_size:
        assert np.isfinite(trainer.loss_at(snapshot.state.arrays["params"])) or trainer.divergence
    if trainer.divergence:
        assert trainer.divergence.reason
        assert trainer.divergence.hint
    else:
        assert trainer.epoch == 3 or trainer.stopped
    Trainer(trainer.config).restore(snapshot.state)


@pytest.mark.usefixtures("diverging")
@settings(max_examples=60)
@given(fields=CONFIGS, chosen=st.integers(0, 300), name=st.sampled_from(list(INSPECTIONS)))
def test_inspections_are_finite_and_change_nothing(fields: dict[str, Any], chosen: int, name: str) -> None:
    trainer = Trainer(Config().replace(**fields))
    trainer.run_minibatches(3)
    if not trainer.train_size:
        return
    before = trainer.state()
    look, path = open_look(name), Path()
    for options in (Options(example=chosen, parameter=chosen), Options(example=chosen, unit=chosen)):
        view = look(Subject(trainer, path, options, 1.0))
        while view.pending:
            view = look(Subject(trainer, path, options, 1.0))
        assert all(np.isfinite(array).all() for array in view.arrays.values())
        json.dumps(view.values, allow_nan=False)
    after = trainer.state()
    assert all(array.tobytes() == before.arrays[key].tobytes() for key, array in after.arrays.items())
