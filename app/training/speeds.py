"""The speeds: how much is trained between two sixtieths of a second."""

from typing import NamedTuple

TICK = 1 / 60
"""Seconds between two starts of training; the original trains once in an animation frame."""


class Speed(NamedTuple):
    """What a tick trains: so many whole epochs or so many minibatches; None stands for as much as there is time for."""

    label: str
    epochs: int | None = 0
    minibatches: int = 0


SPEEDS: dict[str, Speed] = {
    "minibatch": Speed("1 minibatch", minibatches=1),
    "epoch": Speed("1 epoch", epochs=1),
    "epochs_5": Speed("5 epochs", epochs=5),
    "epochs_20": Speed("20 epochs", epochs=20),
    "unlimited": Speed("As fast as possible", epochs=None),
}

DEFAULT_SPEED = "epoch"
