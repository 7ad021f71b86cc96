"""Handles: rewinding training to a marked point and resuming from there."""

import numpy as np
import pytest

from engine import Config, Trainer

CONFIGS = {
    "default": Config(),
    "shuffle, dropout and Adam": Config(shuffle=True, dropout=0.3, optimizer="adam", learning_rate=0.01),
    "batch norm and momentum": Config(batch_norm=True, optimizer="momentum", shuffle=True),
    "carried remainder": Config(train_percent=37, batch_size=7, rest="carried"),
    "L1 with dead links": Config(regularizer="L1", regularization_rate=0.03),
    "patience": Config(patience=10, dataset="xor", validation_percent=20, learning_rate=0.3),
    "step schedule": Config(schedule="step", schedule_period=3),
    "deep": Config(hidden_layer_sizes=(6, 6, 6, 6), shuffle=True, jitter=0.1),
}


def train(trainer: Trainer, epochs: int) -> list[float | None]:
    losses = []
    for _ in range(epochs):
        trainer.run_epoch()
        losses.append(trainer.train_loss)
    return losses


@pytest.mark.parametrize("name", CONFIGS)
def test_run_resumed_from_handle_is_bit_equal(name: str) -> None:
    trainer = Trainer(CONFIGS[name])
    train(trainer, 5)
    mark = trainer.handle()
    losses, params, stopped = train(trainer, 20), trainer.state().arrays["params"], trainer.stopped
    assert mark
    trainer.seek(mark)
    assert trainer.epoch == mark.epoch == 5
    assert train(trainer, 20) == losses
    assert (trainer.state().arrays["params"] == params).all()
    assert trainer.stopped == stopped


def test_handle_mid_epoch_is_exact() -> None:
    trainer = Trainer(Config(optimizer="adam"))
    trainer.run_minibatches(7)
    mark = trainer.handle()
    trainer.run_epoch()
    assert mark
    losses = train(trainer, 2)
    trainer.seek(mark)
    assert trainer.batch == 7
    trainer.run_epoch()
    assert train(trainer, 2) == losses


def test_handle_state_equals_trainer_state() -> None:
    trainer = Trainer(CONFIGS["patience"].replace(optimizer="adam", rest="carried"))
    train(trainer, 3)
    mark, state = trainer.handle(), trainer.state()
    train(trainer, 3)
    assert mark
    restored = mark.state()
    assert (restored.epoch, restored.step, restored.batch, restored.carried) == (
        state.epoch,
        state.step,
        state.batch,
        state.carried,
    )
    assert restored.arrays.keys() == state.arrays.keys()
    assert all(np.array_equal(restored.arrays[name], state.arrays[name]) for name in state.arrays)


def test_seek_after_optimizer_change_drops_old_memory() -> None:
    trainer = Trainer(Config(optimizer="adam"))
    train(trainer, 3)
    mark, params = trainer.handle(), trainer.state().arrays["params"]
    trainer.configure(trainer.config.replace(optimizer="momentum"))
    train(trainer, 3)
    assert mark
    trainer.seek(mark)
    assert trainer.epoch == 3
    assert (trainer.state().arrays["params"] == params).all()
    assert not trainer.state().arrays["velocity"].any()


def test_seek_across_new_data_forgets_best_epoch() -> None:
    trainer = Trainer(Config(patience=50))
    train(trainer, 3)
    mark, params = trainer.handle(), trainer.state().arrays["params"]
    trainer.regenerate(trainer.config.replace(seed="other"))
    train(trainer, 3)
    assert mark
    trainer.seek(mark)
    assert (trainer.state().arrays["params"] == params).all()
    assert trainer.state().arrays["best_mark"].tolist() == [3, trainer.monitored_loss, 3, -1]


def test_handles_of_same_state_share_memory() -> None:
    trainer = Trainer(Config())
    train(trainer, 1)
    one, other = trainer.handle(), trainer.handle()
    assert one
    assert other
    assert one.raw is other.raw
