"""Exported programs for pictures run with the data that come with them, and train as the engine does."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.export import FORMATS, archive, archive_name, export
from app.export.arrays import DATA_FILE
from app.protocol.containers import decode_container
from app.protocol.frames import encode_archive
from engine import OPTIMIZERS, Config, Trainer
from engine.config import REMAINDERS
from engine.initializers import INITIALIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from tests.exports.programs import assert_answers_alike, assert_trains_alike, run_programs, written
from tests.support.session import Stage

EPOCHS = 3
PLAIN = Config(
    dataset="uci", train_count=100, hidden_layer_sizes=(6,), activation="sigmoid", learning_rate=0.5, batch_size=7
)
LECTURE = PLAIN.replace(initializer="normal_biases", initializer_scale=1, learning_rate=3, batch_size=10, shuffle=True)


def _with(**fields: Any) -> dict[str, Config]:
    """A config for each value of a field; the name says which."""
    ((name, values),) = fields.items()
    return {f"{name} {value}": PLAIN.replace(**{name: value}) for value in values}


CONFIGS: dict[str, Config] = {
    "lecture": LECTURE,
    "softmax": LECTURE.replace(loss="cross_entropy"),
    # they only shape points
    "moved and scaled": PLAIN.replace(jitter=0.3, standardize=True),
    **_with(initializer=INITIALIZERS),
    **{f"{name} descent": PLAIN.replace(optimizer=name, learning_rate=0.01) for name in OPTIMIZERS},
    **{f"{name} penalty": PLAIN.replace(regularizer=name, regularization_rate=0.01) for name in REGULARIZERS},
    **_with(schedule=SCHEDULES),
    **_with(rest=REMAINDERS),
    "normalized": PLAIN.replace(batch_norm=True, hidden_layer_sizes=(6, 5), loss="cross_entropy"),
    "maxout": PLAIN.replace(activation="maxout", hidden_layer_sizes=(4, 3), batch_norm=True, loss="cross_entropy"),
    "bounded": PLAIN.replace(clip_norm=0.05, max_norm=0.4),
    "patient": LECTURE.replace(learning_rate=40, patience=1),
    "no hidden layer": PLAIN.replace(hidden_layer_sizes=()),
}
FEW = ("lecture", "softmax", "L1 penalty", "maxout", "patient", "rest carried", "adam descent")
"""What the other libraries are tried with."""


@pytest.fixture(scope="module")
def originals() -> dict[str, Trainer]:
    """A trainer of each config, and one whose links have died."""
    found = {name: Trainer(config) for name, config in CONFIGS.items()}
    found["dead links"] = Trainer(PLAIN.replace(regularizer="L1", regularization_rate=0.05, batch_size=10))
    found["dead links"].run_epoch()
    return found


@pytest.fixture(scope="module")
def programs(originals: dict[str, Trainer], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the NumPy programs do."""
    return run_programs(originals, "numpy", tmp_path_factory.mktemp("numpy"), EPOCHS, strict=True)


@pytest.mark.parametrize("name", [*CONFIGS, "dead links"])
def test_program_trains_on_pictures_like_engine(
    name: str, originals: dict[str, Trainer], programs: dict[str, dict[str, Any]]
) -> None:
    assert_answers_alike(originals[name], programs[name])
    assert_trains_alike(originals[name], programs[name], 1e-9, EPOCHS)


@pytest.mark.exports
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["pytorch", "keras"])
def test_other_libraries_train_on_pictures_alike(kind: str, originals: dict[str, Trainer], tmp_path: Path) -> None:
    few = {name: originals[name] for name in (*FEW, "dead links")}
    programs = run_programs(few, kind, tmp_path, EPOCHS)
    for name, trainer in few.items():
        assert_answers_alike(trainer, programs[name])
        assert_trains_alike(trainer, programs[name], 1e-8, EPOCHS)


def test_program_prints_accuracy_of_page(programs: dict[str, dict[str, Any]]) -> None:
    trainer = Trainer(LECTURE)
    for printed in re.findall(r"test accuracy (.+)%", programs["lecture"]["printed"]):
        trainer.run_epoch()
        accuracy = trainer.picture_snapshot(None).test_accuracy
        assert accuracy is not None
        assert printed == f"{100 * accuracy:.1f}"
    assert trainer.epoch == EPOCHS


