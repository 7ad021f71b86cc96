"""Where the frame of a notebook finds its server, by what Jupyter says of itself and how it answers."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.notebook.place import DIRECT, Way, find_way, hub_hosts

pytestmark = pytest.mark.notebooks

ICON, INFO = "/user/ann/server-proxy/icon/playground", "/user/ann/server-proxy/servers-info"
LAUNCHED = Way("/user/ann/playground/")
PROXIED = Way("/user/ann/proxy/{port}/")
PARENT = {"JPY_PARENT_PID": "4711"}
HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ann/"}

Announce = Callable[..., None]


@pytest.fixture
def announce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Announce:
    """Write what a Jupyter server with the process ID 4711 says about itself."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    def write(**changes: object) -> None:
        known = {"base_url": "/user/ann/", "hostname": "localhost", "port": 1, "secure": False, "sock": ""}
        (tmp_path / "jpserver-4711.json").write_text(json.dumps({**known, **changes}))

    return write


@contextmanager
def answering(statuses: dict[str, int]) -> Iterator[int]:
    """A server on a port that answers paths with a status, and all others with 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses.get(self.path, 404))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("statuses", "way"),
    [
        ({ICON: 200, INFO: 302}, LAUNCHED),
        ({ICON: 404, INFO: 302}, PROXIED),
        # it says nothing to strangers, and the environment of this kernel has the proxy
        ({ICON: 403, INFO: 403}, LAUNCHED),
        ({}, DIRECT),
    ],
)
def test_jupyter_is_asked_what_it_serves(announce: Announce, statuses: dict[str, int], way: Way) -> None:
    with answering(statuses) as port:
        announce(port=port)
        assert find_way(PARENT) == way
        assert find_way({**PARENT, **HUB}) == way or way == DIRECT


@pytest.mark.parametrize("hostname", ["", "*", "0.0.0.0"])  # noqa: S104 - what Jupyter says of itself
def test_jupyter_of_another_machine_needs_the_proxy(announce: Announce, hostname: str) -> None:
    with answering({}) as port:
        announce(port=port, hostname=hostname)
        address, obstacle = find_way(PARENT)
    assert address == ""
    assert "pip install jupyter-server-proxy" in obstacle


def test_hub_without_the_proxy_is_an_obstacle(announce: Announce) -> None:
    with answering({}) as port:
        announce(port=port)
        assert find_way({**PARENT, **HUB}).address == ""


@pytest.mark.parametrize("known", [{"port": 1}, {"secure": True}, {"sock": "/run/jupyter"}])
def test_silent_jupyter_counts_as_like_the_kernel(announce: Announce, known: dict[str, object]) -> None:
    announce(**known)
    assert find_way(PARENT) == LAUNCHED


def test_hub_names_the_path_without_its_server() -> None:
    assert find_way(HUB) == LAUNCHED


@pytest.mark.parametrize("parent", ["", "1", "x", "../4711", pytest.param(str(os.getpid()), id="own")])
def test_kernel_without_jupyter_is_reached_directly(announce: Announce, parent: str) -> None:
    announce()
    assert find_way({"JPY_PARENT_PID": parent}) == DIRECT
    assert find_way({}) == DIRECT


@pytest.mark.parametrize("text", ["", "7", "[]", "{}", '{"port": 1}'])
def test_damaged_announcement_is_none(announce: Announce, tmp_path: Path, text: str) -> None:
    announce()
    (tmp_path / "jpserver-4711.json").write_text(text)
    assert find_way(PARENT) == DIRECT


def test_hosts_of_hub_come_from_its_addresses() -> None:
    assert hub_hosts({}) == set()
    addresses = {"JUPYTERHUB_PUBLIC_URL": "https://hub.example/", "JUPYTERHUB_HOST": "https://ann.hub.example:8443"}
    assert hub_hosts(addresses) == {"hub.example", "ann.hub.example"}
