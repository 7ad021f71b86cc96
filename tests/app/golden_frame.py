"""The golden frame, which the tests of both ends of the wire read: `python -m tests.app.golden_frame` writes it anew.

It is made up and not trained, so that no change of the engine changes it. Its bytes are those that the server sends.
"""

from pathlib import Path

import numpy as np

from app.protocol.frames import encode_frame
from app.training.series import LossPoints
from engine import Snapshot, TrainingState

PATH = Path(__file__).parents[1] / "golden" / "frame.bin"

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


if __name__ == "__main__":
    PATH.write_bytes(frame())
