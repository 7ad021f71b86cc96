"""What processes ask of the operating system: memory limits, unused memory, and the end of another process."""

import contextlib
import ctypes
import gc
import os
import signal
import sys
from typing import Protocol

from app.settings import Settings


class Process(Protocol):
    """A child process; its exit code is None while it runs."""

    @property
    def pid(self) -> int:
        """The process id."""

    @property
    def returncode(self) -> int | None:
        """The exit code."""


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process: ours, with the settings in force and without secrets."""
    return {**os.environ, **settings.as_environment()}


def release_memory() -> None:
    """Return unused memory to the system, where that is possible."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)


def limit_memory(megabytes: int) -> None:
    """Limit the memory of this process, in megabytes, where the system can; 0 is no limit."""
    if megabytes and sys.platform != "win32":
        import resource  # noqa: PLC0415 - not everywhere

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 10**6, resource.RLIM_INFINITY))


def kill(process: Process) -> None:
    """Kill a process, unless it has ended.

    The `kill` of a process in asyncio first looks whether it has ended, and can so take the exit code that the event
    loop waits for.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
