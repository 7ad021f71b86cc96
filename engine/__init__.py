"""The engine: a multilayer perceptron in NumPy that learns the original playground's curves, digit for digit.

It imports NumPy and the standard library only, does no input or output, and knows nothing about who watches.

>>> trainer = Trainer(Config(dataset="xor", hidden_layer_sizes=(4,)))
>>> trainer.run_epoch()
>>> trainer.epoch, trainer.train_size
(1, 250)
"""

from engine.activations import ACTIVATIONS
from engine.config import FIELDS, Config, effect_of
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.fields import ConfigError, Effect, Field
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.snapshot import Snapshot
from engine.state import StateHandle, TrainingState
from engine.trainer import Trainer

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "FEATURES",
    "FIELDS",
    "LOSSES",
    "OPTIMIZERS",
    "Config",
    "ConfigError",
    "Effect",
    "Field",
    "Snapshot",
    "StateHandle",
    "Trainer",
    "TrainingState",
    "effect_of",
]
