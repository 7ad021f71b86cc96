"""Several servers behind one nginx, with the configuration of `deploy/nginx-replicas.conf`."""

import asyncio
from contextlib import AsyncExitStack, ExitStack
from typing import Any, Self

from tests.faults.page import Page
from tests.proxies.nginx import NAME, ORIGIN, Authority, Nginx, upstreams
from tests.support.server import ServerProcess

PUBLIC_URL = f"{ORIGIN}/"


class Replicas:
    """Two servers with the same settings, and the proxy in front of them, for as long as the context lasts."""

    def __init__(self, authority: Authority, **settings: Any) -> None:
        self._authority = authority
        self._settings = {"workers": 1, "public_url": PUBLIC_URL, "allowed_hosts": NAME, **settings}
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
