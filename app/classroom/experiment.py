"""The class's experiment: many starts of one network, or the cells of a grid of settings, dealt to the students.

Start k has exactly the seeds that it has in "Is it luck?", so that both give the same results. What no student trains
is left for the server.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from app.classroom.pictures import stacked
from app.link import View, format_link, parse_link
from app.link.keys import BY_SLOT
from app.link.sweep import Axis
from app.protocol.class_commands import StartExperiment
from app.protocol.class_messages import Cell, ExperimentMessage
from app.protocol.containers import Array
from app.protocol.errors import Fault, ProtocolError, fault, faults_of, shorten
from app.protocol.messages import SENT_FIELDS, StartResult
from app.protocol.starts import result_of
from app.settings import Limits
from app.sweeps.cost import most_epochs
from app.sweeps.rows import Start
from app.sweeps.sweep import Sweep
from app.training.pictures import SmallPicture
from app.training.seeds import NOTHING
from engine import FIELDS, Config, ConfigError
from engine.own_examples import PARTS

MOST_CELLS = 400
MOST_GRID_FIELDS = 2


@dataclass(slots=True)
class _Run:
    """A cell: what is trained, who trains it and how far it is."""

    index: int
    values: Mapping[str, Any]
    config: Config
    link: str
    seat: int | None = None
    is_servers: bool = False
    """Whether the server has begun to train it."""
    share: float = 0.0
    result: StartResult | None = None
    picture: SmallPicture | None = None

    @property
    def is_free(self) -> bool:
        return self.seat is None and not self.is_servers and self.result is None

    @property
    def cell(self) -> Cell:
        return Cell(index=self.index, seat=self.seat, values=self.values, share=self.share, result=self.result)


class ClassExperiment:
    """An experiment of a class. Cells are known by their index, from 0, and students by the number of their seat.

    `task` is the number of the task that was handed out before.

    Raises ProtocolError for a link, a grid or a network that is not possible, with all reasons.

    >>> command = StartExperiment(link="#seed=1", epochs=100, grid={"learning_rate": [0.03, 0.3]})
    >>> experiment = ClassExperiment(1, command)
    >>> experiment.deal([7])
    {7: 0}
    >>> experiment.free_cells()
    (1,)
    """

    def __init__(self, number: int, command: StartExperiment, limits: Limits | None = None, *, task: int = 0) -> None:
        limits = limits or Limits()
        config, view = _experiment_of(command.link, limits)
        self.number = number
        self.task = task
        self.link = format_link(config, view)
        self.epochs = command.epochs
        self.vary = command.vary if command.grid is None else None
        self.grid: Mapping[str, tuple[Any, ...]] = {}
        self.canceled = False
        if command.grid is not None:
            self.grid = _checked_grid(command.grid)
        starts = command.count if command.grid is None else 1
        self.sweep = Sweep(config, _axes_of(self.grid, view), starts, self.vary or NOTHING, command.epochs)
        """The same, as a sweep: each of its rows is a cell."""
        places = [dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values())] * starts
        found = [(place, self.sweep.config_of(index)) for index, place in enumerate(places)]
        if faults := [*_size_faults(found, limits), *_example_faults(config for _, config in found)]:
            raise ProtocolError(faults)
        _refuse_long(self.sweep)
        self._runs = [_Run(index, values, item, format_link(item, view)) for index, (values, item) in enumerate(found)]
        self._by_seat: dict[int, _Run] = {}
        self._changed: dict[int, None] = {}

    # --- who trains what ----------------------------------------------------------------------------------------------

    def deal(self, seats: Iterable[int]) -> dict[int, int]:
        """Give each of the seats that has none a free cell, in order; returns the new ones, by seat."""
        dealt: dict[int, int] = {}
        free = iter(self.free_cells())
        for seat in seats:
            if seat in self._by_seat:
                continue
            index = next(free, None)
            if index is None:
                break
            run = self._by_seat[seat] = self._runs[index]
            run.seat, dealt[seat] = seat, index
            self._changed[index] = None
        return dealt

    def cell_of(self, seat: int) -> int | None:
        """The cell that a seat has, trained or not; None if it has none."""
        run = self._by_seat.get(seat)
        return None if run is None else run.index

    def free_cells(self) -> tuple[int, ...]:
        """The cells that nobody trains and that are not done. After canceling there are none."""
        return () if self.canceled else tuple(run.index for run in self._runs if run.is_free)

    def take(self, index: int) -> None:
        """Note that the server trains a free cell."""
        self._runs[index].is_servers = True

    def take_back(self, seat: int) -> int | None:
        """Free the cell of a seat that has left, and return it. If it is done, its result stays; nothing is free."""
        run = self._by_seat.pop(seat, None)
        if run is None or run.result is not None:
            return None
        run.seat, run.share = None, 0.0
        self._changed[run.index] = None
        return run.index

    def link_of(self, index: int) -> str:
        """The canonical link of a cell."""
        return self._runs[index].link

    # --- how far it is ------------------------------------------------------------------------------------------------

    def progress(self, index: int, share: float) -> None:
        """Note how much of a cell has been trained, from 0 to 1."""
        run = self._runs[index]
        share = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
        if run.result is None and run.share != share:
            run.share = share
            self._changed[index] = None

    def finish(
        self,
        index: int,
        *,
        epoch: int,
        train_loss: float | None = None,
        validation_loss: float | None = None,
        test_loss: float | None = None,
        train_accuracy: float | None = None,
        test_accuracy: float | None = None,
        diverged: int | None = None,
        stopped: int | None = None,
        picture: SmallPicture | None = None,
    ) -> None:
        """Note the result of a cell that a student has trained. A cell has one result: later ones are ignored."""
        config = self._runs[index].config
        result = StartResult(
            index=index,
            seed=config.seed,
            weight_seed=config.weight_seed,
            weight_offset=config.weight_offset,
            epoch=epoch,
            train_loss=train_loss,
            validation_loss=validation_loss,
            test_loss=test_loss,
            train_accuracy=train_accuracy,
            test_accuracy=test_accuracy,
            diverged=diverged,
            stopped=stopped,
            reached=None,
        )
        self._note(result, picture)

    def take_start(self, start: Start) -> None:
        """Note the result of a cell that the server has trained as a row of `sweep`."""
        self._note(result_of(start), start.picture)

    def _note(self, result: StartResult, picture: SmallPicture | None) -> None:
        run = self._runs[result.index]
        if run.result is not None:
            return
        run.result, run.share, run.picture = result, 1.0, picture
        self._changed[result.index] = None

    def cancel(self) -> None:
        """End it; what is done stays."""
        self.canceled = True

    @property
    def is_done(self) -> bool:
        """Whether every cell has its result."""
        return all(run.result is not None for run in self._runs)

    # --- what the class is told ---------------------------------------------------------------------------------------

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells."""
        return tuple(run.cell for run in self._runs)

    def changes(self) -> tuple[Cell, ...]:
        """The cells that have changed since this was asked for the last time."""
        changed = tuple(self._runs[index].cell for index in sorted(self._changed))
        self._changed.clear()
        return changed

    def message(self, cells: Sequence[Cell], *, whole: bool) -> tuple[ExperimentMessage, dict[str, Array]]:
        """The message about some cells, and its arrays: the pictures of those that are done."""
        pictures = {
            cell.index: picture
            for cell in cells
            if cell.result is not None and (picture := self._runs[cell.index].picture) is not None
        }
        message = ExperimentMessage(
            number=self.number,
            task=self.task,
            link=self.link,
            epochs=self.epochs,
            total=len(self._runs),
            vary=self.vary,
            grid=self.grid,
            whole=whole,
            cells=cells,
            pictures=tuple(pictures),
            canceled=self.canceled,
        )
        return message, stacked(tuple(pictures.values()))