def test_dropout_on_pictures_learns(tmp_path: Path) -> None:
    trainer = Trainer(LECTURE.replace(dropout=0.2))
    printed = run_programs({"dropout": trainer}, "numpy", tmp_path)["dropout"]["printed"]
    losses = [float(loss) for loss in re.findall(r"training loss (\S+)", printed)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("kind", FORMATS)
def test_picture_programs_satisfy_linter(kind: str, originals: dict[str, Trainer], tmp_path: Path) -> None:
    for number, trainer in enumerate(originals.values()):
        text = export(trainer, kind)[1]
        (tmp_path / f"{number}.py").write_text(text, "utf-8")
        assert "\n\n\n\n" not in text
        assert not re.search(r"\bpoints?\b", text.replace("doi.org", ""), re.IGNORECASE)
    rules = ["--isolated", "--preview", "--line-length", "110", "--select", "E,F,W,B,UP,I", "--ignore", "B905"]
    command = [sys.executable, "-m", "ruff", "check", *rules, "--target-version", "py311", "--no-cache", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(
    ("name", "owner"), [("mnist", "Yann LeCun and Corinna Cortes, CC BY-SA 3.0"), ("uci", "CC BY 4.0")]
)
def test_program_names_owners_of_pictures(name: str, owner: str) -> None:
    text = export(Trainer(Config(dataset=name, train_count=100)), "numpy")[1]
    assert owner in " ".join(text.split('"""')[1].split())


# --- the archive --------------------------------------------------------------------------------------------------


def test_archive_holds_program_and_data() -> None:
    trainer = Trainer(LECTURE)
    with zipfile.ZipFile(io.BytesIO(archive(trainer, "keras"))) as packed:
        program, data = packed.namelist()
        assert (program, data) == ("playground-digits-keras/network_keras.py", f"playground-digits-keras/{DATA_FILE}")
        assert packed.read(program).decode() == export(trainer, "keras")[1]
        arrays = dict(np.load(io.BytesIO(packed.read(data))))
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {name: (array.dtype.str, array.shape) for name, array in arrays.items()} == {
        "pixels": ("|u1", (458, 64)),
        "labels": ("|u1", (458,)),
        "weights_0": ("<f8", (6, 64)),
        "weights_1": ("<f8", (10, 6)),
        "biases_0": ("<f8", (6,)),
        "biases_1": ("<f8", (10,)),
    }
    np.testing.assert_array_equal(arrays["pixels"], trainer.inputs)
    np.testing.assert_array_equal(arrays["labels"], trainer.targets)


def test_equal_networks_have_equal_archives() -> None:
    first, second, trained = (Trainer(LECTURE) for _ in range(3))
    trained.run_epoch()
    assert archive(first, "numpy") == archive(second, "numpy")
    assert archive(first, "numpy") != archive(trained, "numpy")


def test_archive_of_mnist_is_small() -> None:
    assert len(archive(Trainer(Config(dataset="mnist")), "numpy")) < 2.2e6


def test_program_says_that_its_data_are_missing(tmp_path: Path) -> None:
    program = written(Trainer(LECTURE), "numpy", tmp_path / "program")
    (program.parent / DATA_FILE).unlink()
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"{program.parent / DATA_FILE} is missing. It comes in one zip with this program: unpack both together.\n"
    )


def test_program_in_notebook_finds_its_data(tmp_path: Path) -> None:
    program = written(Trainer(LECTURE), "numpy", tmp_path / "program")
    # as in a notebook, a program that is read from standard input has no file
    command, text = [sys.executable, "-"], program.read_text("utf-8")
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=program.parent)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 10), done.stderr


def test_programs_for_points_need_no_archive() -> None:
    assert archive_name(Trainer(Config()), "numpy") is None
    assert archive_name(Trainer(LECTURE), "numpy") == "playground-digits-numpy.zip"


# --- over the wire ------------------------------------------------------------------------------------------------

LINK = "#dataset=uci&trainCount=100&networkShape=6"


def test_archive_follows_its_program() -> None:
    stage = Stage(LINK)
    assert "archive" not in [message["type"] for _, message in stage.ask("export", format="numpy")]
    answers = [message for _, message in stage.ask("export", format="numpy", archive=True)]
    text, file = (next(item for item in answers if item["type"] == kind) for kind in ("export", "archive"))
    assert (text["archive"], file["filename"], file["mime"]) == (
        *["playground-digits-numpy.zip"] * 2,
        "application/zip",
    )
    assert file["arrays"]["file"].tobytes() == archive(stage.trainer, "numpy")


def test_archive_container_is_readable() -> None:
    message, arrays = decode_container(encode_archive("digits.zip", b"PK"))
    assert (message["type"], arrays["file"].tobytes()) == ("archive", b"PK")


def test_archive_of_points_is_refused() -> None:
    error = Stage().ask("export", format="numpy", archive=True)[-1][1]
    assert (error["code"], error["field"]) == ("unknown_value", "archive")
    assert error["message"] == "this program holds its data, and needs no archive"


def test_table_of_pictures_is_refused() -> None:
    error = Stage(LINK).ask("export", format="csv")[-1][1]
    assert (error["type"], error["field"], error["got"]) == ("error", "format", "csv")
    assert error["message"].startswith("a table of pictures would have a column for each pixel;")
