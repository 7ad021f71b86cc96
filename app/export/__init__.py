"""The present network and its training as code that runs elsewhere, in NumPy, PyTorch or Keras, weights filled in.

The texts are templates; how each entry of a registry is written there, the entry itself says (`engine/code.py`).
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from app.export.context import context_of
from engine import Trainer

if TYPE_CHECKING:
    import jinja2

FORMATS = {"numpy": "NumPy", "pytorch": "PyTorch", "keras": "Keras"}
"""The libraries that code is written for."""


def export(trainer: Trainer, library: str) -> tuple[str, str]:
    """A file name and the text of a program, for one of `FORMATS`."""
    text = _environment().get_template(f"{library}.jinja").render(context_of(trainer, library))
    # what a template leaves out leaves its blank lines behind
    return f"network_{library}.py", re.sub(r"\n{4,}", "\n\n\n", text)


@lru_cache(maxsize=1)
def _environment() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415 - most engine processes never export anything

    # what is written is Python and no markup; every value comes from the engine's tables or is a number
    return jinja2.Environment(
        loader=jinja2.PackageLoader("app.export"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )
