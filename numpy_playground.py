"""Starts the playground, and its engine processes, so that nothing else can take the place of its own modules.

`app` and `engine` are names that other folders have, too, and so are those of the libraries: a folder or a file of such
a name where the playground is started, or in a folder of PYTHONPATH, would be imported instead. This module has a name
of its own, needs nothing but what Python has already loaded, and puts the places to import from in order first.
"""

import os
import site
import sys

_ENGINE = "--engine-process"

ENGINE_COMMAND = (sys.executable, "-P", os.path.abspath(__file__), _ENGINE)  # noqa: PTH100 - pathlib may be another's
"""The command that starts an engine process; two descriptors are its last arguments."""


def isolate() -> None:
    """Let Python look for our modules before others', not in the current folder, and in those of PYTHONPATH last.

    These stay on the path because some systems have their libraries there.
    """
    root = os.path.dirname(ENGINE_COMMAND[2])  # noqa: PTH120
    installed = [*site.getsitepackages(), site.getusersitepackages()]
    own = {root, os.path.dirname(os.__file__), *installed}  # noqa: PTH120
    named = {_whole(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path}
    # the current folder, and that of the script
    found = {_whole(path) for path in ("", os.path.dirname(sys.argv[0]))}  # noqa: PTH120
    foreign = (named | found) - {_whole(path) for path in own}
    ours = [path for path in sys.path if _whole(path) not in foreign]
    if root not in installed:
        ours = [path for path in ours if _whole(path) != root]
        place = next((place for place, path in enumerate(ours) if path in installed), len(ours))
        ours.insert(place, root)
    sys.path[:] = [*ours, *(path for path in sys.path if _whole(path) in foreign & named)]


def _whole(path: str) -> str:
    """An absolute path; of the empty one, which means the current folder, that."""
    try:
        return os.path.abspath(path)  # noqa: PTH100
    except OSError:
        # the current folder is no more
        return path


def leave_signals_to_the_front() -> None:
    """Ctrl+C and stopping a service reach every process; when an engine process ends, the front says."""
    import signal  # noqa: PLC0415 - the path had to be put in order before

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def main() -> int:
    """Run the command line, or an engine process. Returns the exit code."""
    isolate()
    if sys.argv[1:2] == [_ENGINE]:
        leave_signals_to_the_front()
        from app.workers.process import main as run_engine  # noqa: PLC0415 - the path had to be put in order before

        run_engine(*map(int, sys.argv[2:]))
        return 0
    from app.cli.main import main as run_command  # noqa: PLC0415

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
