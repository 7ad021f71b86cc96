"""Importing tables as spreadsheets write them, and exporting them so that they round-trip."""

import json
from typing import Any

import httpx2
import numpy as np
import pytest

from app.tables import ImportOptions, Report, read_table, write_table
from engine import Config, Trainer
from engine.own_examples import OwnExamples, decode, edited, encode, no_examples
from tests.support.server import ServerThread
from tests.support.session import Stage

PLAIN = "x,y,label\n0.5,1.5,a\n-1,2,b\n"


def read(text: str, **options: Any) -> Report:
    return read_table(text.encode(), ImportOptions(**options))


def read_well(text: str, **options: Any) -> OwnExamples:
    report = read(text, **options)
    assert report.errors == []
    assert report.own is not None
    return report.own


SAME = {
    "semicolons and decimal commas": "x;y;label\n0,5;1,5;a\n-1;2;b\n",
    "tabs": "x\ty\tlabel\n0.5\t1.5\ta\n-1\t2\tb\n",
    "a byte order mark": "\ufeffx,y,label\n0.5,1.5,a\n-1,2,b\n",
    "line ends of Windows": PLAIN.replace("\n", "\r\n"),
    "line ends of old": PLAIN.replace("\n", "\r"),
    "quotes": '"x","y","label"\n"0.5","1.5","a"\n"-1","2","b"\n',
    "spaces": "x , y , label\n 0.5 , 1.5 , a\n -1 , 2 , b\n",
    "blank lines": "\n\nx,y,label\n0.5,1.5,a\n\n,,\n-1,2,b",
    "no header": "0.5,1.5,a\n-1,2,b",
    "other names": "X1,X2,Class\n0.5,1.5,a\n-1,2,b",
    "names that say nothing": "width,height,species\n0.5,1.5,a\n-1,2,b",
    "another order": "label,y,x\na,1.5,0.5\nb,2,-1",
    "columns too many": "id,x,y,label\n1,0.5,1.5,a\n2,-1,2,b",
    "exponents": "x,y,label\n5e-1,.15E+1,a\n-1.,+2,b",
}


@pytest.mark.parametrize("name", SAME)
def test_equivalent_tables_give_equal_examples(name: str) -> None:
    own = read_well(SAME[name])
    assert own.points.tolist() == [[0.5, 1.5], [-1, 2]]
    assert (own.targets.tolist(), own.classes, own.labels) == ([0, 1], 2, ("a", "b"))


def test_ambiguous_comma_is_not_decimal() -> None:
    assert read_well("x\ty\tvalue\n1,5\t2\t3\n1\t2\t3\n").points.tolist() == [[1.5, 2], [1, 2]]
    (error,) = read("x\ty\tvalue\n1,000\t2.5\t3\n1\t2\t3\n").errors
    assert (error.code, error.row, error.got) == ("csv_not_a_number", 2, "1,000")


def test_split_column_assigns_parts() -> None:
    own = read_well("x,y,label,Split\n1,1,a,Train\n2,2,b,TEST\n3,3,b,\n4,4,a,val\n")
    assert own.parts.tolist() == [1, 2, 0, 3]


@pytest.mark.parametrize(
    ("labels", "kind", "classes"),
    [
        (["1", "-1"], {}, 2),
        (["3", "1", "2"], {}, 3),
        ([str(n) for n in range(6)], {}, 6),
        ([str(n) for n in range(7)], {}, 0),
        (["1", "2"], {"kind": "values"}, 0),
        (["only"], {}, 2),
    ],
)
def test_few_numbers_are_classes_many_are_values(labels: list[str], kind: dict[str, Any], classes: int) -> None:
    text = "x,y,label\n" + "".join(f"{n},{n},{label}\n" for n, label in enumerate(labels * 2))
    own = read_well(text, **kind)
    assert own.classes == classes
    assert classes or own.targets.tolist() == [float(label) for label in labels * 2]


def test_two_columns_are_x1_and_value() -> None:
    own = read_well("x,y\n1,5\n2,7\n")
    assert (own.points.tolist(), own.targets.tolist(), own.classes) == ([[1, 0], [2, 0]], [5, 7], 0)


