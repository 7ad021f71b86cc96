"""Many starts: how they are asked for between processes, and the containers that bring their results."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.link.sweep import AXIS_KEYS
from app.link.sweep import Axis as SweptAxis
from app.protocol.containers import Array, encode_container
from app.protocol.messages import Axis, StartResult, StartsMessage
from app.sweeps.rows import Start, every_of
from app.sweeps.sweep import Sweep

_SENT = (
    "index",
    "seed",
    "weight_seed",
    "weight_offset",
    "epoch",
    "train_loss",
    "validation_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "diverged",
    "stopped",
    "reached",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sweep has come, from 0 to 1, and the starts that were `finished` since the last time.

    `ended` says why no more will come, and `notice` what somebody who waits for them should know.
    """

    share: float
    seconds_left: float | None = None
    finished: Sequence[Start] = ()
    ended: str | None = None
    notice: str | None = None


def encode_starts(sweep: Sweep, progress: Progress, request_id: int | None = None) -> bytes:
    """How far a sweep has come, as a page is told."""
    message = StartsMessage(
        total=sweep.total,
        count=sweep.starts,
        epochs=sweep.epochs,
        vary=sweep.vary,
        axes=[_axis(axis) for axis in sweep.axes],
        until_goal=sweep.until_goal,
        every=every_of(sweep.epochs),
        share=progress.share,
        seconds_left=progress.seconds_left,
        ended=progress.ended,
        notice=progress.notice,
        starts=[result_of(start) for start in progress.finished],
        id=request_id,
    )
    pictures = [start.picture for start in progress.finished if start.picture is not None]
    all_answers = [start.answers for start in progress.finished if start.answers is not None]
    columns: dict[str, list[Array]] = {
        "surfaces": [picture.surface for picture in pictures],
        "classes": [picture.classes for picture in pictures if picture.classes is not None],
        "curves": [picture.curve for picture in pictures if picture.curve is not None],
        "answers": [answers.answers for answers in all_answers],
        "labels": [answers.labels for answers in all_answers],
        "losses": [start.losses for start in progress.finished],
    }
    return encode_container(message, {name: np.stack(items) for name, items in columns.items() if items})


def result_of(start: Start) -> StartResult:
    """A start that has been trained, as messages have it."""
    return StartResult(**{name: getattr(start, name) for name in _SENT})


def _axis(axis: SweptAxis) -> Axis:
    key = AXIS_KEYS[axis.key]
    return Axis(axis.key, axis.field, axis.values, [key.type.format(value) for value in axis.values])


# --- between the server's own processes ---------------------------------------------------------------------------


def encode_sweep(sweep: Sweep, request_id: int | None) -> bytes:
    """A sweep that a page has asked for, and the id of its command, for the front.

    A link would be no shorter, and has no room for many examples of the user's own.
    """
    return pickle.dumps((sweep, request_id))


def decode_sweep(data: bytes) -> tuple[Sweep, int | None]:
    """The sweep and the id that `encode_sweep` wrote."""
    sweep, request_id = pickle.loads(data)  # noqa: S301 - our own process has written it
    return sweep, request_id
