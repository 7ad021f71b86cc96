"""Networks in training."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import Config, Trainer, plan
from tests.reference import reference_of


def trained(config: Config, epochs: int, is_enough: Callable[[Trainer], bool] = lambda _: False) -> Trainer:
    """A trainer after `epochs` epochs, or earlier if `is_enough` holds or training ends."""
    trainer = Trainer(config)
    while trainer.epoch < epochs and not trainer.has_ended and not is_enough(trainer):
        trainer.run_epoch()
    return trainer


@contextmanager
def without_kernel() -> Iterator[None]:
    """Trainers that are made inside train by plans alone, even if Numba is installed."""
    with patch.object(plan, "kernel", lambda: lambda *arguments: None):
        yield


def is_compiled(trainer: Trainer) -> bool:
    """Whether the compiled kernel trains it."""
    return trainer._training.plan.is_compiled


def params_of(trainer: Trainer) -> NDArray[np.float64]:
    return trainer.state().arrays["params"]


def put(trainer: Trainer, values: Iterable[float]) -> Trainer:
    """Set the first parameters, or all of them, by hand; returns the trainer."""
    for index, value in enumerate(values):
        trainer.set_parameter(index, value)
    return trainer


def assert_agrees(config: Config, epochs: int = 3, slack: float = 1.0) -> None:
    """Train a network and its textbook form, and compare losses and parameters after every epoch.

    Batch normalization divides by the standard deviation in every layer, which amplifies rounding differences. So do
    many updates: `slack` multiplies the tolerance.
    """
    trainer = Trainer(config)
    textbook = reference_of(trainer)
    tolerance = slack * (1e-9 if config.batch_norm else 1e-12)
    for _ in range(epochs):
        trainer.run_epoch()
        textbook.run_epoch()
        losses = (trainer.train_loss, trainer.test_loss)
        assert losses == pytest.approx(textbook.losses(), rel=tolerance, abs=tolerance)
        np.testing.assert_allclose(params_of(trainer), textbook.params, rtol=0, atol=tolerance)
