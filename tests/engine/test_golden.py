"""Golden runs: links of the original reproduce 48 training runs recorded with its own engine."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.link import parse_link
from engine import Trainer

GOLDEN = Path(__file__).parents[1] / "golden"
RUNS: list[dict[str, Any]] = json.loads((GOLDEN / "classic_runs.json").read_text())
EPOCHS = 100

each_run = pytest.mark.parametrize("run", RUNS, ids=[run["hash"][:60] for run in RUNS])


def trainer_of(run: dict[str, Any]) -> Trainer:
    return Trainer(parse_link(run["hash"]).config)


def losses_of(run: dict[str, Any]) -> dict[int, list[float]]:
    """Epoch to training and test loss, up to `EPOCHS` or until rounding differences have grown too large."""
    return {int(epoch): both for epoch, both in run["losses"].items() if int(epoch) <= min(run["horizon"], EPOCHS)}


def params_of(layers: list[list[dict[str, Any]]]) -> list[float]:
    return [number for layer in layers for unit in layer for number in (*unit["weights"], unit["bias"])]


@each_run
def test_link_gives_original_points_and_weights(run: dict[str, Any]) -> None:
    trainer = trainer_of(run)
    examples = np.c_[trainer.inputs, trainer.targets]
    assert list(trainer.config.features) == run["features"]
    assert (trainer.train_size, trainer.test_size) == (run["train_size"], run["test_size"])
    np.testing.assert_allclose(examples[:5], run["first_points"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(examples.sum(axis=0), run["sums"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(trainer.state().arrays["params"], params_of(run["initial"]), rtol=0, atol=1e-12)


@each_run
def test_link_reproduces_original_loss_curve(run: dict[str, Any]) -> None:
    trainer = trainer_of(run)
    losses, end = losses_of(run), run["weights_at"]["epoch"]
    for epoch in range(min(run["horizon"], EPOCHS) + 1):
        if epoch in losses:
            assert [trainer.train_loss, trainer.test_loss] == pytest.approx(losses[epoch], rel=0, abs=1e-9)
        if epoch == end:
            points = np.array(run["output_at"]["points"])
            state = trainer.state()
            np.testing.assert_allclose(state.arrays["params"], params_of(run["weights_at"]["layers"]), atol=1e-9)
            np.testing.assert_allclose(trainer.outputs(points[:, :2]), points[:, 2], rtol=0, atol=1e-9)
            assert int((state.arrays.get("alive", np.ones(1)) == 0).sum()) == run["dead"]
        trainer.run_epoch()


@pytest.fixture(scope="module")
def reported() -> dict[tuple[int, int], dict[str, Any]]:
    """(run, epoch) to the record that `playground train` prints."""
    links = "\n".join(run["hash"] for run in RUNS)
    command = [sys.executable, "-m", "app.cli", "train", "-", "--json", "--epochs", str(EPOCHS)]
    result = subprocess.run(command, input=links, text=True, encoding="utf-8", capture_output=True, check=True)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    return {(record["run"], record["epoch"]): record for record in records}


@pytest.mark.parametrize("number", range(len(RUNS)))
def test_command_line_reports_original_loss_curve(number: int, reported: dict[tuple[int, int], dict[str, Any]]) -> None:
    for epoch, both in losses_of(RUNS[number]).items():
        record = reported[number, epoch]
        assert [record["train_loss"], record["test_loss"]] == pytest.approx(both, rel=0, abs=1e-9)
