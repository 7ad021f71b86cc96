"""Reading pictures: what the network makes of one of the data, or of a drawing, and the one that is followed."""

import base64
import binascii
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.protocol.commands import Read
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import ReadingMessage
from engine import PICTURE_DATASETS, Config, Trainer
from engine.inspection import INSPECTIONS, OF_PICTURES, OF_POINTS


class Followed(NamedTuple):
    """A picture that is followed: its `pixels` (pixels,), as bytes, the example that it is, and its digit, if known."""

    pixels: NDArray[np.uint8]
    example: int | None = None
    label: int | None = None


def refuse_unit(config: Config, unit: int | None) -> None:
    """Raise `ProtocolError` if a unit is to be shown on the map, which there is none of where examples are pictures."""
    if config.has_pictures and unit is not None:
        why = f"unit: got {unit}; expected null: units that read pictures are all in the frame, and there is no map"
        raise ProtocolError([fault("unknown_value", "unit", unit, "null", why)])


def refuse_panel(config: Config, panel: str) -> None:
    """Raise `ProtocolError` if a panel makes no sense for these data: points of the plane, or pictures."""
    kinds = ("points of the plane", "pictures")
    others, (kind, own) = (OF_POINTS, kinds) if config.has_pictures else (OF_PICTURES, kinds[::-1])
    if panel in others:
        names = ", ".join(name for name in INSPECTIONS if name not in others)
        why = f"panel: {panel} looks at {kind}, and the examples of {config.active_dataset} are {own}; open {names}"
        raise ProtocolError([fault("unknown_value", "panel", panel, f"one of {names}", why)])


def picture_of(trainer: Trainer, command: Read) -> Followed | None:
    """The picture that a command asks for; None if it asks for none. Raises `ProtocolError` if there is no such."""
    if command.example is None and command.pixels is None:
        return None
    field = "example" if command.pixels is None else "pixels"
    got = command.example if command.pixels is None else command.pixels
    _refuse_points(trainer.config, field, got)
    if command.pixels is not None:
        if command.example is not None:
            expected = "null, since pixels are given, too: a picture is one or the other"
            raise ProtocolError([fault("bad_picture", "example", command.example, expected)])
        return Followed(_pixels(command.pixels, trainer.config.side))
    return _example(trainer, command.example or 0)


def still_there(trainer: Trainer, followed: Followed | None) -> Followed | None:
    """A picture that is followed, unless it is none of new data, or too large or too small for them."""
    if followed is None or followed.pixels.size != trainer.config.side**2:
        return None
    if followed.example is None:
        return followed
    is_there = followed.example < len(trainer.inputs) and (trainer.inputs[followed.example] == followed.pixels).all()
    return followed if is_there else None


def _refuse_points(config: Config, field: str, got: object) -> None:
    if not config.has_pictures:
        names = " or ".join(PICTURE_DATASETS)
        why = (
            f"{field}: only pictures can be read, and the examples of {config.active_dataset} are points; open {names}"
        )
        raise ProtocolError([fault("bad_picture", field, got, f"pictures, as those of {names}", why)])


def _example(trainer: Trainer, number: int) -> Followed:
    """A picture of the data. Raises `ProtocolError` if there is none with this number."""
    count = len(trainer.inputs)
    if number >= count:
        raise ProtocolError(
            [fault("out_of_range", "example", number, f"a whole number from 0 to {count - 1}, or null")]
        )
    return Followed(trainer.inputs[number], number, int(trainer.targets[number]))


def _pixels(text: str, side: int) -> NDArray[np.uint8]:
    """The bytes of a drawing. Raises `ProtocolError` if they are no picture of this size, or an empty one."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError([_bad_pixels(text, "base64 of one byte for each pixel")]) from None
    if len(data) != side**2:
        raise ProtocolError(
            [_bad_pixels(f"{len(data)} bytes", f"{side**2} bytes, a picture of {side} × {side} pixels")]
        )
    pixels = np.frombuffer(data, np.uint8)
    if not pixels.any():
        raise ProtocolError([_bad_pixels("an empty picture", "some ink", "the picture is empty: draw a digit first")])
    return pixels


def _bad_pixels(got: object, expected: str, why: str = "") -> Fault:
    return fault("bad_picture", "pixels", got, expected, why)


def reading_of(trainer: Trainer, followed: Followed, request_id: int | None) -> ReadingMessage:
    """What the present network makes of a picture."""
    layers: list[Any] = [layer.a[:, 0] for layer in trainer.function().forward_activations(followed.pixels[np.newaxis])]
    activations = [np.nan_to_num(np.clip(layer, -_LARGEST, _LARGEST)) for layer in layers]
    return ReadingMessage(
        answer=int(activations[-1].argmax()),
        activations=[layer.astype(np.float32).tolist() for layer in activations],
        example=followed.example,
        label=followed.label,
        id=request_id,
    )


_LARGEST = float(np.finfo(np.float32).max)
