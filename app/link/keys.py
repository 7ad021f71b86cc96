"""The keys of the experiment and the page in links: the original's, and those of our own."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.link.values import FLAG, MARK, MISSING, NAME, NOISE, Kind, encoded_text, kind_of, plain_text
from engine import FEATURES, FIELDS


class Key(NamedTuple):
    """One key of the link: which slot it fills, how, and whether a canonical link names it when it is the default.

    A slot is a field of `Config` or `View`, or one of the parts into which `slots_of` takes a field apart.
    """

    name: str
    slot: str
    kind: Kind
    default: Any
    always: bool = True


def mark(name: str) -> Key:
    """A key by which something is hidden or locked."""
    return Key(name, name, MARK, default=False, always=False)


def _key(name: str, field: str, kind: Kind | None = None, *, always: bool = True) -> Key:
    """A key for a field of `Config`, with the kind of the field unless it is read in another way."""
    return Key(name, field, kind or kind_of(field), FIELDS[field].default, always)


FEATURE_NAMES = ("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY")
"""The original's keys for features in the order of its links. There are no inputs behind `cosX` and `cosY`."""


def _feature_key(name: str) -> Key:
    return Key(name, name, FLAG if name in FEATURES else MISSING, name in FIELDS["features"].default)


ORIGINAL: tuple[Key, ...] = (
    _key("activation", "activation"),
    _key("regularization", "regularizer", always=False),
    _key("batchSize", "batch_size"),
    _key("dataset", "dataset"),
    _key("regDataset", "regression_dataset"),
    _key("learningRate", "learning_rate"),
    _key("regularizationRate", "regularization_rate"),
    _key("noise", "noise", NOISE),
    _key("networkShape", "hidden_layer_sizes"),
    Key("seed", "seed", plain_text("seed"), None, always=False),
    Key("showTestData", "show_test_data", FLAG, default=False),
    Key("discretize", "discretize", FLAG, default=False),
    _key("percTrainData", "train_percent"),
    *map(_feature_key, FEATURE_NAMES),
    Key("collectStats", "collect_stats", FLAG, default=False),
    Key("tutorial", "tutorial", NAME, "", always=False),
    _key("problem", "problem"),
    Key("initZero", "zeros", FLAG, default=False),
    Key("hideText", "hide_text", FLAG, default=False),
)
"""The original's, in the order of its links."""

OWN: tuple[Key, ...] = (
    Key("encodedSeed", "encoded_seed", encoded_text("seed"), None, always=False),
    _key("ownExamples", "own_examples", always=False),
    _key("weightSeed", "weight_seed", always=False),
    _key("weightOffset", "weight_offset", always=False),
    Key("showBiasUnits", "show_bias_units", FLAG, default=False, always=False),
)
"""Our own for the seeds, the examples and the picture of the network.

Left out, they mean what the original does, like all that are our own.
"""


def _own_name(field: str) -> str:
    """The key of our own for a field: the field's name as links write names."""
    head, *tail = field.split("_")
    return head + "".join(word.capitalize() for word in tail)


_WRITTEN_DOWN = {"features", *(key.slot for key in (*ORIGINAL, *OWN))}

SETTINGS: Mapping[str, str] = {_own_name(name): name for name in FIELDS if name not in _WRITTEN_DOWN}
"""All further fields, each by a key that follows from its name; on the page they stand under "More settings"."""

SETTING_KEYS: tuple[Key, ...] = tuple(_key(name, field, always=False) for name, field in SETTINGS.items())
"""The keys of these."""
