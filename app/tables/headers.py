"""What the names of columns mean, and rows of units below them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.tables.numbers import looks_like_number


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_MAX_LENGTH = 80
"""Longer names have no meaning."""

_UNIT = re.compile(r"\s*(?:\((?!\s*[0-9]+\s*\))[^)]*\)|\[[^\]0-9][^\]]*\])\s*$")
_NUMBERED = re.compile(r"([^\W\d]+)[ _.\-]?[\[({]?[ _]?(\d{1,4})[\])}]?")

COORDINATES = words(
    "x f feature features feat input inputs in dim dimension pc component coord coordinate attr attribute merkmal "
    "eingabe variable caractéristique entrée característica"
)
"""Stems of numbered coordinates: x1, feature_0, f[1] …"""

UNNAMED = words("v var col column field c unnamed spalte colonne columna feld")
"""Stems of names that programs give to columns without a name."""

VALUES = "value"
VALUE_NAMES = frozenset((VALUES, "values", "wert", "werte", "zielwert", "valeur", "valor"))
"""A column with one of these names has values, however few are different."""

_LABELS = (
    "label", "labels", "class", "classes", "target", "targets", *sorted(VALUE_NAMES), "category", "categories",
    "klasse", "klassen", "classe", "clase", "etikett", "étiquette", "etiquette", "etiqueta",
    "kategorie", "catégorie", "categoria", "categoría", "ziel", "cible", "标签", "类别", "ラベル",
    "y_true", "output", "outputs", "ausgabe", "sortie", "outcome", "response", "species", "variety", "diagnosis",
    "group", "gruppe", "groupe", "grupo", "cluster", "type", "typ", "art", "color", "colour", "farbe", "couleur",
    "kind",
)  # fmt: skip
"""Names of the target, the clearest first."""

CLASS_NAMES = frozenset(("label", "labels", "class", "classes", "klasse", "classe", "clase", "category", "species"))
"""A column with one of these names has classes, if it has few different numbers."""

_SPLITS = words("split part set subset fold partition teil datensatz")

_INDEX = words(
    "index indices idx id ids row rows rowid row_id rowname rownames row_name row_names level_0 row_number unnamed_0 # "
    "sample_id uid uuid zeile ligne fila lfd_nr nr № n° nº s_no sno sl_no serial serial_no"
)
"""Names of a row index, whatever the column contains."""

_PERHAPS_INDEX = words("no nummer numéro case sample obs observation key name names")
"""Names of a row index if every row has a different value."""

_ALONG = re.compile(
    r"(?:(?:pos|position|coord|coordinate)_)?([xy])(?:_?(?:pos|position|coord|coordinate|axis|koordinate|achse))?"
)


class Name(NamedTuple):
    """What a name means: `kind` is `coordinate`, `label`, `split`, `index`, `perhaps index`, `none` or `other`.

    Coordinates and generated names may have a `stem` with a `number`; labels have a `rank`, 0 for the clearest.
    """

    kind: str
    stem: str = ""
    number: int = 0
    rank: int = 0


def meaning_of(text: str) -> Name:
    """What a name means, in any case and without a unit after it."""
    if len(text) > _MAX_LENGTH:
        return Name("other")
    name = text.translate(_SUBSCRIPTS).casefold().strip().strip("\"'$")
    name = _UNIT.sub("", name) or name
    if found := _NUMBERED.fullmatch(name):
        stem, number = found[1].rstrip("_"), int(found[2])
        if stem in COORDINATES:
            return Name("coordinate", stem, number)
        if stem in UNNAMED and not (stem == "unnamed" and number == 0):
            return Name("none", stem, number)
    plain = re.sub(r"[\s._:\-]+", "_", name).strip("_") or name
    if not name or name.isdecimal():
        return Name("none")
    return _known(plain)


_LABEL_WORDS = frozenset(("label", "labels", "class", "classes", "target", "species", "klasse"))


def _known(name: str) -> Name:
    if found := _ALONG.fullmatch(name):
        return Name("coordinate", found[1])
    if name in _LABELS:
        return Name("label", name, rank=_LABELS.index(name))
    if not _LABEL_WORDS.isdisjoint(name.split("_")):
        return Name("label", name, rank=len(_LABELS))
    kinds = {"split": _SPLITS, "index": _INDEX, "perhaps index": _PERHAPS_INDEX}
    return next((Name(kind, name) for kind, names in kinds.items() if name in names), Name("other", name))


# --- units --------------------------------------------------------------------------------------------------------

_BRACKETED_UNIT = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_UNITS = words(
    "mm cm dm m km µm um nm in inch inches ft yd mi g mg kg t lb lbs oz s ms µs us sec min h hr hrs hours day days d a "
    "yr year years °c °f °k c f k v mv a ma w kw j kj cal kcal n kn pa hpa kpa bar hz khz mhz l ml cl mol % ‰ deg ° "
    "rad px pt m/s km/h m² m^2 m2 m³ cm² cm^2 m/s² eur € usd $ gbp £ chf a.u. au "
    "float double int integer number numeric real text string str char category nominal factor bool"
)
_NOTHING = frozenset(("", "-", "–", "—", "/", "none", "1"))


def are_units(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row has units or types, at least one of them above a number."""
    if len(cells) != len(below):
        return False
    has_one = any(_is_unit(cell) and looks_like_number(other) for cell, other in zip(cells, below, strict=True))
    return has_one and all(_is_unit(cell) or cell.casefold() in _NOTHING for cell in cells)


def _is_unit(cell: str) -> bool:
    return bool(_BRACKETED_UNIT.fullmatch(cell)) or cell.casefold() in _UNITS
