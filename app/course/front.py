"""The front matter of a lesson's file, and the measured outcomes in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from app.text import format_number

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
    "unread": "number",
}
"""What an outcome can be about, and how its bound is written.

| measure | meaning |
|---|---|
| `gap` | test loss minus training loss |
| `rises` | share of epochs in which the training loss rose |
| `diverged` | 1 if training diverged, 0 if not |
| `dead_units` | share of hidden units whose output is zero for all training examples |
| `saturated` | share of hidden activations beyond ±0.95 |
| `live_links` | number of nonzero weights |
| `largest_difference` | largest difference between the weights of two units in the first hidden layer |
| `fading` | gradient norm of the last layer divided by that of the first |
| `entropy_gap` | difference between training loss and mean entropy of the outputs, in nats |
| `flatness` | flat share of the plane, as in the loss-landscape panel |
| `narrowness` | largest curvature of the training loss divided by the smallest, without hidden layers |
| `regions` | number of linear regions on the map |
| `unread` | number of digits of which fewer than a tenth of the test pictures are read correctly |
"""


class LessonError(ValueError):
    """A lesson's file is invalid; the message names the file, the field, the value and what was expected.

    `line` is the line of the file, from 1, or 0 if it is not known.
    """

    def __init__(self, file: str, field: str, got: object, expected: str, line: int = 0) -> None:
        shown = repr(got)
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {field}: got {shown}; expected {expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A measured result: it holds in a `share` of `measured_over` runs, each with its own data and initial weights.

    After `epochs` epochs (or, with `once`, at some point within them), the measure is at least (`is_floor`) or at most
    `limit`. With `against`, the measure is the ratio to that of another experiment; with `before`, the limit is reached
    in fewer epochs than in each of those experiments. All links are canonical.
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
        """The share as a phrase that ends or continues a sentence: exact near 0 and 1, in tenths elsewhere."""
        if self.share in _ENDS:
            return f"in {_ENDS[self.share]} {self.measured_over} runs"
        if self.measured_over < _MANY or not _EDGE <= self.share <= 1 - _EDGE:
            return f"in {self.count} of {self.measured_over} runs"
        tenths = int(10 * self.share + 0.5)
        return "in about half of the runs" if tenths == 5 else f"in about {tenths} of 10 runs"

    @property
    def count(self) -> int:
        """The number of runs in which the result was observed."""
        return round(self.share * self.measured_over)

    @property
    def bound(self) -> str:
        """The limit as text; shares are percentages."""
        if MEASURES[self.measure] == "share" and not self.against:
            return f"{format_number(round(100 * self.limit, 6))}%"
        return format_number(self.limit)

    @property
    def claim(self) -> str:
        """The result, without its share, as a sentence without its end."""
        return self.says.format(bound=self.bound, epochs=self.epochs)

    @property
    def sentence(self) -> str:
        """The result and its share as one sentence."""
        return f"{self.claim}: {self}."

    def is_reached(self, value: float) -> bool:
        """Return whether a value is on the stated side of the limit."""
        return value >= self.limit if self.is_floor else value <= self.limit


_ENDS = {0.0: "none of", 1.0: "all"}
_EDGE = 0.1
"""Closer to none or all than this, tenths would hide what matters: that it happens at all, or sometimes fails."""

_MANY = 100
"""Of fewer runs, the number is plain enough."""


# --- front matter -------------------------------------------------------------------------------------------------


def _known_measure(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"one of {', '.join(MEASURES)}")
    return name


_EXPECTATION = re.compile(r"^(?:(?:Input|String|List) should (?:be|have) |Value error, )")
"""The part of a message of pydantic's that comes before what was expected."""

_Link = Annotated[str, Field(min_length=1, max_length=2000)]
_Line = Annotated[str, Field(min_length=1, max_length=400)]


class _Table(BaseModel):
    """A table of the front matter. Its values are never converted, and unknown fields are errors."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class Claim(_Table):
    """An entry of `outcomes`: an outcome whose links are not canonical yet, with `at_least` or `at_most` as limit."""

    link: _Link = "#"
    says: Annotated[str, Field(min_length=1, max_length=200)]
    epochs: Annotated[int, Field(ge=0, le=1000)]
    measure: Annotated[str, AfterValidator(_known_measure)]
    at_most: float | None = None
    at_least: Annotated[float | None, Field(validate_default=True)] = None
    once: bool = False
    against: Annotated[str, Field(max_length=2000)] = ""
    before: list[_Line] = []
    measured_over: Annotated[int, Field(ge=20, le=10_000)]
    share: Annotated[float, Field(ge=0, le=1)]

    @field_validator("at_least")
    @classmethod
    def _one_limit(cls, floor: float | None, info: ValidationInfo) -> float | None:
        if "at_most" in info.data and (floor is None) == (info.data["at_most"] is None):
            raise ValueError("a number here or in at_most, but not both")
        return floor

    @field_validator("share")
    @classmethod
    def _whole_runs(cls, share: float, info: ValidationInfo) -> float:
        """A measured share is a whole number of runs; anything else was not measured."""
        runs = info.data.get("measured_over", 1)
        if "measured_over" in info.data and abs(share * runs - round(share * runs)) > 1e-6:
            raise ValueError(f"a whole number of {runs} runs, such as {format_number(round(share * runs) / runs)}")
        return share


class FrontMatter(_Table):
    """The fields at the top of a lesson's file."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    part: Annotated[str, Field(min_length=1, max_length=40)]
    order: Annotated[int, Field(ge=1, le=99)]
    minutes: Annotated[int, Field(ge=1, le=30)]
    goal: Annotated[str, Field(min_length=1, max_length=200)]
    link: _Link
    needs: list[_Line] = []
    sources: list[_Line]
    outcomes: dict[str, Claim]

    @classmethod
    def read(cls, file: str, given: Mapping[str, Any]) -> Self:
        """The front matter of a file. Raises `LessonError` for an unknown field, or else for the first invalid one."""
        try:
            return cls.model_validate(given)
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False)
            error = min(errors, key=lambda error: error["type"] != "extra_forbidden")
            table = Claim if error["loc"][0] == "outcomes" else cls
            expected = {
                "extra_forbidden": f"one of the fields {', '.join(table.model_fields)}",
                "missing": "a value",
            }.get(error["type"], _EXPECTATION.sub("", error["msg"]))
            got = None if error["type"] == "missing" else error["input"]
            raise LessonError(file, ".".join(map(str, error["loc"])), got, expected) from None
