"""Snapshots: kept, noted, shown side by side, and made again from what the teacher's page has kept."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.snapshots import Snapshots, _written
from app.protocol.class_commands import MOST_SNAPSHOTS
from app.protocol.class_messages import Snapshot
from app.protocol.errors import ProtocolError
from tests.support.classes import AnyCard, picture_of

SQUARE = picture_of(9).surface


def keep(snapshots: Snapshots, note: str = "", **parts: Any) -> Snapshot:
    return snapshots.keep(AnyCard(**parts), picture_of(9), seat=7, name="Ann", note=note, link="#seed=1")


def three() -> Snapshots:
    snapshots = Snapshots()
    for note in ("one", "two", "three"):
        keep(snapshots, note)
    return snapshots


def test_snapshot_holds_numbers_of_card() -> None:
    snapshots = Snapshots()
    kept = keep(snapshots, " a note ", epoch=12, test_loss=0.25, classes=4, dimensions=1)
    assert (kept.number, kept.seat, kept.name, kept.note, kept.link) == (1, 7, "Ann", "a note", "#seed=1")
    assert (kept.epoch, kept.test_loss, kept.classes, kept.dimensions) == (12, 0.25, 4, 1)
    assert snapshots.get(1) == kept
    np.testing.assert_array_equal(snapshots.arrays(1)["surface"], picture_of(9).surface)
    assert set(snapshots.arrays(1)) == {"surface"}


def test_number_of_deleted_snapshot_is_not_reused() -> None:
    snapshots = three()
    snapshots.edit(3, None)
    assert keep(snapshots).number == 4
    assert len(snapshots) == 3


def test_notes_can_be_changed() -> None:
    snapshots = three()
    snapshots.edit(2, "  another ")
    assert [item.note for item in snapshots.messages(everything=True)] == ["one", "another", "three"]
    snapshots.edit(2, "")
    assert snapshots.get(2).note == ""


def test_at_most_so_many_are_kept() -> None:
    snapshots = Snapshots()
    for _ in range(MOST_SNAPSHOTS):
        snapshots.refuse_more()
        keep(snapshots)
    with pytest.raises(ProtocolError) as caught:
        keep(snapshots)
    assert [fault.code for fault in caught.value.faults] == ["too_many"]
    snapshots.edit(5, None)
    assert keep(snapshots).number == MOST_SNAPSHOTS + 1


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([1], "out_of_range"),
        ([1, 2, 3, 4, 5, 6, 7], "out_of_range"),
        ([1, 2, 1], "duplicate_value"),
        ([1, 9], "no_such_snapshot"),
    ],
)
def test_impossible_selection_is_refused(numbers: list[int], code: str) -> None:
    snapshots = Snapshots()
    for _ in range(7):
        keep(snapshots)
    snapshots.show([2, 1])
    with pytest.raises(ProtocolError) as caught:
        snapshots.show(numbers)
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [(code, "snapshots")]
    assert snapshots.side_by_side == (2, 1)


def test_unknown_snapshot_is_refused() -> None:
    snapshots = three()
    for action in (snapshots.get, snapshots.arrays, lambda number: snapshots.edit(number, None)):
        with pytest.raises(ProtocolError, match="snapshot: got 4; expected one of 1, 2, 3") as caught:
            action(4)
        assert caught.value.faults[0].code == "no_such_snapshot"


def test_class_sees_only_what_is_shown() -> None:
    snapshots = three()
    assert snapshots.messages(everything=False) == ()
    snapshots.show([3, 1])
    shown = snapshots.messages(everything=False)
    assert [(item.number, item.name) for item in shown] == [(3, None), (1, None)]
    assert [item.name for item in snapshots.messages(everything=False, with_names=True)] == ["Ann", "Ann"]
    assert [item.name for item in snapshots.messages(everything=True)] == ["Ann"] * 3
    assert [snapshots.is_shown(number) for number in (1, 2, 3)] == [True, False, True]
    snapshots.show([])
    assert snapshots.messages(everything=False) == ()


def test_deleted_snapshot_is_shown_no_longer() -> None:
    snapshots = three()
    snapshots.show([1, 2, 3])
    snapshots.edit(2, None)
    assert [item.number for item in snapshots.messages(everything=False)] == [1, 3]
    snapshots.edit(3, None)
    assert snapshots.messages(everything=False) == ()


# what the teacher's page keeps


def test_kept_snapshots_are_made_again() -> None:
    snapshots = three()
    picture = picture_of(200, classes=True, curve=True)
    snapshots.keep(AnyCard(test_loss=None), picture, seat=None, name=None, note="", link="")
    snapshots.show([4, 2])
    kept = json.loads(json.dumps(snapshots.as_kept()))
    again = Snapshots.from_kept(kept)
    assert again.messages(everything=True) == snapshots.messages(everything=True)
    assert again.side_by_side == (4, 2)
    assert keep(again).number == 5
    arrays = again.arrays(4)
    assert set(arrays) == {"surface", "classes", "curve"}
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, getattr(picture, name))


@pytest.mark.parametrize(
    "change",
    [
        {"number": "1"},
        {"number": True},
        {"number": -1},
        {"seat": "7"},
        {"name": "A" * 25},
        {"note": "\ud800"},
        {"note": "A" * 201},
        {"link": None},
        {"epoch": 1.5},
        {"test_loss": float("nan")},
        {"test_loss": 10**400},
        {"train_loss": "0"},
        {"classes": 1000},
        {"dimensions": 3},
        {"picture": None},
        {"picture": {}},
        {"picture": {"curve": _written(np.zeros(200, "<f4"))}},
        {"picture": {"surface": None}},
        {"picture": {"surface": 5}},
        {"picture": {"surface": "AAAA"}},
        {"picture": {"surface": "not base64"}},
        {"picture": {"surface": "A" * 1_000_000}},
        {"picture": {"surface": _written(SQUARE), "other": ""}},
        {"picture": {"surface": _written(SQUARE), "curve": _written(np.full(200, np.inf, "<f4"))}},
    ],
)
def test_damaged_snapshot_is_left_out(change: dict[str, Any]) -> None:
    snapshots = three()
    snapshots.show([1, 2])
    first, *others = snapshots.as_kept()
    again = Snapshots.from_kept([{**first, **change}, *others])
    assert [item.number for item in again.messages(everything=True)] == [2, 3]
    assert again.side_by_side == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(three().as_kept()[0])), JSON)
def test_any_kept_state_is_survived(name: str, value: Any) -> None:
    state = three().as_kept()
    again = Snapshots.from_kept([{**state[0], name: value}, value, state[1]])
    assert len(again) in {1, 2}
    json.dumps(again.as_kept(), allow_nan=False)


def test_too_many_kept_snapshots_are_cut() -> None:
    (kept, *_) = three().as_kept()
    again = Snapshots.from_kept([{**kept, "number": number} for number in range(1, 100)])
    assert len(again) == MOST_SNAPSHOTS
