"""Several servers behind one nginx, with the configuration of `deploy/nginx-replicas.conf`."""

import asyncio
import json
from contextlib import AsyncExitStack, ExitStack
from typing import Any, Self

from tests.faults.page import Page
from tests.proxies.nginx import NAME, ORIGIN, Authority, Nginx, upstreams
from tests.support.class_client import ClassPage, Gathering, Memory
from tests.support.server import ServerProcess, wait_until

PUBLIC_URL = f"{ORIGIN}/"


class Replicas:
    """Two servers with the same settings, and the proxy in front of them, for as long as the context lasts."""

    def __init__(self, authority: Authority, **settings: Any) -> None:
        self._authority = authority
        self._settings = {"workers": 1, "public_url": PUBLIC_URL, **settings}
        self._open = ExitStack()
        self.servers: list[ServerProcess] = []

    def __enter__(self) -> Self:
        for _ in range(2):
            self.servers.append(self._open.enter_context(ServerProcess(**self._settings)))
        changes = upstreams([server.port for server in self.servers])
        self.proxy = self._open.enter_context(Nginx("nginx-replicas.conf", self._authority, changes))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def page(self, link: str, number: int = 0) -> Page:
        """A page that comes through the proxy, and comes back by itself."""
        way = {
            "url": f"wss://{NAME}/ws",
            "host": "127.0.0.1",
            "port": self.proxy.port,
            "ssl": self._authority.trusting,
            "origin": ORIGIN,
        }
        return Page(self.proxy.port, link, number, way)

    def start_class(self) -> "ProxiedClass":
        """A class that has not been opened yet."""
        status, _, content = self.proxy.fetch("/api/classes", "POST", "{}")
        assert status == 201, content
        return ProxiedClass(self.proxy, **json.loads(content))

    def class_at(self, server: ServerProcess) -> "ProxiedClass":
        """A class that has not been opened yet and whose code leads to a server."""
        found: list[ProxiedClass] = []

        def leads_there() -> bool:
            found.append(self.start_class())
            return bool(found[-1].place()["instance"] == place_at(server, found[-1].code)["instance"])

        wait_until(leads_there, "no code leads to this server")
        return found[-1]

    async def train(self, stack: AsyncExitStack, count: int) -> list[Page]:
        """Pages that train, each an experiment of its own, and that have been shown a few epochs."""
        links = [f"#networkShape=3&dataset=circle&seed=0.{number + 1}" for number in range(count)]
        pages = await asyncio.gather(
            *(stack.enter_async_context(self.page(link, number)) for number, link in enumerate(links))
        )
        for page in pages:
            await page.ask("set_speed", speed="epoch")
            await page.ask("play")
        for page in pages:
            await page.until_epoch(3)
        return pages


class ProxiedClass(Gathering):
    """A class whose pages come through the proxy."""

    def __init__(self, proxy: Nginx, secret: str, code: str) -> None:
        super().__init__(proxy.port, secret, code)
        self._proxy = proxy

    def page(self, memory: Memory, **options: Any) -> ClassPage:
        """A page with this memory that has joined, if it was let in."""
        return super().page(memory, **self._proxy.way(), **options)

    def end(self) -> None:
        """End the class."""
        self.close()
        teacher = self.page(Memory("teacher", self.code, self.secret))
        teacher.say("end_class")
        teacher.until_closed()

    def place(self) -> dict[str, Any]:
        """Which server a new connection of the class reaches, and whether the class is open there."""
        found: dict[str, Any] = json.loads(self._proxy.fetch(f"/api/classes/{self.code}")[2])
        return found


def place_at(server: ServerProcess, code: str) -> dict[str, Any]:
    """What a server itself says of a class."""
    found: dict[str, Any] = json.loads(server.fetch(f"/api/classes/{code}")[2])
    return found
