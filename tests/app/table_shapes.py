"""Known data, written as tables in the ways that spreadsheets, programs and people write them."""

import codecs
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Names(NamedTuple):
    """The names of the columns."""

    x1: str
    x2: str
    label: str


class Labels(NamedTuple):
    """All spellings of each class, and the names that the classes get when the table is read."""

    spellings: Sequence[Sequence[str]]
    names: tuple[str, ...]
    numeric: bool = False


class Shape(NamedTuple):
    """How a table is written.

    Without `names` it has no header. `order` is the order of the columns, and `numbering` the header of an index column
    and the kind of index, one of `INDEXES`.
    """

    names: Names | None = Names("x", "y", "label")
    order: str = "x1 x2 label"
    labels: Labels | None = Labels([["ant"], ["bee"]], ("ant", "bee"))
    numbering: tuple[str, str] | None = None
    delimiter: str = ","
    decimal: str = "."
    style: str = "{:.2f}"
    quote: str = ""
    end: str = "\n"
    encoding: str = "utf-8"
    above: Sequence[str] = ()
    under_header: Sequence[str] = ()
    trailing: str = ""
    pipes: bool = False
    short_header: bool = False
    blank_after: int = 0
    split: bool = False
    padded: bool = False


class Data(NamedTuple):
    """Points, the class or value of each, and whether it is for training or for testing."""

    points: list[tuple[float, float]]
    targets: list[float]
    parts: list[str]


def draw(seed: int, classes: int, count: int = 18) -> Data:
    """Random data with two decimals, none of them whole numbers; 0 classes means that the targets are values."""
    chance = random.Random(seed)  # noqa: S311 - examples, not secrets

    def measured() -> float:
        return round(chance.randint(-5, 5) + chance.randint(11, 89) / 100, 2)

    points = [(measured(), measured()) for _ in range(count)]
    targets = [float(place % classes) if classes else measured() for place in range(count)]
    chance.shuffle(targets)
    return Data(points, targets, [chance.choice(("train", "test")) for _ in range(count)])


INDEXES: dict[str, Callable[[int, int], str]] = {
    "from 0": lambda place, _: str(place),
    "from 1": lambda place, _: str(place + 1),
    "quoted": lambda place, _: f'"{place + 1}"',
    "shuffled": lambda place, count: str((place * 7 + 3) % count * 3),
    "texts": lambda place, _: f"row-{place}",
}
"""The index of a row, from its place and the number of rows, which must not be a multiple of 7."""


def write(data: Data, shape: Shape) -> bytes:
    """The bytes of a table."""
    lines = [*shape.above]
    columns = shape.order.split()
    if shape.names:
        header = [f"{shape.quote}{getattr(shape.names, column)}{shape.quote}" for column in columns]
        if shape.numbering and not shape.short_header:
            header.insert(0, shape.numbering[0])
        lines += [_line([*header, *(["split"] if shape.split else [])], shape), *shape.under_header]
    count = len(data.points)
    for place, ((x1, x2), target) in enumerate(zip(data.points, data.targets, strict=True)):
        cells = {
            "x1": _number(x1, shape),
            "x2": _number(x2, shape),
            "label": _label(target, place, shape),
        }
        row = [cells[column] for column in columns]
        if shape.numbering:
            row.insert(0, INDEXES[shape.numbering[1]](place, count))
        lines.append(_line([*row, *([data.parts[place]] if shape.split else [])], shape))
        if shape.blank_after and place % shape.blank_after == 0:
            lines.append("")
    text = shape.end.join(lines) + shape.end
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(shape.encoding, b"")
    return mark + text.encode(shape.encoding)


def _line(cells: Sequence[str], shape: Shape) -> str:
    if shape.padded:
        cells = [cell.rjust(14) for cell in cells]
    line = shape.delimiter.join(cells) + shape.trailing
    return f"| {line} |" if shape.pipes else line


def _number(value: float, shape: Shape) -> str:
    return _with_mark(shape.style.format(value), shape)


def _with_mark(number: str, shape: Shape) -> str:
    text = number.replace(".", shape.decimal)
    return f'"{text}"' if shape.decimal == shape.delimiter else text


def _label(target: float, place: int, shape: Shape) -> str:
    if shape.labels is None:
        return _number(target, shape)
    spellings = shape.labels.spellings[int(target)]
    text = spellings[place % len(spellings)]
    return _with_mark(text, shape) if shape.labels.numeric else f"{shape.quote}{text}{shape.quote}"


