"""Predictions in the text of a lesson: a question, its answers, and the button that runs the experiment.

    ### How high does the test accuracy get in {small.epochs} epochs?

    * [small] {small.bound} at most
    * About 95%

    [Run {small.epochs} epochs](run:100)

    The explanation.

The right answer names the outcome that makes it right, which was observed in most runs; `[not small]` was observed in
few, and `[sometimes small]` in some. `[x]` is right for another reason, which the explanation gives. The button can be
left out if the outcome says what to run.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token

from app.course.front import Outcome
from app.course.lesson import SHARES, Action, Holds
from app.course.source import Text, same_experiment
from app.text import format_number

MOST_ANSWERS = 4
MOST_EPOCHS = 1000

_MARK = re.compile(r"\[(?:(not|sometimes) )?([a-z][a-z0-9_]*)\]\s+")
_HOLDS: dict[str | None, Holds] = {None: "usually", "not": "rarely", "sometimes": "sometimes"}
_ACTION = re.compile(r"(run|play):([1-9][0-9]{0,3})(#.*)?")


class Question(NamedTuple):
    """Where a question is: the blocks before it, its own line, those of its answers, the button's, and those after."""

    field: str
    before: Sequence[Token]
    inline: Token
    answers: Sequence[Token]
    button: Token | None
    after: Sequence[Token]


class Answers(NamedTuple):
    """The lines of all answers, and which is right, and why."""

    inlines: list[Token]
    right: int
    outcome: Outcome | None
    holds: Holds


def find_question(tokens: Sequence[Token], field: str, text: Text) -> Question | None:
    """The question in the blocks of a step: its third-level heading. Raises `LessonError`."""
    heads = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    if not heads:
        return None
    start = heads[0]
    if len(heads) > 1 or tokens[start].tag != "h3":
        raise text.error(tokens[heads[-1]], "heading", tokens[heads[-1] + 1].content, "one question (###) in a step")
    lists = tokens[start + 3 :]
    if not lists or lists[0].type != "bullet_list_open":
        expected = f"a list of 2 to {MOST_ANSWERS} answers below it"
        raise text.error(tokens[start], field, tokens[start + 1].content, expected)
    end = next(index for index, token in enumerate(lists) if token.type == "bullet_list_close" and token.level == 0)
    rest = lists[end + 1 :]
    has_button = len(rest) > 2 and rest[0].type == "paragraph_open" and _is_button(rest[1])
    return Question(
        field, tokens[:start], tokens[start + 1], lists[1:end], rest[1] if has_button else None, rest[3 * has_button :]
    )


def _is_button(inline: Token) -> bool:
    """Whether a paragraph is a single link, to something that the page does."""
    children = inline.children or []
    ends = (children[0], children[-1]) if children else ()
    return [token.type for token in ends] == ["link_open", "link_close"] and bool(
        re.match(r"(?:run|play|look):", str(children[0].attrGet("href")))
    )


def read_answers(asked: Question, text: Text) -> Answers:
    """The answers of a question, without the mark of the right one. Raises `LessonError`."""
    inlines = [token for token in asked.answers if token.type == "inline"]
    items = sum(token.type == "list_item_open" for token in asked.answers)
    if not 2 <= items <= MOST_ANSWERS or len(inlines) != items:
        raise text.error(asked.inline, asked.field, f"{items} answers", f"2 to {MOST_ANSWERS}, each on one line")
    marks = [(index, found) for index, token in enumerate(inlines) if (found := _MARK.match(token.content))]
    if len(marks) != 1:
        expected = "one right answer, marked [x], [OUTCOME], [not OUTCOME] or [sometimes OUTCOME]"
        raise text.error(asked.inline, asked.field, f"{len(marks)} marked answers", expected)
    ((right, found),) = marks
    first = (inlines[right].children or [])[0]
    first.content = _MARK.sub("", first.content, count=1)
    how, name = found.groups()
    if name == "x" and how is None:
        return Answers(inlines, right, None, "usually")
    if name not in text.outcomes:
        expected = f"x, or one of the outcomes {', '.join(text.outcomes)}"
        raise text.error(inlines[right], asked.field, found[0].strip(), expected)
    outcome, holds = text.outcomes[name], _HOLDS[how]
    low, high = SHARES[holds]
    if not low <= outcome.share <= high:
        expected = (
            f"an outcome observed in {format_number(round(low, 2))} to {format_number(round(high, 2))} of the runs"
        )
        raise text.error(inlines[right], asked.field, f"{found[0].strip()}, observed in {outcome.share}", expected)
    return Answers(inlines, right, outcome, holds)


def read_action(asked: Question, outcome: Outcome | None, here: str, panels: Sequence[str], text: Text) -> Action:
    """What the button below the answers does; without one, it runs what the outcome was measured on."""
    expected = f"a link to run:EPOCHS or play:EPOCHS (up to {MOST_EPOCHS}), either with #LINK, or to look:PANEL"
    if asked.button is None:
        if outcome is None or outcome.epochs == 0:
            raise text.error(asked.inline, asked.field, "no button below the answers", expected)
        link = here if same_experiment(outcome.link, here) else outcome.link
        return Action(kind="run", label=_label(outcome.epochs), link=link, epochs=outcome.epochs)
    children = asked.button.children or []
    target, label = str(children[0].attrGet("href")), "".join(token.content for token in children)
    scheme, _, rest = target.partition(":")
    if scheme == "look" and rest in panels:
        return Action(kind="look", label=label, panel=rest)
    found = _ACTION.fullmatch(target)
    if found is None or not label or int(found[2]) > MOST_EPOCHS:
        raise text.error(asked.button, asked.field, target, expected)
    link = text.links.canonical(found[3], asked.field, text.line_of(asked.button)) if found[3] else here
    return Action(kind="run" if scheme == "run" else "play", label=label, link=link, epochs=int(found[2]))


def _label(epochs: int) -> str:
    return "Run 1 epoch" if epochs == 1 else f"Run {epochs} epochs"
