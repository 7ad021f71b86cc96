"""The keys of the experiment and its page: the original's, in the order of its links, and ours.

A key that this project adds means "as the original" when it is absent.
"""

from typing import Any, NamedTuple

from app.link.controls import FEATURE_NAMES, own_name
from app.link.values import (
    FLAG,
    MISSING,
    NAME,
    NOISE,
    KeyType,
    encoded_text,
    plain_text,
    type_of,
)
from engine import FEATURES, FIELDS


class Key(NamedTuple):
    """One key of a link: the slot that it fills, its type, and whether canonical links contain it at its default.

    A slot is a field of `Config` or `View`, or one of the parts into which `slots_of` splits a field. `about` is what
    the documentation says of it, unless that is the help of a field.
    """

    name: str
    slot: str
    type: KeyType
    default: Any
    always: bool = True
    about: str = ""


def _field(name: str, field: str, key_type: KeyType | None = None, *, always: bool = True, about: str = "") -> Key:
    """A key of a field of `Config`, with the type of the field unless another is given."""
    return Key(name, field, key_type or type_of(field), FIELDS[field].default, always, about)


def _feature(name: str) -> Key:
    is_default = name in FIELDS["features"].default
    if name not in FEATURES:
        return Key(name, name, MISSING, is_default, about="Without effect, as in the original.")
    return Key(name, name, FLAG, is_default, about=f"Whether {FEATURES[name].label} is an input of the network.")


def _switch(name: str, slot: str, about: str, *, always: bool = True) -> Key:
    """A switch that is off by default."""
    return Key(name, slot, FLAG, default=False, always=always, about=about)


ORIGINAL: tuple[Key, ...] = (
    _field("activation", "activation"),
    _field("regularization", "regularizer", always=False),
    _field("batchSize", "batch_size"),
    _field("dataset", "dataset", about="The data set for classification."),
    _field("regDataset", "regression_dataset", about="The data set for regression."),
    _field("learningRate", "learning_rate"),
    _field("regularizationRate", "regularization_rate"),
    _field("noise", "noise", NOISE, about="The noise in the examples; more than 80 counts as 50."),
    _field("networkShape", "hidden_layer_sizes", about="The neurons of each hidden layer; empty for none."),
    Key(
        "seed",
        "seed",
        plain_text("seed"),
        None,
        always=False,
        about="Determines data and initial weights; random if absent.",
    ),
    _switch("showTestData", "show_test_data", "Shows the test data on the map."),
    _switch("discretize", "discretize", "Shows only two colors on the map."),
    _field("percTrainData", "train_percent"),
    *map(_feature, FEATURE_NAMES),
    _switch("collectStats", "collect_stats", "Kept without effect: nothing is collected."),
    Key("tutorial", "tutorial", NAME, "", always=False, about="Kept without effect."),
    _field("problem", "problem"),
    _switch("initZero", "zeros", "Starts all weights and biases at 0."),
    _switch("hideText", "hide_text", "Hides the article below the playground."),
)
"""The original's, in the order of its links."""

OWN: tuple[Key, ...] = (
    Key(
        "encodedSeed",
        "encoded_seed",
        encoded_text("seed"),
        None,
        always=False,
        about="The seed, percent-encoded, if it has characters that links cannot contain.",
    ),
    _field(
        "ownExamples", "own_examples", always=False, about="Your own examples, encoded; left out if they are too many."
    ),
    _field("weightSeed", "weight_seed", always=False),
    _field("weightOffset", "weight_offset", always=False),
    _switch("showBiasUnits", "show_bias_units", "Shows biases as links from a unit whose output is 1.", always=False),
    _switch(
        "showChanges",
        "show_changes",
        "Shows how training has changed each neuron's weights, for pictures.",
        always=False,
    ),
    _switch("words", "words", "Describes the run in words.", always=False),
    _switch("sound", "sound", "Plays the losses as two tones.", always=False),
)
"""Ours for the seeds, the examples and the network diagram."""

_WRITTEN = {"features", *(key.slot for key in (*ORIGINAL, *OWN))}

FURTHER: tuple[Key, ...] = tuple(_field(own_name(name), name, always=False) for name in FIELDS if name not in _WRITTEN)
"""Ours for all other fields of the config, wherever the page has their controls."""
