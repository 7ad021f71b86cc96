"""Many starts that a page asks for: what the command means in this experiment, or why they are not trained."""

from app.link.sweep import parse_axes
from app.protocol.commands import MOST_ROWS, MOST_STARTS, TryStarts
from app.protocol.errors import ProtocolError, fault
from app.session import locks
from app.session.experiment import Experiment
from app.sweeps.cost import most_epochs
from app.sweeps.sweep import Sweep
from engine import ConfigError


def sweep_of(experiment: Experiment, command: TryStarts) -> Sweep:
    """The starts of an experiment that a command asks for.

    Raises `ProtocolError` or `ConfigError` if they are not possible, with all reasons.
    """
    axes = parse_axes(command.sweep)
    if not axes and command.count < 2:
        raise ProtocolError([fault("out_of_range", "count", command.count, f"a whole number from 2 to {MOST_STARTS}")])
    sweep = Sweep(
        config=experiment.config,
        axes=axes,
        starts=command.count,
        vary=command.vary,
        epochs=command.epochs,
        goals=experiment.run.goals.restarted(),
        until_goal=command.until_goal,
    )
    if faults := sweep.faults(experiment.limits, MOST_ROWS):
        raise ConfigError(faults)
    locks.refuse_sweep(experiment.view, sweep)
    most = most_epochs(sweep)
    if sweep.epochs > most:
        expected = f"at most {most:,} for {sweep.total:,} starts of {_networks(sweep)} with these data"
        raise ProtocolError([fault("out_of_range", "epochs", sweep.epochs, expected)])
    return sweep


def _networks(sweep: Sweep) -> str:
    return "this network" if sweep.cells == 1 else "these networks"
