"""The engine: a multi-layer perceptron in NumPy that learns the original playground's curves, digit for digit.

It imports NumPy and the standard library only, does no input or output, and knows nothing of who watches.
"""

from engine.activations import ACTIVATIONS
from engine.config import FIELDS, GROUPS, REMAINDERS, Config, effect_of
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.fields import ConfigError, Effect, Field, FieldError
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from engine.snapshot import Snapshot
from engine.state import Mark, TrainingState
from engine.stopping import Divergence, EarlyStop
from engine.trainer import Trainer

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "FEATURES",
    "FIELDS",
    "GROUPS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "REGULARIZERS",
    "REMAINDERS",
    "SCHEDULES",
    "Config",
    "ConfigError",
    "Divergence",
    "EarlyStop",
    "Effect",
    "Field",
    "FieldError",
    "Mark",
    "Snapshot",
    "Trainer",
    "TrainingState",
    "effect_of",
]
