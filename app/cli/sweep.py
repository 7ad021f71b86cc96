"""`playground sweep`: train an experiment from many starts, for several values of some settings."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from app.cli.arguments import integer
from app.cli.bar import Bar
from app.cli.console import FAILED, INTERRUPTED, CommandError, undisturbed
from app.cli.rows import CSV, JSON, Outcome, Record, RowFile, Rows, first_link, outcome_of
from app.cli.tables import MOST_STARTS, CellTable, Measure, start_head, start_row, summary
from app.link import parse_link
from app.link.goals import goals_of
from app.link.sweep import AXIS_KEYS, Axis, SweepText, read_sweep
from app.settings import Settings, available_cores
from app.sweeps import Start, Sweep, tasks_of, train
from app.sweeps.cluster import LOCAL, Cluster, ClusterError, ClusterLostError
from app.sweeps.executors import cluster, local, results
from app.sweeps.pool import Processes
from app.text import quoted
from app.training.seeds import VARIED

MOST_ROWS = 1_000_000
"""Maximum number of starts of all cells together."""

_WAITING = 3
"""Tasks that wait for each process, so that none has to wait for the next."""


def add_sweep(commands: Any) -> None:
    """Add the command to the others, the subparsers of an `argparse.ArgumentParser`."""
    sweep = commands.add_parser(
        "sweep",
        help="train a link’s experiment from many starts, for several settings",
        description="Train the experiment of a link from many starts, for every combination of some settings’ values, "
        "and report each start. A link can carry the sweep; options override it.",
    )
    sweep.set_defaults(run=run)
    sweep.add_argument("link", metavar="LINK", help="a link to this or the original playground")
    sweep.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="KEY=VALUES",
        help="values of a setting, by its key in links: 'learningRate=0.001..3:8l' for 8 values on a logarithmic "
        "scale, 'noise=0..50:6' for 6 on a linear one, or a list, 'activation=relu|tanh'; may be repeated",
    )
    sweep.add_argument(
        "--starts",
        type=integer(1, MOST_ROWS),
        metavar="N",
        help="starts of each combination (default: the link’s, or 10)",
    )
    sweep.add_argument(
        "--vary-seeds", choices=list(VARIED), help="what differs between the starts (default: the link’s, or weights)"
    )
    sweep.add_argument("--epochs", type=integer(1, 10**9), metavar="N", help="epochs to train each start, at most")
    sweep.add_argument("--until-goal", action="store_true", help="end each start when it reaches the goals of the link")
    form = sweep.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object per line for each start")
    form.add_argument("--csv", type=Path, metavar="FILE", help="write each start into a new CSV file")
    sweep.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help="go on with a file of JSON lines or CSV: train only the starts that it lacks, and append them",
    )
    sweep.add_argument(
        "--jobs", type=integer(1, 256), metavar="N", help="processes of this machine (default: one per core)"
    )
    sweep.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786; "
        "“local” starts workers on this machine",
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command, and return the exit code. Raises CommandError."""
    rows = _rows_of(options, settings)
    file = _file_of(options, rows)
    report = _Report(rows, file.found if file else {}, shows_table=not options.json)
    with ExitStack() as opened:
        # first what can fail, so that nothing is half done
        place = opened.enter_context(_Place(options, settings, report.left))
        writers = [opened.enter_context(file.open())] if file else []
        if options.json and not (file and _is_output(file.path)):
            writers.append(_print_record)
        batches = opened.enter_context(closing(place.train(rows.sweep, report.left)))
        try:
            report.write(batches, writers)
        except KeyboardInterrupt:
            raise CommandError(f"interrupted after {report.progress}. {_advice(options)}", code=INTERRUPTED) from None
        except (BrokenExecutor, MemoryError) as error:
            raise CommandError(f"{_reason(error)}, after {report.progress}. {_advice(options)}", code=FAILED) from None
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "a process has used up the memory that PLAYGROUND_WORKER_MEMORY allows it"
    return str(error)


def _advice(options: argparse.Namespace) -> str:
    """How to go on with a sweep that has not been finished."""
    if options.resume:
        return "To go on, run the same command again."
    if options.csv:
        return f"To go on, replace --csv by --resume {options.csv}."
    if options.json:
        return "To go on, save the lines in a file, and add --resume FILE."
    return "Nothing was saved; with --resume FILE, a sweep can be interrupted."


# --- what is asked for ------------------------------------------------------------------------------------------------


