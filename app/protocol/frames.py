"""Frames, data and animations: the containers that a page draws."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.protocol.containers import Array, compress, decode_container, decompress, encode_container
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
from engine import PictureSnapshot, Snapshot, Trainer
from engine.boundary import RESOLUTION, thin
from engine.inspection import View

FULL_MAP = RESOLUTION
"""Rows and columns of the map in a frame."""

SMALL_MAP = 50
"""Rows and columns of the map in a frame for a connection that lags."""

_MAP = re.compile(r"(variant_\d+_)?(surface|classes)")
"""The names of arrays that are maps, of the network and of those that are trained for comparison."""

_MAPS = ("surface", "thumbnails")
_OF_SOME_DATA = ("classes", "curve", "summands")
_DIGITS = ("pictures", "scales", "biases", "links", "answers", "certainty")
"""The arrays of a snapshot that frames hold: of points always, of points with some data, and of pictures."""


def encode_frame(
    snapshot: Snapshot | PictureSnapshot,
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
    has_checkpoint: bool = True,
) -> bytes:
    """A snapshot as a frame, which is also a checkpoint if it has one. `inside` is the open panel and its content.

    `goals` is part of the checkpoint: by name, the epoch since which a goal holds, and the one in which it was reached.
    `past` says whether it shows an earlier epoch than the latest; `progress` of a run until a stop condition is the
    share of it that is done, and seconds until it ends; `variants` are trained for comparison. All maps are thinned to
    `side` rows and columns.
    """
    state = snapshot.state
    kept = {name: _compact(name, state.arrays[name]) for name in _in_order(state.arrays)} if has_checkpoint else {}
    always, optional = (_DIGITS, ("activations",)) if isinstance(snapshot, PictureSnapshot) else (_MAPS, _OF_SOME_DATA)
    arrays: dict[str, Array] = {
        **{name: getattr(snapshot, name) for name in always},
        **kept,
        **_history_arrays(history),
    }
    shown = ((name, getattr(snapshot, name)) for name in optional)
    arrays.update((name, array) for name, array in shown if array is not None)
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
        selected=-1 if isinstance(snapshot, PictureSnapshot) else snapshot.selected,
        epochs_per_second=round(epochs_per_second, 2),
        past=past,
        progress=progress and RunProgress(*progress),
        checkpoint=FrameCheckpoint(
            epoch=state.epoch,
            step=state.step,
            batch=state.batch,
            carried=state.carried,
            arrays=list(kept),
            goals=goals or None,
        )
        if has_checkpoint
        else None,
        inside=inside and PanelView(inside[0], inside[1].values),
        variants=[_variant(item) for item in variants] or None,
    )
    return encode_container(message, arrays if side == FULL_MAP else _thinned(arrays, side))


def _in_order(names: Iterable[str]) -> list[str]:
    """The names of the vectors of a training state, `params` first."""
    return ["params", *(name for name in names if name != "params")]


def _thinned(arrays: Mapping[str, Array], side: int) -> dict[str, Array]:
    """The arrays of a frame, with maps of `side` rows and columns."""
    return {name: thin(array, side) if _MAP.fullmatch(name) else array for name, array in arrays.items()}


def has_checkpoint(frame: bytes) -> bool:
    """Whether a frame has a checkpoint. Its header is not read for that, since this is asked of every frame."""
    return frame.find(b',"checkpoint":{', 0, 8 + int.from_bytes(frame[4:8], "little")) >= 0


class FrameParts(NamedTuple):
    """A frame taken apart: its header, its arrays without the losses, and these."""

    message: Mapping[str, Any]
    arrays: Mapping[str, Array]
    losses: LossPoints

    def with_losses(self, losses: LossPoints) -> bytes:
        """The same frame with another piece of the loss series."""
        return encode_container(self.message, {**self.arrays, **_history_arrays(losses)})

    def to_watch(self) -> "FrameParts":
        """The frame as those need it who only watch: of pictures without the checkpoint, which is most of its bytes."""
        checkpoint = self.message.get("checkpoint")
        if "pictures" not in self.arrays or checkpoint is None:
            return self
        message = {name: value for name, value in self.message.items() if name != "checkpoint"}
        arrays = {name: array for name, array in self.arrays.items() if name not in checkpoint["arrays"]}
        return self._replace(message=message, arrays=arrays)


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


def encode_data(trainer: Trainer, revision: int, content: int = 0) -> bytes:
    """The examples, or of pictures only those for the test, compressed.

    Points (n, 2) and targets (n,) are those for training first, then for validation and for the test. The code of the
    user's own examples is included even while others are shown. While they are shown, their list is included too, with
    the index in it of every point. `content` names the pictures, see `content_of`.
    """
    config, own = trainer.config, trainer.config.own
    message = DataMessage(
        revision=revision,
        train_size=trainer.train_size,
        validation_size=trainer.validation_size,
        test_size=trainer.test_size,
        classes=config.classes,
        dimensions=1 if config.dimensions == 1 else 2,
        examples=config.own_examples or None,
        labels=own.labels if own else (),
        side=config.side or None,
        content=content or None,
    )
    if config.has_pictures:
        return compress(encode_container(message, _test_pictures(trainer)))
    arrays: dict[str, Array] = {"points": trainer.inputs.astype("<f4"), "targets": trainer.targets.astype("<f4")}
    if own is not None and trainer.order is not None:
        arrays["order"] = trainer.order
        arrays |= {"own_points": own.points, "own_targets": own.targets, "own_parts": own.parts}
    return encode_container(message, arrays)


def _test_pictures(trainer: Trainer) -> dict[str, Array]:
    first = trainer.train_size + trainer.validation_size
    return {"pictures": trainer.inputs[first:], "labels": trainer.targets[first:].astype(np.uint8)}


def content_of(trainer: Trainer) -> int:
    """A number that names the pictures in the data of a trainer; 0 for points."""
    if not trainer.config.has_pictures:
        return 0
    text = hashlib.blake2b(digest_size=_CONTENT_BYTES)
    for array in _test_pictures(trainer).values():
        text.update(array.tobytes())
    return int.from_bytes(text.digest())


_CONTENT_BYTES = 6
"""Bytes of the number: a page can represent it exactly."""


def without_pictures(data: bytes) -> bytes:
    """The same data for a page that has the pictures already."""
    return encode_container(decode_container(decompress(data))[0], {})
