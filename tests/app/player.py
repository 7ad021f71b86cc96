"""A real server in a thread, and a client that speaks the wire as a page does."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from websockets.sync.client import ClientConnection, connect

from app.protocol import decode_container
from app.settings import Settings
from app.web import server as serve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.web.rooms import Rooms
    from app.workers.pool import Workers

Message = dict[str, Any]

PATIENCE = 20.0
"""Seconds after which a message that has not come is missing."""

SMALL = "#networkShape=2&seed=0.3&dataset=gauss"


class Server:
    """The application under uvicorn on a loopback port, for as long as the context lasts."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**{"port": 0, "workers": 0, **settings})
        self._listener = serve.listen(self.settings)
        self.port: int = self._listener.getsockname()[1]
        self._config = serve.configure(self.settings)
        app: Any = self._config.app
        self.rooms: Rooms = app.state.rooms
        self.workers: Workers = app.state.workers
        self._ready = threading.Event()
        self._server = _Announcing(self._config, self._ready, self.workers)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def connect(self, **options: Any) -> "Player":
        """A connection that has said nothing yet."""
        return Player(connect(f"ws://127.0.0.1:{self.port}/ws", compression=None, max_size=None, **options))

    def open(self, link: str = SMALL, **hello: Any) -> "Player":
        """A connection that has been greeted and has its first frame."""
        player = self.connect()
        player.greet(link, **hello)
        return player


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event, workers: "Workers") -> None:
        super().__init__(config)
        self._ready = ready
        self._workers = workers

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._workers.until_ready()
        self._ready.set()


class Player:
    """A page without a screen: it acknowledges every frame that it reads."""

    def __init__(self, connecting: AbstractContextManager[ClientConnection]) -> None:
        self._context = ExitStack()
        self.connection = self._context.enter_context(connecting)
        self.acknowledges = True
        self.welcome: Message = {}
        self.config: Message = {}
        self.status: Message = {}
        self.data: Message = {}
        self.frame: Message = {}
        self.raw_frame = b""
        self.losses: dict[int, tuple[float, float | None]] = {}
        self._id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._context.close()

    def say(self, type_: str, **fields: Any) -> None:
        """Send a message."""
        self.connection.send(json.dumps({"type": type_, **fields}))

    def ask(self, type_: str, **fields: Any) -> Message:
        """Send a message and wait for its answer."""
        self._id += 1
        wanted = self._id
        self.say(type_, id=wanted, **fields)
        return self.until(lambda message: message.get("id") == wanted)

    def greet(self, link: str = SMALL, **hello: Any) -> Message:
        """Say hello and wait for the first frame of what was opened; returns the welcome."""
        self.say("hello", version=1, link=link, **hello)
        self.until(lambda message: message["type"] == "welcome")
        self.until_frame()
        return self.welcome

    def read(self) -> Message:
        """The next message; containers as their message with `arrays`."""
        data = self.connection.recv(PATIENCE)
        if isinstance(data, str):
            message: Message = json.loads(data)
        else:
            header, arrays = decode_container(data)
            message = {**header, "arrays": arrays}
        self._note(message, data)
        return message

    def _note(self, message: Message, data: str | bytes) -> None:
        kind = message["type"]
        if kind in {"welcome", "config", "status", "data", "frame"}:
            setattr(self, kind, message)
        if kind == "frame":
            assert isinstance(data, bytes)
            self.raw_frame = data
            self._plot(message["arrays"])
            if self.acknowledges:
                self.say("ack", seq=message["seq"])

    def _plot(self, arrays: dict[str, Any]) -> None:
        epochs = arrays["history_epochs"].tolist()
        tests = arrays["history_test"].tolist() if "history_test" in arrays else [None] * len(epochs)
        self.losses = {epoch: losses for epoch, losses in self.losses.items() if epoch < epochs[0]}
        self.losses.update(zip(epochs, zip(arrays["history_train"].tolist(), tests, strict=True), strict=True))

    def until(self, is_wanted: Callable[[Message], object]) -> Message:
        """Read up to the first message that is wanted."""
        while not is_wanted(message := self.read()):
            pass
        return message

    def until_frame(self, is_wanted: Callable[[Message], object] = lambda _: True) -> Message:
        """Read up to the first wanted frame of the experiment in force."""
        return self.until(
            lambda message: (
                message["type"] == "frame" and message["revision"] == self.config["revision"] and is_wanted(message)
            )
        )

    def train(self, epochs: int) -> Message:
        """Advance by so many epochs, and wait for their frame."""
        target = self.frame["epoch"] + epochs
        self.ask("advance", count=epochs)
        return self.until_frame(lambda frame: frame["epoch"] >= target)

    @property
    def params(self) -> "NDArray[np.float64]":
        """The parameters last seen."""
        params: NDArray[np.float64] = self.frame["arrays"]["params"]
        return params
