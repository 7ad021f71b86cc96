"""The buttons beside stated shares: each trains the experiment of an outcome many times, with its bound as the goal."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from app.course.front import Outcome
from app.link import OWN_GOALS, format_link, parse_link

COUNT = 20
"""Starts that one press trains; the panel that shows them offers more."""

VARY = "both"
"""What varies between them: data and initial weights, as where shares are measured, by the seed."""

LABEL = f"Try {COUNT}"
"""After "in 155 of 200 runs"."""

SCHEME = "starts"
"""Links with it, to the name of an outcome, become these buttons."""


class _Goal(NamedTuple):
    """The goal that an outcome is: a field of `OWN_GOALS`, and its value for a limit of 1."""

    field: str
    scale: float


_GOALS: Mapping[tuple[str, bool], _Goal] = {
    ("test_loss", False): _Goal("goal_test_loss", 1),
    ("test_accuracy", True): _Goal("goal_accuracy", 100),
}
"""By measure of an outcome, and whether its limit is a floor.

All other outcomes have no button, since no goal says the same: there is none for dead units or the training accuracy,
and a goal for the gap between the losses asks for a small one, for many epochs in a row.
"""

_STATEMENT = re.compile(r"\{(\w+)\}")
"""Where a text states the share of an outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """What a button runs: `count` starts of the experiment of `link`, for `epochs` epochs each, that differ in `vary`.

    The goal of `link` is the bound of the outcome; `view` has it as fields of the view. It was reached by `reached` of
    the `measured` runs that the share was measured over.
    """

    link: str
    view: Mapping[str, Any]
    epochs: int
    count: int
    vary: str
    reached: int
    measured: int

    @property
    def values(self) -> dict[str, Any]:
        """All of it, for the page."""
        return asdict(self)


def starts_of(outcome: Outcome) -> Starts | None:
    """What runs an outcome again; None if it is no goal: about the end of a run, say, or compared with another one.

    >>> starts_of(read_lesson("xor.md", text).outcomes[4]).view["goal_accuracy"]
    95.0
    """
    goal = _GOALS.get((outcome.measure, outcome.is_floor))
    if goal is None or not outcome.once or outcome.against or outcome.before:
        return None
    link = parse_link(outcome.link)
    view: dict[str, Any] = {**dict.fromkeys(OWN_GOALS), goal.field: round(goal.scale * outcome.limit, 9)}
    return Starts(
        link=format_link(link.config, replace(link.view, goals=(), **view)),
        view=view,
        epochs=outcome.epochs,
        count=COUNT,
        vary=VARY,
        reached=outcome.count,
        measured=outcome.measured_over,
    )


def with_buttons(text: str, outcomes: Mapping[str, Outcome]) -> str:
    """A text in Markdown with a button after each statement of the share of an outcome that can be run again."""

    def stated(found: re.Match[str]) -> str:
        outcome = outcomes.get(found[1])
        return f"{found[0]}[{LABEL}]({SCHEME}:{found[1]})" if outcome and starts_of(outcome) else found[0]

    return _STATEMENT.sub(stated, text)


def button_of(outcome: Outcome) -> dict[str, str | int | float]:
    """The attributes of a button, which says what it is about."""
    return {"class": "starts", "type": "button", "data-starts": outcome.name, "title": outcome.claim}
