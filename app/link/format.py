"""From an experiment to its link, and the values of single keys in between."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.link.characters import ENCODED_STRUCTURE, SWALLOWED, seed_in
from app.link.controls import FEATURE_NAMES, HIDEABLE
from app.link.keys import GOALS, KEYS, OWN_GOALS
from app.link.sweep import SweepText
from app.link.values import MAX_OWN_EXAMPLES
from app.training.variants import Variant, check_variants
from engine import FEATURES, FIELDS, Config


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a link says about the page and not about the experiment.

    `hidden` and `locked` are selections of `HIDEABLE`, and `goals` are (key of `GOALS`, loss) pairs; all are kept in
    the order of these tables. The fields of `OWN_GOALS` are None where nothing is asked for. `compare` are the variants
    that are trained side by side, and `sweep` is a sweep that is offered. `tutorial` is a plain name or "". Raises
    ValueError for names that are not in the tables, and ConfigError for invalid variants.
    """

    show_test_data: bool = False
    discretize: bool = False
    hide_text: bool = False
    show_bias_units: bool = False
    show_changes: bool = False
    words: bool = False
    sound: bool = False
    collect_stats: bool = False
    tutorial: str = ""
    hidden: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    goals: tuple[tuple[str, float], ...] = ()
    goal_test_loss: float | None = None
    goal_accuracy: float | None = None
    goal_gap: float | None = None
    goal_epochs: int | None = None
    goal_units: int | None = None
    goal_parameters: int | None = None
    compare: tuple[Variant, ...] = ()
    sweep: SweepText | None = None

    def __post_init__(self) -> None:
        goals = dict(self.goals)
        if unknown := [*({*self.hidden, *self.locked} - set(HIDEABLE)), *(set(goals) - set(GOALS))]:
            raise ValueError(f"unknown name: {unknown[0]!r}")
        object.__setattr__(self, "hidden", tuple(name for name in HIDEABLE if name in self.hidden))
        object.__setattr__(self, "locked", tuple(name for name in HIDEABLE if name in self.locked))
        object.__setattr__(self, "goals", tuple((name, goals[name]) for name in GOALS if name in goals))
        object.__setattr__(self, "compare", check_variants(self.compare))

    def as_dict(self) -> dict[str, Any]:
        """The fields as a message has them."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {**found, "sweep": None if self.sweep is None else asdict(self.sweep)}

    @property
    def has_own_goal(self) -> bool:
        """Whether there is a target besides the goals of a course link."""
        return any(goal.is_target and getattr(self, name) is not None for name, goal in OWN_GOALS.items())


_FIELDS = tuple(name for name in FIELDS if name not in {"features", "initializer", "seed"})
_VIEW = (
    "show_test_data",
    "discretize",
    "hide_text",
    "show_bias_units",
    "show_changes",
    "words",
    "sound",
    "collect_stats",
    "tutorial",
    *OWN_GOALS,
    "compare",
    "sweep",
)

_PLAIN_SEED = re.compile(r"[A-Za-z0-9%._~!*'(),;:@/?+$-]+")
"""Seeds that a link can contain as they are, since browsers and the original leave them unchanged."""


def _is_plain_seed(seed: str) -> bool:
    """Whether a link can contain a seed as it is, and nothing in it looks like damage."""
    is_plain = _PLAIN_SEED.fullmatch(seed) is not None and seed_in(seed) == seed
    return is_plain and not SWALLOWED.search(seed) and not ENCODED_STRUCTURE.search(seed)


def slots_of(config: Config, view: View) -> dict[str, Any]:
    """The values of the single keys, by slot; those that are missing have their default."""
    plain_seed = _is_plain_seed(config.seed)
    zeros = config.initializer == "zeros"
    return {
        **{name: getattr(config, name) for name in _FIELDS},
        **{name: getattr(view, name) for name in _VIEW},
        **{name: name in config.features for name in FEATURE_NAMES},
        **{f"{name}_hide": True for name in view.hidden},
        **{f"{name}_lock": True for name in view.locked},
        **dict(view.goals),
        "zeros": zeros,
        "initializer": FIELDS["initializer"].default if zeros else config.initializer,
        "seed": config.seed if plain_seed else None,
        "encoded_seed": None if plain_seed else config.seed,
        "own_examples": config.own_examples if len(config.own_examples) <= MAX_OWN_EXAMPLES else "",
    }


def experiment_of(slots: Mapping[str, Any]) -> tuple[Config, View]:
    """The inverse of `slots_of`. Hidden features are not inputs of the network either."""
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
    """The config without the features that the view hides: they are not inputs of the network either."""
    return config.replace(features=tuple(name for name in config.features if name not in view.hidden))


def new_seed() -> str:
    """A random seed in the form of the original: a number with five decimals."""
    return f"0.{secrets.randbelow(100_000):05d}"


_PLACES = {key.slot: place for place, key in enumerate(KEYS)}
_DEFAULTS = {key.slot: key.default for key in KEYS}
_ALWAYS = {key.slot for key in KEYS if key.always}

_OF_POINTS = {name for name, field in FIELDS.items() if field.data == "points"} | {*FEATURE_NAMES, "zeros"}
"""Slots without effect where the examples are pictures, whose links have no need to be like the original's."""


def format_link(config: Config, view: View | None = None) -> str:
    """The canonical link of an experiment, beginning with `#`; `parse_link` returns the same experiment.

    The user's own examples are left out if they are too many; they are transferred separately.

    >>> format_link(Config(dataset="spiral", seed="0.5", optimizer="adam"))
    '#activation=tanh&batchSize=10&dataset=spiral&...&seed=0.5&...&optimizer=adam'
    """
    slots = slots_of(config, view or View())
    always = _ALWAYS - _OF_POINTS if config.has_pictures else _ALWAYS
    places = sorted(_PLACES[slot] for slot, value in slots.items() if slot in always or value != _DEFAULTS[slot])
    keys = (KEYS[place] for place in places)
    return "#" + "&".join(f"{key.name}={key.type.format(slots[key.slot])}" for key in keys)
