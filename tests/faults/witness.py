"""A raw peer that remembers what it was shown, and asks what a session is like now."""

from itertools import count
from typing import Any, Self

import numpy as np

from app.protocol import decode_container
from tests.faults.peer import BINARY, CLOSE, PING, PONG, Peer, frame

Json = dict[str, Any]

LINK = "#seed=0.5&networkShape=3&dataset=gauss"


class Witness(Peer):
    """A peer that keeps the last frame, its parameters and the last config."""

    def __init__(self, port: int, **options: Any) -> None:
        super().__init__(port, **options)
        self.frame: Json = {}
        self.raw_frame = b""
        self.params = b""
        self.config: Json = {}
        self._ids = count(1000)

    def __enter__(self) -> Self:
        return self

    def _acknowledge(self, payload: bytes) -> None:
        message, arrays = decode_container(payload)
        if message["type"] == "frame":
            self.frame, self.raw_frame, self.params = message, payload, arrays["params"].tobytes()
        super()._acknowledge(payload)

    def message(self) -> Json:
        """The next text message of any type."""
        message = super().message()
        if message["type"] == "config":
            self.config = message
        return message

    def open(self, link: str = LINK, **more: object) -> Json:
        """Say hello and wait for the first frame; returns the welcome."""
        welcome = self.hello(link, **more)
        self.state()
        return welcome

    def ask(self, **message: object) -> Json:
        """Send a message and wait for its answer."""
        number = next(self._ids)
        self.say({"id": number, **message})
        while (answer := self.message()).get("id") != number:
            pass
        return answer

    def state(self) -> tuple[object, ...]:
        """What the session is like now: it answers a harmless question, and shows itself."""
        answer = self.ask(type="pause")
        assert answer["type"] == "status", answer
        self.next_frame()
        return self.params, self.frame["epoch"], self.frame["step"], self.config["revision"], self.config["link"]

    def next_frame(self) -> Json:
        """The next frame."""
        before = self.raw_frame
        while self.raw_frame is before:
            opcode, payload = self.receive()
            if opcode == PING:
                self.send(frame(PONG, payload))
            elif opcode == CLOSE:
                raise ConnectionResetError("the server has closed the connection")
            elif opcode == BINARY:
                self._acknowledge(payload)
        return self.frame


def assert_finite(container: bytes) -> None:
    """Nothing in a container is anything but a finite number."""
    message, arrays = decode_container(container)
    for name, array in arrays.items():
        assert np.isfinite(array).all(), name
    assert_finite_json(message)


def assert_finite_json(value: object) -> None:
    """The same of a message; JSON that Python has read may hold what JSON does not have."""
    if isinstance(value, float):
        assert np.isfinite(value)
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert_finite_json(child)
