"""The command `playground`, in this process and as a program."""

import io
import os
import subprocess
import sys
from typing import NamedTuple

import pytest

from app.cli.main import main

COMMAND = [sys.executable, "-m", "app.cli"]


class Result(NamedTuple):
    """The exit code of a command, and its output."""

    code: int
    said: str
    complained: str


def playground(*arguments: str, lines: str | bytes = "", encoding: str = "utf-8", **environment: str) -> Result:
    """Run the command in this process, with a console of an encoding and `lines` as its standard input."""
    given = io.BytesIO(lines if isinstance(lines, bytes) else lines.encode())
    said, complained = (io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(given))
        patch.setattr(sys, "stdout", said)
        patch.setattr(sys, "stderr", complained)
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    return Result(code, *(stream.buffer.getvalue().decode(encoding) for stream in (said, complained)))


def started(*arguments: str, lines: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the command as a program."""
    variables = {**os.environ, **environment}
    return subprocess.run([*COMMAND, *arguments], input=lines, capture_output=True, env=variables, check=False)
