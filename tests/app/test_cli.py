"""`playground train`: its output, in this process and as a program."""

import io
import json
import os
import socket
import subprocess
import sys
from typing import Any

import pytest

from app.cli.console import lines_of, print_anything
from tests.support.command import COMMAND, playground, started


def records(*arguments: str, lines: str = "") -> list[dict[str, Any]]:
    result = playground("train", *arguments, "--json", lines=lines)
    assert result.code == 0
    return [json.loads(line) for line in result.said.splitlines()]


def test_each_epoch_is_one_json_object() -> None:
    rows = records("#seed=0.48429", "--epochs", "3")
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3]
    assert list(rows[0]) == ["run", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]
    assert rows[0]["train_loss"] == pytest.approx(0.5026322394029247, abs=1e-12)
    assert rows[0]["train_accuracy"] == 0.524


def test_numbers_are_written_in_full() -> None:
    result = playground("train", "#seed=0.48429", "--epochs", "1", "--json")
    assert '"train_loss": 0.499048921255136' in result.said


@pytest.mark.parametrize(("epochs", "every", "reported"), [(5, 2, [0, 2, 4, 5]), (6, 3, [0, 3, 6]), (0, 7, [0])])
def test_first_and_last_epoch_are_always_reported(epochs: int, every: int, reported: list[int]) -> None:
    rows = records("#seed=1", "--epochs", str(epochs), "--every", str(every))
    assert [row["epoch"] for row in rows] == reported


def test_same_link_gives_bit_equal_runs() -> None:
    link = "#seed=7&dataset=spiral&networkShape=8,8"
    assert records(link, "--epochs", "20") == records(link, "--epochs", "20")


def test_figures_that_do_not_exist_are_left_out() -> None:
    (row,) = records("#seed=1&problem=regression&percTrainData=100", "--epochs", "0")
    assert (row["test_loss"], row["train_accuracy"], row["test_accuracy"]) == (None, None, None)


def test_links_on_standard_input_are_counted() -> None:
    links = "#seed=1\nhttps://playground.tensorflow.org/#seed=2\n\nseed=3\n"
    rows = records("-", "--epochs", "1", lines=links)
    assert [(row["run"], row["epoch"]) for row in rows] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]


def test_diverged_run_ends_and_the_next_starts() -> None:
    diverging = "#seed=1&problem=regression&activation=relu&learningRate=10"
    rows = records("-", "--epochs", "50", "--every", "50", lines=f"{diverging}\n#seed=1")
    end = next(row for row in rows if row.get("diverged"))
    assert list(end) == ["run", "epoch", "train_loss", "test_loss", "diverged", "reason"]
    assert (end["run"], end["train_loss"], end["test_loss"]) == (0, None, None)
    assert 0 < end["epoch"] < 50
    assert "learning rate of 10 is too large" in end["reason"]
    assert [row["epoch"] for row in rows if row["run"] == 1] == [0, 50]


def test_warnings_go_to_standard_error() -> None:
    result = playground("train", "#seed=0.48429&activation=mish&noise=90", "--epochs", "0", "--json")
    assert result.code == 0
    assert "activation “mish” is not one of" in result.complained
    assert "noise “90” is more than 80; 50 is used instead." in result.complained
    assert len(result.said.splitlines()) == 1


def test_warnings_name_the_run_where_there_are_several() -> None:
    result = playground("train", "-", "--epochs", "0", "--json", lines=b"#seed=1\n#seed=1&\xff\xfe=1\n")
    assert result.complained.startswith("run 1: ")
    assert result.code == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp932", "cp437", "utf-16"])
@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["train", "#problem=regression&seed=1&noise=90&activation=π“x”…", "--epochs", "2"], "is more than 80", 0),
        (["--help"], "PLAYGROUND_", 0),
        (["learn–“π”"], "learn", 2),
    ],
)
def test_any_console_can_show_what_is_said(encoding: str, arguments: list[str], words: str, code: int) -> None:
    result = playground(*arguments, encoding=encoding)
    assert result.code == code
    assert words in result.said + result.complained
    assert "Traceback" not in result.complained


@pytest.mark.parametrize("encoding", ["ascii", "cp932:strict"])
def test_program_writes_in_the_encoding_of_its_console(encoding: str) -> None:
    result = started(
        "train",
        "#problem=regression&seed=1&noise=90&activation=π“x”…",
        "--epochs",
        "2",
        PYTHONIOENCODING=encoding,
        PYTHONUTF8="0",
    )
    said, complained = (part.decode(encoding.partition(":")[0]) for part in (result.stdout, result.stderr))
    assert result.returncode == 0
    assert len(said.splitlines()) == 4
    assert "is more than 80" in complained
    assert "Traceback" not in complained


