"""Short messages take a shortcut past the queues, and nobody can tell by anything but the time they take."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from app.web import websocket
from tests.support.client import CONTINUATION, PING, PONG, TEXT, frame
from tests.support.virtual import VirtualConnection, VirtualServer, run, seconds_until


def ping(number: int, padding: int = 0) -> bytes:
    """A message that is answered with its number, and longer by so many spaces."""
    return b'{"type":"ping",' + b" " * padding + b'"id":%d}' % number


def answered(connection: VirtualConnection) -> list[int]:
    """The numbers that have been answered so far."""
    return [message["id"] for message in connection.messages if message["type"] == "pong"]


def test_short_message_is_answered_at_once() -> None:
    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        for number in range(1, 4):
            connection.send(frame(TEXT, ping(number)))
            # one pass of the event loop; a task that waits for a message needs more
            await asyncio.sleep(0)
            assert answered(connection)[-1] == number

    run(scenario)


def all_kinds(numbers: Iterator[int]) -> list[bytes]:
    """Messages that take the shortcut between others that do not: numbered, and seven in all."""
    halved = ping(next(numbers))
    texts = (ping(next(numbers), padding) for padding in (0, 120, 0, 5000, 0, 0))
    first, *others = (frame(TEXT, text) for text in texts)
    in_two = frame(TEXT, halved[:7], fin=False), frame(PONG), frame(CONTINUATION, halved[7:])
    return [*in_two, first, frame(PING, b"alive?"), *others]


def cut(frames: list[bytes], size: int | None) -> list[bytes]:
    """What is sent in pieces of a size, or frame by frame."""
    stream = b"".join(frames)
    return frames if size is None else [stream[start : start + size] for start in range(0, len(stream), size)]


@pytest.mark.parametrize("pauses", [True, False])
def test_messages_keep_their_order_however_cut(*, pauses: bool) -> None:
    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        numbers = count(1)
        sizes = (None, 1, 2, 3, 7, 100, 511, 513, 100_000)
        for size in sizes:
            for piece in cut(all_kinds(numbers), size):
                connection.send(piece)
                if pauses:
                    await asyncio.sleep(0)
        sent = 7 * len(sizes)
        await seconds_until(lambda: len(answered(connection)) >= sent, within=5, every=0.01)
        assert answered(connection) == list(range(1, sent + 1))
        assert sum(item.opcode == PONG for item in connection.frames) == len(sizes)

    run(scenario)


def test_what_looks_short_inside_another_is_none() -> None:
    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        outside = frame(PING, frame(TEXT, ping(1)))
        connection.send(outside[:6])
        connection.send(outside[6:])
        await asyncio.sleep(0.1)
        assert answered(connection) == []
        connection.send(frame(TEXT, ping(2)[:7], fin=False))
        connection.send(frame(TEXT, ping(3)))
        await asyncio.sleep(0.1)
        assert answered(connection) == []
        assert connection.close_code == 1002

    run(scenario)


def test_short_text_without_utf8_closes() -> None:
    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        connection.send(frame(TEXT, b'{"type":"ping","id":"\xc3"}'))
        await asyncio.sleep(0.1)
        assert connection.close_code == 1007

    run(scenario)


def test_deaf_peer_gets_all_once_it_reads() -> None:
    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        connection.reads = False
        connection.set_write_buffer_limits(high=1000)
        for number in range(1, 200):
            connection.send(frame(TEXT, ping(number)))
            await asyncio.sleep(0.01)
        # the rest waits where it is counted
        assert connection.get_write_buffer_size() < 2000
        connection.read_again()
        await asyncio.sleep(0.1)
        assert answered(connection) == list(range(1, 200))

    run(scenario)


def test_last_words_come_before_the_close() -> None:
    async def scenario(server: VirtualServer) -> None:
        first = await server.open()
        session = next(message["session"] for message in first.messages if message["type"] == "welcome")
        second = await server.open(session=session)
        assert second.close_code is None
        assert [message["type"] for message in first.messages][-1] == "moved"
        assert first.close_code == 4409

    run(scenario)


def test_application_without_shortcut_answers_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(server: VirtualServer) -> None:
        connection = await server.open()
        for number in range(1, 4):
            connection.send(frame(TEXT, ping(number)))
        await asyncio.sleep(0.1)
        assert answered(connection) == [1, 2, 3]

    monkeypatch.setattr(websocket, "SHORTCUT", "an extension that other servers lack")
    run(scenario)
