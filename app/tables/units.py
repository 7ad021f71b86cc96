"""Rows of units, as they stand under the names of columns."""

import re
from collections.abc import Sequence

from app.tables.names import words
from app.tables.numbers import looks_like_number

_BRACKETED = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_UNITS = words(
    "mm cm dm m km µm um nm in inch inches ft yd mi g mg kg t lb lbs oz s ms µs us sec min h hr hrs hours day days d a "
    "yr year years °c °f °k c f k v mv a ma w kw j kj cal kcal n kn pa hpa kpa bar hz khz mhz l ml cl mol % ‰ deg ° "
    "rad px pt m/s km/h m² m^2 m2 m³ cm² cm^2 m/s² eur € usd $ gbp £ chf a.u. au "
    "float double int integer number numeric real text string str char category nominal factor bool"
)
_NOTHING = frozenset(("", "-", "–", "—", "/", "none", "1"))


def are_units(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row holds units or types, at least one of them over a number."""
    if len(cells) != len(below):
        return False
    has_one = any(_is_unit(cell) and looks_like_number(other) for cell, other in zip(cells, below, strict=True))
    return has_one and all(_is_unit(cell) or cell.casefold() in _NOTHING for cell in cells)


def _is_unit(cell: str) -> bool:
    return bool(_BRACKETED.fullmatch(cell)) or cell.casefold() in _UNITS
