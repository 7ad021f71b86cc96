"""Tables in all shapes that occur in practice give the same points, classes and names."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

from app.tables import ImportOptions, Report, read_table
from engine.own_examples import PARTS
from tests.app.table_shapes import CASES, LABELS, NAMES, Data, Shape, draw, write


def classes_of(shape: Shape) -> int:
    return len(shape.labels.spellings) if shape.labels else 0


def check(report: Report, data: Data, shape: Shape) -> None:
    assert [error.message for error in report.errors] == []
    assert report.own is not None
    assert report.own.points.tolist() == [list(point) for point in data.points]
    assert report.own.targets.tolist() == data.targets
    assert report.own.classes == classes_of(shape)
    assert report.own.labels == (shape.labels.names if shape.labels else ())
    parts = [PARTS[part] for part in report.own.parts]
    assert parts == (data.parts if shape.split else [""] * len(data.parts))


@pytest.mark.parametrize("name", CASES)
def test_common_table_shapes_are_understood(name: str) -> None:
    shape = CASES[name]
    data = draw(len(name), classes_of(shape))
    check(read_table(write(data, shape)), data, shape)


WRITTEN = some.sampled_from(
    [
        {"delimiter": ","},
        {"delimiter": ";"},
        {"delimiter": ";", "decimal": ","},
        {"delimiter": "\t"},
        {"delimiter": "\t", "decimal": ","},
        {"delimiter": " "},
        {"delimiter": "   ", "padded": True},
        {"delimiter": ",", "decimal": ",", "quote": '"'},
        {"delimiter": "|"},
        {"delimiter": " | ", "pipes": True},
    ]
)
ORDERS = some.permutations(["x1", "x2", "label"]).map(" ".join)
INDEXES = some.none() | some.tuples(
    some.sampled_from(["", "Index", "id", "ID", "Unnamed: 0", "Nr.", "row_id", "index"]),
    some.sampled_from(["from 0", "from 1", "shuffled"]),
)


@given(
    seed=some.integers(0, 10**6),
    names=some.sampled_from(sorted(NAMES)),
    labels=some.sampled_from(sorted(LABELS)),
    order=ORDERS,
    index=INDEXES,
    written=WRITTEN,
    end=some.sampled_from(["\n", "\r\n", "\r"]),
    encoding=some.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]),
    style=some.sampled_from(["{:.2f}", "{:.4f}", "{:.6e}", "{}"]),
    above=some.sampled_from([[], ["# a comment"], ["", "# one", "# two of them"]]),
    blank_after=some.sampled_from([0, 3]),
    split=some.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_combined_table_shapes_are_understood(
    seed: int, names: str, labels: str, order: str, index: Any, written: dict[str, Any], **other: Any
) -> None:
    # blanks cannot stand both in names and between them
    assume(not (written["delimiter"].isspace() and written["delimiter"] != "\t" and " " in "".join(NAMES[names])))
    # nor is an empty name between blanks one
    assume(
        not (
            index and index[0] in {"", "Unnamed: 0"} and written["delimiter"].isspace() and written["delimiter"] != "\t"
        )
    )
    is_learned_by_order = names == "a b c" and labels == "values"
    assume(not is_learned_by_order or (order.endswith("label") and not index and order.startswith("x1")))
    shape = Shape(names=NAMES[names], labels=LABELS[labels], order=order, numbering=index, **written, **other)
    if names == "a b c":
        # names that say nothing leave the axes in their order
        shape = shape._replace(order="label x1 x2" if order.startswith("label") else "x1 x2 label")
    data = draw(seed, classes_of(shape))
    check(read_table(write(data, shape)), data, shape)


NUMBERED = some.sampled_from(["bits", "signs", "texts", "three", "six", "with a point", "long"])


@given(
    seed=some.integers(0, 10**6),
    labels=NUMBERED,
    order=some.sampled_from(["x1 x2 label", "label x1 x2", "x1 label x2"]),
    written=WRITTEN,
)
@settings(max_examples=60, deadline=None)
def test_label_column_is_detected_without_header(seed: int, labels: str, order: str, written: dict[str, Any]) -> None:
    shape = Shape(None, order, LABELS[labels], **written)
    data = draw(seed, classes_of(shape))
    check(read_table(write(data, shape)), data, shape)


# --- what is asked, said and refused ------------------------------------------------------------------------------

ROWS = ((0.5, 1.25, 0), (-1.5, 2.75, 1), (2.25, -0.5, 1), (3.75, 0.25, 0), (1.25, 1.5, 1), (0.75, -2.5, 0))


def rows(header: str, row: str) -> str:
    """A table with a line for each of the rows, in which {n} counts them from 0."""
    lines = (row.format(x=x, y=y, c=c, n=n, m=n + 1) for n, (x, y, c) in enumerate(ROWS))
    return "\n".join([*filter(None, [header]), *lines])


ASKED: dict[str, tuple[str, str, dict[str, int]]] = {
    "an index, x and y": (rows("Index,x,y", "{n},{x},{y}"), "class or value", {"x1": 1, "x2": 2}),
    "an index without a name": (rows(",x,y", "{n},{x},{y}"), "class or value", {"x1": 1, "x2": 2}),
    "rows counted, two more": (rows("", "{m},{x},{y}"), "class or value", {"x1": 1, "x2": 2}),
    "rows counted, one more and a text": (rows("", "{m},{x},c{c}"), "Column 1 counts the rows", {"label": 2}),
    "an index and one more, called 0": (rows(",0", "{n},{x}"), "Which columns are", {"x1": 1}),
    "an index and one more": (rows("id,value", "{m},{x}"), "Which column is x₁", {"label": 1}),
    "four numbers and a class": (rows("a,b,c,d,species", "{x},{y},{y},{x},c{c}"), "Which two columns", {"label": 4}),
    "three coordinates": (rows("x,y,z,label", "{x},{y},{x},{c}"), "Which two columns", {"label": 3}),
    "three numbered ones": (rows("x1,x2,x3,y", "{x},{y},{x},{c}"), "Which two columns", {"label": 3}),
    "four numbers": (rows("", "{x},{y},{y},{x}"), "Which columns are x₁, x₂", {}),
    "a label that is empty": (rows("x,y,label", "{x},{y},"), "Column “label” is empty", {"x1": 0, "x2": 1}),
    "prices": (rows("price,size,label", "{y}$,{x},{c}"), "Column “price” holds text.", {"label": 2}),
    "two texts": (rows("a,b,c,d", "{x},{y},u{c},v{c}"), "hold text", {"x1": 0, "x2": 1}),
}


@pytest.mark.parametrize("name", ASKED)
def test_ambiguous_roles_are_asked_for(name: str) -> None:
    text, words, roles = ASKED[name]
    report = read_table(text.encode())
    assert [error.code for error in report.errors] == ["csv_unknown_columns"]
    assert words in report.errors[0].message
    assert dict(report.roles) == roles
    assert len(report.preview) == len(ROWS)


SAID: dict[str, tuple[str, str]] = {
    "an index": (rows("Index,x,y,label", "{n},{x},{y},{c}"), "Column “Index” looks like a row index"),
    "names that are numbers": (rows("0,1,label", "{x},{y},{c}"), "The first row (0, 1, label)"),
    "names that are numbers over texts that differ": ("0,1,label\n1.5,2,a\n-1,3,b\n", "The first row (0, 1, label)"),
    "names that are years": (rows("2019,2020,class", "{x},{y},{c}"), "The first row (2019, 2020, class)"),
    "joined labels": ("x,y,l\n1,2,1\n2,3,1.0\n3,4,2\n4,5,2\n", "The labels “1” and “1.0” are one class, “1”."),
    "labels in two cases": ("x,y,l\n1,2,ant\n2,3,Ant\n3,4,ant\n4,5,Ant\n", "“ant” and “Ant” differ only in case"),
    "a separator line": ("sep=;\nx;y;label\n1;2;a\n3;4;b\n", "sep=;"),
    "a line of dashes": ("|x|y|label|\n|-|-|-|\n|1|2|a|\n|3|4|b|\n", "Line 2 (dashes) was skipped."),
    "comments": ("# made by hand\nx,y,label\n1,2,a\n# half\n3,4,b\n", "2 lines (beginning with #) were skipped."),
    "a comment above names that are numbers": (
        rows("# made by hand\n;0;1;label", "{n};{x};{y};{c}"),
        "The first row (–, 0, 1, label)",
    ),
    "a comment of as many words as columns": (
        "# made by hand\n1 2 a\n3 4 b\n",
        "Line 1 (beginning with #) was skipped.",
    ),
    "a title": ("Beetles of 7b\nx,y,label\n1,2,a\n3,4,b\n", "Line 1 (“Beetles of 7b”)"),
    "units": ("x,y,label\ncm,cm,\n1,2,a\n3,4,b\n", "Line 2 (cm, cm) names units"),
    "columns that are empty": (rows("x,y,remark,label", "{x},{y},,{c}"), "Column “remark” is empty."),
    "columns that are not used": (rows("x,y,label,weight", "{x},{y},{c},{x}"), "Column “weight” is not used."),
    "Swiss thousands": ("x;y;label\n19'000.5;2;a\n3;4;b\n", "Thousands separators were removed, as in “19'000.5”."),
    "French thousands": ("x;y;label\n19\u202f000,5;2;a\n3;4;b\n", "Thousands separators were removed"),
    "German thousands": ("x;y;label\n19.000,50;2;a\n20.000;4;b\n", "Thousands separators were removed"),
    "US thousands": ('x,y,label\n"19,000.50",2,a\n"20,000",4,b\n', "Thousands separators were removed"),
    "a comma that may be either": ("x;y;label\n1,250;2;a\n2,500;4;b\n", "as decimal commas, as in “1,250”"),
    "a class first": (rows("", "{c},{x},{y}"), "Column 1 holds few integers"),
    "a counter that is needed": (rows("", "{m},{x}"), "Column 1 counts the rows and is used as x₁."),
}


@pytest.mark.parametrize("name", SAID)
def test_unusual_tables_get_notes(name: str) -> None:
    text, words = SAID[name]
    report = read_table(text.encode())
    assert report.errors == []
    assert [note for note in report.notes if words in note]


@pytest.mark.parametrize(
    "text", [rows("x,y,label", "{x},{y},{c}"), rows("", "{x};{y};c{c}"), rows("x1\tx2\ty", "{x}\t{y}\t{c}")]
)
def test_usual_tables_get_no_notes(text: str) -> None:
    assert read_table(text.encode()).notes == []


def test_thousands_separators_are_removed() -> None:
    for name in ("Swiss thousands", "French thousands", "German thousands", "US thousands"):
        own = read_table(SAID[name][0].encode()).own
        assert own is not None
        assert own.points[0].tolist() in ([19000.5, 2], [19000.5, 2])


ROW_STAYS = {
    "truth table": "0,0,0\n0,1,1\n1,0,1\n1,1,0\n",
    "whole numbers": "0,1,2\n2,0,1\n1,1,2\n2,2,0\n1,0,2\n",
    "one to three": "1,2,3\n4,5,6\n7,8,9\n",
    "measurements": "0.5,1.5,0\n1.5,2.5,1\n3.5,0.5,0\n",
    "a class that comes again": "0,1,cat\n2,3,dog\n4,5,cat\n6,7,dog\n",
}


@pytest.mark.parametrize("name", ROW_STAYS)
def test_first_row_of_numbers_is_data(name: str) -> None:
    report = read_table(ROW_STAYS[name].encode())
    assert (report.errors, report.header) == ([], False)
    assert report.own is not None
    assert len(report.own) == ROW_STAYS[name].count("\n")


def test_header_option_overrides_detection() -> None:
    text = rows("0,1,label", "{x},{y},{c}").encode()
    assert len(read_table(text, ImportOptions(header=True)).own or ()) == len(ROWS)
    own = read_table(text, ImportOptions(header=False)).own
    assert own is not None
    assert (len(own), own.labels) == (len(ROWS) + 1, ("0", "1", "label"))
    report = read_table(b"1,2,a\n3,4,b\n5,6,b\n", ImportOptions(header=True))
    assert (report.names, len(report.own or ())) == (("1", "2", "a"), 2)


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "Windows-1252": ("x,y,label\n1,2,Käfer\n".encode("cp1252"), "csv_encoding", "CSV UTF-8"),
    "GBK": ("x,y,label\n1,2,类\n".encode("gbk"), "csv_encoding", "Line 2 is not in UTF-8"),
    "a workbook": (b"PK\x03\x04abc", "csv_encoding", "Excel workbook"),
    "half of UTF-16": ("x,y,label\n1,2,a\n".encode("utf-16")[:-1], "csv_encoding", "damaged"),
    "thousands or decimals": (b'x,y,label\n"19,000",2,a\n"20,000",4,b\n', "csv_not_a_number", "separates thousands"),
    "both decimal marks": (b"x;y;label\n1,5;2.5;a\n2;4;b\n", "csv_not_a_number", "one decimal mark"),
    "a minus that is none": ("x,y,label\n\u22121,2,a\n3,4,b\n".encode(), "csv_not_a_number", "must be a hyphen"),
    "prices": (b"x,y,label\n$5,2,a\n3,4,b\n", "csv_not_a_number", "currency"),
    "JSON": (b'[{"x":1,"y":2,"label":0},{"x":1,"y":2,"label":0}]', "csv_wrong_columns", "This is JSON"),
    "HTML": (b"<table><tr><td>1</td></tr></table>", "csv_wrong_columns", "This is HTML"),
    "per cent": (b"x,y,label\n1%,2,a\n3,4,b\n", "csv_not_a_number", "percent"),
    "a text": (b"a,b,label\n1,2,u\n1,x,v\n", "csv_not_a_number", "Line 3, column b: “x” is not a number."),
    "nothing": (b"a,b,label\n1,2,u\n1,,v\n", "csv_missing_value", "Line 3, column b: the value is missing."),
    "a missing label": (b"x,y,label\n1,2,0\n3,4,1\n5,6,NA\n", "csv_missing_value", "Line 4, column label: “NA”"),
    "a value that is none": (rows("x,y,value", "{x},{y},{x}").encode() + b"\n1,2,much", "csv_not_a_number", "Line 8"),
    "a fault in the first row": (b"x,2,a\n0,1,b\n2,1.5,a\n4,3,b\n", "csv_not_a_number", "Line 1, column 1: “x”"),
    "cells too few": (b"x,y,label\n1,2,a\n3,4\n5,6,b\n", "csv_wrong_columns", "Line 3 has 2 cells; expected 3."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unreadable_tables_are_rejected_with_remedy(name: str) -> None:
    data, code, words = REFUSED[name]
    report = read_table(data)
    assert report.own is None
    assert report.errors[0].code == code
    assert words in report.errors[0].message


LONG = {
    "dashes": "-" * 130_000 + "x\n1,2\n3,4\n",
    "a name of blanks": "a" + " " * 130_000 + "b,y\n1,2\n3,4\n",
    "digits": "x,y\n" + "1" * 130_000 + ",2\n3,4\n",
    "groups of digits": "x;y\n1" + " 000" * 30_000 + ";2\n3;4\n",
    "prices": "x,y\n" + "9 " * 60_000 + ",2\n3,4\n",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", LONG)
def test_long_cells_are_parsed_in_linear_time(name: str) -> None:
    report = read_table(LONG[name].encode())
    assert report.own is not None or report.errors


KINDS: dict[str, tuple[str, int]] = {
    "a value by its name": (rows("x,y,value", "{x},{y},{c}"), 0),
    "bits": (rows("x,y,target", "{x},{y},{c}"), 2),
    "few measurements": (rows("x,y,target", "{x},{y},{x}"), 0),
    "measurements that come again": (rows("x,y,target", "{x},{y},{c}.5"), 2),
    "bits along one axis": (rows("hours,passed", "{x},{c}"), 2),
    "numbers along one axis": (rows("x,y", "{x},{y}"), 0),
    "whole numbers along one axis, called classes": (rows("x,class", "{x},{m}"), 6),
}


@pytest.mark.parametrize("name", KINDS)
def test_header_and_numbers_decide_classes_or_values(name: str) -> None:
    text, classes = KINDS[name]
    report = read_table(text.encode())
    assert report.errors == []
    assert report.own is not None
    assert report.own.classes == classes
