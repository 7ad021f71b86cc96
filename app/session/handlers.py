"""The handlers of commands, and how a command is carried out and answered."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from app.export import archive, archive_name, export
from app.export.animation import Animation, chosen
from app.export.look import Look
from app.link import format_link, parse_link, without_hidden
from app.protocol.commands import (
    Advance,
    Animate,
    CancelStarts,
    Command,
    Compose,
    Configure,
    EditExamples,
    EstimateStarts,
    Export,
    Inspect,
    Open,
    Pause,
    Play,
    Read,
    Regenerate,
    Reseed,
    Reset,
    Rewind,
    RunUntil,
    Seek,
    Select,
    SetParameter,
    SetSpeed,
    SetView,
    Swap,
    TryStarts,
)
from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError, fault, faults_of
from app.protocol.frames import encode_archive
from app.protocol.messages import AnimatingMessage, ComposedMessage, ExportMessage, Message, StartsCostMessage
from app.session import changes, locks
from app.session.events import Publisher
from app.session.experiment import Experiment
from app.session.reading import picture_of, reading_of, refuse_panel, refuse_unit
from app.session.starts import sweep_of
from app.settings import processes_for_starts
from app.sweeps.cost import measure
from app.tables import write_table
from engine import ConfigError, Effect
from engine.inspection import Options

C = TypeVar("C", bound=Command)


class Context(NamedTuple):
    """What a handler works with: the experiment, the events, who sent the command, the next one, and a clock."""

    experiment: Experiment
    publisher: Publisher
    subscriber: int
    following: Command | None
    clock: Callable[[], float]

    def answer(self, message: Message) -> None:
        """Send a message to the sender of the command only."""
        self.publisher.emit_message(message, self.subscriber)


Handler = Callable[[Context, Any], None]

HANDLERS: dict[type[Command], Handler] = {}
"""The handlers by command. The front process handles the commands that are missing here."""


def handles(command: type[C]) -> Callable[[Callable[[Context, C], None]], Callable[[Context, C], None]]:
    """Register the decorated function as the handler of a command.

    >>> @handles(Rewind)
    ... def _rewind(context: Context, command: Rewind) -> None:
    ...     context.experiment.rewind()
    """

    def register(handler: Callable[[Context, C], None]) -> Callable[[Context, C], None]:
        HANDLERS[command] = handler
        return handler

    return register


def carry_out(command: Command, context: Context) -> None:
    """Carry out a command, or say why not. It is always answered: with the status if nothing else is emitted."""
    experiment, publisher = context.experiment, context.publisher
    said = len(publisher)
    try:
        locks.refuse_command(experiment.view.locked, command)
        HANDLERS[type(command)](context, command)
    except ConfigError as error:
        publisher.refuse(ProtocolError(faults_of(error)), context.subscriber, command.id)
    except ProtocolError as error:
        publisher.refuse(error, context.subscriber, command.id)
    if len(publisher) == said:
        publisher.emit_status(command.id)
    else:
        publisher.emit_new_status()
    publisher.end_outdated_sweep()


# --- the experiment -----------------------------------------------------------------------------------------------


@handles(Configure)
def _configure(context: Context, command: Configure) -> None:
    experiment, publisher = context.experiment, context.publisher
    config = changes.configured(experiment.config, experiment.view, command.changes)
    publisher.emit_change(experiment.change(config), command.id)


@handles(SetView)
def _set_view(context: Context, command: SetView) -> None:
    experiment, publisher = context.experiment, context.publisher
    publisher.emit_change(experiment.show(changes.seen(experiment.view, command.changes)), command.id)
    if "show_changes" in command.changes:
        publisher.want_frame()


@handles(Open)
def _open(context: Context, command: Open) -> None:
    experiment, publisher = context.experiment, context.publisher
    link = experiment.open(parse_link(command.link, experiment.limits, experiment.config.own_examples))
    publisher.emit_opened(link.warnings, command.id)


@handles(Rewind)
def _rewind(context: Context, _: Rewind) -> None:
    context.experiment.rewind()
    context.publisher.note_change()


@handles(Reset)
def _reset(context: Context, command: Reset) -> None:
    experiment, publisher = context.experiment, context.publisher
    config = changes.with_next_weights(experiment.config, experiment.config)
    if config == experiment.config:
        # a network without weights stays the same
        experiment.rewind()
        publisher.note_change()
    publisher.emit_change(experiment.change(config), command.id)


@handles(Reseed)
def _reseed(context: Context, command: Reseed) -> None:
    experiment, publisher = context.experiment, context.publisher
    publisher.emit_change(experiment.change(changes.with_other_weights(experiment.config)), command.id)


@handles(Regenerate)
def _regenerate(context: Context, command: Regenerate) -> None:
    context.experiment.regenerate()
    context.publisher.emit_change(Effect.DATA, command.id)


@handles(EditExamples)
def _edit_examples(context: Context, command: EditExamples) -> None:
    effect = context.experiment.edit_examples(command)
    context.publisher.emit_change(effect, command.id)
    if effect is not Effect.DATA:
        context.publisher.emit_data()


@handles(SetParameter)
def _set_parameter(context: Context, command: SetParameter) -> None:
    context.experiment.run.set_parameter(command.index, command.value)
    context.publisher.commentary.note_change(context.experiment.run.trainer.epoch)
    context.publisher.note_change()


@handles(Swap)
def _swap(context: Context, command: Swap) -> None:
    context.experiment.swap(command.variant)
    context.publisher.emit_change(Effect.NETWORK, command.id)


# --- training -----------------------------------------------------------------------------------------------------


@handles(Play)
def _play(context: Context, _: Play) -> None:
    experiment, publisher = context.experiment, context.publisher
    if not experiment.pacing.playing and experiment.run.trainer.divergence is None:
        experiment.pacing.play(experiment.run)
        publisher.note_change()


@handles(Pause)
def _pause(context: Context, _: Pause) -> None:
    context.experiment.pacing.pause(context.experiment.run)
    context.publisher.note_change()


@handles(Advance)
def _advance(context: Context, command: Advance) -> None:
    context.experiment.pacing.advance(context.experiment.run, command.count, command.unit)
    context.publisher.note_change()


@handles(RunUntil)
def _run_until(context: Context, command: RunUntil) -> None:
    run, pacing = context.experiment.run, context.experiment.pacing
    if command.until == "goal" and not run.goals.goals:
        raise ProtocolError([fault("unknown_value", "until", "goal", "epochs or plateau: no goal is set")])
    pacing.train_until(run, command.until, command.epochs, command.patience)
    context.publisher.note_change()


@handles(SetSpeed)
def _set_speed(context: Context, command: SetSpeed) -> None:
    context.experiment.pacing.set_speed(command.speed, context.experiment.run)


@handles(Seek)
def _seek(context: Context, command: Seek) -> None:
    context.experiment.pacing.stop()
    # a slider that is dragged sends more of these than can be shown: only the last one counts
    if not isinstance(context.following, Seek):
        context.experiment.run.seek(command.epoch)
        context.publisher.note_change()


# --- looking ------------------------------------------------------------------------------------------------------


@handles(Select)
def _select(context: Context, command: Select) -> None:
    units = context.experiment.config.picture_count
    refuse_unit(context.experiment.config, command.unit)
    if command.unit is not None and command.unit >= units:
        raise ProtocolError([fault("out_of_range", "unit", command.unit, f"a whole number from 0 to {units - 1}")])
    context.experiment.selected = command.unit
    context.publisher.want_frame()


@handles(Inspect)
def _inspect(context: Context, command: Inspect) -> None:
    options = Options(**command.options)
    config = context.experiment.config
    counts = (
        ("unit", options.unit, config.picture_count),
        ("example", options.example, len(context.experiment.run.trainer.inputs)),
        ("parameter", options.parameter, config.parameter_count),
    )
    faults = [
        fault("out_of_range", name, number, f"a whole number from 0 to {count - 1}, or null")
        for name, number, count in counts
        if number is not None and number >= count
    ]
    if faults:
        raise ProtocolError(faults)
    if command.panel is None:
        context.publisher.inspector.close()
        return
    refuse_panel(config, command.panel)
    context.publisher.inspector.open(command.panel, options)


@handles(Read)
def _read(context: Context, command: Read) -> None:
    trainer = context.experiment.run.trainer
    followed = picture_of(trainer, command)
    context.publisher.follow(followed)
    if followed:
        context.answer(reading_of(trainer, followed, command.id))


# --- many starts --------------------------------------------------------------------------------------------------


@handles(TryStarts)
def _try_starts(context: Context, command: TryStarts) -> None:
    sweep = sweep_of(context.experiment, command)
    context.publisher.emit_sweep(sweep, context.subscriber, command.id)


@handles(CancelStarts)
def _cancel_starts(context: Context, command: CancelStarts) -> None:
    context.publisher.end_sweep("canceled")
    context.publisher.emit_status(command.id)


@handles(EstimateStarts)
def _estimate_starts(context: Context, command: EstimateStarts) -> None:
    cost, processes = measure(context.experiment.config, context.clock), processes_for_starts()
    answer = StartsCostMessage(
        epoch_seconds=cost.epoch / processes, start_seconds=cost.start / processes, id=command.id
    )
    context.answer(answer)


# --- taking away --------------------------------------------------------------------------------------------------


@handles(Compose)
def _compose(context: Context, command: Compose) -> None:
    experiment = context.experiment
    view = changes.seen(experiment.view, command.changes)
    link = format_link(without_hidden(experiment.config, view), view)
    context.answer(ComposedMessage(link=link, id=command.id))


@handles(Export)
def _export(context: Context, command: Export) -> None:
    trainer = context.experiment.run.trainer
    if command.format == "csv":
        _export_table(context, command)
        return
    if not trainer.train_size:
        why = "there are no training examples to export"
        raise ProtocolError([fault("unknown_value", "format", command.format, "csv", why)])
    packed = archive_name(trainer, command.format)
    if command.archive and packed is None:
        why = "this program holds its data, and needs no archive"
        raise ProtocolError([fault("unknown_value", "archive", got=True, expected="false", why=why)])
    filename, text = export(trainer, command.format)
    answer = ExportMessage(format=command.format, filename=filename, text=text, archive=packed, id=command.id)
    context.answer(answer)
    if command.archive and packed is not None:
        file = encode_archive(packed, archive(trainer, command.format))
        context.publisher.emit(MessageKind.FILE, file, subscriber=context.subscriber)


def _export_table(context: Context, command: Export) -> None:
    trainer = context.experiment.run.trainer
    if trainer.config.has_pictures:
        why = "a table of pictures would have a column for each pixel; the archive of a program holds them instead"
        raise ProtocolError([fault("unknown_value", "format", "csv", "numpy, pytorch or keras", why)])
    filename, text = "playground-data.csv", write_table(trainer)
    context.answer(ExportMessage(format="csv", filename=filename, text=text, id=command.id))


@handles(Animate)
def _animate(context: Context, command: Animate) -> None:
    experiment, publisher = context.experiment, context.publisher
    publisher.animation = None
    if command.on:
        history, view = experiment.run.history, experiment.view
        moments = [history.at(epoch) for epoch in chosen(history.epochs, command.frames)]
        handles = [moment.handle for moment in moments if moment]
        look = Look(command.theme, view.show_test_data, view.discretize, view.show_changes)
        publisher.animation = (context.subscriber, Animation(experiment.config, handles, look)) if handles else None
    share = 0.0 if publisher.animation else None
    context.answer(AnimatingMessage(share=share, id=command.id))
