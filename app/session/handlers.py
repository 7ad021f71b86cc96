"""What each command does: a table of small functions, and how one of them is carried out and answered."""

from collections.abc import Callable
from typing import Any, NamedTuple

from app import protocol
from app.export import export
from app.export.animation import Animation, Look, chosen
from app.link import format_link, parse_link, without_hidden
from app.protocol import Command, ProtocolError, fault, faults_of
from app.session import changes, locks
from app.session.events import Telling
from app.session.experiment import Experiment
from app.tables import write_table
from engine import ConfigError, Effect


class Context(NamedTuple):
    """What a command is carried out on, who asks for it, and the command that waits next."""

    experiment: Experiment
    telling: Telling
    subscriber: int
    following: Command | None

    def answer(self, text: str) -> None:
        """Say something to the one who asks."""
        self.telling.say_text(text, self.subscriber)


def carry_out(command: Command, context: Context) -> None:
    """Do what is asked for, or say why not. There is always an answer: where nothing else is said, the status."""
    experiment, telling = context.experiment, context.telling
    said = len(telling)
    try:
        locks.refuse_command(experiment.view.locked, command)
        HANDLERS[type(command)](context, command)
    except ConfigError as error:
        telling.refuse(ProtocolError(faults_of(error)), context.subscriber, command.id)
    except ProtocolError as error:
        telling.refuse(error, context.subscriber, command.id)
    if len(telling) == said:
        telling.say_status(command.id)
    else:
        telling.say_new_status()


# --- the experiment -----------------------------------------------------------------------------------------------


def _configure(context: Context, command: protocol.Configure) -> None:
    experiment, telling = context.experiment, context.telling
    config = changes.configured(experiment.config, experiment.view, command.changes)
    telling.say_change(experiment.change(config), command.id)


def _set_view(context: Context, command: protocol.SetView) -> None:
    experiment, telling = context.experiment, context.telling
    telling.say_change(experiment.show(changes.seen(experiment.view, command.changes)), command.id)


def _open(context: Context, command: protocol.Open) -> None:
    experiment, telling = context.experiment, context.telling
    link = experiment.open(parse_link(command.link, experiment.limits, experiment.config.own_examples))
    telling.say_opened(link.warnings, command.id)


def _rewind(context: Context, _: protocol.Rewind) -> None:
    context.experiment.rewind()
    context.telling.note_change()


def _reset(context: Context, command: protocol.Reset) -> None:
    experiment, telling = context.experiment, context.telling
    config = changes.with_next_weights(experiment.config, experiment.config)
    if config == experiment.config:
        # without any weights, the next ones are the same
        experiment.rewind()
        telling.note_change()
    telling.say_change(experiment.change(config), command.id)


def _reseed(context: Context, command: protocol.Reseed) -> None:
    experiment, telling = context.experiment, context.telling
    telling.say_change(experiment.change(changes.with_other_weights(experiment.config)), command.id)


def _regenerate(context: Context, command: protocol.Regenerate) -> None:
    context.experiment.regenerate()
    context.telling.say_change(Effect.DATA, command.id)


def _edit_examples(context: Context, command: protocol.EditExamples) -> None:
    effect = context.experiment.edit_examples(command)
    context.telling.say_change(effect, command.id)
    if effect is not Effect.DATA:
        context.telling.say_data()


def _set_parameter(context: Context, command: protocol.SetParameter) -> None:
    context.experiment.run.set_parameter(command.index, command.value)
    context.telling.note_change()


def _swap(context: Context, command: protocol.Swap) -> None:
    context.experiment.promote(command.variant)
    context.telling.say_change(Effect.NETWORK, command.id)


# --- training -----------------------------------------------------------------------------------------------------


def _play(context: Context, _: protocol.Play) -> None:
    experiment, telling = context.experiment, context.telling
    if not experiment.pacing.playing and experiment.run.trainer.divergence is None:
        experiment.pacing.play(experiment.run)
        telling.note_change()


def _pause(context: Context, _: protocol.Pause) -> None:
    context.experiment.pacing.pause(context.experiment.run)
    context.telling.note_change()


