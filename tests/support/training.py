"""Networks in training."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine import Config, Trainer


def never(trainer: Trainer) -> bool:
    return False


def trained(config: Config, epochs: int, is_enough: Callable[[Trainer], bool] = never) -> Trainer:
    """A trainer after `epochs` epochs, or after the first that is enough or ends the training."""
    trainer = Trainer(config)
    while trainer.epoch < epochs and not trainer.has_ended and not is_enough(trainer):
        trainer.run_epoch()
    return trainer


def params_of(trainer: Trainer) -> NDArray[np.float64]:
    return trainer.state().arrays["params"]
