"""How a session begins: with the experiment of a link, at its start or where a checkpoint has it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.link import Link, format_link, parse_link
from app.protocol.checkpoints import Opening, read_checkpoint, read_progress
from app.protocol.errors import ProtocolError, fault
from app.session.experiment import Experiment
from app.session.goals import goals_of
from app.settings import Limits
from app.training.pacing import DEFAULT_SPEED, Pacing
from app.training.run import Run
from app.training.until import RunUntil
from engine import FIELDS, ConfigError, Trainer, TrainingState
from engine.own_examples import decode


class Opened(NamedTuple):
    """An experiment that has been opened, its link, whether it goes on from a checkpoint, and what could not be."""

    experiment: Experiment
    link: Link
    is_resumed: bool
    refusal: ProtocolError | None


def open_experiment(opening: Opening, limits: Limits, clock: Callable[[], float]) -> Opened:
    """Open an experiment. What of it cannot be is left out and told."""
    examples, refusal = _checked_examples(opening.examples)
    link = parse_link(opening.link, limits, examples)
    trainer, is_resumed = Trainer(link.config), False
    if opening.checkpoint is not None:
        try:
            is_resumed = _restore(trainer, link, limits, opening.checkpoint)
        except ProtocolError as error:
            refusal = error
    # what begins anew does not begin by itself
    playing = opening.playing and (is_resumed or opening.checkpoint is None)
    # what goes on is still the same run, unless it was looked back upon
    number = opening.run + (not (is_resumed and opening.run and not opening.past))
    goals = goals_of(link.view).resumed(read_progress(opening.checkpoint) if is_resumed else {})
    run = Run(trainer, goals, link.view.compare, number, clock)
    pacing = Pacing(clock, opening.speed or DEFAULT_SPEED, playing=playing)
    pacing.count_from(run)
    if is_resumed and playing and opening.errand:
        pacing.run_until = RunUntil(**opening.errand).after(trainer)
    experiment = Experiment(link.view, run, pacing, limits, clock, opening.revision + 1)
    experiment.selected = opening.selected
    return Opened(experiment, link, is_resumed, refusal)


def _checked_examples(code: str) -> tuple[str, ProtocolError | None]:
    """The code of own examples that came beside a link; if it is none, nothing, and the reason."""
    try:
        decode(code)
    except ValueError as error:
        expected = FIELDS["own_examples"].allowed
        return "", ProtocolError([fault("bad_examples", "examples", code, expected, f"examples: {error}")])
    return code, None


def _restore(trainer: Trainer, link: Link, limits: Limits, checkpoint: Mapping[str, object]) -> bool:
    """Go on from a checkpoint, if it is one of this very experiment."""
    of, state = read_checkpoint(checkpoint)
    there = parse_link(of, limits, link.config.own_examples)
    if format_link(there.config, there.view) != format_link(link.config, link.view):
        return False
    _restore_state(trainer, state)
    return True


def _restore_state(trainer: Trainer, state: TrainingState) -> None:
    if trainer.config.own is not None:
        # an edit may have come between the last frame and this
        state = trainer.fitted(state)
    try:
        trainer.restore(state)
    except ConfigError as error:
        raise ProtocolError(
            fault("bad_checkpoint", f"checkpoint.{item.field}", item.got, item.allowed) for item in error.errors
        ) from None
