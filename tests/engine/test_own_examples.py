"""The user's own examples: the code preserves them exactly, and edits leave all others unchanged."""

import base64
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Config, ConfigError, Trainer
from engine.examples import draw_examples
from engine.own_examples import (
    LARGEST,
    MAX_EXAMPLES,
    PARTS,
    OwnExamples,
    as_classes,
    as_values,
    decode,
    edited,
    encode,
    no_examples,
)

NUMBERS = st.floats(-LARGEST, LARGEST) | st.integers(-600, 600).map(lambda number: number / 100)


@st.composite
def lists(draw: st.DrawFn) -> OwnExamples:
    """Lists of own examples."""
    classes = draw(st.sampled_from([0, 2, 3, 6]))
    target = st.integers(0, classes - 1) if classes else NUMBERS
    added = draw(st.lists(st.tuples(NUMBERS, NUMBERS, target, st.sampled_from(PARTS)), max_size=8))
    return edited(no_examples(classes), [], added)


def same(one: OwnExamples, other: OwnExamples) -> bool:
    pairs = ((one.points, other.points), (one.targets, other.targets), (one.parts, other.parts))
    return all((a == b).all() for a, b in pairs) and (one.classes, one.labels) == (other.classes, other.labels)


def points(count: int, classes: int = 2, part: str = "") -> OwnExamples:
    """Random examples spread over the map."""
    spread = np.random.default_rng(count).uniform(-6, 6, (count, 2)).round(2).tolist()
    return edited(no_examples(classes), [], [(x, y, i % max(classes, 1), part) for i, (x, y) in enumerate(spread)])


# --- encoding -----------------------------------------------------------------------------------------------------


@given(lists())
def test_decoding_code_restores_same_list(own: OwnExamples) -> None:
    code = encode(own)
    assert same(decode(code), own) or (not code and not len(own))
    assert encode(decode(code)) == code


def test_code_contains_class_names() -> None:
    own = OwnExamples(np.ones((2, 2)), np.array([0.0, 1.0]), np.zeros(2, np.uint8), 2, ("Äpfel", ""))
    assert decode(encode(own)).labels == ("Äpfel", "")


def test_hundreds_of_map_points_encode_compactly() -> None:
    assert len(encode(points(500))) < 3000
    assert len(encode(points(1500))) <= 8192


def packed(data: bytes, version: str = "1") -> str:
    return version + base64.urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")


