"""Bad peers hurt only themselves: memory, time, and what everybody else sees of it."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.client import CLOSE, CONTINUATION, PING, PONG, TEXT, Client, frame
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.alone]

FLOOD_MB = 8.0
CUT_WITHIN = 15.0
CONTROL_P95 = 0.1


class Neighbour:
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
def beside(server: ServerProcess) -> Iterator[Neighbour]:
    neighbour = Neighbour(server.port)
    try:
        yield neighbour
    finally:
        neighbour.end()


def send_until_cut(peer: Client, data: bytes, times: int, seconds: float) -> bool:
    """Send again and again, reading nothing; returns whether the server cut the connection meanwhile."""
    end = time.monotonic() + seconds
    peer.socket.settimeout(1)
    for _ in range(times):
        try:
            peer.send(data)
        except TimeoutError:
            pass
        except OSError:
            return True
        if time.monotonic() > end:
            return False
    return False


class Flood(NamedTuple):
    """What is sent without end, after what, and which defence stops it."""

    first: bytes
    again: bytes
    defences: tuple[str, ...]


FLOODS = {
    "pings": Flood(b"", frame(PING, b"x" * 125) * 400, ("frame_rate", "pong_cap", "pieces", "ping_abort")),
    "pongs": Flood(b"", frame(PONG, b"x" * 125) * 400, ("frame_rate",)),
    "empty fragments": Flood(
        frame(TEXT, b"", fin=False), frame(CONTINUATION, b"", fin=False) * 4000, ("frame_rate", "fragment_cap")
    ),
}


def is_cut(name: str, without: tuple[str, ...] = ()) -> None:
    """A flood costs the server little memory, the neighbour no time, and the flooder its connection."""
    flood = FLOODS[name]
    with ServerProcess(workers=1, without=without) as server, beside(server) as neighbour:
        with Client(server.port) as peer:
            peer.hello()
            before = server.rss()[server.pid]
            peer.send(flood.first)
            was_cut = send_until_cut(peer, flood.again, 4000, 4)
            grown = server.rss()[server.pid] - before
        assert was_cut, "the flood goes on"
        assert grown < FLOOD_MB
        assert neighbour.p95 < CONTROL_P95


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_cut_and_nobody_else_notices(name: str) -> None:
    is_cut(name)


@pytest.mark.parametrize("name", FLOODS)
def test_without_its_defences_a_flood_goes_on(name: str) -> None:
    with pytest.raises(AssertionError, match="the flood goes on"):
        is_cut(name, FLOODS[name].defences)


def messages_are_limited(without: tuple[str, ...] = ()) -> None:
    """Thousands of messages a second are answered by a limit that is named, then by the end of the connection."""
    message = b'{"type":"configure","changes":{"learning_rate":0.1}}'
    with ServerProcess(workers=1, without=without) as server, beside(server) as neighbour:
        with Client(server.port) as peer:
            peer.hello()
            reader = threading.Thread(target=lambda: codes.append(peer.close_code()))
            codes: list[int | None] = []
            reader.start()
            end = time.monotonic() + 9
            with contextlib.suppress(OSError):
                while time.monotonic() < end and not codes:
                    peer.send(frame(TEXT, message) * 20)
                    time.sleep(0.02)
            peer.socket.shutdown(socket.SHUT_RDWR)
            reader.join(10)
        assert codes == [4429], "nobody closes it"
        assert neighbour.p95 < CONTROL_P95


def test_a_flood_of_messages_is_closed_with_4429() -> None:
    messages_are_limited()


def test_without_a_rate_a_flood_of_messages_is_taken() -> None:
    with pytest.raises(AssertionError, match="nobody closes it"):
        messages_are_limited(without=("message_rate", "frame_rate"))


def test_a_slider_that_is_dragged_is_never_limited() -> None:
    """Sixty changes, hovers and acknowledgements a second for several seconds, as a busy page sends them."""
    with ServerProcess(workers=1) as server, Client(server.port) as peer:
        peer.hello()
        for number in range(150):
            changes = {"learning_rate": 0.01 + number / 10_000}
            peer.say("configure", changes=changes, id=number)
            peer.say("select", unit=number % 10)
            peer.say("ack", seq=number)
            time.sleep(1 / 60)
        while True:
            message = peer.message()
            assert message["type"] != "error", message
            if message["type"] == "config" and message.get("id") == 149:
                break


def gone_in_time(server: ServerProcess, peer: Client, seconds: float) -> bool:
    """Whether the server cuts a connection of which nothing more is read."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if not established(server.port, peer.socket.getsockname()[1]):
                return True
        time.sleep(0.1)
    return False


def established(server_port: int, peer_port: int) -> bool:
    """Whether the server's end of a loopback connection is still open."""
    with Path("/proc/net/tcp").open(encoding="ascii") as table:
        for line in table:
            _, local, remote, state, *_ = line.split()
            if local.endswith(f":{server_port:04X}") and remote.endswith(f":{peer_port:04X}"):
                return state == "01"
    return False


def does_not_read(server: ServerProcess) -> Client:
    """A peer that plays the largest frames, acknowledges what it never saw, and reads nothing."""
    peer = Client(server.port)
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.hello(f"#networkShape={','.join(['16'] * 10)}&seed=0.5")
    peer.say("play")
    return peer


