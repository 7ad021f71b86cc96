"""Arrays, numbers and names as they are written in code."""

import textwrap
from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

Vector = NDArray[Any]


def literal(array: Vector, indent: str = "    ") -> str:
    """An array as nested lists, exact; `indent` is that of the line it stands in."""
    if array.ndim == 1:
        text = ", ".join(digits(number) for number in array)
        inner = f"{indent}    "
        filled = textwrap.fill(text, 100, initial_indent=inner, subsequent_indent=inner, break_on_hyphens=False)
        return f"[{text}]" if len(text) <= 75 else f"[\n{filled},\n{indent}]"
    rows = ",\n".join(f"{indent}    {literal(row, f'{indent}    ')}" for row in array)
    return f"[\n{rows},\n{indent}]"


def literal_names(names: Iterable[str]) -> str:
    """A list of names as code, in lines that are not too long."""
    text = textwrap.fill(", ".join(names), 100, initial_indent="    ", subsequent_indent="    ")
    return f"[{text.strip()}]" if "\n" not in text else f"[\n{text},\n]"


def digits(number: float) -> str:
    """A number in as few digits as tell it apart from all others."""
    return repr(float(number))
