"""The experiment in force: its view, its run and the pacing of that, and all changes to it."""

from collections.abc import Callable

from app.link import Link, View
from app.link.goals import goals_of
from app.protocol.commands import EditExamples
from app.session import locks
from app.session.changes import as_seen, refuse_too_large, swapped, with_examples_edited, with_other_data
from app.settings import Limits
from app.training.pacing import Pacing
from app.training.run import Run
from engine import Config, Effect, Trainer


class Experiment:
    """What a session works on. A change that is refused, with `ConfigError` or `ProtocolError`, changes nothing.

    `revision` counts the changes. `selected` is the unit whose picture is shown in full, or None for the output.

    >>> experiment.change(experiment.config.replace(learning_rate=0.1))
    <Effect.LIVE: 1>
    """

    def __init__(
        self, view: View, run: Run, pacing: Pacing, limits: Limits, clock: Callable[[], float], revision: int
    ) -> None:
        self.view = view
        self.run = run
        self.pacing = pacing
        self.limits = limits
        self.revision = revision
        self.selected: int | None = None
        self._clock = clock

    @property
    def config(self) -> Config:
        """Everything that the user has chosen."""
        return self.run.config

    def open(self, link: Link) -> Link:
        """Replace this experiment with another one; returns its link, with everything locked as it was."""
        link = locks.with_locks_kept(self.config, self.view, link)
        refuse_too_large(self.limits, link.config, link.view)
        self.pacing.stop()
        self.view, self.selected = link.view, None
        goals = goals_of(link.view)
        self.run = Run(Trainer(link.config), goals, link.view.compare, self.run.number + 1, self._clock)
        self.revision += 1
        return link

    def change(self, config: Config) -> Effect:
        """Replace the config; returns what that rebuilt."""
        locks.refuse_change(self.view.locked, self.config, config)
        refuse_too_large(self.limits, config, self.view)
        old = self.config
        effect = self.run.configure(config)
        if effect >= Effect.NETWORK:
            # as in the original, whatever restarts the network also pauses it
            self.pacing.stop()
            if (old.features, old.layer_sizes) != (config.features, config.layer_sizes):
                self.selected = None
        self.revision += effect > Effect.NOTHING
        return effect

    def show(self, view: View) -> Effect:
        """Replace the view: what it hides is switched off, its variants are trained alongside, and its goals apply."""
        locks.refuse_view(self.view, view)
        config = as_seen(self.config, view)
        refuse_too_large(self.limits, config, view)
        self.view = view
        self.run.goals = goals_of(view, self.run.goals)
        self.run.compare(view.compare)
        effect = self.change(config)
        self.run.check_goals()
        return effect

    def regenerate(self) -> None:
        """Draw new data of the same kind; the network is kept."""
        self._replace_data(with_other_data(self.config))

    def edit_examples(self, edit: EditExamples) -> Effect:
        """Change the user's own examples; the network is only rebuilt if the number of classes changes."""
        config = with_examples_edited(self.config, edit)
        if config.classes != self.config.classes:
            return self.change(config)
        self._replace_data(config)
        return Effect.TRAINING

    def _replace_data(self, config: Config) -> None:
        self.run.regenerate(config)
        self.pacing.note_new_losses(self.run)
        self.revision += 1

    def swap(self, variant: int) -> None:
        """Swap a variant and the main network, with everything they have learned."""
        old = self.config
        config, view = swapped(old, self.view, variant)
        refuse_too_large(self.limits, config, view)
        self.view = view
        self.run.swap(variant, view.compare)
        self.pacing.note_new_losses(self.run)
        self.pacing.count_from(self.run)
        if old.layer_sizes != config.layer_sizes:
            self.selected = None
        self.revision += 1

    def rewind(self) -> None:
        """Go back to epoch 0 with the same initial weights."""
        self.pacing.stop()
        self.run.rewind()