TEXTS = Labels([["ant"], ["bee"]], ("ant", "bee"))
BITS = Labels([["0"], ["1"]], ("0", "1"), numeric=True)
POINTS = Labels([["0.0"], ["1.0"]], ("0", "1"), numeric=True)
SIGNS = Labels([["-1"], ["1"]], (), numeric=True)
REAL_SIGNS = Labels([["-1.0"], ["1.0", "+1"]], (), numeric=True)
MIXED = Labels([["1", "1.0", "01"], ["2", "2.", "2e0"]], ("1", "2"), numeric=True)
LONG = Labels([["0.000000000000000000e+00"], ["1.000000000000000000e+00"]], ("0", "1"), numeric=True)
THREE = Labels(
    [["Iris-setosa"], ["Iris-versicolor"], ["Iris-virginica"]], ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
)
SIX = Labels([[str(number)] for number in range(1, 7)], tuple("123456"), numeric=True)
TRUTH = Labels([["False", "FALSE", "false"], ["True", "TRUE"]], ("False", "True"))
YES = Labels([["no"], ["yes"]], ("no", "yes"))
TWO_WORDS = Labels([["no 1"], ["no 2"]], ("no 1", "no 2"))
UMLAUTS = Labels([["Käfer"], ["Öl, naß"]], ("Käfer", "Öl, naß"))

LABELS = {
    "texts": TEXTS, "bits": BITS, "with a point": POINTS, "signs": SIGNS, "real signs": REAL_SIGNS, "mixed": MIXED,
    "long": LONG, "three": THREE, "six": SIX, "yes and no": YES, "values": None,
}  # fmt: skip
"""Labels that a table of any shape can have."""

NAMES = {
    "x y label": Names("x", "y", "label"),
    "X Y Class": Names("X", "Y", "Class"),
    "x1 x2 y": Names("x1", "x2", "y"),
    "x_1 x_2 target": Names("x_1", "x_2", "target"),
    "x0 x1 y": Names("x0", "x1", "y"),
    "x_0 x_1 y": Names("x_0", "x_1", "y"),
    "x0 x1 labels": Names("x0", "x1", "labels"),
    "X0 X1 Y": Names("X0", "X1", "Y"),
    "x[0] x[1] y": Names("x[0]", "x[1]", "y"),
    "feature_0": Names("feature_0", "feature_1", "target"),
    "f1 f2": Names("f1", "f2", "class"),
    "x₁ x₂": Names("x₁", "x₂", "y"),
    "x (cm)": Names("x (cm)", "y (cm)", "species"),
    "Feature 1": Names("Feature 1", "Feature 2", "Label"),
    "a b c": Names("width", "height", "kind"),
}

WEKA = ["@relation beetles", "@attribute x numeric", "@attribute 'y' real", "@attribute class {ant,bee}"]

