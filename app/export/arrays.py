"""The arrays of an exported network, and the archive of a program for pictures, which reads its arrays from a file."""

import io
import zipfile
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import Config, Trainer
from engine.network import Network

DATA_FILE = "digits.npz"
"""The file beside a program that learns pictures."""

NORMALIZATION = ("FACTORS", "SHIFTS", "MEANS", "VARIANCES")
"""The arrays of batch normalization: what is learned, then the running statistics."""

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of all files, so that equal ones have equal bytes."""

_FAST = 1
"""The pictures become a tenth larger than with the best compression, in a fraction of the time."""

Array = NDArray[Any]


def arrays_of(trainer: Trainer) -> dict[str, list[Array]]:
    """The arrays of a network, by the name of their list in a program: each has one for every layer or piece."""
    config, arrays = trainer.config, trainer.state().arrays
    pieces = list(chain.from_iterable(trainer.pieces()))
    found = {"WEIGHTS": [weights for weights, _ in pieces], "BIASES": [biases for _, biases in pieces]}
    if has_norm(config):
        found |= _normalization(config, arrays)
    if can_kill(config):
        alive = chain.from_iterable(_network(config).pieces(arrays["alive"]))
        found["ALIVE"] = [matrix[:, :-1].astype(np.uint8) for matrix in alive]
    return found


def has_norm(config: Config) -> bool:
    """Whether any sums are normalized."""
    return config.batch_norm and len(config.hidden_layer_sizes) > 0


def has_penalty(config: Config) -> bool:
    """Whether weights are regularized."""
    return config.regularizer != "none" and config.regularization_rate > 0


def can_kill(config: Config) -> bool:
    """Whether the penalty removes links for good."""
    return config.regularizer == "L1" and has_penalty(config)


def _normalization(config: Config, arrays: Mapping[str, Array]) -> dict[str, list[Array]]:
    network = _network(config)
    learned = list(chain.from_iterable(network.learned(arrays["params"])))
    means, variances = (network.by_piece(arrays[f"running_{name}"]) for name in ("mean", "variance"))
    found = (
        [factor for factor, _ in learned],
        [shift for _, shift in learned],
        list(chain.from_iterable(means)),
        list(chain.from_iterable(variances)),
    )
    return dict(zip(NORMALIZATION, found, strict=True))


def _network(config: Config) -> Network:
    """A network whose layout is the public order."""
    return Network(config.layer_sizes, normed=config.batch_norm, pieces=config.pieces)


# --- files --------------------------------------------------------------------------------------------------------


def archive_of(trainer: Trainer, folder: str, filename: str, program: str) -> bytes:
    """A zip with a folder that holds a program for pictures, and its data. Equal ones have equal bytes."""
    return _packed({f"{folder}/{filename}": program.encode(), f"{folder}/{DATA_FILE}": _data_of(trainer)}, [])


def _data_of(trainer: Trainer) -> bytes:
    """`DATA_FILE`: the pixels (n, pixels) and the labels (n,) as bytes, and the arrays of the network, numbered."""
    numbered = {
        f"{name.lower()}_{number}": array
        for name, arrays in arrays_of(trainer).items()
        for number, array in enumerate(arrays)
    }
    arrays = {"pixels": trainer.inputs, "labels": trainer.targets.astype(np.uint8), **numbered}
    # weights are as good as random, and become no smaller
    compressed = [f"{name}.npy" for name, array in arrays.items() if array.dtype == np.uint8]
    return _packed({f"{name}.npy": _npy(array) for name, array in arrays.items()}, compressed)


def _npy(array: Array) -> bytes:
    """An array in NumPy's own format."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()


def _packed(files: Mapping[str, bytes], compressed: Collection[str]) -> bytes:
    """A zip of some files, by name, of which some are compressed."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            # the same on every system
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            method = zipfile.ZIP_DEFLATED if name in compressed else zipfile.ZIP_STORED
            packed.writestr(entry, content, method, _FAST)
    return output.getvalue()
