"""Garbage collection in engine processes: rare, because closed sessions leave nothing that it would have to find."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator

import pytest

from app.link.digits import SMALL
from engine.inspection import INSPECTIONS
from tests.support.session import Stage


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No garbage collection: only what nothing refers to is freed."""
    gc.disable()
    yield
    gc.enable()


def play(stage: Stage) -> None:
    stage.ask("play")
    stage.show()


def animate(stage: Stage) -> None:
    stage.ask("advance", count=3)
    stage.show()
    stage.ask("animate", on=True)
    stage.turn()


def inspect(stage: Stage) -> None:
    for panel in INSPECTIONS:
        stage.ask("inspect", panel=panel, options={"compute": True})
        stage.show()


def compare(stage: Stage) -> None:
    stage.ask("set_view", changes={"words": True, "compare": [{"activation": "relu"}]})
    stage.ask("advance", count=3)
    stage.show()
    stage.ask("swap", variant=0)


def refuse(stage: Stage) -> None:
    stage.ask("set_parameter", index=10_000, value=1)
    stage.ask("configure", changes={"learning_rate": -1})
    stage.ask("swap", variant=7)
    stage.ask("open", link="#seed=2&noise=nonsense")


def follow_digit(stage: Stage) -> None:
    stage.ask("open", link=f"{SMALL}&seed=1&trainCount=20")
    stage.ask("read", example=30)
    stage.ask("inspect", panel="follow")
    stage.ask("advance", count=2)
    stage.show()
    stage.ask("read", pixels="none")


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("work", [play, animate, inspect, compare, refuse, follow_digit])
def test_closed_session_leaves_no_cycles(work: Callable[[Stage], None]) -> None:
    stage = Stage("#activation=relu&networkShape=3")
    work(stage)
    experiment = stage.session.experiment
    parts = [stage.session, experiment, experiment.run, experiment.run.trainer, experiment.run.history]
    left = [weakref.ref(part) for part in parts]
    del stage, experiment, parts
    assert [part() for part in left] == [None] * 5


SETTLED = """
import gc
from app.workers.garbage import collect_rarely
collect_rarely()
before = gc.get_stats()[2]["collections"]
kept = [[] for _ in range(200_000)]
print(gc.get_freeze_count() > 1000, gc.get_stats()[2]["collections"] - before)
"""
"""Prints whether an engine process exempts what it has imported, and how often 200,000 objects are visited."""


def test_engine_process_visits_new_objects_only() -> None:
    result = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["True", "0"]
