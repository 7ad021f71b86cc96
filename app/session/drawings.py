"""What a session reads for a class: the digits that its students have drawn, again and again while it learns."""

from collections.abc import Callable
from math import inf

import numpy as np

from app.protocol.drawings import Drawings, Readings, decode_drawings, encode_readings
from engine import Trainer

READ_PERIOD = 1.0
"""Minimum time in seconds between two readings of the same drawings."""


class DrawingsReader:
    """The drawings to read, and when they are due to be read again. Times are those of `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._drawings: Drawings | None = None
        self._has_changed = False
        self._next = -inf

    def take(self, payload: bytes) -> None:
        """Read these drawings from now on, in place of those before; an empty payload is none."""
        self._drawings = decode_drawings(payload) if payload else None

    def note_change(self) -> None:
        """The network is not the one that has read them last."""
        self._has_changed = True

    def give_up(self) -> None:
        """Read nothing until something changes."""
        self._has_changed = False

    @property
    def ready_at(self) -> float:
        """When they are due to be read again: a time of the clock, -inf for at once, inf for never."""
        return self._next if self._drawings is not None and self._has_changed else inf

    @property
    def is_due(self) -> bool:
        """Whether they are due. The clock is only read if there are any."""
        ready = self.ready_at
        return ready < inf and ready <= self._clock()

    def read(self, trainer: Trainer) -> bytes | None:
        """What the network reads in the drawings now; None if there are none."""
        self._next, self._has_changed = self._clock() + READ_PERIOD, False
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
