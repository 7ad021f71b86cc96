"""Tables of results: of each start, and of what the starts of each cell of a sweep say together."""

import math
from collections.abc import Iterator, Mapping, Sequence

from app.cli.rows import Outcome

MOST_STARTS = 40
"""With more starts than this, only what they say together is shown."""

_WIDEST = 24


def cell(value: float | None, form: str) -> str:
    """A number padded to its column, in scientific notation if it would not fit."""
    if value is not None and abs(value) >= 1000:
        form = ".3e"
    return f"{'–' if value is None else format(value, form):>10}"


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95% interval of the share `count / total`, after Wilson (1927); `total` is at least 1."""
    z = 1.959963984540054
    share, weight = count / total, z * z / total
    middle = (share + weight / 2) / (1 + weight)
    half = math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
    return (0.0 if count == 0 else middle - half, 1.0 if count == total else middle + half)


def quantile(ordered: Sequence[float], share: float) -> float:
    """A quantile of ascending numbers, between two of them on a straight line; the last ones may be infinite."""
    place = share * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below if below == above else below + (above - below) * (place - math.floor(place))


def _ranked_loss(outcome: Outcome) -> float:
    """The test loss, or without test examples the training loss; infinite for a start that diverged."""
    if outcome.diverged is not None:
        return math.inf
    losses = (outcome.test_loss, outcome.train_loss, math.inf)
    return next(loss for loss in losses if loss is not None)


class Measure:
    """What is shown of the starts of a cell: the last loss or, if they end at the goal, the epoch that reached it.

    Of those that read pictures, the accuracy is shown, too.
    """

    def __init__(self, *, until_goal: bool, has_goals: bool, has_pictures: bool = False) -> None:
        self.until_goal = until_goal
        self.has_goals = has_goals
        self.has_pictures = has_pictures
        self.name = "epochs to the goal" if until_goal else "loss"

    def quartiles(self, outcomes: Sequence[Outcome]) -> list[str]:
        """The quartiles, median in the middle; of all starts, or only of those that reach the goal."""
        if self.until_goal:
            values: list[float] = [outcome.reached for outcome in outcomes if outcome.reached is not None]
        else:
            values = [_ranked_loss(outcome) for outcome in outcomes]
        found = [quantile(sorted(values), share) for share in (0.25, 0.5, 0.75)] if values else [math.nan] * 3
        return [self._text(value) for value in found]

    def accuracies(self, outcomes: Sequence[Outcome]) -> list[str]:
        """The quartiles of the test accuracies, median in the middle, without starts that diverged."""
        known = sorted(one.test_accuracy or 0.0 for one in outcomes if one.diverged is None)
        return [f"{quantile(known, share):.2%}" if known else "–" for share in (0.25, 0.5, 0.75)]

    def title(self, outcomes: Sequence[Outcome]) -> str:
        """What exactly is shown of these starts."""
        if self.until_goal:
            return self.name.capitalize()
        return "Training loss" if outcomes[0].test_loss is None else "Test loss"

    def _text(self, value: float) -> str:
        if math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞"
        return f"{value:,.0f}" if self.until_goal else f"{value:.3e}" if value >= 1000 else f"{value:.5f}"


def _reached(outcomes: Sequence[Outcome]) -> str:
    count, total = sum(outcome.reached is not None for outcome in outcomes), len(outcomes)
    low, high = wilson(count, total)
    return f"{count:,} of {total:,} ({100 * low:.0f}–{100 * high:.0f}%)"


def _diverged(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.diverged is not None for outcome in outcomes)


# --- a cell -----------------------------------------------------------------------------------------------------------


def start_head() -> str:
    """The head of a table of starts."""
    return f"{'seed':>9}  {'epoch':>9}  {'train loss':>10}  {'test loss':>10}  {'train acc.':>10}  {'test acc.':>10}"


def start_row(number: int, outcome: Outcome) -> str:
    """A start; `number` is counted from 0, and its seed from 1."""
    losses = (cell(loss, ".5f") for loss in (outcome.train_loss, outcome.test_loss))
    shares = (cell(share, ".1%") for share in (outcome.train_accuracy, outcome.test_accuracy))
    ends = {name: getattr(outcome, name) for name in ("reached", "diverged", "stopped")}
    words = "".join(f"  {_ENDS[name]} {epoch:,}" for name, epoch in ends.items() if epoch is not None)
    return f"{number + 1:>9,}  {outcome.epoch:>9,}  {'  '.join((*losses, *shares))}{words}"


_ENDS = {"reached": "reached the goal in epoch", "diverged": "diverged in epoch", "stopped": "stopped early in epoch"}


def summary(outcomes: Sequence[Outcome], measure: Measure) -> Iterator[str]:
    """What the starts of an experiment say together, in sentences."""
    low, median, high = measure.quartiles(outcomes)
    total = len(outcomes)
    yield f"{measure.title(outcomes)}: median {median}, middle half {low} to {high}"
    if measure.has_pictures:
        low, median, high = measure.accuracies(outcomes)
        yield f"Test accuracy: median {median}, middle half {low} to {high}"
    if measure.has_goals:
        count = sum(outcome.reached is not None for outcome in outcomes)
        bounds = wilson(count, total)
        interval = "–".join(f"{100 * bound:.0f}" for bound in bounds)
        yield f"{count:,} of {total:,} starts reach the goal (95% interval: {interval}%)"
    if diverged := _diverged(outcomes):
        yield f"{diverged:,} of {total:,} starts diverged"


# --- cells ------------------------------------------------------------------------------------------------------------


class CellTable:
    """A table with a line for each cell of a sweep; `texts` are the values of each swept key, as links have them."""

    def __init__(self, texts: Mapping[str, Sequence[str]], measure: Measure) -> None:
        self._measure = measure
        self._keys = {key: min(_WIDEST, max(map(len, (key, "none", *values)))) for key, values in texts.items()}
        self._columns = {f"median {measure.name}": 10, "middle half": 17, "reached (95% interval)": 23, "diverged": 8}
        """The least width of each column."""
        if not measure.has_goals:
            del self._columns["reached (95% interval)"]
        if measure.has_pictures:
            self._columns["median accuracy"] = 15

    def head(self) -> str:
        """The first line."""
        return self._line(list(self._keys), list(self._columns))

    def row(self, values: Sequence[str], outcomes: Sequence[Outcome]) -> str:
        """A cell, by its values and the outcomes of its starts."""
        low, median, high = self._measure.quartiles(outcomes)
        reached = [_reached(outcomes)] if self._measure.has_goals else []
        accuracy = [self._measure.accuracies(outcomes)[1]] if self._measure.has_pictures else []
        return self._line(values, [median, f"{low}–{high}", *reached, f"{_diverged(outcomes):,}", *accuracy])

    def _line(self, values: Sequence[str], columns: Sequence[str]) -> str:
        keys = zip(values, self._keys.values(), strict=True)
        widths = (max(len(title), width) for title, width in self._columns.items())
        return "  ".join(
            [
                *(f"{_shortened(value, width):<{width}}" for value, width in keys),
                *(f"{text:>{width}}" for text, width in zip(columns, widths, strict=True)),
            ]
        )


def _shortened(text: str, width: int) -> str:
    text = text or "none"
    return text if len(text) <= width else text[: width - 1] + "…"