def test_columns_can_be_chosen() -> None:
    text = "a,b,c,d,e\n1,2,3,4,5\n6,7,8,9,9\n"
    report = read(text)
    assert ([error.code for error in report.errors], report.names) == (["csv_unknown_columns"], tuple("abcde"))
    assert report.preview == (tuple("12345"), tuple("67899"))
    own = read_well(text, columns={"x1": 4, "x2": 0, "label": 2})
    assert own.points.tolist() == [[5, 1], [9, 6]]


@pytest.mark.parametrize("columns", [{"x1": 9, "label": 0}, {"x1": 0, "label": 0}, {"x1": 0}, {"x1": -1, "label": 1}])
def test_invalid_column_choices_are_rejected(columns: dict[str, int]) -> None:
    assert [error.code for error in read(PLAIN, columns=columns).errors] == ["csv_bad_parameter"]


def test_scaling_fills_the_map() -> None:
    own = read_well("x,y,value\n100,7,50\n200,7,150\n300,7,100\n", scale=True)
    assert own.points.tolist() == [[-6, 0], [0, 0], [6, 0]]
    assert own.targets.tolist() == [-1, 1, 0]
    report = read("x,y,label\n100,7,a\n200,7,b\n")
    assert (report.fits, report.range["x1"], report.range["label"]) == (False, (100, 200), None)


def test_invalid_rows_are_reported_and_nothing_imported() -> None:
    report = read('x,y,label\n1,2,a\n"3\n",4,b\nx,2,a\n1,2\n1,,a\n1,2,\n')
    assert [(error.row, error.column) for error in report.errors] == [(5, "x"), (6, None), (7, "y"), (8, "label")]
    assert (report.own, report.code, report.refused) == (None, None, 4)
    assert all(error.message and error.expected for error in report.errors)


def test_errors_are_capped_but_all_counted() -> None:
    report = read("x,y,label\n" + "x,2,a\n" * 3000)
    assert (len(report.errors), report.refused) == (1000, 3000)


def test_invisible_characters_of_labels_are_removed() -> None:
    own = read_well("x,y,label\n1,1,safe\u202egpj.exe\n2,2,b\n")
    assert own.labels == ("b", "safegpj.exe")


# --- out and back -------------------------------------------------------------------------------------------------

WILD = OwnExamples(
    np.random.default_rng(0).normal(size=(40, 2)) * 1e3,
    np.random.default_rng(2).integers(0, 3, 40).astype(np.float64),
    np.random.default_rng(1).integers(0, 4, 40).astype(np.uint8),
    3,
    ("=cmd|' /C calc'!A0", "a, “b”; c", "@x"),
)
VALUES = edited(no_examples(0), [], [(0.1, 0.2, 1 / 3, ""), (1e-300, -1 / 7, 2, "test"), (5, 5, 2, "")])
TRAINERS = {
    "classes": Config(dataset="own", own_examples=encode(WILD)),
    "values": Config(problem="regression", regression_dataset="reg-own", own_examples=encode(VALUES)),
    "drawn classes": Config(noise=30, validation_percent=10),
    "drawn values": Config(problem="regression", regression_dataset="reg-sine"),
    "four classes": Config(dataset="gauss4"),
}


@pytest.mark.parametrize("name", TRAINERS)
def test_exported_table_round_trips_exactly(name: str) -> None:
    trainer = Trainer(TRAINERS[name])
    own = read_well(write_table(trainer))
    field = {"regression": {"regression_dataset": "reg-own"}}.get(trainer.config.problem, {"dataset": "own"})
    again = Trainer(trainer.config.replace(**field, own_examples=encode(own)))
    assert again.inputs.tobytes() == trainer.inputs.tobytes()
    assert again.targets.tobytes() == trainer.targets.tobytes()
    assert (again.train_size, again.validation_size) == (trainer.train_size, trainer.validation_size)


def test_labels_are_protected_from_formulas() -> None:
    text = write_table(Trainer(TRAINERS["classes"]))
    cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r") and not cell[1:2].isdigit()]
    assert read_well(text).labels == WILD.labels


