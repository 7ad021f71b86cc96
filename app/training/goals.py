"""Goals: what is to be reached, and whether it has been. Everything here is a value; a session holds the present one.

Course links bring goals of one condition each, as bronze, silver and gold. Whoever sets a goal of their own may ask for
several things, which must then hold together.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from app.link import GOALS, OWN_GOALS, View, format_number
from engine import Trainer

LASTING = 400
"""Epochs in a row for which a small gap must last where nothing else is asked for: before anything is learned, every
network has it."""

MEDALS: Mapping[str, str] = {"First": "bronze", "Second": "silver", "Third": "gold"}
"""The medal of each place that the keys of course links name. A goal of one's own has the medal `own`."""


Progress = Mapping[str, tuple[int | None, int | None]]
"""Of goals by name: since which epoch they hold, and in which they were reached."""


class _Measure(NamedTuple):
    """What a condition bounds: the condition in words, and the value now; None where there is no such thing."""

    words: str
    value: Callable[[Trainer], float | None]


def _gap(trainer: Trainer) -> float | None:
    test, train = trainer.test_loss, trainer.train_loss
    return None if test is None or train is None else test - train


def _percent_right(trainer: Trainer) -> float | None:
    share = trainer.test_accuracy
    return None if share is None else 100 * share


_MEASURES: Mapping[str, _Measure] = {
    "train_loss": _Measure("training loss {sign} {value}", lambda trainer: trainer.train_loss),
    "test_loss": _Measure("test loss {sign} {value}", lambda trainer: trainer.test_loss),
    "accuracy": _Measure("test accuracy {sign} {value} %", _percent_right),
    "gap": _Measure("test loss − training loss {sign} {value}", _gap),
    "epochs": _Measure("within {value} epochs", lambda trainer: trainer.epoch),
    "units": _Measure("hidden units {sign} {value}", lambda trainer: sum(trainer.config.hidden_layer_sizes)),
    "parameters": _Measure("weights and biases {sign} {value}", lambda trainer: trainer.config.parameter_count),
}
"""In the order in which a goal names them, what costs nothing to tell last."""

_WITHIN = {goal.measure for goal in OWN_GOALS.values() if not goal.asks}

_SIGNS = {"at_most": "≤", "at_least": "≥"}


class Condition(NamedTuple):
    """A measure that is to be `at_most` or `at_least` a value; accuracy counts in per cent."""

    measure: str
    bound: str
    value: float

    @property
    def words(self) -> str:
        """The condition as a reader sees it."""
        return _MEASURES[self.measure].words.format(sign=_SIGNS[self.bound], value=format_number(self.value))

    def holds(self, trainer: Trainer) -> bool:
        """Whether it holds now; of what does not exist nothing holds."""
        value = _MEASURES[self.measure].value(trainer)
        if value is None:
            return False
        return value <= self.value if self.bound == "at_most" else value >= self.value


