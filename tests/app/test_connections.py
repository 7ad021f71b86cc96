"""Who has to go when there are too many connections."""

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.web.connections import ConnectionRegistry


class Transport(asyncio.Transport):
    """As much of a connection as is looked at: where it comes from, and whether it was cut."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__({"peername": (host, port)})
        self.is_cut = False

    def abort(self) -> None:
        """Cut it."""
        self.is_cut = True


def come(connections: ConnectionRegistry, host: str, count: int) -> list[Transport]:
    transports = [Transport(host, port) for port in range(count)]
    for transport in transports:
        connections.add(transport)
    return transports


def test_the_oldest_that_waits_makes_room() -> None:
    connections = ConnectionRegistry(4)
    transports = come(connections, "a", 6)
    assert [transport.is_cut for transport in transports] == [True, True, False, False, False, False]
    assert len(connections) == 4


def test_first_one_of_the_address_that_has_most() -> None:
    connections = ConnectionRegistry(5)
    quiet, loud = come(connections, "a", 2), come(connections, "b", 10)
    assert not any(transport.is_cut for transport in quiet)
    assert sum(transport.is_cut for transport in loud) == 7


def test_connection_with_recent_request_is_closed_last() -> None:
    connections = ConnectionRegistry(3)
    first, second, _ = come(connections, "a", 3)
    connections.ask(first)
    come(connections, "a", 1)
    assert (first.is_cut, second.is_cut) == (False, True)


def test_working_pages_stay_and_leave_room() -> None:
    connections = ConnectionRegistry(20)
    pages = come(connections, "a", 4)
    for page in pages:
        connections.settle(page)
    assert connections.is_crowded
    come(connections, "a", 100)
    assert not any(page.is_cut for page in pages)
    for page in pages:
        connections.remove(page)
    assert not connections.is_crowded


def test_connection_that_asks_is_not_counted() -> None:
    connections = ConnectionRegistry()
    assert connections.others == 0
    come(connections, "a", 3)
    assert connections.others == 2


@given(st.lists(st.tuples(st.sampled_from(["add", "ask", "settle", "remove"]), st.integers(0, 9)), max_size=60))
def test_count_matches_the_open_connections(steps: list[tuple[str, int]]) -> None:
    connections = ConnectionRegistry(5)
    transports: list[Any] = [Transport("abc"[number % 3], number) for number in range(10)]
    is_open: set[int] = set()
    for step, number in steps:
        if step == "add" and number in is_open:
            continue
        if step == "add":
            transports[number] = Transport("abc"[number % 3], number)
            is_open.add(number)
        if step == "remove":
            is_open.discard(number)
        getattr(connections, step)(transports[number])
        is_open -= {number for number in is_open if transports[number].is_cut}
        assert len(connections) == len(is_open)
