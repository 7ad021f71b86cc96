"""The experiment in force: what is seen of it, its run, and how that is paced; and all changes of it."""

from collections.abc import Callable

from app.link import Link, View
from app.protocol.commands import EditExamples
from app.session import locks
from app.session.changes import as_seen, promoted, refuse_too_large, with_examples_edited, with_other_data
from app.session.goals import goals_of
from app.settings import Limits
from app.training.pacing import Pacing
from app.training.run import Run
from engine import Config, Effect, Trainer


class Experiment:
    """What a session works at. Changes that are refused, with `ConfigError` or `ProtocolError`, leave all as it is.

    `revision` counts the changes that were taken over. `selected` is the unit that is shown large, or None.
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
        """All that the user has chosen."""
        return self.run.config

    def open(self, link: Link) -> Link:
        """Put another experiment in the place of this one; returns its link as far as locks let it through."""
        link = locks.with_locks_kept(self.config, self.view, link)
        refuse_too_large(self.limits, link.config, link.view)
        self.pacing.stop()
        self.view, self.selected = link.view, None
        goals = goals_of(link.view)
        self.run = Run(Trainer(link.config), goals, link.view.compare, self.run.number + 1, self._clock)
        self.revision += 1
        return link

    def change(self, config: Config) -> Effect:
        """Take over a config that has been thought through."""
        locks.refuse_change(self.view.locked, self.config, config)
        refuse_too_large(self.limits, config, self.view)
        old = self.config
        effect = self.run.configure(config)
        if effect >= Effect.NETWORK:
            # as in the original, what starts the network anew also stops it
            self.pacing.stop()
            if (old.features, old.layer_sizes) != (config.features, config.layer_sizes):
                self.selected = None
        self.revision += effect > Effect.NOTHING
        return effect

    def show(self, view: View) -> Effect:
        """Take over a view: what it hides takes no part, what it compares learns beside it, its goals are to be met."""
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
        """Go on with the same network on other examples of the same kind."""
        self._exchange_data(with_other_data(self.config))

    def edit_examples(self, edit: EditExamples) -> Effect:
        """Change the user's own examples; only another number of classes makes another network of it."""
        config = with_examples_edited(self.config, edit)
        if config.classes != self.config.classes:
            return self.change(config)
        self._exchange_data(config)
        return Effect.TRAINING

    def _exchange_data(self, config: Config) -> None:
        self.run.regenerate(config)
        self.pacing.note_new_losses(self.run)
        self.revision += 1

    def promote(self, rival: int) -> None:
        """Let a rival and the network change places, with all that they have learned."""
        old = self.config
        config, view = promoted(old, self.view, rival)
        refuse_too_large(self.limits, config, view)
        self.view = view
        self.run.swap(rival, view.compare)
        self.pacing.note_new_losses(self.run)
        self.pacing.count_from(self.run)
        if old.layer_sizes != config.layer_sizes:
            self.selected = None
        self.revision += 1

    def rewind(self) -> None:
        """Back to epoch 0, with the same starting weights."""
        self.pacing.stop()
        self.run.rewind()
