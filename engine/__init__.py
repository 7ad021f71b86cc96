"""The engine: a multilayer perceptron in NumPy that reproduces the original playground's training runs.

It imports only NumPy and the standard library, does no input or output, and knows nothing about its users.

>>> trainer = Trainer(Config(dataset="xor", hidden_layer_sizes=(4,)))
>>> trainer.run_epoch()
>>> trainer.epoch, trainer.train_size
(1, 250)
"""

from engine.activations import ACTIVATIONS
from engine.config import FIELDS, Config, effect_of
from engine.datasets import DATASETS, PICTURE_DATASETS, POINT_DATASETS
from engine.features import FEATURES
from engine.fields import ConfigError, Effect, Field
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.snapshot import PictureSnapshot, Snapshot
from engine.state import StateHandle, TrainingState
from engine.trainer import Trainer

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "FEATURES",
    "FIELDS",
    "LOSSES",
    "OPTIMIZERS",
    "PICTURE_DATASETS",
    "POINT_DATASETS",
    "Config",
    "ConfigError",
    "Effect",
    "Field",
    "PictureSnapshot",
    "Snapshot",
    "StateHandle",
    "Trainer",
    "TrainingState",
    "effect_of",
]
