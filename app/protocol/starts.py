"""Many starts: the containers that bring their results."""

from collections.abc import Sequence

import numpy as np

from app.protocol.containers import Array, encode_container
from app.protocol.messages import StartResult, StartsMessage
from app.training.starts import Start, Starts

_SENT = ("train_loss", "validation_loss", "test_loss", "train_accuracy", "test_accuracy", "diverged", "stopped")


def encode_starts(
    starts: Starts, finished: Sequence[Start], ended: str | None = None, request_id: int | None = None
) -> bytes:
    """How far `starts` have come, and those that have been `finished`; `ended` says why no more will come."""
    message = StartsMessage(
        total=starts.total,
        count=starts.total,
        epochs=starts.epochs,
        vary=starts.vary,
        axes=(),
        until_goal=False,
        every=1,
        share=starts.share,
        seconds_left=starts.seconds_left,
        ended=ended,
        notice=None,
        starts=[_result(start) for start in finished],
        id=request_id,
    )
    pictures = [start.picture for start in finished]
    columns: dict[str, list[Array]] = {
        "surfaces": [picture.surface for picture in pictures],
        "classes": [picture.classes for picture in pictures if picture.classes is not None],
        "curves": [picture.curve for picture in pictures if picture.curve is not None],
    }
    return encode_container(message, {name: np.stack(items) for name, items in columns.items() if items})


def _result(start: Start) -> StartResult:
    config = start.config
    return StartResult(
        index=start.index,
        seed=config.seed,
        weight_seed=config.weight_seed,
        weight_offset=config.weight_offset,
        epoch=start.epoch,
        reached=None,
        **{name: getattr(start, name) for name in _SENT},
    )