def silent_peer_is_cut(without: tuple[str, ...] = ()) -> None:
    with ServerProcess(workers=1, ping_interval=2, ping_timeout=2, dead_after=600, without=without) as server:
        with beside(server) as neighbour:
            before = server.rss()[server.pid]
            peer = does_not_read(server)
            stop = threading.Event()

            def acknowledge() -> None:
                seq = 0
                while not stop.is_set():
                    seq += 1
                    with contextlib.suppress(OSError):
                        peer.say("ack", seq=seq)
                    time.sleep(0.02)

            acknowledging = threading.Thread(target=acknowledge)
            acknowledging.start()
            cut = gone_in_time(server, peer, CUT_WITHIN)
            grown = server.rss()[server.pid] - before
            stop.set()
            peer.socket.close()
            acknowledging.join()
        assert cut, "the silent peer stays"
        assert grown < FLOOD_MB
        assert neighbour.p95 < CONTROL_P95


def test_a_peer_that_stops_reading_is_cut() -> None:
    silent_peer_is_cut()


def test_without_cutting_a_peer_that_stops_reading_stays() -> None:
    with pytest.raises(AssertionError, match="the silent peer stays"):
        silent_peer_is_cut(without=("ping_abort",))


def closed_without_hello(without: tuple[str, ...] = ()) -> None:
    with ServerProcess(workers=1, hello_timeout=1, without=without) as server, Client(server.port, timeout=5) as peer:
        assert peer.close_code() == 4408, "it may say nothing for ever"


def test_a_peer_that_never_says_hello_is_closed() -> None:
    closed_without_hello()


def test_without_the_limit_a_silent_peer_stays() -> None:
    with pytest.raises(AssertionError, match="it may say nothing for ever"):
        closed_without_hello(without=("hello_timeout",))


def slow_head_is_cut(without: tuple[str, ...] = ()) -> None:
    with ServerProcess(workers=1, hello_timeout=1, without=without) as server:
        slow = socket.create_connection(("127.0.0.1", server.port), 4)
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        try:
            assert slow.recv(1) == b""
        except TimeoutError:
            raise AssertionError("still open") from None
        except ConnectionResetError:
            pass
        finally:
            slow.close()


def test_a_request_whose_head_never_ends_is_cut() -> None:
    slow_head_is_cut()


def test_without_the_limit_a_request_without_end_stays() -> None:
    with pytest.raises(AssertionError, match="still open"):
        slow_head_is_cut(without=("head_timeout",))


def admission_holds(without: tuple[str, ...] = ()) -> None:
    crowded = ServerProcess(workers=1, max_sessions=3, max_per_address=3, without=without)
    with crowded as server, contextlib.ExitStack() as stack:
        peers = [stack.enter_context(Client(server.port)) for _ in range(3)]
        for peer in peers:
            peer.hello()
        late = stack.enter_context(Client(server.port))
        late.say("hello", version=2)
        answer = late.message()
        assert (answer["type"], answer.get("code"), answer.get("fatal")) == ("error", "full", True)
        assert late.close_code() == 1013
        peers[0].socket.close()
        until_free(server.port)


def until_free(port: int) -> None:
    for _ in range(100):
        with Client(port) as peer:
            peer.say("hello", version=2)
            if peer.message()["type"] == "welcome":
                return
    raise AssertionError("the place was not given away again")


def test_a_full_server_says_so_and_takes_the_next_when_there_is_room() -> None:
    admission_holds()


def test_without_admission_everybody_gets_in() -> None:
    with pytest.raises(AssertionError, match="welcome"):
        admission_holds(without=("admission",))


BROKEN_FRAMES: dict[str, tuple[Callable[[], bytes], int]] = {
    "a bomb in a compressed frame": (lambda: frame(TEXT, b"\0" * 16_000, rsv=4), 1002),
    "a message that says it has a terabyte": (lambda: struct.pack("!BBQ", 0x82, 0xFF, 2**40) + b"\0\0\0\0", 1009),
    "a message over a megabyte": (lambda: frame(TEXT, b"x" * (1024 * 1024 + 1)), 1009),
}


@pytest.mark.parametrize("name", BROKEN_FRAMES)
def test_giants_and_bombs_cost_nothing(name: str) -> None:
    make, code = BROKEN_FRAMES[name]
    with ServerProcess(workers=1) as server:
        before = server.rss()[server.pid]
        for _ in range(10):
            with Client(server.port) as peer:
                assert "extensions" not in peer.head.lower()
                with contextlib.suppress(OSError):
                    peer.send(make())
                assert peer.close_code() in {code, None}
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


def test_a_bad_frame_while_the_network_trains_ends_the_connection_without_a_complaint() -> None:
    with ServerProcess(workers=1) as server:
        for data in BAD_FRAMES.values():
            # several, for what is under way to the peer at that moment is a matter of luck
            for number in range(4):
                with Client(server.port) as peer:
                    peer.hello(f"#seed=0.{number}")
                    peer.say("set_speed", speed="unlimited")
                    peer.say("play")
                    for seq in range(100):
                        peer.say("ack", seq=seq)
                    peer.answer("status")
                    peer.send(data)
                    if not data:
                        peer.socket.shutdown(socket.SHUT_WR)
                    peer.close_code()
        server.until("connections", 0)
        assert server.errors == ""
