"""What the front process asks the session of a class's teacher to read, and what comes back. No page receives these."""

from typing import NamedTuple

from app.protocol.containers import Array, decode_container, encode_container


class Drawings(NamedTuple):
    """Pictures to read: `pictures` (n, side, side) uint8, 255 is ink. `number` comes back with what is read in them."""

    number: int
    pictures: Array


class Readings(NamedTuple):
    """What a network reads in the drawings of a `number`.

    `answers` (n,) uint8 are digits, `certainty` (n,) uint8 the outputs for them, of which 255 is 1. Both are empty if
    it does not read pictures of this size. `epoch` and `test_accuracy` are the network's.
    """

    number: int
    epoch: int
    test_accuracy: float | None
    answers: Array
    certainty: Array


def encode_drawings(drawings: Drawings) -> bytes:
    """Drawings as the payload of DRAWINGS."""
    return encode_container({"number": drawings.number}, {"pictures": drawings.pictures})


def decode_drawings(payload: bytes) -> Drawings:
    """The drawings that `encode_drawings` wrote."""
    header, arrays = decode_container(payload)
    return Drawings(header["number"], arrays["pictures"])


def encode_readings(readings: Readings) -> bytes:
    """Readings as the payload of READINGS."""
    number, epoch, accuracy, answers, certainty = readings
    header = {"number": number, "epoch": epoch, "test_accuracy": accuracy}
    return encode_container(header, {"answers": answers, "certainty": certainty})


def decode_readings(payload: bytes) -> Readings:
    """The readings that `encode_readings` wrote."""
    header, arrays = decode_container(payload)
    return Readings(**header, answers=arrays["answers"], certainty=arrays["certainty"])