@pytest.mark.parametrize(
    "name", ["=1+1", "+a", "-a", "@a", "\uff1d1+1", "\uff0ba", "\uff0da", "\uff20a", "'=1", "''@a"]
)
def test_formula_like_label_is_quoted_on_export(name: str) -> None:
    own = OwnExamples(np.zeros((2, 2)), np.array([0.0, 1.0]), np.zeros(2, np.uint8), 2, (name, "b"))
    text = write_table(Trainer(Config(dataset="own", own_examples=encode(own))))
    assert f",'{name}," in text
    assert read_well(text).labels == own.labels


def test_csv_export_answers_with_table() -> None:
    ((_, answer),) = [item for item in Stage().ask("export", format="csv") if item[1].get("type") == "export"]
    assert (answer["id"], answer["filename"]) == (3, "playground-data.csv")
    assert answer["text"].startswith("x,y,label,split\r\n")
    assert answer["text"].count("\n") == 501


def test_only_csv_exports_without_training_examples() -> None:
    stage = Stage("#dataset=own&seed=0.3")
    assert stage.ask("export", format="csv")[0][1]["text"] == "x,y,label,split\r\n"
    assert stage.ask("export", format="numpy")[0][1]["code"] == "unknown_value"


# --- over HTTP ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Any:
    with ServerThread(hello_timeout=1) as running:
        yield running


def post(server: ServerThread, content: Any, query: str = "", **options: Any) -> httpx2.Response:
    return httpx2.post(f"http://127.0.0.1:{server.port}/api/datasets{query}", content=content, **options)


def test_upload_answers_with_code(server: ServerThread) -> None:
    response = post(server, PLAIN.encode())
    answer = response.json()
    assert response.status_code == 200
    assert decode(answer["examples"]).points.tolist() == [[0.5, 1.5], [-1, 2]]
    assert (answer["count"], answer["kind"], answer["labels"]) == (2, "classes", ["a", "b"])
    assert answer["columns"][2] == {"name": "label", "role": "label"}
    assert answer["parts"] == {"": 2, "train": 0, "test": 0, "validation": 0}


def test_url_parameters_set_import_options(server: ServerThread) -> None:
    answer = post(server, b"1,2,3\n4,5,6\n", "?x1=2&label=0&kind=values&header=false&scale=true").json()
    own = decode(answer["examples"])
    assert (own.points.tolist(), own.targets.tolist()) == ([[-6, 0], [6, 0]], [-1, 1])


REQUESTS: dict[str, tuple[int, dict[str, Any]]] = {
    "refused rows": (422, {"content": b"x,y,label\n1,a,b\n2,3,c\n"}),
    "too large": (413, {"content": b"1" * 3_000_000}),
    "a form": (400, {"content": b"--a--", "headers": {"Content-Type": "multipart/form-data; boundary=a"}}),
    "an unknown parameter": (400, {"content": b"", "query": "?colour=red"}),
    "a parameter that cannot be seen": (400, {"content": b"", "query": "?%1B[31m=%E2%80%AE" + "x" * 100}),
    "a flag that is none": (400, {"content": b"", "query": "?scale=yes"}),
    "a column that is none": (422, {"content": PLAIN.encode(), "query": "?x1=one"}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_rejected_upload_answers_with_reasons(name: str, server: ServerThread) -> None:
    status, request = REQUESTS[name]
    response = post(server, **request)
    answer = response.json()
    assert (response.status_code, answer["examples"], answer["refused"]) == (status, None, 1)
    texts = [answer["errors"][0][key] for key in ("code", "got", "expected", "message")]
    assert all(text and text.isprintable() for text in texts)
    assert len(texts[1]) <= 64


def test_upload_refuses_other_methods_and_origins(server: ServerThread) -> None:
    assert post(server, PLAIN.encode(), headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx2.get(f"http://127.0.0.1:{server.port}/api/datasets").status_code == 405


def test_upload_answer_is_plain_json(server: ServerThread) -> None:
    response = post(server, b"x,y,label\n1,1,<b>\n2,2,NaN\n")
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.text)["labels"] == ["<b>", "NaN"]
