"""The longest turn of a session: for how long the others of its engine process may have to wait.

    python -m benchmarks.turns [--processes 5] [--only default,largest] [--kinds export] [--all]

Sessions run in a real scheduler. Its clock is the processor time of this thread and skips what would be waited for, so
other programs change little. Every command is carried out on a run of 1,160 epochs with a goal and comparison runs,
every setting is changed, every panel opened. Everything is done twice in several processes: the median over them is
printed, of the first time, in which libraries are imported and buffers made, and of the second. Garbage collections are
charged to no turn and listed by themselves.
"""

import argparse
import gc
import json
import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any, NamedTuple, get_args

from app.link import format_link, parse_link
from app.protocol.cards import CardLevel
from app.protocol.checkpoints import Opening, checkpoint_of, encode_opening
from app.protocol.commands import ExportFormat, encode_command
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.parser import parse
from app.session.handlers import HANDLERS
from app.settings import Limits, Settings
from app.training.history import HistoryEntry
from app.workers.garbage import collect_rarely
from app.workers.meter import processor_time
from app.workers.scheduler import Scheduler
from engine import FEATURES, FIELDS, Config
from engine.fields import Field
from engine.inspection import INSPECTIONS
from engine.own_examples import MAX_EXAMPLES, edited, encode, no_examples
from tests.support.commands import EXAMPLES

GOAL = 0.003
"""The longest that a turn should take (s)."""

EPOCHS = 1160
"""The epochs of a run before a command: about as many as its history has entries."""

AFTER = 0.25
"""For how long turns are measured after a command, on the clock of the session (s)."""

SESSIONS = 150
"""The sessions of an engine process whose garbage is collected."""

_FULL = {
    "words": True,
    "goal_accuracy": 99.0,
    "compare": ({"activation": "relu"}, {"learning_rate": 0.1}, {"optimizer": "adam"}),
}
"""A view that makes a session work: words, a goal that is not reached, and comparison runs."""


class Turns(NamedTuple):
    """The longest turn (s) of each kind, and the longest garbage collection of each generation."""

    longest: dict[str, float]
    collections: dict[int, float]


def own_examples() -> str:
    """The code of the largest list of own examples."""
    chance = random.Random(0)  # noqa: S311 - reproducible
    drawn = [(chance.uniform(-6, 6), chance.uniform(-6, 6)) for _ in range(MAX_EXAMPLES)]
    return encode(edited(no_examples(), [], [(x, y, int(x * y > 0), "") for x, y in drawn]))


def networks() -> dict[str, Config]:
    """The networks whose turns are measured, by name."""
    own: dict[str, Any] = {"dataset": "own", "own_examples": own_examples()}
    largest = Config(features=tuple(FEATURES), hidden_layer_sizes=(24,) * Limits().layers, dataset="spiral")
    return {
        "default": Config(),
        "5,000 examples": Config(**own),
        "largest": largest,
        "largest, 5,000 examples": largest.replace(**own),
    }


