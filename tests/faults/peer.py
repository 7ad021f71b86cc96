"""A peer that can do what no browser would: raw websocket bytes over a loopback socket."""

import base64
import json
import os
import socket
import struct
from typing import Any, NamedTuple, Self

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


class Received(NamedTuple):
    """A frame from the server."""

    opcode: int
    payload: bytes


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, mask: bool = True) -> bytes:
    """The bytes of one websocket frame; the mask is all zeros, which is as good as any."""
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


class Peer:
    """A connection to the server's websocket, frame by frame. `timeout` bounds every wait, in seconds."""

    def __init__(
        self,
        port: int,
        timeout: float = 20,
        headers: dict[str, str] | None = None,
        source: str = "127.0.0.1",
    ) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self._buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            **(headers or {}),
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(f"GET /ws HTTP/1.1\r\n{text}\r\n".encode())
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        self.head = head.decode("latin-1")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionResetError("the server has closed the connection")
        self._buffer += data

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._fill()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def say(self, message: object) -> None:
        """Send a message: an object as JSON, a text as it is."""
        text = message if isinstance(message, str) else json.dumps(message)
        self.send(frame(TEXT, text.encode("utf-8", "surrogatepass")))

    def receive(self) -> Received:
        """The next frame from the server."""
        first, second = self._take(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8))
        return Received(first & 15, self._take(length))

    def answer(self, kind: str) -> dict[str, Any]:
        """The next text message of a type; frames of pictures are acknowledged on the way, pings answered."""
        while True:
            message = self.message()
            if message["type"] == kind:
                return message

    def message(self) -> dict[str, Any]:
        """The next text message of any type."""
        while True:
            opcode, payload = self.receive()
            if opcode == TEXT:
                message: dict[str, Any] = json.loads(payload)
                return message
            if opcode == PING:
                self.send(frame(PONG, payload))
            if opcode == BINARY:
                self._acknowledge(payload)
            if opcode == CLOSE:
                raise ConnectionResetError(f"the server closed with {struct.unpack('!H', payload[:2])[0]}")

    def _acknowledge(self, payload: bytes) -> None:
        (length,) = struct.unpack_from("<I", payload, 4)
        message = json.loads(payload[8 : 8 + length])["message"]
        if message["type"] == "frame":
            self.say({"type": "ack", "seq": message["seq"]})

    def hello(self, link: str = "#seed=0.5", **more: object) -> dict[str, Any]:
        """Say hello; returns the welcome."""
        self.say({"type": "hello", "version": 1, "link": link, **more})
        return self.answer("welcome")

    def close_code(self) -> int | None:
        """The code with which the server closes; None if it cuts the connection without a word."""
        try:
            while True:
                opcode, payload = self.receive()
                if opcode == CLOSE:
                    return int(struct.unpack("!H", payload[:2])[0]) if payload else 1005
        except OSError:
            return None
