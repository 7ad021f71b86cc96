"""What a lesson is: its steps, and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from app.link import format_number

MEASURES: Mapping[str, str] = {
    "test_accuracy": "share",
    "train_accuracy": "share",
    "test_loss": "number",
    "train_loss": "number",
    "gap": "number",
    "rises": "share",
    "diverged": "number",
    "dead_units": "share",
    "saturated": "share",
    "live_links": "number",
    "weight_norm": "number",
    "largest_difference": "number",
    "fading": "number",
    "entropy_gap": "number",
    "flatness": "share",
    "narrowness": "number",
    "regions": "number",
}
"""What an outcome can be about, and how its bound is written.

`gap` is test loss minus training loss, `rises` the share of epochs in which the training loss rose, `diverged` is 1 or
0, `saturated` the share of hidden activations beyond ±0.95, `dead_units` that of the hidden units which are zero at all
training examples, `live_links` the number of weights that are not zero, `largest_difference` that between the weights
of two units of the first hidden layer, `fading` how many times the last layer's gradient is larger than the first's,
`entropy_gap` how far training loss and mean entropy of the outputs are apart (nats), `flatness` what the panel of the
loss landscape says, `narrowness` how many times more the training loss of a network without hidden layers curves in its
steepest direction than in its flattest, `regions` how many linear regions there are in the map.
"""


class LessonError(ValueError):
    """A lesson is not as it should be; the message names its file, the field, what came and what is allowed."""

    def __init__(self, file: str, field: str, got: object, allowed: str) -> None:
        shown = repr(got)
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        super().__init__(f"{file}: {field}: got {shown}, allowed is {allowed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the engine showed in a `share` of `measured_over` starts, each with its own examples and starting weights.

    After `epochs` epochs, or `once` within them, the measure is at least (`is_floor`) or at most `limit`. With
    `against` it is the measure's ratio to that of another experiment; with `before` the limit is reached in fewer
    epochs than in each of those experiments. All links are canonical.
    """

    name: str
    link: str
    says: str
    epochs: int
    measure: str
    limit: float
    is_floor: bool
    once: bool
    against: str
    before: tuple[str, ...]
    share: float
    measured_over: int

    def __str__(self) -> str:
        """The share, in words that end or continue a sentence: exact near its ends, else in tenths."""
        if self.share in _ENDS:
            return f"in {_ENDS[self.share]} {self.measured_over} runs"
        if not _EDGE <= self.share <= 1 - _EDGE:
            return f"in {self.count} of {self.measured_over} runs"
        tenths = int(10 * self.share + 0.5)
        return "in about half of the runs" if tenths == 5 else f"in about {tenths} of 10 runs"

    @property
    def count(self) -> int:
        """The starts that showed it."""
        return round(self.share * self.measured_over)

    @property
    def bound(self) -> str:
        """The limit as it is written: a share in percent."""
        if MEASURES[self.measure] == "share" and not self.against:
            return f"{format_number(round(100 * self.limit, 6))}%"
        return format_number(self.limit)

    @property
    def sentence(self) -> str:
        """What is claimed, with its share."""
        return f"{self.says.format(bound=self.bound, epochs=self.epochs)}: {self}."

    def is_reached(self, value: float) -> bool:
        """Whether a value is on the promised side of the limit."""
        return value >= self.limit if self.is_floor else value <= self.limit


_ENDS = {0.0: "none of", 1.0: "all"}
_EDGE = 0.1
"""Nearer to none or all than this, tenths would hide what matters: that it happens at all, or fails at all."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a lesson: its title, its text as HTML, and the link that it opens, "" for that of the step before."""

    title: str
    html: Markup
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson; `needs` are names of lessons that come before, `sources` are HTML."""

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
        """The starts over which each outcome was measured, at the least."""
        return min(outcome.measured_over for outcome in self.outcomes)
