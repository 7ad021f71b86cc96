"""Limits on connections, in virtual time: what breaks them is cut, and is not once the limit is removed."""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.web.limits import Bucket
from tests.faults.unsafe_server import SAFEGUARDS
from tests.support.client import CONTINUATION, PING, PONG, TEXT, frame
from tests.support.clock import Clock
from tests.support.virtual import HANDSHAKE, VirtualServer, run, seconds_until


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Remove safeguards for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            SAFEGUARDS[name](patch.setattr)
        yield


def test_bucket_refills_at_its_rate() -> None:
    clock = Clock()
    bucket = Bucket(10, 20, clock)
    assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]
    clock.now = 0.5
    assert [bucket.take() for _ in range(6)] == [True] * 5 + [False]
    clock.now = 100.0
    assert bucket.take(20)
    assert not bucket.take()


FLOODS = {
    "pings": (b"", frame(PING, b"x" * 125) * 400),
    "pongs": (b"", frame(PONG, b"x" * 125) * 400),
    "fragments": (frame(TEXT, b"", fin=False), frame(CONTINUATION, b"", fin=False) * 400),
}
"""What is sent first, and what again and again."""


async def flooded(server: VirtualServer, name: str) -> int | None:
    """Send 400 frames a hundredth of a second, 4,800 in all; returns the close code."""
    first, again = FLOODS[name]
    connection = await server.open()
    connection.send(first)
    for _ in range(12):
        connection.send(again)
        await asyncio.sleep(0.01)
    return connection.close_code


@pytest.mark.parametrize(("name", "code"), [("pings", 1008), ("pongs", 1008), ("fragments", 1009)])
def test_flood_of_frames_closes_the_connection(name: str, code: int) -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await flooded(server, name) == code

    run(scenario)


@pytest.mark.nightly
@pytest.mark.parametrize("name", FLOODS)
def test_flood_of_frames_continues_without_limits(name: str) -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await flooded(server, name) is None

    with without("frame_rate", "fragment_cap"):
        run(scenario)


async def seconds_until_pinging_deaf_peer_is_cut(server: VirtualServer) -> float:
    connection = await server.open()
    connection.reads = False
    for _ in range(10):
        connection.send(frame(PING, b"x" * 125) * 100)
        await asyncio.sleep(0.1)
    return await seconds_until(lambda: connection.is_over, within=1)


def test_pongs_do_not_pile_up() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await seconds_until_pinging_deaf_peer_is_cut(server) == 0

    with without("frame_rate"):
        run(scenario)


def test_pongs_pile_up_without_cap() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await seconds_until_pinging_deaf_peer_is_cut(server) == math.inf

    with without("frame_rate", "pong_cap"):
        run(scenario)


async def seconds_until_deaf_peer_is_cut(server: VirtualServer) -> float:
    connection = await server.open()
    connection.reads = False
    return await seconds_until(lambda: connection.is_over, within=60)


def test_peer_that_answers_no_ping_is_cut() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert 5 <= await seconds_until_deaf_peer_is_cut(server) <= 13

    run(scenario, ping_interval=6, ping_timeout=6)


@pytest.mark.nightly
def test_peer_that_answers_no_ping_stays_without_abort() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await seconds_until_deaf_peer_is_cut(server) == math.inf

    with without("ping_abort"):
        run(scenario, ping_interval=6, ping_timeout=6)


async def seconds_until_silent_peer_is_closed(server: VirtualServer) -> float:
    connection = server.connect()
    connection.send(HANDSHAKE)
    seconds = await seconds_until(lambda: connection.close_code is not None, within=60)
    assert connection.close_code in {None, 4408}
    return seconds


def test_peer_without_hello_is_closed_with_4408() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert 9 < await seconds_until_silent_peer_is_closed(server) < 11

    run(scenario, hello_timeout=10, ping_interval=600)


@pytest.mark.nightly
def test_peer_without_hello_stays_without_timeout() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await seconds_until_silent_peer_is_closed(server) == math.inf

    with without("hello_timeout"):
        run(scenario, hello_timeout=10, ping_interval=600)


async def seconds_until_endless_head_is_cut(server: VirtualServer) -> float:
    connection = server.connect()
    connection.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
    return await seconds_until(lambda: connection.is_over, within=60)


def test_request_with_endless_head_is_cut() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert 9 < await seconds_until_endless_head_is_cut(server) < 11

    run(scenario, hello_timeout=10)


@pytest.mark.nightly
def test_request_with_endless_head_stays_without_timeout() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await seconds_until_endless_head_is_cut(server) == math.inf

    with without("head_timeout"):
        run(scenario, hello_timeout=10)


async def seconds_until_message_flood_is_closed(server: VirtualServer) -> float:
    connection = await server.open()
    loop = asyncio.get_running_loop()
    began = loop.time()
    while connection.close_code is None and loop.time() - began < 12:
        connection.send(frame(TEXT, b'{"type":"ping"}') * 20)
        await asyncio.sleep(0.04)
    return loop.time() - began if connection.close_code == 4429 else math.inf


def test_flood_of_messages_is_closed_with_4429() -> None:
    async def scenario(server: VirtualServer) -> None:
        # two seconds' worth may come at once; then it is warned for five seconds
        assert 5 < await seconds_until_message_flood_is_closed(server) < 10

    run(scenario)


@pytest.mark.nightly
def test_flood_of_messages_continues_without_rate_limit() -> None:
    async def scenario(server: VirtualServer) -> None:
        assert await seconds_until_message_flood_is_closed(server) == math.inf

    with without("message_rate"):
        run(scenario)


def test_dragged_slider_is_never_limited() -> None:
    """Sixty changes, hovers and acknowledgements a second, as a busy page sends them, for five seconds."""

    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        for number in range(300):
            connection.say("configure", changes={"learning_rate": 0.01 + number / 10_000}, id=number)
            connection.say("select", unit=number % 10)
            connection.say("ack", seq=number)
            await asyncio.sleep(1 / 60)
        await asyncio.sleep(1)
        configs = [message for message in connection.messages if message["type"] == "config"]
        assert [message["id"] for message in configs if "id" in message] == [*range(300)]
        assert not [message for message in connection.messages if message["type"] == "error"]

    run(scenario)
