"""Measures the results that lessons state: `python -m benchmarks.lessons [--write] [name …]`.

Runs every outcome in the front matter of the lessons with 200 random seeds, or 20 where the network reads pictures. The
tests do not use these. Prints the share of runs that showed it. With `--write`, the share is written into the lesson,
whose text and tests use it, so no share is ever typed by hand.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import app
from app.course import Lesson, Outcome, read_lessons
from app.text import format_number
from tests.outcomes import MEASURED, seeds_of, shows

FOLDER = Path(app.__file__).parent / "lessons"


class Count(NamedTuple):
    """The number of runs that show an outcome, and of all runs."""

    shown: int
    starts: int


def measure(outcomes: Sequence[Outcome]) -> dict[str, Count]:
    """How many runs show each outcome, by its name."""
    counts = {outcome.name: 0 for outcome in outcomes}
    # seed by seed, because the outcomes of a lesson share runs
    for seed in MEASURED:
        for outcome in outcomes:
            counts[outcome.name] += seed in seeds_of(outcome) and shows(outcome, seed)
    return {outcome.name: Count(counts[outcome.name], len(seeds_of(outcome))) for outcome in outcomes}


def written(text: str, counts: dict[str, Count]) -> str:
    """The text of a lesson's file with these shares. Raises ValueError if there is no unique place for one."""
    for name, count in counts.items():
        share = format_number(count.shown / count.starts)
        pattern = rf"(?m)(^\[outcomes\.{name}\]\n(?:[^\[\n].*\n)*?)share = .*\nmeasured_over = .*$"
        text, count_of_places = re.subn(pattern, rf"\g<1>share = {share}\nmeasured_over = {count.starts}", text)
        if count_of_places != 1:
            raise ValueError(f"outcome {name}: got {count_of_places} places for its share; expected 1")
    return text


def is_requested(names: Sequence[str], lesson: Lesson, outcome: Outcome) -> bool:
    """Whether an outcome is among those named; without names, all are."""
    return not names or lesson.name in names or f"{lesson.name}.{outcome.name}" in names


def main() -> None:
    """Measure, print, and with `--write` update the lessons."""
    parser = argparse.ArgumentParser(description="Measure the results that lessons state.")
    parser.add_argument("--write", action="store_true", help="write the shares into the lessons")
    parser.add_argument("names", nargs="*", help="lessons, or single outcomes as lesson.outcome (default: all)")
    options = parser.parse_args()
    for lesson in read_lessons():
        outcomes = [outcome for outcome in lesson.outcomes if is_requested(options.names, lesson, outcome)]
        counts = measure(outcomes)
        for outcome in outcomes:
            now = "{:>4} of {}".format(*counts[outcome.name])
            print(f"{now}  (stated {outcome.count})  {lesson.name}.{outcome.name}", flush=True)
        if options.write and counts:
            file = FOLDER / f"{lesson.name}.md"
            file.write_text(written(file.read_text("utf-8"), counts), "utf-8")


if __name__ == "__main__":
    main()
