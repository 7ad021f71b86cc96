"""The page's scripts pass their own tests and a type check in Node."""

import subprocess
import sys
from pathlib import Path

import pytest

NODE = [sys.executable, str(Path(__file__).with_name("node.py"))]


def check(verb: str) -> None:
    result = subprocess.run([*NODE, verb], capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.javascript
def test_scripts_pass_their_own_tests() -> None:
    check("test")


@pytest.mark.javascript
def test_types_of_scripts_are_correct() -> None:
    check("types")
