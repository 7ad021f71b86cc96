"""The rules of training: all that determines, besides the examples and the rates, how a network is trained."""

from typing import NamedTuple

from engine.activations import Activation
from engine.losses import Loss
from engine.optimizers import Optimizer
from engine.regularizers import Regularizer


class Rules(NamedTuple):
    """The rules of training.

    `activations` are those of all layers. `remainder` says what happens to examples that do not fill a minibatch.
    `dropout` holds the rate of each hidden layer, or is empty without dropout. For `max_norm` (of the weights of a
    unit, or of each of its pieces) and `clip_norm` (of the mean gradient), 0 means no limit.
    """

    activations: tuple[Activation, ...]
    loss: Loss
    optimizer: Optimizer
    regularizer: Regularizer
    batch_size: int
    remainder: str = "carried"
    dropout: tuple[float, ...] = ()
    max_norm: float = 0.0
    clip_norm: float = 0.0
