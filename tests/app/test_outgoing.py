"""What an engine process sends: together as long as nobody waits for it, and in order."""

import socket
from collections.abc import Iterator

import pytest

from app.protocol.envelopes import Envelope, MessageKind, Unpacker
from app.workers.outgoing import Outgoing
from tests.support.clock import Clock


class Ends:
    """Both ends of a socket, one of which sends."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.theirs, ours = socket.socketpair()
        self.theirs.settimeout(0)
        self.outgoing = Outgoing(ours, self.clock)
        self.sockets = (self.theirs, ours)

    def put(self, *payloads: bytes) -> list[Envelope]:
        envelopes = [Envelope(MessageKind.FRAME, number, payload) for number, payload in enumerate(payloads)]
        for envelope in envelopes:
            self.outgoing.put(envelope)
        return envelopes

    def received(self) -> list[Envelope]:
        try:
            return list(Unpacker().feed(self.theirs.recv(1024 * 1024)))
        except BlockingIOError:
            return []


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    for end in made.sockets:
        end.close()


def test_envelopes_leave_together_before_the_process_waits(ends: Ends) -> None:
    envelopes = ends.put(b"one", b"", b"three")
    ends.outgoing.flush_due()
    assert ends.received() == []
    ends.outgoing.flush()
    assert ends.received() == envelopes
    ends.outgoing.flush()
    assert ends.received() == []


def test_an_envelope_does_not_wait_for_long(ends: Ends) -> None:
    envelopes = ends.put(b"one")
    ends.clock.now += 0.003
    envelopes += ends.put(b"two")
    ends.outgoing.flush_due()
    assert ends.received() == []
    ends.clock.now += 0.002
    ends.outgoing.flush_due()
    assert ends.received() == envelopes


def test_much_is_sent_at_once(ends: Ends) -> None:
    envelopes = ends.put(*(bytes(15_000) for _ in range(9)))
    ends.outgoing.flush_due()
    assert ends.received() == envelopes


def test_process_ends_with_the_front(ends: Ends) -> None:
    ends.theirs.close()
    ends.put(b"one")
    with pytest.raises(SystemExit) as ended:
        ends.outgoing.flush()
    assert ended.value.code == 0
