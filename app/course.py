"""Lessons: read from one Markdown file each, checked, and made into what the pages show.

A file begins with its front matter, TOML between two lines of `+++`; the text after it is cut into steps at its
headings of the second level. What a lesson promises stands in its table `outcomes`, and the text quotes the rates from
there: `{name}` becomes "in all 20 starts", `{name.epochs}` and `{name.bound}` the numbers of the same promise. Tests
hold every promise over `STARTS` starts.

A link that begins with `#` names only what differs from the lesson's own link. `[…](look:gradients)` is a button that
opens a panel, a quoted block is a hint, folded, and the heading of a step may be a link: the experiment of this step.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.link import format_link, format_number, parse_link
from engine.inspection import INSPECTIONS

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

PANELS = (*INSPECTIONS, "code")
"""The panels that a step may open."""

LAST_STEP = "What you should have seen"

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SEEDED = "#seed=0.5"


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


# Reading --------------------------------------------------------------------------------------------------------------


def find_lessons() -> Traversable:
    """The folder with the lessons that come with the application."""
    return resources.files("app") / "lessons"


@cache
def read_lessons(folder: Traversable | None = None) -> tuple[Lesson, ...]:
    """All lessons of a folder, in their order. Raises `LessonError` for the first thing that is wrong."""
    files = sorted((folder or find_lessons()).iterdir(), key=lambda file: file.name)
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
    return _Reader(file).read(text)


Check = Callable[[Any], Any]
"""From what stands in the front matter to the value; raises `_Wrong` with what is allowed."""


class _Wrong(Exception):  # noqa: N818 - it never leaves this module
    pass


def _text(most: int) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
            raise _Wrong(f"a text of 1 to {most} characters")
        return value.strip()

    return check


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _Wrong(f"a whole number from {low} to {high}")
        return value

    return check


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong("a number")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _choice(names: Sequence[str]) -> Check:
    def check(value: Any) -> str:
        if value not in names:
            raise _Wrong(f"one of {', '.join(names)}")
        return str(value)

    return check


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong("a list of texts")
    return tuple(_text(400)(item) for item in value)


def _starts(value: Any) -> tuple[int, int]:
    ends = [value, value] if isinstance(value, int) else value
    try:
        low, high = (_whole(0, STARTS)(end) for end in ends)
    except (TypeError, ValueError, _Wrong):
        low, high = 1, 0
    if low > high:
        raise _Wrong(f"a number of starts, 0 to {STARTS}, or the least and the most of them")
    return low, high


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise _Wrong("a table of tables")
    return value


Fields = Mapping[str, tuple[Check, Any]]
"""A check for each field, and what it is when it is left out."""

_NEEDED = object()

_FIELDS: Fields = {
    "title": (_text(60), _NEEDED),
    "part": (_text(40), _NEEDED),
    "order": (_whole(1, 99), _NEEDED),
    "minutes": (_whole(1, 30), _NEEDED),
    "goal": (_text(200), _NEEDED),
    "link": (_text(2000), _NEEDED),
    "needs": (_texts, ()),
    "sources": (_texts, _NEEDED),
    "outcomes": (_table, _NEEDED),
}

_OUTCOME_FIELDS: Fields = {
    "link": (_text(2000), "#"),
    "says": (_text(200), _NEEDED),
    "epochs": (_whole(0, 1000), _NEEDED),
    "measure": (_choice(tuple(MEASURES)), _NEEDED),
    "at_least": (_number, None),
    "at_most": (_number, None),
    "once": (_flag, False),
    "against": (_text(2000), ""),
    "before": (_texts, ()),
    "starts": (_starts, _NEEDED),
}


class _Reader:
    """Reads one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._base = _SEEDED

    def _wrong(self, field: str, got: object, allowed: str) -> LessonError:
        return LessonError(self._file, field, got, allowed)

    def read(self, text: str) -> Lesson:
        name = self._file.removesuffix(".md")
        if not _NAME.fullmatch(name):
            raise self._wrong("file name", self._file, "small letters, digits and dashes, then .md")
        front, body = self._parts(text)
        values = self._checked(front, _FIELDS, "")
        link = self._link(values["link"], "link")
        self._base = self._completed(values["link"])
        tables = values.pop("outcomes")
        outcomes = tuple(self._outcome(key, table) for key, table in tables.items())
        steps = tuple(self._steps(self._filled(body, outcomes), link))
        if not 3 <= len(steps) <= 10:
            raise self._wrong("steps", len(steps), "3 to 10, each with a heading of the second level")
        if steps[-1].title != LAST_STEP:
            raise self._wrong("last step", steps[-1].title, repr(LAST_STEP))
        sources = tuple(Markup(_MARKDOWN.renderInline(source)) for source in values.pop("sources"))  # noqa: S704 - HTML is off
        return Lesson(**{**values, "link": link}, name=name, steps=steps, outcomes=outcomes, sources=sources)

    def _parts(self, text: str) -> tuple[dict[str, Any], str]:
        parts = re.split(r"^\+\+\+[ \t]*$\n?", text, maxsplit=2, flags=re.MULTILINE)
        if len(parts) != 3 or parts[0].strip():
            raise self._wrong("front matter", text[:40], "TOML between two lines of +++, at the top of the file")
        try:
            return tomllib.loads(parts[1]), parts[2]
        except tomllib.TOMLDecodeError as error:
            raise self._wrong("front matter", str(error), "TOML") from None

    def _checked(self, given: Mapping[str, Any], fields: Fields, within: str) -> dict[str, Any]:
        """The values of all fields."""
        for key, value in given.items():
            if key not in fields:
                raise self._wrong(within + key, value, f"one of the fields {', '.join(fields)}")
        values: dict[str, Any] = {}
        for key, (check, default) in fields.items():
            if key not in given:
                if default is _NEEDED:
                    raise self._wrong(within + key, None, "a value: it must be there")
                values[key] = default
                continue
            try:
                values[key] = check(given[key])
            except _Wrong as wrong:
                raise self._wrong(within + key, given[key], str(wrong)) from None
        return values

    def _completed(self, link: str) -> str:
        """A link with what the lesson's own says about everything that it does not name."""
        pairs = [piece.partition("=") for text in (self._base, link) for piece in text.removeprefix("#").split("&")]
        return "#" + "&".join(f"{key}={value}" for key, value in {key: value for key, _, value in pairs if key}.items())

    def _link(self, link: str, field: str) -> str:
        """The canonical form of a link."""
        if not link.startswith("#"):
            raise self._wrong(field, link, "a link that begins with #")
        config, view, notices = parse_link(self._completed(link))
        if notices:
            raise self._wrong(field, link, f"a link without fault, but {notices[0].message}")
        return format_link(config, view)

    def _outcome(self, name: str, table: Mapping[str, Any]) -> Outcome:
        within = f"outcomes.{name}."
        if not _WORD.fullmatch(name):
            raise self._wrong(f"outcomes.{name}", name, "a name of small letters, digits and _")
        values = self._checked(table, _OUTCOME_FIELDS, within)
        floor, ceiling = values.pop("at_least"), values.pop("at_most")
        if (floor is None) == (ceiling is None):
            raise self._wrong(within + "at_least", floor, "a number here or in at_most, and not in both")
        low, high = values.pop("starts")
        values["link"] = self._link(values["link"], within + "link")
        values["against"] = values["against"] and self._link(values["against"], within + "against")
        values["before"] = tuple(self._link(link, within + "before") for link in values["before"])
        limit, is_floor = (ceiling, False) if floor is None else (floor, True)
        outcome = Outcome(**values, name=name, limit=limit, is_floor=is_floor, low=low, high=high)
        self._filled(outcome.says, (), {"bound": "", "epochs": ""})
        return outcome

    def _filled(self, text: str, outcomes: Sequence[Outcome], others: Mapping[str, str] | None = None) -> str:
        """The text with the numbers of the outcomes in the places that name them."""
        try:
            return text.format_map({**(others or {}), **{outcome.name: outcome for outcome in outcomes}})
        except (KeyError, AttributeError, ValueError, IndexError) as error:
            names = ", ".join(outcome.name for outcome in outcomes) or "bound and epochs"
            raise self._wrong("text", f"{{…}}: {error}", f"in braces the name of an outcome: {names}") from None

    def _steps(self, text: str, link: str) -> Iterator[Step]:
        """The text, cut at its headings."""
        environment: dict[str, Any] = {}
        tokens = _MARKDOWN.parse(text, environment)
        starts = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
        if not starts or starts[0] > 0:
            raise self._wrong("text", text.strip()[:40], "a text that begins with a heading: ## and the step's title")
        for start, end in pairwise([*starts, len(tokens)]):
            inline = tokens[start + 1].children or []
            title = "".join(token.content for token in inline if token.type == "text")
            own = [str(token.attrGet("href")) for token in inline if token.type == "link_open"]
            for token in tokens[start + 3 : end]:
                self._point_links(token.children or [], title)
            html = _MARKDOWN.renderer.render(_with_hints(tokens[start + 3 : end]), _MARKDOWN.options, environment)
            step_link = self._link(own[0], f"link of the step {title!r}") if own else "" if start else link
            yield Step(title, Markup(html), step_link)  # noqa: S704 - HTML in the source is shown as text

    def _point_links(self, tokens: Sequence[Token], title: str) -> None:
        """Make of each link what it is on the page: an experiment, a button for a panel, or a page to open beside."""
        field = f"a link in the step {title!r}"
        closing = iter([token for token in tokens if token.type == "link_close"])
        for opening in tokens:
            if opening.type != "link_open":
                continue
            target = str(opening.attrGet("href"))
            scheme, _, rest = target.partition(":")
            end = next(closing)
            if target.startswith("#"):
                opening.attrs = {"class": "try", "href": self._link(target, field)}
            elif scheme == "look" and rest in PANELS:
                opening.tag = end.tag = "button"
                opening.attrs = {"class": "try", "type": "button", "data-look": rest}
            elif target.startswith(("https://", "/glossary#")):
                opening.attrs = {"href": target, "target": "_blank", "rel": "noopener noreferrer"}
            else:
                allowed = f"#…, look:PANEL ({', '.join(PANELS)}), /glossary#… or https://…"
                raise self._wrong(field, target, allowed)


_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def _with_hints(tokens: Sequence[Token]) -> list[Token]:
    """Quoted blocks become hints that unfold; a heading in one is what stands on it while it is folded."""
    found: list[Token] = []
    for before, token in pairwise([None, *tokens]):
        if token is None:
            continue
        if token.type in {"blockquote_open", "blockquote_close"}:
            token.tag = "details"
        if before is not None and before.type == "blockquote_open" and token.type != "heading_open":
            found.append(_raw("<summary>Hint</summary>\n"))
        if token.type in {"heading_open", "heading_close"} and token.level > 0:
            token.tag = "summary"
        found.append(token)
    return found


def _raw(html: str) -> Token:
    return Token("html_block", "", 0, content=html)
