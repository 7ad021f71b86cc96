"""The wheel and an environment with it, made once for all tests here."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packages.build import Builder, copy_files, new_environment, tracked_files
from tests.support.server import ROOT


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that every user can read; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def builder(folder: Path) -> Builder:
    """What builds packages."""
    return Builder(folder)


@pytest.fixture(scope="session")
def source(folder: Path) -> Path:
    """A clean copy of the checkout."""
    return copy_files(tracked_files(), ROOT, folder / "source")


@pytest.fixture(scope="session")
def wheel(builder: Builder, source: Path, folder: Path) -> Path:
    """The wheel of the checkout."""
    return builder.build("wheel", source, folder / "wheel")


@pytest.fixture(scope="session")
def sdist(builder: Builder, source: Path, folder: Path) -> Path:
    """The source archive of the checkout."""
    return builder.build("sdist", source, folder / "sdist")


@pytest.fixture(scope="session")
def commands(wheel: Path, folder: Path) -> Path:
    """The folder of commands of an environment in which nothing but the wheel is installed, with what it needs."""
    return new_environment(folder / "environment", wheel)
