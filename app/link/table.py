"""The table of all keys of links."""

from collections.abc import Mapping

from app.link.controls import HIDEABLE
from app.link.goals import GOALS, LOSS, OWN_GOALS, own_goal
from app.link.keys import ORIGINAL, OWN, SETTING_KEYS, Key, mark
from app.link.variants import VARIANTS
from engine import FIELDS

KEYS: tuple[Key, ...] = (
    *ORIGINAL,
    *(mark(f"{name}_hide") for name in HIDEABLE),
    # those of course links
    *(Key(name, name, LOSS, None, always=False) for name in GOALS),
    # our own
    *(Key(goal.key, name, own_goal(goal), None, always=False) for name, goal in OWN_GOALS.items()),
    Key("compare", "compare", VARIANTS, (), always=False),
    *OWN,
    *SETTING_KEYS,
    *(mark(f"{name}_lock") for name in HIDEABLE),
)
"""Every key of a link, in the order in which they are written."""

BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}
BY_SLOT: Mapping[str, Key] = {key.slot: key for key in KEYS}

CONTROLLED: Mapping[str, str] = {
    name: BY_NAME[name].slot for name in HIDEABLE if name in BY_NAME and BY_NAME[name].slot in FIELDS
}
"""The controls that stand for one field of the config each, with its name."""
