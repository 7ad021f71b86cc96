"""Links: from the text of a link to an experiment, and back.

The table `KEYS` says for each key of a link which part of the experiment it sets, and how its text is parsed and
formatted; the table `CONTROLS` has everything that a link can hide or lock. Parsing never fails: what a link asks for
and cannot have is reported as a warning, and the rest is used.
"""

from app.link.controls import CONTROLS, HIDEABLE
from app.link.format import View, format_link, new_seed, without_hidden
from app.link.keys import GOALS, KEYS, OWN_GOALS
from app.link.parse import Link, LinkWarning, parse_link
from app.link.sweep import Axis, SweepText, format_sweep, parse_axes, parse_sweep

__all__ = [
    "CONTROLS",
    "GOALS",
    "HIDEABLE",
    "KEYS",
    "OWN_GOALS",
    "Axis",
    "Link",
    "LinkWarning",
    "SweepText",
    "View",
    "format_link",
    "format_sweep",
    "new_seed",
    "parse_axes",
    "parse_link",
    "parse_sweep",
    "without_hidden",
]
