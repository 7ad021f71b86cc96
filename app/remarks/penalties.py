"""Penalties: regularization, dropout and other limits that are too strong, or have done their work."""

import numpy as np

from app.remarks.evidence import Evidence
from app.remarks.rule import Finding, Remedy, Rule, Urgency, configure, counted, loss_text
from engine import FIELDS
from engine.number_text import short


def _weaker(evidence: Evidence) -> Remedy:
    """A tenth of the regularization rate or less, and at most 0.003, which few networks suffer from."""
    most = min(evidence.config.regularization_rate / 10, 0.003)
    offered = [float(value) for value in FIELDS["regularization_rate"].offered or () if 0 < value <= most]
    if not offered:
        return configure("Turn regularization off", regularizer="none")
    return configure(f"Lower the regularization rate to {max(offered):g}", regularization_rate=max(offered))


def too_strong(evidence: Evidence) -> Finding | None:
    """The penalty keeps the weights so small that the output is nearly constant."""
    config = evidence.config
    is_on = config.regularizer != "none" and config.regularization_rate >= 0.01
    if not is_on or evidence.epoch < 30 or evidence.spread > 0.1 or not config.features:
        return None
    if evidence.train_loss < 0.9 * evidence.constant_loss:
        return None
    largest = float(max(np.abs(weights).max(initial=0.0) for weights in evidence.weights))
    if largest > 0.2:
        return None
    sentence = f"The output is nearly constant, and no weight is larger than {short(largest, 2)}."
    return Finding(sentence, config.regularization_rate, _weaker(evidence))


def removed_links(evidence: Evidence) -> Finding | None:
    """L1 has set weights to exactly 0."""
    if evidence.config.regularizer != "L1" or not evidence.epoch:
        return None
    weights = np.concatenate(evidence.weights)
    gone = int((weights == 0).sum())
    if gone < 0.1 * len(weights) or evidence.config.initializer == "zeros":
        return None
    return Finding(f"L1 regularization has removed {gone} of {counted(len(weights), 'link')}.", gone)


def penalty_rules(evidence: Evidence) -> Finding | None:
    """The penalty on the weights is larger than the loss, while the fit is not good."""
    if evidence.penalty <= evidence.train_loss or evidence.epoch < 20:
        return None
    if evidence.train_loss < 0.1 * evidence.constant_loss:
        return None
    penalty, loss = loss_text(evidence.penalty), loss_text(evidence.train_loss)
    sentence = f"The penalty on the weights, {penalty}, is larger than the loss, {loss}."
    return Finding(sentence, evidence.penalty, _weaker(evidence))


def heavy_dropout(evidence: Evidence) -> Finding | None:
    """Dropout leaves less than one and a half neurons of a layer, on average."""
    sizes, rates = evidence.config.hidden_layer_sizes, evidence.config.dropouts
    for number, (size, rate) in enumerate(zip(sizes, rates, strict=False), start=1):
        left = size * (1 - rate)
        if rate and left < 1.5:
            sentence = (
                f"In hidden layer {number}, dropout leaves {short(left, 2)} of {counted(size, 'neuron')} on average."
            )
            return Finding(sentence, number, configure("Turn dropout off", dropout=0, layer_dropout=[]))
    return None


PENALTIES = (
    Rule(
        "too_strong",
        Urgency.PROBLEM,
        too_strong,
        "The penalty pulls every weight toward 0 harder than the examples pull it away.",
    ),
    Rule(
        "removed_links",
        Urgency.NEWS,
        removed_links,
        "Its pull is the same however small a weight is, so the links that the loss needs least end at exactly 0.",
    ),
    Rule(
        "penalty_rules",
        Urgency.ADVICE,
        penalty_rules,
        "Training minimizes the sum of both, so it now gains more from smaller weights than from a better fit.",
    ),
    Rule(
        "heavy_dropout",
        Urgency.ADVICE,
        heavy_dropout,
        "Where all neurons of a layer are dropped at once, nothing gets through for that example.",
    ),
)
