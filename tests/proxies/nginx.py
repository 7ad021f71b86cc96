"""A real nginx with a configuration of `deploy/`, in which only places are replaced: names, ports and certificates."""

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from http.client import HTTPMessage, HTTPResponse
from pathlib import Path
from typing import Any, Self

from tests.support.client import PATIENCE, Client
from tests.support.server import ROOT, wait_until

NAME = "school.example"
"""The host of the public address in the files of `deploy/`."""

ORIGIN = f"https://{NAME}"

_PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"

_MAIN = """\
daemon off;
worker_processes 2;
{user}
pid nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
    include site.conf;
}}
"""
"""What Debian's `nginx.conf` does for the files in `/etc/nginx/conf.d/`."""


class Authority:
    """An authority that certifies that the proxy is `NAME`, made on the spot."""

    def __init__(self) -> None:
        # only these tests need it
        import trustme

        authority = trustme.CA()
        self._issued = authority.issue_cert(NAME)
        self.trusting = ssl.create_default_context()
        """What a client needs to trust it."""
        authority.configure_trust(self.trusting)

    def write(self, folder: Path) -> None:
        """Write `certificate.pem` and `key.pem`."""
        self._issued.private_key_pem.write_to_path(str(folder / "key.pem"))
        for part in self._issued.cert_chain_pems:
            part.write_to_path(str(folder / "certificate.pem"), append=True)


class Proxy:
    """A program that serves TLS on `port` of the loopback interface, for as long as the context lasts.

    `command` starts it in a new folder, which has the certificate of `authority` and `files`, by name.
    """

    def __init__(self, command: Sequence[str], authority: Authority, port: int, files: Mapping[str, str]) -> None:
        self.port = port
        self.authority = authority
        self._command = command
        self._folder = tempfile.TemporaryDirectory(prefix="proxy-")
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed at the end
        folder = Path(self._folder.name)
        authority.write(folder)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")

    def __enter__(self) -> Self:
        # nothing is kept outside of the folder
        home = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), self._folder.name)
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder.name,
            env={**os.environ, **home},
            stderr=self._errors,
            start_new_session=True,
        )
        wait_until(self._is_ready, "the proxy does not listen")
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._errors.close()
        self._folder.cleanup()

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, self.errors
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), PATIENCE):
            return True
        return False

    @property
    def errors(self) -> str:
        """What it has written to standard error so far."""
        return os.pread(self._errors.fileno(), 2**24, 0).decode(errors="replace")

    def way(self, origin: str = ORIGIN) -> dict[str, Any]:
        """Options of a client that comes as a page of an origin does."""
        return {"headers": {"Host": NAME, "Origin": origin}, "tls": (self.authority.trusting, NAME)}

    def connect(self, path: str = "/ws", *, origin: str = ORIGIN, **options: Any) -> Client:
        """A connection as a page of an origin makes it."""
        return Client(self.port, path=path, **self.way(origin), **options)

    def fetch(
        self, path: str, method: str = "GET", content: str = "", **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """The status, headers and content of the answer to a request of a page."""
        named = {"Host": NAME, "Origin": ORIGIN, "Content-Length": str(len(content)), "Connection": "close", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        with self.authority.trusting.wrap_socket(plain, server_hostname=NAME) as connection:
            connection.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n{content}".encode())
            response = HTTPResponse(connection, method=method)
            response.begin()
            return response.status, response.headers, response.read()


class Nginx(Proxy):
    """nginx with one of the files of `deploy/`.

    `changes` are replaced in that file, text by text, and each must be there. Besides, the first server listens on
    `port` and has the certificate of `authority`. Example:

        with Nginx("nginx.conf", authority, {"127.0.0.1:8000": f"127.0.0.1:{server.port}"}) as proxy:
            proxy.connect().greet()
    """

    def __init__(self, file: str, authority: Authority, changes: Mapping[str, str]) -> None:
        port = free_port()
        site = replaced(
            (ROOT / "deploy" / file).read_text("utf-8"),
            {
                "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
                "/etc/ssl/certs/school.example.pem": "certificate.pem",
                "/etc/ssl/private/school.example.key": "key.pem",
                **changes,
            },
        )
        # else its workers would be nobody, who cannot write here
        user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
        command = [_PROGRAM, "-p", "./", "-c", "nginx.conf", "-e", "stderr"]
        super().__init__(command, authority, port, {"site.conf": site, "nginx.conf": _MAIN.format(user=user)})


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """A text with other places in it. Raises AssertionError if one of them does not occur."""
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in the file any more"
        text = text.replace(old, new)
    return text


def upstreams(ports: Sequence[int]) -> dict[str, str]:
    """What to replace in `nginx-replicas.conf`, so that its servers are on these ports of this machine."""
    places = {f"192.0.2.{11 + index}:8000": f"127.0.0.1:{port}" for index, port in enumerate(ports)}
    assert len(places) == 2, "the file has two servers"
    return places


def free_port() -> int:
    """A port of the loopback interface on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
