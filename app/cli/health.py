"""Check whether a running server is ready: `playground health`, for containers and services."""

import json
import sys
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from app.settings import Settings

_WITHIN = 3.0
"""Timeout for the answer (s)."""

_NEAREST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to connect to, not to bind
"""The address to use for a server that listens on all addresses."""


def ask(settings: Settings) -> int:
    """Print the status of the server with these settings and return the exit code: 0 if it is ready, 1 if not."""
    connection = HTTPConnection(_NEAREST.get(settings.host, settings.host), settings.port, timeout=_WITHIN)
    try:
        with closing(connection):
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            response = connection.getresponse()
            print(json.load(response)["status"])
            return 0 if response.status == 200 else 1
    except (OSError, HTTPException, ValueError, KeyError) as error:
        where = f"{settings.host}:{settings.port}"
        print(f"playground: no server answers on {where}: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1