@pytest.mark.parametrize(
    "encoding", ["ascii", "cp932", "cp437", "cp1252", "latin-1", "utf-8", "utf-16", "gbk", "koi8-r"]
)
def test_every_character_can_be_printed_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict")
    monkeypatch.setattr(sys, "stdout", stream)
    print_anything()
    print("– █· “π” … ≤ é 学 \U0001f600 \ud800 \x1b[K", flush=True)
    assert stream.buffer.tell() > 10


def test_a_console_without_a_dash_shows_the_nearest() -> None:
    result = playground("train", "#problem=regression&seed=1", "--epochs", "0", encoding="ascii")
    assert result.said.splitlines()[1].split()[-2:] == ["-", "-"]
    told = playground("train", "#noise=90", "--epochs", "0", encoding="ascii")
    assert told.complained.strip() == 'noise "90" is more than 80; 50 is used instead.'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_read_in_every_encoding_of_unicode(encoding: str, newline: str) -> None:
    text = newline.join(["#seed=1", "", "  https://playground.tensorflow.org/#seed=π ", "#seed=3"])
    expected = ["#seed=1", "https://playground.tensorflow.org/#seed=π", "#seed=3"]
    assert list(lines_of(io.BytesIO(text.encode(encoding)))) == expected
    assert list(lines_of(io.BytesIO(b""))) == []


def test_links_in_other_encodings_are_trained() -> None:
    links = "\ufeff#seed=1&noise=5\r\n#seed=2\r\n".encode("utf-16-le")
    result = started("train", "-", "--epochs", "0", "--json", lines=links)
    assert (result.returncode, result.stderr) == (0, b"")
    assert [json.loads(line)["run"] for line in result.stdout.splitlines()] == [0, 1]


def test_byte_order_mark_before_a_link_is_ignored() -> None:
    result = playground("train", "\ufeff#seed=1&noise=5", "--epochs", "0", "--json")
    assert (result.code, result.complained) == (0, "")


def test_without_json_there_is_a_small_table() -> None:
    result = playground("train", "#seed=0.48429", "--epochs", "100")
    header, *rows = result.said.splitlines()
    assert header.split() == ["epoch", "train", "loss", "test", "loss", "train", "acc.", "test", "acc."]
    assert [row.split()[0] for row in rows] == [str(epoch) for epoch in range(0, 101, 10)]
    assert rows[-1].split() == ["100", "0.01129", "0.00977", "100.0%", "100.0%"]
    assert result.complained == ""


def test_a_terminal_is_shown_how_far_training_is() -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [*COMMAND, "train", "#seed=1", "--epochs", "500", "--every", "500"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert " of 500 epochs" in shown
    assert shown.endswith("\r\x1b[K")


def test_the_table_says_why_a_run_ended() -> None:
    result = playground("train", "#seed=1&problem=regression&activation=relu&learningRate=10", "--epochs", "50")
    *rows, last = result.said.splitlines()
    assert "diverged: the loss became infinite: the learning rate of 10 is too large" in last
    assert last.endswith("The loss began to rise after epoch 0.")
    assert {len(row) for row in rows} == {len(rows[0])}


def test_huge_losses_stay_in_their_column() -> None:
    link = "#seed=0.1&problem=regression&activation=relu&learningRate=3"
    header, *rows, last = playground("train", link, "--epochs", "50", "--every", "1").said.splitlines()
    assert len(rows) > 3
    assert {len(row) for row in rows} == {len(header)}
    assert "e+287" in rows[-1]
    assert last.split()[0] == "9"


def test_closed_pipe_prints_no_error() -> None:
    command = [*COMMAND, "train", "#seed=1", "--epochs", "1000000", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "#"], "--epochs"),
        (["train", "#", "--epochs", "-1"], "-1 is not between 0"),
        (["train", "#", "--epochs", "many"], "'many'"),
        (["train", "#", "--epochs", "1", "--every", "0"], "0 is not between 1"),
        (["--port", "70000"], "70000 is not between 0 and 65535"),
        (["learn"], "learn"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(arguments: list[str], words: str) -> None:
    result = playground(*arguments)
    assert result.code == 2
    assert words in result.complained
    assert "Traceback" not in result.complained


def test_invalid_setting_prints_one_line() -> None:
    result = playground("train", "#", "--epochs", "1", PLAYGROUND_LAYERS="few")
    assert result.code == 2
    assert result.complained.startswith("playground: PLAYGROUND_LAYERS is 'few'")
    assert len(result.complained.splitlines()) == 1


def test_the_limits_are_settings() -> None:
    result = playground("train", "#networkShape=3,3", "--epochs", "0", PLAYGROUND_LAYERS="1")
    assert "2 hidden layers, and this server allows 1" in result.complained


def test_port_in_use_prints_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = playground("--port", str(port), "--no-browser", "--workers", "0")
    assert result.code == 2
    assert len(result.complained.splitlines()) == 1
    assert str(port) in result.complained
