"""Bad peers hurt only themselves: memory, time, and what everybody else sees of it."""

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from app.protocol.version import VERSION
from app.settings import Settings
from tests.support.client import CLOSE, CONTINUATION, PING, PONG, TEXT, Client, frame
from tests.support.server import ServerProcess, wait_until
from tests.support.tcp import is_established

pytestmark = [pytest.mark.server, pytest.mark.resilience]

FLOOD_MB = 8.0
CUT_WITHIN = 15.0
CONTROL_P95 = 0.1


class Neighbor:
    """A page of somebody else, which plays and moves a control all the time."""

    def __init__(self, port: int) -> None:
        self._player = Client(port)
        self._player.greet("#seed=0.5")
        self._player.ask("play")
        self._stop = threading.Event()
        self.delays: list[float] = []
        self._thread = threading.Thread(target=self._move)
        self._thread.start()

    def _move(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            self._player.ask("configure", changes={"learning_rate": 0.01 + 0.001 * (len(self.delays) % 10)})
            self.delays.append(time.monotonic() - began)
            self._stop.wait(0.02)

    @property
    def p95(self) -> float:
        """The answer time in seconds that 95 of 100 answers keep; of at least twenty, which may still have to come."""
        for _ in range(1000):
            if len(self.delays) >= 20:
                break
            time.sleep(0.01)
        return sorted(self.delays)[int(len(self.delays) * 0.95)]

    def end(self) -> None:
        """Stop moving."""
        self._stop.set()
        self._thread.join(30)
        self._player.close()


@contextlib.contextmanager
def beside(server: ServerProcess) -> Iterator[Neighbor]:
    neighbor = Neighbor(server.port)
    try:
        yield neighbor
    finally:
        neighbor.end()


def send_until_cut(client: Client, data: bytes, times: int, seconds: float) -> bool:
    """Send again and again, reading nothing; returns whether the server cut the connection meanwhile."""
    end = time.monotonic() + seconds
    client.socket.settimeout(1)
    for _ in range(times):
        try:
            client.send(data)
        except TimeoutError:
            pass
        except OSError:
            return True
        if time.monotonic() > end:
            return False
    return False


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server for all bad peers: a connection that answers no ping is cut after four seconds."""
    with ServerProcess(workers=1, ping_interval=2, ping_timeout=2, dead_after=600) as running:
        yield running


FLOODS = {
    "pings": (b"", frame(PING, b"x" * 125) * 400),
    "pongs": (b"", frame(PONG, b"x" * 125) * 400),
    "fragments": (frame(TEXT, b"", fin=False), frame(CONTINUATION, b"", fin=False) * 4000),
}
"""What is sent first, and what again and again."""


class Effect(NamedTuple):
    """What a bad peer has brought about: whether it was cut, and by how many MB the front process has grown."""

    was_cut: bool
    grown: float


def flood(server: ServerProcess, name: str) -> Effect:
    """Flood a server for four seconds, or until it cuts the connection."""
    first, again = FLOODS[name]
    with Client(server.port) as client:
        client.hello()
        before = server.rss()[server.pid]
        client.send(first)
        was_cut = send_until_cut(client, again, 4000, 4)
        return Effect(was_cut, server.rss()[server.pid] - before)


@pytest.mark.alone
@pytest.mark.parametrize("name", FLOODS)
def test_neighbor_does_not_notice_flood(server: ServerProcess, name: str) -> None:
    with beside(server) as neighbor:
        effect = flood(server, name)
        assert effect.was_cut
        assert effect.grown < FLOOD_MB
        assert neighbor.p95 < CONTROL_P95


@pytest.mark.nightly
@pytest.mark.parametrize("name", FLOODS)
def test_flood_is_not_cut_without_limits(name: str) -> None:
    with ServerProcess(workers=1, without=("frame_rate", "fragment_cap", "pong_cap", "pieces", "ping_abort")) as server:
        assert not flood(server, name).was_cut


@pytest.mark.alone
def test_neighbor_does_not_notice_message_flood(server: ServerProcess) -> None:
    message = b'{"type":"configure","changes":{"learning_rate":0.1}}'
    with beside(server) as neighbor, Client(server.port) as client:
        client.hello()
        reader = threading.Thread(target=client.close_code)
        reader.start()
        end = time.monotonic() + 2
        while time.monotonic() < end:
            client.send(frame(TEXT, message) * 20)
            time.sleep(0.02)
        p95 = neighbor.p95
        client.socket.shutdown(socket.SHUT_RDWR)
        reader.join(10)
    assert p95 < CONTROL_P95


def stop_reading(server: ServerProcess) -> Effect:
    """Play the largest frames, acknowledge them unseen, and read nothing, for 15 s or until the connection is cut."""
    before = server.rss()[server.pid]
    client = Client(server.port)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.hello(f"#networkShape={','.join(['16'] * 10)}&seed=0.5")
    client.say("play")
    port, was_cut = client.socket.getsockname()[1], False
    end = time.monotonic() + CUT_WITHIN
    for seq in itertools.count(1):
        with contextlib.suppress(OSError):
            client.say("ack", seq=seq)
        time.sleep(0.02)
        was_cut = not is_established(server.port, port)
        if was_cut or time.monotonic() > end:
            break
    grown = server.rss()[server.pid] - before
    client.drop()
    return Effect(was_cut, grown)


def test_peer_that_stops_reading_is_cut(server: ServerProcess) -> None:
    effect = stop_reading(server)
    assert effect.was_cut
    assert effect.grown < FLOOD_MB


@pytest.mark.nightly
def test_peer_that_stops_reading_stays_without_abort() -> None:
    timeouts: Any = {"ping_interval": 2, "ping_timeout": 2, "dead_after": 600}
    with ServerProcess(workers=1, without=["ping_abort"], **timeouts) as server:
        assert not stop_reading(server).was_cut


@contextlib.contextmanager
def late_client(**server: Any) -> Iterator[tuple[ServerProcess, list[Client], Client]]:
    """A server with three sessions, which is as many as it may have, and one more client that says hello."""
    with (
        ServerProcess(workers=0, max_sessions=3, max_per_address=3, **server) as crowded,
        contextlib.ExitStack() as stack,
    ):
        clients = [stack.enter_context(Client(crowded.port)) for _ in range(3)]
        for client in clients:
            client.hello()
        late = stack.enter_context(Client(crowded.port))
        late.say("hello", version=VERSION)
        yield crowded, clients, late


def is_admitted(port: int) -> bool:
    """Whether a server has room for one more."""
    with Client(port) as client:
        client.say("hello", version=VERSION)
        return bool(client.message()["type"] == "welcome")


def test_full_server_refuses_until_someone_leaves() -> None:
    with late_client() as (server, clients, late):
        answer = late.message()
        assert (answer["type"], answer.get("code"), answer.get("fatal")) == ("error", "full", True)
        assert late.close_code() == 1013
        clients[0].drop()
        wait_until(lambda: is_admitted(server.port), "the place was not given away again")


@pytest.mark.nightly
def test_full_server_admits_everybody_without_limit() -> None:
    with late_client(without=["admission"]) as (_, _, late):
        assert late.message()["type"] == "welcome"


BROKEN_FRAMES: dict[str, tuple[Callable[[], bytes], int]] = {
    "a bomb in a compressed frame": (lambda: frame(TEXT, b"\0" * 16_000, rsv=4), 1002),
    "a message that says it has a terabyte": (lambda: struct.pack("!BBQ", 0x82, 0xFF, 2**40) + b"\0\0\0\0", 1009),
    "a message longer than any": (lambda: frame(TEXT, b"x" * (Settings().hello_bytes + 1)), 1009),
}


@pytest.mark.parametrize("name", BROKEN_FRAMES)
def test_oversized_frames_cost_no_memory(server: ServerProcess, name: str) -> None:
    make, code = BROKEN_FRAMES[name]
    before = server.rss()[server.pid]
    for _ in range(10):
        with Client(server.port) as client:
            assert "extensions" not in client.head.lower()
            with contextlib.suppress(OSError):
                client.send(make())
            assert client.close_code() in {code, None}
    assert server.rss()[server.pid] - before < FLOOD_MB


BAD_FRAMES = {
    "an unknown kind": frame(0x3, b"x"),
    "a reserved bit": frame(TEXT, b"x", rsv=1),
    "no mask": frame(TEXT, b"{}", mask=False),
    "half a message, then another": frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"),
    "the rest of nothing": frame(CONTINUATION, b"x"),
    "a long ping": frame(PING, b"x" * 126),
    "a ping in pieces": frame(PING, b"x", fin=False),
    "text that is none": frame(TEXT, b"\xff\xfe"),
    "a close without a reason": frame(CLOSE),
    "a close with half a code": frame(CLOSE, b"\x03"),
    "a close with a code that there is not": frame(CLOSE, struct.pack("!H", 999)),
    "a message that is too large": struct.pack("!BBQ", 0x81, 0xFF, 2**40) + b"\0\0\0\0",
    "nothing but an end": b"",
}


def test_bad_frames_end_connections_quietly(server: ServerProcess) -> None:
    said = len(server.errors)
    for data in BAD_FRAMES.values():
        # several, for what is on its way to the peer at that moment is a matter of luck
        for number in range(4):
            with Client(server.port) as client:
                client.hello(f"#seed=0.{number}")
                client.say("set_speed", speed="unlimited")
                client.say("play")
                for seq in range(100):
                    client.say("ack", seq=seq)
                client.answer("status")
                client.send(data)
                if not data:
                    client.socket.shutdown(socket.SHUT_WR)
                client.close_code()
    server.until("connections", 0)
    assert server.errors[said:] == ""
