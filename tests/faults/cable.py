"""A wire for tests that drive a browser, whose event loop is that of their thread."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from tests.faults.proxy import Blockade, Wire


@contextmanager
def wire_to(port: int) -> Iterator["Cable"]:
    """A wire on an event loop of its own: that of this thread is the browser's."""
    cable = Cable(port)
    try:
        yield cable
    finally:
        cable.close()


class Cable:
    """A wire that may be cut from any thread."""

    def __init__(self, target: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._wire = Wire(target)
        self._wait(asyncio.run_coroutine_threadsafe(self._wire.__aenter__(), self._loop))
        self.port = self._wire.port

    def _wait(self, future: "Future[Any]") -> None:
        future.result(20)

    def do(self, what: Callable[[Wire], None]) -> None:
        """Do something to the wire, as `Wire.cut`."""

        async def act() -> None:
            what(self._wire)

        self._wait(asyncio.run_coroutine_threadsafe(act(), self._loop))

    def block(self, blockade: Blockade | None) -> None:
        """Let live connections fail in this way from now on; None lets them through."""
        self.do(lambda wire: setattr(wire, "blockade", blockade))

    def close(self) -> None:
        """End all connections."""
        self._wait(asyncio.run_coroutine_threadsafe(self._wire.__aexit__(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
