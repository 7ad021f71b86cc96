"""The page's scripts pass their own tests and a type check in Node."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.web.bundles import without_comments
from tests.node import compiler, environment

SCRIPTS = Path(__file__).parents[1] / "static/js"
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


def without_comments_by_a_parser(tree: Path, out: Path) -> dict[str, str]:
    """The scripts of a folder, as a real parser of JavaScript writes them without comments."""
    options = ["--allowJs", "--noCheck", "--noResolve", "--removeComments", "--module", "esnext", "--target", "esnext"]
    command = [*compiler(), *options, "--outDir", str(out), "--rootDir", str(tree), *map(str, tree.rglob("*.js"))]
    subprocess.run(command, check=True, env=environment(), timeout=120)
    return {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in out.rglob("*.js")}


@pytest.mark.javascript
def test_removing_comments_changes_no_code(tmp_path: Path) -> None:
    before = {path.relative_to(SCRIPTS).as_posix(): path.read_text("utf-8") for path in SCRIPTS.rglob("*.js")}
    after = {name: without_comments(text) for name, text in before.items()}
    for name, text in after.items():
        path = tmp_path / "bare" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    one = without_comments_by_a_parser(SCRIPTS, tmp_path / "one")
    other = without_comments_by_a_parser(tmp_path / "bare", tmp_path / "other")
    assert one.keys() == before.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert [name for name in before if before[name].count("\n") != after[name].count("\n")] == []
    assert sum(map(len, after.values())) < 0.8 * sum(map(len, before.values()))