def _rows_of(options: argparse.Namespace, settings: Settings) -> Rows:
    """The sweep of a link and the options. Raises CommandError."""
    link = parse_link(options.link, settings.limits)
    for warning in link.warnings:
        _say(warning.message)
    if not options.vary and any(warning.key == "sweep" for warning in link.warnings):
        raise CommandError("the sweep of the link cannot be used as given; correct it, or use --vary.")
    asked = _asked(options, link.view.sweep or SweepText())
    if asked.epochs is None:
        raise CommandError("how long is each start trained? Give --epochs N, or epochs:N in the sweep of the link.")
    view = replace(link.view, sweep=None)
    sweep = Sweep(
        link.config, asked.axes, asked.starts, asked.vary, asked.epochs, goals_of(view), until_goal=options.until_goal
    )
    if faults := sweep.faults(settings.limits, MOST_ROWS):
        raise CommandError(*(fault._replace(field=_NAMES.get(fault.field, fault.field)).message for fault in faults))
    # a link without a seed gets a random one, which is another each time
    has_seed = parse_link(options.link).config.seed == link.config.seed
    return Rows(sweep if has_seed or not options.resume else _with_seed_of(options.resume, sweep), view)


_NAMES = {**{key.slot: name for name, key in AXIS_KEYS.items()}, "until_goal": "--until-goal"}
"""What fields are called in links and options."""


def _asked(options: argparse.Namespace, link: SweepText) -> SweepText:
    """What a sweep is by the options, and where these say nothing, by the link. Raises CommandError."""
    given = {"starts": options.starts, "vary": options.vary_seeds, "epochs": options.epochs}
    asked = replace(link, **{name: value for name, value in given.items() if value is not None})
    return replace(asked, axes=_axes(options.vary)) if options.vary else asked


def _axes(given: Sequence[str]) -> tuple[Axis, ...]:
    """The axes of `--vary KEY=VALUES` options. Raises CommandError."""
    for text in given:
        if not re.fullmatch(r"\s*\w+\s*[=:][^;]*", text):
            raise CommandError(f"--vary: got {quoted(text)}; expected KEY=VALUES, such as learningRate=0.01..1:5l")
    found = read_sweep(";".join(re.sub("[=:]", ":", text, count=1) for text in given), {})
    for note in found.notes:
        _say(note)
    if found.faults:
        raise CommandError(*(f"--vary: {fault.message}" for fault in found.faults))
    return found.sweep.axes


# --- files ------------------------------------------------------------------------------------------------------------


def _file_of(options: argparse.Namespace, rows: Rows) -> RowFile | None:
    """The file to write rows into, if there is one. Raises CommandError."""
    if not options.resume:
        return RowFile.new(options.csv, rows, CSV) if options.csv else None
    if options.csv and options.csv != options.resume:
        raise CommandError(f"--resume goes on with {options.resume}, so --csv cannot name another file.")
    file = RowFile.read(options.resume, rows, JSON if options.json else CSV if options.csv else None)
    if file.notice:
        _say(file.notice)
    return file


def _with_seed_of(path: Path, sweep: Sweep) -> Sweep:
    """A sweep with the seed of the first row in a file, whose link had no seed either."""
    link = first_link(path)
    if not link:
        return sweep
    config = parse_link(link).config
    # where the data vary, the weights are drawn from the seed of the link
    seed = config.weight_seed if sweep.vary == "data" else config.seed
    return replace(sweep, config=sweep.config.replace(seed=seed))


def _is_output(path: Path) -> bool:
    """Whether standard output is a file, which then has each row only once."""
    try:
        return path.exists() and os.path.samestat(os.fstat(sys.stdout.fileno()), path.stat())
    except (OSError, ValueError):
        # standard output can be an object of another program
        return False


def _print_record(record: Record) -> None:
    print(JSON.line(record), end="", flush=True)


# --- where it is trained ----------------------------------------------------------------------------------------------


