"""`playground digits`: trains a network that reads digits, and says what it was given wrongly."""

import json
from typing import Any

import pytest

from tests.support.command import playground


def records(*arguments: str) -> list[dict[str, Any]]:
    result = playground("digits", "--json", *arguments)
    assert result.code == 0, result.complained
    return [json.loads(line) for line in result.said.splitlines()]


SMALL = ("--small", "--seed", "1")


def test_each_epoch_has_losses_and_accuracies() -> None:
    rows = records(*SMALL, "--epochs", "3")
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3]
    for name in ("train_loss", "test_loss"):
        assert rows[3][name] < rows[0][name] / 5
    for name in ("train_accuracy", "test_accuracy"):
        assert rows[0][name] < 0.4
        assert rows[3][name] > 0.7


def test_lecture_trains_with_eight_thousand_digits() -> None:
    result = playground("digits", "--seed", "1", "--epochs", "0")
    assert result.complained.startswith("784-30-10, 8,000 digits to train, 1,000 to test, seed 1")
    assert len(result.said.splitlines()) == 2


def test_thirty_epochs_are_trained_by_default() -> None:
    rows = records(*SMALL, "--train-count", "20")
    assert [row["epoch"] for row in rows] == list(range(31))
    assert [row["epoch"] for row in records(*SMALL, "--train-count", "20", "--every", "20")] == [0, 20, 30]


def test_run_is_that_of_its_link() -> None:
    """The same numbers come from `train` and the link of what the options say."""
    options = ("--hidden", "5,4", "--learning-rate", "0.5", "--batch-size", "7", "--loss", "cross_entropy")
    link = (
        "#dataset=uci&activation=sigmoid&networkShape=5,4&learningRate=0.5&batchSize=7&loss=cross_entropy"
        "&initializer=normal_biases&shuffle=true&trainCount=100&seed=1"
    )
    told = playground("train", link, "--epochs", "2", "--json")
    assert records(*SMALL, *options, "--train-count", "100", "--epochs", "2") == [
        json.loads(line) for line in told.said.splitlines()
    ]


def test_zero_stands_for_no_hidden_layer() -> None:
    result = playground("digits", *SMALL, "--hidden", "0", "--epochs", "0")
    assert result.complained.startswith("64-10, ")


def test_runs_without_seed_differ() -> None:
    short = ("--small", "--epochs", "0")
    assert records(*short) != records(*short)


def test_same_seed_gives_same_run() -> None:
    assert records(*SMALL, "--epochs", "1") == records(*SMALL, "--epochs", "1")


def test_table_has_line_for_every_epoch() -> None:
    lines = playground("digits", *SMALL, "--epochs", "2").said.splitlines()
    assert lines[0].split() == ["epoch", "train", "loss", "test", "loss", "train", "acc.", "test", "acc."]
    assert [line.split()[0] for line in lines[1:]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--hidden", "30,x"], "--hidden: got “30,x”; expected sizes such as 30 or 30,30, or 0 for no hidden layer"),
        (["--hidden", "30,0"], "--hidden: got (30, 0); expected a list of at most 100 whole numbers from 1 to 1024"),
        (["--hidden", "2000"], "--hidden: got (2000,); expected"),
        (["--epochs", "-1"], "--epochs: -1 is not between 0 and"),
        (["--learning-rate", "0"], "--learning-rate: got 0.0; expected a number above 0 up to 100"),
        (["--learning-rate", "nan"], "--learning-rate: got nan; expected"),
        (["--learning-rate", "fast"], "--learning-rate: invalid number value: 'fast'"),
        (["--batch-size", "0"], "--batch-size: 0 is not between 1 and 10000"),
        (["--batch-size", "1.5"], "--batch-size: invalid whole number value: '1.5'"),
        (["--train-count", "9000"], "--train-count: 9000 is not between 0 and 8000"),
        (["--seed", ""], "--seed: got ''; expected a text of 1 to 1024 characters"),
        (["--loss", "hinge"], "--loss: invalid choice: 'hinge'"),
    ],
)
def test_bad_values_are_named_in_a_sentence(arguments: list[str], sentence: str) -> None:
    result = playground("digits", "--small", *arguments)
    assert result.code == 2
    assert result.said == ""
    assert sentence in result.complained
    assert "Traceback" not in result.complained
