"""Check whether a running server is ready: `playground health`, for containers and services."""

import json
import socket
import sys
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from app.settings import Settings

_WITHIN = 3.0
"""Timeout for the answer (s)."""

_NEAREST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to connect to, not to bind
"""The address to use for a server that listens on all addresses."""


class _UnixConnection(HTTPConnection):
    """A connection to a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_WITHIN)
        self._path = path

    def connect(self) -> None:
        """Open the connection. Raises OSError."""
        if not hasattr(socket, "AF_UNIX"):
            raise OSError("this system has no unix sockets; use --host and --port")
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_WITHIN)
        self.sock.connect(self._path)


def _connection(settings: Settings) -> HTTPConnection:
    if settings.uds:
        return _UnixConnection(settings.uds)
    return HTTPConnection(_NEAREST.get(settings.host, settings.host), settings.port, timeout=_WITHIN)


def ask(settings: Settings) -> int:
    """Print the status of the server with these settings and return the exit code: 0 if it is ready, 1 if not."""
    try:
        with closing(_connection(settings)) as connection:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            response = connection.getresponse()
            print(json.load(response)["status"])
            return 0 if response.status == 200 else 1
    except (OSError, HTTPException, ValueError, KeyError) as error:
        where = settings.uds or f"{settings.host}:{settings.port}"
        print(f"playground: no server answers on {where}: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1
