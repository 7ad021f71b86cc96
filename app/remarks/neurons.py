"""Neurons: initialization, activations, gradients, and neurons that do nothing or do the same."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.remarks.evidence import Evidence, HiddenLayer
from app.remarks.penalties import too_strong
from app.remarks.rule import Finding, Remedy, Rule, Urgency, configure, counted, lower_rate, percent
from engine.boundary import EXTENT
from engine.inspection.gradients import APART
from engine.number_text import short

GONE = 1e-9
"""A slope below which nothing is passed back."""

FLAT_SLOPE = 0.05
"""The share of the largest slope below which a neuron is saturated for an example."""


def dead(evidence: Evidence) -> Finding | None:
    """Neurons of one layer pass nothing back for any example."""
    found = [(int(_is_dead(layer).sum()), layer) for layer in evidence.hidden]
    number, layer = max(found, key=lambda item: item[0] / len(item[1].slopes), default=(0, None))
    if layer is None or layer.activation.steepest or number < max(1, len(layer.slopes) / 4):
        return None
    size = len(layer.slopes)
    sentence = f"In hidden layer {layer.number}, {number} of {counted(size, 'neuron')} "
    sentence += f"{'is' if number == 1 else 'are'} dead: 0 for every training example."
    return Finding(sentence, number, _switched(evidence, "relu", "leaky_relu", "Use leaky ReLU instead"))


def _is_dead(layer: HiddenLayer) -> NDArray[np.bool_]:
    """Which neurons (units,) output 0 and pass nothing back, for every example."""
    dead: NDArray[np.bool_] = (np.abs(layer.values.a).max(axis=1) < GONE) & (layer.slopes.max(axis=1) < GONE)
    return dead


def _switched(evidence: Evidence, old: str, new: str, label: str) -> Remedy | None:
    """The main activation changed from `old`, if it is in use and no layer has its own."""
    config = evidence.config
    is_old = config.activation == old and not any(config.layer_activations)
    return configure(label, activation=new) if is_old else None


def saturated(evidence: Evidence) -> Finding | None:
    """Most outputs of an S-shaped layer are on the flat parts of the curve, and much is left to learn."""
    if not evidence.epoch or evidence.train_loss < 0.3 * evidence.constant_loss:
        return None
    shares = [
        (float((layer.slopes < FLAT_SLOPE * layer.activation.steepest).mean()), layer)
        for layer in evidence.hidden
        if layer.activation.steepest
    ]
    share, layer = max(shares, key=lambda item: item[0], default=(0.0, None))
    if layer is None or share < 0.7:
        return None
    sentence = f"Hidden layer {layer.number} is saturated: {percent(share)} of its outputs are at the limits."
    return Finding(sentence, share, _unsaturated(evidence))


def _unsaturated(evidence: Evidence) -> Remedy | None:
    config = evidence.config
    if config.initializer in {"normal", "normal_biases"} and config.initializer_scale > 0.3:
        return configure("Start from smaller weights", initializer_scale=0.3)
    if not config.has_pictures and not config.standardize and np.abs(evidence.inputs).max(initial=0.0) > 3:
        return configure("Standardize the features", standardize=True)
    return None


def vanishing(evidence: Evidence) -> Finding | None:
    """The gradient of the first layer is far smaller than that of the last, and much is left to learn."""
    norms = evidence.gradient_norms
    # normalization makes the gradient of a layer depend on the scale of its weights, so layers cannot be compared
    if not evidence.has_gradient or evidence.config.batch_norm:
        return None
    # the panel's notice costs a millisecond, so it is asked only where it can be
    if len(norms) < 3 or norms[-1] < 1e-6 or not 0 < APART * norms[0] < norms[-1]:
        return None
    if too_strong(evidence) or evidence.gradients.values["notice"] != "vanishing":
        return None
    times = float(norms[-1] / norms[0])
    sentence = f"The gradient vanishes: in the first layer it is {_times(times)} times smaller than in the last."
    activation = evidence.config.activation
    return Finding(
        sentence, np.log(times), _switched(evidence, activation, "relu", "Use ReLU") if activation != "relu" else None
    )


def _times(ratio: float) -> str:
    return f"{float(f'{ratio:.2g}'):,.0f}" if ratio < 1e6 else short(ratio, 2)


def exploding(evidence: Evidence) -> Finding | None:
    """The gradient is large, and a step along it is long compared with the weights."""
    config, norm = evidence.config, evidence.gradient_norm
    if norm < 10 or evidence.is_adaptive or evidence.trainer.divergence is not None or not evidence.has_gradient:
        return None
    step = evidence.trainer.learning_rate * min(norm, config.clip_norm or norm)
    if step < 0.3 * float(np.linalg.norm(np.concatenate(evidence.weights))):
        return None
    remedy = configure("Clip the gradient at norm 1", clip_norm=1.0) if not config.clip_norm else lower_rate(config)
    return Finding(f"The gradient is very large: its norm is {short(norm, 2)}.", np.log(norm), remedy)


def zero_weights(evidence: Evidence) -> Finding | None:
    """All weights are 0, so that all neurons of a layer stay the same."""
    if not evidence.config.hidden_layer_sizes or any(np.any(weights) for weights in evidence.weights):
        return None
    if not evidence.config.features or evidence.config.regularizer == "L1":
        return None
    number = sum(len(weights) for weights in evidence.weights)
    remedy = configure("Start from random weights", initializer="uniform")
    return Finding(f"All {number} weights are 0.", number, remedy if evidence.config.initializer == "zeros" else None)


def symmetric(evidence: Evidence) -> Finding | None:
    """All neurons of a layer have exactly the same weights."""
    for number, pieces in enumerate(evidence.matrices[:-1], start=1):
        is_same = all(len(matrix) > 1 and np.ptp(matrix, axis=0).max(initial=0.0) < 1e-9 for matrix in pieces)
        if is_same and any(np.any(matrix) for matrix in pieces):
            size = len(pieces[0])
            sentence = f"All {size} neurons of hidden layer {number} have the same weights."
            return Finding(sentence, number, configure("Start from random weights", initializer="uniform"))
    return None


def redundant(evidence: Evidence) -> Finding | None:
    """Two neurons of a trained layer do the same, up to sign and scale."""
    if evidence.epoch < 100 or evidence.train_loss > 0.5 * evidence.constant_loss:
        return None
    for layer, one, other, alike in _pairs(evidence):
        if alike > 0.998 and _are_alike_everywhere(evidence, layer.number, one, other):
            sentence = f"Neurons {one + 1} and {other + 1} of hidden layer {layer.number} do the same, up to scale."
            return Finding(sentence, layer.number, _without_one(evidence, layer.number))
    return None


def _are_alike_everywhere(evidence: Evidence, number: int, one: int, other: int) -> bool:
    """Whether two neurons do the same on the whole map, and not only where there are training examples."""
    ticks = np.linspace(-EXTENT, EXTENT, 25)
    grid = np.stack([axis.ravel() for axis in np.meshgrid(ticks, ticks)], axis=1)
    a = evidence.trainer.function().forward_activations(grid)[number - 1].a[[one, other]]
    return bool(a.std(axis=1).min() > 0) and abs(float(np.atleast_2d(np.corrcoef(a))[0, 1])) > 0.99


def _pairs(evidence: Evidence) -> Iterator[tuple[HiddenLayer, int, int, float]]:
    """Pairs of neurons with different weights, and how alike their outputs are: the size of their correlation."""
    for layer in evidence.hidden:
        a = layer.values.a
        deviation = a.std(axis=1)
        # linear neurons of two inputs are often alike, which means nothing
        is_linear = layer.activation.bend is not None and not layer.activation.bend.is_bent
        active = [unit for unit in range(len(a)) if deviation[unit] > 1e-3]
        if len(active) < 2 or is_linear:
            continue
        alike = np.abs(np.corrcoef(a[active]))
        for one, other in combinations(range(len(active)), 2):
            yield layer, active[one], active[other], float(alike[one, other])


def _without_one(evidence: Evidence, number: int) -> Remedy:
    sizes = list(evidence.config.hidden_layer_sizes)
    sizes[number - 1] -= 1
    return configure(f"Use {counted(sizes[number - 1], 'neuron')} in that layer", hidden_layer_sizes=sizes)


def unused(evidence: Evidence) -> Finding | None:
    """A neuron of a trained layer has almost no influence on the next layer."""
    if evidence.epoch < 100:
        return None
    for layer, pieces in zip(evidence.hidden, evidence.matrices[1:], strict=False):
        reach = sum((np.abs(matrix[:, :-1]).max(axis=0) for matrix in pieces), start=np.zeros(1))
        influence = reach * layer.values.a.std(axis=1)
        weakest, least, most = int(influence.argmin()), float(influence.min()), float(influence.max())
        if len(influence) > 1 and most > 0.05 and least < 0.005 * most:
            who = f"Neuron {weakest + 1} of hidden layer {layer.number}"
            sentence = f"{who} has almost no influence: {percent(least / most)} of that of the strongest neuron."
            return Finding(sentence, layer.number, _without_one(evidence, layer.number))
    return None


def tiny_batch_norm(evidence: Evidence) -> Finding | None:
    """Batch normalization over minibatches of a few examples."""
    size = evidence.trainer.batch_size
    if not evidence.config.batch_norm or size > 3 or not evidence.config.hidden_layer_sizes:
        return None
    sentence = f"Batch normalization takes its mean and variance from {counted(size, 'example')} at a time."
    return Finding(sentence, size, configure("Use a batch size of 10", batch_size=10))


NEURONS = (
    Rule(
        "dead",
        Urgency.PROBLEM,
        dead,
        "Where a ReLU outputs 0, its slope is 0, too: no gradient reaches its weights, so training cannot revive it.",
    ),
    Rule(
        "saturated",
        Urgency.PROBLEM,
        saturated,
        "On the flat parts of an S-shaped function the slope is almost 0, so the weights below hardly learn.",
    ),
    Rule(
        "vanishing",
        Urgency.PROBLEM,
        vanishing,
        "On the way back, each layer multiplies the gradient by weights and slopes below 1: the first learn last.",
    ),
    Rule(
        "exploding",
        Urgency.PROBLEM,
        exploding,
        "A step is the learning rate times the gradient; one this long throws the weights far past the minimum.",
    ),
    Rule(
        "zero_weights",
        Urgency.FAILURE,
        zero_weights,
        "With equal weights, all neurons of a layer get the same gradient and can never become different.",
    ),
    Rule(
        "symmetric",
        Urgency.FAILURE,
        symmetric,
        "Equal neurons get equal gradients and stay equal, so together they do no more than one.",
    ),
    Rule(
        "redundant",
        Urgency.ADVICE,
        redundant,
        "One of them could do the work of both: the layer has more neurons than it uses.",
    ),
    Rule(
        "unused",
        Urgency.ADVICE,
        unused,
        "Its outgoing weights are close to 0, or its output is nearly constant: the network works without it.",
    ),
    Rule(
        "tiny_batch_norm",
        Urgency.ADVICE,
        tiny_batch_norm,
        "Statistics of so few values are mostly noise: the same example looks different in every minibatch.",
    ),
)