class Desk:
    """One session of a scheduler, which is driven turn by turn, and the time that each kind of turn took."""

    def __init__(self, turns: Turns, config: Config, **view: Any) -> None:
        self._turns = turns
        self._skipped = 0.0
        self._frame = b""
        self._scheduler = Scheduler(Settings(), self._hear, self._now, processor_time)
        self._link = format_link(config, replace(parse_link("", Limits()).view, **view))
        self._opening = Opening(link=self._link, examples=config.own_examples)

    def _now(self) -> float:
        return processor_time() + self._skipped

    def _hear(self, envelope: Envelope) -> None:
        if envelope.kind is MessageKind.FRAME:
            self._frame = envelope.payload

    def _slice(self, kind: str) -> float:
        started = processor_time()
        wait = self._scheduler.run_slice()
        self._note(kind, started)
        return wait

    def _note(self, kind: str, started: float) -> None:
        if kind:
            self._turns.longest[kind] = max(self._turns.longest.get(kind, 0.0), processor_time() - started)

    def give(self, kind: str, sent: MessageKind, payload: bytes = b"", **numbers: int) -> None:
        """Deliver an envelope, and run the turn that acts on it."""
        started = processor_time()
        self._scheduler.receive(Envelope(sent, 1, payload, **numbers))
        self._note(kind, started)

    def follow(self, kind: str, seconds: float = AFTER) -> "Desk":
        """Run the turns of some seconds on the session's clock, with as many frames as it makes."""
        end = self._now() + seconds
        while self._now() < end:
            self.give(kind, MessageKind.GRANT, epoch=-1)
            wait = self._slice(kind)
            if wait > 0:
                self._skipped += min(wait, end - self._now())
        return self

    def open(self, kind: str = "", **opening: Any) -> "Desk":
        """Open the session, and run its first turns."""
        self.give("", MessageKind.OPEN, encode_opening(replace(self._opening, **opening)))
        self._slice(kind)
        return self.follow(kind and f"{kind}: the first frame")

    def ask(self, kind: str, type_: str, seconds: float = AFTER, **fields: Any) -> "Desk":
        """Carry out a command, and run the turns of some seconds after it."""
        command = parse(json.dumps({"type": type_, **fields}))
        self.give("", MessageKind.COMMAND, encode_command(command), subscriber=1)
        self._slice(kind)
        return self.follow(kind and f"{kind}: afterward", seconds)

    def checkpoint(self) -> dict[str, Any]:
        """What a page keeps of the last frame."""
        return checkpoint_of(self._frame, self._link)

    def grown(self) -> "Desk":
        """The session after many epochs, of which only a few are trained: the others are as if weights had grown."""
        self.ask("", "advance", count=3)
        run = next(iter(self._scheduler._sessions.values())).experiment.run  # noqa: SLF001 - as if trained for long
        handle = run.trainer.handle()
        assert handle is not None  # noqa: S101 - it has just been trained
        for epoch in range(4, EPOCHS + 1):
            raw = handle.raw._replace(epoch=epoch, vectors=[epoch / EPOCHS * vector for vector in handle.raw.vectors])
            run.history.put(HistoryEntry(handle._replace(raw=raw), 1 / epoch, run.goals, 1 / epoch))
            run.series.put(epoch, 1 / epoch, 1 / epoch)
        run.trainer.seek(run.history.entries[-1].handle)
        return self


# --- what is measured -------------------------------------------------------------------------------------------------


def _openings(turns: Turns, config: Config) -> None:
    desk = Desk(turns, config).open("open").ask("", "advance", count=3)
    desk.ask("play", "play")
    known = desk.checkpoint()
    Desk(turns, config).open("open a checkpoint", checkpoint=known, playing=True)
    Desk(turns, config, **_FULL).open("open with comparison runs", playing=True)
    for kind in (MessageKind.GREET, MessageKind.REPORT, MessageKind.FINISH):
        desk.give(kind.name.lower(), kind)
    desk = Desk(turns, config).open(playing=True)
    desk.give("cards", MessageKind.CARDS, bytes([CardLevel.PICTURE]))
    desk.follow("cards", 3.0)


def _commands(turns: Turns, config: Config) -> None:
    for command in HANDLERS:
        name = command.model_fields["type"].default
        Desk(turns, config, **_FULL).open().grown().ask(name, name, **EXAMPLES[name])
    desk = Desk(turns, config).open().grown()
    for library in get_args(ExportFormat):
        desk.ask(f"export {library}", "export", format=library)


def _changes(turns: Turns, config: Config) -> None:
    for name, field in FIELDS.items():
        value = _other(field, getattr(config, name))
        if value is not None:
            Desk(turns, config).open().grown().ask(f"configure {name}", "configure", changes={name: value})


def _other(field: Field, present: Any) -> Any:
    """A value of a field besides the present one, the most demanding of those offered; None if there is none."""
    if field.kind == "choices":
        return ["x", "y"] if "sinX" in present else [*present, "sinX"]
    if field.kind == "integers":
        return [*present[:-1], max(1, present[-1] - 1)]
    values: dict[str, list[Any]] = {
        "flag": [not present],
        "choice": [choice for choice in field.choices or () if choice != "own"],
        "number": list(field.offered or ()),
        "integer": list(field.offered or ()),
        "text": ["another"],
    }
    return next((value for value in reversed(values.get(field.kind, [])) if value != present), None)


def _panels(turns: Turns, config: Config) -> None:
    straight = config.replace(activation="relu", features=("x", "y"))
    panels = [(panel, panel, config, "random") for panel in INSPECTIONS]
    panels += [("landscape, path", "landscape", config, "path"), ("regions, exact", "regions", straight, "random")]
    for kind, panel, own, directions in panels:
        options = {"compute": True, "directions": directions}
        desk = Desk(turns, own).open().grown()
        desk.ask(f"inspect {kind}", "inspect", 3.0, panel=panel, options=options)
        desk.ask("", "play").ask(f"inspect {kind}, training", "inspect", 1.0, panel=panel, options=options)