# --- checks -------------------------------------------------------------------------------------------------------


def _experiment_of(text: str, limits: Limits) -> tuple[Config, View]:
    """The experiment of a link, without networks to compare with. Raises ProtocolError if it cannot be trained."""
    link = parse_link(text, limits)
    faults = [
        fault(_REFUSED.get(warning.key, "too_large"), "link", warning.got, why=warning.message.partition(";")[0])
        for warning in link.warnings
        if warning.code == "refused" and warning.key != "compare"
    ]
    if faults:
        raise ProtocolError(faults)
    return link.config, replace(link.view, compare=())


_REFUSED = {BY_SLOT["hidden_layer_sizes"].name: "too_large_model", BY_SLOT["own_examples"].name: "bad_examples"}
"""The codes of faults by the key of a link that is refused."""


def _checked_grid(grid: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """The values of each field, as a config has them."""
    if not 1 <= len(grid) <= MOST_GRID_FIELDS:
        raise ProtocolError([fault("out_of_range", "grid", f"{len(grid)} fields", f"1 to {MOST_GRID_FIELDS} fields")])
    faults: list[Fault] = []
    checked: dict[str, tuple[Any, ...]] = {}
    for name, values in grid.items():
        if name not in SENT_FIELDS:
            faults.append(fault("unknown_field", shorten(name), values, f"one of {', '.join(SENT_FIELDS)}"))
        elif not isinstance(values, list) or not 1 <= len(values) <= MOST_CELLS:
            code = "out_of_range" if isinstance(values, list) else "bad_type"
            faults.append(fault(code, name, values, f"a list of 1 to {MOST_CELLS} values"))
        else:
            checked[name], wrong = _checked_values(name, values)
            faults += wrong
    cells = math.prod(map(len, checked.values()))
    if not faults and not 2 <= cells <= MOST_CELLS:
        faults.append(fault("out_of_range", "grid", f"{cells} cells", f"2 to {MOST_CELLS} cells"))
    if faults:
        raise ProtocolError(faults)
    return checked


def _checked_values(name: str, values: Sequence[Any]) -> tuple[tuple[Any, ...], list[Fault]]:
    """The values of one field, and what is wrong with them."""
    checked: dict[Any, None] = {}
    faults: list[Fault] = []
    for value in values:
        try:
            item = FIELDS[name].check(value)
        except ConfigError as error:
            faults += faults_of(error)
            continue
        if item in checked:
            faults.append(fault("duplicate_value", name, value, "every value once"))
        checked[item] = None
    return tuple(checked), faults


def _axes_of(grid: Mapping[str, Sequence[Any]], view: View) -> tuple[Axis, ...]:
    """The fields of a grid as axes of a sweep. Features that the view hides are not inputs of the network either."""
    return tuple(
        Axis(name, name, tuple(_seen(values, view) if name == "features" else values), "")
        for name, values in grid.items()
    )


def _seen(values: Iterable[Iterable[str]], view: View) -> Iterable[tuple[str, ...]]:
    return (tuple(name for name in features if name not in view.hidden) for features in values)


def _refuse_long(sweep: Sweep) -> None:
    """Raise ProtocolError if the server would take too long to train all cells."""
    most = most_epochs(sweep)
    if sweep.epochs > most:
        expected = f"at most {most:,} for {sweep.total} cells of this size"
        raise ProtocolError([fault("out_of_range", "epochs", sweep.epochs, expected)])


def _size_faults(found: Iterable[tuple[Mapping[str, Any], Config]], limits: Limits) -> list[Fault]:
    """The cells whose networks are larger than the operator allows."""
    faults = []
    for values, config in found:
        shape = config.hidden_layer_sizes
        sizes = (
            (len(shape), limits.layers, "hidden layers"),
            (max(shape, default=0), limits.units, "neurons in a layer"),
            (config.parameter_count, limits.parameters, "weights and biases"),
        )
        field = next((name for name in values if name in _SIZES), "hidden_layer_sizes")
        faults += [
            fault("too_large_model", field, f"{got} {what}", f"at most {most} {what}")
            for got, most, what in sizes
            if got > most
        ]
    return list(dict.fromkeys(faults))


def _example_faults(configs: Iterable[Config]) -> Iterable[Fault]:
    """Whether there are cells without training examples."""
    trained = {PARTS.index(part) for part in ("", "train")}
    for config in {(config.problem, config.active_dataset): config for config in configs}.values():
        own = config.own
        if own is not None and trained.isdisjoint(own.parts.tolist()):
            yield fault("bad_examples", "link", why="there are no training examples to train with")


_SIZES = ("hidden_layer_sizes", "features", "maxout_pieces", "batch_norm", "activation", "layer_activations")
"""Fields on which the size of a network depends."""