def _advance(context: Context, command: protocol.Advance) -> None:
    context.experiment.pacing.advance(context.experiment.run, command.count, command.unit)
    context.telling.note_change()


def _run_until(context: Context, command: protocol.RunUntil) -> None:
    run, pacing = context.experiment.run, context.experiment.pacing
    if command.until == "goal" and not run.goals.goals:
        raise ProtocolError([fault("unknown_value", "until", "goal", "epochs or plateau: there is no goal here")])
    pacing.train_until(run, command.until, command.epochs, command.patience)
    context.telling.note_change()


def _set_speed(context: Context, command: protocol.SetSpeed) -> None:
    context.experiment.pacing.set_speed(command.speed, context.experiment.run)


def _seek(context: Context, command: protocol.Seek) -> None:
    context.experiment.pacing.stop()
    # whoever drags a slider asks faster than anybody can look; what is asked for next is what is wanted
    if not isinstance(context.following, protocol.Seek):
        context.experiment.run.seek(command.epoch)
        context.telling.note_change()


# --- looking ------------------------------------------------------------------------------------------------------


def _select(context: Context, command: protocol.Select) -> None:
    units = changes.unit_count(context.experiment.config)
    if command.unit is not None and command.unit >= units:
        raise ProtocolError([fault("out_of_range", "unit", command.unit, f"a whole number from 0 to {units - 1}")])
    context.experiment.selected = command.unit
    context.telling.note_change()


def _inspect(context: Context, command: protocol.Inspect) -> None:
    options = protocol.inspect_options(command.options)
    config = context.experiment.config
    counts = (
        ("unit", options.unit, changes.unit_count(config)),
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
        context.telling.inside.close()
    else:
        context.telling.inside.open(command.panel, options)


# --- taking away --------------------------------------------------------------------------------------------------


def _compose(context: Context, command: protocol.Compose) -> None:
    experiment = context.experiment
    view = changes.seen(experiment.view, command.changes)
    link = format_link(without_hidden(experiment.config, view), view)
    context.answer(protocol.encode_composed(link, command.id))


def _export(context: Context, command: protocol.Export) -> None:
    trainer = context.experiment.run.trainer
    if command.format == "csv":
        filename, text = "playground-data.csv", write_table(trainer)
    elif trainer.train_size:
        filename, text = export(trainer, command.format)
    else:
        why = "there are no training examples that a program could learn from"
        raise ProtocolError([fault("unknown_value", "format", command.format, "csv", why)])
    context.answer(protocol.encode_export(command.format, filename, text, command.id))


def _animate(context: Context, command: protocol.Animate) -> None:
    experiment, telling = context.experiment, context.telling
    telling.animation = None
    if command.on:
        history, view = experiment.run.history, experiment.view
        moments = [history.at(epoch) for epoch in chosen(history.epochs, command.frames)]
        marks = [moment.mark for moment in moments if moment]
        look = Look(command.theme, view.show_test_data, view.discretize)
        telling.animation = (context.subscriber, Animation(experiment.config, marks, look)) if marks else None
    share = 0.0 if telling.animation else None
    context.answer(protocol.encode_animating(share, command.id))


HANDLERS: dict[type[Command], Callable[[Context, Any], None]] = {
    protocol.Configure: _configure,
    protocol.SetView: _set_view,
    protocol.Open: _open,
    protocol.Rewind: _rewind,
    protocol.Reset: _reset,
    protocol.Reseed: _reseed,
    protocol.Regenerate: _regenerate,
    protocol.EditExamples: _edit_examples,
    protocol.SetParameter: _set_parameter,
    protocol.Swap: _swap,
    protocol.Play: _play,
    protocol.Pause: _pause,
    protocol.Advance: _advance,
    protocol.RunUntil: _run_until,
    protocol.SetSpeed: _set_speed,
    protocol.Seek: _seek,
    protocol.Select: _select,
    protocol.Inspect: _inspect,
    protocol.Compose: _compose,
    protocol.Export: _export,
    protocol.Animate: _animate,
}
"""What carries out which command. Those that are missing are the front's own."""
