"""Lessons, read from their files and checked."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any, NamedTuple

from app.course.fields import FIELDS, OUTCOME_FIELDS, check_fields
from app.course.lesson import Lesson, LessonError, Outcome
from app.course.text import read_steps, render_line
from app.link import format_link, format_number, parse_link

LAST_STEP = "What you should have seen"

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SEEDED = "#seed=0.5"


@cache
def read_lessons(folder: Traversable | None = None) -> tuple[Lesson, ...]:
    """All lessons of a folder, or of the application, in their order. Raises `LessonError` for the first mistake."""
    files = sorted((folder or resources.files("app") / "lessons").iterdir(), key=lambda file: file.name)
    lessons = [read_lesson(file.name, file.read_text("utf-8")) for file in files if file.name.endswith(".md")]
    lessons.sort(key=lambda lesson: lesson.order)
    for one, next_one in pairwise(lessons):
        if one.order == next_one.order:
            raise LessonError(f"{next_one.name}.md", "order", one.order, f"another place than that of {one.name}.md")
    seen: set[str] = set()
    for lesson in lessons:
        for name in lesson.needs:
            if name not in seen:
                raise LessonError(f"{lesson.name}.md", "needs", name, "the name of a lesson that comes before")
        seen.add(lesson.name)
    return tuple(lessons)


def read_lesson(file: str, text: str) -> Lesson:
    """A lesson from the text of its file. Raises `LessonError`."""
    name = file.removesuffix(".md")
    if not _NAME.fullmatch(name):
        raise LessonError(file, "file name", file, "small letters, digits and dashes, then .md")
    front, body = _parts(file, text)
    values = check_fields(file, front, FIELDS)
    seeded = _Links(file, _SEEDED)
    link = seeded.read(values["link"], "link")
    links = _Links(file, seeded.completed(values["link"]))
    outcomes = {key: _outcome(links, key, table) for key, table in values["outcomes"].items()}
    steps = tuple(read_steps(file, _filled(file, body, outcomes), links.read, link))
    if not 3 <= len(steps) <= 10:
        raise LessonError(file, "steps", len(steps), "3 to 10, each with a heading of the second level")
    if steps[-1].title != LAST_STEP:
        raise LessonError(file, "last step", steps[-1].title, repr(LAST_STEP))
    made = {
        "name": name,
        "link": link,
        "steps": steps,
        "outcomes": tuple(outcomes.values()),
        "sources": tuple(map(render_line, values["sources"])),
    }
    return Lesson(**{**values, **made})


def _parts(file: str, text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the text after it."""
    parts = re.split(r"^\+\+\+[ \t]*$\n?", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise LessonError(file, "front matter", text[:40], "TOML between two lines of +++, at the top of the file")
    try:
        return tomllib.loads(parts[1]), parts[2]
    except tomllib.TOMLDecodeError as error:
        raise LessonError(file, "front matter", str(error), "TOML") from None


class _Links(NamedTuple):
    """The links of a file, which say only what differs from those of a `base`."""

    file: str
    base: str

    def completed(self, link: str) -> str:
        """A link with what the base says about everything that it does not name."""
        pairs = [piece.partition("=") for text in (self.base, link) for piece in text.removeprefix("#").split("&")]
        return "#" + "&".join(f"{key}={value}" for key, value in {key: value for key, _, value in pairs if key}.items())

    def read(self, link: str, field: str) -> str:
        """The canonical form of a link."""
        if not link.startswith("#"):
            raise LessonError(self.file, field, link, "a link that begins with #")
        config, view, notices = parse_link(self.completed(link))
        if notices:
            raise LessonError(self.file, field, link, f"a link without fault, but {notices[0].message}")
        return format_link(config, view)


def _outcome(links: _Links, name: str, table: Mapping[str, Any]) -> Outcome:
    file, within = links.file, f"outcomes.{name}."
    if not _WORD.fullmatch(name):
        raise LessonError(file, f"outcomes.{name}", name, "a name of small letters, digits and _")
    values = check_fields(file, table, OUTCOME_FIELDS, within)
    floor, ceiling = values.pop("at_least"), values.pop("at_most")
    if (floor is None) == (ceiling is None):
        raise LessonError(file, within + "at_least", floor, "a number here or in at_most, and not in both")
    _check_share(file, within, values["share"], values["measured_over"])
    values["link"] = links.read(values["link"], within + "link")
    values["against"] = values["against"] and links.read(values["against"], within + "against")
    values["before"] = tuple(links.read(link, within + "before") for link in values["before"])
    limit, is_floor = (ceiling, False) if floor is None else (floor, True)
    outcome = Outcome(**values, name=name, limit=limit, is_floor=is_floor)
    _filled(file, outcome.says, {"bound": "", "epochs": ""})
    return outcome


def _check_share(file: str, within: str, share: float, starts: int) -> None:
    """A measured share is one of whole starts; anything else was not measured."""
    if abs(share * starts - round(share * starts)) > 1e-6:
        near = format_number(round(share * starts) / starts)
        raise LessonError(file, within + "share", share, f"a whole number of {starts} starts, such as {near}")


def _filled(file: str, text: str, values: Mapping[str, object]) -> str:
    """The text with values, or numbers of them, in the places that name them."""
    try:
        return text.format_map(values)
    except (KeyError, AttributeError, ValueError, IndexError) as error:
        allowed = f"in braces one of the names {', '.join(values)}"
        raise LessonError(file, "text", f"{{…}}: {error}", allowed) from None
