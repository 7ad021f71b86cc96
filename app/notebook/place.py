"""Where a notebook's browser finds a server: on this machine, or through the Jupyter that the kernel belongs to."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PORT = "{port}"
"""Stands for the port of the kernel's own server in an address."""


class Way(NamedTuple):
    """How a browser reaches a server: an address, which ends in a slash.

    With `PORT` in it, the server is the kernel's own. Where there is none, `obstacle` says what to do.
    """

    address: str
    obstacle: str = ""


DIRECT = Way(f"http://127.0.0.1:{PORT}/")
"""The browser and the kernel are on one machine."""

_COLAB = "In Google Colab, a frame cannot reach the playground."
_UNREACHABLE = (
    "This notebook’s Jupyter runs on another machine, and a browser cannot reach the playground there. Install "
    "jupyter-server-proxy where Jupyter is installed (pip install jupyter-server-proxy), and start Jupyter again."
)


class _Jupyter(NamedTuple):
    """A running Jupyter server: the path below which it serves, and where programs of this machine reach it.

    Without a host, that is not known.
    """

    path: str
    host: str = ""
    port: int = 0
    is_local: bool = False
    """Whether only browsers of this machine reach it directly."""


def find_way(environment: Mapping[str, str] = os.environ) -> Way:
    """The way from the browser that shows this kernel's notebook to a server."""
    if "google.colab" in sys.modules:
        return Way("", _COLAB)
    jupyter = _find_jupyter(environment)
    if jupyter is None:
        return DIRECT
    if _has_launcher(jupyter):
        return Way(f"{jupyter.path}playground/")
    if _has_proxy(jupyter):
        return Way(f"{jupyter.path}proxy/{PORT}/")
    return DIRECT if jupyter.is_local else Way("", _UNREACHABLE)


def hub_hosts(environment: Mapping[str, str] = os.environ) -> set[str]:
    """The host names of the JupyterHub that the kernel runs behind, as far as it says them."""
    addresses = (environment.get(name, "") for name in ("JUPYTERHUB_PUBLIC_URL", "JUPYTERHUB_HOST"))
    return {host for address in addresses if (host := urlsplit(address).hostname)}


# --- the Jupyter server ----------------------------------------------------------------------------------------------

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ALL = frozenset({"", "*", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def _find_jupyter(environment: Mapping[str, str]) -> _Jupyter | None:
    """The server that has started this kernel, or the one that a hub has started for its user."""
    prefix = environment.get("JUPYTERHUB_SERVICE_PREFIX")
    if info := _read_info(environment.get("JPY_PARENT_PID", "")):
        host = info["hostname"]
        return _Jupyter(
            _folder(info["base_url"]),
            "" if info.get("secure") or info.get("sock") else "127.0.0.1" if host in _ALL else host,
            info["port"],
            is_local=prefix is None and host in _LOOPBACK,
        )
    return None if prefix is None else _Jupyter(_folder(prefix))


def _read_info(parent: str) -> dict[str, Any] | None:
    """What the process with this number has written about itself; None if it is no Jupyter server."""
    try:
        from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 - all kernels have it

        info = json.loads(Path(jupyter_runtime_dir(), f"jpserver-{int(parent)}.json").read_text("utf-8"))
    except (ImportError, OSError, ValueError):
        return None
    return info if isinstance(info, dict) and {"base_url", "hostname", "port"} <= info.keys() else None


def _folder(path: str) -> str:
    """A path that begins and ends with a slash."""
    return f"/{path.strip('/')}/".replace("//", "/")


def _has_launcher(jupyter: _Jupyter) -> bool:
    """Whether it starts the playground itself, because this package is installed where Jupyter is."""
    status = _status(jupyter, "server-proxy/icon/playground")
    return _has_proxy_here() if status not in {200, 404} else status == 200


def _has_proxy(jupyter: _Jupyter) -> bool:
    """Whether it passes on requests to servers of this machine."""
    status = _status(jupyter, "server-proxy/servers-info")
    return _has_proxy_here() if status is None else status != 404


def _has_proxy_here() -> bool:
    """Whether the kernel's own environment has the proxy, which often is that of Jupyter."""
    return find_spec("jupyter_server_proxy") is not None


def _status(jupyter: _Jupyter, path: str) -> int | None:
    """The status with which it answers somebody it does not know; None if it does not answer."""
    if not jupyter.host:
        return None
    with closing(HTTPConnection(jupyter.host, jupyter.port, timeout=3)) as connection:
        try:
            connection.request("GET", f"{jupyter.path}{path}")
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
