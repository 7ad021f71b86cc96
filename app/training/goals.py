"""Goals: what a run should reach, and whether it has. Everything here is a value; `Run` holds the current one.

Course links bring goals of one condition each, as bronze, silver and gold. A goal of the user's own may have several
conditions, which must then hold at the same time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple, Protocol

from engine import Config
from engine.number_text import short

LASTING = 400
"""Consecutive epochs for which a small gap must hold if it is the only target: every untrained network has one."""

GoalProgress = Mapping[str, tuple[int | None, int | None]]
"""By name of a goal: the epoch since which it holds, and the one in which it was reached."""


class Measured(Protocol):
    """What goals read of a network in training: a `Trainer` has it, and so has a member of an `Ensemble`."""

    @property
    def config(self) -> Config:
        """The experiment."""

    @property
    def epoch(self) -> int:
        """The number of epochs done."""

    @property
    def train_loss(self) -> float | None:
        """The mean loss over the training examples; None if there are none."""

    @property
    def test_loss(self) -> float | None:
        """The mean loss over the test examples; None if there are none."""

    @property
    def test_accuracy(self) -> float | None:
        """The fraction of test examples classified correctly; None if there is none."""

    @property
    def train_size(self) -> int:
        """The number of training examples."""

    @property
    def test_size(self) -> int:
        """The number of test examples."""


class Measure(NamedTuple):
    """What a condition bounds: the condition in words, and the current value, None where there is none.

    A `is_constraint` measure is not a target by itself: the targets must be reached within its bound.
    """

    words: str
    value: Callable[[Measured], float | None]
    is_constraint: bool = False
    is_count: bool = False


def _gap(network: Measured) -> float | None:
    test, train = network.test_loss, network.train_loss
    return None if test is None or train is None else test - train


def _accuracy_percent(network: Measured) -> float | None:
    accuracy = network.test_accuracy
    return None if accuracy is None else 100 * accuracy


MEASURES: Mapping[str, Measure] = {
    "train_loss": Measure("training loss {sign} {value}", lambda network: network.train_loss),
    "test_loss": Measure("test loss {sign} {value}", lambda network: network.test_loss),
    "accuracy": Measure("test accuracy {sign} {value}%", _accuracy_percent),
    "gap": Measure("test loss − training loss {sign} {value}", _gap),
    "epochs": Measure("within {value} epochs", lambda network: network.epoch, is_constraint=True, is_count=True),
    "units": Measure(
        "hidden neurons {sign} {value}",
        lambda network: sum(network.config.hidden_layer_sizes),
        is_constraint=True,
        is_count=True,
    ),
    "parameters": Measure(
        "weights and biases {sign} {value}",
        lambda network: network.config.parameter_count,
        is_constraint=True,
        is_count=True,
    ),
}
"""In the order in which a goal names them, the cheapest to compute last."""

SIGNS = {"at_most": "≤", "at_least": "≥"}


class Condition(NamedTuple):
    """A measure that must be `at_most` or `at_least` a value; accuracy is in percent."""

    measure: str
    bound: str
    value: float

    @property
    def words(self) -> str:
        """The condition as a reader sees it."""
        measure = MEASURES[self.measure]
        value = f"{self.value:,.0f}" if measure.is_count else short(self.value, 12)
        return measure.words.format(sign=SIGNS[self.bound], value=value)

    def holds(self, network: Measured) -> bool:
        """Whether it holds now; it does not hold for a measure without a value."""
        value = MEASURES[self.measure].value(network)
        if value is None:
            return False
        return value <= self.value if self.bound == "at_most" else value >= self.value


@dataclass(frozen=True, slots=True)
class Goal:
    """Conditions that must hold at the same time, for `lasting` consecutive epochs; `medal` is its rank, or `own`.

    `since` is the epoch since which they hold, and `reached` that in which the goal was reached, or None. It may have
    been reached too late: neither takes a limit of epochs into account.
    """

    name: str
    medal: str
    conditions: tuple[Condition, ...]
    since: int | None = None
    reached: int | None = None

    @property
    def lasting(self) -> int:
        """Consecutive epochs for which it must hold: more than one only if a small gap is the only target."""
        targets = [(item.measure, item.bound) for item in self.conditions if not MEASURES[item.measure].is_constraint]
        return LASTING if targets == [("gap", "at_most")] else 1

    @property
    def label(self) -> str:
        """The goal in words."""
        words = ", ".join(condition.words for condition in self.conditions)
        words = words if self.lasting == 1 else f"{words}, for {self.lasting} epochs in a row"
        return words[:1].upper() + words[1:]

    @property
    def limit(self) -> float:
        """The last epoch in which reaching it counts; inf without a limit."""
        return next((item.value for item in self.conditions if item.measure == "epochs"), inf)

    @property
    def is_reached(self) -> bool:
        """Whether it was reached in time."""
        return self.reached is not None and self.reached <= self.limit

    def is_missed(self, epoch: int) -> bool:
        """Whether its limit of epochs has passed without the goal being reached."""
        return epoch > self.limit and not self.is_reached

    def after(self, network: Measured) -> "Goal":
        """The goal after an epoch of training: itself, unless something changed."""
        if self.reached is not None:
            return self
        epoch, since = network.epoch, None
        if all(item.holds(network) for item in reversed(self.conditions) if item.measure != "epochs"):
            since = epoch if self.since is None else self.since
        reached = epoch if since is not None and epoch - since + 1 >= self.lasting else None
        return self if (since, reached) == (self.since, None) else replace(self, since=since, reached=reached)


@dataclass(frozen=True, slots=True)
class Goals:
    """The goals of an experiment, in one run."""

    goals: tuple[Goal, ...] = ()

    def __iter__(self) -> Iterator[Goal]:
        return iter(self.goals)

    @property
    def is_reached(self) -> bool:
        """Whether there is a goal, and all have been reached."""
        return bool(self.goals) and all(goal.is_reached for goal in self.goals)

    def outcome(self, network: Measured) -> str:
        """Whether the goals were reached or missed, as a clause; "" while that is open."""
        if self.is_reached:
            return "the goal is reached"
        for goal in self.goals:
            if goal.is_reached:
                continue
            if obstacle := obstacle_to(goal, network):
                return f"the goal cannot be reached: {obstacle}"
            if goal.is_missed(network.epoch):
                return f"the goal was missed: the limit was {goal.limit:,.0f} epochs"
        return ""

    @property
    def progress(self) -> GoalProgress:
        """What a checkpoint keeps of them."""
        return {goal.name: (goal.since, goal.reached) for goal in self.goals}

    def after(self, network: Measured) -> "Goals":
        """The goals after an epoch of training: themselves, unless something changed."""
        goals = tuple(goal.after(network) for goal in self.goals)
        same = all(new is old for new, old in zip(goals, self.goals, strict=True))
        return self if same else Goals(goals)

    def restarted(self) -> "Goals":
        """The same goals in a new run, none of them reached."""
        return self.resumed({})

    def carried_over(self, old: "Goals") -> "Goals":
        """The same goals with the progress that `old` has for those that are equal."""
        previous = {(goal.name, goal.conditions): (goal.since, goal.reached) for goal in old}
        keys = {goal.name: (goal.name, goal.conditions) for goal in self}
        return self.resumed({name: previous[key] for name, key in keys.items() if key in previous})

    def resumed(self, progress: GoalProgress) -> "Goals":
        """The same goals with the `progress` of a checkpoint."""
        none = (None, None)
        states = (progress.get(goal.name, none) for goal in self.goals)
        return Goals(
            tuple(
                replace(goal, since=since, reached=reached)
                for goal, (since, reached) in zip(self.goals, states, strict=True)
            )
        )


class GoalStatus(NamedTuple):
    """The status of a goal: the epoch in which it was `reached` in time, or too `late`; whether it is `missed`.

    `obstacle` says why it cannot be reached with this network and data, or is "".
    """

    goal: Goal
    reached: int | None
    late: int | None
    missed: bool
    obstacle: str


def goal_statuses(goals: Goals, network: Measured, epoch: int) -> tuple[GoalStatus, ...]:
    """The status of all goals at an epoch of training."""
    return tuple(
        GoalStatus(
            # without `since`, which changes without anything to report
            replace(goal, since=None),
            goal.reached if goal.is_reached else None,
            None if goal.is_reached else goal.reached,
            goal.is_missed(epoch),
            "" if goal.is_reached else obstacle_to(goal, network),
        )
        for goal in goals
    )


def obstacle_to(goal: Goal, network: Measured) -> str:
    """Why a goal cannot be reached with this network and these data; "" if it can."""
    return next(filter(None, (_obstacle(item, network) for item in goal.conditions)), "")


def _obstacle(condition: Condition, network: Measured) -> str:
    measure, config = condition.measure, network.config
    if measure == "accuracy" and config.problem != "classification":
        return "regression has no accuracy"
    if measure in {"test_loss", "accuracy", "gap"} and not network.test_size:
        return "there are no test examples"
    if measure in {"train_loss", "gap"} and not network.train_size:
        return "there are no training examples"
    if measure in _SIZES and not condition.holds(network):
        return f"this network has {_count(int(MEASURES[measure].value(network) or 0), _SIZES[measure])}"
    return ""


def _count(number: int, words: tuple[str, str]) -> str:
    return f"{number:,} {words[number != 1]}"


_SIZES = {"units": ("hidden neuron", "hidden neurons"), "parameters": ("weight or bias", "weights and biases")}
"""Measures that only another network changes, and what one and several are called."""
