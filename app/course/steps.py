"""The text of a lesson as steps: split at its headings, with links, hints and predictions turned into what they are."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.course.front import LessonError
from app.course.lesson import Prediction, Seen, Step, seen_after
from app.course.questions import Question, find_question, read_action, read_answers
from app.course.source import Text
from app.course.starts import SCHEME, button_of, starts_of
from app.link import parse_link
from engine.inspection import INSPECTIONS

PICTURE_PANELS = ("mistakes", "follow")
"""The panels of "Look inside" that only the page about pictures has."""

PANELS = (*(name for name in INSPECTIONS if name not in PICTURE_PANELS), "code")
"""The panels of Look inside: those of the engine, and the code, which is an export."""

OPENED = (*PANELS, *PICTURE_PANELS, "runs", "compare")
"""What a step can open: a panel of Look inside, the table of runs, or the networks to compare."""

MARKDOWN = MarkdownIt("commonmark", {"html": False})


def read_steps(source: str, text: Text, link: str) -> Iterator[Step]:
    """The steps of a text, split at its headings; `link` is the first step's. Raises `LessonError`."""
    tokens = MARKDOWN.parse(source)
    heads = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    if not heads or heads[0] > 0:
        expected = "a text that begins with a heading: ## and the title of the step"
        raise LessonError(text.links.file, "text", source.strip()[:40], expected, text.first_line)
    here, names = link, set[str]()
    for start, end in pairwise([*heads, len(tokens)]):
        title, own = _heading(tokens[start + 1])
        field = f"link of the step {title!r}"
        step_link = text.links.canonical(own, field, text.line_of(tokens[start])) if own else "" if start else link
        here = step_link or here
        step = _step(title, step_link, here, tokens[start + 3 : end], text)
        if step.name in names:
            raise text.error(tokens[start], "title of a step", title, "a title that no other step has")
        names.add(step.name)
        yield step


def _heading(inline: Token) -> tuple[str, str]:
    """The title of a step, and the link it is ("": none)."""
    children = inline.children or []
    own = [str(token.attrGet("href")) for token in children if token.type == "link_open"]
    return "".join(token.content for token in children if token.type == "text"), own[0] if own else ""


def _step(title: str, link: str, here: str, tokens: Sequence[Token], text: Text) -> Step:
    """A step from its text; `here` is the experiment that it is about."""
    asked = find_question(tokens, f"the question in the step {title!r}", text)
    before = tokens if asked is None else asked.before
    html = _render(before, title, text)
    prediction = None if asked is None else _prediction(asked, title, here, text)
    panels = [
        str(child.attrGet("data-look"))
        for token in before
        for child in token.children or []
        if child.attrGet("data-look")
    ]
    return Step(
        name=re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"),
        title=title,
        html=html,
        link=link,
        panel=panels[0] if panels else "",
        prediction=prediction,
        seen=_seen(prediction, link, panels),
    )


def _seen(prediction: Prediction | None, link: str, panels: Sequence[str]) -> Seen | None:
    """When a step is ticked: after its prediction's run, or else when its goal is reached or its panel is open."""
    if prediction is not None:
        return seen_after(prediction)
    view = parse_link(link).view if link else None
    if view is not None and (view.has_own_goal or view.goals):
        return Seen(kind="goal", link=link)
    return Seen(kind="look", panel=panels[0]) if panels else None


def _prediction(asked: Question, title: str, here: str, text: Text) -> Prediction:
    answers = read_answers(asked, text)
    action = read_action(asked, answers.outcome, here, OPENED, text)
    for token in [asked.inline, *answers.inlines]:
        if any(str(child.attrGet("href")).startswith(f"{SCHEME}:") for child in token.children or []):
            expected = "neither a question nor answers that state a share: it belongs in the explanation"
            raise text.error(token, asked.field, token.content, expected)
        _point_links(token, title, text)
    if not asked.after:
        raise text.error(asked.inline, asked.field, "nothing after it", "the explanation, after the answers")
    return Prediction(
        question=_inline(asked.inline),
        answers=tuple(_inline(token) for token in answers.inlines),
        right=answers.right,
        outcome=answers.outcome,
        holds=answers.holds,
        action=action,
        html=_render(asked.after, title, text),
    )


def _inline(token: Token) -> Markup:
    """A line as HTML."""
    return Markup(MARKDOWN.renderer.render([token], MARKDOWN.options, {}))  # noqa: S704 - as below


def _render(tokens: Sequence[Token], title: str, text: Text) -> Markup:
    """Blocks as HTML."""
    environment: dict[str, Any] = {}
    for token in tokens:
        _point_links(token, title, text)
    html = MARKDOWN.renderer.render(_with_hints(tokens), MARKDOWN.options, environment)
    return Markup(html)  # noqa: S704 - HTML in the source is shown as text


def _point_links(inline: Token, title: str, text: Text) -> None:
    """Turn each link into what it is on the page: an experiment, a panel's button, or a page in another tab."""
    tokens = inline.children or []
    field = f"a link in the step {title!r}"
    closing = iter([token for token in tokens if token.type == "link_close"])
    for opening in tokens:
        if opening.type != "link_open":
            continue
        target = str(opening.attrGet("href"))
        scheme, _, rest = target.partition(":")
        end = next(closing)
        if target.startswith("#"):
            opening.attrs = {"class": "try", "href": text.links.canonical(target, field, text.line_of(inline))}
        elif scheme == "look" and rest in OPENED:
            opening.tag = end.tag = "button"
            opening.attrs = {"class": "try", "type": "button", "data-look": rest}
        elif scheme == SCHEME and rest in text.outcomes and starts_of(text.outcomes[rest]):
            opening.tag = end.tag = "button"
            opening.attrs = button_of(text.outcomes[rest])
        elif target.startswith(("https://", "/glossary#")):
            opening.attrs = {"href": target, "target": "_blank", "rel": "noopener noreferrer"}
        else:
            expected = f"#…, look:PANEL ({', '.join(OPENED)}), /glossary#… or https://…"
            raise text.error(inline, field, target, expected)


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
