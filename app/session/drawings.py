"""What a session reads for a class: the digits that its students have drawn, again and again while it learns."""

from collections.abc import Callable

import numpy as np

from app.protocol.drawings import Drawings, Readings, decode_drawings, encode_readings
from app.session.due import Due
from engine import Trainer

READ_PERIOD = 1.0
"""Minimum time in seconds between two readings of the same drawings."""


class DrawingsReader(Due):
    """The drawings to read, and when they are due to be read again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock, READ_PERIOD)
        self._drawings: Drawings | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether there are any."""
        return self._drawings is not None

    def take(self, payload: bytes) -> None:
        """Read these drawings from now on, in place of those before; an empty payload is none."""
        self._drawings = decode_drawings(payload) if payload else None

    def read(self, trainer: Trainer) -> bytes | None:
        """What the network reads in the drawings now; None if there are none."""
        self.note_made()
        return None if self._drawings is None else encode_readings(_readings(trainer, self._drawings))


def _readings(trainer: Trainer, drawings: Drawings) -> Readings:
    count, side, _ = drawings.pictures.shape
    empty = np.zeros(0, np.uint8)
    # in the middle of an epoch, losses may be infinite before training has diverged
    is_finite = trainer.divergence is None and trainer.is_showable
    if trainer.config.side != side or not is_finite:
        return Readings(drawings.number, trainer.epoch, None, empty, empty)
    outputs = trainer.outputs(drawings.pictures.reshape(count, side * side))
    return Readings(
        drawings.number,
        trainer.epoch,
        trainer.test_accuracy,
        outputs.argmax(axis=1).astype(np.uint8),
        np.clip(255 * outputs.max(axis=1), 0, 255).round().astype(np.uint8),
    )
