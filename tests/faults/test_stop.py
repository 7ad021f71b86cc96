"""Stop means stop: every page gets its last state, all sockets are closed, and the process ends in time."""

import itertools
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from app.protocol.containers import decode_container
from tests.support.client import BINARY, CLOSE, PATIENCE, Client, ClosedError, frame
from tests.support.server import ServerProcess
from tests.support.tcp import unsent_bytes

pytestmark = [pytest.mark.server, pytest.mark.resilience]

NEVER = 1000
"""More seconds than any test waits."""


def play(port: int) -> Client:
    player = Client(port)
    player.greet("#seed=0.5")
    player.ask("set_speed", speed="epochs_20")
    player.ask("play")
    player.until_frame(lambda frame: frame["epoch"] > 20)
    return player


def read_to_the_end(player: Client) -> int:
    """Read until the server closes; returns the close code, 1006 if there was none."""
    try:
        while True:
            player.read()
    except ClosedError as closed:
        return closed.code or 1006


def deaf_clients(port: int, count: int) -> list[Client]:
    """Clients that ask for everything and read nothing, each with so much unsent that no more can be written to it."""
    clients = [Client(port) for _ in range(count)]
    for client in clients:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.hello(f"#networkShape={','.join(['16'] * 10)}&seed=0.1")
        client.say("play")
    unchanged, unsent = 0, [0] * count
    for seq in itertools.count(1):
        for client in clients:
            client.say("ack", seq=seq)
        time.sleep(0.02)
        before, unsent = unsent, [unsent_bytes(port, client.socket.getsockname()[1]) for client in clients]
        unchanged = unchanged + 1 if unsent == before and min(unsent) > 0 else 0
        if unchanged == 10:
            break
    return clients


def assert_stops(server: ServerProcess, number: int, within: float = PATIENCE) -> None:
    """Assert that a server that is asked to stop does so without an error. Raises TimeoutExpired if it takes longer."""
    began = time.monotonic()
    assert server.stop(number, within) == 0
    assert "Traceback" not in server.errors
    print(f"stopped within {time.monotonic() - began:.1f} s")


@pytest.mark.parametrize(
    ("workers", "number"),
    [
        (2, signal.SIGINT),
        pytest.param(0, signal.SIGTERM, marks=pytest.mark.nightly),
        pytest.param(0, signal.SIGINT, marks=pytest.mark.nightly),
        pytest.param(2, signal.SIGTERM, marks=pytest.mark.nightly),
    ],
)
def test_stop_sends_last_state_and_1012(workers: int, number: signal.Signals) -> None:
    with ServerProcess(workers=workers) as server:
        players = [play(server.port) for _ in range(3)]
        codes: list[int] = []
        readers = [threading.Thread(target=lambda p=player: codes.append(read_to_the_end(p))) for player in players]
        for reader in readers:
            reader.start()
        assert_stops(server, number)
        for reader in readers:
            reader.join(10)
        assert codes == [1012] * 3
        for player in players:
            assert player.frame["checkpoint"]["epoch"] == player.frame["epoch"] > 20


def epochs_until(client: Client, is_over: Callable[[int, bytes], bool]) -> list[int]:
    """The epochs of the frames that come until something else has come; none is acknowledged."""
    epochs: list[int] = []
    while True:
        opcode, payload = client.receive()
        if opcode == BINARY and (message := decode_container(payload)[0])["type"] == "frame":
            epochs.append(message["epoch"])
        if is_over(opcode, payload):
            return epochs


def last_epochs(without: tuple[str, ...] = ()) -> list[int]:
    """A page has trained 7 epochs and has no room for their frame; returns the epochs it gets when the server stops."""
    with ServerProcess(workers=0, without=without) as server, Client(server.port) as client:
        client.hello("#seed=0.5")
        for unit in (1, 2):  # two frames fill the places of those that are not acknowledged
            client.say("select", unit=unit)
            epochs_until(client, lambda _, payload: b'"type":"frame"' in payload)
        client.say("advance", count=7)
        client.say("set_speed", speed="epochs_5", id=1)
        epochs_until(client, lambda _, payload: b'"id":1}' in payload)
        stopper = threading.Thread(target=assert_stops, args=(server, signal.SIGTERM))
        stopper.start()
        epochs = epochs_until(client, lambda opcode, _: opcode == CLOSE)
        stopper.join()
        return epochs


def test_stop_sends_last_state_to_full_client() -> None:
    (epoch,) = last_epochs()
    assert epoch > 0


@pytest.mark.nightly
def test_full_client_misses_last_state_without_draining() -> None:
    assert last_epochs(without=("drain",)) == []


def test_closing_client_does_not_break_stop() -> None:
    with ServerProcess(workers=1, ping_interval=NEVER, ping_timeout=NEVER) as server:
        player = play(server.port)
        (closing,) = deaf_clients(server.port, 1)
        closing.send(frame(CLOSE, struct.pack("!H", 1000)))
        # once this is answered, the server has read the close; what is unsent keeps the connection open
        server.health()
        codes: list[int] = []
        reader = threading.Thread(target=lambda: codes.append(read_to_the_end(player)))
        reader.start()
        assert_stops(server, signal.SIGTERM)
        reader.join(10)
        assert codes == [1012]
        closing.drop()


def stop_beside_deaf_clients(within: float, without: tuple[str, ...] = ()) -> None:
    """Stop a server that, without a time limit, waits forever for clients that do not read."""
    with ServerProcess(workers=2, without=without, ping_interval=NEVER, ping_timeout=NEVER, dead_after=NEVER) as server:
        player = play(server.port)
        clients = deaf_clients(server.port, 20)
        reader = threading.Thread(target=read_to_the_end, args=(player,))
        reader.start()
        try:
            assert_stops(server, signal.SIGTERM, within)
        finally:
            server.close()
            reader.join(10)
            for client in clients:
                client.drop()


@pytest.mark.nightly
def test_deaf_clients_do_not_delay_stop() -> None:
    stop_beside_deaf_clients(PATIENCE)


@pytest.mark.nightly
def test_deaf_clients_delay_stop_without_time_limit() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        stop_beside_deaf_clients(PATIENCE / 2, without=("bounded_stop",))


def test_second_signal_stops_at_once() -> None:
    without = ["bounded_stop", "ping_abort"]
    with ServerProcess(workers=1, without=without, ping_interval=NEVER, ping_timeout=NEVER, dead_after=NEVER) as server:
        player = play(server.port)
        clients = deaf_clients(server.port, 2)
        server.process.send_signal(signal.SIGTERM)
        # whoever reads has gone, whoever does not read holds it up, now forever
        assert read_to_the_end(player) == 1012
        assert server.process.poll() is None
        assert_stops(server, signal.SIGTERM)
        for client in clients:
            client.drop()
