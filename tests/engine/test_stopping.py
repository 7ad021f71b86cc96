"""Early stopping: training ends when patience runs out, and the best weights are restored."""

import numpy as np
import pytest

from engine import Config, Effect, Trainer, TrainingState
from engine.stopping import EarlyStop

OVERFITTING = Config(
    dataset="xor",
    noise=50,
    train_percent=10,
    validation_percent=30,
    hidden_layer_sizes=(8, 8),
    learning_rate=0.1,
    patience=15,
)
"""Few, noisy examples, so the validation loss soon starts to rise."""

VARIANTS: dict[str, dict[str, object]] = {
    "sgd": {},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
    "batch norm": {"batch_norm": True},
    "batch norm, stacked": {"batch_norm": True, "hidden_layer_sizes": (6, 6, 6, 6)},
    "shuffle, dropout and jitter": {"shuffle": True, "dropout": 0.2, "jitter": 0.2},
    "L1": {"regularizer": "L1", "regularization_rate": 0.001},
    "one batch per epoch": {"batch_size": 50},
}
each_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def stopped(config: Config) -> tuple[Trainer, EarlyStop]:
    trainer = Trainer(config)
    while trainer.stopped is None:
        assert trainer.epoch < 2000
        trainer.run_epoch()
    return trainer, trainer.stopped


def watched(config: Config, epochs: int) -> tuple[list[float], list[TrainingState]]:
    """The validation loss and state after every epoch of the same training without patience."""
    trainer, losses, states = Trainer(config.replace(patience=0)), [], []
    for epoch in range(epochs + 1):
        if epoch:
            trainer.run_epoch()
        losses.append(trainer.validation_loss or 0.0)
        states.append(trainer.state())
    return losses, states


@each_variant
def test_stopping_restores_exact_best_weights(variant: dict[str, object]) -> None:
    config = OVERFITTING.replace(**variant)
    trainer, stop = stopped(config)
    losses, states = watched(config, stop.epoch)
    best = int(np.argmin(losses))
    assert 0 < best == stop.best_epoch
    assert trainer.epoch == stop.epoch == best + config.patience
    assert trainer.validation_loss == losses[best]
    arrays = trainer.state().arrays
    for name in [name for name in arrays if name == "params" or name.startswith("running_")]:
        assert arrays[name].tobytes() == states[best].arrays[name].tobytes()


@each_variant
def test_patience_ends_at_first_long_enough_plateau(variant: dict[str, object]) -> None:
    config = OVERFITTING.replace(**variant)
    _, stop = stopped(config.replace(patience=3))
    losses, _ = watched(config, stop.epoch)
    best = 0
    for epoch, loss in enumerate(losses):
        best = epoch if loss < losses[best] else best
        assert (epoch - best >= 3) == (epoch == stop.epoch)


def test_early_stop_ends_training_and_says_why() -> None:
    trainer, stop = stopped(OVERFITTING)
    before = trainer.state()
    trainer.run_epoch()
    trainer.run_minibatches(3)
    assert trainer.has_ended
    assert (trainer.epoch, trainer.step) == (before.epoch, before.step)
    assert trainer.state().arrays["params"].tobytes() == before.arrays["params"].tobytes()
    assert "validation" in stop.reason
    assert str(stop.best_epoch) in stop.reason


def test_resumed_training_gets_full_patience_again() -> None:
    trainer, first = stopped(OVERFITTING)
    trainer.resume()
    assert (trainer.stopped, trainer.has_ended) == (None, False)
    trainer.run_epoch()
    assert trainer.epoch == first.epoch + 1
    while trainer.stopped is None:
        trainer.run_epoch()
    assert trainer.stopped.epoch >= first.epoch + OVERFITTING.patience
    assert (trainer.monitored_loss or 1) <= min(watched(OVERFITTING, first.epoch)[0])


def test_live_change_clears_early_stop() -> None:
    trainer, _ = stopped(OVERFITTING)
    assert trainer.configure(OVERFITTING.replace(learning_rate=0.01)) is Effect.LIVE
    assert trainer.stopped is None
    epoch = trainer.epoch
    trainer.run_epoch()
    assert trainer.epoch == epoch + 1


def test_checkpoint_preserves_patience() -> None:
    whole, stop = stopped(OVERFITTING)
    resumed = Trainer(OVERFITTING)
    half = Trainer(OVERFITTING)
    while half.epoch < stop.best_epoch + 5:
        half.run_epoch()
    resumed.restore(half.state())
    while resumed.stopped is None:
        resumed.run_epoch()
    assert resumed.stopped == stop
    assert resumed.state().arrays["params"].tobytes() == whole.state().arrays["params"].tobytes()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "validation"),
        ({"validation_percent": 0}, "test"),
        ({"validation_percent": 0, "train_percent": 100}, "train"),
    ],
)
def test_early_stopping_falls_back_to_test_then_training(fields: dict[str, object], name: str) -> None:
    trainer = Trainer(OVERFITTING.replace(**fields))
    trainer.run_epoch()
    assert trainer.monitored_loss == getattr(trainer, f"{name}_loss")


def test_zero_patience_never_stops() -> None:
    trainer = Trainer(OVERFITTING.replace(patience=0))
    for _ in range(100):
        trainer.run_epoch()
    assert (trainer.epoch, trainer.stopped) == (100, None)
    assert set(trainer.state().arrays) == {"params"}


def test_rewinding_resets_early_stopping() -> None:
    trainer, stop = stopped(OVERFITTING)
    trainer.rewind()
    assert (trainer.epoch, trainer.stopped) == (0, None)
    while trainer.stopped is None:
        trainer.run_epoch()
    assert trainer.stopped == stop
