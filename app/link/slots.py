"""Slots: an experiment and its view, taken apart into what the single keys of a link say, and put together again."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from app.link.characters import ENCODED_STRUCTURE, seed_in
from app.link.controls import HIDEABLE
from app.link.goals import GOALS, OWN_GOALS
from app.link.keys import FEATURE_NAMES
from app.link.values import MAX_OWN_EXAMPLES
from app.link.view import View
from engine import FEATURES, FIELDS, Config

SWALLOWED = re.compile(r"(?:Â?®|&reg;|%C2%AE|%AE)\n?(?=Dataset|ularization|enerate_)", re.IGNORECASE)
"""What becomes of `&reg` at the beginning of a key where a link was taken for HTML."""

_FIELDS = tuple(name for name in FIELDS if name not in {"features", "initializer", "seed"})
_VIEW = (
    "show_test_data",
    "discretize",
    "hide_text",
    "show_bias_units",
    "collect_stats",
    "tutorial",
    *OWN_GOALS,
    "compare",
)

_PLAIN_SEED = re.compile(r"[A-Za-z0-9%._~!*'(),;:@/?+$-]+")
"""Seeds that a link can hold as they are; browsers and the original hand these on unchanged."""


def is_plain_seed(seed: str) -> bool:
    """Whether a link can hold a seed as it is, and nothing in it will be taken for damage."""
    is_plain = _PLAIN_SEED.fullmatch(seed) is not None and seed_in(seed) == seed
    return is_plain and not SWALLOWED.search(seed) and not ENCODED_STRUCTURE.search(seed)


def slots_of(config: Config, view: View) -> dict[str, Any]:
    """What the single keys say."""
    plain_seed = is_plain_seed(config.seed)
    zeros = config.initializer == "zeros"
    return {
        **{name: getattr(config, name) for name in _FIELDS},
        **{name: getattr(view, name) for name in _VIEW},
        **{name: name in config.features for name in FEATURE_NAMES},
        **{f"{name}_hide": name in view.hidden for name in HIDEABLE},
        **{f"{name}_lock": name in view.locked for name in HIDEABLE},
        **dict(view.goals),
        "zeros": zeros,
        "initializer": FIELDS["initializer"].default if zeros else config.initializer,
        "seed": config.seed if plain_seed else None,
        "encoded_seed": None if plain_seed else config.seed,
        "own_examples": config.own_examples if len(config.own_examples) <= MAX_OWN_EXAMPLES else "",
    }


def experiment_of(slots: Mapping[str, Any]) -> tuple[Config, View]:
    """The inverse of `slots_of`. Features that are hidden are not given to the network either."""
    view = View(
        **{name: slots[name] for name in _VIEW},
        hidden=tuple(name for name in HIDEABLE if slots[f"{name}_hide"]),
        locked=tuple(name for name in HIDEABLE if slots[f"{name}_lock"]),
        goals=tuple((name, slots[name]) for name in GOALS if slots[name] is not None),
    )
    initializer = slots["initializer"]
    config = Config(
        **{name: slots[name] for name in _FIELDS},
        seed=slots["encoded_seed"] or slots["seed"] or new_seed(),
        features=tuple(name for name in FEATURES if slots[name]),
        initializer="zeros" if slots["zeros"] and initializer == FIELDS["initializer"].default else initializer,
    )
    return without_hidden(config, view), view


def without_hidden(config: Config, view: View) -> Config:
    """The config without the features that the view hides: what cannot be seen is not in the network."""
    return config.replace(features=tuple(name for name in config.features if name not in view.hidden))


def new_seed() -> str:
    """A seed as the original makes them: a random number with five decimals."""
    return f"0.{secrets.randbelow(100_000):05d}"
