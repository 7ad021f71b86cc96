"""Lessons as values: their steps, the predictions these ask for, and when an outcome has been seen."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from app.course.front import Outcome
from app.course.starts import Starts, starts_of

Holds = Literal["usually", "rarely", "sometimes"]
"""In how many of the measured runs the outcome behind a right answer was observed."""

SHARES: dict[Holds, tuple[float, float]] = {"usually": (2 / 3, 1), "rarely": (0, 1 / 3), "sometimes": (0.1, 0.9)}
"""The shares of runs, from and to, for which an answer may say so."""

ON_PAGE = frozenset({"test_accuracy", "train_accuracy", "test_loss", "train_loss", "gap", "diverged"})
"""The measures that the page can read off a frame or the status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What the button of a prediction does: `run` or `play` an experiment, or open (`look`) a panel.

    `run` trains `link` for `epochs` epochs at full speed, `play` until somebody pauses it.
    """

    kind: Literal["run", "play", "look"]
    label: str
    link: str = ""
    epochs: int = 0
    panel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A question before the experiment, its answers, and the explanation (`html`) that is shown afterward.

    `right` is the index of the right answer. `outcome`, if there is one, is the measured result that makes it right.
    """

    question: Markup
    answers: tuple[Markup, ...]
    right: int
    outcome: Outcome | None
    holds: Holds
    action: Action
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When the page ticks a step, by `kind`.

    * `run`: the experiment of `link` has trained for `epochs` epochs. With a `measure`, its value must also be on the
      side of `limit` that `is_expected` says; with `once`, any time until then is enough.
    * `look`: the panel `panel` is open.
    * `goal`: all goals of `link`, the step's, have been reached.
    """

    kind: Literal["run", "look", "goal"]
    link: str = ""
    epochs: int = 0
    measure: str = ""
    limit: float = 0.0
    is_floor: bool = False
    is_expected: bool = True
    once: bool = False
    panel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a lesson: its title, its text as HTML, and the link it opens ("" to keep the previous step's).

    `name` identifies it within the lesson. `panel` is opened when the step begins ("": none). Without a `prediction`,
    `html` is the whole text; without `seen`, there is nothing to tick.
    """

    name: str
    title: str
    html: Markup
    link: str
    panel: str
    prediction: Prediction | None
    seen: Seen | None

    @property
    def whole(self) -> Markup:
        """All that can be read in the step, as HTML."""
        asked = self.prediction
        return self.html if asked is None else Markup(" ").join([self.html, asked.question, *asked.answers, asked.html])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson; `needs` names the lessons it builds on, `sources` are HTML."""

    name: str
    title: str
    part: str
    order: int
    minutes: int
    goal: str
    link: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]
    sources: tuple[Markup, ...]

    @property
    def measured_over(self) -> int:
        """The smallest number of runs any of its outcomes was measured over."""
        return min(outcome.measured_over for outcome in self.outcomes)

    @property
    def starts(self) -> dict[str, Starts]:
        """What the buttons beside stated shares run, by the name of the outcome."""
        return {outcome.name: starts for outcome in self.outcomes if (starts := starts_of(outcome))}

    @property
    def to_see(self) -> tuple[str, ...]:
        """The names of the steps that can be ticked."""
        return tuple(step.name for step in self.steps if step.seen)


def seen_after(prediction: Prediction) -> Seen:
    """When the outcome that a prediction is about has been seen."""
    action, outcome = prediction.action, prediction.outcome
    if action.kind == "look":
        return Seen(kind="look", panel=action.panel)
    if outcome is None or prediction.holds == "sometimes" or not _is_on_page(outcome):
        return Seen(kind="run", link=action.link, epochs=action.epochs)
    return Seen(
        kind="run",
        link=action.link,
        epochs=action.epochs,
        measure=outcome.measure,
        limit=outcome.limit,
        is_floor=outcome.is_floor,
        is_expected=prediction.holds == "usually",
        once=outcome.once,
    )


def _is_on_page(outcome: Outcome) -> bool:
    """Whether one run is enough to see an outcome, and the page knows its measure."""
    return outcome.measure in ON_PAGE and not outcome.against and not outcome.before
