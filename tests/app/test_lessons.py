"""Lessons state what the engine does, and an invalid lesson says what is wrong."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from math import comb
from pathlib import Path

import pytest
from markupsafe import escape

from app.course import LAST_STEP, MEASURES, Lesson, LessonError, Outcome, read_lesson, read_lessons
from app.course.starts import starts_of
from app.link import parse_link
from app.link.goals import goals_of
from app.training.seeds import config_of, seed_of
from engine import Trainer
from tests import outcomes
from tests.support.effort import Effort
from tests.support.server import ServerThread
from tests.test_documented import TERMS

LESSONS = read_lessons()


def sample(lessons: Sequence[Lesson]) -> set[Outcome]:
    """The outcome of each lesson, of each measure and of each comparison that needs the least effort."""
    by_kind: dict[str, Outcome] = {}
    for lesson in lessons:
        for outcome in lesson.outcomes:
            compares = "against" if outcome.against else "before" if outcome.before else "a limit"
            for kind in (f"lesson {lesson.name}", f"measure {outcome.measure}", compares):
                by_kind[kind] = min(by_kind.get(kind, outcome), outcome, key=effort_of)
    return set(by_kind.values())


def effort_of(outcome: Outcome) -> int:
    """The epochs of all networks that an outcome needs; one with pictures takes as long as many others."""
    weight = 1 + parse_link(outcome.link).config.side ** 2
    return outcome.epochs * weight * (1 + len(outcome.before) + bool(outcome.against))


SAMPLE = sample(LESSONS)
OUTCOMES = [
    pytest.param(outcome, id=f"{lesson.name}-{outcome.name}", marks=() if outcome in SAMPLE else pytest.mark.nightly)
    for lesson in LESSONS
    for outcome in lesson.outcomes
]
MOST_EFFORT = float("inf") if Effort.everything else 2000
"""How much of it a test may take for one outcome; see `effort_of`."""
STARTS = outcomes.TRIED if Effort.everything else outcomes.TRIED[::2]
"""`make test` checks a sample of the outcomes from half of the starts, `make nightly` all of them from all."""

WHOLE = """+++
title = "Title"
part = "Part"
order = 1
minutes = 5
goal = "Goal."
link = "#dataset=xor&networkShape="
sources = ["Somebody: *A book*"]

[outcomes.line]
says = "accuracy reaches {bound} within {epochs} epochs"
epochs = 30
measure = "test_accuracy"
at_least = 0.95
once = true
share = 0
measured_over = 200
+++

## One

