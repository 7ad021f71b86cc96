"""Lessons keep what they promise, and a broken one says what is wrong."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.course import LAST_STEP, MEASURES, STARTS, Lesson, LessonError, Outcome, read_lesson, read_lessons
from app.link import parse_link
from tests import outcomes
from tests.app.player import Server
from tests.test_documented import TERMS

LESSONS = read_lessons()
PROMISES = [
    pytest.param(outcome, id=f"{lesson.name}-{outcome.name}") for lesson in LESSONS for outcome in lesson.outcomes
]

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
starts = 0
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


@pytest.mark.parametrize("outcome", PROMISES)
def test_a_lesson_keeps_its_promise(outcome: Outcome) -> None:
    assert outcome.low <= outcomes.starts_of(outcome) <= outcome.high


def test_there_is_a_way_to_measure_each_of_the_measures() -> None:
    assert set(outcomes.MEASURES) == set(MEASURES)


def test_there_are_at_least_fourteen_lessons_and_each_promises_something() -> None:
    assert len(LESSONS) >= 14
    assert all(lesson.outcomes and lesson.sources for lesson in LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_can_be_read_in_the_minutes_that_it_says(lesson: Lesson) -> None:
    words = sum(len(re.sub(r"<[^>]*>", " ", step.html).split()) for step in lesson.steps)
    assert 200 <= words <= 900
    assert 3 <= lesson.minutes <= 8
    # reading at 200 words in a minute leaves at least as much time again to look
    assert words / 200 <= lesson.minutes / 1.5


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_text_of_a_lesson_states_every_rate_that_it_promises(lesson: Lesson) -> None:
    text = " ".join(step.html for step in lesson.steps)
    assert [outcome.name for outcome in lesson.outcomes if str(outcome) not in text] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_words_that_a_lesson_points_to_are_in_the_glossary(lesson: Lesson) -> None:
    text = " ".join(step.html for step in lesson.steps)
    assert set(re.findall(r'href="/glossary#([^"]+)"', text)) <= set(TERMS)


def test_a_lesson_is_cut_into_steps_with_links_that_are_complete() -> None:
    one, two, last = read_lesson("xor.md", WHOLE).steps
    assert (one.title, two.title, last.title) == ("One", "Two", LAST_STEP)
    assert parse_link(two.link).config.hidden_layer_sizes == (4,)
    assert parse_link(two.link).config.dataset == parse_link(one.link).config.dataset == "xor"
    assert last.link == ""
    assert f"in none of {STARTS} starts" in one.html
    assert "activation=relu" in one.html
    assert '<button class="try" type="button" data-look="gradients">Look</button>' in one.html
    assert '<a href="/glossary#xor" target="_blank" rel="noopener noreferrer">read</a>' in one.html


def test_a_quoted_block_is_a_hint_that_unfolds_and_html_is_shown_as_text() -> None:
    one, two, _ = read_lesson("xor.md", WHOLE).steps
    assert "<details>\n<summary>Why?</summary>\n<p>Because.</p>\n</details>" in one.html
    assert "<details>\n<summary>Hint</summary>" in two.html
    assert "&lt;b&gt;markup&lt;/b&gt;" in two.html


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        ("20", "in all 20 starts"),
        ("7", "in 7 of 20 starts"),
        ("[3, 7]", "in 3 to 7 of 20 starts"),
        ("[15, 20]", "in at least 15 of 20 starts"),
        ("[0, 2]", "in at most 2 of 20 starts"),
    ],
)
def test_a_rate_is_told_in_words(starts: str, words: str) -> None:
    (outcome,) = read_lesson("xor.md", WHOLE.replace("starts = 0", f"starts = {starts}")).outcomes
    assert outcome.sentence == f"accuracy reaches 95\u00a0% within 30 epochs: {words}."


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
    "a link to nowhere": ("/glossary#xor", "ftp://host", "a link in the step 'One'"),
    "an outcome that does not exist": ("{line}", "{lion}", "text"),
    "an attribute that does not exist": ("{line}", "{line.length}", "text"),
    "a brace": ("Nothing.", "{", "text"),
    "a measure that does not exist": ('"test_accuracy"', '"luck"', "outcomes.line.measure"),
    "two limits": ("at_least = 0.95", "at_least = 0.95\nat_most = 1", "outcomes.line.at_least"),
    "more starts than there are": ("starts = 0", "starts = 21", "outcomes.line.starts"),
    "starts the wrong way round": ("starts = 0", "starts = [9, 3]", "outcomes.line.starts"),
    "an outcome that is no table": ("[outcomes.line]", "outcomes = 3\n[more]", "more"),
    "text before the first step": ("\n## One", "\nHello\n## One", "text"),
    "too few steps": ("## One", "# One", "text"),
    "another last step": (LAST_STEP, "The end", "last step"),
}


@pytest.mark.parametrize(("old", "new", "field"), BROKEN.values(), ids=BROKEN)
def test_a_broken_lesson_names_file_field_what_came_and_what_is_allowed(old: str, new: str, field: str) -> None:
    assert old in WHOLE
    with pytest.raises(LessonError, match=rf"^xor\.md: {re.escape(field)}: got .+, allowed is .+"):
        read_lesson("xor.md", WHOLE.replace(old, new))


def test_a_lesson_may_need_only_what_comes_before(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(WHOLE.replace("minutes", 'needs = ["two"]\nminutes'), "utf-8")
    (tmp_path / "two.md").write_text(WHOLE.replace("order = 1", "order = 2"), "utf-8")
    with pytest.raises(LessonError, match=r"one\.md: needs: got 'two'"):
        read_lessons(tmp_path)


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    with Server() as running:
        yield running


def get(site: Server, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_the_list_leads_to_every_lesson_in_order(site: Server) -> None:
    status, text = get(site, "/lessons")
    assert status == 200
    assert re.findall(r'<h3><a href="/lessons/([^"]+)"', text) == [lesson.name for lesson in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_is_the_playground_with_the_lesson_beside_it(site: Server, lesson: Lesson) -> None:
    status, text = get(site, f"/lessons/{lesson.name}")
    assert status == 200
    assert text.count("data-step") == len(lesson.steps)
    assert 'id="lesson"' in text
    assert 'id="network"' in text


def test_the_playground_itself_has_no_lesson_but_leads_to_them(site: Server) -> None:
    _, text = get(site, "/")
    assert 'id="lesson"' not in text
    assert text.count('href="/lessons"') >= 2


def test_a_lesson_that_does_not_exist_is_not_found(site: Server) -> None:
    assert get(site, "/lessons/none")[0] == 404