@dataclass(frozen=True, slots=True)
class Goal:
    """Conditions that are to hold together, for `lasting` epochs in a row; `medal` is one of `MEDALS` or `own`.

    `since` is the epoch from which on they hold now, and `reached` that in which the goal was reached, or None. It may
    have been reached too late: a limit of epochs does not count for either.
    """

    name: str
    medal: str
    conditions: tuple[Condition, ...]
    since: int | None = None
    reached: int | None = None

    @property
    def lasting(self) -> int:
        """Epochs for which it must hold: more than one only if a small gap is all that is asked for."""
        asked = [(item.measure, item.bound) for item in self.conditions if item.measure not in _WITHIN]
        return LASTING if asked == [("gap", "at_most")] else 1

    @property
    def label(self) -> str:
        """What is to be reached, in words."""
        words = ", ".join(condition.words for condition in self.conditions)
        words = words if self.lasting == 1 else f"{words}, for {self.lasting} epochs in a row"
        return words[:1].upper() + words[1:]

    @property
    def limit(self) -> float:
        """The last epoch in which it counts if the goal is reached."""
        return next((item.value for item in self.conditions if item.measure == "epochs"), inf)

    @property
    def is_reached(self) -> bool:
        """Whether it has been reached in time."""
        return self.reached is not None and self.reached <= self.limit

    def is_missed(self, epoch: int) -> bool:
        """Whether the time was over at an epoch, and the goal not reached."""
        return epoch > self.limit and not self.is_reached

    def after(self, trainer: Trainer) -> "Goal":
        """The goal after an epoch of training: itself, unless something has changed."""
        if self.reached is not None:
            return self
        epoch, since = trainer.epoch, None
        if all(item.holds(trainer) for item in reversed(self.conditions) if item.measure != "epochs"):
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

    def outcome(self, trainer: Trainer) -> str:
        """What has become of the goals, once that is certain; nothing as long as they can still be reached."""
        if self.is_reached:
            return "the goal is reached"
        for goal in self.goals:
            if goal.is_reached:
                continue
            if obstacle := obstacle_to(goal, trainer):
                return f"the goal cannot be reached: {obstacle}"
            if goal.is_missed(trainer.epoch):
                return f"the goal was missed: the limit was {format_number(goal.limit)} epochs"
        return ""

    @property
    def progress(self) -> Progress:
        """What another process needs to go on."""
        return {goal.name: (goal.since, goal.reached) for goal in self.goals}

    def after(self, trainer: Trainer) -> "Goals":
        """The goals after an epoch of training: themselves, unless something has changed."""
        goals = tuple(goal.after(trainer) for goal in self.goals)
        same = all(new is old for new, old in zip(goals, self.goals, strict=True))
        return self if same else Goals(goals)

    def afresh(self) -> "Goals":
        """The same goals in a new run: none of them is reached."""
        return self.resumed({})

    def as_in(self, old: "Goals") -> "Goals":
        """The same goals as far as they were reached in `old`: those that are not among these are not."""
        known = {(goal.name, goal.conditions): (goal.since, goal.reached) for goal in old}
        asked = {goal.name: (goal.name, goal.conditions) for goal in self}
        return self.resumed({name: known[key] for name, key in asked.items() if key in known})

    def resumed(self, progress: Progress) -> "Goals":
        """The same goals as they were when `progress` was told."""
        none = (None, None)
        states = (progress.get(goal.name, none) for goal in self.goals)
        return Goals(
            tuple(
                replace(goal, since=since, reached=reached)
                for goal, (since, reached) in zip(self.goals, states, strict=True)
            )
        )


class Standing(NamedTuple):
    """How it stands with a goal: the epoch in which it was `reached` in time, or too `late`; whether it is `missed`.

    `obstacle` says why it cannot be reached as things are, or is "".
    """

    goal: Goal
    reached: int | None
    late: int | None
    missed: bool
    obstacle: str


def standings(goals: Goals, trainer: Trainer, epoch: int) -> tuple[Standing, ...]:
    """How it stands with all goals at an epoch of training."""
    return tuple(
        Standing(
            # since when a goal holds is nobody's business
            replace(goal, since=None),
            goal.reached if goal.is_reached else None,
            None if goal.is_reached else goal.reached,
            goal.is_missed(epoch),
            "" if goal.is_reached else obstacle_to(goal, trainer),
        )
        for goal in goals
    )


def obstacle_to(goal: Goal, trainer: Trainer) -> str:
    """Why a goal cannot be reached with this network and these data; "" if it can."""
    return next(filter(None, (_obstacle(item, trainer) for item in goal.conditions)), "")


def _obstacle(condition: Condition, trainer: Trainer) -> str:
    measure, config = condition.measure, trainer.config
    if measure == "accuracy" and config.problem != "classification":
        return "regression has no accuracy"
    if measure in {"test_loss", "accuracy", "gap"} and not trainer.test_size:
        return "there are no test examples"
    if measure in {"train_loss", "gap"} and not trainer.train_size:
        return "there are no training examples"
    if measure in _SIZES and not condition.holds(trainer):
        return f"this network has {_count(int(_MEASURES[measure].value(trainer) or 0), _SIZES[measure])}"
    return ""


def _count(number: int, words: tuple[str, str]) -> str:
    return f"{number:,} {words[number != 1]}"


_SIZES = {"units": ("hidden unit", "hidden units"), "parameters": ("weight or bias", "weights and biases")}
"""Measures that only another network changes, and what one and several are called."""


def goals_of(view: View, old: Goals | None = None) -> Goals:
    """The goals that a link names; what was reached of `old` ones that are still the same stays reached."""
    goals = [
        Goal(name, MEDALS[key.place], (Condition(key.measure, key.bound, value),))
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
    return Goals(tuple(goals)).as_in(old or Goals())
