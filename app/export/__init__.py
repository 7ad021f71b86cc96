"""Exports the current network and its training as code for NumPy, PyTorch or Keras, including the weights.

The texts are templates; the code of each registry entry is in the entry itself (`engine/code.py`). Pictures, and the
weights of a network that reads them, are too many for a text: such a program reads them from a file beside it, and both
come in an archive (`arrays.py`).
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from app.export.arrays import archive_of
from app.export.context import context_of
from engine import Trainer

if TYPE_CHECKING:
    import jinja2

FORMATS = {"numpy": "NumPy", "pytorch": "PyTorch", "keras": "Keras"}
"""The libraries that code can be exported for, with their labels."""


def export(trainer: Trainer, library: str) -> tuple[str, str]:
    """A file name and the text of a program, for one of `FORMATS`."""
    text = _environment().get_template(f"{library}.jinja").render(context_of(trainer, library))
    # omitted parts of a template leave blank lines behind
    return f"network_{library}.py", re.sub(r"\n{4,}", "\n\n\n", text)


def archive_name(trainer: Trainer, library: str) -> str | None:
    """The file name of the archive that holds a program and its data; None if the program needs no data."""
    return f"playground-digits-{library}.zip" if trainer.config.has_pictures else None


def archive(trainer: Trainer, library: str) -> bytes:
    """The archive of a trainer with pictures: the program for one of `FORMATS`, and its data, in a folder."""
    return archive_of(trainer, f"playground-digits-{library}", *export(trainer, library))


@lru_cache(maxsize=1)
def _environment() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415 - most engine processes never export anything

    # the output is Python, not markup; every value is a number or comes from the engine's tables
    return jinja2.Environment(
        loader=jinja2.PackageLoader("app.export"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )
