"""Stop means stop: every page gets its last state, all sockets are closed, and the process ends in time."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from app.protocol.containers import decode_container
from tests.support.client import BINARY, CLOSE, Client, ClosedError
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.alone]

EXIT_WITHIN = 5.0


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


def deaf_peers(port: int, count: int) -> list[Client]:
    """Peers that ask for everything and read nothing, so that what is sent to them piles up."""
    peers = [Client(port) for _ in range(count)]
    for peer in peers:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.hello(f"#networkShape={','.join(['16'] * 10)}&seed=0.1")
        peer.say("play")
    for seq in range(1, 60):
        for peer in peers:
            peer.say("ack", seq=seq)
        time.sleep(0.05)
    return peers


def stop_in_time(server: ServerProcess, number: int) -> None:
    assert server.process is not None
    server.process.send_signal(number)
    try:
        assert server.process.wait(EXIT_WITHIN) == 0
    except subprocess.TimeoutExpired:
        pytest.fail(f"it still runs after {EXIT_WITHIN:.0f} seconds")
    assert "Traceback" not in server.errors


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_every_page_gets_its_last_state_and_a_1012(workers: int, number: signal.Signals) -> None:
    with ServerProcess(workers=workers) as server:
        players = [play(server.port) for _ in range(3)]
        codes: list[int] = []
        readers = [threading.Thread(target=lambda p=player: codes.append(read_to_the_end(p))) for player in players]
        for reader in readers:
            reader.start()
        stop_in_time(server, number)
        for reader in readers:
            reader.join(10)
        assert codes == [1012] * 3
        for player in players:
            assert player.frame["checkpoint"]["epoch"] == player.frame["epoch"] > 20


def epochs_until(peer: Client, is_over: Callable[[int, bytes], bool]) -> list[int]:
    """The epochs of the frames that come until something else has come; none is acknowledged."""
    epochs: list[int] = []
    while True:
        opcode, payload = peer.receive()
        if opcode == BINARY and (message := decode_container(payload)[0])["type"] == "frame":
            epochs.append(message["epoch"])
        if is_over(opcode, payload):
            return epochs


def last_state_comes_unasked(without: tuple[str, ...] = ()) -> None:
    """A page that has no room for a frame gets its last state all the same."""
    with ServerProcess(workers=1, without=without) as server, Client(server.port) as peer:
        peer.hello("#seed=0.5")
        for unit in (1, 2):  # two frames fill the places of those that are not acknowledged
            peer.say("select", unit=unit)
            epochs_until(peer, lambda _, payload: b'"type":"frame"' in payload)
        peer.say("advance", count=7)
        peer.say("set_speed", speed="epochs_5", id=1)
        epochs_until(peer, lambda _, payload: b'"id":1}' in payload)
        stopper = threading.Thread(target=stop_in_time, args=(server, signal.SIGTERM))
        stopper.start()
        epochs = epochs_until(peer, lambda opcode, _: opcode == CLOSE)
        stopper.join()
        assert epochs[-1:] == [7], "the last state has not come"


def test_a_page_without_room_gets_its_last_state_before_the_server_stops() -> None:
    last_state_comes_unasked()


def test_without_draining_a_page_without_room_misses_its_last_state() -> None:
    with pytest.raises(AssertionError, match="the last state has not come"):
        last_state_comes_unasked(without=("drain",))


def stops_beside_deaf_peers(without: tuple[str, ...] = ()) -> None:
    with ServerProcess(workers=2, without=without, ping_interval=30, ping_timeout=30) as server:
        player = play(server.port)
        peers = deaf_peers(server.port, 20)
        reader = threading.Thread(target=read_to_the_end, args=(player,))
        reader.start()
        try:
            stop_in_time(server, signal.SIGTERM)
        finally:
            server.close()
            reader.join(10)
            for peer in peers:
                peer.socket.close()


def test_twenty_peers_that_do_not_read_do_not_hold_up_a_stop() -> None:
    stops_beside_deaf_peers()


def test_without_a_bound_peers_that_do_not_read_hold_up_a_stop() -> None:
    with pytest.raises(pytest.fail.Exception, match="it still runs"):
        stops_beside_deaf_peers(without=("bounded_stop",))


def test_a_second_signal_is_obeyed_whatever_the_first_waits_for() -> None:
    without, never = ["bounded_stop", "ping_abort"], 1000
    with ServerProcess(workers=1, without=without, ping_interval=never, ping_timeout=never, dead_after=never) as server:
        player = play(server.port)
        peers = deaf_peers(server.port, 2)
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        # whoever reads has gone, whoever does not read holds it up, now for ever
        assert read_to_the_end(player) == 1012
        assert server.process.poll() is None
        assert server.stop(signal.SIGTERM) == 0
        assert "Traceback" not in server.errors
        for peer in peers:
            peer.socket.close()
