"""BUILD: cuts the font of the pages out of a package that carries it, so that neither repository nor server has to.

Inter, as its package has it, is 880 kB. One file with the characters and weights that the pages use is 66 kB.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "build/font"
"""Where a checkout keeps the font and its license; `make clean` removes it."""

CHARACTERS = (
    *range(0x20, 0x7F),  # Latin
    *range(0xA0, 0x180),  # its accented letters, and signs such as × and ½
    *(0x302, 0x304),  # a hat and a bar over any letter
    *range(0x391, 0x3CA),  # Greek
    *range(0x2010, 0x203B),  # dashes, quotation marks, …
    *range(0x2044, 0x209D),  # ⁄, superscripts and subscripts
    *(0x20AC, 0x2116, 0x2122),  # €, № and ™
    *range(0x2150, 0x215F),  # fractions
    *range(0x2190, 0x219A),  # arrows
    *range(0x2200, 0x2300),  # mathematics
)
"""What the font is asked for. Browsers take other characters, such as those of a class's name, from another font."""

LAYOUT = ("ccmp", "kern", "mark", "mkmk", "tnum")
"""Kerning, accents, and figures of one width."""

AXES = {"opsz": 14, "wght": (300, 700)}
"""One optical size, and all weights from light to bold."""

NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)
"""The names that a font of this license keeps: copyright, family, version, license and its address."""


class FontHook(BuildHookInterface[Any]):
    """Puts the font and its license into `FOLDER`, and from there into the wheel as `app/_font`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the font before the wheel is built, or before a checkout is installed in editable mode."""
        folder = Path(self.root, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        package = files("fontpkg_inter")
        with (package / "files" / "Inter[opsz,wght].ttf").open("rb") as source:
            cut(TTFont(source)).save(folder / "inter.woff")
        (folder / "LICENSE.txt").write_text((package / "LICENSE").read_text("utf-8"), "utf-8")
        if version != "editable":
            build_data["force_include"][str(folder)] = "app/_font"


def keep_spacing_of_text(font: TTFont) -> None:
    """Let `tnum` change digits alone: Inter's would also widen each comma, period, hyphen and space of a sentence."""
    table = font["GSUB"].table
    digits = {font.getBestCmap()[ord(digit)] for digit in "0123456789"}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    part.mapping = {glyph: other for glyph, other in part.mapping.items() if glyph in digits}


def cut(font: TTFont) -> TTFont:
    """The font with only what the pages use, as a web font.

    WOFF, not WOFF2: that would be 12 kB smaller, and need a compressor that is compiled for each system.
    """
    keep_spacing_of_text(font)
    options = subset.Options(layout_features=list(LAYOUT), name_IDs=list(NAMES), hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, AXES)
    font.flavor = "woff"
    return font
