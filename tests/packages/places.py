"""Where users start what they have installed: in folders with modules of their own, without rights, on any disk."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

STRANGER = "54321"
"""The number of a user without a name, a home, and a file of its own."""

ANOTHER_USER = shlex.split(f"setpriv --reuid {STRANGER} --regid {STRANGER} --clear-groups --no-new-privs")

# an interpreter in the home of root can be read by others only with this; they may still write nowhere
READING_ALL = shlex.split("--inh-caps -all,+dac_read_search --ambient-caps +dac_read_search")

FOLDERS = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - they are taken away, not used
"""Folders that may be disks of their own."""

READ_ONLY = ["unshare", "--mount", "sh", "-ec"]
REMOUNT = f"""
for folder in {" ".join(FOLDERS)}; do
    if mountpoint -q "$folder"; then mount -o remount,ro,bind "$folder"; fi
done
exec "$@"
"""


class Place(NamedTuple):
    """What to put before a command, the folder to run it in, and variables, of which None removes one."""

    before: Sequence[str]
    folder: Path
    environment: Mapping[str, str | None]

    def variables(self) -> dict[str, str]:
        """The whole environment of a command."""
        all_variables = {**os.environ, **self.environment}
        return {name: value for name, value in all_variables.items() if value is not None}


# setpriv itself has the rights of root until it has started something
NEXT = ["sh", "-c", 'exec "$@"', "sh"]


def is_possible(command: Sequence[str]) -> bool:
    """Whether this machine lets us run Python so."""
    if not shutil.which(command[0]):
        return False
    ran = subprocess.run([*command, sys.executable, "-c", "import socket"], cwd="/", check=False, capture_output=True)
    return ran.returncode == 0


@cache
def as_another_user() -> Sequence[str]:
    """What to put before a command so that a user without any rights runs it."""
    for command in ([*ANOTHER_USER, *NEXT], [*ANOTHER_USER, *READING_ALL, *NEXT]):
        if is_possible(command):
            return command
    print("this machine does not allow another user: not tried")
    return ()


@cache
def on_a_read_only_disk() -> Sequence[str]:
    """What to put before a command so that nothing can be written to any disk, not even by root."""
    command = [*READ_ONLY, REMOUNT, "sh"]
    if is_possible(command):
        return command
    print("this machine does not allow a read-only disk: not tried")
    return ()


def write_modules_of_another_project(folder: Path) -> Path:
    """Fill a folder with what a web project may have, and the playground must not import; returns it."""
    for name in ("app", "engine", "static", "templates", "uvicorn"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(f"raise SystemExit('the {name} of another')\n")
    for name in ("numpy", "json", "logging", "asyncio", "typing"):
        (folder / f"{name}.py").write_text(f"raise SystemExit('the {name} of another')\n")
    (folder / "pyproject.toml").write_text("[project]\nname = 'another'\n")
    return folder
