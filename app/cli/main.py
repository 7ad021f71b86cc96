"""Parses the command line and runs `playground`, or its commands `class`, `train`, `digits`, `sweep` and `health`."""

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import __version__
from app.cli.arguments import integer
from app.cli.console import INTERRUPTED, USAGE_ERROR, CommandError, print_anything
from app.cli.digits import add_digits
from app.cli.sweep import add_sweep
from app.cli.train import add_train
from app.settings import Settings, SettingsError, read_host

BROKEN_PIPE = 141  # what a shell reports for a program killed by SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments`, by default those of the process, and return the exit code.

    The exit code is 0 for success, 1 if `health` finds no ready server or a sweep cannot go on, 2 for incorrect usage
    or settings, 130 after Ctrl+C, and 141 if the reader of the output is gone.
    """
    print_anything()
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        code: int = options.run(options, settings)
        sys.stdout.flush()
    except SettingsError as error:
        for sentence in error.sentences:
            print(f"{_PROGRAM}: {sentence}", file=sys.stderr)
        return USAGE_ERROR
    except CommandError as error:
        for sentence in error.sentences:
            print(f"{_PROGRAM}: {sentence}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # the reader is gone: nothing more can be written, not even when the interpreter exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


_PROGRAM = "playground"
"""What its sentences on standard error begin with, however it was started."""

_COMMANDS = (_PROGRAM, "numpy-playground")
"""The scripts that an installation makes; the second is named like the package, as `uvx` and `pipx run` expect."""


def _typed(script: str) -> str:
    """The command that was typed, from the path of the script that runs."""
    path = Path(script)
    if path.parts[-2:] == ("app", "__main__.py"):
        return "python -m app"
    return path.stem if path.stem in _COMMANDS else _PROGRAM


def _host(text: str) -> str:
    try:
        return read_host(text)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_typed(sys.argv[0]),
        description="A neural network playground in the browser, trained with NumPy on this machine.",
        epilog="Environment variables named PLAYGROUND_… hold more settings; docs/settings.md lists them.",
    )
    parser.set_defaults(run=_serve)
    parser.add_argument("--version", action="version", version=f"NumPy Playground {__version__}")
    _add_server_options(parser, None, host="127.0.0.1", port="8000; 0 picks a free one")
    commands = parser.add_subparsers(title="commands")
    hold_class = commands.add_parser(
        "class",
        help="start the server for a class",
        description="Start the server for the local network, open a class, and show its address, code and QR code.",
    )
    hold_class.set_defaults(run=_class)
    # what is not given after the command keeps what was given before it
    _add_server_options(hold_class, argparse.SUPPRESS, host="all", port="8000, or a free one if it is taken")
    health = commands.add_parser(
        "health",
        help="check whether a running server is ready",
        description="Check the server at --host and --port, or at --uds. Exit code 0 means ready.",
    )
    health.set_defaults(run=_health)
    _add_address_options(health, argparse.SUPPRESS, host="127.0.0.1", port="8000")
    add_train(commands)
    add_digits(commands)
    add_sweep(commands)
    return parser


def _add_server_options(parser: argparse.ArgumentParser, default: Any, *, host: str, port: str) -> None:
    """Add the options of a server; `host` and `port` explain what is used without them."""
    _add_address_options(parser, default, host=host, port=port)
    parser.add_argument("--no-browser", action="store_true", default=default or False, help="do not open a browser")
    parser.add_argument(
        "--workers",
        type=integer(0, 256),
        metavar="N",
        default=default,
        help="worker processes (default: one per core; 0: none)",
    )


def _add_address_options(parser: argparse.ArgumentParser, default: Any, *, host: str, port: str) -> None:
    parser.add_argument("--host", type=_host, default=default, help=f"address to listen on (default: {host})")
    parser.add_argument("--port", type=integer(0, 65535), default=default, help=f"port to listen on (default: {port})")
    parser.add_argument("--uds", metavar="PATH", default=default, help="unix socket to listen on, for a proxy")


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from app.web.server import serve  # noqa: PLC0415 - training needs no web server

    return serve(_as_given(options, settings), open_browser=not options.no_browser)


def _class(options: argparse.Namespace, settings: Settings) -> int:
    from app.cli.classroom import hold  # noqa: PLC0415 - training needs no web server

    return hold(
        _as_given(options, settings),
        open_browser=not options.no_browser,
        is_host_given=options.host is not None,
        is_port_given=options.port is not None,
    )


def _health(options: argparse.Namespace, settings: Settings) -> int:
    from app.cli.health import ask  # noqa: PLC0415 - training needs no network

    return ask(_as_given(options, settings))


def _as_given(options: argparse.Namespace, settings: Settings) -> Settings:
    """The settings with what was given on the command line, which goes before the environment."""
    names = ("host", "port", "uds", "workers")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    if "uds" not in given and given.keys() & {"host", "port"}:
        given["uds"] = ""
    elif given.get("uds") and given.keys() & {"host", "port"}:
        raise CommandError("--uds is used instead of --host and --port; give only one of them")
    return dataclasses.replace(settings, **given)
