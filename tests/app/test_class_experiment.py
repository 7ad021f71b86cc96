"""The class's experiment: its cells, who trains them, and what the class learns of it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.experiment import MOST_CELLS, ClassExperiment
from app.link import format_link, parse_link
from app.protocol.class_commands import StartExperiment
from app.protocol.containers import decode_container, encode_container
from app.protocol.errors import ProtocolError
from app.settings import Limits
from app.training.seeds import VARIED, config_of
from engine import Config
from tests.support.classes import picture_of

LINK = format_link(Config(dataset="xor", seed="0.5", hidden_layer_sizes=(3,), weight_offset=12))


def experiment_of(limits: Limits | None = None, **parts: Any) -> ClassExperiment:
    return ClassExperiment(1, StartExperiment(**{"link": LINK, "epochs": 50, "count": 4, **parts}), limits)


def faults_of(limits: Limits | None = None, **parts: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(ProtocolError) as caught:
        experiment_of(limits, **parts)
    assert all(fault.message for fault in caught.value.faults)
    return [(fault.code, fault.field) for fault in caught.value.faults]


# cells


@pytest.mark.parametrize("vary", VARIED)
def test_starts_have_seeds_of_is_it_luck(vary: str) -> None:
    experiment = experiment_of(vary=vary, count=3)
    base = parse_link(LINK).config
    found = [parse_link(experiment.link_of(index)).config for index in range(3)]
    assert found == [config_of(base, vary, index) for index in range(3)]
    assert [cell.values for cell in experiment.cells] == [{}, {}, {}]


def test_cells_of_grid_are_in_rows() -> None:
    experiment = experiment_of(grid={"learning_rate": [0.1, 0.01], "hidden_layer_sizes": [[], [2], [4, 4]]})
    assert [tuple(cell.values.values()) for cell in experiment.cells] == [
        (rate, shape) for rate in (0.1, 0.01) for shape in ((), (2,), (4, 4))
    ]
    base = parse_link(LINK).config
    for cell in experiment.cells:
        assert parse_link(experiment.link_of(cell.index)).config == base.replace(**cell.values)


def test_link_of_cell_is_canonical_and_complete() -> None:
    experiment = experiment_of(link="#dataset=spiral", count=2)
    for index in range(2):
        link = parse_link(experiment.link_of(index))
        assert format_link(link.config, link.view) == experiment.link_of(index)
        assert not link.warnings
    # the link names no seed, so one is drawn, and it is the same for all
    assert parse_link(experiment.link).config.seed == parse_link(experiment.link_of(1)).config.seed


def test_cells_keep_view_without_comparison() -> None:
    view = parse_link("#seed=1&goalTestLoss=0.1&discretize=true&compare=learningRate=1").view
    assert view.compare
    link = format_link(Config(seed="1"), view)
    found = parse_link(experiment_of(link=link).link_of(0)).view
    assert (found.goal_test_loss, found.discretize, found.compare) == (view.goal_test_loss, True, ())


def test_largest_grid_is_possible() -> None:
    grid = {"learning_rate": [0.001 * rate for rate in range(1, 21)], "batch_size": list(range(1, 21))}
    assert len(experiment_of(grid=grid).cells) == MOST_CELLS


@pytest.mark.parametrize(
    ("grid", "faults"),
    [
        ({}, [("out_of_range", "grid")]),
        ({"noise": [0], "dropout": [0], "jitter": [0]}, [("out_of_range", "grid")]),
        ({"noise": [0]}, [("out_of_range", "grid")]),
        ({"noise": list(range(21)), "batch_size": list(range(1, 21))}, [("out_of_range", "grid")]),
        ({"noise": []}, [("out_of_range", "noise")]),
        ({"noise": list(range(401))}, [("out_of_range", "noise")]),
        ({"noise": 5}, [("bad_type", "noise")]),
        ({"nose": [0, 5]}, [("unknown_field", "nose")]),
        ({"own_examples": ["", ""]}, [("unknown_field", "own_examples")]),
        (
            {"noise": [0, 90], "activation": ["relu", "rel"]},
            [("out_of_range", "noise"), ("unknown_value", "activation")],
        ),
        ({"noise": [0, "5", None, math.nan]}, [("bad_type", "noise"), ("bad_type", "noise"), ("not_finite", "noise")]),
        ({"noise": [5, 0, 5.0]}, [("duplicate_value", "noise")]),
        ({"hidden_layer_sizes": [[2], {}]}, [("bad_type", "hidden_layer_sizes")]),
        ({"hidden_layer_sizes": [[2], [65]]}, [("too_large_model", "hidden_layer_sizes")]),
        ({"hidden_layer_sizes": [[2], [1] * 33]}, [("too_large_model", "hidden_layer_sizes")]),
    ],
)
def test_impossible_grid_is_refused(grid: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of(grid=grid) == faults


def test_size_follows_from_both_fields() -> None:
    limits = Limits(parameters=60)
    grid = {"activation": ["relu", "maxout"], "hidden_layer_sizes": [[4], [10]]}
    experiment_of(limits, grid={**grid, "hidden_layer_sizes": [[4], [6]]})
    assert faults_of(limits, grid=grid) == [("too_large_model", "activation")]


def test_link_over_limits_is_refused() -> None:
    link = format_link(Config(seed="1", hidden_layer_sizes=(65,)))
    assert faults_of(link=link) == [("too_large_model", "link")]
    assert faults_of(link="#seed=1&" + "a" * 70_000) == [("too_large", "link")]


def test_nothing_is_trained_without_examples() -> None:
    assert faults_of(link="#dataset=own&seed=1") == [("bad_examples", "link")]
    assert faults_of(grid={"dataset": ["xor", "own"]}) == [("bad_examples", "link")]


# who trains what


@given(st.lists(st.lists(st.integers(1, 30), max_size=20), max_size=5), st.integers(2, 20))
def test_every_cell_is_dealt_at_most_once(groups: list[list[int]], count: int) -> None:
    experiment = experiment_of(count=count)
    owners: dict[int, int] = {}
    for seats in groups:
        dealt = experiment.deal(seats)
        assert not dealt.keys() & owners.keys()
        owners |= dealt
    seats = list(dict.fromkeys(seat for group in groups for seat in group))
    assert owners == {seat: index for index, seat in enumerate(seats[:count])}
    assert experiment.free_cells() == tuple(range(len(owners), count))
    assert [cell.seat for cell in experiment.cells] == [*owners, *[None] * (count - len(owners))]
    assert [experiment.cell_of(seat) for seat in seats] == [owners.get(seat) for seat in seats]


def test_cell_of_seat_that_left_is_free() -> None:
    experiment = experiment_of()
    experiment.deal([7, 8])
    experiment.progress(0, 0.5)
    experiment.changes()
    assert experiment.take_back(7) == 0
    assert experiment.take_back(7) is None
    (changed,) = experiment.changes()
    assert (changed.index, changed.seat, changed.share) == (0, None, 0.0)
    assert experiment.deal([7, 9, 10]) == {7: 0, 9: 2, 10: 3}


def test_result_of_seat_that_left_stays() -> None:
    experiment = experiment_of()
    experiment.deal([7])
    experiment.finish(0, epoch=50, test_loss=0.1)
    assert experiment.take_back(7) is None
    assert experiment.free_cells() == (1, 2, 3)
    assert experiment.cells[0].seat == 7


def test_server_and_students_share_cells() -> None:
    experiment = experiment_of()
    experiment.take(0)
    assert experiment.deal([7]) == {7: 1}
    assert experiment.free_cells() == (2, 3)
    experiment.finish(0, epoch=50)
    assert experiment.cells[0].seat is None
    assert experiment.free_cells() == (2, 3)


def test_canceled_experiment_deals_nothing() -> None:
    experiment = experiment_of()
    experiment.finish(0, epoch=50)
    experiment.cancel()
    assert experiment.deal([7]) == {}
    assert experiment.free_cells() == ()
    assert experiment.cells[0].result is not None
    assert experiment.message((), whole=False)[0].canceled


# how far it is


def test_only_changes_are_reported() -> None:
    experiment = experiment_of()
    assert experiment.changes() == ()
    experiment.deal([7])
    experiment.progress(0, 0.25)
    experiment.progress(2, 0.0)
    experiment.progress(3, 7.0)
    assert [(cell.index, cell.seat, cell.share) for cell in experiment.changes()] == [(0, 7, 0.25), (3, None, 1.0)]
    assert experiment.changes() == ()


def test_experiment_is_done_with_last_result() -> None:
    experiment = experiment_of(vary="both")
    for index in range(4):
        assert not experiment.is_done
        experiment.finish(index, epoch=50, train_loss=0.2, test_loss=0.1 * index, diverged=9)
    assert experiment.is_done
    result = experiment.cells[3].result
    assert result is not None
    assert (result.index, result.seed, result.weight_seed, result.weight_offset) == (3, "start4", "", 0)
    assert (result.epoch, result.train_loss, result.validation_loss, result.diverged) == (50, 0.2, None, 9)
    assert result.test_loss == pytest.approx(0.3)


def test_first_result_of_cell_stays() -> None:
    experiment = experiment_of()
    experiment.finish(0, epoch=50, test_loss=0.1)
    experiment.changes()
    experiment.finish(0, epoch=60, test_loss=0.2)
    experiment.progress(0, 0.1)
    assert experiment.changes() == ()
    (cell, *_) = experiment.cells
    assert cell.share == 1
    assert cell.result is not None
    assert cell.result.epoch == 50


def test_message_brings_pictures_of_results() -> None:
    experiment = experiment_of(grid={"dataset": ["xor", "gauss4"], "noise": [0, 5]})
    experiment.finish(1, epoch=50, picture=picture_of(10))
    experiment.finish(2, epoch=50, picture=picture_of(20, classes=True))
    experiment.finish(3, epoch=50)
    sent, arrays = decode_container(encode_container(*experiment.message(experiment.cells, whole=True)))
    assert (sent["total"], sent["vary"], sent["whole"], sent["pictures"]) == (4, None, True, [1, 2])
    assert sent["grid"] == {"dataset": ["xor", "gauss4"], "noise": [0, 5]}
    assert sent["cells"][2]["values"] == {"dataset": "gauss4", "noise": 0}
    assert sent["cells"][0]["result"] is None
    assert arrays["surfaces"][:, 0, 0].tolist() == [10, 20]
    assert arrays["classes"][:, 0, 0].tolist() == [0, 20]
