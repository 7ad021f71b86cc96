"""What a lesson is: its steps, and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from app.link import format_number

STARTS = 20
"""In so many starts each outcome is tried: each has its own examples and its own starting weights."""

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
}
"""What an outcome can be about, and how its bound is written.

`gap` is test loss minus training loss, `rises` the share of epochs in which the training loss rose, `diverged` is 1 or
0, `saturated` the share of hidden activations beyond ±0.95, `dead_units` that of the hidden units which are zero at all
training examples, `live_links` the number of weights that are not zero, `largest_difference` that between the weights
of two units of the first hidden layer, `fading` how many times the last layer's gradient is larger than the first's.
"""


class LessonError(ValueError):
    """A lesson is not as it should be; the message names its file, the field, what came and what is allowed."""

    def __init__(self, file: str, field: str, got: object, allowed: str) -> None:
        shown = repr(got)
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        super().__init__(f"{file}: {field}: got {shown}, allowed is {allowed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the engine shows in at least `low` and at most `high` of `STARTS` starts.

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
    low: int
    high: int

    def __str__(self) -> str:
        """The rate, in words that end or continue a sentence."""
        if self.low == self.high:
            return f"in {_HOW_MANY.get(self.low, f'{self.low} of {STARTS}')} starts"
        if self.high == STARTS:
            return f"in at least {self.low} of {STARTS} starts"
        if self.low == 0:
            return f"in at most {self.high} of {STARTS} starts"
        return f"in {self.low} to {self.high} of {STARTS} starts"

    @property
    def bound(self) -> str:
        """The limit as it is written: a share in per cent."""
        if MEASURES[self.measure] == "share" and not self.against:
            return f"{format_number(round(100 * self.limit, 6))}\u00a0%"
        return format_number(self.limit)

    @property
    def sentence(self) -> str:
        """What is promised, with its rate."""
        return f"{self.says.format(bound=self.bound, epochs=self.epochs)}: {self}."

    def is_reached(self, value: float) -> bool:
        """Whether a value is on the promised side of the limit."""
        return value >= self.limit if self.is_floor else value <= self.limit


_HOW_MANY = {0: f"none of {STARTS}", STARTS: f"all {STARTS}"}


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
