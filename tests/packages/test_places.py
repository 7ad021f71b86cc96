"""The installed command trains wherever it is started: beside modules of others, for any user, on any disk."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.packages.places import (
    FOLDERS,
    Place,
    as_another_user,
    on_a_read_only_disk,
    write_modules_of_another_project,
)
from tests.support.command import playground
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.packages, pytest.mark.server]

NOTHING_OF_OURS = {"PYTHONPATH": None, "VIRTUAL_ENV": None, "PYTHONDONTWRITEBYTECODE": None}


@pytest.fixture(scope="session")
def foreign(folder: Path) -> Path:
    """The folder of another project."""
    return write_modules_of_another_project(folder / "another project")


PLACES: dict[str, Callable[[Path], Place]] = {
    "beside modules of others": lambda foreign: Place((), foreign, NOTHING_OF_OURS),
    "with others in PYTHONPATH": lambda foreign: Place((), Path("/"), {**NOTHING_OF_OURS, "PYTHONPATH": str(foreign)}),
    "as a user without rights and home": lambda foreign: Place(
        as_another_user(), foreign, {**NOTHING_OF_OURS, "HOME": None, "USER": None, "LOGNAME": None}
    ),
    "on a read-only disk": lambda foreign: Place(
        on_a_read_only_disk(), foreign, {**NOTHING_OF_OURS, "HOME": "/nonexistent"}
    ),
}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, foreign: Path) -> Place:
    """One of the places, where others have modules of the same names."""
    return PLACES[request.param](foreign)


def test_installed_server_trains_and_reads_tables(commands: Path, place: Place) -> None:
    command: list[str | Path] = [*place.before, commands / "playground"]
    with ServerProcess(command=command, cwd=place.folder, environment=place.environment, workers=2) as server:
        table = "x,y,label\n1,2,a\n2,1,b\n"
        assert server.fetch("/api/datasets", "POST", table, Content_Type="text/csv")[0] == 200
        with server.open("#seed=1") as first, server.open("#seed=2") as second:
            assert [first.train(3)["epoch"], second.train(3)["epoch"]] == [3, 3]
        assert server.health()["status"] == "ready"
        assert len(server.workers) >= 2
        for pid in server.workers:
            assert Path(f"/proc/{pid}/cmdline").read_bytes().startswith(bytes(commands / "python"))
        assert server.stop() == 0
        assert server.errors == ""


def writable(place: Place, folders: Sequence[str | Path]) -> list[str]:
    """The folders in which a command there can make a file."""
    script = 'for folder in "$@"; do if touch "$folder/trace"; then rm "$folder/trace"; echo "$folder"; fi; done'
    command = [*place.before, "sh", "-c", script, "sh", *map(str, folders)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def test_places_forbid_writing(foreign: Path, commands: Path) -> None:
    with_rights, stranger, read_only = (PLACES[name](foreign) for name in FORBIDDING)
    assert writable(with_rights, [foreign, commands]) == [str(foreign), str(commands)]
    if stranger.before:
        assert writable(stranger, [foreign, commands, "/"]) == []
    if read_only.before:
        assert writable(read_only, [foreign, commands, *FOLDERS]) == []


FORBIDDING = ("beside modules of others", "as a user without rights and home", "on a read-only disk")

SWEEP = ("sweep", "#seed=1", "--starts", "4", "--epochs", "5", "--json")

COMMANDS = {
    "train": ("playground", "train", "#seed=1", "--epochs", "3", "--json"),
    "sweep": ("numpy-playground", *SWEEP),
    "module": ("python", "-I", "-m", "app", *SWEEP),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_installed_command_trains_the_same(commands: Path, place: Place, name: str) -> None:
    program, *arguments = COMMANDS[name]
    command: list[str | Path] = [*place.before, commands / program, *arguments]
    ran = subprocess.run(command, cwd=place.folder, env=place.variables(), capture_output=True, text=True, check=False)
    expected = playground(*(argument for argument in arguments if argument not in {"-I", "-m", "app"}))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        json.loads(line) for line in expected.said.splitlines()
    ]


def test_command_named_like_the_package_starts(commands: Path, place: Place) -> None:
    command: list[str | Path] = [*place.before, commands / "numpy-playground", "--version"]
    said = subprocess.check_output(command, cwd=place.folder, env=place.variables(), text=True)
    assert said == playground("--version").said