class _Place:
    """Where the starts are trained: in processes of this machine, or on a cluster. Raises CommandError."""

    def __init__(self, options: argparse.Namespace, settings: Settings, left: Sequence[int]) -> None:
        self._settings = settings
        self._jobs = options.jobs or available_cores()
        self._executor: Processes | Cluster | None = None
        if options.cluster and options.cluster != LOCAL and options.jobs:
            raise CommandError("--jobs is for this machine: a cluster has as many processes as it has workers.")
        if left:
            self._executor = self._connected(options.cluster) if options.cluster else local(self._jobs, settings)

    def _connected(self, address: str) -> Cluster:
        try:
            return cluster(address, self._jobs)
        except ClusterError as error:
            raise CommandError(str(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor:
            self._executor.shutdown(cancel_futures=True)

    def _room(self) -> int:
        """How many tasks may be submitted."""
        return _WAITING * self._executor.jobs if self._executor else 0

    def train(self, sweep: Sweep, left: Sequence[int]) -> Generator[list[Start], None, None]:
        """Train the rows that are left; yields them in any order. This machine goes on if the cluster is lost."""
        missing = dict.fromkeys(left)
        while missing and self._executor:
            executor = self._executor
            tasks = tasks_of(sweep, [*missing], parts=executor.jobs, pictures=False)
            try:
                with closing(results(executor, train, tasks, self._room)) as batches:
                    for starts in batches:
                        for start in starts:
                            del missing[start.index]
                        yield starts
            except ClusterLostError as error:
                _say(f"The cluster was lost: {error}. This machine goes on.")
                self._executor.shutdown(wait=False, cancel_futures=True)
                self._executor = local(self._jobs, self._settings)


# --- what is reported -------------------------------------------------------------------------------------------------


class _Report:
    """Writes rows in the order of their numbers, and prints tables of them; `found` are rows trained before."""

    def __init__(self, rows: Rows, found: Mapping[int, Outcome], *, shows_table: bool) -> None:
        self._rows = rows
        self._bar = Bar(rows.sweep.total, "starts")
        self._table = _Table(rows) if shows_table else None
        self._outcomes = dict(found)
        """Of the rows that are known, but not yet in the table."""
        self._waiting: dict[int, Start] = {}
        """The rows that are trained, but not yet written."""
        self._next = 0
        self._done = len(found)
        self.left = [index for index in range(rows.sweep.total) if index not in found]
        """The rows to train."""

    @property
    def progress(self) -> str:
        """How much is done, in words."""
        return f"{self._done:,} of {self._rows.sweep.total:,} starts"

    def write(self, batches: Iterable[Sequence[Start]], writers: Sequence[Callable[[Record], None]]) -> None:
        """Write rows as they come: each as soon as all before it are there, and in the end those that are left."""
        try:
            self._advance(writers)
            for starts in batches:
                with undisturbed():
                    self._take(starts)
                    self._advance(writers)
                self._bar.draw(self._done)
        finally:
            self._bar.clear()
            with undisturbed():
                for index in sorted(self._waiting):
                    self._write(index, writers)

    def _take(self, starts: Sequence[Start]) -> None:
        for start in starts:
            self._waiting[start.index] = start
            self._outcomes[start.index] = outcome_of(start)
        self._done += len(starts)

    def _advance(self, writers: Sequence[Callable[[Record], None]]) -> None:
        while (outcome := self._outcomes.pop(self._next, None)) is not None:
            self._write(self._next, writers)
            if self._table and (lines := self._table.add(self._next, outcome)):
                self._bar.clear()
                print(*lines, sep="\n", flush=True)
            self._next += 1

    def _write(self, index: int, writers: Sequence[Callable[[Record], None]]) -> None:
        if start := self._waiting.pop(index, None):
            record = self._rows.record(start)
            for write in writers:
                write(record)


class _Table:
    """The lines of the table of a sweep: for a cell alone, its starts; for several, a line each."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        sweep = rows.sweep
        self._measure = Measure(
            until_goal=sweep.until_goal,
            has_goals=bool(sweep.goals.goals),
            has_pictures=sweep.config.has_pictures,
        )
        self._cells = CellTable(rows.texts, self._measure) if sweep.axes else None
        self._of_cell: list[Outcome] = []

    def add(self, index: int, outcome: Outcome) -> list[str]:
        """Take the next row; returns the lines that can be printed now."""
        sweep = self._rows.sweep
        self._of_cell.append(outcome)
        lines: list[str] = []
        if self._cells and index == 0:
            lines.append(self._cells.head())
        if not self._cells and sweep.starts <= MOST_STARTS:
            lines += [start_head()] if index == 0 else []
            lines.append(start_row(index, outcome))
        cell, number = divmod(index, sweep.starts)
        if number == sweep.starts - 1:
            if self._cells:
                lines.append(self._cells.row(self._rows.texts_of(cell), self._of_cell))
            else:
                lines += summary(self._of_cell, self._measure)
            self._of_cell = []
        return lines