It is reached {line}, [with ReLU](#activation=relu) too. [Look](look:gradients), or [read](/glossary#xor).

> ### Why?
> Because.

## [Two](#networkShape=4)

> A hint with <b>markup</b>.

## What you should have seen

Nothing.
"""


@pytest.mark.sampled
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_stated_share_holds_over_other_starts(outcome: Outcome) -> None:
    # readers of pictures take seconds each
    starts = STARTS[:10] if parse_link(outcome.link).config.has_pictures else STARTS
    count = sum(outcomes.shows(outcome, seed) for seed in starts)
    assert count in outcomes.fair_counts(outcome.share, outcome.measured_over, len(starts))


def test_measured_starts_differ_from_tested_ones() -> None:
    assert not set(outcomes.MEASURED) & set(outcomes.TRIED)
    assert len(outcomes.MEASURED) == len(set(outcomes.MEASURED)) == 200
    for outcome in (outcome for lesson in LESSONS for outcome in lesson.outcomes):
        assert outcome.measured_over == len(outcomes.seeds_of(outcome))


def chances(rate: float, starts: int) -> list[float]:
    return [comb(starts, count) * rate**count * (1 - rate) ** (starts - count) for count in range(starts + 1)]


@pytest.mark.parametrize("rate", [0.003, 0.02, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.999])
def test_correct_share_is_almost_never_refused(rate: float) -> None:
    tried = len(outcomes.TRIED)
    refused = 0.0
    for measured, chance in enumerate(chances(rate, 200)):
        fair = outcomes.fair_counts(measured / 200, 200, tried)
        refused += chance * sum(also for count, also in enumerate(chances(rate, tried)) if count not in fair)
    assert refused <= outcomes.ERROR


@pytest.mark.parametrize(("share", "truth"), [(1, 0.6), (0.95, 0.4), (0.8, 0.2), (0.5, 0.02), (0.3, 0.9), (0, 0.4)])
def test_wrong_share_is_caught(share: float, truth: float) -> None:
    tried = len(outcomes.TRIED)
    fair = outcomes.fair_counts(share, 200, tried)
    caught = sum(chance for count, chance in enumerate(chances(truth, tried)) if count not in fair)
    assert caught > 0.9


def test_every_measure_can_be_measured() -> None:
    assert set(outcomes.MEASURES) == set(MEASURES)


def test_every_lesson_has_outcomes_and_sources() -> None:
    assert len(LESSONS) >= 14
    assert all(lesson.outcomes and lesson.sources for lesson in LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_lesson_can_be_read_in_stated_minutes(lesson: Lesson) -> None:
    words = sum(len(re.sub(r"<[^>]*>", " ", step.whole).split()) for step in lesson.steps)
    assert 200 <= words <= 900
    assert 3 <= lesson.minutes <= 8
    # reading at 200 words in a minute leaves at least as much time again to look
    assert words / 200 <= lesson.minutes / 1.5


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_text_states_share_of_every_outcome(lesson: Lesson) -> None:
    text = " ".join(step.whole for step in lesson.steps)
    assert [outcome.name for outcome in lesson.outcomes if str(outcome) not in text] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_glossary_links_of_lessons_exist(lesson: Lesson) -> None:
    text = " ".join(step.whole for step in lesson.steps)
    assert set(re.findall(r'href="/glossary#([^"]+)"', text)) <= set(TERMS)


def test_lesson_is_split_into_steps_with_complete_links() -> None:
    one, two, last = read_lesson("xor.md", WHOLE).steps
    assert (one.title, two.title, last.title) == ("One", "Two", LAST_STEP)
    assert parse_link(two.link).config.hidden_layer_sizes == (4,)
    assert parse_link(two.link).config.dataset == parse_link(one.link).config.dataset == "xor"
    assert last.link == ""
    assert "in none of 200 runs" in one.html
    assert "activation=relu" in one.html
    assert '<button class="try" type="button" data-look="gradients">Look</button>' in one.html
    assert '<a href="/glossary#xor" target="_blank" rel="noopener noreferrer">read</a>' in one.html


def test_block_quote_is_hint_and_html_is_escaped() -> None:
    one, two, _ = read_lesson("xor.md", WHOLE).steps
    assert "<details>\n<summary>Why?</summary>\n<p>Because.</p>\n</details>" in one.html
    assert "<details>\n<summary>Hint</summary>" in two.html
    assert "&lt;b&gt;markup&lt;/b&gt;" in two.html


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("1", "in all 200 runs"),
        ("0.985", "in 197 of 200 runs"),
        ("0.94", "in 188 of 200 runs"),
        ("0.9", "in about 9 of 10 runs"),
        ("0.805", "in about 8 of 10 runs"),
        ("0.53", "in about half of the runs"),
        ("0.1", "in about 1 of 10 runs"),
        ("0.03", "in 6 of 200 runs"),
        ("0.0", "in none of 200 runs"),
    ],
)
def test_share_is_stated_in_words(share: str, words: str) -> None:
    (outcome,) = read_lesson("xor.md", WHOLE.replace("share = 0", f"share = {share}")).outcomes
    assert outcome.sentence == f"accuracy reaches 95% within 30 epochs: {words}."


@pytest.mark.parametrize(("share", "words"), [("1", "in all 20 runs"), ("0.65", "in 13 of 20 runs")])
def test_share_of_few_runs_is_their_number(share: str, words: str) -> None:
    text = WHOLE.replace("share = 0\nmeasured_over = 200", f"share = {share}\nmeasured_over = 20")
    assert str(read_lesson("xor.md", text).outcomes[0]) == words


BROKEN = {
    "no front matter": ("+++\ntitle", "title", "front matter"),
    "broken TOML": ('goal = "Goal."', "goal = Goal", "front matter"),
    "a missing field": ('goal = "Goal."\n', "", "goal"),
    "an unknown field": ('goal = "', 'gaol = ""\ngoal = "', "gaol"),
    "a wrong kind": ("minutes = 5", 'minutes = "five"', "minutes"),
    "a number out of range": ("minutes = 5", "minutes = 500", "minutes"),
    "an empty title": ('"Title"', '""', "title"),
    "a link without #": ('link = "#dataset', 'link = "dataset', "link"),
    "a link that asks for what there is not": ("dataset=xor", "dataset=ocr", "link"),
    "a link in the text that is wrong": ("#activation=relu", "#activation=rely", "a link in the step 'One'"),
    "a link of a step that is wrong": ("(#networkShape=4)", "(#networkShape=x)", "link of the step 'Two'"),
    "a panel that does not exist": ("look:gradients", "look:stars", "a link in the step 'One'"),
    "starts of no outcome": ("look:gradients", "starts:lion", "a link in the step 'One'"),
    "a link to nowhere": ("/glossary#xor", "ftp://host", "a link in the step 'One'"),
    "an outcome that does not exist": ("{line}", "{lion}", "text"),
    "an attribute that does not exist": ("{line}", "{line.length}", "text"),
    "a brace": ("Nothing.", "{", "text"),
    "a measure that does not exist": ('"test_accuracy"', '"luck"', "outcomes.line.measure"),
    "two limits": ("at_least = 0.95", "at_least = 0.95\nat_most = 1", "outcomes.line.at_least"),
    "a share above 1": ("share = 0", "share = 1.5", "outcomes.line.share"),
    "a share below 0": ("share = 0", "share = -0.1", "outcomes.line.share"),
    "a share that is no number": ("share = 0", 'share = "most"', "outcomes.line.share"),
    "a share of parts of starts": ("share = 0", "share = 0.333", "outcomes.line.share"),
    "a share that is not a number": ("share = 0", "share = nan", "outcomes.line.share"),
    "no share": ("share = 0\n", "", "outcomes.line.share"),
    "too few starts": ("measured_over = 200", "measured_over = 10", "outcomes.line.measured_over"),
    "no number of starts": ("measured_over = 200\n", "", "outcomes.line.measured_over"),
    "starts as they used to be given": ("share = 0", "share = 0\nstarts = 20", "outcomes.line.starts"),
    "an outcome that is no table": ("[outcomes.line]", "outcomes = 3\n[more]", "more"),
    "text before the first step": ("\n## One", "\nHello\n## One", "text"),
    "too few steps": ("## One", "# One", "text"),
    "another last step": (LAST_STEP, "The end", "last step"),
}


@pytest.mark.parametrize(("old", "new", "field"), BROKEN.values(), ids=BROKEN)
def test_lesson_error_names_file_field_value_and_expectation(old: str, new: str, field: str) -> None:
    assert old in WHOLE
    with pytest.raises(LessonError, match=rf"^xor\.md(:\d+)?: {re.escape(field)}: got .+; expected .+"):
        read_lesson("xor.md", WHOLE.replace(old, new))


def test_lesson_needs_only_earlier_lessons(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(WHOLE.replace("minutes", 'needs = ["two"]\nminutes'), "utf-8")
    (tmp_path / "two.md").write_text(WHOLE.replace("order = 1", "order = 2"), "utf-8")
    with pytest.raises(LessonError, match=r"one\.md: needs: got 'two'"):
        read_lessons(tmp_path)


ASKED = WHOLE.replace(
    "> A hint with",
    """Before.

### What will {line.epochs} epochs do?

* Everything
* [not line] *Nothing*

The explanation.

> A hint with""",
)
BUTTON = "The explanation."
"""Where a button can be: below the answers."""


def test_question_splits_step_and_follows_outcome() -> None:
    _, two, last = read_lesson("xor.md", ASKED).steps
    asked = two.prediction
    assert asked is not None
    assert (two.html, last.prediction) == ("<p>Before.</p>\n", None)
    assert (asked.question, asked.answers) == ("What will 30 epochs do?", ("Everything", "<em>Nothing</em>"))
    assert (asked.right, asked.holds, asked.outcome and asked.outcome.name) == (1, "rarely", "line")
    assert asked.html.startswith("<p>The explanation.</p>\n<details>")
    assert (asked.action.kind, asked.action.label, asked.action.epochs) == ("run", "Run 30 epochs", 30)
    # the outcome is that of another experiment than the step's
    assert parse_link(asked.action.link).config.hidden_layer_sizes == ()
    seen = two.seen
    assert seen is not None
    assert (seen.kind, seen.measure, seen.limit, seen.is_floor) == ("run", "test_accuracy", 0.95, True)
    assert (seen.is_expected, seen.once, seen.link, seen.epochs) == (False, True, asked.action.link, 30)
    assert "What will" in two.whole
    assert "explanation" in two.whole


@pytest.mark.parametrize(
    ("button", "kind", "epochs", "shape", "panel"),
    [
        ("[Go](run:7)", "run", 7, (4,), ""),
        ("[Go](play:60#networkShape=2)", "play", 60, (2,), ""),
        ("[Go](look:weights)", "look", 0, None, "weights"),
    ],
)
def test_button_below_answers_says_what_happens(
    button: str, kind: str, epochs: int, shape: tuple[int, ...] | None, panel: str
) -> None:
    two = read_lesson("xor.md", ASKED.replace(BUTTON, f"{button}\n\n{BUTTON}")).steps[1]
    assert two.prediction is not None
    assert two.seen is not None
    action = two.prediction.action
    assert (action.kind, action.label, action.epochs, action.panel) == (kind, "Go", epochs, panel)
    assert shape is None or parse_link(action.link).config.hidden_layer_sizes == shape
    assert (two.seen.kind, two.seen.panel) == ("look" if panel else "run", panel)
    assert button not in two.prediction.html


def test_goal_or_panel_ticks_step_without_question() -> None:
    one, two, last = read_lesson("xor.md", WHOLE.replace("(#networkShape=4)", "(#goalAccuracy=95)")).steps
    assert (one.panel, two.panel) == ("gradients", "")
    assert [step.seen and step.seen.kind for step in (one, two, last)] == ["look", "goal", None]


MISASKED = {
    "no answers": ("* Everything\n* [not line] *Nothing*\n", "", 31, "the question in the step 'Two'"),
    "one answer": ("* Everything\n", "", 31, "the question in the step 'Two'"),
    "too many answers": ("* Everything\n", "* Every\n* Thing\n* Any\n* Thing\n", 31, "the question in the step 'Two'"),
    "an answer of two paragraphs": ("* Everything", "* Every\n\n  thing", 31, "the question in the step 'Two'"),
    "no right answer": ("[not line] ", "", 31, "the question in the step 'Two'"),
    "two right answers": ("* Everything", "* [x] Everything", 31, "the question in the step 'Two'"),
    "an outcome that does not exist": ("[not line]", "[not lion]", 34, "the question in the step 'Two'"),
    "an outcome that was not observed": ("[not line]", "[line]", 34, "the question in the step 'Two'"),
    "an outcome that is not sometimes observed": (
        "[not line]",
        "[sometimes line]",
        34,
        "the question in the step 'Two'",
    ),
    "nothing to run": ("[not line]", "[x]", 31, "the question in the step 'Two'"),
    "a button to nowhere": (BUTTON, f"[Run](run:many)\n\n{BUTTON}", 36, "the question in the step 'Two'"),
    "too many epochs": (BUTTON, f"[Run](run:2000)\n\n{BUTTON}", 36, "the question in the step 'Two'"),
    "a panel that does not exist": (BUTTON, f"[Look](look:stars)\n\n{BUTTON}", 36, "the question in the step 'Two'"),
    "a link that is wrong": (BUTTON, f"[Run](run:7#networkShape=x)\n\n{BUTTON}", 36, "the question in the step 'Two'"),
    "no explanation": (f"{BUTTON}\n\n> A hint with <b>markup</b>.\n", "", 31, "the question in the step 'Two'"),
    "a share with a button in a question": ("### What will", "### {line}, will", 31, "the question in the step 'Two'"),
    "a share with a button in an answer": ("* Everything", "* {line}", 33, "the question in the step 'Two'"),
    "two questions": (BUTTON, f"### What else?\n\n{BUTTON}", 36, "heading"),
    "a heading of another level": ("### What will", "#### What will", 31, "heading"),
    "two steps of one title": ("## [Two]", "## [One]", 27, "title of a step"),
}


@pytest.mark.parametrize(("old", "new", "line", "field"), MISASKED.values(), ids=MISASKED)
def test_question_error_names_file_and_line(old: str, new: str, line: int, field: str) -> None:
    assert old in ASKED
    with pytest.raises(LessonError, match=rf"^xor\.md:{line}: {re.escape(field)}: got .+; expected .+"):
        read_lesson("xor.md", ASKED.replace(old, new))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_lesson_asks_and_run_shows_answer(lesson: Lesson) -> None:
    """The button opens an experiment with seeds, so every reader sees the same run: it must be a typical one."""
    asked = [(step.name, step.prediction) for step in lesson.steps if step.prediction]
    assert asked
    for name, prediction in asked:
        outcome = prediction.outcome
        if outcome is None or prediction.holds == "sometimes" or effort_of(outcome) > MOST_EFFORT:
            continue
        link = prediction.action.link or outcome.link
        assert prediction.action.kind == "look" or prediction.action.epochs == outcome.epochs, name
        assert parse_link(link).config == parse_link(outcome.link).config, name
        shown = outcomes.shows(outcome, parse_link(link).config.seed)
        assert shown == (prediction.holds == "usually"), name


# the buttons beside shares


def text_of(lesson: Lesson) -> str:
    """The text of a lesson's file, without its front matter."""
    file = resources.files("app") / "lessons" / f"{lesson.name}.md"
    return file.read_text("utf-8").split("\n+++\n", 2)[-1]


def is_goal(outcome: Outcome) -> bool:
    """Whether an outcome says that something which starts keep is reached at any time."""
    _, bound = CONDITIONS.get(outcome.measure, ("", ""))
    is_alone = not (outcome.against or outcome.before)
    return outcome.once and is_alone and bound == ("at_least" if outcome.is_floor else "at_most")


CONDITIONS = {"test_loss": ("test_loss", "at_most"), "test_accuracy": ("accuracy", "at_least")}
"""The measures of outcomes that are goals, and the conditions of these."""
WITH_BUTTON = [outcome for lesson in LESSONS for outcome in lesson.outcomes if is_goal(outcome)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_stated_goal_has_its_button(lesson: Lesson) -> None:
    stated = Counter(re.findall(r"\{(\w+)\}", text_of(lesson)))
    text = " ".join(step.whole for step in lesson.steps)
    buttons = Counter(re.findall(r'<button class="starts" type="button" data-starts="(\w+)"', text))
    assert buttons == {outcome.name: stated[outcome.name] for outcome in lesson.outcomes if is_goal(outcome)}
    for outcome in filter(is_goal, lesson.outcomes):
        assert text.count(f'{outcome}<button class="starts"') >= stated[outcome.name]


def test_most_lessons_have_buttons() -> None:
    assert len(WITH_BUTTON) >= 40
    assert sum(bool(lesson.starts) for lesson in LESSONS) >= 11


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_button_runs_what_the_share_was_measured_on(lesson: Lesson) -> None:
    for outcome in filter(is_goal, lesson.outcomes):
        starts = lesson.starts[outcome.name]
        config, view, warnings = parse_link(starts.link)
        assert not warnings
        measured = parse_link(outcome.link).config
        trained = [config_of(config, starts.vary, start) for start in range(3)]
        assert trained == [measured.replace(seed=seed_of(start)) for start in range(3)]
        ((condition,),) = (goal.conditions for goal in goals_of(view))
        scale = 100 if outcome.measure == "test_accuracy" else 1
        assert condition.value == pytest.approx(scale * outcome.limit)
        assert (condition.measure, condition.bound) == CONDITIONS[outcome.measure]
        assert (starts.epochs, starts.reached, starts.measured) == (
            outcome.epochs,
            outcome.count,
            outcome.measured_over,
        )
        # on a page that has the experiment already, the goal alone is set
        assert replace(parse_link(outcome.link).view, **starts.view) == view
    assert set(lesson.starts) == {outcome.name for outcome in lesson.outcomes if is_goal(outcome)}


@pytest.mark.parametrize("measure", CONDITIONS)
def test_start_reaches_goal_when_result_shows(measure: str) -> None:
    doubtful = [outcome for outcome in WITH_BUTTON if outcome.measure == measure and 0.2 < outcome.share < 0.8]
    outcome = min(doubtful, key=effort_of)
    starts = starts_of(outcome)
    assert starts is not None
    config, view, _ = parse_link(starts.link)
    reached = []
    for start in range(12):
        trainer, goals = Trainer(config_of(config, starts.vary, start)), goals_of(view)
        while trainer.epoch < starts.epochs and not goals.is_reached:
            trainer.run_epoch()
            goals = goals.after(trainer)
        reached.append(goals.is_reached)
    assert reached == [outcomes.shows(outcome, seed_of(start)) for start in range(12)]
    assert set(reached) == {True, False}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("once = true\n", ""),
        ('"test_accuracy"', '"train_accuracy"'),
        ("at_least", "at_most"),
        ("once = true", 'once = true\nbefore = ["#networkShape=4"]'),
        ("once = true", 'once = true\nagainst = "#networkShape=4"'),
    ],
)
def test_share_that_is_no_goal_has_no_button(old: str, new: str) -> None:
    assert "data-starts" in read_lesson("xor.md", WHOLE).steps[0].html
    lesson = read_lesson("xor.md", WHOLE.replace(old, new))
    assert (lesson.starts, "data-starts" in lesson.steps[0].html) == ({}, False)
    with pytest.raises(LessonError, match="a link in the step 'One'"):
        read_lesson("xor.md", WHOLE.replace(old, new).replace("(look:gradients)", "(starts:line)"))


