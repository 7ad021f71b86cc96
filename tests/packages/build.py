"""Builds packages from a clean copy of the checkout, and installs them into empty environments."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

from tests.support.server import ROOT

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def tracked_files() -> list[str]:
    """The files of the checkout that are under version control, relative to it."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def files_of_image() -> list[str]:
    """Those that the Dockerfile copies before it installs."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    roots = [name for line in copied for name in line.split()]
    return [name for name in tracked_files() if any(name == root or name.startswith(f"{root}/") for root in roots)]


def copy_files(names: Iterable[str], source: Path, folder: Path) -> Path:
    """Copy files of one folder into a new one; returns that."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, folder / name)
    return folder


def new_environment(folder: Path, *requirements: str | Path) -> Path:
    """Make a virtual environment without anything, install into it, and return its folder of commands."""
    venv.create(folder, symlinks=True)
    commands = folder / "bin"
    subprocess.run([*PIP, "--python", commands / "python", "install", "--quiet", *requirements], check=True)
    return commands


class Builder:
    """An environment with what `pyproject.toml` names to build the package, made in `folder`."""

    def __init__(self, folder: Path) -> None:
        requires = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
        self._python = new_environment(folder / "builder", *requires) / "python"

    def build(self, target: str, source: Path, folder: Path) -> Path:
        """Build the `wheel` or the `sdist` of a source folder; returns the file."""
        # the font has the time in it at which it was made, unless this says another
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1577836800"}
        build = [str(self._python), "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
        subprocess.run(build, cwd=source, env=environment, check=True, capture_output=True)
        (made,) = folder.iterdir()
        return made


def names_in(wheel: Path) -> list[str]:
    """The paths of the files in a wheel."""
    with ZipFile(wheel) as archive:
        return archive.namelist()
