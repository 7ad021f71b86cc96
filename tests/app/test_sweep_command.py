"""`playground sweep`: each line is a start that its link opens, and a sweep that was interrupted goes on."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.cli.tables import quantile, wilson
from app.link import parse_link
from engine import Trainer
from tests.support.command import COMMAND, Result, playground
from tests.support.interrupts import interruptible
from tests.support.server import wait_until

pytestmark = pytest.mark.sweeps

LINK = "#dataset=gauss&seed=1"
GRID = (LINK, "--vary", "learningRate=0.01..1:3l", "--vary", "networkShape=|2", "--starts", "4", "--epochs", "20")
"""Six cells of four starts."""

KEYS = [
    *("index", "cell", "start", "settings", "seed", "weight_seed", "epoch"),
    *("train_loss", "test_loss", "train_accuracy", "test_accuracy", "reached", "diverged", "stopped"),
    *("link", "sweep", "until_goal"),
]


def sweep(*arguments: str | Path, **environment: str) -> Result:
    return playground("sweep", *map(str, arguments), **environment)


def rows_of(*arguments: str) -> list[dict[str, Any]]:
    result = sweep(*arguments, "--json")
    assert (result.code, result.complained) == (0, "")
    return [json.loads(line) for line in result.said.splitlines()]


@cache
def grid_lines() -> list[str]:
    return sweep(*GRID, "--json").said.splitlines(keepends=True)


# --- rows ---


def test_each_start_is_one_json_object() -> None:
    rows = [json.loads(line) for line in grid_lines()]
    assert [row["index"] for row in rows] == list(range(24))
    assert [(row["cell"], row["start"]) for row in rows] == [divmod(index, 4) for index in range(24)]
    assert {tuple(row) for row in rows} == {tuple(KEYS)}
    assert [row["settings"] for row in rows[::4]] == [
        {"learningRate": rate, "networkShape": shape} for rate in (0.01, 0.1, 1) for shape in ("", "2")
    ]
    assert {(row["seed"], row["weight_seed"]) for row in rows} == {("1", f"start{start}") for start in range(1, 5)}


@pytest.mark.parametrize("index", [0, 7, 23])
def test_link_of_a_row_opens_its_start(index: int) -> None:
    row = json.loads(grid_lines()[index])
    link = parse_link(row["link"])
    trainer = Trainer(link.config)
    while trainer.epoch < 20:
        trainer.run_epoch()
    assert (link.warnings, link.config.seed, link.config.weight_seed) == ((), row["seed"], row["weight_seed"])
    assert row["epoch"] == 20
    assert row["test_loss"] == pytest.approx(trainer.test_loss, rel=1e-9)
    assert row["train_accuracy"] == trainer.train_accuracy


def test_digits_are_swept_with_accuracies() -> None:
    link = "#dataset=uci&trainCount=100&activation=sigmoid&learningRate=3&seed=1"
    grid = (link, "--vary", "networkShape=8|8,8", "--starts", "2", "--epochs", "3")
    head, *lines = sweep(*grid).said.splitlines()
    assert head.split("  ")[-1] == "median accuracy"
    rows = rows_of(*grid)
    for line, cell in zip(lines, (rows[:2], rows[2:]), strict=True):
        shares = [row["test_accuracy"] for row in cell]
        assert line.split()[-1] == f"{quantile(sorted(shares), 0.5):.2%}"
    trainer = Trainer(parse_link(rows[3]["link"]).config)
    while trainer.epoch < 3:
        trainer.run_epoch()
    assert rows[3]["test_loss"] == trainer.test_loss


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_rows_do_not_depend_on_jobs(jobs: str) -> None:
    assert sweep(*GRID, "--json", "--jobs", jobs).said.splitlines(keepends=True) == grid_lines()


def test_rows_are_in_order_after_slow_ones() -> None:
    rows = rows_of(LINK, "--vary", "networkShape=64,64|", "--starts", "2", "--epochs", "30", "--jobs", "2")
    assert [row["index"] for row in rows] == [0, 1, 2, 3]


def test_link_can_carry_the_sweep() -> None:
    rows = rows_of(f"{LINK}&sweep=noise:0|10;starts:2;vary:both;epochs:3")
    assert [(row["settings"], row["seed"], row["epoch"]) for row in rows] == [
        ({"noise": noise}, f"start{start}", 3) for noise in (0, 10) for start in (1, 2)
    ]
    assert "sweep=" not in rows[0]["link"]


def test_options_override_the_link() -> None:
    link = f"{LINK}&sweep=noise:0|10;starts:2;vary:both;epochs:3"
    rows = rows_of(link, "--vary", "batchSize=1|5", "--starts", "1", "--epochs", "2", "--vary-seeds", "data")
    assert [(row["settings"], row["weight_seed"], row["epoch"]) for row in rows] == [
        ({"batchSize": size}, "1", 2) for size in (1, 5)
    ]
    assert rows[0]["sweep"] == "batchSize:1|5;starts:1;vary:data;epochs:2"


def test_starts_without_settings_are_a_sweep() -> None:
    rows = rows_of(LINK, "--epochs", "1")
    assert [(row["index"], row["cell"], row["start"], row["settings"]) for row in rows] == [
        (start, 0, start, {}) for start in range(10)
    ]


def test_starts_can_end_at_the_goal() -> None:
    rows = rows_of(f"{LINK}&goalTestLoss=0.05", "--starts", "3", "--epochs", "50", "--until-goal")
    assert all(row["reached"] == row["epoch"] < 50 and row["test_loss"] <= 0.05 for row in rows)


def test_diverged_starts_say_when() -> None:
    rows = rows_of("#problem=regression&activation=relu&seed=1", "--vary", "learningRate=10", "--epochs", "50")
    assert any(row["diverged"] for row in rows)
    assert all(row["diverged"] is None or row["epoch"] <= row["diverged"] for row in rows)


def test_csv_has_the_same_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    assert sweep(*GRID, "--csv", file).code == 0
    with file.open(newline="") as text:
        found = list(csv.DictReader(text))
    for row, line in zip(found, grid_lines(), strict=True):
        expected = json.loads(line)
        flat = {**expected, **expected.pop("settings"), "until_goal": "false"}
        assert row == {key: "" if value is None else str(value) for key, value in flat.items() if key != "settings"}


# --- tables ---


def test_few_starts_are_listed() -> None:
    head, *rows, summary = sweep(LINK, "--starts", "3", "--epochs", "20").said.splitlines()
    assert head.split()[:2] == ["seed", "epoch"]
    assert [row.split()[:2] for row in rows] == [["1", "20"], ["2", "20"], ["3", "20"]]
    assert {len(row) for row in rows} == {len(head)}
    assert summary.startswith("Test loss: median 0.0")


def test_many_starts_are_summed_up() -> None:
    result = sweep(f"{LINK}&goalTestLoss=0.02", "--starts", "41", "--epochs", "20")
    loss, reached = result.said.splitlines()
    assert loss.startswith("Test loss: median 0.0")
    assert reached == "41 of 41 starts reach the goal (95% interval: 91–100%)"


def test_cells_are_lines_of_a_table() -> None:
    head, *rows = sweep(f"{LINK}&goalTestLoss=0.02", *GRID[1:]).said.splitlines()
    assert head.split() == [
        "learningRate",
        "networkShape",
        "median",
        "loss",
        "middle",
        "half",
        "reached",
        "(95%",
        "interval)",
        "diverged",
    ]
    assert [row.split()[:2] for row in rows] == [
        [rate, shape] for rate in ("0.01", "0.1", "1") for shape in ("none", "2")
    ]
    assert rows[0].endswith("of 4 (0–49%)         0") or "of 4 (" in rows[0]
    assert {len(row) for row in rows} == {len(head)}


def test_epochs_to_the_goal_are_compared() -> None:
    link = f"{LINK}&goalTestLoss=0.05"
    head, *rows = sweep(link, "--vary", "learningRate=0.01|1", "--epochs", "50", "--until-goal").said.splitlines()
    assert "median epochs to the goal" in head
    slow, fast = (int(row.split()[1]) for row in rows)
    assert slow > fast >= 1


@pytest.mark.parametrize(
    ("count", "total", "low", "high"), [(61, 100, 0.512, 0.700), (0, 10, 0, 0.278), (10, 10, 0.722, 1)]
)
def test_wilson_interval_is_right(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-4)


def test_quantiles_lie_between_values() -> None:
    infinity = float("inf")
    assert [quantile([1, 2, 3, 4], share) for share in (0, 0.25, 0.5, 1)] == [1, 1.75, 2.5, 4]
    assert quantile([1, infinity, infinity], 0.75) == infinity
    assert quantile([7], 0.25) == 7


def test_terminal_shows_how_many_starts_are_done() -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [*COMMAND, "sweep", LINK, "--starts", "50", "--epochs", "100"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert " of 50 starts" in shown
    assert shown.endswith("\r\x1b[K")


# --- going on ---


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@pytest.mark.parametrize("kept", [0, 1, 60, 1.5, 10.2, 24.3])
def test_resumed_file_equals_an_uninterrupted_one(tmp_path: Path, suffix: str, kept: float) -> None:
    whole, part = tmp_path / f"whole{suffix}", tmp_path / f"part{suffix}"
    assert sweep(*GRID, "--resume", whole).code == 0
    lines = whole.read_bytes().splitlines(keepends=True)
    lines, rest = lines[: int(kept)], lines[min(int(kept), len(lines) - 1)]
    part.write_bytes(b"".join([*lines, rest[: int(len(rest) * (kept % 1))]]))
    result = sweep(*GRID, "--resume", part)
    assert result.code == 0
    assert ("incomplete" in result.complained) == (kept % 1 > 0)
    assert part.read_bytes() == whole.read_bytes()
    assert len(result.said.splitlines()) == 7


def test_json_lines_saved_before_are_continued(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(grid_lines()[:9]))
    result = sweep(*GRID, "--json", "--resume", file)
    assert file.read_text() == "".join(grid_lines())
    assert result.said.splitlines(keepends=True) == grid_lines()[9:]


def test_output_that_is_the_file_has_rows_once(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(grid_lines()[:9]))
    with file.open("ab") as output:
        command = [*COMMAND, "sweep", *GRID, "--json", "--resume", str(file)]
        subprocess.run(command, stdout=output, check=True)
    assert file.read_text() == "".join(grid_lines())


def test_rows_of_a_file_are_not_trained(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    changed = [json.dumps({**json.loads(line), "test_loss": 7.5}) + "\n" for line in grid_lines()]
    file.write_text("".join(changed))
    result = sweep(*GRID, "--resume", file)
    assert (result.code, result.complained) == (0, "")
    assert file.read_text() == "".join(changed)
    assert all(" 7.50000" in row for row in result.said.splitlines()[1:])


def test_finished_file_is_in_order(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join([*grid_lines()[:3], *grid_lines()[20:], *grid_lines()[5:9], *grid_lines()[5:6]]))
    assert sweep(*GRID, "--resume", file).code == 0
    assert file.read_text() == "".join(grid_lines())
    assert [*tmp_path.iterdir()] == [file]


def test_missing_file_is_begun_with_a_word(tmp_path: Path) -> None:
    result = sweep(*GRID, "--json", "--resume", tmp_path / "rows.txt")
    assert "does not exist yet, so the sweep starts from the beginning" in result.complained
    assert (tmp_path / "rows.txt").read_text() == "".join(grid_lines())


@pytest.mark.parametrize("vary", ["weights", "data", "both"])
def test_link_without_seed_keeps_that_of_the_file(tmp_path: Path, vary: str) -> None:
    arguments = ["#dataset=gauss", "--starts", "4", "--epochs", "2", "--vary-seeds", vary]
    for name in ("rows.jsonl", "rows.csv"):
        file = tmp_path / name
        assert sweep(*arguments, "--resume", file).code == 0
        whole = file.read_bytes()
        file.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
        assert sweep(*arguments, "--resume", file).code == 0
        assert file.read_bytes() == whole


LONG = (
    *("#dataset=spiral&seed=1&networkShape=8,8", "--vary", "learningRate=0.01..1:12l"),
    *("--starts", "10", "--epochs", "300"),
)
"""Twelve cells, each of which takes a good part of a second."""


def killed(file: Path, number: int) -> "subprocess.CompletedProcess[bytes]":
    """The command, which gets a signal as soon as it has written ten rows into a file."""
    command = [*COMMAND, "sweep", *LONG, "--resume", str(file)]
    with interruptible():
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        wait_until(lambda: file.exists() and file.read_bytes().count(b"\n") >= 10, "there are no rows")
        process.send_signal(number)
        said, complained = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def test_interrupted_sweep_says_how_to_go_on(tmp_path: Path) -> None:
    end = killed(tmp_path / "rows.jsonl", signal.SIGINT)
    assert end.returncode == 130
    *_, sentence = end.stderr.decode().splitlines()
    count = (tmp_path / "rows.jsonl").read_bytes().count(b"\n")
    assert 10 <= count < 120
    assert sentence == f"playground: interrupted after {count} of 120 starts. To go on, run the same command again."


@pytest.mark.resilience
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_sweep_goes_on_without_a_trace(tmp_path: Path, number: int) -> None:
    file = tmp_path / "rows.jsonl"
    killed(file, number)
    assert 10 <= file.read_bytes().count(b"\n") < 120
    assert sweep(*LONG, "--resume", file).code == 0
    assert file.read_text() == sweep(*LONG, "--json").said


# --- what cannot be done ---


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (["--epochs", "21"], "--epochs is “20” there and “21” here"),
        (["--starts", "5"], "--starts is “4” there and “5” here"),
        (["--vary-seeds", "data"], "--vary-seeds is “weights” there and “data” here"),
        (["--vary", "noise=1"], "noise is not varied there and “1” here"),
        (["--until-goal"], "--until-goal is given only here"),
    ],
)
def test_file_of_another_sweep_is_refused(tmp_path: Path, changes: Sequence[str], sentence: str) -> None:
    assert_refused(tmp_path, [f"{LINK}&goalTestLoss=0.02", *GRID[1:]], changes, sentence)


def test_file_of_another_experiment_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path, GRID, [], "noise is “0” there and “5” here", link=f"{LINK}&noise=5")
    assert_refused(tmp_path, GRID, [], "seed is “1” there and “2” here", link="#dataset=gauss&seed=2")


def test_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path, GRID, ["--vary", "noise=1"], "has no column “noise”", name="rows.csv")


def assert_refused(
    folder: Path,
    arguments: Sequence[str],
    changes: Sequence[str],
    sentence: str,
    link: str = "",
    name: str = "rows.jsonl",
) -> None:
    """A file of a sweep is left as it is by one with other options or another link."""
    file = folder / name
    if not file.exists():
        assert sweep(*arguments, "--resume", file).code == 0
    before = file.read_bytes()
    result = sweep(link or arguments[0], *arguments[1:], *changes, "--resume", file)
    assert (result.code, result.said) == (2, "")
    assert sentence in result.complained
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "line", ["nonsense", "{}", '{"index": 0}', "LOSS", "[]", "7", "\0\0", '{"index": 1, "sweep": 3}']
)
def test_file_that_is_no_sweep_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    line = json.dumps({**json.loads(grid_lines()[1]), "test_loss": "low"}) if line == "LOSS" else line
    file.write_text(f"{grid_lines()[0]}{line}\n")
    result = sweep(*GRID, "--resume", file)
    assert result.code == 2
    assert f"{file}, line 2: “" in result.complained
    assert "is no row of a sweep" in result.complained
    assert file.read_text() == f"{grid_lines()[0]}{line}\n"


def test_csv_does_not_overwrite_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("mine")
    result = sweep(*GRID, "--csv", file)
    assert (result.code, result.said) == (2, "")
    assert "exists. Choose another name, or use --resume to go on with it." in result.complained
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--epochs", "0"], "0 is not between 1"),
        (["--epochs", "1", "--starts", "0"], "0 is not between 1"),
        (["--epochs", "1", "--jobs", "0"], "0 is not between 1"),
        ([], "Give --epochs N"),
        (["--epochs", "1", "--vary", "nothing=1"], "'nothing'"),
        (["--epochs", "1", "--vary", "seed=1"], "'seed'"),
        (["--epochs", "1", "--vary", "noise"], "“noise”; expected KEY=VALUES"),
        (["--epochs", "1", "--vary", "noise=1;batchSize=2"], "expected KEY=VALUES"),
        (["--epochs", "1", "--vary", "noise="], "noise: got ''"),
        (["--epochs", "1", "--vary", "noise=5..5:3"], "noise: got '5..5:3'"),
        (["--epochs", "1", "--vary", "noise=81"], "noise: got '81'; expected a number from 0 to 80"),
        (["--epochs", "1", "--vary", "networkShape=65"], "networkShape: got 65 neurons"),
        (["--epochs", "1", "--until-goal"], "--until-goal: got true"),
        (["--epochs", "1", "--json", "--csv", "rows.csv"], "not allowed with argument"),
        (["--epochs", "1", "--csv", "rows.csv", "--resume", "other.csv"], "--csv cannot name another file"),
        (["--epochs", "1", "--csv", "none/rows.csv"], "none/rows.csv cannot be written: No such file or directory"),
        (["--epochs", "1", "--resume", "none/rows.csv"], "none/rows.csv cannot be written: No such file or directory"),
        (["--epochs", "1", "--resume", "."], ". cannot be read: Is a directory"),
        (["--epochs", "1", "--jobs", "2", "--cluster", "tcp://127.0.0.1:1"], "--jobs is for this machine"),
    ],
)
def test_bad_input_is_explained_and_nothing_done(
    arguments: Sequence[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = sweep(LINK, *arguments)
    assert (result.code, result.said) == (2, "")
    assert words in result.complained
    assert "Traceback" not in result.complained
    assert [*tmp_path.iterdir()] == []


def test_a_billion_starts_are_too_many() -> None:
    axes = [f"{key}=0..0.9:100" for key in ("regularizationRate", "dropout", "momentum")]
    result = sweep(LINK, *(part for axis in axes for part in ("--vary", axis)), "--starts", "1000", "--epochs", "1")
    assert result.code == 2
    assert result.complained == "playground: sweep: got 1,000,000,000 starts; expected at most 1,000,000 in all\n"


def test_sweep_of_a_damaged_link_is_refused() -> None:
    result = sweep(f"{LINK}&sweep=noise:0|99;starts:2", "--epochs", "1")
    assert (result.code, result.said) == (2, "")
    assert "the sweep of the link cannot be used as given; correct it, or use --vary" in result.complained


def test_cluster_without_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = sweep(LINK, "--epochs", "1", "--cluster", "tcp://127.0.0.1:8786")
    assert (result.code, result.said) == (2, "")
    assert "Install it with: pip install distributed" in result.complained


def test_full_disk_loses_no_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    limited = ["sh", "-c", 'ulimit -f 10; exec "$@"', "sh", *COMMAND, "sweep", *GRID, "--resume", str(file)]
    full = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1] == f"playground: {file} cannot be written: File too large."
    assert 0 < file.stat().st_size <= 10 * 1024
    assert sweep(*GRID, "--resume", file).code == 0
    assert file.read_text() == "".join(grid_lines())


def test_closed_pipe_ends_a_sweep_quietly() -> None:
    command = [*COMMAND, "sweep", *LONG, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""
