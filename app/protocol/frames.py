"""Frames, data and animations: the containers that a page draws."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.protocol.containers import Array, decode_container, encode_container
from app.protocol.messages import (
    AnimationMessage,
    ArchiveMessage,
    DataMessage,
    FrameCheckpoint,
    FrameMessage,
    PanelView,
    RunProgress,
    VariantState,
    diverged,
)
from app.training.comparison import ComparisonView
from app.training.goals import GoalProgress
from app.training.series import LossPoints
from engine import Snapshot, Trainer
from engine.boundary import RESOLUTION, thin
from engine.inspection import View

FULL_MAP = RESOLUTION
"""Rows and columns of the map in a frame."""

SMALL_MAP = 50
"""Rows and columns of the map in a frame for a connection that lags."""

_MAP = re.compile(r"(variant_\d+_)?(surface|classes)")
"""The names of arrays that are maps, of the network and of those that are trained for comparison."""


def encode_frame(
    snapshot: Snapshot,
    *,
    seq: int,
    revision: int,
    run: int,
    epochs_per_second: float,
    history: LossPoints,
    inside: tuple[str, View] | None = None,
    goals: GoalProgress | None = None,
    past: bool = False,
    progress: tuple[float | None, float | None] | None = None,
    variants: Sequence[ComparisonView] = (),
    side: int = FULL_MAP,
) -> bytes:
    """A snapshot as a frame, which is also a checkpoint. `inside` is the open panel and its content.

    `goals` is part of the checkpoint: by name, the epoch since which a goal holds, and the one in which it was reached.
    `past` says whether it shows an earlier epoch than the latest; `progress` of a run until a stop condition is the
    share of it that is done, and seconds until it ends; `variants` are trained for comparison. All maps are thinned to
    `side` rows and columns.
    """
    state = snapshot.state
    extra = {name: _compact(name, array) for name, array in state.arrays.items() if name != "params"}
    arrays: dict[str, Array] = {
        "surface": snapshot.surface,
        "thumbnails": snapshot.thumbnails,
        "params": state.arrays["params"],
        **extra,
        **_history_arrays(history),
    }
    optional = {
        "classes": snapshot.classes,
        "curve": snapshot.curve,
        "summands": snapshot.summands,
    }
    arrays.update((name, array) for name, array in optional.items() if array is not None)
    if inside is not None:
        arrays.update((f"inside_{name}", array) for name, array in inside[1].arrays.items())
    for index, variant in enumerate(variants):
        arrays.update((f"variant_{index}_{name}", array) for name, array in _variant_arrays(variant))
    message = FrameMessage(
        seq=seq,
        revision=revision,
        run=run,
        epoch=snapshot.epoch,
        step=snapshot.step,
        batch=snapshot.batch,
        learning_rate=snapshot.learning_rate,
        train_loss=snapshot.train_loss,
        validation_loss=snapshot.validation_loss,
        test_loss=snapshot.test_loss,
        train_accuracy=snapshot.train_accuracy,
        validation_accuracy=snapshot.validation_accuracy,
        test_accuracy=snapshot.test_accuracy,
        selected=snapshot.selected,
        epochs_per_second=round(epochs_per_second, 2),
        past=past,
        progress=progress and RunProgress(*progress),
        checkpoint=FrameCheckpoint(
            epoch=state.epoch,
            step=state.step,
            batch=state.batch,
            carried=state.carried,
            arrays=["params", *extra],
            goals=goals or None,
        ),
        inside=inside and PanelView(inside[0], inside[1].values),
        variants=[_variant(item) for item in variants] or None,
    )
    return encode_container(message, arrays if side == FULL_MAP else _thinned(arrays, side))


def _thinned(arrays: Mapping[str, Array], side: int) -> dict[str, Array]:
    """The arrays of a frame, with maps of `side` rows and columns."""
    return {name: thin(array, side) if _MAP.fullmatch(name) else array for name, array in arrays.items()}


class FrameParts(NamedTuple):
    """A frame taken apart: its header, its arrays without the losses, and these."""

    message: Mapping[str, Any]
    arrays: Mapping[str, Array]
    losses: LossPoints

    def with_losses(self, losses: LossPoints) -> bytes:
        """The same frame with another piece of the loss series."""
        return encode_container(self.message, {**self.arrays, **_history_arrays(losses)})


def read_frame(frame: bytes) -> FrameParts:
    """Take a frame apart. Raises ValueError if it is none."""
    message, arrays = decode_container(frame)
    lines = {name: arrays.pop(f"history_{name}", None) for name in LossPoints._fields}
    return FrameParts(message, arrays, LossPoints(**lines))  # type: ignore[arg-type]


def _history_arrays(history: LossPoints) -> dict[str, Array]:
    """A piece of the loss series as arrays of a frame."""
    return {f"history_{name}": array for name, array in zip(history._fields, history, strict=True) if array is not None}


def _variant(variant: ComparisonView) -> VariantState:
    """What a frame says of a network that is trained for comparison."""
    names = ("epoch", "train_loss", "validation_loss", "test_loss", "train_accuracy", "test_accuracy")
    numbers = {name: getattr(variant.snapshot, name, None) for name in names}
    return VariantState(variant=variant.variant, diverged=diverged(variant.divergence), **numbers)


def _variant_arrays(variant: ComparisonView) -> Iterator[tuple[str, Array]]:
    """Its pictures and its losses, by name."""
    sources = {
        "": (variant.snapshot, ("surface", "classes", "curve", "answers")),
        "history_": (variant.history, LossPoints._fields),
    }
    for prefix, (source, names) in sources.items():
        for name in names:
            array = getattr(source, name, None)
            if array is not None:
                yield prefix + name, array


def _compact(name: str, array: Array) -> Array:
    """A vector of the training state as it is sent: one that only holds 0 and 1 as bytes."""
    return array.astype(np.uint8) if name == "alive" else array


def encode_animation(filename: str, file: bytes) -> bytes:
    """An animation that is ready."""
    return encode_container(AnimationMessage(filename=filename), {"file": np.frombuffer(file, np.uint8)})


def encode_archive(filename: str, file: bytes) -> bytes:
    """A program with the data that it reads."""
    return encode_container(ArchiveMessage(filename=filename), {"file": np.frombuffer(file, np.uint8)})


def encode_data(trainer: Trainer, revision: int) -> bytes:
    """The examples: points (n, 2) and targets (n,); training examples first, then those of validation and test.

    The code of the user's own examples is included even while others are shown. While they are shown, their list is
    included too, with the index in it of every point.
    """
    own = trainer.config.own
    message = DataMessage(
        revision=revision,
        train_size=trainer.train_size,
        validation_size=trainer.validation_size,
        test_size=trainer.test_size,
        classes=trainer.config.classes,
        dimensions=1 if trainer.config.dimensions == 1 else 2,
        examples=trainer.config.own_examples or None,
        labels=own.labels if own else (),
    )
    arrays: dict[str, Array] = {"points": trainer.inputs.astype("<f4"), "targets": trainer.targets.astype("<f4")}
    if own is not None and trainer.order is not None:
        arrays["order"] = trainer.order
        arrays |= {"own_points": own.points, "own_targets": own.targets, "own_parts": own.parts}
    return encode_container(message, arrays)
