"""From an experiment to its link."""

from app.link.slots import slots_of
from app.link.table import KEYS
from app.link.view import View
from engine import Config


def format_link(config: Config, view: View | None = None) -> str:
    """The canonical link of an experiment, from `#` on; `parse_link` gives the same experiment back.

    Own examples that are too many for a link stay out of it; whoever opens it brings them along.
    """
    slots = slots_of(config, view or View())
    return "#" + "&".join(
        f"{key.name}={key.kind.write(value)}"
        for key in KEYS
        if (value := slots.get(key.slot, key.default)) != key.default or key.always
    )
