"""Opening a session: the experiment of a link, from its start or from a checkpoint."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.link import Link, format_link, parse_link
from app.link.goals import goals_of
from app.protocol.checkpoints import Opening, read_checkpoint, read_progress
from app.protocol.errors import ProtocolError, fault
from app.session.experiment import Experiment
from app.settings import Limits
from app.training.pacing import DEFAULT_SPEED, Pacing
from app.training.run import Run
from app.training.until import RunUntil
from engine import FIELDS, ConfigError, Trainer, TrainingState
from engine.own_examples import decode


class Opened(NamedTuple):
    """An experiment that has been opened, its link, whether a checkpoint was resumed, and what was refused."""

    experiment: Experiment
    link: Link
    is_resumed: bool
    refusal: ProtocolError | None


def open_experiment(opening: Opening, limits: Limits, clock: Callable[[], float]) -> Opened:
    """Open an experiment. Examples or a checkpoint that are invalid are left out, and the refusal says why."""
    examples, refusal = _checked_examples(opening.examples)
    link = parse_link(opening.link, limits, examples)
    trainer, is_resumed = Trainer(link.config), False
    if opening.checkpoint is not None:
        try:
            is_resumed = _restore(trainer, link, limits, opening.checkpoint)
        except ProtocolError as error:
            refusal = error
    # an experiment that could not be resumed waits for its user
    playing = opening.playing and (is_resumed or opening.checkpoint is None)
    # a resumed run keeps its number, unless an earlier epoch was shown
    number = opening.run + (not (is_resumed and opening.run and not opening.past))
    goals = goals_of(link.view).resumed(read_progress(opening.checkpoint) if is_resumed else {})
    run = Run(trainer, goals, link.view.compare, number, clock)
    pacing = Pacing(clock, opening.speed or DEFAULT_SPEED, playing=playing)
    pacing.count_from(run)
    if is_resumed and playing and opening.run_until:
        pacing.run_until = RunUntil(**opening.run_until).after(trainer)
    experiment = Experiment(link.view, run, pacing, limits, clock, opening.revision + 1)
    experiment.selected = opening.selected
    return Opened(experiment, link, is_resumed, refusal)


def _checked_examples(code: str) -> tuple[str, ProtocolError | None]:
    """The code of own examples that came with a link; if it is invalid, "" and the reason."""
    try:
        decode(code)
    except ValueError as error:
        expected = FIELDS["own_examples"].allowed
        return "", ProtocolError([fault("bad_examples", "examples", code, expected, f"examples: {error}")])
    return code, None


def _restore(trainer: Trainer, link: Link, limits: Limits, checkpoint: Mapping[str, object]) -> bool:
    """Resume from a checkpoint, if it is one of the same experiment."""
    text, state = read_checkpoint(checkpoint)
    other = parse_link(text, limits, link.config.own_examples)
    if format_link(other.config, other.view) != format_link(link.config, link.view):
        return False
    _restore_state(trainer, state)
    return True


def _restore_state(trainer: Trainer, state: TrainingState) -> None:
    if trainer.config.own is not None:
        # the examples may have been edited after the last frame
        state = trainer.fitted(state)
    try:
        trainer.restore(state)
    except ConfigError as error:
        raise ProtocolError(
            fault("bad_checkpoint", f"checkpoint.{item.field}", item.got, item.allowed) for item in error.errors
        ) from None
