"""The code is in order: linted, formatted, and typed without a hole."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def check(*command: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_linter_finds_nothing() -> None:
    check("ruff", "check", ".")


def test_the_code_is_formatted() -> None:
    check("ruff", "format", "--check", ".")


def test_the_types_are_right() -> None:
    check("mypy")
