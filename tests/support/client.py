"""A client of the wire: it does what a page does, and what no page would, frame by frame over a loopback socket."""

import base64
import contextlib
import json
import os
import socket
import ssl
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from app.protocol.containers import decode_container, decompress
from app.protocol.version import VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Message = dict[str, Any]

PATIENCE = 30.0
"""Seconds to wait for the next bytes, or for anything else, before a test fails."""

SMALL = "#networkShape=2&seed=0.3&dataset=gauss"
"""A link to a small network, for tests that need any network."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
"""Opcodes of WebSocket frames (RFC 6455)."""

_CLOSE_WITHIN = 2.0
"""Seconds to wait for the server's half of the closing handshake."""


class Received(NamedTuple):
    """A WebSocket frame from the server."""

    opcode: int
    payload: bytes


class ClosedError(ConnectionResetError):
    """The server has closed the connection. `code` is its close code; None if it just ended the connection."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the server closed the connection with code {code}")
        self.code = code


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, mask: bool = True) -> bytes:
    """The bytes of one WebSocket frame. The mask is all zeros, which is as good as any."""
    head = bytes([fin << 7 | rsv << 4 | opcode])
    length = len(payload)
    flag = mask << 7
    if length < 126:
        head += bytes([flag | length])
    elif length < 65536:
        head += bytes([flag | 126]) + struct.pack("!H", length)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", length)
    return head + (b"\0\0\0\0" if mask else b"") + payload


def take_frame(buffer: bytearray) -> Received | None:
    """Take the first frame, which is not masked, out of a buffer; None if it is not complete yet."""
    if len(buffer) < 2:
        return None
    start, length = 2, buffer[1] & 127
    if length >= 126:
        start = 4 if length == 126 else 10
        if len(buffer) < start:
            return None
        length = int.from_bytes(buffer[2:start])
    if len(buffer) < start + length:
        return None
    received = Received(buffer[0] & 15, bytes(buffer[start : start + length]))
    del buffer[: start + length]
    return received


class Transcript:
    """The newest message of each type that a client has received, and the losses of all epochs so far."""

    def __init__(self) -> None:
        self.welcome: Message = {}
        self.config: Message = {}
        self.status: Message = {}
        self.data: Message = {}
        self.frame: Message = {}
        self.raw_frame = b""
        self.losses: dict[int, tuple[float, float | None]] = {}

    def note(self, data: str | bytes) -> Message:
        """Record what has come; returns it as a message, a container with its arrays as `arrays`."""
        if isinstance(data, str):
            message: Message = json.loads(data)
        else:
            header, arrays = decode_container(decompress(data))
            message = {**header, "arrays": arrays}
        if message["type"] in {"welcome", "config", "status", "data", "frame"}:
            setattr(self, message["type"], message)
        if message["type"] == "frame":
            assert isinstance(data, bytes)
            self.raw_frame = decompress(data)
            self._extend_losses(message["arrays"])
        return message

    def _extend_losses(self, arrays: dict[str, Any]) -> None:
        epochs = arrays["history_epochs"].tolist()
        tests = arrays["history_test"].tolist() if "history_test" in arrays else [None] * len(epochs)
        self.losses = {epoch: losses for epoch, losses in self.losses.items() if epoch < epochs[0]}
        self.losses.update(zip(epochs, zip(arrays["history_train"].tolist(), tests, strict=True), strict=True))

    @property
    def params(self) -> "NDArray[np.float64]":
        """The parameters in the newest frame."""
        params: NDArray[np.float64] = self.frame["arrays"]["params"]
        return params


def _connected(port: int | Path, timeout: float, source: str) -> socket.socket:
    if isinstance(port, Path):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        connection.connect(str(port))
        return connection
    connection = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
    # as in a browser: otherwise a message waits until the last one has been acknowledged
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Client(Transcript):
    """A page without a screen. It acknowledges every frame that it reads, unless `acknowledges` is false.

    `port` may also be the path of a unix socket. `headers` are added to those of the handshake; `source` is the address
    to connect from; `timeout` bounds every wait, in seconds; `path` is the endpoint; `tls` is whom to trust, and the
    name that the server must have. `status_code` and `head` are the server's answer to the handshake. Example:

        with Client(port) as client:
            client.greet("#seed=0.5")
            assert client.train(3)["epoch"] == 3
    """

    def __init__(
        self,
        port: int | Path,
        timeout: float = PATIENCE,
        headers: dict[str, str] | None = None,
        source: str = "127.0.0.1",
        path: str = "/ws",
        tls: tuple[ssl.SSLContext, str] | None = None,
    ) -> None:
        super().__init__()
        self.acknowledges = True
        self.socket = _connected(port, timeout, source)
        if tls:
            self.socket = tls[0].wrap_socket(self.socket, server_hostname=tls[1])
        self._buffer = bytearray()
        self._is_over = False
        self._id = 1000
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {
            "Host": "localhost" if isinstance(port, Path) else f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            **(headers or {}),
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{text}\r\n".encode())
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        self.head = self._take(self._buffer.index(b"\r\n\r\n") + 4).decode("latin-1")
        self.status_code = int(self.head.split()[1])
        self._is_over = self.status_code != 101

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection as a browser does, and wait until the server has done so, too."""
        with contextlib.suppress(OSError):
            if not self._is_over:
                self.socket.settimeout(_CLOSE_WITHIN)
                self.send(frame(CLOSE, struct.pack("!H", 1000)))
                self.close_code()
        self.drop()

    def drop(self) -> None:
        """End the connection without a word."""
        self._is_over = True
        self.socket.close()

    # --- frames ---------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            self.drop()
            raise ClosedError(None)
        self._buffer += data

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._fill()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def receive(self) -> Received:
        """The next frame from the server, of any kind."""
        while (received := take_frame(self._buffer)) is None:
            self._fill()
        if received.opcode == CLOSE:
            self.drop()
        return received

    def close_code(self) -> int | None:
        """Read to the end; returns the close code, or None if the server just ended the connection."""
        try:
            while (received := self.receive()).opcode != CLOSE:
                pass
        except OSError:
            return None
        return code_of(received.payload)

    def rest(self) -> str:
        """Read to the end; returns what a refused handshake was answered with after its head."""
        with contextlib.suppress(ClosedError):
            while True:
                self._fill()
        return self._buffer.decode("latin-1")

    # --- messages -------------------------------------------------------------------------------------------------

    def say(self, type_: str, **fields: Any) -> None:
        """Send a message."""
        self.say_raw(json.dumps({"type": type_, **fields}))

    def say_raw(self, text: str | bytes) -> None:
        """Send a text message, or a binary one, as it is."""
        if isinstance(text, bytes):
            self.send(frame(BINARY, text))
        else:
            self.send(frame(TEXT, text.encode("utf-8", "surrogatepass")))

    def ask(self, type_: str, **fields: Any) -> Message:
        """Send a message and wait for its answer."""
        self._id += 1
        wanted = self._id
        self.say(type_, id=wanted, **fields)
        return self.until(lambda message: message.get("id") == wanted)

    def hello(self, link: str = "#seed=0.5", **fields: Any) -> Message:
        """Say hello; returns the welcome."""
        self.say("hello", version=VERSION, link=link, **fields)
        return self.answer("welcome")

    def greet(self, link: str = SMALL, **fields: Any) -> Message:
        """Say hello and wait for the first frame; returns the welcome."""
        welcome = self.hello(link, **fields)
        self.until_frame()
        return welcome

    def read(self) -> Message:
        """The next message; a container has its arrays as `arrays`. Raises ClosedError."""
        while True:
            opcode, payload = self.receive()
            if opcode == PING:
                self._reply(frame(PONG, payload))
            elif opcode == CLOSE:
                raise ClosedError(code_of(payload))
            elif opcode in {TEXT, BINARY}:
                message = self.note(payload.decode() if opcode == TEXT else payload)
                if message["type"] == "frame" and self.acknowledges:
                    self._reply(frame(TEXT, b'{"type":"ack","seq":%d}' % message["seq"]))
                return message

    def _reply(self, data: bytes) -> None:
        # a server that has closed the connection meanwhile may have said more before that
        with contextlib.suppress(ConnectionError):
            self.send(data)

    def until(self, is_wanted: Callable[[Message], object]) -> Message:
        """Read up to the first message that is wanted."""
        while not is_wanted(message := self.read()):
            pass
        return message

    def answer(self, type_: str) -> Message:
        """Read up to the next message of a type."""
        return self.until(lambda message: message["type"] == type_)

    def message(self) -> Message:
        """Read up to the next text message."""
        return self.until(lambda message: "arrays" not in message)

    def until_frame(self, is_wanted: Callable[[Message], object] = lambda _: True) -> Message:
        """Read up to the first wanted frame of the config in force."""
        return self.until(
            lambda message: (
                message["type"] == "frame" and message["revision"] == self.config["revision"] and is_wanted(message)
            )
        )

    def train(self, epochs: int) -> Message:
        """Train some epochs; returns their frame."""
        target = self.frame["epoch"] + epochs
        self.ask("advance", count=epochs)
        return self.until_frame(lambda frame: frame["epoch"] >= target)

    def state(self) -> tuple[object, ...]:
        """Pause, and return what the session is like: parameters, epoch, step, revision and link."""
        answer = self.ask("pause")
        assert answer["type"] == "status", answer
        self.answer("frame")
        return (
            self.params.tobytes(),
            self.frame["epoch"],
            self.frame["step"],
            self.config["revision"],
            self.config["link"],
        )


def code_of(payload: bytes) -> int:
    """The close code in a close frame; 1005 if there is none."""
    return int(struct.unpack("!H", payload[:2])[0]) if payload else 1005
