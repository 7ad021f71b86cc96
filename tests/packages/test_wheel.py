"""The wheel holds everything the playground needs, and nothing else; from wherever it is built, it is the same."""

import tarfile
from pathlib import Path

import pytest

from app import __version__
from tests.packages.build import Builder, copy_files, files_of_image, names_in, tracked_files

pytestmark = pytest.mark.packages

IN_WHEEL = {"app/": "app/", "engine/": "engine/", "static/": "app/_static/", "templates/": "app/_templates/"}
"""Folders of the checkout that are installed, and where."""


def test_wheel_holds_what_is_needed_only(wheel: Path) -> None:
    installed = [
        name.replace(folder, place, 1)
        for name in tracked_files()
        for folder, place in IN_WHEEL.items()
        if name.startswith(folder)
    ]
    about = [f"numpy_playground-{__version__}.dist-info/{name}" for name in ABOUT]
    font = ["app/_font/inter.woff", "app/_font/LICENSE.txt"]
    assert sorted(names_in(wheel)) == sorted([*installed, *font, *about, "numpy_playground.py"])


ABOUT = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")


def test_source_archive_builds_the_same_wheel(builder: Builder, wheel: Path, sdist: Path, folder: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    assert builder.build("wheel", unpacked, folder / "from sdist").read_bytes() == wheel.read_bytes()


def test_image_copies_enough_for_the_same_wheel(builder: Builder, source: Path, wheel: Path, folder: Path) -> None:
    copied = copy_files(files_of_image(), source, folder / "copied")
    assert builder.build("wheel", copied, folder / "from image").read_bytes() == wheel.read_bytes()