CASES: dict[str, Shape] = {
    **{f"names {name}": Shape(names=names, labels=BITS) for name, names in NAMES.items()},
    **{f"labels {name}": Shape(labels=labels) for name, labels in LABELS.items()},
    "labels true and false": Shape(labels=TRUTH),
    "label first": Shape(Names("x_0", "x_1", "y"), "label x1 x2", BITS),
    "label between": Shape(Names("x1", "x2", "y"), "x1 label x2", SIGNS),
    "axes swapped": Shape(Names("x0", "x1", "label"), "x2 label x1"),
    "y before x": Shape(order="label x2 x1"),
    "no header": Shape(None, labels=BITS),
    "no header, label first": Shape(None, "label x1 x2", BITS),
    "no header, label first, texts": Shape(None, "label x1 x2"),
    "no header, values": Shape(None, labels=None),
    "no header, index": Shape(None, numbering=("", "from 0"), labels=BITS),
    "pandas": Shape(Names("x_0", "x_1", "y"), labels=BITS, numbering=("", "from 0")),
    "pandas, shuffled": Shape(numbering=("", "shuffled"), labels=BITS),
    "pandas without names": Shape(Names("0", "1", "2"), labels=POINTS, numbering=("", "from 0")),
    "pandas without names or index": Shape(Names("0", "1", "2"), labels=BITS),
    "pandas, label named": Shape(Names("0", "1", "label"), labels=BITS),
    "pandas, read and written again": Shape(numbering=("Unnamed: 0", "from 0"), labels=BITS),
    "pandas, named rows": Shape(numbering=("", "texts"), labels=BITS),
    "id": Shape(numbering=("Id", "from 1"), labels=THREE),
    "No.": Shape(numbering=("No.", "from 1"), labels=BITS),
    "#": Shape(numbering=("#", "from 1"), labels=BITS),
    "index with another name": Shape(Names("x", "y", "label"), numbering=("Messung", "from 1")),
    "Excel, German": Shape(delimiter=";", decimal=",", end="\r\n", labels=UMLAUTS, encoding="utf-8-sig"),
    "Excel, German, with sep": Shape(delimiter=";", decimal=",", end="\r\n", above=["sep=;"], encoding="utf-8-sig"),
    "Excel, US, with sep": Shape(end="\r\n", above=["sep=,"]),
    "Excel, Unicode text": Shape(delimiter="\t", end="\r\n", encoding="utf-16-le", labels=UMLAUTS),
    "Excel, Unicode text, French": Shape(delimiter="\t", decimal=",", end="\r\n", encoding="utf-16-le", labels=YES),
    "UTF-16, big-endian": Shape(encoding="utf-16-be", end="\r\n"),
    "Excel for Mac": Shape(end="\r", delimiter=";", decimal=","),
    "Excel, trailing separators": Shape(trailing=",,"),
    "Google Sheets, German": Shape(decimal=",", quote='"'),
    "Google Sheets, title": Shape(above=["Meine Daten,,", ""]),
    "R, write.csv": Shape(numbering=('""', "quoted"), quote='"', labels=YES),
    "R, write.csv2": Shape(numbering=('""', "quoted"), quote='"', delimiter=";", decimal=","),
    "R, write.table": Shape(numbering=("", "quoted"), quote='"', delimiter=" ", short_header=True),
    "R, without names": Shape(Names("V1", "V2", "V3"), quote='"', labels=BITS),
    "NumPy, savetxt": Shape(None, delimiter=" ", style="{:.18e}", labels=LONG),
    "NumPy, savetxt with a header": Shape(None, delimiter=" ", style="{:.18e}", labels=LONG, above=["# x y label"]),
    "NumPy, header of commas": Shape(None, delimiter=" ", style="{:.18e}", labels=LONG, above=["# x, y, label"]),
    "NumPy, commas": Shape(None, style="{:.6e}", labels=LONG, above=["# made for week 3", "# x0,x1,y"]),
    "aligned": Shape(delimiter=" ", padded=True),
    "aligned, no header": Shape(None, delimiter="  ", padded=True, labels=BITS),
    "tabs, two words": Shape(Names("petal length", "petal width", "kind"), labels=TWO_WORDS, delimiter="\t"),
    "tabs and blanks": Shape(delimiter=" \t ", labels=BITS),
    "MATLAB": Shape(None, delimiter="  ", above=["% x1 x2 y"], labels=BITS),
    "tabs, several": Shape(delimiter="\t\t"),
    "comments": Shape(above=["# Kurs 7b", "# zwei Käfer", ""], blank_after=4),
    "Markdown": Shape(delimiter=" | ", pipes=True, under_header=["|---|:---:|---:|"]),
    "Markdown, index": Shape(delimiter=" | ", pipes=True, numbering=("", "from 0"), under_header=["|--:|---|---|---|"]),
    "psql": Shape(delimiter=" | ", under_header=["---+----+-----"]),
    "pipes": Shape(delimiter="|"),
    "Weka": Shape(None, above=[*WEKA, "", "@data"]),
    "units": Shape(Names("length", "width", "kind"), under_header=["cm,mm,"]),
    "units in brackets": Shape(under_header=["[cm],[cm],-"]),
    "Iris": Shape(Names("petal length (cm)", "petal width (cm)", "species"), labels=THREE),
    "split": Shape(split=True, labels=BITS),
    "split, no header": Shape(None, split=True),
    "non-breaking spaces": Shape(delimiter=",\u00a0"),
    "all of Excel at once": Shape(
        Names("x0", "x1", "labels"), "label x1 x2", THREE, ("Nr.", "from 1"), ";", ",", "{:.2f}", "", "\r\n",
        "utf-8-sig", ["sep=;"], (), ";;", blank_after=5,
    ),
}  # fmt: skip
"""The kinds of tables that teachers have."""
