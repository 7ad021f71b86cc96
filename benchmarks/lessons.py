"""What comes of the experiments that lessons speak of: `python -m benchmarks.lessons [--write] [name …]`.

Every outcome in the front matter of the lessons is tried over 200 starts, which are not those of the tests, and the
share of the starts that showed it is printed. With `--write` it is put into the lesson, from where its text and its
tests take it, so that no share is ever written by hand.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import app
from app.course import Lesson, Outcome, read_lessons
from app.text import format_number
from tests.outcomes import MEASURED, shows

FOLDER = Path(app.__file__).parent / "lessons"


def measure(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """In how many of the starts each outcome is seen, by its name."""
    counts = {outcome.name: 0 for outcome in outcomes}
    # start by start: outcomes of one lesson share their runs
    for seed in MEASURED:
        for outcome in outcomes:
            counts[outcome.name] += shows(outcome, seed)
    return counts


def written(text: str, counts: dict[str, int]) -> str:
    """The text of a lesson's file with these shares. Raises ValueError if it does not name an outcome's share."""
    for name, count in counts.items():
        share = format_number(count / len(MEASURED))
        pattern = rf"(?m)(^\[outcomes\.{name}\]\n(?:[^\[\n].*\n)*?)share = .*\nmeasured_over = .*$"
        text, places = re.subn(pattern, rf"\g<1>share = {share}\nmeasured_over = {len(MEASURED)}", text)
        if places != 1:
            raise ValueError(f"the outcome {name} has {places} places for its share, and not one")
    return text


def is_asked_for(names: Sequence[str], lesson: Lesson, outcome: Outcome) -> bool:
    """Whether an outcome is among those that are named, of which there are none for all."""
    return not names or lesson.name in names or f"{lesson.name}.{outcome.name}" in names


def main() -> None:
    """Measure, print, and write if that is asked for."""
    parser = argparse.ArgumentParser(description="Measure what lessons state.")
    parser.add_argument("--write", action="store_true", help="put the shares into the lessons")
    parser.add_argument("names", nargs="*", help="lessons, or single outcomes as lesson.outcome; all if there are none")
    given = parser.parse_args()
    for lesson in read_lessons():
        outcomes = [outcome for outcome in lesson.outcomes if is_asked_for(given.names, lesson, outcome)]
        counts = measure(outcomes)
        for outcome in outcomes:
            now = f"{counts[outcome.name]:>4} of {len(MEASURED)}"
            print(f"{now}  (stated {outcome.count})  {lesson.name}.{outcome.name}", flush=True)
        if given.write and counts:
            file = FOLDER / f"{lesson.name}.md"
            file.write_text(written(file.read_text("utf-8"), counts), "utf-8")


if __name__ == "__main__":
    main()
