"""What the names of columns mean."""

import re
from typing import NamedTuple


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LONGEST = 80
"""Characters of a name that may mean something."""

_UNIT = re.compile(r"\s*(?:\((?!\s*[0-9]+\s*\))[^)]*\)|\[[^\]0-9][^\]]*\])\s*$")
_NUMBERED = re.compile(r"([^\W\d]+)[ _.\-]?[\[({]?[ _]?(\d{1,4})[\])}]?")

COORDINATES = words(
    "x f feature features feat input inputs in dim dimension pc component coord coordinate attr attribute merkmal "
    "eingabe variable caractéristique entrée característica"
)
"""Stems of names that count coordinates: x1, feature_0, f[1] …"""

UNNAMED = words("v var col column field c unnamed spalte colonne columna feld")
"""Stems that programs give to columns without a name."""

VALUES = "value"
VALUE_NAMES = frozenset((VALUES, "values", "wert", "werte", "zielwert", "valeur", "valor"))
"""A column of one of these names holds values, however few different ones there are."""

_LABELS = (
    "label", "labels", "class", "classes", "target", "targets", *sorted(VALUE_NAMES), "category", "categories",
    "klasse", "klassen", "classe", "clase", "etikett", "étiquette", "etiquette", "etiqueta",
    "kategorie", "catégorie", "categoria", "categoría", "ziel", "cible", "标签", "类别", "ラベル",
    "y_true", "output", "outputs", "ausgabe", "sortie", "outcome", "response", "species", "variety", "diagnosis",
    "group", "gruppe", "groupe", "grupo", "cluster", "type", "typ", "art", "color", "colour", "farbe", "couleur",
    "kind",
)  # fmt: skip
"""Names of what is to be learned, the clearest first."""

CLASS_NAMES = frozenset(("label", "labels", "class", "classes", "klasse", "classe", "clase", "category", "species"))
"""A column of one of these names holds classes, where few numbers are."""

_SPLITS = words("split part set subset fold partition teil datensatz")

_INDEX = words(
    "index indices idx id ids row rows rowid row_id rowname rownames row_name row_names level_0 row_number unnamed_0 # "
    "sample_id uid uuid zeile ligne fila lfd_nr nr № n° nº s_no sno sl_no serial serial_no"
)
"""Names of what tells rows apart, whatever stands there."""

_PERHAPS_INDEX = words("no nummer numéro case sample obs observation key name names")
"""Names of the same, if every row has one of its own."""

_ALONG = re.compile(
    r"(?:(?:pos|position|coord|coordinate)_)?([xy])(?:_?(?:pos|position|coord|coordinate|axis|koordinate|achse))?"
)


class Name(NamedTuple):
    """What a name says: `kind` is `coordinate`, `label`, `split`, `index`, `perhaps index`, `none` or `other`.

    Coordinates and columns without a name of their own may have a `stem` with a `number`; labels have a `rank`, the
    lowest for the clearest.
    """

    kind: str
    stem: str = ""
    number: int = 0
    rank: int = 0


def meaning_of(text: str) -> Name:
    """What a name means, in any case, without a unit behind it."""
    if len(text) > _LONGEST:
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
