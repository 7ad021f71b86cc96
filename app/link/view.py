"""What a link says about the page and not about the experiment."""

from dataclasses import dataclass

from app.link.controls import HIDEABLE
from app.link.goals import GOALS, OWN_GOALS
from app.training.variants import Variant, check_variants


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a link says about the page and not about the experiment.

    `hidden` and `locked` are selections of `HIDEABLE`, and `goals` are (key of `GOALS`, loss) pairs; all are kept in
    the order of these lists. The fields of `OWN_GOALS` are None where nothing is asked for. `compare` are the variants
    that are trained side by side. `tutorial` is a plain name or "". Raises ValueError for names that are not in the
    lists, and ConfigError for variants that cannot be.
    """

    show_test_data: bool = False
    discretize: bool = False
    hide_text: bool = False
    show_bias_units: bool = False
    collect_stats: bool = False
    tutorial: str = ""
    hidden: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    goals: tuple[tuple[str, float], ...] = ()
    goal_test_loss: float | None = None
    goal_accuracy: float | None = None
    goal_gap: float | None = None
    goal_epochs: int | None = None
    goal_units: int | None = None
    goal_parameters: int | None = None
    compare: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        goals = dict(self.goals)
        if unknown := [*({*self.hidden, *self.locked} - set(HIDEABLE)), *(set(goals) - set(GOALS))]:
            raise ValueError(f"unknown name: {unknown[0]!r}")
        object.__setattr__(self, "hidden", tuple(name for name in HIDEABLE if name in self.hidden))
        object.__setattr__(self, "locked", tuple(name for name in HIDEABLE if name in self.locked))
        object.__setattr__(self, "goals", tuple((name, goals[name]) for name in GOALS if name in goals))
        object.__setattr__(self, "compare", check_variants(self.compare))

    @property
    def has_own_goal(self) -> bool:
        """Whether anything is to be reached besides the goals of a course link."""
        return any(goal.is_target and getattr(self, name) is not None for name, goal in OWN_GOALS.items())
