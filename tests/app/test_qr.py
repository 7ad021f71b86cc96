"""QR codes of the page are those of segno, an encoder of its own, for the same version and mask."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import segno
import segno.encoder
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.node import environment, node

MODULES = Path(__file__).parents[2] / "static/js/qr/modules.js"
PROGRAM = f"""
import {{ createInterface }} from "node:readline";
import {{ qrCode }} from {json.dumps(MODULES.as_uri())};
for await (const line of createInterface({{ input: process.stdin }})) {{
  const {{ version, mask, modules }} = qrCode(JSON.parse(line));
  console.log(JSON.stringify([version, mask, modules.map((row) => row.map(Number).join(""))]));
}}
"""


class Code(NamedTuple):
    """A QR code; its rows are texts of 0 and 1."""

    version: int
    mask: int
    rows: Sequence[str]


class Encoder:
    """The page's encoder, in Node."""

    def __init__(self) -> None:
        command = [node(), "--input-type=module", "--eval", PROGRAM]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment()
        )

    def encode(self, text: str) -> Code:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(text)}\n")
        self._process.stdin.flush()
        return Code(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    started = Encoder()
    yield started
    started.close()


@pytest.fixture(scope="module", autouse=True)
def padding_as_in_the_standard() -> Iterator[None]:
    """Segno 1.6 adds a byte of zeros where the data end with a byte; the standard (7.4.10) only fills a byte up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            segno.encoder, "write_padding_bits", lambda buffer, version, length: buffer.extend([0] * (-length % 8))
        )
        yield


def by_segno(text: str, version: int | None = None, mask: int | None = None) -> Code:
    code = segno.make(text.encode(), error="m", mode="byte", micro=False, boost_error=False, version=version, mask=mask)
    return Code(int(code.version), code.mask, ["".join(map(str, row)) for row in code.matrix])


FIXED = [
    "",
    "a",
    "HTTP://192.168.1.20:8000/CLASS/K3F7PQ",
    "http://192.168.1.20:8000/class/K3F7PQ",
    "http://[fe80::1]:8000/class/K3F7PQ",
    "WIFI:T:WPA;S:Room 12;P:chalk\\;board;;",
    "Aufgabe: größer als ½? 学校 😀",
]


@pytest.mark.javascript
@pytest.mark.parametrize("text", FIXED)
def test_code_is_the_one_of_segno(encoder: Encoder, text: str) -> None:
    assert encoder.encode(text) == by_segno(text)


CAPACITIES = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666]
"""Bytes that fit, by version from 1 (table 7 of the standard)."""


@pytest.mark.javascript
@pytest.mark.parametrize("version", range(1, len(CAPACITIES) + 1))
def test_every_version_is_drawn_alike(encoder: Encoder, version: int) -> None:
    code = encoder.encode("ab" * (CAPACITIES[version - 1] // 2))
    assert code == by_segno("ab" * (CAPACITIES[version - 1] // 2), version, code.mask)


@pytest.mark.javascript
@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_random_texts_are_encoded_alike(encoder: Encoder, text: str) -> None:
    code = encoder.encode(text)
    assert code == by_segno(text, code.version, code.mask)


@pytest.mark.javascript
def test_every_mask_is_chosen_for_some_text(encoder: Encoder) -> None:
    assert {encoder.encode("x" * length).mask for length in range(80)} == set(range(8))
