"""The text of a lesson: from Markdown to the HTML of its steps."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.course.lesson import LessonError, Step
from engine.inspection import INSPECTIONS

_PANELS = (*INSPECTIONS, "code")
"""The panels that a step may open."""

ReadLink = Callable[[str, str], str]
"""From a link and the name of the place in which it stands to its canonical form; raises `LessonError`."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def render_line(text: str) -> Markup:
    """A line of Markdown as HTML."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - HTML in the source is shown as text


def read_steps(file: str, text: str, read_link: ReadLink, link: str) -> Iterator[Step]:
    """The steps of a text, cut at its headings; `link` is that of the first. Raises `LessonError`."""
    environment: dict[str, Any] = {}
    tokens = _MARKDOWN.parse(text, environment)
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    if not starts or starts[0] > 0:
        allowed = "a text that begins with a heading: ## and the step's title"
        raise LessonError(file, "text", text.strip()[:40], allowed)
    for start, end in pairwise([*starts, len(tokens)]):
        inline = tokens[start + 1].children or []
        title = "".join(token.content for token in inline if token.type == "text")
        own = [str(token.attrGet("href")) for token in inline if token.type == "link_open"]
        for token in tokens[start + 3 : end]:
            _point_links(file, token.children or [], title, read_link)
        html = _MARKDOWN.renderer.render(_with_hints(tokens[start + 3 : end]), _MARKDOWN.options, environment)
        step_link = read_link(own[0], f"link of the step {title!r}") if own else "" if start else link
        yield Step(title, Markup(html), step_link)  # noqa: S704 - HTML in the source is shown as text


def _point_links(file: str, tokens: Sequence[Token], title: str, read_link: ReadLink) -> None:
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
            opening.attrs = {"class": "try", "href": read_link(target, field)}
        elif scheme == "look" and rest in _PANELS:
            opening.tag = end.tag = "button"
            opening.attrs = {"class": "try", "type": "button", "data-look": rest}
        elif target.startswith(("https://", "/glossary#")):
            opening.attrs = {"href": target, "target": "_blank", "rel": "noopener noreferrer"}
        else:
            allowed = f"#…, look:PANEL ({', '.join(_PANELS)}), /glossary#… or https://…"
            raise LessonError(file, field, target, allowed)


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
