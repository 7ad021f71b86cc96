"""Data: the examples, their classes, their noise and their scale."""

import numpy as np

from app.remarks.evidence import Evidence
from app.remarks.progress import is_flat
from app.remarks.rule import Finding, Remedy, Rule, Urgency, configure, counted, more_data, percent


def majority(evidence: Evidence) -> Finding | None:
    """One class is predicted everywhere."""
    if not evidence.config.classes or evidence.epoch < 10 or not evidence.config.features:
        return None
    numbers = np.unique(evidence.predicted)
    if len(numbers) > 1 or len(np.unique(evidence.actual)) < 2:
        return None
    share = float(evidence.shares[numbers[0]])
    sentence = f"The network predicts the same class everywhere, which is right for {percent(share)} of the examples."
    return Finding(sentence, share, _balanced(evidence))


def _balanced(evidence: Evidence) -> Remedy | None:
    config = evidence.config
    is_uneven = config.classes == 2 and abs(config.class_share - 50) >= 20 and config.own is None
    return configure("Balance the classes", class_share=50) if is_uneven else None


def minority_missed(evidence: Evidence) -> Finding | None:
    """Most examples of a rare class are missed, which the accuracy does not show."""
    if not evidence.config.classes or evidence.epoch < 30 or (evidence.accuracy or 0) < 0.75:
        return None
    rare = int(evidence.shares.argmin())
    is_rare = evidence.shares[rare] < 0.5 / evidence.config.classes
    members = evidence.actual == rare
    if not is_rare or members.sum() < 5:
        return None
    found = float((evidence.predicted[members] == rare).mean())
    if not 0 < found < 0.5:
        return None
    accuracy = percent(evidence.accuracy or 0)
    sentence = f"{accuracy} of the examples are correct, but only {percent(found)} of the rare class."
    return Finding(sentence, found, _balanced(evidence))


def few_examples(evidence: Evidence) -> Finding | None:
    """There are far fewer training examples than weights."""
    size, parameters = evidence.trainer.train_size, evidence.config.parameter_count
    if size >= 0.5 * parameters or size >= 100:
        return None
    sentence = f"{counted(size, 'training example')} must determine {parameters} weights and biases."
    return Finding(sentence, size, more_data(evidence.config))


def no_test_data(evidence: Evidence) -> Finding | None:
    """There are no examples to test with."""
    if evidence.trainer.test_size or evidence.trainer.train_size < 10:
        return None
    size = evidence.trainer.train_size
    remedy = configure("Keep half of them for testing", train_percent=50) if evidence.config.own is None else None
    return Finding(f"All {size} examples are used for training, and none for a test.", size, remedy)


def noise_floor(evidence: Evidence) -> Finding | None:
    """The loss is flat, and the network makes about as many mistakes as there are examples on the wrong side."""
    config, accuracy = evidence.config, evidence.accuracy
    is_noisy = config.noise >= 10 or config.outliers >= 5
    if accuracy is None or not is_noisy or config.own is not None or not is_flat(evidence.smooth):
        return None
    mistakes = 1 - accuracy
    odd = odd_ones(evidence)
    # neighbors show what noise does only where the pattern is wider than the gaps between examples
    is_dense = len(evidence.sample) >= 100 and odd < 0.2
    if mistakes < 0.03 or not is_dense or not 0.75 * odd < mistakes < 1.1 * odd + 0.005:
        return None
    sentence = (
        f"{percent(mistakes)} of the training examples are wrong, about as many as lie among those of another class "
        f"({percent(odd)})."
    )
    return Finding(sentence, mistakes, configure("Try it without noise", noise=0, outliers=0))


def odd_ones(evidence: Evidence, neighbors: int = 15) -> float:
    """The share of sampled training examples whose nearest neighbors are mostly of another class."""
    points, classes = evidence.trainer.inputs[evidence.sample], evidence.actual
    if len(points) <= neighbors:
        return 0.0
    square = (points**2).sum(axis=1)
    distances = square[:, None] + square - 2 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, neighbors, axis=1)[:, :neighbors]
    votes = np.stack([(classes[nearest] == number).sum(axis=1) for number in range(evidence.config.classes)])
    return float((votes.argmax(axis=0) != classes).mean())


DATA = (
    Rule(
        "majority",
        Urgency.PROBLEM,
        majority,
        "As long as nothing else is learned, the most common class is the best guess.",
    ),
    Rule(
        "minority_missed",
        Urgency.PROBLEM,
        minority_missed,
        "A rare class adds little to the mean loss, so a network can do well without ever finding it.",
    ),
    Rule(
        "few_examples",
        Urgency.ADVICE,
        few_examples,
        "Many different networks fit so few examples equally well, and most of them are wrong in between.",
    ),
    Rule(
        "no_test_data",
        Urgency.ADVICE,
        no_test_data,
        "Only examples that it has not seen show whether a network has learned the pattern or memorized the examples.",
    ),
    Rule(
        "noise_floor",
        Urgency.NEWS,
        noise_floor,
        "Noise has put them there. No rule can get them right, except by memorizing them.",
    ),
)
