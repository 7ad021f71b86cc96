"""The golden frames, which the tests of both ends of the wire read: `python -m tests.app.golden_frame` writes them.

One is of a network that reads points, one of a network that reads pictures. They are made up and not trained, so that
no change of the engine changes them. Their bytes are those that the server sends.
"""

from pathlib import Path

import numpy as np

from app.protocol.frames import encode_frame
from app.training.series import LossPoints
from engine import PictureSnapshot, Snapshot, TrainingState

PATH = Path(__file__).parents[1] / "golden" / "frame.bin"
DIGITS_PATH = PATH.with_name("digits.bin")

FEATURES = 7
UNITS = 4 + 2 + 1


def snapshot() -> Snapshot:
    """A frame's contents for the network 2-4-2-1: every array holds what its place says."""
    params = (np.arange(25) - 12) / 8
    state = TrainingState(
        epoch=365,
        step=9126,
        batch=1,
        carried=3,
        arrays={"params": params, "alive": np.arange(25) % 5 != 0, "carry": params / 3},
    )
    return Snapshot(
        epoch=365,
        step=9126,
        batch=1,
        learning_rate=0.03,
        train_loss=0.125,
        validation_loss=None,
        test_loss=0.1 + 0.2,
        train_accuracy=0.996,
        validation_accuracy=None,
        test_accuracy=1.0,
        selected=FEATURES + UNITS - 1,
        surface=(np.add.outer(np.arange(100), np.arange(100)) % 256).astype(np.uint8),
        thumbnails=(np.arange(UNITS * 16 * 16).reshape(UNITS, 16, 16) % 251).astype(np.uint8),
        classes=None,
        curve=None,
        summands=None,
        state=state,
    )


def frame() -> bytes:
    """The golden frame."""
    epochs = np.array([363, 364, 365], "<u4")
    history = LossPoints(epochs, np.array([0.5, 0.25, 0.125], "<f4"), np.array([0.75, 0.5, 0.3], "<f4"))
    return encode_frame(snapshot(), seq=42, revision=3, run=2, epochs_per_second=59.94, history=history)


def digits_snapshot() -> PictureSnapshot:
    """A frame's contents for the network 4-3-2, which reads pictures of 2 × 2 pixels."""
    params = (np.arange(23) - 11) / 8
    return PictureSnapshot(
        epoch=7,
        step=701,
        batch=1,
        learning_rate=3.0,
        train_loss=0.25,
        validation_loss=0.375,
        test_loss=0.1 + 0.2,
        train_accuracy=0.875,
        validation_accuracy=0.75,
        test_accuracy=0.5,
        state=TrainingState(epoch=7, step=701, batch=1, carried=0, arrays={"momentum": params / 3, "params": params}),
        pictures=(np.arange(5 * 2 * 2).reshape(5, 2, 2) * 12).astype(np.uint8),
        scales=np.array([0.5, 2], "<f4"),
        biases=np.array([0, 0.25, 0.5, 0.75, 1], "<f4"),
        links=np.arange(8).astype("<f4"),
        answers=np.array([0, 1, 1, 0], np.uint8),
        certainty=np.array([255, 128, 200, 64], np.uint8),
        activations=np.array([0.5, 0.25, 0, 0.125, 1], "<f4"),
    )


def digits_frame(*, has_checkpoint: bool = True) -> bytes:
    """The golden frame of pictures, or one without a checkpoint."""
    history = LossPoints(np.array([7], "<u4"), *(np.array([loss], "<f4") for loss in (0.25, 0.3, 0.375)))
    about = {"seq": 43, "revision": 4, "run": 1, "epochs_per_second": 15.5}
    return encode_frame(digits_snapshot(), history=history, has_checkpoint=has_checkpoint, **about)  # type: ignore[arg-type]


if __name__ == "__main__":
    PATH.write_bytes(frame())
    DIGITS_PATH.write_bytes(digits_frame())