def _travels(turns: Turns, config: Config) -> None:
    for theme in ("light", "dark"):
        Desk(turns, config, show_test_data=True).open().grown().ask("animate", "animate", 3.0, on=True, theme=theme)
    curved = config.replace(problem="regression", regression_dataset="reg-sine", features=("x",))
    Desk(turns, curved).open().grown().ask("animate a curve", "animate", 3.0, on=True)
    desk = Desk(turns, config, **_FULL).open().grown()
    for epoch in (3, 600, 1000, None, 20):
        desk.ask("seek", "seek", epoch=epoch)
    desk.ask("play from the past", "play")
    desk = Desk(turns, config, words=True).open().grown().ask("", "play")
    desk.follow("words", 20.0)
    wild = config.replace(problem="regression", activation="relu", learning_rate=10.0)
    Desk(turns, wild).open().grown().ask("diverge", "play", 2.0)
    Desk(turns, wild).open().grown().ask("diverge after epochs kept", "advance", 2.0, count=100)


_CASES: tuple[Callable[[Turns, Config], None], ...] = (_openings, _commands, _changes, _panels, _travels)


# --- processes --------------------------------------------------------------------------------------------------------


def measured(name: str) -> tuple[Turns, Turns]:
    """The turns of a network in this process: the first time that everything is done, and the second."""
    config = networks()[name]
    # an engine process has trained the default network once before it takes sessions
    Desk(Turns({}, {}), Config()).open(playing=True)
    collect_rarely()
    rounds = Turns({}, defaultdict(float)), Turns({}, defaultdict(float))
    for turns in rounds:
        note = _noting(turns.collections)
        gc.callbacks.append(note)
        for case in _CASES:
            case(turns, config)
        gc.callbacks.remove(note)
    return rounds


def _noting(collections: dict[int, float]) -> Callable[[str, dict[str, int]], None]:
    began = 0.0

    def note(phase: str, info: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
        else:
            generation = info["generation"]
            collections[generation] = max(collections[generation], time.thread_time() - began)

    return note


def collections_of(sessions: int, is_rare: bool) -> tuple[Turns, int]:
    """The garbage collections while some sessions train for 1,160 epochs each, and how many of them are full."""
    if is_rare:
        collect_rarely()
    turns = Turns({}, defaultdict(float))
    before = gc.get_stats()[-1]["collections"]
    note = _noting(turns.collections)
    gc.callbacks.append(note)
    desks = [Desk(turns, Config(seed=f"0.{number}")).open().grown() for number in range(sessions)]
    full = gc.get_stats()[-1]["collections"] - before
    gc.callbacks.remove(note)
    assert len(desks) == sessions  # noqa: S101 - they are still there
    return turns, full


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    parser.add_argument("--processes", type=int, default=5, help="processes over which the median is taken")
    parser.add_argument("--only", default=";".join(networks()), help="networks, separated by semicolons")
    parser.add_argument("--all", action="store_true", help="print short turns, too")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    for name in options.only.split(";"):
        with context.Pool(1, maxtasksperchild=1) as pool:
            found = pool.map(measured, [name] * options.processes, chunksize=1)
        show(name, found, is_everything=options.all)
    print(f"\ngarbage collections of {SESSIONS} sessions: the longest of each generation, and how many are full")
    for is_rare in (False, True):
        with context.Pool(1) as pool:
            turns, full = pool.apply(collections_of, (SESSIONS, is_rare))
        pauses = " / ".join(f"{turns.collections[generation] * 1e3:.1f}" for generation in range(3))
        print(f"{'as in an engine process' if is_rare else 'by default':<44}{pauses:>20} ms{full:>6} full")


def show(name: str, found: list[tuple[Turns, Turns]], *, is_everything: bool) -> None:
    """Print the longest turns of a network, sorted."""
    first, later = (
        {kind: median(run[part].longest[kind] for run in found) for kind in found[0][part].longest} for part in (0, 1)
    )
    over = sum(seconds > GOAL for seconds in later.values())
    print(f"\n{name}: {over} of {len(later)} kinds of turns over {GOAL * 1e3:.0f} ms")
    print(f"{'':<44}{'first':>8}{'later':>9}")
    for kind in sorted(later, key=lambda kind: -later[kind]):
        if is_everything or max(first[kind], later[kind]) > GOAL:
            mark = " *" if later[kind] > GOAL else ""
            print(f"{kind:<44}{first[kind] * 1e3:>8.2f}{later[kind] * 1e3:>9.2f} ms{mark}")
    for generation in range(3):
        pauses = [run[1].collections.get(generation, 0.0) for run in found]
        print(f"{f'garbage collection, generation {generation}':<53}{median(pauses) * 1e3:>8.2f} ms")


if __name__ == "__main__":
    main()
