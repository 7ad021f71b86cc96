"""Lessons read from their files: from Markdown with front matter to validated values with HTML."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.course.lesson import Claim, FrontMatter, Lesson, LessonError, Outcome, Step
from app.link import format_link, parse_link
from engine.inspection import INSPECTIONS

LAST_STEP = "What you should have seen"

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SEEDED = "#seed=0.5"

PANELS = (*INSPECTIONS, "code")
"""The panels of Look inside, which a step can open: those of the engine, and the code, which is an export."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


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
    seeded = _Links(file, _SEEDED)
    link = seeded.canonical(front.link, "link")
    links = _Links(file, seeded.completed(front.link))
    outcomes = {key: _outcome(links, key, claim) for key, claim in front.outcomes.items()}
    steps = tuple(_read_steps(_filled(file, body, outcomes), links, link))
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


class _Links(NamedTuple):
    """The links of a file, which list only what differs from a `base` link."""

    file: str
    base: str

    def completed(self, link: str) -> str:
        """A link, completed with everything it leaves to the base."""
        pairs = [piece.partition("=") for text in (self.base, link) for piece in text.removeprefix("#").split("&")]
        return "#" + "&".join(f"{key}={value}" for key, value in {key: value for key, _, value in pairs if key}.items())

    def canonical(self, link: str, field: str) -> str:
        """The canonical form of a link. Raises `LessonError`, naming `field`, if the link is invalid."""
        if not link.startswith("#"):
            raise LessonError(self.file, field, link, "a link that begins with #")
        config, view, warnings = parse_link(self.completed(link))
        if warnings:
            raise LessonError(self.file, field, link, f"a valid link ({warnings[0].message})")
        return format_link(config, view)


def _outcome(links: _Links, name: str, claim: Claim) -> Outcome:
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


# --- text ---------------------------------------------------------------------------------------------------------


def _line(text: str) -> Markup:
    """A line of Markdown as HTML."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - HTML in the source is shown as text


def _read_steps(text: str, links: _Links, link: str) -> Iterator[Step]:
    """The steps of a text, split at its headings; `link` is the first step's. Raises `LessonError`."""
    environment: dict[str, Any] = {}
    tokens = _MARKDOWN.parse(text, environment)
    heads = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    if not heads or heads[0] > 0:
        expected = "a text that begins with a heading: ## and the title of the step"
        raise LessonError(links.file, "text", text.strip()[:40], expected)
    for start, end in pairwise([*heads, len(tokens)]):
        inline = tokens[start + 1].children or []
        title = "".join(token.content for token in inline if token.type == "text")
        own = [str(token.attrGet("href")) for token in inline if token.type == "link_open"]
        for token in tokens[start + 3 : end]:
            _point_links(token.children or [], title, links)
        html = _MARKDOWN.renderer.render(_with_hints(tokens[start + 3 : end]), _MARKDOWN.options, environment)
        step_link = links.canonical(own[0], f"link of the step {title!r}") if own else "" if start else link
        yield Step(title, Markup(html), step_link)  # noqa: S704 - HTML in the source is shown as text


def _point_links(tokens: Sequence[Token], title: str, links: _Links) -> None:
    """Turn each link into what it is on the page: an experiment, a panel's button, or a page in another tab."""
    field = f"a link in the step {title!r}"
    closing = iter([token for token in tokens if token.type == "link_close"])
    for opening in tokens:
        if opening.type != "link_open":
            continue
        target = str(opening.attrGet("href"))
        scheme, _, rest = target.partition(":")
        end = next(closing)
        if target.startswith("#"):
            opening.attrs = {"class": "try", "href": links.canonical(target, field)}
        elif scheme == "look" and rest in PANELS:
            opening.tag = end.tag = "button"
            opening.attrs = {"class": "try", "type": "button", "data-look": rest}
        elif target.startswith(("https://", "/glossary#")):
            opening.attrs = {"href": target, "target": "_blank", "rel": "noopener noreferrer"}
        else:
            expected = f"#…, look:PANEL ({', '.join(PANELS)}), /glossary#… or https://…"
            raise LessonError(links.file, field, target, expected)


def _with_hints(tokens: Sequence[Token]) -> list[Token]:
    """Turn block quotes into hints that unfold; a heading inside one is its summary."""
    found: list[Token] = []
    for before, token in pairwise([None, *tokens]):
        if token is None:
            continue
        if token.type in {"blockquote_open", "blockquote_close"}:
            token.tag = "details"
        if before is not None and before.type == "blockquote_open" and token.type != "heading_open":
            found.append(Token("html_block", "", 0, content="<summary>Hint</summary>\n"))
        if token.type in {"heading_open", "heading_close"} and token.level > 0:
            token.tag = "summary"
        found.append(token)
    return found
