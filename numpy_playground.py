"""Starts the playground and its worker processes so that no other module can shadow its own.

`app` and `engine` are common names, and so are those of the libraries: a file or folder with such a name in the current
folder or on PYTHONPATH would be imported instead. This module has a unique name, needs only what Python has already
loaded, and puts the import path in order before importing anything else.
"""

import os
import site
import sys

_ENGINE = "--engine-process"

ENGINE_COMMAND = (sys.executable, "-P", os.path.abspath(__file__), _ENGINE)  # noqa: PTH100 - pathlib may be another's
"""The command that starts a worker process; its last two arguments are file descriptors."""


def isolate() -> None:
    """Put our modules first on the import path, drop the current folder, and move PYTHONPATH to the end.

    PYTHONPATH stays on the path because some systems keep their libraries there.
    """
    root = os.path.dirname(ENGINE_COMMAND[2])  # noqa: PTH120
    installed = [*site.getsitepackages(), site.getusersitepackages()]
    own = {root, os.path.dirname(os.__file__), *installed}  # noqa: PTH120
    named = {_whole(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path}
    # the current folder and the script's
    found = {_whole(path) for path in ("", os.path.dirname(sys.argv[0]))}  # noqa: PTH120
    foreign = (named | found) - {_whole(path) for path in own}
    ours = [path for path in sys.path if _whole(path) not in foreign]
    if root not in installed:
        ours = [path for path in ours if _whole(path) != root]
        place = next((place for place, path in enumerate(ours) if path in installed), len(ours))
        ours.insert(place, root)
    sys.path[:] = [*ours, *(path for path in sys.path if _whole(path) in foreign & named)]


def _whole(path: str) -> str:
    """The absolute path; the empty path means the current folder."""
    try:
        return os.path.abspath(path)  # noqa: PTH100
    except OSError:
        # the current folder has been deleted
        return path


def leave_signals_to_the_front() -> None:
    """Ignore Ctrl+C and SIGTERM, which reach every process: the front process decides when a worker ends."""
    import signal  # noqa: PLC0415 - after the path is in order

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def main() -> int:
    """Run the command line or a worker process, and return the exit code."""
    isolate()
    if sys.argv[1:2] == [_ENGINE]:
        leave_signals_to_the_front()
        from app.workers.process import main as run_engine  # noqa: PLC0415 - after the path is in order

        run_engine(*map(int, sys.argv[2:]))
        return 0
    from app.cli.main import main as run_command  # noqa: PLC0415

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
