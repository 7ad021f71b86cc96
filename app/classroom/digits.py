"""Digits that a class has drawn, and what the teacher's network reads in them."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.protocol.class_commands import Answer
from app.protocol.class_messages import DrawnDigit
from app.protocol.errors import ProtocolError, fault
from engine import DATASETS


@dataclass(slots=True, eq=False)
class Drawn:
    """A digit that a student has drawn: `pixels` (side, side), 255 is ink. `number` is that of `DrawnDigit`."""

    number: int
    digit: int
    pixels: NDArray[np.uint8]
    read: int | None = None
    certainty: float | None = None

    @property
    def text(self) -> str:
        """Its pixels as they came."""
        return base64.b64encode(self.pixels.tobytes()).decode()

    def told(self, name: str) -> DrawnDigit:
        """What others are told of it; `name` is "" if that may not be seen."""
        return DrawnDigit(self.number, name, self.digit, self.read, self.certainty)


def side_of(config: Mapping[str, object]) -> int:
    """Pixels of a side of the pictures that a network reads, by the `config` of a `config` message; 0 for points."""
    dataset = DATASETS.get(str(config["dataset"])) if config["problem"] == "classification" else None
    return dataset.side if dataset else 0


def checked_digit(command: Answer, digit: int | None) -> int:
    """The digit that a drawing is meant to be; `digit` is the one that was asked for, if any. Raises ProtocolError."""
    if digit is None:
        if command.digit is None:
            expected = "a whole number from 0 to 9"
            why = f"answer needs digit: {expected}, since each draws another one"
            raise ProtocolError([fault("missing_field", "digit", expected=expected, why=why)])
        return command.digit
    if command.digit not in {None, digit}:
        raise ProtocolError([fault("out_of_range", "digit", command.digit, f"{digit}, or null")])
    return digit


def checked_pixels(command: Answer, side: int) -> NDArray[np.uint8]:
    """The pixels (side, side) of a drawing. Raises ProtocolError if it is of another size, damaged or empty."""
    expected = f"base64 of {side * side} bytes, one for each of {side} × {side} pixels"
    if command.drawing is None:
        why = f"answer needs drawing: {expected}"
        raise ProtocolError([fault("missing_field", "drawing", expected=expected, why=why)])
    try:
        data = base64.b64decode(command.drawing, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError([fault("bad_type", "drawing", command.drawing, expected)]) from None
    if len(data) != side * side:
        raise ProtocolError([fault("out_of_range", "drawing", f"{len(data)} bytes", expected)])
    if not any(data):
        raise ProtocolError([fault("out_of_range", "drawing", "an empty picture", why="draw a digit first")])
    return np.frombuffer(data, np.uint8).reshape(side, side)


def stacked_pixels(drawn: Sequence[Drawn], side: int) -> NDArray[np.uint8]:
    """The pixels (n, side, side) of drawings."""
    return np.array([one.pixels for one in drawn], np.uint8).reshape(-1, side, side)
