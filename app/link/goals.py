"""The goals in links: those of course links, and one's own."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from app.link.text import format_number, parse_number
from app.link.values import Kind, Refused, number_read
from app.training.goals import MEASURES


class GoalKey(NamedTuple):
    """A goal of course links: a measure that is to be `at_most` or `at_least` a value, for the First to Third rank."""

    measure: str
    bound: str
    rank: str


_MEASURES = {"TrainLoss": "train_loss", "TestLoss": "test_loss", "TrainTestDiff": "gap"}
_BOUNDS = {"Min": "at_most", "Max": "at_least"}

GOALS: Mapping[str, GoalKey] = {
    f"goal{what}{bound}Threshold{rank}": GoalKey(_MEASURES[what], _BOUNDS[bound], rank)
    for what in _MEASURES
    for bound in _BOUNDS
    for rank in ("First", "Second", "Third")
}
"""Keys of the goals that course links carry: a loss, or the gap, which is test loss minus training loss.

`Min` is a value to come down to, `Max` one to come up to: the course on L2 has its network first overfit until the gap
is 0.085, which its link does in epoch 495 of the 500 that it asks for, and then bring the gap down.
"""


class OwnGoal(NamedTuple):
    """A condition of the user's own goal: its key, the measure, the bound, and the allowed values, `low` to `high`."""

    key: str
    measure: str
    bound: str
    high: float
    low: float = 0
    whole: bool = False

    @property
    def is_target(self) -> bool:
        """Whether it is something to reach, and not a constraint to reach it within."""
        return not MEASURES[self.measure].is_constraint


OWN_GOALS: Mapping[str, OwnGoal] = {
    "goal_test_loss": OwnGoal("goalTestLoss", "test_loss", "at_most", 1e6),
    "goal_accuracy": OwnGoal("goalAccuracy", "accuracy", "at_least", 100, low=1),
    "goal_gap": OwnGoal("goalGap", "gap", "at_most", 1e6),
    "goal_epochs": OwnGoal("goalEpochs", "epochs", "at_most", 1e9, low=1, whole=True),
    "goal_units": OwnGoal("goalUnits", "units", "at_most", 1e6, whole=True),
    "goal_parameters": OwnGoal("goalParameters", "parameters", "at_most", 1e6, low=1, whole=True),
}
"""The parts of a goal of one's own, by field of the view. Accuracy is that of the test examples, in per cent."""


def _read_loss(text: str) -> float:
    number = parse_number(text)
    if not math.isfinite(number):
        raise Refused("ignored", "is not a loss that could be reached")
    return number


LOSS = Kind(lambda text: number_read(text, _read_loss), format_number)
"""A loss, or a difference of losses, to be reached."""


def own_goal(goal: OwnGoal) -> Kind:
    """A part of a goal of one's own. An accuracy below 1 is a share: nobody is content with less than one per cent."""

    def read(text: str) -> float:
        number = value = _read_loss(text)
        reason = ""
        if goal.whole and number != (value := math.floor(number + 0.5)):
            reason = "is not a whole number"
        elif goal.measure == "accuracy" and 0 < number < 1:
            value, reason = round(100 * number, 9), "is taken as a share"
        if not goal.low <= value <= goal.high:
            raise Refused("ignored", f"is not a number from {goal.low:g} to {goal.high:g}")
        if reason:
            raise Refused("changed", reason, value)
        return value

    return Kind(lambda text: number_read(text, read), format_number)
