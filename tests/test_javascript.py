"""The page's scripts: their own tests and their types, under Node."""

import subprocess
import sys
from pathlib import Path

import pytest

NODE = [sys.executable, str(Path(__file__).with_name("node.py"))]


def check(verb: str) -> None:
    result = subprocess.run([*NODE, verb], capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.javascript
def test_the_scripts_pass_their_own_tests() -> None:
    check("test")


@pytest.mark.javascript
def test_the_types_of_the_scripts_are_right() -> None:
    check("types")
