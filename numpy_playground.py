"""Starts the playground and its worker processes so that no other module can shadow its own.

`app` and `engine` are common names, and so are those of the libraries: a file or folder with such a name in the current
folder or on PYTHONPATH would be imported instead. This module has a unique name, needs only what Python has already
loaded, and puts the import path in order before importing anything else.
"""

import os
import site
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_ENGINE = "--engine-process"
_WITH_INPUT, _WITH_PARENT = "--end-with-input", "--end-with-parent"

COMMAND = (sys.executable, "-P", os.path.abspath(__file__))  # noqa: PTH100 - pathlib may be another's
"""The command `playground`, for this installation and wherever it is started."""

ENGINE_COMMAND = (*COMMAND, _ENGINE)
"""The command that starts a worker process; its last two arguments are file descriptors."""

DEPENDENT_COMMAND = (*COMMAND, _WITH_INPUT)
"""The command `playground`, which stops as with Ctrl+C when its standard input ends: with the process that holds it."""

WORKERS_IN_JUPYTER = "0" if sys.platform == "win32" else "1"
"""Engine processes of a server that Jupyter starts: one person uses it, often on a machine that many share."""


def isolate() -> None:
    """Put our modules first on the import path, drop the current folder, and move PYTHONPATH to the end.

    PYTHONPATH stays on the path because some systems keep their libraries there.
    """
    root = _folder()
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


def _folder() -> str:
    """The folder of this file."""
    return os.path.dirname(COMMAND[2])  # noqa: PTH120


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


def jupyter_server() -> dict[str, object]:
    """How jupyter-server-proxy starts the playground, and how the launcher of JupyterLab shows it.

    Jupyter's own process calls this: an entry point in `app` would load NumPy there, with the setting of its threads
    that is right for us, or somebody else's `app`.
    """
    installed = os.path.join(_folder(), "app", "_static")  # noqa: PTH118
    static = installed if os.path.isdir(installed) else os.path.join(_folder(), "static")  # noqa: PTH112, PTH118
    has_sockets = sys.platform != "win32"
    place = ("--uds", "{unix_socket}") if has_sockets else ("--port", "{port}")
    # Jupyter ends it, unless it is killed itself; on Windows a process does not notice that its parent has ended
    end = (_WITH_PARENT,) if has_sockets else ()
    # what is in braces is filled in by the proxy
    command = [part.replace("{", "{{").replace("}", "}}") for part in COMMAND]
    return {
        "command": [*command, *end, "--no-browser", *place],
        "environment": {} if "PLAYGROUND_WORKERS" in os.environ else {"PLAYGROUND_WORKERS": WORKERS_IN_JUPYTER},
        "unix_socket": has_sockets,
        "absolute_url": False,
        "timeout": 60,
        "new_browser_tab": True,
        "launcher_entry": {
            "title": "NumPy Playground",
            "icon_path": os.path.join(static, "icon.svg"),  # noqa: PTH118
            # JupyterLab shows no icons in its other groups
            "category": "Notebook",
        },
    }


def _wait_for_end_of_input() -> None:
    while os.read(0, 1024):
        pass


def _wait_for_end_of_parent() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)


_ENDS = {_WITH_INPUT: _wait_for_end_of_input, _WITH_PARENT: _wait_for_end_of_parent}


def _stop_after(wait: "Callable[[], None]") -> None:
    """Stop this process, as with Ctrl+C, when something has happened."""
    import signal  # noqa: PLC0415 - after the path is in order
    import threading  # noqa: PLC0415

    def stop() -> None:
        wait()
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=stop, daemon=True).start()


def main() -> int:
    """Run the command line or a worker process, and return the exit code."""
    isolate()
    if sys.argv[1:2] == [_ENGINE]:
        leave_signals_to_the_front()
        from app.workers.process import main as run_engine  # noqa: PLC0415 - after the path is in order

        run_engine(*map(int, sys.argv[2:]))
        return 0
    if len(sys.argv) > 1 and sys.argv[1] in _ENDS:
        _stop_after(_ENDS[sys.argv.pop(1)])
    from app.cli.main import main as run_command  # noqa: PLC0415

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
