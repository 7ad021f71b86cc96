"""Metrics, checked by hand and against their textbook definitions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.metrics import Shares, accuracy, confusion_matrix, entropy, predicted, roc, scores

# ten patients, four of them ill (+1): three are detected, and two healthy ones are false positives
OUTPUTS = np.array([0.9, 0.8, 0.1, -0.2, 0.7, 0.3, -0.1, -0.5, -0.6, -0.9])
TARGETS = np.array([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0])

# five examples (columns) of three classes, predicted as 0, 1, 1, 2, 0
THREE = np.array([[0.8, 0.1, 0.2, 0.1, 0.5], [0.1, 0.7, 0.6, 0.2, 0.3], [0.1, 0.2, 0.2, 0.7, 0.2]])
NUMBERS = np.array([0.0, 1.0, 2.0, 2.0, 2.0])


def two_classes(low: int = 1) -> st.SearchStrategy[tuple[Shares, Shares]]:
    """Outputs with many ties, and targets, of at least `low` examples."""
    pairs = st.lists(
        st.tuples(st.sampled_from([-1.0, -0.5, -0.0, 0.0, 0.25, 1.0]), st.sampled_from([-1.0, 1.0])), min_size=low
    )
    return pairs.map(lambda rows: (np.array([a for a, _ in rows]), np.array([b for _, b in rows])))


@st.composite
def many_classes(draw: st.DrawFn) -> tuple[Shares, Shares]:
    """Outputs (classes, n) and targets of 3 to 6 classes."""
    classes, n = draw(st.integers(3, 6)), draw(st.integers(1, 30))
    outputs = draw(arrays.arrays(np.float64, (classes, n), elements=st.floats(0, 1)))
    targets = draw(arrays.arrays(np.float64, n, elements=st.integers(0, classes - 1).map(float)))
    return outputs, targets


any_classes = two_classes() | many_classes()


def test_two_classes_by_hand() -> None:
    matrix = confusion_matrix(OUTPUTS, TARGETS)
    assert matrix.tolist() == [[4, 2], [1, 3]]
    assert accuracy(OUTPUTS, TARGETS) == 0.7
    precision, recall, f1 = scores(matrix)
    assert precision.tolist() == [4 / 5, 3 / 5]
    assert recall.tolist() == [4 / 6, 3 / 4]
    assert f1.tolist() == pytest.approx([8 / 11, 6 / 9])


def test_three_classes_by_hand() -> None:
    matrix = confusion_matrix(THREE, NUMBERS)
    assert matrix.tolist() == [[1, 0, 0], [0, 1, 0], [1, 1, 1]]
    assert accuracy(THREE, NUMBERS) == 3 / 5
    precision, recall, f1 = scores(matrix)
    assert precision.tolist() == [1 / 2, 1 / 2, 1]
    assert recall.tolist() == [1, 1, 1 / 3]
    assert f1.tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 2])


def test_roc_curve_by_hand() -> None:
    # in order of decreasing output, the targets are + + - - + - + - - -
    corners = [(0, 0), (0, 2), (2, 2), (2, 3), (3, 3), (3, 4), (6, 4)]
    assert roc(OUTPUTS, TARGETS) == pytest.approx(np.array(corners) / (6, 4))


def test_higher_threshold_by_hand() -> None:
    matrix = confusion_matrix(OUTPUTS, TARGETS, threshold=0.75)
    assert matrix.tolist() == [[6, 0], [2, 2]]
    assert accuracy(OUTPUTS, TARGETS, threshold=0.75) == 0.8


def test_zero_is_positive_and_first_tie_wins() -> None:
    assert predicted(np.array([0.0, -0.0, -1e-300])).tolist() == [1, 1, 0]
    assert predicted(np.full((3, 2), 0.5)).tolist() == [0, 0]


def test_never_predicted_class_scores_zero() -> None:
    precision, recall, f1 = scores(confusion_matrix(-np.ones(5), np.array([-1.0, -1.0, -1.0, -1.0, 1.0])))
    assert (precision[1], recall[1], f1[1]) == (0, 0, 0)
    assert (precision[0], recall[0]) == (0.8, 1)


def test_roc_curve_without_positives_stays_at_zero() -> None:
    assert roc(np.array([0.3, -0.2]), np.array([-1.0, -1.0])).tolist() == [[0, 0], [1, 0]]


def test_metrics_of_no_examples_are_zero() -> None:
    nothing = np.zeros(0)
    assert accuracy(nothing, nothing) == 0
    assert confusion_matrix(nothing, nothing).tolist() == [[0, 0], [0, 0]]
    assert roc(nothing, nothing).tolist() == [[0, 0]]


@given(any_classes)
def test_confusion_matrix_counts_every_example_once(examples: tuple[Shares, Shares]) -> None:
    outputs, targets = examples
    matrix = confusion_matrix(outputs, targets)
    assert matrix.sum() == targets.size
    assert matrix.trace() / targets.size == accuracy(outputs, targets)
    numbers = targets if outputs.ndim > 1 else (targets + 1) / 2
    assert matrix.sum(axis=1).tolist() == [(numbers == number).sum() for number in range(len(matrix))]


@given(any_classes)
def test_f1_lies_between_precision_and_recall(examples: tuple[Shares, Shares]) -> None:
    precision, recall, f1 = scores(confusion_matrix(*examples))
    assert ((precision >= 0) & (precision <= 1) & (recall >= 0) & (recall <= 1)).all()
    assert (f1 <= np.maximum(precision, recall) + 1e-15).all()
    assert (f1 >= np.minimum(precision, recall) - 1e-15).all()


@given(two_classes())
def test_array_shape_and_precision_make_no_difference(examples: tuple[Shares, Shares]) -> None:
    outputs, targets = examples
    flat, rows = confusion_matrix(outputs, targets), confusion_matrix(outputs[None].astype(np.float32), targets[None])
    assert flat.tolist() == rows.tolist()
    assert roc(outputs, targets).tolist() == roc(outputs[None], targets[None]).tolist()


@given(two_classes())
def test_roc_curve_rises_from_origin_to_end(examples: tuple[Shares, Shares]) -> None:
    outputs, targets = examples
    curve = roc(outputs, targets)
    assert curve[0].tolist() == [0, 0]
    assert curve[-1].tolist() == [float((targets == -1).any()), float((targets == 1).any())]
    assert (np.diff(curve, axis=0) >= 0).all()
    assert (np.diff(curve, axis=0).any(axis=1)).all()


@given(two_classes(), st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]))
def test_every_threshold_lies_on_roc_curve(examples: tuple[Shares, Shares], threshold: float) -> None:
    outputs, targets = examples
    recall = scores(confusion_matrix(outputs, targets, threshold)).recall
    has_negatives = (targets == -1).any()
    x, y = (1 - recall[0]) if has_negatives else 0.0, recall[1]
    curve = roc(outputs, targets)
    gaps = [np.hypot(*(b - a)) - np.hypot(*(b - (x, y))) - np.hypot(*((x, y) - a)) for a, b in pairwise(curve)]
    assert max(gaps) == pytest.approx(0, abs=1e-12)


@given(two_classes())
def test_auc_is_probability_of_correct_ranking(examples: tuple[Shares, Shares]) -> None:
    outputs, targets = examples
    positive, negative = outputs[targets == 1], outputs[targets == -1]
    if positive.size and negative.size:
        ahead = (positive[:, None] > negative) + (positive[:, None] == negative) / 2
        x, y = roc(outputs, targets).T
        assert np.trapezoid(y, x) == pytest.approx(ahead.mean())


def test_entropy_is_measured_in_nats() -> None:
    assert entropy(np.array([0.5])) == pytest.approx(np.log(2))
    assert entropy(np.array([[0.9, 0.1]])) == pytest.approx(0.325, abs=1e-3)
    assert entropy(np.array([0.0, 1.0])) == 0.0
    assert entropy(np.full((4, 3), 0.25)) == pytest.approx(np.log(4))
    assert entropy(np.array([])) == 0.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_entropy_of_two_classes_matches_both_forms(shares: list[float]) -> None:
    second = np.array(shares)
    assert entropy(second) == pytest.approx(entropy(np.stack([1 - second, second])))
    assert 0 <= entropy(second) <= np.log(2) + 1e-12