def test_button_says_what_it_is_about() -> None:
    html = read_lesson("xor.md", WHOLE).steps[0].html
    about = "accuracy reaches 95% within 30 epochs"
    button = f'<button class="starts" type="button" data-starts="line" title="{about}">Try 20</button>'
    assert f"It is reached in none of 200 runs{button}, <a" in html


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_lesson_page_carries_what_its_buttons_run(site: ServerThread, lesson: Lesson) -> None:
    text = site.fetch(f"/lessons/{lesson.name}")[2].decode()
    found = re.search(r'<script type="application/json" id="lesson-starts">(.*?)</script>', text)
    assert found
    assert json.loads(found[1]) == json.loads(json.dumps({name: item.values for name, item in lesson.starts.items()}))
    evidence = text[text.index('class="evidence"') :]
    for outcome in filter(is_goal, lesson.outcomes):
        button = f'<button class="starts" type="button" data-starts="{outcome.name}"'
        assert f"{escape(outcome.sentence)}</a>{button}" in evidence


def test_list_links_to_lessons_in_order(site: ServerThread) -> None:
    status, _, content = site.fetch("/lessons")
    assert status == 200
    assert re.findall(r'<h3><a href="\./lessons/([^"]+)"', content.decode()) == [lesson.name for lesson in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_lesson_page_shows_lesson_and_playground(site: ServerThread, lesson: Lesson) -> None:
    status, _, content = site.fetch(f"/lessons/{lesson.name}")
    assert status == 200
    text = content.decode()
    assert text.count('class="step" data-step=') == len(lesson.steps)
    assert 'id="lesson"' in text
    assert 'id="network"' in text


def test_playground_page_links_to_lessons(site: ServerThread) -> None:
    text = site.fetch("/")[2].decode()
    assert 'id="lesson"' not in text
    assert text.count('href="./lessons"') >= 2


def test_unknown_lesson_is_not_found(site: ServerThread) -> None:
    assert site.fetch("/lessons/none")[0] == 404
