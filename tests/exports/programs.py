"""Running exported programs, and comparing their outputs, printed losses and trained outputs with the engine."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.export import archive, export
from engine import Trainer

POINTS = np.random.default_rng(0).uniform(-6, 6, (200, 2))
EPOCHS = 10
"""The number of epochs in an exported program."""
DRIVER = Path(__file__).parents[1] / "app/export_driver.py"


def run_programs(
    trainers: Mapping[str, Trainer], kind: str, folder: Path, epochs: int = EPOCHS, strict: bool = False
) -> dict[str, dict[str, Any]]:
    """Run the programs of all trainers for `epochs` epochs; if `strict`, warnings are errors."""
    paths = []
    for number, trainer in enumerate(trainers.values()):
        paths.append(written(trainer, kind, folder / str(number)))
        text = paths[-1].read_text("utf-8")
        assert f"\nEPOCHS = {EPOCHS}\n" in text
        paths[-1].write_text(text.replace(f"\nEPOCHS = {EPOCHS}\n", f"\nEPOCHS = {epochs}\n"), "utf-8")
    # one Keras backend is enough for these tests
    environment = {**os.environ, "KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1"}
    warnings = "error" if strict else "ignore"
    command = [sys.executable, "-W", warnings, str(DRIVER), json.dumps(POINTS.tolist()), *map(str, paths)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert result.returncode == 0, result.stderr[-3000:]
    return dict(zip(trainers, map(json.loads, result.stdout.splitlines()), strict=True))


def written(trainer: Trainer, kind: str, folder: Path) -> Path:
    """The path of a program, which is written into the folder, with its data if it has any."""
    folder.mkdir()
    filename, text = export(trainer, kind)
    if not trainer.config.has_pictures:
        path = folder / filename
        path.write_text(text, "utf-8")
        return path
    with zipfile.ZipFile(io.BytesIO(archive(trainer, kind))) as packed:
        packed.extractall(folder)
        (name,) = (name for name in packed.namelist() if name.endswith(filename))
    return folder / name


def outputs_of(trainer: Trainer) -> Any:
    """The outputs (n, outputs) of a trainer at the points, or for as many of the last pictures."""
    examples = trainer.inputs[-len(POINTS) :] if trainer.config.has_pictures else POINTS
    return trainer.outputs(examples).reshape(len(examples), -1)


def assert_answers_alike(trainer: Trainer, program: Mapping[str, Any], within: float = 1e-9) -> None:
    np.testing.assert_allclose(np.array(program["outputs"]), outputs_of(trainer), rtol=0, atol=within)


def assert_trains_alike(
    original: Trainer, program: Mapping[str, Any], within: float = 1e-9, epochs: int = EPOCHS
) -> None:
    """The printed losses match the engine's in every epoch, and so do the final outputs."""
    trainer = Trainer(original.config)
    trainer.restore(original.state())
    expected: list[tuple[int, dict[str, float]]] = []
    for _ in range(epochs):
        trainer.run_epoch()
        if trainer.divergence is not None:
            break
        if trainer.stopped is not None:
            # the program printed the last epoch's losses before it restored the best weights
            expected.append((trainer.epoch, {}))
            break
        expected.append((trainer.epoch, losses_of(trainer)))
    printed = printed_losses(program["printed"])
    assert [epoch for epoch, _ in printed] == [epoch for epoch, _ in expected]
    for (_, losses), (_, wanted) in zip(printed, expected, strict=True):
        assert not wanted or losses == pytest.approx(wanted, rel=within, abs=within)
    np.testing.assert_allclose(np.array(program["trained"]), outputs_of(trainer), rtol=within, atol=within)
    if trainer.divergence is not None:
        assert f"training diverged in epoch {trainer.divergence.epoch}: " in program["printed"]
    if trainer.stopped is not None:
        assert f"best epoch, epoch {trainer.stopped.best_epoch}\n" in program["printed"]


def losses_of(trainer: Trainer) -> dict[str, float]:
    """The losses of the nonempty parts, by the names that programs print."""
    losses = {"training": trainer.train_loss, "validation": trainer.validation_loss, "test": trainer.test_loss}
    return {part: loss for part, loss in losses.items() if loss is not None}


def printed_losses(text: str) -> list[tuple[int, dict[str, float]]]:
    """The epochs that a program printed, each with its losses."""
    lines = re.findall(r"^(\d+)((?:  \w+ loss \S+)+)(?:  test accuracy \S+)?$", text, re.MULTILINE)
    return [
        (int(epoch), {part: float(loss) for part, loss in re.findall(r"(\w+) loss (\S+)", line)})
        for epoch, line in lines
    ]
