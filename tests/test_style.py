"""The code is linted, formatted and typed, and its English is plain and American."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def check(*command: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_linter_finds_nothing() -> None:
    check("ruff", "check", ".")


def test_code_is_formatted() -> None:
    check("ruff", "format", "--check", ".")


def test_types_are_correct() -> None:
    check("mypy")


@cache
def texts() -> dict[str, str]:
    """The text of every file that people read, by path."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    paths = sorted([*files, *ROOT.glob("*.md"), *ROOT.glob("*.py")])
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


FOLDERS = ("app", "benchmarks", "docs", "engine", "static", "templates")
SUFFIXES = {".css", ".html", ".jinja", ".js", ".md", ".py"}

AVOIDED = {
    "again, from the start": r"\banew\b",
    "recently": r"\bof late\b",
    "memorize": r"\bby heart\b",
    "how many, exactly": r"\bso many\b(?! that)",
    "mistaken for, classified as": r"\btaken for\b",
    "available": r"\b(?:is|are|be) had\b",
    "anyone who": r"\bwho(?:so)?ever\b",
    "at most": r"\bat the (?:most|least)\b",
    "got X; expected Y": r"\ballowed is\b(?! not| None)",
    "what is there": r"\bwhat stands\b",
    "95%": r"\d[ \u00a0\u202f]%(?!\}| [\d(])",
    "-ization": r"(?<![#/\"'-])\b[a-z]+isations?\b",
    "-ize": r"(?<![/\"'])\b(?:normal|standard|regular|initial|optim|general|recogn|minim|maxim)is(?:ed?|ers?|ing)\b",
    "color, behavior": r"(?<![#\"'])\b(?:colour|favour|behaviour|honour|neighbour)",
    "center, gray, toward": r"(?<![.\"'])\b(?:centred?|grey|towards|afterwards|labelled|cancelled)\b",
}
"""Phrases and spellings to avoid, by what to write instead. Quoted names, such as anchors, and methods may stay."""


@pytest.mark.parametrize("better", AVOIDED)
def test_texts_avoid_phrase(better: str) -> None:
    phrase = re.compile(AVOIDED[better], re.IGNORECASE)
    found = [
        f"{file}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for file, text in texts().items()
        for match in phrase.finditer(text)
    ]
    assert found == []


def test_test_names_have_at_most_eight_words() -> None:
    """They name the unit and its behavior, not the details."""
    python = [
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^\s*(?:async )?def test_(\w+)", path.read_text("utf-8"), re.MULTILINE)
        if len(name.split("_")) > 8
    ]
    scripts = [
        title
        for path in (ROOT / "tests/js").glob("*.test.js")
        for _, title in re.findall(r"""^test\((["'`])(.+?)\1,""", path.read_text("utf-8"), re.MULTILINE)
        if len(title.split()) > 8
    ]
    assert [*python, *scripts] == []
