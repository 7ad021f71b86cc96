"""Lessons read from their files: from Markdown with front matter to validated values with HTML."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from app.course.front import Claim, FrontMatter, LessonError, Outcome
from app.course.lesson import Lesson
from app.course.source import Links, Text
from app.course.starts import with_buttons
from app.course.steps import MARKDOWN, read_steps

LAST_STEP = "What you should have seen"

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SEEDED = "#seed=0.5"


@cache
def read_lessons(folder: Traversable | None = None) -> tuple[Lesson, ...]:
    """All lessons of a folder (by default, the application's), in order. Raises `LessonError` for the first mistake."""
    files = sorted((folder or resources.files("app") / "lessons").iterdir(), key=lambda file: file.name)
    lessons = [read_lesson(file.name, file.read_text("utf-8")) for file in files if file.name.endswith(".md")]
    lessons.sort(key=lambda lesson: lesson.order)
    for one, next_one in pairwise(lessons):
        if one.order == next_one.order:
            raise LessonError(f"{next_one.name}.md", "order", one.order, f"a number {one.name}.md does not use")
    seen: set[str] = set()
    for lesson in lessons:
        for name in lesson.needs:
            if name not in seen:
                raise LessonError(f"{lesson.name}.md", "needs", name, "the name of an earlier lesson")
        seen.add(lesson.name)
    return tuple(lessons)


def read_lesson(file: str, text: str) -> Lesson:
    """A lesson from the name and text of its file. Raises `LessonError`."""
    name = file.removesuffix(".md")
    if not _NAME.fullmatch(name):
        raise LessonError(file, "file name", file, "lowercase letters, digits and hyphens, then .md")
    given, body = _parts(file, text)
    front = FrontMatter.read(file, given)
    seeded = Links(file, _SEEDED)
    link = seeded.canonical(front.link, "link")
    links = Links(file, seeded.completed(front.link))
    outcomes = {key: _outcome(links, key, claim) for key, claim in front.outcomes.items()}
    context = Text(links, text[: len(text) - len(body)].count("\n") + 1, outcomes)
    steps = tuple(read_steps(_filled(file, with_buttons(body, outcomes), outcomes), context, link))
    if not 3 <= len(steps) <= 10:
        raise LessonError(file, "steps", len(steps), "3 to 10, each with a second-level heading")
    if steps[-1].title != LAST_STEP:
        raise LessonError(file, "last step", steps[-1].title, repr(LAST_STEP))
    return Lesson(
        name=name,
        title=front.title,
        part=front.part,
        order=front.order,
        minutes=front.minutes,
        goal=front.goal,
        link=link,
        needs=tuple(front.needs),
        steps=steps,
        outcomes=tuple(outcomes.values()),
        sources=tuple(map(_line, front.sources)),
    )


def _parts(file: str, text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the text after it."""
    parts = re.split(r"^\+\+\+[ \t]*$\n?", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise LessonError(file, "front matter", text[:40], "TOML between two lines of +++ at the top of the file")
    try:
        return tomllib.loads(parts[1]), parts[2]
    except tomllib.TOMLDecodeError as error:
        raise LessonError(file, "front matter", str(error), "TOML") from None


def _outcome(links: Links, name: str, claim: Claim) -> Outcome:
    within = f"outcomes.{name}"
    if not _WORD.fullmatch(name):
        raise LessonError(links.file, within, name, "a name of lowercase letters, digits and _")
    outcome = Outcome(
        name=name,
        link=links.canonical(claim.link, f"{within}.link"),
        says=claim.says,
        epochs=claim.epochs,
        measure=claim.measure,
        limit=(claim.at_most or 0.0) if claim.at_least is None else claim.at_least,
        is_floor=claim.at_least is not None,
        once=claim.once,
        against=claim.against and links.canonical(claim.against, f"{within}.against"),
        before=tuple(links.canonical(link, f"{within}.before") for link in claim.before),
        share=claim.share,
        measured_over=claim.measured_over,
    )
    _filled(links.file, outcome.says, {"bound": "", "epochs": ""})
    return outcome


def _filled(file: str, text: str, values: Mapping[str, object]) -> str:
    """The text with the values, or numbers of theirs, filled in where it names them."""
    try:
        return text.format_map(values)
    except (KeyError, AttributeError, ValueError, IndexError) as error:
        raise LessonError(file, "text", f"{{…}}: {error}", f"in braces, one of the names {', '.join(values)}") from None


def _line(text: str) -> Markup:
    """A line of Markdown as HTML."""
    return Markup(MARKDOWN.renderInline(text))  # noqa: S704 - HTML in the source is shown as text