GOOD = encode(points(20))
ZIP_BOMB = packed(bytes(100_000_000))
DAMAGED = {
    "unsupported version": f"2{GOOD[1:]}",
    "truncated": GOOD[:-4],
    "trailing data": f"{GOOD}AAAA",
    "invalid base64": "1!!!!",
    "not compressed": "1AAAA",
    "zip bomb": ZIP_BOMB,
    "empty payload": packed(b""),
    "too many examples": packed(b"\x02\x00\xff\xff"),
    "too many classes": packed(b"\x07\x00\x00\x00\x00\x00"),
    "too many names": packed(b"\x02\xff\x00\x00" + bytes(300)),
    "longer than declared": packed(b"\x02\x00\x00\x00\x00\x00\x00"),
    "unknown part": packed(b"\x02\x00\x01\x00" + bytes(5) * 2 + b"\x00\x09"),
    "not a number": packed(b"\x02\x00\x01\x00" + (b"\xff" + np.array([np.nan]).tobytes()) * 2 + b"\x00\x00"),
    "coordinate too large": packed(b"\x02\x00\x01\x00" + (b"\xff" + np.array([1e300]).tobytes()) * 2 + b"\x00\x00"),
    "too long": "1" + "A" * 300_000,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_code_is_rejected(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(DAMAGED[name])
    with pytest.raises(ConfigError) as raised:
        Config(own_examples=DAMAGED[name])
    assert [(error.code, error.field) for error in raised.value.errors] == [("bad_examples", "own_examples")]


# --- editing ------------------------------------------------------------------------------------------------------


def test_edits_remove_in_place_and_append() -> None:
    own = edited(points(3), [0, 2], [(1, 2, 1, "test")])
    assert own.points.tolist() == [points(3).points[1].tolist(), [1, 2]]
    assert [PARTS[part] for part in own.parts] == ["", "test"]


def test_first_example_of_class_adds_class() -> None:
    own = edited(points(4), [], [(0, 0, 3, "")])
    assert own.classes == 4
    assert edited(own, range(5), []).classes == 2


def test_edit_renames_classes() -> None:
    named = edited(points(3), [], [], ["cat", ""])
    assert named.labels == ("cat", "")
    assert edited(named, [], [(0, 0, 2, "")]).labels == ("cat", "", "")
    assert edited(named, [], [], ["", "", "dog"]).classes == 3
    assert edited(named, [], [], ["", ""]).labels == ()


@pytest.mark.parametrize("labels", [["cat", "cat"], ["x" * 41, ""], ["a\nb", ""], ["?"] * 7])
def test_bad_class_name_is_rejected(labels: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        edited(points(3), [], [], labels)


BAD_EDITS: dict[str, tuple[list[int], list[Any]]] = {
    "nonexistent index": ([4], []),
    "seventh class": ([], [(0, 0, 6, "")]),
    "fractional class": ([], [(0, 0, 0.5, "")]),
    "coordinate too large": ([], [(2 * LARGEST, 0, 0, "")]),
    "NaN": ([], [(float("nan"), 0, 0, "")]),
    "too many examples": ([], [(0, 0, 0, "")] * MAX_EXAMPLES),
}


@pytest.mark.parametrize("name", BAD_EDITS)
def test_bad_edit_is_rejected(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        edited(points(4), *BAD_EDITS[name])


def test_classes_convert_to_values_and_back() -> None:
    assert as_values(points(3, 3)).targets.tolist() == [-1, 0, 1]
    values = edited(no_examples(0), [], [(0, 0, value, "") for value in (-0.5, 0, 2)])
    assert as_classes(values).targets.tolist() == [0, 1, 1]
    prices = edited(no_examples(0), [], [(0, 0, value, "") for value in (100, 120, 300)])
    assert as_classes(prices).targets.tolist() == [0, 0, 1]


# --- splits and training ------------------------------------------------------------------------------------------


def config(own: OwnExamples, **fields: Any) -> Config:
    return Config(dataset="own", own_examples=encode(own), **fields)


def members(own: OwnExamples, **fields: Any) -> dict[str, list[tuple[float, ...]]]:
    """The points of each part."""
    examples = draw_examples(config(own, **fields))
    return {name: [tuple(point) for point in examples.points[part].tolist()] for name, part in examples.parts.items()}


@given(st.integers(2, 60), st.integers(0, 59), st.sampled_from([10, 50, 80]))
def test_adding_or_removing_example_moves_no_other(count: int, removed: int, percent: float) -> None:
    own = edited(points(count), [], [(9, 9, 0, "train")])
    before = members(own, train_percent=percent)
    after = members(edited(own, [removed % count], [(7, 7, 0, "")]), train_percent=percent)
    remaining = {tuple(point) for point in np.delete(own.points, removed % count, 0).tolist()}
    for part in before:
        assert [point for point in before[part] if point in remaining] == [p for p in after[part] if p != (7, 7)]


def test_parts_have_about_requested_size() -> None:
    parts = members(points(2000), train_percent=60, validation_percent=10)
    assert [len(parts[name]) / 2000 for name in ("train", "validation", "test")] == pytest.approx(
        [0.6, 0.1, 0.3], abs=0.04
    )


def test_duplicate_examples_are_split_too() -> None:
    table = edited(no_examples(), [], [(x, y, x ^ y, "") for x in (0, 1) for y in (0, 1)] * 50)
    parts = members(table)
    assert {*parts["train"]} == {*parts["test"]} == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_examples_can_name_their_part() -> None:
    own = edited(points(3, part="test"), [], [(1, 1, 1, "validation"), (2, 2, 0, "train")])
    parts = members(own, train_percent=100)
    assert (len(parts["test"]), parts["validation"], parts["train"]) == (3, [(1, 1)], [(2, 2)])


@pytest.mark.parametrize("seed", ["0.1", "0.2", "0.3", "0.4"])
def test_single_example_becomes_training_example(seed: str) -> None:
    assert len(members(points(1), seed=seed, train_percent=1)["train"]) == 1


def test_two_classes_are_minus_one_and_one() -> None:
    own = points(30)
    examples = draw_examples(config(own))
    assert examples.order is not None
    assert (examples.targets == np.where(own.targets, 1, -1)[examples.order]).all()
    assert (examples.points == own.points[examples.order]).all()


def test_few_examples_shrink_batch_size() -> None:
    trainer = Trainer(config(points(4, part="train"), batch_size=10))
    trainer.run_epoch()
    assert (trainer.batch_size, trainer.step) == (4, 1)


@pytest.mark.parametrize("own", [no_examples(), points(5, part="test")], ids=["none", "test only"])
@pytest.mark.parametrize(
    "fields", [{}, {"batch_norm": True}, {"standardize": True}, {"patience": 3}, {"shuffle": True}]
)
def test_training_needs_training_examples(own: OwnExamples, fields: dict[str, Any]) -> None:
    trainer = Trainer(config(own, **fields))
    before = trainer.state().arrays["params"]
    for _ in range(5):
        trainer.run_epoch()
    snapshot = trainer.snapshot()
    assert (snapshot.train_loss, snapshot.train_accuracy, trainer.divergence) == (None, None, None)
    assert (snapshot.state.arrays["params"] == before).all()
    assert not trainer.gradient().any()
    trainer.restore(snapshot.state)


def test_single_class_can_be_learned() -> None:
    trainer = Trainer(config(edited(no_examples(), [], [(x, 0, 1, "") for x in range(9)])))
    for _ in range(50):
        trainer.run_epoch()
    assert trainer.train_accuracy == 1


def test_edited_examples_keep_network_training() -> None:
    trainer = Trainer(config(points(40)))
    trainer.run_epoch()
    params = trainer.state().arrays["params"]
    trainer.regenerate(config(points(60)))
    assert (trainer.epoch, len(trainer.targets)) == (1, 60)
    assert (trainer.state().arrays["params"] == params).all()


def test_drawn_data_leave_own_examples_alone() -> None:
    plain, other = Trainer(Config()), Trainer(Config(own_examples=GOOD))
    assert (plain.inputs == other.inputs).all()
    assert other.order is None
