"""Envelopes between the front and engine processes, and how they are unpacked from a stream of bytes."""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple


class MessageKind(IntEnum):
    """What an envelope is for. The first thirteen go to an engine process, the others come from one."""

    OPEN = 1
    """Open a session; the payload is an `Opening`."""
    COMMAND = 2
    """A checked text message of a subscriber."""
    GREET = 3
    """A subscriber came: it needs config, status, data and a frame."""
    GRANT = 4
    """One frame may be made; `run` and `epoch` tell how far its receivers' loss series reaches. If there is a payload,
    it is a byte: how many rows the map has while training goes on."""
    SLEEP = 5
    """There are no subscribers: training pauses."""
    WAKE = 6
    """There is a subscriber again."""
    DROP = 7
    """Close the session."""
    FINISH = 8
    """The server is stopping: stop training and show the last state."""
    HOLD = 9
    """Do not train until RELEASE; frames and answers are still made."""
    RELEASE = 10
    """Train again."""
    CARDS = 11
    """Send cards from now on; the payload is a `CardLevel`, one byte."""
    REPORT = 12
    """Send a frame and a card of the same state, with the loss curve, now, even if nothing has changed or it sleeps."""
    DRAWINGS = 13
    """Read these pictures from now on, at once and whenever the network has learned; the payload is `Drawings`, or
    nothing to end that."""

    OPENED = 17
    """The session is open; the payload says whether it was resumed from a checkpoint."""
    MESSAGE = 18
    """A text message; for one subscriber, or for all if `subscriber` is 0."""
    CONFIG = 19
    """A `config` of `revision`; `run` is 1 if earlier frames are no longer of this network."""
    STATUS = 20
    DATA = 21
    """The data; if they are pictures, `epoch` is the number that names them."""
    FRAME = 22
    """Frame `seq`, which brings the loss series of `run` up to `epoch`."""
    FAILED = 23
    """The session had to be closed, and its state is lost."""
    FILE = 24
    """A binary message that a subscriber asked for."""
    READY = 25
    """The process can take sessions; this is about none of them."""
    CARD = 26
    """A `Card`; `run` is 1 if it answers REPORT."""
    READINGS = 29
    """What the network reads in DRAWINGS; the payload is `Readings`."""
    SWEEP = 27
    """Starts to be trained for a subscriber; the payload is a `Sweep` and the id of the command that asked for it."""
    SWEEP_END = 28
    """Train no more of them; the payload says why, as `StartsMessage.ended`."""


class Envelope(NamedTuple):
    """One message about one session. Fields that its kind does not use are 0.

    >>> list(Unpacker().feed(b"".join(pack(Envelope(MessageKind.GRANT, 7, run=1, epoch=20)))))[0].epoch
    20
    """

    kind: MessageKind
    session: int
    payload: bytes = b""
    subscriber: int = 0
    revision: int = 0
    seq: int = 0
    run: int = 0
    epoch: int = 0


_KINDS = {kind.value: kind for kind in MessageKind}
_HEADER = struct.Struct("<IBIIIIIq")


def pack(envelope: Envelope) -> tuple[bytes, bytes]:
    """An envelope as the bytes of its header and its payload."""
    kind, session, payload, *numbers = envelope
    return _HEADER.pack(len(payload), kind, session, *numbers), payload


class Unpacker:
    """Unpacks envelopes from a stream of bytes that arrives in pieces of any length."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._missing = _HEADER.size
        """Bytes without which no more can be unpacked."""

    def feed(self, data: bytes) -> Iterator[Envelope]:
        """The envelopes that are complete after `data`. Exhaust the iterator before the next call."""
        self._pieces.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return
        # joined only now, so that a long envelope is not copied with each of its pieces
        data = b"".join(self._pieces)
        start, needed = 0, _HEADER.size
        while len(data) - start >= needed:
            length, kind, session, subscriber, revision, seq, run, epoch = _HEADER.unpack_from(data, start)
            body = start + _HEADER.size
            if len(data) - body < length:
                needed = _HEADER.size + length
                break
            start, needed = body + length, _HEADER.size
            yield Envelope(_KINDS[kind], session, data[body:start], subscriber, revision, seq, run, epoch)
        rest = data[start:]
        self._pieces, self._missing = [rest] if rest else [], needed - len(rest)
