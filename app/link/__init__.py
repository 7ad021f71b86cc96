"""Links: from the text of a link to an experiment, and back.

One table, `KEYS`, says for every key of a link which part of the experiment it sets, how its text is read and how it is
written. The keys and their meaning are those of the original playground; what this project adds is a further key whose
absence means "as the original". Nothing else in the project knows these names.

Reading never fails. What a link asks for and cannot have is told in notices, and the rest is done.
"""

from app.link.controls import CONTROLS, HIDEABLE, LABELS, LAYERS_WITH_BUTTONS, OWN_CONTROLS
from app.link.goals import GOALS, OWN_GOALS
from app.link.keys import SETTINGS, Key
from app.link.limits import Limits
from app.link.notices import MAX_NOTICES, Notice
from app.link.reading import MAX_LENGTH, Link, parse_link
from app.link.repair import repaired
from app.link.slots import new_seed, without_hidden
from app.link.table import CONTROLLED, KEYS
from app.link.text import format_number, parse_number
from app.link.values import MAX_OWN_EXAMPLES
from app.link.view import View
from app.link.writing import format_link

__all__ = [
    "CONTROLLED",
    "CONTROLS",
    "GOALS",
    "HIDEABLE",
    "KEYS",
    "LABELS",
    "LAYERS_WITH_BUTTONS",
    "MAX_LENGTH",
    "MAX_NOTICES",
    "MAX_OWN_EXAMPLES",
    "OWN_CONTROLS",
    "OWN_GOALS",
    "SETTINGS",
    "Key",
    "Limits",
    "Link",
    "Notice",
    "View",
    "format_link",
    "format_number",
    "new_seed",
    "parse_link",
    "parse_number",
    "repaired",
    "without_hidden",
]
