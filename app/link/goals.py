"""From the goals of a link to those of a run."""

from collections.abc import Mapping

from app.link.format import View
from app.link.keys import GOALS, OWN_GOALS
from app.training.goals import Condition, Goal, Goals

MEDALS: Mapping[str, str] = {"First": "bronze", "Second": "silver", "Third": "gold"}
"""The medal of each rank in the keys of course links. A goal of the user's own has the medal `own`."""


def goals_of(view: View, old: Goals | None = None) -> Goals:
    """The goals of a view; those that are equal to some of `old` keep their progress."""
    goals = [
        Goal(name, MEDALS[key.rank], (Condition(key.measure, key.bound, value),))
        for name, value in view.goals
        for key in (GOALS[name],)
    ]
    goals.sort(key=lambda goal: list(MEDALS.values()).index(goal.medal))
    own = tuple(
        Condition(goal.measure, goal.bound, value)
        for name, goal in OWN_GOALS.items()
        if (value := getattr(view, name)) is not None
    )
    if view.has_own_goal:
        goals.append(Goal("own", "own", own))
    return Goals(tuple(goals)).carried_over(old or Goals())
