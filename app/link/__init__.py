"""Links: from the text of a link to an experiment, and back.

The table `KEYS` says for each key of a link which part of the experiment it sets, and how its text is parsed and
formatted; the table `CONTROLS` has everything that a link can hide or lock. Parsing never fails: what a link asks for
and cannot have is reported as a warning, and the rest is used.
"""

from app.link.controls import CONTROLS, HIDEABLE
from app.link.format import View, format_link, new_seed, without_hidden
from app.link.keys import GOALS, KEYS, OWN_GOALS
from app.link.parse import Link, LinkWarning, parse_link

__all__ = [
    "CONTROLS",
    "GOALS",
    "HIDEABLE",
    "KEYS",
    "OWN_GOALS",
    "Link",
    "LinkWarning",
    "View",
    "format_link",
    "new_seed",
    "parse_link",
    "without_hidden",
]
