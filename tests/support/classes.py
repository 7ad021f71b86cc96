"""What tests of a class need: configs as pages get them, cards and pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.protocol.messages import SENT_FIELDS
from app.training.pictures import SIDE, SmallPicture
from engine import Config


def values_of(config: Config) -> dict[str, Any]:
    """The `config` of a `config` message: JSON has lists where a config has tuples."""
    values = {name: getattr(config, name) for name in SENT_FIELDS}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyCard:
    """The numbers of a card."""

    epoch: int = 10
    train_loss: float | None = 0.3
    test_loss: float | None = 0.4
    train_accuracy: float | None = 0.9
    test_accuracy: float | None = 0.8
    reached: Mapping[str, int] = field(default_factory=dict)
    playing: bool = True
    diverged: bool = False
    classes: int = 2
    dimensions: int = 2


def picture_of(byte: int = 0, *, classes: bool = False, curve: bool = False) -> SmallPicture:
    """A picture of one color."""
    square = np.full((SIDE, SIDE), byte, np.uint8)
    return SmallPicture(
        square, square if classes else None, np.linspace(-1, 1, 200).astype(np.float32) if curve else None
    )
